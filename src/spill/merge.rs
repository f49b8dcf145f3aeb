//! Puts runs together: their entries in the order of keys, one after the other.

use std::cmp::Ordering;

use super::{Run, RunReader, RunWriter};
use crate::error::Result;

/// Where several runs stand, the smallest key in front. Of equal keys the one of the earlier run comes first.
#[derive(Default)]
pub struct Merge {
    /// Readers that have an entry, as a heap: none has a smaller key than the one at half its place.
    #[expect(clippy::vec_box, reason = "they change places all the time")]
    heap: Vec<Box<Head>>,
    /// Readers so far.
    readers: usize,
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
    /// Which of the readers it is.
    number: usize,
    /// How often the entries of the run were put together.
    level: u32,
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
        let mut merge = Self { until: until.map(<[u8]>::to_vec), ..Self::default() };
        for mut reader in readers {
            let mut is_there = reader.step(&mut merge.packed)?;
            while is_there && from.is_some_and(|from| reader.key() < from) {
                is_there = reader.step(&mut merge.packed)?;
            }
            if is_there {
                merge.heap.push(Box::new(Head::at(reader, merge.readers, 0)));
            }
            merge.readers += 1;
        }
        merge.order();
        Ok(merge)
    }

    /// Adds a reader behind the others.
    pub(super) fn add(&mut self, mut reader: RunReader, level: u32) -> Result<()> {
        if reader.step(&mut self.packed)? {
            self.heap.push(Box::new(Head::at(reader, self.readers, level)));
            self.order();
        }
        self.readers += 1;
        Ok(())
    }

    /// How many readers of a level have entries.
    pub(super) fn count_of(&self, level: u32) -> usize {
        self.heap.iter().filter(|head| head.level == level).count()
    }

    /// Takes the readers of a level out.
    pub(super) fn take(&mut self, level: u32) -> Self {
        let heap = std::mem::take(&mut self.heap);
        let (taken, rest) = heap.into_iter().partition(|head| head.level == level);
        let mut taken = Self { heap: taken, readers: self.readers, ..Self::default() };
        self.heap = rest;
        [&mut *self, &mut taken].into_iter().for_each(Self::order);
        taken
    }

    /// The key of the entry; `None` behind the last.
    pub fn key(&self) -> Option<&[u8]> {
        let key = self.heap.first()?.reader.key();
        match &self.until {
            Some(until) if key >= until.as_slice() => None,
            _ => Some(key),
        }
    }

    /// What stands beside the key.
    pub fn value(&self) -> &[u8] {
        self.heap.first().map_or(&[], |head| head.reader.value())
    }

    /// Goes to the next entry.
    pub fn step(&mut self) -> Result<()> {
        let Some(head) = self.heap.first_mut() else { return Ok(()) };
        if !head.step(&mut self.packed)? {
            self.heap.swap_remove(0);
        }
        self.sink(0);
        Ok(())
    }

    /// Writes all entries from here on, unpacked if they all stand so.
    pub(super) fn write(mut self, mut run: RunWriter) -> Result<Run> {
        if self.heap.iter().all(|head| head.reader.is_unpacked()) {
            run = run.unpacked();
        }
        while let Some(key) = self.key() {
            run.push(key, self.value())?;
            self.step()?;
        }
        run.finish()
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.packed.capacity() + self.heap.iter().map(|head| head.reader.heap_bytes()).sum::<usize>()
    }

    /// Makes a heap of the readers in any order.
    fn order(&mut self) {
        (0..self.heap.len() / 2).rev().for_each(|place| self.sink(place));
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
        match (self.heap.get(left), self.heap.get(right)) {
            (Some(left), Some(right)) => left.compare(right) == Ordering::Less,
            _ => false,
        }
    }
}

impl Head {
    /// A reader that stands at an entry.
    fn at(reader: RunReader, number: usize, level: u32) -> Self {
        Self { front: front_of(reader.key()), reader, number, level }
    }

    #[inline]
    fn step(&mut self, packed: &mut Vec<u8>) -> Result<bool> {
        let is_there = self.reader.step(packed)?;
        self.front = front_of(self.reader.key());
        Ok(is_there)
    }

    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        let keys = self.front.cmp(&other.front).then_with(|| self.reader.key().cmp(other.reader.key()));
        keys.then(self.number.cmp(&other.number))
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
