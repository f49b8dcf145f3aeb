//! Division and the way from and to doubles.

use num_bigint::BigUint;

use super::{ArithmeticError, Number, Overflow, big};

/// The integers up to here are doubles.
const EXACT: u64 = 1 << 53;

/// The powers of ten that are doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

impl Number {
    /// `self / other`: the exact quotient rounded once to the nearest double, and of that the shortest decimal.
    /// A quotient beyond the normal doubles (about 2.2e-308 to 1.8e308) is rounded once to 17 digits instead.
    #[inline]
    pub fn div(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        if let Some((left, right, _)) = self.aligned(other)
            && left <= EXACT.into()
            && right <= EXACT.into()
        {
            // Both are doubles: the machine's division rounds the exact quotient.
            let quotient = left as u64 as f64 / right as u64 as f64;
            let magnitude = Self::from_f64(quotient).ok_or(Overflow)?;
            return Ok(if self.negative == other.negative { magnitude } else { magnitude.neg() });
        }
        Ok(self.div_big(other)?)
    }

    /// The nearest double, half to even; beyond the doubles it is infinite, and near zero it is a zero of the
    /// same sign.
    #[inline]
    pub fn to_f64(self) -> f64 {
        let power = POWERS.get(usize::from(self.exponent.unsigned_abs()));
        let magnitude = match power {
            // Both are doubles: one rounding.
            Some(power) if self.high == 0 && self.low <= EXACT => {
                if self.exponent < 0 {
                    self.low as f64 / power
                } else {
                    self.low as f64 * power
                }
            }
            _ => self.long_to_f64(),
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// The shortest decimal that is nearest to this double and to no other; `None` for an infinity or NaN.
    #[inline]
    pub fn from_f64(value: f64) -> Option<Self> {
        let whole = value as i64;
        if whole as f64 == value && whole.unsigned_abs() <= EXACT {
            return Some(Self::from_i64(whole));
        }
        if !value.is_finite() {
            return None;
        }
        Self::parse(zmij::Buffer::new().format_finite(value).as_bytes())?.ok()
    }

    #[cold]
    fn div_big(self, other: Self) -> Result<Self, Overflow> {
        let exponent = i32::from(self.exponent) - i32::from(other.exponent);
        let (left, right) = (BigUint::from(self.coefficient()), BigUint::from(other.coefficient()));
        Self::from_ratio(self.negative ^ other.negative, &left, &right, exponent)
    }

    /// `(-1)^negative * numerator / denominator * 10^exponent` rounded like [`Number::div`].
    pub(in crate::value) fn from_ratio(
        negative: bool,
        numerator: &BigUint,
        denominator: &BigUint,
        exponent: i32,
    ) -> Result<Self, Overflow> {
        big::nearest(negative, numerator, denominator, exponent)
    }

    /// The nearest double, and of that the shortest decimal; of a number beyond the normal doubles 17 digits.
    pub fn nearest(self) -> Self {
        let double = self.to_f64();
        if double.is_normal() || self.is_zero() {
            return Self::from_f64(double).unwrap_or(self);
        }
        let exponent = i32::from(self.exponent);
        let rounded = big::nearest(self.negative, &self.coefficient().into(), &1u32.into(), exponent);
        rounded.unwrap_or(self)
    }

    /// The square root, rounded like a quotient; of the magnitude if the number is below zero.
    pub fn sqrt(self) -> Self {
        let double = self.to_f64().abs();
        if double.is_normal() || self.is_zero() {
            return Self::from_f64(double.sqrt()).unwrap_or(self);
        }
        let root = big::root(&self.coefficient().into(), &1u32.into(), self.exponent.into());
        // The root lies nearer to 1 than the number.
        root.unwrap_or(self)
    }

    /// The nearest double to the magnitude, for any digits and exponent.
    fn long_to_f64(self) -> f64 {
        // The standard library rounds correctly and reads a text of this length in tens of nanoseconds.
        let mut text = [0u8; 48];
        let mut digits = itoa::Buffer::new();
        let mut exponent = itoa::Buffer::new();
        let pieces = [digits.format(self.coefficient()), "e", exponent.format(self.exponent)];
        let mut length = 0;
        for (to, from) in text.iter_mut().zip(pieces.iter().flat_map(|piece| piece.bytes())) {
            *to = from;
            length += 1;
        }
        let text = text.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::tests::{number, text, twin, within};
    use super::*;

    /// A finite double in units of `2^-1074`.
    fn units(value: f64) -> BigInt {
        let (bits, negative) = (value.abs().to_bits(), value < 0.0);
        let (exponent, fraction) = (bits >> 52, bits & ((1 << 52) - 1));
        let magnitude = match exponent {
            0 => BigInt::from(fraction),
            _ => BigInt::from(fraction | 1 << 52) << (exponent - 1),
        };
        if negative { -magnitude } else { magnitude }
    }

    /// Whether no double is nearer to `numerator / denominator`, and of two equally near ones the even one is
    /// taken. The largest double stands for everything up to half a step beyond it.
    fn is_nearest(value: f64, numerator: &BigInt, denominator: &BigInt) -> bool {
        let beyond = |at: f64| {
            if at.is_finite() {
                units(at)
            } else {
                units(value) * 2 - units(-at.signum() * f64::MAX.next_down())
            }
        };
        let twice_exact = numerator << 1075u32;
        let low = (units(value) + beyond(value.next_down())) * denominator;
        let high = (units(value) + beyond(value.next_up())) * denominator;
        let even = value.to_bits() & 1 == 0;
        if even { low <= twice_exact && twice_exact <= high } else { low < twice_exact && twice_exact < high }
    }

    /// `left / right` as a ratio of integers with a positive denominator.
    fn exact(left: Number, right: Number) -> (BigInt, BigInt) {
        let shift = i32::from(left.exponent) - i32::from(right.exponent);
        let (up, down) = if shift >= 0 { (shift, 0) } else { (0, -shift) };
        let signed = BigInt::from(if left.negative == right.negative { 1 } else { -1 });
        let numerator = signed * BigInt::from(left.coefficient()) * BigInt::from(big::power(up as u32));
        (numerator, BigInt::from(right.coefficient()) * BigInt::from(big::power(down as u32)))
    }

    #[test]
    fn quotients() {
        for (left, right, quotient) in [
            ("7", "2", "3.5"),
            ("1", "3", "0.3333333333333333"),
            ("-2", "3", "-0.6666666666666666"),
            ("0.3", "0.1", "3"),
            ("0", "-5", "0"),
            ("1e300", "1e-300", "1e600"),
            ("1e-300", "3e300", "3.3333333333333333e-601"),
            ("-2e-6000", "3e-300", "-6.6666666666666667e-5701"),
            ("1e6000", "1e-300", "overflow"),
            ("1e-6000", "1e300", "overflow"),
            ("1e-400", "1", "1e-400"),
            ("1e6000", "1e5999", "10"),
            ("1e-6000", "3e-6000", "0.3333333333333333"),
            ("17976931348623157", "1e-292", "1.7976931348623157e308"),
            ("17976931348623159", "1e-292", "1.7976931348623159e308"),
            ("5", "1e324", "5e-324"),
            ("2.47032822920623271e-324", "1", "2.4703282292062327e-324"),
            ("2.2250738585072011e-308", "1", "2.2250738585072011e-308"),
            ("2.2250738585072014e-308", "1", "2.2250738585072014e-308"),
            ("9007199254740993", "1", "9007199254740992"),
            ("9007199254740995", "1", "9007199254740996"),
            ("1", "0.0", "by zero"),
        ] {
            let shown = match number(left).div(number(right)) {
                Ok(quotient) => text(quotient),
                Err(ArithmeticError::Overflow) => "overflow".to_owned(),
                Err(ArithmeticError::DivisionByZero) => "by zero".to_owned(),
            };
            assert_eq!(shown, quotient, "{left} / {right}");
        }
    }

    #[test]
    fn doubles_out_and_in() {
        for (spelled, double) in [
            ("0", 0.0),
            ("0.1", 0.1),
            ("-2.5", -2.5),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("1e23", 1e23),
            ("123456789012345678901234567890e-40", 1.234_567_890_123_456_8e-11),
            ("1e309", f64::INFINITY),
            ("-1e6144", f64::NEG_INFINITY),
            ("1e-6144", 0.0),
        ] {
            assert_eq!(number(spelled).to_f64(), double, "{spelled}");
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::INFINITY), None);
        assert_eq!(Number::from_f64(-0.0), Some(Number::ZERO));
        assert_eq!(
            Number::from_f64(9.223_372_036_854_776e18).map(text).as_deref(),
            Some("9223372036854776000")
        );
        assert_eq!(Number::from_f64(5e-324).map(text).as_deref(), Some("5e-324"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn quotients_are_the_nearest_doubles(
            left in prop_oneof![within(3), within(180)],
            right in prop_oneof![within(3), within(180)],
        ) {
            let right = if right.is_zero() { Number::ONE } else { right };
            let (numerator, denominator) = exact(left, right);
            match left.div(right) {
                Ok(quotient) if quotient.is_zero() || quotient.to_f64().is_normal() => {
                    let double = quotient.to_f64();
                    prop_assert!(is_nearest(double, &numerator, &denominator));
                    prop_assert_eq!(text(quotient), text(Number::from_f64(double).unwrap()));
                }
                Ok(quotient) => {
                    // Within half a unit of the 17th digit.
                    let (wide, exact) = (twin(quotient) * &denominator, numerator * BigInt::from(big::power(6200)));
                    let off = (wide - &exact) * 2u32 * BigInt::from(big::power(16));
                    prop_assert!(off.magnitude() <= exact.magnitude());
                    prop_assert!(!quotient.to_f64().is_normal());
                }
                Err(_) => prop_assert!(false),
            }
        }

        #[test]
        fn doubles_make_the_round_trip(bits in any::<u64>(), number in within(330)) {
            let double = f64::from_bits(bits);
            match Number::from_f64(double) {
                Some(number) => prop_assert_eq!(number.to_f64(), double),
                None => prop_assert!(!double.is_finite()),
            }
            let (numerator, denominator) = exact(number, Number::ONE);
            let double = number.to_f64();
            prop_assert!(double.is_infinite() || is_nearest(double, &numerator, &denominator));
        }

        #[test]
        fn halves_between_doubles_go_to_the_even_one(bits in 0u64..0x7FE0_0000_0000_0000, above in -1i32..2) {
            // The decimal expansion of a half is too long for a number, so the ratio is asked itself.
            let double = f64::from_bits(bits);
            let half = (units(double) + units(double.next_up())) * (1u128 << 70) + above;
            let denominator = BigInt::from(1) << (1075u32 + 70);
            let nearest = big::nearest_double(half.magnitude(), denominator.magnitude(), 0);
            prop_assert!(is_nearest(nearest, &half, &denominator));
        }
    }
}
