//! The structure of objects, one a line, as rules over bit masks.
//!
//! Of what stands outside strings, an *opener* (`{ [ : ,`) promises something: a quote, a bracket or a scalar starts
//! behind it, and nothing of these starts elsewhere but the object of a line; only an empty nest keeps no promise.
//! Behind a brace and behind a comma of an object it is a key that starts. The keys are followed by the colons, and
//! nothing else is. Brackets pair (see [`super::nests`]), and a line ends behind its object.
//!
//! Sums find ends: adding the first bit of a run of ones leaves a bit behind the run. So keys are found to their end,
//! and blanks are stepped over.
//!
//! As long as no rule is broken, the masks mean what they say; so the first break of a line is seen, in that line or at
//! its end.

use super::lanes::{LANES, Lanes};
use super::nests::Nests;
use super::tokens::Tokens;

/// What one group hands on to the next: a bit each, at the place where it counts there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// An opener stood last.
    promise: u64,
    /// A brace or a comma of an object stood last.
    key: u64,
    /// A key has not ended.
    open_key: u64,
    /// A key stood last.
    colon: u64,
    /// A scalar stood last, without a blank behind.
    scalar: u64,
}

/// What the rules say of a group.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The colon and the end of each member of the objects of lines.
    pub(super) borders: Lanes,
    /// Line feeds that end a line with an object.
    pub(super) ends: Lanes,
    /// What breaks a rule.
    pub(super) broken: Lanes,
}

impl Rules {
    /// At the start of a line.
    pub(super) fn new() -> Self {
        Self { promise: 0, key: 0, open_key: 0, colon: 0, scalar: 0 }
    }

    /// Judges the group at `at`.
    #[inline(always)]
    pub(super) fn judge(&mut self, text: &[u8], at: usize, tokens: &Tokens, nests: &mut Nests) -> Verdict {
        match self.judge_flat(tokens, nests) {
            Some(verdict) => verdict,
            None => self.judge_nested(text, at, tokens, nests),
        }
    }

    /// Judges a group of objects that hold no nests and stand on lines without blanks around them, and in which no two
    /// blanks stand side by side: all chunks at once. `None`: it is of another kind, or a rule is broken.
    #[inline(always)]
    fn judge_flat(&mut self, tokens: &Tokens, nests: &mut Nests) -> Option<Verdict> {
        if !nests.is_flat() {
            return None;
        }
        let Tokens { colons, commas, opens, closes, spaces, lines, scalars, strings, quotes, backslashes, .. } =
            *tokens;
        let spaced = !spaces.is_zero();
        if spaced && !(spaces & spaces.next(&mut 0)).is_zero() {
            return None;
        }
        let over = |marks: Lanes, carry: &mut u64| {
            let marks = marks.next(carry);
            if !spaced {
                return marks;
            }
            let mut on = 0;
            let moved = (marks & spaces).next(&mut on);
            *carry |= on;
            marks & !spaces | moved
        };
        let (mut ended, mut before) = (u64::from(nests.has_ended()), u64::from(nests.is_before()));
        let mut rules = *self;
        let other = over(closes, &mut ended) ^ lines | lines.next(&mut before) ^ opens;
        let promised = over(colons | commas | opens, &mut rules.promise);
        let keys = over(commas | opens, &mut rules.key);
        let starts = quotes | scalars & !scalars.next(&mut rules.scalar);
        let key_ends = run_ends(strings, keys & quotes, &mut rules.open_key);
        let expected = over(key_ends, &mut rules.colon);
        let broken = starts ^ promised | keys & !quotes | expected ^ colons | backslashes & !strings;
        if !(other | broken).is_zero() {
            return None;
        }
        *self = rules;
        nests.pass_flat(ended != 0, before != 0);
        Some(Verdict { borders: colons | commas | closes, ends: lines, broken })
    }

    /// Judges a group of any kind, chunk by chunk.
    #[inline(always)]
    fn judge_nested(&mut self, text: &[u8], at: usize, tokens: &Tokens, nests: &mut Nests) -> Verdict {
        let zones = nests.zones(text, at, tokens);
        let mut broken = zones.broken | tokens.backslashes & !tokens.strings;
        for lane in 0..LANES {
            let [colons, commas, spaces, scalars] =
                [tokens.colons, tokens.commas, tokens.spaces, tokens.scalars].map(|mask| mask.0[lane]);
            let (quotes, empty) = (tokens.quotes.0[lane], zones.empty.0[lane]);
            let promised = over(colons | commas | tokens.opens.0[lane], spaces, &mut self.promise);
            let commas = commas & !zones.array.0[lane];
            let keys = over(commas | zones.braces.0[lane], spaces, &mut self.key);
            let starts = quotes | zones.inner.0[lane] | scalars & !(scalars << 1 | self.scalar);
            self.scalar = scalars >> 63;
            let key_ends = run_end(tokens.strings.0[lane], keys & quotes, &mut self.open_key);
            let expected = over(key_ends, spaces, &mut self.colon);
            broken.0[lane] |= starts ^ promised & !empty | keys & !(quotes | empty) | expected ^ colons;
            broken.0[lane] |= commas & zones.outer.0[lane];
        }
        let borders = (tokens.colons | tokens.commas) & zones.own | zones.last;
        Verdict { borders, ends: zones.ends, broken }
    }
}

/// `marks` moved on by one byte, and on to the first bytes that are no spaces. One that leaves the chunk is carried on.
#[inline(always)]
fn over(marks: u64, spaces: u64, carry: &mut u64) -> u64 {
    let moved = marks << 1 | *carry;
    let (sum, on) = (moved & spaces).overflowing_add(spaces);
    *carry = marks >> 63 | u64::from(on);
    (sum | moved) & !spaces
}

/// The first bytes behind those of the runs of ones that begin with `starts`.
#[inline(always)]
fn run_ends(runs: Lanes, starts: Lanes, carry: &mut u64) -> Lanes {
    let mut ends = Lanes::default();
    for lane in 0..LANES {
        ends.0[lane] = run_end(runs.0[lane], starts.0[lane], carry);
    }
    ends
}

/// The same in one chunk.
#[inline(always)]
fn run_end(runs: u64, starts: u64, carry: &mut u64) -> u64 {
    let (sum, one) = runs.overflowing_add(starts);
    let (sum, two) = sum.overflowing_add(*carry);
    *carry = u64::from(one | two);
    sum & !runs
}
