//! Values as text, as `text(x)` gives it.

use super::{Exact, Value};
use crate::time::{Zone, write_rfc3339};

/// Appends a value as text: numbers as computed ones are printed, times in `zone`, nested values as their
/// JSON text; nothing for null.
pub fn write_text(value: Value<'_>, zone: &Zone, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => out.extend_from_slice(if truth { b"true" } else { b"false" }),
        Value::Number(number) => number.write(out),
        Value::Spelled(spelling) => write_number(spelling, out),
        Value::Time(time) => write_rfc3339(time, zone, out),
        Value::Duration(duration) => duration.write(out),
        Value::Stamp(stamp) => write_text(stamp.plain(), zone, out),
        Value::Text(text) | Value::Untyped(text) | Value::Array(text) | Value::Object(text) => {
            out.extend_from_slice(text);
        }
    }
}

/// Appends a number that is spelled out: as computed ones are printed, but with all its digits where these are more than 38.
fn write_number(spelling: &[u8], out: &mut Vec<u8>) {
    match Value::Spelled(spelling).as_exact() {
        Some(Exact::Short(number)) => number.write(out),
        Some(Exact::Long(digits)) => digits.write(out),
        None => out.extend_from_slice(spelling),
    }
}
