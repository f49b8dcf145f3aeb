//! Equality, order and hash by value, and bytes in that order.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{Number, ten};

impl PartialEq for Number {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let order = match (self.signum(), other.signum()) {
            (-1, -1) | (1, 1) => self.cmp_magnitude(*other),
            (left, right) => return left.cmp(&right),
        };
        if self.negative { order.reverse() } else { order }
    }
}

impl Hash for Number {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let reduced = self.reduced();
        state.write_u64(reduced.low);
        state.write_u64(reduced.high);
        state.write_u64((reduced.exponent as u64) << 1 | u64::from(reduced.negative));
    }
}

/// Twenty pairs hold 40 digits, an odd exponent's shift included.
const PAIRS: usize = 20;
/// One or three bytes for the exponent, then the pairs.
const LONGEST: usize = PAIRS + 3;

impl Number {
    /// Appends bytes whose order is that of the numbers. Equal numbers have equal bytes, and no number's bytes
    /// begin with another's, so that more bytes may follow. At most 23 bytes, two for integers below 100; of a number
    /// with more digits ([`super::Exact`]) more in the same form.
    ///
    /// The form is SQLite4's key encoding with other constants: zero is `80`. A positive number is
    /// `0.ddd… * 100^e`: `C0 + e` for an `e` from -32 to 31, else `F0` or `90` and two bytes, then its digits
    /// in base 100, each doubled, plus 1 if another one follows. A negative number is the complement of that.
    #[inline]
    pub fn order_bytes(self, out: &mut Vec<u8>) {
        if self.is_zero() {
            out.push(0x80);
            return;
        }
        let mut pairs = Pairs::default();
        // An even exponent counts pairs; an odd one puts the last digit into a pair of its own.
        let exponent = i32::from(self.exponent).div_euclid(2);
        let mut rest = self.coefficient();
        if self.exponent & 1 != 0 {
            pairs.push((rest % 10) as u8 * 10);
            rest /= 10;
        }
        while rest > u128::from(u64::MAX) {
            pairs.push((rest % 100) as u8);
            rest /= 100;
        }
        let mut rest = rest as u64;
        while rest != 0 {
            pairs.push((rest % 100) as u8);
            rest /= 100;
        }
        let magnitude = exponent + i32::from(pairs.seen);
        let bytes = pairs.with_header(magnitude);
        let mask = if self.negative { 0xFF } else { 0 };
        bytes.iter_mut().for_each(|byte| *byte ^= mask);
        out.extend_from_slice(bytes);
    }

    /// The one form among those of equal value that is used to hash: an integer has the exponent 0 if it has
    /// at most 38 digits; every other number has no trailing zeros.
    #[inline]
    fn reduced(self) -> Self {
        if self.exponent == 0 {
            return self;
        }
        let (mut coefficient, mut exponent) = (self.coefficient(), self.exponent);
        if exponent > 0
            && let Some(whole) =
                ten::scaled(coefficient, exponent.unsigned_abs().into()).filter(|&whole| whole < ten::LIMIT)
        {
            return Self::raw(self.negative, whole, 0);
        }
        let most = if exponent < 0 { u32::from(exponent.unsigned_abs()) } else { 38 };
        let dropped;
        (coefficient, dropped) = ten::stripped(coefficient, most);
        exponent += dropped as i16;
        Self::raw(self.negative, coefficient, exponent)
    }

    /// Compares the magnitudes of nonzero numbers.
    #[inline]
    fn cmp_magnitude(self, other: Self) -> Ordering {
        let (left, right) = (self.coefficient(), other.coefficient());
        if self.exponent == other.exponent {
            return left.cmp(&right);
        }
        self.adjusted().cmp(&other.adjusted()).then_with(|| {
            // With leading digits of equal weight the scaled one gets as many digits as the other has.
            let apart = u32::from(self.exponent.abs_diff(other.exponent));
            let (left, right) = if self.exponent > other.exponent {
                (ten::scaled(left, apart), Some(right))
            } else {
                (Some(left), ten::scaled(right, apart))
            };
            left.cmp(&right)
        })
    }
}

/// Digits in base 100, put in from the last to the first; zeros at the end are left out.
struct Pairs {
    bytes: [u8; LONGEST],
    /// Where the digits begin; `LONGEST` while there are none.
    start: usize,
    /// How many digits were put in, those left out included.
    seen: i8,
}

