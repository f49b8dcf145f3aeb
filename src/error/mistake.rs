//! What is wrong with the value of an option, before it is known where the value was typed.

use std::ops::Range;

/// Why a value cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: String,
    /// The bytes of the value that are wrong; all without it.
    pub range: Option<Range<usize>>,
}

impl Mistake {
    /// A mistake of the whole value.
    pub fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into(), range: None }
    }

    /// The same of a part of it.
    #[must_use]
    pub fn at(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }
}
