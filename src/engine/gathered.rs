//! Records of outputs that wait for their columns: chunks in the order of the output, in memory as long as they are few,
//! else on disk. At the end they leave as lines, output by output.

mod leaving;

use std::sync::Arc;

use super::budget::exceeded;
use crate::error::Result;
use crate::format::columns::Columns;
use crate::format::gather::{Chunk, Gatherer, Kind};
use crate::spill::{Disk, RunWriter, Runs};
use crate::value::saved::write_count;

/// Of the memory, what waits there before it goes to disk.
const SHARE: usize = 4;
/// About what is held for a chunk beside its bytes.
const ENTRY: usize = size_of::<(u32, Vec<u8>)>() + 16;
/// About what is held for an output beside its names.
const OUTPUT: usize = size_of::<Collected>() + 128;

/// What stays in memory until the end.
pub(super) const NAMES: &str = "the names of the fields of the output (--union)";

/// What waits.
pub(super) struct Gathered {
    gatherer: Box<dyn Gatherer>,
    outputs: Vec<Collected>,
    /// The output of each chunk, and its columns by their places in it, with its rows.
    chunks: Vec<(u32, Vec<u8>)>,
    /// Bytes of the chunks in memory, and of all names.
    held: usize,
    names: usize,
    /// Chunks so far.
    count: u64,
    disk: Arc<Disk>,
    on_disk: OnDisk,
}

/// What is known of an output.
#[derive(Default)]
struct Collected {
    /// In the order of their coming.
    columns: Columns,
    kinds: Vec<Kind>,
}

/// Chunks on disk, by output and in their order.
enum OnDisk {
    /// There is one output, so that what comes later is after it.
    One(Option<RunWriter>),
    /// Each time something goes to disk it is a run.
    Many(Runs),
}

impl Gathered {
    /// Nothing waits yet, for one output.
    pub(super) fn one(gatherer: Box<dyn Gatherer>, disk: &Arc<Disk>) -> Self {
        Self { outputs: vec![Collected::default()], ..Self::new(gatherer, disk, OnDisk::One(None)) }
    }

    /// The same for any number of outputs.
    pub(super) fn many(gatherer: Box<dyn Gatherer>, disk: &Arc<Disk>) -> Self {
        Self::new(gatherer, disk, OnDisk::Many(Runs::new(disk)))
    }

    fn new(gatherer: Box<dyn Gatherer>, disk: &Arc<Disk>, on_disk: OnDisk) -> Self {
        let (outputs, chunks) = (Vec::new(), Vec::new());
        Self { gatherer, outputs, chunks, held: 0, names: 0, count: 0, disk: Arc::clone(disk), on_disk }
    }

    /// Takes chunks for an output, the next in its order.
    pub(super) fn take(&mut self, output: usize, mut chunks: &[u8]) -> Result<()> {
        while self.outputs.len() <= output {
            self.outputs.push(Collected::default());
            self.names += OUTPUT;
        }
        while !chunks.is_empty() {
            let chunk = Chunk::take(&mut chunks)?;
            let Some(collected) = self.outputs.get_mut(output) else { return Ok(()) };
            let before = collected.columns.heap_bytes();
            let mut held = Vec::new();
            let (mut count, mut places) = (0, Vec::new());
            chunk.each_name(|name, kind| {
                write_count(collected.add(name, kind) as u64, &mut places);
                count += 1;
            })?;
            self.names += collected.columns.heap_bytes() - before;
            held.reserve_exact(places.len() + chunk.rows.len() + size_of::<u64>());
            write_count(count, &mut held);
            held.extend_from_slice(&places);
            held.extend_from_slice(chunk.rows);
            self.held += held.capacity() + ENTRY;
            self.chunks.push((output as u32, held));
        }
        if self.names > self.disk.memory() {
            return Err(exceeded(&self.disk, NAMES));
        }
        if self.disk.is_eager() || self.held > self.disk.memory() / SHARE {
            self.spill()?;
        }
        Ok(())
    }

    /// Brings what waits to disk; false if there is nothing in memory.
    pub(super) fn spill(&mut self) -> Result<bool> {
        if self.chunks.is_empty() {
            return Ok(false);
        }
        let mut chunks = std::mem::take(&mut self.chunks);
        self.held = 0;
        chunks.sort_by_key(|(output, _)| *output);
        match &mut self.on_disk {
            OnDisk::One(writer) => {
                let writer = match writer {
                    Some(writer) => writer,
                    None => writer.insert(RunWriter::new(&self.disk)?.unpacked()),
                };
                write(chunks, &mut self.count, writer)?;
            }
            OnDisk::Many(runs) => {
                let mut writer = runs.writer()?.unpacked();
                write(chunks, &mut self.count, &mut writer)?;
                runs.add(writer.finish()?)?;
            }
        }
        Ok(true)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let on_disk = match &self.on_disk {
            OnDisk::One(writer) => writer.as_ref().map_or(0, RunWriter::heap_bytes),
            OnDisk::Many(runs) => runs.heap_bytes(),
        };
        self.held + self.names + on_disk
    }
}

impl Collected {
    /// The place of a name among the columns.
    fn add(&mut self, name: &[u8], kind: Kind) -> usize {
        let place = self.columns.add(name);
        if self.kinds.len() <= place {
            self.kinds.resize(place + 1, Kind::Unknown);
        }
        if let Some(known) = self.kinds.get_mut(place) {
            *known = known.or(kind);
        }
        place
    }
}

/// Writes chunks after those before, by output and in their order.
fn write(chunks: Vec<(u32, Vec<u8>)>, count: &mut u64, writer: &mut RunWriter) -> Result<()> {
    for (output, chunk) in chunks {
        let mut key = [0; OUTPUT_BYTES + size_of::<u64>()];
        let (front, back) = key.split_at_mut(OUTPUT_BYTES);
        front.copy_from_slice(&output.to_be_bytes());
        back.copy_from_slice(&count.to_be_bytes());
        writer.push(&key, &chunk)?;
        *count += 1;
    }
    Ok(())
}

/// Bytes of the number of an output before a key.
const OUTPUT_BYTES: usize = size_of::<u32>();
