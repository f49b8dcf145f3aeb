//! Stated time formats: strftime's directives, or the unit of an epoch.

mod directives;
mod doubt;
mod zone_word;

use jiff::fmt::strtime::{BrokenDownTime, Config, PosixCustom};
use jiff::tz::TimeZone;

use self::directives::directives;
use self::zone_word::Said;
use super::calendar::is_date;
use super::read::{Offset, Stamp, Unit, Yearless, ZoneName, is_offset};
use super::zone::{datetime, exactly_jiff, local_seconds};
use super::{NotATime, Timestamp, Year, Zone};

/// A format to read and write times by: `%Y-%m-%d %H:%M:%S` and the other directives of jiff's
/// `fmt::strtime` (`%c`, `%x`, `%X`, `%r` as in the C locale, for writing alone), or `s`, `ms`, `us`, `ns` for a Unix epoch of that unit, whatever its size.
#[derive(Clone, Debug)]
pub struct TimeFormat(Form);

#[derive(Clone, Debug)]
enum Form {
    Epoch(Unit),
    Directives(String),
}

/// 2024-11-23T21:34:56.123456789Z: every number of it has two digits or more, and no two are alike.
const SAMPLE: (i64, i32) = (1_732_397_696, 123_456_789);

impl TimeFormat {
    /// A format for writing, and for reading if [`Self::readable`] agrees. The error names the directive.
    pub fn parse(format: &str) -> Result<Self, String> {
        if let Some(unit) = Unit::of_name(format) {
            return Ok(Self(Form::Epoch(unit)));
        }
        if !format.contains('%') {
            return Err(format!(
                "a time format without directives: \"{format}\" (write one such as %Y-%m-%d %H:%M:%S, or s, ms, us, ns)"
            ));
        }
        let parsed = Self(Form::Directives(format.to_owned()));
        parsed.write_sample().map(|_| ()).map_err(|reason| {
            match failing_directive(format, |part| sample().to_string_with_config(&c_locale(), part).is_ok())
            {
                Some(directive) => format!("unknown directive {directive} in the time format \"{format}\""),
                None => format!("the time format \"{format}\" cannot be written: {reason}"),
            }
        })?;
        Ok(parsed)
    }

    /// The same format, if a time can be read by it: each directive can be read, and together they tell
    /// a date.
    pub fn readable(self) -> Result<Self, String> {
        let Form::Directives(format) = &self.0 else {
            return Ok(self);
        };
        let written = self.write_sample()?;
        let Some(Said { parts: read, .. }) = Said::of(format, written.as_bytes()) else {
            return Err(unreadable(format));
        };
        if read.timestamp().is_none() && read.to_datetime().is_err() && yearless(&read, false).is_err() {
            return Err(format!(
                "the time format \"{format}\" does not tell date and time (it needs month and day, hours before minutes, or %s)"
            ));
        }
        Ok(self)
    }

    /// Whether times of this format have no year, so that `--year` must give it.
    pub fn is_yearless(&self) -> bool {
        let Form::Directives(format) = &self.0 else { return false };
        let Ok(sample) = self.write_sample() else { return false };
        Said::of(format, sample.as_bytes())
            .is_some_and(|Said { parts, .. }| parts.timestamp().is_none() && yearless(&parts, false).is_ok())
    }

    /// Whether it has `%Z`, so that the names of zones are read.
    pub fn reads_names(&self) -> bool {
        matches!(&self.0, Form::Directives(format) if format.contains("%Z"))
    }

    /// Whether this is an epoch of a stated unit.
    pub fn is_epoch(&self) -> bool {
        matches!(self.0, Form::Epoch(_))
    }

    /// Reads a time; one without an offset or zone is in `zone`. One without a year is not read.
    pub fn read(&self, bytes: &[u8], zone: &Zone) -> Result<Timestamp, NotATime> {
        self.read_near(bytes, zone, None, None)
    }

