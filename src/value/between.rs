//! The place of a quantile between two values: exact, and rounded once when it is asked for.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint};

use super::number::{Number, Overflow, Wide, big};

/// A place between two ranks: `h = (n - 1) q` (type 7 of Hyndman and Fan 1996).
#[derive(Debug)]
pub struct Between {
    /// The rank below it, from 0.
    rank: u64,
    /// Its distance from that rank, in `unit` parts.
    part: BigUint,
    unit: BigUint,
    /// `unit` is this power of ten.
    digits: u32,
}

impl Between {
    /// The place among `n` values, at least one. `None` unless `q` is from 0 to 1.
    pub fn new(n: u64, q: Number) -> Option<Self> {
        if q < Number::ZERO || q > Number::ONE {
            return None;
        }
        let (_, coefficient, exponent) = q.parts();
        let digits = u32::from(exponent.unsigned_abs());
        // Of a number up to 1 only 0 and 1 itself have no digit behind the point.
        let digits = if exponent < 0 { digits } else { 0 };
        let unit = big::power(digits);
        let place = BigUint::from(coefficient) * n.saturating_sub(1);
        let (rank, part) = (&place / &unit, &place % &unit);
        Some(Self { rank: u64::try_from(&rank).ok()?, part, unit, digits })
    }

    /// The rank at the place or below it, from 0.
    pub fn rank(&self) -> u64 {
        self.rank
    }

    /// What lies at the place between the numbers of its rank and of the next; more than 38 digits are rounded
    /// once, half to even.
    pub fn of(&self, low: Number, high: Number) -> Result<Number, Overflow> {
        if self.part == BigUint::ZERO || low == high {
            return Ok(low);
        }
        let exponent = low.parts().2.min(high.parts().2);
        let scaled = self.scaled(&whole_at(low, exponent), &whole_at(high, exponent));
        let digits = i32::try_from(self.digits).map_err(|_| Overflow)?;
        big::rounded(scaled < BigInt::ZERO, scaled.magnitude(), i32::from(exponent) - digits)
    }

    /// [`Self::of`] numbers of any length.
    pub fn of_wide(&self, low: &Wide, high: &Wide) -> Result<Number, Overflow> {
        let part = Wide::new(self.part.clone().into(), -i32::try_from(self.digits).map_err(|_| Overflow)?);
        low.add(&high.sub(low).mul(&part)).rounded()
    }

    /// What lies at the place between two integers, rounded once to an integer, half to even.
    pub fn whole(&self, low: i128, high: i128) -> Option<i128> {
        let scaled = self.scaled(&low.into(), &high.into());
        let unit = BigInt::from(self.unit.clone());
        let (mut below, mut rest) = (&scaled / &unit, &scaled % &unit);
        if rest < BigInt::ZERO {
            below -= 1;
            rest += &unit;
        }
        let up = match BigInt::cmp(&(rest * 2), &unit) {
            Ordering::Less => false,
            Ordering::Equal => below.bit(0),
            Ordering::Greater => true,
        };
        i128::try_from(below + i32::from(up)).ok()
    }

    /// What lies at the place between two integers, in `unit` parts.
    fn scaled(&self, low: &BigInt, high: &BigInt) -> BigInt {
        low * BigInt::from(self.unit.clone()) + (high - low) * BigInt::from(self.part.clone())
    }
}

/// A number in units of `10^exponent`, which must not be above its own exponent.
fn whole_at(number: Number, exponent: i16) -> BigInt {
    let (negative, coefficient, own) = number.parts();
    big::scaled(negative, coefficient, u32::from(own.abs_diff(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn places_are_exact() {
        let between = |n, q| Between::new(n, number(q)).unwrap();
        for (n, q, rank, low, high, value) in [
            (5, "0.9", 3, "1", "1", "1"),
            (5, "0.9", 3, "1", "2", "1.6"),
            (5, "1", 4, "3", "3", "3"),
            (1, "0.5", 0, "3", "3", "3"),
            (4, "0.5", 1, "-1", "2", "0.5"),
            (4, "0.5", 1, "-1e6144", "1e-6144", "-5e6143"),
            (
                5,
                "0.9",
                3,
                "1",
                "15241578753238836750190519987501905210e1",
                "9144947251943302050114311992501143126e1",
            ),
            // The product has more than 38 digits: halves are found where they are.
            (
                2,
                "0.5",
                0,
                "1",
                "99999999999999999999999999999999999996",
                "4.9999999999999999999999999999999999998e37",
            ),
            // So has the place.
            (
                5,
                "0.33333333333333333333333333333333333333",
                1,
                "0",
                "1",
                "0.33333333333333333333333333333333333332",
            ),
        ] {
            let place = between(n, q);
            assert_eq!(place.rank(), rank, "{n} {q}");
            assert_eq!(place.of(number(low), number(high)), Ok(number(value)), "{n} {q} {low} {high}");
        }
        assert!(Between::new(2, number("1.5")).is_none() && Between::new(2, number("-0.5")).is_none());
        let tiny = between(2, "0.5").of(number("0"), number("1e-6144"));
        assert_eq!(tiny, Err(Overflow));
    }

    #[test]
    fn integers_are_rounded_once() {
        let half = Between::new(2, number("0.5")).unwrap();
        for (low, high, whole) in [(0, 1, 0), (1, 2, 2), (-1, 0, 0), (-2, -1, -2), (-3, 0, -2), (4, 4, 4)] {
            assert_eq!(half.whole(low, high), Some(whole), "{low} {high}");
        }
        // Rounded to 38 digits first, the half would be met.
        let below = Between::new(2, number("0.49999999999999999999999999999999999999")).unwrap();
        assert_eq!(below.whole(0, 10_000_000_001), Some(5_000_000_000));
        assert_eq!(half.whole(i128::MIN, i128::MAX), Some(0));
    }
}
