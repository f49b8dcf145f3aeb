//! Decodes a block stretch by stretch: records that have what most have go into the columns run by run, all others
//! one at a time as the [`Splitter`] says.

use super::decode::{DelimitedDecoder, column};
use super::index::Index;
use super::split::{Record, Splitter};
use crate::format::located::{Located, not_utf8};
use crate::record::{Batch, Block, Cell, Findings, Form, Origin, Span};

/// Bytes looked at in one go: what is found in them stays in the nearest cache.
const STRETCH: usize = 8 << 10;

/// A block on its way into a batch.
pub(super) struct Sweep<'a> {
    decoder: &'a DelimitedDecoder,
    bytes: &'a [u8],
    located: Located<'a>,
    findings: &'a mut Findings,
    /// For odd records.
    splitter: Splitter<'a>,
    places: Places<'a>,
    ends: Vec<u32>,
    cells: Vec<Cell>,
    /// Whether the whole block is UTF-8, once somebody asked.
    clean: Option<bool>,
}

/// Records of a stretch that have just the named fields each.
#[derive(Clone, Copy)]
struct Run<'a> {
    /// What stands before the first record, then the line ends.
    lines: &'a [u32],
    /// The delimiters of these records and those behind them.
    delimiters: &'a [u32],
    /// Delimiters of a record.
    stride: usize,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(
        decoder: &'a DelimitedDecoder,
        block: &'a Block,
        spare: Batch,
        findings: &'a mut Findings,
    ) -> Self {
        let bytes = block.bytes.as_slice();
        Self {
            decoder,
            bytes,
            located: Located::new(block, decoder.bound.len(), spare),
            findings,
            splitter: Splitter::new(bytes, decoder.dialect),
            places: Places::of(block),
            ends: Vec::new(),
            cells: vec![Cell::MISSING; decoder.bound.len()],
            clean: None,
        }
    }

    /// The records of the block.
    pub(super) fn batch(mut self) -> Batch {
        let mut index = Index::new(self.decoder.dialect);
        let mut at = 0;
        let mut len = STRETCH;
        while at < self.bytes.len() {
            index.read(self.bytes, at, len);
            let behind = self.stretch(&index, at);
            // A record that is longer doubles the stretch, so that looking at it again stays linear.
            len = if behind > at { STRETCH } else { len * 2 };
            at = if index.odd { self.odd_record(behind) } else { behind };
        }
        self.located.finish(self.findings)
    }

    /// Takes the whole records of a stretch that begins at `at`; the place behind them.
    fn stretch(&mut self, index: &Index, at: usize) -> usize {
        let mut lines = index.lines();
        let mut delimiters = index.delimiters();
        let Some(stride) = self.decoder.names.len().checked_sub(1) else {
            return self.odd_records(lines.len() - 1, at);
        };
        let clean = !index.high || self.is_clean();
        while lines.len() > 1 {
            let most = Run { lines, delimiters, stride };
            let count = if clean {
                most.count(|_| true)
            } else {
                most.count(|span| not_utf8(span.of(self.bytes)).is_none())
            };
            let run = Run { lines: lines.get(..=count).unwrap_or(lines), ..most };
            self.take(run, index);
            lines = lines.get(count..).unwrap_or(&[]);
            delimiters = delimiters.get(count * stride..).unwrap_or(&[]);
            if let [before, line, ..] = *lines {
                let own = delimiters.iter().take_while(|place| **place < line).count();
                self.odd_record(before.wrapping_add(1) as usize);
                lines = lines.get(1..).unwrap_or(&[]);
                delimiters = delimiters.get(own..).unwrap_or(&[]);
            }
        }
        match lines {
            [last] => (last.wrapping_add(1) as usize).min(self.bytes.len()),
            _ => at,
        }
    }

    /// Takes over a run of records, column by column.
    fn take(&mut self, run: Run<'_>, index: &Index) {
        let bytes = self.bytes;
        let from = self.located.rows();
        self.findings.read += run.len() as u64;
        self.located.extend(run.spans().map(|span| without_return(bytes, span)));
        let plain = !index.special && self.decoder.nulls.is_empty();
        for (slot, place) in self.decoder.bound.iter().enumerate() {
            let Some((records, column)) = self.located.column(slot) else { continue };
            let records = records.get(from..).unwrap_or(&[]);
            let first = records.iter().map(|span| span.start);
            let last = records.iter().map(|span| span.end);
            let form = |span: Span| match plain {
                true => plain_cell(span),
                false => self.decoder.cell(bytes, span, index.doubled),
            };
            match *place {
                Some(0) if run.stride == 0 => put(column, first, last, form),
                Some(0) => put(column, first, run.delimiters(0), form),
                Some(place) if place < run.stride => {
                    put(column, run.behind(place), run.delimiters(place), form)
                }
                Some(place) if place == run.stride => put(column, run.behind(place), last, form),
                _ => column.extend(records.iter().map(|_| Cell::MISSING)),
            }
        }
    }

    /// As many records from `at` on as there are line ends; the place behind them.
    #[cold]
    fn odd_records(&mut self, lines: usize, at: usize) -> usize {
        (0..lines).fold(at, |at, _| self.odd_record(at))
    }

    /// Takes or rejects the record at `at`; the place behind it.
    fn odd_record(&mut self, at: usize) -> usize {
        self.splitter.go_to(at);
        let Some(record) = self.splitter.next(&mut self.ends) else { return self.bytes.len() };
        if !record.is_blank() || self.decoder.keeps_blank_lines() {
            self.findings.read += 1;
            self.judge(record);
        }
        self.splitter.at()
    }

    fn judge(&mut self, record: Record) {
        let span = Span::new(record.start, record.end);
        let mut fault = self.decoder.fault(record, &self.ends);
        if fault.is_none() {
            self.decoder.locate(self.bytes, record, &self.ends, &mut self.cells);
            let bad = if self.is_clean() { None } else { first_bad(self.bytes, &self.cells) };
            fault = bad.map(|at| ("not UTF-8".to_owned(), Some(column(record, at))));
        }
        match fault {
            None => self.located.push(span, &self.cells),
            Some((reason, column)) => {
                self.findings.reject(self.places.origin(record), column, reason, span.of(self.bytes));
            }
        }
    }

    /// Whether the block is UTF-8: one look at the whole spares one at each value.
    fn is_clean(&mut self) -> bool {
        *self.clean.get_or_insert_with(|| simdutf8::basic::from_utf8(self.bytes).is_ok())
    }
}