    /// As [`Self::read`]; a time without a year takes the one that brings it nearest to `near` if that is known,
    /// else `year`, if there is one at all.
    pub fn read_near(
        &self,
        bytes: &[u8],
        zone: &Zone,
        near: Option<Timestamp>,
        year: Option<Year>,
    ) -> Result<Timestamp, NotATime> {
        let format = match &self.0 {
            Form::Epoch(unit) => return unit.read(bytes),
            Form::Directives(format) => format,
        };
        let place = Place { zone, near, year };
        match BrokenDownTime::parse(format, bytes) {
            Ok(mut parts) => {
                let leap = is_leap_second(&parts, format, bytes);
                time_of(&mut parts, leap, None, place)
            }
            Err(_) => {
                let said = Said::in_words(format, bytes).ok_or(NotATime::Unformatted)?;
                let Said { mut parts, name, format, bytes } = said;
                let leap = is_leap_second(&parts, &format, &bytes);
                time_of(&mut parts, leap, name, place)
            }
        }
    }

    /// Why a text is not of this format: what is wrong with its numbers, if they are where the format has them.
    #[cold]
    pub fn reason_of(&self, bytes: &[u8]) -> NotATime {
        match &self.0 {
            Form::Epoch(_) => NotATime::Unformatted,
            Form::Directives(format) => doubt::reason_of(format, bytes),
        }
    }

    /// Appends the time as `zone` shows it; nothing if the zone shows it beyond the years 1 to 9999, or
    /// a directive needs more than is known of the last two days of 9999.
    pub fn write(&self, t: Timestamp, zone: &Zone, out: &mut Vec<u8>) -> Result<(), NotATime> {
        match &self.0 {
            Form::Epoch(unit) => {
                unit.write(t, out);
                Ok(())
            }
            Form::Directives(format) => {
                let length = out.len();
                let written = parts_of(t, zone)?.format_with_config(&c_locale(), format, &mut *out);
                if written.is_err() {
                    out.truncate(length);
                }
                written.map_err(|_| NotATime::OutOfRange)
            }
        }
    }

    fn write_sample(&self) -> Result<String, String> {
        match &self.0 {
            Form::Epoch(_) => Ok(String::new()),
            Form::Directives(format) => {
                sample().to_string_with_config(&c_locale(), format).map_err(|error| error.to_string())
            }
        }
    }
}

/// The locale without a language, as of date(1) with `LC_ALL=C`.
fn c_locale() -> Config<PosixCustom> {
    Config::new().custom(PosixCustom::new())
}

/// The sample in UTC, which knows everything that a directive can ask for.
fn sample() -> BrokenDownTime {
    let (seconds, nanos) = SAMPLE;
    let sample = jiff::Timestamp::new(seconds, nanos).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    BrokenDownTime::from(&sample.to_zoned(TimeZone::UTC))
}

/// Why a format by which times can be written cannot read them.
fn unreadable(format: &str) -> String {
    let is_readable =
        |part: &str| sample().to_string(part).is_ok_and(|text| Said::of(part, text.as_bytes()).is_some());
    match failing_directive(format, is_readable) {
        Some(directive) => format!("times cannot be read by {directive} in the time format \"{format}\""),
        None => {
            format!(
                "times cannot be read by the time format \"{format}\" (put something between the numbers)"
            )
        }
    }
}

/// What a stamp does not say itself: its zone and its year.
#[derive(Clone, Copy)]
struct Place<'a> {
    zone: &'a Zone,
    near: Option<Timestamp>,
    year: Option<Year>,
}

/// The time that parts tell, with the name of a zone if one was read.
fn time_of(
    parts: &mut BrokenDownTime,
    leap: bool,
    name: Option<ZoneName>,
    place: Place<'_>,
) -> Result<Timestamp, NotATime> {
    if parts.offset().is_some_and(|offset| !is_offset(offset.seconds())) {
        return Err(NotATime::NoSuchOffset);
    }
    if let Some(moment) = parts.timestamp() {
        return Timestamp::new(moment.as_second(), nanos_of(parts)).ok_or(NotATime::OutOfRange);
    }
    let named = match parts.iana_time_zone() {
        Some(name) => Some(Zone::parse(name).map_err(|_| NotATime::Unformatted)?),
        None => None,
    };
    let zone = named.as_ref().unwrap_or(place.zone);
    let zoned = |offset: Offset| match (offset, name) {
        (Offset::Unsaid, Some(name)) => Offset::Named(name),
        _ => offset,
    };
    if has_year(parts) {
        let stamp = stamp(parts, leap)?;
        Stamp { offset: zoned(stamp.offset), ..stamp }.at(zone)
    } else {
        let stamp = yearless(parts, leap)?;
        Yearless { offset: zoned(stamp.offset), ..stamp }.at(place.near, place.year, zone)
    }
}

