//! A value that a state holds on to, and values as elements of a JSON array.

use crate::time::{Duration, Timestamp, Zone, write_rfc3339};
use crate::value::number::JsonLook;
use crate::value::{Number, Stamp, Value, json};

/// An owned value with its spelling.
#[derive(Clone, Default, Debug)]
pub(super) enum Kept {
    /// Null.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A point in time.
    Time(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// What is spelled out, and as which type.
    Spelled(Spelled, Vec<u8>),
}

/// The types whose values are bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spelled {
    /// A number of JSON.
    Number,
    /// Text.
    Text,
    /// Untyped text.
    Untyped,
    /// The bytes of a stamp.
    Stamp,
    /// JSON text of an array.
    Array,
    /// JSON text of an object.
    Object,
}

impl Kept {
    /// Replaces the value; bytes go into the buffer of the old one.
    pub(super) fn set(&mut self, value: Value<'_>) {
        let (kind, bytes) = match value {
            Value::Null => return *self = Self::Null,
            Value::Bool(truth) => return *self = Self::Bool(truth),
            Value::Number(number) => return *self = Self::Number(number),
            Value::Time(time) => return *self = Self::Time(time),
            Value::Duration(duration) => return *self = Self::Duration(duration),
            Value::Spelled(text) => (Spelled::Number, text),
            Value::Text(text) => (Spelled::Text, text),
            Value::Untyped(text) => (Spelled::Untyped, text),
            Value::Stamp(stamp) => (Spelled::Stamp, stamp.bytes()),
            Value::Array(text) => (Spelled::Array, text),
            Value::Object(text) => (Spelled::Object, text),
        };
        match self {
            Self::Spelled(old, buffer) => {
                *old = kind;
                buffer.clear();
                buffer.extend_from_slice(bytes);
            }
            _ => *self = Self::Spelled(kind, bytes.to_vec()),
        }
    }

    /// The text that this is, typed or not.
    #[inline]
    pub(super) fn as_text(&self) -> Option<&[u8]> {
        match self {
            Self::Spelled(Spelled::Text | Spelled::Untyped, text) => Some(text),
            _ => None,
        }
    }

    /// The value.
    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(*number),
            Self::Time(time) => Value::Time(*time),
            Self::Duration(duration) => Value::Duration(*duration),
            Self::Spelled(Spelled::Number, text) => Value::Spelled(text),
            Self::Spelled(Spelled::Text, text) => Value::Text(text),
            Self::Spelled(Spelled::Untyped, text) => Value::Untyped(text),
            Self::Spelled(Spelled::Stamp, bytes) => Stamp::read(bytes).map_or(Value::Null, Value::Stamp),
            Self::Spelled(Spelled::Array, text) => Value::Array(text),
            Self::Spelled(Spelled::Object, text) => Value::Object(text),
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Spelled(_, buffer) => buffer.capacity(),
            _ => 0,
        }
    }
}

/// Appends a value as JSON text. Untyped text that is spelled as a JSON number is one; times are strings in
/// `zone`, durations strings as literals are spelled.
pub(super) fn write_element(value: Value<'_>, zone: &Zone, out: &mut Vec<u8>) {
    match value {
        Value::Stamp(stamp) => write_element(stamp.plain(), zone, out),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => number.write(out),
        Value::Spelled(text) => out.extend_from_slice(text),
        Value::Time(time) => quoted(out, |out| write_rfc3339(time, zone, out)),
        Value::Duration(duration) => quoted(out, |out| duration.write(out)),
        Value::Untyped(text) if Number::json_look(text) == Some(JsonLook::Number) => {
            out.extend_from_slice(text)
        }
        Value::Text(text) | Value::Untyped(text) => json::write_string(text, out),
        Value::Array(text) | Value::Object(text) => out.extend_from_slice(text),
    }
}

/// Puts quotes around what needs no escapes.
fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}
