//! Stamps that begin with a day of the week, or with the day of the month before its name: RFC 2822, HTTP dates,
//! asctime, `date`, `systemctl`, JavaScript's `Date`.

use super::super::SECONDS_PER_DAY;
use super::super::calendar::{days_from_civil, is_date, leading_month, weekday_of_name};
use super::super::civil::Civil;
use super::stamp::{Offset, Spelled, Stamp, offset, two, why_no_tail};
use super::syslog::{self, Lettered};
use super::{NotATime, iso};

/// A year of two digits is of one of these centuries: a date is another day of the week a hundred years later.
const CENTURIES: [u32; 2] = [1900, 2000];

/// Reads a stamp after the name of a day of the week, in full or in three letters, which must be that of the date:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`,
/// `Sun 1994-11-06 08:49:37 UTC`.
pub(super) fn read(bytes: &[u8]) -> Result<Lettered, NotATime> {
    let (bytes, zone) = zone_apart(bytes)?;
    let (weekday, rest) = leading_weekday(bytes).ok_or(NotATime::Malformed)?;
    let read = match rest {
        [b'0'..=b'9', _, _, b'0'..=b'9', ..] => {
            whole(&iso::spelled(rest).ok_or(NotATime::Malformed)?, Some(weekday))?
        }
        [b'0'..=b'9' | b' ', ..] => day_first(rest, Some(weekday))?,
        _ => syslog::read(rest, Some(weekday))?,
    };
    in_zone(read, zone)
}

/// Reads `6 Nov 1994 08:49:37 +0000`, as RFC 2822 has it without a day of the week, also without the year.
pub(super) fn read_day_first(bytes: &[u8]) -> Result<Lettered, NotATime> {
    let (bytes, zone) = zone_apart(bytes)?;
    in_zone(day_first(bytes, None)?, zone)
}

/// The stamp, which must be of this day of the week, if one is said.
fn whole(spelled: &Spelled<'_>, weekday: Option<u8>) -> Result<Lettered, NotATime> {
    let stamp = spelled.stamp()?;
    if let Some(weekday) = weekday {
        check(weekday, spelled.year.into(), spelled.month, spelled.day)?;
    }
    Ok(Lettered::Whole(stamp))
}

/// An error where a date that exists is another day of the week.
pub(super) fn check(weekday: u8, year: i64, month: u32, day: u32) -> Result<(), NotATime> {
    let days = days_from_civil(year, month, day);
    match Civil::of_local(days * SECONDS_PER_DAY, 0).weekday == weekday {
        true => Ok(()),
        false => Err(NotATime::OtherWeekday),
    }
}

/// A day of the week, from Monday 1, and what follows it, at most a comma, and one blank.
fn leading_weekday(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let len = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = bytes.split_at_checked(len)?;
    let (day, _) = weekday_of_name(word)?;
    let rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?;
    Some((day, rest))
}

/// Day, month and year with blanks between, after a day of the week also with `-`, or day and month alone; then the time
/// of day and a zone. The day may have one digit, also after a second blank; seconds may be missing.
fn day_first(bytes: &[u8], weekday: Option<u8>) -> Result<Lettered, NotATime> {
    let (spelled, year) = dated(bytes, weekday.is_some()).ok_or(NotATime::Malformed)?;
    match (year, weekday) {
        (SaidYear::Nothing, _) => {
            let Spelled { month, day, .. } = spelled;
            let stamp = spelled.stamp()?;
            Ok(Lettered::Yearless(syslog::Yearless::of_leap_year(stamp, month, day, weekday)))
        }
        (SaidYear::Short, Some(weekday)) => whole(&in_century(spelled, weekday)?, Some(weekday)),
        _ => whole(&spelled, weekday),
    }
}

/// How a stamp says its year.
enum SaidYear {
    Whole,
    /// In two digits, as it may after a day of the week.
    Short,
    /// Not at all: it is taken to be [`syslog::LEAP_YEAR`].
    Nothing,
}

