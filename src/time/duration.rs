//! A signed length of time and its spelling.

use std::fmt;

use super::NANOS_PER_SECOND;
use super::write::push_number;

/// A signed length of time: 1 ns resolution, as many seconds as an `i64` holds.
///
/// Kept as whole seconds, rounded down, and the nanoseconds above them. A day is 24 hours and a week 7
/// days; the calendar's days are [`super::Size`]'s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Duration {
    seconds: i64,
    nanos: u32,
}

/// The units of a spelled duration in nanoseconds, largest first, with the micro sign and the Greek letter that looks
/// like it. Only `d` and what follows it is written, in letters.
const UNITS: [(&[u8], i128); 10] = [
    (b"w", 604_800_000_000_000),
    (b"d", 86_400_000_000_000),
    (b"h", 3_600_000_000_000),
    (b"m", 60_000_000_000),
    (b"s", 1_000_000_000),
    (b"ms", 1_000_000),
    (b"us", 1_000),
    ("\u{b5}s".as_bytes(), 1_000),
    ("\u{3bc}s".as_bytes(), 1_000),
    (b"ns", 1),
];

/// Digits of a fraction that count: as many as a week's nanoseconds times a power of ten leave in an `i128`.
const FRACTION_DIGITS: usize = 22;

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { seconds: 0, nanos: 0 };

    /// The shortest length.
    pub const NANOSECOND: Self = Self { seconds: 0, nanos: 1 };

    /// `seconds + nanos * 1e-9`; the nanoseconds are below 1e9.
    #[inline]
    pub(super) const fn floored(seconds: i64, nanos: u32) -> Self {
        debug_assert!(nanos < NANOS_PER_SECOND);
        Self { seconds, nanos }
    }

    /// So many whole seconds.
    pub const fn of_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// A length in nanoseconds; `None` if its seconds exceed an `i64`.
    #[inline]
    pub fn from_nanos(nanos: i128) -> Option<Self> {
        let second = i128::from(NANOS_PER_SECOND);
        let seconds = i64::try_from(nanos.div_euclid(second)).ok()?;
        Some(Self { seconds, nanos: nanos.rem_euclid(second) as u32 })
    }

    /// The length in nanoseconds.
    #[inline]
    pub fn to_nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos)
    }

    /// Whole seconds, rounded down.
    #[inline]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds above [`Self::seconds`], below 1e9.
    #[inline]
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// Whether the length is below zero.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.seconds < 0
    }

    /// The sum; `None` on overflow.
    #[inline]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let nanos = self.nanos + other.nanos;
        let carry = nanos >= NANOS_PER_SECOND;
        let seconds = self.seconds.checked_add(other.seconds)?.checked_add(i64::from(carry))?;
        Some(Self { seconds, nanos: if carry { nanos - NANOS_PER_SECOND } else { nanos } })
    }

    /// The difference; `None` on overflow.
    #[inline]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let borrow = self.nanos < other.nanos;
        let seconds = self.seconds.checked_sub(other.seconds)?.checked_sub(i64::from(borrow))?;
        let nanos = if borrow { self.nanos + NANOS_PER_SECOND } else { self.nanos } - other.nanos;
        Some(Self { seconds, nanos })
    }

    /// The length without its sign; the longest there is for the shortest.
    #[inline]
    pub fn abs(self) -> Self {
        let longest = Self { seconds: i64::MAX, nanos: NANOS_PER_SECOND - 1 };
        if self.is_negative() { self.checked_neg().unwrap_or(longest) } else { self }
    }

    /// The length the other way round; `None` on overflow.
    #[inline]
    pub fn checked_neg(self) -> Option<Self> {
        Self::ZERO.checked_sub(self)
    }

    /// Reads a literal: numbers with the units `w d h m s ms us ns` (`us` also as `µs`, as Go writes it), each at most once and largest first,
    /// without blanks, after an optional minus: `5m`, `1h30m`, `-250ms`. The last number may have a
    /// fraction (`1.5s`), of which what lies below a nanosecond is dropped. A bare `0` is none: see
    /// [`Self::parse_or_zero`].
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (negative, mut rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let (mut total, mut units) = (0_i128, UNITS.as_slice());
        loop {
            let (part, after) = Part::read(rest)?;
            let at = units.iter().position(|(name, _)| *name == part.unit)?;
            let (larger, smaller) = units.split_at(at + 1);
            let (_, nanos) = *larger.last()?;
            let smaller = smaller.get(smaller.iter().take_while(|(_, other)| *other == nanos).count()..)?;
            total = total.checked_add(part.nanos(nanos)?)?;
            if after.is_empty() {
                return Self::from_nanos(if negative { -total } else { total });
            }
            if !part.fraction.is_empty() {
                return None;
            }
            (rest, units) = (after, smaller);
        }
    }

    /// As [`Self::parse`]; `0` needs no unit. For options, where a length is expected.
    pub fn parse_or_zero(text: &[u8]) -> Option<Self> {
        if text == b"0" { Some(Self::ZERO) } else { Self::parse(text) }
    }

    /// Appends the length as a literal: whole numbers, the largest unit first, no unit above days:
    /// `1h30m`, `1s500ms`, `-2d`, `0s`. [`Self::parse`] reads it back.
    pub fn write(self, out: &mut Vec<u8>) {
        let (seconds, _) = self.magnitude();
        self.write_with_days(seconds / 86_400, out);
    }

    /// As [`Self::write`], without days: `26h`.
    pub(super) fn write_in_hours(self, out: &mut Vec<u8>) {
        self.write_with_days(0, out);
    }

    fn write_with_days(self, days: u64, out: &mut Vec<u8>) {
        let (seconds, nanos) = self.magnitude();
        if self.is_negative() {
            out.push(b'-');
        }
        let parts: [(u64, &[u8]); 7] = [
            (days, b"d"),
            (seconds / 3_600 - days * 24, b"h"),
            (seconds / 60 % 60, b"m"),
            (seconds % 60, b"s"),
            (u64::from(nanos / 1_000_000), b"ms"),
            (u64::from(nanos / 1_000 % 1_000), b"us"),
            (u64::from(nanos % 1_000), b"ns"),
        ];
        for (number, unit) in parts {
            if number > 0 {
                push_number(number, out);
                out.extend_from_slice(unit);
            }
        }
        if self == Self::ZERO {
            out.extend_from_slice(b"0s");
        }
    }

    /// Bytes whose order as unsigned bytes is the order of lengths.
    #[inline]
    pub fn order_bytes(self) -> [u8; 12] {
        // Flipping the sign bit puts the negative ones below.
        let [a, b, c, d, e, f, g, h] = ((self.seconds as u64) ^ (1 << 63)).to_be_bytes();
        let [i, j, k, l] = self.nanos.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }

    /// Seconds and nanoseconds of the length without its sign.
    pub(super) fn magnitude(self) -> (u64, u32) {
        match (self.seconds < 0, self.nanos) {
            (true, 0) => (self.seconds.unsigned_abs(), 0),
            (true, nanos) => (self.seconds.unsigned_abs() - 1, NANOS_PER_SECOND - nanos),
            (false, nanos) => (self.seconds.unsigned_abs(), nanos),
        }
    }
}

