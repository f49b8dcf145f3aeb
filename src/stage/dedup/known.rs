//! A set of keys in as few bytes as may be: for keys that are many.

use hashbrown::HashTable;

use crate::hash;
use crate::value::saved::{read_bytes, write_bytes};

/// Bytes of keys that stand together: they never move, since there may be no room for two copies of all.
const CHUNK: usize = 1 << 20;

/// Keys by their bytes.
#[derive(Default)]
pub(super) struct Known {
    table: HashTable<At>,
    /// The keys, each behind its length.
    chunks: Vec<Vec<u8>>,
}

/// Where a key stands, counted in bytes of whole chunks: five bytes reach as far as memory does.
#[derive(Clone, Copy)]
struct At([u8; 5]);

impl At {
    fn of(chunk: usize, place: usize) -> Self {
        let [a, b, c, d, e, ..] = ((chunk * CHUNK + place) as u64).to_le_bytes();
        Self([a, b, c, d, e])
    }

    #[inline]
    fn key(self, chunks: &[Vec<u8>]) -> &[u8] {
        let Self([a, b, c, d, e]) = self;
        let place = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]) as usize;
        let chunk = chunks.get(place / CHUNK).and_then(|chunk| chunk.get(place % CHUNK..));
        chunk.and_then(|mut rest| read_bytes(&mut rest)).unwrap_or(&[])
    }
}

impl Known {
    /// Whether a key is there.
    #[inline]
    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.table.find(hash::bytes(key), |at| at.key(&self.chunks) == key).is_some()
    }

    /// Adds a key; false if it was there.
    pub(super) fn insert(&mut self, key: &[u8]) -> bool {
        if self.contains(key) {
            return false;
        }
        let bytes = key.len() + 2 * size_of::<u64>();
        match self.chunks.last() {
            // The first one is small as long as keys are few.
            Some(last) if last.len() + bytes <= CHUNK => {}
            Some(_) => self.chunks.push(Vec::with_capacity(CHUNK.max(bytes))),
            None => self.chunks.push(Vec::new()),
        }
        let Self { table, chunks } = self;
        let number = chunks.len() - 1;
        if let Some(chunk) = chunks.last_mut() {
            let at = At::of(number, chunk.len());
            write_bytes(key, chunk);
            table.insert_unique(hash::bytes(key), at, |at| hash::bytes(at.key(chunks)));
        }
        true
    }

    /// Room for so many more keys.
    pub(super) fn reserve(&mut self, keys: usize) {
        let Self { table, chunks } = self;
        table.reserve(keys, |at| hash::bytes(at.key(chunks)));
    }

    /// All keys, in the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.chunks.iter().flat_map(|chunk| {
            let mut rest = chunk.as_slice();
            std::iter::from_fn(move || read_bytes(&mut rest))
        })
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.chunks.iter().map(Vec::capacity).sum::<usize>() + self.table.allocation_size()
    }

    /// Bytes that it will hold in addition soon, while the index is made anew.
    pub(super) fn growth(&self) -> usize {
        let nearly_full = self.table.len() >= self.table.capacity() / 8 * 7;
        if nearly_full { 2 * self.table.allocation_size() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(keys in prop::collection::vec("[ab\0]{0,3}|[a-z]{0,200}", 0..200)) {
            let (mut known, mut plain, mut order) = (Known::default(), BTreeSet::new(), Vec::new());
            for key in &keys {
                prop_assert_eq!(known.contains(key.as_bytes()), plain.contains(key));
                let new = plain.insert(key.clone());
                prop_assert_eq!(known.insert(key.as_bytes()), new);
                if new {
                    order.push(key.as_bytes());
                }
            }
            prop_assert!(known.iter().eq(order));
            prop_assert!(keys.iter().all(|key| known.contains(key.as_bytes())));
        }
    }

    #[test]
    fn keys_longer_than_a_chunk_stand_alone() {
        let keys: Vec<Vec<u8>> =
            (0..40u8).map(|key| vec![key; [3, CHUNK - 20, CHUNK, 3 * CHUNK, 9][key as usize % 5]]).collect();
        let mut known = Known::default();
        for key in &keys {
            assert!(known.insert(key) && !known.insert(key));
        }
        assert!(known.iter().eq(keys.iter().map(Vec::as_slice)));
        assert!(keys.iter().all(|key| known.contains(key)));
    }
}
