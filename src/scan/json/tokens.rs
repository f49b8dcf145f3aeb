//! The bytes of a group of chunks by what they are.

use crate::scan::chunk::masks::{GROUP, Masks};
use crate::scan::chunk::{self, Chunk, LEN};

/// What the bytes of a group are. All but the last two, line feeds, and strings are told of what stands outside strings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens<M> {
    pub(super) colons: M,
    pub(super) commas: M,
    /// `{` and `[`.
    pub(super) opens: M,
    /// `}` and `]`.
    pub(super) closes: M,
    /// Blanks within a line.
    pub(super) spaces: M,
    /// Line feeds, those in strings included.
    pub(super) lines: M,
    /// The bytes of numbers and words, and whatever else is nothing of the above.
    pub(super) scalars: M,
    /// Strings: from the opening quote to the byte before the closing one.
    pub(super) strings: M,
    /// Opening quotes.
    pub(super) quotes: M,
    pub(super) backslashes: M,
    pub(super) high: M,
}

/// Whether a string, and an escape in it, goes on from one group to the next.
#[derive(Debug, Default)]
pub(super) struct Within {
    string: bool,
    /// The first byte is escaped.
    escape: u64,
}

/// The masks of a group, chunk by chunk: which bytes are these, wherever they stand.
#[derive(Default)]
pub(super) struct Raw {
    colons: [u64; GROUP],
    commas: [u64; GROUP],
    opens: [u64; GROUP],
    closes: [u64; GROUP],
    spaces: [u64; GROUP],
    lines: [u64; GROUP],
    quotes: [u64; GROUP],
    backslashes: [u64; GROUP],
    high: [u64; GROUP],
}

impl Raw {
    /// The bytes from `at` on; NULs stand behind the end of the text.
    #[inline(always)]
    pub(super) fn read<C: Chunk>(&mut self, text: &[u8], at: usize) {
        for place in 0..GROUP {
            let chunk: C = chunk::load(text, at + place * LEN);
            self.colons[place] = chunk.eq(b':');
            self.commas[place] = chunk.eq(b',');
            self.opens[place] = chunk.eq_with_bit(b'{');
            self.closes[place] = chunk.eq_with_bit(b'}');
            self.spaces[place] = chunk.eq(b' ') | chunk.eq(b'\t') | chunk.eq(b'\r');
            self.lines[place] = chunk.eq(b'\n');
            self.quotes[place] = chunk.eq(b'"');
            self.backslashes[place] = chunk.eq(b'\\');
            self.high[place] = chunk.high();
        }
    }
}

impl<M: Masks> Tokens<M> {
    /// What the bytes of a group are, by what goes on from the group before.
    #[inline(always)]
    pub(super) fn of(raw: &Raw, within: &mut Within) -> Self {
        let backslashes = M::of(&raw.backslashes);
        let mut all_quotes = M::of(&raw.quotes);
        if within.escape != 0 || !backslashes.is_zero() {
            all_quotes = all_quotes.without(M::of(&within.escaped(&raw.backslashes)));
        }
        let strings = all_quotes.parity(&mut within.string);
        let (colons, commas) = (M::of(&raw.colons).without(strings), M::of(&raw.commas).without(strings));
        let (opens, closes) = (M::of(&raw.opens).without(strings), M::of(&raw.closes).without(strings));
        let (spaces, lines) = (M::of(&raw.spaces).without(strings), M::of(&raw.lines));
        let marks = colons.or(commas).or(opens).or(closes);
        let others = marks.or(spaces).or(lines).or(all_quotes.or(strings));
        let scalars = M::of(&[u64::MAX; GROUP]).without(others);
        let quotes = all_quotes.and(strings);
        let high = M::of(&raw.high);
        Self { colons, commas, opens, closes, spaces, lines, scalars, strings, quotes, backslashes, high }
    }
}

impl Within {
    /// The bytes that a backslash escapes.
    fn escaped(&mut self, backslashes: &[u64; GROUP]) -> [u64; GROUP] {
        backslashes.map(|backslashes| self.escaped_in(backslashes))
    }

    /// The same in one chunk (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, section 3.1.1, in the
    /// shorter form of simdjson).
    fn escaped_in(&mut self, backslashes: u64) -> u64 {
        const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
        let escaping = backslashes & !self.escape;
        let ends = (escaping << 1 | ODD).wrapping_sub(escaping) ^ ODD;
        let escaped = ends ^ (backslashes | self.escape);
        self.escape = (ends & backslashes) >> 63;
        escaped
    }
}
