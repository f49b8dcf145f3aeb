//! The header lines of all inputs, where they can be looked at before a record is read: with `--union` they are the
//! columns of the output.

use crate::hash::Set;
use crate::record::{HeaderLine, Heading, Sources};

/// The header lines that were looked at.
#[derive(Debug, Default)]
pub(super) struct HeaderLines {
    /// Each once, in the order of the inputs.
    lines: Vec<HeaderLine>,
    known: Set<Vec<String>>,
    /// Those of all inputs were looked at.
    pub(super) are_looked_at: bool,
    /// Of some input it is not clear what is before its first record.
    pub(super) is_unclear: bool,
}

impl HeaderLines {
    /// Notes the header line of the next input.
    pub(super) fn note(&mut self, heading: Heading<'_>) {
        if !self.known.contains(heading.names) {
            self.known.insert(heading.names.to_vec());
            self.lines.push(heading.to_line());
        }
    }

    /// Tells them to those who write, if they are all there are.
    pub(super) fn tell(self, sources: &Sources) {
        if self.are_looked_at && !self.is_unclear {
            sources.set_all_headers(self.lines);
        }
    }
}
