//! The fields of a line: where they stand. Knows bytes only.

use super::{cisco, elements};
use crate::format::lines::MARK;
use crate::format::located::Misfit;
use crate::record::{Cell, Form, Name, Span};
use crate::time::stamp_len;

/// What stands in a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) time: Cell,
    pub(super) host: Cell,
    pub(super) app: Cell,
    pub(super) pid: Cell,
    pub(super) msgid: Cell,
    pub(super) severity: Cell,
    pub(super) facility: Cell,
    pub(super) message: Cell,
    /// The elements of the structured data, without the `-` that stands for none.
    pub(super) data: Span,
}

/// Where Cisco's devices have written their `%` at the latest.
const CISCO_FRONT: usize = 128;

/// What was read, or why it could not be.
pub(super) type Read<T> = Result<T, Misfit>;

/// Reads the line from `start` to the end of `text`.
#[inline]
pub(super) fn read(text: &[u8], start: usize) -> Read<Line> {
    let mut scan = Scan { text, at: start };
    let none = Cell::new(start, start, Form::Null);
    let [severity, facility] = scan.priority()?.unwrap_or([none; 2]);
    let line = Line {
        time: none,
        host: none,
        app: none,
        pid: none,
        msgid: none,
        severity,
        facility,
        message: none,
        data: Span::new(start, start),
    };
    match scan.rest() {
        [b'1', b' ', ..] if !severity.is_null() => scan.version_1(line),
        [b'1'..=b'9', b' ', ..] if !severity.is_null() => {
            Err(scan.misfit("a version of syslog other than 1"))
        }
        _ => scan.without_version(line),
    }
}

