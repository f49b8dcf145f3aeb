//! Values: exact numbers, the borrowed [`Value`], JSON text, and order-preserving keys.
//!
//! Knows no records, no formats and no expressions.

mod between;
pub mod json;
pub mod key;
pub mod looks;
pub mod number;
mod ordered;
pub mod saved;
pub mod stamp;
pub mod sum;
mod text;
pub mod tokens;

pub use between::Between;
pub use number::{Exact, Number};
pub use ordered::{Misorder, Ordered, Spelling};
pub use stamp::Stamp;
pub use text::write_text;

use crate::time::{Duration, Timestamp};

/// A value as stages and functions see it: a copyable view of at most 24 bytes.
///
/// Text is bytes that were checked to be UTF-8 when they were read. Nested values are JSON text, whole in
/// structure; an untyped value is text that takes the type of what it meets.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Absent, or null.
    Null,
    /// True or false.
    Bool(bool),
    /// An exact decimal.
    Number(Number),
    /// A number of JSON by its spelling: one with more than 38 digits, or one that computing would print otherwise.
    Spelled(&'a [u8]),
    /// A point in time.
    Time(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// Text.
    Text(&'a [u8]),
    /// Text from a format without types.
    Untyped(&'a [u8]),
    /// Text, or an epoch, that is a time: event time as it is spelled.
    Stamp(Stamp<'a>),
    /// JSON text of an array.
    Array(&'a [u8]),
    /// JSON text of an object.
    Object(&'a [u8]),
}

const _: () = assert!(size_of::<Value<'static>>() <= 24);

impl<'a> Value<'a> {
    /// The type's name, as `type_of` gives it and messages say it.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::Spelled(_) => "number",
            Self::Time(_) => "time",
            Self::Duration(_) => "duration",
            Self::Text(_) | Self::Untyped(_) => "text",
            Self::Stamp(stamp) => stamp.plain().type_name(),
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Whether this is null.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The bytes of text, typed or not.
    pub fn as_text(self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) | Self::Untyped(text) => Some(text),
            Self::Stamp(stamp) => stamp.plain().as_text(),
            _ => None,
        }
    }

    /// The value without the time that a stamp has beside its spelling.
    #[inline]
    #[must_use]
    pub fn plain(self) -> Self {
        match self {
            Self::Stamp(stamp) => stamp.plain(),
            other => other,
        }
    }

    /// How two times compare that these are, or have beside their spelling; `None` if one is no time.
    #[inline]
    pub fn cmp_times(self, other: Self) -> Option<std::cmp::Ordering> {
        Some(self.as_time()?.cmp(&other.as_time()?))
    }

    /// The value as a key: a stamp is its time, but an epoch is a number.
    #[inline]
    #[must_use]
    pub fn as_key(self) -> Self {
        match self {
            Self::Stamp(stamp) => match stamp.time() {
                Some(time) if !stamp.is_epoch() => Self::Time(time),
                _ => stamp.plain(),
            },
            other => other,
        }
    }

    /// The time that this is, or that it has beside its spelling.
    #[inline]
    pub fn as_time(self) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(time),
            Self::Stamp(stamp) => stamp.time(),
            _ => None,
        }
    }

    /// The value that a number of JSON spells; `None` if it is out of range.
    #[inline]
    pub fn of_json_number(spelling: &'a [u8]) -> Option<Self> {
        match Number::read_json(spelling)? {
            (number, true) => Some(Self::Number(number)),
            (_, false) => Some(Self::Spelled(spelling)),
        }
    }

    /// The number that this is or, untyped, that it spells, rounded once if it has more than 38 digits; `None` if it is
    /// neither or out of range.
    #[inline]
    pub fn as_number(self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Spelled(text) => Number::parse(text)?.ok(),
            Self::Untyped(text) => Number::parse(text)?.ok(),
            Self::Stamp(stamp) => stamp.plain().as_number(),
            _ => None,
        }
    }

    /// The number that this is or that it spells in few bytes, as almost all do, without the long way of
    /// [`Self::as_exact`]. `None` says nothing; stamps are left to that, too.
    #[inline]
    pub fn as_few_digits(self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Spelled(text) | Self::Untyped(text) => Exact::parse_few(text),
            _ => None,
        }
    }

    /// The number that this is or, untyped, that it spells, with all its digits; `None` if it is neither or out of range.
    #[inline(always)]
    pub fn as_exact(self) -> Option<Exact<'a>> {
        match self {
            Self::Number(number) => Some(Exact::Short(number)),
            Self::Spelled(text) => Exact::parse(text)?.ok(),
            Self::Untyped(text) => Exact::parse(text)?.ok(),
            Self::Stamp(stamp) => Self::exact_of(stamp),
            _ => None,
        }
    }

    #[inline(never)]
    fn exact_of(stamp: Stamp<'a>) -> Option<Exact<'a>> {
        stamp.plain().as_exact()
    }

    /// The bool that this is or, untyped, that it spells: `true`, `True`, `TRUE` and their opposites.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(truth),
            Self::Untyped(b"true" | b"True" | b"TRUE") => Some(true),
            Self::Untyped(b"false" | b"False" | b"FALSE") => Some(false),
            _ => None,
        }
    }
}
