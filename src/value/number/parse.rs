//! Reading numbers from text, and judging spellings.

use super::{LARGEST, Number, Overflow, ten};

impl Number {
    /// Reads a number as spelled in text: an optional sign, digits with an optional point (`007`, `.5` and `5.`
    /// too) and an optional exponent. `None`: not a number. More than 38 digits are rounded once, half to even.
    #[inline]
    pub fn parse(bytes: &[u8]) -> Option<Result<Self, Overflow>> {
        let (negative, unsigned) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        if !unsigned.first().is_some_and(|&byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        match short(negative, unsigned) {
            Some(number) => Some(Ok(number)),
            None => Spelling::of(bytes).map(Spelling::number),
        }
    }

    /// Reads a number of JSON, rounded if it is long: its value, and whether [`Number::write`] would print it as it is
    /// spelled. `None` if it is out of range.
    #[inline]
    pub fn read_json(spelled: &[u8]) -> Option<(Self, bool)> {
        let (negative, unsigned) = match spelled {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, spelled),
        };
        match short(negative, unsigned) {
            // Up to 19 digits without an exponent: only zeros tell.
            Some(number) if number.exponent == 0 => Some((number, number.low != 0 || spelled.len() == 1)),
            Some(number) if number.exponent >= -6 => Some((number, number.low % 10 != 0)),
            Some(number) => Some((number, Self::is_canonical(spelled))),
            None => Some((Spelling::of(spelled)?.number().ok()?, Self::is_canonical(spelled))),
        }
    }

    /// Whether the bytes are a number of more than 38 digits, written out: without an exponent, and without zeros that
    /// say nothing. So no two spellings of one long number are both plain.
    pub fn is_plain_long(bytes: &[u8]) -> bool {
        Spelling::of(bytes).is_some_and(|spelling| {
            spelling.is_json()
                && spelling.exponent.is_none()
                && spelling.fraction.is_none_or(|fraction| fraction.last() != Some(&b'0'))
        }) && !Self::is_exact(bytes)
    }

    /// Appends a number that [`Number::parse`] reads, as JSON spells it: without `+`, zeros in front, and a point at an end.
    pub fn write_as_json(bytes: &[u8], out: &mut Vec<u8>) {
        let Some(Spelling { sign, whole, fraction, exponent }) = Spelling::of(bytes) else { return };
        if sign == Some(b'-') {
            out.push(b'-');
        }
        let zeros = whole.iter().take_while(|&&byte| byte == b'0').count().min(whole.len().saturating_sub(1));
        let whole = whole.get(zeros..).unwrap_or(&[]);
        out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
        if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        if let Some(Exponent { letter, sign, digits }) = exponent {
            out.push(letter);
            out.extend(sign);
            out.extend_from_slice(digits);
        }
    }

    /// Whether reading the number that `bytes` spell rounds nothing: it has at most 38 significant digits.
    pub fn is_exact(bytes: &[u8]) -> bool {
        let mut digits = 0;
        let mut zeros = 0;
        for byte in bytes {
            match byte {
                b'e' | b'E' => break,
                b'0' if digits > 0 => zeros += 1,
                b'1'..=b'9' => {
                    digits += zeros + 1;
                    zeros = 0;
                }
                _ => {}
            }
        }
        digits <= 38
    }

    /// Whether the bytes are a number of JSON (RFC 8259, section 6).
    pub fn is_json(bytes: &[u8]) -> bool {
        let rest = match bytes.strip_prefix(b"-").unwrap_or(bytes) {
            [b'0', rest @ ..] => rest,
            [b'1'..=b'9', rest @ ..] => after_digits(rest),
            _ => return false,
        };
        let rest = match rest {
            [] => return true,
            [b'.', b'0'..=b'9', rest @ ..] => after_digits(rest),
            _ => rest,
        };
        match rest {
            [] => true,
            [b'e' | b'E', b'+' | b'-', b'0'..=b'9', rest @ ..] | [b'e' | b'E', b'0'..=b'9', rest @ ..] => {
                after_digits(rest).is_empty()
            }
            _ => false,
        }
    }

