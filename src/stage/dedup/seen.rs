//! The keys of records that have passed, by window: first so that they are found fast, and packed where memory is
//! short.

use std::collections::BTreeMap;

use super::known::Known;
use super::{has_null, write_key};
use crate::record::{Batch, Bounds, Rank};
use crate::stage::groups::{Groups, KeyColumn};
use crate::time::Timestamp;

/// The keys.
pub(super) enum Seen {
    /// Found fast.
    Grouped(BTreeMap<Option<Bounds>, Groups>),
    /// Packed.
    Packed(BTreeMap<Option<Bounds>, Known>),
}

/// Scratch that is used for one batch after the other.
#[derive(Default)]
pub(super) struct Scratch {
    /// The group of each record.
    numbers: Vec<u32>,
    key: Vec<u8>,
}

impl Seen {
    /// Those of the live records whose keys are new, or null somewhere, in order. Their keys are added.
    pub(super) fn keep_new(
        &mut self,
        batch: &Batch,
        columns: &[KeyColumn<'_>],
        scratch: &mut Scratch,
    ) -> Vec<u32> {
        let mut kept = Vec::with_capacity(batch.live.len());
        let nulls: Vec<u32> = batch.live.iter().copied().filter(|&row| has_null(columns, row)).collect();
        scratch.numbers.resize(batch.rows(), 0);
        for rows in batch.live.chunk_by(|row, next| batch.window(*row) == batch.window(*next)) {
            let Some(&first) = rows.first() else { continue };
            let records = Records { batch, rows, nulls: &nulls, columns };
            match self {
                Self::Grouped(seen) => {
                    records.keep_of(seen.entry(batch.window(first)).or_default(), scratch, &mut kept);
                }
                Self::Packed(seen) => {
                    records.keep_of_packed(seen.entry(batch.window(first)).or_default(), scratch, &mut kept);
                }
            }
        }
        kept
    }

    /// Whether a key was added.
    pub(super) fn contains(&self, window: Option<Bounds>, key: &[u8]) -> bool {
        match self {
            Self::Grouped(seen) => seen.get(&window).is_some_and(|seen| seen.find_key(key).is_some()),
            Self::Packed(seen) => seen.get(&window).is_some_and(|seen| seen.contains(key)),
        }
    }

    /// Packs the keys; false if they are packed, or if there are none.
    pub(super) fn pack(&mut self) -> bool {
        let Self::Grouped(seen) = self else { return false };
        if seen.is_empty() {
            return false;
        }
        let mut packed = BTreeMap::new();
        for (window, groups) in std::mem::take(seen) {
            let mut known = Known::default();
            let (keys, ends) = groups.into_keys();
            known.reserve(ends.len());
            let mut start = 0;
            for end in ends {
                known.insert(keys.get(start..end).unwrap_or(&[]));
                start = end;
            }
            packed.insert(window, known);
        }
        *self = Self::Packed(packed);
        true
    }

    /// Takes all keys that are packed, a window at a time.
    pub(super) fn take_packed(&mut self) -> BTreeMap<Option<Bounds>, Known> {
        match self {
            Self::Grouped(_) => BTreeMap::new(),
            Self::Packed(seen) => std::mem::take(seen),
        }
    }

    /// Forgets the keys of windows that have closed.
    pub(super) fn close(&mut self, mark: Timestamp) {
        let is_open = |window: &Option<Bounds>| window.is_none_or(|bounds| bounds.end > mark);
        match self {
            Self::Grouped(seen) => seen.retain(|window, _| is_open(window)),
            Self::Packed(seen) => seen.retain(|window, _| is_open(window)),
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Grouped(seen) => seen.values().map(Groups::heap_bytes).sum(),
            Self::Packed(seen) => seen.values().map(Known::heap_bytes).sum(),
        }
    }

    /// Bytes that will be held in addition soon, if keys go on being added.
    pub(super) fn growth(&self) -> usize {
        match self {
            Self::Grouped(seen) => seen.values().map(Groups::growth).sum(),
            Self::Packed(seen) => seen.values().map(Known::growth).sum(),
        }
    }
}

/// Records of one window.
struct Records<'a, 'b> {
    batch: &'a Batch,
    rows: &'a [u32],
    /// Those of the batch with a null in their keys, ascending.
    nulls: &'a [u32],
    columns: &'a [KeyColumn<'b>],
}

impl Records<'_, '_> {
    fn is_null(&self, row: u32) -> bool {
        !self.nulls.is_empty() && self.nulls.binary_search(&row).is_ok()
    }

    fn keep_of(&self, seen: &mut Groups, scratch: &mut Scratch, kept: &mut Vec<u32>) {
        let keyed: Vec<u32> = self.rows.iter().copied().filter(|&row| !self.is_null(row)).collect();
        // Groups are numbered in the order of their first records.
        let mut next = seen.len() as u32;
        seen.assign_all(self.batch, &keyed, self.columns, Rank::default(), &mut scratch.numbers);
        for &row in self.rows {
            if self.is_null(row) {
                kept.push(row);
            } else if scratch.numbers.get(row as usize) == Some(&next) {
                kept.push(row);
                next += 1;
            }
        }
    }

    fn keep_of_packed(&self, seen: &mut Known, scratch: &mut Scratch, kept: &mut Vec<u32>) {
        for &row in self.rows {
            if !self.is_null(row) {
                write_key(row, self.columns, &mut scratch.key);
                if !seen.insert(&scratch.key) {
                    continue;
                }
            }
            kept.push(row);
        }
    }
}
