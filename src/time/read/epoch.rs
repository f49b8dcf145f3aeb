//! Unix epochs: a number of seconds, or of thousandths, millionths or billionths of one.

use std::iter;

use super::super::calendar::is_date;
use super::super::write::{push_fraction, push_number};
use super::super::{NANOS_PER_SECOND, Timestamp};
use super::NotATime;
use super::stamp::two;

/// The unit an epoch counts in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// The sizes, both ends included, by which the unit of an epoch is known: seconds from 1973, thousandths and
/// millionths from 1979, billionths from 1992, all to 2286. What lies between is a date in digits or counts from
/// another year (FILETIME, the ticks of .NET).
const SIZES: [(u128, u128, Unit); 4] = [
    (100_000_000, 10_000_000_000, Unit::Seconds),
    (300_000_000_000, 10_000_000_000_000, Unit::Millis),
    (300_000_000_000_000, 10_000_000_000_000_000, Unit::Micros),
    (700_000_000_000_000_000, 10_000_000_000_000_000_000, Unit::Nanos),
];

/// Exponents beyond are as good as this one: the number is 0 or out of all ranges.
const LARGEST_EXPONENT: i64 = 5_000;

/// Reads a decimal number with or without fraction and exponent, `-?1431857103(.25)?(e-3)?`, by the unit
/// that its size tells. Digits below the nanosecond are dropped.
pub(super) fn read(digits: &[u8]) -> Result<Timestamp, NotATime> {
    let number = Decimal::read(digits).ok_or(NotATime::Malformed)?;
    let whole = number.whole().ok_or(NotATime::UnknownUnit)?;
    match SIZES.iter().find(|(least, most, _)| (*least..=*most).contains(&whole)) {
        Some((_, _, unit)) => unit.timestamp(&number, whole),
        None => Err(unknown_unit(digits, whole)),
    }
}

impl Unit {
    /// The unit of a name: `s`, `ms`, `us`, `ns`.
    pub(in super::super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "s" => Self::Seconds,
            "ms" => Self::Millis,
            "us" => Self::Micros,
            "ns" => Self::Nanos,
            _ => return None,
        })
    }

    /// Reads a number of this unit, of any size within the years 1 to 9999; see [`read`].
    pub(in super::super) fn read(self, digits: &[u8]) -> Result<Timestamp, NotATime> {
        let number = Decimal::read(digits).ok_or(NotATime::Malformed)?;
        let whole = number.whole().ok_or(NotATime::OutOfRange)?;
        self.timestamp(&number, whole)
    }

    /// Appends the time as a number of this unit, with as many fraction digits as it needs.
    pub(in super::super) fn write(self, t: Timestamp, out: &mut Vec<u8>) {
        let (seconds, nanos) = t.since_epoch().magnitude();
        let nanos_each = NANOS_PER_SECOND / self.per_second();
        let within_second = nanos / nanos_each;
        if t.seconds() < 0 {
            out.push(b'-');
        }
        if seconds == 0 {
            push_number(within_second.into(), out);
        } else {
            // Two numbers side by side, since billionths of all the years exceed 64 bits.
            push_number(seconds, out);
            let mut place = self.per_second() / 10;
            while place > 0 {
                out.push(b'0' + (within_second / place % 10) as u8);
                place /= 10;
            }
        }
        push_fraction(nanos % nanos_each * self.per_second(), out);
    }

    /// The point in time of a number whose whole part is known.
    fn timestamp(self, number: &Decimal<'_>, whole: u128) -> Result<Timestamp, NotATime> {
        let (seconds, nanos) = match u64::try_from(whole) {
            Ok(whole) => self.split(whole),
            // Billionths reach beyond 64 bits in the year 2554.
            Err(_) if self == Self::Nanos => {
                let second = u128::from(NANOS_PER_SECOND);
                let seconds = u64::try_from(whole / second).map_err(|_| NotATime::OutOfRange)?;
                (seconds, (whole % second) as u32)
            }
            Err(_) => return Err(NotATime::OutOfRange),
        };
        let nanos = nanos + number.fraction(self.digits_below());
        let seconds = i64::try_from(seconds).map_err(|_| NotATime::OutOfRange)?;
        let point = match (number.negative, nanos) {
            (true, 0) => Timestamp::new(-seconds, 0),
            (true, nanos) => Timestamp::new(-seconds - 1, NANOS_PER_SECOND - nanos),
            (false, nanos) => Timestamp::new(seconds, nanos),
        };
        point.ok_or(NotATime::OutOfRange)
    }

    /// Seconds and nanoseconds of so many; spelled out, since dividing by a constant is multiplying.
    #[inline]
    const fn split(self, whole: u64) -> (u64, u32) {
        match self {
            Self::Seconds => (whole, 0),
            Self::Millis => (whole / 1_000, (whole % 1_000) as u32 * 1_000_000),
            Self::Micros => (whole / 1_000_000, (whole % 1_000_000) as u32 * 1_000),
            Self::Nanos => (whole / 1_000_000_000, (whole % 1_000_000_000) as u32),
        }
    }

    /// How many make a second.
    const fn per_second(self) -> u32 {
        10_u32.pow(9 - self.digits_below())
    }

    /// How many digits behind the point a nanosecond is.
    const fn digits_below(self) -> u32 {
        match self {
            Self::Seconds => 9,
            Self::Millis => 6,
            Self::Micros => 3,
            Self::Nanos => 0,
        }
    }
}

