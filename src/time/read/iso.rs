//! ISO 8601 dates and times, RFC 3339 first of all.

use super::super::SECONDS_PER_DAY;
use super::super::calendar::{days_from_civil, is_date};
use super::stamp::{Spelled, Stamp, tail, two};
use super::{NotATime, brackets, go};

/// Reads the usual case, `2024-01-31T12:34:56` with any fraction and offset, eight bytes at a time.
/// `None` is no verdict: [`read`] decides.
#[inline]
pub(super) fn read_fixed(bytes: &[u8]) -> Option<Stamp> {
    let (date, rest) = bytes.split_first_chunk::<8>()?;
    let (day_and_time, rest) = rest.split_first_chunk::<8>()?;
    let (&[colon, tens, ones], rest) = rest.split_first_chunk::<3>()?;
    if !matches!(day_and_time[2], b'T' | b' ' | b't') || colon != b':' {
        return None;
    }
    let date = pairs(u64::from_le_bytes(*date), *b"0000-00-")?;
    // The byte between date and time has been looked at and must not spoil the arithmetic.
    let day_and_time = u64::from_le_bytes(*day_and_time) & !0xff_0000 | u64::from(b'T') << 16;
    let time = pairs(day_and_time, *b"00T00:00")?;
    let year = i64::from(date[0]) * 100 + i64::from(date[2]);
    let (month, day) = (date[5].into(), time[0].into());
    let (hour, minute, second) = (time[3], time[6], two([tens, ones])?);
    if year == 0 || !is_date(year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanos, offset) = tail(rest)?;
    let minutes = i64::from(hour) * 60 + i64::from(minute);
    let local = days_from_civil(year, month, day) * SECONDS_PER_DAY + minutes * 60 + i64::from(second);
    Some(Stamp { local, nanos, offset, leap: false })
}

/// Reads a date alone, which is its midnight, or a date and a time of day with or without seconds, with
/// any offset, to which Go adds the name of the zone, and Java in brackets.
#[inline(never)]
pub(super) fn read(bytes: &[u8]) -> Result<Stamp, NotATime> {
    match spelled(bytes) {
        Some(spelled) if spelled.tail.last() == Some(&b']') => brackets::read(&spelled),
        Some(spelled) => Spelled { tail: go::without_repetition(spelled.tail), ..spelled }.stamp(),
        None if has_long_year(bytes) => Err(NotATime::OutOfRange),
        None => Err(NotATime::Malformed),
    }
}

/// The numbers of such a stamp, and its end.
pub(super) fn spelled(bytes: &[u8]) -> Option<Spelled<'_>> {
    let (&[y1, y2, y3, y4, separator, m1, m2, second_separator, d1, d2], rest) = bytes.split_first_chunk()?;
    if separator != second_separator || !matches!(separator, b'-' | b'/') {
        return None;
    }
    let (hour, minute, second, tail) = match rest {
        [] => (0, 0, 0, rest),
        [b'T' | b't' | b' ', h1, h2, b':', m1, m2, rest @ ..] => {
            let (second, tail) = match rest {
                [b':', s1, s2, tail @ ..] => (two([*s1, *s2])?, tail),
                // Fractions of a minute are none of ours.
                [b'.' | b',', ..] => return None,
                tail => (0, tail),
            };
            (two([*h1, *h2])?, two([*m1, *m2])?, second, tail)
        }
        _ => return None,
    };
    let (year, month, day) = (two([y1, y2])? * 100 + two([y3, y4])?, two([m1, m2])?, two([d1, d2])?);
    Some(Spelled { year, month, day, hour, minute, second, tail })
}

/// Whether a year of more than four digits leads a date.
fn has_long_year(bytes: &[u8]) -> bool {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match bytes.get(digits..) {
        Some([b'-' | b'/', m1, m2, b'-' | b'/', d1, d2, ..]) => {
            digits > 4 && [m1, m2, d1, d2].iter().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// For each byte of eight, the number that it and the next one spell; what is not `0` in the template must
/// be there as it is. All eight at once: with the template taken off by exclusive or, separators are 0 and
/// digits are their values, which stay below 16 when 6 is added; ten times each byte plus its right
/// neighbour is the number, below 100, so that no byte carries into the next.
#[inline]
fn pairs(bytes: u64, template: [u8; 8]) -> Option<[u8; 8]> {
    let is_digit = template.map(|byte| byte == b'0');
    let sixes = u64::from_le_bytes(is_digit.map(|digit| if digit { 0x06 } else { 0 }));
    let strays = u64::from_le_bytes(is_digit.map(|digit| if digit { 0xf0 } else { 0xff }));
    let values = bytes ^ u64::from_le_bytes(template);
    if (values | values.wrapping_add(sixes)) & strays != 0 {
        return None;
    }
    Some((values.wrapping_mul(10).wrapping_add(values >> 8)).to_le_bytes())
}
