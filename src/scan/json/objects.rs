//! Whole objects, one a line, and where their members stand: found 512 bytes at a time.
//!
//! What [`members`](super::members) reads byte by byte is decided here by bit masks (see [`super::rules`]). Whatever
//! breaks a rule is left to the reading by bytes, which says what is wrong and where.

use super::nests::Nests;
use super::rules::{Rules, Verdict};
use super::tokens::{Tokens, Within};
use crate::scan::chunk::masks::{self, GROUP_LEN, Masks};
use crate::scan::chunk::{self, Chunk, Kernel, LEN};

/// A search ends once it has found so many places: what was found is then read while it is in the nearest cache.
const ENOUGH: usize = 1024;
/// So many places are found at most: an object with more members is left to the reading by bytes.
const MOST: usize = 8 * ENOUGH;

/// Whole objects that stand one behind the other, each on a line of its own.
#[derive(Debug, Default)]
pub struct Objects {
    lines: Vec<Line>,
    /// The borders of all members: a colon and an end each, in order.
    places: Places,
    /// The line feeds behind the objects.
    ends: Places,
    /// Where the search began.
    from: usize,
    backslashes: Marks,
    high: Marks,
}

/// A line that holds an object and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its first byte; blanks may stand before the object.
    pub start: u32,
    /// The opening brace.
    pub brace: u32,
    /// The line feed behind it.
    pub end: u32,
}

/// Where a member's value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Border {
    /// The colon behind the key.
    pub colon: usize,
    /// The comma or brace behind the value.
    pub end: usize,
}

/// Where a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    /// The line to go on with, or the end of the text.
    pub at: usize,
    /// That line is to be read by bytes: it is not known to be a whole object.
    pub odd: bool,
}

#[derive(Debug, Default)]
struct Places {
    list: Vec<u32>,
    len: usize,
}

/// Bytes of a kind, for all groups of a search.
#[derive(Debug, Default)]
struct Marks {
    masks: Vec<u64>,
    any: bool,
}

impl Objects {
    /// Finds the objects of `text` from the line that starts at `at` on, up to the first line that is odd; blank lines
    /// are passed over. Ends earlier where enough are found. The text is below 4 GiB.
    pub fn find(&mut self, text: &[u8], at: usize) -> Stop {
        let (line, brace) = first_brace(text, at);
        if brace >= text.len() {
            self.clear(line);
            return Stop { at: text.len(), odd: false };
        }
        self.clear(line);
        let enough = chunk::run(Search { text, objects: self });
        self.take_lines(text);
        let at = self.next();
        let all_are_whole = self.lines.len() == self.ends.len;
        Stop { at, odd: !(enough && all_are_whole) && at < text.len() }
    }

    /// What the last search found: each line with the borders of its object's members, duplicates included, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Line, impl ExactSizeIterator<Item = Border>)> {
        let mut rest = self.places.all();
        let mut like: usize = 0;
        self.lines.iter().map(move |line| {
            // Mostly as many as in the line before.
            let is_within = |place: Option<&u32>| place.is_some_and(|&place| place < line.end);
            if like > 0 && !is_within(rest.get(like - 1)) || is_within(rest.get(like)) {
                like = rest.iter().position(|&place| place > line.end).unwrap_or(rest.len());
            }
            let (own, behind) = rest.split_at_checked(like).unwrap_or((rest, &[]));
            rest = behind;
            let border = |[colon, end]: &[u32; 2]| Border { colon: *colon as usize, end: *end as usize };
            (*line, own.as_chunks::<2>().0.iter().map(border))
        })
    }

    /// Whether a backslash stands in `from..to`, a place within the lines found.
    #[inline]
    pub fn has_backslash(&self, from: usize, to: usize) -> bool {
        self.backslashes.any_in(from.saturating_sub(self.from), to.saturating_sub(self.from))
    }

    /// Whether all bytes in `from..to` are ASCII, a place within the lines found.
    #[inline]
    pub fn is_ascii(&self, from: usize, to: usize) -> bool {
        !self.high.any_in(from.saturating_sub(self.from), to.saturating_sub(self.from))
    }

    fn clear(&mut self, from: usize) {
        self.from = from;
        self.lines.clear();
        self.places.clear();
        self.ends.clear();
        self.backslashes.clear();
        self.high.clear();
    }

    /// Takes the lines that end at `ends`, up to the first that is no object in braces.
    fn take_lines(&mut self, text: &[u8]) {
        for &end in self.ends.all() {
            let line = line_to(text, self.next(), end as usize);
            let Some(line) = line else { break };
            self.lines.push(line);
        }
    }

    /// The place behind the lines found.
    #[inline]
    fn next(&self) -> usize {
        self.lines.last().map_or(self.from, |line| line.end as usize + 1)
    }
}

