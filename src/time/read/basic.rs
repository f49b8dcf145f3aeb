//! The basic format of ISO 8601, without separators: `20240131T120000Z`.

use super::stamp::{Spelled, Stamp, two};
use super::{NotATime, brackets};

/// Reads date and time of day joined by `T`, with or without seconds, with any offset. A date alone is a number of eight
/// digits, and none of ours.
pub(super) fn read(bytes: &[u8]) -> Result<Stamp, NotATime> {
    let spelled = spelled(bytes).ok_or(NotATime::Malformed)?;
    if spelled.tail.last() == Some(&b']') { brackets::read(&spelled) } else { spelled.stamp() }
}

/// Whether bytes have the shape of such a stamp, as far as its hour.
pub(super) fn is_begun(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk::<8>() {
        Some((date, [b'T' | b't', b'0'..=b'9', ..])) => date.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn spelled(bytes: &[u8]) -> Option<Spelled<'_>> {
    let (&[y1, y2, y3, y4, m1, m2, d1, d2, b'T' | b't', h1, h2, n1, n2], rest) = bytes.split_first_chunk()?
    else {
        return None;
    };
    let (second, tail) = match rest {
        [s1 @ b'0'..=b'9', s2, tail @ ..] => (two([*s1, *s2])?, tail),
        // Fractions of a minute are none of ours.
        [b'.' | b',', ..] => return None,
        tail => (0, tail),
    };
    Some(Spelled {
        year: two([y1, y2])? * 100 + two([y3, y4])?,
        month: two([m1, m2])?,
        day: two([d1, d2])?,
        hour: two([h1, h2])?,
        minute: two([n1, n2])?,
        second,
        tail,
    })
}
