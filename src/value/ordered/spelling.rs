//! A value as it was spelled, kept to be shown.

use crate::hash;
use crate::value::{Stamp, Value};

/// Bytes of a text that are kept to be shown.
const SHOWN: usize = 80;

/// A value as it was spelled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling {
    /// The first bytes of it.
    pub text: Box<[u8]>,
    /// It has no type: it comes from a text format.
    pub is_untyped: bool,
    /// How long all of it is.
    pub(super) len: usize,
    hash: u64,
    /// Its place among those of a batch.
    pub(super) at: u128,
}

impl Spelling {
    /// Of a text.
    pub(super) fn of(text: &[u8], is_untyped: bool, at: u128) -> Self {
        let shown = text.get(..SHOWN).unwrap_or(text);
        Self { text: shown.into(), is_untyped, len: text.len(), hash: hash::bytes(text), at }
    }

    /// Whether this is the spelling of a text.
    pub(super) fn is_of(&self, text: &[u8]) -> bool {
        (self.len, self.hash) == (text.len(), hash::bytes(text))
    }

    /// Whether this is the same as another.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.len, self.hash) == (other.len, other.hash)
    }
}

/// The one that comes first.
pub(super) fn first(one: Option<Spelling>, other: Option<Spelling>) -> Option<Spelling> {
    match (one, other) {
        (Some(one), Some(other)) if other.at < one.at => Some(other),
        (one, other) => one.or(other),
    }
}

/// The spelling of a value that is a number.
#[cold]
pub(super) fn of_number(value: Value<'_>, at: u128) -> Option<Spelling> {
    match value {
        Value::Number(number) => Some(Spelling::of(number.to_string().as_bytes(), false, at)),
        Value::Spelled(text) => Some(Spelling::of(text, false, at)),
        Value::Untyped(text) => Some(Spelling::of(text, true, at)),
        _ => None,
    }
}

/// The spelling of a time.
#[cold]
pub(super) fn of_stamp(stamp: Stamp<'_>, at: u128) -> Spelling {
    let is_untyped = matches!(stamp.plain(), Value::Untyped(_));
    Spelling::of(stamp.spelling(), is_untyped, at)
}
