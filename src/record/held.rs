//! Records that a stage holds: copied out of their blocks, so that blocks can go.

use std::sync::Arc;

use super::block::offset;
use super::{Batch, Cell, ColumnRef, FieldValue, Made, Origin, Origins, Repeats, Span};

/// Records of any batches of one place in a chain, copied with their raw bytes, cells and columns.
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<Span>,
    pub(super) origins: Vec<Origin>,
    pub(super) inputs: Vec<Vec<Cell>>,
    pub(super) made: Vec<Made>,
    pub(super) times: Vec<Option<crate::time::Timestamp>>,
    pub(super) marks: Vec<crate::time::Timestamp>,
    pub(super) windows: Vec<super::Bounds>,
    /// The record that was appended last.
    last: Repeats,
    /// Where the raw bytes of the record that was unpacked last stand in memory.
    pub(super) unpacked: usize,
}

impl Builder {
    /// No records yet; their bytes are written into a buffer, whose bytes go.
    pub fn within(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self { bytes: buffer, ..Self::default() }
    }

    /// Number of records so far.
    pub fn rows(&self) -> usize {
        self.records.len()
    }

    /// Bytes of records and cells so far.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Copies a record behind the others; the bytes of one that comes several times in a row stand once.
    pub fn append(&mut self, batch: &Batch, row: u32) {
        let at = self.records.len();
        let span = batch.records.get(row as usize).copied().unwrap_or_default();
        let copy = self.copy_bytes(batch, row, span);
        self.records.push(copy);
        self.origins.extend(batch.origin(row));
        self.append_inputs(batch, row, at, span.start, copy.start);
        self.append_made(batch, row, at);
        self.times.extend(batch.times.get(row as usize));
        self.marks.extend(batch.marks.get(row as usize));
        self.windows.extend(batch.windows.get(row as usize));
    }

    /// The records as a batch, all live.
    pub fn finish(self) -> Batch {
        let rows = self.records.len();
        // All records and cells lie in front of this.
        let _end = offset(self.bytes.len());
        Batch {
            bytes: Arc::new(self.bytes),
            records: self.records,
            origins: if self.origins.len() == rows { Origins::Each(self.origins) } else { Origins::None },
            plain: Vec::new(),
            inputs: self.inputs,
            made: self.made,
            live: (0..rows as u32).collect(),
            times: self.times,
            marks: self.marks,
            windows: self.windows,
            timed_by: None,
            failed: Vec::new(),
        }
    }

    fn copy_bytes(&mut self, batch: &Batch, row: u32, record: Span) -> Span {
        if self.last.is_again(batch, row)
            && let Some(copy) = self.records.last()
        {
            return *copy;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record.of(&batch.bytes));
        Span::new(start, self.bytes.len())
    }

    /// Cells stand within their record, so they move with it.
    fn append_inputs(&mut self, batch: &Batch, row: u32, at: usize, from: u32, to: u32) {
        if self.inputs.len() < batch.inputs.len() {
            self.inputs.resize_with(batch.inputs.len(), || vec![Cell::MISSING; at]);
        }
        for (slot, cells) in self.inputs.iter_mut().enumerate() {
            let cell = match batch.field(ColumnRef::Input(slot), row) {
                FieldValue::Cell(cell, _) => cell,
                FieldValue::Value(_) => Cell::MISSING,
            };
            cells.push(cell.moved(from as usize, to as usize));
        }
    }

    fn append_made(&mut self, batch: &Batch, row: u32, at: usize) {
        if self.made.len() < batch.made.len() {
            self.made.resize_with(batch.made.len(), Made::default);
        }
        for (made, from) in self.made.iter_mut().zip(&batch.made) {
            made.copy(at as u32, from, row);
        }
    }
}

/// Batches that a stage holds, addressed by piece and record.
#[derive(Debug, Default)]
pub struct Held {
    pieces: Vec<Batch>,
    rows: usize,
    bytes: usize,
}

/// A held record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    piece: u32,
    row: u32,
}

impl Held {
    /// Copies the records `rows` of a batch, one behind the other, and calls `place` for each.
    pub fn push(&mut self, batch: &Batch, rows: &[u32], mut place: impl FnMut(Place)) {
        if rows.is_empty() {
            return;
        }
        let mut builder = Builder::default();
        for &row in rows {
            builder.append(batch, row);
        }
        let piece = self.pieces.len() as u32;
        let mut batch = builder.finish();
        // Held records leave in an order of their own, in which none is late.
        batch.marks = Vec::new();
        self.bytes += batch.heap_bytes();
        self.rows += rows.len();
        self.pieces.push(batch);
        (0..rows.len() as u32).for_each(|row| place(Place { piece, row }));
    }

    /// Copies held records into a batch, in this order.
    pub fn batch(&self, places: impl IntoIterator<Item = Place>) -> Batch {
        let mut builder = Builder::default();
        for place in places {
            if let Some(piece) = self.pieces.get(place.piece as usize) {
                builder.append(piece, place.row);
            }
        }
        builder.finish()
    }

    /// Keeps only `places`, renamed in order.
    pub fn retain(&mut self, places: &mut [Place]) {
        let kept = self.batch(places.iter().copied());
        for (row, place) in places.iter_mut().enumerate() {
            *place = Place { piece: 0, row: row as u32 };
        }
        self.rows = kept.rows();
        self.bytes = kept.heap_bytes();
        self.pieces = vec![kept];
    }

    /// Number of records held, wanted or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes + self.pieces.capacity() * size_of::<Batch>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Form;

    #[test]
    fn copies_of_one_record_share_its_bytes() {
        let cells = [(0, 1), (1, 2), (2, 3)].map(|(start, end)| Cell::new(start, end, Form::Untyped));
        let batch = Batch {
            bytes: Arc::new(b"aabc".to_vec()),
            records: [(0, 2), (0, 2), (2, 4)].map(|(start, end)| Span::new(start, end)).into(),
            origins: Origins::Each(vec![Origin { source: 0, line: 1, nth: 0 }; 3]),
            inputs: vec![cells.to_vec()],
            ..Batch::of_made(Vec::new(), 0)
        };
        let mut builder = Builder::default();
        for row in [2, 0, 1, 1, 2, 0] {
            builder.append(&batch, row);
        }
        let copy = builder.finish();
        assert_eq!(copy.bytes.as_slice(), b"bcaabcaa");
        let raw: Vec<&[u8]> = (0..6).map(|row| copy.raw(row)).collect();
        assert_eq!(raw, [b"bc", b"aa", b"aa", b"aa", b"bc", b"aa"]);
        let places: Vec<u32> = copy.inputs[0].iter().map(|cell| cell.start).collect();
        assert_eq!(places, [0, 2, 3, 3, 4, 6]);
    }
}
