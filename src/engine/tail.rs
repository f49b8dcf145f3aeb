//! An encoder with the output it writes to: the end of the chain, and what a stage writes beside it.

use std::sync::Arc;

use super::gathered::{self, Gathered};
use crate::error::Result;
use crate::format::{Encoder, OutputFormat};
use crate::output::{Output, Written};
use crate::record::{Batch, Findings};
use crate::spill::Disk;
use crate::stage::Flow;

/// Bytes that are handed on at once.
const PIECE: usize = 1 << 16;

/// Where records become bytes.
pub(super) struct Tail {
    encoder: Box<dyn Encoder>,
    begun: bool,
    /// A record was written, whether or not anybody reads it.
    gave: bool,
    output: Output,
    /// Records that wait for the columns of the output, if they do.
    gathered: Option<Gathered>,
    /// Where these are encoded.
    chunks: Vec<u8>,
}

impl Tail {
    /// Nothing is written yet, not even a header.
    pub(super) fn new(format: &dyn OutputFormat, disk: &Arc<Disk>, output: Output) -> Self {
        let gathered = format.gatherer().map(|gatherer| Gathered::one(gatherer, disk));
        let (encoder, chunks) = (format.encoder(), Vec::new());
        Self { encoder, begun: false, gave: false, output, gathered, chunks }
    }

    /// Writes the live records.
    pub(super) fn push(&mut self, batch: &Batch, findings: &mut Findings) -> Result<Flow> {
        self.begin();
        let rejected = findings.rejected;
        let into = if self.gathered.is_some() { &mut self.chunks } else { self.output.buffer() };
        self.encoder.encode(batch, into, findings);
        self.gave |= findings.rejected - rejected < batch.live.len() as u64;
        if let Some(gathered) = &mut self.gathered {
            let taken = gathered.take(0, &self.chunks);
            self.chunks.clear();
            return taken.map(|()| Flow::More);
        }
        Ok(flow_of(self.output.drain(PIECE)?))
    }

    /// Writes bytes that an encoder of the same format made of records elsewhere.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow> {
        self.begin();
        self.gave |= !bytes.is_empty();
        match &mut self.gathered {
            Some(gathered) => gathered.take(0, bytes).map(|()| Flow::More),
            None => Ok(flow_of(self.output.write(bytes)?)),
        }
    }

    /// Writes what stands behind the last record.
    pub(super) fn finish(&mut self) -> Result<Flow> {
        self.begin();
        if let Some(gathered) = self.gathered.take() {
            let mut leaving = gathered.leave()?;
            while leaving.output().is_some() {
                leaving.write(self.output.buffer())?;
                if self.output.drain(PIECE)? == Written::Closed {
                    return Ok(Flow::Enough);
                }
            }
        }
        self.encoder.finish(self.output.buffer());
        self.flush()
    }

    /// Brings what waits to disk; false if nothing does.
    pub(super) fn spill(&mut self) -> Result<bool> {
        self.gathered.as_mut().map_or(Ok(false), Gathered::spill)
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<Flow> {
        Ok(flow_of(self.output.flush()?))
    }

    /// Whether a record was written: a header is none.
    pub(super) fn gave(&self) -> bool {
        self.gave
    }

    /// Completes the output; a file takes its name.
    pub(super) fn commit(&mut self) -> Result<()> {
        self.output.commit()
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let gathered = self.gathered.as_ref().map_or(0, Gathered::heap_bytes);
        self.encoder.heap_bytes() + gathered + self.chunks.capacity()
    }

    /// What holds them, in words for the user.
    pub(super) fn holder(&self) -> &'static str {
        if self.gathered.is_some() { gathered::NAMES } else { "the output format" }
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.encoder.begin(self.output.buffer());
        }
    }
}

/// Nothing more is wanted once nobody reads.
fn flow_of(written: Written) -> Flow {
    match written {
        Written::All => Flow::More,
        Written::Closed => Flow::Enough,
    }
}
