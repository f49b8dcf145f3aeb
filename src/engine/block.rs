//! What a worker does with one block: decode, the parallel stages, and as far as the plan allows the fold or
//! the encoding. A pure function of the block and of the event time that comes in with it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::budget::Budget;
use super::fronts::{note_other, note_repeated};
use super::plan::Plan;
use crate::error::{Error, Result};
use crate::format::{Decoder, Encoder, OutputFormat};
use crate::record::{Batch, Block, Findings, Limits, LineStarts, Origin, Rank, Span};
use crate::spill::Runs;
use crate::stage::{Fold, NoTime, Partial, Stamps, Work};
use crate::time::{Duration, Timestamp};

/// Bytes of a buffer above which it is not used again.
const LARGE: usize = 8 << 20;

/// What all workers share.
pub(super) struct Workshop {
    pub plan: Plan,
    pub decoders: Arc<Vec<OnceLock<Arc<dyn Decoder>>>>,
    pub output: Arc<dyn OutputFormat>,
    pub lateness: Duration,
    pub limits: Limits,
    /// Bytes that the records which a step makes of one block may take.
    pub room: usize,
    /// Bytes of records that a thread keeps before it seals them.
    pub keep_records: usize,
    /// Bytes that a part should have which a thread lets out at the end.
    pub part: usize,
    /// Threads in all.
    pub threads: usize,
    /// The memory of the run.
    pub budget: Arc<Budget>,
    /// Buffers of blocks whose bytes were written.
    pub written: Mutex<Vec<Vec<u8>>>,
}

/// What a thread keeps from block to block.
#[derive(Default)]
pub(super) struct Kept {
    /// What it folds over its blocks, if they need not be put in order one by one.
    partial: Option<Partial>,
    /// What was sealed and waits for the end of the input, or for the disk.
    sealed: Vec<Partial>,
    /// Bytes that both held after the last block, and those of what was sealed.
    held: usize,
    held_sealed: usize,
    /// What had to go to disk.
    runs: Option<Runs>,
    /// A batch that is done with: its lists are used for the next block.
    spare: Batch,
    /// Where the thread encodes.
    encoder: Option<Box<dyn Encoder>>,
}

/// What became of a block.
pub(super) struct Product {
    pub findings: Findings,
    pub payload: Payload,
    /// What was known of event times when the work began.
    pub incoming: Stamps,
    /// What is known of them at the end of the block, as far as the worker knew.
    pub stamps: Stamps,
    /// The verdicts on late records hold while the incoming watermark lies below this.
    pub holds_below: Option<Timestamp>,
    /// What was done holds only for this very incoming event time.
    pub times_follow: bool,
    /// As [`Work::hours_follow`].
    pub hours_follow: bool,
    /// As [`Work::no_time`].
    pub no_time: Option<NoTime>,
    /// The first accepted record, and the bytes it is in if these are not the block's.
    pub first: Option<(Span, Option<Arc<Vec<u8>>>)>,
    /// Places of the records, in the chain or not.
    pub rows: u64,
}

/// The records of a block as the worker leaves them.
pub(super) enum Payload {
    /// Ready to be written.
    Encoded(Vec<u8>),
    /// For stages that need order, or an encoder that does.
    Batch(Box<Batch>),
    /// For the fold's running form.
    Partial(Option<Partial>),
    /// What the block's records would become is too large to be held; the error if it was a single record.
    TooLarge(Error),
}

impl Workshop {
    /// Whether the workers encode: nothing in the plan or the format needs order.
    pub(super) fn encodes(&self) -> bool {
        self.plan.is_parallel() && self.output.any_order()
    }

    /// Takes back the buffer of bytes that were written, unless it is one that few blocks need.
    pub(super) fn recycle(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() > LARGE {
            return;
        }
        buffer.clear();
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }

