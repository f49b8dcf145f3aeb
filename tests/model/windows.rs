//! The windows that hold a time (manual, section 6), on grids that are laid out one window at a time.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// `[start, end)` in nanoseconds since 1970; of a window that counts, the first and the last number.
pub(crate) type Window = (i128, i128);

/// A length of time as it is written: `10s`, `-250ms`, `1d`, `3mo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) &'static str);

impl Span {
    /// The number and the unit.
    fn parts(self) -> (i64, &'static str) {
        let at = self.0.find(|c: char| c.is_ascii_lowercase()).expect("a unit");
        (self.0[..at].parse().expect("a whole number"), &self.0[at..])
    }

    /// How many nanoseconds an exact length has; none for calendar units.
    pub(crate) fn exact(self) -> Option<i128> {
        let (number, unit) = self.parts();
        let nanos = match unit {
            "ms" => 1_000_000_i128,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        Some(i128::from(number) * nanos)
    }

    /// As [`Self::exact`], of what is exact.
    pub(crate) fn nanos(self) -> i128 {
        self.exact().expect("an exact length")
    }

    /// In days or in months, whichever a calendar unit is made of.
    fn count(self) -> i64 {
        let (number, unit) = self.parts();
        number * if unit == "w" { 7 } else { 1 } * if unit == "y" { 12 } else { 1 }
    }

    fn has_months(self) -> bool {
        matches!(self.parts().1, "mo" | "y")
    }

    /// The first day of a number of days, weeks, months or years: counted from 1970-01-01, from the Monday of
    /// its week, from January 1970.
    fn first_day(self, index: i64) -> Date {
        if self.has_months() {
            return date(1970, 1, 1) + (index * self.count()).months();
        }
        let first = if self.parts().1 == "w" { date(1969, 12, 29) } else { date(1970, 1, 1) };
        first + (index * self.count()).days()
    }

    /// The number of the days, weeks, … that hold a day.
    fn index_of(self, day: Date) -> i64 {
        let units = if self.has_months() {
            (i64::from(day.year()) - 1970) * 12 + i64::from(day.month()) - 1
        } else {
            (day - self.first_day(0)).get_days().into()
        };
        units.div_euclid(self.count())
    }
}

/// What windows an event time falls in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) size: Span,
    pub(crate) every: Option<Span>,
    pub(crate) offset: Option<Span>,
}

impl Grid {
    /// Windows side by side.
    pub(crate) fn tumbling(size: Span) -> Self {
        Self { size, every: None, offset: None }
    }

    /// All windows that hold `time`, by their starts.
    pub(crate) fn around(&self, time: i128, zone: &TimeZone) -> Vec<Window> {
        let step = self.every.unwrap_or(self.size);
        let offset = self.offset.map_or(0, Span::nanos);
        let (near, steps): (i128, i128) = match (self.size.exact(), step.exact()) {
            (Some(size), Some(step)) => ((time - offset).div_euclid(step), size / step),
            _ => {
                let at = Timestamp::from_nanosecond(time).expect("a time of the tests");
                let day = at.to_zoned(zone.clone()).date();
                (step.index_of(day).into(), i128::from(self.size.count() / step.count()))
            }
        };
        // The clocks and the offset may be a window off.
        (near - steps - 2..=near + 2)
            .map(|index| (start(step, index, offset, zone), start(step, index + steps, offset, zone)))
            .filter(|(start, end)| *start <= time && time < *end)
            .collect()
    }
}

/// When a step begins: of exact ones on the line of nanoseconds, of calendar units when the clocks show the
/// offset behind midnight (where they are put forward over it, what they show then instead).
fn start(step: Span, index: i128, offset: i128, zone: &TimeZone) -> i128 {
    if let Some(step) = step.exact() {
        return index * step + offset;
    }
    let midnight = step.first_day(i64::try_from(index).expect("few steps")).at(0, 0, 0, 0);
    let shown = midnight + SignedDuration::from_nanos(i64::try_from(offset).expect("a short offset"));
    shown.to_zoned(zone.clone()).expect("a time of the tests").timestamp().as_nanosecond()
}
