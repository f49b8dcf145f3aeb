//! Numbers of any length: compared, ordered as bytes and computed with by all their digits.
//!
//! What has at most 38 digits is a [`Number`]; only the others are looked at here, so that nothing here is on a hot path.

use std::cmp::Ordering;
use std::iter::{Chain, Copied};
use std::slice::Iter;

use num_bigint::{BigInt, BigUint, Sign};

use super::{ArithmeticError, LARGEST, Number, Overflow, big};

/// Digits of a coefficient: text of at most as many bytes has no more.
const MOST: usize = 38;

/// A number with all the digits that a text spells.
#[derive(Clone, Copy, Debug)]
pub enum Exact<'a> {
    /// At most 38 digits.
    Short(Number),
    /// More.
    Long(Digits<'a>),
}

/// The digits of a number, as they are spelled: `0.ddd… * 10^point`, neither the first nor the last of them a zero.
#[derive(Clone, Copy, Debug)]
pub struct Digits<'a> {
    pub(super) negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    pub(super) point: i64,
}

/// `(-1)^negative * magnitude * 10^exponent`, a number with all its digits.
#[derive(Clone, Debug)]
pub struct Wide {
    magnitude: BigInt,
    exponent: i32,
}

impl<'a> Exact<'a> {
    /// Reads a number as [`Number::parse`] does, but rounds nothing.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Option<Result<Self, Overflow>> {
        if bytes.len() > MOST {
            return Self::parse_long(bytes);
        }
        Some(Number::parse(bytes)?.map(Self::Short))
    }

    /// The number that is spelled, if few bytes do. `None`: many bytes, no number, or one out of range.
    #[inline]
    pub fn parse_few(bytes: &[u8]) -> Option<Number> {
        if bytes.len() > MOST { None } else { Number::parse(bytes)?.ok() }
    }

    /// [`Self::parse`] of many bytes.
    #[cold]
    fn parse_long(bytes: &'a [u8]) -> Option<Result<Self, Overflow>> {
        Some(Number::parse(bytes)?.map(|nearest| Self::of_long(bytes, nearest)))
    }

    /// A number in range that is spelled by many bytes; `nearest` is what it is rounded to.
    fn of_long(bytes: &'a [u8], nearest: Number) -> Self {
        match Digits::of(bytes) {
            Some(digits) if digits.len() > MOST => Self::Long(digits),
            _ => Self::Short(nearest),
        }
    }

    /// The number, rounded once, half to even, if it has more than 38 digits.
    #[inline]
    pub fn rounded(self) -> Result<Number, Overflow> {
        match self {
            Self::Short(number) => Ok(number),
            Self::Long(digits) => digits.to_wide().rounded(),
        }
    }

    /// Appends bytes whose order is that of the numbers; see [`Number::order_bytes`].
    #[inline]
    pub fn order_bytes(self, out: &mut Vec<u8>) {
        match self {
            Self::Short(number) => number.order_bytes(out),
            Self::Long(digits) => digits.order_bytes(out),
        }
    }

    /// All its digits, to compute with.
    #[cold]
    pub fn to_wide(self) -> Wide {
        match self {
            Self::Short(number) => Wide::from(number),
            Self::Long(digits) => digits.to_wide(),
        }
    }

    /// -1, 0 or 1.
    pub fn signum(self) -> i32 {
        match self {
            Self::Short(number) => number.signum(),
            Self::Long(digits) if digits.negative => -1,
            Self::Long(_) => 1,
        }
    }
}

impl PartialEq for Exact<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact<'_> {}

impl PartialOrd for Exact<'_> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact<'_> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Short(left), Self::Short(right)) => left.cmp(right),
            (Self::Long(left), Self::Long(right)) => left.cmp(right),
            (Self::Long(left), Self::Short(right)) => left.cmp_short(*right),
            (Self::Short(left), Self::Long(right)) => right.cmp_short(*left).reverse(),
        }
    }
}

