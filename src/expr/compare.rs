//! How two values compare: what types they take from each other, and which pairs cannot be compared.

use std::cmp::Ordering;

use super::stamps::{epoch, equal_stamps, order_stamps};
use crate::record::{Env, Fault};
use crate::time::{Duration, Timestamp};
use crate::value::key::{Direction, write_order};
use crate::value::{Exact, Value};

/// Whether two values, neither of them null, are equal.
#[inline]
pub(super) fn equal(left: Value<'_>, right: Value<'_>, env: &Env) -> Result<bool, Fault> {
    match (left, right) {
        (Value::Text(a), Value::Text(b) | Value::Untyped(b)) | (Value::Untyped(a), Value::Text(b)) => {
            Ok(a == b)
        }
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            Ok(same_structure(left, right))
        }
        (Value::Stamp(_), _) | (_, Value::Stamp(_)) => equal_stamps(left, right, env),
        _ => Ok(order(left, right, env)?.is_eq()),
    }
}

/// The order of two values, neither of them null. Text or untyped that meets a time or duration is read as
/// one, and so is a number that meets a time; untyped takes the type of what it meets; two untyped values are numbers if both are spelled so.
#[inline]
pub(super) fn order(left: Value<'_>, right: Value<'_>, env: &Env) -> Result<Ordering, Fault> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Ok(a.cmp(&b)),
        (Value::Text(a), Value::Text(b) | Value::Untyped(b)) | (Value::Untyped(a), Value::Text(b)) => {
            Ok(a.cmp(b))
        }
        (Value::Number(a), Value::Untyped(b)) => Ok(Exact::Short(a).cmp(&exact(b)?)),
        (Value::Untyped(a), Value::Number(b)) => Ok(exact(a)?.cmp(&Exact::Short(b))),
        _ => other_order(left, right, env),
    }
}

fn other_order(left: Value<'_>, right: Value<'_>, env: &Env) -> Result<Ordering, Fault> {
    Ok(match (left, right) {
        (Value::Untyped(a), Value::Untyped(b)) => untyped_order(a, b),
        (Value::Spelled(a), Value::Spelled(b)) => exact(a)?.cmp(&exact(b)?),
        (Value::Spelled(a), Value::Number(b)) => exact(a)?.cmp(&Exact::Short(b)),
        (Value::Number(a), Value::Spelled(b)) => Exact::Short(a).cmp(&exact(b)?),
        (Value::Spelled(a), Value::Untyped(b)) | (Value::Untyped(a), Value::Spelled(b)) => {
            exact(a)?.cmp(&exact(b)?)
        }
        (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
        (Value::Bool(a), Value::Untyped(_)) => a.cmp(&truth(right)?),
        (Value::Untyped(_), Value::Bool(b)) => truth(left)?.cmp(&b),
        (Value::Stamp(_), _) | (_, Value::Stamp(_)) => return order_stamps(left, right, env),
        (Value::Time(a), Value::Time(b)) => a.cmp(&b),
        (Value::Time(a), Value::Number(_) | Value::Spelled(_)) => {
            a.cmp(&epoch(right, env).map_err(|_| mixed(left, right))?)
        }
        (Value::Number(_) | Value::Spelled(_), Value::Time(b)) => {
            epoch(left, env).map_err(|_| mixed(left, right))?.cmp(&b)
        }
        (Value::Time(a), Value::Text(b) | Value::Untyped(b)) => a.cmp(&time(b, Some(a), env)?),
        (Value::Text(a) | Value::Untyped(a), Value::Time(b)) => time(a, Some(b), env)?.cmp(&b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(&b),
        (Value::Duration(a), Value::Text(b) | Value::Untyped(b)) => a.cmp(&duration(b)?),
        (Value::Text(a) | Value::Untyped(a), Value::Duration(b)) => duration(a)?.cmp(&b),
        (Value::Array(_), Value::Array(_)) => return Err(Fault("arrays have no order")),
        (Value::Object(_), Value::Object(_)) => return Err(Fault("objects have no order")),
        _ => return Err(mixed(left, right)),
    })
}

/// The number that text spells.
#[inline]
pub(super) fn exact(text: &[u8]) -> Result<Exact<'_>, Fault> {
    match Exact::parse(text) {
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => Err(Fault("a number beyond 1e±6144")),
        None => Err(Fault("not a number")),
    }
}

/// The time that text spells; one without a year takes the year that brings it nearest to what it meets.
pub(super) fn time(text: &[u8], near: Option<Timestamp>, env: &Env) -> Result<Timestamp, Fault> {
    env.times.read_any(text, near).map_err(|error| Fault(error.reason()))
}

/// The duration that text spells.
pub(super) fn duration(text: &[u8]) -> Result<Duration, Fault> {
    Duration::parse(text).ok_or(Fault("not a duration"))
}

/// The fault of two types that do not go together.
#[cold]
pub(super) fn mixed(left: Value<'_>, right: Value<'_>) -> Fault {
    let (low, high) = match (rank(left), rank(right)) {
        (a, b) if a < b => (a, b),
        (a, b) => (b, a),
    };
    let pairs = MIXED.get(high).copied().unwrap_or(&[]);
    Fault(pairs.get(low).copied().unwrap_or("values that do not go together"))
}

/// By the higher [`rank`], then the lower.
const MIXED: [&[&str]; 7] = [
    &["bool against bool"],
    &["number against bool", "number against number"],
    &["time against bool", "time against number", "time against time"],
    &[
        "duration against bool",
        "duration against number",
        "duration against time",
        "duration against duration",
    ],
    &[
        "text against bool",
        "number against text",
        "text against time",
        "text against duration",
        "text against text",
    ],
    &[
        "array against bool",
        "array against number",
        "array against time",
        "array against duration",
        "array against text",
        "array against array",
    ],
    &[
        "object against bool",
        "object against number",
        "object against time",
        "object against duration",
        "object against text",
        "object against array",
        "object against object",
    ],
];

fn rank(value: Value<'_>) -> usize {
    match value {
        Value::Null => usize::MAX,
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::Spelled(_) => 1,
        Value::Time(_) => 2,
        Value::Stamp(stamp) => rank(stamp.plain()),
        Value::Duration(_) => 3,
        Value::Text(_) | Value::Untyped(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

fn untyped_order(left: &[u8], right: &[u8]) -> Ordering {
    match (exact(left), exact(right)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => left.cmp(right),
    }
}

pub(super) fn truth(value: Value<'_>) -> Result<bool, Fault> {
    value.as_bool().ok_or(Fault("not true or false"))
}

/// Numbers inside compare by value, objects whatever the order of their keys.
fn same_structure(left: Value<'_>, right: Value<'_>) -> bool {
    let key = |value| {
        let mut key = Vec::new();
        write_order(value, Direction::Ascending, &mut key);
        key
    };
    key(left) == key(right)
}
