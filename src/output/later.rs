//! Lines of a side file that come out of order: they wait for the end, in memory as long as they are few, else on disk.

use std::sync::Arc;

use crate::error::Result;
use crate::record::Origin;
use crate::spill::{Disk, Merge, Sorter};

/// Bytes of lines that wait in memory.
const FEW: usize = 1 << 20;

/// Bytes of a place before a line.
const PLACE: usize = 16;

/// Lines with the places of their records.
pub(super) struct Later {
    disk: Arc<Disk>,
    /// Each behind its place, as bytes whose order is that of places.
    held: Vec<Vec<u8>>,
    bytes: usize,
    sorter: Option<Sorter>,
}

impl Later {
    /// No lines.
    pub(super) fn new(disk: &Arc<Disk>) -> Self {
        Self { disk: Arc::clone(disk), held: Vec::new(), bytes: 0, sorter: None }
    }

    /// Adds the line that `write` writes; those of records without a place come last.
    pub(super) fn push(&mut self, origin: Option<Origin>, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let last = Origin { source: u32::MAX, line: u64::MAX, nth: u32::MAX };
        let Origin { source, line, nth } = origin.unwrap_or(last);
        let mut entry = Vec::new();
        entry.extend_from_slice(&source.to_be_bytes());
        entry.extend_from_slice(&line.to_be_bytes());
        entry.extend_from_slice(&nth.to_be_bytes());
        write(&mut entry);
        self.bytes += entry.len();
        self.held.push(entry);
        let most = if self.disk.is_eager() { 0 } else { FEW };
        if self.bytes > most { self.sort_on_disk() } else { Ok(()) }
    }

    /// All lines in the order of their places, equal ones in the order of their bytes.
    pub(super) fn each(mut self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut take_line = |entry: &[u8]| take(entry.get(PLACE..).unwrap_or(&[]));
        if self.sorter.is_none() {
            self.held.sort();
            return self.held.iter().try_for_each(|entry| take_line(entry));
        }
        self.sort_on_disk()?;
        let Some(sorter) = self.sorter else { return Ok(()) };
        let mut merge: Merge = sorter.finish()?.merge()?;
        while let Some(entry) = merge.key() {
            take_line(entry)?;
            merge.step()?;
        }
        Ok(())
    }

    fn sort_on_disk(&mut self) -> Result<()> {
        let sorter = self.sorter.get_or_insert_with(|| Sorter::new(&self.disk));
        self.bytes = 0;
        self.held.drain(..).try_for_each(|entry| sorter.push(&entry, &[]))
    }
}
