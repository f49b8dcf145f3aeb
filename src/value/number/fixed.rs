//! Numbers written with so many decimals.

use super::{Exact, Overflow};

/// Digits before the point that are written out.
const MOST_WHOLE: i64 = 1000;

impl Exact<'_> {
    /// Appends the number with `decimals` digits after the point, rounded half away from zero, in plain digits, and never
    /// as `-0`. An error if more than 1,000 digits would come before the point.
    pub fn write_fixed(self, decimals: usize, out: &mut Vec<u8>) -> Result<(), Overflow> {
        match self {
            Self::Short(number) => {
                let (negative, coefficient, exponent) = number.parts();
                let mut buffer = itoa::Buffer::new();
                let digits = if number.is_zero() { "" } else { buffer.format(coefficient) };
                let point = i64::from(exponent) + digits.len() as i64;
                write(negative, digits.bytes(), point, decimals, out)
            }
            Self::Long(digits) => write(digits.negative, digits.digits(), digits.point, decimals, out),
        }
    }
}

/// Writes `0.ddd… * 10^point`.
fn write(
    negative: bool,
    mut digits: impl Iterator<Item = u8>,
    point: i64,
    decimals: usize,
    out: &mut Vec<u8>,
) -> Result<(), Overflow> {
    if point > MOST_WHOLE {
        return Err(Overflow);
    }
    let start = out.len();
    if negative {
        out.push(b'-');
    }
    // A zero that a carry may turn into a one.
    let first = out.len();
    out.push(b'0');
    let mut next = || digits.next().unwrap_or(b'0');
    out.extend((0..point).map(|_| next()));
    if decimals > 0 {
        out.push(b'.');
        // Zeros before the first digit.
        let zeros = usize::try_from(-point).unwrap_or(0).min(decimals);
        out.resize(out.len() + zeros, b'0');
        out.extend((zeros..decimals).map(|_| next()));
    }
    // Else the first digit that is dropped is one of the zeros before the number's digits.
    if point.saturating_add(decimals as i64) >= 0 && next() >= b'5' {
        carry(out.get_mut(first..).unwrap_or_default());
    }
    if point > 0 && out.get(first) == Some(&b'0') {
        out.remove(first);
    }
    let is_zero = out.iter().skip(first).all(|byte| matches!(byte, b'0' | b'.'));
    if negative && is_zero {
        out.remove(start);
    }
    Ok(())
}

/// Adds one to the last of the digits.
fn carry(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev().filter(|digit| **digit != b'.') {
        if *digit != b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::*;

    fn fixed(spelled: &str, decimals: usize) -> String {
        let mut out = b"x".to_vec();
        match Exact::parse(spelled.as_bytes()).unwrap().unwrap().write_fixed(decimals, &mut out) {
            Ok(()) => String::from_utf8(out).unwrap().split_off(1),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn forms() {
        for (spelled, decimals, expected) in [
            ("0", 0, "0"),
            ("-0.0", 2, "0.00"),
            ("1.005", 2, "1.01"),
            ("-1.005", 2, "-1.01"),
            ("-0.001", 2, "0.00"),
            ("-0.005", 2, "-0.01"),
            ("0.5", 0, "1"),
            ("0.49", 0, "0"),
            ("-0.5", 0, "-1"),
            ("0.05", 0, "0"),
            ("0.05", 1, "0.1"),
            ("9.995", 2, "10.00"),
            ("999", 1, "999.0"),
            ("99.95", 1, "100.0"),
            ("1500", 3, "1500.000"),
            ("1e30", 2, "1000000000000000000000000000000.00"),
            ("1e-6144", 3, "0.000"),
            (
                "123456789012345678901234567890123456789012345.675",
                2,
                "123456789012345678901234567890123456789012345.68",
            ),
        ] {
            assert_eq!(fixed(spelled, decimals), expected, "{spelled} {decimals}");
        }
        assert_eq!(fixed("1e999", 0).len(), 1000);
        assert_eq!(fixed("1e1000", 0), Overflow.to_string());
        assert_eq!(fixed(&"9".repeat(1001), 0), Overflow.to_string());
        assert_eq!(fixed(&("9".repeat(1000) + ".5"), 0), format!("1{}", "0".repeat(1000)));
    }

    /// By integers, as the number of units of the last decimal.
    fn twin(negative: bool, digits: &str, exponent: i64, decimals: usize) -> String {
        let power = |exponent: i64| BigInt::from(10).pow(exponent as u32);
        let whole: BigInt = digits.parse().unwrap();
        let shift = exponent + decimals as i64;
        let units = if shift >= 0 {
            whole * power(shift)
        } else {
            let unit = power(-shift);
            (whole * 2 + &unit) / (unit * 2)
        };
        let sign = if negative && units != BigInt::ZERO { "-" } else { "" };
        let text = format!("{units:0>width$}", units = units.to_string(), width = decimals + 1);
        let (before, after) = text.split_at(text.len() - decimals);
        format!("{sign}{before}{}{after}", if decimals > 0 { "." } else { "" })
    }

    proptest! {
        #[test]
        fn as_integers_round_it(
            negative: bool,
            digits in "[0-9]{1,90}|[09]{1,50}|[0-9]{0,5}49*5?0*|9{1,45}[45]",
            exponent in -100..60i64,
            decimals in 0..60usize,
        ) {
            let spelled = format!("{}{digits}e{exponent}", if negative { "-" } else { "" });
            prop_assert_eq!(fixed(&spelled, decimals), twin(negative, &digits, exponent, decimals));
        }
    }
}
