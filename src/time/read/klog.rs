//! The stamp that Kubernetes and glog begin a line with: a letter for the severity, month and day, a time of day,
//! `I0514 12:34:56.789012`; newer programs write the year too, `I20240514 12:34:56.789012`.

use super::NotATime;
use super::stamp::{Spelled, two};
use super::syslog::{LEAP_YEAR, Lettered, Yearless};

/// Whether bytes have the shape of such a stamp, as far as its day.
pub(super) fn is_begun(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk::<5>() {
        Some(([b'I' | b'W' | b'E' | b'F', day @ ..], _)) => day.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Reads such a stamp, with any fraction and offset.
pub(super) fn read(bytes: &[u8]) -> Result<Lettered, NotATime> {
    let (spelled, has_year) = spelled(bytes).ok_or(NotATime::Malformed)?;
    let Spelled { month, day, .. } = spelled;
    let stamp = spelled.stamp()?;
    Ok(match has_year {
        true => Lettered::Whole(stamp),
        false => Lettered::Yearless(Yearless::of_leap_year(stamp, month, day, None)),
    })
}

/// The numbers of a stamp, and whether its year is among them.
fn spelled(bytes: &[u8]) -> Option<(Spelled<'_>, bool)> {
    let (_, rest) = bytes.split_first()?;
    let (year, rest) = match rest {
        [_, _, _, _, b' ', ..] => (None, rest),
        [y1, y2, y3, y4, rest @ ..] => (Some(two([*y1, *y2])? * 100 + two([*y3, *y4])?), rest),
        _ => return None,
    };
    let (&[m1, m2, d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2], tail) = rest.split_first_chunk()?
    else {
        return None;
    };
    let spelled = Spelled {
        year: year.unwrap_or(LEAP_YEAR),
        month: two([m1, m2])?,
        day: two([d1, d2])?,
        hour: two([h1, h2])?,
        minute: two([n1, n2])?,
        second: two([s1, s2])?,
        tail,
    };
    Some((spelled, year.is_some()))
}
