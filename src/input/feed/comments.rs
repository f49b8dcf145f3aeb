//! Lines that begin as `--comment` says are cut out where a record could begin, as if they were not in the file.
//!
//! The framer says where that is: it is shown what is before such a line. If that is whole records, or if the line
//! itself shows that they are, the line is a comment; else it is within a record and stays.

use memchr::memmem::Finder;

use super::{Cut, Feed};
use crate::format::Framer;
use crate::format::lines::front_mark;

/// Lines of blanks before the header line and comments there are looked through so far.
const FRONT: usize = 64 << 10;

/// What is known of comments in the bytes that the framer has not taken.
pub(super) struct Comments {
    /// LF and how comments begin.
    mark: Finder<'static>,
    /// Bytes in front in which no line is left that may be a comment.
    passed: usize,
    /// What is next begins a line.
    at_line: bool,
    /// Dropping a comment whose end has not been read.
    within: bool,
    /// Lines of blanks at the front of the input.
    blank: usize,
    /// A line was passed that would be a comment if it were not part of a record.
    doubted: bool,
}

/// A line that may be a comment.
enum Candidate {
    /// It begins as one.
    At(usize),
    /// It may come to.
    Open(usize),
    None,
}

impl Comments {
    /// Comments begin with `prefix`.
    pub(super) fn new(prefix: &[u8]) -> Self {
        let mark = [b"\n", prefix].concat();
        Self {
            mark: Finder::new(&mark).into_owned(),
            passed: 0,
            at_line: true,
            within: false,
            blank: 0,
            doubted: false,
        }
    }

    /// Whether a line begins as a comment.
    pub(super) fn begin(&self, line: &[u8]) -> bool {
        line.starts_with(self.prefix())
    }

    /// Notes that what is next is `len` bytes on, after the byte `last`.
    pub(super) fn pass(&mut self, len: usize, last: u8) {
        // Where a record is given up, lines within it may be comments after all.
        self.passed = 0;
        if len > 0 {
            self.at_line = last == b'\n';
        }
    }

    fn prefix(&self) -> &[u8] {
        self.mark.needle().get(1..).unwrap_or(&[])
    }

    /// Whether a line that has not ended may come to be a comment.
    fn may_begin(&self, line: &[u8]) -> bool {
        line.len() < self.prefix().len() && self.prefix().starts_with(line)
    }

    /// The next line after the first that may be a comment.
    fn next(&mut self, bytes: &[u8], ended: bool) -> Candidate {
        let from = self.passed.saturating_sub(1);
        if let Some(at) = self.mark.find(bytes.get(from..).unwrap_or(&[])) {
            return Candidate::At(from + at + 1);
        }
        // What the next bytes may complete is searched again.
        self.passed = self.passed.max((bytes.len() + 1).saturating_sub(self.prefix().len()));
        let last = bytes.get(bytes.len().saturating_sub(self.prefix().len())..).unwrap_or(&[]);
        let open = memchr::memrchr(b'\n', last).map(|at| bytes.len() - last.len() + at + 1);
        match open.filter(|at| !ended && self.may_begin(bytes.get(*at..).unwrap_or(&[]))) {
            Some(at) => Candidate::Open(at),
            None => Candidate::None,
        }
    }
}

impl Feed {
    /// Drops a byte order mark and the comments before the first record or header line, blank lines between them aside.
    /// False if more bytes are needed to tell.
    pub(in crate::input) fn drop_front_comments(&mut self) -> bool {
        if self.comments.is_none() {
            return true;
        }
        if self.at == 0 {
            let Some(mark) = front_mark(self.bytes(), self.ended) else { return false };
            if mark > 0 {
                self.drop_front(mark);
                self.column = 0;
                self.begin_line();
            }
        }
        while let Some(dropped) = self.drop_front_comment() {
            if !dropped {
                self.end_comment();
                return self.ended;
            }
        }
        true
    }

