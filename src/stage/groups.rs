//! Groups: keys to dense group numbers, with each key as it was first spelled. Shared by aggregate, top,
//! limit and dedup.
//!
//! A key may have a prefix of some bytes that its fields do not show: the session a group belongs to.

use hashbrown::HashTable;

use super::short_texts::{ShortText, ShortTexts};
use super::spellings::Spellings;
use crate::hash;
use crate::record::{Batch, Cell, ColumnRef, FieldValue, Form, Loaded, Made, Rank, shown_value};
use crate::value::key::{may_be_number, may_start_number, text_in, write_identity};
use crate::value::{Number, Value};

/// One field of a key, evaluated over a batch.
pub(super) struct KeyColumn<'a> {
    /// The typed values.
    pub(super) values: Loaded<'a>,
    /// Where the key is spelled, if it is a plain field.
    pub(super) spelled: Option<ColumnRef>,
    /// Whether a stamp is kept with its time, which does not follow from its spelling alone: it has no year.
    pub(super) keeps_times: bool,
}

impl KeyColumn<'_> {
    /// Copies the key of a record as it is spelled.
    pub(super) fn copy_to(&self, batch: &Batch, row: u32, to: &mut Made, place: u32) {
        match self.spelled.map(|spelled| batch.field(spelled, row)) {
            Some(FieldValue::Cell(cell, bytes)) => match &self.values {
                // Each is what its spelling says.
                Loaded::Cells(_) => to.set_cell(place, cell, bytes),
                values => match values.get(row) {
                    // What could not be read is null, as it counts.
                    Value::Null if !cell.is_null() => to.set(place, Value::Null),
                    stamp @ Value::Stamp(_) if self.keeps_times => to.set(place, stamp),
                    _ => to.set_cell(place, cell, bytes),
                },
            },
            Some(FieldValue::Value(_)) | None => to.set(place, self.values.get(row)),
        }
    }
}

/// Half of the groups that numbers of 32 bits can tell apart.
const MOST: usize = 1 << 31;
/// More than any `--memory`, and can be added to others.
const ALL_MEMORY: usize = usize::MAX >> 8;

/// Keys seen so far; a group's number is the order of its first record.
#[derive(Default)]
pub(super) struct Groups {
    /// All but the short texts.
    table: HashTable<u32>,
    /// Keys that are one short text.
    texts: ShortTexts,
    /// Identity bytes of all keys, one behind the other; their byte order is the order of keys.
    keys: Vec<u8>,
    /// Where each key ends in `keys`.
    ends: Vec<usize>,
    /// Each key as first seen.
    spellings: Spellings,
    /// Where in input order each key was first seen, if there are fields.
    places: Vec<Rank>,
    scratch: Vec<u8>,
    recent: Recent,
}

