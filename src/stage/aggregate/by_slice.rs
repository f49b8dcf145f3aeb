//! Groups of sliding windows: records are in the slice of one STEP that holds them, and a window is put
//! together from its slices when it closes, never one update per window and record.
//!
//! A record that came too late for the first windows over its slice counts only from a later one on. So what is
//! open is kept by slice and by the first window that takes it; when that window closes, it joins its slice.

use std::sync::Arc;

use super::plan::{Aggregate, not_mine};
use super::running::Open;
use super::slices::Slices;
use super::spilled::OpenWindows;
use super::tables::{Table, Tables};
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds, Rank};
use crate::spill::Disk;
use crate::stage::window::Sliding;
use crate::stage::windows::{closed, is_closed};
use crate::stage::{Flow, Partial, Sink, Work};
use crate::time::{Timestamp, Zone};

/// The open windows.
pub(super) struct BySlice {
    plan: Arc<Aggregate>,
    sliding: Arc<Sliding>,
    /// By the start of the slice and the end of the first window that takes it.
    open: Tables,
    slices: Slices,
    /// What did not fit into memory: windows, put together as far as their records had come.
    on_disk: Option<OpenWindows>,
    /// Where days begin.
    zone: Option<Zone>,
    /// The number of the slice behind the last window that closed.
    closed: Option<i128>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl BySlice {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>, sliding: &Arc<Sliding>) -> Self {
        Self {
            plan: Arc::clone(plan),
            sliding: Arc::clone(sliding),
            open: Tables::default(),
            slices: Slices::new(sliding.steps()),
            on_disk: None,
            zone: None,
            closed: None,
            seen: Rank::default(),
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

    /// What is in memory of a window, which has none in front of it that is still to close.
    fn take_window(&mut self, behind: i128, bounds: Bounds, zone: &Zone) -> Result<Table> {
        while let Some(first) = self.open.first().filter(|first| first.end <= bounds.end) {
            let slice = self.sliding.number(first.start, zone).ok_or_else(out_of_range)?;
            if let Some(table) = self.open.remove(first) {
                self.slices.add(slice, table)?;
            }
        }
        let first = behind - self.sliding.steps();
        let Aggregate { keys, fresh, .. } = &*self.plan;
        let whole = self.slices.together(first, behind, keys.names.len(), fresh)?;
        self.closed = Some(behind);
        self.slices.forget_before(first + 1);
        Ok(whole)
    }

    /// Closes the window that ends first, if that is at or before `mark` or there is no mark; none if not.
    fn close_next(
        &mut self,
        mark: Option<Timestamp>,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Option<Flow>> {
        let zone = &work.env.zone;
        let behind = self.next_to_close(zone)?;
        let in_memory = behind.map(|behind| self.window(behind, zone)).transpose()?;
        let on_disk = self.on_disk.as_ref().and_then(OpenWindows::first);
        let first = [in_memory, on_disk].into_iter().flatten().min();
        let Some(bounds) = first.filter(|first| is_closed(Some(*first), mark)) else { return Ok(None) };
        let table = match behind.filter(|_| in_memory == first) {
            Some(behind) => Some(self.take_window(behind, bounds, zone)?),
            None => None,
        };
        let Self { plan, on_disk: windows, .. } = self;
        let flow = match (windows, table) {
            (Some(windows), table) if on_disk == first => windows.emit(plan, bounds, table, work, next)?,
            (_, Some(table)) => plan.emit(Some(bounds), table, work, next)?,
            (_, None) => Flow::More,
        };
        closed(flow, bounds.end, mark, work, next).map(Some)
    }
}

/// Records whose windows lie beyond the calendar were rejected by `window`.
fn out_of_range() -> Error {
    Error::new("a sliding window lies beyond the years 1 to 9999")
}

impl Open for BySlice {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.zone.get_or_insert_with(|| work.env.zone.clone());
        self.plan.fold_into(&mut self.open, batch, self.seen, work);
        self.seen = self.seen.behind(batch.rows());
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.zone.get_or_insert_with(|| work.env.zone.clone());
        self.open.absorb(*partial.downcast::<Tables>().map_err(|_| not_mine())?)?;
        Ok(Flow::More)
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        while let Some(flow) = self.close_next(mark, work, next)? {
            if flow == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    /// Puts all open windows together as far as their records have come, as if they closed. There are no more groups
    /// of them than will leave.
    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        let Some(zone) = self.zone.clone() else { return Ok(false) };
        if self.next_to_close(&zone)?.is_none() {
            return Ok(false);
        }
        let mut on_disk = self.on_disk.take().unwrap_or_else(|| OpenWindows::new(disk));
        let mut writer = on_disk.writer()?;
        let closed = self.closed;
        while let Some(behind) = self.next_to_close(&zone)? {
            let bounds = self.window(behind, &zone)?;
            writer.push(bounds, self.take_window(behind, bounds, &zone)?)?;
        }
        on_disk.add(&self.plan, writer)?;
        self.on_disk = Some(on_disk);
        self.closed = closed;
        Ok(true)
    }

    /// What is in memory twice: the window that is put together next may take as much again.
    fn heap_bytes(&self) -> usize {
        let on_disk = self.on_disk.as_ref().map_or(0, OpenWindows::heap_bytes);
        on_disk + 2 * (self.open.heap_bytes() + self.slices.heap_bytes())
    }
}
