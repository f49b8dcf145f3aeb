//! `sort` without windows: a fold whose partial results are runs.

use std::sync::Arc;

use super::merge::Merged;
use super::order::Order;
use super::run::Run;
use crate::error::{Error, Result};
use crate::record::Batch;
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
            seen: 0,
        }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        "all records, in memory (at most --memory)".to_owned()
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
}

impl Order {
    fn push(&self, batch: &Batch, first_place: u64, run: &mut Run, work: &mut Work<'_>) {
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
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: u64,
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
        self.seen += batch.rows() as u64;
        self.seal_large();
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let run = *partial.downcast::<Run>().map_err(|_| not_mine())?;
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
        self.seal();
        let mut runs = std::mem::take(&mut self.sealed);
        runs.retain(|run| !run.entries().is_empty());
        Ok(Some(Box::new(Merged::new(runs, part))))
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
