//! Where CSV and TSV can be cut into whole records, line ends within quotes and escaped ones included.

use memchr::{memchr, memchr2, memrchr};

use super::quotes::Quotes;
use super::split::line_end;
use crate::record::Dialect;
use crate::scan::chunk::{self, Chunk, Kernel, LEN};

/// Remembers between calls how far it has read and whether it is within quotes, so that no byte is read
/// twice; bytes without quotes cost one search for a quote and one for the last line end, others one look at
/// each chunk. Between escapes all is as without them.
#[derive(Debug)]
pub(super) struct Cutter {
    dialect: Dialect,
    /// Bytes of the buffer that were read.
    seen: usize,
    /// After the last whole record of those bytes.
    whole: usize,
    /// Whether the bytes read end within quotes.
    quoted: bool,
    /// Text followed a closing quote: the record ends with its first line, whatever quotes are in it.
    stray: bool,
    /// After the last byte that was escaped.
    escaped: usize,
}

impl Cutter {
    /// A cutter that begins where a record does.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, seen: 0, whole: 0, quoted: false, stray: false, escaped: 0 }
    }

    /// The length of the whole records before what was read.
    pub(super) fn whole(&self) -> usize {
        self.whole
    }

    /// Whether what was read ends within quotes.
    pub(super) fn is_open(&self) -> bool {
        self.quoted
    }

    /// Takes note that `len` bytes are gone from the front of the buffer.
    pub(super) fn drop_front(&mut self, len: usize) {
        self.seen = self.seen.saturating_sub(len);
        self.escaped = self.escaped.saturating_sub(len);
        self.whole = 0;
    }

    /// Reads the bytes that are new in the buffer. `at_end`: no more will come.
    pub(super) fn read_on(&mut self, bytes: &[u8], at_end: bool) {
        let mut odd_until = 0;
        // The first escape that was not passed.
        let mut escape = 0;
        while self.seen < bytes.len() {
            if escape < bytes.len() && escape <= self.seen {
                escape = self.next_escape(bytes);
            }
            let go_on = match (self.stray, self.quoted) {
                (true, _) => self.read_line(bytes),
                (_, true) if self.seen >= odd_until => {
                    odd_until = self.skim(&bytes[..escape]);
                    true
                }
                (_, true) => self.read_quoted(bytes, at_end),
                (_, false) => self.read_unquoted(bytes, at_end),
            };
            if self.stray && self.escaped > self.whole {
                // Escapes that were passed are read again.
                (self.escaped, escape) = (0, 0);
            }
            if !go_on {
                return;
            }
        }
    }

    /// The first escape that was not read; the end of the bytes if there is none.
    fn next_escape(&self, bytes: &[u8]) -> usize {
        let escape = self.dialect.escape_byte();
        let found = escape.and_then(|escape| memchr(escape, &bytes[self.seen..]));
        found.map_or(bytes.len(), |found| self.seen + found)
    }

    /// Reads whole chunks while their quotes are where they should be. The place up to which to read on quote by
    /// quote.
    fn skim(&mut self, bytes: &[u8]) -> usize {
        let Dialect { delimiter, quote, .. } = self.dialect;
        let Some(quote) = quote else { return usize::MAX };
        let skimmed = chunk::run(Skim { bytes, from: self.seen, delimiter, quote });
        self.whole = self.whole.max(skimmed.whole);
        self.seen = skimmed.at;
        self.quoted = skimmed.quoted;
        skimmed.odd_until
    }

    /// Reads up to the next opening quote or to the end. False if all was read.
    fn read_unquoted(&mut self, bytes: &[u8], at_end: bool) -> bool {
        let rest = &bytes[self.seen..];
        let mark = self.next_mark(rest);
        let plain = &rest[..mark.unwrap_or(rest.len())];
        if let Some(line_end) = memrchr(b'\n', plain) {
            self.whole = self.seen + line_end + 1;
        }
        self.seen += plain.len();
        if mark.is_none() {
            return false;
        }
        if self.is_escape(bytes) {
            return self.pass_escaped(bytes, at_end);
        }
        self.quoted = match self.seen.checked_sub(1).map(|at| bytes[at]) {
            None => true,
            Some(before) => {
                self.escaped != self.seen && (before == b'\n' || before == self.dialect.delimiter)
            }
        };
        self.seen += 1;
        true
    }

    /// The next quote or escape.
    fn next_mark(&self, bytes: &[u8]) -> Option<usize> {
        match (self.dialect.quote, self.dialect.escape_byte()) {
            (Some(quote), Some(escape)) => memchr2(quote, escape, bytes),
            (Some(mark), None) | (None, Some(mark)) => memchr(mark, bytes),
            (None, None) => None,
        }
    }

    /// Whether the byte to be read next is an escape.
    fn is_escape(&self, bytes: &[u8]) -> bool {
        self.dialect.escape_byte().is_some_and(|escape| bytes.get(self.seen) == Some(&escape))
    }

    /// Reads an escape and the byte after it. False if that has not come yet.
    fn pass_escaped(&mut self, bytes: &[u8], at_end: bool) -> bool {
        if self.seen + 1 == bytes.len() && !at_end {
            return false;
        }
        self.seen = bytes.len().min(self.seen + 2);
        self.escaped = self.seen;
        true
    }

    /// Reads past the next closing quote or to the end. False if more bytes are needed; a quote that
    /// ends the buffer may be the first of two and is looked at again.
    fn read_quoted(&mut self, bytes: &[u8], at_end: bool) -> bool {
        let Some(mark) = self.next_mark(&bytes[self.seen..]) else {
            self.seen = bytes.len();
            return false;
        };
        self.seen += mark;
        if self.is_escape(bytes) {
            return self.pass_escaped(bytes, at_end);
        }
        match (bytes.get(self.seen + 1), bytes.get(self.seen + 2)) {
            (None, _) | (Some(b'\r'), None) if !at_end => return false,
            (Some(&byte), _) if Some(byte) == self.dialect.quote => self.seen += 2,
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

    /// Reads past the next line end. False if there is none yet.
    fn read_line(&mut self, bytes: &[u8]) -> bool {
        match line_end(&bytes[self.seen..], self.dialect) {
            Ok(line_end) => {
                self.seen += line_end + 1;
                self.whole = self.seen;
                self.stray = false;
                true
            }
            Err(read) => {
                self.seen += read;
                false
            }
        }
    }
}

/// Reads chunk by chunk from a place between quotes.
struct Skim<'a> {
    bytes: &'a [u8],
    from: usize,
    delimiter: u8,
    quote: u8,
}

