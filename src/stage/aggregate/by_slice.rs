//! Groups of sliding windows: records are in the slice of one STEP that holds them, and a window is put
//! together from its slices when it closes, never one update per window and record.
//!
//! A record that came too late for the first windows over its slice counts only from a later one on. So what is
//! open is kept by slice and by the first window that takes it; when that window closes, it joins its slice.

use std::sync::Arc;

use super::plan::{Aggregate, not_mine};
use super::running::Open;
use super::slices::Slices;
use super::tables::Tables;
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds};
use crate::stage::window::Sliding;
use crate::stage::windows::closed;
use crate::stage::{Flow, Partial, Sink, Work};
use crate::time::{Timestamp, Zone};

/// The open windows.
pub(super) struct BySlice {
    plan: Arc<Aggregate>,
    sliding: Arc<Sliding>,
    /// By the start of the slice and the end of the first window that takes it.
    open: Tables,
    slices: Slices,
    /// The number of the slice behind the last window that closed.
    closed: Option<i128>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: u64,
}

impl BySlice {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>, sliding: &Arc<Sliding>) -> Self {
        Self {
            plan: Arc::clone(plan),
            sliding: Arc::clone(sliding),
            open: Tables::default(),
            slices: Slices::new(sliding.steps()),
            closed: None,
            seen: 0,
        }
    }

    /// The number of the slice behind the window that closes next; windows without records are left out.
    fn next_to_close(&self, zone: &Zone) -> Result<Option<i128>> {
        let open = match self.open.first() {
            None => None,
            Some(first) => Some(self.sliding.number(first.end, zone).ok_or_else(out_of_range)?),
        };
        let following = self.closed.filter(|_| !self.slices.is_empty()).map(|closed| closed + 1);
        Ok(match (open, following) {
            (Some(open), Some(following)) => Some(open.min(following)),
            (open, following) => open.or(following),
        })
    }

    /// The window in front of a slice.
    fn window(&self, behind: i128, zone: &Zone) -> Result<Bounds> {
        let start = self.sliding.start(behind - self.sliding.steps(), zone).ok_or_else(out_of_range)?;
        let end = self.sliding.start(behind, zone).ok_or_else(out_of_range)?;
        Ok(Bounds { end, start })
    }

    fn close_window(
        &mut self,
        behind: i128,
        bounds: Bounds,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        while let Some(first) = self.open.first().filter(|first| first.end <= bounds.end) {
            let slice = self.sliding.number(first.start, &work.env.zone).ok_or_else(out_of_range)?;
            if let Some(table) = self.open.remove(first) {
                self.slices.add(slice, table)?;
            }
        }
        let first = behind - self.sliding.steps();
        let Aggregate { keys, fresh, .. } = &*self.plan;
        let whole = self.slices.together(first, behind, keys.names.len(), fresh)?;
        self.closed = Some(behind);
        self.slices.forget_before(first + 1);
        self.plan.emit(Some(bounds), whole, work, next)
    }
}

/// Records whose windows lie beyond the calendar were rejected by `window`.
fn out_of_range() -> Error {
    Error::new("a sliding window lies beyond the years 1 to 9999")
}

impl Open for BySlice {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.plan.fold_into(&mut self.open, batch, self.seen, work);
        self.seen += batch.rows() as u64;
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.open.absorb(*partial.downcast::<Tables>().map_err(|_| not_mine())?)?;
        Ok(Flow::More)
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        while let Some(behind) = self.next_to_close(&work.env.zone)? {
            let bounds = self.window(behind, &work.env.zone)?;
            if mark.is_some_and(|mark| bounds.end > mark) {
                break;
            }
            let flow = self.close_window(behind, bounds, work, next)?;
            if closed(flow, bounds.end, mark, work, next)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn heap_bytes(&self) -> usize {
        self.open.heap_bytes() + self.slices.heap_bytes()
    }
}
