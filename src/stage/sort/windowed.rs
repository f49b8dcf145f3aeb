//! `sort` behind `window`: each window is ordered when it closes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::OUT_ROWS;
use super::merge::unpack;
use super::order::Order;
use super::run::{Entry, Run};
use crate::error::Result;
use crate::record::{Batch, Bounds};
use crate::stage::windows::{Contents, HeldBack};
use crate::stage::{Flow, Host, Plan, Sink, Stage, Work};
use crate::time::Timestamp;

/// The bound stage.
pub(super) struct Windowed {
    order: Arc<Order>,
}

impl Windowed {
    /// Orders each window.
    pub(super) fn new(order: Arc<Order>) -> Self {
        Self { order }
    }
}

impl Plan for Windowed {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running { order: Arc::clone(&self.order), windows: HeldBack::new(true) }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        "the records of open windows, in memory (at most --memory)".to_owned()
    }
}

struct Running {
    order: Arc<Order>,
    windows: HeldBack<Run>,
}

impl Contents for Run {
    fn emit(mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.seal();
        for entries in self.entries().chunks(OUT_ROWS) {
            let records: Vec<(&Self, Entry)> = entries.iter().map(|entry| (&self, *entry)).collect();
            let flow = unpack(&records, work, &mut |batch, work| next.push(batch, work))?;
            if flow == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes()
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let keys = self.order.keys(&batch, work);
        for (window, numbers) in by_window(&batch) {
            let rows: Vec<u32> = numbers.iter().filter_map(|&at| batch.live.get(at).copied()).collect();
            let key = |number: usize| numbers.get(number).map_or(&[][..], |&at| keys.of(at));
            // A window's records are one run, which knows in which order they came.
            self.windows.of(window, Run::default).push(&batch, &rows, 0, key);
        }
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.windows.advance(mark, work, next)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.windows.finish(work, next)
    }

    fn held(&self) -> (usize, String) {
        (self.windows.heap_bytes(), "sort".to_owned())
    }
}

/// For each window the places of its records among the live ones.
fn by_window(batch: &Batch) -> BTreeMap<Option<Bounds>, Vec<usize>> {
    let mut parts: BTreeMap<Option<Bounds>, Vec<usize>> = BTreeMap::new();
    for (at, &row) in batch.live.iter().enumerate() {
        parts.entry(batch.window(row)).or_default().push(at);
    }
    parts
}