/// As [`Duration::write`].
impl fmt::Display for Duration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        out.write_str(&String::from_utf8_lossy(&text))
    }
}

/// A number and its unit within a literal, as spelled.
struct Part<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    unit: &'a [u8],
}

impl<'a> Part<'a> {
    /// The first part of a literal and what follows it.
    fn read(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (whole, rest) = split_while(text, u8::is_ascii_digit);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => {
                let (fraction, rest) = split_while(rest, u8::is_ascii_digit);
                (if fraction.is_empty() { return None } else { fraction }, rest)
            }
            _ => (&[][..], rest),
        };
        let (unit, rest) = split_while(rest, |byte| byte.is_ascii_lowercase() || !byte.is_ascii());
        if whole.is_empty() { None } else { Some((Self { whole, fraction, unit }, rest)) }
    }

    /// The part's length, given that of its unit; `None` on overflow.
    fn nanos(&self, unit: i128) -> Option<i128> {
        let fraction = self.fraction.get(..FRACTION_DIGITS).unwrap_or(self.fraction);
        let below = integer(fraction)?.checked_mul(unit)? / 10_i128.pow(fraction.len() as u32);
        integer(self.whole)?.checked_mul(unit)?.checked_add(below)
    }
}

fn split_while(text: &[u8], belongs: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len());
    text.split_at(end)
}

