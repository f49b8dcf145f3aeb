//! How event time compares: as the time that it is beside a time, and as its spelling beside what is none.

use std::cmp::Ordering;

use super::compare::{equal, mixed, order};
use crate::record::{Env, Fault};
use crate::time::{NotATime, Timestamp, propose};
use crate::value::looks::formats_of;
use crate::value::{Number, Stamp, Value};

/// A stamp whose year nobody gave.
pub(super) const NO_YEAR: Fault = Fault("a stamp without a year (see --year)");

/// Text beside a time that is spelled so that the order of texts is not that of times.
pub(super) const NO_ORDER: Fault =
    Fault("a time beside text that is not one (write dates as \"2024-05-01\")");

/// A value beside a stamp, as the two compare.
enum Met<'a> {
    /// Both are times.
    Times(Timestamp, Timestamp),
    /// Each is what its spelling is.
    Spelled(Value<'a>, Value<'a>),
}

/// Whether two values are equal of which one is a stamp.
pub(super) fn equal_stamps(left: Value<'_>, right: Value<'_>, env: &Env) -> Result<bool, Fault> {
    match meet(left, right, env) {
        Met::Times(a, b) => Ok(a == b),
        Met::Spelled(a, b) => equal(a, b, env),
    }
}

/// The order of two values of which one is a stamp.
pub(super) fn order_stamps(left: Value<'_>, right: Value<'_>, env: &Env) -> Result<Ordering, Fault> {
    match meet(left, right, env) {
        Met::Times(a, b) => Ok(a.cmp(&b)),
        Met::Spelled(a, b) => {
            for value in [left, right] {
                if let Value::Stamp(stamp) = value {
                    check_order(stamp, a, b)?;
                }
            }
            order(a, b, env)
        }
    }
}

/// What is no time beside a stamp is ordered by its spelling only where that is the order of times.
fn check_order(stamp: Stamp<'_>, left: Value<'_>, right: Value<'_>) -> Result<(), Fault> {
    match stamp.time() {
        None => Err(NO_YEAR),
        Some(_) if stamp.is_epoch() || is_year_first(stamp.spelling()) => Ok(()),
        Some(_) if left.as_text().is_some() && right.as_text().is_some() => Err(NO_ORDER),
        Some(_) => Err(mixed(left, right)),
    }
}

fn meet<'a>(left: Value<'a>, right: Value<'a>, env: &Env) -> Met<'a> {
    let times = match (left, right) {
        (Value::Stamp(stamp), other) => times(stamp, other, env),
        (other, Value::Stamp(stamp)) => times(stamp, other, env).map(|(own, other)| (other, own)),
        _ => None,
    };
    match times {
        Some((a, b)) => Met::Times(a, b),
        None => Met::Spelled(left.plain(), right.plain()),
    }
}

/// A stamp and what it meets as times, if both are: beside a number an epoch is one.
fn times(stamp: Stamp<'_>, other: Value<'_>, env: &Env) -> Option<(Timestamp, Timestamp)> {
    let own = stamp.time()?;
    let other = match other {
        Value::Time(time) => time,
        Value::Stamp(other) if stamp.is_epoch() && other.is_epoch() => return None,
        Value::Stamp(other) => other.time()?,
        _ if stamp.is_epoch() && other.as_number().is_some() => return None,
        Value::Number(_) | Value::Spelled(_) => epoch(other, env).ok()?,
        Value::Text(text) | Value::Untyped(text) => env.times.read_any(text, Some(own)).ok()?,
        _ => return None,
    };
    Some((own, other))
}

/// The time that a number counts to.
pub(super) fn epoch(number: Value<'_>, env: &Env) -> Result<Timestamp, Fault> {
    let mut digits = Vec::new();
    number.as_number().unwrap_or(Number::ZERO).write(&mut digits);
    env.times.read_any_epoch(&digits).map_err(|error| Fault(error.reason()))
}

/// Whether a constant is text that only a format reads as a date, or would if there were such a day: beside times it is
/// meant as one.
pub(super) fn is_foreign_date(constant: Value<'_>, env: &Env) -> bool {
    let Value::Text(text) = constant else { return false };
    let is_date = || match propose(text, &env.zone) {
        Ok(_) => true,
        Err(reason) => reason != NotATime::Malformed && reason != NotATime::Unformatted,
    };
    (!formats_of(text).is_empty() || !is_year_first(text) && is_date())
        && matches!(env.times.read_any(text, None), Err(reason) if reason != NotATime::NoYear)
}

/// Whether text begins with a year and a separator of dates, so that its order is that of time.
pub(super) fn is_year_first(text: &[u8]) -> bool {
    matches!(text, [a, b, c, d, b'-' | b'/', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}
