//! Which brackets pair, and what stands between them.

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

/// What the brackets of a chunk say of its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Zones {
    /// In no object.
    pub(super) outer: u64,
    /// Within the object of a line, and in none of its nests.
    pub(super) own: u64,
    /// Within an array.
    pub(super) array: u64,
    /// Braces that open.
    pub(super) braces: u64,
    /// Brackets that open a nest within an object.
    pub(super) inner: u64,
    /// Brackets that close an empty nest.
    pub(super) empty: u64,
    /// Braces that end the object of a line, if it has members.
    pub(super) last: u64,
    /// Line feeds that end a line with an object.
    pub(super) ends: u64,
    /// What breaks a rule.
    pub(super) broken: u64,
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

    /// Visits the brackets and line feeds of the chunk at `at`.
    #[inline(always)]
    pub(super) fn visit(&mut self, text: &[u8], at: usize, opens: u64, closes: u64, lines: u64) -> Zones {
        let mut zones =
            Zones { outer: self.at_depth(0), own: self.at_depth(1), array: self.array(), ..Zones::default() };
        let mut left = opens | closes | lines;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            if lines & bit != 0 {
                self.end_line(bit, &mut zones);
                continue;
            }
            let place = at + bit.trailing_zeros() as usize;
            let is_array = matches!(text.get(place), Some(b'[' | b']'));
            let fits = if opens & bit != 0 {
                self.open(is_array, bit, &mut zones)
            } else {
                zones.empty |= if is_behind_open(text, place) { bit } else { 0 };
                self.close(is_array, bit, &mut zones)
            };
            if !fits {
                zones.broken |= bit;
                break;
            }
            let behind = bit.wrapping_neg();
            zones.outer = zones.outer & !behind | self.at_depth(0) & behind;
            zones.own = zones.own & !behind | self.at_depth(1) & behind;
            zones.array = zones.array & !behind | self.array() & behind;
        }
        zones
    }

    #[inline(always)]
    fn end_line(&mut self, bit: u64, zones: &mut Zones) {
        zones.broken |= if self.depth > 0 { bit } else { 0 };
        zones.ends |= if self.ended { bit } else { 0 };
        self.ended = false;
    }

    /// False: a bracket may not open here.
    #[inline(always)]
    fn open(&mut self, is_array: bool, bit: u64, zones: &mut Zones) -> bool {
        if self.depth == DEPTH || self.depth == 0 && (is_array || self.ended) {
            return false;
        }
        zones.braces |= if is_array { 0 } else { bit };
        zones.inner |= if self.depth > 0 { bit } else { 0 };
        self.depth += 1;
        self.arrays = self.arrays << 1 | u64::from(is_array);
        true
    }

    /// False: no bracket of this kind is open.
    #[inline(always)]
    fn close(&mut self, is_array: bool, bit: u64, zones: &mut Zones) -> bool {
        if self.depth == 0 || (self.arrays & 1 == 1) != is_array {
            return false;
        }
        self.depth -= 1;
        self.arrays >>= 1;
        self.ended = self.depth == 0;
        zones.last |= if self.ended { bit & !zones.empty } else { 0 };
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
