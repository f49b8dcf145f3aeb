//! What all stamps share: date and time of day as a clock shows them, a fraction, an offset.

use super::super::calendar::{civil_from_days, days_from_civil, is_date};
use super::super::{SECONDS_PER_DAY, Timestamp, Zone};
use super::NotATime;
use super::zone_name::ZoneName;

/// A stamp as spelled: what a clock showed, and how far ahead of UTC it was, if that is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Stamp {
    /// Seconds from 1970-01-01 00:00 on the clock.
    pub(in super::super) local: i64,
    /// Nanoseconds above them, below 1e9.
    pub(in super::super) nanos: u32,
    /// How far the clock was ahead of UTC.
    pub(in super::super) offset: Offset,
    /// The clock showed second 60; `local` is the second before.
    pub(in super::super) leap: bool,
}

/// How far a stamp says that its clock was ahead of UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Offset {
    /// It does not.
    Unsaid,
    /// Seconds east of UTC.
    East(i32),
    /// By the name of a zone.
    Named(ZoneName),
}

/// The numbers of a stamp before anything is known of their ranges, and its end.
pub(super) struct Spelled<'a> {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    /// Fraction and offset.
    pub(super) tail: &'a [u8],
}

impl Stamp {
    /// The point in time, in `zone` unless the stamp says its offset. A leap second, which ends a month in UTC, is
    /// the second before it; no other minute has a second 60.
    #[inline]
    pub(in super::super) fn at(self, zone: &Zone) -> Result<Timestamp, NotATime> {
        let seconds = match self.offset {
            Offset::East(offset) => self.local - i64::from(offset),
            Offset::Unsaid => zone.to_utc(self.local),
            Offset::Named(name) => self.local - i64::from(name.offset(zone, self.local)?),
        };
        if self.leap && !ends_month(seconds) {
            return Err(NotATime::NoSuchTime);
        }
        Timestamp::new(seconds, self.nanos).ok_or(NotATime::OutOfRange)
    }
}

impl Spelled<'_> {
    /// Checks all ranges.
    #[inline]
    pub(super) fn stamp(&self) -> Result<Stamp, NotATime> {
        let (nanos, offset) = tail(self.tail).ok_or_else(|| why_no_tail(self.tail))?;
        if self.year == 0 {
            return Err(NotATime::OutOfRange);
        }
        if !is_date(self.year.into(), self.month, self.day) {
            return Err(NotATime::NoSuchDate);
        }
        let second_of_day = second_of_day(self.hour, self.minute, self.second, nanos)?;
        let days = days_from_civil(self.year.into(), self.month, self.day);
        let leap = self.second == 60;
        Ok(Stamp { local: days * SECONDS_PER_DAY + second_of_day, nanos, offset, leap })
    }
}

/// Whether a second is the last one of a month in UTC.
#[cold]
fn ends_month(seconds: i64) -> bool {
    let next = seconds + 1;
    let (_, _, day) = civil_from_days(next.div_euclid(SECONDS_PER_DAY));
    next.rem_euclid(SECONDS_PER_DAY) == 0 && day == 1
}

/// Seconds since midnight; 86,400 for the midnight that ends the day, 59 for second 60.
#[inline]
pub(super) fn second_of_day(hour: u32, minute: u32, second: u32, nanos: u32) -> Result<i64, NotATime> {
    let ends_day = hour == 24 && minute == 0 && second == 0 && nanos == 0;
    if (hour > 23 && !ends_day) || minute > 59 || second > 60 {
        return Err(NotATime::NoSuchTime);
    }
    Ok(i64::from(hour * 3600 + minute * 60 + second.min(59)))
}

/// The two digits of a pair; `None` for anything else.
#[inline]
pub(super) fn two(pair: [u8; 2]) -> Option<u32> {
    let [tens, ones] = pair.map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if tens < 10 && ones < 10 { Some(tens * 10 + ones) } else { None }
}

/// What may follow the seconds: a fraction, then an offset; nanoseconds and offset.
#[inline]
pub(super) fn tail(bytes: &[u8]) -> Option<(u32, Offset)> {
    match *bytes {
        [b'Z'] => Some((0, Offset::East(0))),
        // Most stamps of machines tell milliseconds: 3 ns less than the loop takes.
        [b'.', a, b, c, b'Z'] => Some(((two([a, b])? * 10 + two([b'0', c])?) * 1_000_000, Offset::East(0))),
        _ => any_tail(bytes),
    }
}

