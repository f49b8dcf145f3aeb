//! Places in a text as lists, and what they mean in pairs: the borders of members.

use crate::scan::chunk::masks::{GROUP, Masks};
use crate::scan::chunk::{Chunk, LEN};

/// So many places are found at most: an object with more members is left to the reading by bytes.
pub(super) const MOST: usize = 8192;

/// Places in ascending order.
#[derive(Debug, Default)]
pub(super) struct Places {
    list: Vec<u32>,
    len: usize,
}

/// Where a member's value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Border {
    /// The colon behind the key.
    pub colon: usize,
    /// The comma or brace behind the value.
    pub end: usize,
}

/// The borders of an object's members, in order.
#[derive(Clone, Copy, Debug)]
pub struct Borders<'a>(&'a [[u32; 2]]);

impl Places {
    /// How many there are.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All places.
    pub(super) fn all(&self) -> &[u32] {
        self.list.get(..self.len).unwrap_or(&[])
    }

    /// None any more.
    pub(super) fn clear(&mut self) {
        self.list.resize(MOST, 0);
        self.len = 0;
    }

    /// Adds `at` plus the place of each bit. False if they are too many.
    #[inline(always)]
    pub(super) fn add<C: Chunk>(&mut self, masks: C::Masks, at: usize) -> bool {
        let (each, mut len) = (masks.each(), self.len);
        for (lane, mask) in each.into_iter().enumerate() {
            let rest = self.list.get_mut(len..).unwrap_or(&mut []);
            let Some(room) = rest.first_chunk_mut() else { return false };
            C::write_places(mask, (at + lane * LEN) as u32, room);
            len += mask.count_ones() as usize;
        }
        self.len = len;
        true
    }

    /// The same for masks of which most are empty.
    #[inline(always)]
    pub(super) fn add_few<C: Chunk>(&mut self, masks: C::Masks, at: usize) -> bool {
        let (each, mut left) = (masks.each(), masks.filled());
        while left != 0 {
            let lane = left.trailing_zeros() as usize;
            left &= left - 1;
            let rest = self.list.get_mut(self.len..).unwrap_or(&mut []);
            let Some(room) = rest.first_chunk_mut() else { return false };
            let mask = each[lane % GROUP];
            C::write_places(mask, (at + lane * LEN) as u32, room);
            self.len += mask.count_ones() as usize;
        }
        true
    }
}

impl<'a> Borders<'a> {
    /// The borders that these places are.
    #[inline]
    pub(super) fn of(places: &'a [u32]) -> Self {
        Self(places.as_chunks().0)
    }

    /// How many members there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Colon and end of each.
    #[inline]
    pub fn all(&self) -> &'a [[u32; 2]] {
        self.0
    }

    /// The borders of a member, by its number.
    #[inline]
    pub fn get(&self, number: usize) -> Option<Border> {
        self.0.get(number).map(|[colon, end]| Border { colon: *colon as usize, end: *end as usize })
    }
}
