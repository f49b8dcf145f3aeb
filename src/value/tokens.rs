//! The inside of strings and scalars in JSON text: what the scan of its structure leaves open.
//!
//! One pass over the tokens, which allocates nothing, so that a value is held to the same rules wherever it
//! stands: at the top of a record, in an array, under a key.

use memchr::memchr2;

use super::{Number, json};
use crate::scan::json::{Broken, Scan};
use crate::scan::word::zero_bytes;

/// The reason for a bare word that is no value.
pub const BAD_SCALAR: &str = "neither a JSON number nor true, false or null";
/// The reason for bytes that are no text.
pub const NOT_UTF8: &str = "not UTF-8";

/// How strictly text is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rules {
    /// As values are read: control characters may stand in strings as they are.
    Read,
    /// RFC 8259 in full.
    Full,
}

/// Checks all tokens of `text` from `start` on, those of keys too. Its structure was found to be whole.
///
/// What is wrong is told with its place in `text`: a string or scalar by its first byte.
pub fn check(text: &[u8], start: usize, rules: Rules) -> Scan<()> {
    if let Some(at) = not_utf8(text.get(start..).unwrap_or(&[])) {
        return Err(Broken { at: start + at, reason: NOT_UTF8 });
    }
    check_text(text, start, rules)
}

/// [`check`] of what is known to be UTF-8.
pub fn check_text(text: &[u8], start: usize, rules: Rules) -> Scan<()> {
    match rules {
        Rules::Read => check_tokens::<false>(text, start),
        Rules::Full => check_tokens::<true>(text, start),
    }
}

fn check_tokens<const FULL: bool>(text: &[u8], start: usize) -> Scan<()> {
    let mut at = start;
    while let Some(byte) = text.get(at) {
        at = match byte {
            byte if BETWEEN[usize::from(*byte)] => at + 1,
            b'"' => match short_string_end::<FULL>(text, at) {
                Some(end) => end,
                None => string::<FULL>(text, at)?,
            },
            _ => scalar(text, at)?,
        };
    }
    Ok(())
}

/// What stands between tokens, or is one by itself.
const BETWEEN: [bool; 256] = {
    let (mut between, signs, mut at) = ([false; 256], *b"{}[]:, \t\r\n", 0);
    while at < signs.len() {
        between[signs[at] as usize] = true;
        at += 1;
    }
    between
};

/// Whether some number in JSON text is beyond 1e±6144. All else about the text was checked.
pub fn holds_beyond(text: &[u8]) -> bool {
    may_hold_beyond(text) && {
        let mut at = 0;
        let mut beyond = false;
        while let Some(byte) = text.get(at).filter(|_| !beyond) {
            at = match byte {
                b'"' => string_end(text, at).unwrap_or(text.len()),
                b'-' | b'0'..=b'9' => {
                    let end = scalar_end(text, at);
                    beyond = matches!(Number::parse(text.get(at..end).unwrap_or(&[])), Some(Err(_)));
                    end
                }
                _ => at + 1,
            };
        }
        beyond
    }
}

/// Most texts are settled by a search for what such a number needs: four digits of an exponent, or thousands of
/// its own.
fn may_hold_beyond(text: &[u8]) -> bool {
    const LONG: usize = 3000;
    let four_digits = |at: usize| {
        let behind = text.get(at + 1..).unwrap_or(&[]);
        let digits = behind.strip_prefix(b"-").or(behind.strip_prefix(b"+")).unwrap_or(behind);
        digits.get(..4).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    text.len() > LONG || has_exponent(text) && memchr::memchr2_iter(b'e', b'E', text).any(four_digits)
}

/// Whether the letter of an exponent follows a digit anywhere. Without an early end, so that many bytes are looked at
/// together: words are full of this letter.
fn has_exponent(text: &[u8]) -> bool {
    let after = text.get(1..).unwrap_or(&[]);
    let pairs = text.iter().zip(after);
    pairs.fold(0, |any, (digit, letter)| any | u8::from(digit.is_ascii_digit() & (letter | 0x20 == b'e')))
        != 0
}

/// The place of the first byte that is not UTF-8.
#[inline]
pub fn not_utf8(text: &[u8]) -> Option<usize> {
    match simdutf8::basic::from_utf8(text) {
        Ok(_) => None,
        Err(_) => std::str::from_utf8(text).err().map(|error| error.valid_up_to()),
    }
}

/// Which of eight bytes end a string, and which are special in it: exact up to the first of them.
#[inline]
fn special_in<const FULL: bool>(eight: [u8; 8]) -> (u64, u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(eight);
    let quotes = zero_bytes(word ^ (ONES * u64::from(b'"')));
    let control = if FULL { zero_bytes(word & (ONES * 0xe0)) } else { 0 };
    (quotes, quotes | zero_bytes(word ^ (ONES * u64::from(b'\\'))) | control)
}

/// The place after a string of a few plain bytes, as most are. `None`: another string, or one at the end of the text.
#[inline]
fn short_string_end<const FULL: bool>(text: &[u8], start: usize) -> Option<usize> {
    let (quotes, special) = special_in::<FULL>(*text.get(start + 1..)?.first_chunk()?);
    let first = special & special.wrapping_neg();
    (quotes & first != 0).then(|| start + 2 + first.trailing_zeros() as usize / 8)
}

/// The place after a string.
fn string<const FULL: bool>(text: &[u8], start: usize) -> Scan<usize> {
    let lowest = if FULL { b' ' } else { 0 };
    let (mut at, mut escaped) = (start + 1, false);
    loop {
        while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk()) {
            let (_, special) = special_in::<FULL>(*eight);
            if special != 0 {
                at += special.trailing_zeros() as usize / 8;
                break;
            }
            at += eight.len();
        }
        match text.get(at) {
            Some(b'"') => break,
            Some(b'\\') => {
                escaped = true;
                at += 2;
            }
            Some(&byte) if byte < lowest => {
                return Err(Broken { at, reason: "a control character in a string" });
            }
            Some(_) => at += 1,
            None => return Err(Broken { at: text.len(), reason: "a quote that does not close" }),
        }
    }
    if escaped && let Some(reason) = json::bad_escape(text.get(start + 1..at).unwrap_or(&[])) {
        return Err(Broken { at: start, reason });
    }
    Ok(at + 1)
}

fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        let found = at + memchr2(b'"', b'\\', text.get(at..)?)?;
        match text.get(found) {
            Some(b'"') => return Some(found + 1),
            _ => at = found + 2,
        }
    }
}

/// The place behind a number or word.
fn scalar(text: &[u8], start: usize) -> Scan<usize> {
    if let Some(end) = whole_number_end(text, start) {
        return Ok(end);
    }
    let end = scalar_end(text, start);
    match text.get(start..end).unwrap_or(&[]) {
        b"true" | b"false" | b"null" => Ok(end),
        spelled if Number::is_json(spelled) => Ok(end),
        _ => Err(Broken { at: start, reason: BAD_SCALAR }),
    }
}

/// The place after a number of nothing but digits, as most are.
#[inline]
fn whole_number_end(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let len = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let is_plain = matches!(rest, [b'1'..=b'9', ..] | [b'0', b',' | b'}' | b']', ..]);
    (is_plain && matches!(rest.get(len), Some(b',' | b'}' | b']'))).then_some(start + len)
}

fn scalar_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or(&[]);
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
    start + rest.iter().position(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, rules: Rules) -> Option<(usize, &'static str)> {
        check(text.as_bytes(), 0, rules).err().map(|broken| (broken.at, broken.reason))
    }

    #[test]
    fn what_json_does_not_allow_is_found_with_its_place() {
        for (text, at, reason) in [
            (r#"[1,"\ud800"]"#, 3, json::HALF_PAIR),
            (r#"{"\x":1}"#, 1, json::BAD_ESCAPE),
            (r#"{"a":[true,01]}"#, 11, BAD_SCALAR),
            ("[NaN]", 1, BAD_SCALAR),
            ("[ -Infinity]", 2, BAD_SCALAR),
            ("[null,tru]", 6, BAD_SCALAR),
            ("[1.]", 1, BAD_SCALAR),
        ] {
            assert_eq!(broken(text, Rules::Read), Some((at, reason)), "{text}");
            assert_eq!(broken(text, Rules::Full), Some((at, reason)), "{text}");
        }
        assert_eq!(check(b"[\"\xff\"]", 0, Rules::Read).err().map(|broken| broken.at), Some(2));
    }

    #[test]
    fn control_characters_are_let_through_where_values_are() {
        let text = "[\"a\\\"\u{1}\",\n1]";
        assert_eq!(broken(text, Rules::Read), None);
        assert_eq!(broken(text, Rules::Full), Some((5, "a control character in a string")));
    }

    #[test]
    fn numbers_out_of_range_are_found_in_any_depth() {
        let long = format!("[{}]", "9".repeat(6200));
        for text in ["[1e6145]", r#"{"a":[1,{"b":-1.5E-6200}]}"#, "[0.1e+99999999999]", &long] {
            assert!(holds_beyond(text.as_bytes()), "{text:.40}");
        }
        let filled = format!("[\"{}\",\"1e9999\"]", "e1234".repeat(900));
        for text in ["[1e6144]", r#"["1e9999","\"",1e300]"#, r#"{"1e9999":0e9999}"#, &filled] {
            assert!(!holds_beyond(text.as_bytes()), "{text:.40}");
        }
    }

    proptest::proptest! {
        /// A string of any length is judged as a parser of JSON judges it.
        #[test]
        fn strings_are_judged_as_json_says(text in "([a-zé ]{0,9}(\\\\[\"\\\\nu/x]|\\\\u00e9|\\\\ud83d\\\\ude00|\\\\ud83d|\u{1})?){0,4}") {
            let array = format!("[\"{text}\"]");
            if crate::scan::json::value(array.as_bytes(), 0, 0).is_ok_and(|item| item.end == array.len()) {
                let is_json = serde_json::from_str::<Vec<String>>(&array).is_ok();
                proptest::prop_assert_eq!(broken(&array, Rules::Full).is_none(), is_json, "{}", array);
            }
        }
    }
}
