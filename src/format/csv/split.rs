//! Splits whole records into fields. One walk over bit masks of the bytes that matter: delimiters, line
//! ends, quotes and escapes. Allocates nothing; knows no names and no values.

use crate::record::Dialect;

/// One record: the fields end where the list filled by [`Splitter::next`] says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Record {
    /// First byte.
    pub(super) start: usize,
    /// Behind the last byte, the line end (LF, CRLF, or a CR at the end of input) left out.
    pub(super) end: usize,
    /// What is wrong with its quotes. Such a record is its first line, so that its neighbours stay whole.
    pub(super) stray: Option<Stray>,
}

/// A quote that is not where it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stray {
    /// Something other than a delimiter follows the closing quote, at this place.
    Behind(usize),
    /// The quote does not close in its line, and where it closes later, other text follows.
    Unclosed,
    /// The input ends with an escape.
    Escape,
}

/// Goes through the records of bytes that hold whole records only.
#[derive(Debug)]
pub(super) struct Splitter<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    /// First byte of the next record.
    at: usize,
    /// First byte of the chunk behind the one that `hits` is about.
    ahead: usize,
    /// Places of needles in the current chunk that were not visited yet.
    hits: u64,
    /// The last byte that was escaped.
    escaped: usize,
}

/// Bytes looked at in one step.
const CHUNK: usize = 64;

impl Record {
    /// Whether the line holds nothing.
    pub(super) fn is_blank(self) -> bool {
        self.start == self.end
    }
}

impl<'a> Splitter<'a> {
    pub(super) fn new(bytes: &'a [u8], dialect: Dialect) -> Self {
        Self { bytes, dialect, at: 0, ahead: 0, hits: 0, escaped: usize::MAX }
    }

    /// Goes on at `at`, where a record begins.
    pub(super) fn go_to(&mut self, at: usize) {
        (self.at, self.ahead, self.hits) = (at, at, 0);
    }

    /// First byte of the next record.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next record, blank lines included. `ends` is filled with the place behind each field.
    #[inline]
    pub(super) fn next(&mut self, ends: &mut Vec<u32>) -> Option<Record> {
        if self.at >= self.bytes.len() {
            return None;
        }
        ends.clear();
        let start = self.at;
        let mut field = start;
        let mut stray = None;
        let mut end = self.bytes.len();
        self.at = end;
        while let Some(hit) = self.hit() {
            let byte = self.bytes[hit];
            if byte == self.dialect.delimiter {
                ends.push(hit as u32);
                field = hit + 1;
            } else if byte == b'\n' {
                end = hit;
                self.at = hit + 1;
                break;
            } else if self.escapes(byte) {
                if !self.pass_escaped(hit) {
                    stray = Some(Stray::Escape);
                }
            } else if hit == field
                && let Err(at) = self.close()
            {
                end = self.back_to_line_end(start);
                // Text behind the line may lie in another block, so that its place must not be told.
                stray = Some(if at < end { Stray::Behind(at) } else { Stray::Unclosed });
                break;
            }
        }
        if end > start && self.bytes[end - 1] == b'\r' && end - 1 != self.escaped {
            end -= 1;
        }
        ends.push(end as u32);
        Some(Record { start, end, stray })
    }

    /// Goes behind the quote that closes the field whose opening quote was just visited. The error is the
    /// place of what follows it, if that ends no field, or the end of the bytes, if there is no such quote.
    fn close(&mut self) -> Result<(), usize> {
        while let Some(hit) = self.hit() {
            let byte = self.bytes[hit];
            if Some(byte) != self.dialect.quote {
                // One at the end of the input leaves the quote open.
                if self.escapes(byte) {
                    self.pass_escaped(hit);
                }
                continue;
            }
            match self.bytes.get(hit + 1) {
                Some(&next) if next == byte => _ = self.hit(),
                None | Some(b'\n') => return Ok(()),
                Some(b'\r') if matches!(self.bytes.get(hit + 2), None | Some(b'\n')) => return Ok(()),
                Some(&byte) if byte == self.dialect.delimiter => return Ok(()),
                Some(_) => return Err(hit + 1),
            }
        }
        Err(self.bytes.len())
    }

    #[inline]
    fn escapes(&self, byte: u8) -> bool {
        self.dialect.escape_byte() == Some(byte)
    }

