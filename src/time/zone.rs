//! Time zones: UTC and fixed offsets by arithmetic, the others by jiff.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::calendar::{civil_from_days, days_from_civil};
use super::read::offset_of;
use super::zone_names::remedy;
use super::{SECONDS_PER_DAY, Timestamp};

/// A time zone: UTC, a fixed offset, or a zone of the IANA database that the program carries, so that
/// results do not depend on the machine's.
#[derive(Clone, Debug)]
pub struct Zone(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Utc,
    /// Seconds east of UTC.
    Fixed(i32),
    Named(TimeZone),
}

/// How many changes of the clocks back and ahead a zone is asked for a name.
const SEASONS: usize = 4;

impl Zone {
    /// Coordinated universal time.
    pub const fn utc() -> Self {
        Self(Kind::Utc)
    }

    /// The names of all zones, sorted, and `local`.
    pub fn names() -> Vec<String> {
        let database = TimeZoneDatabase::bundled();
        let mut names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
        names.push("local".to_owned());
        names.sort_unstable();
        names
    }

    /// The zone of a name: an IANA name in any case (`Europe/Berlin`), `UTC` or `Z`, an offset as in a
    /// stamp (`+02:00`, `-0530`, `+02`), or `local`, the zone the system is set to. The error tells the
    /// remedy.
    pub fn parse(name: &str) -> Result<Self, String> {
        if ["utc", "etc/utc", "z"].iter().any(|utc| name.eq_ignore_ascii_case(utc)) {
            return Ok(Self::utc());
        }
        if name == "local" {
            return Self::local();
        }
        if name.starts_with(['+', '-']) {
            let seconds = offset_of(name.as_bytes());
            return seconds.map(Self::fixed).ok_or_else(|| {
                format!("not an offset from UTC: \"{name}\" ({})", remedy(name, &TimeZoneDatabase::bundled()))
            });
        }
        let database = TimeZoneDatabase::bundled();
        let zone = database.get(name).map(|zone| Self(Kind::Named(zone)));
        zone.map_err(|_| format!("unknown time zone \"{name}\" ({})", remedy(name, &database)))
    }

    /// The zone of a name that a stamp says: an IANA name, or an offset.
    pub(super) fn known(name: &str) -> Option<Self> {
        match name.starts_with(['+', '-']) {
            true => offset_of(name.as_bytes()).map(Self::fixed),
            false => TimeZoneDatabase::bundled().get(name).ok().map(|zone| Self(Kind::Named(zone))),
        }
    }

    /// Seconds to add to UTC at a point in time.
    #[inline]
    pub fn offset_at(&self, t: Timestamp) -> i32 {
        match &self.0 {
            Kind::Utc => 0,
            Kind::Fixed(seconds) => *seconds,
            Kind::Named(zone) => zone.to_offset(to_jiff(t)).seconds(),
        }
    }

    /// Whether this is UTC itself.
    #[inline]
    pub const fn is_utc(&self) -> bool {
        matches!(self.0, Kind::Utc)
    }

    /// What the zone's clocks show, as seconds from 1970-01-01 00:00 on them.
    #[inline]
    pub(super) fn to_local(&self, t: Timestamp) -> i64 {
        t.seconds() + i64::from(self.offset_at(t))
    }

    /// The seconds since the Unix epoch at which the clocks show `local`. Of two such moments (clocks
    /// were set back) the first; where there is none (clocks were set forward over it), the moment they
    /// would have shown it, had they not been: RFC 5545 3.3.5, jiff's "compatible".
    #[inline]
    pub(super) fn to_utc(&self, local: i64) -> i64 {
        let offset = match &self.0 {
            Kind::Utc => 0,
            Kind::Fixed(seconds) => *seconds,
            Kind::Named(zone) => match zone.to_ambiguous_timestamp(datetime(local)).offset() {
                AmbiguousOffset::Unambiguous { offset: before }
                | AmbiguousOffset::Gap { before, .. }
                | AmbiguousOffset::Fold { before, .. } => before.seconds(),
            },
        };
        local - i64::from(offset)
    }

    /// Seconds east of UTC under a name that the zone calls itself (`CEST`), where its clocks show `local`; in a
    /// season in which it does not, as it did last or will next.
    pub(super) fn offset_of(&self, name: &str, local: i64) -> Option<i32> {
        let Kind::Named(zone) = &self.0 else { return None };
        let (before, after) = match zone.to_ambiguous_timestamp(datetime(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (before, after)
            }
        };
        let moment = |offset: Offset| jiff::Timestamp::new(local - i64::from(offset.seconds()), 0).ok();
        let shown = [before, after].into_iter().find(|offset| {
            moment(*offset).is_some_and(|moment| {
                let info = zone.to_offset_info(moment);
                info.offset() == *offset && info.abbreviation() == name
            })
        });
        let seasons = || {
            let moment = moment(before)?;
            let last = zone.preceding(moment).take(SEASONS).find(|season| season.abbreviation() == name);
            let season = last.or_else(|| {
                zone.following(moment).take(SEASONS).find(|season| season.abbreviation() == name)
            })?;
            Some(season.offset())
        };
        shown.or_else(seasons).map(Offset::seconds)
    }

