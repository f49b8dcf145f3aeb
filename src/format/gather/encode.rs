//! Encodes records as chunks.

use super::chunk::{ChunkWriter, Kind};
use crate::format::columns::Columns;
use crate::format::fit::Fitter;
use crate::format::row::{Filled, Growth, Row};
use crate::format::{Encoder, OutputOptions};
use crate::record::{Batch, FieldValue, Findings};

/// Bytes of names that an encoder keeps from one batch to the next.
const NAMES: usize = 1 << 20;

/// Writes the cells of one format.
pub(in crate::format) trait Cells: Send {
    /// Begins a record.
    fn begin(&mut self, batch: &Batch, row: u32) {
        let _ = (batch, row);
    }

    /// Appends the text of a value of the record, and says what it is, if the header depends on that.
    fn write(&mut self, batch: &Batch, value: FieldValue<'_>, out: &mut Vec<u8>) -> Kind;
}

/// Encodes records for an output whose columns are known at the end.
pub(in crate::format) struct GatherEncoder<C> {
    fitter: Fitter,
    growth: Growth,
    columns: Columns,
    filled: Filled,
    chunk: ChunkWriter,
    cells: C,
}

impl<C: Cells> GatherEncoder<C> {
    /// An encoder for the records that leave the chain.
    pub(in crate::format) fn new(options: &OutputOptions, cells: C) -> Self {
        // Where header lines name the columns, a nested value that the chain made is one.
        let by_headers = options.union.as_ref().is_some_and(|union| union.by_headers);
        let is_whole = by_headers && options.shape.as_unfolded().is_none();
        Self {
            fitter: Fitter::new(options),
            growth: if is_whole { Growth::Whole } else { Growth::Leaves },
            columns: Columns::default(),
            filled: Filled::default(),
            chunk: ChunkWriter::default(),
            cells,
        }
    }
}

impl<C: Cells> Encoder for GatherEncoder<C> {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        if self.columns.heap_bytes() > NAMES {
            (self.columns, self.filled) = Default::default();
            self.chunk.forget_columns();
        }
        self.chunk.begin(out);
        let Self { fitter, growth, columns, filled, chunk, cells } = self;
        let mut fields = Row::default();
        for &row in &batch.live {
            match fitter.fill_row(batch, row, *growth, columns, filled, &mut fields) {
                Ok(()) => {
                    cells.begin(batch, row);
                    let write = |cell: &_, out: &mut _| write(cells, batch, cell, out);
                    chunk.push(fields.cells(), write, out);
                }
                Err(misfit) => fitter.reject(batch, row, &misfit, findings),
            }
        }
        chunk.end(columns, out);
    }
}

fn write<C: Cells>(
    cells: &mut C,
    batch: &Batch,
    cell: &super::super::row::RowCell<'_>,
    out: &mut Vec<u8>,
) -> Kind {
    cells.write(batch, cell.value, out)
}