    /// Goes past the byte after the escape at `at`. False if there is none.
    fn pass_escaped(&mut self, at: usize) -> bool {
        self.escaped = at + 1;
        while self.hits == 0 {
            if self.look_ahead().is_none() {
                return self.escaped < self.bytes.len();
            }
        }
        if self.ahead - CHUNK + self.hits.trailing_zeros() as usize == self.escaped {
            self.hits &= self.hits - 1;
        }
        true
    }

    /// Makes the record that starts at `start` end with its line; the place of the line end.
    #[cold]
    fn back_to_line_end(&mut self, start: usize) -> usize {
        let line = self.bytes.get(start..).unwrap_or(&[]);
        let end = line_end(line, self.dialect).map_or(self.bytes.len(), |at| start + at);
        self.go_to((end + 1).min(self.bytes.len()));
        end
    }

    /// The place of the next delimiter, line end, quote or escape.
    #[inline]
    fn hit(&mut self) -> Option<usize> {
        while self.hits == 0 {
            self.look_ahead()?;
        }
        let place = self.ahead - CHUNK + self.hits.trailing_zeros() as usize;
        self.hits &= self.hits - 1;
        Some(place)
    }

    #[inline]
    fn look_ahead(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.ahead..).filter(|rest| !rest.is_empty())?;
        self.hits = match rest.first_chunk::<CHUNK>() {
            Some(chunk) => places(chunk, self.dialect),
            None => {
                let mut chunk = [0; CHUNK];
                chunk[..rest.len()].copy_from_slice(rest);
                places(&chunk, self.dialect) & ((1 << rest.len()) - 1)
            }
        };
        self.ahead += CHUNK;
        Some(())
    }
}

/// The place of the first line end that is not escaped, whatever quotes there are. The error is how many bytes were
/// read, an escape at their end not.
pub(super) fn line_end(bytes: &[u8], dialect: Dialect) -> Result<usize, usize> {
    let Some(escape) = dialect.escape_byte() else {
        return memchr::memchr(b'\n', bytes).ok_or(bytes.len());
    };
    let mut at = 0;
    while let Some(found) = memchr::memchr2(escape, b'\n', bytes.get(at..).unwrap_or(&[])) {
        at += found;
        if bytes.get(at) == Some(&b'\n') {
            return Ok(at);
        }
        if at + 1 >= bytes.len() {
            return Err(at);
        }
        at += 2;
    }
    Err(bytes.len())
}

/// A bit for each byte of the chunk that is a delimiter, a line end, a quote or an escape.
#[inline]
fn places(chunk: &[u8; CHUNK], dialect: Dialect) -> u64 {
    let delimiter = dialect.delimiter;
    let quote = dialect.quote.unwrap_or(b'\n');
    match dialect.escape_byte() {
        None => mask_of(chunk, |byte| (byte == delimiter) | (byte == b'\n') | (byte == quote)),
        Some(escape) => {
            mask_of(chunk, |byte| (byte == delimiter) | (byte == b'\n') | (byte == quote) | (byte == escape))
        }
    }
}

