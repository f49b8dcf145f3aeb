//! Exact sums, differences, products, floored quotients and their remainders.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint};

use super::{ArithmeticError, LARGEST, Number, Overflow, big, ten};

impl Number {
    /// `self + other`, exact; more than 38 digits are rounded once, half to even.
    #[inline]
    pub fn add(self, other: Self) -> Result<Self, Overflow> {
        if self.is_zero() {
            return Ok(other);
        }
        if other.is_zero() {
            return Ok(self);
        }
        let Some((left, right, exponent)) = self.aligned(other) else { return self.add_big(other) };
        let (negative, total) = if self.negative == other.negative {
            (self.negative, left.checked_add(right))
        } else {
            (self.negative ^ (left < right), Some(left.abs_diff(right)))
        };
        match total {
            Some(total) => Self::from_parts(negative, total, exponent),
            None => self.add_big(other),
        }
    }

    /// `self - other`, as exact as [`Number::add`].
    #[inline]
    pub fn sub(self, other: Self) -> Result<Self, Overflow> {
        self.add(other.neg())
    }

    /// `self * other`, exact; more than 38 digits are rounded once, half to even.
    #[inline]
    pub fn mul(self, other: Self) -> Result<Self, Overflow> {
        let negative = self.negative ^ other.negative;
        let exponent = i32::from(self.exponent) + i32::from(other.exponent);
        match self.coefficient().checked_mul(other.coefficient()) {
            Some(product) => Self::from_parts(negative, product, exponent),
            None => {
                let product = BigUint::from(self.coefficient()) * other.coefficient();
                big::rounded(negative, &product, exponent)
            }
        }
    }

    /// `self // other`: the greatest integer that is at most the exact quotient; more than 38 digits are
    /// rounded once, half to even.
    #[inline]
    pub fn floor_div(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        let negative = self.negative ^ other.negative;
        match self.aligned(other) {
            Some((left, right, _)) => {
                // The divisor is at least 2 wherever there is a remainder: the 1 does not overflow.
                let quotient = left / right + u128::from(negative && left % right != 0);
                Ok(Self::from_parts(negative, quotient, 0)?)
            }
            None => self.floor_div_big(other),
        }
    }

    /// `self % other`: `self - self // other * other` with the unrounded quotient, so of the sign of `other` or
    /// zero; more than 38 digits are rounded once, half to even.
    #[inline]
    pub fn floor_rem(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        match self.aligned(other) {
            Some((left, right, exponent)) => {
                let rest = left % right;
                let flip = rest != 0 && self.negative != other.negative;
                Ok(Self::from_parts(other.negative, if flip { right - rest } else { rest }, exponent)?)
            }
            None => self.floor_rem_big(other),
        }
    }

    /// Both coefficients at the smaller of the exponents, if they fit 128 bits.
    #[inline]
    pub(super) fn aligned(self, other: Self) -> Option<(u128, u128, i32)> {
        let (left, right) = (self.coefficient(), other.coefficient());
        let apart = u32::from(self.exponent.abs_diff(other.exponent));
        match self.exponent.cmp(&other.exponent) {
            Ordering::Equal => Some((left, right, self.exponent.into())),
            Ordering::Less => Some((left, ten::scaled(right, apart)?, self.exponent.into())),
            Ordering::Greater => Some((ten::scaled(left, apart)?, right, other.exponent.into())),
        }
    }

    /// Adds nonzero numbers that do not fit 128 bits at one exponent.
    #[cold]
    fn add_big(self, other: Self) -> Result<Self, Overflow> {
        let (large, small) = if self.adjusted() >= other.adjusted() { (self, other) } else { (other, self) };
        // The small one is less than half a unit of the 38th digit of the large one, or of the next number
        // below it: the sum rounds to the large one.
        if large.adjusted() - small.adjusted() >= 40 {
            return Ok(large);
        }
        let exponent = large.exponent.min(small.exponent);
        let total = large.whole_at(exponent) + small.whole_at(exponent);
        big::rounded(total < BigInt::ZERO, total.magnitude(), exponent.into())
    }

    #[cold]
    fn floor_div_big(self, other: Self) -> Result<Self, ArithmeticError> {
        let negative = self.negative ^ other.negative;
        if self.abs() < other.abs() {
            return Ok(if negative && !self.is_zero() { Self::ONE.neg() } else { Self::ZERO });
        }
        if self.adjusted() - other.adjusted() > i32::from(LARGEST) + 1 {
            return Err(ArithmeticError::Overflow);
        }
        let exponent = self.exponent.min(other.exponent);
        let (left, right) = (self.abs().whole_at(exponent), other.abs().whole_at(exponent));
        let mut quotient = &left / &right;
        if negative && &quotient * right != left {
            quotient += 1;
        }
        Ok(big::rounded(negative, quotient.magnitude(), 0)?)
    }

