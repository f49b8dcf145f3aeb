//! Locates fields in the records of CSV and TSV blocks.

use std::sync::Arc;

use super::QUOTE;
use super::header::invented;
use super::split::{Record, Splitter, Stray};
use super::sweep::Sweep;
use crate::format::bind::bind;
use crate::format::{Decoder, InputOptions};
use crate::hash::Set;
use crate::record::{
    Batch, Block, Cell, Dialect, Escape, FieldView, Fields, Findings, Form, Marks, Span, Walk,
};

/// The decoder of one input.
#[derive(Debug)]
pub(in crate::format) struct DelimitedDecoder {
    pub(super) dialect: Dialect,
    pub(super) names: Vec<String>,
    /// They are those of `--header`.
    pub(super) names_given: bool,
    /// Records may have too few or too many fields.
    pub(super) ragged: bool,
    /// Spellings of null without quotes.
    pub(super) nulls: Vec<Vec<u8>>,
    /// Those with quotes.
    quoted_nulls: Vec<Vec<u8>>,
    /// Names that might be invented for fields beyond the named ones, were they not the header's own.
    taken: Set<String>,
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
        let taken = names.iter().filter(|name| number_of(name).is_some()).cloned().collect();
        if options.ragged {
            bind_extra(names.len(), &taken, wanted, &mut bound);
        }
        let is_quoted = |null: &Vec<u8>| dialect.quote.is_some_and(|quote| null.first() == Some(&quote));
        let (quoted_nulls, nulls) = options.nulls.iter().cloned().partition(is_quoted);
        let names_given = options.header.is_some();
        Self { dialect, names, names_given, ragged: options.ragged, nulls, quoted_nulls, taken, bound }
    }

    /// Why a record cannot be read, and the column of the cause.
    pub(super) fn fault(&self, record: Record, ends: &[u32]) -> Option<(String, Option<u64>)> {
        if record.stray.is_none() && (self.ragged || ends.len() == self.names.len()) {
            return None;
        }
        Some(match record.stray {
            Some(Stray::Behind(at)) => ("text after a closing quote".to_owned(), Some(column(record, at))),
            Some(Stray::Unclosed) => ("a quote that does not close".to_owned(), None),
            Some(Stray::Escape) => ("an escape at the end of the input".to_owned(), None),
            None => (format!("expected {}, found {}", fields(self.names.len()), ends.len()), None),
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
        let form = match spelled.first() {
            None => Form::Null,
            Some(first) if self.dialect.quote == Some(*first) => {
                if !self.quoted_nulls.is_empty() && self.quoted_nulls.iter().any(|null| null == spelled) {
                    return Cell::new(start as usize, end as usize, Form::NullText);
                }
                let (start, end) = (start as usize + 1, (end as usize).saturating_sub(1));
                let inside = bytes.get(start..end).unwrap_or(&[]);
                let form = if doubled { self.quoted_form(inside, *first) } else { Form::Quoted };
                return Cell::new(start, end, form);
            }
            Some(_) if self.nulls.iter().any(|null| null == spelled) => Form::NullText,
            Some(_) => match self.dialect.escape {
                Escape::None => Form::Untyped,
                Escape::Letters if memchr::memchr(b'\\', spelled).is_some() => Form::Backslashed,
                Escape::Byte(escape) if memchr::memchr(escape, spelled).is_some() => {
                    Form::Marked(Marks::new(None, Some(escape)))
                }
                Escape::Letters | Escape::Byte(_) => Form::Untyped,
            },
        };
        Cell::new(start as usize, end as usize, form)
    }

    /// How the inside of a field between quotes is spelled.
    fn quoted_form(&self, inside: &[u8], quote: u8) -> Form {
        let holds = |mark: u8| memchr::memchr(mark, inside).is_some();
        let escape = self.dialect.escape_byte().filter(|escape| holds(*escape));
        match escape {
            None if !holds(quote) => Form::Quoted,
            None if quote == QUOTE => Form::Doubled,
            escape => Form::Marked(Marks::new(Some(quote), escape)),
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
        // The record ends before the CR of its line end: one that is left is its own.
        ends.last_mut().into_iter().for_each(|last| *last = inner.len() as u32);
        let mut from = start;
        for (place, end) in ends.into_iter().enumerate() {
            let spelled = Span { start: from, end: start + end };
            let cell = self.cell(bytes, spelled, true);
            match self.names.get(place) {
                Some(name) => visit(FieldView { name: name.as_bytes(), spelled, cell }),
                None => {
                    visit(FieldView { name: invented(place + 1, &self.taken).as_bytes(), spelled, cell });
                }
            }
            from = spelled.end + 1;
        }
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(self.dialect)
    }

    fn is_uniform(&self) -> bool {
        !self.ragged
    }
}

/// `1 field`, `3 fields`.
fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

/// Binds names like `c5` to the fields behind the named ones.
fn bind_extra(named: usize, taken: &Set<String>, wanted: &Fields, bound: &mut [Option<usize>]) {
    for (place, path) in bound.iter_mut().zip(wanted.paths()).filter(|(place, _)| place.is_none()) {
        let number = number_of(path.joined()).filter(|_| path.is_single());
        *place = number
            .filter(|number| *number > named && path.joined() == invented(*number, taken))
            .map(|number| number - 1);
    }
}

/// The number in a name such as `c5` or `c5_2`.
fn number_of(name: &str) -> Option<usize> {
    let number = name.strip_prefix('c')?;
    number.split_once('_').map_or(number, |(number, _)| number).parse().ok()
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