impl Places {
    fn all(&self) -> &[u32] {
        self.list.get(..self.len).unwrap_or(&[])
    }

    fn clear(&mut self) {
        self.list.resize(MOST, 0);
        self.len = 0;
    }

    /// Adds `at` plus the place of each bit. False if they are too many.
    #[inline(always)]
    fn add<C: Chunk>(&mut self, masks: C::Masks, at: usize) -> bool {
        for (lane, mask) in masks.each().into_iter().enumerate() {
            let rest = self.list.get_mut(self.len..).unwrap_or(&mut []);
            let Some(room) = rest.first_chunk_mut() else { return false };
            C::write_places(mask, (at + lane * LEN) as u32, room);
            self.len += mask.count_ones() as usize;
        }
        true
    }
}

impl Marks {
    fn clear(&mut self) {
        self.masks.clear();
        self.any = false;
    }

    #[inline(always)]
    fn add(&mut self, masks: impl Masks) {
        self.masks.extend_from_slice(&masks.each());
        self.any |= !masks.is_zero();
    }

    /// Whether any stands in `from..to`.
    #[inline]
    fn any_in(&self, from: usize, to: usize) -> bool {
        if !self.any || from >= to {
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

/// The loop over the groups, from where the objects begin.
struct Search<'a> {
    text: &'a [u8],
    objects: &'a mut Objects,
}

impl Kernel for Search<'_> {
    /// Whether it ended because enough were found.
    type Out = bool;

    #[inline(always)]
    fn run<C: Chunk>(self) -> bool {
        let Self { text, objects } = self;
        let (mut within, mut rules, mut nests) = (Within::default(), Rules::new(), Nests::new());
        let mut at = objects.from;
        let mut goes_on = true;
        while goes_on && at < text.len() && (objects.places.len < ENOUGH || objects.ends.len == 0) {
            let tokens = Tokens::read::<C>(text, at, &mut within);
            objects.backslashes.add(tokens.backslashes);
            objects.high.add(tokens.high);
            let Verdict { borders, ends, broken } = rules.judge(text, at, &tokens, &mut nests);
            let mut whole = ends;
            if let Some(place) = masks::first(broken) {
                whole = ends.and(C::Masks::of(&masks::before(place)));
                goes_on = false;
            }
            goes_on &= objects.places.add::<C>(borders, at) && objects.ends.add::<C>(whole, at);
            at += GROUP_LEN;
        }
        goes_on && at < text.len()
    }
}

/// The line from `start` to `end`, if it is an object in braces; blank lines before it are passed over.
#[inline]
fn line_to(text: &[u8], start: usize, end: usize) -> Option<Line> {
    let (mut start, mut brace) = (start, start);
    if text.get(brace) != Some(&b'{') {
        (start, brace) = first_brace(text, start);
    }
    let is_closed = match text.get(end.wrapping_sub(1)) {
        Some(b'}') => true,
        _ => text.get(brace..end).is_some_and(|line| line.trim_ascii_end().ends_with(b"}")),
    };
    let is_object = is_closed && text.get(brace) == Some(&b'{');
    is_object.then_some(Line { start: start as u32, brace: brace as u32, end: end as u32 })
}

/// The first line from `line` on that is not blank, and its first byte that is no blank.
fn first_brace(text: &[u8], mut line: usize) -> (usize, usize) {
    let mut at = line;
    while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = text.get(at) {
        at += 1;
        if *byte == b'\n' {
            line = at;
        }
    }
    (line, at)
}
