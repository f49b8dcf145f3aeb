//! Window sizes, and the half-open windows they cut time into.

use std::fmt;

use super::calendar::{KNOWN_DAYS, civil_from_days, days_from_civil};
use super::{Duration, SECONDS_PER_DAY, Timestamp, Zone};

/// A window size or a unit of `floor`: an exact duration on the epoch grid, or a number of calendar units.
/// The numbers are above zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Size {
    /// `ns us ms s m h`, also combined.
    Exact(Duration),
    /// `d`: from midnight to midnight, so that a day may have 23 or 25 hours; N of them count from
    /// 1970-01-01.
    Days(u32),
    /// `w`: from Monday; N of them count from Monday 1969-12-29, whose week holds the Unix epoch.
    Weeks(u32),
    /// `mo`: from the first of a month; N of them count from January 1970.
    Months(u32),
    /// `y`: from the first of January; N of them count from 1970.
    Years(u32),
}

/// From Monday 1969-12-29 to 1970-01-01.
const DAYS_FROM_MONDAY: i64 = 3;

impl Size {
    /// Reads `1m`, `1h30m`, `1.5s`, `1d`, `2w`, `3mo`, `1y`. The error is a reason with its remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let of: fn(u32) -> Self = match unit {
            "d" => Self::Days,
            "w" => Self::Weeks,
            "mo" => Self::Months,
            "y" => Self::Years,
            _ => return Self::parse_exact(text, unit),
        };
        match number.parse() {
            Ok(0) => Err(not_positive(text)),
            Ok(number) => Ok(of(number)),
            Err(_) if number.is_empty() => Err(format!("a size needs a number: \"{text}\" (write 1{text})")),
            Err(_) => Err(format!("too large a size: \"{text}\"")),
        }
    }

    /// The window `[start, end)` that holds `t`. Windows lie side by side from `offset` on: of exact sizes
    /// `start = t - floormod(t - offset, size)`, before 1970 too; calendar units begin `offset` after
    /// midnight by the clocks of `zone`. `None` if the window exceeds the years 1 to 9999.
    #[inline]
    pub fn bounds(&self, t: Timestamp, offset: Duration, zone: &Zone) -> Option<(Timestamp, Timestamp)> {
        match self {
            Self::Exact(size) => {
                let start = exact_start(t, offset, *size)?;
                Some((start, start.checked_add(*size)?))
            }
            _ => {
                let window = self.calendar_window(t, offset, zone)?;
                Some((window.start, window.end?))
            }
        }
    }

    /// Where the window that holds `t` starts, as [`Self::bounds`] without an offset, also if the window
    /// exceeds the year 9999.
    #[inline]
    pub fn floor(&self, t: Timestamp, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Exact(size) => exact_start(t, Duration::ZERO, *size),
            _ => self.calendar_window(t, Duration::ZERO, zone).map(|window| window.start),
        }
    }

    /// How many windows of `step` make up one of `self`, if a whole number does and each of `self` starts
    /// where one of `step` does: `1h` of `5m`, `2w` of `1w` or `1d`, `1y` of `3mo`; not `1d` of `24h`, nor
    /// `1w` of `7d`, which count from different weekdays.
    pub fn steps(&self, step: &Self) -> Option<u64> {
        let (size, step) = (self.grid(), step.grid());
        let is_finer = size.unit == step.unit
            && size.count % step.count == 0
            && (size.first - step.first) % step.count == 0;
        if is_finer { u64::try_from(size.count / step.count).ok() } else { None }
    }

    /// The number of the window that holds `t`: windows that follow each other have numbers that do.
    pub fn number(&self, t: Timestamp, offset: Duration, zone: &Zone) -> Option<i128> {
        match self {
            Self::Exact(size) => {
                let from_offset = t.since_epoch().to_nanos() - offset.to_nanos();
                from_offset.checked_div_euclid(size.to_nanos())
            }
            _ => self.calendar_window(t, offset, zone).map(|window| window.index.into()),
        }
    }

    /// When the window of a number starts; `None` outside the years 1 to 9999.
    pub fn start(&self, number: i128, offset: Duration, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Exact(size) => {
                let nanos = number.checked_mul(size.to_nanos())?.checked_add(offset.to_nanos())?;
                Timestamp::from_epoch(Duration::from_nanos(nanos)?)
            }
            _ => self.start_of(i64::try_from(number).ok()?, offset, zone),
        }
    }

    fn parse_exact(text: &str, unit: &str) -> Result<Self, String> {
        if mixes_calendar_units(text) {
            return Err(format!(
                "d, w, mo and y stand alone in a size, with a whole number: \"{text}\" (24h is exactly 24 hours)"
            ));
        }
        if let Some(size) = Duration::parse(text.as_bytes()) {
            let is_positive = size > Duration::ZERO;
            return if is_positive { Ok(Self::Exact(size)) } else { Err(not_positive(text)) };
        }
        Err(match unit {
            "" if text.is_empty() => "a size is missing (write one such as 5m, 1h or 1d)".to_owned(),
            "" => format!("a size needs a unit: \"{text}\" (write {text}s, {text}m, {text}h or {text}d)"),
            "M" | "mon" | "month" | "months" => with_unit(text, unit, "mo"),
            "min" | "mins" | "minute" | "minutes" => with_unit(text, unit, "m"),
            "sec" | "secs" | "second" | "seconds" | "S" => with_unit(text, unit, "s"),
            "H" | "hr" | "hrs" | "hour" | "hours" => with_unit(text, unit, "h"),
            "D" | "day" | "days" => with_unit(text, unit, "d"),
            "W" | "week" | "weeks" => with_unit(text, unit, "w"),
            "Y" | "yr" | "year" | "years" => with_unit(text, unit, "y"),
            _ => format!(
                "not a size: \"{text}\" (write one such as 5m, 1h30m or 1d; units are ns us ms s m h, or one of d w mo y)"
            ),
        })
    }

    /// The window of a calendar size that holds `t`.
    fn calendar_window(&self, t: Timestamp, offset: Duration, zone: &Zone) -> Option<CalendarWindow> {
        let local = Duration::floored(zone.to_local(t), t.nanos()).checked_sub(offset)?;
        let index = self.index_of(local.seconds().div_euclid(SECONDS_PER_DAY))?;
        let start_of = |index| self.start_of(index, offset, zone);
        let (start, end) = (start_of(index)?, start_of(index + 1));
        // Where clocks are set back over midnight, the date alone is a window off.
        Some(if t < start {
            CalendarWindow { index: index - 1, start: start_of(index - 1)?, end: Some(start) }
        } else {
            match end {
                Some(end) if end <= t => {
                    CalendarWindow { index: index + 1, start: end, end: start_of(index + 2) }
                }
                end => CalendarWindow { index, start, end },
            }
        })
    }

    /// The number of the calendar window that holds a day, counted in days since 1970-01-01; `None` for
    /// months and years of days that no zone shows.
    fn index_of(&self, day: i64) -> Option<i64> {
        Some(match self {
            Self::Weeks(count) => (day + DAYS_FROM_MONDAY).div_euclid(7 * i64::from(*count)),
            Self::Months(count) => months(day)?.div_euclid(i64::from(*count)),
            Self::Years(count) => months(day)?.div_euclid(12 * i64::from(*count)),
            Self::Days(count) => day.div_euclid(i64::from(*count)),
            Self::Exact(_) => day,
        })
    }

    /// When the calendar window of a number starts; `None` outside the years 1 to 9999.
    fn start_of(&self, index: i64, offset: Duration, zone: &Zone) -> Option<Timestamp> {
        let day = match self {
            Self::Weeks(count) => index.checked_mul(7 * i64::from(*count))?.checked_sub(DAYS_FROM_MONDAY)?,
            Self::Months(count) => first_day(index.checked_mul(i64::from(*count))?),
            Self::Years(count) => first_day(index.checked_mul(12 * i64::from(*count))?),
            Self::Days(count) => index.checked_mul(i64::from(*count))?,
            Self::Exact(_) => index,
        };
        let shown = Duration::floored(day.checked_mul(SECONDS_PER_DAY)?, 0).checked_add(offset)?;
        // A zone is asked only about years it has; a day beyond allows for its offset.
        let years = Timestamp::MIN.seconds() - SECONDS_PER_DAY..=Timestamp::MAX.seconds() + SECONDS_PER_DAY;
        if !years.contains(&shown.seconds()) {
            return None;
        }
        Timestamp::new(zone.to_utc(shown.seconds()), shown.nanos())
    }

    fn grid(&self) -> Grid {
        let (unit, count, first) = match self {
            Self::Exact(size) => (GridUnit::Nanos, size.to_nanos(), 0),
            Self::Days(count) => (GridUnit::Days, i128::from(*count), 0),
            Self::Weeks(count) => (GridUnit::Days, i128::from(*count) * 7, -i128::from(DAYS_FROM_MONDAY)),
            Self::Months(count) => (GridUnit::Months, i128::from(*count), 0),
            Self::Years(count) => (GridUnit::Months, i128::from(*count) * 12, 0),
        };
        Grid { unit, count, first }
    }
}

