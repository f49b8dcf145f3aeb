//! Where fields and records end in a stretch of a block, found 64 bytes at a time with quotes as RFC 4180 has
//! them. Stops before the first quote that is not: [`Splitter`](super::split::Splitter) has the say there.

use super::split::Dialect;
use crate::scan::chunk::{self, Chunk, Kernel, LEN};

/// The delimiters and line ends of a stretch that begins with a record.
#[derive(Debug)]
pub(super) struct Index {
    dialect: Dialect,
    delimiters: Places,
    /// In front of the line ends stands the byte before the stretch, as one more.
    lines: Places,
    /// There is a quote (CSV) or a backslash (TSV).
    pub(super) special: bool,
    /// There are quotes within quotes, spelled as two.
    pub(super) doubled: bool,
    /// There is a byte that is not ASCII.
    pub(super) high: bool,
    /// The record behind the last line end has a quote that is not where it should be.
    pub(super) odd: bool,
}

/// Ascending places in a block.
#[derive(Debug, Default)]
struct Places {
    /// The places, and room behind them.
    list: Vec<u32>,
    len: usize,
}

impl Index {
    pub(super) fn new(dialect: Dialect) -> Self {
        let (delimiters, lines) = (Places::default(), Places::default());
        Self { dialect, delimiters, lines, special: false, doubled: false, high: false, odd: false }
    }

    /// Looks at `len` bytes or a few more from `from` on, where a record begins.
    pub(super) fn read(&mut self, bytes: &[u8], from: usize, len: usize) {
        self.delimiters.len = 0;
        self.lines.len = 0;
        self.lines.push((from as u32).wrapping_sub(1));
        (self.special, self.doubled, self.high) = (false, false, false);
        self.odd =
            chunk::run(Look { index: self, bytes, from, to: bytes.len().min(from.saturating_add(len)) });
    }

    /// The byte before the stretch (one below its first, for the first of a block too), then the line ends of
    /// the whole records in it; the end of the bytes is one, where the last line has no other.
    pub(super) fn lines(&self) -> &[u32] {
        self.lines.as_slice()
    }

    /// The delimiters between fields.
    pub(super) fn delimiters(&self) -> &[u32] {
        self.delimiters.as_slice()
    }
}

impl Places {
    fn as_slice(&self) -> &[u32] {
        self.list.get(..self.len).unwrap_or(&[])
    }

    fn push(&mut self, place: u32) {
        match self.list.get_mut(self.len) {
            Some(next) => *next = place,
            None => self.list.push(place),
        }
        self.len += 1;
    }

    /// Appends the places of the bits of a chunk at `base`.
    #[inline(always)]
    fn append<C: Chunk>(&mut self, mask: u64, base: usize) {
        if self.list.len() - self.len < LEN {
            self.make_room();
        }
        if let Some(room) = self.list.get_mut(self.len..).and_then(<[u32]>::first_chunk_mut) {
            C::places(mask, base as u32, room);
            self.len += mask.count_ones() as usize;
        }
    }

    #[cold]
    fn make_room(&mut self) {
        self.list.resize((self.len * 2).max(self.len + 16 * LEN), 0);
    }
}

/// Fills an index; whether it stopped at a quote that is not where it should be.
struct Look<'a> {
    index: &'a mut Index,
    bytes: &'a [u8],
    from: usize,
    to: usize,
}

impl Kernel for Look<'_> {
    type Out = bool;

    #[inline(always)]
    fn run<C: Chunk>(self) -> bool {
        let Self { index, bytes, from, to } = self;
        let Dialect { delimiter, quotes } = index.dialect;
        let special = if quotes { b'"' } else { b'\\' };
        let mut state = Quotes::at_record();
        let (mut specials, mut high) = (0, 0);
        let mut at = from;
        while at < to {
            let chunk: C = chunk::load(bytes, at);
            let real = match bytes.len() - at {
                LEN.. => !0,
                rest => (1 << rest) - 1,
            };
            let mut delimiters = chunk.eq(delimiter) & real;
            let mut lines = chunk.eq(b'\n');
            let found = chunk.eq(special);
            specials |= found;
            high |= chunk.high();
            if quotes {
                if found != 0 || state.goes_on() {
                    let odd = state.read(chunk, found, delimiters, lines) & real;
                    delimiters &= !state.within;
                    lines &= !state.within;
                    if odd != 0 {
                        let before = (odd & odd.wrapping_neg()) - 1;
                        index.delimiters.append::<C>(delimiters & before, at);
                        index.lines.append::<C>(lines & before, at);
                        (index.special, index.doubled, index.high) = (true, state.doubled, high != 0);
                        return true;
                    }
                } else {
                    state.starts = (delimiters | lines) >> (LEN - 1);
                }
            }
            index.delimiters.append::<C>(delimiters, at);
            index.lines.append::<C>(lines, at);
            at += LEN;
        }
        (index.special, index.doubled, index.high) = (specials != 0, state.doubled, high != 0);
        if at < bytes.len() {
            return false;
        }
        let ends =
            index.lines.as_slice().last().is_some_and(|&last| last.wrapping_add(1) as usize == bytes.len());
        if !ends && !state.is_open() {
            index.lines.push(bytes.len() as u32);
        }
        state.is_open()
    }
}

/// What the chunks before leave for the next to check: a bit in the lowest place where it concerns its first byte.
struct Quotes {
    /// Of the chunk read last, the bytes between quotes, the opening quote included.
    within: u64,
    /// Its last byte ends a field or record: a quote may open behind it.
    starts: u64,
    /// Its last byte is a closing quote.
    behind: u64,
    /// Its last bytes are a closing quote and CR.
    returns: u64,
    /// A quote within quotes was spelled as two.
    doubled: bool,
}

impl Quotes {
    fn at_record() -> Self {
        Self { within: 0, starts: 1, behind: 0, returns: 0, doubled: false }
    }

    /// Whether the bytes so far end between quotes.
    #[inline(always)]
    fn is_open(&self) -> bool {
        self.within >> (LEN - 1) != 0
    }

    /// Whether a chunk without quotes has to be read too.
    #[inline(always)]
    fn goes_on(&self) -> bool {
        self.within >> (LEN - 1) | self.behind | self.returns != 0
    }

    /// Reads the next chunk. The bits that break a rule: a quote opens at the start of a field, or as the second of
    /// two; behind a closing one stands a delimiter, a line end or a quote.
    #[inline(always)]
    fn read<C: Chunk>(&mut self, chunk: C, quotes: u64, delimiters: u64, lines: u64) -> u64 {
        let open = ((self.within as i64) >> (LEN - 1)) as u64;
        self.within = C::parity(quotes) ^ open;
        let opening = quotes & self.within;
        let closing = quotes & !self.within;
        let ends = delimiters | lines;
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
