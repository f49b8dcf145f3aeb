//! Writes CSV and TSV: a header line, then a line for each record with its fields in their columns.

mod union;

use super::passage::Passage;
use super::spell::Speller;
use crate::error::{Error, Result, shown};
use crate::format::columns::{ABSENT, Columns, Misfit, are_known, known, unspelled};
use crate::format::fit::Fitter;
use crate::format::gather::Gatherer;
use crate::format::lines::end_line;
use crate::format::picked::{Picked, append};
use crate::format::row::Filled;
use crate::format::union::{headings, waits};
use crate::format::{Encoder, OutputFormat, OutputOptions};
use crate::hash::Map;
use crate::record::{Batch, ColumnRef, Dialect, FieldValue, Findings, Form, Heading};

/// CSV or TSV as an output.
pub(in crate::format) struct DelimitedOutput {
    pub(in crate::format) dialect: Dialect,
    /// The name of the format.
    pub(in crate::format) name: &'static str,
    pub(in crate::format) options: OutputOptions,
}

impl DelimitedOutput {
    /// A way to write in a dialect. An error is a column that the chain names and the dialect cannot spell.
    pub(in crate::format) fn open(
        dialect: Dialect,
        name: &'static str,
        options: &OutputOptions,
    ) -> Result<Box<dyn OutputFormat>> {
        let speller = Speller::new(dialect, options);
        let mut names = options.shape.fixed_names().into_iter().flatten().filter(|_| !options.no_header);
        let found = names.find_map(|name| Some((name, speller.unspelled(name.as_bytes())?)));
        if let Some((name, byte)) = found {
            let (name, what) = (shown(name), unspelled(byte));
            let message = format!("the name \"{name}\" holds {what}, which --quote none cannot spell");
            return Err(Error::new(message).help("name the field otherwise, or give an --escape"));
        }
        Ok(Box::new(Self { dialect, name, options: options.clone() }))
    }
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
            misnamed: None,
            begun: false,
            speller: Speller::new(self.dialect, &self.options),
            fitter: Fitter::new(&self.options),
            passages: Vec::new(),
            first_own: None,
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
    /// A column whose name the dialect cannot spell, so that no record leaves.
    misnamed: Option<Misfit>,
    begun: bool,
    speller: Speller,
    fitter: Fitter,
    /// How the records of each input pass, once one was seen.
    passages: Vec<Option<Passage>>,
    /// Whether the first input has the dialect of the output, once that was asked.
    first_own: Option<bool>,
    /// For each input the columns behind the bytes of a record that passes whole.
    behind: Vec<Vec<ColumnRef>>,
    /// With `--union`: which columns a record has.
    filled: Filled,
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
        if let Some(misfit) = &self.misnamed {
            batch.live.iter().for_each(|&row| self.fitter.reject(batch, row, misfit, findings));
            return;
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
            self.encode_made(batch, &columns, out, findings);
        }
        self.columns = Some(columns);
    }
}

impl DelimitedEncoder {
    /// Takes the columns that are known without a record, and writes them if this encoder is the first.
    fn find_columns(&mut self, out: &mut Vec<u8>) {
        self.columns = known(&self.options);
        let Some(columns) = self.columns.take() else { return };
        self.misnamed = self.misnamed(&columns);
        if self.begun && self.misnamed.is_none() {
            self.write_header(&columns, out);
        }
        self.columns = Some(columns);
    }

    /// A column whose name the dialect cannot spell.
    fn misnamed(&self, columns: &Columns) -> Option<Misfit> {
        if self.options.no_header || !self.speller.may_stick() {
            return None;
        }
        columns.names().iter().find_map(|name| {
            let byte = self.speller.unspelled(name.as_bytes())?;
            Some(Misfit::Misnamed(name.clone().into_bytes(), byte))
        })
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
            match self.fitter.fill(batch, row, &mut columns, &mut values, findings) {
                Ok(()) => match self.misnamed(&columns) {
                    None => {
                        self.write_header(&columns, out);
                        return (Some(columns), at);
                    }
                    Some(misfit) => self.fitter.reject(batch, row, &misfit, findings),
                },
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
        (None, 0)
    }

    fn write_header(&mut self, columns: &Columns, out: &mut Vec<u8>) {
        if !self.options.no_header {
            let own = (self.name, self.dialect);
            write_header(columns.names(), &headings(&self.options), own, &mut self.speller, out);
        }
    }

    /// Records whose fields the chain fixed.
    fn encode_made(&mut self, batch: &Batch, columns: &Columns, out: &mut Vec<u8>, findings: &mut Findings) {
        match self.speller.may_stick() {
            true => self.encode_picked::<true>(batch, columns, out, findings),
            false => self.encode_picked::<false>(batch, columns, out, findings),
        }
    }

    /// The same; `MAY_STICK`: there may be bytes without a spelling.
    fn encode_picked<const MAY_STICK: bool>(
        &mut self,
        batch: &Batch,
        columns: &Columns,
        out: &mut Vec<u8>,
        findings: &mut Findings,
    ) {
        let picked = Picked::of(batch, self.fitter.made().iter().copied());
        'records: for &row in &batch.live {
            let passage = self.passage(batch.source(row), columns);
            let start = out.len();
            for (place, &column) in picked.iter().enumerate() {
                if place > 0 {
                    out.push(self.dialect.delimiter);
                }
                self.write_picked(batch, row, column, passage, out);
                if MAY_STICK && let Some(byte) = self.speller.take_stuck() {
                    self.reject_unspelled(batch, row, columns, (place, byte), findings);
                    out.truncate(start);
                    continue 'records;
                }
            }
            end_line(out);
        }
    }

