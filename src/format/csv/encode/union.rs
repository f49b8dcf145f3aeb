//! `--union` of CSV and TSV: records with few of many columns, and records that wait for the columns.

use super::{DelimitedEncoder, DelimitedOutput, Passage, is_own, write_header, write_value};
use crate::format::OutputOptions;
use crate::format::columns::{Columns, Misfit};
use crate::format::csv::spell::Speller;
use crate::format::gather::{Cells, GatherEncoder, Gatherer, Kind, LineForm};
use crate::format::lines::end_line;
use crate::format::row::{Growth, Row};
use crate::format::union::{headings, leading_columns, trailing_columns};
use crate::hash::Set;
use crate::record::{Batch, Dialect, FieldValue, Findings};

/// Names that are known to be spelled, at most.
const KNOWN: usize = 1 << 12;

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
            let start = out.len();
            if passage.whole {
                match self.write_whole(batch, row, passage.missing, out) {
                    Ok(()) => {}
                    Err((made, byte)) => {
                        out.truncate(start);
                        let place = columns.names().len().saturating_sub(passage.missing as usize + made);
                        self.reject_unspelled(batch, row, columns, (place, byte), findings);
                    }
                }
                continue;
            }
            let Self { fitter, filled, .. } = self;
            match fitter.fill_row(batch, row, Growth::Fixed, (columns, filled), &mut fields, findings) {
                Ok(()) => {
                    let count = columns.names().len();
                    if let Err(stuck) = self.write_row(batch, &mut fields, count, passage, out) {
                        out.truncate(start);
                        self.reject_unspelled(batch, row, columns, stuck, findings);
                    }
                }
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
    }

    /// The error is a column and a byte in its value that has no spelling.
    fn write_row(
        &mut self,
        batch: &Batch,
        fields: &mut Row<'_>,
        columns: usize,
        passage: Passage,
        out: &mut Vec<u8>,
    ) -> Result<(), (usize, u8)> {
        let may_stick = self.speller.may_stick();
        let mut next = 0;
        for cell in fields.in_order() {
            // One delimiter to each column but the first.
            out.resize(out.len() + cell.column - next, self.dialect.delimiter);
            next = cell.column;
            write_value(&mut self.speller, batch, cell.value, passage, out);
            if may_stick && let Some(byte) = self.speller.take_stuck() {
                return Err((cell.column, byte));
            }
        }
        out.resize(out.len() + columns.saturating_sub(next + 1), self.dialect.delimiter);
        end_line(out);
        Ok(())
    }
}

impl DelimitedOutput {
    /// An encoder of records that wait.
    pub(super) fn gathering(&self) -> GatherEncoder<DelimitedCells> {
        let cells = DelimitedCells {
            dialect: self.dialect,
            name: self.name,
            options: self.options.clone(),
            speller: Speller::new(self.dialect, &self.options),
            source: None,
            own: false,
            spelled: Set::default(),
        };
        GatherEncoder::new(&self.options, cells)
    }

    /// What writes such records at the end.
    pub(super) fn gathered(&self) -> DelimitedGatherer {
        DelimitedGatherer {
            dialect: self.dialect,
            name: self.name,
            options: self.options.clone(),
            speller: Speller::new(self.dialect, &self.options),
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
    /// Names that the dialect can spell, where it cannot spell all.
    spelled: Set<String>,
}

impl Cells for DelimitedCells {
    fn begin(&mut self, batch: &Batch, row: u32) {
        let source = batch.source(row);
        if source != self.source {
            self.source = source;
            let source = source.and_then(|source| self.options.sources.get(source));
            self.own = source.is_some_and(|source| is_own(self.name, self.dialect, source.into()));
        }
    }

    fn write(
        &mut self,
        batch: &Batch,
        name: &str,
        value: FieldValue<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Kind, Misfit> {
        write_value(&mut self.speller, batch, value, Passage::of(self.own), out);
        if self.speller.may_stick() {
            self.check(name)?;
        }
        Ok(Kind::Unknown)
    }
}

impl DelimitedCells {
    /// Whether the value written last and the name of its column can be spelled.
    fn check(&mut self, name: &str) -> Result<(), Misfit> {
        if let Some(byte) = self.speller.take_stuck() {
            return Err(Misfit::Unspelled(name.into(), byte));
        }
        if self.options.no_header || self.spelled.contains(name) {
            return Ok(());
        }
        if let Some(byte) = self.speller.unspelled(name.as_bytes()) {
            return Err(Misfit::Misnamed(name.into(), byte));
        }
        if self.spelled.len() >= KNOWN {
            self.spelled.clear();
        }
        self.spelled.insert(name.to_owned());
        Ok(())
    }
}

pub(super) struct DelimitedGatherer {
    dialect: Dialect,
    name: &'static str,
    options: OutputOptions,
    speller: Speller,
}

impl DelimitedGatherer {
    /// A name that cannot be spelled is none: the records that have it are rejected.
    fn spellable(&self, all: Columns) -> Columns {
        if !self.speller.may_stick() || self.options.no_header {
            return all;
        }
        let mut columns = Columns::default();
        let names = all.names().iter().filter(|name| self.speller.unspelled(name.as_bytes()).is_none());
        names.for_each(|name| _ = columns.add(name.as_bytes()));
        columns
    }
}

impl Gatherer for DelimitedGatherer {
    fn leading(&self) -> Columns {
        self.spellable(leading_columns(&self.options))
    }

    fn trailing(&self) -> Columns {
        self.spellable(trailing_columns(&self.options))
    }

    fn header(&mut self, names: &[String], _kinds: &[Kind], out: &mut Vec<u8>) {
        if !self.options.no_header {
            let own = (self.name, self.dialect);
            write_header(names, &headings(&self.options), own, &mut self.speller, out);
        }
    }

    fn form(&self) -> LineForm {
        LineForm { between: Some(self.dialect.delimiter), missing: b"", end: b"\n" }
    }
}
