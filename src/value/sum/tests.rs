//! Sums against the exact rationals of num-bigint, in any order and split.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;
use crate::value::number::tests::{number, numbers, rounded_twin, text, twin};

fn sum(values: &[Number]) -> Sum {
    let mut sum = Sum::default();
    values.iter().for_each(|&value| sum.add(value));
    sum
}

fn squares(values: &[Number]) -> Sum {
    let mut sum = Sum::default();
    values.iter().for_each(|&value| sum.add_square(value));
    sum
}

/// The same sum, by way of its bytes.
fn reloaded(sum: &Sum) -> Sum {
    let mut bytes = Vec::new();
    sum.save(&mut bytes);
    for end in 0..bytes.len() {
        assert!(Sum::load(&mut &bytes[..end]).is_none(), "cut at {end}");
    }
    bytes.push(0xAB);
    let mut rest = bytes.as_slice();
    let loaded = Sum::load(&mut rest).unwrap();
    assert_eq!(rest, [0xAB]);
    loaded
}

fn total(spelled: &[&str]) -> Result<String, Overflow> {
    sum(&spelled.iter().map(|text| number(text)).collect::<Vec<_>>()).total().map(text)
}

#[test]
fn totals() {
    assert_eq!(total(&[]), Ok("0".into()));
    assert_eq!(total(&["0.1"; 10]), Ok("1".into()));
    assert_eq!(total(&["1e6144", "1", "-1e6144"]), Ok("1".into()));
    assert_eq!(total(&["1e6144", "1e6144", "-1e6144"]), Ok("1e6144".into()));
    assert_eq!(total(&["1e6144", "1"]), Ok("1e6144".into()));
    assert_eq!(total(&["1e6144", "1e6144"]), Err(Overflow));
    assert_eq!(total(&["1e38", "0.5", "1e-6144"]), Ok("1e38".into()));
    assert_eq!(total(&["1e38", "5", "1e-6144"]), Ok("1.0000000000000000000000000000000000001e38".into()));
    assert_eq!(total(&["1e38", "5"]), Ok("1e38".into()));
}

#[test]
fn means() {
    for (values, mean) in [
        (&["1", "2"][..], Ok("1.5")),
        (&["0.1", "0.2", "0.3"], Ok("0.2")),
        (&["1", "0", "0"], Ok("0.3333333333333333")),
        (&["1e300", "1e-300", "-1e300"], Ok("3.3333333333333334e-301")),
        (&["1e320", "1e320"], Ok("1e320")),
        (&["1e6144", "1e6144"], Ok("1e6144")),
        (&["-5", "5"], Ok("0")),
    ] {
        let sum = sum(&values.iter().map(|text| number(text)).collect::<Vec<_>>());
        assert_eq!(sum.divided_by(values.len() as u64).map(text), mean.map(str::to_owned), "{values:?}");
    }
    assert_eq!(Sum::default().divided_by(0), Err(Overflow));
}

#[test]
fn variances() {
    for (values, expected) in [
        (&["2", "4", "4", "4", "5", "5", "7", "9"][..], Some("4.571428571428571")),
        (&["1", "1", "1"], Some("0")),
        (&["1000000000000.1", "1000000000000.2"], Some("0.005")),
        (&["0.1", "0.1"], Some("0")),
        (&["1"], None),
        (&[], None),
        (&["1e200", "-1e200"], Some("2e400")),
        (&["1e-200", "0"], Some("5e-401")),
        (&["1e6000", "-1e6000"], None),
        (&["1e150", "-1e150"], Some("2e300")),
    ] {
        let values: Vec<_> = values.iter().map(|text| number(text)).collect();
        let found = variance(&sum(&values), &squares(&values), values.len() as u64);
        assert_eq!(found.map(text).as_deref(), expected, "{values:?}");
    }
}

#[test]
fn deviations() {
    for (values, expected) in [
        (&["1", "3", "5"][..], Some("2")),
        (&["1", "1"], Some("0")),
        (&["1e-9", "3e-9", "5e-9"], Some("2e-9")),
        (&["1e200", "-1e200"], Some("1.414213562373095e200")),
        (&["1e310", "-1e310"], Some("1.414213562373095e310")),
        (&["1"], None),
    ] {
        let values: Vec<_> = values.iter().map(|text| number(text)).collect();
        let found = deviation(&sum(&values), &squares(&values), values.len() as u64);
        assert_eq!(found.map(text).as_deref(), expected, "{values:?}");
    }
}

