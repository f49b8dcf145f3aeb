//! Groups of windows that stand on their own, or of all records.

use std::sync::Arc;

use super::plan::{Aggregate, not_mine};
use super::running::Open;
use super::sealed::{Merged, Sealed};
use super::tables::Tables;
use crate::error::Result;
use crate::record::Batch;
use crate::stage::{Conclusion, Flow, Partial, Sink, Work};
use crate::time::Timestamp;

/// The open windows.
pub(super) struct ByWindow {
    plan: Arc<Aggregate>,
    tables: Tables,
    /// What threads have kept to the end of the input, where there are no windows.
    sealed: Vec<Sealed>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: u64,
}

impl ByWindow {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>) -> Self {
        Self { plan: Arc::clone(plan), tables: Tables::default(), sealed: Vec::new(), seen: 0 }
    }
}

impl Open for ByWindow {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.plan.fold_into(&mut self.tables, batch, self.seen, work);
        self.seen += batch.rows() as u64;
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        match partial.downcast::<Tables>() {
            Ok(tables) => self.tables.absorb(*tables)?,
            Err(partial) => self.sealed.push(*partial.downcast::<Sealed>().map_err(|_| not_mine())?),
        }
        Ok(Flow::More)
    }

    fn conclude(&mut self) -> Option<Box<dyn Conclusion>> {
        if self.plan.clock.is_some() || self.plan.keys.is_empty() {
            return None;
        }
        self.sealed.extend(self.tables.take_whole().map(Sealed::of));
        Some(Box::new(Merged::new(&self.plan, std::mem::take(&mut self.sealed))))
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let Self { plan, tables, .. } = self;
        if mark.is_none() && plan.clock.is_none() && plan.keys.is_empty() {
            tables.whole(&plan.fresh);
        }
        tables.close_into(mark, work, next, |window, table, work, next| plan.emit(window, table, work, next))
    }

    fn heap_bytes(&self) -> usize {
        self.tables.heap_bytes() + self.sealed.iter().map(Sealed::heap_bytes).sum::<usize>()
    }
}
