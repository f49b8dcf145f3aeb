//! What holds for a whole run: the zone, how times are read, when "now" is, and pinned types.

use std::sync::Arc;

use super::{Path, Sources};
use crate::time::{TimeReader, Timestamp, Zone};

/// The settings that values are read and written by.
#[derive(Debug)]
pub struct Env {
    /// Zone of stamps without an offset, of calendar units, and of written times.
    pub zone: Zone,
    /// Reads times.
    pub times: TimeReader,
    /// The start of the run, or `--now`.
    pub now: Timestamp,
    /// Types given by `--types`.
    pub pins: Pins,
    /// `--time`, where rejects name it.
    pub time: Option<Path>,
    /// The inputs, where their names may be asked for.
    pub sources: Option<Arc<Sources>>,
}

/// A type that `--types` can pin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Text, whatever it is spelled like.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A time.
    Time,
    /// A duration.
    Duration,
}

/// How the spellings of a field are read. It goes with the field under every name that the chain gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reading {
    /// As what they meet.
    #[default]
    Plain,
    /// As this type, where the format has none: `--types`.
    Pinned(Type),
    /// As times where they spell one: event time, and fields with one of its names.
    Times(TimeField),
}

/// What is known of a field of times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeField {
    /// The field of `--time`: numbers are ordered as the times that they count to.
    Chosen,
    /// One with a name of event time, which a format (`--time-format`) may be about: the same, but what is of another
    /// format may be a time as well.
    Formatted,
    /// One with a name of event time: numbers are numbers.
    Named,
}

impl Reading {
    /// The pinned type.
    pub fn pin(self) -> Option<Type> {
        match self {
            Self::Pinned(kind) => Some(kind),
            Self::Plain | Self::Times(_) => None,
        }
    }

    /// This one, or another where this is plain.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::Plain { other } else { self }
    }
}

impl From<Option<Type>> for Reading {
    fn from(pin: Option<Type>) -> Self {
        pin.map_or(Self::Plain, Self::Pinned)
    }
}

/// Which fields of text formats have a pinned type.
#[derive(Clone, Default, Debug)]
pub struct Pins {
    /// Type of every field that is not named.
    pub all: Option<Type>,
    /// Types by name.
    pub named: Vec<(String, Type)>,
}

impl Pins {
    /// The type pinned for a field.
    pub fn of(&self, name: &str) -> Option<Type> {
        let named = self.named.iter().find(|(known, _)| known == name);
        named.map(|(_, kind)| *kind).or(self.all)
    }

    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.all.is_none() && self.named.is_empty()
    }
}
