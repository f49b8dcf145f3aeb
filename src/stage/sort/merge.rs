//! Puts sorted runs together: the keys are cut into ranges, each of which any thread can merge.

use std::cmp::Ordering;

use super::OUT_ROWS;
use super::run::{Entry, Run, compare};
use crate::error::Result;
use crate::record::Builder;
use crate::stage::{Conclusion, Flow, HandOn, Work};

/// Bytes of a batch behind which the next one begins.
const BATCH: usize = 1 << 20;

/// Records that are touched before the first of them is unpacked.
pub(super) const AHEAD: usize = 32;

/// Sorted runs and where they are cut.
pub(super) struct Merged {
    runs: Vec<Run>,
    /// The first record of each part but the first, in order.
    cuts: Vec<Cut>,
}

/// A record: its run, and its place there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cut {
    run: usize,
    at: usize,
}

impl Merged {
    /// Cuts sorted runs into parts of about `bytes` bytes.
    pub(super) fn new(runs: Vec<Run>, bytes: usize) -> Self {
        let records: usize = runs.iter().map(|run| run.entries().len()).sum();
        let held: usize = runs.iter().map(Run::heap_bytes).sum();
        let each = held / records.max(1) + 1;
        // Every so many records of a run are cut, so that each part has about as many of all runs, and no run
        // has more in one.
        let apart = (bytes / each).clamp(1, OUT_ROWS);
        let mut cuts = Vec::with_capacity(records / apart + runs.len());
        for (run, entries) in runs.iter().map(Run::entries).enumerate() {
            cuts.extend((apart / 2..entries.len()).step_by(apart).map(|at| Cut { run, at }));
        }
        let mut merged = Self { runs, cuts: Vec::new() };
        cuts.sort_unstable_by(|left, right| merged.compare_cuts(*left, *right));
        merged.cuts = cuts;
        merged
    }

    fn compare_cuts(&self, left: Cut, right: Cut) -> Ordering {
        match (self.record(left), self.record(right)) {
            _ if left.run == right.run => left.at.cmp(&right.at),
            (Some(left), Some(right)) => compare(left, right),
            _ => Ordering::Equal,
        }
    }

    fn record(&self, cut: Cut) -> Option<(&Run, Entry)> {
        let run = self.runs.get(cut.run)?;
        Some((run, *run.entries().get(cut.at)?))
    }

    /// How many records of a run come before a cut.
    fn in_front(&self, number: usize, run: &Run, cut: Cut) -> usize {
        match self.record(cut) {
            Some((of, entry)) if cut.run != number => run.in_front_of(of, entry),
            _ => cut.at,
        }
    }

    /// The records of a part, in order.
    pub(super) fn records(&self, index: usize) -> Vec<(&Run, Entry)> {
        let mut records = Vec::new();
        let first = index.checked_sub(1).and_then(|before| self.cuts.get(before));
        let last = self.cuts.get(index);
        for (number, run) in self.runs.iter().enumerate() {
            let start = first.map_or(0, |cut| self.in_front(number, run, *cut));
            let end = last.map_or(run.entries().len(), |cut| self.in_front(number, run, *cut));
            records.extend(run.entries().get(start..end).unwrap_or(&[]).iter().map(|entry| (run, *entry)));
        }
        if self.runs.len() > 1 {
            // A stable sort finds the runs and merges them.
            records.sort_by(|left, right| compare(*left, *right));
        }
        records
    }
}

impl Conclusion for Merged {
    fn parts(&self) -> usize {
        self.cuts.len() + 1
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        unpack(&self.records(index), work, hand_on).map(drop)
    }
}

/// Hands on records in batches of bounded size.
pub(super) fn unpack(records: &[(&Run, Entry)], work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
    let mut out = Batches::new(work);
    for near in records.chunks(AHEAD) {
        // Records stand anywhere: to wait for the memory of one after the other takes longer than all the rest.
        std::hint::black_box(near.iter().fold(0, |sum, (run, entry)| sum ^ run.touch(*entry)));
        for (run, entry) in near {
            run.unpack(*entry, out.open());
            if out.hand_on_full(work, hand_on)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
    }
    out.finish(work, hand_on)
}

/// Batches of bounded size, put together record by record.
pub(super) struct Batches {
    builder: Builder,
}

impl Batches {
    /// No record yet.
    pub(super) fn new(work: &mut Work<'_>) -> Self {
        Self { builder: Builder::within(std::mem::take(&mut work.spare)) }
    }

    /// The batch that is not full yet.
    pub(super) fn open(&mut self) -> &mut Builder {
        &mut self.builder
    }

    /// Hands on the batch if it is full.
    #[inline]
    pub(super) fn hand_on_full(&mut self, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
        if self.builder.rows() < OUT_ROWS && self.builder.bytes() < BATCH {
            return Ok(Flow::More);
        }
        let full = std::mem::take(&mut self.builder);
        let flow = hand_on(full.finish(), work)?;
        self.builder = Builder::within(std::mem::take(&mut work.spare));
        Ok(flow)
    }

    /// Hands on what is left.
    pub(super) fn finish(self, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
        match self.builder.rows() {
            0 => Ok(Flow::More),
            _ => hand_on(self.builder.finish(), work),
        }
    }
}
