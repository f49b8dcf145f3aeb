//! Times of day whose day is said once, for all records after it: where they go back by more than half a day, the next day
//! has most likely begun, and nothing says so.

use super::Origin;

/// Seconds of half a day.
const HALF_A_DAY: u32 = 12 * 60 * 60;

/// The times of day of records that come after each other.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    first: Tick,
    last: Tick,
    /// The first record whose time is so far back.
    back: Option<Origin>,
}

/// The time of day of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    /// Records of one day, of one input, have one section.
    pub(super) section: u32,
    pub(super) second: u32,
    pub(super) origin: Origin,
}

impl Clock {
    /// Adds the time of day of a record to what is known.
    pub(super) fn tick(known: &mut Option<Self>, tick: Tick) {
        Self { first: tick, last: tick, back: None }.follow(known);
    }

    /// Adds itself, which is of later records, to what is known.
    pub(super) fn follow(self, known: &mut Option<Self>) {
        let Some(before) = known else {
            *known = Some(self);
            return;
        };
        let (last, next) = (before.last, self.first);
        let is_next = last.origin.source == next.origin.source && last.section == next.section;
        let goes_back = is_next && last.second > next.second + HALF_A_DAY;
        before.back = before.back.or(goes_back.then_some(next.origin)).or(self.back);
        before.last = self.last;
    }

    /// The first record whose time of day is more than half a day before that of the record before it.
    pub fn back(&self) -> Option<Origin> {
        self.back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_goes_by() {
        for (ticks, expected) in [
            (&[(0, 1, 86_000), (0, 1, 10)][..], Some(2)),
            (&[(0, 1, 10), (0, 1, 86_000), (0, 1, 43_000)], None),
            (&[(0, 1, 86_000), (1, 1, 10)], None),
            (&[(0, 1, 86_000), (0, 2, 10)], None),
            (&[(0, 1, 86_000), (0, 1, 10), (0, 1, 86_000), (0, 1, 10)], Some(2)),
        ] {
            for cut in 0..=ticks.len() {
                let (mut front, mut later) = (None, None);
                for (line, (source, section, second)) in (1..).zip(ticks) {
                    let part = if line <= cut { &mut front } else { &mut later };
                    let origin = Origin { source: *source, line: line as u64, nth: 0 };
                    Clock::tick(part, Tick { section: *section, second: *second, origin });
                }
                if let Some(later) = later {
                    later.follow(&mut front);
                }
                let found = front.and_then(|clock| clock.back()).map(|origin| origin.line);
                assert_eq!(found, expected, "{ticks:?} cut at {cut}");
            }
        }
    }
}