/// A stamp with its year; the name of a zone wins over an offset.
fn stamp(parts: &mut BrokenDownTime, leap: bool) -> Result<Stamp, NotATime> {
    let (nanos, offset) = (nanos_of(parts), offset_of(parts));
    match parts.to_datetime() {
        Ok(shown) => Ok(Stamp { local: local_seconds(shown), nanos, offset, leap }),
        Err(_) => {
            let said = parts.weekday();
            parts.set_weekday(None);
            let is_date = said.is_some() && parts.to_datetime().is_ok();
            Err(if is_date { NotATime::OtherWeekday } else { NotATime::NoSuchDate })
        }
    }
}

/// A stamp without a year.
fn yearless(parts: &BrokenDownTime, leap: bool) -> Result<Yearless, NotATime> {
    let (Some(month), Some(day), false) = (parts.month(), parts.day(), has_year(parts)) else {
        return Err(NotATime::NoSuchDate);
    };
    let (month, day) = (u32::from(month.unsigned_abs()), u32::from(day.unsigned_abs()));
    let clock = parts.to_time().map_err(|_| NotATime::NoSuchDate)?;
    // Leap years are not excluded yet.
    if !is_date(2000, month, day) {
        return Err(NotATime::NoSuchDate);
    }
    let minutes = i64::from(clock.hour()) * 60 + i64::from(clock.minute());
    Ok(Yearless {
        month,
        day,
        second_of_day: minutes * 60 + i64::from(clock.second()),
        nanos: nanos_of(parts),
        offset: offset_of(parts),
        leap,
        weekday: parts.weekday().map(|day| day.to_monday_one_offset().unsigned_abs()),
    })
}

fn has_year(parts: &BrokenDownTime) -> bool {
    parts.year().is_some() || parts.iso_week_year().is_some()
}

fn nanos_of(parts: &BrokenDownTime) -> u32 {
    parts.subsec_nanosecond().unwrap_or(0).unsigned_abs()
}

fn offset_of(parts: &BrokenDownTime) -> Offset {
    match (parts.iana_time_zone(), parts.offset()) {
        (None, Some(offset)) => Offset::East(offset.seconds()),
        _ => Offset::Unsaid,
    }
}

/// Whether the seconds were spelled 60, which jiff reads as 59: with 58 in that place they are 58.
fn is_leap_second(parts: &BrokenDownTime, format: &str, bytes: &[u8]) -> bool {
    if parts.second() != Some(59) {
        return false;
    }
    (0..bytes.len()).filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(b"60"))).any(|at| {
        let mut other = bytes.to_vec();
        other.get_mut(at + 1).into_iter().for_each(|ones| *ones = b'8');
        other.get_mut(at).into_iter().for_each(|tens| *tens = b'5');
        BrokenDownTime::parse(format, &other).is_ok_and(|parts| parts.second() == Some(58))
    })
}

/// What the directives can ask for of a time that `zone` shows.
fn parts_of(t: Timestamp, zone: &Zone) -> Result<BrokenDownTime, NotATime> {
    if let Some(moment) = exactly_jiff(t) {
        return Ok(BrokenDownTime::from(&moment.to_zoned(zone.to_jiff_zone())));
    }
    let offset = zone.offset_at(t);
    let local = zone.to_local(t);
    if local > Timestamp::MAX.seconds() {
        return Err(NotATime::OutOfRange);
    }
    let mut parts = BrokenDownTime::from(datetime(local));
    parts.set_offset(jiff::tz::Offset::from_seconds(offset).ok());
    parts.set_subsec_nanosecond(Some(t.nanos() as i32)).map_err(|_| NotATime::OutOfRange)?;
    Ok(parts)
}

/// The first directive that does not pass, in quotes; the format's end or the whole of it if each passes
/// alone.
fn failing_directive(format: &str, passes: impl Fn(&str) -> bool) -> Option<&str> {
    directives(format).filter_map(|range| format.get(range)).find(|directive| !passes(directive))
}

#[cfg(test)]
mod tests;