    /// Whether a thread keeps what it folds over many blocks: nothing leaves before the end of the input, and
    /// no block is worked on again because it was judged by too low a watermark.
    fn keeps_partials(&self) -> bool {
        !self.plan.timed && self.plan.fold.as_ref().is_some_and(|fold| fold.ends_with_input())
    }

    /// Works on a block, with `incoming` as what is known of event times before it. What is folded goes into what the
    /// thread keeps, if it may.
    pub(super) fn process_into(&self, kept: &mut Kept, block: &Block, incoming: Stamps) -> Result<Product> {
        let mut product = self.work_on(block, incoming, kept)?;
        if let Payload::Partial(partial) = &mut product.payload
            && !self.keeps_partials()
        {
            *partial = kept.partial.take();
        }
        Ok(product)
    }

    /// Looks after what a thread keeps, once the block's product was delivered: nobody waits for it.
    pub(super) fn tidy(&self, kept: &mut Kept) -> Result<()> {
        let Some((fold, partial)) = self.plan.fold.as_ref().zip(kept.partial.as_ref()) else { return Ok(()) };
        let held = fold.held_by(partial);
        if fold.spills() && kept.held_sealed + held > self.budget.share(self.threads) {
            // It is not noted: others would take for too much what is about to go.
            return self.spill(&**fold, kept);
        }
        self.note_held(kept, held);
        if fold.keeps_records() && held > self.keep_records {
            self.seal(&**fold, kept);
        }
        Ok(())
    }

    /// What a thread has kept to the end of the input.
    pub(super) fn take_kept(&self, mut kept: Kept) -> Result<Vec<Partial>> {
        let Some(fold) = &self.plan.fold else { return Ok(Vec::new()) };
        if kept.runs.is_some() {
            self.spill(&**fold, &mut kept)?;
        }
        self.seal(&**fold, &mut kept);
        let mut parts = kept.sealed;
        parts.extend(kept.runs.map(|runs| Box::new(runs) as Partial));
        Ok(parts)
    }

    fn note_held(&self, kept: &mut Kept, partial: usize) {
        let held = kept.held_sealed + partial;
        self.budget.note_kept(std::mem::replace(&mut kept.held, held), held);
    }

    fn seal(&self, fold: &dyn Fold, kept: &mut Kept) {
        if let Some(mut partial) = kept.partial.take() {
            fold.seal(&mut partial);
            kept.sealed.push(partial);
            kept.held_sealed = kept.held;
        }
    }

    /// Brings what a thread keeps to disk.
    fn spill(&self, fold: &dyn Fold, kept: &mut Kept) -> Result<()> {
        self.seal(fold, kept);
        let runs = kept.runs.get_or_insert_with(|| Runs::new(&self.budget.disk));
        fold.spill(std::mem::take(&mut kept.sealed), runs)?;
        kept.held_sealed = 0;
        self.note_held(kept, 0);
        Ok(())
    }

    /// Works on a block by itself.
    pub(super) fn process(&self, block: &Block, incoming: Stamps) -> Result<Product> {
        let mut kept = Kept::default();
        let mut product = self.work_on(block, incoming, &mut kept)?;
        if let Payload::Partial(partial) = &mut product.payload {
            *partial = kept.partial;
        }
        Ok(product)
    }

