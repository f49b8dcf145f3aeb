//! Numbers of any length, kept with all their digits.

use super::saved;
use crate::value::{Exact, Number};

/// Numbers as they are spelled, one behind the other.
#[derive(Default)]
pub(super) struct LongNumbers {
    text: Vec<u8>,
    /// Where each ends in `text`.
    ends: Vec<usize>,
}

impl LongNumbers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a number.
    pub(super) fn push(&mut self, number: Number) {
        number.write(&mut self.text);
        self.ends.push(self.text.len());
    }

    /// Adds a number as it is spelled.
    pub(super) fn push_spelled(&mut self, spelled: &[u8]) {
        self.text.extend_from_slice(spelled);
        self.ends.push(self.text.len());
    }

    /// All of them.
    pub(super) fn exact(&self) -> Vec<Exact<'_>> {
        self.spelled().filter_map(|spelled| Exact::parse(spelled)?.ok()).collect()
    }

    /// All of them with at most 38 digits.
    pub(super) fn rounded(&self) -> Vec<Number> {
        self.spelled().filter_map(|spelled| Number::parse(spelled)?.ok()).collect()
    }

    /// Appends the saved form: how many, then each behind its length.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        saved::write_count(self.len() as u64, out);
        self.spelled().for_each(|spelled| saved::write_bytes(spelled, out));
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    fn spelled(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let spelled = self.text.get(start..end).unwrap_or(&[]);
            start = end;
            spelled
        })
    }
}