fn integer(digits: &[u8]) -> Option<i128> {
    digits.iter().try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spelled(nanos: i128) -> String {
        Duration::from_nanos(nanos).unwrap().to_string()
    }

    #[test]
    fn literals() {
        let second = 1_000_000_000;
        for (text, nanos) in [
            ("5m", 300 * second),
            ("1h30m", 5400 * second),
            ("250ms", second / 4),
            ("1.5s", second * 3 / 2),
            ("-1m", -60 * second),
            ("2d", 172_800 * second),
            ("1w", 604_800 * second),
            ("1w1d1h1m1s1ms1us1ns", 694_861 * second + 1_001_001),
            ("0s", 0),
            ("-0s", 0),
            ("007s", 7 * second),
            ("90m", 5400 * second),
            ("1h0.5s", 3600 * second + second / 2),
            ("0.1234567899s", 123_456_789),
            ("-0.1234567899s", -123_456_789),
            ("1.9ns", 1),
            ("350\u{b5}s", 350_000),
            ("350\u{3bc}s", 350_000),
            ("-1.5\u{b5}s", -1_500),
            ("1s5\u{b5}s7ns", second + 5_007),
            ("1m30.5s", 90 * second + second / 2),
            ("1h0m0.25s", 3600 * second + second / 4),
            ("0.33333333333333333333333333333333h", 1_199_999_999_999),
        ] {
            let read = Duration::parse(text.as_bytes());
            assert_eq!(read.map(Duration::to_nanos), Some(nanos), "{text}");
        }
    }

    #[test]
    fn no_literals() {
        for text in [
            "",
            "-",
            "0",
            "5",
            "m",
            ".5s",
            "5.s",
            "1.s",
            "5 m",
            " 5m",
            "5m ",
            "+5m",
            "--5m",
            "5M",
            "5mo",
            "5y",
            "5min",
            "30m1h",
            "1m1m",
            "1us1\u{b5}s",
            "1\u{b5}s1\u{3bc}s",
            "1ns1\u{b5}s",
            "1\u{b5}",
            "1\u{c2}s",
            "1min 30s",
            "1.5h30m",
            "1e3s",
            "1h30",
            "1h-30m",
            "5m\0",
            "µs",
            "1_000s",
            "1s.5",
            "99999999999999999999d",
            "999999999999999999999999999999999999999999999999s",
            "9223372036854775808s",
        ] {
            assert_eq!(Duration::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Duration::parse_or_zero(b"0"), Some(Duration::ZERO));
        assert_eq!(Duration::parse_or_zero(b"1"), None);
    }

    #[test]
    fn written_like_literals() {
        for (nanos, text) in [
            (0, "0s"),
            (90_000_000_000, "1m30s"),
            (1_500_000_000, "1s500ms"),
            (-1_500_000_000, "-1s500ms"),
            (-1, "-1ns"),
            (86_400_000_000_000, "1d"),
            (604_800_000_000_000, "7d"),
            (5_400_000_000_000, "1h30m"),
            (1_002_003, "1ms2us3ns"),
        ] {
            assert_eq!(spelled(nanos), text);
        }
        let least = Duration { seconds: i64::MIN, nanos: 0 };
        assert_eq!(spelled(least.to_nanos()), "-106751991167300d15h30m8s");
        assert_eq!(Duration::parse(b"-106751991167300d15h30m8s"), Some(least));
        assert_eq!(least.checked_neg(), None);
    }

    proptest! {
        #[test]
        fn written_and_read_back(seconds: i64, nanos in 0..NANOS_PER_SECOND) {
            let length = Duration { seconds, nanos };
            prop_assert_eq!(Duration::from_nanos(length.to_nanos()), Some(length));
            prop_assert_eq!(Duration::parse(spelled(length.to_nanos()).as_bytes()), Some(length));
        }

        #[test]
        fn arithmetic_is_that_of_nanoseconds(a: i64, b: i64, c in 0..NANOS_PER_SECOND, d in 0..NANOS_PER_SECOND) {
            let (a, b) = (Duration { seconds: a, nanos: c }, Duration { seconds: b, nanos: d });
            prop_assert_eq!(a.checked_add(b), Duration::from_nanos(a.to_nanos() + b.to_nanos()));
            prop_assert_eq!(a.checked_sub(b), Duration::from_nanos(a.to_nanos() - b.to_nanos()));
            prop_assert_eq!(a.order_bytes().cmp(&b.order_bytes()), a.to_nanos().cmp(&b.to_nanos()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(text in "[-0-9.a-z]{0,12}") {
            if let Some(length) = Duration::parse(text.as_bytes()) {
                prop_assert_eq!(Duration::parse(spelled(length.to_nanos()).as_bytes()), Some(length));
            }
        }
    }
}
