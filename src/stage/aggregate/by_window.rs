//! The running form for windows that stand on their own, or none.

use std::sync::Arc;

use super::plan::{Aggregate, not_mine};
use super::tables::Tables;
use crate::error::Result;
use crate::record::Batch;
use crate::stage::{Flow, Partial, Sink, Stage, Work};
use crate::time::Timestamp;

/// The open windows.
pub(super) struct Running {
    plan: Arc<Aggregate>,
    tables: Tables,
    /// The last watermark that was handed on.
    mark: Option<Timestamp>,
}

impl Running {
    /// Nothing seen yet.
    pub(super) fn new(plan: Arc<Aggregate>) -> Self {
        Self { plan, tables: Tables::default(), mark: None }
    }

    /// Emits the windows that end at or before `mark`, in order.
    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let Self { plan, tables, .. } = self;
        tables.close_into(mark, work, next, |window, table, work, next| plan.emit(window, table, work, next))
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.plan.fold_into(&mut self.tables, &batch, work);
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.tables.absorb(*partial.downcast::<Tables>().map_err(|_| not_mine())?)?;
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.plan.clock.is_none() || self.mark.is_some_and(|last| last >= mark) {
            // Without a window everything leaves at the end, behind any time.
            return Ok(Flow::More);
        }
        self.mark = Some(mark);
        if self.close(Some(mark), work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        next.advance(mark, work)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        if self.plan.clock.is_none() && self.plan.keys.is_empty() {
            self.tables.whole(&self.plan.fresh);
        }
        // Enough: what is left would not be seen, and limits are met already.
        self.close(None, work, next).map(drop)
    }

    fn held(&self) -> (usize, String) {
        (self.tables.heap_bytes(), self.plan.what_is_held())
    }
}
