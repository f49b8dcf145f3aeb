//! Rounding of integers and ratios of any size: once, to 38 digits or to the nearest double.

use num_bigint::{BigInt, BigUint, Sign};

use super::{Number, Overflow, ten};

/// `10^n`.
pub(in crate::value) fn power(n: u32) -> BigUint {
    match ten::power(n) {
        Some(power) => BigUint::from(power),
        None => BigUint::from(10u32).pow(n),
    }
}

/// `(-1)^negative * coefficient * 10^n`.
pub(in crate::value) fn scaled(negative: bool, coefficient: u128, n: u32) -> BigInt {
    BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, power(n) * coefficient)
}

/// `(-1)^negative * magnitude * 10^exponent`, rounded half to even if it has more than 38 digits.
pub(in crate::value) fn rounded(
    negative: bool,
    magnitude: &BigUint,
    exponent: i32,
) -> Result<Number, Overflow> {
    if let Ok(small) = u128::try_from(magnitude) {
        return Number::from_parts(negative, small, exponent);
    }
    rounded_to(38, negative, magnitude, exponent)
}

/// The same with at most so many digits, which are not more than 38.
fn rounded_to(most: u32, negative: bool, magnitude: &BigUint, exponent: i32) -> Result<Number, Overflow> {
    let excess = digits(magnitude).saturating_sub(most);
    let unit = power(excess);
    let quotient = magnitude / &unit;
    let twice = (magnitude - &quotient * &unit) * 2u32;
    let up = twice > unit || (twice == unit && quotient.bit(0));
    // At most 10^38.
    let coefficient = u128::try_from(&quotient).map_err(|_| Overflow)? + u128::from(up);
    Number::from_parts(negative, coefficient, exponent.saturating_add(excess.try_into().unwrap_or(i32::MAX)))
}

/// The number of decimal digits; 1 for zero.
pub(in crate::value) fn digits(value: &BigUint) -> u32 {
    // A lower bound by log10(2), rounded down.
    let mut digits = (value.bits().saturating_sub(1) * 301_029_995 / 1_000_000_000) as u32;
    let mut bound = power(digits);
    while *value >= bound {
        bound *= 10u32;
        digits += 1;
    }
    digits.max(1)
}

/// `numerator / denominator * 10^exponent`, rounded once, half to even, to a double: infinite or zero where the
/// doubles end. The denominator must not be zero.
pub(in crate::value) fn nearest_double(numerator: &BigUint, denominator: &BigUint, exponent: i32) -> f64 {
    if *numerator == BigUint::ZERO {
        return 0.0;
    }
    // The decimal exponent of the quotient, within one; far outside the doubles no power is built.
    let adjusted = i64::from(digits(numerator)) - i64::from(digits(denominator)) + i64::from(exponent);
    match adjusted {
        ..-330 => 0.0,
        331.. => f64::INFINITY,
        _ if exponent >= 0 => ratio(&(numerator * power(exponent.unsigned_abs())), denominator),
        _ => ratio(numerator, &(denominator * power(exponent.unsigned_abs()))),
    }
}

/// `(-1)^negative * numerator / denominator * 10^exponent`, rounded once, half to even: to the nearest double, and then
/// its shortest decimal, or to 17 digits where that is no normal double. The denominator must not be zero.
pub(in crate::value) fn nearest(
    negative: bool,
    numerator: &BigUint,
    denominator: &BigUint,
    exponent: i32,
) -> Result<Number, Overflow> {
    if *numerator == BigUint::ZERO {
        return Ok(Number::ZERO);
    }
    match nearest_double(numerator, denominator, exponent) {
        double if double.is_normal() => {
            let magnitude = Number::from_f64(double).ok_or(Overflow)?;
            Ok(if negative { magnitude.neg() } else { magnitude })
        }
        _ => seventeen_digits(negative, numerator, denominator, exponent),
    }
}

/// Bits of a root that is to be rounded: 53 of a double or 57 of 17 digits, and enough behind them to tell the side.
const ROOT_BITS: u64 = 80;

/// The root of `numerator / denominator * 10^exponent`, rounded once like [`nearest`].
pub(in crate::value) fn root(
    numerator: &BigUint,
    denominator: &BigUint,
    exponent: i32,
) -> Result<Number, Overflow> {
    let wanted = (2 * ROOT_BITS + denominator.bits()).saturating_sub(numerator.bits());
    // 10 holds more than three bits; an even exponent halves.
    let mut places = wanted.div_ceil(3) as i32;
    places += (exponent - places).rem_euclid(2);
    let scaled = numerator * power(places.unsigned_abs());
    let ratio = &scaled / denominator;
    let root = ratio.sqrt();
    let is_exact = &root * &root * denominator == scaled;
    // One bit more stands for all that follow.
    let root = root * 2u32 + u32::from(!is_exact);
    nearest(false, &root, &2u32.into(), (exponent - places) / 2)
}

/// As many digits as tell any two doubles apart.
const SEVENTEEN: u32 = 17;

#[cold]
fn seventeen_digits(
    negative: bool,
    numerator: &BigUint,
    denominator: &BigUint,
    exponent: i32,
) -> Result<Number, Overflow> {
    let shift = i64::from(SEVENTEEN) + 1 + i64::from(digits(denominator)) - i64::from(digits(numerator));
    let shift = i32::try_from(shift).map_err(|_| Overflow)?;
    let up = |value: &BigUint, shift: i32| value * power(shift.max(0).unsigned_abs());
    let (numerator, denominator) = (up(numerator, shift), up(denominator, -shift));
    let quotient = &numerator / &denominator;
    // One digit more stands for all that follow.
    let inexact = &quotient * denominator != numerator;
    let quotient = quotient * 10u32 + u32::from(inexact);
    rounded_to(SEVENTEEN, negative, &quotient, exponent.saturating_sub(shift).saturating_sub(1))
}

/// The nearest double to a ratio of nonzero integers.
fn ratio(numerator: &BigUint, denominator: &BigUint) -> f64 {
    // A quotient of 64 or 65 bits: more than a double's 53, so that one more bit can stand for all others.
    let shift = 64 - (numerator.bits() as i64 - denominator.bits() as i64);
    let (numerator, denominator) = if shift >= 0 {
        (numerator << shift, denominator.clone())
    } else {
        (numerator.clone(), denominator << -shift)
    };
    let quotient = &numerator / &denominator;
    let inexact = &quotient * denominator != numerator;
    // The conversion cannot fail: see the shift.
    let bits = u128::try_from(&quotient).unwrap_or(u128::MAX) << 1 | u128::from(inexact);
    binary(bits, -shift - 1)
}

/// `mantissa * 2^exponent` for a mantissa of 65 to 67 bits, rounded half to even.
fn binary(mantissa: u128, exponent: i64) -> f64 {
    let length = 128 - i64::from(mantissa.leading_zeros());
    let top = exponent + length - 1;
    // Below the normal doubles the last bit stays at 2^-1074.
    let dropped = if top >= -1022 { length - 53 } else { -1074 - exponent };
    if top > 1023 {
        return f64::INFINITY;
    }
    if dropped > length {
        return 0.0;
    }
    let (kept, rest) = (mantissa >> dropped, mantissa & ((1 << dropped) - 1));
    let half = 1 << (dropped - 1);
    let kept = kept as u64 + u64::from(rest > half || (rest == half && kept & 1 == 1));
    // A carry out of the mantissa is a step of the exponent, and out of the largest one it is infinity.
    let biased = if top >= -1022 { (top + 1022) as u64 } else { 0 };
    f64::from_bits((biased << 52) + kept)
}