/// A window of a calendar size.
struct CalendarWindow {
    /// Its number.
    index: i64,
    start: Timestamp,
    /// `None` if it exceeds the year 9999.
    end: Option<Timestamp>,
}

/// Where the windows of a size start: every `count` units, counted from `first` after the Unix epoch.
struct Grid {
    unit: GridUnit,
    count: i128,
    first: i128,
}

#[derive(PartialEq, Eq)]
enum GridUnit {
    Nanos,
    Days,
    Months,
}

/// The spelling that [`Size::parse`] reads.
impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(size) => {
                let mut text = Vec::new();
                size.write_in_hours(&mut text);
                out.write_str(&String::from_utf8_lossy(&text))
            }
            Self::Days(count) => write!(out, "{count}d"),
            Self::Weeks(count) => write!(out, "{count}w"),
            Self::Months(count) => write!(out, "{count}mo"),
            Self::Years(count) => write!(out, "{count}y"),
        }
    }
}

/// The start of an exact window.
#[inline]
fn exact_start(t: Timestamp, offset: Duration, size: Duration) -> Option<Timestamp> {
    if offset.nanos() == 0 && size.nanos() == 0 {
        let from_offset = t.seconds().checked_sub(offset.seconds())?;
        // A size is above zero, but its variant can be built by anyone.
        let into_window = from_offset.checked_rem_euclid(size.seconds())?;
        return Timestamp::new(t.seconds() - into_window, 0);
    }
    let from_offset = t.since_epoch().to_nanos() - offset.to_nanos();
    t.checked_sub(Duration::from_nanos(from_offset.checked_rem_euclid(size.to_nanos())?)?)
}

/// Months from January 1970 to the month of a day, counted in days since 1970-01-01.
fn months(day: i64) -> Option<i64> {
    if !KNOWN_DAYS.contains(&day) {
        return None;
    }
    let (year, month, _) = civil_from_days(day);
    Some((year - 1970) * 12 + i64::from(month) - 1)
}

/// The first day of a month counted from January 1970, in days since 1970-01-01.
fn first_day(months: i64) -> i64 {
    days_from_civil(1970 + months.div_euclid(12), months.rem_euclid(12) as u32 + 1, 1)
}

fn not_positive(text: &str) -> String {
    format!("a size must be above zero: \"{text}\"")
}

fn with_unit(text: &str, unit: &str, right: &str) -> String {
    let number = text.strip_suffix(unit).unwrap_or(text);
    format!("unknown unit \"{unit}\" in the size \"{text}\" (did you mean {number}{right}?)")
}

/// Whether calendar units are spelled in what is no plain number of one.
fn mixes_calendar_units(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_lowercase()).any(|unit| matches!(unit, "d" | "w" | "mo" | "y"))
}

#[cfg(test)]
mod tests;
