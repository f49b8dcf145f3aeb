//! Encodes records as chunks.

use super::chunk::{ChunkWriter, Kind};
use crate::format::columns::{Columns, Misfit};
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

    /// Appends the text of a value of the record, and says what it is, if the header depends on that. `name`: of its
    /// column. A misfit is what the format cannot spell.
    fn write(
        &mut self,
        batch: &Batch,
        name: &str,
        value: FieldValue<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Kind, Misfit>;
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
            let filled = fitter.fill_row(batch, row, *growth, (columns, filled), &mut fields, findings);
            let written = filled.and_then(|()| {
                cells.begin(batch, row);
                let name = |column: usize| columns.names().get(column).map_or("", String::as_str);
                chunk.push(
                    fields.cells(),
                    |cell, out| cells.write(batch, name(cell.column), cell.value, out),
                    out,
                )
            });
            if let Err(misfit) = written {
                fitter.reject(batch, row, &misfit, findings);
            }
        }
        chunk.end(columns, out);
    }
}
