//! Puts sorted runs together: the keys are cut into ranges, each of which any thread can merge.

use super::OUT_ROWS;
use super::run::{Entry, Run, compare};
use crate::error::Result;
use crate::record::{Batch, Builder};
use crate::stage::{Conclusion, Flow, HandOn, Work};

/// Bytes of records that a part should have.
const PART: usize = 256 << 10;
/// Bytes of a batch behind which the next one begins.
const BATCH: usize = 1 << 20;

/// Sorted runs and where they are cut.
pub(super) struct Merged {
    runs: Vec<Run>,
    /// The first record of each part but the first, in order.
    cuts: Vec<(usize, Entry)>,
}

impl Merged {
    /// Cuts sorted runs into parts.
    pub(super) fn new(runs: Vec<Run>) -> Self {
        Self::in_parts(runs, PART)
    }

    /// Cuts sorted runs into parts of about `bytes` bytes. Between two cuts there are at most `apart` records of
    /// a run, and as many on the average of all.
    pub(super) fn in_parts(runs: Vec<Run>, bytes: usize) -> Self {
        let records: usize = runs.iter().map(|run| run.entries().len()).sum();
        let held: usize = runs.iter().map(Run::heap_bytes).sum();
        let each = held / records.max(1) + 1;
        let apart = (bytes / each).clamp(1, OUT_ROWS);
        let mut cuts: Vec<(usize, Entry)> = Vec::with_capacity(records / apart + 1);
        for (number, run) in runs.iter().enumerate() {
            cuts.extend(run.entries().iter().skip(apart / 2).step_by(apart).map(|entry| (number, *entry)));
        }
        let mut merged = Self { runs, cuts: Vec::new() };
        cuts.sort_unstable_by(|left, right| merged.compare(*left, *right));
        merged.cuts = cuts;
        merged
    }

    fn compare(&self, left: (usize, Entry), right: (usize, Entry)) -> std::cmp::Ordering {
        match (self.runs.get(left.0), self.runs.get(right.0)) {
            (Some(of_left), Some(of_right)) => compare((of_left, left.1), (of_right, right.1)),
            _ => std::cmp::Ordering::Equal,
        }
    }

    /// The records of a part, in order.
    fn entries(&self, index: usize) -> Vec<(usize, Entry)> {
        let mut entries = Vec::new();
        for (number, run) in self.runs.iter().enumerate() {
            let behind = |cut: Option<&(usize, Entry)>, none: usize| {
                let in_front = |cut: (usize, Entry)| {
                    run.entries().partition_point(|entry| self.compare((number, *entry), cut).is_lt())
                };
                cut.map_or(none, |cut| in_front(*cut))
            };
            let start = behind(index.checked_sub(1).and_then(|before| self.cuts.get(before)), 0);
            let end = behind(self.cuts.get(index), run.entries().len());
            entries.extend(run.entries().get(start..end).into_iter().flatten().map(|entry| (number, *entry)));
        }
        if self.runs.len() > 1 {
            // A stable sort finds the runs and merges them.
            entries.sort_by(|left, right| self.compare(*left, *right));
        }
        entries
    }
}

impl Conclusion for Merged {
    fn parts(&self) -> usize {
        self.cuts.len() + 1
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        let entries = self.entries(index);
        let runs = entries.iter().filter_map(|(number, entry)| Some((self.runs.get(*number)?, *entry)));
        unpack(runs, work, hand_on).map(drop)
    }
}

/// Hands on records in batches of bounded size.
pub(super) fn unpack<'r>(
    records: impl Iterator<Item = (&'r Run, Entry)>,
    work: &mut Work<'_>,
    hand_on: HandOn<'_>,
) -> Result<Flow> {
    let mut builder = Builder::default();
    for (run, entry) in records {
        run.unpack(entry, &mut builder);
        if builder.rows() >= OUT_ROWS || builder.bytes() >= BATCH {
            let batch: Batch = std::mem::take(&mut builder).finish();
            if hand_on(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
    }
    if builder.rows() == 0 { Ok(Flow::More) } else { hand_on(builder.finish(), work) }
}
