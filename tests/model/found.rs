//! What a run leaves: its output, and the records that it found, each of the input once.

use std::collections::BTreeSet;

use super::record::Record;

/// What a run leaves.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) out: String,
    pub(crate) read: usize,
    pub(crate) rejected: Found,
    pub(crate) late: Found,
    /// Late for some of their windows.
    pub(crate) partly_late: Found,
    pub(crate) faults: usize,
    pub(crate) null_conditions: usize,
}

/// Records that were found, each of the input once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Lines of the input.
    pub(crate) lines: BTreeSet<usize>,
    /// What an aggregate made.
    pub(crate) made: Vec<String>,
}

impl Found {
    pub(crate) fn note(&mut self, record: &Record) {
        match record.origin {
            Some(line) => drop(self.lines.insert(line)),
            None => self.made.push(record.write()),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len() + self.made.len()
    }
}
