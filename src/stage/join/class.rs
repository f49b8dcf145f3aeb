//! When the keys of two sides are equal: as what two values of some types are compared.

use crate::record::{Env, Reading};
use crate::time::Duration;
use crate::value::key::write_identity;
use crate::value::{Exact, Value};

/// The type of a key, as far as it decides what the key can equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Untyped,
    Text,
    Number,
    Bool,
    Time,
    Duration,
    Array,
    Object,
}

impl Class {
    /// All classes, by their codes.
    const ALL: [Self; 8] = [
        Self::Untyped,
        Self::Text,
        Self::Number,
        Self::Bool,
        Self::Time,
        Self::Duration,
        Self::Array,
        Self::Object,
    ];

    /// The class as one byte, for [`Self::of_code`].
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    /// The class of a code.
    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The class of a value; null has none, since it never matches.
    #[inline]
    pub(super) fn of(value: Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Untyped(_) => Self::Untyped,
            Value::Text(_) => Self::Text,
            Value::Number(_) => Self::Number,
            Value::Spelled(_) => Self::Number,
            Value::Bool(_) => Self::Bool,
            Value::Time(_) => Self::Time,
            Value::Duration(_) => Self::Duration,
            Value::Stamp(_) => return Self::of(value.as_key()),
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        })
    }

    /// As what two values are compared: an untyped one takes the type of the other, text that meets a time
    /// or duration is read as one, and two untyped ones go by spelling. `None`: they never match.
    pub(super) fn meet(self, other: Self) -> Option<Self> {
        use Class::{Array, Duration, Object, Text, Time, Untyped};
        match (self, other) {
            (Untyped, Untyped) => Some(Text),
            (same, other) if same == other => Some(same),
            (Untyped, Array | Object) | (Array | Object, Untyped) => None,
            (Untyped, typed) | (typed, Untyped) => Some(typed),
            (Text, time @ (Time | Duration)) | (time @ (Time | Duration), Text) => Some(time),
            _ => None,
        }
    }

    /// The type in the user's words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Untyped => "untyped",
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// What a value of a key counts as: a stamp is its time, and what is spelled as a number in a field of times is one.
#[inline]
pub(super) fn key_value(value: Value<'_>, reading: Reading) -> Value<'_> {
    match (reading, value.as_key()) {
        (Reading::Times(_), Value::Untyped(text)) => number_of(text).unwrap_or(Value::Untyped(text)),
        (_, value) => value,
    }
}

/// The number that text spells, with all its digits.
fn number_of(text: &[u8]) -> Option<Value<'_>> {
    Some(match Exact::parse(text)?.ok()? {
        Exact::Short(number) => Value::Number(number),
        Exact::Long(_) => Value::Spelled(text),
    })
}

/// Appends the identity of a value as one of a class that it meets in; false if it is spelled like none.
#[inline]
pub(super) fn write_as(value: Value<'_>, class: Class, env: &Env, out: &mut Vec<u8>) -> bool {
    let same = match (class, value) {
        (Class::Text, Value::Untyped(text)) => Value::Text(text),
        (_, Value::Untyped(text) | Value::Text(text)) if class != Class::Text => {
            match spelled(text, class, env) {
                Some(value) => value,
                None => return false,
            }
        }
        (_, value) => value,
    };
    write_identity(same, out);
    true
}

/// What text spells that is read as one of a class.
fn spelled<'a>(text: &'a [u8], class: Class, env: &Env) -> Option<Value<'a>> {
    match class {
        Class::Number => number_of(text),
        Class::Bool => Value::Untyped(text).as_bool().map(Value::Bool),
        Class::Time => env.times.read_any(text, None).ok().map(Value::Time),
        Class::Duration => Duration::parse(text).map(Value::Duration),
        Class::Untyped | Class::Text | Class::Array | Class::Object => None,
    }
}
