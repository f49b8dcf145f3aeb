//! Sessions whose groups did not fit into memory. Which sessions are open, and from when to when, stays in memory, so
//! that late records and pauses are judged as ever. What has ended waits on disk for the end of the input: only then
//! do the groups of a session come together with the window that it has become.
//!
//! There are three kinds of entries: the groups of open sessions, by the number that the session had then; the
//! windows of sessions that have ended, by each number that they had; and groups by window, which leave in this order.

use std::sync::Arc;

use super::plan::{Aggregate, OUT_ROWS};
use super::spilled::Watch;
use super::tables::Table;
use crate::error::{Error, Result};
use crate::record::Bounds;
use crate::spill::{Disk, Merge, RunWriter, Runs, Sorter};
use crate::stage::windows::{BOUNDS, closed, read_bounds, write_bounds};
use crate::stage::{Flow, Sink, Work};
use crate::value::saved::{read_count, write_count};

/// Behind the number of a session: its window, or one of its groups.
const ENDED: u8 = 0;
const GROUP: u8 = 1;
/// Bytes of both.
const NUMBER: usize = size_of::<u64>() + 1;

/// What sessions have on disk.
pub(super) struct SessionDisk {
    open: Runs,
    ended: Sorter,
    closed: Sorter,
    /// Bytes that one group may hold.
    most: usize,
    key: Vec<u8>,
    value: Vec<u8>,
}

/// Writes groups of open sessions, in the order of their numbers and then of their keys.
pub(super) struct GroupWriter {
    run: RunWriter,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl GroupWriter {
    /// Writes a group; `key` is its key without a prefix.
    pub(super) fn push(&mut self, number: u64, key: &[u8], table: &Table, group: u32) -> Result<()> {
        numbered(number, GROUP, &mut self.key);
        self.key.extend_from_slice(key);
        self.value.clear();
        table.save(group, &mut self.value);
        self.run.push(&self.key, &self.value)
    }
}

fn numbered(number: u64, kind: u8, key: &mut Vec<u8>) {
    key.clear();
    key.extend_from_slice(&number.to_be_bytes());
    key.push(kind);
}

impl SessionDisk {
    /// Nothing yet.
    pub(super) fn new(disk: &Arc<Disk>) -> Self {
        let (ended, closed) = (Sorter::new(disk), Sorter::new(disk));
        let (key, value) = (Vec::new(), Vec::new());
        Self { open: Runs::new(disk), ended, closed, most: disk.memory(), key, value }
    }

    /// Begins to write groups of open sessions.
    pub(super) fn writer(&self) -> Result<GroupWriter> {
        Ok(GroupWriter { run: self.open.writer()?, key: Vec::new(), value: Vec::new() })
    }

    /// Adds what was written.
    pub(super) fn add(&mut self, writer: GroupWriter) -> Result<()> {
        self.open.add(writer.run.finish()?)
    }

    /// Notes the window of a session that has ended, for its groups on disk under a number. `owner` tells sessions
    /// apart that have groups of the same key.
    pub(super) fn end(&mut self, number: u64, window: Bounds, owner: &[u8]) -> Result<()> {
        numbered(number, ENDED, &mut self.key);
        self.value.clear();
        write_bounds(window, &mut self.value);
        self.value.extend_from_slice(owner);
        self.ended.push(&self.key, &self.value)
    }

    /// Adds a group of a session that has ended.
    pub(super) fn close(
        &mut self,
        window: Bounds,
        owner: &[u8],
        key: &[u8],
        table: &Table,
        group: u32,
    ) -> Result<()> {
        self.key.clear();
        write_bounds(window, &mut self.key);
        [key, owner].iter().for_each(|part| self.key.extend_from_slice(part));
        self.value.clear();
        write_count(owner.len() as u64, &mut self.value);
        table.save(group, &mut self.value);
        self.closed.push(&self.key, &self.value)
    }

    /// Pushes the records of all sessions; all have ended.
    pub(super) fn emit(mut self, plan: &Aggregate, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.open.join(self.ended.finish()?)?;
        let mut open = self.open.merge()?;
        let (mut window, mut owner) = (Vec::new(), Vec::new());
        while let Some(key) = open.key() {
            match key.get(NUMBER - 1) {
                Some(&ENDED) => {
                    let (bounds, of) = open.value().split_at_checked(BOUNDS).ok_or_else(damaged)?;
                    (window, owner) = (bounds.to_vec(), of.to_vec());
                }
                _ => {
                    self.key.clear();
                    let key = key.get(NUMBER..).ok_or_else(damaged)?;
                    [&window, key, &owner].iter().for_each(|part| self.key.extend_from_slice(part));
                    self.value.clear();
                    write_count(owner.len() as u64, &mut self.value);
                    self.value.extend_from_slice(open.value());
                    self.closed.push(&self.key, &self.value)?;
                }
            }
            open.step()?;
        }
        drop(open);
        emit_closed(plan, self.closed.finish()?.merge()?, self.most, work, next)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.open.heap_bytes() + self.ended.heap_bytes() + self.closed.heap_bytes()
    }
}

/// Pushes the groups of windows in order, in batches.
fn emit_closed(
    plan: &Aggregate,
    mut merge: Merge,
    most: usize,
    work: &mut Work<'_>,
    next: &mut dyn Sink,
) -> Result<Flow> {
    let together = next.takes_windows_together();
    while let Some(first) = merge.key().map(window_of).transpose()? {
        let mut table = Table::new(plan.keys.names.len(), &plan.fresh);
        let mut windows: Vec<Bounds> = Vec::new();
        let (mut last, mut watch) = (Vec::new(), Watch::new(most));
        while let Some(key) = merge.key() {
            let window = window_of(key)?;
            let same = windows.len().checked_sub(1).filter(|_| *last == *key).map(|last| last as u32);
            let is_full = windows.len() >= OUT_ROWS || watch.is_full();
            if same.is_none() && (is_full || !together && window.end != first.end) {
                break;
            }
            let mut value = merge.value();
            let owner =
                read_count(&mut value).and_then(|len| key.len().checked_sub(usize::try_from(len).ok()?));
            let of_group = owner.and_then(|end| key.get(BOUNDS..end)).ok_or_else(damaged)?;
            let group = table.restore(same, of_group, value)?;
            if same.is_none() {
                windows.push(window);
                last = key.to_vec();
            }
            watch.check(plan, &table, group, value.len())?;
            merge.step()?;
        }
        let groups: Vec<u32> = (0..windows.len() as u32).collect();
        let end = windows.last().map_or(first.end, |window| window.end);
        let batch = plan.batch(windows, &table, &groups, work);
        let flow = next.push(batch, work)?;
        if closed(flow, end, None, work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

fn window_of(key: &[u8]) -> Result<Bounds> {
    read_bounds(key).ok_or_else(damaged)
}

#[cold]
fn damaged() -> Error {
    Error::new("a saved session is damaged")
}
