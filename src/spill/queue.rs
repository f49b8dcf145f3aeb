//! Runs that are read from the front while others are added: what windows left on disk, which close in order.

use std::sync::Arc;

use super::{Disk, Merge, Run, RunReader, RunWriter};
use crate::error::Result;

/// Entries in the order of their keys, as far as they are there: one that is added with a key below those that were stepped
/// over is the next. In which order entries of one key come is not said.
pub struct Queue {
    disk: Arc<Disk>,
    merge: Merge,
}

impl Queue {
    /// No entries.
    pub fn new(disk: &Arc<Disk>) -> Self {
        Self { disk: Arc::clone(disk), merge: Merge::default() }
    }

    /// Begins a run, which is for [`Self::add`].
    pub fn writer(&self) -> Result<RunWriter> {
        RunWriter::new(&self.disk)
    }

    /// Adds a run. When many runs were put together as often, those are put together.
    pub fn add(&mut self, run: Run) -> Result<()> {
        let (mut run, mut level) = (run, 0);
        loop {
            self.merge.add(RunReader::new(&Arc::new(run)), level)?;
            if self.merge.count_of(level) < self.disk.ways {
                return Ok(());
            }
            let writer = self.writer()?;
            run = self.merge.take(level).write(writer)?;
            level += 1;
        }
    }

    /// The key of the first entry.
    pub fn key(&self) -> Option<&[u8]> {
        self.merge.key()
    }

    /// What stands beside the first key.
    pub fn value(&self) -> &[u8] {
        self.merge.value()
    }

    /// Goes to the next entry.
    pub fn step(&mut self) -> Result<()> {
        self.merge.step()
    }

    /// The entries from the first on; what is stepped over is gone.
    pub fn entries(&mut self) -> &mut Merge {
        &mut self.merge
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.merge.heap_bytes()
    }
}
