//! Knows a record that comes several times in a row: `explode` and a join with several matches make many
//! records of one, and what is done anew with the whole of it for each costs the square of its length.

use std::sync::{Arc, Weak};

use super::{Batch, Span};

/// The record that came last.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    /// Held weakly: the bytes may go, but no others can take their address, which would pass for them.
    bytes: Weak<Vec<u8>>,
    record: Span,
    source: Option<u32>,
}

impl Repeats {
    /// Whether this record has the input record of the one that was asked for last.
    #[inline]
    pub fn is_again(&mut self, batch: &Batch, row: u32) -> bool {
        let record = batch.records.get(row as usize).copied().unwrap_or_default();
        let source = batch.source(row);
        let same_bytes = Weak::as_ptr(&self.bytes) == Arc::as_ptr(&batch.bytes);
        if same_bytes && self.record == record && self.source == source {
            return true;
        }
        if !same_bytes {
            self.bytes = Arc::downgrade(&batch.bytes);
        }
        (self.record, self.source) = (record, source);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Origin, Origins};

    fn batch(text: &str, records: &[(usize, usize)], source: u32) -> Batch {
        Batch {
            bytes: Arc::new(text.into()),
            records: records.iter().map(|&(start, end)| Span::new(start, end)).collect(),
            origins: Origins::Each(vec![Origin { source, line: 1, nth: 0 }; records.len()]),
            ..Batch::of_made(Vec::new(), 0)
        }
    }

    #[test]
    fn the_same_bytes_and_the_same_place_are_the_same_record() {
        let mut repeats = Repeats::default();
        let one = batch("aabb", &[(0, 2), (0, 2), (2, 4), (0, 2), (0, 2)], 0);
        let again = [0, 1, 2, 3, 4].map(|row| repeats.is_again(&one, row));
        assert_eq!(again, [false, true, false, false, true]);
        let shared = Batch { bytes: Arc::clone(&one.bytes), ..batch("", &[(0, 2)], 0) };
        assert!(repeats.is_again(&shared, 0));
        let of_another = Batch { bytes: Arc::clone(&one.bytes), ..batch("", &[(0, 2)], 1) };
        assert!(!repeats.is_again(&of_another, 0));
        assert!(!repeats.is_again(&batch("aabb", &[(0, 2)], 1), 0), "other bytes that read the same");
    }

    #[test]
    fn bytes_that_follow_others_are_not_taken_for_them() {
        let mut repeats = Repeats::default();
        for text in ["aa", "bb", "cc", "dd"] {
            // Each is gone before the next, which would be given its address.
            assert!(!repeats.is_again(&batch(text, &[(0, 2)], 0), 0), "{text}");
        }
    }
}
