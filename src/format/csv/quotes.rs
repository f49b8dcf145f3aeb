//! Quotes as RFC 4180 has them, checked 64 bytes at a time.

use crate::scan::chunk::{Chunk, LEN};

/// What the chunks before leave for the next to check: the lowest bit, for its first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quotes {
    /// Of the chunk read last, the bytes between quotes, the opening quote included.
    pub(super) within: u64,
    /// Its last byte ends a field or record: a quote may open behind it.
    starts: u64,
    /// Its last byte is a closing quote.
    behind: u64,
    /// Its last bytes are a closing quote and CR.
    returns: u64,
    /// A quote within quotes was spelled as two.
    pub(super) doubled: bool,
}

impl Quotes {
    /// Where reading begins `open` between quotes, or where a field `starts`.
    pub(super) fn new(open: bool, starts: bool) -> Self {
        let within = if open { !0 } else { 0 };
        Self { within, starts: u64::from(starts), behind: 0, returns: 0, doubled: false }
    }

    /// How many of the bytes so far, a closing quote first, wait for what follows them.
    pub(super) fn waiting(&self) -> usize {
        match (self.behind, self.returns) {
            (0, 0) => 0,
            (0, _) => 2,
            _ => 1,
        }
    }

    /// Goes past a chunk without quotes that need not be read; `ends` are its delimiters and line ends.
    #[inline(always)]
    pub(super) fn pass(&mut self, ends: u64) {
        self.starts = ends >> (LEN - 1);
    }

    /// Whether the bytes so far end between quotes.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.within >> (LEN - 1) != 0
    }

    /// Whether a chunk without quotes has to be read too.
    #[inline(always)]
    pub(super) fn goes_on(&self) -> bool {
        self.within >> (LEN - 1) | self.behind | self.returns != 0
    }

    /// Reads the next chunk; `ends` are its delimiters and `lines`. The bits that break a rule: a quote opens at the start of a field, or as the second of
    /// two; behind a closing one stands a delimiter, a line end or a quote.
    #[inline(always)]
    pub(super) fn read<C: Chunk>(&mut self, chunk: C, quotes: u64, ends: u64, lines: u64) -> u64 {
        let open = ((self.within as i64) >> (LEN - 1)) as u64;
        self.within = C::parity(quotes) ^ open;
        let opening = quotes & self.within;
        let closing = quotes & !self.within;
        let behind = closing << 1 | self.behind;
        let starts = ends << 1 | self.starts | behind;
        let returns = chunk.eq(b'\r') & behind;
        let behind_returns = returns << 1 | self.returns;
        self.doubled |= opening & behind != 0;
        self.starts = ends >> (LEN - 1);
        self.behind = closing >> (LEN - 1);
        self.returns = returns >> (LEN - 1);
        opening & !starts | behind & !(ends | quotes | returns) | behind_returns & !lines
    }
}
