//! Stated time formats: strftime's directives, or the unit of an epoch.

use jiff::fmt::strtime::{BrokenDownTime, Config, PosixCustom};
use jiff::tz::TimeZone;

use super::calendar::is_date;
use super::read::{Offset, Stamp, Unit, Yearless};
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
        let Ok(read) = BrokenDownTime::parse(format, &written) else {
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
        let read = self.write_sample().ok().and_then(|sample| BrokenDownTime::parse(format, &sample).ok());
        read.is_some_and(|read| read.timestamp().is_none() && yearless(&read, false).is_ok())
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
        let parts = BrokenDownTime::parse(format, bytes).map_err(|_| NotATime::Unformatted)?;
        let leap = is_leap_second(&parts, format, bytes);
        if let Some(moment) = parts.timestamp() {
            return Timestamp::new(moment.as_second(), nanos_of(&parts)).ok_or(NotATime::OutOfRange);
        }
        let named = match parts.iana_time_zone() {
            Some(name) => Some(Zone::parse(name).map_err(|_| NotATime::Unformatted)?),
            None => None,
        };
        let zone = named.as_ref().unwrap_or(zone);
        if has_year(&parts) {
            stamp(&parts, leap)?.at(zone)
        } else {
            yearless(&parts, leap)?.at(near, year, zone)
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
        |part: &str| sample().to_string(part).is_ok_and(|text| BrokenDownTime::parse(part, text).is_ok());
    match failing_directive(format, is_readable) {
        Some("%Z") => format!("times cannot be read by %Z in the time format \"{format}\" (offsets are %z)"),
        Some(directive) => format!("times cannot be read by {directive} in the time format \"{format}\""),
        None => {
            format!(
                "times cannot be read by the time format \"{format}\" (put something between the numbers)"
            )
        }
    }
}

/// A stamp with its year; the name of a zone wins over an offset.
fn stamp(parts: &BrokenDownTime, leap: bool) -> Result<Stamp, NotATime> {
    let local = local_seconds(parts.to_datetime().map_err(|_| NotATime::NoSuchDate)?);
    Ok(Stamp { local, nanos: nanos_of(parts), offset: offset_of(parts), leap })
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
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        let from = rest.get(start..)?;
        let end = from
            .char_indices()
            .skip(1)
            .find(|(_, c)| !matches!(c, '-' | '_' | '^' | '#' | '.' | ':' | '0'..='9'))
            .map_or(from.len(), |(at, c)| at + c.len_utf8());
        let directive = from.get(..end)?;
        if !passes(directive) {
            return Some(directive);
        }
        rest = from.get(end..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, nanos: u32) -> Timestamp {
        Timestamp::new(seconds, nanos).unwrap()
    }

    fn read(format: &str, text: &str, zone: &str) -> Result<Timestamp, NotATime> {
        let format = TimeFormat::parse(format).unwrap().readable().unwrap();
        format.read(text.as_bytes(), &Zone::parse(zone).unwrap())
    }

    fn written(format: &str, t: Timestamp, zone: &str) -> Result<String, NotATime> {
        let mut out = b"> ".to_vec();
        let result = TimeFormat::parse(format).unwrap().write(t, &Zone::parse(zone).unwrap(), &mut out);
        let text = String::from_utf8(out).unwrap();
        result.map(|()| text.trim_start_matches("> ").to_owned())
    }

    #[test]
    fn read_by_directives() {
        for (format, text, zone, seconds, nanos) in [
            ("%Y%m%d", "20240131", "UTC", 1_706_659_200, 0),
            ("%Y%m%d", "20240131", "Europe/Berlin", 1_706_655_600, 0),
            ("%d.%m.%Y %H:%M:%S", "31.01.2024 12:34:56", "UTC", 1_706_704_496, 0),
            ("%d.%m.%Y %H:%M:%S%.f", "31.01.2024 12:34:56.25", "UTC", 1_706_704_496, 250_000_000),
            ("%d/%b/%Y:%T %z", "31/Jan/2024:12:34:56 +0200", "Europe/Berlin", 1_706_697_296, 0),
            ("%F %T %Q", "2024-01-31 12:34:56 Europe/Berlin", "UTC", 1_706_700_896, 0),
            ("%I:%M %p, %F", "01:00 PM, 2024-01-31", "UTC", 1_706_706_000, 0),
            ("%s", "1706704496", "Europe/Berlin", 1_706_704_496, 0),
            ("%s.%f", "1706704496.5", "UTC", 1_706_704_496, 500_000_000),
            ("%Y-%j", "2024-060", "UTC", 1_709_164_800, 0),
            ("s", "1.5", "UTC", 1, 500_000_000),
            ("s", "-0.5", "UTC", -1, 500_000_000),
            ("ms", "1706704496250.5", "UTC", 1_706_704_496, 250_500_000),
            ("us", "-1", "UTC", -1, 999_999_000),
            ("ns", "253402300799999999999", "UTC", 253_402_300_799, 999_999_999),
        ] {
            assert_eq!(read(format, text, zone), Ok(at(seconds, nanos)), "{format} {text}");
        }
    }

    #[test]
    fn without_a_year() {
        let near = at(1_704_067_500, 0);
        for (format, text, expected) in [
            ("%b %d %H:%M:%S", "Dec 31 23:59:00", Ok(at(1_704_067_140, 0))),
            ("%b %d %H:%M:%S", "Jan 01 00:06:00", Ok(at(1_704_067_560, 0))),
            ("%d.%m. %H:%M", "29.02. 12:00", Ok(at(1_709_208_000, 0))),
            ("%m-%d", "01-02", Ok(at(1_704_153_600, 0))),
            ("%b %d %T %z", "Jan 01 02:06:00 +0200", Ok(at(1_704_067_560, 0))),
            ("%a %b %d %T", "Mon Jan 01 00:06:00", Ok(at(1_704_067_560, 0))),
            ("%a %b %d %T", "Thu Jan 03 00:06:00", Err(NotATime::OtherWeekday)),
            ("%b %d %T", "Feb 30 00:06:00", Err(NotATime::NoSuchDate)),
            ("%b %d %T", "Dec 31 23:59:60", Ok(at(1_704_067_199, 0))),
            ("%b %d %T", "Dec 31 12:34:60", Err(NotATime::NoSuchTime)),
        ] {
            let format = TimeFormat::parse(format).unwrap().readable().unwrap();
            assert!(format.is_yearless(), "{text}");
            let read = |year, near| format.read_near(text.as_bytes(), &Zone::utc(), near, year);
            assert!(read(None, Some(near)).is_err(), "{text}");
            assert_eq!(read(Some(Year::Nearest(near)), None), expected, "{text}");
            assert_eq!(read(Some(Year::Of(1)), Some(near)), expected, "{text}");
        }
        let format = TimeFormat::parse("%b %d").unwrap();
        let read = |text: &[u8]| format.read_near(text, &Zone::utc(), None, Some(Year::Of(2023)));
        assert_eq!(read(b"Jan 01"), Ok(at(1_672_531_200, 0)));
        assert_eq!(read(b"Feb 29"), Err(NotATime::NoSuchDate));
        assert!(!TimeFormat::parse("%Y-%m-%d").unwrap().is_yearless());
        assert!(!TimeFormat::parse("%s").unwrap().is_yearless());
    }

    #[test]
    fn second_60_ends_a_month() {
        for (format, text, expected) in [
            ("%F %T", "2016-12-31 23:59:60", Ok(at(1_483_228_799, 0))),
            ("%F %T %z", "2017-01-01 05:29:60 +0530", Ok(at(1_483_228_799, 0))),
            ("%F %T", "2016-12-30 23:59:60", Err(NotATime::NoSuchTime)),
            ("%F %T", "2016-12-31 12:34:60", Err(NotATime::NoSuchTime)),
            ("%Y %S:%M:%H %m %d", "2060 60:59:23 06 30", Ok(at(2_855_865_599, 0))),
            ("%Y %S:%M:%H %m %d", "2060 59:59:12 06 30", Ok(at(2_855_825_999, 0))),
        ] {
            assert_eq!(read(format, text, "UTC"), expected, "{format} {text}");
        }
    }

    #[test]
    fn refused_by_directives() {
        for (format, text, reason) in [
            ("%Y%m%d", "2024-01-31", NotATime::Unformatted),
            ("%Y%m%d", "20240131x", NotATime::Unformatted),
            ("%Y%m%d", "", NotATime::Unformatted),
            ("%Y%m%d", "20240230", NotATime::NoSuchDate),
            ("%Y%m%d", "00000230", NotATime::NoSuchDate),
            ("%Y%m%d", "00000130", NotATime::OutOfRange),
            ("%F %Q", "2024-01-31 Middle/Earth", NotATime::Unformatted),
            ("s", "x", NotATime::Malformed),
            ("s", "253402300800", NotATime::OutOfRange),
            ("ns", "1e60", NotATime::OutOfRange),
        ] {
            assert_eq!(read(format, text, "UTC"), Err(reason), "{format} {text}");
        }
        let format = TimeFormat::parse("%Y").unwrap();
        assert_eq!(format.read(b"\xff\0", &Zone::utc()), Err(NotATime::Unformatted));
    }

    #[test]
    fn written_by_directives() {
        let t = at(1_706_704_496, 250_000_000);
        for (format, zone, text) in [
            ("%Y-%m-%d %H:%M", "UTC", "2024-01-31 12:34"),
            ("%Y-%m-%d %H:%M %Z", "Europe/Berlin", "2024-01-31 13:34 CET"),
            ("%H:%M %z", "-03:30", "09:04 -0330"),
            ("100 %% %A, %B", "UTC", "100 % Wednesday, January"),
            ("%c", "UTC", "Wed Jan 31 12:34:56 2024"),
            ("%s%.3f", "UTC", "1706704496.250"),
            ("s", "UTC", "1706704496.25"),
            ("ms", "UTC", "1706704496250"),
            ("us", "UTC", "1706704496250000"),
            ("ns", "UTC", "1706704496250000000"),
        ] {
            assert_eq!(written(format, t, zone).as_deref(), Ok(text), "{format}");
        }
        for (unit, t, text) in [
            ("s", at(-1, 500_000_000), "-0.5"),
            ("ms", at(-1, 999_999_999), "-0.000001"),
            ("ms", at(0, 7_000_000), "7"),
            ("ms", at(1, 7_000_000), "1007"),
            ("us", at(-2, 999_999_000), "-1000001"),
            ("ns", Timestamp::MAX, "253402300799999999999"),
            ("ns", Timestamp::MIN, "-62135596800000000000"),
            ("ns", at(0, 0), "0"),
            ("%s%.f", at(0, 500), "0.0000005"),
        ] {
            assert_eq!(written(unit, t, "UTC").as_deref(), Ok(text));
            assert_eq!(read(unit, text, "UTC"), Ok(t));
        }
    }

    #[test]
    fn the_last_days_of_year_9999() {
        let last = Timestamp::MAX;
        assert_eq!(written("%F %T%.f %z", last, "UTC").as_deref(), Ok("9999-12-31 23:59:59.999999999 +0000"));
        assert_eq!(written("%F %T", last, "-02:00").as_deref(), Ok("9999-12-31 21:59:59"));
        assert_eq!(written("%F %T", last, "+02:00"), Err(NotATime::OutOfRange));
    }

    #[test]
    fn bad_formats_name_the_directive() {
        for (format, error) in [
            ("%Y-%K", "unknown directive %K in the time format \"%Y-%K\""),
            ("%Y-%", "unknown directive % in the time format \"%Y-%\""),
            ("%Y %Ö", "unknown directive %Ö in the time format \"%Y %Ö\""),
            ("%-3:::::zx %d", "unknown directive %-3:::::z in the time format \"%-3:::::zx %d\""),
        ] {
            assert_eq!(TimeFormat::parse(format).unwrap_err(), error);
        }
        assert!(TimeFormat::parse("YYYY-MM-DD").unwrap_err().starts_with("a time format without directives"));
    }

    #[test]
    fn formats_that_only_write() {
        for (format, error) in [
            ("%F %T %Z", "times cannot be read by %Z in the time format \"%F %T %Z\" (offsets are %z)"),
            (
                "%H:%M",
                "the time format \"%H:%M\" does not tell date and time (it needs month and day, hours before minutes, or %s)",
            ),
            (
                "%d %T",
                "the time format \"%d %T\" does not tell date and time (it needs month and day, hours before minutes, or %s)",
            ),
            ("%s%Y", "times cannot be read by the time format \"%s%Y\" (put something between the numbers)"),
        ] {
            assert_eq!(TimeFormat::parse(format).unwrap().readable().unwrap_err(), error);
        }
        for format in ["s", "%s", "%Y-%m-%d", "%y%m%d", "%G-W%V-%u", "%b %d %T", "%m%d", "%c"] {
            let read = TimeFormat::parse(format).unwrap().readable();
            assert_eq!(read.is_ok(), format != "%c", "{format}");
        }
    }
}
