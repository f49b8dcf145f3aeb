//! From the spelling of a cell to a typed value.

use std::borrow::Cow;

use super::escapes::write_unescaped;
use super::{Cell, Env, Fault, Form, Reading, Slot, TimeField, Type};
use crate::time::{Duration, NotATime, Timestamp};
use crate::value::key::may_be_number;
use crate::value::stamp::Spelling;
use crate::value::{Number, Value, json};

/// A number, or one inside an array or object, that has no value here.
pub(super) const BEYOND: Fault = Fault("a number beyond 1e±6144");

/// Appends the text that an untyped spelling with escapes, or a name's number, stands for.
pub fn write_plain(form: Form, spelling: &[u8], out: &mut Vec<u8>) {
    if let Form::Name(name) = form {
        return out.extend_from_slice(name.text().as_bytes());
    }
    if form == Form::Logged {
        return write_unescaped(spelling, out);
    }
    let mut rest = spelling;
    let special = if form == Form::Doubled { b'"' } else { b'\\' };
    while let Some(at) = memchr::memchr(special, rest) {
        out.extend_from_slice(&rest[..at]);
        let next = rest.get(at + 1).copied();
        match (form, next) {
            (Form::Doubled, _) => out.push(b'"'),
            (Form::Bracketed, Some(byte @ (b'\\' | b'"' | b']'))) => out.push(byte),
            (Form::Bracketed, other) => {
                out.push(b'\\');
                out.extend(other);
            }
            (_, Some(b't')) => out.push(b'\t'),
            (_, Some(b'n')) => out.push(b'\n'),
            (_, Some(b'r')) => out.push(b'\r'),
            (_, Some(b'\\')) => out.push(b'\\'),
            (_, other) => {
                out.push(b'\\');
                out.extend(other);
            }
        }
        rest = rest.get(at + 2..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
}

/// Writes what a cell of a field with some reading stands for. `near`: the record's event time, for stamps without
/// a year.
pub(super) fn write_read<'a>(
    cell: Cell,
    bytes: &'a [u8],
    own: bool,
    reading: Reading,
    near: Option<Timestamp>,
    env: &Env,
    slot: Slot<'_>,
) -> Result<(), (Fault, &'a [u8])> {
    let Reading::Times(field) = reading else {
        return write_typed(cell, bytes, own, reading.pin(), near, env, slot);
    };
    let spelling = cell.spelling(bytes);
    let kind = match cell.form {
        Form::Text | Form::Escaped => Spelling::Text,
        Form::Number if field != TimeField::Named => Spelling::Number,
        form if form.is_untyped() => Spelling::Untyped,
        _ => return write_typed(cell, bytes, own, None, near, env, slot),
    };
    let mut text = Cow::Borrowed(spelling);
    match cell.form {
        Form::Escaped => {
            json::unescape(spelling, text.to_mut());
        }
        Form::Text | Form::Untyped | Form::Quoted | Form::Number => {}
        _ => {
            let mut plain = Vec::with_capacity(spelling.len());
            write_plain(cell.form, spelling, &mut plain);
            text = Cow::Owned(plain);
        }
    }
    match stamp_of(&text, kind, field, near, env) {
        Some(time) => slot.stamp(time, kind, &text),
        None => return write_typed(cell, bytes, own, None, near, env, slot),
    }
    Ok(())
}

/// Writes a value that the chain made for a field with some reading.
pub(super) fn write_made<'a>(
    value: Value<'a>,
    reading: Reading,
    near: Option<Timestamp>,
    env: &Env,
    slot: Slot<'_>,
) -> Result<(), (Fault, &'a [u8])> {
    let (kind, text) = match value {
        Value::Text(text) => (Spelling::Text, text),
        Value::Untyped(text) => (Spelling::Untyped, text),
        _ => {
            slot.value(value);
            return Ok(());
        }
    };
    match reading {
        Reading::Pinned(pin) if kind == Spelling::Untyped => {
            return write_pinned(text, Some(pin), near, env, slot).map_err(|fault| (fault, text));
        }
        Reading::Times(field) => match stamp_of(text, kind, field, near, env) {
            Some(time) => slot.stamp(time, kind, text),
            None => slot.value(value),
        },
        Reading::Plain | Reading::Pinned(_) => slot.value(value),
    }
    Ok(())
}

