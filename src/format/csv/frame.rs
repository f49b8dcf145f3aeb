//! Cuts CSV and TSV into whole records, line ends within quotes included.

use memchr::{memchr, memrchr};

use super::header::{Header, read_header};
use super::quotes::Quotes;
use super::split::Dialect;
use crate::error::Result;
use crate::format::{Framer, GiveUp, Head};
use crate::scan::chunk::{self, Chunk, Kernel, LEN};

/// Remembers between calls how far it has read and whether it is within quotes, so that no byte is read
/// twice; bytes without quotes cost one search for a quote and one for the last line end, others one look at
/// each chunk.
#[derive(Debug)]
pub(in crate::format) struct DelimitedFramer {
    dialect: Dialect,
    header: Header,
    /// Bytes of the buffer that were read.
    seen: usize,
    /// Behind the last whole record of those bytes.
    whole: usize,
    /// Whether the bytes read end within quotes.
    quoted: bool,
    /// Text followed a closing quote: the record ends with its first line, whatever quotes stand in it.
    stray: bool,
}

impl DelimitedFramer {
    pub(in crate::format) fn new(dialect: Dialect, header: Header) -> Self {
        Self { dialect, header, seen: 0, whole: 0, quoted: false, stray: false }
    }

    fn read_on(&mut self, bytes: &[u8], at_end: bool) {
        let mut odd_until = 0;
        while self.seen < bytes.len() {
            let go_on = match (self.stray, self.quoted) {
                (true, _) => self.read_line(bytes),
                (_, true) if self.seen >= odd_until => {
                    odd_until = self.skim(bytes);
                    true
                }
                (_, true) => self.read_quoted(bytes, at_end),
                (_, false) => self.read_unquoted(bytes),
            };
            if !go_on {
                return;
            }
        }
    }

    /// Reads whole chunks while their quotes stand where they should. The place up to which to read on quote by
    /// quote.
    fn skim(&mut self, bytes: &[u8]) -> usize {
        let delimiter = self.dialect.delimiter;
        let skimmed = chunk::run(Skim { bytes, from: self.seen, delimiter });
        self.whole = self.whole.max(skimmed.whole);
        self.seen = skimmed.at;
        self.quoted = skimmed.quoted;
        skimmed.odd_until
    }

    /// Reads up to the next opening quote or to the end. False if all was read.
    fn read_unquoted(&mut self, bytes: &[u8]) -> bool {
        let rest = &bytes[self.seen..];
        let quote = if self.dialect.quotes { memchr(b'"', rest) } else { None };
        let plain = &rest[..quote.unwrap_or(rest.len())];
        if let Some(line_end) = memrchr(b'\n', plain) {
            self.whole = self.seen + line_end + 1;
        }
        self.seen += plain.len();
        if quote.is_none() {
            return false;
        }
        let before = self.seen.checked_sub(1).map(|at| bytes[at]);
        self.quoted = before.is_none_or(|byte| byte == b'\n' || byte == self.dialect.delimiter);
        self.seen += 1;
        true
    }

    /// Reads behind the next closing quote or to the end. False if more bytes are needed; a quote that
    /// ends the buffer may be the first of two and is looked at again.
    fn read_quoted(&mut self, bytes: &[u8], at_end: bool) -> bool {
        let Some(quote) = memchr(b'"', &bytes[self.seen..]) else {
            self.seen = bytes.len();
            return false;
        };
        self.seen += quote;
        match (bytes.get(self.seen + 1), bytes.get(self.seen + 2)) {
            (None, _) | (Some(b'\r'), None) if !at_end => return false,
            (Some(b'"'), _) => self.seen += 2,
            (None | Some(b'\n'), _) | (Some(b'\r'), None | Some(b'\n')) => self.close(),
            (Some(&byte), _) if byte == self.dialect.delimiter => self.close(),
            _ => {
                // What is whole ends where this record starts: it is read again as a line.
                self.quoted = false;
                self.stray = true;
                self.seen = self.whole;
            }
        }
        true
    }

    fn close(&mut self) {
        self.quoted = false;
        self.seen += 1;
    }

    /// Reads behind the next line end. False if there is none yet.
    fn read_line(&mut self, bytes: &[u8]) -> bool {
        match memchr(b'\n', &bytes[self.seen..]) {
            Some(line_end) => {
                self.seen += line_end + 1;
                self.whole = self.seen;
                self.stray = false;
                true
            }
            None => {
                self.seen = bytes.len();
                false
            }
        }
    }
}

