//! Groups by texts of at most sixteen bytes: what most keys are. A text is two words, so that finding one is one look
//! at one place in memory and two comparisons.

use crate::record::Cell;

/// Bytes of the longest text that is held.
pub(super) const LONGEST: usize = 16;

/// A text of at most [`LONGEST`] bytes, filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ShortText {
    front: u64,
    back: u64,
    len: u32,
}

/// Group numbers by text, with open addressing; a power of two of places. In a small table at most one in four is
/// taken, so that most texts are found at the first look; in a large one, which is waited for anyway, three in four.
#[derive(Default)]
pub(super) struct ShortTexts {
    places: Vec<Place>,
    taken: usize,
}

/// A text and its group. No group has the number that free places have.
#[derive(Clone, Copy)]
struct Place {
    front: u64,
    back: u64,
    len: u32,
    group: u32,
}

const FREE: Place = Place { front: 0, back: 0, len: 0, group: u32::MAX };
const _: () = assert!(size_of::<Place>() == 24);

/// Places of a small table.
const SMALL: usize = 8192;

impl Place {
    #[inline]
    fn text(self) -> ShortText {
        ShortText { front: self.front, back: self.back, len: self.len }
    }
}

/// By length, which bits of the words a text has.
const KEPT: [(u64, u64); LONGEST + 1] = {
    let mut kept = [(0, 0); LONGEST + 1];
    let mut len = 0;
    while len <= LONGEST {
        let bits = if len == LONGEST { u128::MAX } else { (1 << (8 * len)) - 1 };
        kept[len] = (bits as u64, (bits >> 64) as u64);
        len += 1;
    }
    kept
};

impl ShortText {
    /// A text, if it is short.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let mut padded = [0; LONGEST];
        padded.get_mut(..text.len())?.copy_from_slice(text);
        let word = u128::from_le_bytes(padded);
        Some(Self { front: word as u64, back: (word >> 64) as u64, len: text.len() as u32 })
    }

    /// The text of a cell, if it is short.
    #[inline]
    pub(super) fn of_cell(cell: Cell, bytes: &[u8]) -> Option<Self> {
        let (front, back) = *KEPT.get(cell.len as usize)?;
        // What follows the cell in the block is read as well, and masked: most blocks go on for that long.
        match bytes.get(cell.start as usize..).and_then(<[u8]>::first_chunk) {
            Some(padded) => {
                let word = u128::from_le_bytes(*padded);
                Some(Self { front: word as u64 & front, back: (word >> 64) as u64 & back, len: cell.len })
            }
            None => Self::of(cell.spelling(bytes)),
        }
    }

    /// The first byte; zero if there is none.
    #[inline]
    pub(super) fn first(self) -> u8 {
        self.front as u8
    }

    #[inline]
    pub(super) fn hash(self) -> usize {
        crate::hash::words(self.front, self.back ^ u64::from(self.len) << 32) as usize
    }
}

impl ShortTexts {
    /// The group of a text.
    #[inline]
    pub(super) fn find(&self, text: ShortText) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = text.hash() & mask;
        loop {
            let place = self.places.get(at)?;
            if place.text() == text && place.group != FREE.group {
                return Some(place.group);
            }
            if place.group == FREE.group {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a text that is not there yet.
    pub(super) fn insert(&mut self, text: ShortText, group: u32) {
        if self.taken >= self.full() {
            self.grow();
        }
        self.put(Place { front: text.front, back: text.back, len: text.len, group });
        self.taken += 1;
    }

    /// How many places may be taken.
    fn full(&self) -> usize {
        if self.places.len() > SMALL { self.places.len() / 4 * 3 } else { self.places.len() / 4 }
    }

    fn grow(&mut self) {
        let places = (self.places.len() * 2).max(16);
        let old = std::mem::replace(&mut self.places, vec![FREE; places]);
        old.into_iter().filter(|place| place.group != FREE.group).for_each(|place| self.put(place));
    }

    fn put(&mut self, new: Place) {
        let mask = self.places.len().saturating_sub(1);
        let mut at = new.text().hash() & mask;
        while let Some(place) = self.places.get_mut(at) {
            if place.group == FREE.group {
                *place = new;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Bytes that will be held in addition soon, while a table that is nearly full is made anew.
    pub(super) fn growth(&self) -> usize {
        if self.taken >= self.full() / 8 * 7 { 2 * self.heap_bytes() } else { 0 }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.places.capacity() * size_of::<Place>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Form;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn texts_are_found_as_in_a_plain_map(texts in prop::collection::vec("[ab\0]{0,17}|[a-z]{1,3}", 0..200)) {
            let mut plain = BTreeMap::new();
            let mut index = ShortTexts::default();
            for (group, text) in (0..).zip(&texts) {
                let Some(short) = ShortText::of(text.as_bytes()) else {
                    prop_assert_eq!(text.len(), 17);
                    continue;
                };
                prop_assert_eq!(index.find(short), plain.get(text).copied());
                if plain.insert(text, group).is_none() {
                    index.insert(short, group);
                } else {
                    plain.insert(text, index.find(short).unwrap());
                }
            }
        }

        #[test]
        fn a_cell_is_its_text(before in "[a-z]{0,20}", text in "[a-z]{0,18}", after in "[a-z]{0,20}") {
            let bytes = format!("{before}{text}{after}");
            let cell = Cell::new(before.len(), before.len() + text.len(), Form::Text);
            prop_assert_eq!(ShortText::of_cell(cell, bytes.as_bytes()), ShortText::of(text.as_bytes()));
        }
    }
}
