//! What a text looks like that is ordered by its bytes: mostly nothing but text, but sometimes a number, a duration or a
//! time, whose order is another.

use super::Number;
use crate::time::{self, Duration, NotATime, TimeReader, Zone};

/// What a text looks like, blanks around it left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Looks {
    /// Nothing but text.
    Plain,
    /// Digits and points, as addresses and versions are: `10.0.0.1`.
    Dotted,
    /// A number: `10` as a JSON string, or with blanks around it.
    Number,
    /// A number with this between groups of three digits: `9,791`.
    Grouped(u8),
    /// A number with a comma for a point, and maybe points between groups of three digits: `1.234,5`.
    Comma,
    /// A duration: `830ms`.
    Duration,
    /// A time that is spelled year first: `2024-05-14T09:00Z`.
    YearFirst,
    /// A time that is spelled otherwise: `14/May/2024:09:00:00 +0000`.
    Time,
    /// A time without a year: `May 14 09:00:00`.
    Yearless,
    /// A date of a spelling that only a format reads: `05/14/2024`.
    Date,
}

/// What a text looks like. Almost all texts are told by their first few bytes.
pub fn looks_like(text: &[u8]) -> Looks {
    let text = text.trim_ascii();
    match text {
        [b'A'..=b'Z' | b'a'..=b'z', ..] => of_word(text),
        [b'0'..=b'9' | b'-' | b'+' | b'.', ..] => of_figure(text),
        _ => Looks::Plain,
    }
}

/// A text that begins with a letter: a time if that is the name of a month or a day of the week.
fn of_word(text: &[u8]) -> Looks {
    match text.split_at_checked(3) {
        Some((name, [b' ' | b',', ..])) if is_calendar_name(name) => {
            match TimeReader::new(Zone::utc()).read(text) {
                Ok(_) => Looks::Time,
                Err(NotATime::NoYear) => Looks::Yearless,
                Err(_) if !formats_of(text).is_empty() => Looks::Date,
                Err(_) => Looks::Plain,
            }
        }
        _ => Looks::Plain,
    }
}

/// Kinds of bytes that tell one thing from another.
const DIGIT: u8 = 1;
const POINT: u8 = 2;
const LETTER: u8 = 4;
/// What may stand between groups of digits.
const BETWEEN: u8 = 8;
/// What parts a date or a time, or stands in front of a number.
const PART: u8 = 16;
/// What stands in none of these.
const OTHER: u8 = 32;

const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'.' => POINT,
            // The micro sign of a duration takes two.
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => LETTER,
            b',' | b'\'' | b'_' => BETWEEN,
            b' ' => BETWEEN | PART,
            b'-' | b'+' | b'/' | b':' => PART,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// A text that begins as numbers do. Which bytes it has rules most of it out.
fn of_figure(text: &[u8]) -> Looks {
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let kinds =
        unsigned.iter().fold(0, |kinds, byte| kinds | KINDS.get(usize::from(*byte)).unwrap_or(&OTHER));
    let has = |kind: u8| kinds & kind != 0;
    if has(OTHER) {
        Looks::Plain
    } else if has(PART) {
        of_parts(text, has(LETTER))
    } else if has(BETWEEN) {
        if has(LETTER) { Looks::Plain } else { of_groups(unsigned) }
    } else if Number::parse(text).is_some() {
        Looks::Number
    } else if has(LETTER) {
        if Duration::parse(text).is_some() { Looks::Duration } else { Looks::Plain }
    } else if !formats_of(text).is_empty() {
        Looks::Date
    } else if text.first().is_some_and(u8::is_ascii_digit) {
        Looks::Dotted
    } else {
        Looks::Plain
    }
}

/// A text of parts: a date or a time, or a number in groups with blanks between.
fn of_parts(text: &[u8], has_letters: bool) -> Looks {
    match text {
        [_, _, b'/', b'A'..=b'Z', ..] | [_, b' ', b'A'..=b'Z', ..] | [_, _, b' ', b'A'..=b'Z', ..]
            if TimeReader::new(Zone::utc()).read(text).is_ok() =>
        {
            Looks::Time
        }
        _ if is_year_first(text) => Looks::YearFirst,
        _ if !formats_of(text).is_empty() => Looks::Date,
        // An exponent has a sign.
        _ if has_letters && Number::parse(text).is_some() => Looks::Number,
        _ if has_letters && is_spaced_duration(text) => Looks::Duration,
        _ if has_letters => Looks::Plain,
        _ => of_groups(text.strip_prefix(b"-").unwrap_or(text)),
    }
}

/// Whether a text has the shape of a time that is spelled year first; any digits will do, so that this is told by the
/// shape alone.
fn is_year_first(text: &[u8]) -> bool {
    let shape = |text: &[u8], shape: &[u8]| {
        let fits =
            |(byte, sign): (&u8, &u8)| if *sign == b'0' { byte.is_ascii_digit() } else { byte == sign };
        text.len() == shape.len() && text.iter().zip(shape).all(fits)
    };
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    let is_date = shape(date, b"0000-00-00") || shape(date, b"0000/00/00");
    is_date
        && match rest.split_at_checked(6) {
            None => rest.is_empty(),
            Some((clock, rest)) => {
                (shape(clock, b"T00:00") || shape(clock, b" 00:00"))
                    && rest.iter().all(|byte| byte.is_ascii_digit() || b":.,+-Z ".contains(byte))
            }
        }
}

