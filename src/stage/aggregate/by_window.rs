//! Groups of windows that stand on their own, or of all records.

use std::sync::Arc;

use super::plan::{Aggregate, not_mine};
use super::running::Open;
use super::sealed::{Merged, Sealed};
use super::spilled::{self, OpenWindows, Spilled};
use super::tables::Tables;
use crate::error::Result;
use crate::record::{Batch, Rank};
use crate::spill::{Disk, Runs};
use crate::stage::windows::{closed, is_closed};
use crate::stage::{Conclusion, Flow, Partial, Sink, Work};
use crate::time::Timestamp;

/// The open windows.
pub(super) struct ByWindow {
    plan: Arc<Aggregate>,
    tables: Tables,
    /// What threads have kept to the end of the input, where there are no windows.
    sealed: Vec<Sealed>,
    /// What did not fit into memory, where there are no windows.
    runs: Option<Runs>,
    /// The same of open windows.
    on_disk: Option<OpenWindows>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl ByWindow {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>) -> Self {
        Self {
            plan: Arc::clone(plan),
            tables: Tables::default(),
            sealed: Vec::new(),
            runs: None,
            on_disk: None,
            seen: Rank::default(),
        }
    }

    /// Brings the groups of all open windows to disk.
    fn spill_windows(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        if self.tables.first().is_none() {
            return Ok(false);
        }
        let on_disk = self.on_disk.get_or_insert_with(|| OpenWindows::new(disk));
        let mut writer = on_disk.writer()?;
        for (window, table) in self.tables.take() {
            window.map_or(Ok(()), |window| writer.push(window, table))?;
        }
        on_disk.add(&self.plan, writer)?;
        Ok(true)
    }

    /// [`Open::close`] where groups of some windows are on disk: what is in memory of such a window joins them.
    fn close_on_disk(
        &mut self,
        mark: Option<Timestamp>,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        let Self { plan, tables, on_disk: Some(on_disk), .. } = self else { return Ok(Flow::More) };
        loop {
            let windows = [tables.first(), on_disk.first()];
            let Some(window) =
                windows.into_iter().flatten().min().filter(|window| is_closed(Some(*window), mark))
            else {
                return Ok(Flow::More);
            };
            let flow = match tables.remove(window) {
                Some(table) if on_disk.first() != Some(window) => {
                    plan.emit(Some(window), table, work, next)?
                }
                table => on_disk.emit(plan, window, table, work, next)?,
            };
            if closed(flow, window.end, mark, work, next)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
    }
}

impl Open for ByWindow {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.plan.fold_into(&mut self.tables, batch, self.seen, work);
        self.seen = self.seen.behind(batch.rows());
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let partial = match partial.downcast::<Tables>() {
            Ok(tables) => return self.tables.absorb(*tables).map(|()| Flow::More),
            Err(partial) => partial,
        };
        let runs = match partial.downcast::<Sealed>() {
            Ok(sealed) => {
                self.sealed.push(*sealed);
                return Ok(Flow::More);
            }
            Err(partial) => *partial.downcast::<Runs>().map_err(|_| not_mine())?,
        };
        match &mut self.runs {
            Some(own) => own.join(runs)?,
            None => self.runs = Some(runs),
        }
        Ok(Flow::More)
    }

    fn conclude(&mut self) -> Result<Option<Box<dyn Conclusion>>> {
        if self.plan.clock.is_some() {
            return Ok(None);
        }
        if let Some(disk) = self.runs.as_ref().map(|runs| Arc::clone(runs.disk())) {
            self.spill(&disk)?;
        }
        if let Some(runs) = self.runs.take() {
            return Ok(Some(Box::new(Spilled::new(&self.plan, runs)?)));
        }
        if self.plan.keys.is_empty() {
            return Ok(None);
        }
        self.sealed.extend(self.tables.take_whole().map(Sealed::of));
        Ok(Some(Box::new(Merged::new(&self.plan, std::mem::take(&mut self.sealed)))))
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        if self.plan.clock.is_some() {
            return self.spill_windows(disk);
        }
        self.sealed.extend(self.tables.take_whole().map(Sealed::of));
        self.sealed.retain(|sealed| sealed.groups().next().is_some());
        let sealed = std::mem::take(&mut self.sealed);
        if sealed.is_empty() {
            return Ok(false);
        }
        let runs = self.runs.get_or_insert_with(|| Runs::new(disk));
        for sealed in sealed {
            spilled::write(&sealed, runs)?;
        }
        Ok(true)
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.on_disk.is_some() {
            return self.close_on_disk(mark, work, next);
        }
        let Self { plan, tables, .. } = self;
        if mark.is_none() && plan.clock.is_none() && plan.keys.is_empty() {
            tables.whole(&plan.fresh);
        }
        tables.close_into(mark, work, next, |window, table, work, next| plan.emit(window, table, work, next))
    }

    fn heap_bytes(&self) -> usize {
        let on_disk = self.on_disk.as_ref().map_or(0, OpenWindows::heap_bytes);
        on_disk + self.tables.heap_bytes() + self.sealed.iter().map(Sealed::heap_bytes).sum::<usize>()
    }
}
