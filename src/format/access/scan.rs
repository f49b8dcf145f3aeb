//! Reads the lines of `combined`, `common` and `vhost`, byte by byte from left to right.

use crate::format::located::Misfit;
use crate::record::{Cell, Form, Span};

/// Which fields lines have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    /// The virtual host comes first.
    pub(super) with_host: bool,
    /// Referer and agent come after the bytes.
    pub(super) with_agent: bool,
}

/// The cells of a line: the virtual host, the fields of `combined`, and what comes after them.
pub(super) type Cells = [Cell; 13];

/// The place of the virtual host among the cells.
pub(super) const HOST: usize = 0;

/// The place of what comes after the last field.
pub(super) const EXTRA: usize = 12;

/// All cells of a line, or where and why it does not fit.
#[inline]
pub(super) fn read(bytes: &[u8], line: Span, layout: Layout) -> Read<Cells> {
    let end = line.end as usize;
    Scan { bytes: bytes.get(..end).unwrap_or(bytes), at: line.start as usize }.line(layout)
}

/// Whether a line fits, and if so whether something comes after its last field.
pub(super) fn has_extra(line: &[u8], layout: Layout) -> Option<bool> {
    let cells = read(line, Span::new(0, line.len()), layout).ok()?;
    Some(cells.get(EXTRA).is_some_and(|cell| cell.form != Form::Missing))
}

/// Whether a line fits, and what comes after its last field is not the damaged rest of a line with more fields: quotes
/// that do not pair, or two of them.
pub(super) fn reads_well(line: &[u8], layout: Layout) -> bool {
    let Ok(cells) = read(line, Span::new(0, line.len()), layout) else { return false };
    let extra = cells.get(EXTRA).map_or(&b""[..], |cell| cell.spelling(line));
    if layout.with_agent || extra.first() != Some(&b'"') {
        return true;
    }
    let quotes = memchr::memchr_iter(b'"', extra).filter(|at| extra.get(at.wrapping_sub(1)) != Some(&b'\\'));
    quotes.count() == 2
}

/// Reads one line from left to right; `bytes` end with it.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What reading a part of a line gives.
type Read<T> = std::result::Result<T, Misfit>;

