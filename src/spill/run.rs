//! One sorted run: entries in the order of their keys, in packed blocks one behind the other.
//!
//! A block is the length of its packed bytes, the length of its bytes, and the packed bytes; both lengths are equal
//! if it is not packed. An entry is the lengths of key and value, then both.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::Disk;
use crate::error::{Error, Result};
use crate::value::saved::{read_count, write_count};

/// Bytes in front of a block.
const HEAD: usize = 8;
/// Bytes of a value beyond which it is not packed, nor copied.
const PACKED: usize = 1 << 20;
/// Blocks of a run that are known by their first key.
const MARKS: usize = 512;
/// Bytes that are kept of such a key.
const MARK: usize = 64;

/// A run on disk. The file goes when nobody reads it any more.
#[derive(Debug)]
pub struct Run {
    disk: Arc<Disk>,
    file: File,
    end: u64,
    /// Some of the blocks, evenly spread.
    marks: Vec<Mark>,
    /// Bytes of the entries.
    bytes: u64,
    /// Blocks are packed where that makes them shorter.
    packs: bool,
}

/// Where a block begins, and with which key.
#[derive(Debug)]
pub(super) struct Mark {
    at: u64,
    /// The key, or the first [`MARK`] bytes of a long one.
    pub(super) key: Box<[u8]>,
}

impl Mark {
    /// Whether no entry of the blocks in front has a key of at least `key`.
    fn is_before(&self, key: &[u8]) -> bool {
        match self.key.len() < MARK {
            true => *self.key < *key,
            false => self.key.as_ref() < key.get(..MARK).unwrap_or(key),
        }
    }
}

/// Writes a run.
pub struct RunWriter {
    run: Run,
    /// Room for the lengths, then entries.
    block: Vec<u8>,
    packed: Vec<u8>,
    /// The first key of the block.
    first: Vec<u8>,
    /// Blocks written, and how many of them there are to a mark.
    blocks: usize,
    apart: usize,
}

impl RunWriter {
    /// An empty run.
    pub fn new(disk: &Arc<Disk>) -> Result<Self> {
        let file = disk.create()?;
        let run = Run { disk: Arc::clone(disk), file, end: 0, marks: Vec::new(), bytes: 0, packs: true };
        let [packed, first] = Default::default();
        Ok(Self { run, block: vec![0; HEAD], packed, first, blocks: 0, apart: 1 })
    }

    /// The run is written as it is: of whole records in the page cache, to pack them takes longer than to write and
    /// read what is saved by it.
    pub fn unpacked(mut self) -> Self {
        self.run.packs = false;
        self
    }

    /// Adds an entry, whose key is no smaller than the last one's.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        if self.block.len() == HEAD {
            self.first.clear();
            self.first.extend_from_slice(key.get(..MARK).unwrap_or(key));
        }
        write_count(key.len() as u64, &mut self.block);
        write_count(value.len() as u64, &mut self.block);
        self.block.extend_from_slice(key);
        if value.len() > PACKED {
            return self.write_with(value);
        }
        self.block.extend_from_slice(value);
        if self.block.len() - HEAD >= self.run.disk.block { self.write_block() } else { Ok(()) }
    }

    /// The run, complete.
    pub fn finish(mut self) -> Result<Run> {
        self.write_block()?;
        Ok(self.run)
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.block.capacity() + self.packed.capacity() + self.run.heap_bytes()
    }

    fn write_block(&mut self) -> Result<()> {
        if self.block.len() == HEAD { Ok(()) } else { self.write_with(&[]) }
    }

    /// Writes the block, with `large` as its end.
    fn write_with(&mut self, large: &[u8]) -> Result<()> {
        let Self { run, block, packed, .. } = self;
        let len = block.len() - HEAD + large.len();
        let is_packed = run.packs && large.is_empty() && pack(block.get(HEAD..).unwrap_or(&[]), packed);
        let written = if is_packed { packed } else { &mut *block };
        let lengths = [length(written.len() - HEAD + large.len())?, length(len)?].map(u32::to_le_bytes);
        written.iter_mut().zip(lengths.as_flattened()).for_each(|(to, from)| *to = *from);
        let done = run.file.write_all(written).and_then(|()| run.file.write_all(large));
        done.map_err(|error| run.disk.not_written(&error))?;
        if self.blocks.is_multiple_of(self.apart) {
            run.marks.push(Mark { at: run.end, key: self.first.as_slice().into() });
        }
        self.blocks += 1;
        if run.marks.len() >= MARKS {
            let mut keep = false;
            run.marks.retain(|_| {
                keep = !keep;
                keep
            });
            self.apart *= 2;
        }
        run.end += (written.len() + large.len()) as u64;
        run.bytes += len as u64;
        block.truncate(HEAD);
        Ok(())
    }
}

/// Packs the entries of a block behind room for the lengths; false if that makes them no shorter.
fn pack(entries: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    out.resize(HEAD + lz4_flex::block::get_maximum_output_size(entries.len()), 0);
    let packed = out.get_mut(HEAD..).map(|room| lz4_flex::block::compress_into(entries, room));
    match packed {
        Some(Ok(len)) if len < entries.len() => {
            out.truncate(HEAD + len);
            true
        }
        _ => false,
    }
}

