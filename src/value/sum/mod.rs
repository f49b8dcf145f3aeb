//! Exact sums: an accumulator that never rounds before it is asked for a result, so that neither the order nor
//! the splitting of the inputs can be seen in it.

use num_bigint::{BigInt, Sign};

use self::limbs::{EXPONENTS, Limbs};
use super::number::{Exact, Number, Overflow, Wide, big};

mod limbs;
mod variance;

pub use self::variance::{deviation, variance};

/// The exact sum of any number of [`Number`]s or of their squares.
///
/// It is a mantissa of 127 bits at one exponent, and, once inputs have lain too far apart for that, sparse
/// limbs beside it. The value is the sum of both. Up to `2^64` inputs.
#[derive(Clone, Default, Debug)]
pub struct Sum {
    mantissa: i128,
    limbs: Option<Box<Limbs>>,
    exponent: i16,
}

const _: () = assert!(size_of::<Sum>() <= 32);

impl Sum {
    /// Adds a number.
    #[inline]
    pub fn add(&mut self, x: Number) {
        let (negative, coefficient, exponent) = x.parts();
        // A coefficient is below 10^38, which is below 2^127.
        let mantissa = if negative { -(coefficient as i128) } else { coefficient as i128 };
        self.add_scaled(mantissa, exponent);
    }

    /// Adds a number of any length.
    #[inline]
    pub fn add_exact(&mut self, x: Exact<'_>) {
        match x {
            Exact::Short(number) => self.add(number),
            Exact::Long(_) => self.add_wide(&x.to_wide()),
        }
    }

    /// Adds the square of a number of any length.
    #[inline]
    pub fn add_exact_square(&mut self, x: Exact<'_>) {
        match x {
            Exact::Short(number) => self.add_square(number),
            Exact::Long(_) => {
                let wide = x.to_wide();
                self.add_wide(&wide.mul(&wide));
            }
        }
    }

    /// Adds `mantissa / 10^decimals`.
    #[inline]
    pub fn add_short(&mut self, mantissa: i64, decimals: u8) {
        self.add_scaled(mantissa.into(), -i16::from(decimals));
    }

    /// Adds the square of a number, all its digits.
    #[inline]
    pub fn add_square(&mut self, x: Number) {
        let (_, coefficient, exponent) = x.parts();
        match coefficient.checked_mul(coefficient).and_then(|square| i128::try_from(square).ok()) {
            Some(square) => self.add_scaled(square, exponent * 2),
            None => self.add_long_square(coefficient, exponent * 2),
        }
    }

    /// Adds what another sum has collected.
    pub fn absorb(&mut self, other: &Self) {
        self.add_scaled(other.mantissa, other.exponent);
        if let Some(limbs) = &other.limbs {
            self.limbs.get_or_insert_default().absorb(limbs);
        }
    }

    /// The exact total, rounded once, half to even, if it has more than 38 digits.
    pub fn total(&self) -> Result<Number, Overflow> {
        match self.limbs {
            None => Number::from_parts(self.mantissa < 0, self.mantissa.unsigned_abs(), self.exponent.into()),
            Some(_) => {
                let (total, exponent) = self.exact();
                big::rounded(total.sign() == Sign::Minus, total.magnitude(), exponent)
            }
        }
    }

    /// The exact total divided by `n`, rounded once to the nearest double and then its shortest decimal; out of
    /// range like [`Number::div`], and where `n` is 0.
    pub fn divided_by(&self, n: u64) -> Result<Number, Overflow> {
        if n == 0 {
            return Err(Overflow);
        }
        if self.is_number() {
            return self.total()?.div(Number::from_u64(n)).map_err(|_| Overflow);
        }
        let (total, exponent) = self.exact();
        Number::from_ratio(total.sign() == Sign::Minus, total.magnitude(), &n.into(), exponent)
    }

    /// The exact total as an integer times a power of ten.
    pub fn exact(&self) -> (BigInt, i32) {
        let mantissa = BigInt::from(self.mantissa);
        match &self.limbs {
            None => (mantissa, self.exponent.into()),
            Some(limbs) => {
                let mut limbs = Limbs::clone(limbs);
                limbs.add(self.mantissa, self.exponent);
                limbs.exact()
            }
        }
    }