/// How far that went.
struct Skimmed {
    /// The first byte not read.
    at: usize,
    /// After the last line end that was read outside of quotes; 0 if there was none.
    whole: usize,
    /// Whether the bytes read end between quotes.
    quoted: bool,
    /// After the next chunk, where some quote is odd or the bytes end.
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
            let found = chunk.eq(self.quote);
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

    use super::super::split::Splitter;
    use super::*;
    use crate::record::Escape;

    const CSV: Dialect = crate::format::csv::RFC_4180;

    /// Where the bytes may be cut, quote by quote.
    fn cut_slowly(text: &[u8], dialect: Dialect) -> usize {
        let mut cutter = Cutter::new(dialect);
        while cutter.seen < text.len() {
            let go_on = match (cutter.stray, cutter.quoted) {
                (true, _) => cutter.read_line(text),
                (_, true) => cutter.read_quoted(text, false),
                (_, false) => cutter.read_unquoted(text, false),
            };
            if !go_on {
                break;
            }
        }
        cutter.whole
    }

    /// Where the bytes may be cut by what the splitter says, which is given whole records only.
    fn cut_as_split(text: &[u8], dialect: Dialect) -> usize {
        let mut cutter = Cutter::new(dialect);
        cutter.read_on(text, true);
        let whole = if cutter.is_open() { cutter.whole() } else { text.len() };
        let mut splitter = Splitter::new(&text[..whole], dialect);
        let (mut ends, mut cuts) = (Vec::new(), vec![0]);
        while splitter.next(&mut ends).is_some() {
            cuts.push(splitter.at());
        }
        cuts.into_iter().rfind(|cut| *cut <= cutter.whole()).unwrap_or(0)
    }

    fn dialects() -> impl Strategy<Value = Dialect> {
        let marks = [(Some(b'"'), None), (Some(b'"'), Some(b'\\')), (Some(b'\''), None), (None, Some(b'\\'))];
        prop::sample::select(marks.to_vec()).prop_map(|(quote, escape)| Dialect {
            quote,
            escape: escape.map_or(Escape::None, Escape::Byte),
            ..CSV
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn chunks_are_cut_as_quote_by_quote(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "longer text, and more", ",", "\n", "\r\n", "\"a\",", "\"a\"\n", "\"a\"\r\n", "\"\"\"a\"\",b\n",
                    "\"a\nb\",\"c,d\"\n", "\"a\",\"b\",\"c\"\n", "\"a\",\"b\",\"c\"\n", "'a''\n',b\n", "\\\n,\\,\n",
                ]),
                0..80,
            ),
            odd in prop::sample::select(vec!["5\" disk", "\"a\" b", "\"", "\"a\"\r", "\\", "\\\"", "\"\\\"", "'", ""]),
            at in 0_usize..80,
            step in prop::sample::select(vec![1_usize, 7, 64, 100, 1000]),
            dialect in dialects(),
        ) {
            let mut pieces = pieces;
            pieces.insert(at.min(pieces.len()), odd);
            let text = pieces.concat().into_bytes();
            let expected = cut_slowly(&text, dialect);
            let mut cutter = Cutter::new(dialect);
            let (mut taken, mut to) = (0, 0);
            while to < text.len() {
                to = (to + step).min(text.len());
                cutter.read_on(&text[taken..to], false);
                let whole = cutter.whole();
                cutter.drop_front(whole);
                taken += whole;
            }
            prop_assert_eq!(taken, expected, "{}", text.escape_ascii());
            // All that is cut ends where the splitter ends a record.
            let mut cutter = Cutter::new(dialect);
            cutter.read_on(&text, true);
            prop_assert_eq!(cut_as_split(&text, dialect), cutter.whole(), "{}", text.escape_ascii());
        }
    }
}
