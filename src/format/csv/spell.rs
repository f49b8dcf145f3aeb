//! Spells single fields of CSV and TSV.

use std::sync::Arc;

use crate::format::value_text::plain_text;
use crate::record::{Dialect, Env, Escape, FieldValue, Form};
use crate::value::Value;

/// Writes fields of one dialect.
#[derive(Debug)]
pub(super) struct Speller {
    dialect: Dialect,
    env: Arc<Env>,
    /// Bytes that a field cannot hold as it stands.
    special: [bool; 256],
    /// Undone escapes of the value at hand.
    plain: Vec<u8>,
    /// A byte that could not be spelled.
    stuck: Option<u8>,
}

impl Speller {
    pub(super) fn new(dialect: Dialect, env: &Arc<Env>) -> Self {
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
        Self { dialect, env: Arc::clone(env), special, plain: Vec::new(), stuck: None }
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
                (Form::Untyped | Form::Null | Form::Backslashed, _) if own => {
                    return out.extend_from_slice(spelling);
                }
                (Form::Null, _) => return,
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
        self.write_text(plain_text(value, &self.env.zone, &mut plain), out);
        self.plain = plain;
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