/// A bit for each byte of the chunk that is a needle.
///
/// The comparisons compile to vector instructions; eight results at a time are then gathered by one
/// multiplication: bit 8i of a word moves to bit 56 + i, and no two of its products meet.
#[inline(always)]
fn mask_of(chunk: &[u8; CHUNK], is_needle: impl Fn(u8) -> bool) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let found = chunk.map(|byte| u8::from(is_needle(byte)));
    let (words, _) = found.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| mask << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Escape;

    const CSV: Dialect = crate::format::csv::RFC_4180;

    fn split(text: &str, dialect: Dialect) -> Vec<(Vec<&str>, Option<Stray>)> {
        let mut splitter = Splitter::new(text.as_bytes(), dialect);
        let mut ends = Vec::new();
        let mut all = Vec::new();
        while let Some(record) = splitter.next(&mut ends) {
            let mut from = record.start;
            let field = |end: &u32| {
                let field = &text[from..*end as usize];
                from = *end as usize + 1;
                field
            };
            all.push((ends.iter().map(field).collect(), record.stray));
        }
        all
    }

    #[test]
    fn fields_and_quotes() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("", &[]),
            ("a,b\nc,d\n", &[&["a", "b"], &["c", "d"]]),
            ("a,b\r\nc,d\r", &[&["a", "b"], &["c", "d"]]),
            ("a\rb,c", &[&["a\rb", "c"]]),
            ("\n\r\n,", &[&[""], &[""], &["", ""]]),
            ("\"a,\nb\",c\n", &[&["\"a,\nb\"", "c"]]),
            ("\"a\"\"b\",\"\"\n\"\"\"\",x\n", &[&["\"a\"\"b\"", "\"\""], &["\"\"\"\"", "x"]]),
            ("5\" disk,3\"\nx,y\n", &[&["5\" disk", "3\""], &["x", "y"]]),
            ("\"a\"\r\n\"b\"\r", &[&["\"a\""], &["\"b\""]]),
        ];
        for (text, wanted) in cases {
            let found = split(text, CSV);
            assert!(found.iter().all(|record| record.1.is_none()), "{text:?}");
            assert_eq!(found.iter().map(|record| record.0.clone()).collect::<Vec<_>>(), *wanted, "{text:?}");
        }
    }

    #[test]
    fn text_behind_a_closing_quote_is_noticed_and_ends_with_its_line() {
        assert_eq!(
            split("\"a\"b,\"c\"\nd,e\n", CSV),
            [(vec!["\"a\"b,\"c\""], Some(Stray::Behind(3))), (vec!["d", "e"], None)]
        );
        // A quote that closes lines later in front of text was meant otherwise: only its line is spoilt.
        assert_eq!(
            split("x,\"a\nd,e\nf,\"g\"\n", CSV),
            [(vec!["x", "\"a"], Some(Stray::Unclosed)), (vec!["d", "e"], None), (vec!["f", "\"g\""], None)]
        );
        assert_eq!(split("\"a\"b,\"c\nd\"\n", CSV).len(), 2);
        assert_eq!(split("\"a\"\rb\n", CSV)[0].1, Some(Stray::Behind(3)));
    }

    #[test]
    fn a_quote_is_plain_text_in_tsv() {
        let tsv = Dialect { delimiter: b'\t', quote: None, escape: Escape::Letters };
        assert_eq!(split("\"a\tb\"\n", tsv), [(vec!["\"a", "b\""], None)]);
    }

    #[test]
    fn a_byte_after_an_escape_ends_nothing_and_opens_nothing() {
        let escaped = Dialect { escape: Escape::Byte(b'\\'), ..CSV };
        let bare = Dialect { quote: None, ..escaped };
        let cases: &[(&str, Dialect, &[&[&str]])] = &[
            ("a\\,b,c\\\nd\n", escaped, &[&["a\\,b", "c\\\nd"]]),
            ("\\\"a,\"b\\\",\\\\\",c\n", escaped, &[&["\\\"a", "\"b\\\",\\\\\"", "c"]]),
            ("\\\\,\"a\"\n", escaped, &[&["\\\\", "\"a\""]]),
            ("\"a\"\"b\",c\\\r\nd\r\n", escaped, &[&["\"a\"\"b\"", "c\\\r"], &["d"]]),
            ("\\,\"a,b\"\n", escaped, &[&["\\,\"a", "b\""]]),
            ("\"a,b\",c\n", bare, &[&["\"a", "b\"", "c"]]),
        ];
        for (text, dialect, wanted) in cases {
            let found = split(text, *dialect);
            assert!(found.iter().all(|record| record.1.is_none()), "{text:?}");
            assert_eq!(found.iter().map(|record| record.0.clone()).collect::<Vec<_>>(), *wanted, "{text:?}");
        }
        assert_eq!(split("a\\", bare), [(vec!["a\\"], Some(Stray::Escape))]);
        assert_eq!(split("\"a\\", escaped), [(vec!["\"a\\"], Some(Stray::Unclosed))]);
        for at in 0..200 {
            let text = format!("{}\\,,\\\n\n", "x".repeat(at));
            let found = split(&text, escaped);
            assert_eq!((found.len(), found[0].0.len()), (1, 2), "{at}");
        }
    }

    #[test]
    fn needles_are_found_at_every_place_of_a_chunk() {
        for at in 0..200 {
            let text = format!("{}{}{}", "x".repeat(at), ',', "\0".repeat(200 - at));
            assert_eq!(split(&text, CSV)[0].0.len(), 2, "{at}");
        }
    }
}
