//! A source whose first bytes were looked at before anybody reads them.

use std::io;

use super::bytes::{ByteSource, is_stop};
use super::compression::Decompressed;

/// Bytes that are read at a time while its front is looked at, and the most that is looked at.
pub(super) const LOOK: usize = 1 << 16;

/// A source with its front in memory.
pub(super) struct Peeked {
    source: Box<dyn ByteSource>,
    front: Vec<u8>,
    /// How much of the front was read.
    at: usize,
    /// What the source said after the front.
    end: Option<io::Result<()>>,
    compression: Option<&'static str>,
}

impl Peeked {
    /// Nothing looked at yet.
    pub(super) fn new(Decompressed { source, compression }: Decompressed) -> Self {
        Self { source, front: Vec::new(), at: 0, end: None, compression }
    }

    /// What was looked at so far.
    pub(super) fn front(&self) -> &[u8] {
        &self.front
    }

    /// Looks on; false if there is nothing more to look at. The error says that reading was told to stop; any other
    /// comes to whoever reads, after the bytes before it.
    pub(super) fn look_on(&mut self) -> io::Result<bool> {
        let from = self.front.len();
        if self.end.is_some() || from >= LOOK {
            return Ok(false);
        }
        self.front.resize(LOOK, 0);
        let outcome = self.source.read(self.front.get_mut(from..).unwrap_or(&mut []));
        self.front.truncate(from + outcome.as_ref().copied().unwrap_or(0));
        match outcome {
            Ok(0) => self.end = Some(Ok(())),
            Ok(_) => return Ok(true),
            Err(error) if is_stop(&error) => return Err(error),
            Err(error) => self.end = Some(Err(error)),
        }
        Ok(false)
    }

    fn rest(&self) -> &[u8] {
        self.front.get(self.at..).unwrap_or(&[])
    }
}

impl ByteSource for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.rest();
        if rest.is_empty() {
            return match &mut self.end {
                None => self.source.read(buffer),
                Some(end) => std::mem::replace(end, Ok(())).map(|()| 0),
            };
        }
        let len = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += len;
        if self.rest().is_empty() {
            (self.front, self.at) = (Vec::new(), 0);
        }
        Ok(len)
    }

    fn compression(&self) -> Option<&'static str> {
        self.compression
    }

    fn is_ready(&mut self) -> bool {
        !self.rest().is_empty() || self.end.is_some() || self.source.is_ready()
    }

    fn never_waits(&self) -> bool {
        self.source.never_waits()
    }
}