/// Whether a text is a duration but for a blank before its unit: `90 ms`. Units that stand for much else are left out.
fn is_spaced_duration(text: &[u8]) -> bool {
    const UNITS: [&str; 7] = ["ns", "us", "\u{b5}s", "\u{3bc}s", "ms", "s", "h"];
    split(text, b' ').is_some_and(|(number, unit)| {
        UNITS.iter().any(|known| known.as_bytes() == unit) && Number::parse(number).is_some()
    })
}

/// Digits with something between them, without a sign.
fn of_groups(digits: &[u8]) -> Looks {
    let whole = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let (front, fraction) = split(digits, b'.').unwrap_or((digits, b"0"));
    let by = [b',', b' ', b'\'', b'_'].into_iter().find(|&by| is_grouped(front, by));
    if let Some(by) = by.filter(|_| whole(fraction)) {
        return Looks::Grouped(by);
    }
    match split(digits, b',') {
        Some((front, fraction)) if whole(fraction) && (whole(front) || is_grouped(front, b'.')) => {
            Looks::Comma
        }
        _ => Looks::Plain,
    }
}

/// Whether digits stand in groups of three with `by` between them, the first of one to three and not zero.
fn is_grouped(digits: &[u8], by: u8) -> bool {
    let mut groups = digits.split(|byte| *byte == by);
    let first = groups.next().unwrap_or(&[]);
    let mut rest = groups.peekable();
    let digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    matches!(first.len(), 1..=3)
        && first.first() != Some(&b'0')
        && digits(first)
        && rest.peek().is_some()
        && rest.all(|group| group.len() == 3 && digits(group))
}

/// The parts around a byte that stands once.
fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let first = text.iter().position(|byte| *byte == at)?;
    let (front, rest) = (text.get(..first)?, text.get(first + 1..)?);
    (!rest.contains(&at)).then_some((front, rest))
}

/// The formats by which a text, without the blanks around it, is a date.
pub fn formats_of(text: &[u8]) -> Vec<String> {
    let text = text.trim_ascii();
    if may_be_date(text) { time::formats_of(text, &Zone::utc()) } else { Vec::new() }
}

/// Whether a text is worth trying, which most are not.
fn may_be_date(text: &[u8]) -> bool {
    let years = || text.windows(4).any(|year| year.iter().all(u8::is_ascii_digit));
    let parted = match text {
        [b'0'..=b'9', by, ..] if !by.is_ascii_digit() => *by,
        [b'0'..=b'9', b'0'..=b'9', by, ..] => *by,
        [b'A'..=b'Z' | b'a'..=b'z', _, _, by, ..] => *by,
        _ => b'0',
    };
    match parted {
        b'0'..=b'9' if is_unpadded(text) => true,
        b'/' | b'-' if is_short(text, parted) => true,
        b'/' | b'.' | b'-' | b' ' | b',' => (8..=40).contains(&text.len()) && years(),
        _ => false,
    }
}