impl<'a> Digits<'a> {
    /// The digits of what [`Number::parse`] reads, unless it is zero.
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (negative, unsigned) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        let end = unsigned.iter().position(|byte| byte | 0x20 == b'e').unwrap_or(unsigned.len());
        let (mantissa, exponent) = unsigned.split_at(end);
        let at = memchr::memchr(b'.', mantissa).unwrap_or(mantissa.len());
        let (whole, fraction) = mantissa.split_at(at);
        let (whole, fraction) = (without_zeros(whole), fraction.get(1..).unwrap_or(&[]));
        // Beyond these, parsing has said so.
        let shift: i64 = match exponent.get(1..) {
            None => 0,
            Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
        };
        let (digits, point) = if whole.is_empty() {
            let digits = without_zeros(fraction);
            (digits, digits.len() as i64 - fraction.len() as i64)
        } else {
            (fraction, whole.len() as i64)
        };
        let fraction = digits.trim_suffix_zeros();
        let whole = if fraction.is_empty() { whole.trim_suffix_zeros() } else { whole };
        let known = Self { negative, whole, fraction, point: point.checked_add(shift)? };
        (known.len() > 0).then_some(known)
    }

    fn len(self) -> usize {
        self.whole.len() + self.fraction.len()
    }

    pub(super) fn digits(self) -> Chain<Copied<Iter<'a, u8>>, Copied<Iter<'a, u8>>> {
        self.whole.iter().copied().chain(self.fraction.iter().copied())
    }

    /// The order of the numbers, by their digits.
    fn cmp(&self, other: &Digits<'_>) -> Ordering {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let order = self.point.cmp(&other.point).then_with(|| self.digits().cmp(other.digits()));
        if self.negative { order.reverse() } else { order }
    }

    fn cmp_short(&self, other: Number) -> Ordering {
        let (negative, coefficient, exponent) = other.parts();
        if other.is_zero() {
            return if self.negative { Ordering::Less } else { Ordering::Greater };
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(coefficient).as_bytes();
        let point = i64::from(exponent) + digits.len() as i64;
        self.cmp(&Digits { negative, whole: digits.trim_suffix_zeros(), fraction: &[], point })
    }

    fn order_bytes(self, out: &mut Vec<u8>) {
        let start = out.len();
        // In base 100 the first digit is the second of its pair if the point lies behind an odd number of digits.
        let odd = self.point.rem_euclid(2) == 1;
        let pairs = (self.point + i64::from(odd)) / 2;
        super::order::write_header(pairs as i32, out);
        let mut digits =
            odd.then_some(b'0').into_iter().chain(self.digits()).map(|byte| byte - b'0').peekable();
        while let Some(tens) = digits.next() {
            let pair = tens * 10 + digits.next().unwrap_or(0);
            out.push(pair * 2 + u8::from(digits.peek().is_some()));
        }
        if self.negative {
            out.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
        }
    }

    /// Appends the number with all its digits, one form for each value: written out as far as that is of use to a
    /// reader, else with an exponent.
    pub fn write(self, out: &mut Vec<u8>) {
        const WRITTEN_OUT: std::ops::RangeInclusive<i64> = -100..=1000;
        if self.negative {
            out.push(b'-');
        }
        let len = self.len() as i64;
        let is_far = !WRITTEN_OUT.contains(&self.point);
        let (point, exponent) = if is_far { (1, self.point - 1) } else { (self.point, 0) };
        if point <= 0 {
            out.extend_from_slice(b"0.");
            out.extend((point..0).map(|_| b'0'));
        }
        for (at, digit) in (0..).zip(self.digits()) {
            if at == point && at > 0 {
                out.push(b'.');
            }
            out.push(digit);
        }
        out.extend((len..point).map(|_| b'0'));
        if is_far {
            out.push(b'e');
            out.extend_from_slice(itoa::Buffer::new().format(exponent).as_bytes());
        }
    }

    fn to_wide(self) -> Wide {
        let digits: Vec<u8> = self.digits().collect();
        let magnitude = BigUint::parse_bytes(&digits, 10).unwrap_or_default();
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        // The point lies within the range of numbers, and a record is below 4 GiB.
        let exponent = i32::try_from(self.point - digits.len() as i64).unwrap_or(i32::MIN);
        Wide { magnitude: BigInt::from_biguint(sign, magnitude), exponent }
    }
}

trait TrimZeros {
    fn trim_suffix_zeros(&self) -> &Self;
}

impl TrimZeros for [u8] {
    fn trim_suffix_zeros(&self) -> &Self {
        let zeros = self.iter().rev().take_while(|&&byte| byte == b'0').count();
        self.get(..self.len() - zeros).unwrap_or(&[])
    }
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&byte| byte == b'0').count();
    digits.get(zeros..).unwrap_or(&[])
}

impl From<Number> for Wide {
    fn from(number: Number) -> Self {
        let (negative, coefficient, exponent) = number.parts();
        Self { magnitude: big::scaled(negative, coefficient, 0), exponent: exponent.into() }
    }
}

impl Wide {
    /// An integer times a power of ten.
    pub(in crate::value) fn new(magnitude: BigInt, exponent: i32) -> Self {
        Self { magnitude, exponent }
    }

