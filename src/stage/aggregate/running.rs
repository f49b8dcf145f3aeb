//! The running stage: what is the same however records come together.

use std::sync::Arc;

use super::plan::Aggregate;
use crate::error::Result;
use crate::record::Batch;
use crate::spill::Disk;
use crate::stage::{Conclusion, Flow, Partial, Sink, Stage, Work};
use crate::time::Timestamp;

/// The groups that are open: those of windows, of slices of sliding windows, of sessions.
pub(super) trait Open: Send {
    /// Takes records in input order.
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow>;

    /// Takes the partial result of a block, in input order.
    fn absorb(&mut self, partial: Partial, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow>;

    /// Emits what ends at or before `mark`, in order; without a mark, everything.
    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow>;

    /// What is held at the end of the input, if threads can share the work of letting it out.
    fn conclude(&mut self) -> Result<Option<Box<dyn Conclusion>>> {
        Ok(None)
    }

    /// Brings to disk what can go there; false if there is nothing of it.
    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        let _ = disk;
        Ok(false)
    }

    /// Whether what has ended waits for the end of the input, so that no watermark may run ahead of it.
    fn holds_back(&self) -> bool {
        false
    }

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;
}

/// A running aggregate.
pub(super) struct Running {
    plan: Arc<Aggregate>,
    open: Box<dyn Open>,
    /// The last watermark that was handed on.
    mark: Option<Timestamp>,
}

impl Running {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>, open: Box<dyn Open>) -> Self {
        Self { plan: Arc::clone(plan), open, mark: None }
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.open.push(&batch, work, next)
    }

    fn absorb(&mut self, partial: Partial, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.open.absorb(partial, work, next)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.plan.clock.is_none() || self.mark.is_some_and(|last| last >= mark) {
            // Without a window everything leaves at the end, behind any time.
            return Ok(Flow::More);
        }
        self.mark = Some(mark);
        if self.open.close(Some(mark), work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        if self.open.holds_back() { Ok(Flow::More) } else { next.advance(mark, work) }
    }

    fn conclude(&mut self, _part: usize) -> Result<Option<Box<dyn Conclusion>>> {
        self.open.conclude()
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        self.open.spill(disk)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        // Enough: what is left would not be seen, and limits are met already.
        self.open.close(None, work, next).map(drop)
    }

    fn held(&self) -> (usize, String) {
        (self.open.heap_bytes(), self.plan.what_is_held())
    }
}