    /// Appends the sum's bytes. Sums of one value may have different bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let bytes = self.mantissa.to_le_bytes();
        let length = shortest(self.mantissa);
        let tag = length as u8 | if self.limbs.is_some() { WITH_LIMBS } else { 0 };
        out.push(tag);
        out.extend_from_slice(&self.exponent.to_le_bytes());
        out.extend_from_slice(bytes.get(..length).unwrap_or(&bytes));
        if let Some(limbs) = &self.limbs {
            limbs.save(out);
        }
    }

    /// Reads what [`Sum::save`] wrote and moves `from` behind it; `None` if the bytes are not that.
    pub fn load(from: &mut &[u8]) -> Option<Self> {
        let (&tag, rest) = from.split_first()?;
        let (exponent, rest) = rest.split_first_chunk()?;
        let exponent = Some(i16::from_le_bytes(*exponent)).filter(|exponent| EXPONENTS.contains(exponent))?;
        let (low, rest) = rest.split_at_checked(usize::from(tag & !WITH_LIMBS))?;
        let fill = if low.last().is_some_and(|byte| byte & 0x80 != 0) { 0xFF } else { 0 };
        let mut bytes = [fill; 16];
        bytes.get_mut(..low.len())?.copy_from_slice(low);
        *from = rest;
        let limbs = if tag & WITH_LIMBS == 0 { None } else { Some(Box::new(Limbs::load(from)?)) };
        Some(Self { mantissa: i128::from_le_bytes(bytes), limbs, exponent })
    }

    /// The bytes that this sum holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.limbs.as_ref().map_or(0, |limbs| size_of::<Limbs>() + limbs.heap_bytes())
    }

    /// Whether the total needs no rounding to be a number of 38 digits, as far as can be seen at once.
    fn is_number(&self) -> bool {
        self.limbs.is_none() && self.mantissa.unsigned_abs() < 10u128.pow(38)
    }

    #[inline]
    fn add_scaled(&mut self, mantissa: i128, exponent: i16) {
        if exponent == self.exponent
            && let Some(total) = self.mantissa.checked_add(mantissa)
        {
            self.mantissa = total;
            return;
        }
        self.add_apart(mantissa, exponent);
    }

    /// Adds at another exponent, or where the mantissa is full.
    #[inline(never)]
    fn add_apart(&mut self, mantissa: i128, exponent: i16) {
        if mantissa == 0 {
            return;
        }
        let common = exponent.min(self.exponent);
        let total = scaled(self.mantissa, self.exponent, common)
            .and_then(|left| left.checked_add(scaled(mantissa, exponent, common)?));
        match total {
            Some(total) => (self.mantissa, self.exponent) = (total, common),
            None => {
                self.limbs.get_or_insert_default().add(self.mantissa, self.exponent);
                (self.mantissa, self.exponent) = (mantissa, exponent);
            }
        }
    }

    /// Adds all digits of a number, 18 at a time from the last. Those below the range of limbs, of a number of more
    /// than 15,000 digits, do not count.
    #[cold]
    fn add_wide(&mut self, wide: &Wide) {
        const STEP: usize = 18;
        let (integer, mut exponent) = wide.parts();
        let sign = if integer.sign() == Sign::Minus { -1 } else { 1 };
        let limbs = self.limbs.get_or_insert_default();
        for digits in integer.magnitude().to_str_radix(10).as_bytes().rchunks(STEP) {
            let part = digits.iter().fold(0, |part, digit| part * 10 + i128::from(digit - b'0'));
            if let Some(place) = i16::try_from(exponent).ok().filter(|place| EXPONENTS.contains(place)) {
                limbs.add(part * sign, place);
            }
            exponent = exponent.saturating_add(STEP as i32);
        }
    }

    /// Adds `coefficient^2 * 10^exponent`.
    #[cold]
    fn add_long_square(&mut self, coefficient: u128, exponent: i16) {
        const HALF: u128 = 10u128.pow(19);
        // Both are below 10^19: the products are below 10^38 and fit.
        let (high, low) = (coefficient / HALF, coefficient % HALF);
        let limbs = self.limbs.get_or_insert_default();
        limbs.add((low * low) as i128, exponent);
        limbs.add((high * low) as i128, exponent + 19);
        limbs.add((high * low) as i128, exponent + 19);
        limbs.add((high * high) as i128, exponent + 38);
    }
}

/// In the first saved byte, beside the length of the mantissa.
const WITH_LIMBS: u8 = 0x80;

/// The powers of ten of 64 bits.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A mantissa moved to an exponent that is not above its own, if it fits.
#[inline]
fn scaled(mantissa: i128, from: i16, to: i16) -> Option<i128> {
    let shift = from.abs_diff(to);
    if shift == 0 || mantissa == 0 {
        return Some(mantissa);
    }
    match (i64::try_from(mantissa), POWERS.get(usize::from(shift))) {
        // One multiplication that cannot overflow; prices beside whole numbers come here each time.
        (Ok(mantissa), Some(&power)) => Some(i128::from(mantissa) * i128::from(power)),
        _ => mantissa.checked_mul(10i128.checked_pow(shift.into())?),
    }
}

/// How many low bytes hold the value and its sign.
fn shortest(value: i128) -> usize {
    let bits = 129 - (value ^ (value >> 127)).leading_zeros() as usize;
    bits.div_ceil(8)
}

#[cfg(test)]
mod tests;