    /// How an untyped text that is a number of JSON leaves as JSON. `None`: it is no number of JSON.
    pub fn json_look(bytes: &[u8]) -> Option<JsonLook> {
        let spelling = Spelling::of(bytes).filter(|spelling| spelling.is_json())?;
        let unsigned = spelling.sign.is_none() && spelling.fraction.is_none();
        Some(match spelling.exponent {
            Some(Exponent { sign: None, .. }) if unsigned => JsonLook::Id,
            _ => JsonLook::Number,
        })
    }

    /// Whether the bytes are what [`Number::write`] prints for the number that they spell.
    pub fn is_canonical(bytes: &[u8]) -> bool {
        Spelling::of(bytes).is_some_and(Spelling::is_canonical)
    }
}

/// What an untyped text looks like that is a number of JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonLook {
    /// A number.
    Number,
    /// Digits, `e`, digits: `598e033` is the beginning of a hash as well as a number.
    Id,
}

/// Reads up to 19 bytes of digits with at most one point among them; they fit 64 bits. `None`: something else.
#[inline]
fn short(negative: bool, unsigned: &[u8]) -> Option<Number> {
    if unsigned.len() > 19 {
        return None;
    }
    let mut value = 0u64;
    let mut bytes = unsigned.iter();
    let mut decimals = 0;
    for &byte in bytes.by_ref() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            if byte != b'.' || unsigned.len() == 1 {
                return None;
            }
            decimals = bytes.len() as i16;
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    for &byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    if value == 0 {
        return Some(Number::ZERO);
    }
    Some(Number { low: value, high: 0, exponent: -decimals, negative })
}

/// What follows the digits at the front.
#[inline]
fn after_digits(bytes: &[u8]) -> &[u8] {
    let len = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.get(len..).unwrap_or(&[])
}

/// The pieces of a number in text. All are digits; whole and fraction are not both empty.
#[derive(Clone, Copy)]
struct Spelling<'a> {
    sign: Option<u8>,
    whole: &'a [u8],
    fraction: Option<&'a [u8]>,
    exponent: Option<Exponent<'a>>,
}

#[derive(Clone, Copy)]
struct Exponent<'a> {
    letter: u8,
    sign: Option<u8>,
    digits: &'a [u8],
}

impl<'a> Spelling<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (sign, rest) = split_sign(bytes);
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => {
                let (fraction, rest) = split_digits(rest);
                (Some(fraction), rest)
            }
            _ => (None, rest),
        };
        if whole.is_empty() && fraction.is_none_or(<[u8]>::is_empty) {
            return None;
        }
        let exponent = match rest {
            [] => None,
            [letter @ (b'e' | b'E'), rest @ ..] => {
                let (sign, rest) = split_sign(rest);
                let (digits, rest) = split_digits(rest);
                if digits.is_empty() || !rest.is_empty() {
                    return None;
                }
                Some(Exponent { letter: *letter, sign, digits })
            }
            _ => return None,
        };
        Some(Self { sign, whole, fraction, exponent })
    }

    fn is_json(self) -> bool {
        self.sign != Some(b'+')
            && !self.whole.is_empty()
            && (self.whole.len() == 1 || self.whole.first() != Some(&b'0'))
            && self.fraction.is_none_or(|fraction| !fraction.is_empty())
    }

    fn is_canonical(self) -> bool {
        let fraction = self.fraction.unwrap_or_default();
        let below_one = self.whole == b"0";
        let zeros = fraction.iter().take_while(|&&byte| byte == b'0').count();
        let significant = if below_one { fraction.len() - zeros } else { self.whole.len() + fraction.len() };
        self.is_json()
            && fraction.last() != Some(&b'0')
            && significant <= 38
            && match self.exponent {
                None if below_one => {
                    if fraction.is_empty() {
                        self.sign.is_none()
                    } else {
                        zeros < 6
                    }
                }
                None => self.whole.len() <= 21,
                Some(exponent) => {
                    let edge = self.whole == b"1" && fraction.is_empty();
                    self.whole.len() == 1 && !below_one && exponent.is_canonical(edge)
                }
            }
    }

    fn number(self) -> Result<Number, Overflow> {
        let fraction = self.fraction.unwrap_or_default();
        let exponent = self.exponent.map_or(0, Exponent::value);
        let mut significant = Significant::default();
        significant.extend(self.whole);
        significant.extend(fraction);
        let (coefficient, dropped) = significant.rounded();
        let exponent = exponent.saturating_sub(fraction.len() as i64).saturating_add(dropped);
        Number::ranged(self.sign == Some(b'-'), coefficient, exponent)
    }
}

