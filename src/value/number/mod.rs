//! Exact decimal numbers: a coefficient of up to 38 digits times a power of ten.
//!
//! `+ - * // %` and the roundings are exact; a result of more than 38 digits is rounded once, half to even.
//! Division is rounded once to the nearest double and is then that double's shortest decimal, so that a
//! number is what it prints. Knows no records, no formats and no other types of value.

#![expect(clippy::should_implement_trait, reason = "arithmetic that can fail has the operators' names")]

use std::fmt;

pub use long::{Digits, Exact, Wide};
pub use parse::JsonLook;

pub(super) mod big;

mod arith;
mod divide;
mod fixed;
mod long;
mod order;
mod parse;
mod print;
mod round;
pub mod short;
mod ten;

/// An exact decimal: `(-1)^negative * coefficient * 10^exponent` with a coefficient of at most 38 digits.
///
/// It is zero or lies between `1e-6144` and `1e6144` in magnitude, both included. Trailing zeros of the
/// coefficient carry no meaning (`1.0 == 1`), and there is one zero. An enum around it stays 24 bytes: the
/// `bool` has room for other variants.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    low: u64,
    high: u64,
    exponent: i16,
    negative: bool,
}

const _: () = assert!(size_of::<Number>() == 24 && size_of::<Option<Result<Number, Overflow>>>() == 24);

/// A nonzero result beyond `1e6144`, or nearer to zero than `1e-6144`. For results that are rounded to a
/// double: beyond the range of doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// Why two numbers have no quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticError {
    /// The divisor is zero.
    DivisionByZero,
    /// The result is out of range, see [`Overflow`].
    Overflow,
}

impl fmt::Display for Overflow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("number out of range")
    }
}

impl std::error::Error for Overflow {}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DivisionByZero => out.write_str("division by zero"),
            Self::Overflow => Overflow.fmt(out),
        }
    }
}

impl std::error::Error for ArithmeticError {}

impl From<Overflow> for ArithmeticError {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

/// The largest decimal exponent of a magnitude, and the smallest one negated.
const LARGEST: i16 = 6144;

impl Number {
    /// 0, the only zero: `-0` and `0.00` are stored as this.
    pub const ZERO: Self = Self::from_u64(0);
    /// 1.
    pub const ONE: Self = Self::from_u64(1);

    /// An integer.
    #[inline]
    pub const fn from_u64(value: u64) -> Self {
        Self { low: value, high: 0, exponent: 0, negative: false }
    }

    /// An integer.
    #[inline]
    pub const fn from_i64(value: i64) -> Self {
        Self { low: value.unsigned_abs(), high: 0, exponent: 0, negative: value < 0 }
    }

    /// An integer, rounded half to even if it has 39 digits.
    #[inline]
    pub fn from_i128(value: i128) -> Self {
        let (coefficient, exponent) = ten::rounded(value.unsigned_abs());
        Self::raw(value < 0, coefficient, exponent as i16)
    }

    /// `(-1)^negative * coefficient * 10^exponent`, the coefficient rounded half to even if it has 39 digits.
    #[inline]
    pub fn from_parts(negative: bool, coefficient: u128, exponent: i32) -> Result<Self, Overflow> {
        let (coefficient, dropped) = ten::rounded(coefficient);
        Self::ranged(negative, coefficient, i64::from(exponent) + i64::from(dropped))
    }

    /// Sign, coefficient and exponent. The coefficient may end in zeros; it is below `10^38`.
    #[inline]
    pub fn parts(self) -> (bool, u128, i16) {
        (self.negative, self.coefficient(), self.exponent)
    }

    /// Whether this is zero.
    #[inline]
    pub fn is_zero(self) -> bool {
        self.low | self.high == 0
    }

    /// -1, 0 or 1.
    #[inline]
    pub fn signum(self) -> i32 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Whether there is nothing after the decimal point.
    #[inline]
    pub fn is_integer(self) -> bool {
        self.exponent >= 0 || self.trunc() == self
    }

    /// The value as an integer, if it is one in range.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        let magnitude = i128::from(self.magnitude_u64()?);
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// The value as an integer, if it is one in range.
    #[inline]
    pub fn to_u64(self) -> Option<u64> {
        self.magnitude_u64().filter(|_| !self.negative)
    }

    /// The mantissa of this number at `decimals` digits behind the point, if it is one of 64 bits.
    pub fn to_scaled(self, decimals: u8) -> Option<i64> {
        let digits = u32::try_from(i32::from(self.exponent) + i32::from(decimals)).ok()?;
        let magnitude = i64::try_from(self.coefficient().checked_mul(ten::power(digits)?)?).ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The same magnitude with the other sign.
    #[inline]
    #[must_use]
    pub fn neg(self) -> Self {
        Self { negative: !self.negative && !self.is_zero(), ..self }
    }

    /// The magnitude.
    #[inline]
    #[must_use]
    pub fn abs(self) -> Self {
        Self { negative: false, ..self }
    }

    /// From parts known to be in range.
    #[inline]
    fn raw(negative: bool, coefficient: u128, exponent: i16) -> Self {
        debug_assert!(coefficient < ten::LIMIT && (coefficient != 0 || (exponent == 0 && !negative)));
        Self { low: coefficient as u64, high: (coefficient >> 64) as u64, exponent, negative }
    }

    /// From a coefficient below `10^38` and any exponent.
    #[inline]
    fn ranged(negative: bool, coefficient: u128, exponent: i64) -> Result<Self, Overflow> {
        // Whatever its number of digits, up to 38, such a number is in range.
        const SAFE: std::ops::RangeInclusive<i64> = -(LARGEST as i64)..=LARGEST as i64 - 38;
        if coefficient == 0 {
            Ok(Self::ZERO)
        } else if SAFE.contains(&exponent) {
            Ok(Self::raw(negative, coefficient, exponent as i16))
        } else {
            Self::at_the_edge(negative, coefficient, exponent)
        }
    }

    #[cold]
    fn at_the_edge(negative: bool, coefficient: u128, exponent: i64) -> Result<Self, Overflow> {
        let largest = i64::from(LARGEST);
        let digits = ten::digits(coefficient);
        let adjusted = exponent.saturating_add(i64::from(digits) - 1);
        let power_of_ten = ten::power(digits - 1) == Some(coefficient);
        if adjusted < -largest || adjusted > largest || (adjusted == largest && !power_of_ten) {
            return Err(Overflow);
        }
        // In range, the exponent is at least -6144 - 37 and at most 6144.
        Ok(Self::raw(negative, coefficient, exponent as i16))
    }

    #[inline]
    fn coefficient(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// The exponent of the leading digit: the value is at least `10^this` and below ten times that.
    #[inline]
    fn adjusted(self) -> i32 {
        i32::from(self.exponent) + ten::digits(self.coefficient()) as i32 - 1
    }

    #[inline]
    fn magnitude_u64(self) -> Option<u64> {
        if self.exponent == 0 {
            return (self.high == 0).then_some(self.low);
        }
        let power = ten::power(u32::from(self.exponent.unsigned_abs()))?;
        let coefficient = self.coefficient();
        let whole = if self.exponent > 0 {
            coefficient.checked_mul(power)?
        } else {
            (coefficient.is_multiple_of(power)).then_some(coefficient / power)?
        };
        u64::try_from(whole).ok()
    }
}

#[cfg(test)]
pub(in crate::value) mod tests;