    /// Drops the next bytes of a comment, or passes a blank line; `None` if there is neither, false if more bytes are
    /// needed.
    fn drop_front_comment(&mut self) -> Option<bool> {
        let (start, ended) = (self.start, self.ended);
        let comments = self.comments.as_mut()?;
        let bytes = self.buffer.get(start + comments.blank..self.filled).unwrap_or(&[]);
        let line_end = memchr::memchr(b'\n', bytes);
        let line = bytes.get(..line_end.map_or(bytes.len(), |at| at + 1)).unwrap_or(bytes);
        if comments.within || comments.begin(line) {
            let begins = !std::mem::replace(&mut comments.within, line_end.is_none());
            let (blank, len) = (comments.blank, line.len());
            self.cut_out(blank, len, u64::from(begins));
            return Some(line_end.is_some());
        }
        if !ended && line_end.is_none() && (comments.may_begin(line) || line.trim_ascii().is_empty()) {
            return Some(false);
        }
        if line_end.is_none() || !line.trim_ascii().is_empty() || comments.blank > FRONT {
            return None;
        }
        comments.blank += line.len();
        Some(true)
    }

    /// Cuts `len` bytes out that are `place` bytes ahead, and with them the front of so many lines.
    fn cut_out(&mut self, place: usize, len: usize, lines: u64) {
        self.buffer.copy_within(self.start..self.start + place, self.start + len);
        while self.source.take_undecoded(self.at + (place + len) as u64).is_some() {}
        self.start += len;
        self.at += len as u64;
        match (self.ahead.back_mut(), place) {
            (None, 0) if self.taken == 0 => {
                self.line += lines;
                self.column = 0;
            }
            (None, 0) => match self.dropped.last_mut() {
                Some((last, count)) if *last == self.taken => *count += lines,
                _ => self.dropped.push((self.taken, lines)),
            },
            (Some((last, count)), _) if *last == place => *count += lines,
            (_, _) => self.ahead.push_back((place, lines)),
        }
    }

    /// Looks at lines again that were passed as part of a record.
    pub(super) fn search_again(&mut self) {
        if let Some(comments) = &mut self.comments {
            (comments.passed, comments.doubted) = (0, false);
        }
    }

    /// Takes the `len` bytes that the framer cut off. Where a line among them was passed that is a comment after all, since
    /// a quote before it does not close, that quote's line is to be rejected first: else the comment would be within the
    /// quotes.
    pub(super) fn take_before_open(&mut self, framer: &mut dyn Framer, len: usize) -> Cut {
        if let Some(comments) = self.comments.as_ref().filter(|comments| comments.doubted) {
            let records = self.bytes().get(..len).unwrap_or(&[]);
            if let Some(open) = framer.find_open(records, comments.prefix()) {
                return self.stop_at_open(framer, open);
            }
            self.search_again();
        }
        self.take(len);
        Cut::Taken
    }

    /// Takes the records before a quote that does not close; if there are none, the framer is to give its line up.
    fn stop_at_open(&mut self, framer: &mut dyn Framer, open: usize) -> Cut {
        framer.begin_anew();
        self.search_again();
        if open > 0 {
            self.take(open);
            return Cut::Taken;
        }
        let line_end = memchr::memchr(b'\n', self.bytes()).map_or(self.bytes().len(), |at| at + 1);
        let taken = framer.cut(self.bytes().get(..line_end).unwrap_or(&[]), false);
        debug_assert_eq!(taken, 0, "a quote is open");
        Cut::Stuck
    }

    /// At the end of the input a comment ends too, even before blank lines that were left before it.
    fn end_comment(&mut self) {
        if let (true, Some(comments)) = (self.ended, &mut self.comments) {
            comments.within = false;
        }
    }

    fn begin_line(&mut self) {
        if let Some(comments) = &mut self.comments {
            comments.at_line = true;
        }
    }

    /// [`Feed::cut`] where comments are dropped.
    pub(super) fn cut_between_comments(&mut self, framer: &mut dyn Framer, most: usize) -> bool {
        loop {
            if !self.drop_comments(framer) {
                return false;
            }
            let ended = self.ended;
            let bytes = self.buffer.get(self.start..self.filled).unwrap_or(&[]);
            let Some(comments) = &mut self.comments else { return false };
            let cut = match comments.next(bytes, ended) {
                Candidate::At(at) if at < most => match self.cut_before(framer, at, most) {
                    Cut::Nothing if !self.ends_section() && self.may_pass(framer, at) => continue,
                    cut => cut,
                },
                Candidate::Open(at) if at < most => self.cut_front(framer, at),
                Candidate::At(_) | Candidate::Open(_) | Candidate::None => self.cut_once(framer, most),
            };
            match cut {
                Cut::Taken => {}
                Cut::Stuck => return true,
                Cut::Nothing => return false,
            }
        }
    }

