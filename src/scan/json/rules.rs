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

use super::nests::Nests;
use super::tokens::Tokens;
use crate::scan::chunk::LEN;
use crate::scan::chunk::masks::{GROUP, Masks};

/// Blanks round a key where no two stand side by side in a group: two may stand where groups meet.
const FEW: u32 = 4;

/// What one group hands on to the next: marks at their last bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<M> {
    /// Openers.
    promise: M,
    /// Braces and commas of objects.
    key: M,
    /// The ends of keys.
    colon: M,
    scalar: M,
    /// A key has not ended.
    open_key: bool,
}

/// What the rules say of a group.
#[derive(Debug)]
pub(super) struct Verdict<M> {
    /// The colon and the end of each member of the objects of lines.
    pub(super) borders: M,
    /// Line feeds that end a line with an object.
    pub(super) ends: M,
    /// What breaks a rule.
    pub(super) broken: M,
    /// At most so many blanks stand round a key, those of the groups around aside.
    pub(super) blanks: u32,
}

impl<M: Masks> Rules<M> {
    /// At the start of a line.
    #[inline(always)]
    pub(super) fn new() -> Self {
        let none = M::of(&[0; GROUP]);
        Self { promise: none, key: none, colon: none, scalar: none, open_key: false }
    }

    /// Judges the group at `at`.
    #[inline(always)]
    pub(super) fn judge(
        &mut self,
        text: &[u8],
        at: usize,
        tokens: &Tokens<M>,
        nests: &mut Nests,
    ) -> Verdict<M> {
        match self.judge_flat(tokens, nests) {
            Some(verdict) => verdict,
            None => self.judge_nested(text, at, tokens, nests),
        }
    }

    /// Judges a group of objects that hold no nests and stand on lines without blanks before them, and in which no two
    /// blanks stand side by side: all chunks at once. `None`: it is of another kind, or a rule is broken.
    #[inline(always)]
    fn judge_flat(&mut self, tokens: &Tokens<M>, nests: &mut Nests) -> Option<Verdict<M>> {
        if !nests.is_flat() {
            return None;
        }
        let Tokens { colons, commas, opens, closes, spaces, lines, scalars, strings, quotes, .. } = *tokens;
        let none = M::of(&[0; GROUP]);
        let spaced = !spaces.is_zero();
        if spaced && !spaces.and(spaces.next(none)).is_zero() {
            return None;
        }
        let spaces = spaced.then_some(spaces);
        let (feeds, ended) = over_one(closes, spaces, last_bit(nests.has_ended()));
        let firsts = lines.next(last_bit(nests.is_before()));
        let (promised, promise) = over_one(colons.or(commas).or(opens), spaces, self.promise);
        let (keys, key) = over_one(commas.or(opens), spaces, self.key);
        let starts = quotes.or(scalars.without(scalars.next(self.scalar)));
        let mut open_key = self.open_key;
        let key_ends = strings.run_ends(keys.and(quotes), &mut open_key);
        let (expected, colon) = over_one(key_ends, spaces, self.colon);
        let other = feeds.xor(lines).or(firsts.xor(opens));
        let broken = starts.xor(promised).or(keys.without(quotes)).or(expected.xor(colons));
        let broken = broken.or(tokens.backslashes.without(strings));
        if !other.or(broken).is_zero() {
            return None;
        }
        *self = Self { promise, key, colon, scalar: scalars, open_key };
        nests.pass_flat(has_last_bit(ended), has_last_bit(lines));
        let blanks = if spaces.is_some() { FEW } else { 0 };
        Some(Verdict { borders: colons.or(commas).or(closes), ends: lines, broken: none, blanks })
    }

    /// Judges a group of any kind, chunk by chunk.
    #[inline(always)]
    fn judge_nested(&mut self, text: &[u8], at: usize, tokens: &Tokens<M>, nests: &mut Nests) -> Verdict<M> {
        let (mut promise, mut key) = (carried(self.promise), carried(self.key));
        let (mut colon, mut scalar) = (carried(self.colon), carried(self.scalar));
        let (all_colons, all_commas) = (tokens.colons.each(), tokens.commas.each());
        let (opens, closes, lines) = (tokens.opens.each(), tokens.closes.each(), tokens.lines.each());
        let (spaces, scalars) = (tokens.spaces.each(), tokens.scalars.each());
        let strings = tokens.strings.each();
        let quotes = tokens.quotes.each();
        let mut broken = tokens.backslashes.without(tokens.strings).each();
        let [mut borders, mut ends] = [[0; GROUP]; 2];
        for lane in 0..GROUP {
            let zones = nests.visit(text, at + lane * LEN, opens[lane], closes[lane], lines[lane]);
            let (colons, commas, spaces) = (all_colons[lane], all_commas[lane], spaces[lane]);
            let (quotes, scalars) = (quotes[lane], scalars[lane]);
            let promised = over(colons | commas | opens[lane], spaces, &mut promise);
            let keys = over(commas & !zones.array | zones.braces, spaces, &mut key);
            let starts = quotes | zones.inner | scalars & !(scalars << 1 | scalar);
            scalar = scalars >> 63;
            let key_ends = run_end(strings[lane], keys & quotes, &mut self.open_key);
            let expected = over(key_ends, spaces, &mut colon);
            broken[lane] |= zones.broken | commas & zones.outer | starts ^ promised & !zones.empty;
            broken[lane] |= keys & !(quotes | zones.empty) | expected ^ colons;
            borders[lane] = (colons | commas) & zones.own | zones.last;
            ends[lane] = zones.ends;
        }
        (self.promise, self.key) = (last_bit(promise != 0), last_bit(key != 0));
        (self.colon, self.scalar) = (last_bit(colon != 0), last_bit(scalar != 0));
        let blanks = if tokens.spaces.is_zero() { 0 } else { u32::MAX };
        Verdict { borders: M::of(&borders), ends: M::of(&ends), broken: M::of(&broken), blanks }
    }
}

/// `marks` moved on by one byte, and by one more where a space stands there; and what is handed on, marks of which the
/// last stands on the last byte.
#[inline(always)]
fn over_one<M: Masks>(marks: M, spaces: Option<M>, before: M) -> (M, M) {
    let moved = marks.next(before);
    match spaces {
        None => (moved, marks),
        Some(spaces) => {
            let on = moved.and(spaces);
            (moved.without(spaces).or(on.next(M::of(&[0; GROUP]))), marks.or(on))
        }
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

/// The first bytes behind the runs of ones that begin with `starts`, or that `carry` enters.
#[inline(always)]
fn run_end(runs: u64, starts: u64, carry: &mut bool) -> u64 {
    let (sum, one) = runs.overflowing_add(starts);
    let (sum, two) = sum.overflowing_add(u64::from(*carry));
    *carry = one | two;
    sum & !runs
}

#[inline(always)]
fn last_bit<M: Masks>(is_set: bool) -> M {
    M::of(&[0, 0, 0, 0, 0, 0, 0, u64::from(is_set) << 63])
}

#[inline(always)]
fn has_last_bit<M: Masks>(marks: M) -> bool {
    marks.each()[GROUP - 1] >> 63 == 1
}

#[inline(always)]
fn carried<M: Masks>(marks: M) -> u64 {
    u64::from(has_last_bit(marks))
}
