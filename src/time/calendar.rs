//! The proleptic Gregorian calendar as integer arithmetic.
//!
//! Source of both conversions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
//! `days_from_civil` and `civil_from_days`.

/// Days of an era: 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01, where the algorithm counts from, to 1970-01-01.
const DAYS_BEFORE_EPOCH: i64 = 719_468;

/// Days from 1970-01-01 to a valid date of any year.
#[inline]
pub(super) const fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    // The year begins in March, so that the leap day is its last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = ((153 * ((month + 9) % 12) + 2) / 5 + day - 1) as i64;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_EPOCH
}

/// Year, month and day that lie `days` after 1970-01-01.
#[inline]
pub(super) const fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + DAYS_BEFORE_EPOCH;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA) as u32;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era as i64 + era * 400 + (month <= 2) as i64;
    (year, month, day)
}

/// Whether a year has a 29th of February.
#[inline]
pub(super) const fn is_leap(year: i64) -> bool {
    // Of the multiples of 4, those of 100 are none of 16 unless they are multiples of 400.
    if year % 25 == 0 { year & 15 == 0 } else { year & 3 == 0 }
}

/// Days of a month from 1 to 12.
#[inline]
pub(super) const fn days_in_month(year: i64, month: u32) -> u32 {
    if month == 2 { 28 + is_leap(year) as u32 } else { 30 + (month + (month >> 3)) % 2 }
}

/// Whether month and day exist in the year.
#[inline]
pub(super) const fn is_date(year: i64, month: u32, day: u32) -> bool {
    month.wrapping_sub(1) < 12 && day.wrapping_sub(1) < days_in_month(year, month)
}

/// The month of an English abbreviation of three letters in any case.
#[inline]
pub(super) fn month_of_name(name: [u8; 3]) -> Option<u32> {
    Some(match &name.map(|byte| byte | 0x20) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_from_year_minus_1_to_10001_in_order() {
        let (mut year, mut month, mut day) = (-1, 1, 1);
        for days in days_from_civil(-1, 1, 1)..=days_from_civil(10_001, 12, 31) {
            assert_eq!(civil_from_days(days), (year, month, day));
            assert_eq!(days_from_civil(year, month, day), days);
            assert!(is_date(year, month, day));
            day += 1;
            if !is_date(year, month, day) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_002, 1, 1));
    }

    #[test]
    fn anchors() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 3, 1), 11_017);
        assert_eq!(days_from_civil(1, 1, 1), -719_162);
        for (year, leap) in [(1900, false), (2000, true), (2023, false), (2024, true), (2100, false)] {
            assert_eq!(is_leap(year), leap, "{year}");
        }
        assert!(
            !is_date(2024, 0, 1) && !is_date(2024, 13, 1) && !is_date(2024, 1, 0) && !is_date(2023, 2, 29)
        );
    }

    #[test]
    fn names_of_months() {
        assert_eq!(month_of_name(*b"Oct"), Some(10));
        assert_eq!(month_of_name(*b"DEC"), Some(12));
        assert_eq!(month_of_name(*b"Okt"), None);
    }
}
