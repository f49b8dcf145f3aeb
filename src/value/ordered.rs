//! What values have in common that were ordered at one place: whether their order may not be the one that was meant.
//!
//! Facts are gathered batch by batch and put together in the order of the input: the result does not depend on how the
//! input was cut.

use super::Value;
use super::looks::{Looks, looks_like};
use crate::hash;

/// Bytes of a text that are kept to be shown.
const SHOWN: usize = 80;

/// What was ordered at one place.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Ordered {
    /// The first number.
    number: Option<Spelling>,
    texts: Option<Box<Texts>>,
}

/// A value as it was spelled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling {
    /// The first bytes of it.
    pub text: Box<[u8]>,
    /// It has no type: it comes from a text format.
    pub is_untyped: bool,
    len: usize,
    hash: u64,
    /// Its place among those of a batch.
    at: u128,
}

/// What is wrong with an order by bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misorder<'a> {
    /// This looks like something else, which has another order.
    Looks(Looks, &'a Spelling),
    /// Times are spelled in several ways, such as this one.
    Times(&'a Spelling),
    /// Texts are among numbers, such as the first of each; `alone`: there is no other text.
    Mixed {
        /// The first text.
        text: &'a Spelling,
        /// The first number.
        number: &'a Spelling,
        /// All texts are this one.
        alone: bool,
    },
}

/// What texts have in common. The first is the one that came first.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Texts {
    /// Length of all, if it is one.
    len: Option<usize>,
    /// All are hexadecimal digits.
    hex: bool,
    /// All are letters and digits.
    alphanumeric: bool,
    /// There are two, or more.
    several: bool,
    /// Nothing but text.
    plain: Option<Plain>,
    /// What looks like something else, whatever stands beside it.
    odd: Option<(Looks, Spelling)>,
    /// Durations, which identifiers may look like.
    duration: Option<Spelling>,
    /// Text that is spelled as a number.
    digits: Option<Spelling>,
    /// Times that are spelled year first: the first, and the first that is spelled another way.
    time: Option<(Spelling, Option<Spelling>)>,
}

/// Texts that look like nothing but text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Plain {
    first: Spelling,
    /// All are the first one.
    alone: bool,
    /// One of them begins with neither a letter nor `/`, and is no version or address.
    strange: bool,
    /// One of them begins with a letter.
    word: bool,
}

impl Ordered {
    /// Notes a value that was ordered; `is_number`: it is one, or spells one without having a type.
    #[inline]
    pub fn note(&mut self, value: Value<'_>, is_number: bool) {
        self.note_at(value, is_number, 0);
    }

    /// [`Self::note`] of a value at a place, where values of the same batch come out of their order: what is shown are
    /// the first of all by their places. Numbers may come in any order, texts in that of their places.
    #[inline]
    pub fn note_at(&mut self, value: Value<'_>, is_number: bool, at: u128) {
        match value {
            _ if is_number && self.number.as_ref().is_some_and(|known| known.at <= at) => {}
            _ if is_number => self.number = spelled(value, at),
            Value::Text(text) => self.note_text(text, false, at),
            Value::Untyped(text) => self.note_text(text, true, at),
            // Its year is not known.
            Value::Stamp(stamp) if stamp.time().is_none() => self.note_text(stamp.spelling(), true, at),
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
        self.number.is_none() && self.texts.is_none()
    }

    /// Adds what came later.
    pub fn merge(&mut self, later: Self) {
        self.number = first(self.number.take(), later.number);
        match (&mut self.texts, later.texts) {
            (Some(texts), Some(later)) => texts.merge(*later),
            (None, later) => self.texts = later,
            (Some(_), None) => {}
        }
    }

    /// What is wrong with the order, if something is.
    pub fn misorder(&self) -> Option<Misorder<'_>> {
        let texts = self.texts.as_deref().filter(|texts| texts.several || self.number.is_some())?;
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
        let number = self.number.as_ref().or(texts.digits.as_ref())?;
        match &texts.plain {
            Some(plain) if plain.is_stray() && !texts.are_identifiers(self.number.as_ref()) => {
                Some(Misorder::Mixed { text: &plain.first, number, alone: plain.alone })
            }
            None if texts.len.is_none() => {
                texts.digits.as_ref().map(|digits| Misorder::Looks(Looks::Number, digits))
            }
            _ => None,
        }
    }
}

impl Texts {
    /// One text.
    fn first(text: &[u8], is_untyped: bool, at: u128) -> Self {
        let mut texts = Self {
            len: Some(text.len()),
            hex: true,
            alphanumeric: true,
            several: false,
            plain: None,
            odd: None,
            duration: None,
            digits: None,
            time: None,
        };
        texts.add_form(text);
        texts.add_looks(text, is_untyped, at);
        texts
    }

