//! Puts runs together: their entries in the order of keys, one after the other.

use std::cmp::Ordering;

use super::RunReader;
use crate::error::Result;

/// Where several runs stand, the smallest key in front. Of equal keys the one of the earlier run comes first.
pub struct Merge {
    readers: Vec<Head>,
    /// Readers that have an entry, as a heap: none has a smaller key than the one at half its place.
    heap: Vec<u32>,
    /// No entry from this key on is wanted.
    until: Option<Vec<u8>>,
    /// Scratch.
    packed: Vec<u8>,
}

/// A reader at an entry.
struct Head {
    reader: RunReader,
    /// The first bytes of the key, which decide most comparisons.
    front: u64,
}

impl Merge {
    /// At the first entry of all.
    pub fn new(readers: impl IntoIterator<Item = RunReader>) -> Result<Self> {
        Self::between(readers, None, None)
    }

    /// At the first entry whose key is not smaller than `from`; ends in front of `until`.
    pub(super) fn between(
        readers: impl IntoIterator<Item = RunReader>,
        from: Option<&[u8]>,
        until: Option<&[u8]>,
    ) -> Result<Self> {
        let (mut standing, mut packed) = (Vec::new(), Vec::new());
        for mut reader in readers {
            let mut is_there = reader.step(&mut packed)?;
            while is_there && from.is_some_and(|from| reader.key() < from) {
                is_there = reader.step(&mut packed)?;
            }
            if is_there {
                standing.push(reader);
            }
        }
        Ok(Self { until: until.map(<[u8]>::to_vec), packed, ..Self::standing(standing) })
    }

    /// At the first of the entries that readers stand at; the entries in front of them are not read again.
    pub(super) fn standing(readers: Vec<RunReader>) -> Self {
        let heap = (0..readers.len() as u32).collect();
        let readers = readers.into_iter().map(Head::at_entry).collect();
        let mut merge = Self { readers, heap, until: None, packed: Vec::new() };
        for place in (0..merge.heap.len() / 2).rev() {
            merge.sink(place);
        }
        merge
    }

    /// The readers that stand at an entry, with their numbers, in order.
    pub(super) fn into_readers(mut self) -> impl Iterator<Item = (usize, RunReader)> {
        self.heap.sort_unstable();
        let readers = self.readers.into_iter().enumerate();
        readers
            .filter(move |(number, _)| self.heap.binary_search(&(*number as u32)).is_ok())
            .map(|(number, head)| (number, head.reader))
    }

    /// The key of the entry; `None` behind the last.
    pub fn key(&self) -> Option<&[u8]> {
        let key = self.readers.get(*self.heap.first()? as usize)?.reader.key();
        match &self.until {
            Some(until) if key >= until.as_slice() => None,
            _ => Some(key),
        }
    }

    /// What stands beside the key.
    pub fn value(&self) -> &[u8] {
        let first = self.heap.first().and_then(|number| self.readers.get(*number as usize));
        first.map_or(&[], |head| head.reader.value())
    }

    /// Goes to the next entry.
    pub fn step(&mut self) -> Result<()> {
        let first = self.heap.first().and_then(|number| self.readers.get_mut(*number as usize));
        let Some(head) = first else { return Ok(()) };
        if !head.step(&mut self.packed)? {
            self.heap.swap_remove(0);
        }
        self.sink(0);
        Ok(())
    }

    /// Brings the reader at a place of the heap behind those with smaller keys.
    fn sink(&mut self, mut place: usize) {
        loop {
            let [left, right] = [2 * place + 1, 2 * place + 2];
            if left >= self.heap.len() {
                return;
            }
            let smaller = if right < self.heap.len() && self.is_before(right, left) { right } else { left };
            if !self.is_before(smaller, place) {
                return;
            }
            self.heap.swap(smaller, place);
            place = smaller;
        }
    }

    /// Whether the entry of one place of the heap comes before that of another.
    #[inline]
    fn is_before(&self, left: usize, right: usize) -> bool {
        let head = |place: usize| {
            let number = *self.heap.get(place)?;
            Some((number, self.readers.get(number as usize)?))
        };
        let (Some((left, head)), Some((right, other))) = (head(left), head(right)) else { return false };
        head.compare(other).then(left.cmp(&right)) == Ordering::Less
    }
}

impl Head {
    fn at_entry(reader: RunReader) -> Self {
        Self { front: front_of(reader.key()), reader }
    }

    #[inline]
    fn step(&mut self, packed: &mut Vec<u8>) -> Result<bool> {
        let is_there = self.reader.step(packed)?;
        self.front = front_of(self.reader.key());
        Ok(is_there)
    }

    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        self.front.cmp(&other.front).then_with(|| self.reader.key().cmp(other.reader.key()))
    }
}

/// The first eight bytes of a key, filled up with zeros.
#[inline]
fn front_of(key: &[u8]) -> u64 {
    if let Some(front) = key.first_chunk() {
        return u64::from_be_bytes(*front);
    }
    let mut front = [0; size_of::<u64>()];
    front.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(front)
}