/// Reads from left to right; the text ends with the line.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or(&[])
    }

    #[cold]
    fn misfit(&self, reason: &'static str) -> Misfit {
        let reason = if self.at < self.text.len() { reason } else { "the line ends before its message" };
        Misfit { at: self.at, reason }
    }

    /// `<34>`, as cells of severity and facility.
    fn priority(&mut self) -> Read<Option<[Cell; 2]>> {
        if self.rest().first() != Some(&b'<') {
            return Ok(None);
        }
        let digits = self.rest().iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
        let spelled = self.rest().get(1..=digits).unwrap_or(&[]);
        let priority = std::str::from_utf8(spelled).ok().and_then(|digits| digits.parse().ok());
        let names = priority.filter(|_| digits <= 3).and_then(Name::of_priority);
        let (Some(names), Some(b'>')) = (names, self.rest().get(digits + 1)) else {
            return Err(self.misfit("expected a priority from <0> to <191>"));
        };
        let start = self.at + 1;
        self.at += digits + 2;
        Ok(Some(names.map(|name| Cell::new(start, start + digits, Form::Name(name)))))
    }

    /// RFC 5424, from the version on.
    fn version_1(&mut self, mut line: Line) -> Read<Line> {
        self.at += 2;
        line.time = match self.rest() {
            // No time, or an epoch.
            [b'-', b' ', ..] => self.word("expected the time")?,
            rest if is_epoch(rest) => self.word("expected the time")?,
            _ => self.time()?,
        };
        line.host = self.word("expected the host")?;
        line.app = self.word("expected the app")?;
        line.pid = self.word("expected the process id")?;
        line.msgid = self.word("expected the message id")?;
        match self.rest().first() {
            Some(b'-') => self.at += 1,
            _ => {
                let end = elements::visit(self.text, self.at, |_| ())?;
                line.data = Span::new(self.at, end);
                self.at = end;
            }
        }
        match self.rest() {
            [] => return Ok(line),
            [b' ', message @ ..] => self.at += 1 + mark_len(message),
            _ => return Err(self.misfit("expected a blank before the message")),
        }
        line.message = self.to_end();
        Ok(line)
    }

    /// RFC 3164, from the time on.
    fn without_version(&mut self, mut line: Line) -> Read<Line> {
        if self.cisco(&mut line).is_some() {
            let _no_tag = self.tag(&mut line);
            line.message = self.to_end();
            return Ok(line);
        }
        line.time = self.time()?;
        // macOS writes two blanks before the host.
        self.skip_blank();
        if self.tag(&mut line).is_none() {
            line.host = self.last_word("expected the host")?;
            self.skip_blank();
            let _no_tag = self.tag(&mut line);
        }
        line.message = self.to_end();
        Ok(line)
    }

    /// What Cisco's devices write before `%`. Nothing moves if it is something else.
    #[inline]
    fn cisco(&mut self, line: &mut Line) -> Option<()> {
        let front = self.rest().get(..CISCO_FRONT).unwrap_or(self.rest());
        let at = memchr::memchr(b'%', front)?;
        if !front.get(at + 1)?.is_ascii_uppercase() {
            return None;
        }
        let found = cisco::front(front.get(..at)?, !line.severity.is_null())?;
        if found.time.is_none() && !cisco::begins_code(front.get(at..)?) {
            return None;
        }
        self.take_cisco(found, at, line);
        Some(())
    }

    #[cold]
    fn take_cisco(&mut self, found: cisco::Front, len: usize, line: &mut Line) {
        let cell = |span: Option<(usize, usize)>, before: Cell| {
            span.map_or(before, |(from, to)| Cell::new(self.at + from, self.at + to, Form::Untyped))
        };
        line.msgid = cell(found.number, line.msgid);
        line.host = cell(found.host, line.host);
        line.time = cell(found.time, line.time);
        self.at += len;
    }

    /// A whole stamp, and the blank behind it.
    fn time(&mut self) -> Read<Cell> {
        let Some(len) = stamp_len(self.rest()) else { return Err(self.misfit("expected the time")) };
        let time = Cell::new(self.at, self.at + len, Form::Untyped);
        self.at += len;
        self.blank("expected a blank after the time")?;
        Ok(time)
    }

    /// The tag at hand: `app:`, `app[pid]:` or `app[pid]`, and a blank behind it. Nothing moves if there is none.
    fn tag(&mut self, line: &mut Line) -> Option<()> {
        let word = self.rest().get(..word_len(self.rest())).unwrap_or(&[]);
        let ends = |at: usize| word.len() == at;
        let app_len = (1..word.len()).find(|&at| match word.get(at) {
            Some(b'[') => true,
            Some(b':') => ends(at + 1),
            _ => false,
        })?;
        let app = Cell::new(self.at, self.at + app_len, Form::Untyped);
        let mut len = app_len + 1;
        if word.get(app_len) == Some(&b'[') {
            let pid_len = memchr::memchr(b']', word.get(len..).unwrap_or(&[])).filter(|len| *len > 0)?;
            let pid = Cell::new(self.at + len, self.at + len + pid_len, Form::Untyped);
            len += pid_len + 1;
            match word.get(len) {
                Some(b':') => len += 1,
                None => {}
                Some(_) => return None,
            }
            line.pid = pid;
        }
        line.app = app;
        self.at += len;
        self.skip_blank();
        Some(())
    }

    /// A word and the blank behind it.
    #[inline]
    fn word(&mut self, what: &'static str) -> Read<Cell> {
        let cell = self.last_word(what)?;
        self.blank(what)?;
        Ok(cell)
    }

    #[inline]
    fn last_word(&mut self, what: &'static str) -> Read<Cell> {
        let len = word_len(self.rest());
        if len == 0 {
            return Err(self.misfit(what));
        }
        let start = self.at;
        self.at += len;
        Ok(Cell::new(start, self.at, Form::Untyped))
    }

    fn blank(&mut self, what: &'static str) -> Read<()> {
        if self.rest().first() != Some(&b' ') {
            return Err(self.misfit(what));
        }
        self.at += 1;
        Ok(())
    }

    fn skip_blank(&mut self) {
        self.at += usize::from(self.rest().first() == Some(&b' '));
    }

    fn to_end(&self) -> Cell {
        let form = if self.at < self.text.len() { Form::Untyped } else { Form::Null };
        Cell::new(self.at, self.text.len(), form)
    }
}

/// The length up to a blank, or the end of the first line.
fn word_len(text: &[u8]) -> usize {
    memchr::memchr2(b' ', b'\n', text).unwrap_or(text.len())
}

/// Whether the first word is a number of seconds.
fn is_epoch(text: &[u8]) -> bool {
    let word = text.get(..word_len(text)).unwrap_or(text);
    !word.is_empty() && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// The length of the byte order mark that says that a message is UTF-8.
fn mark_len(message: &[u8]) -> usize {
    if message.starts_with(MARK) { MARK.len() } else { 0 }
}