impl Run {
    /// Bytes of all entries.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether it was written as it is.
    pub(super) fn is_unpacked(&self) -> bool {
        !self.packs
    }

    /// Some keys of the run in order, evenly spread; the first is the run's first.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.marks.iter().map(|mark| size_of::<Mark>() + mark.key.len()).sum()
    }
}

/// Reads a run entry by entry.
pub struct RunReader {
    run: Arc<Run>,
    /// Where the next block begins.
    at: u64,
    /// The lengths in front of it, if they were read with the block before.
    head: Option<[u8; HEAD]>,
    block: Vec<u8>,
    /// Bytes of the block that were read.
    read: usize,
    /// Where key and value of the entry stand.
    key: (usize, usize),
    value: (usize, usize),
}

impl RunReader {
    /// In front of the first entry.
    pub fn new(run: &Arc<Run>) -> Self {
        let [key, value] = [(0, 0); 2];
        Self { run: Arc::clone(run), at: 0, head: None, block: Vec::new(), read: 0, key, value }
    }

    /// In front of some entry that comes before all with keys of at least `key`.
    pub(super) fn before(run: &Arc<Run>, key: &[u8]) -> Self {
        let marks = run.marks.partition_point(|mark| mark.is_before(key));
        let at = marks.checked_sub(1).and_then(|last| run.marks.get(last)).map_or(0, |mark| mark.at);
        Self { at, ..Self::new(run) }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.block.capacity() + self.run.heap_bytes()
    }

    /// [`Run::is_unpacked`].
    pub(super) fn is_unpacked(&self) -> bool {
        self.run.is_unpacked()
    }

    /// Goes to the next entry; false behind the last. `packed` is scratch.
    pub fn step(&mut self, packed: &mut Vec<u8>) -> Result<bool> {
        if self.read >= self.block.len() && !self.read_block(packed)? {
            return Ok(false);
        }
        match self.find_entry() {
            Some(end) => {
                self.read = end;
                Ok(true)
            }
            None => Err(damaged()),
        }
    }

    /// The key of the entry.
    #[inline]
    pub fn key(&self) -> &[u8] {
        self.block.get(self.key.0..self.key.1).unwrap_or(&[])
    }

    /// What stands beside the key.
    #[inline]
    pub fn value(&self) -> &[u8] {
        self.block.get(self.value.0..self.value.1).unwrap_or(&[])
    }

    /// Finds the next entry of the block; where it ends.
    fn find_entry(&mut self) -> Option<usize> {
        let mut rest = self.block.get(self.read..)?;
        let key = usize::try_from(read_count(&mut rest)?).ok()?;
        let value = usize::try_from(read_count(&mut rest)?).ok()?;
        let start = self.block.len() - rest.len();
        let middle = start.checked_add(key)?;
        let end = middle.checked_add(value).filter(|end| *end <= self.block.len())?;
        (self.key, self.value) = ((start, middle), (middle, end));
        Some(end)
    }

    fn read_block(&mut self, packed: &mut Vec<u8>) -> Result<bool> {
        let run = &*self.run;
        if self.at >= run.end {
            return Ok(false);
        }
        let failed = |error: io::Error| run.disk.not_read(&error);
        let head = match self.head.take() {
            Some(head) => head,
            None => {
                let mut head = [0; HEAD];
                run.file.read_exact_at(&mut head, self.at).map_err(failed)?;
                head
            }
        };
        let length =
            |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize);
        let (packed_len, len) = (length(&head), head.get(HEAD / 2..).map_or(0, length));
        let target = if packed_len == len { &mut self.block } else { &mut *packed };
        // The lengths of the next block are read with this one.
        let is_last = self.at + (HEAD + packed_len) as u64 >= run.end;
        target.resize(packed_len + if is_last { 0 } else { HEAD }, 0);
        run.file.read_exact_at(target, self.at + HEAD as u64).map_err(failed)?;
        if let Some(next) = target.get(packed_len..).and_then(|next| next.first_chunk()) {
            self.head = Some(*next);
            target.truncate(packed_len);
        }
        if packed_len != len {
            self.block.resize(len, 0);
            let unpacked = lz4_flex::block::decompress_into(packed, &mut self.block);
            unpacked.ok().filter(|read| *read == len).ok_or_else(damaged)?;
        }
        self.at += (HEAD + packed_len) as u64;
        self.read = 0;
        Ok(true)
    }
}

/// The error of what stands on disk and cannot have been written so.
#[cold]
pub fn damaged() -> Error {
    Error::new("a temporary file was changed by something else")
}
/// The length of a block as it is written.
fn length(bytes: usize) -> Result<u32> {
    u32::try_from(bytes).map_err(|_| {
        Error::new("a record or the state of a group is larger than 4 GiB, and cannot go to disk")
            .help("collect fewer values in a group")
    })
}
