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
pub mod sum;
mod text;

pub use between::Between;
pub use number::Number;
pub use ordered::{Misorder, Ordered, Spelling};
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
    /// A point in time.
    Time(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// Text.
    Text(&'a [u8]),
    /// Text from a format without types.
    Untyped(&'a [u8]),
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
            Self::Time(_) => "time",
            Self::Duration(_) => "duration",
            Self::Text(_) | Self::Untyped(_) => "text",
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
            _ => None,
        }
    }

    /// The number that this is or, untyped, that it spells; `None` if it is neither or out of range.
    pub fn as_number(self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Untyped(text) => Number::parse(text)?.ok(),
            _ => None,
        }
    }

    /// The bool that this is or, untyped, that it spells.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(truth),
            Self::Untyped(b"true") => Some(true),
            Self::Untyped(b"false") => Some(false),
            _ => None,
        }
    }
}
