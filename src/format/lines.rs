//! Lines as records: the framer of every format whose records are lines, and the walk over a block's lines.
//!
//! A line ends with LF; a CR before it belongs to the line end. The last line of an input counts without
//! one. A byte order mark at the start of an input is no part of its first line.

use memchr::{memchr, memrchr};

use super::{Framer, GiveUp};
use crate::record::{Block, Origin, Span};

/// Frames records that are lines.
#[derive(Debug, Default)]
pub struct LineFramer {
    /// Bytes at the front of the buffer that are known to hold no line end.
    seen: usize,
}

/// A record as framing gives it: its bytes without the line end, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Framed {
    /// The record in the bytes of its block.
    pub span: Span,
    /// Number of its first line, from 1.
    pub line: u64,
}

/// The lines of a block, in order, empty ones included.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Framed {
    /// Where the record stands, for reports.
    pub fn origin(self, block: &Block) -> Option<Origin> {
        Some(Origin { source: block.source, line: self.line, nth: 0 })
    }
}

impl<'a> Lines<'a> {
    /// The lines of `block`, behind its byte order mark if it is the first of its input.
    pub fn of(block: &'a Block) -> Self {
        Self { bytes: &block.bytes, at: mark_len(block), line: block.first_line }
    }
}

impl Iterator for Lines<'_> {
    type Item = Framed;

    #[inline]
    fn next(&mut self) -> Option<Framed> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (len, taken) = match memchr(b'\n', rest) {
            Some(0) => (0, 1),
            Some(at) => (at - usize::from(rest[at - 1] == b'\r'), at + 1),
            None => (rest.len(), rest.len()),
        };
        let framed = Framed { span: Span::new(self.at, self.at + len), line: self.line };
        self.at += taken;
        self.line += 1;
        Some(framed)
    }
}

impl Framer for LineFramer {
    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        let fresh = bytes.get(self.seen..).unwrap_or(&[]);
        let cut = match memrchr(b'\n', fresh) {
            _ if at_end => bytes.len(),
            Some(at) => self.seen + at + 1,
            None => 0,
        };
        self.seen = bytes.len() - cut;
        cut
    }

    fn give_up(&mut self, _bytes: &[u8], _at_end: bool) -> GiveUp {
        self.seen = 0;
        GiveUp::Skip
    }
}

/// The byte order mark of UTF-8.
pub const MARK: &[u8] = b"\xef\xbb\xbf";

/// The length of the byte order mark at the front of an input, of which `bytes` are the first; `None` while they may
/// still become one. `at_end`: no more bytes will come.
pub fn front_mark(bytes: &[u8], at_end: bool) -> Option<usize> {
    match bytes.starts_with(MARK) {
        true => Some(MARK.len()),
        false if !at_end && MARK.starts_with(bytes) => None,
        false => Some(0),
    }
}

/// The length of the byte order mark at the front of a block: only the first block of an input has one.
pub fn mark_len(block: &Block) -> usize {
    let is_first = block.first_line == 1 && block.column == 0 && block.lined.is_none();
    if is_first && block.bytes.starts_with(MARK) { MARK.len() } else { 0 }
}

/// Ends a line of records. A CR before the LF would be read as a part of the line end: where it is the last byte of the
/// record, the line ends in CR LF.
#[inline]
pub fn end_line(out: &mut Vec<u8>) {
    if out.last() == Some(&b'\r') {
        out.push(b'\r');
    }
    out.push(b'\n');
}

/// The span without the line end behind it: CR LF, or LF.
pub fn without_line_end(bytes: &[u8], span: Span) -> Span {
    let text = span.of(bytes);
    let text = text.strip_suffix(b"\n").map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    Span { start: span.start, end: span.start + text.len() as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;

    pub(super) fn block(bytes: &[u8], first_line: u64) -> Block {
        Block { bytes: Arc::new(bytes.to_vec()), first_line, ..Block::default() }
    }

    #[test]
    fn lines_without_their_ends() {
        for (bytes, first_line, expected) in [
            (&b""[..], 1, &[][..]),
            (b"a\nb\n", 1, &[(1, "a"), (2, "b")]),
            (b"a\r\n\r\nb\r", 7, &[(7, "a"), (8, ""), (9, "b\r")]),
            (b"\xef\xbb\xbfa\n", 1, &[(1, "a")]),
            (b"\xef\xbb\xbfa\n", 2, &[(2, "\u{feff}a")]),
            (b"\n\nx", 1, &[(1, ""), (2, ""), (3, "x")]),
        ] {
            let block = block(bytes, first_line);
            let lines: Vec<_> = Lines::of(&block)
                .map(|framed| (framed.line, std::str::from_utf8(framed.span.of(&block.bytes)).unwrap()))
                .collect();
            assert_eq!(lines, expected, "{bytes:?}");
        }
    }

    #[test]
    fn the_framer_takes_whole_lines_and_the_rest_at_the_end() {
        let mut framer = LineFramer::default();
        assert_eq!(framer.cut(b"", false), 0);
        assert_eq!(framer.cut(b"ab", false), 0);
        assert_eq!(framer.cut(b"abc\nd\nef", false), 6);
        assert_eq!(framer.cut(b"ef", false), 0);
        assert_eq!(framer.cut(b"efg\n", false), 4);
        assert_eq!(framer.cut(b"h", true), 1);
        assert_eq!(LineFramer::default().cut(b"", true), 0);
    }

    #[test]
    fn a_line_too_long_is_skipped() {
        let mut framer = LineFramer::default();
        assert_eq!(framer.cut(b"aaaa", false), 0);
        assert!(matches!(framer.give_up(b"aaaa", false), GiveUp::Skip));
        assert_eq!(framer.cut(b"b\nc", false), 2);
    }
}
