//! The bytes of a group of chunks by what they are.

use super::lanes::{LANES, Lanes};
use crate::scan::chunk::{self, Chunk, LEN};

/// Bytes of a group.
pub(super) const GROUP: usize = LANES * LEN;

/// What the bytes of a group are. All but the last three are told of what stands outside strings.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) colons: Lanes,
    pub(super) commas: Lanes,
    /// `{` and `[`.
    pub(super) opens: Lanes,
    /// `}` and `]`.
    pub(super) closes: Lanes,
    /// Blanks within a line.
    pub(super) spaces: Lanes,
    /// Line feeds, those in strings included.
    pub(super) lines: Lanes,
    /// The bytes of numbers and words, and whatever else is nothing of the above.
    pub(super) scalars: Lanes,
    /// Strings: from the opening quote to the byte before the closing one.
    pub(super) strings: Lanes,
    /// Opening quotes.
    pub(super) quotes: Lanes,
    pub(super) backslashes: Lanes,
    pub(super) high: Lanes,
}

/// Whether a string, and an escape in it, goes on from one chunk to the next.
#[derive(Debug, Default)]
pub(super) struct Within {
    /// All ones within a string.
    string: u64,
    /// The first byte is escaped.
    escape: u64,
}

impl Tokens {
    /// The bytes from `at` on; NULs stand behind the end of the text.
    #[inline(always)]
    pub(super) fn read<C: Chunk>(text: &[u8], at: usize, within: &mut Within) -> Self {
        let mut tokens = Self::default();
        for lane in 0..LANES {
            let chunk: C = chunk::load(text, at + lane * LEN);
            let backslashes = chunk.eq(b'\\');
            let mut quotes = chunk.eq(b'"');
            if backslashes | within.escape != 0 {
                quotes &= !within.escaped(backslashes);
            }
            let strings = C::parity(quotes) ^ within.string;
            within.string = ((strings as i64) >> 63) as u64;
            let (colons, commas) = (chunk.eq(b':'), chunk.eq(b','));
            let (opens, closes) = (chunk.eq_with_bit(b'{'), chunk.eq_with_bit(b'}'));
            let spaces = chunk.eq(b' ') | chunk.eq(b'\t') | chunk.eq(b'\r');
            let lines = chunk.eq(b'\n');
            let others = colons | commas | opens | closes | spaces | lines | quotes;
            tokens.colons.0[lane] = colons & !strings;
            tokens.commas.0[lane] = commas & !strings;
            tokens.opens.0[lane] = opens & !strings;
            tokens.closes.0[lane] = closes & !strings;
            tokens.spaces.0[lane] = spaces & !strings;
            tokens.lines.0[lane] = lines;
            tokens.scalars.0[lane] = !(others | strings);
            tokens.strings.0[lane] = strings;
            tokens.quotes.0[lane] = quotes & strings;
            tokens.backslashes.0[lane] = backslashes;
            tokens.high.0[lane] = chunk.high();
        }
        tokens
    }
}

impl Within {
    /// The bytes that a backslash escapes (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, section
    /// 3.1.1, in the shorter form of simdjson).
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
        let escaping = backslashes & !self.escape;
        let ends = (escaping << 1 | ODD).wrapping_sub(escaping) ^ ODD;
        let escaped = ends ^ (backslashes | self.escape);
        self.escape = (ends & backslashes) >> 63;
        escaped
    }
}