impl Framer for DelimitedFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        read_header(&self.header, self.dialect, bytes, at_end)
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        self.read_on(bytes, at_end);
        let taken = if at_end && !self.quoted { bytes.len() } else { self.whole };
        self.seen -= taken;
        self.whole = 0;
        taken
    }

    fn give_up(&mut self, bytes: &[u8], at_end: bool) -> GiveUp {
        let quoted = std::mem::take(&mut self.quoted);
        self.stray = false;
        self.seen = 0;
        self.whole = 0;
        let reason = "a quote that does not close";
        match memchr(b'\n', bytes) {
            Some(line_end) if quoted => GiveUp::Reject { len: line_end + 1, reason },
            None if at_end => GiveUp::Reject { len: bytes.len(), reason },
            _ => GiveUp::Skip,
        }
    }
}

/// Reads chunk by chunk from a place between quotes.
struct Skim<'a> {
    bytes: &'a [u8],
    from: usize,
    delimiter: u8,
}

/// How far that went.
struct Skimmed {
    /// The first byte not read.
    at: usize,
    /// Behind the last line end that was read outside of quotes; 0 if there was none.
    whole: usize,
    /// Whether the bytes read end between quotes.
    quoted: bool,
    /// Behind the next chunk, where some quote is odd or the bytes end.
    odd_until: usize,
}

impl Kernel for Skim<'_> {
    type Out = Skimmed;

    #[inline(always)]
    fn run<C: Chunk>(self) -> Skimmed {
        let (chunks, _) = self.bytes.get(self.from..).unwrap_or(&[]).as_chunks::<LEN>();
        let mut quotes = Quotes::new(true, false);
        let (mut at, mut whole) = (self.from, 0);
        for chunk in chunks {
            let chunk = C::load(chunk);
            let mut lines = chunk.eq(b'\n');
            let ends = chunk.eq(self.delimiter) | lines;
            let found = chunk.eq(b'"');
            if found == 0 && !quotes.goes_on() {
                quotes.pass(ends);
            } else {
                let before = quotes;
                if quotes.read(chunk, found, ends, lines) != 0 {
                    quotes = before;
                    break;
                }
                lines &= !quotes.within;
            }
            at += LEN;
            if lines != 0 {
                whole = at - lines.leading_zeros() as usize;
            }
        }
        // A closing quote is looked at again together with what follows it.
        let waiting = quotes.waiting();
        Skimmed { at: at - waiting, whole, quoted: quotes.is_open() || waiting > 0, odd_until: at + LEN }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', quotes: true };

    /// Where the bytes may be cut, quote by quote.
    fn cut_slowly(text: &[u8]) -> usize {
        let mut framer = DelimitedFramer::new(CSV, Header::Counted);
        while framer.seen < text.len() {
            let go_on = match (framer.stray, framer.quoted) {
                (true, _) => framer.read_line(text),
                (_, true) => framer.read_quoted(text, false),
                (_, false) => framer.read_unquoted(text),
            };
            if !go_on {
                break;
            }
        }
        framer.whole
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn chunks_are_cut_as_quote_by_quote(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "longer text, and more", ",", "\n", "\r\n", "\"a\",", "\"a\"\n", "\"a\"\r\n", "\"\"\"a\"\",b\n",
                    "\"a\nb\",\"c,d\"\n", "\"a\",\"b\",\"c\"\n", "\"a\",\"b\",\"c\"\n",
                ]),
                0..80,
            ),
            odd in prop::sample::select(vec!["5\" disk", "\"a\" b", "\"", "\"a\"\r", ""]),
            at in 0_usize..80,
            step in prop::sample::select(vec![1_usize, 7, 64, 100, 1000]),
        ) {
            let mut pieces = pieces;
            pieces.insert(at.min(pieces.len()), odd);
            let text = pieces.concat().into_bytes();
            let expected = cut_slowly(&text);
            let mut framer = DelimitedFramer::new(CSV, Header::Counted);
            let (mut taken, mut to) = (0, 0);
            while to < text.len() {
                to = (to + step).min(text.len());
                taken += framer.cut(&text[taken..to], false);
            }
            prop_assert_eq!(taken, expected, "{}", text.escape_ascii());
        }
    }
}
