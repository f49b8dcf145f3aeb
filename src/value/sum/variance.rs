//! Variance and standard deviation from exact sums.

use num_bigint::{BigInt, BigUint};

use super::Sum;
use crate::value::number::{Number, big};

/// The variance of a sample of `n` numbers from their sum and the sum of their squares:
/// `(nΣx² − (Σx)²) / (n(n − 1))` as an exact ratio, rounded once like [`Number::div`]. `None` for fewer than
/// two numbers and out of range.
pub fn variance(sum: &Sum, squares: &Sum, n: u64) -> Option<Number> {
    let (numerator, exponent) = spread(sum, squares, n)?;
    big::nearest(false, &numerator, &pairs(n), exponent).ok()
}

/// The standard deviation: the root of the exact variance, rounded once like [`Number::div`]. `None` as for
/// [`variance`].
pub fn deviation(sum: &Sum, squares: &Sum, n: u64) -> Option<Number> {
    let (numerator, exponent) = spread(sum, squares, n)?;
    big::root(&numerator, &pairs(n), exponent).ok()
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
