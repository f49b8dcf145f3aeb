//! Where bytes of one kind stand.

use crate::scan::chunk::LEN;
use crate::scan::chunk::masks::{GROUP, Masks};

/// Bytes of a kind, for all groups of a search.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Up to the last group that has any.
    masks: Vec<u64>,
    /// Chunks in all.
    chunks: usize,
}

impl Marks {
    /// None yet.
    pub(super) fn clear(&mut self) {
        self.masks.clear();
        self.chunks = 0;
    }

    /// Adds the next group.
    #[inline(always)]
    pub(super) fn add(&mut self, masks: impl Masks) {
        if !masks.is_zero() {
            self.masks.resize(self.chunks, 0);
            self.masks.extend_from_slice(&masks.each());
        }
        self.chunks += GROUP;
    }

    /// Whether any stands in `from..to`.
    #[inline]
    pub(super) fn any_in(&self, from: usize, to: usize) -> bool {
        let to = to.min(self.masks.len() * LEN);
        if from >= to {
            return false;
        }
        let masks = self.masks.get(from / LEN..to.div_ceil(LEN)).unwrap_or(&[]);
        let Some((first, more)) = masks.split_first() else { return false };
        let front = u64::MAX << (from % LEN);
        let back = u64::MAX >> (to.wrapping_neg() % LEN);
        match more.split_last() {
            None => first & front & back != 0,
            Some((last, between)) => {
                first & front != 0 || last & back != 0 || between.iter().any(|&mask| mask != 0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_any_stretch() {
        for (len, place) in [(1, 0), (64, 63), (200, 64), (200, 127), (200, 130)] {
            let mut marks = Marks { masks: vec![0; place / LEN + 1], chunks: 4 };
            marks.masks[place / LEN] |= 1 << (place % LEN);
            for from in 0..=len {
                for to in from..=len {
                    assert_eq!(marks.any_in(from, to), (from..to).contains(&place), "{place} {from} {to}");
                }
            }
        }
    }
}
