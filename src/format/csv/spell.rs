//! Spells single fields of CSV and TSV.

use std::sync::Arc;

use crate::format::OutputOptions;
use crate::format::value_text::plain_text;
use crate::record::{Dialect, Env, Escape, FieldValue, Form};
use crate::value::Value;

/// Writes fields of one dialect.
#[derive(Debug)]
pub(super) struct Speller {
    dialect: Dialect,
    env: Arc<Env>,
    /// Spellings of null.
    nulls: Vec<Vec<u8>>,
    /// Bytes that a field cannot hold as it stands.
    special: [bool; 256],
    /// Undone escapes of the value at hand.
    plain: Vec<u8>,
    /// A byte that could not be spelled.
    stuck: Option<u8>,
}

impl Speller {
    pub(super) fn new(dialect: Dialect, options: &OutputOptions) -> Self {
        let mut special = [false; 256];
        let escape = match dialect.escape {
            Escape::None => None,
            Escape::Byte(byte) => Some(byte),
            Escape::Letters => Some(b'\\'),
        };
        let bytes = [dialect.delimiter, b'\n', b'\r'].into_iter();
        for byte in bytes.chain(dialect.quote).chain(escape) {
            special[usize::from(byte)] = true;
        }
        let (env, nulls) = (Arc::clone(&options.env), options.nulls.clone());
        Self { dialect, env, nulls, special, plain: Vec::new(), stuck: None }
    }

    /// Whether there are texts that the dialect cannot spell: without quotes and escapes.
    pub(super) fn may_stick(&self) -> bool {
        self.dialect.quote.is_none() && self.dialect.escape == Escape::None
    }

    /// The byte in a text that the dialect cannot spell.
    pub(super) fn unspelled(&self, text: &[u8]) -> Option<u8> {
        let mut bytes = text.iter().copied().filter(|_| self.may_stick());
        bytes.find(|&byte| self.special[usize::from(byte)])
    }

    /// What the value written last held that could not be spelled. It was not written.
    pub(super) fn take_stuck(&mut self) -> Option<u8> {
        self.stuck.take()
    }

    /// Appends a value. `own`: where the value is a cell of this batch, it stands in a record of the same
    /// dialect, and its spelling survives. Null is nothing, an empty text two quotes (a dialect without quotes cannot
    /// tell them apart).
    pub(super) fn write(&mut self, value: FieldValue<'_>, own: bool, out: &mut Vec<u8>) {
        if let FieldValue::Cell(cell, bytes) = value {
            let spelling = cell.spelling(bytes);
            match (cell.form, self.dialect.quote) {
                (Form::Missing, _) => return,
                (Form::Untyped | Form::Null | Form::NullText | Form::Backslashed, _) if own => {
                    return out.extend_from_slice(spelling);
                }
                (Form::Null | Form::NullText, _) => return,
                (Form::Quoted, Some(quote)) if own => return write_between(quote, spelling, out),
                (Form::Marked(marks), Some(quote)) if own && marks.is_quoted() => {
                    return write_between(quote, spelling, out);
                }
                (Form::Marked(marks), _) if own && !marks.is_quoted() => {
                    return out.extend_from_slice(spelling);
                }
                (Form::Doubled, Some(quote @ b'"')) if own || self.dialect.escape == Escape::None => {
                    return write_between(quote, spelling, out);
                }
                _ => {}
            }
        } else if let FieldValue::Value(Value::Null) = value {
            return;
        }
        let mut plain = std::mem::take(&mut self.plain);
        let text = plain_text(value, &self.env.zone, &mut plain);
        match self.dialect.quote.filter(|_| self.nulls.iter().any(|null| null == text) && is_text(value)) {
            Some(quote) => write_between(quote, text, out),
            None => self.write_text(text, out),
        }
        self.plain = plain;
    }

    /// Appends a null as a file of nearly this dialect spells it: in quotes or without. Nothing where the spelling would not be
    /// one field here.
    pub(super) fn write_null(&self, spelling: &[u8], out: &mut Vec<u8>) {
        let Dialect { delimiter, quote, .. } = self.dialect;
        let is_field = match (spelling, quote) {
            ([first, inside @ .., last], Some(quote)) if *first == quote => {
                *last == quote
                    && !inside.iter().any(|&byte| byte == quote || Some(byte) == self.escape_byte())
            }
            _ => {
                !spelling.iter().any(|&byte| byte == delimiter || matches!(byte, b'\n' | b'\r'))
                    && spelling.last().copied() != self.escape_byte()
            }
        };
        if is_field {
            out.extend_from_slice(spelling);
        }
    }

    fn escape_byte(&self) -> Option<u8> {
        self.dialect.escape_byte()
    }

    /// Appends text that is not null.
    pub(super) fn write_text(&mut self, text: &[u8], out: &mut Vec<u8>) {
        let special = text.iter().any(|&byte| self.special[usize::from(byte)]);
        match (self.dialect.quote, self.dialect.escape) {
            (Some(quote), _) if text.is_empty() => out.extend_from_slice(&[quote, quote]),
            _ if !special => out.extend_from_slice(text),
            (Some(quote), Escape::Byte(escape)) => {
                out.push(quote);
                write_marked(text, [quote, escape], escape, out);
                out.push(quote);
            }
            (Some(quote), _) => write_quoted(text, quote, out),
            (None, Escape::Letters) => write_backslashed(text, out),
            (None, Escape::Byte(escape)) => {
                text.iter().for_each(|&byte| match self.special[usize::from(byte)] {
                    true => out.extend_from_slice(&[escape, byte]),
                    false => out.push(byte),
                });
            }
            (None, Escape::None) => self.stuck = self.unspelled(text),
        }
    }
}

/// Whether this is text, typed or not.
fn is_text(value: FieldValue<'_>) -> bool {
    match value {
        FieldValue::Cell(cell, _) => {
            cell.form.is_untyped() || matches!(cell.form, Form::Text | Form::Escaped)
        }
        FieldValue::Value(value) => value.as_text().is_some(),
    }
}

fn write_between(quote: u8, spelling: &[u8], out: &mut Vec<u8>) {
    out.push(quote);
    out.extend_from_slice(spelling);
    out.push(quote);
}

/// The text between quotes, those in it doubled.
fn write_quoted(text: &[u8], quote: u8, out: &mut Vec<u8>) {
    out.push(quote);
    write_marked(text, [quote, quote], quote, out);
    out.push(quote);
}

/// The text with a mark before each of these bytes.
fn write_marked(text: &[u8], [first, second]: [u8; 2], mark: u8, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(first, second, rest) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(&[mark, rest[at]]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn write_backslashed(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ => out.push(byte),
        }
    }
}
