//! The bytes of one input on their way from its source to blocks: a buffer whose front is whole records.

mod comments;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use super::bytes::{ByteSource, is_stop};
use crate::format::Framer;
use crate::record::{Dropped, Undecoded};
use crate::scan::count::count;
use comments::Comments;

/// The source of an input, and what was read from it and not handed out.
pub(super) struct Feed {
    source: Box<dyn ByteSource>,
    /// What was read, in front; the rest is room.
    buffer: Vec<u8>,
    filled: usize,
    /// Of what was read, whole records in front that the framer took.
    taken: usize,
    /// Where what follows them begins: right there, unless lines were dropped in between.
    start: usize,
    /// How many bytes of the input are before that.
    at: u64,
    /// Number of the line at the front, from 1.
    pub(super) line: u64,
    /// Bytes of that line before the front.
    pub(super) column: u64,
    /// No more bytes will come.
    pub(super) ended: bool,
    /// That is because reading was told to stop.
    pub(super) stopped: bool,
    /// The unfinished line at which the input broke off.
    pub(super) fragment: Option<Vec<u8>>,
    /// `--comment`.
    comments: Option<Comments>,
    /// Where lines were dropped between the records at the front, and how many at each place.
    dropped: Vec<(usize, u64)>,
    /// The same for what follows, by places after `start`.
    ahead: VecDeque<(usize, u64)>,
    /// Places in the records at the front of what could not be decoded.
    undecoded: Vec<u32>,
    /// The section of the input that the records at the front are of.
    section: u32,
    /// How many bytes that follow them the framer took, if these are of another section.
    other_section: Option<usize>,
}

/// Whole records from the front of an input.
pub(super) struct Records {
    pub(super) bytes: Vec<u8>,
    /// Number of their first line.
    pub(super) first_line: u64,
    /// Bytes of that line before them.
    pub(super) column: u64,
    /// The lines between them that were dropped.
    pub(super) dropped: Arc<Dropped>,
    /// Places that could not be decoded.
    pub(super) undecoded: Undecoded,
    /// The section of the input that they are of.
    pub(super) section: u32,
}

