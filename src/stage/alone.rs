//! Whether each window held one record: then what a stage does per window does nothing, and the windows should have
//! been ended before. Shared by limit, sort and top.

use std::collections::BTreeSet;

use super::Work;
use crate::error::Error;
use crate::record::{Batch, Bounds};
use crate::time::Timestamp;

/// What was seen of the windows; nothing is kept once one of them held two records.
#[derive(Default)]
pub(super) struct Alone {
    /// The open windows.
    open: BTreeSet<Bounds>,
    /// Windows so far.
    windows: u64,
    /// Some window held two records, or there are no windows.
    is_over: bool,
}

impl Alone {
    /// Looks at the records of a batch.
    pub(super) fn note(&mut self, batch: &Batch) {
        for &row in &batch.live {
            if self.is_over {
                return;
            }
            self.note_one(batch.window(row));
        }
    }

    /// Looks at one record.
    #[inline]
    fn note_one(&mut self, window: Option<Bounds>) {
        match window {
            Some(window) if self.open.insert(window) => self.windows += 1,
            _ => *self = Self { is_over: true, ..Self::default() },
        }
    }

    /// Forgets the windows that end at or before `mark`: no record of them will follow.
    pub(super) fn advance(&mut self, mark: Timestamp) {
        while self.open.first().is_some_and(|window| window.end <= mark) {
            self.open.pop_first();
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        2 * self.open.len() * size_of::<Bounds>()
    }

    /// At the end of the input: notes that each of several windows held one record. `so` says what follows from that.
    pub(super) fn say(&self, stage: &str, so: &str, work: &mut Work<'_>) {
        if self.is_over || self.windows < 2 {
            return;
        }
        let note = Error::new(format!("each of {} windows held one record, so that {so}", self.windows));
        let help = format!(
            "end the windows before it, to have all records together: then window all then {stage} …"
        );
        work.findings.notes.push(note.within(stage).help(help).to_string());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is known at the end of records in windows of ten seconds; the watermark comes where a block ends.
    fn seen(times: &[i64], lateness: i64, ends: &[bool]) -> (bool, u64) {
        let at = |second| Timestamp::new(second, 0).unwrap();
        let (mut alone, mut highest) = (Alone::default(), None);
        for (time, ends) in times.iter().zip(ends) {
            let mark = highest.map(|highest: i64| at(highest - lateness));
            let window = Bounds { start: at(time - time % 10), end: at(time - time % 10 + 10) };
            highest = highest.max(Some(*time));
            // What is late does not come here.
            if mark.is_none_or(|mark| window.end > mark) && !alone.is_over {
                alone.note_one(Some(window));
            }
            if *ends {
                alone.advance(at(highest.unwrap() - lateness));
            }
        }
        (alone.is_over, alone.windows)
    }

    proptest! {
        #[test]
        fn cuts_do_not_show(
            times in prop::collection::vec(0..200i64, 0..8),
            lateness in prop::sample::select(vec![0, 5, 40]),
            ends in prop::collection::vec(any::<bool>(), 8),
        ) {
            prop_assert_eq!(seen(&times, lateness, &ends), seen(&times, lateness, &[false; 8]));
        }
    }
}