/// The numbers of such a stamp, and how it says its year.
fn dated(bytes: &[u8], has_weekday: bool) -> Option<(Spelled<'_>, SaidYear)> {
    let (day, rest) = match bytes {
        [b' ', d, rest @ ..] => (two([b'0', *d])?, rest),
        [d, b' ' | b'-', ..] => (two([b'0', *d])?, bytes.get(1..)?),
        [d1, d2, rest @ ..] => (two([*d1, *d2])?, rest),
        _ => return None,
    };
    let (&by, rest) = rest.split_first()?;
    if !(by == b' ' || by == b'-' && has_weekday) {
        return None;
    }
    let (month, rest) = leading_month(rest)?;
    let (&again, rest) = rest.split_first()?;
    if by != again {
        return None;
    }
    let (year, said, rest) = match rest {
        [y1, y2, y3, y4, b' ', rest @ ..] => {
            (two([*y1, *y2])? * 100 + two([*y3, *y4])?, SaidYear::Whole, rest)
        }
        [y1, y2, b' ', rest @ ..] if has_weekday => (two([*y1, *y2])?, SaidYear::Short, rest),
        [_, _, b':', ..] if by == b' ' => (syslog::LEAP_YEAR, SaidYear::Nothing, rest),
        _ => return None,
    };
    let (&[h1, h2, b':', m1, m2], rest) = rest.split_first_chunk()? else { return None };
    let (second, tail) = match rest {
        [b':', s1, s2, tail @ ..] => (two([*s1, *s2])?, tail),
        // Fractions of a minute are none of ours.
        [b'.' | b',', ..] => return None,
        tail => (0, tail),
    };
    let (hour, minute) = (two([h1, h2])?, two([m1, m2])?);
    Some((Spelled { year, month, day, hour, minute, second, tail }, said))
}

/// The stamp in the century in which its date is this day of the week.
fn in_century(spelled: Spelled<'_>, weekday: u8) -> Result<Spelled<'_>, NotATime> {
    let mut reason = NotATime::NoSuchDate;
    for year in CENTURIES.map(|century| century + spelled.year) {
        if is_date(year.into(), spelled.month, spelled.day) {
            match check(weekday, year.into(), spelled.month, spelled.day) {
                Ok(()) => return Ok(Spelled { year, ..spelled }),
                Err(other) => reason = other,
            }
        }
    }
    Err(reason)
}

/// A stamp without the zone that ends it, where that is spelled as mails and browsers alone do: before a comment in
/// parentheses.
fn zone_apart(bytes: &[u8]) -> Result<(&[u8], Option<Offset>), NotATime> {
    let said = without_comment(bytes);
    let zone = memchr::memrchr(b' ', said).filter(|_| said.len() < bytes.len());
    match zone.and_then(|at| said.split_at_checked(at)) {
        Some((stamp, word @ [b' ', b'A'..=b'Z' | b'+' | b'-', ..])) => match offset(word) {
            Some(zone) => Ok((stamp, Some(zone))),
            None => Err(why_no_tail(word)),
        },
        _ => Ok((bytes, None)),
    }
}

/// A text without the comment in parentheses that ends it, and the blank before that.
fn without_comment(text: &[u8]) -> &[u8] {
    if text.last() != Some(&b')') {
        return text;
    }
    let mut depth = 0_usize;
    let opens = text.iter().rposition(|byte| {
        match byte {
            b')' => depth += 1,
            b'(' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let before = opens.and_then(|at| text.get(..at)?.strip_suffix(b" "));
    before.unwrap_or(text)
}

/// The stamp in a zone that was spelled apart from it; it has no other.
fn in_zone(read: Lettered, zone: Option<Offset>) -> Result<Lettered, NotATime> {
    let Some(zone) = zone else { return Ok(read) };
    let unsaid = |offset: Offset| if offset == Offset::Unsaid { Ok(zone) } else { Err(NotATime::Malformed) };
    Ok(match read {
        Lettered::Whole(stamp) => Lettered::Whole(Stamp { offset: unsaid(stamp.offset)?, ..stamp }),
        Lettered::Yearless(stamp) => {
            Lettered::Yearless(syslog::Yearless { offset: unsaid(stamp.offset)?, ..stamp })
        }
    })
}
