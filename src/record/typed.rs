//! From the spelling of a cell to a typed value.

use std::borrow::Cow;

use super::escapes::write_unescaped;
use super::{Cell, Env, Fault, Form, Reading, Slot, TimeField, Type};
use crate::time::{Duration, Minute, NotATime, Timestamp};
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
    if let Form::Coded(code) = form {
        return code.write_plain(spelling, out);
    }
    if let Form::Marked(marks) = form {
        return marks.write_plain(spelling, out);
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

/// Types the values of one column by how its field is read.
pub(super) struct Typing<'e> {
    reading: Reading,
    env: &'e Env,
    /// Of the stamp before: most stamps are of the same.
    minute: Minute,
}

/// What could not be typed, and how it is spelled.
type Untypable<'a> = (Fault, &'a [u8]);

impl<'e> Typing<'e> {
    pub(super) fn new(reading: Reading, env: &'e Env) -> Self {
        Self { reading, env, minute: Minute::default() }
    }

    /// Writes what a cell stands for. `own`: it points into the bytes of the batch. `near`: the record's event time,
    /// for stamps without a year.
    pub(super) fn cell<'a>(
        &mut self,
        cell: Cell,
        bytes: &'a [u8],
        own: bool,
        near: Option<Timestamp>,
        slot: Slot<'_>,
    ) -> Result<(), Untypable<'a>> {
        let plain = |pin, slot| write_typed(cell, bytes, own, pin, near, self.env, slot);
        let Reading::Times(field) = self.reading else {
            return plain(self.reading.pin(), slot);
        };
        let kind = match cell.form {
            Form::Text | Form::Escaped => Spelling::Text,
            Form::Number if field != TimeField::Named => Spelling::Number,
            form if form.is_untyped() => Spelling::Untyped,
            _ => return plain(None, slot),
        };
        let text = plain_spelling(cell, bytes);
        match self.stamp_of(&text, kind, field, near) {
            Some(time) => slot.stamp(time, kind, &text),
            None => return write_typed(cell, bytes, own, None, near, self.env, slot),
        }
        Ok(())
    }

    /// Writes a value that the chain made.
    pub(super) fn made<'a>(
        &mut self,
        value: Value<'a>,
        near: Option<Timestamp>,
        slot: Slot<'_>,
    ) -> Result<(), Untypable<'a>> {
        let mut digits = Vec::new();
        let (kind, text) = match (value, self.reading) {
            (Value::Text(text), _) => (Spelling::Text, text),
            (Value::Untyped(text), _) => (Spelling::Untyped, text),
            (Value::Number(number), Reading::Times(TimeField::Chosen | TimeField::Formatted)) => {
                number.write(&mut digits);
                if let Some(time) = self.stamp_of(&digits, Spelling::Number, TimeField::Chosen, near) {
                    slot.stamp(time, Spelling::Number, &digits);
                } else {
                    slot.value(value);
                }
                return Ok(());
            }
            (Value::Spelled(text), Reading::Times(TimeField::Chosen | TimeField::Formatted)) => {
                (Spelling::Number, text)
            }
            _ => {
                slot.value(value);
                return Ok(());
            }
        };
        match self.reading {
            Reading::Pinned(pin) if kind == Spelling::Untyped => {
                return write_pinned(text, Some(pin), near, self.env, slot).map_err(|fault| (fault, text));
            }
            Reading::Times(field) => match self.stamp_of(text, kind, field, near) {
                Some(time) => slot.stamp(time, kind, text),
                None => slot.value(value),
            },
            Reading::Plain | Reading::Pinned(_) => slot.value(value),
        }
        Ok(())
    }

    /// The time that a spelling stands for in a field of times: `Some(None)` if only its year is not known, `None`
    /// if it is something else. What is spelled as a number is one, except in the field of `--time`.
    fn stamp_of(
        &mut self,
        text: &[u8],
        kind: Spelling,
        field: TimeField,
        near: Option<Timestamp>,
    ) -> Option<Option<Timestamp>> {
        let times = &self.env.times;
        if kind == Spelling::Number {
            return times.read_epoch(text).ok().map(Some);
        }
        if let Some(time) = times.read_usual(text, &mut self.minute) {
            return Some(Some(time));
        }
        let read = match field {
            TimeField::Named if may_be_number(text) && Number::parse(text).is_some() => return None,
            TimeField::Named => times.read_any(text, near),
            TimeField::Chosen => times.read_near(text, near),
            TimeField::Formatted => times.read_near(text, near).or_else(|_| times.read_any(text, near)),
        };
        match read {
            Ok(time) => Some(Some(time)),
            Err(NotATime::NoYear) => Some(None),
            Err(_) => None,
        }
    }
}

/// A cell's text without quotes and escapes.
fn plain_spelling(cell: Cell, bytes: &[u8]) -> Cow<'_, [u8]> {
    let spelling = cell.spelling(bytes);
    let mut plain = Vec::new();
    match cell.form {
        Form::Text | Form::Untyped | Form::Quoted | Form::Number => return Cow::Borrowed(spelling),
        Form::Escaped => {
            json::unescape(spelling, &mut plain);
        }
        form => write_plain(form, spelling, &mut plain),
    }
    Cow::Owned(plain)
}

/// Writes what a cell stands for, under the pinned type if there is one.
pub(super) fn write_typed<'a>(
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
        Form::Missing | Form::Null | Form::NullText => slot.null(),
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
            let plain = plain_spelling(cell, bytes);
            return write_pinned(&plain, pin, near, env, slot).map_err(|fault| (fault, spelling));
        }
        Form::Doubled
        | Form::Backslashed
        | Form::Bracketed
        | Form::Logged
        | Form::Coded(_)
        | Form::Marked(_)
        | Form::Name(_) => slot.untyped_with(|out| write_plain(cell.form, spelling, out)),
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
