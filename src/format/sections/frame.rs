//! Cuts lines into blocks of one section each, and takes in the directives between them.

use std::sync::Arc;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::{Directives, Layout, Sections};
use crate::error::Result;
use crate::format::lines::front_mark;
use crate::format::{Framer, GiveUp, Head};

/// Frames records that are lines, by the directives `D`.
pub(in crate::format) struct SectionFramer<D: Directives> {
    directives: D,
    sections: Arc<Sections<D::Layout>>,
    /// A line end and what begins a directive.
    directive: Finder<'static>,
    /// Whole lines at the front of the buffer that were looked at, and bytes after them that are known to have no line end.
    seen: usize,
    passed: usize,
    /// The section of the bytes at the front that were not taken, and of those that were taken last.
    ahead: u32,
    section: u32,
    /// What follows is read as what is before it: nothing but directives need be looked for.
    settled: bool,
    /// The last line was a directive, or a blank line after one.
    joined: bool,
    /// The first bytes of the input were looked at.
    begun: bool,
}

/// A section of no records: directives alone.
const NO_SECTION: u32 = u32::MAX;

impl<D: Directives> SectionFramer<D> {
    pub(in crate::format) fn new(sections: Arc<Sections<D::Layout>>) -> Self {
        Self {
            directives: D::default(),
            sections,
            directive: Finder::new(b"\n#"),
            seen: 0,
            passed: 0,
            ahead: NO_SECTION,
            section: NO_SECTION,
            settled: false,
            joined: false,
            begun: false,
        }
    }

    /// The end of the line at `at`, its line end included, if it is whole.
    fn line_end(&self, bytes: &[u8], at: usize, at_end: bool) -> Option<usize> {
        let from = at.max(self.passed);
        match memchr(b'\n', bytes.get(from..)?) {
            Some(len) => Some(from + len + 1),
            None => (at_end && at < bytes.len()).then_some(bytes.len()),
        }
    }

    /// The next directive from the line at `at` on; else the line that is not whole.
    fn next_directive(&self, bytes: &[u8], at: usize) -> usize {
        let rest = bytes.get(at..).unwrap_or(&[]);
        if rest.first() == Some(&b'#') {
            return at;
        }
        let from = at.max(self.passed.saturating_sub(1));
        let fresh = bytes.get(from..).unwrap_or(&[]);
        match self.directive.find(fresh) {
            Some(found) => from + found + 1,
            None => memrchr(b'\n', fresh).map_or(at, |end| from + end + 1),
        }
    }

    /// Looks at lines from the front on, up to one that begins another section: the length of what is before that.
    fn look(&mut self, bytes: &[u8], at_end: bool) -> usize {
        let front = match front_mark(bytes, at_end) {
            _ if self.begun => 0,
            None => return 0,
            Some(mark) => mark,
        };
        self.begun = true;
        let mut at = self.seen.max(front);
        loop {
            if self.settled {
                at = self.next_directive(bytes, at);
            }
            let Some(end) = self.line_end(bytes, at, at_end) else { break };
            let line = without_end(bytes.get(at..end).unwrap_or(&[]));
            if line.first() == Some(&b'#') {
                self.take(line);
            } else if !self.settled && !D::Layout::is_blank(line) {
                let (layout, settled) = self.directives.layout(line);
                let section = self.sections.number(layout);
                let is_other = section != self.ahead;
                if is_other && at > front && self.ahead != NO_SECTION {
                    (self.seen, self.passed) = (0, 0);
                    self.section = std::mem::replace(&mut self.ahead, section);
                    return at;
                }
                (self.ahead, self.settled, self.joined) = (section, settled, false);
            }
            at = end;
        }
        self.section = self.ahead;
        self.seen = 0;
        self.passed = bytes.len() - at;
        at
    }

    fn take(&mut self, line: &[u8]) {
        self.directives.take(line, self.joined);
        (self.settled, self.joined) = (false, true);
    }
}

impl<D: Directives> Framer for SectionFramer<D> {
    /// Takes the directives at the front: what they name is known before any record.
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        let Some(mark) = front_mark(bytes, at_end) else { return Ok(Head::More) };
        let mut at = self.seen.max(mark);
        loop {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let end = self.line_end(bytes, at, at_end);
            let line = without_end(bytes.get(at..end.unwrap_or(bytes.len())).unwrap_or(&[]));
            let may_be_directive =
                rest.is_empty() || line.first() == Some(&b'#') || D::Layout::is_blank(line);
            match end {
                _ if !may_be_directive => {
                    self.directives.refuse(line)?;
                    break;
                }
                Some(end) if line.first() == Some(&b'#') => {
                    self.take(line);
                    at = end;
                }
                Some(end) => at = end,
                None if at_end => break,
                None => {
                    (self.seen, self.passed) = (at, bytes.len());
                    return Ok(Head::More);
                }
            }
            self.seen = at;
        }
        Ok(self.end_head(at, mark))
    }

    fn head_too_long(&mut self, _bytes: &[u8]) -> Result<Head> {
        let at = self.seen;
        Ok(self.end_head(at, 0))
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        self.look(bytes, at_end)
    }

    fn give_up(&mut self, bytes: &[u8], _at_end: bool) -> GiveUp {
        (self.seen, self.passed) = (0, 0);
        if bytes.first() == Some(&b'#') {
            self.directives.lose(bytes);
            self.settled = false;
        }
        GiveUp::Skip
    }

    fn section(&self) -> u32 {
        self.section
    }
}

impl<D: Directives> SectionFramer<D> {
    fn end_head(&mut self, at: usize, mark: usize) -> Head {
        (self.seen, self.passed) = (0, 0);
        let (layout, _) = self.directives.layout(b"");
        let names = layout.refusal().is_none().then(|| layout.names().to_vec());
        // A mark alone stays before the first record.
        if at <= mark {
            return Head::Names(names, 0);
        }
        self.begun = true;
        Head::Names(names, at)
    }
}

/// A line without its end.
fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
