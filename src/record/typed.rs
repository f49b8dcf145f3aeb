//! From the spelling of a cell to a typed value.

use std::borrow::Cow;

use super::{Cell, Env, Fault, Form, Slot, Type};
use crate::time::Duration;
use crate::value::{Number, json};

/// A number, or one inside an array or object, that has no value here.
pub(super) const BEYOND: Fault = Fault("a number beyond 1e±6144");

/// Appends the text that an untyped spelling with escapes, or a name's number, stands for.
pub fn write_plain(form: Form, spelling: &[u8], out: &mut Vec<u8>) {
    if let Form::Name(name) = form {
        return out.extend_from_slice(name.text().as_bytes());
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
            (_, Some(byte @ (b'\\' | b'"'))) => out.push(byte),
            (_, other) => {
                out.push(b'\\');
                out.extend(other);
            }
        }
        rest = rest.get(at + 2..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
}

/// Writes what a cell stands for, under the pinned type if there is one.
pub(super) fn write_typed<'a>(
    cell: Cell,
    bytes: &'a [u8],
    own: bool,
    pin: Option<Type>,
    env: &Env,
    slot: Slot<'_>,
) -> Result<(), (Fault, &'a [u8])> {
    let spelling = cell.spelling(bytes);
    match cell.form {
        Form::Missing | Form::Null => slot.null(),
        Form::True => slot.bool(true),
        Form::False => slot.bool(false),
        Form::Number => match Number::parse(spelling) {
            // A number of more digits keeps its spelling, so that long ids are not taken for each other.
            Some(Ok(_)) if spelling.len() > 38 && !Number::is_exact(spelling) => {
                slot.untyped_with(|out| out.extend_from_slice(spelling));
            }
            Some(Ok(number)) => slot.number(number),
            _ => return Err((BEYOND, spelling)),
        },
        Form::Escaped => slot.text_with(|out| {
            json::unescape(spelling, out);
        }),
        Form::Untyped
        | Form::Quoted
        | Form::Doubled
        | Form::Backslashed
        | Form::Bracketed
        | Form::Name(_)
            if pin.is_some() =>
        {
            let mut plain = Cow::Borrowed(spelling);
            if !matches!(cell.form, Form::Untyped | Form::Quoted) {
                let mut text = Vec::with_capacity(spelling.len());
                write_plain(cell.form, spelling, &mut text);
                plain = Cow::Owned(text);
            }
            return write_pinned(&plain, pin, env, slot).map_err(|fault| (fault, spelling));
        }
        Form::Doubled | Form::Backslashed | Form::Bracketed | Form::Name(_) => {
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

fn write_pinned(text: &[u8], pin: Option<Type>, env: &Env, slot: Slot<'_>) -> Result<(), Fault> {
    match pin {
        None | Some(Type::Text) => slot.text(text),
        Some(Type::Number) => match Number::parse(text) {
            Some(Ok(number)) => slot.number(number),
            _ => return Err(Fault("--types says number, but this is none")),
        },
        Some(Type::Bool) => match text {
            b"true" => slot.bool(true),
            b"false" => slot.bool(false),
            _ => return Err(Fault("--types says bool, but this is none")),
        },
        Some(Type::Time) => match env.times.read(text) {
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
