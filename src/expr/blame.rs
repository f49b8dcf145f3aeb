//! Which of two operands a fault is about: the one that is not what the other wants. Asked once it is known that they
//! do not go together, so that it may take its time.

use super::compare::{duration, exact, time, truth};
use super::node::Column;
use crate::record::Env;
use crate::value::Value;

/// An operand: its value, and whether it is a constant of the chain, which is no news to who wrote it.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a> {
    /// Its value.
    pub(super) value: Value<'a>,
    is_fixed: bool,
}

impl<'a> Operand<'a> {
    /// A value of a record.
    pub(super) fn of_field(value: Value<'a>) -> Self {
        Self { value, is_fixed: false }
    }

    /// A value of a column.
    pub(super) fn of(value: Value<'a>, column: &Column<'_>) -> Self {
        Self { value, is_fixed: column.constant().is_some() }
    }
}

/// The operand of `+ - * / // %` that is no number, time or duration; where both are or none is, a field rather than a
/// constant, and text rather than a number.
#[cold]
pub(super) fn of_arithmetic<'a>(left: Operand<'a>, right: Operand<'a>, env: &Env) -> Value<'a> {
    let (a, b) = (left.value, right.value);
    match (counts(a, b, env), counts(b, a, env)) {
        (true, false) => b,
        (false, true) => a,
        _ if right.is_fixed || (!left.is_fixed && b.as_text().is_none()) => a,
        _ => b,
    }
}

/// The operand of a comparison that is not of the type of the other; a field rather than a constant, and text rather
/// than another type.
#[cold]
pub(super) fn of_comparison<'a>(left: Operand<'a>, right: Operand<'a>, env: &Env) -> Value<'a> {
    let (a, b) = (left.value, right.value);
    match (left.is_fixed, right.is_fixed) {
        // Beside a time, text that is constant is what was not read as one.
        (_, true) if matches!(a, Value::Time(_)) && b.as_text().is_some() => b,
        (_, true) => a,
        (true, false) => b,
        _ if is_odd(a, b, env) => a,
        _ if is_odd(b, a, env) || b.as_text().is_some() => b,
        _ => a,
    }
}

/// Whether a value can be computed with, beside another one.
fn counts(value: Value<'_>, other: Value<'_>, env: &Env) -> bool {
    let Some(text) = value.as_text() else {
        return !matches!(value, Value::Bool(_) | Value::Array(_) | Value::Object(_));
    };
    let is_length = matches!(other, Value::Time(_) | Value::Duration(_) | Value::Stamp(_));
    match value {
        Value::Text(_) | Value::Untyped(_) if is_length => {
            time(text, None, env).is_ok() || duration(text).is_ok()
        }
        Value::Text(_) => false,
        Value::Untyped(_) => exact(text).is_ok(),
        _ => true,
    }
}

/// Whether a value is not what it is compared with.
fn is_odd(value: Value<'_>, other: Value<'_>, env: &Env) -> bool {
    match (value, other) {
        (Value::Text(_), Value::Number(_) | Value::Spelled(_)) => true,
        (Value::Untyped(text), Value::Number(_) | Value::Spelled(_)) => exact(text).is_err(),
        (Value::Text(text) | Value::Untyped(text), Value::Time(_) | Value::Stamp(_)) => {
            time(text, None, env).is_err()
        }
        (Value::Text(text) | Value::Untyped(text), Value::Duration(_)) => duration(text).is_err(),
        (Value::Untyped(_), Value::Bool(_)) => truth(value).is_err(),
        (Value::Array(_) | Value::Object(_), _) => true,
        _ => false,
    }
}
