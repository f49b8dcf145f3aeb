//! How a field's value is written: as JSON text, or as the plain text of formats without types.
//!
//! Spellings survive: what was read as `1.0` or `"\u00e9"` is written so.

use crate::record::{FieldValue, Form, Type, write_plain};
use crate::time::{Zone, write_rfc3339};
use crate::value::number::JsonLook;
use crate::value::{Exact, Number, Stamp, Value, json};

/// How a value left as JSON, as far as its spelling did not say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// Typed, or as text that is spelled as no number.
    Plain,
    /// Untyped text, as a number.
    Number,
    /// Untyped text that may be a number, as text: `598e033`.
    Id,
}

/// Appends a value as JSON text on one line. Times and durations are strings, null and absent fields
/// `null`. Untyped text that is spelled as a JSON number is written as one, unless `pin` says text or it is
/// digits, `e` and digits; else it is a string.
pub fn write_json(value: FieldValue<'_>, pin: Option<Type>, zone: &Zone, out: &mut Vec<u8>) -> Left {
    let (cell, bytes) = match value {
        FieldValue::Cell(cell, bytes) => (cell, bytes),
        FieldValue::Value(Value::Untyped(text)) => return write_untyped(text, pin, out),
        FieldValue::Value(value) => {
            write_json_value(value, pin, zone, out);
            return Left::Plain;
        }
    };
    let spelling = cell.spelling(bytes);
    match cell.form {
        Form::Missing | Form::Null | Form::NullText => out.extend_from_slice(b"null"),
        Form::True => out.extend_from_slice(b"true"),
        Form::False => out.extend_from_slice(b"false"),
        Form::Number => out.extend_from_slice(spelling),
        Form::Text | Form::Escaped => write_quoted(spelling, out),
        Form::Array | Form::Object => write_nested(spelling, out),
        Form::Untyped | Form::Quoted => return write_untyped(spelling, pin, out),
        Form::Doubled
        | Form::Backslashed
        | Form::Bracketed
        | Form::Logged
        | Form::Coded(_)
        | Form::Marked(_)
        | Form::Name(_) => {
            let mut plain = Vec::with_capacity(spelling.len());
            write_plain(cell.form, spelling, &mut plain);
            return write_untyped(&plain, pin, out);
        }
    }
    Left::Plain
}

/// The plain text of a value: nothing for null, nested values as JSON text. It is the spelling itself, or
/// written to `buffer`, which is cleared first.
pub fn plain_text<'a>(value: FieldValue<'a>, zone: &Zone, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    let (cell, bytes) = match value {
        FieldValue::Cell(cell, bytes) => (cell, bytes),
        FieldValue::Value(value) => return plain_value(value, zone, buffer),
    };
    let spelling = cell.spelling(bytes);
    match cell.form {
        Form::Missing | Form::Null | Form::NullText => b"",
        Form::True => b"true",
        Form::False => b"false",
        Form::Number | Form::Text | Form::Array | Form::Object | Form::Untyped | Form::Quoted => spelling,
        Form::Escaped => {
            buffer.clear();
            // A value that nobody read may hold escapes that mean nothing: they stay as they are.
            if json::unescape(spelling, buffer) { buffer } else { spelling }
        }
        Form::Doubled
        | Form::Backslashed
        | Form::Bracketed
        | Form::Logged
        | Form::Coded(_)
        | Form::Marked(_)
        | Form::Name(_) => {
            buffer.clear();
            write_plain(cell.form, spelling, buffer);
            buffer
        }
    }
}

/// Appends the plain text of a value, see [`plain_text`].
pub fn write_plain_text(value: FieldValue<'_>, zone: &Zone, out: &mut Vec<u8>) {
    let mut buffer = Vec::new();
    out.extend_from_slice(plain_text(value, zone, &mut buffer));
}

