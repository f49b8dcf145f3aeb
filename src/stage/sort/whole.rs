//! `sort` without windows: a fold whose partial results are runs.

use std::sync::Arc;

use super::merge::Merged;
use super::order::Order;
use super::run::Run;
use super::spilled::{self, Spilled};
use crate::error::{Error, Result};
use crate::record::{Batch, Rank};
use crate::spill::{Disk, Runs};
use crate::stage::{Conclusion, Flow, Fold, Host, Partial, Plan, Sink, Stage, Work};
use crate::time::Timestamp;

/// Bytes of a run that the ordered part collects.
const RUN: usize = 256 << 20;

/// The bound stage.
pub(super) struct Whole {
    order: Arc<Order>,
}

impl Whole {
    /// Orders all records.
    pub(super) fn new(order: Arc<Order>) -> Self {
        Self { order }
    }
}

impl Plan for Whole {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running {
            order: Arc::clone(&self.order),
            sealed: Vec::new(),
            open: Run::default(),
            runs: None,
            seen: Rank::default(),
        }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        "all records; what does not fit into --memory goes to disk".to_owned()
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

impl Fold for Whole {
    fn fold(&self, batch: &mut Batch, partial: &mut Option<Partial>, work: &mut Work<'_>) -> Result<()> {
        let run = partial.get_or_insert_with(|| Box::new(Run::default()));
        let run = run.downcast_mut::<Run>().ok_or_else(not_mine)?;
        self.order.push(batch, work.first_place, run, work);
        Ok(())
    }

    fn ends_with_input(&self) -> bool {
        true
    }

    fn held_by(&self, partial: &Partial) -> usize {
        partial.downcast_ref::<Run>().map_or(0, Run::heap_bytes)
    }

    fn keeps_records(&self) -> bool {
        true
    }

    fn seal(&self, partial: &mut Partial) {
        if let Some(run) = partial.downcast_mut::<Run>() {
            run.seal();
        }
    }

    fn spills(&self) -> bool {
        true
    }

    fn spill(&self, sealed: Vec<Partial>, runs: &mut Runs) -> Result<()> {
        let own = |partial: Partial| partial.downcast::<Run>().map(|run| *run).map_err(|_| not_mine());
        spilled::write(sealed.into_iter().map(own).collect::<Result<_>>()?, runs)
    }
}

impl Order {
    fn push(&self, batch: &Batch, first_place: Rank, run: &mut Run, work: &mut Work<'_>) {
        let keys = self.keys(batch, work);
        run.push(batch, &batch.live, first_place, |number| keys.of(number));
    }
}

/// The running stage.
struct Running {
    order: Arc<Order>,
    /// Runs of threads, each in order.
    sealed: Vec<Run>,
    /// Records that came one block after the other.
    open: Run,
    /// What did not fit into memory.
    runs: Option<Runs>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl Running {
    fn seal_large(&mut self) {
        if self.open.heap_bytes() > RUN {
            self.seal();
        }
    }

    fn seal(&mut self) {
        let mut run = std::mem::take(&mut self.open);
        run.seal();
        self.sealed.push(run);
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.order.push(&batch, self.seen, &mut self.open, work);
        self.seen = self.seen.behind(batch.rows());
        self.seal_large();
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let run = match partial.downcast::<Run>() {
            Ok(run) => *run,
            Err(partial) => {
                let runs = *partial.downcast::<Runs>().map_err(|_| not_mine())?;
                match &mut self.runs {
                    Some(own) => own.join(runs)?,
                    None => self.runs = Some(runs),
                }
                return Ok(Flow::More);
            }
        };
        match run.is_sealed() {
            true => self.sealed.push(run),
            false => {
                self.open.append(run);
                self.seal_large();
            }
        }
        Ok(Flow::More)
    }

    /// Everything leaves at the end, behind any time.
    fn advance(&mut self, _mark: Timestamp, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        Ok(Flow::More)
    }

    fn conclude(&mut self, part: usize) -> Result<Option<Box<dyn Conclusion>>> {
        if let Some(disk) = self.runs.as_ref().map(|runs| Arc::clone(runs.disk())) {
            self.spill(&disk)?;
        }
        if let Some(runs) = self.runs.take() {
            return Ok(Some(Box::new(Spilled::new(runs)?)));
        }
        self.seal();
        let mut runs = std::mem::take(&mut self.sealed);
        runs.retain(|run| !run.entries().is_empty());
        Ok(Some(Box::new(Merged::new(runs, part))))
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        self.seal();
        let mut sealed = std::mem::take(&mut self.sealed);
        sealed.retain(|run| !run.entries().is_empty());
        if sealed.is_empty() {
            return Ok(false);
        }
        spilled::write(sealed, self.runs.get_or_insert_with(|| Runs::new(disk)))?;
        Ok(true)
    }

    fn held(&self) -> (usize, String) {
        let sealed: usize = self.sealed.iter().map(Run::heap_bytes).sum();
        (sealed + self.open.heap_bytes(), "sort".to_owned())
    }
}

/// The error for a partial result that another stage made.
fn not_mine() -> Error {
    Error::new("a partial result of another stage reached sort")
}