impl<'a> Run<'a> {
    fn len(self) -> usize {
        self.lines.len() - 1
    }

    /// The records with their CR.
    fn spans(self) -> impl Iterator<Item = Span> + use<'a> {
        let ends = self.lines.get(1..).unwrap_or(&[]);
        self.lines.iter().zip(ends).map(|(before, end)| Span { start: before.wrapping_add(1), end: *end })
    }

    /// How many records in front have as many delimiters as they should, and are `fit`.
    #[inline]
    fn count(self, fit: impl Fn(Span) -> bool) -> usize {
        let stride = self.stride;
        let mut from = 0;
        self.spans()
            .take_while(|span| {
                let last = stride.checked_sub(1).map(|last| self.delimiters.get(from + last));
                let next = self.delimiters.get(from + stride);
                from += stride;
                last.is_none_or(|last| last.is_some_and(|last| *last < span.end))
                    && next.is_none_or(|next| *next > span.end)
                    && fit(*span)
            })
            .count()
    }

    /// The place of a delimiter in each record.
    #[inline]
    fn delimiters(self, nth: usize) -> impl Iterator<Item = u32> + use<'a> {
        let Self { delimiters, stride, .. } = self;
        (0..self.len()).map(move |row| delimiters.get(row * stride + nth).copied().unwrap_or(0))
    }

    /// Where the field at `place` begins in each record.
    #[inline]
    fn behind(self, place: usize) -> impl Iterator<Item = u32> + use<'a> {
        self.delimiters(place - 1).map(|delimiter| delimiter + 1)
    }
}

/// Appends the cells of fields by their first byte and the place behind the last.
#[inline]
fn put(
    column: &mut Vec<Cell>,
    starts: impl Iterator<Item = u32>,
    ends: impl Iterator<Item = u32>,
    cell: impl Fn(Span) -> Cell,
) {
    column.extend(starts.zip(ends).map(|(start, end)| cell(Span { start, end })));
}

/// The cell of a field without quotes, escapes and spellings of null.
#[inline]
fn plain_cell(Span { start, end }: Span) -> Cell {
    Cell { start, len: end - start, form: if start == end { Form::Null } else { Form::Untyped } }
}

/// The record without the CR of its line end.
#[inline]
fn without_return(bytes: &[u8], Span { start, end }: Span) -> Span {
    let last = (end as usize).wrapping_sub(1);
    let returns = start < end && bytes.get(last) == Some(&b'\r');
    Span { start, end: end - u32::from(returns) }
}

/// Line numbers of records in order, for rejects.
struct Places<'a> {
    block: &'a Block,
    at: usize,
    line: u64,
}

impl<'a> Places<'a> {
    fn of(block: &'a Block) -> Self {
        Self { block, at: 0, line: block.first_line }
    }

    #[cold]
    fn origin(&mut self, record: Record) -> Option<Origin> {
        let between = self.block.bytes.get(self.at..record.start).unwrap_or(&[]);
        self.line += memchr::memchr_iter(b'\n', between).count() as u64;
        self.at = record.start;
        Some(Origin { source: self.block.source, line: self.line })
    }
}

/// The place of the first byte in a cell that is not UTF-8.
#[cold]
fn first_bad(bytes: &[u8], cells: &[Cell]) -> Option<usize> {
    let bad = cells.iter().filter_map(|cell| Some(cell.start as usize + not_utf8(cell.spelling(bytes))?));
    bad.min()
}
