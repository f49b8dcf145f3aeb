//! What `+ - * / // %` and unary `-` give for any two values: numbers, times and durations.

use super::Operator;
use super::compare::{duration, exact, mixed, time};
use super::stamps::{NO_YEAR, epoch};
use crate::record::{Env, Fault};
use crate::time::{Duration, Timestamp};
use crate::value::number::{ArithmeticError, Wide};
use crate::value::{Exact, Number, Value};

const TIME_RANGE: Fault = Fault("a time beyond the years 1 to 9999");
const DURATION_RANGE: Fault = Fault("a duration too long");

/// Computes with two numbers.
#[inline]
pub(super) fn numbers(operator: Operator, a: Number, b: Number) -> Result<Number, Fault> {
    match operator {
        Operator::Add => a.add(b).map_err(|error| fault(error.into())),
        Operator::Subtract => a.sub(b).map_err(|error| fault(error.into())),
        Operator::Multiply => a.mul(b).map_err(|error| fault(error.into())),
        Operator::Divide => a.div(b).map_err(fault),
        Operator::FloorDivide => a.floor_div(b).map_err(fault),
        Operator::Remainder => a.floor_rem(b).map_err(fault),
    }
}

/// Computes with two values of any types; null if one of them is.
pub(super) fn values(
    operator: Operator,
    left: Value<'_>,
    right: Value<'_>,
    env: &Env,
) -> Result<Value<'static>, Fault> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Stamp(_), _) | (_, Value::Stamp(_)) => {
            values(operator, met(left, right)?, met(right, left)?, env)
        }
        (Value::Time(_) | Value::Duration(_), _) | (_, Value::Time(_) | Value::Duration(_)) => {
            let (left, right) = (beside(left, right, operator, env)?, beside(right, left, operator, env)?);
            lengths(operator, left, right)
        }
        _ => match (left.as_few_digits(), right.as_few_digits()) {
            (Some(left), Some(right)) => numbers(operator, left, right),
            _ => exact_numbers(operator, left, right),
        }
        .map(Value::Number),
    }
}

/// Computes with values of which one may have more than 38 digits, or be no number.
#[inline(never)]
fn exact_numbers(operator: Operator, left: Value<'_>, right: Value<'_>) -> Result<Number, Fault> {
    match (as_exact(left, right)?, as_exact(right, left)?) {
        (Exact::Short(left), Exact::Short(right)) => numbers(operator, left, right),
        (left, right) => long_numbers(operator, &left.to_wide(), &right.to_wide()),
    }
}

/// Computes with numbers of which one has more than 38 digits; the result is rounded once.
#[cold]
fn long_numbers(operator: Operator, a: &Wide, b: &Wide) -> Result<Number, Fault> {
    let result = match operator {
        Operator::Add => Ok(a.add(b)),
        Operator::Subtract => Ok(a.sub(b)),
        Operator::Multiply => Ok(a.mul(b)),
        Operator::Divide => return a.div(b).map_err(fault),
        Operator::FloorDivide => a.floor_div(b),
        Operator::Remainder => a.floor_rem(b),
    };
    result.and_then(|result| Ok(result.rounded()?)).map_err(fault)
}

/// A stamp beside another value: the time that it is, but an epoch is a number unless it meets a time.
fn met<'a>(value: Value<'a>, other: Value<'_>) -> Result<Value<'a>, Fault> {
    let Value::Stamp(stamp) = value else { return Ok(value) };
    let meets_time = match other {
        Value::Time(_) => true,
        Value::Stamp(other) => !other.is_epoch(),
        _ => false,
    };
    if stamp.is_epoch() && !meets_time {
        return Ok(stamp.plain());
    }
    stamp.time().map(Value::Time).ok_or(NO_YEAR)
}

/// The opposite of a number or duration.
pub(super) fn negated(value: Value<'_>) -> Result<Value<'static>, Fault> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Duration(length) => length.checked_neg().map(Value::Duration).ok_or(DURATION_RANGE),
        Value::Stamp(stamp) => negated(stamp.plain()),
        value => {
            let number = as_exact(value, Value::Null)?.rounded();
            Ok(Value::Number(number.map_err(|error| fault(error.into()))?.neg()))
        }
    }
}

/// A value as a number; `other` is what it meets, for the message.
#[inline]
fn as_exact<'a>(value: Value<'a>, other: Value<'_>) -> Result<Exact<'a>, Fault> {
    match value {
        Value::Number(number) => Ok(Exact::Short(number)),
        Value::Spelled(text) => exact(text),
        Value::Untyped(text) => exact(text),
        Value::Text(_) if matches!(other, Value::Number(_) | Value::Spelled(_) | Value::Untyped(_)) => {
            Err(Fault("number against text"))
        }
        _ => Err(Fault("not a number")),
    }
}

