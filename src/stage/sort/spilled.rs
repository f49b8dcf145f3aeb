//! Records that did not fit into memory: on disk in runs, in the order of their keys and places in the input.

use super::merge::{AHEAD, Batches, Merged};
use super::run::{Entry, Run};
use crate::error::Result;
use crate::record::Builder;
use crate::spill::{Merge, Parts, RunWriter, Runs, damaged};
use crate::stage::{Conclusion, Flow, HandOn, Work};

/// Most bytes of the runs that a part reads, and which part of the memory.
const PART: usize = 4 << 20;
const SHARE: usize = 32;
/// Bytes of records that are put in order at a time before they are written.
const TOGETHER: usize = 256 << 10;

/// Writes sealed runs as one.
pub(super) fn write(mut sealed: Vec<Run>, runs: &mut Runs) -> Result<()> {
    sealed.retain(|run| !run.entries().is_empty());
    if sealed.is_empty() {
        return Ok(());
    }
    let mut out = Entries::to(runs.writer()?);
    match sealed.as_slice() {
        [run] => out.write(&[], run)?,
        _ => {
            let merged = Merged::new(sealed, TOGETHER);
            for part in 0..merged.parts() {
                merged
                    .records(part)
                    .chunks(AHEAD)
                    .try_for_each(|near| out.write_near(&[], near.iter().copied()))?;
            }
        }
    }
    runs.add(out.finish()?)
}

/// Writes records as entries: their keys and their saved forms.
pub(super) struct Entries {
    run: RunWriter,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Entries {
    /// The writer of a run.
    pub(super) fn to(run: RunWriter) -> Self {
        // To pack records takes longer than to write and read what is saved by it: 2.1 s of all threads become 3.5 s.
        Self { run: run.unpacked(), key: Vec::new(), value: Vec::new() }
    }

    /// Writes the records of a sealed run; `front` stands in front of each key.
    pub(super) fn write(&mut self, front: &[u8], run: &Run) -> Result<()> {
        let mut near = run.entries().chunks(AHEAD);
        near.try_for_each(|near| self.write_near(front, near.iter().map(|entry| (run, *entry))))
    }

    /// Writes some records in order.
    fn write_near<'r>(
        &mut self,
        front: &[u8],
        near: impl Iterator<Item = (&'r Run, Entry)> + Clone,
    ) -> Result<()> {
        let Self { run: out, key, value } = self;
        // To wait for the memory of one record after the other takes longer than all the rest.
        std::hint::black_box(near.clone().fold(0, |sum, (run, entry)| sum ^ run.touch(entry)));
        for (run, entry) in near {
            key.clear();
            value.clear();
            key.extend_from_slice(front);
            run.write_key(entry, key);
            run.save(entry, value);
            out.push(key, value)?;
        }
        Ok(())
    }

    /// The run, complete.
    pub(super) fn finish(self) -> Result<crate::spill::Run> {
        self.run.finish()
    }
}

/// All records on disk.
pub(super) struct Spilled {
    parts: Parts,
}

impl Spilled {
    /// The records of runs.
    pub(super) fn new(runs: Runs) -> Result<Self> {
        let bytes = (runs.disk().memory() / SHARE).min(PART);
        Ok(Self { parts: runs.parts(bytes)? })
    }
}

impl Conclusion for Spilled {
    fn parts(&self) -> usize {
        self.parts.count()
    }

    fn is_on_disk(&self) -> bool {
        true
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        hand_on_all(&mut self.parts.part(index)?, work, hand_on).map(drop)
    }
}

/// Hands on all records in batches.
fn hand_on_all(merge: &mut Merge, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
    let mut out = Batches::new(work);
    while merge.key().is_some() {
        restore(merge.value(), out.open())?;
        merge.step()?;
        if out.hand_on_full(work, hand_on)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    out.finish(work, hand_on)
}

/// Reads a record in its saved form behind others.
pub(super) fn restore(mut saved: &[u8], into: &mut Builder) -> Result<()> {
    into.restore(&mut saved).ok_or_else(damaged)
}
