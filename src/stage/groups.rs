//! Groups: keys to dense group numbers, with each key as it was first spelled. Shared by aggregate, top,
//! limit and dedup.
//!
//! A key may have a prefix of some bytes that its fields do not show: the session a group belongs to.

use hashbrown::HashTable;

use crate::hash;
use crate::record::{Batch, Cell, ColumnRef, FieldValue, Form, Loaded, Made};
use crate::value::key::{may_be_number, text_in, write_identity};

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
    recent: Recent,
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

    /// Puts the group of each of the records `rows` into its place of `numbers`, which are aligned to the batch.
    /// `first` is the place of the batch's first record in input order: records come in that order.
    pub(super) fn assign_all(
        &mut self,
        batch: &Batch,
        rows: &[u32],
        columns: &[KeyColumn<'_>],
        first: u64,
        numbers: &mut [u32],
    ) {
        let cells = match columns {
            [KeyColumn { values: Loaded::Cells(cells), .. }] => Some(cells),
            _ => None,
        };
        for &row in rows {
            let known = cells.and_then(|cells| self.find(cells.cell(row), cells.bytes()));
            let group = match known {
                Some(group) => group,
                None => {
                    let group = self.assign_within(&[], batch, row, columns, first + u64::from(row));
                    if let Some(cells) = cells {
                        self.recent.note(cells.cell(row), cells.bytes(), group);
                    }
                    group
                }
            };
            if let Some(number) = numbers.get_mut(row as usize) {
                *number = group;
            }
        }
    }

    /// The group of a key of one field, if it is found without writing its identity bytes.
    #[inline]
    fn find(&self, cell: Cell, bytes: &[u8]) -> Option<u32> {
        let text = cell.spelling(bytes);
        let is_text = match cell.form {
            Form::Text => true,
            Form::Untyped | Form::Quoted => !may_be_number(text),
            Form::Number => false,
            _ => return None,
        };
        if !is_text {
            return self.recent.group(cell, text);
        }
        // A text with a NUL is not found so: it stands in the identity bytes with an escape that no text holds.
        let is = |group: u32| is_same(text_in(self.key(group)), text);
        self.table.find(hash::bytes(text), |&group| is(group)).copied()
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
    #[inline]
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
        self.table.capacity() * (size_of::<u32>() + 1)
            + self.keys.capacity()
            + lists
            + places
            + spellings
            + self.recent.heap_bytes()
    }

    /// The number of a key, and whether it is new.
    fn find_or_insert(&mut self, key: &[u8]) -> (u32, bool) {
        let hash = hash_of(key);
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

/// The hash of a key: that of the text alone where the key is one text, so that it is found by the text as it stands
/// in the record.
#[inline]
fn hash_of(key: &[u8]) -> u64 {
    hash::bytes(text_in(key).unwrap_or(key))
}

#[inline]
fn is_same(known: Option<&[u8]>, text: &[u8]) -> bool {
    known.is_some_and(|known| known.len() == text.len() && known == text)
}

/// Groups of short numbers by their spelling: what identity bytes of numbers cost is spent once for each that comes
/// often.
#[derive(Default)]
struct Recent {
    /// By a hash of the spelling; empty until a number comes.
    spelled: Vec<(Spelled, u32)>,
}

/// A spelling of up to eight bytes, and whether it is a typed number: `1.0` is the number 1, but text of its own.
type Spelled = (u64, bool);

impl Recent {
    const PLACES: usize = 256;

    #[inline]
    fn group(&self, cell: Cell, text: &[u8]) -> Option<u32> {
        let spelled = spelled(cell, text)?;
        let (known, group) = self.spelled.get(Self::place(spelled))?;
        (*known == spelled).then_some(*group)
    }

    fn note(&mut self, cell: Cell, bytes: &[u8], group: u32) {
        let text = cell.spelling(bytes);
        let is_number = match cell.form {
            Form::Number => true,
            Form::Untyped | Form::Quoted => may_be_number(text),
            _ => false,
        };
        if let Some(spelled) = spelled(cell, text).filter(|_| is_number) {
            self.spelled.resize(Self::PLACES, ((0, false), 0));
            if let Some(place) = self.spelled.get_mut(Self::place(spelled)) {
                *place = (spelled, group);
            }
        }
    }

    #[inline]
    fn place((word, typed): Spelled) -> usize {
        let mixed = (word ^ u64::from(typed)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (u64::BITS - Self::PLACES.ilog2())) as usize
    }

    fn heap_bytes(&self) -> usize {
        self.spelled.capacity() * size_of::<(Spelled, u32)>()
    }
}

/// A spelling of one to eight bytes without NUL.
#[inline]
fn spelled(cell: Cell, text: &[u8]) -> Option<Spelled> {
    let mut word = [0; 8];
    word.get_mut(..text.len())?.copy_from_slice(text);
    let whole = text.last().is_some_and(|&last| last != 0);
    whole.then_some((u64::from_le_bytes(word), cell.form == Form::Number))
}
