//! Variance and standard deviation from exact sums.

use num_bigint::{BigInt, BigUint};

use super::Sum;
use crate::value::number::big;

/// Bits of a root that is to be rounded to a double: its 53, and enough behind them to tell the side.
const ROOT_BITS: u64 = 80;

/// The variance of a sample of `n` numbers from their sum and the sum of their squares:
/// `(nΣx² − (Σx)²) / (n(n − 1))` as an exact ratio, rounded once to the nearest double. `None` for fewer than
/// two numbers and beyond the doubles.
pub fn variance(sum: &Sum, squares: &Sum, n: u64) -> Option<f64> {
    let (numerator, exponent) = spread(sum, squares, n)?;
    finite(big::nearest_double(&numerator, &pairs(n), exponent))
}

/// The standard deviation: the root of the exact variance, rounded once to the nearest double. `None` as for
/// [`variance`].
pub fn deviation(sum: &Sum, squares: &Sum, n: u64) -> Option<f64> {
    let (numerator, exponent) = spread(sum, squares, n)?;
    let pairs = pairs(n);
    let wanted = (2 * ROOT_BITS + pairs.bits()).saturating_sub(numerator.bits());
    // 10 holds more than three bits; an even exponent halves.
    let mut places = wanted.div_ceil(3) as i32;
    places += (exponent - places).rem_euclid(2);
    let scaled = numerator * big::power(places.unsigned_abs());
    let ratio = &scaled / &pairs;
    let root = ratio.sqrt();
    let is_exact = &root * &root * pairs == scaled;
    // One bit more stands for all that follow.
    let root = root * 2_u32 + u32::from(!is_exact);
    finite(big::nearest_double(&root, &BigUint::from(2_u32), (exponent - places) / 2))
}

/// `nΣx² − (Σx)²` as digits and a power of ten; `None` for fewer than two numbers.
fn spread(sum: &Sum, squares: &Sum, n: u64) -> Option<(BigUint, i32)> {
    if n < 2 {
        return None;
    }
    let (total, exponent) = sum.exact();
    let (squares, squares_exponent) = squares.exact();
    let common = squares_exponent.min(exponent * 2);
    let moved = |value: BigInt, from: i32| value * BigInt::from(big::power(from.abs_diff(common)));
    let difference = moved(squares * n, squares_exponent) - moved(&total * &total, exponent * 2);
    // Negative only if the sums are of different numbers.
    Some((difference.to_biguint()?, common))
}

/// `n(n − 1)`.
fn pairs(n: u64) -> BigUint {
    BigUint::from(n) * (n - 1)
}

fn finite(double: f64) -> Option<f64> {
    double.is_finite().then_some(double)
}
