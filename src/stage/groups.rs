//! Groups: keys to dense group numbers, with each key as it was first spelled. Shared by aggregate, top,
//! limit and dedup.
//!
//! A key may have a prefix of some bytes that its fields do not show: the session a group belongs to.

use hashbrown::HashTable;

use crate::hash;
use crate::record::{Batch, ColumnRef, FieldValue, Loaded, Made};
use crate::value::key::write_identity;

/// One field of a key, evaluated over a batch.
pub(super) struct KeyColumn<'a> {
    /// The typed values.
    pub(super) values: Loaded<'a>,
    /// Where the key is spelled, if it is a plain field.
    pub(super) spelled: Option<ColumnRef>,
}

impl KeyColumn<'_> {
    /// Copies the key of a record as it is spelled.
    pub(super) fn copy_to(&self, batch: &Batch, row: u32, to: &mut Made, place: u32) {
        match self.spelled.map(|spelled| batch.field(spelled, row)) {
            Some(FieldValue::Cell(cell, bytes)) => to.set_cell(place, cell, bytes),
            Some(FieldValue::Value(value)) => to.set(place, value),
            None => to.set(place, self.values.get(row)),
        }
    }
}

/// Keys seen so far; a group's number is the order of its first record.
#[derive(Default)]
pub(super) struct Groups {
    table: HashTable<u32>,
    /// Identity bytes of all keys, one behind the other; their byte order is the order of keys.
    keys: Vec<u8>,
    /// Where each key ends in `keys`.
    ends: Vec<usize>,
    hashes: Vec<u64>,
    /// Each key as first seen, one column a key field.
    spellings: Vec<Made>,
    /// Where in input order each key was first seen, if there are fields.
    places: Vec<u64>,
    scratch: Vec<u8>,
}

impl Groups {
    /// No groups yet; keys of `fields` fields.
    pub(super) fn new(fields: usize) -> Self {
        Self { spellings: vec![Made::default(); fields], ..Self::default() }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The group of a record, a new one if its key was not seen before.
    #[inline]
    pub(super) fn assign(&mut self, batch: &Batch, row: u32, columns: &[KeyColumn<'_>]) -> u32 {
        self.assign_within(&[], batch, row, columns, 0)
    }

    /// The group of a record whose key has a prefix. `place` is the record's in input order: records come in
    /// that order.
    pub(super) fn assign_within(
        &mut self,
        prefix: &[u8],
        batch: &Batch,
        row: u32,
        columns: &[KeyColumn<'_>],
        place: u64,
    ) -> u32 {
        let mut key = std::mem::take(&mut self.scratch);
        key.clear();
        key.extend_from_slice(prefix);
        for column in columns {
            write_identity(column.values.get(row), &mut key);
        }
        let (group, new) = self.find_or_insert(&key);
        if new {
            if !self.spellings.is_empty() {
                self.places.push(place);
            }
            for (kept, column) in self.spellings.iter_mut().zip(columns) {
                column.copy_to(batch, row, kept, group);
            }
        }
        self.scratch = key;
        group
    }

    /// The group of a key of other groups, a new one with the same spelling if it was not seen before.
    pub(super) fn adopt(&mut self, from: &Self, group: u32) -> u32 {
        let (mine, _new) = self.find_or_insert(from.key(group));
        self.take_spelling(mine, from, group);
        mine
    }

    /// [`Self::adopt`] with another prefix instead of the first `skip` bytes; says whether the group is new.
    pub(super) fn adopt_within(
        &mut self,
        prefix: &[u8],
        skip: usize,
        from: &Self,
        group: u32,
    ) -> (u32, bool) {
        let mut key = std::mem::take(&mut self.scratch);
        key.clear();
        key.extend_from_slice(prefix);
        key.extend_from_slice(from.key(group).get(skip..).unwrap_or(&[]));
        let (mine, new) = self.find_or_insert(&key);
        self.scratch = key;
        self.take_spelling(mine, from, group);
        (mine, new)
    }

    /// Spells a group as the other does if it is new here, or if the other was seen before it.
    fn take_spelling(&mut self, mine: u32, from: &Self, group: u32) {
        if self.spellings.is_empty() {
            return;
        }
        let place = from.places.get(group as usize).copied().unwrap_or(0);
        match self.places.get_mut(mine as usize) {
            None => self.places.push(place),
            Some(known) if place < *known => *known = place,
            Some(_) => return,
        }
        for (kept, other) in self.spellings.iter_mut().zip(&from.spellings) {
            kept.copy(mine, other, group);
        }
    }

    /// The key's identity bytes.
    pub(super) fn key(&self, group: u32) -> &[u8] {
        let group = group as usize;
        let start = group.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(group).copied().unwrap_or(start);
        self.keys.get(start..end).unwrap_or(&[])
    }

    /// The keys as first spelled, one column a key field, aligned to group numbers.
    pub(super) fn spellings(&self) -> &[Made] {
        &self.spellings
    }

    /// Group numbers in the order of their keys.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by(|left, right| self.key(*left).cmp(self.key(*right)));
        order
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let spellings: usize = self.spellings.iter().map(Made::heap_bytes).sum();
        let lists = self.ends.capacity() * size_of::<usize>() + self.hashes.capacity() * size_of::<u64>();
        let places = self.places.capacity() * size_of::<u64>();
        self.table.capacity() * (size_of::<u32>() + 1) + self.keys.capacity() + lists + places + spellings
    }

    /// The number of a key, and whether it is new.
    fn find_or_insert(&mut self, key: &[u8]) -> (u32, bool) {
        let hash = hash::bytes(key);
        if let Some(&group) = self.table.find(hash, |&group| self.key(group) == key) {
            return (group, false);
        }
        let group = self.ends.len() as u32;
        self.keys.extend_from_slice(key);
        self.ends.push(self.keys.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, group, |&group| hashes.get(group as usize).copied().unwrap_or(0));
        (group, true)
    }
}