    /// The zone as jiff has it.
    pub(super) fn to_jiff_zone(&self) -> TimeZone {
        match &self.0 {
            Kind::Utc => TimeZone::UTC,
            Kind::Fixed(seconds) => Offset::from_seconds(*seconds).map_or(TimeZone::UTC, TimeZone::fixed),
            Kind::Named(zone) => zone.clone(),
        }
    }

    fn fixed(seconds: i32) -> Self {
        Self(if seconds == 0 { Kind::Utc } else { Kind::Fixed(seconds) })
    }

    fn local() -> Result<Self, String> {
        let zone = TimeZone::try_system().map_err(|_| {
            "the system's time zone is not known (give a name such as Europe/Berlin)".to_owned()
        })?;
        Ok(zone.iana_name().and_then(|name| Self::parse(name).ok()).unwrap_or(Self(Kind::Named(zone))))
    }
}

/// The name that [`Zone::parse`] reads: `UTC`, `Europe/Berlin`, `+02:00`.
impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Utc => out.write_str("UTC"),
            Kind::Fixed(seconds) => {
                let (sign, minutes) = (if *seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
                write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Kind::Named(zone) => out.write_str(zone.iana_name().unwrap_or("local")),
        }
    }
}

/// jiff's timestamp, nearest to a time: it lacks the last two days of the year 9999.
pub(super) fn to_jiff(t: Timestamp) -> jiff::Timestamp {
    exactly_jiff(t).unwrap_or(jiff::Timestamp::MAX)
}

/// jiff's timestamp of a time, if it has one.
pub(super) fn exactly_jiff(t: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::new(t.seconds(), t.nanos() as i32).ok()
}

/// The date and time that clocks show, limited to jiff's years.
pub(super) fn datetime(local: i64) -> DateTime {
    let (year, month, day) = civil_from_days(local.div_euclid(SECONDS_PER_DAY));
    let second = local.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    i16::try_from(year)
        .ok()
        .and_then(|year| {
            DateTime::new(year, month as i8, day as i8, hour as i8, minute as i8, second as i8, 0).ok()
        })
        .unwrap_or(if year < 0 { DateTime::MIN } else { DateTime::MAX })
}

/// What jiff's date and time is as seconds from 1970-01-01 00:00 of the same clock.
pub(super) fn local_seconds(shown: DateTime) -> i64 {
    let days = days_from_civil(shown.year().into(), shown.month() as u32, shown.day() as u32);
    let minutes = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
    days * SECONDS_PER_DAY + minutes * 60 + i64::from(shown.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let t: jiff::Timestamp = text.parse().unwrap();
        Timestamp::new(t.as_second(), 0).unwrap()
    }

    #[test]
    fn names() {
        for (name, shown) in [
            ("UTC", "UTC"),
            ("utc", "UTC"),
            ("Z", "UTC"),
            ("Etc/UTC", "UTC"),
            ("+00:00", "UTC"),
            ("+02:00", "+02:00"),
            ("-0530", "-05:30"),
            ("+02", "+02:00"),
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
        ] {
            assert_eq!(Zone::parse(name).map(|zone| zone.to_string()), Ok(shown.to_owned()), "{name}");
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_nearest() {
        for (name, guess) in
            [("Europe/Berln", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("new york", "America/New_York")]
        {
            let message = Zone::parse(name).unwrap_err();
            assert_eq!(message, format!("unknown time zone \"{name}\" (did you mean {guess}?)"));
        }
        for name in ["", "Middle/Of/Nowhere", "+24:00", "+2", "+02:60", "02:00", "+02:00 "] {
            assert!(Zone::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn offsets_change_with_the_seasons() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        for (t, offset) in [
            ("2024-01-31T00:00:00Z", 3600),
            ("2024-03-31T00:59:59Z", 3600),
            ("2024-03-31T01:00:00Z", 7200),
            ("2024-10-27T00:59:59Z", 7200),
            ("2024-10-27T01:00:00Z", 3600),
            ("9999-12-30T00:00:00Z", 3600),
        ] {
            assert_eq!(berlin.offset_at(at(t)), offset, "{t}");
        }
        assert_eq!(berlin.offset_at(Timestamp::MAX), 3600);
        assert_eq!(berlin.offset_at(Timestamp::MIN), 3208);
    }

    #[test]
    fn clocks_that_show_a_time_never_or_twice() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        for (shown, utc) in [
            ("2024-03-31T01:59:59Z", "2024-03-31T00:59:59Z"),
            ("2024-03-31T02:30:00Z", "2024-03-31T01:30:00Z"),
            ("2024-03-31T03:00:00Z", "2024-03-31T01:00:00Z"),
            ("2024-10-27T02:30:00Z", "2024-10-27T00:30:00Z"),
            ("2024-10-27T03:00:00Z", "2024-10-27T02:00:00Z"),
        ] {
            assert_eq!(berlin.to_utc(at(shown).seconds()), at(utc).seconds(), "{shown}");
        }
    }

    #[test]
    fn clocks_beyond_the_years_of_jiff() {
        let kiritimati = Zone::parse("Pacific/Kiritimati").unwrap();
        let local = kiritimati.to_local(Timestamp::MAX);
        assert_eq!(local, Timestamp::MAX.seconds() + 14 * 3600);
        assert_eq!(kiritimati.to_utc(local), Timestamp::MAX.seconds());
    }
}
