//! Side outputs as stages see them: where records go beside the chain. The surroundings of a run open them.

use super::{Flow, Work};
use crate::error::Result;
use crate::record::{Batch, Shape};

/// What the surroundings of a run give to a stage when it starts.
pub trait Host {
    /// Opens a file for all records that a stage sees. `shape` says what they are.
    fn copies(&self, file: &str, shape: &Shape) -> Result<Box<dyn Copies>>;

    /// Opens a folder for files of records.
    fn files(&self, folder: &str, shape: &Shape) -> Result<Box<dyn Files>>;
}

/// What a stage writes beside the chain, as named by the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writes<'a> {
    /// One file.
    File(&'a str),
    /// Files of a folder.
    Folder(&'a str),
}

/// What holds for every side output. Its stage pushes records; all else is asked for by the surroundings.
pub trait SideOutput: Send {
    /// Hands on what was written so far.
    fn flush(&mut self) -> Result<()>;

    /// Writes what stands behind the last record; nothing is pushed afterwards.
    fn finish(&mut self) -> Result<()>;

    /// Lets the output take the place of an older one. Without this, a regular file stays as it was.
    fn commit(&mut self) -> Result<()>;

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;

    /// Brings what can go to disk there; false if there is nothing of it.
    fn spill(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// Whether records left the chain this way; those that are also passed on did not.
    fn gave(&self) -> bool {
        false
    }
}

/// One file of records.
pub trait Copies: SideOutput {
    /// Writes the live records; those that the format cannot hold are rejected. [`Flow::Enough`]: nobody reads
    /// any more.
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>) -> Result<Flow>;
}

/// Files of records, by name.
pub trait Files: SideOutput {
    /// Writes the live records to the file of a name, which needs no suffix and must be fit for a file system;
    /// those that the format cannot hold are rejected.
    fn push(&mut self, name: &str, batch: &Batch, work: &mut Work<'_>) -> Result<()>;
}
