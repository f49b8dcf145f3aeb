//! Group tables: for each window its groups and the states of all items. The partial result of a block and
//! the whole result of the stage are the same thing.

use std::collections::BTreeMap;

use crate::aggregate::{Aggregator, Argument};
use crate::error::{Error, Result};
use crate::record::{Batch, Bounds, FaultLog, Rank};
use crate::stage::groups::{Groups, KeyColumn};
use crate::stage::windows::Windows;
use crate::stage::{Flow, Sink, Work};
use crate::time::Timestamp;

/// The groups of one window, or of all records.
pub(super) struct Table {
    /// The keys.
    pub(super) groups: Groups,
    /// One aggregator an item.
    pub(super) items: Vec<Box<dyn Aggregator>>,
}

/// One item's input over a batch.
pub(super) struct ItemInput<'a> {
    /// The arguments.
    pub(super) args: Vec<Argument<'a>>,
    /// The records that its condition keeps, ascending; `None`: all.
    pub(super) rows: Option<&'a [u32]>,
    /// Where faults are noted.
    pub(super) site: u32,
}

/// Tables by window, in the order in which windows close.
#[derive(Default)]
pub(super) struct Tables {
    windows: Windows<Table>,
    /// Scratch: the group of each record.
    numbers: Vec<u32>,
}

impl Table {
    /// A table without groups.
    pub(super) fn new(key_fields: usize, items: &[Box<dyn Aggregator>]) -> Self {
        Self { groups: Groups::new(key_fields), items: items.iter().map(|item| item.fresh()).collect() }
    }

    /// Adds the groups of another table.
    pub(super) fn absorb(&mut self, part: &Self) -> Result<()> {
        let mut saved = Vec::new();
        for group in 0..part.groups.len() as u32 {
            let mine = self.groups.adopt(&part.groups, group);
            self.absorb_group(mine, part, group, &mut saved)?;
        }
        Ok(())
    }

    /// Adds the states of a group of another part to those of group `mine`. `saved` is scratch.
    pub(super) fn absorb_group(
        &mut self,
        mine: u32,
        part: &Self,
        group: u32,
        saved: &mut Vec<u8>,
    ) -> Result<()> {
        for (item, other) in self.items.iter_mut().zip(&part.items) {
            saved.clear();
            other.save(group, saved);
            item.grow(mine as usize + 1);
            item.absorb(mine, &mut saved.as_slice())?;
        }
        Ok(())
    }

    /// Appends a group in its saved form: where and how its key is spelled, and the states of its items.
    pub(super) fn save(&self, group: u32, out: &mut Vec<u8>) {
        self.groups.save(group, out);
        self.items.iter().for_each(|item| item.save(group, out));
    }

    /// Adds a saved group behind the others, or to `same`, which has its key.
    pub(super) fn restore(&mut self, same: Option<u32>, key: &[u8], mut from: &[u8]) -> Result<u32> {
        let group = self.groups.restore(same, key, &mut from);
        let group = group.ok_or_else(|| Error::new("a saved group is damaged"))?;
        for item in &mut self.items {
            item.absorb(group, &mut from)?;
        }
        Ok(group)
    }

