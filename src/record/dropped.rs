//! The lines of a block that were dropped as comments: they count in the numbers of the lines after them.

/// Where lines of a block were dropped, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    gaps: Vec<Gap>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Gap {
    /// The place in the bytes of the block, which begins a line.
    at: usize,
    /// Lines of the block before it.
    lines: u64,
    /// Lines that were dropped there and at all places before.
    dropped: u64,
}

impl Dropped {
    /// From places in the bytes of a block and how many lines were dropped at each, in order.
    pub fn of(bytes: &[u8], places: &[(usize, u64)]) -> Self {
        let (mut from, mut lines, mut dropped) = (0, 0, 0);
        let gap = |&(at, count): &(usize, u64)| {
            lines += memchr::memchr_iter(b'\n', bytes.get(from..at).unwrap_or(&[])).count() as u64;
            from = at;
            dropped += count;
            Gap { at, lines, dropped }
        };
        Self { gaps: places.iter().map(gap).collect() }
    }

    /// Whether all lines are there.
    pub fn is_empty(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Whether lines were dropped right before a place in the bytes.
    pub fn is_at(&self, place: usize) -> bool {
        self.gaps.binary_search_by_key(&place, |gap| gap.at).is_ok()
    }

    /// How many lines of the file are before a line that has so many lines of the block before it.
    pub fn file_lines(&self, own: u64) -> u64 {
        own + self.count(self.gaps.partition_point(|gap| gap.lines <= own))
    }

    /// The other way round: how many of the block are before a line that has so many of the file before it.
    pub fn own_lines(&self, file: u64) -> u64 {
        file.saturating_sub(self.count(self.gaps.partition_point(|gap| gap.lines + gap.dropped <= file)))
    }

    /// What is left from a place on that has so many lines of the block before it.
    #[must_use]
    pub(super) fn after(&self, start: usize, lines: u64) -> Self {
        let first = self.gaps.partition_point(|gap| gap.at <= start);
        let before = self.count(first);
        let later = self.gaps.iter().skip(first);
        let moved = later.map(|gap| Gap {
            at: gap.at - start,
            lines: gap.lines - lines,
            dropped: gap.dropped - before,
        });
        Self { gaps: moved.collect() }
    }

    /// The lines that the first gaps dropped.
    fn count(&self, gaps: usize) -> u64 {
        gaps.checked_sub(1).and_then(|last| self.gaps.get(last)).map_or(0, |gap| gap.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_with_those_that_were_dropped() {
        // 0 `a`, 1–2 dropped, 3 `b`, 4 `c`, 5 dropped, 6 `d`
        let bytes = b"a\nb\nc\nd\n";
        let dropped = Dropped::of(bytes, &[(2, 2), (6, 1)]);
        let lines = [0, 1, 2, 3].map(|own| dropped.file_lines(own));
        assert_eq!(lines, [0, 3, 4, 6]);
        assert_eq!(lines.map(|file| dropped.own_lines(file)), [0, 1, 2, 3]);
        assert!(dropped.is_at(2) && dropped.is_at(6) && !dropped.is_at(4));
        let later = dropped.after(4, 2);
        assert_eq!(later, Dropped::of(b"c\nd\n", &[(2, 1)]));
        assert_eq!(dropped.after(2, 1), Dropped::of(b"b\nc\nd\n", &[(4, 1)]));
    }
}
