//! Spells single fields of CSV and TSV.

use std::sync::Arc;

use super::split::Dialect;
use crate::format::OutputOptions;
use crate::format::value_text::plain_text;
use crate::record::{Env, FieldValue, Form};
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
}

impl Speller {
    pub(super) fn new(dialect: Dialect, options: &OutputOptions) -> Self {
        let mut special = [false; 256];
        let escape = if dialect.quotes { b'"' } else { b'\\' };
        for byte in [dialect.delimiter, b'\n', b'\r', escape] {
            special[usize::from(byte)] = true;
        }
        let (env, nulls) = (Arc::clone(&options.env), options.nulls.clone());
        Self { dialect, env, nulls, special, plain: Vec::new() }
    }

    /// Appends a value. `own`: where the value is a cell of this batch, it stands in a record of the same
    /// dialect, and its spelling survives. Null is nothing, an empty text `""` (TSV cannot tell them apart).
    pub(super) fn write(&mut self, value: FieldValue<'_>, own: bool, out: &mut Vec<u8>) {
        if let FieldValue::Cell(cell, bytes) = value {
            let spelling = cell.spelling(bytes);
            match cell.form {
                Form::Missing => return,
                Form::Untyped | Form::Null | Form::NullText | Form::Backslashed if own => {
                    return out.extend_from_slice(spelling);
                }
                Form::Null | Form::NullText => return,
                Form::Quoted if own => return write_between_quotes(spelling, out),
                Form::Doubled if self.dialect.quotes => return write_between_quotes(spelling, out),
                _ => {}
            }
        } else if let FieldValue::Value(Value::Null) = value {
            return;
        }
        let mut plain = std::mem::take(&mut self.plain);
        let text = plain_text(value, &self.env.zone, &mut plain);
        match self.dialect.quotes && self.nulls.iter().any(|null| null == text) && is_text(value) {
            true => write_between_quotes(text, out),
            false => self.write_text(text, out),
        }
        self.plain = plain;
    }

    /// Appends a null as it is spelled elsewhere. In quotes or with escapes it would be another one.
    pub(super) fn write_null(&self, spelling: &[u8], out: &mut Vec<u8>) {
        if !spelling.iter().any(|&byte| self.special[usize::from(byte)]) {
            out.extend_from_slice(spelling);
        }
    }

    /// Appends text that is not null.
    pub(super) fn write_text(&self, text: &[u8], out: &mut Vec<u8>) {
        let special = text.iter().any(|&byte| self.special[usize::from(byte)]);
        match (special, self.dialect.quotes) {
            (false, true) if text.is_empty() => out.extend_from_slice(b"\"\""),
            (false, _) => out.extend_from_slice(text),
            (true, true) => write_quoted(text, out),
            (true, false) => write_backslashed(text, out),
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

fn write_between_quotes(spelling: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(spelling);
    out.push(b'"');
}

fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
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
