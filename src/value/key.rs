//! Keys: values as bytes whose order is the order of values, for grouping, sorting and spilling.
//!
//! `bool < number < time < duration < text < array < object`, null last in both directions. An encoding is
//! never a prefix of another, so that the fields of a key are simply written one behind the other.

use super::json::{of_checked, visit_members};
use super::{Exact, Number, Value};
use crate::scan::json::elements;

const BOOL: u8 = 0x10;
const NUMBER: u8 = 0x20;
const TIME: u8 = 0x30;
const DURATION: u8 = 0x40;
const TEXT: u8 = 0x50;
const ARRAY: u8 = 0x60;
const OBJECT: u8 = 0x70;
const NULL: u8 = 0xff;
/// Ends an array or object; below every tag, so that the shorter one comes first.
const END: u8 = 0x01;

/// Which way a key sorts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first; null still comes last.
    Descending,
}

/// Appends the key by which values are ordered: two values with equal bytes are ties.
///
/// An untyped value that is spelled as a number is ordered as that number, a stamp as the time that it is.
pub fn write_order(value: Value<'_>, direction: Direction, out: &mut Vec<u8>) {
    let start = out.len();
    write(value, out);
    if direction == Direction::Descending && !value.is_null() {
        for byte in out.iter_mut().skip(start) {
            *byte = !*byte;
        }
    }
}

/// Whether a key that [`write_order`] wrote is of a number.
#[inline]
pub fn is_number(key: &[u8], direction: Direction) -> bool {
    match direction {
        Direction::Ascending => key.first() == Some(&NUMBER),
        Direction::Descending => key.first() == Some(&!NUMBER),
    }
}

/// Appends the key by which values are grouped: two values with equal bytes are the same key.
///
/// Untyped values are told apart by spelling (`1.10` is not `1.1`), typed numbers by value. An untyped
/// value spelled just as a typed number would be printed is the same key as that number, so that files of
/// several formats group together. Ordering these bytes is ordering the values, spellings breaking ties.
///
/// A stamp is the time that it is, so that it is one key however it is spelled; an epoch is a number.
pub fn write_identity(value: Value<'_>, out: &mut Vec<u8>) {
    match value.as_key() {
        Value::Untyped(text) => {
            if write_untyped(text, out) {
                if !is_canonical(text) {
                    write_text(text, out);
                }
                out.push(0);
            }
        }
        // The zero stands where a spelling may stand, so that no key is a prefix of another.
        number @ (Value::Number(_) | Value::Spelled(_)) => {
            write(number, out);
            out.push(0);
        }
        other => write(other, out),
    }
}

fn write(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(truth) => out.extend_from_slice(&[BOOL, u8::from(truth)]),
        Value::Number(number) => write_number(number, out),
        Value::Spelled(_) => match value.as_exact() {
            Some(number) => write_exact(number, out),
            None => out.push(NULL),
        },
        Value::Time(time) => {
            out.push(TIME);
            out.extend_from_slice(&time.order_bytes());
        }
        Value::Duration(duration) => {
            out.push(DURATION);
            out.extend_from_slice(&duration.order_bytes());
        }
        Value::Text(text) => write_text(text, out),
        Value::Untyped(text) => {
            write_untyped(text, out);
        }
        Value::Stamp(stamp) => match stamp.time() {
            Some(time) => write(Value::Time(time), out),
            None => write(stamp.plain(), out),
        },
        Value::Array(text) => write_array(text, out),
        Value::Object(text) => write_object(text, out),
    }
}

fn write_number(number: Number, out: &mut Vec<u8>) {
    out.push(NUMBER);
    number.order_bytes(out);
}

#[cold]
fn write_exact(number: Exact<'_>, out: &mut Vec<u8>) {
    out.push(NUMBER);
    number.order_bytes(out);
}

/// Appends what untyped text is ordered by; says whether that is a number.
#[inline]
fn write_untyped(text: &[u8], out: &mut Vec<u8>) -> bool {
    if may_be_number(text) {
        if let Some(number) = Exact::parse_few(text) {
            write_number(number, out);
            return true;
        }
        if let Some(Ok(number)) = Exact::parse(text) {
            write_exact(number, out);
            return true;
        }
    }
    write_text(text, out);
    false
}

/// Whether the number is spelled as typed ones are taken to be: as printed, or written out if it is long.
fn is_canonical(text: &[u8]) -> bool {
    Number::is_canonical(text) || text.len() > 38 && Number::is_plain_long(text)
}

/// Whether text may spell a number: most keys are words, and their first byte settles it.
#[inline]
pub fn may_be_number(text: &[u8]) -> bool {
    text.first().is_some_and(|&first| may_start_number(first))
}

/// Whether a number may be spelled with this byte at its front.
#[inline]
pub fn may_start_number(first: u8) -> bool {
    matches!(first, b'0'..=b'9' | b'-' | b'+' | b'.')
}

