//! Cuts CSV and TSV into whole records, line ends within quotes included.

use memchr::{memchr, memrchr};

use super::header::{Header, read_header};
use super::split::Dialect;
use crate::error::Result;
use crate::format::{Framer, GiveUp, Head};

/// Remembers between calls how far it has read and whether it is within quotes, so that no byte is read
/// twice; bytes without quotes cost one search for a quote and one for the last line end.
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
        while self.seen < bytes.len() {
            let go_on = match (self.stray, self.quoted) {
                (true, _) => self.read_line(bytes),
                (_, true) => self.read_quoted(bytes, at_end),
                (_, false) => self.read_unquoted(bytes),
            };
            if !go_on {
                return;
            }
        }
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
