//! The bytes of a group of chunks by what they are.

use crate::scan::chunk::kinds::{KINDS, Kinds};
use crate::scan::chunk::masks::{GROUP, Masks};
use crate::scan::chunk::{self, Chunk};

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

/// The kinds of bytes that matter, wherever they stand.
static KINDS_OF_BYTES: Kinds = Kinds::new([b":", b",", b"{[", b"}]", b" \t\r", b"\n", b"\"", b"\\"]);

/// The masks of a group: which bytes are of these kinds, and which are not ASCII.
#[derive(Clone, Copy)]
pub(super) struct Raw<M> {
    kinds: [M; KINDS],
    high: M,
}

impl<M: Masks> Raw<M> {
    /// The bytes from `at` on; NULs stand behind the end of the text.
    #[inline(always)]
    pub(super) fn read<C: Chunk<Masks = M>>(text: &[u8], at: usize) -> Self {
        let (kinds, high) = C::by_kind(&chunk::load_group(text, at), &KINDS_OF_BYTES);
        Self { kinds, high }
    }
}

impl<M: Masks> Tokens<M> {
    /// What the bytes of a group are, by what goes on from the group before.
    #[inline(always)]
    pub(super) fn of(raw: &Raw<M>, within: &mut Within) -> Self {
        let Raw { kinds: [colons, commas, opens, closes, spaces, lines, mut all_quotes, backslashes], high } =
            *raw;
        if within.escape != 0 || !backslashes.is_zero() {
            all_quotes = all_quotes.without(M::of(&within.escaped(&backslashes.each())));
        }
        let strings = all_quotes.parity(&mut within.string);
        let (colons, commas) = (colons.without(strings), commas.without(strings));
        let (opens, closes) = (opens.without(strings), closes.without(strings));
        let spaces = spaces.without(strings);
        let marks = colons.or(commas).or(opens).or(closes);
        let others = marks.or(spaces).or(lines).or(all_quotes.or(strings));
        let scalars = M::of(&[u64::MAX; GROUP]).without(others);
        let quotes = all_quotes.and(strings);
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
