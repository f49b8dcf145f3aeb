//! The proleptic Gregorian calendar as integer arithmetic.

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_EPOCH: i64 = 719_468;
/// What [`civil_from_days`] adds to stay above zero: 25 times the 400 years after which the calendar repeats.
const YEARS_AHEAD: i64 = 10_000;
const DAYS_AHEAD: i64 = 25 * 146_097 + DAYS_BEFORE_EPOCH;
/// The days, counted from 1970-01-01, that [`civil_from_days`] knows: the years -8000 to 12000 at least.
pub(super) const KNOWN_DAYS: std::ops::RangeInclusive<i64> = -3_650_000..=3_670_000;
/// Days of each month in a leap year; none in those that do not exist.
const DAYS_OF_MONTHS: [u8; 16] = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];

/// Days from 1970-01-01 to a valid date of any year. After Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms", `days_from_civil`, without its eras.
#[inline]
pub(super) const fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    // The year begins in March, so that the leap day is its last one. Shifts divide by four and round down.
    let (year, month_from_march) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let century = year.div_euclid(100);
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    ((1461 * year) >> 2) - century + (century >> 2) + day_of_year as i64 - DAYS_BEFORE_EPOCH
}

/// Year, month and day that lie `days` after 1970-01-01, for [`KNOWN_DAYS`]. Cassio Neri and Lorenz
/// Schneider, "Euclidean affine functions and their application to calendar algorithms", 2022, figure 12.
#[inline]
pub(super) const fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let quarters = 4 * (days + DAYS_AHEAD) as u32 + 3;
    let century = quarters / 146_097;
    let quarters_of_century = quarters % 146_097 / 4 * 4 + 3;
    let years = 2_939_745 * quarters_of_century as u64;
    let year_of_century = (years >> 32) as u32;
    let day_of_year = years as u32 / 2_939_745 / 4;
    let months = 2141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2141 + 1);
    let is_next_year = day_of_year >= 306;
    let year = (100 * century + year_of_century) as i64 - YEARS_AHEAD + is_next_year as i64;
    (year, if is_next_year { month - 12 } else { month }, day)
}

/// Whether a year has a 29th of February.
#[inline]
pub(super) const fn is_leap(year: i64) -> bool {
    // Of the multiples of 4, those of 100 are none of 16 unless they are multiples of 400.
    if year % 25 == 0 { year & 15 == 0 } else { year & 3 == 0 }
}

/// Whether month and day exist in the year.
#[inline]
pub(super) const fn is_date(year: i64, month: u32, day: u32) -> bool {
    let days = DAYS_OF_MONTHS[(month & 15) as usize] as u32;
    month < 16 && day.wrapping_sub(1) < days && (month != 2 || day != 29 || is_leap(year))
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

/// The month whose English name leads a text, in three letters, in full or `Sept`, in any case; and what follows it.
pub(super) fn leading_month(text: &[u8]) -> Option<(u32, &[u8])> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let month = month_of_name(*text.first_chunk()?)?;
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at_checked(letters)?;
    let is = |full: &str| full.as_bytes().eq_ignore_ascii_case(name);
    let is_full = NAMES.get(month as usize - 1).is_some_and(|full| is(full));
    (letters == 3 || is_full || is("sept")).then_some((month, rest))
}

/// The day of the week of an English name in any case, from Monday 1, and whether that is in full, not in three letters.
pub(super) fn weekday_of_name(name: &[u8]) -> Option<(u8, bool)> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    (1..).zip(NAMES).find_map(|(day, full)| {
        let is_full = full.as_bytes().eq_ignore_ascii_case(name);
        let is_short = full.as_bytes().get(..3).is_some_and(|short| short.eq_ignore_ascii_case(name));
        (is_full || is_short).then_some((day, is_full))
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
        for days in [KNOWN_DAYS.start(), KNOWN_DAYS.end()] {
            let (year, month, day) = civil_from_days(*days);
            assert_eq!(days_from_civil(year, month, day), *days);
        }
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
        assert_eq!(leading_month(b"Oct 1"), Some((10, &b" 1"[..])));
        assert_eq!(leading_month(b"october-1"), Some((10, &b"-1"[..])));
        assert_eq!(leading_month(b"Sept 1"), Some((9, &b" 1"[..])));
        assert_eq!(leading_month(b"Octo 1"), None);
        assert_eq!(leading_month(b"Okt 1"), None);
        assert_eq!(weekday_of_name(b"Mon"), Some((1, false)));
        assert_eq!(weekday_of_name(b"SUNDAY"), Some((7, true)));
        assert_eq!(weekday_of_name(b"Tues"), None);
    }
}