    /// Drops the comments that are next, where no record is open. False if more bytes are needed to tell whether there is one.
    fn drop_comments(&mut self, framer: &mut dyn Framer) -> bool {
        loop {
            let bytes = self.buffer.get(self.start..self.filled).unwrap_or(&[]);
            let Some(comments) = &mut self.comments else { return true };
            let begins = !comments.within && comments.at_line && comments.begin(bytes);
            if !comments.within && !begins {
                return self.ended || !comments.at_line || !comments.may_begin(bytes);
            }
            let line_end = memchr::memchr(b'\n', bytes);
            comments.within = line_end.is_none();
            let len = line_end.map_or(bytes.len(), |at| at + 1);
            if begins {
                framer.begin_anew();
            }
            self.search_again();
            self.cut_out(0, len, u64::from(begins));
            if line_end.is_none() {
                return false;
            }
        }
    }

    /// Shows the framer what is before a line that may be a comment, then the line too: both may show that what is before
    /// it is whole records.
    fn cut_before(&mut self, framer: &mut dyn Framer, at: usize, most: usize) -> Cut {
        match self.cut_front(framer, at) {
            Cut::Nothing => {}
            cut => return cut,
        }
        if !framer.needs_next_line() {
            return Cut::Nothing;
        }
        let rest = self.bytes().get(at..).unwrap_or(&[]);
        let (end, is_whole) = match memchr::memchr(b'\n', rest) {
            Some(len) => (at + len + 1, true),
            None => (at + rest.len(), false),
        };
        if end > most {
            return self.cut_once(framer, most);
        }
        if !is_whole {
            return if self.ended { self.cut_at_end(framer, at) } else { Cut::Nothing };
        }
        let len = framer.cut(self.bytes().get(..end).unwrap_or(&[]), false);
        if len == 0 {
            return Cut::Nothing;
        }
        self.doubt();
        if len < end {
            // Lines that were passed may be where a record begins after all.
            framer.begin_anew();
        }
        self.take_before_open(framer, len)
    }

    /// The last line has no end of its own: it is shown with one.
    fn cut_at_end(&mut self, framer: &mut dyn Framer, at: usize) -> Cut {
        let mut whole = self.bytes().to_vec();
        whole.push(b'\n');
        let len = framer.cut(&whole, false);
        let prefix = self.comments.as_ref().map_or(&[][..], Comments::prefix);
        if let Some(open) = framer.find_open(whole.get(..len).unwrap_or(&[]), prefix) {
            return self.stop_at_open(framer, open);
        }
        framer.begin_anew();
        if len == at {
            self.take(len);
            return Cut::Taken;
        }
        self.doubt();
        Cut::Nothing
    }

    /// Notes that a line was passed that may prove to be a comment.
    fn doubt(&mut self) {
        if let Some(comments) = &mut self.comments {
            comments.doubted = true;
        }
    }

    /// Shows the framer the next `end` bytes, which are not the last.
    fn cut_front(&mut self, framer: &mut dyn Framer, end: usize) -> Cut {
        match framer.cut(self.bytes().get(..end).unwrap_or(&[]), false) {
            0 => Cut::Nothing,
            len => self.take_section(framer, len),
        }
    }

    /// Goes on after a line that is within a record; false if it is to be shown to its end, which has not been read.
    fn may_pass(&mut self, framer: &dyn Framer, at: usize) -> bool {
        let rest = self.bytes().get(at..).unwrap_or(&[]);
        let is_told = !framer.needs_next_line() || self.ended || memchr::memchr(b'\n', rest).is_some();
        if let (true, Some(comments)) = (is_told, &mut self.comments) {
            comments.passed = at + 1;
            comments.doubted = true;
        }
        is_told
    }
}