    /// The integer, and the power of ten that it counts.
    pub(in crate::value) fn parts(&self) -> (&BigInt, i32) {
        (&self.magnitude, self.exponent)
    }

    /// The number, rounded once, half to even, if it has more than 38 digits.
    pub fn rounded(&self) -> Result<Number, Overflow> {
        big::rounded(self.magnitude.sign() == Sign::Minus, self.magnitude.magnitude(), self.exponent)
    }

    /// `self + other`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let (left, right, exponent) = self.aligned(other);
        Self { magnitude: left + right, exponent }
    }

    /// `self - other`.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        let (left, right, exponent) = self.aligned(other);
        Self { magnitude: left - right, exponent }
    }

    /// `self * other`.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        Self {
            magnitude: &self.magnitude * &other.magnitude,
            exponent: self.exponent.saturating_add(other.exponent),
        }
    }

    /// `self / other`, as [`Number::div`] rounds it.
    pub fn div(&self, other: &Self) -> Result<Number, ArithmeticError> {
        if other.magnitude == BigInt::ZERO {
            return Err(ArithmeticError::DivisionByZero);
        }
        let negative = (self.magnitude.sign() == Sign::Minus) != (other.magnitude.sign() == Sign::Minus);
        let (left, right) = (self.magnitude.magnitude(), other.magnitude.magnitude());
        Ok(Number::from_ratio(negative, left, right, self.exponent.saturating_sub(other.exponent))?)
    }

    /// The greatest integer that is at most the quotient.
    pub fn floor_div(&self, other: &Self) -> Result<Self, ArithmeticError> {
        let (quotient, _, _) = self.divided(other)?;
        Ok(Self { magnitude: quotient, exponent: 0 })
    }

    /// What [`Self::floor_div`] leaves: zero, or of the sign of `other`.
    pub fn floor_rem(&self, other: &Self) -> Result<Self, ArithmeticError> {
        let (_, rest, exponent) = self.divided(other)?;
        Ok(Self { magnitude: rest, exponent })
    }

    /// The multiple of `10^-digits` at or below, or if `up`, at or above.
    #[must_use]
    pub fn cut(&self, digits: i32, up: bool) -> Self {
        let unit = Self { magnitude: BigInt::from(1), exponent: -digits };
        if self.exponent >= unit.exponent {
            return self.clone();
        }
        let (left, right, _) = self.aligned(&unit);
        let (mut below, rest) = floored(&left, &right);
        if up && rest != BigInt::ZERO {
            below += 1;
        }
        Self { magnitude: below, exponent: unit.exponent }
    }

    /// Rounded to `digits` decimals, half away from zero, as [`Number::round`].
    #[must_use]
    pub fn round(&self, digits: i32) -> Self {
        if self.exponent >= -digits {
            return self.clone();
        }
        let half = Self { magnitude: BigInt::from(5), exponent: -digits - 1 };
        match self.magnitude.sign() {
            Sign::Minus => self.sub(&half).cut(digits, true),
            _ => self.add(&half).cut(digits, false),
        }
    }

    /// Quotient and rest as integers, the rest at an exponent.
    fn divided(&self, other: &Self) -> Result<(BigInt, BigInt, i32), ArithmeticError> {
        if other.magnitude == BigInt::ZERO {
            return Err(ArithmeticError::DivisionByZero);
        }
        let (left, right, exponent) = self.aligned(other);
        let (quotient, rest) = floored(&left, &right);
        Ok((quotient, rest, exponent))
    }

    /// Both integers at the smaller of the exponents.
    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i32) {
        let exponent = self.exponent.min(other.exponent);
        let at = |wide: &Self| &wide.magnitude * BigInt::from(big::power(wide.exponent.abs_diff(exponent)));
        (at(self), at(other), exponent)
    }
}

/// Quotient and rest of a division that rounds down.
fn floored(left: &BigInt, right: &BigInt) -> (BigInt, BigInt) {
    let (mut quotient, mut rest) = (left / right, left % right);
    if rest != BigInt::ZERO && (rest.sign() == Sign::Minus) != (right.sign() == Sign::Minus) {
        quotient -= 1;
        rest += right;
    }
    (quotient, rest)
}