impl Scan<'_> {
    #[inline]
    fn line(&mut self, layout: Layout) -> Read<Cells> {
        let host = if layout.with_host { self.word("expected the virtual host")? } else { Cell::MISSING };
        let [ip, ident, user] = [
            self.word("expected the ip")?,
            self.word("expected the ident")?,
            self.word("expected the user")?,
        ];
        let time = self.time()?;
        let request = self.quoted("expected the request", false)?;
        let [method, path, protocol] = words_of(request, self.bytes);
        self.blank("expected a blank after the request")?;
        let status = self.word("expected the status")?;
        let bytes = self.last_word("expected the bytes").map(|cell| self.without_tabs(cell))?;
        let [mut referer, mut agent] = [Cell::MISSING; 2];
        if layout.with_agent {
            self.blank("expected the referer")?;
            referer = self.quoted("expected the referer", false)?;
            self.blank("expected the agent")?;
            agent = self.quoted("expected the agent", true)?;
        }
        let extra = if self.at < self.bytes.len() { self.extra()? } else { Cell::MISSING };
        Ok([host, ip, ident, user, time, method, path, protocol, status, bytes, referer, agent, extra])
    }

    /// What comes after the last field, without the blanks around it.
    fn extra(&mut self) -> Read<Cell> {
        if self.rest().iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return Ok(Cell::MISSING);
        }
        self.blank("expected a blank after the last field")?;
        let rest = self.rest().trim_ascii_end();
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let text = rest.get(blanks..).unwrap_or(&[]);
        if text.is_empty() {
            return Ok(Cell::MISSING);
        }
        let start = self.at + blanks;
        if let Some(at) = stamp_in(text) {
            self.at = start + at;
            return Err(self.misfit("another line begins before this one ended"));
        }
        Ok(Cell::new(start, start + text.len(), Form::Untyped))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// A word and the blank after it.
    #[inline]
    fn word(&mut self, what: &'static str) -> Read<Cell> {
        let cell = self.last_word(what)?;
        self.blank(what)?;
        Ok(cell)
    }

    #[inline]
    fn last_word(&mut self, what: &'static str) -> Read<Cell> {
        let len = self.rest().iter().position(|&byte| byte == b' ').unwrap_or(self.rest().len());
        if len == 0 {
            return Err(self.misfit(what));
        }
        let start = self.at;
        self.at += len;
        if self.bytes.get(start..self.at) == Some(b"\"\"") {
            return Ok(Cell::new(start + 1, start + 1, Form::Quoted));
        }
        Ok(Cell::new(start, self.at, Form::Untyped))
    }

    /// The same without tabs at the end of the line.
    #[inline]
    fn without_tabs(&self, cell: Cell) -> Cell {
        if self.at < self.bytes.len() || self.bytes.last() != Some(&b'\t') {
            return cell;
        }
        let text = cell.spelling(self.bytes);
        let tabs = text.iter().rev().take_while(|byte| **byte == b'\t').count();
        Cell { len: cell.len - (tabs as u32).min(cell.len.saturating_sub(1)), ..cell }
    }

    fn blank(&mut self, what: &'static str) -> Read<()> {
        self.byte(b' ', what)
    }

    fn byte(&mut self, byte: u8, what: &'static str) -> Read<()> {
        if self.peek() != Some(byte) {
            return Err(self.misfit(what));
        }
        self.at += 1;
        Ok(())
    }

    /// The time between brackets, and the blank after it.
    fn time(&mut self) -> Read<Cell> {
        const WHAT: &str = "expected the time in brackets";
        self.byte(b'[', WHAT)?;
        let start = self.at;
        match memchr::memchr(b']', self.rest()) {
            None => return Err(self.misfit(WHAT)),
            Some(len) => self.at += len + 1,
        }
        let time = Cell::new(start, self.at - 1, Form::Untyped);
        self.blank(WHAT)?;
        Ok(time)
    }

    /// A field between quotes. The line may end within it where `may_be_cut`.
    #[inline]
    fn quoted(&mut self, what: &'static str, may_be_cut: bool) -> Read<Cell> {
        self.byte(b'"', what)?;
        let start = self.at;
        let mut form = Form::Quoted;
        loop {
            match memchr::memchr2(b'"', b'\\', self.rest()) {
                Some(len) if self.rest().get(len) == Some(&b'"') => {
                    self.at += len + 1;
                    return Ok(Cell::new(start, self.at - 1, form));
                }
                Some(len) => {
                    form = Form::Logged;
                    self.at = (self.at + len + 2).min(self.bytes.len());
                }
                None if may_be_cut => {
                    self.at = self.bytes.len();
                    let form = if form == Form::Quoted { Form::Untyped } else { form };
                    return Ok(Cell::new(start, self.at, form));
                }
                None => return Err(self.misfit(what)),
            }
        }
    }

    #[cold]
    fn misfit(&self, reason: &'static str) -> Misfit {
        let reason = if self.at < self.bytes.len() { reason } else { "the line ends before its last field" };
        Misfit { at: self.at, reason }
    }
}

/// Method, path and protocol of a request of three words; else all of it is the path.
#[inline]
pub(super) fn words_of(request: Cell, bytes: &[u8]) -> [Cell; 3] {
    let text = request.spelling(bytes);
    let mut blanks = memchr::memchr_iter(b' ', text);
    let none = Cell { form: Form::Null, len: 0, ..request };
    let (Some(first), Some(second), None) = (blanks.next(), blanks.next(), blanks.next()) else {
        return [none, request, none];
    };
    if first == 0 || second == first + 1 || second + 1 == text.len() {
        return [none, request, none];
    }
    let start = request.start as usize;
    let word = |from: usize, to: usize| {
        let escaped = request.form == Form::Logged
            && memchr::memchr(b'\\', text.get(from..to).unwrap_or(&[])).is_some();
        Cell::new(start + from, start + to, if escaped { Form::Logged } else { Form::Untyped })
    };
    [word(0, first), word(first + 1, second), word(second + 1, text.len())]
}

/// The length of `[1/May/2015:`.
pub(super) const SHORTEST_STAMP: usize = 12;

/// Where the stamp of another line begins in a text: `[17/May/2015:`.
pub(super) fn stamp_in(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'[', text).find(|at| {
        let rest = text.get(at + 1..).unwrap_or(&[]);
        let digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let Some([b'/', month @ .., b'/', y1, y2, y3, y4, b':']) = rest.get(digits..digits + 10) else {
            return false;
        };
        digits > 0
            && month.iter().all(u8::is_ascii_alphabetic)
            && [y1, y2, y3, y4].iter().all(|digit| digit.is_ascii_digit())
    })
}