/// The reason that tells the user of a date without separators what it was taken for.
#[cold]
fn unknown_unit(digits: &[u8], whole: u128) -> NotATime {
    let is_day = |date: u128| {
        let (year, month, day) = (date / 10_000, (date / 100 % 100) as u32, (date % 100) as u32);
        (1000..=9999).contains(&year) && is_date(year as i64, month, day)
    };
    match digits.len() {
        8 if is_day(whole) => NotATime::DateDigits,
        12 if is_day(whole / 10_000) => NotATime::MinuteDigits,
        12 if is_day(whole / 1_000_000 + 20_000_000) => NotATime::ShortDigits,
        14 if is_day(whole / 1_000_000) => NotATime::StampDigits,
        _ => NotATime::UnknownUnit,
    }
}

/// Whether ten digits are seconds that read as date and hour, `YYYYMMDDHH` of 1990 to 2099, too: those from 2033 on.
pub(super) fn is_date_with_hour(digits: &[u8]) -> bool {
    let Ok::<&[u8; 10], _>(ten) = digits.try_into() else { return false };
    let pairs = [[ten[0], ten[1]], [ten[2], ten[3]], [ten[4], ten[5]], [ten[6], ten[7]], [ten[8], ten[9]]];
    match pairs.map(two) {
        [Some(century), Some(year), Some(month), Some(day), Some(hour)] => {
            let year = century * 100 + year;
            (1990..=2099).contains(&year) && is_date(year.into(), month, day) && hour < 24
        }
        _ => false,
    }
}

/// A decimal number as spelled.
struct Decimal<'a> {
    negative: bool,
    /// Digits before and behind the point.
    parts: [&'a [u8]; 2],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    fn read(text: &'a [u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => split_digits(rest),
            _ => (&[][..], rest),
        };
        let has_point = matches!(text.get(usize::from(negative) + whole.len()), Some(b'.'));
        if whole.is_empty() || (has_point && fraction.is_empty()) {
            return None;
        }
        Some(Self { negative, parts: [whole, fraction], exponent: exponent(rest)? })
    }

    /// The number without sign and fraction; `None` if it is too large for any epoch.
    fn whole(&self) -> Option<u128> {
        let [whole, _] = self.parts;
        if self.exponent == 0 && whole.len() <= 19 {
            let number = whole.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            return Some(number.into());
        }
        self.number(0, self.point())
    }

    /// The first `count` digits behind the point, as a number; at most 9 of them.
    fn fraction(&self, count: u32) -> u32 {
        let [_, fraction] = self.parts;
        if self.exponent == 0 {
            let digits = fraction.iter().map(|digit| u32::from(digit - b'0')).chain(iter::repeat(0));
            return if fraction.is_empty() {
                0
            } else {
                digits.take(count as usize).fold(0, |sum, digit| sum * 10 + digit)
            };
        }
        self.number(self.point(), self.point() + i64::from(count)).unwrap_or(0) as u32
    }

    /// The place of the point, counted in digits from the first one.
    fn point(&self) -> i64 {
        let [whole, _] = self.parts;
        whole.len() as i64 + self.exponent
    }

    /// The number that the digits of these places spell; there are only zeros on both sides of the spelled
    /// ones.
    fn number(&self, from: i64, to: i64) -> Option<u128> {
        (from..to).try_fold(0_u128, |sum, place| sum.checked_mul(10)?.checked_add(self.digit(place)))
    }

    fn digit(&self, place: i64) -> u128 {
        let [whole, fraction] = self.parts;
        let digit = usize::try_from(place)
            .ok()
            .and_then(|place| whole.get(place).or_else(|| fraction.get(place - whole.len())));
        digit.map_or(0, |digit| u128::from(digit - b'0'))
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// The exponent that ends a number, 0 if there is none.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [] => return Some(0),
        [b'e' | b'E', b'-', digits @ ..] => (true, digits),
        [b'e' | b'E', b'+', digits @ ..] | [b'e' | b'E', digits @ ..] => (false, digits),
        _ => return None,
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(LARGEST_EXPONENT));
    Some(if negative { -size } else { size })
}