impl Groups {
    /// No groups yet; keys of `fields` fields.
    pub(super) fn new(fields: usize) -> Self {
        Self { spellings: Spellings::new(fields), ..Self::default() }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The group of a record, a new one if its key was not seen before.
    #[inline]
    pub(super) fn assign(&mut self, batch: &Batch, row: u32, columns: &[KeyColumn<'_>]) -> u32 {
        self.assign_within(&[], batch, row, columns, Rank::default())
    }

    /// Puts the group of each of the records `rows` into its place of `numbers`, which are aligned to the batch.
    /// `first` is the place of the batch's first record in input order: records come in that order.
    pub(super) fn assign_all(
        &mut self,
        batch: &Batch,
        rows: &[u32],
        columns: &[KeyColumn<'_>],
        first: Rank,
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
                    let group = self.assign_within(&[], batch, row, columns, first.after(row));
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
        let short = ShortText::of_cell(cell, bytes);
        match (cell.form, short) {
            (Form::Text, Some(short)) => self.texts.find(short),
            (Form::Untyped | Form::Quoted, Some(short)) if !may_start_number(short.first()) => {
                self.texts.find(short)
            }
            (Form::Number, Some(short)) => self.recent.group(short, true),
            (Form::Untyped | Form::Quoted, Some(short)) => match self.recent.group(short, false) {
                None if Number::parse(cell.spelling(bytes)).is_none() => self.texts.find(short),
                known => known,
            },
            (Form::Text, None) => self.find_text(cell.spelling(bytes)),
            (Form::Untyped | Form::Quoted, None) if !may_be_number(cell.spelling(bytes)) => {
                self.find_text(cell.spelling(bytes))
            }
            _ => None,
        }
    }

    /// The group of a key that is one long text.
    #[inline]
    fn find_text(&self, text: &[u8]) -> Option<u32> {
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
        place: Rank,
    ) -> u32 {
        let mut key = std::mem::take(&mut self.scratch);
        key.clear();
        key.extend_from_slice(prefix);
        for column in columns {
            write_identity(column.values.get(row), &mut key);
        }
        let (group, new) = self.find_or_insert(&key);
        if new && !self.spellings.is_empty() {
            self.places.push(place);
            let Self { keys, ends, spellings, .. } = self;
            spellings.push(group, batch, row, columns, |group| key_of(keys, ends, group));
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

    /// Adds a group of other groups behind the last, without an index to find it by: groups that come in order. If
    /// `same` is the last one and has the same key, it is that one.
    pub(super) fn append(&mut self, same: Option<u32>, from: &Self, group: u32) -> u32 {
        self.append_within(same, 0, from, group)
    }

    /// [`Self::append`] without the first `skip` bytes of the key. `same` may be any group that has this key.
    pub(super) fn append_within(&mut self, same: Option<u32>, skip: usize, from: &Self, group: u32) -> u32 {
        let mine = same.unwrap_or_else(|| self.push_key(from.key(group).get(skip..).unwrap_or(&[])));
        self.take_spelling(mine, from, group);
        mine
    }

    /// Appends where and how the key of a group was first spelled, in its saved form.
    pub(super) fn save(&self, group: u32, out: &mut Vec<u8>) {
        if !self.spellings.is_empty() {
            self.places.get(group as usize).copied().unwrap_or_default().save(out);
            self.spellings.save(group, out);
        }
    }

    /// [`Self::append`] of a group that was saved; steps over it. `None` if the bytes are damaged.
    pub(super) fn restore(&mut self, same: Option<u32>, key: &[u8], from: &mut &[u8]) -> Option<u32> {
        let mine = same.unwrap_or_else(|| self.push_key(key));
        if self.spellings.is_empty() {
            return Some(mine);
        }
        let place = Rank::load(from)?;
        let is_first = match self.places.get_mut(mine as usize) {
            None => {
                self.places.push(place);
                true
            }
            Some(known) => place < std::mem::replace(known, place.min(*known)),
        };
        let Self { keys, ends, spellings, .. } = self;
        if is_first {
            spellings.restore(mine, from, |group| key_of(keys, ends, group))?;
        } else {
            Spellings::new(spellings.fields()).restore(0, from, |_| &[])?;
        }
        Some(mine)
    }

    /// Adds a key without an index to find it by.
    fn push_key(&mut self, key: &[u8]) -> u32 {
        self.keys.extend_from_slice(key);
        self.ends.push(self.keys.len());
        self.ends.len() as u32 - 1
    }

    /// Spells a group as the other does if it is new here, or if the other was seen before it.
    fn take_spelling(&mut self, mine: u32, from: &Self, group: u32) {
        if self.spellings.is_empty() {
            return;
        }
        let place = from.places.get(group as usize).copied().unwrap_or_default();
        match self.places.get_mut(mine as usize) {
            None => self.places.push(place),
            Some(known) if place < *known => *known = place,
            Some(_) => return,
        }
        let Self { keys, ends, spellings, .. } = self;
        spellings.take(mine, &from.spellings, group, |group| key_of(keys, ends, group));
    }

    /// The key's identity bytes.
    #[inline]
    pub(super) fn key(&self, group: u32) -> &[u8] {
        key_of(&self.keys, &self.ends, group)
    }

    /// The keys of these groups as first spelled, one column a key field.
    pub(super) fn spelled(&self, groups: &[u32]) -> Vec<Made> {
        let column = |field: usize| {
            let mut made = Made::default();
            for (row, &group) in (0..).zip(groups) {
                self.spellings.copy_to(field, group, self.key(group), &mut made, row);
            }
            made
        };
        (0..self.spellings.fields()).map(column).collect()
    }

    /// The key of a group as messages show it.
    pub(super) fn shown(&self, group: u32) -> String {
        let fields = self.spelled(&[group]);
        let mut buffer = Vec::new();
        let mut shown = |made: &Made| match made.cell(0) {
            Some((cell, bytes)) => shown_value(FieldValue::Cell(cell, bytes).value(&mut buffer)),
            None => shown_value(made.get(0)),
        };
        fields.iter().map(&mut shown).collect::<Vec<_>>().join(", ")
    }

    /// Group numbers in the order of their keys.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by(|left, right| self.key(*left).cmp(self.key(*right)));
        order
    }

    /// Lets go what keys are found by: nothing will be assigned or adopted any more.
    pub(super) fn forget_index(&mut self) {
        (self.table, self.texts, self.recent) = Default::default();
    }

    /// Bytes held on the heap. As if it were all memory there is when half of the numbers that groups can have are taken:
    /// then they go to disk, or the run ends, before numbers begin anew.
    pub(super) fn heap_bytes(&self) -> usize {
        if self.len() > MOST {
            return ALL_MEMORY;
        }
        let index = self.table.allocation_size() + self.texts.heap_bytes();
        let lists = self.ends.capacity() * size_of::<usize>();
        let places = self.places.capacity() * size_of::<Rank>();
        index + self.keys.capacity() + lists + places + self.spellings.heap_bytes() + self.recent.heap_bytes()
    }

    /// Bytes that will be held in addition soon, while an index that is nearly full is made anew.
    pub(super) fn growth(&self) -> usize {
        let nearly_full = self.table.len() >= self.table.capacity() / 8 * 7;
        let table = if nearly_full { 2 * self.table.allocation_size() } else { 0 };
        table + self.texts.growth()
    }

    /// The identity bytes of all keys, one behind the other, and where each ends: what finds them goes.
    pub(super) fn into_keys(self) -> (Vec<u8>, Vec<usize>) {
        (self.keys, self.ends)
    }

    /// The group of a key, given by its identity bytes.
    pub(super) fn find_key(&self, key: &[u8]) -> Option<u32> {
        match text_in(key).and_then(ShortText::of) {
            Some(short) => self.texts.find(short),
            None => self.table.find(hash_of(key), |&group| self.key(group) == key).copied(),
        }
    }

    /// The number of a key, and whether it is new.
    fn find_or_insert(&mut self, key: &[u8]) -> (u32, bool) {
        let short = text_in(key).and_then(ShortText::of);
        let hash = hash_of(key);
        let known = match short {
            Some(short) => self.texts.find(short),
            None => self.table.find(hash, |&group| self.key(group) == key).copied(),
        };
        if let Some(group) = known {
            return (group, false);
        }
        let group = self.push_key(key);
        match short {
            Some(short) => self.texts.insert(short, group),
            None => {
                let Self { table, keys, ends, .. } = self;
                table.insert_unique(hash, group, |&group| hash_of(key_of(keys, ends, group)));
            }
        }
        (group, true)
    }
}

/// The identity bytes of a group.
#[inline]
fn key_of<'a>(keys: &'a [u8], ends: &[usize], group: u32) -> &'a [u8] {
    let group = group as usize;
    let start = group.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(group).copied().unwrap_or(start);
    keys.get(start..end).unwrap_or(&[])
}

/// The hash of a key: that of the text alone where the key is one text, so that it is found by the text as it stands
/// in the record.
#[inline]
fn hash_of(key: &[u8]) -> u64 {
    hash::bytes(text_in(key).unwrap_or(key))
}

#[inline]
fn is_same(known: Option<&[u8]>, text: &[u8]) -> bool {
    let Some(known) = known.filter(|known| known.len() == text.len()) else { return false };
    // Texts of 16 to 32 bytes by their ends, which overlap: no call.
    match (known.first_chunk::<16>(), text.first_chunk::<16>()) {
        (Some(front), Some(other)) if text.len() <= 32 => {
            front == other && known.last_chunk::<16>() == text.last_chunk()
        }
        _ => known == text,
    }
}

/// Groups of short numbers by their spelling: what identity bytes of numbers cost is spent once for each that comes
/// often.
#[derive(Default)]
struct Recent {
    /// By a hash of the spelling; empty until a number comes.
    spelled: Vec<(Spelled, u32)>,
}

/// A spelling, and whether it is a typed number: `1.0` is the number 1, but text of its own.
type Spelled = (Option<ShortText>, bool);

impl Recent {
    const PLACES: usize = 256;

    #[inline]
    fn group(&self, text: ShortText, typed: bool) -> Option<u32> {
        let ((known, known_typed), group) = self.spelled.get(text.hash() % Self::PLACES)?;
        (*known == Some(text) && *known_typed == typed).then_some(*group)
    }

    /// Notes the group of a cell, if that is a short number.
    fn note(&mut self, cell: Cell, bytes: &[u8], group: u32) {
        let Some(text) = ShortText::of_cell(cell, bytes) else { return };
        let is_number = match cell.form {
            Form::Number => true,
            Form::Untyped | Form::Quoted => may_start_number(text.first()),
            _ => false,
        };
        if is_number {
            self.spelled.resize(Self::PLACES, ((None, false), 0));
            if let Some(place) = self.spelled.get_mut(text.hash() % Self::PLACES) {
                *place = ((Some(text), cell.form == Form::Number), group);
            }
        }
    }

    fn heap_bytes(&self) -> usize {
        self.spelled.capacity() * size_of::<(Spelled, u32)>()
    }
}
