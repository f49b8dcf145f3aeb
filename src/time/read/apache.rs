//! The stamp of web server logs: `10/Oct/2000:13:55:36 -0700`.

use super::super::calendar::month_of_name;
use super::NotATime;
use super::stamp::{Spelled, Stamp, two};

/// Reads day, English month, year and time of day, with any offset or none.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Result<Stamp, NotATime> {
    spelled(bytes).ok_or(NotATime::Malformed)?.stamp()
}

#[inline]
fn spelled(bytes: &[u8]) -> Option<Spelled<'_>> {
    let (&[d1, d2, b'/', b1, b2, b3, b'/', y1, y2, y3, y4, b':', h1, h2, b':', m1, m2, b':', s1, s2], tail) =
        bytes.split_first_chunk()?
    else {
        return None;
    };
    Some(Spelled {
        year: two([y1, y2])? * 100 + two([y3, y4])?,
        month: month_of_name([b1, b2, b3])?,
        day: two([d1, d2])?,
        hour: two([h1, h2])?,
        minute: two([m1, m2])?,
        second: two([s1, s2])?,
        tail,
    })
}