impl Feed {
    /// Nothing read yet. `comment`: how lines begin that are dropped.
    pub(super) fn new(source: Box<dyn ByteSource>, comment: Option<&[u8]>) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            filled: 0,
            taken: 0,
            start: 0,
            at: 0,
            line: 1,
            column: 0,
            ended: false,
            stopped: false,
            fragment: None,
            comments: comment.map(Comments::new),
            dropped: Vec::new(),
            ahead: VecDeque::new(),
            undecoded: Vec::new(),
            section: 0,
            other_section: None,
        }
    }

    /// The bytes read that the framer has not taken.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.filled).unwrap_or(&[])
    }

    /// How many bytes were read and not handed out.
    pub(super) fn len(&self) -> usize {
        self.taken + self.filled - self.start
    }

    /// Whether anything was before what is at the front, but for a byte order mark.
    pub(super) fn has_passed_lines(&self) -> bool {
        self.line > 1 || self.at > 0 && self.at != "\u{feff}".len() as u64
    }

    /// Whether any byte of the input came.
    pub(super) fn has_come(&self) -> bool {
        self.at > 0 || self.filled > 0
    }

    /// The compression of the input, by the name of its tool.
    pub(super) fn compression(&self) -> Option<&'static str> {
        self.source.compression()
    }

    /// Whether whole records stand at the front.
    pub(super) fn has_records(&self) -> bool {
        self.taken > 0
    }

    /// Whether the records at the front have to leave before what follows them, as that is of another section.
    pub(super) fn ends_section(&self) -> bool {
        self.other_section.is_some()
    }

    /// Whether no read will wait.
    pub(super) fn never_waits(&self) -> bool {
        self.source.never_waits()
    }

    /// Whether the next read will not wait.
    pub(super) fn is_ready(&mut self) -> bool {
        self.source.is_ready()
    }

    /// Reads once; a new buffer comes from `fresh`. The error is one that breaks the input off.
    pub(super) fn fill(&mut self, block_bytes: usize, fresh: impl FnOnce() -> Vec<u8>) -> io::Result<()> {
        let wanted = block_bytes.max(1);
        if self.buffer.is_empty() {
            self.buffer = fresh();
        }
        self.close_up();
        // A record that is longer than a block doubles the buffer, so that copying stays linear.
        if self.buffer.len() == self.filled {
            let len = self.buffer.len() + wanted.max(self.filled);
            self.buffer.resize(len, 0);
        }
        // Blocks of a few bytes are for tests: they read no more than that at a time.
        let end =
            if wanted < 4096 { (self.filled + wanted).min(self.buffer.len()) } else { self.buffer.len() };
        let Some(target) = self.buffer.get_mut(self.filled..end) else { return Ok(()) };
        match self.source.read(target) {
            Ok(0) => self.ended = true,
            Ok(len) => self.filled += len,
            Err(error) if is_stop(&error) => {
                // A record of which only a part was read would look whole to some formats: it counts as not
                // read.
                self.stopped = true;
                self.ended = true;
            }
            Err(error) => {
                self.ended = true;
                self.fragment = Some(self.cut_unfinished_line()).filter(|line| !line.is_empty());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes whole records at the front, none longer than `most`. True if what follows them cannot become a
    /// record any more. The framer is never shown more than `most` bytes, so that the verdict does not
    /// depend on how much was read.
    pub(super) fn cut(&mut self, framer: &mut dyn Framer, most: usize) -> bool {
        if self.taken > 0 && self.ends_section() {
            return false;
        }
        if let Some(len) = self.other_section.take() {
            self.take_section(framer, len);
        }
        if self.comments.is_some() {
            return self.cut_between_comments(framer, most);
        }
        loop {
            match self.cut_once(framer, most) {
                Cut::Taken => {}
                Cut::Stuck => return true,
                Cut::Nothing => return false,
            }
        }
    }

    /// Shows the framer what is there, up to `most` bytes.
    fn cut_once(&mut self, framer: &mut dyn Framer, most: usize) -> Cut {
        let end = self.filled.min(self.start.saturating_add(most));
        let view = self.buffer.get(self.start..end).unwrap_or(&[]);
        if view.is_empty() {
            return Cut::Nothing;
        }
        let all = self.ended && end == self.filled;
        let last = all && !self.stopped;
        let is_long = view.len() >= most;
        let cut = match all && self.stopped {
            true => framer.cut_at_stop(view),
            false => framer.cut(view, last),
        };
        match cut {
            0 if last || is_long => Cut::Stuck,
            0 => Cut::Nothing,
            len => self.take_section(framer, len),
        }
    }

    /// Takes the `len` bytes that the framer cut off, if they are of the section of those before.
    fn take_section(&mut self, framer: &mut dyn Framer, len: usize) -> Cut {
        let section = framer.section();
        if self.taken > 0 && section != self.section {
            self.other_section = Some(len);
            return Cut::Nothing;
        }
        self.section = section;
        self.take_before_open(framer, len)
    }

    /// Puts the next `len` bytes to the whole records at the front.
    pub(super) fn take(&mut self, len: usize) {
        while let Some(at) = self.source.take_undecoded(self.at + len as u64) {
            let place = self.taken as u64 + at.saturating_sub(self.at);
            self.undecoded.push(u32::try_from(place).unwrap_or(u32::MAX));
        }
        while let Some((place, lines)) = pop_before(&mut self.ahead, len) {
            self.dropped.push((self.taken + place, lines));
        }
        if self.start > self.taken {
            self.buffer.copy_within(self.start..self.start + len, self.taken);
        }
        self.taken += len;
        self.pass(len);
    }

    /// Goes on after the next `len` bytes.
    fn pass(&mut self, len: usize) {
        for (place, _) in &mut self.ahead {
            *place -= len;
        }
        if let (Some(comments), Some(last)) =
            (&mut self.comments, (self.start + len).checked_sub(1).and_then(|at| self.buffer.get(at)))
        {
            comments.pass(len, *last);
        }
        self.start += len;
        self.at += len as u64;
    }

    /// Moves what follows the whole records right after them.
    fn close_up(&mut self) {
        if self.start > self.taken {
            self.buffer.copy_within(self.start..self.filled, self.taken);
            self.filled -= self.start - self.taken;
            self.start = self.taken;
        }
    }

    /// Gives the records at the front away; `fresh` is a buffer to go on with.
    pub(super) fn take_records(&mut self, fresh: impl FnOnce() -> Vec<u8>) -> Records {
        let bytes = self.cut_off(fresh);
        let (first_line, column) = (self.line, self.column);
        (self.line, self.column) = after(&bytes, first_line, column);
        let places = std::mem::take(&mut self.dropped);
        self.line += places.iter().map(|(_, lines)| lines).sum::<u64>();
        let dropped = match places.is_empty() {
            true => Arc::default(),
            false => Arc::new(Dropped::of(&bytes, &places)),
        };
        let places = std::mem::take(&mut self.undecoded);
        let undecoded = Undecoded { encoding: self.source.encoding(), places };
        Records { bytes, first_line, column, dropped, undecoded, section: self.section }
    }

    /// Cuts the bytes of the records off the front. Whichever is shorter is copied, they or what follows them, so that the
    /// time for many short sections is linear in their bytes.
    fn cut_off(&mut self, fresh: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        let len = std::mem::take(&mut self.taken);
        let tail = self.buffer.get(self.start..self.filled).unwrap_or(&[]);
        if len < tail.len() {
            return self.buffer.get(..len).unwrap_or(&[]).to_vec();
        }
        let mut rest = fresh();
        if rest.len() < tail.len() {
            rest.resize(tail.len(), 0);
        }
        if let Some(front) = rest.get_mut(..tail.len()) {
            front.copy_from_slice(tail);
        }
        self.filled = tail.len();
        self.start = 0;
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(len);
        bytes
    }

    /// Drops the first `len` bytes, where no whole records are before them.
    pub(super) fn drop_front(&mut self, len: usize) {
        debug_assert_eq!(self.taken, 0, "records are handed out first");
        let len = len.min(self.filled - self.start);
        let dropped = self.buffer.get(self.start..self.start + len).unwrap_or(&[]);
        (self.line, self.column) = after(dropped, self.line, self.column);
        while let Some((_, lines)) = pop_before(&mut self.ahead, len) {
            self.line += lines;
        }
        while self.source.take_undecoded(self.at + len as u64).is_some() {}
        self.pass(len);
        self.close_up();
        self.search_again();
    }

    /// The column of the first place in the next `len` bytes that could not be decoded, and the encoding.
    pub(super) fn undecoded_in(&mut self, len: usize) -> Option<(usize, &'static str)> {
        let at = self.source.take_undecoded(self.at + len as u64)?;
        let place = usize::try_from(at.saturating_sub(self.at)).ok()?;
        let before = self.bytes().get(..place).unwrap_or(&[]);
        let line = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        Some((place - line + 1, self.source.encoding()))
    }

    /// Drops bytes up to the end of a record that was given up; true when it was found.
    pub(super) fn skip(&mut self, framer: &mut dyn Framer) -> bool {
        if self.bytes().is_empty() {
            return false;
        }
        let end = framer.skip(self.bytes());
        self.drop_front(end.unwrap_or(self.filled));
        end.is_some()
    }

    /// Drops so many lines, as far as they were read; true when all were found. How many are left is counted on.
    pub(super) fn skip_lines(&mut self, left: &mut u64) -> bool {
        let mut len = 0;
        for end in memchr::memchr_iter(b'\n', self.bytes()) {
            if *left == 0 {
                break;
            }
            *left -= 1;
            len = end + 1;
        }
        self.drop_front(if *left > 0 { self.filled } else { len });
        *left == 0
    }

    /// Takes the bytes behind the last line end out of the buffer.
    fn cut_unfinished_line(&mut self) -> Vec<u8> {
        let end = memchr::memrchr(b'\n', self.bytes()).map_or(0, |at| at + 1);
        let line = self.bytes().get(end..).unwrap_or(&[]).to_vec();
        self.filled = self.start + end;
        match &self.comments {
            Some(comments) if comments.begin(&line) => Vec::new(),
            _ => line,
        }
    }
}

/// What a framer did.
enum Cut {
    /// It took records.
    Taken,
    /// It took none, and more bytes may make one.
    Nothing,
    /// It took none, nor will it.
    Stuck,
}

/// The first of some places, if it is before one.
fn pop_before(places: &mut VecDeque<(usize, u64)>, end: usize) -> Option<(usize, u64)> {
    if places.front().is_some_and(|(place, _)| *place < end) { places.pop_front() } else { None }
}

/// The number of the line, and the bytes of it, that are before what follows `bytes`, of the same at their first.
fn after(bytes: &[u8], line: u64, column: u64) -> (u64, u64) {
    let column = match memchr::memrchr(b'\n', bytes) {
        Some(last) => (bytes.len() - last - 1) as u64,
        None => column + bytes.len() as u64,
    };
    (line + count(bytes, b'\n') as u64, column)
}
