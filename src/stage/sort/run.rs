//! Runs: records that were packed with what their keys leave open, and their places in the order of keys.
//!
//! A place holds the first eight bytes of its key, which decide most comparisons. The rest of a longer key is
//! packed with the record. Since no key begins with another, keys of eight bytes and less are decided by these.

use std::cmp::Ordering;

use crate::record::{Batch, Builder, Packed, Rank};

/// Bytes of a key that are compared as one number.
const WINDOW: usize = size_of::<u64>();
/// Windows behind the first that records are sorted by one after the other; then whole keys are compared.
const WINDOWS: usize = 24;

/// A record of a run. The order of two with the same window is that in which they were packed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Entry {
    /// The first bytes of the key, those behind its end zero.
    window: u64,
    piece: u32,
    at: u32,
}

/// Packed records, which came in input order, and their keys.
#[derive(Default)]
pub(super) struct Run {
    pieces: Vec<Packed>,
    /// For each piece the place in input order of its first record.
    first_places: Vec<Rank>,
    entries: Vec<Entry>,
    /// Some key is longer than its window.
    long: bool,
    /// Bytes that the pieces hold.
    bytes: usize,
    sealed: bool,
}

impl Run {
    /// Packs the records `rows` of a batch; `key` gives the key of each by number. `first_place`: the place in
    /// input order of the batch's first record.
    pub(super) fn push<'k>(
        &mut self,
        batch: &Batch,
        rows: &[u32],
        first_place: Rank,
        key: impl Fn(usize) -> &'k [u8],
    ) {
        let mut done = 0;
        make_room(&mut self.entries, rows.len());
        while let Some(rest) = rows.get(done..).filter(|rest| !rest.is_empty()) {
            let piece = self.pieces.len() as u32;
            let entries = &mut self.entries;
            let long = &mut self.long;
            let (packed, taken) = Packed::new(batch, rest, |number, at| {
                let key = key(done + number);
                entries.push(Entry { window: window(key), piece, at });
                *long |= key.len() > WINDOW;
                key.get(WINDOW..).unwrap_or(&[])
            });
            self.bytes += packed.heap_bytes();
            self.pieces.push(packed);
            self.first_places.push(first_place.behind(done));
            done += taken.max(1);
        }
        self.sealed = false;
    }

    /// Adds the records of another run that came later.
    pub(super) fn append(&mut self, later: Self) {
        let before = self.pieces.len() as u32;
        make_room(&mut self.entries, later.entries.len());
        self.entries
            .extend(later.entries.iter().map(|entry| Entry { piece: entry.piece + before, ..*entry }));
        self.pieces.extend(later.pieces);
        self.first_places.extend(later.first_places);
        self.long |= later.long;
        self.bytes += later.bytes;
        self.sealed = false;
    }

    /// Orders the records by their keys.
    pub(super) fn seal(&mut self) {
        if !self.sealed {
            self.entries.sort_unstable();
            if self.long {
                sort_ties(&mut self.entries, &self.pieces, 0);
            }
            self.sealed = true;
        }
    }

    /// Whether the records are ordered.
    pub(super) fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// The records; in the order of keys once the run is sealed.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Copies a record behind those of a batch that is being put together.
    #[inline]
    pub(super) fn unpack(&self, entry: Entry, into: &mut Builder) {
        if let Some(piece) = self.pieces.get(entry.piece as usize) {
            into.unpack(piece, entry.at);
        }
    }

    /// Writes a record's key, which is like no other's: what it is sorted by, then its place in input order.
    pub(super) fn write_key(&self, entry: Entry, out: &mut Vec<u8>) {
        let Some(piece) = self.pieces.get(entry.piece as usize) else { return };
        // No key begins with another: that a short one is filled up changes no order.
        out.extend_from_slice(&entry.window.to_be_bytes());
        out.extend_from_slice(piece.note(entry.at));
        let first = self.first_places.get(entry.piece as usize).copied().unwrap_or_default();
        out.extend_from_slice(&first.behind(piece.number(entry.at)).to_be_bytes());
    }

    /// Appends a record in its saved form.
    pub(super) fn save(&self, entry: Entry, out: &mut Vec<u8>) {
        if let Some(piece) = self.pieces.get(entry.piece as usize) {
            piece.save(entry.at, out);
        }
    }

    /// [`Packed::touch`].
    #[inline]
    pub(super) fn touch(&self, entry: Entry) -> u8 {
        self.pieces.get(entry.piece as usize).map_or(0, |piece| piece.touch(entry.at))
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let pieces =
            self.pieces.capacity() * size_of::<Packed>() + self.first_places.capacity() * size_of::<Rank>();
        self.bytes + pieces + self.entries.capacity() * size_of::<Entry>()
    }

    /// How many records of this run, which is sealed, come before one of another.
    pub(super) fn in_front_of(&self, other: &Self, entry: Entry) -> usize {
        let start = self.entries.partition_point(|own| own.window < entry.window);
        let rest = self.entries.get(start..).unwrap_or(&[]);
        let ties = rest.get(..rest.partition_point(|own| own.window == entry.window)).unwrap_or(&[]);
        start + ties.partition_point(|own| compare((self, *own), (other, entry)).is_lt())
    }

    /// The place in input order of a record's batch, then that in the run.
    fn place(&self, entry: Entry) -> (Rank, u32, u32) {
        (self.first_places.get(entry.piece as usize).copied().unwrap_or_default(), entry.piece, entry.at)
    }
}

