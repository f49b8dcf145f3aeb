//! The index of a table: which of its records a key matches, in the table's order.
//!
//! The records are parted by the types of their keys. For each part, and each way in which its keys meet those
//! of the other side, there is a map from identity bytes to records, built when it is first asked for. In a
//! table whose keys are of one type, and for records whose keys are of one type, that is one map.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashTable;

use super::class::{Class, write_as};
use crate::hash;
use crate::record::Env;
use crate::stage::short_texts::{ShortText, ShortTexts};
use crate::value::Value;
use crate::value::key::{text_in, write_identity};

/// The keys of a table.
#[derive(Default)]
pub(super) struct Index {
    fields: usize,
    parts: Vec<Part>,
    /// Bytes that maps may still take.
    room: AtomicUsize,
}

/// The records whose keys have the same types.
struct Part {
    /// By field of the key.
    classes: Vec<Class>,
    /// The records, in the table's order.
    rows: Vec<u32>,
    /// Key fields one behind the other: the text of those that may be read as something else, numbers as they are
    /// written, the identity of the others.
    keys: Vec<u8>,
    /// Where each key field ends in `keys`.
    ends: Vec<u32>,
    /// By the classes in which its keys meet others.
    maps: Mutex<Vec<(Vec<Class>, Arc<Map>)>>,
}

/// Records by the identity of their keys.
pub(super) struct Map {
    /// All but the short texts.
    groups: HashTable<u32>,
    /// Keys that are one short text.
    texts: ShortTexts,
    keys: Vec<u8>,
    /// Where each group's key ends.
    ends: Vec<u32>,
    /// Where each group's records start in `rows`; one more than groups. Empty if each has one record.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Looks keys up; for one thread.
pub(super) struct Prober<'a> {
    index: &'a Index,
    env: &'a Env,
    /// By the classes of a key: the maps it may be found in.
    known: Vec<(Vec<Class>, Vec<Way>)>,
    classes: Vec<Class>,
    key: Vec<u8>,
    found: Vec<u32>,
}

/// One map to look into, and the classes as which a key is written for it.
struct Way {
    classes: Vec<Class>,
    map: Arc<Map>,
}

/// Bytes of a map for each record, beside its key.
const MAP_BYTES: usize = 64;

/// A map does not fit into memory.
#[derive(Debug)]
pub(super) struct TooLarge;

impl Index {
    /// An index of keys of `fields` fields.
    pub(super) fn new(fields: usize) -> Self {
        Self { fields, ..Self::default() }
    }

    /// Whether no record has a key.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// How many bytes maps may take.
    pub(super) fn set_room(&mut self, room: usize) {
        self.room = AtomicUsize::new(room);
    }

    /// Adds a record behind the others; none of `key` is null.
    pub(super) fn insert<'v>(&mut self, row: u32, key: impl Iterator<Item = Value<'v>> + Clone) {
        let classes = || key.clone().filter_map(Class::of);
        let at = self.parts.iter().position(|part| part.classes.iter().copied().eq(classes()));
        let at = at.unwrap_or_else(|| {
            self.parts.push(Part::new(classes().collect()));
            self.parts.len() - 1
        });
        if let Some(part) = self.parts.get_mut(at) {
            part.push(row, key);
        }
    }

    /// Bytes held on the heap, maps not included.
    pub(super) fn heap_bytes(&self) -> usize {
        self.parts.iter().map(Part::heap_bytes).sum()
    }

    /// About the bytes that maps will take: keys once more, and where they are found.
    pub(super) fn map_bytes(&self) -> usize {
        self.parts.iter().map(|part| part.keys.len() + MAP_BYTES * part.rows.len()).sum()
    }

    /// Where a key of these classes may be found.
    fn ways(&self, classes: &[Class], env: &Env) -> Result<Vec<Way>, TooLarge> {
        let mut ways = Vec::new();
        for part in &self.parts {
            let met = classes.iter().zip(&part.classes).map(|(left, right)| left.meet(*right));
            if let Some(classes) = met.collect::<Option<Vec<Class>>>() {
                let map = part.map(&classes, env, &self.room)?;
                ways.push(Way { classes, map });
            }
        }
        Ok(ways)
    }
}

impl Part {
    fn new(classes: Vec<Class>) -> Self {
        Self { classes, rows: Vec::new(), keys: Vec::new(), ends: Vec::new(), maps: Mutex::default() }
    }

