//! What stages ask of the engine about tables: files that are read to their end before the first record.

use std::sync::Arc;

use crate::error::Result;
use crate::record::{Batch, Fields, Findings, Heading};
use crate::spill::Disk;
use crate::stage::Words;

/// A table as the chain names it.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// The words of its join: the file, where `-` is stdin, and how it is read.
    pub words: &'a Words,
    /// What stands before the names of its fields in the chain.
    pub prefix: &'a str,
}

/// What is known of a table once it was read.
#[derive(Debug)]
pub struct TableRead {
    /// Number of records that could be read.
    pub records: u64,
    /// The names of its fields in the order of their first appearance if all are wanted, else those of its
    /// header line or its first record. Empty if it has neither.
    pub names: Vec<String>,
    /// Whether no record of it can have another field than these: the format or a header line says so.
    pub fixed: bool,
    /// By slot of the wanted fields, whether a record had the field.
    pub present: Vec<bool>,
    /// Reading was told to stop, so that nothing follows from what is missing.
    pub stopped: bool,
    /// Bytes of memory that are left.
    pub room: usize,
}

/// Takes the records of a table, in order.
pub trait TakeBatch {
    /// Sees a header line, before the first record. An error ends the run.
    fn header_line(&mut self, heading: Heading<'_>) -> Result<()> {
        let _ = heading;
        Ok(())
    }

    /// Takes a batch whose input cells are the wanted fields by slot. There may be more slots than in the
    /// batch before.
    fn take(&mut self, batch: Batch, findings: &mut Findings) -> Result<()>;

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;

    /// Bytes that will be held on the heap when records are looked up.
    fn whole_bytes(&self) -> usize;

    /// Brings the records to disk, and all that follow.
    fn spill(&mut self, disk: &Arc<Disk>) -> Result<()>;
}

/// Reads tables.
pub trait Tables {
    /// Reads a table to its end and hands its records to `taker`. With `all` each field that a record has is
    /// added to `wanted`. `None` while a chain is only checked, before anything is read: then the fields of
    /// the table are not known.
    fn read(
        &self,
        file: TableFile<'_>,
        wanted: &mut Fields,
        all: bool,
        taker: &mut dyn TakeBatch,
    ) -> Result<Option<TableRead>>;

    /// Whether the chain behind the next table that is read may read a field of this name with all inside it, if the table
    /// gives it.
    fn is_read_behind(&self, name: &str) -> bool;

    /// Has something said at the end of the run that does not change the exit status.
    fn note(&self, note: String);
}
