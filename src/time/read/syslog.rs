//! The stamp of RFC 3164, which has no year, `Oct 11 22:14:15`, and its kin that have one.

use super::super::calendar::{days_from_civil, is_date, leading_month, month_of_name};
use super::super::civil::civil;
use super::super::{SECONDS_PER_DAY, Timestamp, Zone};
use super::stamp::{Offset, Spelled, Stamp, fraction, offset, second_of_day, two, why_no_tail};
use super::{NotATime, Year, weekday};

/// A date without its year, and a time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Yearless {
    pub(in super::super) month: u32,
    pub(in super::super) day: u32,
    pub(in super::super) second_of_day: i64,
    pub(in super::super) nanos: u32,
    pub(in super::super) offset: Offset,
    pub(in super::super) leap: bool,
    /// From Monday 1, if it is said.
    pub(in super::super) weekday: Option<u8>,
}

/// What was read.
pub(super) enum Lettered {
    Yearless(Yearless),
    Whole(Stamp),
}

/// A year of which no day is missing.
pub(super) const LEAP_YEAR: u32 = 2000;

/// The nanoseconds in half of the longest year.
const HALF_YEAR: u128 = 183 * SECONDS_PER_DAY as u128 * 1_000_000_000;

/// Reads `Oct 11 22:14:15` or `Oct  1 22:14:15`, also with one blank before one digit, or the month in full, with any
/// fraction and offset;
/// a year may come after the day, after the time, and on either side of the offset. Of a day of the week, from Monday 1,
/// that was read before, the date must be one.
pub(super) fn read(bytes: &[u8], said: Option<u8>) -> Result<Lettered, NotATime> {
    let parts = spelled(bytes).ok_or(NotATime::Malformed)?;
    let Parts { month, day, clock: [hour, minute, second], year, nanos, end } = parts;
    let offset = offset(end).ok_or_else(|| why_no_tail(end))?;
    let checked = Spelled { year: year.unwrap_or(LEAP_YEAR), month, day, hour, minute, second, tail: &[] };
    let stamp = Stamp { nanos, offset, ..checked.stamp()? };
    // The midnight that ends a day is one only without a fraction.
    second_of_day(hour, minute, second, nanos)?;
    if let (Some(said), Some(year)) = (said, year) {
        weekday::check(said, year.into(), month, day)?;
    }
    Ok(match year {
        Some(_) => Lettered::Whole(stamp),
        None => Lettered::Yearless(Yearless::of_leap_year(stamp, month, day, said)),
    })
}

impl Yearless {
    /// What a stamp of [`LEAP_YEAR`], in which each day exists, says without its year.
    pub(super) fn of_leap_year(stamp: Stamp, month: u32, day: u32, weekday: Option<u8>) -> Self {
        let Stamp { local, nanos, offset, leap } = stamp;
        let second_of_day = local - days_from_civil(LEAP_YEAR.into(), month, day) * SECONDS_PER_DAY;
        Self { month, day, second_of_day, nanos, offset, leap, weekday }
    }

    /// The point in time: nearest to `near` if that is known, else by `year`.
    pub(in super::super) fn at(
        self,
        near: Option<Timestamp>,
        year: Option<Year>,
        zone: &Zone,
    ) -> Result<Timestamp, NotATime> {
        match (near, year.ok_or(NotATime::NoYear)?) {
            (Some(near), _) | (None, Year::Nearest(near)) => self.nearest(near, zone),
            (None, Year::Of(year)) => self.in_year(year.into())?.at(zone),
        }
    }

    /// The stamp of a year; there may be no 29th of February in it.
    fn in_year(self, year: i64) -> Result<Stamp, NotATime> {
        if !(1..=9999).contains(&year) {
            return Err(NotATime::OutOfRange);
        }
        if !is_date(year, self.month, self.day) {
            return Err(if self.is_leap_day() { NotATime::NoLeapDay } else { NotATime::NoSuchDate });
        }
        let days = days_from_civil(year, self.month, self.day);
        if let Some(said) = self.weekday {
            weekday::check(said, year, self.month, self.day)?;
        }
        Ok(Stamp {
            local: days * SECONDS_PER_DAY + self.second_of_day,
            nanos: self.nanos,
            offset: self.offset,
            leap: self.leap,
        })
    }

    /// The point in time in the year that brings it nearest to `near`, of two as near the earlier. Of a day that is each
    /// year that is half a year away at most, and a leap day farther away is taken for none: the years are wrong.
    fn nearest(self, near: Timestamp, zone: &Zone) -> Result<Timestamp, NotATime> {
        let year = i64::from(civil(near, zone).year);
        let in_year = |year: i64| self.in_year(year).and_then(|stamp| stamp.at(zone));
        let away = |t: &Timestamp| t.since(near).to_nanos().unsigned_abs();
        let nearest = (year - 1..=year + 1).filter_map(|year| in_year(year).ok()).min_by_key(away);
        // A day of the week tells the year of a leap day as well.
        if self.is_leap_day() && self.weekday.is_none() {
            return nearest.filter(|t| away(t) <= HALF_YEAR).ok_or(NotATime::NoLeapDay);
        }
        nearest.map_or_else(|| in_year(year), Ok)
    }

    fn is_leap_day(self) -> bool {
        (self.month, self.day) == (2, 29)
    }
}

/// The numbers of a stamp.
struct Parts<'a> {
    month: u32,
    day: u32,
    clock: [u32; 3],
    year: Option<u32>,
    nanos: u32,
    /// The offset.
    end: &'a [u8],
}

fn spelled(bytes: &[u8]) -> Option<Parts<'_>> {
    let (month, rest) = match bytes.split_first_chunk()? {
        (name, rest @ [b' ', ..]) => (month_of_name(*name)?, rest),
        _ => leading_month(bytes)?,
    };
    let (day, rest) = match rest {
        [b' ', b' ', d, rest @ ..] => (two([b'0', *d])?, rest),
        [b' ', d, b' ', ..] => (two([b'0', *d])?, rest.get(2..)?),
        [b' ', d1, d2, rest @ ..] => (two([*d1, *d2])?, rest),
        _ => return None,
    };
    let (before, rest) = leading_year(rest);
    let (&[b' ', h1, h2, b':', m1, m2, b':', s1, s2], rest) = rest.split_first_chunk()? else {
        return None;
    };
    let (nanos, rest) = fraction(rest)?;
    let (behind, rest) = if before.is_none() { year_behind(rest) } else { (None, rest) };
    let clock = [two([h1, h2])?, two([m1, m2])?, two([s1, s2])?];
    Some(Parts { month, day, clock, year: before.or(behind), nanos, end: rest })
}

/// A year and the blank before it, at the front of more.
fn leading_year(text: &[u8]) -> (Option<u32>, &[u8]) {
    match text {
        [b' ', y1, y2, y3, y4, rest @ ..] if matches!(rest, [] | [b' ', ..]) => {
            let year = two([*y1, *y2]).zip(two([*y3, *y4]));
            year.map_or((None, text), |(century, year)| (Some(century * 100 + year), rest))
        }
        _ => (None, text),
    }
}

/// A year before the offset or after it, and the rest without it.
fn year_behind(text: &[u8]) -> (Option<u32>, &[u8]) {
    let (year, rest) = leading_year(text);
    if year.is_some() || text.is_empty() {
        return (year, rest);
    }
    let (offset, last) = text.split_at(text.len().saturating_sub(5));
    let (year, _) = leading_year(last);
    (year, if year.is_some() { offset } else { text })
}
