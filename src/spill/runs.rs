//! The runs of one stage: merged in passes when they become many, read in parts when the input has ended.

use std::sync::Arc;

use super::{Disk, Merge, Run, RunReader, RunWriter};
use crate::error::Result;

/// Runs of one kind of entries, in the order in which they came.
#[derive(Debug)]
pub struct Runs {
    disk: Arc<Disk>,
    /// The runs, and how often their entries were put together; this falls from the first to the last.
    runs: Vec<(u32, Arc<Run>)>,
}

impl Runs {
    /// None yet.
    pub fn new(disk: &Arc<Disk>) -> Self {
        Self { disk: Arc::clone(disk), runs: Vec::new() }
    }

    /// Where runs go.
    pub fn disk(&self) -> &Arc<Disk> {
        &self.disk
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Begins a run, which is for [`Self::add`].
    pub fn writer(&self) -> Result<RunWriter> {
        RunWriter::new(&self.disk)
    }

    /// Adds a run behind the others. Of equal keys those of earlier runs come first.
    pub fn add(&mut self, run: Run) -> Result<()> {
        self.runs.push((0, Arc::new(run)));
        self.put_together_equals()
    }

    /// Adds all runs of another stage's part behind its own.
    pub fn join(&mut self, other: Self) -> Result<()> {
        for (_, run) in other.runs {
            self.runs.push((0, run));
            self.put_together_equals()?;
        }
        Ok(())
    }

    /// The entries of all runs.
    pub fn merge(mut self) -> Result<Merge> {
        self.settle()?;
        Merge::new(self.runs.iter().map(|(_, run)| RunReader::new(run)))
    }

    /// The entries of all runs, in parts of about so many bytes.
    pub fn parts(mut self, bytes: usize) -> Result<Parts> {
        self.settle()?;
        let runs: Vec<Arc<Run>> = self.runs.into_iter().map(|(_, run)| run).collect();
        // What a part begins and ends with in a block of each run is read twice.
        let bytes = bytes.max(2 * runs.len() * self.disk.block) as u64;
        let mut keys = Vec::new();
        for run in &runs {
            let each = run.bytes() / run.marks().len().max(1) as u64;
            keys.extend(run.marks().iter().skip(1).map(|mark| (&*mark.key, each)));
        }
        keys.sort_unstable();
        let (mut cuts, mut since) = (Vec::<Box<[u8]>>::new(), 0);
        for (key, each) in keys {
            since += each;
            if since >= bytes && cuts.last().is_none_or(|last| **last != *key) {
                cuts.push(key.into());
                since = 0;
            }
        }
        Ok(Parts { runs, cuts })
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.runs.iter().map(|(_, run)| run.heap_bytes()).sum()
    }

    /// Puts the last runs together if there are as many alike as are read at once.
    fn put_together_equals(&mut self) -> Result<()> {
        loop {
            let Some((level, _)) = self.runs.last() else { return Ok(()) };
            let equal = self.runs.iter().rev().take_while(|(other, _)| other == level).count();
            if equal < self.disk.ways {
                return Ok(());
            }
            self.put_together(equal)?;
        }
    }

    /// Puts runs together until all can be read at once.
    fn settle(&mut self) -> Result<()> {
        while self.runs.len() > self.disk.ways {
            self.put_together((self.runs.len() - self.disk.ways + 1).min(self.disk.ways))?;
        }
        Ok(())
    }

    /// Makes the last runs one.
    fn put_together(&mut self, count: usize) -> Result<()> {
        let last = self.runs.split_off(self.runs.len() - count);
        let level = last.first().map_or(0, |(level, _)| level + 1);
        let merge = Merge::new(last.iter().map(|(_, run)| RunReader::new(run)))?;
        drop(last);
        self.runs.push((level, Arc::new(merge.write(self.writer()?)?)));
        Ok(())
    }
}

/// The entries of runs, cut into ranges of keys that any thread can read.
#[derive(Debug)]
pub struct Parts {
    runs: Vec<Arc<Run>>,
    /// What each part but the first begins with.
    cuts: Vec<Box<[u8]>>,
}

impl Parts {
    /// How many, one at least.
    pub fn count(&self) -> usize {
        self.cuts.len() + 1
    }

    /// The entries of a part. All entries of one key are in one.
    pub fn part(&self, index: usize) -> Result<Merge> {
        let cut = |at: usize| self.cuts.get(at).map(|key| &**key);
        let from = index.checked_sub(1).and_then(cut);
        let readers = self.runs.iter().map(|run| match from {
            Some(from) => RunReader::before(run, from),
            None => RunReader::new(run),
        });
        Merge::between(readers, from, cut(index))
    }
}
