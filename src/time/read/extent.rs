//! How far a stamp goes that is followed by other words, as in a line of syslog. By its shape alone: whether there is
//! such a day is said where the time is wanted.

use super::NotATime;
use super::iso;
use super::stamp::{is_like_offset, tail, why_no_tail};
use super::zone_name::is_zone_name;

/// The length of the stamp that `text` begins with, up to a blank or the end: `Oct 11 22:14:15`, or a date and time
/// of ISO 8601; each with a year after the day or the time, and a zone after the time, if they are there. `None`
/// where there is no stamp, or only half of one.
#[inline]
pub fn stamp_len(text: &[u8]) -> Option<usize> {
    match text {
        [month, _, _, b' ', ..] if month.is_ascii_uppercase() => lettered(text),
        [a, b, c, d, b' ', month, ..]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) && month.is_ascii_uppercase() =>
        {
            lettered(text.get(5..)?).map(|len| 5 + len)
        }
        [a, b, c, d, b'-' | b'/', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => dated(text),
        _ => None,
    }
}

/// `Oct 11 22:14:15`, also with one blank before one digit.
#[inline]
fn lettered(text: &[u8]) -> Option<usize> {
    let day_end = match text.get(4..)? {
        [b' ', d, b' ', ..] if d.is_ascii_digit() => 6,
        [d, e, b' ', ..] if d.is_ascii_digit() && e.is_ascii_digit() => 6,
        [d, b' ', ..] if d.is_ascii_digit() => 5,
        _ => return None,
    };
    let has_year =
        text.get(day_end + 1..day_end + 5).is_some_and(is_year) && text.get(day_end + 5) == Some(&b' ');
    let start = if has_year { day_end + 6 } else { day_end + 1 };
    let clock = word(text.get(start..)?);
    let (digits, rest) = clock.split_at_checked(8)?;
    let is_tail = || tail(rest).is_some() || why_no_tail(rest) != NotATime::Malformed;
    if !is_clock(digits) || !(rest.is_empty() || is_tail()) {
        return None;
    }
    Some(with_words(text, start + clock.len(), has_year))
}

/// A date of ISO 8601, with a time of day unless it stands alone.
fn dated(text: &[u8]) -> Option<usize> {
    let (_, rest) = text.split_at_checked(10)?;
    let len = match rest {
        [b' ', clock @ ..] if begins_clock(clock) => 11 + word(clock).len(),
        [b' ', ..] | [] => 10,
        _ => 10 + word(rest).len(),
    };
    let stamp = text.get(..len)?;
    let is_whole = iso::read_fixed(stamp).is_some() || !matches!(iso::read(stamp), Err(NotATime::Malformed));
    is_whole.then(|| if len == 10 { len } else { with_words(text, len, true) })
}

/// The length with the words after the time that belong to it: a year, unless it has one, and a zone.
#[inline]
fn with_words(text: &[u8], mut len: usize, mut has_year: bool) -> usize {
    let mut has_zone = false;
    while let Some([b' ', rest @ ..]) = text.get(len..) {
        // Most hosts are told by their first letter.
        if !matches!(rest, [b'0'..=b'9' | b'A'..=b'Z' | b'+' | b'-', ..]) {
            break;
        }
        let word = word(rest);
        if !has_year && is_year(word) {
            has_year = true;
        } else if !has_zone && (is_zone_name(word) || is_like_offset(word)) {
            has_zone = true;
        } else {
            break;
        }
        len += 1 + word.len();
    }
    len
}

fn word(text: &[u8]) -> &[u8] {
    text.get(..memchr::memchr(b' ', text).unwrap_or(text.len())).unwrap_or(text)
}

/// A year of the last century or of this one: other numbers may be hosts.
fn is_year(word: &[u8]) -> bool {
    matches!(word, [b'1', b'9', c, d] | [b'2', b'0', c, d] if c.is_ascii_digit() && d.is_ascii_digit())
}

fn is_clock(digits: &[u8]) -> bool {
    let is_digit = |at: usize| digits.get(at).is_some_and(u8::is_ascii_digit);
    [0, 1, 3, 4, 6, 7].into_iter().all(is_digit)
        && digits.get(2) == Some(&b':')
        && digits.get(5) == Some(&b':')
}

/// `9:45` or `09:45`, as no host begins.
fn begins_clock(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=2).contains(&digits)
        && matches!(text.get(digits..), Some([b':', m1, m2, ..]) if m1.is_ascii_digit() && m2.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::stamp_len;

    #[test]
    fn up_to_the_host() {
        for (stamp, rest) in [
            ("Oct 11 22:14:15", " web1 su: x"),
            ("Oct  1 22:14:15", " web1 su: x"),
            ("Oct 1 22:14:15.25", " web1 su: x"),
            ("Oct 11 22:14:15", ""),
            ("Oct 11 22:14:15+02:00", " web1"),
            ("Oct 11 22:14:15 2019", " web1 su: x"),
            ("Oct 11 2019 22:14:15", " web1 su: x"),
            ("Oct 11 2019 22:14:15", " 2019 su: x"),
            ("Oct 11 22:14:15 CET", " web1"),
            ("Oct 11 22:14:15 CET 2019", " web1"),
            ("Oct 11 22:14:15 2019 +0100", " web1"),
            ("Oct 11 22:14:15 CET", " CET"),
            ("Oct 11 22:14:15", " WEB1 su: x"),
            ("Oct 11 22:14:15", " 4711 su: x"),
            ("Oct 11 22:14:15", " - su: x"),
            ("2024 Oct 11 22:14:15", " web1 su: x"),
            ("2024 Oct  1 22:14:15.123 UTC", " web1 su: x"),
            ("2024-02-11 20:45:07", " web1 app: m"),
            ("2024-02-11 20:45", " web1 app: m"),
            ("2024-02-11 20:45:07,123", " web1"),
            ("2024-02-11 20:45:07 +0100", " web1"),
            ("2024/02/11 20:45:07 UTC", " web1"),
            ("2024-02-11T20:45:07.5+01:00", " 2019"),
            ("2024-02-11T20:45:07 CET", " web1"),
            ("2024-02-11", " web1"),
            ("2024-02-11", ""),
        ] {
            let text = format!("{stamp}{rest}");
            assert_eq!(stamp_len(text.as_bytes()), Some(stamp.len()), "{stamp}|{rest}");
        }
    }

    #[test]
    fn never_half_a_stamp() {
        for text in [
            "",
            "hello",
            "Oct 11",
            "Oct 11 22:14 web1",
            "Oct 11 2019 web1",
            "Oct 11 22:14:15: web1",
            "Oct 11 22:14:15x web1",
            "Oct 11 22:14:15. web1",
            "oct 11 22:14:15 web1",
            "2024-02-11Tgarbage web1",
            "2024-02-11x web1",
            "2024-02-11 20:45:7 web1",
            "2024-02-11 9:45:07 web1",
            "2024-02-11 20:45:07x web1",
            "2024-02/11 web1",
            "2024-02-1 web1",
        ] {
            assert_eq!(stamp_len(text.as_bytes()), None, "{text}");
        }
    }
}