    /// Rejects a record with a byte in one of its columns that has no spelling.
    #[cold]
    fn reject_unspelled(
        &self,
        batch: &Batch,
        row: u32,
        columns: &Columns,
        (place, byte): (usize, u8),
        findings: &mut Findings,
    ) {
        let name = columns.names().get(place).cloned().unwrap_or_default();
        self.fitter.reject(batch, row, &Misfit::Unspelled(name.into_bytes(), byte), findings);
    }

    /// Writes a value of a record that passes so.
    #[inline]
    fn write_picked(
        &mut self,
        batch: &Batch,
        row: u32,
        column: Picked<'_>,
        passage: Passage,
        out: &mut Vec<u8>,
    ) {
        let value = column.value(batch, row);
        match value {
            FieldValue::Cell(cell, bytes) if passage.own && matches!(column, Picked::Cells(_)) => {
                match cell.form {
                    Form::Untyped | Form::Null | Form::NullText => {
                        append(bytes, cell.start as usize, cell.start as usize + cell.len as usize, out);
                    }
                    _ => self.speller.write(value, true, out),
                }
            }
            _ => write_value(&mut self.speller, batch, value, passage, out),
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
        let mut before = None;
        for &row in rows {
            let source = batch.source(row);
            let passage = match before {
                Some((known, passage)) if known == source => passage,
                _ => self.passage(source, columns),
            };
            before = Some((source, passage));
            if passage.alone {
                out.extend_from_slice(batch.raw(row));
                end_line(out);
                continue;
            }
            if passage.whole {
                let start = out.len();
                if let Err((made, byte)) = self.write_whole(batch, row, 0, out) {
                    out.truncate(start);
                    let place = columns.names().len().saturating_sub(made);
                    self.reject_unspelled(batch, row, columns, (place, byte), findings);
                }
                continue;
            }
            values.clear();
            values.resize(columns.names().len(), ABSENT);
            match self.fitter.fill(batch, row, columns, &mut values, findings) {
                Ok(()) => {
                    let start = out.len();
                    if let Err(stuck) = self.write_values(batch, &values, passage, out) {
                        out.truncate(start);
                        self.reject_unspelled(batch, row, columns, stuck, findings);
                    }
                }
                Err(misfit) => self.fitter.reject(batch, row, &misfit, findings),
            }
        }
    }

    /// The error is a column and a byte in its value that has no spelling.
    fn write_values(
        &mut self,
        batch: &Batch,
        values: &[FieldValue<'_>],
        passage: Passage,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), (usize, u8)> {
        let may_stick = self.speller.may_stick();
        for (place, &value) in values.iter().enumerate() {
            if place > 0 {
                out.push(self.dialect.delimiter);
            }
            write_value(&mut self.speller, batch, value, passage, out);
            if may_stick && let Some(byte) = self.speller.take_stuck() {
                return Err((place, byte));
            }
        }
        end_line(out);
        Ok(())
    }

    /// Writes a record that passes whole, with what the chain made and so many empty columns after it. The error is a byte
    /// without a spelling, and how many columns from the end its value is in.
    fn write_whole(
        &mut self,
        batch: &Batch,
        row: u32,
        missing: u32,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), (usize, u8)> {
        out.extend_from_slice(batch.raw(row));
        let may_stick = self.speller.may_stick();
        let behind = batch.source(row).and_then(|source| self.behind.get(source as usize));
        let behind = behind.map_or(&[][..], Vec::as_slice);
        for (place, &column) in behind.iter().enumerate() {
            out.push(self.dialect.delimiter);
            // Only records of the output's own dialect pass whole.
            write_value(&mut self.speller, batch, batch.field(column, row), Passage::WHOLE, out);
            if may_stick && let Some(byte) = self.speller.take_stuck() {
                return Err((behind.len() - place, byte));
            }
        }
        out.resize(out.len() + missing as usize, self.dialect.delimiter);
        end_line(out);
        Ok(())
    }

    /// Whether the first input that was read has the dialect of the output.
    fn is_first_own(&mut self) -> bool {
        if let Some(known) = self.first_own {
            return known;
        }
        let first = self.options.sources.read().next();
        let is_own = first.is_some_and(|first| is_own(self.name, self.dialect, first.into()));
        self.first_own = Some(is_own);
        is_own
    }

    #[inline]
    fn passage(&mut self, source: Option<u32>, columns: &Columns) -> Passage {
        let Some(source) = source else {
            return Passage { nulls: self.is_first_own(), ..Passage::default() };
        };
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
        let own = self.options.sources.get(source);
        let own = own.is_some_and(|source| is_own(self.name, self.dialect, source.into()));
        let behind = if own { self.columns_behind(source, columns) } else { None };
        let whole = behind.is_some();
        let behind = behind.unwrap_or_default();
        let header = self.options.sources.get(source).and_then(|source| source.header.as_deref());
        let has = header.map_or(0, <[String]>::len) + behind.len();
        if self.behind.len() <= source as usize {
            self.behind.resize(source as usize + 1, Vec::new());
        }
        let alone = whole && behind.is_empty();
        self.behind[source as usize] = behind;
        Passage {
            whole,
            alone,
            missing: columns.names().len().saturating_sub(has) as u32,
            ..Passage::of(own)
        }
    }

    /// The columns behind the records of an input, if these are the first columns of the output as they stand.
    fn columns_behind(&self, source: u32, columns: &Columns) -> Option<Vec<ColumnRef>> {
        let shape = &self.options.shape;
        let source = self.options.sources.get(source).filter(|source| source.walk.is_uniform())?;
        let header = source.header.as_ref()?;
        let made = shape.after_own(header);
        let names = header.iter().chain(made.iter().map(|field| &field.name));
        let count = header.len() + made.len();
        let all = columns.names();
        let first = if self.options.union.is_some() { all.get(..count).unwrap_or(&[]) } else { all };
        let whole = shape.before.is_empty()
            && shape.rest.as_ref().is_some_and(|rest| rest.except.is_empty() && rest.unfolded.is_none())
            && names.eq(first);
        whole.then(|| made.iter().map(|field| field.column).collect())
    }
}

/// Whether an input is spelled in the dialect of the output.
fn is_own(name: &str, dialect: Dialect, heading: Heading<'_>) -> bool {
    heading.format == name && heading.dialect == Some(dialect)
}

/// Writes a header line. Names of header lines that are spelled in the dialect of the output leave as the first of these
/// spells them that has the name.
fn write_header(
    names: &[String],
    headings: &[Heading<'_>],
    own: (&str, Dialect),
    speller: &mut Speller,
    out: &mut Vec<u8>,
) {
    if names.is_empty() {
        return;
    }
    let mut spelled: Map<&str, Option<&[u8]>> = Map::default();
    if headings.iter().any(|heading| !heading.spelled.is_empty()) {
        for heading in headings {
            let is_own = is_own(own.0, own.1, *heading);
            for name in heading.names {
                let spelling = || heading.spelled.get(name).filter(|_| is_own).map(Vec::as_slice);
                spelled.entry(name).or_insert_with(spelling);
            }
        }
    }
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            out.push(own.1.delimiter);
        }
        match spelled.get(name.as_str()) {
            Some(Some(spelled)) => out.extend_from_slice(spelled),
            _ => speller.write_text(name.as_bytes(), out),
        }
    }
    end_line(out);
}

/// Writes a value of a record that passes so; of values that are elsewhere than in the records themselves only nulls keep
/// their spelling.
#[inline]
fn write_value(
    speller: &mut Speller,
    batch: &Batch,
    value: FieldValue<'_>,
    passage: Passage,
    out: &mut Vec<u8>,
) {
    let is_here = matches!(value, FieldValue::Cell(_, bytes) if std::ptr::eq(bytes, batch.bytes.as_slice()));
    match value {
        FieldValue::Cell(cell, bytes) if cell.form == Form::NullText && passage.nulls && !is_here => {
            speller.write_null(cell.spelling(bytes), out);
        }
        _ => speller.write(value, passage.own && is_here, out),
    }
}

impl std::fmt::Debug for DelimitedOutput {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DelimitedOutput").field("name", &self.name).finish_non_exhaustive()
    }
}
