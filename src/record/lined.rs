//! Records of several lines, or several on a line, that were put on a line each: where they were.

use std::sync::Arc;

use super::Origin;

/// One line of the new bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its first byte there.
    pub at: usize,
    /// Its first byte in the bytes as they stood.
    pub from: usize,
    /// After its last byte there.
    pub to: usize,
    /// Where it was in the input.
    pub origin: Origin,
    /// Bytes before it on its line there.
    pub column: u64,
    /// It is not a record, for this reason; the place of the damage in the bytes as they stood.
    pub refused: Option<(&'static str, usize)>,
}

/// The bytes as they stood, and what became of them.
#[derive(Debug, Default)]
pub struct Parts {
    /// All lines, in order.
    pub list: Vec<Part>,
    /// The bytes as they stood.
    pub stood: Arc<Vec<u8>>,
}

/// The parts of a block, or of a piece of it.
#[derive(Clone, Debug)]
pub struct Lined {
    parts: Arc<Parts>,
    /// Where the bytes of the piece begin among all new bytes.
    base: usize,
    /// Their number.
    len: usize,
}

impl Parts {
    /// The column of a place within a part in the bytes as they stood, from 1, and how many lines it is after the part's
    /// first.
    pub fn place(&self, part: &Part, at: usize) -> (u64, u64) {
        let passed = self.stood.get(part.from..at).unwrap_or(&[]);
        let column = match memchr::memrchr(b'\n', passed) {
            Some(last) => (passed.len() - last - 1) as u64,
            None => part.column + passed.len() as u64,
        };
        (column + 1, memchr::memchr_iter(b'\n', passed).count() as u64)
    }
}

impl Lined {
    /// All of them, over `len` new bytes.
    pub fn new(parts: Parts, len: usize) -> Self {
        Self { parts: Arc::new(parts), base: 0, len }
    }

    /// The parts over a piece of the bytes of this one.
    #[must_use]
    pub fn piece(&self, from: usize, len: usize) -> Self {
        Self { parts: Arc::clone(&self.parts), base: self.base + from, len }
    }

    /// The lines, of which the places are in the bytes of the piece, and the bytes as they stood.
    pub fn parts(&self) -> (impl Iterator<Item = Part> + Clone, &Parts) {
        let Self { parts, base, len } = self;
        let (base, len) = (*base, *len);
        let start = parts.list.partition_point(|part| part.at < base);
        let list = parts.list.get(start..).unwrap_or(&[]).iter();
        let within = list.take_while(move |part| part.at < base + len);
        (within.map(move |part| Part { at: part.at - base, ..*part }), parts)
    }

    /// The line that begins at a place of the piece.
    pub fn part_at(&self, at: usize) -> Option<Part> {
        let list = &self.parts.list;
        let found = list.binary_search_by_key(&(self.base + at), |part| part.at).ok()?;
        list.get(found).map(|part| Part { at, ..*part })
    }

    /// Where the line begins that came from an origin, or that it is within.
    pub fn start_of(&self, origin: Origin) -> usize {
        let before = self.parts.list.partition_point(|part| part.origin <= origin).saturating_sub(1);
        self.parts.list.get(before).map_or(0, |part| part.at.saturating_sub(self.base))
    }
}