    /// Adds a text.
    fn add(&mut self, text: &[u8], is_untyped: bool, at: u128) {
        self.several = true;
        self.add_form(text);
        self.add_looks(text, is_untyped, at);
    }

    fn add_form(&mut self, text: &[u8]) {
        self.len = self.len.filter(|len| *len == text.len());
        // Where lengths differ the rest does not matter.
        if self.len.is_some() {
            self.hex = self.hex && text.iter().all(u8::is_ascii_hexdigit);
            self.alphanumeric = self.alphanumeric && text.iter().all(u8::is_ascii_alphanumeric);
        }
    }

    fn add_looks(&mut self, text: &[u8], is_untyped: bool, at: u128) {
        let spelling = || Spelling::of(text, is_untyped, at);
        match looks_like(text) {
            looks @ (Looks::Plain | Looks::Dotted) => match &mut self.plain {
                Some(plain) => plain.add(text, looks),
                None => self.plain = Some(Plain::first(text, looks, spelling())),
            },
            Looks::Duration => {
                self.duration.get_or_insert_with(spelling);
            }
            Looks::YearFirst => match &mut self.time {
                Some((first, other @ None)) if !is_spelled_alike(&first.text, text) => {
                    *other = Some(spelling())
                }
                Some(_) => {}
                None => self.time = Some((spelling(), None)),
            },
            Looks::Number if text.trim_ascii().len() == text.len() => {
                self.digits.get_or_insert_with(spelling);
            }
            looks => {
                self.odd.get_or_insert_with(|| (looks, spelling()));
            }
        }
    }

    /// Whether another text changes nothing, as far as can be seen at once.
    #[inline]
    fn stays_with(&self, text: &[u8]) -> bool {
        if !self.several {
            return false;
        }
        if self.odd.is_some() {
            return true;
        }
        let is_like = self.len.is_none_or(|len| len == text.len() && !self.hex && !self.alphanumeric);
        match text {
            // A name of a month or a day has a blank or a comma behind it.
            [b'A'..=b'Z' | b'a'..=b'z', _, _, b' ' | b',', ..] => false,
            [b'A'..=b'Z' | b'a'..=b'z', ..] => {
                is_like && self.plain.as_ref().is_some_and(|plain| !plain.alone && plain.word)
            }
            [b'/', ..] => is_like && self.plain.as_ref().is_some_and(|plain| !plain.alone),
            [b'0'..=b'9', ..] => {
                is_like && self.time.as_ref().is_some_and(|(first, _)| is_spelled_alike(&first.text, text))
            }
            _ => false,
        }
    }

    /// Adds what came later.
    fn merge(&mut self, later: Self) {
        self.len = self.len.filter(|_| self.len == later.len);
        self.hex &= later.hex;
        self.alphanumeric &= later.alphanumeric;
        self.several = true;
        self.odd = match (self.odd.take(), later.odd) {
            (Some(odd), Some(later)) if later.1.at < odd.1.at => Some(later),
            (odd, later) => odd.or(later),
        };
        self.duration = first(self.duration.take(), later.duration);
        self.digits = first(self.digits.take(), later.digits);
        self.plain = match (self.plain.take(), later.plain) {
            (Some(plain), Some(later)) => Some(plain.with(later)),
            (plain, later) => plain.or(later),
        };
        self.time = match (self.time.take(), later.time) {
            (Some(own), Some(later)) => {
                let (own, later) = if later.0.at < own.0.at { (later, own) } else { (own, later) };
                let is_other = |time: &Spelling| !is_spelled_alike(&own.0.text, &time.text);
                let other = if is_other(&later.0) { Some(later.0) } else { later.1 };
                Some((own.0, first(own.1, other)))
            }
            (time, later) => time.or(later),
        };
    }

    /// Whether texts are names of things by their form: hexadecimal digits of one length, or letters and digits of one
    /// length in many spellings; and so is the number, if there is one.
    fn are_identifiers(&self, number: Option<&Spelling>) -> bool {
        let Some(len) = self.len else { return false };
        let many = self.plain.as_ref().is_some_and(|plain| !plain.alone);
        number.is_none_or(|number| number.len == len) && (self.hex || self.alphanumeric && many)
    }
}

impl Plain {
    fn first(text: &[u8], looks: Looks, first: Spelling) -> Self {
        let mut plain = Self { first, alone: true, strange: false, word: false };
        plain.add_start(text, looks);
        plain
    }

    fn add(&mut self, text: &[u8], looks: Looks) {
        self.alone = self.alone && self.first.is_of(text);
        self.add_start(text, looks);
    }

