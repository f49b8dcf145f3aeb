//! Entries that are parted by the hash of their keys, each partition in the order in which its entries came.

use std::sync::Arc;

use super::{Disk, Run, RunReader, RunWriter};
use crate::error::Result;
use crate::hash;

/// Entries on their way into partitions. All entries of one key come into the same one.
pub struct Partitions {
    disk: Arc<Disk>,
    /// How often the entries were parted before: each time another way.
    level: u32,
    /// A partition without entries has no file.
    open: Vec<Option<RunWriter>>,
}

/// The entries of one partition: a run but for their order.
#[derive(Debug)]
pub struct Partition {
    run: Option<Arc<Run>>,
}

impl Partitions {
    /// No entries yet. Entries of one partition of a level are parted by the next one.
    pub fn new(disk: &Arc<Disk>, level: u32) -> Self {
        // One less than runs that are read at once, so that what is made of each may be a run.
        let count = (disk.ways - 1).max(2);
        let open = std::iter::repeat_with(|| None).take(count).collect();
        Self { disk: Arc::new(disk.with_half_blocks()), level, open }
    }

    /// Adds an entry.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let hash = hash::words(hash::bytes(key), u64::from(self.level) + 1);
        // The upper half, as a part of the number of partitions.
        let at = ((hash >> 32) * self.open.len() as u64) >> 32;
        match self.open.get_mut(at as usize) {
            Some(Some(run)) => run.push(key, value),
            // What is parted is read once, and would take longer to pack than to write and read as it is.
            Some(none) => none.insert(RunWriter::new(&self.disk)?.unpacked()).push(key, value),
            None => Ok(()),
        }
    }

    /// The partitions, complete; always as many, and in the same order.
    pub fn finish(self) -> Result<Vec<Partition>> {
        let finish = |run: Option<RunWriter>| {
            let run = run.map(RunWriter::finish).transpose()?;
            Ok(Partition { run: run.map(Arc::new) })
        };
        self.open.into_iter().map(finish).collect()
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.open.iter().flatten().map(RunWriter::heap_bytes).sum()
    }

    /// Bytes that will be held on the heap, whatever the number of entries, if none is large.
    pub fn most_bytes(disk: &Disk) -> usize {
        disk.ways * (disk.block + disk.block / 4)
    }
}

impl Partition {
    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.run.is_none()
    }

    /// Bytes of all entries.
    pub fn bytes(&self) -> u64 {
        self.run.as_ref().map_or(0, |run| run.bytes())
    }

    /// Reads the entries from the first on.
    pub fn read(&self) -> PartitionReader {
        PartitionReader { run: self.run.as_ref().map(RunReader::new), packed: Vec::new() }
    }
}

/// Reads a partition entry by entry, from in front of the first.
pub struct PartitionReader {
    run: Option<RunReader>,
    packed: Vec<u8>,
}

impl PartitionReader {
    /// Goes to the next entry; false behind the last.
    pub fn step(&mut self) -> Result<bool> {
        self.run.as_mut().map_or(Ok(false), |run| run.step(&mut self.packed))
    }

    /// The key of the entry.
    pub fn key(&self) -> &[u8] {
        self.run.as_ref().map_or(&[], RunReader::key)
    }

    /// What stands beside the key.
    pub fn value(&self) -> &[u8] {
        self.run.as_ref().map_or(&[], RunReader::value)
    }
}
