//! The bytes of one input on their way from its source to blocks: a buffer whose front is whole records.

use std::io;

use super::bytes::{ByteSource, is_stop};
use crate::format::Framer;
use crate::scan::count::count;

/// The source of an input, and what was read from it and not handed out.
pub(super) struct Feed {
    source: Box<dyn ByteSource>,
    /// What was read, in front; the rest is room.
    buffer: Vec<u8>,
    filled: usize,
    /// Of what was read, whole records in front that the framer took.
    taken: usize,
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
}

/// Whole records that leave.
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    /// The number of their first line.
    pub(super) line: u64,
    /// Bytes of that line before them.
    pub(super) column: u64,
}

impl Feed {
    /// Nothing read yet.
    pub(super) fn new(source: Box<dyn ByteSource>) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            filled: 0,
            taken: 0,
            line: 1,
            column: 0,
            ended: false,
            stopped: false,
            fragment: None,
        }
    }

    /// All bytes read and not handed out.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or(&[])
    }

    /// Whether whole records stand at the front.
    pub(super) fn has_records(&self) -> bool {
        self.taken > 0
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
        loop {
            let end = self.filled.min(self.taken.saturating_add(most));
            let view = self.buffer.get(self.taken..end).unwrap_or(&[]);
            if view.is_empty() {
                return false;
            }
            let all = self.ended && end == self.filled;
            let last = all && !self.stopped;
            let cut = match all && self.stopped {
                true => framer.cut_at_stop(view),
                false => framer.cut(view, last),
            };
            match cut {
                0 => return last || view.len() >= most,
                len => self.taken += len,
            }
        }
    }

    /// Takes the first `len` bytes as whole records.
    pub(super) fn take(&mut self, len: usize) {
        self.taken = len.min(self.filled);
    }

    /// Gives the records at the front away; `rest` is the buffer to go on with.
    pub(super) fn take_records(&mut self, mut rest: Vec<u8>) -> Taken {
        let len = std::mem::take(&mut self.taken);
        let tail = self.buffer.get(len..self.filled).unwrap_or(&[]);
        if rest.len() < tail.len() {
            rest.resize(tail.len(), 0);
        }
        if let Some(front) = rest.get_mut(..tail.len()) {
            front.copy_from_slice(tail);
        }
        self.filled = tail.len();
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(len);
        let (line, column) = (self.line, self.column);
        self.pass(&bytes);
        Taken { bytes, line, column }
    }

    /// Drops the first `len` bytes.
    pub(super) fn drop_front(&mut self, len: usize) {
        let len = len.min(self.filled);
        let buffer = std::mem::take(&mut self.buffer);
        self.pass(buffer.get(..len).unwrap_or(&[]));
        self.buffer = buffer;
        self.buffer.copy_within(len..self.filled, 0);
        self.filled -= len;
    }

    /// Drops bytes up to the end of a record that was given up; true when it was found.
    pub(super) fn skip(&mut self, framer: &mut dyn Framer) -> bool {
        if self.filled == 0 {
            return false;
        }
        let end = framer.skip(self.bytes());
        self.drop_front(end.unwrap_or(self.filled));
        end.is_some()
    }

    /// Counts the lines of bytes that leave.
    fn pass(&mut self, bytes: &[u8]) {
        self.line += lines_in(bytes);
        self.column = match memchr::memrchr(b'\n', bytes) {
            Some(last) => (bytes.len() - last - 1) as u64,
            None => self.column + bytes.len() as u64,
        };
    }

    /// Takes the bytes behind the last line end out of the buffer.
    fn cut_unfinished_line(&mut self) -> Vec<u8> {
        let start = memchr::memrchr(b'\n', self.bytes()).map_or(0, |at| at + 1).max(self.taken);
        let line = self.bytes().get(start..).unwrap_or(&[]).to_vec();
        self.filled = start;
        line
    }
}

fn lines_in(bytes: &[u8]) -> u64 {
    count(bytes, b'\n') as u64
}
