//! Records that were rejected or late, what a side file keeps of them, and which it has already.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::findings::place;
use super::{Hint, Origin};
use crate::time::{Duration, Timestamp};

/// A record that could not be read, or that the output could not take.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Where it is.
    pub origin: Option<Origin>,
    /// The stage that rejected it, by its place in the chain from 1; [`Self::AT_END`] for the output, and for what is no
    /// record.
    pub at: u32,
    /// Column of the cause in bytes, from 1.
    pub column: Option<u64>,
    /// The reason in the user's words.
    pub reason: Cow<'static, str>,
    /// What would read it.
    pub hint: Option<Hint>,
    /// The record, if `--rejects` wants it.
    pub kept: Option<Kept>,
}

/// A record that came too late for its windows.
#[derive(Clone, Debug)]
pub struct Late {
    /// Where it is.
    pub origin: Option<Origin>,
    /// Its event time.
    pub time: Timestamp,
    /// Where its first window ended.
    pub end: Timestamp,
    /// The watermark that it was judged by.
    pub mark: Timestamp,
    /// The running maximum of event times that the watermark came from.
    pub highest: Timestamp,
    /// The record, if `--late` wants it.
    pub kept: Option<Kept>,
}

impl Reject {
    /// After all stages.
    pub const AT_END: u32 = u32::MAX;

    /// The order of the input; of one record that of the chain, then by the reason. What a stage holds back meets those
    /// after it later, so that the first is the same however the input is cut.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |reject: &Self| (place(reject.origin), reject.at, reject.column);
        key(self).cmp(&key(other)).then_with(|| self.reason.cmp(&other.reason))
    }
}

impl Late {
    /// The order of the input; of one record by time, the latest in front.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |late: &Self| (place(late.origin), late.time, Reverse(late.highest));
        key(self).cmp(&key(other))
    }

    /// How far the running maximum was ahead of it.
    pub fn behind(&self) -> Duration {
        self.highest.since(self.time)
    }

    /// How far the running maximum was past the end of its first window.
    pub(super) fn past(&self) -> Duration {
        self.highest.since(self.end)
    }
}

/// A record as a side file keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    /// The bytes of a record of the input.
    Raw(Vec<u8>),
    /// The first bytes of one that is longer than a record may be.
    Front(Vec<u8>),
    /// The JSON object that a record is which the chain made.
    Object(Vec<u8>),
}

/// What those that were found are, beside records of the input.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Mix {
    /// Made by an aggregate.
    pub made: u64,
    /// Further records that the chain made of a record of the input, which counts once.
    pub again: u64,
    /// Kept in part.
    pub fronts: u64,
}

impl Mix {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.made += other.made;
        self.again += other.again;
        self.fronts += other.fronts;
    }
}

/// Records of the input that were found, each once. Takes 32 bytes for 64 lines, about, as far as one of them was
/// found.
#[derive(Default, Debug)]
pub struct Places {
    /// By input, 64 lines and number on the line, a bit for each line.
    lines: BTreeMap<(u32, u64, u32), u64>,
}

/// The records that were found so far, where the chain may make several records of one.
#[derive(Default, Debug)]
pub struct Seen {
    /// Those that were rejected.
    pub rejected: Places,
    /// Those that were late.
    pub late: Places,
    /// Those that were late for some of their windows.
    pub partly_late: Places,
}

impl Places {
    /// Notes a record; whether it is new.
    fn insert(&mut self, Origin { source, line, nth }: Origin) -> bool {
        let bits = self.lines.entry((source, line / 64, nth)).or_default();
        let bit = 1 << (line % 64);
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }

    /// Drops those whose record was noted before, and notes the others; says how many it dropped.
    pub(super) fn drop_seen<T>(&mut self, found: &mut Vec<T>, origin: impl Fn(&T) -> Option<Origin>) -> u64 {
        let before = found.len();
        found.retain(|found| origin(found).is_none_or(|origin| self.insert(origin)));
        (before - found.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_each_input_is_new_once() {
        let mut places = Places::default();
        let all =
            [(0, 1, 0), (0, 63, 0), (0, 64, 0), (0, 65, 0), (0, 65, 1), (1, 1, 0), (0, u64::MAX, u32::MAX)];
        for again in [true, false] {
            for (source, line, nth) in all {
                assert_eq!(places.insert(Origin { source, line, nth }), again, "{source}:{line}:{nth}");
            }
        }
    }
}