    fn push<'v>(&mut self, row: u32, key: impl Iterator<Item = Value<'v>>) {
        self.rows.push(row);
        for value in key {
            match value {
                Value::Text(text) | Value::Untyped(text) => self.keys.extend_from_slice(text),
                Value::Number(number) => number.write(&mut self.keys),
                Value::Spelled(text) => self.keys.extend_from_slice(text),
                value => write_identity(value, &mut self.keys),
            }
            self.ends.push(self.keys.len() as u32);
        }
    }

    fn heap_bytes(&self) -> usize {
        (self.rows.capacity() + self.ends.capacity()) * size_of::<u32>() + self.keys.capacity()
    }

    /// The map by keys as these classes. Whoever asks first builds it; others wait for it.
    fn map(&self, classes: &[Class], env: &Env, room: &AtomicUsize) -> Result<Arc<Map>, TooLarge> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, map)) = maps.iter().find(|(known, _)| known == classes) {
            return Ok(Arc::clone(map));
        }
        let map = Arc::new(Map::of(self, classes, env).ok_or(TooLarge)?);
        let bytes = map.heap_bytes();
        let fits = |room: usize| room.checked_sub(bytes);
        room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map_err(|_room| TooLarge)?;
        maps.push((classes.to_vec(), Arc::clone(&map)));
        Ok(map)
    }

    /// Appends the key at a place as these classes; false if it is none.
    fn write(&self, at: usize, classes: &[Class], env: &Env, out: &mut Vec<u8>) -> bool {
        self.stored(at).zip(classes).all(|((own, stored), class)| match own {
            Class::Untyped => write_as(Value::Untyped(stored), *class, env, out),
            Class::Text => write_as(Value::Text(stored), *class, env, out),
            // As text that spells it.
            Class::Number => write_as(Value::Untyped(stored), *class, env, out),
            _ => {
                out.extend_from_slice(stored);
                true
            }
        })
    }

    /// The fields of the key at a place: their classes, and what stands in `keys`.
    fn stored(&self, at: usize) -> impl Iterator<Item = (Class, &[u8])> {
        let fields = self.classes.len();
        let before = (at * fields).checked_sub(1).and_then(|before| self.ends.get(before));
        let mut start = before.copied().unwrap_or(0);
        self.classes.iter().zip(self.ends.iter().skip(at * fields)).map(move |(class, end)| {
            let stored = self.keys.get(start as usize..*end as usize).unwrap_or(&[]);
            start = *end;
            (*class, stored)
        })
    }
}

impl Map {
    /// `None` if the keys are more than 4 GiB.
    fn of(part: &Part, classes: &[Class], env: &Env) -> Option<Self> {
        let mut map = Self {
            groups: HashTable::new(),
            texts: ShortTexts::default(),
            keys: Vec::new(),
            ends: Vec::new(),
            starts: Vec::new(),
            rows: Vec::new(),
        };
        let mut placed = Vec::with_capacity(part.rows.len());
        let mut key = Vec::new();
        for (at, &row) in part.rows.iter().enumerate() {
            key.clear();
            if part.write(at, classes, env, &mut key) {
                placed.push((map.assign(&key)?, row));
            }
        }
        map.sort_in(&placed);
        Some(map)
    }

    /// The group of a key, a new one if it was not seen before.
    fn assign(&mut self, key: &[u8]) -> Option<u32> {
        if let Some(group) = self.group(key) {
            return Some(group);
        }
        let group = self.ends.len() as u32;
        self.keys.extend_from_slice(key);
        self.ends.push(u32::try_from(self.keys.len()).ok()?);
        let Self { groups, texts, keys, ends, .. } = self;
        match short_text(key) {
            Some(text) => texts.insert(text, group),
            None => {
                groups
                    .insert_unique(hash::bytes(key), group, |&group| hash::bytes(key_of(keys, ends, group)));
            }
        }
        Some(group)
    }

