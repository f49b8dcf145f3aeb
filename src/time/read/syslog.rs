//! The stamp of RFC 3164, which has no year: `Oct 11 22:14:15`.

use super::super::calendar::{days_from_civil, is_date, month_of_name};
use super::super::civil::civil;
use super::super::{SECONDS_PER_DAY, Timestamp, Zone};
use super::NotATime;
use super::stamp::{Stamp, second_of_day, tail, two};

/// A date without its year, and a time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Yearless {
    month: u32,
    day: u32,
    second_of_day: i64,
    nanos: u32,
    offset: Option<i32>,
}

/// Reads `Oct 11 22:14:15` or `Oct  1 22:14:15`, also with one blank before one digit, with any fraction
/// and offset.
pub(super) fn read(bytes: &[u8]) -> Result<Yearless, NotATime> {
    let (month, day, clock, rest) = spelled(bytes).ok_or(NotATime::Malformed)?;
    let (nanos, offset) = tail(rest).ok_or(NotATime::Malformed)?;
    let [hour, minute, second] = clock;
    // Leap years are not excluded yet.
    if !is_date(2000, month, day) {
        return Err(NotATime::NoSuchDate);
    }
    let second_of_day = second_of_day(hour, minute, second, nanos)?;
    Ok(Yearless { month, day, second_of_day, nanos, offset })
}

impl Yearless {
    /// The stamp of a year; there may be no 29th of February in it.
    pub(super) fn in_year(self, year: i64) -> Result<Stamp, NotATime> {
        if !(1..=9999).contains(&year) {
            return Err(NotATime::OutOfRange);
        }
        if !is_date(year, self.month, self.day) {
            return Err(NotATime::NoSuchDate);
        }
        let days = days_from_civil(year, self.month, self.day);
        Ok(Stamp {
            local: days * SECONDS_PER_DAY + self.second_of_day,
            nanos: self.nanos,
            offset: self.offset,
        })
    }

    /// The point in time in the year that brings it nearest to `near`, of two as near the earlier.
    pub(super) fn nearest(self, near: Timestamp, zone: &Zone) -> Result<Timestamp, NotATime> {
        let year = i64::from(civil(near, zone).year);
        // Leap years are at most eight years apart.
        let nearest = |years: i64| {
            (year - years..=year + years)
                .filter_map(|year| self.in_year(year).ok()?.at(zone).ok())
                .min_by_key(|t| t.since(near).to_nanos().unsigned_abs())
        };
        nearest(1).or_else(|| nearest(8)).ok_or(NotATime::NoSuchDate)
    }
}

/// Month, day, clock, and what follows.
fn spelled(bytes: &[u8]) -> Option<(u32, u32, [u32; 3], &[u8])> {
    let (&name, rest) = bytes.split_first_chunk()?;
    let month = month_of_name(name)?;
    let (day, rest) = match rest {
        [b' ', b' ', d, rest @ ..] => (two([b'0', *d])?, rest),
        [b' ', d, b' ', ..] => (two([b'0', *d])?, rest.get(2..)?),
        [b' ', d1, d2, rest @ ..] => (two([*d1, *d2])?, rest),
        _ => return None,
    };
    let (&[b' ', h1, h2, b':', m1, m2, b':', s1, s2], rest) = rest.split_first_chunk()? else {
        return None;
    };
    Some((month, day, [two([h1, h2])?, two([m1, m2])?, two([s1, s2])?], rest))
}
