//! A point in time as a calendar and a clock show it.

use super::calendar::civil_from_days;
use super::{SECONDS_PER_DAY, Timestamp, Zone};

/// Date and time of day in some zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Civil {
    /// From 1 to 9999; 0 or 10000 where the zone is hours beyond UTC's first or last day.
    pub year: i32,
    /// From 1 to 12.
    pub month: u8,
    /// From 1 to 31.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 59.
    pub second: u8,
    /// Below 1e9.
    pub nanos: u32,
    /// From Monday 1 to Sunday 7, as in ISO 8601.
    pub weekday: u8,
}

/// Date and time of day that the zone's clocks show at `t`.
pub fn civil(t: Timestamp, zone: &Zone) -> Civil {
    Civil::of_local(zone.to_local(t), t.nanos())
}

impl Civil {
    /// What clocks show `local` seconds after 1970-01-01 00:00 on them.
    #[inline]
    pub(super) fn of_local(local: i64, nanos: u32) -> Self {
        let days = local.div_euclid(SECONDS_PER_DAY);
        let second = local.rem_euclid(SECONDS_PER_DAY) as u32;
        let (year, month, day) = civil_from_days(days);
        Self {
            year: year as i32,
            month: month as u8,
            day: day as u8,
            hour: (second / 3600) as u8,
            minute: (second / 60 % 60) as u8,
            second: (second % 60) as u8,
            nanos,
            // 1970-01-01 was a Thursday.
            weekday: ((days + 3).rem_euclid(7) + 1) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::zone::to_jiff;
    use super::*;

    #[test]
    fn beyond_the_years_of_utc() {
        let last = civil(Timestamp::MAX, &Zone::parse("+02:00").unwrap());
        assert_eq!((last.year, last.month, last.day, last.hour, last.weekday), (10_000, 1, 1, 1, 6));
        let first = civil(Timestamp::MIN, &Zone::parse("-02:00").unwrap());
        assert_eq!((first.year, first.month, first.day, first.hour, first.weekday), (0, 12, 31, 22, 7));
    }

    proptest! {
        #[test]
        fn as_jiff_has_it(seconds in Timestamp::MIN.seconds()..jiff::Timestamp::MAX.as_second(), nanos in 0..1_000_000_000_u32) {
            let t = Timestamp::new(seconds, nanos).unwrap();
            for name in ["UTC", "Europe/Berlin", "America/St_Johns"] {
                let zone = Zone::parse(name).unwrap();
                let ours = civil(t, &zone);
                let theirs = to_jiff(t).to_zoned(zone.to_jiff_zone());
                prop_assert_eq!(ours.year, i32::from(theirs.year()));
                prop_assert_eq!((ours.month as i8, ours.day as i8), (theirs.month(), theirs.day()));
                prop_assert_eq!((ours.hour as i8, ours.minute as i8), (theirs.hour(), theirs.minute()));
                prop_assert_eq!((ours.second as i8, ours.nanos as i32), (theirs.second(), theirs.subsec_nanosecond()));
                prop_assert_eq!(ours.weekday as i8, theirs.weekday().to_monday_one_offset());
            }
        }
    }
}
