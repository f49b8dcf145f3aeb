//! What the tests of numbers share: samples, and the slow twin of a number.

use num_bigint::{BigInt, BigUint};
use proptest::prelude::*;

use super::{LARGEST, Number, Overflow, ten};

/// The number that is spelled so.
pub(in crate::value) fn number(text: &str) -> Number {
    Number::parse(text.as_bytes()).unwrap().unwrap()
}

/// Its canonical form.
pub(in crate::value) fn text(number: Number) -> String {
    number.to_string()
}

/// Coefficients of every length, those next to a power of ten and those with many zeros at the end included.
fn coefficients() -> impl Strategy<Value = u128> {
    (0u32..=38, any::<u128>(), 0u32..4, 0u32..=38).prop_map(|(length, random, kind, zeros)| {
        let bound = 10u128.pow(length);
        let zeros = 10u128.pow(zeros.min(length));
        match kind {
            0 => bound.saturating_sub(random % 3 + 1),
            1 => random % bound / zeros * zeros,
            _ => random % bound,
        }
    })
}

/// Numbers whose exponents lie within `-reach..=reach`.
pub(in crate::value) fn within(reach: i32) -> impl Strategy<Value = Number> {
    (any::<bool>(), coefficients(), -reach..=reach).prop_map(|(negative, coefficient, exponent)| {
        Number::from_parts(negative, coefficient, exponent).unwrap()
    })
}

/// Numbers near each other and numbers over the whole range.
pub(in crate::value) fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![3 => within(6), 2 => within(60), 1 => within(6100)]
}

/// `value * 10^6200` as an integer: exact for every number.
pub(in crate::value) fn twin(number: Number) -> BigInt {
    let (negative, coefficient, exponent) = number.parts();
    let magnitude = BigInt::from(coefficient)
        * BigInt::from(BigUint::from(10u32).pow((6200 + i32::from(exponent)) as u32));
    if negative { -magnitude } else { magnitude }
}

/// `value / 10^units` rounded by its digits in text, and judged for range.
pub(in crate::value) fn rounded_twin(value: &BigInt, units: i32) -> Result<Number, Overflow> {
    let digits = value.magnitude().to_string();
    let (kept, rest) = digits.split_at(digits.len().min(38));
    let mut kept: u128 = kept.parse().unwrap();
    let half = format!("5{}", "0".repeat(rest.len().saturating_sub(1)));
    if !rest.is_empty() && (rest > half.as_str() || (rest == half && kept % 2 == 1)) {
        kept += 1;
    }
    let mut exponent = rest.len() as i32 - units;
    if kept == ten::LIMIT {
        kept /= 10;
        exponent += 1;
    }
    while kept != 0 && kept.is_multiple_of(10) {
        kept /= 10;
        exponent += 1;
    }
    let adjusted = exponent + kept.to_string().len() as i32 - 1;
    let largest = i32::from(LARGEST);
    if kept != 0 && (adjusted < -largest || adjusted > largest || (adjusted == largest && kept != 1)) {
        return Err(Overflow);
    }
    Number::from_parts(*value < BigInt::ZERO, kept, exponent)
}

#[test]
fn the_ends_of_the_range() {
    for (spelled, shown) in [
        ("1e6144", Some("1e6144")),
        ("10e6143", Some("1e6144")),
        ("0.1e6145", Some("1e6144")),
        ("1.1e6144", None),
        ("1e6145", None),
        ("9.9e6143", Some("9.9e6143")),
        ("1e-6144", Some("1e-6144")),
        ("1.00000000000000000000000000001e-6144", Some("1.00000000000000000000000000001e-6144")),
        ("9.99e-6145", None),
        ("1e-6145", None),
        ("-1e99999999999999999999999", None),
        ("1e-99999999999999999999999", None),
        ("0e99999999999999999999999", Some("0")),
        ("-0.000e-7000", Some("0")),
    ] {
        let read = Number::parse(spelled.as_bytes()).unwrap();
        assert_eq!(read.ok().map(text).as_deref(), shown, "{spelled}");
    }
}

#[test]
fn integers_in_and_out() {
    for value in [0, 1, -1, 7, i64::MAX, i64::MIN, 1_000_000] {
        assert_eq!(Number::from_i64(value).to_i64(), Some(value));
        assert_eq!(text(Number::from_i64(value)), value.to_string());
    }
    assert_eq!(Number::from_u64(u64::MAX).to_u64(), Some(u64::MAX));
    assert_eq!(Number::from_u64(u64::MAX).to_i64(), None);
    assert_eq!(number("12e2").to_i64(), Some(1200));
    assert_eq!(number("12.00").to_i64(), Some(12));
    assert_eq!(number("12.5").to_i64(), None);
    assert_eq!(number("1e19").to_u64(), Some(10_000_000_000_000_000_000));
    assert_eq!(number("1e40").to_u64(), None);
    assert_eq!(number("-1").to_u64(), None);
    assert_eq!(text(Number::from_i128(i128::MIN)), "-1.7014118346046923173168730371588410573e38");
    assert_eq!(text(Number::from_i128(-42)), "-42");
}

#[test]
fn signs_and_integers_are_told() {
    for (spelled, sign, integer) in [
        ("0", 0, true),
        ("-0.0", 0, true),
        ("1.0", 1, true),
        ("-2.5", -1, false),
        ("1e-50", 1, false),
        ("-1e50", -1, true),
    ] {
        let value = number(spelled);
        assert_eq!(
            (value.signum(), value.is_integer(), value.is_zero()),
            (sign, integer, sign == 0),
            "{spelled}"
        );
        assert_eq!(value.neg().signum(), -sign);
        assert!(value.abs().signum() >= 0);
    }
}

#[test]
fn ten_times_a_tenth_is_one() {
    let total = (0..10).try_fold(Number::ZERO, |total, _| total.add(number("0.1"))).unwrap();
    assert_eq!(total, Number::ONE);
    assert_eq!(text(total), "1");
}
