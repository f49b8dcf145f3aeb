//! Writing timestamps.

use super::civil::Civil;
use super::{Timestamp, Zone};

/// Appends the time as RFC 3339 in the zone, with as many fraction digits as it needs, up to nine:
/// `2024-01-31T12:34:56.5Z`, `2024-01-31T14:34:56+02:00`.
///
/// Since RFC 3339 knows neither seconds in an offset nor years beyond 9999, an offset that has seconds (local
/// mean time, before about 1900) is rounded down to a minute, clock and all, and a time whose year in
/// the zone is not from 1 to 9999 is written in UTC: what is written is always the same point in time.
pub fn write_rfc3339(t: Timestamp, zone: &Zone, out: &mut Vec<u8>) {
    let offset = if zone.is_utc() { 0 } else { zone.offset_at(t).div_euclid(60) * 60 };
    let shown = Civil::of_local(t.seconds() + i64::from(offset), t.nanos());
    match shown.year {
        1..=9999 if zone.is_utc() => write_shown(&shown, b"Z", out),
        1..=9999 => write_shown(&shown, &spelled_offset(offset), out),
        _ => write_shown(&Civil::of_local(t.seconds(), t.nanos()), b"Z", out),
    }
}

/// Appends a number in decimal digits.
pub(super) fn push_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        length += 1;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[digits.len() - length..]);
}

/// Appends `.` and the digits of a fraction of a second given in nanoseconds, without the zeros at its end;
/// nothing for zero.
pub(super) fn push_fraction(nanos: u32, out: &mut Vec<u8>) {
    let (digits, length) = fraction(nanos);
    out.extend_from_slice(digits.get(..length).unwrap_or(&digits));
}

/// `.` and nine digits, and how many of these bytes are needed.
#[inline]
fn fraction(nanos: u32) -> ([u8; 10], usize) {
    let (high, middle, low) = (nanos / 1_000_000, nanos / 1_000 % 1_000, nanos % 1_000);
    let ([_, a, b, c], [_, d, e, f], [_, g, h, i]) = (digits4(high), digits4(middle), digits4(low));
    let digits = [b'.', a, b, c, d, e, f, g, h, i];
    if nanos == 0 {
        return (digits, 0);
    }
    // Most clocks tell milliseconds.
    let longest = if nanos.is_multiple_of(1_000_000) { 4 } else { 10 };
    let zeros = digits.iter().take(longest).rev().take_while(|digit| **digit == b'0').count();
    (digits, longest - zeros)
}

fn write_shown(shown: &Civil, zone: &[u8], out: &mut Vec<u8>) {
    let [y1, y2, y3, y4] = digits4(shown.year as u32);
    let [m1, m2] = digits2(shown.month);
    let [d1, d2] = digits2(shown.day);
    let [h1, h2] = digits2(shown.hour);
    let [n1, n2] = digits2(shown.minute);
    let [s1, s2] = digits2(shown.second);
    let date_and_time =
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2];
    out.reserve(date_and_time.len() + 10 + zone.len());
    out.extend_from_slice(&date_and_time);
    push_fraction(shown.nanos, out);
    out.extend_from_slice(zone);
}

fn spelled_offset(seconds: i32) -> [u8; 6] {
    let minutes = seconds.unsigned_abs() / 60;
    let [h1, h2] = digits2((minutes / 60) as u8);
    let [m1, m2] = digits2((minutes % 60) as u8);
    [if seconds < 0 { b'-' } else { b'+' }, h1, h2, b':', m1, m2]
}

#[inline]
fn digits2(number: u8) -> [u8; 2] {
    [b'0' + number / 10, b'0' + number % 10]
}

#[inline]
fn digits4(number: u32) -> [u8; 4] {
    let [a, b] = digits2((number / 100) as u8);
    let [c, d] = digits2((number % 100) as u8);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::zone::to_jiff;
    use super::*;

    fn written(t: Timestamp, zone: &str) -> String {
        let mut out = Vec::new();
        write_rfc3339(t, &Zone::parse(zone).unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_many_digits_as_needed() {
        for (seconds, nanos, zone, text) in [
            (0, 0, "UTC", "1970-01-01T00:00:00Z"),
            (-1, 999_999_999, "UTC", "1969-12-31T23:59:59.999999999Z"),
            (1_706_704_496, 500_000_000, "UTC", "2024-01-31T12:34:56.5Z"),
            (1_706_704_496, 789_000_000, "UTC", "2024-01-31T12:34:56.789Z"),
            (1_706_704_496, 10, "UTC", "2024-01-31T12:34:56.00000001Z"),
            (1_706_704_496, 0, "Europe/Berlin", "2024-01-31T13:34:56+01:00"),
            (1_722_429_296, 0, "Europe/Berlin", "2024-07-31T14:34:56+02:00"),
            (0, 0, "-03:30", "1969-12-31T20:30:00-03:30"),
            // +00:53:28 until 1893.
            (-3_000_000_000, 0, "Europe/Berlin", "1874-12-07T19:33:00+00:53"),
            (-3_000_000_000, 0, "America/New_York", "1874-12-07T13:43:00-04:57"),
        ] {
            assert_eq!(written(Timestamp::new(seconds, nanos).unwrap(), zone), text);
        }
        assert_eq!(written(Timestamp::MIN, "UTC"), "0001-01-01T00:00:00Z");
        assert_eq!(written(Timestamp::MIN, "-02:00"), "0001-01-01T00:00:00Z");
        assert_eq!(written(Timestamp::MAX, "+02:00"), "9999-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn numbers() {
        for number in [0, 1, 9, 10, 1234, u64::MAX] {
            let mut out = Vec::new();
            push_number(number, &mut out);
            assert_eq!(out, number.to_string().into_bytes());
        }
    }

    proptest! {
        #[test]
        fn as_jiff_writes(seconds in Timestamp::MIN.seconds()..jiff::Timestamp::MAX.as_second(), nanos in 0..1_000_000_000_u32) {
            let t = Timestamp::new(seconds, nanos).unwrap();
            prop_assert_eq!(written(t, "UTC"), to_jiff(t).to_string());
            let mut theirs = to_jiff(t).strftime("%Y-%m-%dT%H:%M:%S%.f").to_string();
            theirs.push('Z');
            prop_assert_eq!(written(t, "UTC"), theirs);
        }

        #[test]
        fn read_back_in_any_zone(seconds in Timestamp::MIN.seconds()..jiff::Timestamp::MAX.as_second(), nanos in 0..1_000_000_000_u32) {
            let t = Timestamp::new(seconds, nanos).unwrap();
            let reader = super::super::TimeReader::new(Zone::utc());
            for zone in ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "-12:34"] {
                prop_assert_eq!(reader.read(written(t, zone).as_bytes()), Ok(t));
            }
        }
    }
}