#[inline(never)]
fn any_tail(bytes: &[u8]) -> Option<(u32, Offset)> {
    let (nanos, rest) = fraction(bytes)?;
    Some((nanos, offset(rest)?))
}

/// Why bytes are not what may follow the seconds.
#[cold]
pub(super) fn why_no_tail(bytes: &[u8]) -> NotATime {
    let end = fraction(bytes).map_or(bytes, |(_, rest)| rest);
    let end = end.strip_prefix(b" ").unwrap_or(end);
    match is_like_offset(ahead_of_utc(end).unwrap_or(end)) {
        true => NotATime::NoSuchOffset,
        false => NotATime::Malformed,
    }
}

/// Seconds east of UTC that `+02:00`, `+0200` or `+02` tells.
pub(in super::super) fn offset_of(bytes: &[u8]) -> Option<i32> {
    let (is_east, hours, minutes) = offset_parts(bytes)?;
    let seconds = (hours * 3600 + minutes * 60) as i32;
    (minutes < 60 && is_offset(seconds)).then_some(if is_east { seconds } else { -seconds })
}

/// Whether a clock may be so many seconds ahead of UTC: less than a day, as in RFC 3339. The one place that says so.
pub(in super::super) const fn is_offset(seconds: i32) -> bool {
    seconds.unsigned_abs() < SECONDS_PER_DAY as u32
}

/// Whether bytes are spelled as an offset, also as one that no clock has.
pub(in super::super) fn is_like_offset(bytes: &[u8]) -> bool {
    offset_parts(bytes).is_some()
}

/// Whether an offset is to the east, its hours, and its minutes.
fn offset_parts(bytes: &[u8]) -> Option<(bool, u32, u32)> {
    let (sign, hours, minutes) = match *bytes {
        [sign, h1, h2] => (sign, [h1, h2], *b"00"),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, [h1, h2], [m1, m2]),
        _ => return None,
    };
    matches!(sign, b'+' | b'-').then_some((sign == b'+', two(hours)?, two(minutes)?))
}

/// The offset after a name of UTC, as browsers and Java write it: `GMT+0200`, `UTC+02:00`, `UTC+2`.
pub(super) fn ahead_of_utc(bytes: &[u8]) -> Option<&[u8]> {
    let offset = match bytes {
        [a, b, c, offset @ ..] if is_utc(&[*a, *b, *c]) => offset,
        [a, b, offset @ ..] if is_utc(&[*a, *b]) => offset,
        _ => return None,
    };
    matches!(offset, [b'+' | b'-', ..]).then_some(offset)
}

/// Whether a word is a name of UTC, in any case.
pub(super) fn is_utc(word: &[u8]) -> bool {
    [&b"utc"[..], b"gmt", b"ut", b"z"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Nanoseconds of a fraction after `.` or `,` if there is one, and what follows it. At least one digit;
/// those after the ninth are dropped.
#[inline]
pub(super) fn fraction(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.' | b',', rest @ ..] = bytes else {
        return Some((0, bytes));
    };
    let mut nanos = 0;
    let mut length = 0;
    for byte in rest {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        if digit > 9 {
            break;
        }
        if length < 9 {
            nanos = nanos * 10 + digit;
        }
        length += 1;
    }
    let scale = SCALES.get(length).unwrap_or(&1);
    if length > 0 { Some((nanos * scale, rest.get(length..)?)) } else { None }
}

/// What makes nanoseconds of a fraction of so many digits.
const SCALES: [u32; 10] =
    [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// An offset that ends a stamp: nothing, `Z`, [`offset_of`]'s, also after `UTC`, or the name of a zone, after at most
/// one blank.
#[inline]
pub(super) fn offset(bytes: &[u8]) -> Option<Offset> {
    match bytes {
        [] => Some(Offset::Unsaid),
        b"Z" => Some(Offset::East(0)),
        _ => match bytes.strip_prefix(b" ").unwrap_or(bytes) {
            b"Z" | b"z" => Some(Offset::East(0)),
            name @ [b'A'..=b'Z' | b'a'..=b'z', ..] => named(name),
            spelled => offset_of(spelled).map(Offset::East),
        },
    }
}

/// The offset that a word says which begins with a letter.
fn named(word: &[u8]) -> Option<Offset> {
    match ahead_of_utc(word) {
        Some(&[sign, hour]) => offset_of(&[sign, b'0', hour]).map(Offset::East),
        Some(offset) => offset_of(offset).map(Offset::East),
        None => ZoneName::read(word).map(Offset::Named),
    }
}
