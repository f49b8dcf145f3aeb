//! Entries that come in any order, brought into that of their keys.

use std::sync::Arc;

use super::{Disk, Runs};
use crate::error::Result;

/// Shares of the memory: one sorter takes so little that several may stand beside what fills it.
const SHARE: usize = 16;

/// Sorts entries: those that memory holds, then the next, as runs.
pub struct Sorter {
    runs: Runs,
    /// Keys and values, one behind the other.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// Bytes that are held before they are written.
    room: usize,
}

/// Where an entry stands.
struct Entry {
    start: usize,
    value: usize,
    end: usize,
}

impl Sorter {
    /// No entries.
    pub fn new(disk: &Arc<Disk>) -> Self {
        let room = if disk.is_eager() { 0 } else { disk.memory() / SHARE };
        Self { runs: Runs::new(disk), bytes: Vec::new(), entries: Vec::new(), room }
    }

    /// Adds an entry.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.entries.push(Entry { start, value: start + key.len(), end: self.bytes.len() });
        if self.heap_bytes() > self.room { self.write() } else { Ok(()) }
    }

    /// All entries as runs; of equal keys those that came first are in front.
    pub fn finish(mut self) -> Result<Runs> {
        self.write()?;
        Ok(self.runs)
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>() + self.runs.heap_bytes()
    }

    fn write(&mut self) -> Result<()> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let Self { runs, bytes, entries, .. } = self;
        let part = |from: usize, to: usize| bytes.get(from..to).unwrap_or(&[]);
        entries.sort_by(|left, right| part(left.start, left.value).cmp(part(right.start, right.value)));
        let mut run = runs.writer()?;
        for entry in entries.drain(..) {
            run.push(part(entry.start, entry.value), part(entry.value, entry.end))?;
        }
        runs.add(run.finish()?)?;
        bytes.clear();
        Ok(())
    }
}