    /// Sorts records, each with its group, by group: a table's order stays within each.
    fn sort_in(&mut self, placed: &[(u32, u32)]) {
        if placed.len() == self.ends.len() {
            self.rows = placed.iter().map(|(_, row)| *row).collect();
            return;
        }
        let mut starts = vec![0_u32; self.ends.len() + 1];
        for (group, _) in placed {
            if let Some(count) = starts.get_mut(*group as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        self.rows.resize(placed.len(), 0);
        for (group, row) in placed {
            if let Some(at) = next.get_mut(*group as usize) {
                if let Some(place) = self.rows.get_mut(*at as usize) {
                    *place = *row;
                }
                *at += 1;
            }
        }
        self.starts = starts;
    }

    #[inline]
    fn group(&self, key: &[u8]) -> Option<u32> {
        match short_text(key) {
            Some(text) => self.texts.find(text),
            None => {
                let is = |&group: &u32| key_of(&self.keys, &self.ends, group) == key;
                self.groups.find(hash::bytes(key), is).copied()
            }
        }
    }

    /// The records of a key.
    #[inline]
    fn find(&self, key: &[u8]) -> &[u32] {
        self.group(key).map_or(&[], |group| self.rows_of(group))
    }

    /// The records whose key is a short text. One with a NUL has none: it stands in keys with an escape.
    #[inline]
    pub(super) fn find_text(&self, text: ShortText) -> &[u32] {
        self.texts.find(text).map_or(&[], |group| self.rows_of(group))
    }

    #[inline]
    fn rows_of(&self, group: u32) -> &[u32] {
        let group = group as usize;
        if self.starts.is_empty() {
            return self.rows.get(group..=group).unwrap_or(&[]);
        }
        let at = |place: usize| self.starts.get(place).map_or(0, |start| *start as usize);
        self.rows.get(at(group)..at(group + 1)).unwrap_or(&[])
    }

    fn heap_bytes(&self) -> usize {
        let lists = self.ends.capacity() + self.starts.capacity() + self.rows.capacity();
        let index = self.groups.capacity() * (size_of::<u32>() + 1) + self.texts.heap_bytes();
        index + self.keys.capacity() + lists * size_of::<u32>()
    }
}

#[inline]
fn short_text(key: &[u8]) -> Option<ShortText> {
    text_in(key).and_then(ShortText::of)
}

#[inline]
fn key_of<'a>(keys: &'a [u8], ends: &[u32], group: u32) -> &'a [u8] {
    let group = group as usize;
    let start = group.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(group).copied().unwrap_or(start);
    keys.get(start as usize..end as usize).unwrap_or(&[])
}

impl<'a> Prober<'a> {
    /// Looks into an index.
    pub(super) fn new(index: &'a Index, env: &'a Env) -> Self {
        let (known, classes, key, found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { index, env, known, classes, key, found }
    }

    /// The only map that keys of one field of this class are looked up in, if they meet it as text.
    pub(super) fn texts(&self, class: Class) -> Result<Option<Arc<Map>>, TooLarge> {
        let ways = if self.index.fields == 1 { self.index.ways(&[class], self.env)? } else { Vec::new() };
        Ok(match ways.as_slice() {
            [Way { classes, map }] if **classes == [Class::Text] => Some(Arc::clone(map)),
            _ => None,
        })
    }

    /// The records of the table that a key matches, in the table's order; `None` if some field of the key is
    /// null.
    #[inline]
    pub(super) fn find<'v>(
        &mut self,
        key: impl Iterator<Item = Value<'v>> + Clone,
    ) -> Result<Option<&[u32]>, TooLarge> {
        self.classes.clear();
        self.classes.extend(key.clone().map_while(Class::of));
        if self.classes.len() < self.index.fields {
            return Ok(None);
        }
        let at = match self.known.iter().position(|(classes, _)| *classes == self.classes) {
            Some(at) => at,
            None => {
                let ways = self.index.ways(&self.classes, self.env)?;
                self.known.push((self.classes.clone(), ways));
                self.known.len() - 1
            }
        };
        let Self { known, found, key: bytes, env, .. } = self;
        let ways = known.get(at).map_or(&[][..], |(_, ways)| ways);
        found.clear();
        for way in ways {
            bytes.clear();
            let mut fields = key.clone().zip(&way.classes);
            if !fields.all(|(value, class)| write_as(value, *class, env, bytes)) {
                continue;
            }
            let rows = way.map.find(bytes);
            if ways.len() == 1 {
                return Ok(Some(rows));
            }
            found.extend_from_slice(rows);
        }
        found.sort_unstable();
        Ok(Some(found))
    }
}

mod saved;
pub(super) use saved::{Common, Stored};
#[cfg(test)]
mod tests;
