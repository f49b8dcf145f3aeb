//! Powers of ten in 128 bits: counting, dropping and rounding decimal digits.

/// `10^38`: a coefficient is below it.
pub(super) const LIMIT: u128 = 10u128.pow(38);

const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// `10^n`, if it fits 128 bits (`n` up to 38).
#[inline]
pub(super) fn power(n: u32) -> Option<u128> {
    POWERS.get(n as usize).copied()
}

/// `value * 10^n`, if it fits 128 bits.
#[inline]
pub(super) fn scaled(value: u128, n: u32) -> Option<u128> {
    power(n).and_then(|power| value.checked_mul(power))
}

/// The number of decimal digits; 1 for zero.
#[inline]
pub(super) fn digits(value: u128) -> u32 {
    // 1233 / 4096 is just above log10(2), near enough for 128 bits: the estimate is right or one too low.
    let estimate = ((128 - value.leading_zeros()) * 1233) >> 12;
    estimate + u32::from(power(estimate).is_some_and(|power| value >= power)) + u32::from(value == 0)
}

/// Rounds a value of 39 digits half to even to 38: the coefficient, and how many digits were dropped.
#[inline]
pub(super) fn rounded(value: u128) -> (u128, i32) {
    if value < LIMIT {
        return (value, 0);
    }
    let (quotient, digit) = (value / 10, value % 10);
    // A value of 128 bits is below 3.5e38: no carry reaches a 39th digit here.
    (quotient + u128::from(digit > 5 || (digit == 5 && quotient % 2 == 1)), 1)
}

/// Drops trailing zeros of a nonzero value, at most `most` of them: the rest, and how many were dropped.
#[inline]
pub(super) fn stripped(value: u128, most: u32) -> (u128, u32) {
    let (mut rest, mut dropped) = (value, 0);
    if rest > u128::from(u64::MAX) {
        // Division of 128 bits is slow: first in large steps.
        for step in [16, 8, 4] {
            let power = POWERS[step as usize];
            if dropped + step <= most && rest % power == 0 {
                rest /= power;
                dropped += step;
            }
        }
        while rest > u128::from(u64::MAX) && dropped < most && rest % 10 == 0 {
            rest /= 10;
            dropped += 1;
        }
    }
    let Ok(mut small) = u64::try_from(rest) else { return (rest, dropped) };
    while dropped < most && small % 10 == 0 && small != 0 {
        small /= 10;
        dropped += 1;
    }
    (u128::from(small), dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_at_every_power() {
        assert_eq!(digits(0), 1);
        assert_eq!(digits(u128::MAX), 39);
        for n in 0..39 {
            let power = power(n).unwrap();
            assert_eq!(digits(power), n + 1);
            assert_eq!(digits(power - 1), n.max(1));
        }
    }

    #[test]
    fn thirty_nine_digits_round_half_to_even() {
        assert_eq!(rounded(LIMIT - 1), (LIMIT - 1, 0));
        assert_eq!(rounded(LIMIT + 5), (LIMIT / 10, 1));
        assert_eq!(rounded(LIMIT + 6), (LIMIT / 10 + 1, 1));
        assert_eq!(rounded(LIMIT + 15), (LIMIT / 10 + 2, 1));
    }

    #[test]
    fn strips_what_it_may() {
        assert_eq!(stripped(1_000, 9), (1, 3));
        assert_eq!(stripped(1_000, 2), (10, 2));
        assert_eq!(stripped(LIMIT / 10, 40), (1, 37));
        assert_eq!(stripped(LIMIT / 10, 21), (10u128.pow(16), 21));
        assert_eq!(stripped(LIMIT - 1, 40), (LIMIT - 1, 0));
    }
}
