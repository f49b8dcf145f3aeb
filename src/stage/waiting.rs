//! Records that wait on disk for the end of the input, and leave in the order of their keys there. Shared by dedup and
//! join.

use crate::error::Result;
use crate::record::{Batch, Builder, ColumnRef};
use crate::spill::{Merge, Parts, Runs, damaged};
use crate::stage::{Conclusion, Flow, HandOn, Sink, Work};

/// Most records of a batch, and most of their bytes.
const ROWS: usize = 2048;
const BYTES: usize = 256 << 10;

/// Saved records in runs. An entry without a value takes away the one behind it that has the same key.
pub(super) struct Waiting {
    runs: Runs,
    /// The records are judged by watermarks of their own.
    marked: bool,
    timed_by: Option<ColumnRef>,
}

impl Waiting {
    /// The records of runs, which came in batches like this one.
    pub(super) fn new(runs: Runs, like: &Like) -> Self {
        Self { runs, marked: like.marked, timed_by: like.timed_by }
    }

    /// Whether a watermark has to go along with the records, so that they leave one after the other.
    pub(super) fn is_marked(&self) -> bool {
        self.marked
    }

    /// All records, in parts that any thread can let out.
    pub(super) fn conclusion(self, part: usize) -> Result<Box<dyn Conclusion>> {
        let Self { runs, timed_by, .. } = self;
        Ok(Box::new(Leaving { parts: runs.parts(part)?, timed_by }))
    }

    /// Lets all records out, each batch with the watermark of its last one.
    pub(super) fn leave(self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        let mut records = Records::new(self.runs.merge()?, self.timed_by);
        // What has come in meanwhile must not judge them.
        let incoming = work.incoming.take();
        while let Some(batch) = records.next_batch(Vec::new())? {
            let mark = batch.marks.last().copied();
            if next.push(batch, work)? == Flow::Enough {
                break;
            }
            if let Some(mark) = mark
                && next.advance(mark, work)? == Flow::Enough
            {
                break;
            }
        }
        work.incoming = incoming;
        Ok(())
    }
}

/// What all batches of a place in the chain have in common, as far as saved records do not say it.
#[derive(Clone, Copy, Default)]
pub(super) struct Like {
    marked: bool,
    timed_by: Option<ColumnRef>,
}

impl Like {
    /// Notes what a batch has, whose records are going to wait: their watermarks are made to be what they are
    /// judged by.
    pub(super) fn note(&mut self, batch: &mut Batch, work: &Work<'_>) {
        self.marked |= !batch.marks.is_empty();
        self.timed_by = self.timed_by.or(batch.timed_by);
        if let Some(incoming) = work.incoming_watermark() {
            batch.marks.iter_mut().for_each(|mark| *mark = incoming.max(*mark));
        }
    }
}

/// Records that leave by parts.
struct Leaving {
    parts: Parts,
    timed_by: Option<ColumnRef>,
}

impl Conclusion for Leaving {
    fn parts(&self) -> usize {
        self.parts.count()
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        let mut records = Records::new(self.parts.part(index)?, self.timed_by);
        while let Some(batch) = records.next_batch(std::mem::take(&mut work.spare))? {
            if hand_on(batch, work)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// What told which records wait, such as the keys of dedup, is done with.
    fn is_on_disk(&self) -> bool {
        true
    }
}

/// Makes batches of saved records.
struct Records {
    merge: Merge,
    /// The key whose record does not leave.
    taken: Option<Vec<u8>>,
    timed_by: Option<ColumnRef>,
}

impl Records {
    fn new(merge: Merge, timed_by: Option<ColumnRef>) -> Self {
        Self { merge, taken: None, timed_by }
    }

    /// The next records; none behind the last. `buffer` is used for their bytes.
    fn next_batch(&mut self, buffer: Vec<u8>) -> Result<Option<Batch>> {
        let Self { merge, taken, .. } = self;
        let mut builder = Builder::within(buffer);
        while builder.rows() < ROWS
            && builder.bytes() < BYTES
            && let Some(key) = merge.key()
        {
            let mut value = merge.value();
            if value.is_empty() {
                let taken = taken.get_or_insert_default();
                taken.clear();
                taken.extend_from_slice(key);
            } else if taken.as_deref() != Some(key) {
                builder.restore(&mut value).ok_or_else(damaged)?;
            }
            merge.step()?;
        }
        if builder.rows() == 0 {
            return Ok(None);
        }
        Ok(Some(Batch { timed_by: self.timed_by, ..builder.finish() }))
    }
}
