//! Locates fields in the records of CSV and TSV blocks.

use std::sync::Arc;

use super::header::counted;
use super::split::{Dialect, Record, Splitter, Stray};
use super::sweep::Sweep;
use crate::format::bind::bind;
use crate::format::{Decoder, InputOptions};
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};

/// The decoder of one input.
#[derive(Debug)]
pub(in crate::format) struct DelimitedDecoder {
    pub(super) dialect: Dialect,
    pub(super) names: Vec<String>,
    /// Records may have too few or too many fields.
    ragged: bool,
    pub(super) nulls: Vec<Vec<u8>>,
    /// By slot the place of the field in a record.
    pub(super) bound: Vec<Option<usize>>,
}

impl DelimitedDecoder {
    pub(in crate::format) fn new(
        dialect: Dialect,
        options: &InputOptions,
        header: Option<&[String]>,
        wanted: &Arc<Fields>,
    ) -> Self {
        let names = header.unwrap_or(&[]).to_vec();
        let mut bound = bind(&names, wanted);
        if options.ragged {
            bind_extra(names.len(), wanted, &mut bound);
        }
        Self { dialect, names, ragged: options.ragged, nulls: options.nulls.clone(), bound }
    }

    /// Why a record cannot be read, and the column of the cause.
    pub(super) fn fault(&self, record: Record, ends: &[u32]) -> Option<(String, Option<u64>)> {
        if record.stray.is_none() && (self.ragged || ends.len() == self.names.len()) {
            return None;
        }
        Some(match record.stray {
            Some(Stray::Behind(at)) => ("text behind a closing quote".to_owned(), Some(column(record, at))),
            Some(Stray::Unclosed) => ("a quote that does not close".to_owned(), None),
            None => (format!("expected {} fields, found {}", self.names.len(), ends.len()), None),
        })
    }

    /// The cell of each slot.
    #[inline]
    pub(super) fn locate(&self, bytes: &[u8], record: Record, ends: &[u32], cells: &mut [Cell]) {
        for (cell, place) in cells.iter_mut().zip(&self.bound) {
            *cell = match place.and_then(|place| span(record, ends, place)) {
                Some(span) => self.cell(bytes, span, true),
                None => Cell::MISSING,
            };
        }
    }

    /// The cell of a field that stands, quotes included, at `span`. `doubled`: it may hold quotes spelled as two.
    #[inline]
    pub(super) fn cell(&self, bytes: &[u8], Span { start, end }: Span, doubled: bool) -> Cell {
        let spelled = Span { start, end }.of(bytes);
        let (start, end) = (start as usize, end as usize);
        match spelled.first() {
            None => Cell::new(start, end, Form::Null),
            Some(b'"') if self.dialect.quotes => {
                let inside = Span::new(start + 1, end.saturating_sub(1)).of(bytes);
                let doubled = doubled && memchr::memchr(b'"', inside).is_some();
                Cell::new(start + 1, end - 1, if doubled { Form::Doubled } else { Form::Quoted })
            }
            Some(_) if self.nulls.iter().any(|null| null == spelled) => Cell::new(start, end, Form::NullText),
            Some(_) if !self.dialect.quotes && memchr::memchr(b'\\', spelled).is_some() => {
                Cell::new(start, end, Form::Backslashed)
            }
            Some(_) => Cell::new(start, end, Form::Untyped),
        }
    }

    /// Whether a blank line is a record: where there is one field, it is null.
    pub(super) fn keeps_blank_lines(&self) -> bool {
        self.names.len() == 1
    }
}

impl Decoder for DelimitedDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        Sweep::new(self, block, spare, findings).batch()
    }
}

impl Walk for DelimitedDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let start = record.start;
        let mut ends = Vec::with_capacity(self.names.len());
        let inner = record.of(bytes);
        if Splitter::new(inner, self.dialect).next(&mut ends).is_none() {
            ends.push(0);
        }
        let mut from = start;
        for (place, end) in ends.into_iter().enumerate() {
            let spelled = Span { start: from, end: start + end };
            let cell = self.cell(bytes, spelled, true);
            match self.names.get(place) {
                Some(name) => visit(FieldView { name: name.as_bytes(), spelled, cell }),
                None => visit(FieldView { name: counted(place + 1).as_bytes(), spelled, cell }),
            }
            from = spelled.end + 1;
        }
    }

    fn delimiter(&self) -> Option<u8> {
        Some(self.dialect.delimiter)
    }

    fn is_uniform(&self) -> bool {
        !self.ragged
    }
}

/// Binds names like `c5` to the fields behind the named ones.
fn bind_extra(named: usize, wanted: &Fields, bound: &mut [Option<usize>]) {
    for (place, path) in bound.iter_mut().zip(wanted.paths()).filter(|(place, _)| place.is_none()) {
        let number = path.joined().strip_prefix('c').and_then(|digits| digits.parse::<usize>().ok());
        *place = number
            .filter(|number| *number > named && path.is_single() && path.joined() == counted(*number))
            .map(|number| number - 1);
    }
}

/// Where the field at `place` stands, quotes included.
#[inline]
fn span(record: Record, ends: &[u32], place: usize) -> Option<Span> {
    let end = *ends.get(place)?;
    let start = match place.checked_sub(1) {
        None => record.start as u32,
        Some(before) => ends.get(before)? + 1,
    };
    Some(Span { start, end })
}

/// A place as a column of its record, from 1.
pub(super) fn column(record: Record, at: usize) -> u64 {
    (at - record.start) as u64 + 1
}
