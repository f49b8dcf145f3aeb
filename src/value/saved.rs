//! The saved form of values, records and states of aggregates, piece by piece: variable-length integers, numbers, values.
//!
//! Whatever is read may be damaged: reading gives `None` then, and allocates no more than the bytes at hand.

use crate::time::{Duration, Timestamp};
use crate::value::{Number, Stamp, Value};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const TIME: u8 = 4;
const DURATION: u8 = 5;
const TEXT: u8 = 6;
const UNTYPED: u8 = 7;
const ARRAY: u8 = 8;
const OBJECT: u8 = 9;
const SPELLED: u8 = 10;
const STAMP: u8 = 11;

/// Appends an integer in groups of seven bits, lowest first (LEB128).
#[inline]
pub fn write_count(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Reads what [`write_count`] wrote.
#[inline]
pub fn read_count(from: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let byte = read_byte(from)?;
        let part = u64::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        n |= part << shift;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}

/// Appends a signed integer, its sign in the lowest bit.
pub fn write_signed(n: i128, out: &mut Vec<u8>) {
    write_wide(((n << 1) ^ (n >> 127)) as u128, out);
}

/// Reads what [`write_signed`] wrote.
pub fn read_signed(from: &mut &[u8]) -> Option<i128> {
    let folded = read_wide(from)?;
    Some((folded >> 1) as i128 ^ -((folded & 1) as i128))
}

/// Appends bytes behind their length.
pub fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_count(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Reads what [`write_bytes`] wrote.
pub fn read_bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(read_count(from)?).ok()?;
    let (bytes, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(bytes)
}

/// Reads what [`write_bytes`] wrote of text.
pub fn read_text<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    read_bytes(from).filter(|bytes| std::str::from_utf8(bytes).is_ok())
}

/// Reads one byte.
#[inline]
pub fn read_byte(from: &mut &[u8]) -> Option<u8> {
    let (&byte, rest) = from.split_first()?;
    *from = rest;
    Some(byte)
}

/// Appends a number: exponent and sign, then the coefficient.
pub fn write_number(number: Number, out: &mut Vec<u8>) {
    let (negative, coefficient, exponent) = number.parts();
    write_signed(i128::from(exponent) * 2 + i128::from(negative), out);
    write_wide(coefficient, out);
}

/// Reads what [`write_number`] wrote.
pub fn read_number(from: &mut &[u8]) -> Option<Number> {
    let head = read_signed(from)?;
    let exponent = i32::try_from(head >> 1).ok()?;
    Number::from_parts(head & 1 == 1, read_wide(from)?, exponent).ok()
}

/// Appends a point in time.
pub fn write_time(time: Timestamp, out: &mut Vec<u8>) {
    write_signed(i128::from(time.seconds()), out);
    write_count(u64::from(time.nanos()), out);
}

/// Reads what [`write_time`] wrote.
pub fn read_time(from: &mut &[u8]) -> Option<Timestamp> {
    let seconds = i64::try_from(read_signed(from)?).ok()?;
    Timestamp::new(seconds, u32::try_from(read_count(from)?).ok()?)
}

/// Appends a duration.
pub fn write_duration(duration: Duration, out: &mut Vec<u8>) {
    write_signed(duration.to_nanos(), out);
}

/// Reads what [`write_duration`] wrote.
pub fn read_duration(from: &mut &[u8]) -> Option<Duration> {
    Duration::from_nanos(read_signed(from)?)
}

/// Appends any value with its type and spelling.
pub fn write_value(value: Value<'_>, out: &mut Vec<u8>) {
    let (tag, bytes) = match value {
        Value::Null => return out.push(NULL),
        Value::Bool(truth) => return out.push(if truth { TRUE } else { FALSE }),
        Value::Number(number) => {
            out.push(NUMBER);
            return write_number(number, out);
        }
        Value::Time(time) => {
            out.push(TIME);
            return write_time(time, out);
        }
        Value::Duration(duration) => {
            out.push(DURATION);
            return write_duration(duration, out);
        }
        Value::Spelled(text) => (SPELLED, text),
        Value::Text(text) => (TEXT, text),
        Value::Untyped(text) => (UNTYPED, text),
        Value::Stamp(stamp) => (STAMP, stamp.bytes()),
        Value::Array(text) => (ARRAY, text),
        Value::Object(text) => (OBJECT, text),
    };
    out.push(tag);
    write_bytes(bytes, out);
}

/// Reads what [`write_value`] wrote.
pub fn read_value<'a>(from: &mut &'a [u8]) -> Option<Value<'a>> {
    let wrap = match read_byte(from)? {
        NULL => return Some(Value::Null),
        FALSE => return Some(Value::Bool(false)),
        TRUE => return Some(Value::Bool(true)),
        NUMBER => return read_number(from).map(Value::Number),
        TIME => return read_time(from).map(Value::Time),
        DURATION => return read_duration(from).map(Value::Duration),
        STAMP => {
            let stamp = Stamp::read(read_bytes(from)?)?;
            return std::str::from_utf8(stamp.spelling()).ok().map(|_| Value::Stamp(stamp));
        }
        SPELLED => return read_text(from).filter(|text| Number::is_json(text)).map(Value::Spelled),
        TEXT => Value::Text,
        UNTYPED => Value::Untyped,
        ARRAY => Value::Array,
        OBJECT => Value::Object,
        _ => return None,
    };
    read_text(from).map(wrap)
}

fn write_wide(mut n: u128, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn read_wide(from: &mut &[u8]) -> Option<u128> {
    let mut n = 0;
    for shift in (0..128).step_by(7) {
        let byte = read_byte(from)?;
        let part = u128::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        n |= part << shift;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn again<T>(write: impl Fn(&mut Vec<u8>), read: impl Fn(&mut &[u8]) -> Option<T>) -> Option<T> {
        let mut out = Vec::new();
        write(&mut out);
        for cut in 0..out.len() {
            assert!(read(&mut &out[..cut]).is_none(), "{out:?} cut at {cut}");
        }
        let mut rest = &out[..];
        let value = read(&mut rest);
        assert!(rest.is_empty());
        value
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn integers_come_back(count: u64, small in 0..300u64, wide: i128) {
            prop_assert_eq!(again(|out| write_count(count, out), read_count), Some(count));
            prop_assert_eq!(again(|out| write_count(small, out), read_count), Some(small));
            prop_assert_eq!(again(|out| write_signed(wide, out), read_signed), Some(wide));
        }

        #[test]
        fn numbers_come_back(negative: bool, coefficient in 0..10u128.pow(38), exponent in -6144..6100i32) {
            if let Ok(number) = Number::from_parts(negative, coefficient, exponent) {
                prop_assert_eq!(again(|out| write_number(number, out), read_number), Some(number));
            }
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = read_value(&mut &bytes[..]);
        }
    }

    #[test]
    fn too_long_integers_are_damage() {
        assert_eq!(read_count(&mut &[0xff; 9][..]), None);
        assert_eq!(read_count(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2][..]), None);
        assert_eq!(read_bytes(&mut &[0xff, 0xff, 0xff, 0xff, 0x7f, 1][..]), None);
    }
}
