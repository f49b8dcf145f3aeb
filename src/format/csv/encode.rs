//! Writes CSV and TSV: a header line, then a line for each record with its fields in their columns.

mod union;

use super::spell::Speller;
use super::split::Dialect;
use crate::format::columns::{ABSENT, Columns, are_known, known};
use crate::format::fit::Fitter;
use crate::format::gather::Gatherer;
use crate::format::picked::{Picked, append};
use crate::format::row::Filled;
use crate::format::union::waits;
use crate::format::{Encoder, OutputFormat, OutputOptions};
use crate::record::{Batch, ColumnRef, FieldValue, Findings, Form};

/// CSV or TSV as an output.
pub(in crate::format) struct DelimitedOutput {
    pub(in crate::format) dialect: Dialect,
    /// The name of the format.
    pub(in crate::format) name: &'static str,
    pub(in crate::format) options: OutputOptions,
}

impl OutputFormat for DelimitedOutput {
    fn any_order(&self) -> bool {
        waits(&self.options) || are_known(&self.options)
    }

    fn gatherer(&self) -> Option<Box<dyn Gatherer>> {
        waits(&self.options).then(|| Box::new(self.gathered()) as Box<dyn Gatherer>)
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        if waits(&self.options) {
            return Box::new(self.gathering());
        }
        Box::new(DelimitedEncoder {
            dialect: self.dialect,
            name: self.name,
            options: self.options.clone(),
            columns: None,
            begun: false,
            speller: Speller::new(self.dialect, &self.options.env),
            fitter: Fitter::new(&self.options),
            passages: Vec::new(),
            behind: Vec::new(),
            filled: Filled::default(),
        })
    }
}

struct DelimitedEncoder {
    dialect: Dialect,
    name: &'static str,
    options: OutputOptions,
    /// `None` until they are known.
    columns: Option<Columns>,
    begun: bool,
    speller: Speller,
    fitter: Fitter,
    /// How the records of each input pass, once one was seen.
    passages: Vec<Option<Passage>>,
    /// For each input the columns behind the bytes of a record that passes whole.
    behind: Vec<Vec<ColumnRef>>,
    /// With `--union`: which columns a record has.
    filled: Filled,
}

/// How the records of one input pass into the output.
#[derive(Clone, Copy, Default, Debug)]
struct Passage {
    /// They are spelled in the dialect of the output.
    own: bool,
    /// Their bytes are the first columns of the output as they stand; fields that the chain made follow.
    whole: bool,
}

impl Encoder for DelimitedEncoder {
    fn begin(&mut self, out: &mut Vec<u8>) {
        self.begun = true;
        self.find_columns(out);
    }

    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        if batch.live.is_empty() {
            return;
        }
        if self.columns.is_none() {
            self.find_columns(out);
        }
        let (columns, from) = match self.columns.take() {
            Some(columns) => (Some(columns), 0),
            None => self.take_columns(batch, out, findings),
        };
        let Some(mut columns) = columns else { return };
        if self.options.shape.rest.is_some() && self.options.union.is_some() {
            self.encode_few(batch, &mut columns, out, findings);
        } else if self.options.shape.rest.is_some() {
            let rows = batch.live.get(from..).unwrap_or(&[]);
            self.encode_rest(batch, rows, &mut columns, out, findings);
        } else {
            self.encode_made(batch, &columns, out);
        }
        self.columns = Some(columns);
    }
}

impl DelimitedEncoder {
    /// Takes the columns that are known without a record, and writes them if this encoder is the first.
    fn find_columns(&mut self, out: &mut Vec<u8>) {
        self.columns = known(&self.options);
        if let Some(columns) = self.columns.as_ref().filter(|_| self.begun) {
            self.write_header(columns, out);
        }
    }

