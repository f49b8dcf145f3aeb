//! Short numbers, read many bytes at a time: what nearly all numbers of nearly all files are.

use crate::scan::word::zero_bytes;

/// A decimal in 64 bits: `mantissa / 10^decimals`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Short {
    /// The digits, with their sign. Below `10^18` in magnitude.
    pub mantissa: i64,
    /// How many of them stand behind the point.
    pub decimals: u8,
}

/// Digits of which any number fits.
const MOST: usize = 18;

/// Reads the number spelled by `bytes[start..end]`: a minus if it has one, at most 18 digits, at most one point among them.
/// `None`: something else, which may be a number still.
#[inline(always)]
pub fn read(bytes: &[u8], start: usize, end: usize) -> Option<Short> {
    let len = end.checked_sub(start)?;
    if (1..=8).contains(&len)
        && let Some(last) = end.checked_sub(8).and_then(|from| bytes.get(from..)?.first_chunk())
    {
        return of_word(u64::from_le_bytes(*last), len);
    }
    by_byte(bytes.get(start..end)?)
}

/// Reads the last `len` of eight bytes, the first of them lowest.
#[inline(always)]
fn of_word(word: u64, len: usize) -> Option<Short> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let unused = 8 * (8 - len as u32);
    let kept = u64::MAX << unused;
    let negative = (word >> unused) as u8 == b'-';
    // What is no part of it, and the sign, become zeros in front.
    let mut word = word & kept | ZEROS & !kept;
    word ^= u64::from(negative) * (u64::from(b'-' ^ b'0') << unused);
    let mut decimals = 0;
    let point = zero_bytes(word ^ 0x2e2e_2e2e_2e2e_2e2e);
    let mut digits = len - usize::from(negative);
    if point != 0 {
        let at = point.trailing_zeros() & !7;
        // The digits in front of the point close up to those behind it.
        let behind = (u64::MAX << at) << 8;
        word = word & behind | (word << 8) & !behind & !0xff | u64::from(b'0');
        decimals = 7 - (at / 8) as u8;
        digits -= 1;
    }
    let values = word ^ ZEROS;
    if digits == 0 || (values | values.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let magnitude = eight_digits(values) as i64;
    Some(Short { mantissa: if negative { -magnitude } else { magnitude }, decimals })
}

/// The number of eight digits, a byte each, the first lowest: pairs, fours and eights by one multiplication each
/// (Lemire, "Number Parsing at a Gigabyte per Second", 2021, section 6).
#[inline]
fn eight_digits(values: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let high = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    high.wrapping_add(low) >> 32
}

#[inline(never)]
fn by_byte(spelled: &[u8]) -> Option<Short> {
    let (negative, unsigned) = match spelled {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, spelled),
    };
    if unsigned.len() > MOST + 1 {
        return None;
    }
    let (mut magnitude, mut digits, mut decimals, mut point) = (0_i64, 0, 0, false);
    for &byte in unsigned {
        match byte {
            b'0'..=b'9' if digits < MOST => {
                magnitude = magnitude * 10 + i64::from(byte - b'0');
                digits += 1;
                decimals += u8::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    (digits > 0).then_some(Short { mantissa: if negative { -magnitude } else { magnitude }, decimals })
}

/// Whether the number spelled by `bytes[start..end]` has an exponent.
#[inline]
pub fn has_exponent(bytes: &[u8], start: usize, end: usize) -> bool {
    let len = end.saturating_sub(start);
    if len <= 8
        && let Some(last) = end.checked_sub(8).and_then(|from| bytes.get(from..)?.first_chunk())
    {
        // What stands in front of the number is shifted out; zeros come in behind it.
        let word = u64::from_le_bytes(*last).checked_shr(8 * (8 - len as u32)).unwrap_or(0);
        return zero_bytes((word | 0x2020_2020_2020_2020) ^ 0x6565_6565_6565_6565) != 0;
    }
    bytes.get(start..end).is_some_and(|spelled| spelled.iter().any(|byte| byte | 0x20 == b'e'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Number;

    fn number(Short { mantissa, decimals }: Short) -> Number {
        Number::from_parts(mantissa < 0, mantissa.unsigned_abs().into(), -i32::from(decimals)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Whatever stands around it, a short number is read as the general way reads it; what it is not, neither is read.
        #[test]
        fn agrees_with_the_general_way(
            before in "[0-9.,-]{0,10}",
            spelled in "-?[0-9]{0,9}\\.?[0-9]{0,10}|[-+.0-9e/:]{0,9}",
            after in "[0-9.,-]{0,10}",
        ) {
            let text = format!("{before}{spelled}{after}");
            let read = read(text.as_bytes(), before.len(), before.len() + spelled.len());
            let twin = Number::parse(spelled.as_bytes()).and_then(Result::ok);
            prop_assert!(read.is_none() || read.map(number) == twin, "{} {:?}", spelled, read);
            let digits = spelled.bytes().filter(u8::is_ascii_digit).count();
            let simple = !spelled.contains(['e', '+']) && digits <= MOST;
            prop_assert!(read.is_some() || twin.is_none() || !simple, "{}", spelled);
            let (start, end) = (before.len(), before.len() + spelled.len());
            prop_assert_eq!(has_exponent(text.as_bytes(), start, end), spelled.contains('e'));
        }
    }

    #[test]
    fn edges() {
        let short =
            |text: &str| read(text.as_bytes(), 0, text.len()).map(|read| (read.mantissa, read.decimals));
        for (text, read) in [
            ("", None),
            ("-", None),
            (".", None),
            ("-.", None),
            ("xxxxxxx.", None),
            ("0000000-", None),
            ("1.2.3456", None),
            ("12345678", Some((12_345_678, 0))),
            ("-1234567", Some((-1_234_567, 0))),
            ("1234567.", Some((1_234_567, 0))),
            (".1234567", Some((1_234_567, 7))),
            ("-.123456", Some((-123_456, 6))),
            ("-0", Some((0, 0))),
            ("999999999999999999", Some((999_999_999_999_999_999, 0))),
            ("-9999999999.99999999", Some((-999_999_999_999_999_999, 8))),
            ("1000000000000000000", None),
        ] {
            assert_eq!(short(text), read, "{text}");
        }
    }
}