fn plain_value<'a>(value: Value<'a>, zone: &Zone, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    buffer.clear();
    match value {
        Value::Null => return b"",
        Value::Bool(true) => return b"true",
        Value::Bool(false) => return b"false",
        Value::Spelled(text) => return text,
        Value::Text(text) | Value::Untyped(text) | Value::Array(text) | Value::Object(text) => return text,
        Value::Stamp(stamp) => return stamp.spelling(),
        Value::Number(number) => number.write(buffer),
        Value::Time(time) => write_rfc3339(time, zone, buffer),
        Value::Duration(duration) => duration.write(buffer),
    }
    buffer
}

/// Appends a stamp as it is spelled.
#[cold]
fn write_stamp(stamp: Stamp<'_>, pin: Option<Type>, out: &mut Vec<u8>) {
    match stamp.plain() {
        Value::Spelled(number) => out.extend_from_slice(number),
        Value::Untyped(text) => {
            write_untyped(text, pin, out);
        }
        _ => json::write_string(stamp.spelling(), out),
    }
}

fn write_json_value(value: Value<'_>, pin: Option<Type>, zone: &Zone, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => number.write(out),
        Value::Spelled(text) => out.extend_from_slice(text),
        Value::Text(text) => json::write_string(text, out),
        Value::Untyped(text) => {
            write_untyped(text, pin, out);
        }
        Value::Stamp(stamp) => write_stamp(stamp, pin, out),
        Value::Array(text) | Value::Object(text) => write_nested(text, out),
        Value::Time(time) => {
            out.push(b'"');
            write_rfc3339(time, zone, out);
            out.push(b'"');
        }
        Value::Duration(duration) => {
            out.push(b'"');
            duration.write(out);
            out.push(b'"');
        }
    }
}

fn write_untyped(text: &[u8], pin: Option<Type>, out: &mut Vec<u8>) -> Left {
    let look = if pin == Some(Type::Text) { None } else { Number::json_look(text) };
    match (pin, look) {
        (None | Some(Type::Number), Some(JsonLook::Number)) => {
            out.extend_from_slice(text);
            return Left::Number;
        }
        (Some(Type::Number), _) => match Exact::parse(text) {
            Some(_) if look.is_some() => out.extend_from_slice(text),
            // `007` that the user calls a number.
            Some(Ok(Exact::Short(number))) => number.write(out),
            Some(Ok(Exact::Long(_))) => Number::write_as_json(text, out),
            _ => json::write_string(text, out),
        },
        (None, Some(JsonLook::Id)) => {
            json::write_string(text, out);
            return Left::Id;
        }
        (Some(Type::Bool), _) => match Value::Untyped(text).as_bool() {
            Some(truth) => out.extend_from_slice(if truth { b"true" } else { b"false" }),
            None if look == Some(JsonLook::Number) => out.extend_from_slice(text),
            None => json::write_string(text, out),
        },
        (_, Some(JsonLook::Number)) => out.extend_from_slice(text),
        _ => json::write_string(text, out),
    }
    Left::Plain
}

fn write_quoted(spelling: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(spelling);
    out.push(b'"');
}