/// The time that a spelling stands for in a field of times: `Some(None)` if only its year is not known, `None` if
/// it is something else. What is spelled as a number is one, except in the field of `--time`.
fn stamp_of(
    text: &[u8],
    kind: Spelling,
    field: TimeField,
    near: Option<Timestamp>,
    env: &Env,
) -> Option<Option<Timestamp>> {
    if kind == Spelling::Number {
        return env.times.read_epoch(text).ok().map(Some);
    }
    let read = match field {
        TimeField::Named if may_be_number(text) && Number::parse(text).is_some() => return None,
        TimeField::Named => env.times.read_any(text, near),
        TimeField::Chosen => env.times.read_near(text, near),
        TimeField::Formatted => env.times.read_near(text, near).or_else(|_| env.times.read_any(text, near)),
    };
    match read {
        Ok(time) => Some(Some(time)),
        Err(NotATime::NoYear) => Some(None),
        Err(_) => None,
    }
}

/// Writes what a cell stands for, under the pinned type if there is one.
fn write_typed<'a>(
    cell: Cell,
    bytes: &'a [u8],
    own: bool,
    pin: Option<Type>,
    near: Option<Timestamp>,
    env: &Env,
    slot: Slot<'_>,
) -> Result<(), (Fault, &'a [u8])> {
    let spelling = cell.spelling(bytes);
    match cell.form {
        Form::Missing | Form::Null => slot.null(),
        Form::True => slot.bool(true),
        Form::False => slot.bool(false),
        Form::Number => match Value::of_json_number(spelling) {
            Some(Value::Spelled(_)) if own => slot.in_block(cell),
            Some(number) => slot.value(number),
            None => return Err((BEYOND, spelling)),
        },
        Form::Escaped => slot.text_with(|out| {
            json::unescape(spelling, out);
        }),
        form if pin.is_some() && form.is_untyped() => {
            let mut plain = Cow::Borrowed(spelling);
            if !matches!(cell.form, Form::Untyped | Form::Quoted) {
                let mut text = Vec::with_capacity(spelling.len());
                write_plain(cell.form, spelling, &mut text);
                plain = Cow::Owned(text);
            }
            return write_pinned(&plain, pin, near, env, slot).map_err(|fault| (fault, spelling));
        }
        Form::Doubled | Form::Backslashed | Form::Bracketed | Form::Logged | Form::Name(_) => {
            slot.untyped_with(|out| write_plain(cell.form, spelling, out))
        }
        Form::Text | Form::Array | Form::Object | Form::Untyped | Form::Quoted if own => slot.in_block(cell),
        Form::Text => slot.text(spelling),
        Form::Array => slot.array_with(|out| out.extend_from_slice(spelling)),
        Form::Object => slot.object_with(|out| out.extend_from_slice(spelling)),
        Form::Untyped | Form::Quoted => slot.untyped_with(|out| out.extend_from_slice(spelling)),
    }
    Ok(())
}

fn write_pinned(
    text: &[u8],
    pin: Option<Type>,
    near: Option<Timestamp>,
    env: &Env,
    slot: Slot<'_>,
) -> Result<(), Fault> {
    match pin {
        None | Some(Type::Text) => slot.text(text),
        Some(Type::Number) => {
            if !slot.number_spelled(text) {
                return Err(Fault("--types says number, but this is none"));
            }
        }
        Some(Type::Bool) => match Value::Untyped(text).as_bool() {
            Some(truth) => slot.bool(truth),
            None => return Err(Fault("--types says bool, but this is none")),
        },
        Some(Type::Time) => match env.times.read_any(text, near) {
            Ok(time) => slot.time(time),
            Err(_) => return Err(Fault("--types says time, but this is none")),
        },
        Some(Type::Duration) => match Duration::parse(text) {
            Some(duration) => slot.duration(duration),
            None => return Err(Fault("--types says duration, but this is none")),
        },
    }
    Ok(())
}
