//! A table while it is read: in memory as long as it fits, then on disk, parted by its keys.

use std::sync::Arc;

use super::index::Common;
use super::store::Store;
use super::tables::TakeBatch;
use crate::error::Result;
use crate::record::{Batch, Env, Findings};
use crate::spill::{Disk, Partition, Partitions};

/// The records of a table that have a key.
pub(super) struct Table {
    /// Those in memory: all, or none once a table is on disk.
    pub(super) store: Store,
    env: Arc<Env>,
    /// How each field of the key is parted.
    pub(super) common: Vec<Common>,
    disk: Option<(Arc<Disk>, Partitions)>,
    records: u64,
    /// Bytes on disk, before they are packed.
    bytes: u64,
}

/// A table on disk.
pub(super) struct OnDisk {
    pub(super) disk: Arc<Disk>,
    pub(super) partitions: Vec<Partition>,
}

impl Table {
    /// An empty table.
    pub(super) fn new(store: Store, common: Vec<Common>, env: &Arc<Env>) -> Self {
        Self { store, env: Arc::clone(env), common, disk: None, records: 0, bytes: 0 }
    }

    /// What is kept, in words.
    pub(super) fn described(&self) -> String {
        let records =
            if self.records == 1 { "1 record".to_owned() } else { format!("{} records", self.records) };
        let bytes = if self.disk.is_some() { self.bytes } else { self.store.heap_bytes() as u64 };
        let size = match bytes < 1 << 20 {
            true => format!("{} KiB", bytes.div_ceil(1 << 10)),
            false => format!("{} MiB", bytes.div_ceil(1 << 20)),
        };
        let name = &self.store.name;
        match self.disk {
            None => format!("table {name}: {records}, {size}"),
            Some(_) => format!("table {name}: {records}, {size}, and all records in --tmp"),
        }
    }

    /// What was brought to disk, if anything was.
    pub(super) fn take_disk(&mut self) -> Result<Option<OnDisk>> {
        let Some((disk, partitions)) = self.disk.take() else { return Ok(None) };
        Ok(Some(OnDisk { disk, partitions: partitions.finish()? }))
    }

    fn drain(&mut self) -> Result<()> {
        let Self { store, env, common, disk: Some((_, partitions)), bytes, .. } = self else { return Ok(()) };
        let mut parted_by = Vec::new();
        store.drain(|key, saved| {
            parted_by.clear();
            key.write_common(common, env, &mut parted_by);
            *bytes += saved.len() as u64;
            partitions.push(&parted_by, saved)
        })
    }
}

impl TakeBatch for Table {
    fn take(&mut self, batch: Batch, findings: &mut Findings) -> Result<()> {
        let before = self.store.rows();
        self.store.take(batch, findings)?;
        self.records += u64::from(self.store.rows() - before);
        self.drain()
    }

    fn heap_bytes(&self) -> usize {
        let disk = self.disk.as_ref().map_or(0, |(_, partitions)| partitions.heap_bytes());
        self.store.heap_bytes() + disk
    }

    fn whole_bytes(&self) -> usize {
        if self.disk.is_some() { self.heap_bytes() } else { self.store.whole_bytes() }
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<()> {
        if self.disk.is_none() {
            self.disk = Some((Arc::clone(disk), Partitions::new(disk, 0)));
            self.drain()?;
            self.store.release();
        }
        Ok(())
    }
}