    /// Puts the group of a record into its place of `numbers`, which are aligned to the batch.
    #[inline]
    pub(super) fn assign(
        &mut self,
        prefix: &[u8],
        batch: &Batch,
        row: u32,
        keys: &[KeyColumn<'_>],
        first: Rank,
        numbers: &mut [u32],
    ) {
        let group = self.groups.assign_within(prefix, batch, row, keys, first.after(row));
        if let Some(number) = numbers.get_mut(row as usize) {
            *number = group;
        }
    }

    /// Adds the records `rows` to the groups in `numbers`, aligned to the batch; `first` is the place of the
    /// batch's first record in input order.
    pub(super) fn update(
        &mut self,
        rows: &[u32],
        numbers: &[u32],
        inputs: &[ItemInput<'_>],
        first: Rank,
        log: &mut FaultLog,
    ) {
        for (item, input) in self.items.iter_mut().zip(inputs) {
            item.grow(self.groups.len());
            match input.rows {
                None => item.update(rows, numbers, &input.args, first, input.site, log),
                Some(kept) => {
                    item.update(&intersect(rows, kept), numbers, &input.args, first, input.site, log);
                }
            }
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let items: usize = self.items.iter().map(|item| item.heap_bytes()).sum();
        self.groups.heap_bytes() + items + self.items.capacity() * size_of::<Box<dyn Aggregator>>()
    }
}

impl Tables {
    /// Adds the live records of a batch to their windows; `first` is the place of its first record in input
    /// order.
    pub(super) fn update(
        &mut self,
        batch: &Batch,
        keys: &[KeyColumn<'_>],
        items: &[Box<dyn Aggregator>],
        inputs: &[ItemInput<'_>],
        first: Rank,
        log: &mut FaultLog,
    ) {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.resize(batch.rows(), 0);
        for (window, rows) in by_window(batch) {
            let table = self.windows.of(window, || Table::new(keys.len(), items));
            table.groups.assign_all(batch, &rows, keys, first, &mut numbers);
            table.update(&rows, &numbers, inputs, first, log);
        }
        self.numbers = numbers;
    }

    /// Adds another part.
    pub(super) fn absorb(&mut self, part: Self) -> Result<()> {
        self.windows.absorb(part.windows, |mine, other| mine.absorb(&other))
    }

    /// Hands out the tables of windows that end at or before `mark`: [`Windows::close_into`].
    pub(super) fn close_into(
        &mut self,
        mark: Option<Timestamp>,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
        emit: impl FnMut(Option<Bounds>, Table, &mut Work<'_>, &mut dyn Sink) -> Result<Flow>,
    ) -> Result<Flow> {
        self.windows.close_into(mark, work, next, emit)
    }

    /// The window that closes next.
    pub(super) fn first(&self) -> Option<Bounds> {
        self.windows.first()
    }

    /// Takes out the table of a window.
    pub(super) fn remove(&mut self, window: Bounds) -> Option<Table> {
        self.windows.remove(window)
    }

    /// Takes out all tables, in the order in which their windows close.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (Option<Bounds>, Table)> {
        self.windows.take()
    }

    /// Takes out the table of all records.
    pub(super) fn take_whole(&mut self) -> Option<Table> {
        self.windows.take_whole()
    }

    /// The table of all records, made if there is none: an aggregate without keys always has one group.
    pub(super) fn whole(&mut self, items: &[Box<dyn Aggregator>]) -> &mut Table {
        self.windows.of(None, || Table::new(0, items))
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.windows.heap_bytes(Table::heap_bytes)
    }
}

/// The live records of a batch by window, in order within each.
fn by_window(batch: &Batch) -> Vec<(Option<Bounds>, Vec<u32>)> {
    if batch.windows.is_empty() {
        return if batch.live.is_empty() { Vec::new() } else { vec![(None, batch.live.clone())] };
    }
    let mut parts: Vec<(Option<Bounds>, Vec<u32>)> = Vec::new();
    let mut place: BTreeMap<Option<Bounds>, usize> = BTreeMap::new();
    let mut last = usize::MAX;
    for &row in &batch.live {
        let window = batch.window(row);
        if parts.get(last).is_none_or(|(known, _)| *known != window) {
            last = *place.entry(window).or_insert_with(|| {
                parts.push((window, Vec::new()));
                parts.len() - 1
            });
        }
        if let Some((_, rows)) = parts.get_mut(last) {
            rows.push(row);
        }
    }
    parts
}

/// The records in both ascending lists.
fn intersect(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut right = right.iter().peekable();
    let mut both = Vec::with_capacity(left.len().min(right.len()));
    for &row in left {
        while right.next_if(|&&other| other < row).is_some() {}
        if right.next_if(|&&other| other == row).is_some() {
            both.push(row);
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersections() {
        assert_eq!(intersect(&[1, 3, 5, 9], &[0, 3, 4, 9, 10]), [3, 9]);
        assert_eq!(intersect(&[], &[1]), [0u32; 0]);
    }
}