impl Exponent<'_> {
    /// The value; stops growing far outside the range of numbers.
    fn value(self) -> i64 {
        let value = self.digits.iter().fold(0i64, |value, &byte| {
            value.saturating_mul(10).saturating_add(i64::from(byte.wrapping_sub(b'0')))
        });
        if self.sign == Some(b'-') { -value } else { value }
    }

    /// `largest_too`: whether the mantissa is 1, so that the greatest exponent is in range.
    fn is_canonical(self, largest_too: bool) -> bool {
        let value = self.value();
        let largest = i64::from(LARGEST);
        self.letter == b'e'
            && self.sign != Some(b'+')
            && self.digits.first() != Some(&b'0')
            && ((-largest..=-7).contains(&value)
                || (21..largest).contains(&value)
                || (largest_too && value == largest))
    }
}

/// The first 38 significant digits, and what rounding must know of the others.
#[derive(Default)]
struct Significant {
    value: u128,
    digits: u32,
    dropped: i64,
    first_dropped: u8,
    others_dropped: bool,
}

impl Significant {
    fn extend(&mut self, digits: &[u8]) {
        let mut digits = digits.iter().map(|byte| byte.wrapping_sub(b'0'));
        while self.digits < 38 {
            let Some(digit) = digits.next() else { return };
            self.value = self.value * 10 + u128::from(digit);
            self.digits += u32::from(self.value != 0);
        }
        for digit in digits {
            if self.dropped == 0 {
                self.first_dropped = digit;
            } else {
                self.others_dropped |= digit != 0;
            }
            self.dropped += 1;
        }
    }

    /// The coefficient, and how many digits it lacks.
    fn rounded(&self) -> (u128, i64) {
        let up = self.first_dropped > 5
            || (self.first_dropped == 5 && (self.others_dropped || self.value % 2 == 1));
        match self.value + u128::from(up) {
            ten::LIMIT => (ten::LIMIT / 10, self.dropped + 1),
            value => (value, self.dropped),
        }
    }
}

fn split_sign(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    match bytes {
        [sign @ (b'-' | b'+'), rest @ ..] => (Some(*sign), rest),
        _ => (None, bytes),
    }
}

fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.split_at(end)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::super::tests::{numbers, rounded_twin, text};
    use super::*;

    #[test]
    fn spellings() {
        for (spelled, shown, json, canonical) in [
            ("0", "0", true, true),
            ("-0", "0", true, false),
            ("7", "7", true, true),
            ("007", "7", false, false),
            ("+7", "7", false, false),
            ("1.10", "1.1", true, false),
            ("-1.1", "-1.1", true, true),
            (".5", "0.5", false, false),
            ("5.", "5", false, false),
            ("1e5", "100000", true, false),
            ("1E+5", "100000", true, false),
            ("1e21", "1e21", true, true),
            ("1e+21", "1e21", true, false),
            ("1E21", "1e21", true, false),
            ("1e021", "1e21", true, false),
            ("10e20", "1e21", true, false),
            ("1000000000000000000000", "1e21", true, false),
            ("123456789012345678901", "123456789012345678901", true, true),
            ("0.000001", "0.000001", true, true),
            ("0.0000001", "1e-7", true, false),
            ("1.5e-7", "1.5e-7", true, true),
            ("0.15e-6", "1.5e-7", true, false),
            ("1e-6", "0.000001", true, false),
            ("1e6144", "1e6144", true, true),
            ("9999999999999999999", "9999999999999999999", true, true),
            ("99999999999999999999", "99999999999999999999", true, true),
            (
                "0.12345678901234567890123456789012345678",
                "0.12345678901234567890123456789012345678",
                true,
                true,
            ),
            (
                "1.23456789012345678901234567890123456789",
                "1.2345678901234567890123456789012345679",
                true,
                false,
            ),
            (
                "1234567890123456789012345678901234567850000000001",
                "1.2345678901234567890123456789012345679e48",
                true,
                false,
            ),
            ("99999999999999999999999999999999999999.5", "1e38", true, false),
            ("00000000000000000000000000000000000000000000.10", "0.1", false, false),
        ] {
            let bytes = spelled.as_bytes();
            assert_eq!(
                Number::parse(bytes).map(|read| text(read.unwrap())).as_deref(),
                Some(shown),
                "{spelled}"
            );
            assert_eq!(Number::is_json(bytes), json, "{spelled}");
            assert_eq!(Number::is_canonical(bytes), canonical, "{spelled}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for spelled in [
            "", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1e5.", "1.2.3", "--1", "+-1", " 1", "1 ",
            "1_0", "0x10", "inf", "NaN", "12a", "1٣",
        ] {
            assert!(Number::parse(spelled.as_bytes()).is_none(), "{spelled}");
            assert!(!Number::is_json(spelled.as_bytes()), "{spelled}");
            assert!(!Number::is_canonical(spelled.as_bytes()), "{spelled}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// What is a number of JSON, as a parser of JSON says.
        #[test]
        fn json_numbers_are_those_of_json(text in "-{0,2}[0-9]{0,3}\\.{0,2}[0-9]{0,2}([eE][+-]{0,2}[0-9]{0,2})?") {
            let is_json = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(Number::is_json(text.as_bytes()), is_json, "{}", text);
        }

        #[test]
        fn any_digits_are_rounded_once(
            whole in "-?[0-9]{1,45}[05]{0,9}",
            fraction in "[05]{0,9}[0-9]{0,45}",
            exponent in -50i32..50,
        ) {
            let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
            let twin = rounded_twin(&digits, fraction.len() as i32 - exponent).unwrap();
            let read = Number::parse(format!("{whole}.{fraction}e{exponent}").as_bytes()).unwrap().unwrap();
            prop_assert_eq!(text(read), text(twin));
        }

        #[test]
        fn canonical_is_what_is_printed(spelled in "-?[01]{1,3}0{0,22}(\\.[0-9]{0,3}[0-9])?([eE][+-]?[0-9]{1,2})?") {
            let printed = text(Number::parse(spelled.as_bytes()).unwrap().unwrap());
            prop_assert_eq!(Number::is_canonical(spelled.as_bytes()), printed == spelled);
            prop_assert!(Number::is_canonical(printed.as_bytes()));
        }

        #[test]
        fn is_json_agrees_with_a_json_reader(spelled in "[-+]?[0-2.]{0,4}([eE][-+]?[0-2]{0,2})?") {
            let twin = serde_json::from_str::<Box<serde_json::value::RawValue>>(&spelled).is_ok();
            prop_assert_eq!(Number::is_json(spelled.as_bytes()), twin);
        }

        #[test]
        fn printed_numbers_read_back(number in numbers()) {
            let printed = text(number);
            prop_assert_eq!(Number::parse(printed.as_bytes()), Some(Ok(number)));
            prop_assert!(Number::is_json(printed.as_bytes()) && Number::is_canonical(printed.as_bytes()));
        }
    }

    #[test]
    fn digits_that_count() {
        let long = "9".repeat(38);
        for (spelled, exact) in [
            ("0", true),
            ("-1.50e300", true),
            (long.as_str(), true),
            (&format!("000{long}000"), true),
            (&format!("0.000{long}"), true),
            (&format!("{long}1"), false),
            (&format!("1{}1", "0".repeat(37)), false),
        ] {
            assert_eq!(Number::is_exact(spelled.as_bytes()), exact, "{spelled}");
        }
    }
}