/// Whether a text begins with a date whose year has two digits. Numbers with slashes may be much else (`1/1/24`), so
/// these have two digits each, or a day that is no month.
fn is_short(text: &[u8], by: u8) -> bool {
    let date = text.split(|byte| matches!(byte, b' ' | b',')).next().unwrap_or(&[]);
    let mut parts = date.split(|byte| *byte == by);
    let (Some(first), Some(second), Some([b'0'..=b'9', b'0'..=b'9']), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_day = |part: &[u8]| matches!(part, [b'2'..=b'3', b'0'..=b'9'] | [b'1', b'3'..=b'9']);
    match (first.len(), second.len()) {
        (1..=2, 3) => is_calendar_name(second),
        (2, 2) => by == b'/',
        (1..=2, 1..=2) => by == b'/' && (is_day(first) || is_day(second)),
        _ => false,
    }
}

/// Whether a text begins with a date, year first, whose month or day has one digit.
fn is_unpadded(text: &[u8]) -> bool {
    let Some((&[b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', by], rest)) = text.split_first_chunk()
    else {
        return false;
    };
    let one = |digit: u8| digit.is_ascii_digit();
    matches!(by, b'-' | b'/')
        && match rest {
            [m, at, d, ..] if one(*m) && *at == by => one(*d),
            [m, n, at, d] => one(*m) && one(*n) && *at == by && one(*d),
            [m, n, at, d, b' ' | b',', ..] => one(*m) && one(*n) && *at == by && one(*d),
            _ => false,
        }
}

/// Whether this is the name of a month or of a day of the week, in three letters.
fn is_calendar_name(name: &[u8]) -> bool {
    const NAMES: [&[u8; 3]; 19] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
        b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(*known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_texts_look_like() {
        for (looks, texts) in [
            (Looks::Number, &["10", "-1.5", " 5", "5 ", "007", "1e3"][..]),
            (Looks::Grouped(b','), &["9,791", "46,897", "1,234,567.25", "-1,000"]),
            (Looks::Grouped(b' '), &["9 791", "12 345 678"]),
            (Looks::Grouped(b'\''), &["1'000"]),
            (Looks::Comma, &["3,14", "1.234,5", "0,5"]),
            (Looks::Duration, &["830ms", "1.2s", "1h30m", "5d", "-3m", "90 ms", "1.2 s", "3 µs", "-2 h"]),
            (
                Looks::YearFirst,
                &["2024-05-14", "2024-05-14T09:00:00Z", "2024/05/14 09:00", "2024-05-14 09:00:00.5"],
            ),
            (
                Looks::Time,
                &[
                    "14/May/2024:09:00:00 +0000",
                    "Tue, 14 May 2024 09:00:00 +0000",
                    "14 May 2024 09:00:00 +0000",
                    "Tue May 14 09:00:00 2024",
                    "May 14 2024 09:00:00",
                ],
            ),
            (Looks::Yearless, &["May 14 09:00:00", "Feb  2 01:02:03"]),
            (
                Looks::Date,
                &[
                    "05/14/2024",
                    "5/4/2024",
                    "14.05.2024",
                    "14.05.2024 09:00",
                    "14-05-2024",
                    "14 May 2024",
                    "14-May-2024",
                    "02/May/2024",
                    "2/May/2024",
                    "2/May/24",
                    "2-May-24",
                    "04/30/24",
                    "4/30/24",
                    "14/05/24 09:00",
                    "2024-5-14",
                    "2024-4-30",
                    "2024-12-3",
                    "2024/4/30 09:00",
                    "May 14, 2024",
                    "14.05.2024 09:00:00.25",
                    "5/14/2024 09:00:00 PM",
                ],
            ),
            (Looks::Dotted, &["10.0.0.1", "1.2.3", "1.10.0", "1.2.3.4.5", "192.168.10.200"]),
            (
                Looks::Plain,
                &[
                    "",
                    "-",
                    "N/A",
                    "n/a",
                    "abc",
                    "May",
                    "Marion",
                    "Mon cheri",
                    "sun, sea",
                    "/a/b?c=1",
                    "598e0aa",
                    "550e8400-e29b-41d4-a716-446655440000",
                    "d41d8cd98f00b204e9800998ecf8427e",
                    "1.2.3-rc1",
                    "v1.2.3",
                    "2024-05-14_x.csv",
                    "2024-W20",
                    "2024-05-14 report",
                    "2024-5-14_x.csv",
                    "2024-5",
                    "1/1/24",
                    "1/0/24",
                    "10/20/30/40",
                    "12-34-56",
                    "3-Mai-24",
                    "12-abc-24",
                    "12/34/56",
                    "9 MB",
                    "5 m",
                    "12 S",
                    "9:59:59",
                    "$9.50",
                    "aa:bb:cc:dd:ee:ff",
                    "00:1b:44:11:3a:b7",
                    "12-34-56-78-9a-bc",
                    "2.0-rc1",
                    "2024-05-14T09",
                    "report 5.pdf",
                    "+49 30 123456",
                    "030 123456",
                    "555-1234",
                    "(555) 123-4567",
                    "::1",
                    "fe80::1",
                    "12:30",
                    "5%",
                    "<5",
                    "12 apples",
                    "1,2,3",
                    "1,2345,678",
                    "0,123,456",
                    "10.0.0.1:80",
                    "ü 5",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(looks_like(text.as_bytes()), looks, "{text:?}");
            }
        }
    }

    #[test]
    fn formats_of_dates() {
        for (text, formats) in [
            ("05/14/2024", &["%m/%d/%Y"][..]),
            ("14/05/2024", &["%d/%m/%Y"]),
            ("05/04/2024", &["%m/%d/%Y", "%d/%m/%Y"]),
            ("14.05.2024 09:00", &["%d.%m.%Y %H:%M"]),
            ("Tue, 14 May 2024 09:00:00 +0000", &["%a, %d %b %Y %H:%M:%S %z"]),
            ("04/30/24", &["%m/%d/%y"]),
            ("04/05/24 09:00", &["%m/%d/%y %H:%M", "%d/%m/%y %H:%M", "%y/%m/%d %H:%M"]),
            ("2-May-24", &["%d-%b-%y"]),
            ("02/May/2024", &["%d/%b/%Y"]),
            ("2024-4-30", &["%Y-%m-%d"]),
            ("2024/4/30 09:00", &["%Y/%m/%d %H:%M"]),
            ("2024-05-14", &[]),
        ] {
            assert_eq!(formats_of(text.as_bytes()), formats, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_look_like_something(text in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = looks_like(&text);
        }

        #[test]
        fn durations_and_grouped_numbers_are_seen(n in 1_000..i64::MAX, nanos in 1..i64::MAX) {
            let digits = n.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(looks_like(grouped.as_bytes()), Looks::Grouped(b','));
            let mut length = Vec::new();
            Duration::from_nanos(nanos.into()).unwrap().write(&mut length);
            prop_assert_eq!(looks_like(&length), Looks::Duration);
        }
    }
}