#[test]
fn near_inputs_take_no_heap() {
    let mut sum = Sum::default();
    for spelled in ["1e15", "0.000001", "-3", "123456789.25"] {
        sum.add(number(spelled));
    }
    for spelled in ["1e9", "0.001", "-3", "123456789.25"] {
        sum.add_square(number(spelled));
    }
    assert_eq!(sum.heap_bytes(), 0);
    sum.add(number("1e-300"));
    assert!(sum.heap_bytes() > 0);
}

#[test]
fn bytes_are_few() {
    for (value, length) in
        [(0, 1), (127, 1), (-128, 1), (128, 2), (-129, 2), (i128::MAX, 16), (i128::MIN, 16)]
    {
        assert_eq!(shortest(value), length, "{value}");
        let sum = Sum { mantissa: value, limbs: None, exponent: -3 };
        assert_eq!(reloaded(&sum).mantissa, value);
    }
}

#[test]
fn limbs_carry() {
    // Forty digits at a place that is not a limb's own, often enough that limbs pass 10^18.
    let big = number("-99999999999999999999999999999999999999e-7");
    let mut values = vec![number("1e-40")];
    values.resize(1001, big);
    let expected = values.iter().map(|&value| twin(value)).sum::<BigInt>();
    let mut limbs = Limbs::default();
    values.iter().for_each(|&value| limbs.add(sum(&[value]).mantissa, value.parts().2));
    let sum = Sum { mantissa: 0, limbs: Some(Box::new(limbs)), exponent: 0 };
    assert_eq!(sum.total(), rounded_twin(&expected, 6200));
    assert_eq!(reloaded(&sum).total(), sum.total());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn totals_are_exact_in_any_order_and_split(
        values in prop::collection::vec(numbers(), 0..14),
        order in prop::collection::vec(any::<(u8, u8)>(), 14),
    ) {
        let one = sum(&values);
        let exact: BigInt = values.iter().map(|&value| twin(value)).sum();
        prop_assert_eq!(one.total(), rounded_twin(&exact, 6200));

        let mut shuffled: Vec<_> = values.iter().copied().zip(order).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let mut parts = [Sum::default(), Sum::default(), Sum::default()];
        for (value, (_, part)) in shuffled {
            parts[usize::from(part) % 3].add(value);
        }
        let [mut merged, second, third] = parts;
        merged = reloaded(&merged);
        merged.absorb(&reloaded(&second));
        merged.absorb(&third);
        let merged = reloaded(&merged);
        prop_assert_eq!(merged.total(), one.total());
        let n = values.len() as u64;
        prop_assert_eq!(merged.divided_by(n), one.divided_by(n));
    }

    #[test]
    fn squares_are_exact(values in prop::collection::vec(numbers(), 0..8)) {
        let exact: BigInt = values.iter().map(|&value| twin(value) * twin(value)).sum();
        let (found, exponent) = squares(&values).exact();
        let power = BigUint::from(10u32).pow((12_400 + exponent) as u32);
        prop_assert_eq!(found * BigInt::from(power), exact);
    }
}

#[test]
fn damaged_bytes_do_not_overflow() {
    for place in [i16::MIN, -1201, -1200, 1200, 1201, i16::MAX] {
        let mut bytes = vec![1 | WITH_LIMBS, 0, 0, 0, 1, 0];
        bytes.extend_from_slice(&place.to_le_bytes());
        bytes.extend_from_slice(&i64::MAX.to_le_bytes());
        let loaded = Sum::load(&mut bytes.as_slice());
        assert_eq!(loaded.is_some(), place.unsigned_abs() <= 1200, "{place}");
        if let Some(sum) = loaded {
            sum.save(&mut Vec::new());
            let _ = (sum.total(), sum.divided_by(3), variance(&sum, &sum, 2));
        }
    }
    let mut far = vec![1];
    far.extend_from_slice(&i16::MAX.to_le_bytes());
    far.push(1);
    assert!(Sum::load(&mut far.as_slice()).is_none());
}