    /// Works on a block with what a thread keeps; what is folded goes there.
    fn work_on(&self, block: &Block, incoming: Stamps, kept: &mut Kept) -> Result<Product> {
        let mut work = self.work(incoming.highest, block.first_place);
        work.stamps = incoming;
        work.notes_lead = true;
        for reject in &block.rejects {
            work.findings.read += 1;
            work.findings.add_reject(reject.clone());
        }
        // A block of rejects alone may come before its input is understood.
        let mut batch = match block.bytes.is_empty() {
            true => Batch::of_made(Vec::new(), 0),
            false => {
                self.decoder(block)?.decode_over(block, std::mem::take(&mut kept.spare), &mut work.findings)
            }
        };
        if batch.rows() == 0 && work.findings.rejected > 0 {
            note_other(block, &self.plan.sources);
        } else if block.first_line == 1 {
            note_repeated(block, &self.plan.sources);
        }
        let other_bytes = (!Arc::ptr_eq(&batch.bytes, &block.bytes)).then(|| Arc::clone(&batch.bytes));
        let first = batch.records.first().map(|first| (*first, other_bytes));
        for step in &self.plan.steps {
            batch = step.apply(batch, &mut work)?;
            if work.too_large.is_some() {
                break;
            }
        }
        let rows = batch.rows() as u64;
        let payload = match work.too_large.take() {
            None => self.pay(batch, kept, &mut work)?,
            Some(error) => Payload::TooLarge(error),
        };
        let Work { findings, highest, stamps, times_follow, hours_follow, no_time, holds_below, .. } = work;
        let stamps = stamps.with_highest(highest);
        Ok(Product {
            findings,
            payload,
            incoming,
            stamps,
            holds_below,
            times_follow,
            hours_follow,
            no_time,
            first,
            rows,
        })
    }

    /// A block that may be cut at any line end, with the same records and findings: the block itself, but for formats
    /// whose records are not lines. `None`: it is one.
    pub(super) fn on_lines(&self, block: &Block) -> Result<Option<Block>> {
        if block.bytes.is_empty() {
            return Ok(None);
        }
        Ok(self.decoder(block)?.on_lines(block))
    }

    /// For each accepted record of a block that may be cut at line ends where it is and the place after it.
    pub(super) fn record_ends(&self, block: &Block) -> Result<Vec<(Origin, usize)>> {
        let batch = self.decoder(block)?.decode(block, &mut self.work(None, Rank::default()).findings);
        let mut parts = block.lined.as_ref().map(|lined| lined.parts().0);
        let is_own = Arc::ptr_eq(&batch.bytes, &block.bytes);
        let line_end = |start: usize| {
            let rest = block.bytes.get(start..).unwrap_or(&[]);
            start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        };
        let mut starts = LineStarts::of(block);
        let mut end = |row: u32, origin: Origin| match &mut parts {
            None if is_own => batch.records.get(row as usize).map_or(0, |span| span.end as usize),
            // Records that were made anew are lines here.
            None => line_end(starts.of_line(origin.line)),
            Some(parts) => line_end(parts.find(|part| part.origin == origin).map_or(0, |part| part.at)),
        };
        let ends =
            batch.live.iter().filter_map(|&row| batch.origin(row).map(|origin| (origin, end(row, origin))));
        Ok(ends.collect())
    }

    fn decoder(&self, block: &Block) -> Result<&dyn Decoder> {
        let decoder = self.decoders.get(block.source as usize).and_then(OnceLock::get);
        decoder
            .map(|decoder| &**decoder)
            .ok_or_else(|| Error::new("a block came before its input was opened"))
    }

    /// Surroundings for stages: no findings yet. `first_place` is that of the block in work.
    pub(super) fn work(&self, incoming: Option<Timestamp>, first_place: Rank) -> Work<'_> {
        let findings = Findings::new(self.limits, self.plan.fields.paths().len());
        let mut work = Work::new(&self.plan.env, findings, self.lateness);
        work.highest = incoming;
        work.incoming = incoming;
        work.first_place = first_place;
        work.room = self.room;
        work
    }

    fn pay(&self, mut batch: Batch, kept: &mut Kept, work: &mut Work<'_>) -> Result<Payload> {
        let payload = if let Some(fold) = &self.plan.fold {
            fold.fold(&mut batch, &mut kept.partial, work)?;
            Payload::Partial(None)
        } else if self.encodes() {
            let mut out =
                self.written.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let encoder = kept.encoder.get_or_insert_with(|| self.output.encoder());
            encoder.encode(&batch, &mut out, &mut work.findings);
            Payload::Encoded(out)
        } else {
            return Ok(Payload::Batch(Box::new(batch)));
        };
        kept.spare = batch.emptied();
        Ok(payload)
    }
}