    /// Writes the columns of the first record that has one for each of its fields; the others are rejected.
    /// The number is its place among the live records.
    fn take_columns(
        &mut self,
        batch: &Batch,
        out: &mut Vec<u8>,
        findings: &mut Findings,
    ) -> (Option<Columns>, usize) {
        for (at, &row) in batch.live.iter().enumerate() {
            let mut columns = self.fitter.columns_of(batch, row);
            let mut values = vec![ABSENT; columns.names().len()];
            match self.fitter.fill(batch, row, &mut columns, &mut values) {
                Ok(()) => {
                    self.write_header(&columns, out);
                    return (Some(columns), at);
                }
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
        (None, 0)
    }

    fn write_header(&self, columns: &Columns, out: &mut Vec<u8>) {
        if !self.options.no_header {
            write_header(columns.names(), self.dialect, &self.speller, out);
        }
    }

    /// Records whose fields the chain fixed.
    fn encode_made(&mut self, batch: &Batch, columns: &Columns, out: &mut Vec<u8>) {
        let picked = Picked::of(batch, self.fitter.made().iter().copied());
        for &row in &batch.live {
            let own = self.passage(batch.source(row), columns).own;
            for (place, &column) in picked.iter().enumerate() {
                if place > 0 {
                    out.push(self.dialect.delimiter);
                }
                self.write_picked(batch, row, column, own, out);
            }
            out.push(b'\n');
        }
    }

    /// Writes a value; `own` says that the record is spelled in this dialect.
    #[inline]
    fn write_picked(&mut self, batch: &Batch, row: u32, column: Picked<'_>, own: bool, out: &mut Vec<u8>) {
        let value = column.value(batch, row);
        match value {
            FieldValue::Cell(cell, bytes) if own && matches!(column, Picked::Cells(_)) => match cell.form {
                Form::Untyped | Form::Null => {
                    append(bytes, cell.start as usize, cell.start as usize + cell.len as usize, out);
                }
                _ => self.speller.write(value, true, out),
            },
            _ => write_value(&mut self.speller, batch, value, own, out),
        }
    }

    /// Records with fields of the input.
    fn encode_rest(
        &mut self,
        batch: &Batch,
        rows: &[u32],
        columns: &mut Columns,
        out: &mut Vec<u8>,
        findings: &mut Findings,
    ) {
        let mut values = Vec::new();
        for &row in rows {
            let passage = self.passage(batch.source(row), columns);
            if passage.whole {
                self.write_whole(batch, row, out);
                continue;
            }
            values.clear();
            values.resize(columns.names().len(), ABSENT);
            match self.fitter.fill(batch, row, columns, &mut values) {
                Ok(()) => self.write_values(batch, &values, passage.own, out),
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
    }

    fn write_values(&mut self, batch: &Batch, values: &[FieldValue<'_>], own: bool, out: &mut Vec<u8>) {
        for (place, &value) in values.iter().enumerate() {
            if place > 0 {
                out.push(self.dialect.delimiter);
            }
            write_value(&mut self.speller, batch, value, own, out);
        }
        out.push(b'\n');
    }

    fn write_whole(&mut self, batch: &Batch, row: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(batch.raw(row));
        let behind = batch.source(row).and_then(|source| self.behind.get(source as usize));
        for &column in behind.into_iter().flatten() {
            out.push(self.dialect.delimiter);
            // Only records of the output's own dialect pass whole.
            write_value(&mut self.speller, batch, batch.field(column, row), true, out);
        }
        out.push(b'\n');
    }

    #[inline]
    fn passage(&mut self, source: Option<u32>, columns: &Columns) -> Passage {
        let Some(source) = source else { return Passage::default() };
        if let Some(Some(known)) = self.passages.get(source as usize) {
            return *known;
        }
        let passage = self.find_passage(source, columns);
        if self.passages.len() <= source as usize {
            self.passages.resize(source as usize + 1, None);
        }
        self.passages[source as usize] = Some(passage);
        passage
    }

    fn find_passage(&mut self, source: u32, columns: &Columns) -> Passage {
        let own = is_own(&self.options, self.name, self.dialect, source);
        let behind = if own { self.columns_behind(source, columns) } else { None };
        let whole = behind.is_some();
        if self.behind.len() <= source as usize {
            self.behind.resize(source as usize + 1, Vec::new());
        }
        self.behind[source as usize] = behind.unwrap_or_default();
        Passage { own, whole }
    }

    /// The columns behind the records of an input, if these are the first columns of the output as they stand.
    fn columns_behind(&self, source: u32, columns: &Columns) -> Option<Vec<ColumnRef>> {
        let shape = &self.options.shape;
        let source = self.options.sources.get(source).filter(|source| source.walk.is_uniform())?;
        let header = source.header.as_ref()?;
        let made = shape.after_own(header);
        let names = header.iter().chain(made.iter().map(|field| &field.name));
        let whole = shape.before.is_empty()
            && shape.rest.as_ref().is_some_and(|rest| rest.except.is_empty() && rest.unfolded.is_none())
            && names.eq(columns.names());
        whole.then(|| made.iter().map(|field| field.column).collect())
    }
}

/// Whether the records of an input are spelled in the dialect of the output.
fn is_own(options: &OutputOptions, name: &str, dialect: Dialect, source: u32) -> bool {
    let source = options.sources.get(source);
    source.is_some_and(|source| source.format == name && source.walk.delimiter() == Some(dialect.delimiter))
}

fn write_header(names: &[String], dialect: Dialect, speller: &Speller, out: &mut Vec<u8>) {
    if names.is_empty() {
        return;
    }
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            out.push(dialect.delimiter);
        }
        speller.write_text(name.as_bytes(), out);
    }
    out.push(b'\n');
}

/// `own` says that the records of the batch are spelled in this dialect; values that stand elsewhere are not.
#[inline]
fn write_value(speller: &mut Speller, batch: &Batch, value: FieldValue<'_>, own: bool, out: &mut Vec<u8>) {
    let own =
        own && matches!(value, FieldValue::Cell(_, bytes) if std::ptr::eq(bytes, batch.bytes.as_slice()));
    speller.write(value, own, out);
}

impl std::fmt::Debug for DelimitedOutput {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DelimitedOutput").field("name", &self.name).finish_non_exhaustive()
    }
}
