//! Which brackets pair, and what stands between them.

use super::lanes::{LANES, Lanes};
use super::tokens::Tokens;
use crate::scan::chunk::LEN;

/// Nests are read to this depth, the object itself included: one bit a level.
const DEPTH: u32 = 64;

/// The nests that are open.
#[derive(Debug)]
pub(super) struct Nests {
    depth: u32,
    /// By level, the innermost in the lowest bit: it is an array.
    arrays: u64,
    /// An object stands on this line already.
    ended: bool,
}

/// What the brackets of a group say of its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Zones {
    /// Within an array.
    pub(super) array: Lanes,
    /// Within the object of a line, and in none of its nests.
    pub(super) own: Lanes,
    /// In no object.
    pub(super) outer: Lanes,
    /// Braces that open.
    pub(super) braces: Lanes,
    /// Brackets that open a nest within an object.
    pub(super) inner: Lanes,
    /// Brackets that close an empty nest.
    pub(super) empty: Lanes,
    /// Braces that end the object of a line, if it has members.
    pub(super) last: Lanes,
    /// Line feeds that end a line with an object.
    pub(super) ends: Lanes,
    /// What breaks a rule.
    pub(super) broken: Lanes,
}

impl Nests {
    /// At the start of a line.
    pub(super) fn new() -> Self {
        Self { depth: 0, arrays: 0, ended: false }
    }

    /// Whether no nest of an object is open.
    #[inline(always)]
    pub(super) fn is_flat(&self) -> bool {
        self.depth <= 1
    }

    /// An object has ended on this line.
    #[inline(always)]
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// No object has begun on this line.
    #[inline(always)]
    pub(super) fn is_before(&self) -> bool {
        self.depth == 0 && !self.ended
    }

    /// Behind flat objects, on the line of the last of them.
    #[inline(always)]
    pub(super) fn pass_flat(&mut self, has_ended: bool, is_before: bool) {
        self.depth = u32::from(!(has_ended || is_before));
        self.ended = has_ended;
    }

    /// Visits the brackets and line feeds of the group at `at`.
    #[inline(always)]
    pub(super) fn zones(&mut self, text: &[u8], at: usize, tokens: &Tokens) -> Zones {
        let mut zones = Zones::default();
        for lane in 0..LANES {
            self.visit(text, at + lane * LEN, lane, tokens, &mut zones);
        }
        zones
    }

    #[inline(always)]
    fn visit(&mut self, text: &[u8], at: usize, lane: usize, tokens: &Tokens, zones: &mut Zones) {
        let (opens, lines) = (tokens.opens.0[lane], tokens.lines.0[lane]);
        let mut left = opens | tokens.closes.0[lane] | lines;
        let (mut outer, mut own, mut array) = (self.at_depth(0), self.at_depth(1), self.array());
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let place = at + bit.trailing_zeros() as usize;
            if lines & bit != 0 {
                zones.broken.0[lane] |= if self.depth > 0 { bit } else { 0 };
                zones.ends.0[lane] |= if self.ended { bit } else { 0 };
                self.ended = false;
                continue;
            }
            let is_array = matches!(text.get(place), Some(b'[' | b']'));
            let fits = if opens & bit != 0 {
                zones.braces.0[lane] |= if is_array { 0 } else { bit };
                zones.inner.0[lane] |= if self.depth > 0 { bit } else { 0 };
                self.open(is_array)
            } else {
                if is_behind_open(text, place) {
                    zones.empty.0[lane] |= bit;
                }
                zones.last.0[lane] |= if self.depth == 1 { bit & !zones.empty.0[lane] } else { 0 };
                self.close(is_array)
            };
            if !fits {
                zones.broken.0[lane] |= bit;
                break;
            }
            let behind = bit.wrapping_neg();
            outer = outer & !behind | self.at_depth(0) & behind;
            own = own & !behind | self.at_depth(1) & behind;
            array = array & !behind | self.array() & behind;
        }
        zones.outer.0[lane] = outer;
        zones.own.0[lane] = own;
        zones.array.0[lane] = array;
    }

    /// False: a bracket may not open here.
    #[inline(always)]
    fn open(&mut self, is_array: bool) -> bool {
        if self.depth == DEPTH || self.depth == 0 && (is_array || self.ended) {
            return false;
        }
        self.depth += 1;
        self.arrays = self.arrays << 1 | u64::from(is_array);
        true
    }

    /// False: no bracket of this kind is open.
    #[inline(always)]
    fn close(&mut self, is_array: bool) -> bool {
        if self.depth == 0 || (self.arrays & 1 == 1) != is_array {
            return false;
        }
        self.depth -= 1;
        self.arrays >>= 1;
        self.ended = self.depth == 0;
        true
    }

    #[inline(always)]
    fn at_depth(&self, depth: u32) -> u64 {
        u64::from(self.depth == depth).wrapping_neg()
    }

    #[inline(always)]
    fn array(&self) -> u64 {
        (self.arrays & 1).wrapping_neg()
    }
}

/// Whether only blanks stand between an opening bracket and the closing one at `place`.
#[inline(always)]
fn is_behind_open(text: &[u8], place: usize) -> bool {
    let before = text.get(..place).unwrap_or(&[]);
    let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    matches!(last, Some(b'{' | b'['))
}