/// The order of records of two runs: by key, ties by place in input order.
#[inline]
pub(super) fn compare(left: (&Run, Entry), right: (&Run, Entry)) -> Ordering {
    left.1.window.cmp(&right.1.window).then_with(|| {
        let keys = match left.0.long && right.0.long {
            true => rest(&left.0.pieces, left.1).cmp(rest(&right.0.pieces, right.1)),
            // Where one key ends, both do.
            false => Ordering::Equal,
        };
        keys.then_with(|| left.0.place(left.1).cmp(&right.0.place(right.1)))
    })
}

/// What a key has behind its first window.
#[inline]
fn rest(pieces: &[Packed], entry: Entry) -> &[u8] {
    pieces.get(entry.piece as usize).map_or(&[], |piece| piece.note(entry.at))
}

/// The first bytes as a number, those behind the end zero.
#[inline]
fn window(key: &[u8]) -> u64 {
    if let Some(window) = key.first_chunk::<WINDOW>() {
        return u64::from_be_bytes(*window);
    }
    let mut window = [0; WINDOW];
    window.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(window)
}

/// Sorts by what their keys have from `from` on, counted behind the first window, those records that are in
/// order by what is in front of it; the entries hold the window in front of it.
fn sort_ties(entries: &mut [Entry], pieces: &[Packed], from: usize) {
    for group in entries.chunk_by_mut(|left, right| left.window == right.window) {
        // Where one key ends, all do.
        let Some(first) = group.first().copied().filter(|_| group.len() > 1) else { continue };
        if rest(pieces, first).len() <= from {
            continue;
        }
        if from >= WINDOWS * WINDOW {
            let behind = |entry: Entry| rest(pieces, entry).get(from..);
            group.sort_unstable_by(|left, right| behind(*left).cmp(&behind(*right)).then(left.cmp(right)));
            continue;
        }
        for entry in &mut *group {
            entry.window = window(rest(pieces, *entry).get(from..).unwrap_or(&[]));
        }
        group.sort_unstable();
        sort_ties(group, pieces, from + WINDOW);
        group.iter_mut().for_each(|entry| entry.window = first.window);
    }
}

/// Makes room by a quarter at a time: half of what a run holds should not be room.
fn make_room(entries: &mut Vec<Entry>, more: usize) {
    if entries.capacity() - entries.len() < more {
        entries.reserve_exact(more.max(entries.len() / 4));
    }
}