impl Default for Pairs {
    #[inline]
    fn default() -> Self {
        Self { bytes: [0; LONGEST], start: LONGEST, seen: 0 }
    }
}

impl Pairs {
    #[inline]
    fn push(&mut self, pair: u8) {
        self.seen += 1;
        if pair == 0 && self.start == LONGEST {
            return;
        }
        let byte = pair * 2 + u8::from(self.start != LONGEST);
        self.put(byte);
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    #[inline]
    fn with_header(&mut self, magnitude: i32) -> &mut [u8] {
        if is_near(magnitude) {
            self.put((0xC0 + magnitude) as u8);
        } else {
            let [sign, first, second] = far(magnitude);
            self.put(second);
            self.put(first);
            self.put(sign);
        }
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }
}

/// Appends what stands in front of the pairs of a positive number.
pub(super) fn write_header(magnitude: i32, out: &mut Vec<u8>) {
    if is_near(magnitude) {
        out.push((0xC0 + magnitude) as u8);
    } else {
        out.extend_from_slice(&far(magnitude));
    }
}

#[inline]
fn is_near(magnitude: i32) -> bool {
    (-32..32).contains(&magnitude)
}

#[inline]
fn far(magnitude: i32) -> [u8; 3] {
    // A negative one is shifted to 0..65536, in which its order is that of the bytes.
    let [first, second] = (magnitude as i16 as u16).to_be_bytes();
    [if magnitude > 0 { 0xF0 } else { 0x90 }, first, second]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{number, numbers, twin};
    use super::*;
    use crate::hash;

    fn key(number: Number) -> Vec<u8> {
        let mut bytes = Vec::new();
        number.order_bytes(&mut bytes);
        bytes
    }

    #[test]
    fn ascending() {
        let ascending = [
            "-1e6144",
            "-1e100",
            "-12346",
            "-12345",
            "-101",
            "-100.5",
            "-100",
            "-99.99",
            "-10",
            "-1.5",
            "-1",
            "-0.99",
            "-1e-100",
            "-1e-6144",
            "0",
            "1e-6144",
            "1e-66",
            "1e-65",
            "1e-64",
            "1e-63",
            "0.0099",
            "0.01",
            "0.1",
            "0.99",
            "1",
            "1.0000001",
            "9",
            "10",
            "99",
            "100",
            "100.5",
            "101",
            "12345",
            "12346",
            "1e61",
            "1e62",
            "1e63",
            "1e64",
            "1e6144",
        ]
        .map(number);
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(left.cmp(right), at.cmp(&other), "{left} {right}");
                assert_eq!(key(*left).cmp(&key(*right)), at.cmp(&other), "{left} {right}");
            }
        }
        assert_eq!(key(Number::from_u64(42)).len(), 2);
    }

    #[test]
    fn equal_values_are_equal_in_every_way() {
        for (left, right) in
            [("1.0", "1"), ("-0", "0"), ("1e3", "1000"), ("1.50e50", "15e49"), ("120e-3", "0.12")]
        {
            let (left, right) = (number(left), number(right));
            assert_eq!(left, right);
            assert_eq!(hash::one(left), hash::one(right));
            assert_eq!(key(left), key(right));
        }
        assert_ne!(number("1"), number("-1"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn order_is_that_of_the_values(left in numbers(), other in numbers(), near in -2i64..3, shift in 0u32..4) {
            // A number beside one that is equal or nearly so, in another form.
            let near = left.parts().1 as i128 + i128::from(near);
            let scaled = ten::scaled(near.unsigned_abs(), shift).unwrap_or(near.unsigned_abs());
            let beside = Number::from_parts(left.parts().0, scaled, i32::from(left.parts().2) - shift as i32);
            for right in [other, beside.unwrap_or(other)] {
                let order = twin(left).cmp(&twin(right));
                prop_assert_eq!(left.cmp(&right), order);
                prop_assert_eq!(key(left).cmp(&key(right)), order);
                prop_assert_eq!(key(left).starts_with(&key(right)), order == Ordering::Equal);
                prop_assert_eq!(hash::one(left) == hash::one(right), order == Ordering::Equal);
            }
        }
    }
}
