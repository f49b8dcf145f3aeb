//! Runs that are read on while others come.

use std::sync::Arc;

use super::{Disk, Merge, Run, RunReader, RunWriter};
use crate::error::Result;

/// The entries of runs, read forward. A run may come at any time; its entries stand behind those that were read,
/// else they are the next.
pub struct Stream {
    disk: Arc<Disk>,
    /// How often the entries of each reader of `merge` were put together; this falls from the first to the last.
    levels: Vec<u32>,
    merge: Merge,
}

impl Stream {
    /// No run yet.
    pub fn new(disk: &Arc<Disk>) -> Self {
        Self { disk: Arc::clone(disk), levels: Vec::new(), merge: Merge::standing(Vec::new()) }
    }

    /// Begins a run, which is for [`Self::add`].
    pub fn writer(&self) -> Result<RunWriter> {
        RunWriter::new(&self.disk)
    }

    /// Adds a run. Of equal keys those of earlier runs come first.
    pub fn add(&mut self, run: Run) -> Result<()> {
        let merge = std::mem::replace(&mut self.merge, Merge::standing(Vec::new()));
        let (mut levels, mut readers) = (Vec::new(), Vec::new());
        for (number, reader) in merge.into_readers() {
            levels.push(self.levels.get(number).copied().unwrap_or(0));
            readers.push(reader);
        }
        readers.extend(first_of(run)?);
        levels.resize(readers.len(), 0);
        while let Some(&level) = levels.last() {
            let equal = levels.iter().rev().take_while(|other| **other == level).count();
            if equal < self.disk.ways {
                break;
            }
            let rest = readers.split_off(readers.len() - equal);
            readers.extend(first_of(self.put_together(rest)?)?);
            levels.truncate(readers.len());
            if let Some(last) = levels.last_mut() {
                *last = level + 1;
            }
        }
        self.levels = levels;
        self.merge = Merge::standing(readers);
        Ok(())
    }

    /// The key of the entry; `None` behind the last.
    pub fn key(&self) -> Option<&[u8]> {
        self.merge.key()
    }

    /// What stands beside the key.
    pub fn value(&self) -> &[u8] {
        self.merge.value()
    }

    /// Goes to the next entry.
    pub fn step(&mut self) -> Result<()> {
        self.merge.step()
    }

    /// Makes what is left of some runs one.
    fn put_together(&self, readers: Vec<RunReader>) -> Result<Run> {
        let is_unpacked = readers.iter().all(RunReader::is_unpacked);
        let mut writer = self.writer()?;
        if is_unpacked {
            writer = writer.unpacked();
        }
        let mut merge = Merge::standing(readers);
        while let Some(key) = merge.key() {
            writer.push(key, merge.value())?;
            merge.step()?;
        }
        writer.finish()
    }
}

/// A reader at the first entry of a run, if it has one.
fn first_of(run: Run) -> Result<Option<RunReader>> {
    let mut reader = RunReader::new(&Arc::new(run));
    Ok(reader.step(&mut Vec::new())?.then_some(reader))
}
