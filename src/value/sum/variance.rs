//! Variance from exact sums.

use num_bigint::{BigInt, BigUint};

use super::Sum;
use crate::value::number::big;

/// The variance of a sample of `n` numbers from their sum and the sum of their squares:
/// `(nΣx² − (Σx)²) / (n(n − 1))` as an exact ratio, rounded once to the nearest double, so that a standard
/// deviation can take its root. `None` for fewer than two numbers and beyond the doubles.
pub fn variance(sum: &Sum, squares: &Sum, n: u64) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let (total, exponent) = sum.exact();
    let (squares, squares_exponent) = squares.exact();
    let common = squares_exponent.min(exponent * 2);
    let moved = |value: BigInt, from: i32| value * BigInt::from(big::power(from.abs_diff(common)));
    let difference = moved(squares * n, squares_exponent) - moved(&total * &total, exponent * 2);
    // Negative only if the sums are of different numbers.
    let numerator = difference.to_biguint()?;
    let variance = big::nearest_double(&numerator, &(BigUint::from(n) * (n - 1)), common);
    variance.is_finite().then_some(variance)
}
