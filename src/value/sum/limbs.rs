//! Sparse decimal integers of any size, for sums whose inputs lie far apart.

use std::ops::RangeInclusive;

use num_bigint::BigInt;

use crate::value::number::big;

/// Decimal digits of a limb.
const DIGITS: i16 = 18;
const BASE: i128 = 10i128.pow(DIGITS as u32);

/// Places that saved limbs may have, and that a sum may start from. The squares of the largest and smallest
/// numbers lie well within; damaged bytes cannot make a place that overflows.
pub(super) const PLACES: RangeInclusive<i16> = -1200..=1200;

/// The same as exponents.
pub(super) const EXPONENTS: RangeInclusive<i16> = *PLACES.start() * DIGITS..=*PLACES.end() * DIGITS;

/// `Σ limb * 10^(18 * place)`, sorted by place. Each addition changes a limb by less than twice [`BASE`], so
/// that 127 bits take `2^65` of them without a carry.
#[derive(Clone, Default, Debug)]
pub(super) struct Limbs {
    limbs: Vec<(i16, i128)>,
}

impl Limbs {
    /// Adds `mantissa * 10^exponent`.
    pub(super) fn add(&mut self, mantissa: i128, exponent: i16) {
        let mut place = exponent.div_euclid(DIGITS);
        let shift = 10i128.pow(exponent.rem_euclid(DIGITS).unsigned_abs().into());
        let mut rest = mantissa;
        while rest != 0 {
            // Below 10^36: a limb's digits and those moved to the next one.
            let part = rest % BASE * shift;
            self.put(place, part % BASE);
            self.put(place + 1, part / BASE);
            rest /= BASE;
            place += 1;
        }
    }

    pub(super) fn absorb(&mut self, other: &Self) {
        for &(place, limb) in &other.limbs {
            self.put(place, limb);
        }
    }

    /// The value as an integer times a power of ten.
    pub(super) fn exact(&self) -> (BigInt, i32) {
        let mut limbs = self.limbs.iter().rev();
        let Some(&(mut last, limb)) = limbs.next() else { return (BigInt::ZERO, 0) };
        let mut total = BigInt::from(limb);
        for &(place, limb) in limbs {
            let gap = u32::from(last.abs_diff(place)) * u32::from(DIGITS.unsigned_abs());
            total = total * BigInt::from(big::power(gap)) + limb;
            last = place;
        }
        (total, i32::from(last) * i32::from(DIGITS))
    }

    /// Appends the number of limbs, and of each its place and its value after the carries.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        let limbs = self.carried();
        // A number's digits and its square's lie within 20 000 places.
        out.extend_from_slice(&(limbs.len() as u16).to_le_bytes());
        for (place, limb) in limbs {
            out.extend_from_slice(&place.to_le_bytes());
            out.extend_from_slice(&limb.to_le_bytes());
        }
    }

    /// Reads what [`Limbs::save`] wrote; nothing if the bytes are damaged.
    pub(super) fn load(from: &mut &[u8]) -> Option<Self> {
        let (count, mut rest) = from.split_first_chunk()?;
        let count = u16::from_le_bytes(*count);
        let mut limbs = Self::default();
        for _ in 0..count {
            let (place, after) = rest.split_first_chunk()?;
            let (limb, after) = after.split_first_chunk()?;
            let place = i16::from_le_bytes(*place);
            if !PLACES.contains(&place) {
                return None;
            }
            limbs.put(place, i64::from_le_bytes(*limb).into());
            rest = after;
        }
        *from = rest;
        Some(limbs)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.limbs.capacity() * size_of::<(i16, i128)>()
    }

    fn put(&mut self, place: i16, part: i128) {
        if part == 0 {
            return;
        }
        match self.limbs.binary_search_by_key(&place, |&(place, _)| place) {
            Ok(at) => {
                if let Some((_, limb)) = self.limbs.get_mut(at) {
                    *limb += part;
                }
            }
            Err(at) => self.limbs.insert(at, (place, part)),
        }
    }

    /// The limbs that are not zero, each within `(-BASE, BASE)`.
    fn carried(&self) -> Vec<(i16, i64)> {
        let mut carried = Vec::with_capacity(self.limbs.len() + 2);
        let mut limbs = self.limbs.iter().copied().peekable();
        let mut carry = 0;
        let mut place = 0;
        loop {
            if carry == 0 {
                let Some(&(next, _)) = limbs.peek() else { return carried };
                place = next;
            }
            if let Some((_, limb)) = limbs.next_if(|&(at, _)| at == place) {
                carry += limb;
            }
            let rest = (carry % BASE) as i64;
            if rest != 0 {
                carried.push((place, rest));
            }
            carry /= BASE;
            place += 1;
        }
    }
}
