//! Keys: values as bytes whose order is the order of values, for grouping, sorting and spilling.
//!
//! `bool < number < time < duration < text < array < object`, null last in both directions. An encoding is
//! never a prefix of another, so that the fields of a key are simply written one behind the other.

use super::json::{of_item, visit_members};
use super::{Number, Value};
use crate::scan::json::elements;

const BOOL: u8 = 0x10;
const NUMBER: u8 = 0x20;
const TIME: u8 = 0x30;
const DURATION: u8 = 0x40;
const TEXT: u8 = 0x50;
const ARRAY: u8 = 0x60;
const OBJECT: u8 = 0x70;
const NULL: u8 = 0xff;
/// Ends an array or object; below every tag, so that the shorter one comes first.
const END: u8 = 0x01;

/// Which way a key sorts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first; null still comes last.
    Descending,
}

/// Appends the key by which values are ordered: two values with equal bytes are ties.
///
/// An untyped value that is spelled as a number is ordered as that number.
pub fn write_order(value: Value<'_>, direction: Direction, out: &mut Vec<u8>) {
    let start = out.len();
    write(value, out);
    if direction == Direction::Descending && !value.is_null() {
        for byte in out.iter_mut().skip(start) {
            *byte = !*byte;
        }
    }
}

/// Appends the key by which values are grouped: two values with equal bytes are the same key.
///
/// Untyped values are told apart by spelling (`1.10` is not `1.1`), typed numbers by value. An untyped
/// value spelled just as a typed number would be printed is the same key as that number, so that files of
/// several formats group together. Ordering these bytes is ordering the values, spellings breaking ties.
pub fn write_identity(value: Value<'_>, out: &mut Vec<u8>) {
    write(value, out);
    match value {
        Value::Untyped(text) if as_number(text).is_some() => {
            if !Number::is_canonical(text) {
                write_text(text, out);
            }
            out.push(0);
        }
        // Stands where a spelling may stand, so that no key is a prefix of another.
        Value::Number(_) => out.push(0),
        _ => {}
    }
}

fn write(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(truth) => out.extend_from_slice(&[BOOL, u8::from(truth)]),
        Value::Number(number) => write_number(number, out),
        Value::Time(time) => {
            out.push(TIME);
            out.extend_from_slice(&time.order_bytes());
        }
        Value::Duration(duration) => {
            out.push(DURATION);
            out.extend_from_slice(&duration.order_bytes());
        }
        Value::Text(text) => write_text(text, out),
        Value::Untyped(text) => match as_number(text) {
            Some(number) => write_number(number, out),
            None => write_text(text, out),
        },
        Value::Array(text) => write_array(text, out),
        Value::Object(text) => write_object(text, out),
    }
}

fn write_number(number: Number, out: &mut Vec<u8>) {
    out.push(NUMBER);
    number.order_bytes(out);
}

fn as_number(text: &[u8]) -> Option<Number> {
    // Most keys are words: their first byte settles it.
    match text.first()? {
        b'0'..=b'9' | b'-' | b'+' | b'.' => Number::parse(text)?.ok(),
        _ => None,
    }
}

/// Text ends with two NULs; a NUL inside is written as NUL, 0xff, which sorts behind the end.
fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(TEXT);
    let mut rest = text;
    while let Some(at) = memchr::memchr(0, rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(0xff);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(&[0, 0]);
}

fn write_array(text: &[u8], out: &mut Vec<u8>) {
    out.push(ARRAY);
    let mut buffer = Vec::new();
    // The structure was checked when the record was read; an unreadable scalar inside counts as null.
    let _ = elements(text, 0, |item| write(of_item(text, item, &mut buffer).unwrap_or(Value::Null), out));
    out.push(END);
}

/// Objects compare as their members sorted by key; of duplicate keys the last counts.
fn write_object(text: &[u8], out: &mut Vec<u8>) {
    out.push(OBJECT);
    let mut sorted = std::collections::BTreeMap::new();
    let _ = visit_members(text, |key, item| {
        sorted.insert(key.to_vec(), item);
    });
    let mut buffer = Vec::new();
    for (key, item) in sorted {
        write_text(&key, out);
        write(of_item(text, item, &mut buffer).unwrap_or(Value::Null), out);
    }
    out.push(END);
}
