//! Values as text, as `text(x)` gives it.

use super::Value;
use crate::time::{Zone, write_rfc3339};

/// Appends a value as text: numbers as computed ones are printed, times in `zone`, nested values as their
/// JSON text; nothing for null.
pub fn write_text(value: Value<'_>, zone: &Zone, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => out.extend_from_slice(if truth { b"true" } else { b"false" }),
        Value::Number(number) => number.write(out),
        Value::Time(time) => write_rfc3339(time, zone, out),
        Value::Duration(duration) => duration.write(out),
        Value::Stamp(stamp) => write_text(stamp.plain(), zone, out),
        Value::Text(text) | Value::Untyped(text) | Value::Array(text) | Value::Object(text) => {
            out.extend_from_slice(text);
        }
    }
}
