//! The largest records of one window, or of all: a list for each key, and copies of the records.

use super::Read;
use super::list::{Entry, List};
use crate::record::{Batch, Decimal, Held, Place, Rank};
use crate::stage::groups::Groups;
use crate::value::key::{Direction, write_order};
use crate::value::number::short::Short;

/// Held records are compacted when this many times more are held than wanted.
const SLACK: usize = 4;
/// Nor is anything compacted below this number.
const FEW: usize = 1024;

/// The largest records of each key.
pub(super) struct Best {
    most: usize,
    keyed: bool,
    groups: Groups,
    /// By group.
    lists: Vec<List>,
    held: Held,
    /// Entries of all lists, and those that they have room for.
    wanted: usize,
    room: usize,
    /// Scratch: the group of each record.
    numbers: Vec<u32>,
    /// Scratch: the key of a record.
    key: Vec<u8>,
}

impl Best {
    /// Without records; `most` of each key will be kept. `keyed`: there are keys.
    pub(super) fn new(most: usize, keyed: bool) -> Self {
        Self {
            most,
            keyed,
            groups: Groups::new(0),
            lists: Vec::new(),
            held: Held::default(),
            wanted: 0,
            room: 0,
            numbers: Vec::new(),
            key: Vec::new(),
        }
    }

    /// Takes the records `rows` of a batch, which come behind all others in input order.
    pub(super) fn take(&mut self, batch: &Batch, rows: &[u32], read: &Read<'_>) {
        if self.most == 0 {
            return;
        }
        let mut numbers = std::mem::take(&mut self.numbers);
        if self.keyed {
            numbers.resize(batch.rows(), 0);
            self.groups.assign_all(batch, rows, &read.keys, read.first, &mut numbers);
        }
        self.lists.resize_with(self.groups.len().max(1), List::default);
        let mut changed = Vec::new();
        let decimals = read.decimals.decimals();
        for &row in rows {
            let group = numbers.get(row as usize).copied().unwrap_or(0);
            let Some(list) = self.lists.get(group as usize) else { continue };
            let number = read.decimals.get(row);
            if !list.passes_over(number, decimals, self.most) && self.consider(row, group, number, read) {
                changed.push(group);
            }
        }
        self.numbers = numbers;
        changed.sort_unstable();
        changed.dedup();
        self.copy_records(batch, read.first, &changed);
    }

    /// Adds a record, which is not held yet, if it may be among the best; says whether.
    fn consider(&mut self, row: u32, group: u32, number: Decimal, read: &Read<'_>) -> bool {
        let Some(list) = self.lists.get_mut(group as usize) else { return false };
        self.key.clear();
        write_order(read.values.get(row), Direction::Descending, &mut self.key);
        let place = read.first.after(row);
        if !list.takes(&self.key, place, self.most) {
            return false;
        }
        let short = match number {
            Decimal::Number(mantissa) => Some(Short { mantissa, decimals: read.decimals.decimals() }),
            Decimal::Null | Decimal::Other => None,
        };
        let entry = Entry { key: self.key.as_slice().into(), place, short, held: None };
        let room = list.room();
        self.wanted += 1;
        self.wanted -= list.push(entry, self.most);
        self.room += list.room() - room;
        true
    }

    /// Copies the records of a batch that were added to the lists of these groups and are still there; `first` is
    /// the place of the batch's first record in input order.
    fn copy_records(&mut self, batch: &Batch, first: Rank, groups: &[u32]) {
        let mut rows: Vec<u32> = Vec::new();
        for list in groups.iter().filter_map(|group| self.lists.get(*group as usize)) {
            rows.extend(list.waiting().map(|place| place.since(first)));
        }
        let mut places = Vec::with_capacity(rows.len());
        self.held.push(batch, &rows, |place| places.push(place));
        let mut places = places.into_iter();
        for &group in groups {
            if let Some(list) = self.lists.get_mut(group as usize) {
                list.hold(&mut places);
            }
        }
        self.compact();
    }

    /// Adds the best of others.
    pub(super) fn absorb(&mut self, mut other: Self) {
        if self.lists.is_empty() {
            *self = other;
            return;
        }
        let mut entries: Vec<(u32, Entry)> = Vec::with_capacity(other.wanted);
        for (group, list) in (0..).zip(std::mem::take(&mut other.lists)) {
            let group = if self.keyed { self.groups.adopt(&other.groups, group) } else { 0 };
            entries.extend(list.into_best(self.most).into_iter().map(|entry| (group, entry)));
        }
        self.lists.resize_with(self.groups.len().max(1), List::default);
        entries.retain(|(group, entry)| {
            let mine = self.lists.get(*group as usize);
            mine.is_some_and(|mine| mine.takes(&entry.key, entry.place, self.most))
        });
        let batch = other.held.batch(entries.iter().filter_map(|(_, entry)| entry.held));
        let mut places = Vec::with_capacity(entries.len());
        self.held.push(&batch, &batch.live, |place| places.push(place));
        for ((group, entry), place) in entries.into_iter().zip(places) {
            if let Some(mine) = self.lists.get_mut(group as usize) {
                let room = mine.room();
                self.wanted += 1;
                self.wanted -= mine.push(Entry { held: Some(place), ..entry }, self.most);
                self.room += mine.room() - room;
            }
        }
        self.compact();
    }

    /// Copies the records that are still wanted, if they are few among those that are held.
    fn compact(&mut self) {
        if self.held.rows() <= FEW || self.held.rows() <= SLACK * self.wanted {
            return;
        }
        let mut places: Vec<Place> =
            self.lists.iter_mut().flat_map(List::records).map(|place| *place).collect();
        self.held.retain(&mut places);
        for (record, place) in self.lists.iter_mut().flat_map(List::records).zip(places) {
            *record = place;
        }
    }

    /// The records: those of each key, in the order of keys, the largest first.
    pub(super) fn into_batch(mut self) -> Batch {
        let order = if self.keyed { self.groups.sorted() } else { vec![0] };
        let mut places = Vec::with_capacity(self.wanted);
        for group in order {
            let list = self.lists.get_mut(group as usize).map(std::mem::take).unwrap_or_default();
            places.extend(list.into_best(self.most).iter().filter_map(|entry| entry.held));
        }
        self.held.batch(places)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        // A key is one or two words.
        let entries = self.room * size_of::<Entry>() + self.wanted * 2 * size_of::<u64>();
        let lists = self.lists.capacity() * size_of::<List>();
        self.held.heap_bytes() + self.groups.heap_bytes() + lists + entries
    }
}