/// A value as it counts beside a time or duration: text is read as one. In `+ -` that is a time if it is
/// spelled as one; a number's place (`5m * 2`) is taken by untyped text that spells a number. A number from which a
/// time is taken off, or which is taken off one, is the time that it counts to.
fn beside<'a>(value: Value<'a>, other: Value<'_>, operator: Operator, env: &Env) -> Result<Value<'a>, Fault> {
    let value = match value {
        Value::Spelled(_) => value.as_number().map_or(value, Value::Number),
        _ => value,
    };
    if let (Operator::Subtract, Value::Number(_), Value::Time(_)) = (operator, value, other) {
        return Ok(epoch(value, env).map_or(value, Value::Time));
    }
    let (Value::Text(text) | Value::Untyped(text)) = value else { return Ok(value) };
    match (operator, other) {
        (Operator::Add, Value::Time(_)) => duration(text).map(Value::Duration),
        (Operator::Add | Operator::Subtract, _) => match (time(text, other.as_time(), env), duration(text)) {
            (Ok(time), _) => Ok(Value::Time(time)),
            (_, Ok(length)) => Ok(Value::Duration(length)),
            _ => Err(Fault("neither a time nor a duration")),
        },
        _ => match (value.as_number(), duration(text)) {
            (Some(number), _) => Ok(Value::Number(number)),
            (_, Ok(length)) => Ok(Value::Duration(length)),
            _ => Err(Fault("neither a number nor a duration")),
        },
    }
}

/// Computes with times, durations and numbers, one of them at least no number.
fn lengths(operator: Operator, left: Value<'_>, right: Value<'_>) -> Result<Value<'static>, Fault> {
    use Operator::{Add, Divide, FloorDivide, Multiply, Remainder, Subtract};
    let moved = |to: Option<Timestamp>| to.map(Value::Time).ok_or(TIME_RANGE);
    let lasting = |length: Option<Duration>| length.map(Value::Duration).ok_or(DURATION_RANGE);
    match (operator, left, right) {
        (Add, Value::Time(t), Value::Duration(d)) | (Add, Value::Duration(d), Value::Time(t)) => {
            moved(t.checked_add(d))
        }
        (Subtract, Value::Time(t), Value::Duration(d)) => moved(t.checked_sub(d)),
        (Subtract, Value::Time(a), Value::Time(b)) => Ok(Value::Duration(a.since(b))),
        (Add, Value::Duration(a), Value::Duration(b)) => lasting(a.checked_add(b)),
        (Subtract, Value::Duration(a), Value::Duration(b)) => lasting(a.checked_sub(b)),
        (Multiply, Value::Duration(d), Value::Number(n))
        | (Multiply, Value::Number(n), Value::Duration(d)) => times(d, n),
        (Divide, Value::Duration(d), Value::Number(n)) => shared(d, n),
        (FloorDivide, Value::Duration(d), Value::Number(n)) => {
            lasting(whole(numbers(operator, nanos(d), n)?).and_then(Duration::from_nanos))
        }
        (Divide | FloorDivide, Value::Duration(a), Value::Duration(b)) => {
            numbers(operator, nanos(a), nanos(b)).map(Value::Number)
        }
        (Remainder, Value::Duration(a), Value::Duration(b)) => {
            lasting(whole(numbers(operator, nanos(a), nanos(b))?).and_then(Duration::from_nanos))
        }
        _ => Err(mixed(left, right)),
    }
}

/// A duration a number of times, to the nearest nanosecond.
fn times(length: Duration, number: Number) -> Result<Value<'static>, Fault> {
    let product = nanos(length).mul(number).map_err(|_| DURATION_RANGE)?.round(0);
    whole(product).and_then(Duration::from_nanos).map(Value::Duration).ok_or(DURATION_RANGE)
}

/// A duration divided by a number, to the nearest nanosecond, half away from zero. Not through `/`, which
/// rounds to a double: a hundred days have more nanoseconds than that tells apart.
fn shared(length: Duration, number: Number) -> Result<Value<'static>, Fault> {
    let two = Number::from_u64(2);
    let halved = |error| match error {
        ArithmeticError::DivisionByZero => fault(ArithmeticError::DivisionByZero),
        ArithmeticError::Overflow => DURATION_RANGE,
    };
    let (dividend, divisor) = (nanos(length).abs(), number.abs());
    let doubled = two.mul(dividend).and_then(|doubled| doubled.add(divisor)).map_err(|_| DURATION_RANGE)?;
    let quotient = doubled.floor_div(two.mul(divisor).map_err(|_| DURATION_RANGE)?).map_err(halved)?;
    let negative = (nanos(length).signum() < 0) != (number.signum() < 0);
    let quotient = if negative { quotient.neg() } else { quotient };
    whole(quotient).and_then(Duration::from_nanos).map(Value::Duration).ok_or(DURATION_RANGE)
}

fn nanos(length: Duration) -> Number {
    Number::from_i128(length.to_nanos())
}

/// A whole number as an integer.
fn whole(number: Number) -> Option<i128> {
    let (negative, coefficient, exponent) = number.trunc().parts();
    let scale = 10_i128.checked_pow(u32::from(exponent.unsigned_abs()))?;
    let coefficient = i128::try_from(coefficient).ok()?;
    let size = if exponent < 0 { coefficient / scale } else { coefficient.checked_mul(scale)? };
    Some(if negative { -size } else { size })
}

#[cold]
fn fault(error: ArithmeticError) -> Fault {
    match error {
        ArithmeticError::DivisionByZero => Fault("division by zero"),
        ArithmeticError::Overflow => Fault("a number beyond 1e±6144"),
    }
}
