//! Exact decimals over `num-bigint`, and ratios and roots rounded once to the nearest double, beyond doubles to 17 digits.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

/// `digits · 10^-scale`, without trailing zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: BigInt,
    scale: i64,
}

fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).expect("a small exponent"))
}

impl Decimal {
    pub(crate) fn new(digits: BigInt, scale: i64) -> Self {
        let (mut digits, mut scale) = (digits, scale);
        if digits.sign() == Sign::NoSign {
            return Self { digits, scale: 0 };
        }
        while &digits % 10 == BigInt::ZERO {
            digits /= 10;
            scale -= 1;
        }
        Self { digits, scale }
    }

    pub(crate) fn count(count: usize) -> Self {
        Self::new(BigInt::from(count), 0)
    }

    /// Reads `-12.50e3`; leading zeros are allowed.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let bare = whole.strip_prefix('-').unwrap_or(whole);
        let digit = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if bare.is_empty() || !digit(bare) || !digit(fraction) || mantissa.ends_with('.') {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self::new(digits, fraction.len() as i64 - exponent))
    }

    /// The shortest decimal of a double.
    pub(crate) fn of_double(double: f64) -> Self {
        Self::read(&format!("{double:e}")).expect("a finite double")
    }

    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i64) {
        let scale = self.scale.max(other.scale);
        (&self.digits * power(scale - self.scale), &other.digits * power(scale - other.scale), scale)
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let (left, right, scale) = self.aligned(other);
        Self::new(left + right, scale)
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        self.add(&Self::new(-&other.digits, other.scale))
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self::new(&self.digits * &other.digits, self.scale + other.scale)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits == BigInt::ZERO
    }

    /// The largest whole number not above `self / other`.
    pub(crate) fn floor_div(&self, other: &Self) -> Self {
        let (left, right, _) = self.aligned(other);
        let (quotient, rest) = (&left / &right, &left % &right);
        let below =
            rest.sign() != Sign::NoSign && (rest.sign() == Sign::Minus) != (right.sign() == Sign::Minus);
        Self::new(if below { quotient - 1 } else { quotient }, 0)
    }

    /// `self / other`, rounded once.
    pub(crate) fn div(&self, other: &Self) -> Self {
        let (left, right, _) = self.aligned(other);
        let (negative, left, right) = (
            (left.sign() == Sign::Minus) != (right.sign() == Sign::Minus),
            left.magnitude().clone(),
            right.magnitude().clone(),
        );
        let left = BigInt::from(left) * power(PLACES);
        let right = BigInt::from(right);
        nearest(negative, &(&left / &right), &left % &right != BigInt::ZERO, PLACES)
    }

    /// The root of `self / other`, rounded once.
    pub(crate) fn root_of_ratio(&self, other: &Self) -> Self {
        let (left, right, _) = self.aligned(other);
        let square = &left * power(2 * PLACES) / &right;
        let root = square.sqrt();
        let inexact = &root * &root * &right != left * power(2 * PLACES);
        nearest(false, &root, inexact, PLACES)
    }

    /// A whole number as an integer.
    pub(crate) fn whole(&self) -> Option<i128> {
        (self.scale <= 0).then(|| i128::try_from(&self.digits * power(-self.scale)).ok()).flatten()
    }

    /// How many digits it has.
    pub(crate) fn length(&self) -> i64 {
        self.digits.magnitude().to_string().len() as i64
    }

    /// Rounded to 38 digits, half to even.
    pub(crate) fn rounded(self) -> Self {
        self.rounded_to(38)
    }

    fn rounded_to(self, most: i64) -> Self {
        let length = self.length();
        if length <= most {
            return self;
        }
        let unit = power(length - most);
        let (quotient, rest) = (&self.digits / &unit, &self.digits % &unit);
        let twice = BigInt::from(rest.magnitude().clone()) * 2;
        let up = twice > unit || (twice == unit && &quotient % 2 != BigInt::ZERO);
        let step = if self.digits.sign() == Sign::Minus { -1 } else { 1 };
        Self::new(if up { quotient + step } else { quotient }, self.scale - (length - most))
    }

    /// As computed numbers are written.
    pub(crate) fn write(&self) -> String {
        let digits = self.digits.magnitude().to_string();
        let sign = if self.digits.sign() == Sign::Minus { "-" } else { "" };
        let exponent = digits.len() as i64 - 1 - self.scale;
        let body = match exponent {
            _ if self.is_zero() => "0".to_owned(),
            ..-6 | 21.. => {
                let (first, rest) = digits.split_at(1);
                let point = if rest.is_empty() { "" } else { "." };
                format!("{first}{point}{rest}e{exponent}")
            }
            _ if self.scale <= 0 => format!("{digits}{}", "0".repeat(-self.scale as usize)),
            _ => {
                let padded = format!("{digits:0>width$}", width = self.scale as usize + 1);
                let (whole, fraction) = padded.split_at(padded.len() - self.scale as usize);
                format!("{whole}.{fraction}")
            }
        };
        format!("{sign}{body}")
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right, _) = self.aligned(other);
        left.cmp(&right)
    }
}

/// Places behind the point that ratios and roots are computed to: more than any number of the model has.
const PLACES: i64 = 1000;

/// What is nearest to `quotient · 10^-places`, a little more if `inexact`.
fn nearest(negative: bool, quotient: &BigInt, inexact: bool, places: i64) -> Decimal {
    let digits: BigInt = format!("{}{quotient}{}", if negative { "-" } else { "" }, u8::from(inexact))
        .parse()
        .expect("digits");
    let double: f64 = format!("{digits}e-{}", places + 1).parse().expect("a number");
    if double.is_normal() || digits == BigInt::ZERO {
        return Decimal::of_double(double);
    }
    Decimal::new(digits, places + 1).rounded_to(17)
}
