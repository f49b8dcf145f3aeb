//! Bare words of JSON: numbers, `true`, `false`, `null`.

use crate::record::Form;
use crate::value::Number;

/// What a bare word is, which ends with `text` and has `len` bytes. Rubbish is untyped.
#[inline(always)]
pub(super) fn form(text: &[u8], len: usize) -> Form {
    if is_short_number(text, len) { Form::Number } else { other_form(text, len) }
}

/// The same for all but short numbers.
fn other_form(text: &[u8], len: usize) -> Form {
    match text.get(text.len().saturating_sub(len)..).unwrap_or(&[]) {
        b"true" => Form::True,
        b"false" => Form::False,
        b"null" => Form::Null,
        spelled if Number::is_json(spelled) => Form::Number,
        _ => Form::Untyped,
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x80 * ONES;
const LOWS: u64 = 0x7f * ONES;
const ZEROS: u64 = b'0' as u64 * ONES;
const POINTS: u64 = b'.' as u64 * ONES;
/// Sets the high bit of what is more than nine.
const UP_TO_NINE: u64 = 0x76 * ONES;

/// Whether the last `len` bytes of `text` are digits, with at most one point between them and no needless zero in
/// front. Most numbers are; a few others are, too, of which this says no. All bytes are looked at in one word.
#[inline(always)]
fn is_short_number(text: &[u8], len: usize) -> bool {
    let (Some(last), 1..=8) = (text.last_chunk::<8>(), len) else { return false };
    let word = u64::from_le_bytes(*last) >> (64 - 8 * len);
    // In each byte the high bit tells. Sums do not leave their byte: what is added to has its high bit cleared.
    let from_zero = word ^ ZEROS;
    let no_digits = (((from_zero & LOWS) + UP_TO_NINE) | from_zero) & HIGHS;
    let from_point = word ^ POINTS;
    let points = !(((from_point & LOWS) + LOWS) | from_point) & HIGHS;
    let within = HIGHS >> (64 - 8 * len);
    let (first, second, last) = (0x80, 0x8000, 0x80 << (8 * (len - 1)));
    let is_padded = word & 0xff == u64::from(b'0') && len > 1 && points & second == 0;
    no_digits & within == points
        && points & points.wrapping_sub(1) == 0
        && points & (first | last) == 0
        && !is_padded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_numbers() {
        for (text, expected) in [
            ("true", Form::True),
            ("false", Form::False),
            ("null", Form::Null),
            ("nul", Form::Untyped),
            ("0", Form::Number),
            ("0.5", Form::Number),
            ("00", Form::Untyped),
            ("01.5", Form::Untyped),
            (".5", Form::Untyped),
            ("5.", Form::Untyped),
            ("1.2.3", Form::Untyped),
            ("-1", Form::Number),
            ("1e5", Form::Number),
            ("12345678", Form::Number),
            ("123456789", Form::Number),
            ("", Form::Untyped),
        ] {
            assert_eq!(form(format!("{{\"key\":{text}").as_bytes(), text.len()), expected, "{text}");
        }
        assert_eq!(form(b"12", 2), Form::Number);
    }

    proptest! {
        #[test]
        fn a_short_number_is_a_number(before in "[0-9.x]{0,9}", text in "[0-9.]{0,9}|[0-9.\u{0}-\u{ff}]{0,6}") {
            let whole = format!("{before}{text}");
            let found = is_short_number(whole.as_bytes(), text.len());
            let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.')) && Number::is_json(text.as_bytes());
            prop_assert_eq!(found, plain && whole.len() >= 8 && text.len() <= 8);
        }
    }
}
