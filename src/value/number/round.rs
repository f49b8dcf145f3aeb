//! Rounding to integers and to decimal places; always exact, never out of range.

use super::{Number, ten};

/// What becomes of the digits that are dropped.
#[derive(Clone, Copy)]
enum Mode {
    TowardZero,
    AwayFromZero,
    HalfAway,
}

impl Number {
    /// The integer part.
    #[inline]
    #[must_use]
    pub fn trunc(self) -> Self {
        self.kept(0, Mode::TowardZero)
    }

    /// The greatest integer that is not above.
    #[inline]
    #[must_use]
    pub fn floor(self) -> Self {
        self.kept(0, if self.negative { Mode::AwayFromZero } else { Mode::TowardZero })
    }

    /// The smallest integer that is not below.
    #[inline]
    #[must_use]
    pub fn ceil(self) -> Self {
        self.kept(0, if self.negative { Mode::TowardZero } else { Mode::AwayFromZero })
    }

    /// Rounded to `digits` decimals, half away from zero; a negative `digits` rounds to tens, hundreds, ….
    #[inline]
    #[must_use]
    pub fn round(self, digits: i32) -> Self {
        self.kept(digits, Mode::HalfAway)
    }

    /// The multiple of `10^-digits` that the mode chooses. It is in range: such a multiple is zero or at least
    /// `10^-digits`, and the ends of the range are powers of ten.
    #[inline]
    fn kept(self, digits: i32, mode: Mode) -> Self {
        let dropped = -i64::from(digits) - i64::from(self.exponent);
        if dropped <= 0 || self.is_zero() {
            return self;
        }
        let coefficient = self.coefficient();
        let (quotient, up) = match u32::try_from(dropped).ok().and_then(ten::power) {
            Some(unit) => {
                let rest = coefficient % unit;
                let up = match mode {
                    Mode::TowardZero => false,
                    Mode::AwayFromZero => rest != 0,
                    Mode::HalfAway => rest >= unit / 2,
                };
                (coefficient / unit, up)
            }
            // More digits than there are: less than a tenth of the unit.
            None => (0, matches!(mode, Mode::AwayFromZero)),
        };
        match quotient + u128::from(up) {
            0 => Self::ZERO,
            // Fits: away from zero only goes to integers, and half away needs a value of at least half a unit.
            kept => Self::raw(self.negative, kept, -digits as i16),
        }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::tests::{number, numbers, text, twin};
    use super::*;

    #[test]
    fn to_integers() {
        for (spelled, floor, ceil, trunc, round) in [
            ("2.5", "2", "3", "2", "3"),
            ("-2.5", "-3", "-2", "-2", "-3"),
            ("0.4", "0", "1", "0", "0"),
            ("-0.4", "-1", "0", "0", "0"),
            ("3.00", "3", "3", "3", "3"),
            ("-1e-6144", "-1", "0", "0", "0"),
            ("1e30", "1e30", "1e30", "1e30", "1e30"),
            ("0.49999999999999999999999999999999999999", "0", "1", "0", "0"),
            ("0.5000", "0", "1", "0", "1"),
        ] {
            let value = number(spelled);
            assert_eq!(
                [value.floor(), value.ceil(), value.trunc(), value.round(0)].map(text),
                [floor, ceil, trunc, round],
                "{spelled}"
            );
        }
    }

    #[test]
    fn to_decimal_places() {
        for (spelled, digits, rounded) in [
            ("2.345", 2, "2.35"),
            ("-2.345", 2, "-2.35"),
            ("2.345", 9, "2.345"),
            ("1250", -2, "1300"),
            ("49", -2, "0"),
            ("50", -2, "100"),
            ("99999999999999999999999999999999999999", -38, "1e38"),
            ("49999999999999999999999999999999999999", -38, "0"),
            ("1e6144", -6144, "1e6144"),
            ("1e6144", -6145, "0"),
            ("1e6144", i32::MIN, "0"),
            ("1e-6144", i32::MAX, "1e-6144"),
        ] {
            assert_eq!(text(number(spelled).round(digits)), rounded, "{spelled} {digits}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn integers_beside_the_value(number in numbers(), digits in -40i32..40) {
            let (value, one) = (twin(number), twin(Number::ONE));
            let (floor, ceil) = (twin(number.floor()), twin(number.ceil()));
            prop_assert!(floor <= value && value <= ceil && &ceil - &floor <= one);
            prop_assert!(number.floor().is_integer() && number.ceil().is_integer());
            prop_assert_eq!(number.is_integer(), floor == ceil);

            let unit = twin(Number::from_parts(false, 1, -digits).unwrap());
            let rounded = twin(number.round(digits));
            let off = &rounded - &value;
            let twice = BigInt::from(off.magnitude().clone()) * 2;
            prop_assert!(twice <= unit && &rounded % &unit == BigInt::ZERO);
            prop_assert!(twice < unit || (off < BigInt::ZERO) == number.negative);
        }
    }
}
