//! What is wrong with the value of an option, before it is known where the value was typed.

use std::ops::Range;

/// Why a value cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: String,
    /// What was most likely meant, to be written in its place.
    pub meant: Option<String>,
    /// The bytes of the value that are wrong; all without it.
    pub range: Option<Range<usize>>,
}

impl Mistake {
    /// A mistake of the whole value.
    pub fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into(), meant: None, range: None }
    }

    /// A mistake where it is known what was most likely meant.
    pub fn near(reason: impl Into<String>, meant: impl Into<String>) -> Self {
        let meant = meant.into();
        Self { meant: Some(meant.clone()), ..Self::new(reason, format!("did you mean {meant}?")) }
    }

    /// The same of a part of it.
    #[must_use]
    pub fn at(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }
}
