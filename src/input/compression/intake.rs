//! What decoders take from: a source with the bytes that were read from it and not taken yet.

use std::io;

use crate::input::bytes::ByteSource;

/// Bytes that are read at a time.
const ROOM: usize = 1 << 16;

/// A source with some of its bytes in memory.
pub(super) struct Intake {
    source: Box<dyn ByteSource>,
    buffer: Vec<u8>,
    /// Where what was not taken yet begins and ends in the buffer.
    at: usize,
    filled: usize,
    ended: bool,
}

impl Intake {
    /// Nothing read yet.
    pub(super) fn new(source: Box<dyn ByteSource>) -> Self {
        Self { source, buffer: Vec::new(), at: 0, filled: 0, ended: false }
    }

    /// The bytes read and not taken yet.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.at..self.filled).unwrap_or(&[])
    }

    /// Takes the first `len` bytes.
    pub(super) fn take(&mut self, len: usize) {
        self.at = (self.at + len).min(self.filled);
    }

    /// Reads once, behind what is there; false at the end.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        self.buffer.resize(ROOM, 0);
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        if !self.ended
            && let Some(room) = self.buffer.get_mut(self.filled..)
        {
            let len = self.source.read(room)?;
            self.filled += len;
            self.ended = len == 0;
        }
        Ok(!self.ended)
    }

    /// Whether [`Self::fill`] will not wait.
    pub(super) fn fills_at_once(&mut self) -> bool {
        self.ended || self.source.is_ready()
    }
}

/// A source that is not compressed, its front put back.
impl ByteSource for Intake {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let front = self.bytes();
        if front.is_empty() {
            return if self.ended { Ok(0) } else { self.source.read(buffer) };
        }
        let len = front.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(front) {
            *to = *from;
        }
        self.take(len);
        Ok(len)
    }

    fn is_ready(&mut self) -> bool {
        !self.bytes().is_empty() || self.fills_at_once()
    }

    fn never_waits(&self) -> bool {
        self.source.never_waits()
    }
}
