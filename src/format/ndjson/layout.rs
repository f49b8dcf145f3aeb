//! Which members must be looked at, where an object is laid out like one before: its keys take as many bytes.
//!
//! A key is not wanted, whatever it spells, if no wanted name is as long. So of a record whose keys have the lengths of
//! those of a record before, the same few members are of interest.

use super::keys::Keys;
use crate::scan::json::Borders;

/// Of so many records that are laid out in other ways, one is learnt: records may take turns.
const MISSES: u32 = 8;

/// A record that was met before.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// From each separator to the colon behind it.
    rooms: Vec<u32>,
    /// The numbers of the members whose keys may be wanted.
    looks: Vec<u32>,
    /// Blanks that stood round a key at most.
    blanks: u32,
    /// Records that were laid out in other ways.
    misses: u32,
}

impl Layout {
    /// Whether an object is laid out so, with its brace at `brace`. Its keys have no escapes, and at most `blanks` blanks
    /// round them.
    #[inline]
    pub(super) fn is_of(&self, brace: usize, borders: &Borders<'_>, blanks: u32) -> bool {
        if borders.len() != self.rooms.len() || blanks > self.blanks {
            return false;
        }
        let (mut before, mut others) = (brace as u32, 0);
        for ([colon, end], room) in borders.all().iter().zip(&self.rooms) {
            others |= colon.wrapping_sub(before) ^ room;
            before = *end;
        }
        others == 0
    }

    /// The number of the member to look at after `at` others.
    #[inline]
    pub(super) fn look(&self, at: usize) -> Option<usize> {
        self.looks.get(at).map(|&number| number as usize)
    }

    /// Learns from an object that is laid out in another way, now and then.
    pub(super) fn learn(&mut self, brace: usize, borders: &Borders<'_>, blanks: u32, keys: &Keys) {
        self.misses += 1;
        if self.misses % MISSES != 1 {
            return;
        }
        self.rooms.clear();
        self.looks.clear();
        self.blanks = blanks;
        let mut before = brace as u32;
        for (number, [colon, end]) in (0..).zip(borders.all()) {
            let room = colon.wrapping_sub(before);
            self.rooms.push(room);
            if keys.may_fit(room.saturating_sub(1) as usize, blanks as usize) {
                self.looks.push(number);
            }
            before = *end;
        }
    }
}
