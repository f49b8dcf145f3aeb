//! What the stamps that came before say about how the next one is read: its year, if it has none, whether ten digits
//! are seconds, and of which field it is.

use super::first_time::Chosen;
use crate::time::Timestamp;

/// What is known of the stamps so far, in input order. The input of a record is its number; `None` for one that a
/// stage made.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stamps {
    /// The highest event time of all.
    pub highest: Option<Timestamp>,
    /// Which of several fields is the event time, once the first record has said so.
    pub chosen: Option<Chosen>,
    /// Whether all inputs are one (`--sequential`).
    one_input: bool,
    /// The first of all.
    first: Option<Timestamp>,
    /// What is known of the input that the last one came from.
    last: Option<Input>,
}

/// What is known of one input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Input {
    source: Option<u32>,
    highest: Option<Timestamp>,
    /// Whether its first stamp was a date with an hour, in ten digits.
    hours: Option<bool>,
}

impl Stamps {
    /// Before the first record; `one_input`: all inputs are one.
    pub fn before(one_input: bool) -> Self {
        Self { one_input, ..Self::default() }
    }

    /// The same, with this highest event time.
    #[must_use]
    pub fn with_highest(self, highest: Option<Timestamp>) -> Self {
        Self { highest, ..self }
    }

    /// The same, with as many inputs as `other` has: one or several.
    #[must_use]
    pub fn like(self, other: Self) -> Self {
        Self { one_input: other.one_input, ..self }
    }

    /// The time that a stamp without a year is to be nearest to: the running maximum of its input; for the first of
    /// a further input the first of all. `highest` is the running maximum of all inputs.
    pub fn near(&self, source: Option<u32>, highest: Option<Timestamp>) -> Option<Timestamp> {
        self.running(source, highest).or(self.first)
    }

    /// The running maximum of an input.
    pub fn running(&self, source: Option<u32>, highest: Option<Timestamp>) -> Option<Timestamp> {
        if self.one_input { highest } else { self.of(source).highest }
    }

    /// Whether the first stamp of an input was a date with an hour, if there was one.
    pub fn hours(&self, source: Option<u32>) -> Option<bool> {
        self.of(source).hours
    }

    /// Notes a stamp that was read as a time.
    pub fn note(&mut self, source: Option<u32>, time: Timestamp) {
        let input = self.of(source);
        self.first = self.first.or(Some(time));
        self.last = Some(Input {
            highest: input.highest.max(Some(time)),
            hours: input.hours.or(Some(false)),
            ..input
        });
    }

    /// Notes that the first stamp of an input is a date with an hour, or is not.
    pub fn note_hours(&mut self, source: Option<u32>, hours: bool) {
        self.last = Some(Input { hours: Some(hours), ..self.of(source) });
    }

    /// What is known after both: `self` was found without knowing all of what came `before` it.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        let last = match (before.last, self.last) {
            (Some(before), Some(last)) if before.source == last.source => {
                let hours = before.hours.or(last.hours);
                Some(Input { highest: before.highest.max(last.highest), hours, ..last })
            }
            (before, last) => last.or(before),
        };
        Self {
            highest: before.highest.max(self.highest),
            chosen: before.chosen.or(self.chosen),
            one_input: before.one_input,
            first: before.first.or(self.first),
            last,
        }
    }

    fn of(&self, source: Option<u32>) -> Input {
        let known = self.last.filter(|input| input.source == source);
        known.unwrap_or(Input { source, highest: None, hours: None })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noted(stamps: &[(u32, i64)]) -> Stamps {
        stamps.iter().fold(Stamps::default(), |mut known, (source, second)| {
            let time = Timestamp::new(*second, 0);
            known.highest = known.highest.max(time);
            match time.filter(|_| *second > 0) {
                Some(time) => known.note(Some(*source), time),
                None => known.note_hours(Some(*source), known.hours(Some(*source)).unwrap_or(true)),
            }
            known
        })
    }

    #[test]
    fn further_inputs_begin_near_the_first_stamp() {
        let known = noted(&[(0, 5), (0, 9), (1, 2)]);
        let at = |second| Timestamp::new(second, 0);
        assert_eq!(known.near(Some(1), at(9)), at(2));
        assert_eq!(known.near(Some(2), at(9)), at(5));
        assert_eq!(Stamps { one_input: true, ..known }.near(Some(2), at(9)), at(9));
        assert_eq!(known.hours(Some(1)), Some(false));
        assert_eq!(known.hours(Some(2)), None);
    }

    proptest! {
        /// However the input is cut.
        #[test]
        fn parts_make_up_the_whole(mut stamps in prop::collection::vec((0..4_u32, 0..9_i64), 0..12), cut in 0..12_usize) {
            stamps.sort_by_key(|stamp| stamp.0);
            let (front, back) = stamps.split_at(cut.min(stamps.len()));
            prop_assert_eq!(noted(back).after(noted(front)), noted(&stamps));
        }
    }
}
