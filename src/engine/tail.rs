//! An encoder with the output it writes to: the end of the chain, and what a stage writes beside it.

use crate::error::Result;
use crate::format::Encoder;
use crate::output::{Output, Written};
use crate::record::{Batch, Findings};
use crate::stage::Flow;

/// Where records become bytes.
pub(super) struct Tail {
    encoder: Box<dyn Encoder>,
    begun: bool,
    /// A record was written, whether or not anybody reads it.
    gave: bool,
    output: Output,
}

impl Tail {
    /// Nothing is written yet, not even a header.
    pub(super) fn new(encoder: Box<dyn Encoder>, output: Output) -> Self {
        Self { encoder, begun: false, gave: false, output }
    }

    /// Writes the live records.
    pub(super) fn push(&mut self, batch: &Batch, findings: &mut Findings) -> Result<Flow> {
        self.begin();
        let rejected = findings.rejected;
        self.encoder.encode(batch, self.output.buffer(), findings);
        self.gave |= findings.rejected - rejected < batch.live.len() as u64;
        Ok(flow_of(self.output.drain(1 << 16)?))
    }

    /// Writes bytes that an encoder of the same format made of records elsewhere.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow> {
        self.begin();
        self.gave |= !bytes.is_empty();
        Ok(flow_of(self.output.write(bytes)?))
    }

    /// Writes what stands behind the last record.
    pub(super) fn finish(&mut self) -> Result<Flow> {
        self.begin();
        self.encoder.finish(self.output.buffer());
        self.flush()
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
        self.encoder.heap_bytes()
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