const _: () = assert!((LARGEST as i32) < 1 << 14, "a count of pairs fits two bytes");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::rounded_twin;
    use super::*;

    fn exact(text: &str) -> Exact<'_> {
        Exact::parse(text.as_bytes()).unwrap().unwrap()
    }

    fn key(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        exact(text).order_bytes(&mut out);
        out
    }

    /// `value * 10^300`, read by another reader.
    fn twin(text: &str) -> BigInt {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let power = 300 + exponent.parse::<i32>().unwrap() - fraction.len() as i32;
        format!("{whole}{fraction}").parse::<BigInt>().unwrap() * BigInt::from(10).pow(power as u32)
    }

    /// Numbers of 30 to 80 digits that differ late or not at all, in several spellings.
    fn spelled() -> impl Strategy<Value = String> {
        let stem = "1234567890".repeat(4);
        let digits = prop_oneof![
            "[1-9][0-9]{29,79}",
            (35usize..40, "[0159]{0,42}").prop_map(move |(cut, rest)| format!("{}{rest}", &stem[..cut])),
            "9{30,45}[0-9]{0,3}",
        ];
        (any::<bool>(), digits, 0usize..80, -2i32..3, 0usize..3).prop_map(
            |(negative, digits, point, exponent, zeros)| {
                let sign = if negative { "-" } else { "" };
                let (whole, fraction) = digits.split_at(point.min(digits.len()));
                let whole = if whole.is_empty() { "0" } else { whole };
                let zeros = "0".repeat(zeros);
                match (fraction, exponent) {
                    ("", 0) => format!("{sign}{whole}"),
                    _ => format!("{sign}{whole}.{fraction}{zeros}0e{exponent}"),
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn order_is_that_of_all_digits(left in spelled(), right in spelled()) {
            let order = twin(&left).cmp(&twin(&right));
            prop_assert_eq!(exact(&left).cmp(&exact(&right)), order);
            prop_assert_eq!(key(&left).cmp(&key(&right)), order);
            prop_assert_eq!(key(&left).starts_with(&key(&right)), order == Ordering::Equal);
            prop_assert_eq!(exact(&left).signum(), if left.starts_with('-') { -1 } else { 1 });
        }

        #[test]
        fn one_form_for_each_value(spelled in spelled(), tens in prop_oneof![Just(0), -300..3000i32]) {
            let mantissa = spelled.split_once('e').map_or(&*spelled, |(mantissa, _)| mantissa);
            let spelled = format!("{mantissa}e{tens}");
            let Exact::Long(digits) = exact(&spelled) else { return Ok(()) };
            let mut written = Vec::new();
            digits.write(&mut written);
            let written = String::from_utf8(written).unwrap();
            prop_assert_eq!(exact(&written).cmp(&exact(&spelled)), Ordering::Equal);
            prop_assert!(Number::is_json(written.as_bytes()));
            prop_assert_eq!(Number::is_plain_long(written.as_bytes()), !written.contains('e'));
        }

        #[test]
        fn short_and_long_ones_meet(long in spelled(), short in "-?[1-9][0-9]{0,37}(\\.[0-9]{1,5})?") {
            let nearest = exact(&long).rounded().unwrap().to_string();
            for short in [short, nearest] {
                let order = twin(&long).cmp(&twin(&short));
                prop_assert_eq!(exact(&long).cmp(&exact(&short)), order);
                prop_assert_eq!(exact(&short).cmp(&exact(&long)), order.reverse());
                prop_assert_eq!(key(&long).cmp(&key(&short)), order);
            }
        }

        #[test]
        fn results_are_rounded_once(left in spelled(), right in spelled(), places in -40i32..60) {
            let (a, b) = (twin(&left), twin(&right));
            let (x, y) = (exact(&left).to_wide(), exact(&right).to_wide());
            let unit = BigInt::from(10).pow(300);
            let is = |wide: Wide, twin: &BigInt, units| {
                (wide.rounded().unwrap().to_string(), rounded_twin(twin, units).unwrap().to_string())
            };
            for (got, wanted) in [
                is(x.add(&y), &(&a + &b), 300),
                is(x.sub(&y), &(&a - &b), 300),
                is(x.mul(&y), &(&a * &b), 600),
                is(x.floor_div(&y).unwrap(), &floored(&a, &b).0, 0),
                is(x.floor_rem(&y).unwrap(), &floored(&a, &b).1, 300),
                is(x.cut(0, false), &(floored(&a, &unit).0), 0),
                is(x.cut(0, true), &-(floored(&-&a, &unit).0), 0),
            ] {
                prop_assert_eq!(got, wanted);
            }
            let step = BigInt::from(10).pow((300 - places) as u32);
            let (sign, size) = (if a < BigInt::ZERO { -1 } else { 1 }, BigInt::from(a.magnitude().clone()));
            let rounded = (size * 2 + &step) / (&step * 2) * sign;
            let (got, wanted) = is(x.round(places), &rounded, places);
            prop_assert_eq!(got, wanted);
        }
    }
}