/// JSON text may come over several lines out of a quoted CSV field; a record must stay on one.
fn write_nested(text: &[u8], out: &mut Vec<u8>) {
    let from = out.len();
    out.extend_from_slice(text);
    if memchr::memchr(b'\n', text).is_some() {
        for byte in out.iter_mut().skip(from).filter(|byte| **byte == b'\n') {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Cell, Name};

    fn severity() -> Name {
        Name::of_priority(34).unwrap()[0]
    }

    fn json(form: Form, spelling: &str, pin: Option<Type>) -> String {
        let mut out = Vec::new();
        let cell = Cell::new(0, spelling.len(), form);
        write_json(FieldValue::Cell(cell, spelling.as_bytes()), pin, &Zone::utc(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_as_json() {
        for (form, spelling, pin, expected) in [
            (Form::Missing, "", None, "null"),
            (Form::Null, "NA", None, "null"),
            (Form::True, "flag", None, "true"),
            (Form::Number, "1.0", Some(Type::Text), "1.0"),
            (Form::Text, "é", None, "\"é\""),
            (Form::Escaped, r"\u00e9\n", None, r#""\u00e9\n""#),
            (Form::Array, "[1, 2]", None, "[1, 2]"),
            (Form::Object, "{\"a\":\n1}", None, "{\"a\": 1}"),
            (Form::Untyped, "12345678901234567890", None, "12345678901234567890"),
            (Form::Untyped, "007", None, "\"007\""),
            (Form::Untyped, "007", Some(Type::Number), "7"),
            (Form::Untyped, "x", Some(Type::Number), "\"x\""),
            (Form::Quoted, "12", None, "12"),
            (Form::Untyped, "12", Some(Type::Text), "\"12\""),
            (Form::Untyped, "true", None, "\"true\""),
            (Form::Untyped, "true", Some(Type::Bool), "true"),
            (Form::Untyped, "FALSE", Some(Type::Bool), "false"),
            (Form::Untyped, "TRUE", None, "\"TRUE\""),
            (Form::Untyped, "598e033", None, "\"598e033\""),
            (Form::Quoted, "598E033", None, "\"598E033\""),
            (Form::Untyped, "598e033", Some(Type::Number), "598e033"),
            (Form::Untyped, "1e+5", None, "1e+5"),
            (Form::Untyped, "-1e5", None, "-1e5"),
            (Form::Untyped, "1.5e5", None, "1.5e5"),
            (Form::Doubled, "a \"\"b\"\"", None, r#""a \"b\"""#),
            (Form::Backslashed, r"a\tb", None, r#""a\tb""#),
            (Form::Bracketed, r#"a\t\]\"\\"#, None, r#""a\\t]\"\\""#),
            (Form::Name(severity()), "34", None, r#""crit""#),
            (Form::Name(severity()), "34", Some(Type::Text), r#""crit""#),
            (Form::Quoted, "", None, "\"\""),
        ] {
            assert_eq!(json(form, spelling, pin), expected, "{form:?} {spelling}");
        }
    }

    #[test]
    fn values_as_json_and_as_plain_text() {
        for (value, json, plain) in [
            (Value::Null, "null", ""),
            (Value::Bool(false), "false", "false"),
            (Value::Number(Number::from_u64(12)), "12", "12"),
            (Value::Text(b"a\"b"), r#""a\"b""#, "a\"b"),
            (Value::Untyped(b"1e3"), "\"1e3\"", "1e3"),
            (Value::Untyped(b"1.0e3"), "1.0e3", "1.0e3"),
            (Value::Spelled(b"1e3"), "1e3", "1e3"),
            (Value::Array(b"[1]"), "[1]", "[1]"),
        ] {
            let mut out = Vec::new();
            write_json(FieldValue::Value(value), None, &Zone::utc(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), json);
            let mut out = Vec::new();
            write_plain_text(FieldValue::Value(value), &Zone::utc(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), plain);
        }
    }

    #[test]
    fn cells_as_plain_text() {
        for (form, spelling, expected) in [
            (Form::Missing, "", ""),
            (Form::Null, "null", ""),
            (Form::True, "flag", "true"),
            (Form::Escaped, r"caf\u00e9", "café"),
            (Form::Escaped, r"\ud800x", r"\ud800x"),
            (Form::Doubled, "a\"\"b", "a\"b"),
            (Form::Backslashed, r"a\\b", r"a\b"),
            (Form::Bracketed, r"a\nb\]\", r"a\nb]\"),
            (Form::Name(severity()), "34", "crit"),
            (Form::Quoted, "a b", "a b"),
        ] {
            let mut buffer = b"old".to_vec();
            let cell = Cell::new(0, spelling.len(), form);
            let got = plain_text(FieldValue::Cell(cell, spelling.as_bytes()), &Zone::utc(), &mut buffer);
            assert_eq!(std::str::from_utf8(got).unwrap(), expected, "{form:?} {spelling}");
        }
    }
}
