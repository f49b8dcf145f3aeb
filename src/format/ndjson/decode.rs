//! Reads NDJSON: checks the structure of each line and locates the wanted members on the way.

use super::strict;
use super::wanted::Wanted;
use crate::format::Decoder;
use crate::format::lines::Lines;
use crate::format::located::{Located, not_utf8};
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};
use crate::scan::json::{Broken, Item, Kind, Member, Scan, blanks, members};
use crate::value::Number;
use crate::value::json::{inside, unescape};

/// The reason for a string whose escapes mean nothing.
pub(super) const BAD_ESCAPE: &str = "an escape in this string is not JSON's";
/// The reason for a bare word that is no value.
pub(super) const BAD_SCALAR: &str = "neither a JSON number nor true, false or null";

/// Locates the wanted fields in objects.
#[derive(Debug)]
pub(super) struct NdjsonDecoder {
    wanted: Wanted,
    validate: bool,
}

/// What is known of the record at hand; kept from record to record for its memory.
struct Reader<'a> {
    decoder: &'a NdjsonDecoder,
    /// By name: the last member of that name.
    found: Vec<Option<Item>>,
    /// By slot.
    cells: Vec<Cell>,
    scratch: Vec<u8>,
}

impl NdjsonDecoder {
    pub(super) fn new(fields: &Fields, validate: bool) -> Self {
        Self { wanted: Wanted::new(fields), validate }
    }
}

impl Decoder for NdjsonDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut located = Located::new(block, self.wanted.slots(), spare);
        let mut reader = Reader::new(self);
        for framed in Lines::of(block) {
            let text = block.bytes.get(..framed.span.end as usize).unwrap_or(&[]);
            let start = blanks(text, framed.span.start as usize);
            if start >= text.len() {
                continue;
            }
            findings.read += 1;
            match reader.read(text, start) {
                Ok(()) => located.push(framed.span, &reader.cells),
                Err(broken) => {
                    let column = (broken.at as u64).saturating_sub(u64::from(framed.span.start)) + 1;
                    let record = framed.span.of(&block.bytes);
                    findings.reject(framed.origin(block), Some(column), broken.reason, record);
                }
            }
        }
        located.finish(findings)
    }
}

impl Walk for NdjsonDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let text = bytes.get(..record.end as usize).unwrap_or(&[]);
        let mut buffer = Vec::new();
        // The decoder found the structure whole, so that the scan does not fail.
        let _ = members(text, blanks(text, record.start as usize), |Member { key, value }| {
            visit(FieldView {
                name: key_name(text, key, &mut buffer),
                spelled: Span::new(key.start, value.end),
                cell: unread_cell(text, value),
            });
        });
    }
}

impl<'a> Reader<'a> {
    fn new(decoder: &'a NdjsonDecoder) -> Self {
        let found = vec![None; decoder.wanted.names()];
        Self { decoder, found, cells: Vec::new(), scratch: Vec::new() }
    }

    /// Reads the record from `start` to the end of `text` into `cells`.
    #[inline]
    fn read(&mut self, text: &[u8], start: usize) -> Scan<()> {
        if text.get(start) != Some(&b'{') {
            return Err(no_object(text, start));
        }
        let end = self.find_members(text, start).map_err(|broken| several_lines(broken, text, start))?;
        let rest = blanks(text, end);
        if rest < text.len() {
            return Err(Broken { at: rest, reason: "more text behind the object" });
        }
        if self.decoder.validate {
            strict::check(text, start, &mut self.scratch)?;
        }
        self.cells.clear();
        for slot in 0..self.decoder.wanted.slots() {
            let cell = match self.decoder.wanted.item(slot, text, &self.found) {
                Some(item) => checked_cell(text, item, &mut self.scratch)?,
                None => Cell::MISSING,
            };
            self.cells.push(cell);
        }
        Ok(())
    }

    #[inline]
    fn find_members(&mut self, text: &[u8], start: usize) -> Scan<usize> {
        let Self { decoder, found, scratch, .. } = self;
        found.fill(None);
        let mut next = 0;
        members(text, start, |Member { key, value }| {
            if let Some(name) = decoder.wanted.find(key_name(text, key, scratch), &mut next)
                && let Some(item) = found.get_mut(name)
            {
                *item = Some(value);
            }
        })
    }
}

/// The name that a key spells; one whose escapes mean nothing is its own spelling.
#[inline]
fn key_name<'a>(text: &'a [u8], key: Item, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    let spelled = inside(text.get(key.start..key.end).unwrap_or(&[]));
    if key.kind == Kind::Plain {
        return spelled;
    }
    buffer.clear();
    if unescape(spelled, buffer) { buffer } else { spelled }
}

/// The cell of a wanted value, its inside checked.
#[inline]
fn checked_cell(text: &[u8], item: Item, scratch: &mut Vec<u8>) -> Scan<Cell> {
    let cell = unread_cell(text, item);
    let spelling = cell.spelling(text);
    match cell.form {
        Form::Untyped => return Err(Broken { at: item.start, reason: BAD_SCALAR }),
        Form::Text | Form::Escaped | Form::Array | Form::Object => {
            if let Some(at) = not_utf8(spelling) {
                return Err(Broken { at: cell.start as usize + at, reason: "not UTF-8" });
            }
        }
        _ => {}
    }
    if cell.form == Form::Escaped {
        scratch.clear();
        if !unescape(spelling, scratch) {
            return Err(Broken { at: item.start, reason: BAD_ESCAPE });
        }
    }
    Ok(cell)
}

/// The cell of a value by its first byte and, if a scalar, its spelling. Rubbish is untyped.
#[inline]
fn unread_cell(text: &[u8], item: Item) -> Cell {
    let Item { start, end, .. } = item;
    match item.kind {
        Kind::Plain => Cell::new(start + 1, end - 1, Form::Text),
        Kind::Escaped => Cell::new(start + 1, end - 1, Form::Escaped),
        Kind::Array => Cell::new(start, end, Form::Array),
        Kind::Object => Cell::new(start, end, Form::Object),
        Kind::Scalar => Cell::new(start, end, scalar_form(text.get(start..end).unwrap_or(&[]))),
    }
}

#[inline]
fn scalar_form(spelled: &[u8]) -> Form {
    match spelled {
        b"true" => Form::True,
        b"false" => Form::False,
        b"null" => Form::Null,
        _ if Number::is_json(spelled) => Form::Number,
        _ => Form::Untyped,
    }
}

#[cold]
fn no_object(text: &[u8], start: usize) -> Broken {
    let reason = match text.get(start) {
        Some(b'[') => "an array, not an object (jq -c '.[]' gives one object a line)",
        _ => "not an object (jq -c . writes each value on one line)",
    };
    Broken { at: start, reason }
}

/// A brace alone on its line is the start of an object written over several lines.
#[cold]
fn several_lines(broken: Broken, text: &[u8], start: usize) -> Broken {
    let reason = if blanks(text, start + 1) == text.len() {
        "an object over several lines (jq -c . writes it on one)"
    } else {
        broken.reason
    };
    Broken { reason, ..broken }
}
