//! Where fields and records end in a stretch of a block, found 64 bytes at a time with quotes as RFC 4180 has
//! them, whatever byte they are; an escape is not looked for. Stops before the first quote that is not: [`Splitter`](super::split::Splitter) has the say there.

use super::quotes::Quotes;
use crate::record::{Dialect, Escape};
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

    /// Looks at `len` bytes from `from` on, where a record begins. No escape byte is among them.
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
            self.list = grown(std::mem::take(&mut self.list));
        }
        if let Some(room) = self.list.get_mut(self.len..).and_then(<[u32]>::first_chunk_mut) {
            C::write_places(mask, base as u32, room);
            self.len += mask.count_ones() as usize;
        }
    }
}

/// Takes and gives the list whole, so that the caller may keep where it stands in registers.
#[cold]
fn grown(mut list: Vec<u32>) -> Vec<u32> {
    list.resize((list.len() * 2).max(16 * LEN), 0);
    list
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
        match self.index.dialect.quote {
            Some(_) => self.read::<C, true>(),
            None => self.read::<C, false>(),
        }
    }
}

impl Look<'_> {
    #[inline(always)]
    fn read<C: Chunk, const QUOTES: bool>(self) -> bool {
        let Self { index, bytes, from, to } = self;
        let dialect = index.dialect;
        let mut eye = Eye {
            delimiter: dialect.delimiter,
            mark: dialect.quote.unwrap_or(b'\\'),
            marks: if QUOTES || dialect.escape == Escape::Letters { !0 } else { 0 },
            delimiters: std::mem::take(&mut index.delimiters),
            lines: std::mem::take(&mut index.lines),
            quotes: Quotes::new(false, true),
            special: 0,
            high: 0,
        };
        let (chunks, rest) = bytes.get(from..to).unwrap_or(&[]).as_chunks();
        let mut at = from;
        let mut odd = false;
        for chunk in chunks {
            odd = eye.look::<C, QUOTES>(C::load(chunk), !0, at);
            if odd {
                break;
            }
            at += LEN;
        }
        if !odd && !rest.is_empty() {
            let real = (1 << rest.len()) - 1;
            odd = eye.look::<C, QUOTES>(chunk::load(bytes, at), real, at);
        }
        if !odd && to == bytes.len() {
            odd = eye.quotes.is_open();
            let last = eye.lines.as_slice().last().map_or(0, |last| last.wrapping_add(1));
            if !odd && last as usize != bytes.len() {
                eye.lines.push(bytes.len() as u32);
            }
        }
        (index.delimiters, index.lines) = (eye.delimiters, eye.lines);
        (index.special, index.doubled, index.high) = (eye.special != 0, eye.quotes.doubled, eye.high != 0);
        odd
    }
}

/// What was seen of a stretch.
struct Eye {
    delimiter: u8,
    /// The quote, else the backslash of TSV.
    mark: u8,
    /// Empty where the dialect has neither.
    marks: u64,
    delimiters: Places,
    lines: Places,
    quotes: Quotes,
    special: u64,
    high: u64,
}

impl Eye {
    /// Looks at the next chunk, of which `real` are bytes of the stretch. True if there is an odd quote: what
    /// stands before it was taken.
    #[inline(always)]
    fn look<C: Chunk, const QUOTES: bool>(&mut self, chunk: C, real: u64, at: usize) -> bool {
        let mut delimiters = chunk.eq(self.delimiter) & real;
        let mut lines = chunk.eq(b'\n') & real;
        let special = chunk.eq(self.mark) & real & if QUOTES { !0 } else { self.marks };
        self.special |= special;
        self.high |= chunk.high();
        let mut odd = 0;
        if QUOTES {
            if special != 0 || self.quotes.goes_on() {
                odd = self.quotes.read(chunk, special, delimiters | lines, lines) & real;
                let mut taken = !self.quotes.within;
                if odd != 0 {
                    taken &= (odd & odd.wrapping_neg()) - 1;
                }
                delimiters &= taken;
                lines &= taken;
            } else {
                self.quotes.pass(delimiters | lines);
            }
        }
        self.delimiters.append::<C>(delimiters, at);
        self.lines.append::<C>(lines, at);
        odd != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What an index says of a text.
    struct Whole<'a>(&'a [u8], Dialect, usize);

    impl Kernel for Whole<'_> {
        type Out = (Vec<u32>, Vec<u32>, [bool; 4]);

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let Self(bytes, dialect, from) = self;
            let mut index = Index::new(dialect);
            index.lines.push((from as u32).wrapping_sub(1));
            let odd = Look { index: &mut index, bytes, from, to: bytes.len() }.run::<C>();
            let flags = [odd, index.special, index.doubled, index.high];
            (index.delimiters().to_vec(), index.lines().to_vec(), flags)
        }
    }

    #[test]
    fn what_is_found() {
        const CSV: Dialect = crate::format::csv::RFC_4180;
        const NUL: Dialect = Dialect { delimiter: 0, quote: None, escape: Escape::Letters };
        const BARE: Dialect = Dialect { quote: None, ..CSV };
        const SINGLE: Dialect = Dialect { quote: Some(b'\''), ..CSV };
        const LOW: u32 = u32::MAX;
        let long = [&b"a,".repeat(40)[..], b"\"", &b"b,\n".repeat(50), b"\"\r\nx"].concat();
        for (text, dialect, from, delimiters, lines, flags) in [
            (&b"a,b\nc,d"[..], CSV, 0, &[1, 5][..], &[LOW, 3, 7][..], [false; 4]),
            (b"a,b\nc,d\n", CSV, 4, &[5], &[3, 7], [false; 4]),
            (b"a\0\\\n\xff", NUL, 0, &[1], &[LOW, 3, 5], [false, true, false, true]),
            (b"\"a,\n\",\"\"\"\"\r\n", CSV, 0, &[5], &[LOW, 11], [false, true, true, false]),
            (b"a,5\" disk\nb\n", CSV, 0, &[1], &[LOW], [true, true, false, false]),
            (b"a,b\n\"x\"\ry,\n", CSV, 0, &[1], &[LOW, 3], [true, true, false, false]),
            (b"a,b\n\"x\ny,\n", CSV, 0, &[1], &[LOW, 3], [true, true, false, false]),
            (b"\"a,b\\\"\n", BARE, 0, &[2], &[LOW, 6], [false; 4]),
            (b"'a,\"\n',''''\n", SINGLE, 0, &[6], &[LOW, 11], [false, true, true, false]),
            (b"a\n\"x\"", CSV, 0, &[], &[LOW, 1, 5], [false, true, false, false]),
            (&long, CSV, 76, &[77, 79], &[75, 233, 235], [false, true, false, false]),
        ] {
            for found in chunk::run_all(|| Whole(text, dialect, from)) {
                assert_eq!(found, (delimiters.to_vec(), lines.to_vec(), flags), "{}", text.escape_ascii());
            }
        }
    }

    proptest! {
        #[test]
        fn every_kind_of_chunk_finds_the_same(
            text in prop::collection::vec(prop::sample::select(b"aaaa,,\"'\n\r\xff\\".to_vec()), 0..300),
            quote in prop::sample::select(vec![None, Some(b'"'), Some(b'\'')]),
            from in 0_usize..80,
        ) {
            let dialect = Dialect { delimiter: b',', quote, escape: Escape::Letters };
            let mut found = chunk::run_all(|| Whole(&text, dialect, from.min(text.len())));
            let first = found.pop();
            prop_assert!(found.iter().all(|other| Some(other) == first.as_ref()), "{found:?} {first:?}");
        }
    }
}