    #[cold]
    fn floor_rem_big(self, other: Self) -> Result<Self, ArithmeticError> {
        if self.abs() < other.abs() {
            let same = self.negative == other.negative || self.is_zero();
            return if same { Ok(self) } else { Ok(self.add(other)?) };
        }
        let exponent = self.exponent.min(other.exponent);
        let right = other.abs().whole_at(exponent).into_parts().1;
        let apart = u32::from(self.exponent.abs_diff(exponent));
        let power = BigUint::from(10u32).modpow(&BigUint::from(apart), &right);
        let rest = power * self.coefficient() % &right;
        let flip = rest != BigUint::ZERO && self.negative != other.negative;
        let rest = if flip { right - rest } else { rest };
        Ok(big::rounded(other.negative, &rest, exponent.into())?)
    }

    /// The value in units of `10^exponent`, which must not be above its own exponent.
    fn whole_at(self, exponent: i16) -> BigInt {
        big::scaled(self.negative, self.coefficient(), u32::from(self.exponent.abs_diff(exponent)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{number, numbers, rounded_twin, text, twin};
    use super::*;

    /// `⌊left / right⌋` and what is left, by truncating division.
    fn floored(left: &BigInt, right: &BigInt) -> (BigInt, BigInt) {
        let (mut quotient, mut rest) = (left / right, left % right);
        if rest != BigInt::ZERO && (rest < BigInt::ZERO) != (*right < BigInt::ZERO) {
            quotient -= 1;
            rest += right;
        }
        (quotient, rest)
    }

    #[test]
    fn floored_quotients() {
        for (left, right, quotient, rest) in [
            ("7", "2", "3", "1"),
            ("-7", "2", "-4", "1"),
            ("7", "-2", "-4", "-1"),
            ("-7", "-2", "3", "-1"),
            ("7.5", "0.2", "37", "0.1"),
            ("-0.1", "1e300", "-1", "1e300"),
            ("0", "-1e300", "0", "0"),
            ("1e300", "-7", "-1.4285714285714285714285714285714285714e299", "-6"),
            ("1e-6144", "3", "0", "1e-6144"),
            ("1e6144", "1e-1", "overflow", "0"),
            ("1", "0", "by zero", "by zero"),
        ] {
            let shown = |result: Result<Number, ArithmeticError>| match result {
                Ok(number) => text(number),
                Err(ArithmeticError::Overflow) => "overflow".to_owned(),
                Err(ArithmeticError::DivisionByZero) => "by zero".to_owned(),
            };
            let (a, b) = (number(left), number(right));
            assert_eq!(shown(a.floor_div(b)), quotient, "{left} // {right}");
            assert_eq!(shown(a.floor_rem(b)), rest, "{left} % {right}");
        }
    }

    #[test]
    fn rounded_at_38_digits_and_out_of_range() {
        let nines = "99999999999999999999999999999999999999";
        for (left, right, total) in [
            (nines, "0.5", "1e38"),
            (nines, "0.4999999", "9.9999999999999999999999999999999999999e37"),
            ("1e38", "-0.5", "1e38"),
            ("1e38", "-0.51", "9.9999999999999999999999999999999999999e37"),
            ("1e100", "-1e-6144", "1e100"),
            ("1e6144", "1e6100", "1e6144"),
        ] {
            assert_eq!(number(left).add(number(right)).map(text).as_deref(), Ok(total), "{left} + {right}");
        }
        assert_eq!(number("1e6144").add(number("1e6144")), Err(Overflow));
        assert_eq!(number("1e6144").sub(number("1e6144")), Ok(Number::ZERO));
        assert_eq!(number("1e3072").mul(number("1e3072")), Ok(number("1e6144")));
        assert_eq!(number("1e3072").mul(number("1e3073")), Err(Overflow));
        assert_eq!(number("1e-3072").mul(number("1e-3073")), Err(Overflow));
        assert_eq!(Number::ZERO.mul(number("1e6144")), Ok(Number::ZERO));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn exact_and_rounded_once(left in numbers(), right in numbers()) {
            let (a, b) = (twin(left), twin(right));
            prop_assert_eq!(left.add(right), rounded_twin(&(&a + &b), 6200));
            prop_assert_eq!(left.sub(right), rounded_twin(&(&a - &b), 6200));
            prop_assert_eq!(left.mul(right), rounded_twin(&(&a * &b), 12_400));
            if !right.is_zero() {
                let (quotient, rest) = floored(&a, &b);
                prop_assert_eq!(left.floor_div(right), Ok(rounded_twin(&quotient, 0)).and_then(|n| Ok(n?)));
                prop_assert_eq!(left.floor_rem(right), Ok(rounded_twin(&rest, 6200)).and_then(|n| Ok(n?)));
            }
        }
    }
}
