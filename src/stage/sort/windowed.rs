//! `sort` behind `window`: each window is ordered when it closes.
//!
//! What does not fit into memory goes to disk in runs that are ordered by window, then as the window's records are.
//! Windows close in their order, so that runs are read forward only, while later ones come.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::merge::{Batches, unpack};
use super::order::Order;
use super::run::{Entry, Run};
use super::spilled::{Entries, restore};
use super::{OUT_ROWS, STAGE};
use crate::error::Result;
use crate::record::{Batch, Bounds, Rank};
use crate::spill::{Disk, Queue};
use crate::stage::alone::Alone;
use crate::stage::windows::{closed, is_closed, read_bounds, write_bounds};
use crate::stage::{Flow, HandOn, Host, Plan, Sink, Stage, Work};
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
        let order = Arc::clone(&self.order);
        let alone = Alone::default();
        Ok(Box::new(Running { order, open: BTreeMap::new(), spilled: None, alone, seen: Rank::default() }))
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn keeps(&self) -> String {
        "the records of open windows; what does not fit into --memory goes to disk".to_owned()
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

struct Running {
    order: Arc<Order>,
    /// The records of each open window that are in memory.
    open: BTreeMap<Option<Bounds>, Run>,
    /// Those that did not fit.
    spilled: Option<Queue>,
    alone: Alone,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl Running {
    /// The window that closes next.
    fn first(&self) -> Option<Option<Bounds>> {
        let in_memory = self.open.first_key_value().map(|(window, _)| *window);
        let on_disk = self.spilled.as_ref().and_then(Queue::key).and_then(read_bounds);
        in_memory
            .into_iter()
            .chain(on_disk.map(|window| Some(window).filter(|window| *window != Bounds::NONE)))
            .min()
    }

    /// Lets out the windows that end at or before `mark`, all without one.
    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        while let Some(window) = self.first().filter(|window| is_closed(*window, mark)) {
            let mut flow = self.emit(window, work, &mut |batch, work| next.push(batch, work))?;
            if let Some(Bounds { end, .. }) = window {
                flow = closed(flow, end, mark, work, next)?;
            }
            if flow == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn emit(&mut self, window: Option<Bounds>, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
        let mut run = self.open.remove(&window).unwrap_or_default();
        run.seal();
        let front = front_of(window);
        match &mut self.spilled {
            Some(spilled) if spilled.key().is_some_and(|key| key.starts_with(&front)) => {
                merge(&run, spilled, &front, work, hand_on)
            }
            _ => emit(&run, work, hand_on),
        }
    }
}

/// What the keys of a window's records begin with on disk.
fn front_of(window: Option<Bounds>) -> Vec<u8> {
    let mut front = Vec::new();
    write_bounds(window.unwrap_or(Bounds::NONE), &mut front);
    front
}

/// Hands on the records of a window that is in memory.
fn emit(run: &Run, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<Flow> {
    for entries in run.entries().chunks(OUT_ROWS) {
        let records: Vec<(&Run, Entry)> = entries.iter().map(|entry| (run, *entry)).collect();
        if unpack(&records, work, hand_on)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

/// Hands on the records of a window that are in memory, and those on disk, whose keys begin with `front`.
fn merge(
    run: &Run,
    spilled: &mut Queue,
    front: &[u8],
    work: &mut Work<'_>,
    hand_on: HandOn<'_>,
) -> Result<Flow> {
    let mut out = Batches::new(work);
    let mut entries = run.entries().iter().copied();
    let mut key = front.to_vec();
    let mut next = |key: &mut Vec<u8>| {
        let entry = entries.next()?;
        key.truncate(front.len());
        run.write_key(entry, key);
        Some(entry)
    };
    let mut entry = next(&mut key);
    loop {
        let on_disk = spilled.key().filter(|key| key.starts_with(front));
        match entry {
            Some(at) if on_disk.is_none_or(|other| key.as_slice() < other) => {
                run.unpack(at, out.open());
                entry = next(&mut key);
            }
            _ if on_disk.is_some() => {
                restore(spilled.value(), out.open())?;
                spilled.step()?;
            }
            _ => return out.finish(work, hand_on),
        }
        if out.hand_on_full(work, hand_on)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.alone.note(&batch);
        let keys = self.order.keys(&batch, work);
        for (window, numbers) in by_window(&batch) {
            let rows: Vec<u32> = numbers.iter().filter_map(|&at| batch.live.get(at).copied()).collect();
            let key = |number: usize| numbers.get(number).map_or(&[][..], |&at| keys.of(at));
            self.open.entry(window).or_default().push(&batch, &rows, self.seen, key);
        }
        self.seen = self.seen.behind(batch.rows());
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.alone.advance(mark);
        if self.close(Some(mark), work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        next.advance(mark, work)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.alone.say(STAGE.name, "they stay in the order of time", work);
        self.close(None, work, next).map(drop)
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        if self.open.is_empty() {
            return Ok(false);
        }
        let spilled = self.spilled.get_or_insert_with(|| Queue::new(disk));
        let mut out = Entries::to(spilled.writer()?);
        for (window, mut run) in std::mem::take(&mut self.open) {
            run.seal();
            out.write(&front_of(window), &run)?;
        }
        spilled.add(out.finish()?)?;
        Ok(true)
    }

    fn held(&self) -> (usize, String) {
        let on_disk = self.spilled.as_ref().map_or(0, Queue::heap_bytes);
        (
            self.alone.heap_bytes() + on_disk + self.open.values().map(Run::heap_bytes).sum::<usize>(),
            "sort".to_owned(),
        )
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
