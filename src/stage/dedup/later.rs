//! What comes when there is no room for new keys: records and keys go to disk, and duplicates are found at the end.
//!
//! A record is written once, behind those before it, with a running number as its place. Its key goes with the place
//! to a partition. At the end each partition is read with a set of its own: places of duplicates become runs, which
//! take away the records there.

use std::sync::Arc;

use super::known::Known;
use crate::error::Result;
use crate::record::Batch;
use crate::spill::{Disk, Partition, Partitions, RunWriter, Runs};

/// Records on disk, in the order in which they came.
pub(super) struct Later {
    disk: Arc<Disk>,
    records: RunWriter,
    /// How many.
    count: u64,
    /// Their keys with their places, and keys of records that have left, with nothing.
    keys: Partitions,
    saved: Vec<u8>,
}

impl Later {
    /// No records yet.
    pub(super) fn new(disk: &Arc<Disk>) -> Result<Self> {
        Ok(Self {
            disk: Arc::clone(disk),
            records: RunWriter::new(disk)?,
            count: 0,
            keys: Partitions::new(disk, 0),
            saved: Vec::new(),
        })
    }

    /// Adds a record; one without a key is no duplicate.
    pub(super) fn push(&mut self, batch: &Batch, row: u32, key: Option<&[u8]>) -> Result<()> {
        let place = self.count.to_be_bytes();
        self.count += 1;
        self.saved.clear();
        batch.save(row, &mut self.saved);
        self.records.push(&place, &self.saved)?;
        key.map_or(Ok(()), |key| self.keys.push(key, &place))
    }

    /// Adds a key of a record that has left; none of those here has it.
    pub(super) fn push_seen(&mut self, key: &[u8]) -> Result<()> {
        self.keys.push(key, &[])
    }

    /// The records by their places; in front of each duplicate an entry that takes it away.
    pub(super) fn finish(self) -> Result<Runs> {
        let Self { disk, records, keys, .. } = self;
        let records = records.finish()?;
        let mut duplicates = Runs::new(&disk);
        let mut open: Vec<(u32, Partition)> = keys.finish()?.into_iter().map(|part| (1, part)).collect();
        while let Some((level, partition)) = open.pop() {
            if let Some(deeper) = find_duplicates(&disk, level, &partition, &mut duplicates)? {
                open.extend(deeper.finish()?.into_iter().map(|part| (level + 1, part)));
            }
        }
        let mut runs = Runs::new(&disk);
        if !duplicates.is_empty() {
            // One run, so that all parts of the records read few.
            let (mut writer, mut merge) = (runs.writer()?, duplicates.merge()?);
            while let Some(place) = merge.key() {
                writer.push(place, &[])?;
                merge.step()?;
            }
            runs.add(writer.finish()?)?;
        }
        runs.add(records)?;
        Ok(runs)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.records.heap_bytes() + self.keys.heap_bytes() + self.saved.capacity()
    }
}

/// Finds the duplicates of a partition as far as memory goes for its keys; what comes then is parted again.
fn find_duplicates(
    disk: &Arc<Disk>,
    level: u32,
    partition: &Partition,
    duplicates: &mut Runs,
) -> Result<Option<Partitions>> {
    let room = if disk.is_eager() { 0 } else { disk.memory() / 2 };
    let (mut known, mut deeper, mut run) = (Known::default(), None::<Partitions>, None::<RunWriter>);
    let mut entries = partition.read();
    while entries.step()? {
        let (key, place) = (entries.key(), entries.value());
        let is_new = match &mut deeper {
            None => known.insert(key),
            Some(deeper) => {
                let is_new = !known.contains(key);
                if is_new {
                    deeper.push(key, place)?;
                }
                is_new
            }
        };
        if !is_new && !place.is_empty() {
            let run = match &mut run {
                Some(run) => run,
                None => run.insert(duplicates.writer()?),
            };
            run.push(place, &[])?;
        }
        if deeper.is_none() && known.heap_bytes() + known.growth() > room {
            deeper = Some(Partitions::new(disk, level));
        }
    }
    if let Some(run) = run {
        duplicates.add(run.finish()?)?;
    }
    Ok(deeper)
}