    fn add_start(&mut self, text: &[u8], looks: Looks) {
        let is_word = text.first().is_some_and(u8::is_ascii_alphabetic);
        self.word |= is_word;
        self.strange |= !is_word && looks != Looks::Dotted && !text.starts_with(b"/");
    }

    fn with(self, later: Self) -> Self {
        Self {
            alone: self.alone && later.alone && self.first.is_same(&later.first),
            strange: self.strange || later.strange,
            word: self.word || later.word,
            first: if later.first.at < self.first.at { later.first } else { self.first },
        }
    }

    /// Whether numbers are not expected beside such texts: words and paths may be numbers as well, but a single word
    /// stands for what is missing.
    fn is_stray(&self) -> bool {
        self.strange || self.alone && self.word
    }
}

impl Spelling {
    fn of(text: &[u8], is_untyped: bool, at: u128) -> Self {
        let shown = text.get(..SHOWN).unwrap_or(text);
        Self { text: shown.into(), is_untyped, len: text.len(), hash: hash::bytes(text), at }
    }

    fn is_of(&self, text: &[u8]) -> bool {
        (self.len, self.hash) == (text.len(), hash::bytes(text))
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.len, self.hash) == (other.len, other.hash)
    }
}

/// The one that comes first.
fn first(one: Option<Spelling>, other: Option<Spelling>) -> Option<Spelling> {
    match (one, other) {
        (Some(one), Some(other)) if other.at < one.at => Some(other),
        (one, other) => one.or(other),
    }
}

/// A value that is a number.
#[cold]
fn spelled(value: Value<'_>, at: u128) -> Option<Spelling> {
    match value {
        Value::Number(number) => Some(Spelling::of(number.to_string().as_bytes(), false, at)),
        Value::Spelled(text) => Some(Spelling::of(text, false, at)),
        Value::Untyped(text) => Some(Spelling::of(text, true, at)),
        _ => None,
    }
}

/// Whether two times that are spelled year first have one length, the same signs at the same places, and one zone.
fn is_spelled_alike(left: &[u8], right: &[u8]) -> bool {
    // Behind the date and the hour a sign begins the offset, whose digits count.
    let zone =
        left.iter().skip(11).position(|byte| matches!(byte, b'+' | b'-')).map_or(left.len(), |at| at + 11);
    let alike = |(at, (left, right)): (usize, (&u8, &u8))| match at < zone && left.is_ascii_digit() {
        true => right.is_ascii_digit(),
        false => left == right,
    };
    left.len() == right.len() && left.iter().zip(right).enumerate().all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[&str]) -> Ordered {
        let mut all = Ordered::default();
        for value in values {
            note(&mut all, value);
        }
        all
    }

    /// `'x` is text, all else is untyped.
    fn note(all: &mut Ordered, value: &str) {
        let value = match value.strip_prefix('\'') {
            Some(text) => Value::Text(text.as_bytes()),
            None => Value::Untyped(value.as_bytes()),
        };
        all.note(value, value.as_number().is_some());
    }

    /// What is said of these values: the example, and what is wrong with it.
    fn said(values: &[&str]) -> String {
        let shown = |spelling: &Spelling| String::from_utf8_lossy(&spelling.text).into_owned();
        match of(values).misorder() {
            None => String::new(),
            Some(Misorder::Looks(looks, text)) => format!("{looks:?} {}", shown(text)),
            Some(Misorder::Times(text)) => format!("Times {}", shown(text)),
            Some(Misorder::Mixed { text, number, alone }) => {
                format!("Mixed {} {} {alone}", shown(text), shown(number))
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
            // What is in order.
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
            for (usual, other) in [("512", "N/A"), ("512", "9,791"), ("512", "830ms"), ("N/A", "14.05.2024")]
            {
                let mut all = Ordered::default();
                (0..10_000).for_each(|n| note(&mut all, if n % 100 < part { other } else { usual }));
                assert!(all.misorder().is_some(), "{part} {usual} {other}");
            }
        }
    }

    proptest! {
        #[test]
        fn cuts_do_not_show(
            values in prop::collection::vec(prop::sample::select(vec![
                "1", "22", "N/A", "-", "abc", "abd", "/a", "9,791", "830ms", "12d", "2024-05-14", "2024-05-15", "2024/05/14", "2024-99-99", "2024-05-14_x",
                "1.2.3", "'5", "'10", "598e033", "a1b2c3d", "05/14/2024", "May 14 09:00:00", "", "xyz45",
            ]), 0..12),
            cut in 0..12usize,
        ) {
            let cut = cut.min(values.len());
            let mut parts = of(&values[..cut]);
            parts.merge(of(&values[cut..]));
            let whole = of(&values);
            prop_assert_eq!(parts.misorder(), whole.misorder());
        }
    }
}
