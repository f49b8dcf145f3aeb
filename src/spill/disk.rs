//! The folder of `--tmp`, where runs go.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::error::{Error, Result, escaped};
use crate::file_name;

/// Where runs go, and how.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    /// Bytes of entries that are packed and read together.
    pub(super) block: usize,
    /// Most runs that are read at once.
    pub(super) ways: usize,
    memory: usize,
    eager: bool,
}

/// Bytes of a block: enough for a disk to be read at its speed, and for a merge of many runs to fit into memory.
const BLOCK: usize = 64 << 10;
/// A smaller one would cost more to ask for than to read.
const SMALLEST: usize = 8 << 10;
/// Runs that are merged at once, and how many where memory is short.
const WAYS: usize = 64;
const FEWEST: usize = 4;

impl Disk {
    /// A disk that is used when `memory`, which so many threads share, is short.
    pub fn new(folder: PathBuf, memory: usize, threads: usize) -> Self {
        // Each thread may read as many runs as are read at once, and of each a block stands in memory.
        let blocks = memory / (16 * threads.max(1));
        let block = (blocks / WAYS).clamp(SMALLEST, BLOCK);
        Self { folder, block, ways: (blocks / block).clamp(FEWEST, WAYS), memory, eager: false }
    }

    /// For tests: a disk that is used wherever it may be, with small blocks and many passes.
    pub fn eager(folder: PathBuf, memory: usize) -> Self {
        Self { folder, block: 40, ways: 2, memory, eager: true }
    }

    /// The same for files of which as many are written at once as runs are read.
    pub(super) fn with_half_blocks(&self) -> Self {
        Self { folder: self.folder.clone(), block: self.block / 2, ..*self }
    }

    /// Bytes of memory in all.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes above which something goes to disk. The rest is for blocks in flight, for lists that grow, and for what is
    /// put together to be written.
    pub fn room(&self) -> usize {
        self.memory / 3 * 2
    }

    /// Whether everything goes to disk that may, whether memory is short or not.
    pub fn is_eager(&self) -> bool {
        self.eager
    }

    /// A file that has no name, so that nothing is left of it when the program ends, however that comes.
    pub(super) fn create(&self) -> Result<File> {
        tempfile::tempfile_in(&self.folder).map_err(|error| {
            let folder = escaped(&file_name::text(&self.folder));
            Error::new(format!("cannot make a temporary file in {folder}: {error}"))
                .help("name a folder that can be written to with --tmp, or give more memory with --memory")
        })
    }

    /// The error of a write.
    #[cold]
    pub(super) fn not_written(&self, error: &io::Error) -> Error {
        let folder = escaped(&file_name::text(&self.folder));
        Error::new(format!("cannot write to a temporary file in {folder}: {error}"))
            .help("name a folder with more room with --tmp, or give more memory with --memory")
    }

    /// The error of a read.
    #[cold]
    pub(super) fn not_read(&self, error: &io::Error) -> Error {
        let folder = escaped(&file_name::text(&self.folder));
        Error::new(format!("cannot read a temporary file in {folder}: {error}"))
    }
}
