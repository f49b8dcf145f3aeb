//! `--union` of CSV and TSV: records with few of many columns, and records that wait for the columns.

use super::{DelimitedEncoder, DelimitedOutput, is_own, write_header, write_value};
use crate::format::OutputOptions;
use crate::format::columns::Columns;
use crate::format::csv::spell::Speller;
use crate::format::csv::split::Dialect;
use crate::format::gather::{Cells, GatherEncoder, Gatherer, Kind, LineForm};
use crate::format::row::{Growth, Row};
use crate::format::union::leading;
use crate::record::{Batch, FieldValue, Findings};

impl DelimitedEncoder {
    /// [`Self::encode_rest`] where a record may have few of the columns: a line costs its own fields and the
    /// delimiters of the others.
    pub(super) fn encode_few(
        &mut self,
        batch: &Batch,
        columns: &mut Columns,
        out: &mut Vec<u8>,
        findings: &mut Findings,
    ) {
        let mut fields = Row::default();
        for &row in &batch.live {
            let passage = self.passage(batch.source(row), columns);
            if passage.whole {
                self.write_whole(batch, row, out);
                continue;
            }
            let Self { fitter, filled, .. } = self;
            match fitter.fill_row(batch, row, Growth::Fixed, columns, filled, &mut fields) {
                Ok(()) => self.write_row(batch, &mut fields, columns.names().len(), passage.own, out),
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
    }

    fn write_row(
        &mut self,
        batch: &Batch,
        fields: &mut Row<'_>,
        columns: usize,
        own: bool,
        out: &mut Vec<u8>,
    ) {
        let mut next = 0;
        for cell in fields.in_order() {
            // One delimiter to each column but the first.
            out.resize(out.len() + cell.column - next, self.dialect.delimiter);
            next = cell.column;
            write_value(&mut self.speller, batch, cell.value, own, out);
        }
        out.resize(out.len() + columns.saturating_sub(next + 1), self.dialect.delimiter);
        out.push(b'\n');
    }
}

impl DelimitedOutput {
    /// An encoder of records that wait.
    pub(super) fn gathering(&self) -> GatherEncoder<DelimitedCells> {
        let cells = DelimitedCells {
            dialect: self.dialect,
            name: self.name,
            options: self.options.clone(),
            speller: Speller::new(self.dialect, &self.options.env),
            source: None,
            own: false,
        };
        GatherEncoder::new(&self.options, cells)
    }

    /// What writes such records at the end.
    pub(super) fn gathered(&self) -> DelimitedGatherer {
        DelimitedGatherer {
            dialect: self.dialect,
            options: self.options.clone(),
            speller: Speller::new(self.dialect, &self.options.env),
        }
    }
}

pub(super) struct DelimitedCells {
    dialect: Dialect,
    name: &'static str,
    options: OutputOptions,
    speller: Speller,
    /// The input of the record.
    source: Option<u32>,
    /// Its records are spelled in the dialect of the output.
    own: bool,
}

impl Cells for DelimitedCells {
    fn begin(&mut self, batch: &Batch, row: u32) {
        let source = batch.source(row);
        if source != self.source {
            self.source = source;
            self.own = source.is_some_and(|source| is_own(&self.options, self.name, self.dialect, source));
        }
    }

    fn write(&mut self, batch: &Batch, value: FieldValue<'_>, out: &mut Vec<u8>) -> Kind {
        write_value(&mut self.speller, batch, value, self.own, out);
        Kind::Unknown
    }
}

pub(super) struct DelimitedGatherer {
    dialect: Dialect,
    options: OutputOptions,
    speller: Speller,
}

impl Gatherer for DelimitedGatherer {
    fn leading(&self) -> Columns {
        leading(&self.options)
    }

    fn header(&mut self, names: &[String], _kinds: &[Kind], out: &mut Vec<u8>) {
        if !self.options.no_header {
            write_header(names, self.dialect, &self.speller, out);
        }
    }

    fn form(&self) -> LineForm {
        LineForm { between: Some(self.dialect.delimiter), missing: b"", end: b"\n" }
    }
}
