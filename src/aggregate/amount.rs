//! Numbers and durations as amounts that can be added, and the kinds of values that a group has held.

use crate::record::Fault;
use crate::time::Duration;
use crate::value::{Exact, Number, Value};

/// What a sum, mean or quantile cannot take.
pub(super) const NOT_A_NUMBER: Fault = Fault("not a number");
/// A stamp without a year, which `--year` would give.
pub(super) const NO_YEAR: Fault = Fault(crate::time::NotATime::NoYear.reason());
/// A number that is out of range.
pub(super) const OVERFLOW: Fault = Fault("a number beyond 1e±6144");
/// A duration that is out of range.
pub(super) const TOO_LONG: Fault = Fault("a duration out of range");
/// A group whose values have no common unit.
pub(super) const MIXED: Fault = Fault("a group mixes numbers, times or durations");

/// The kinds of values that a group has held, as a set.
///
/// A group that mixes them has no result. That is found only when the result is asked for, and not at the
/// first value of the second kind, because a worker that sees a part of the group alone cannot know of it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Kinds(u8);

impl Kinds {
    /// Numbers.
    pub(super) const NUMBERS: Self = Self(1);
    /// Durations.
    pub(super) const DURATIONS: Self = Self(2);

    /// Adds the kinds of `other`.
    #[inline]
    pub(super) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The saved form.
    pub(super) fn to_byte(self) -> u8 {
        self.0
    }

    /// The set of a saved form.
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        (byte < 4).then_some(Self(byte))
    }
}

/// The kind and amount of a value: numbers in ones, durations in nanoseconds.
#[inline]
pub(super) fn amount(value: Value<'_>) -> Result<(Kinds, Exact<'_>), Fault> {
    match value {
        Value::Duration(duration) => {
            Ok((Kinds::DURATIONS, Exact::Short(Number::from_i128(duration.to_nanos()))))
        }
        _ => number(value).map(|number| (Kinds::NUMBERS, number)),
    }
}

/// The number that a value is or, untyped, spells.
#[inline]
pub(super) fn number(value: Value<'_>) -> Result<Exact<'_>, Fault> {
    match value {
        Value::Number(number) => Ok(Exact::Short(number)),
        Value::Spelled(text) => Exact::parse(text).and_then(Result::ok).ok_or(OVERFLOW),
        Value::Untyped(text) => match Exact::parse(text) {
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(OVERFLOW),
            None => Err(NOT_A_NUMBER),
        },
        Value::Stamp(stamp) => number(stamp.plain()),
        _ => Err(NOT_A_NUMBER),
    }
}

/// The duration of a number of nanoseconds, rounded half to even.
pub(super) fn duration(nanos: Number) -> Result<Duration, Fault> {
    half_even(nanos).and_then(Duration::from_nanos).ok_or(TOO_LONG)
}

/// The nearest integer, of two equally near ones the even one.
pub(super) fn half_even(value: Number) -> Option<i128> {
    let floor = value.floor();
    let below = integer(floor)?;
    let (_, coefficient, exponent) = value.sub(floor).ok()?.parts();
    let half = Number::from_parts(false, 5, -1).ok()?;
    let rest = Number::from_parts(false, coefficient, exponent.into()).ok()?;
    let up = match rest.cmp(&half) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => below % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    below.checked_add(i128::from(up))
}

fn integer(value: Number) -> Option<i128> {
    let (negative, coefficient, exponent) = value.parts();
    let scale = 10i128.checked_pow(exponent.unsigned_abs().into());
    let magnitude = match exponent {
        0.. => i128::try_from(coefficient).ok()?.checked_mul(scale?)?,
        // An integer: the digits behind the point are zeros.
        _ => i128::try_from(coefficient).ok()? / scale?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_side() {
        for (text, rounded) in [
            ("0", 0),
            ("0.5", 0),
            ("1.5", 2),
            ("2.5", 2),
            ("2.51", 3),
            ("-0.5", 0),
            ("-1.5", -2),
            ("-1.4", -1),
            ("12e3", 12_000),
            ("7.00", 7),
        ] {
            let value = Number::parse(text.as_bytes()).unwrap().unwrap();
            assert_eq!(half_even(value), Some(rounded), "{text}");
        }
        assert_eq!(half_even(Number::parse(b"1e40").unwrap().unwrap()), None);
    }
}
