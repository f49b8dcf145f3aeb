//! What values have in common that were ordered at one place: whether their order may not be the one that was meant.
//!
//! Facts are gathered batch by batch and put together in the order of the input: the result does not depend on how the
//! input was cut.

mod spelling;
mod texts;

pub use spelling::Spelling;

use super::Value;
use super::looks::Looks;
use spelling::{first, of_number, of_stamp};
use texts::Texts;

/// What was ordered at one place.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Ordered {
    /// The first number.
    number: Option<Spelling>,
    /// The first time of a field of times.
    time: Option<Spelling>,
    texts: Option<Box<Texts>>,
}

/// What is wrong with an order by bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misorder<'a> {
    /// This looks like something else, which has another order.
    Looks(Looks, &'a Spelling),
    /// Times are spelled in several ways, such as this one.
    Times(&'a Spelling),
    /// Texts are among numbers or times, such as the first of each.
    Mixed {
        /// The first text.
        text: &'a Spelling,
        /// The first number or time.
        among: &'a Spelling,
        /// They are times.
        times: bool,
        /// All texts are this one.
        alone: bool,
    },
}

impl Ordered {
    /// Notes a value that was ordered; `is_number`: it is one, or spells one without having a type.
    #[inline]
    pub fn note(&mut self, value: Value<'_>, is_number: bool) {
        self.note_at(value, is_number, 0);
    }

    /// [`Self::note`] of a value at a place, where values of the same batch come out of their order: what is shown are
    /// the first of all by their places. Numbers and times may come in any order, texts in that of their places.
    #[inline]
    pub fn note_at(&mut self, value: Value<'_>, is_number: bool, at: u128) {
        let is_known = |known: &Option<Spelling>| known.as_ref().is_some_and(|known| known.at <= at);
        match value {
            // First of all: an epoch spells a number, and is a time among whatever numbers.
            Value::Stamp(stamp) => match stamp.time() {
                // Its year is not known.
                None => self.note_text(stamp.spelling(), true, at),
                Some(_) if is_known(&self.time) => {}
                Some(_) => self.time = first(self.time.take(), Some(of_stamp(stamp, at))),
            },
            _ if is_number && is_known(&self.number) => {}
            _ if is_number => self.number = first(self.number.take(), of_number(value, at)),
            Value::Text(text) => self.note_text(text, false, at),
            Value::Untyped(text) => self.note_text(text, true, at),
            _ => {}
        }
    }

    #[inline]
    fn note_text(&mut self, text: &[u8], is_untyped: bool, at: u128) {
        match &mut self.texts {
            Some(texts) if texts.stays_with(text) => {}
            Some(texts) => texts.add(text, is_untyped, at),
            None => self.texts = Some(Box::new(Texts::first(text, is_untyped, at))),
        }
    }

    /// Whether nothing was ordered.
    pub fn is_empty(&self) -> bool {
        self.number.is_none() && self.time.is_none() && self.texts.is_none()
    }

    /// Adds what came later.
    pub fn merge(&mut self, later: Self) {
        self.number = first(self.number.take(), later.number);
        self.time = first(self.time.take(), later.time);
        match (&mut self.texts, later.texts) {
            (Some(texts), Some(later)) => texts.merge(*later),
            (None, later) => self.texts = later,
            (Some(_), None) => {}
        }
    }

    /// What is wrong with the order, if something is.
    pub fn misorder(&self) -> Option<Misorder<'_>> {
        let is_beside = self.number.is_some() || self.time.is_some();
        let texts = self.texts.as_deref().filter(|texts| texts.several || is_beside)?;
        if let Some((looks, odd)) = &texts.odd {
            return Some(Misorder::Looks(*looks, odd));
        }
        if let Some((_, Some(other))) = &texts.time {
            return Some(Misorder::Times(other));
        }
        if let Some(duration) = &texts.duration
            && !texts.are_identifiers(self.number.as_ref())
        {
            return Some(Misorder::Looks(Looks::Duration, duration));
        }
        self.mixed(texts).or_else(|| self.digits(texts))
    }

    /// Texts among times or numbers that are not expected there.
    fn mixed<'a>(&'a self, texts: &'a Texts) -> Option<Misorder<'a>> {
        let times = self.time.is_some();
        let among = self.time.as_ref().or(self.number.as_ref()).or(texts.digits.as_ref())?;
        let is_meant = !times && texts.are_identifiers(self.number.as_ref());
        let stray = texts.plain.as_ref().filter(|plain| plain.is_stray() && !is_meant);
        match (stray, &texts.time) {
            (Some(plain), time) => {
                let alone = plain.alone && time.is_none();
                Some(Misorder::Mixed { text: &plain.first, among, times, alone })
            }
            (None, Some((first, _))) => Some(Misorder::Mixed { text: first, among, times, alone: false }),
            (None, None) => None,
        }
    }

    /// Texts that are spelled as numbers, beside numbers or in several lengths.
    fn digits<'a>(&'a self, texts: &'a Texts) -> Option<Misorder<'a>> {
        let digits = texts.digits.as_ref()?;
        let is_said = match (&self.number, &texts.plain) {
            (Some(number), Some(_)) => !texts.are_identifiers(Some(number)),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => texts.len.is_none(),
        };
        is_said.then_some(Misorder::Looks(Looks::Number, digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::time::Timestamp;
    use crate::value::Stamp;
    use crate::value::stamp::Spelling as Kind;
    use proptest::prelude::*;

    fn of(values: &[&str]) -> Ordered {
        let mut all = Ordered::default();
        for value in values {
            note(&mut all, value);
        }
        all
    }

    /// `'x` is text, `#x` a number, `@x` a time of a field of times, `&x` an epoch there, all else is untyped.
    fn note(all: &mut Ordered, value: &str) {
        note_at(all, value, 0);
    }

    fn note_at(all: &mut Ordered, value: &str, at: u128) {
        let mut stamp = Vec::new();
        let (kind, text) = value.split_at_checked(1).unwrap_or_default();
        let value = match kind {
            "'" => Value::Text(text.as_bytes()),
            "#" => Value::Spelled(text.as_bytes()),
            "@" => {
                Stamp::write(Timestamp::new(0, 0), Kind::Untyped, text.as_bytes(), &mut stamp);
                Value::Stamp(Stamp::read(&stamp).unwrap())
            }
            "&" => {
                Stamp::write(Timestamp::new(0, 0), Kind::Number, text.as_bytes(), &mut stamp);
                Value::Stamp(Stamp::read(&stamp).unwrap())
            }
            _ => Value::Untyped(value.as_bytes()),
        };
        all.note_at(value, value.as_number().is_some(), at);
    }

    /// A time of more bytes than are kept.
    const LONG: &str = concat!(
        "2024-05-14T10:00:00.",
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000Z"
    );

    /// What is said of these values: the example, and what is wrong with it.
    fn said(values: &[&str]) -> String {
        shown(&of(values))
    }

    fn shown(all: &Ordered) -> String {
        let shown = |spelling: &Spelling| String::from_utf8_lossy(&spelling.text).into_owned();
        match all.misorder() {
            None => String::new(),
            Some(Misorder::Looks(looks, text)) => format!("{looks:?} {}", shown(text)),
            Some(Misorder::Times(text)) => format!("Times {}", shown(text)),
            Some(Misorder::Mixed { text, among, alone, .. }) => {
                format!("Mixed {} {} {alone}", shown(text), shown(among))
            }
        }
    }

    #[test]
    fn what_is_said() {
        for (values, expected) in [
            (&["9,791", "46,897"][..], "Grouped(44) 9,791"),
            (&["512", "46,897"], "Grouped(44) 46,897"),
            (&["9", "10", "N/A"], "Mixed N/A 9 true"),
            (&["9", "N/A", "10", "N/A"], "Mixed N/A 9 true"),
            (&["9", "-", "n/a"], "Mixed - 9 false"),
            (&["9", "<5", ">100"], "Mixed <5 9 false"),
            (&["'9", "'10"], "Number 9"),
            (&["'9", "'10", "'N/A"], "Mixed N/A 9 true"),
            (&["' 5", "'10"], "Number  5"),
            (&["830ms", "1.2s"], "Duration 830ms"),
            (&["3", "830ms"], "Duration 830ms"),
            (&["timeout", "failed", "830ms"], "Duration 830ms"),
            (&["05/14/2024", "11/02/2023"], "Date 05/14/2024"),
            (&["14.05.2024", "15.05.2024"], "Date 14.05.2024"),
            (
                &["14/May/2024:09:00:00 +0000", "30/Apr/2024:09:00:00 +0000"],
                "Time 14/May/2024:09:00:00 +0000",
            ),
            (&["May 14 09:00:00", "Feb  2 09:00:00"], "Yearless May 14 09:00:00"),
            (&["2024-05-14T09:00:00Z", "2024-05-14T09:00:00.5Z"], "Times 2024-05-14T09:00:00.5Z"),
            (&["2024-05-14T09:00:00+02:00", "2024-05-14T08:00:00+01:00"], "Times 2024-05-14T08:00:00+01:00"),
            (&["2024-05-14T09:00:00Z", "2024-05-14 09:00:00Z"], "Times 2024-05-14 09:00:00Z"),
            (&["2024-05-14", "2024/05/14"], "Times 2024/05/14"),
            // Text that is spelled as a number, beside one.
            (&["'9", "#10"], "Number 9"),
            (&["#9", "'8"], "Number 8"),
            (&["9", "'8", "'7"], "Number 8"),
            (&["alice", "bob", "'7", "#8"], "Number 7"),
            (&["#1", "'2", "'-"], "Mixed - 1 true"),
            // Times among numbers, whatever their part.
            (&["512", "2024-05-14T10:00:00Z"], "Mixed 2024-05-14T10:00:00Z 512 false"),
            (&["2024-05-14", "2024-05-15", "2024"], "Mixed 2024-05-14 2024 false"),
            (&["'2024-05-14", "'9"], "Mixed 2024-05-14 9 false"),
            (&["512", "N/A", "2024-05-14"], "Mixed N/A 512 false"),
            // Words that say that something is missing.
            (&["9", "10", "N/A", "missing"], "Mixed N/A 9 false"),
            (&["none", "9", "None", "unknown"], "Mixed none 9 false"),
            // Texts among times.
            (&["@2024-05-14", "N/A"], "Mixed N/A 2024-05-14 true"),
            (&["-", "@2024-05-14", "@2024-05-15", "-"], "Mixed - 2024-05-14 true"),
            (&["@2024-05-14", "N/A", "missing"], "Mixed N/A 2024-05-14 false"),
            (&["@2024-05-14", "'2025-01-01"], "Mixed 2025-01-01 2024-05-14 false"),
            (&["@2024-05-14", "2024-99-99"], "Mixed 2024-99-99 2024-05-14 false"),
            (&["@1700000000", "?", "%"], "Mixed ? 1700000000 false"),
            (&["@2024-05-14", "05/14/2024"], "Date 05/14/2024"),
            (&["90 ms", "1.2 s"], "Duration 90 ms"),
            (&["02/May/2024", "30/Apr/2024"], "Date 02/May/2024"),
            (&["04/30/24", "05/14/24"], "Date 04/30/24"),
            // What is in order.
            (&["@2024-05-14", "@2024-05-15"], ""),
            (&["@2024-05-14", "alice", "bob"], ""),
            (&["@2024-05-14", "/a", "/b"], ""),
            (&["9", "10", "alpha", "missing"], ""),
            (&["missing", "N/A", "9", "Cayenne"], ""),
            (&["911", "Carrera", "Cayenne", "N/A"], ""),
            (&["missing", "N/A", "9", "/a"], ""),
            (&["'a1b2c3", "'598124", "#598124"], ""),
            (&["404", "Not Found", "OK"], ""),
            (&["9,791"], ""),
            (&["9", "10"], ""),
            (&["2024-05-14T09:00:00Z", "2024-05-15T10:00:00Z", "N/A"], ""),
            (&["2024-05-14", "2023-01-01"], ""),
            (&["/a", "/b/1", "/", "404"], ""),
            (&["alice", "bob", "7"], ""),
            (&["598e033", "5983033", "a1b2c3d"], ""),
            (&["'598e033", "'5983033", "'a1b2c3d"], ""),
            (&["550e8400-e29b-41d4-a716-446655440000", "650e8400-e29b-41d4-a716-446655440000"], ""),
            (&["7xk2p9", "482913", "12d4h5", "zzk2p9"], ""),
            (&["'00123", "'00045"], ""),
            (&["10.0.0.1", "9.0.0.1"], ""),
            (&["1.2", "1.10.0", "2.0.1"], ""),
            (&["2024-05-14_x.csv", "b.csv"], ""),
            (&["+49 30 123456", "030 1234"], ""),
            (&["", "a"], ""),
        ] {
            assert_eq!(said(values), expected, "{values:?}");
        }
    }

    #[test]
    fn one_in_a_hundred_is_enough() {
        for part in [1, 50, 99] {
            for (usual, other) in [
                ("512", "N/A"),
                ("512", "9,791"),
                ("512", "830ms"),
                ("N/A", "14.05.2024"),
                ("512", "2024-05-14T10:00:00Z"),
                ("@2024-05-14T10:00:00Z", "N/A"),
                ("@2024-05-14T10:00:00Z", "-"),
                ("#512", "'7"),
                ("'2024-05-14T10:00:00Z", "'512"),
            ] {
                let mut all = Ordered::default();
                (0..10_000).for_each(|n| note(&mut all, if n % 100 < part { other } else { usual }));
                assert!(all.misorder().is_some(), "{part} {usual} {other}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn cuts_do_not_show(
            values in prop::collection::vec(prop::sample::select(vec![
                "1", "22", "N/A", "-", "abc", "abd", "/a", "9,791", "830ms", "12d", "2024-05-14", "2024-05-15", "2024/05/14", "2024-99-99", "2024-05-14_x",
                "1.2.3", "'5", "'10", "598e033", "a1b2c3d", "05/14/2024", "May 14 09:00:00", "", "xyz45",
                "#7", "@2024-05-14T10:00:00Z", "missing", "none", "90 ms", "04/30/24", "&1704070800", "240101010000",
                "2024-05-14T01:00:60Z", LONG,
            ]), 0..12),
            cuts in prop::collection::vec(0..12usize, 0..5),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(values.len())).collect();
            cuts.sort_unstable();
            let mut parts = Ordered::default();
            let mut start = 0;
            for end in cuts.into_iter().chain([values.len()]) {
                parts.merge(of(&values[start..end]));
                start = end;
            }
            let whole = of(&values);
            prop_assert_eq!(parts.misorder(), whole.misorder());
        }

        /// Few kinds, so that what each of them decides is seen.
        #[test]
        fn cuts_do_not_show_between_numbers_and_times(
            values in prop::collection::vec(prop::sample::select(vec![
                "1", "&1704070800", "@2024-05-14T10:00:00Z", "N/A", "2024-05-14", "2024-05-14T01:00:60Z", LONG, "'7",
            ]), 0..8),
            cut in 0..8usize,
            next in 0..8usize,
        ) {
            let cut = cut.min(values.len());
            let next = next.clamp(cut, values.len());
            let [first, second, third] = [&values[..cut], &values[cut..next], &values[next..]].map(of);
            let (mut left, mut right) = (first.clone(), second.clone());
            left.merge(second);
            left.merge(third.clone());
            right.merge(third);
            let mut all = first;
            all.merge(right);
            let whole = of(&values);
            prop_assert_eq!(left.misorder(), whole.misorder());
            prop_assert_eq!(all.misorder(), whole.misorder());
        }

        /// Groups bring values out of their order, but for texts.
        #[test]
        fn neither_does_the_order_of_numbers_and_times(
            values in prop::collection::vec(prop::sample::select(vec![
                "1", "#7", "&1704070800", "&1704070801", "@2024-05-14T10:00:00Z", "N/A", "2024-05-14", "240101010000",
            ]), 0..12),
            late in prop::collection::vec(any::<bool>(), 12),
        ) {
            let mut mixed = Ordered::default();
            let places: Vec<(u128, &str)> = (0..).zip(values.iter().copied()).collect();
            let is_late = |&(at, text): &(u128, &str)| late[at as usize] && !matches!(text, "N/A" | "2024-05-14");
            let (last, soon): (Vec<_>, Vec<_>) = places.into_iter().partition(is_late);
            for (at, value) in soon.into_iter().chain(last.into_iter().rev()) {
                note_at(&mut mixed, value, at);
            }
            prop_assert_eq!(shown(&mixed), shown(&of(&values)));
        }
    }
}