/// The text of a key that is one text, a NUL in it with its escape.
#[inline]
pub fn text_in(key: &[u8]) -> Option<&[u8]> {
    match key {
        [TEXT, text @ .., 0, 0] => Some(text),
        _ => None,
    }
}

/// Text ends with two NULs; a NUL inside is written as NUL, 0xff, which sorts behind the end.
fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(TEXT);
    let mut rest = text;
    while let Some(at) = memchr::memchr(0, rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(0xff);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(&[0, 0]);
}

fn write_array(text: &[u8], out: &mut Vec<u8>) {
    out.push(ARRAY);
    let mut buffer = Vec::new();
    // All inside was checked when the record was read.
    let _ = elements(text, 0, |item| write(of_checked(text, item, &mut buffer), out));
    out.push(END);
}

/// Objects compare as their members sorted by key; of duplicate keys the last counts.
fn write_object(text: &[u8], out: &mut Vec<u8>) {
    out.push(OBJECT);
    let mut sorted = std::collections::BTreeMap::new();
    let _ = visit_members(text, |key, item| {
        sorted.insert(key.to_vec(), item);
    });
    let mut buffer = Vec::new();
    for (key, item) in sorted {
        write_text(&key, out);
        write(of_checked(text, item, &mut buffer), out);
    }
    out.push(END);
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;
    use crate::time::{Duration, Timestamp};

    /// A value that owns its bytes.
    #[derive(Clone, Debug)]
    enum Owned {
        Null,
        Bool(bool),
        Number(String),
        Time(i64),
        Duration(i64),
        Text(Vec<u8>),
        Untyped(String),
        Array(Vec<Self>),
        Object(Vec<(String, Self)>),
    }
    use Owned::*;

    impl Owned {
        /// Hands out the value that this is.
        fn with<T>(&self, take: impl FnOnce(Value<'_>) -> T) -> T {
            match self {
                Null => take(Value::Null),
                Bool(truth) => take(Value::Bool(*truth)),
                Number(text) => take(Value::of_json_number(text.as_bytes()).unwrap()),
                Time(second) => take(Value::Time(Timestamp::new(*second, 0).unwrap())),
                Duration(nanoseconds) => take(Value::Duration(duration(*nanoseconds))),
                Text(text) => take(Value::Text(text)),
                Untyped(text) => take(Value::Untyped(text.as_bytes())),
                Array(_) => take(Value::Array(self.json().as_bytes())),
                Object(_) => take(Value::Object(self.json().as_bytes())),
            }
        }

        /// JSON text; only of what JSON has.
        fn json(&self) -> String {
            match self {
                Null => "null".to_owned(),
                Bool(truth) => truth.to_string(),
                Number(text) => text.clone(),
                Text(text) => serde_json::to_string(std::str::from_utf8(text).unwrap()).unwrap(),
                Array(items) => {
                    format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(", "))
                }
                Object(members) => {
                    let member = |(key, value): &(String, Self)| {
                        format!("{}: {}", serde_json::to_string(key).unwrap(), value.json())
                    };
                    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
                }
                Time(_) | Duration(_) | Untyped(_) => panic!("JSON has no such value"),
            }
        }

        /// The place of the type among the types.
        fn rank(&self) -> u8 {
            match self {
                Bool(_) => 0,
                Number(_) => 1,
                Time(_) => 2,
                Duration(_) => 3,
                Text(_) => 4,
                Untyped(text) => {
                    if spells_number(text) {
                        1
                    } else {
                        4
                    }
                }
                Array(_) => 5,
                Object(_) => 6,
                Null => 7,
            }
        }

        fn text(&self) -> &[u8] {
            match self {
                Text(text) => text,
                Untyped(text) => text.as_bytes(),
                _ => panic!("not text"),
            }
        }

        fn number(&self) -> num_bigint::BigInt {
            match self {
                Number(text) | Untyped(text) => number(text),
                _ => panic!("not a number"),
            }
        }
    }

    /// The order of values, from the manual's sentence and not from bytes.
    fn compare(left: &Owned, right: &Owned) -> Ordering {
        left.rank().cmp(&right.rank()).then_with(|| match (left, right) {
            (Null, Null) => Ordering::Equal,
            (Bool(left), Bool(right)) => left.cmp(right),
            (Time(left), Time(right)) | (Duration(left), Duration(right)) => left.cmp(right),
            (Array(left), Array(right)) => compare_all(left.iter().collect(), right.iter().collect()),
            (Object(left), Object(right)) => {
                let sorted = |members: &[(String, Owned)]| -> Vec<Owned> {
                    let map: std::collections::BTreeMap<_, _> = members.iter().cloned().collect();
                    map.into_iter().flat_map(|(key, value)| [Text(key.into_bytes()), value]).collect()
                };
                let (left, right) = (sorted(left), sorted(right));
                compare_all(left.iter().collect(), right.iter().collect())
            }
            _ if left.rank() == 1 => left.number().cmp(&right.number()),
            _ => left.text().cmp(right.text()),
        })
    }

    fn compare_all(left: Vec<&Owned>, right: Vec<&Owned>) -> Ordering {
        let pairs = left.iter().zip(&right).map(|(left, right)| compare(left, right));
        pairs.fold(Ordering::Equal, Ordering::then).then(left.len().cmp(&right.len()))
    }

    /// The number in units of 10^-60, read by another reader.
    fn number(text: &str) -> num_bigint::BigInt {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let power = 60 + exponent.parse::<u32>().unwrap() - fraction.len() as u32;
        let digits: num_bigint::BigInt = format!("{whole}{fraction}").parse().unwrap();
        digits * num_bigint::BigInt::from(10).pow(power)
    }

    fn spells_number(text: &str) -> bool {
        matches!(crate::value::Number::parse(text.as_bytes()), Some(Ok(_)))
    }

    fn duration(nanoseconds: i64) -> crate::time::Duration {
        Duration::parse(format!("{nanoseconds}ns").as_bytes()).unwrap()
    }

    fn ordered(value: &Owned, direction: Direction) -> Vec<u8> {
        let mut out = Vec::new();
        value.with(|value| write_order(value, direction, &mut out));
        out
    }

    fn identity(value: &Owned) -> Vec<u8> {
        let mut out = Vec::new();
        value.with(|value| write_identity(value, &mut out));
        out
    }

    fn json_scalar() -> impl Strategy<Value = Owned> {
        prop_oneof![
            1 => Just(Null),
            1 => any::<bool>().prop_map(Bool),
            3 => "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,2})?(e[0-2])?".prop_map(Number),
            2 => "-?1{36,41}[0-9]?(\\.[01]{1,2})?(e[0-2])?".prop_map(Number),
            3 => "[a1\u{0}\u{1}é]{0,3}".prop_map(|text| Text(text.into_bytes())),
        ]
    }

    fn owned() -> impl Strategy<Value = Owned> {
        let nested = json_scalar().prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Array),
                prop::collection::vec(("[ab\u{0}]{0,2}", inner), 0..3).prop_map(Object),
            ]
        });
        prop_oneof![
            6 => nested,
            1 => (-3..3i64).prop_map(Time),
            1 => (-3..3i64).prop_map(Duration),
            3 => "-?[01]{1,2}(\\.[01]{1,2})?|[a01]{0,2}".prop_map(Untyped),
            1 => "-?1{36,41}[01]?(\\.[01]{1,2})?".prop_map(Untyped),
        ]
    }

    /// Whether two values are one key: untyped by spelling, typed numbers by value, the printed spelling of a
    /// number that number, and so is a long one that is written out.
    fn one_key(left: &Owned, right: &Owned) -> bool {
        match (left, right) {
            (Untyped(left), Untyped(right)) => left == right,
            (Untyped(text), Number(value)) | (Number(value), Untyped(text)) if spells_number(text) => {
                let printed = crate::value::Number::parse(value.as_bytes()).unwrap().unwrap().to_string();
                let is_long = !crate::value::Number::is_exact(text.as_bytes());
                let written_out = !(text.contains('.') && text.ends_with('0'));
                number(value) == number(text) && if is_long { written_out } else { printed == *text }
            }
            _ => compare(left, right) == Ordering::Equal,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn the_order_of_bytes_is_the_order_of_values(left in owned(), right in owned()) {
            let ascending = ordered(&left, Direction::Ascending).cmp(&ordered(&right, Direction::Ascending));
            prop_assert_eq!(ascending, compare(&left, &right));
            let descending = ordered(&left, Direction::Descending).cmp(&ordered(&right, Direction::Descending));
            let nulls = matches!(left, Null) || matches!(right, Null);
            prop_assert_eq!(descending, if nulls { ascending } else { ascending.reverse() });
        }

        #[test]
        fn equal_identities_are_one_key(left in owned(), right in owned()) {
            let (one, other) = (identity(&left), identity(&right));
            prop_assert_eq!(one == other, one_key(&left, &right), "{:?} {:?}", left, right);
            let order = compare(&left, &right);
            prop_assert!(order == Ordering::Equal || one.cmp(&other) == order, "{:?} {:?}", left, right);
        }

        #[test]
        fn no_key_begins_with_another(left in owned(), right in owned()) {
            for write in [identity, |value: &Owned| ordered(value, Direction::Ascending)] {
                let (one, other) = (write(&left), write(&right));
                prop_assert!(one == other || !(one.starts_with(&other) || other.starts_with(&one)));
            }
        }
    }
}
