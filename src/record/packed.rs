//! Records that a stage holds many of, packed: beside its bytes a record takes little more than its fields' places.
//!
//! A packed record is one run of bytes, so that taking it out touches one place in memory:
//! `note length, note, number in the piece, length of the raw bytes, cells, raw bytes`. Numbers take 7 bits a
//! byte. A cell is its form and, if there is something, where it starts in the record and how long it is. Of a
//! record that comes several times in a row the raw bytes stand once, behind the first.

use super::saved::Stamp;
use super::{Batch, Bounds, Builder, Cell, Form, Made, Origin, Repeats, Span};
use crate::time::Timestamp;
use crate::value::saved::{read_count, write_count};

/// Bytes of a piece behind which no record begins.
const FULL: usize = 1 << 30;

/// Some records of one batch, copied out of their block, each with a note.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    origins: Where,
    slots: usize,
    made: Vec<Made>,
    times: Vec<Option<Timestamp>>,
    windows: Vec<Bounds>,
}

/// A record of a piece.
struct Head<'a> {
    /// Its number in the piece.
    number: usize,
    /// The length of its raw bytes.
    len: usize,
    /// Where these stand, if not behind the cells.
    raw_at: Option<usize>,
    /// The cells and what is behind them.
    rest: &'a [u8],
}

/// Where the records of a piece stand in the input.
#[derive(Debug)]
enum Where {
    /// Nowhere: made by an aggregate.
    Nowhere,
    /// One on each line from this one on.
    Lines(Origin),
    /// In one input, this many lines behind the first.
    Offsets(Origin, Vec<u32>),
    /// Each its own.
    Each(Vec<Origin>),
}

impl Packed {
    /// Packs records of a batch, from the front of `rows` on as many as a piece takes; says how many.
    /// `note` is told the number of each and where it stands in the piece, and gives the note.
    pub fn new<'n>(
        batch: &Batch,
        rows: &[u32],
        mut note: impl FnMut(usize, u32) -> &'n [u8],
    ) -> (Self, usize) {
        let mut bytes = Vec::with_capacity(bytes_for(batch, rows));
        let mut repeats = Repeats::default();
        let mut raw_at = 0;
        let mut taken = 0;
        for (at, &row) in rows.iter().enumerate() {
            if bytes.len() >= FULL {
                break;
            }
            let note = note(at, bytes.len() as u32);
            write_count(note.len() as u64, &mut bytes);
            bytes.extend_from_slice(note);
            write_count(at as u64, &mut bytes);
            let record = batch.records.get(row as usize).copied().unwrap_or_default();
            let raw = record.of(&batch.bytes);
            let again = repeats.is_again(batch, row);
            write_count((raw.len() as u64) << 1 | u64::from(again), &mut bytes);
            if again {
                write_count(raw_at as u64, &mut bytes);
                write_cells(batch, row, record.start, &mut bytes);
            } else {
                write_cells(batch, row, record.start, &mut bytes);
                raw_at = bytes.len();
                bytes.extend_from_slice(raw);
            }
            taken += 1;
        }
        bytes.shrink_to_fit();
        let rows = rows.get(..taken).unwrap_or(rows);
        let packed = Self {
            bytes,
            origins: Where::of(batch, rows),
            slots: batch.inputs.len(),
            made: batch.made.iter().map(|made| made_of(made, rows)).collect(),
            times: pick(&batch.times, rows),
            windows: pick(&batch.windows, rows),
        };
        (packed, taken)
    }

    /// The note of the record that stands at a place of the piece.
    #[inline]
    pub fn note(&self, at: u32) -> &[u8] {
        let mut rest = self.bytes.get(at as usize..).unwrap_or(&[]);
        let len = read_number(&mut rest);
        rest.get(..len).unwrap_or(&[])
    }

    /// The number in the piece of the record that stands at a place of it.
    #[inline]
    pub fn number(&self, at: u32) -> usize {
        self.head(at).number
    }

    /// Appends the record that stands at a place of the piece in its saved form, as [`Batch::save`] does.
    pub fn save(&self, at: u32, out: &mut Vec<u8>) {
        let Head { number, len, raw_at, rest } = self.head(at);
        let stamp = Stamp {
            origin: self.origins.of_record(number),
            time: self.times.get(number).copied(),
            mark: None,
            window: self.windows.get(number).copied(),
        };
        stamp.save(out);
        write_count(len as u64, out);
        write_count(self.slots as u64, out);
        let mut behind = rest;
        for _ in 0..self.slots {
            read_cell(&mut behind, 0);
        }
        let cells = rest.len() - behind.len();
        match raw_at {
            None => out.extend_from_slice(rest.get(..cells + len).unwrap_or(rest)),
            Some(at) => {
                out.extend_from_slice(rest.get(..cells).unwrap_or(rest));
                out.extend_from_slice(self.bytes.get(at..at.saturating_add(len)).unwrap_or(&[]));
            }
        }
        write_count(self.made.len() as u64, out);
        self.made.iter().for_each(|made| made.save(number as u32, out));
    }

    #[inline]
    fn head(&self, at: u32) -> Head<'_> {
        let mut rest = self.bytes.get(at as usize..).unwrap_or(&[]);
        let note = read_number(&mut rest);
        rest = rest.get(note..).unwrap_or(&[]);
        let number = read_number(&mut rest);
        let packed = read_number(&mut rest);
        let raw_at = (packed & 1 == 1).then(|| read_number(&mut rest));
        Head { number, len: packed >> 1, raw_at, rest }
    }

    /// Reads here and there in a record, so that it is near when it is unpacked. What comes back means nothing,
    /// but it must be used.
    #[inline]
    pub fn touch(&self, at: u32) -> u8 {
        let byte = |line: usize| self.bytes.get(at as usize + 64 * line).copied().unwrap_or(0);
        byte(0) ^ byte(1) ^ byte(2) ^ byte(3)
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        let made: usize = self.made.iter().map(|made| made.heap_bytes() + size_of::<Made>()).sum();
        let origins = match &self.origins {
            Where::Nowhere | Where::Lines(_) => 0,
            Where::Offsets(_, offsets) => offsets.capacity() * size_of::<u32>(),
            Where::Each(origins) => origins.capacity() * size_of::<Origin>(),
        };
        let times = self.times.capacity() * size_of::<Option<Timestamp>>();
        self.bytes.capacity() + made + origins + times + self.windows.capacity() * size_of::<Bounds>()
    }
}

impl Builder {
    /// Takes out the record that stands at a place of a piece, behind the others. All pieces that records are
    /// taken out of must last as long as this.
    pub fn unpack(&mut self, from: &Packed, at: u32) {
        let row = self.records.len();
        let Head { number, len, raw_at, mut rest } = from.head(at);
        let mut start = self.bytes.len();
        let mut raw = &[][..];
        if let Some(at) = raw_at {
            raw = from.bytes.get(at..at.saturating_add(len)).unwrap_or(&[]);
            if let Some(last) = self.records.last().filter(|_| self.unpacked == raw.as_ptr() as usize) {
                start = last.start as usize;
            }
        }
        self.unpack_cells(from.slots, &mut rest, row, start as u32);
        if raw_at.is_none() {
            raw = rest.get(..len).unwrap_or(&[]);
        }
        self.unpacked = raw.as_ptr() as usize;
        if start == self.bytes.len() {
            self.bytes.extend_from_slice(raw);
        }
        self.records.push(Span::new(start, start + raw.len()));
        self.origins.extend(from.origins.of_record(number));
        if self.made.len() < from.made.len() {
            self.made.resize_with(from.made.len(), Made::default);
        }
        for (made, from) in self.made.iter_mut().zip(&from.made) {
            made.copy(row as u32, from, number as u32);
        }
        self.times.extend(from.times.get(number));
        self.windows.extend(from.windows.get(number));
    }

    fn unpack_cells(&mut self, slots: usize, from: &mut &[u8], row: usize, start: u32) {
        if self.inputs.len() < slots {
            self.inputs.resize_with(slots, || vec![Cell::MISSING; row]);
        }
        for (slot, cells) in self.inputs.iter_mut().enumerate() {
            cells.push(if slot < slots { read_cell(from, start) } else { Cell::MISSING });
        }
    }
}

impl Where {
    fn of(batch: &Batch, rows: &[u32]) -> Self {
        let Some(first) = rows.first().and_then(|&row| batch.origin(row)) else { return Self::Nowhere };
        let each = || rows.iter().filter_map(|&row| batch.origin(row));
        let offset = |origin: Origin| {
            let offset = origin.line.checked_sub(first.line).and_then(|offset| u32::try_from(offset).ok());
            offset.filter(|_| origin.source == first.source && origin.nth == 0 && first.nth == 0)
        };
        let mut offsets = Vec::with_capacity(rows.len());
        for origin in each() {
            match offset(origin) {
                Some(offset) => offsets.push(offset),
                None => return Self::Each(each().collect()),
            }
        }
        if offsets.iter().zip(0..).all(|(offset, line)| *offset == line) {
            return Self::Lines(first);
        }
        Self::Offsets(first, offsets)
    }

    fn of_record(&self, number: usize) -> Option<Origin> {
        let behind = |first: &Origin, lines| Origin { line: first.line + lines, ..*first };
        match self {
            Self::Nowhere => None,
            Self::Lines(first) => Some(behind(first, number as u64)),
            Self::Offsets(first, offsets) => Some(behind(first, u64::from(*offsets.get(number)?))),
            Self::Each(origins) => origins.get(number).copied(),
        }
    }
}

/// About the bytes that records take, without their notes; what is too much is given back.
fn bytes_for(batch: &Batch, rows: &[u32]) -> usize {
    let raw: usize = rows
        .iter()
        .filter_map(|&row| batch.records.get(row as usize))
        .map(|span| span.of(&batch.bytes).len())
        .sum();
    raw.min(batch.bytes.len()) + rows.len() * (8 + 6 * batch.inputs.len())
}

fn made_of(from: &Made, rows: &[u32]) -> Made {
    let mut made = Made::default();
    for (at, &row) in rows.iter().enumerate() {
        made.copy(at as u32, from, row);
    }
    made
}

fn pick<T: Copy>(list: &[T], rows: &[u32]) -> Vec<T> {
    if list.is_empty() {
        return Vec::new();
    }
    rows.iter().filter_map(|&row| list.get(row as usize).copied()).collect()
}

/// Appends the cells of a record that starts there.
#[inline]
pub(super) fn write_cells(batch: &Batch, row: u32, start: u32, out: &mut Vec<u8>) {
    for cells in &batch.inputs {
        let cell = cells.get(row as usize).copied().unwrap_or(Cell::MISSING);
        cell.form.save(out);
        if cell.form != Form::Missing {
            // What stands in no record, as a name's number, comes back as it was or further off.
            write_count(cell.start.wrapping_sub(start).into(), out);
            write_count(cell.len.into(), out);
        }
    }
}

#[inline(always)]
fn read_cell(from: &mut &[u8], start: u32) -> Cell {
    let form = match Form::restore(from) {
        None | Some(Form::Missing) => return Cell::MISSING,
        Some(form) => form,
    };
    let at = read_number(from) as u32;
    Cell { start: start.wrapping_add(at), len: read_number(from) as u32, form }
}

#[inline]
fn read_number(from: &mut &[u8]) -> usize {
    read_count(from).map_or(0, |number| number as usize)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::record::{Name, Origins};
    use crate::value::Value;

    fn second(second: i64) -> Timestamp {
        Timestamp::new(second, 0).unwrap()
    }

    /// Three records, of which the second comes twice, with all that a record may have.
    pub(in crate::record) fn batch(origins: Origins) -> Batch {
        let name = Form::Name(Name::of_priority(165).unwrap()[1]);
        let cell = |start, end| Cell::new(start, end, Form::Untyped);
        let mut made = Made::default();
        for value in [Value::Bool(true), Value::Null, Value::Text(b"t"), Value::Text(b"u")] {
            made.push(value);
        }
        made.set_absent(1);
        Batch {
            bytes: Arc::new(b"aa\nbcd\ne\n".to_vec()),
            records: [(0, 2), (3, 6), (3, 6), (7, 8)].map(|(start, end)| Span::new(start, end)).into(),
            origins,
            inputs: vec![
                vec![cell(1, 2), cell(3, 6), cell(4, 5), Cell::MISSING],
                vec![Cell { form: name, ..Cell::MISSING }; 4],
            ],
            times: (0..4).map(|at| (at > 0).then(|| second(at))).collect(),
            windows: (0..4).map(|at| Bounds { start: second(at), end: second(at + 1) }).collect(),
            ..Batch::of_made(vec![made, Made::absent()], 4)
        }
    }

    fn pack(batch: &Batch, rows: &[u32]) -> (Packed, Vec<u32>) {
        let mut places = Vec::new();
        let (packed, taken) = Packed::new(batch, rows, |number, at| {
            places.push(at);
            &b"note"[..number]
        });
        assert_eq!(taken, rows.len());
        (packed, places)
    }

    pub(in crate::record) fn field(batch: &Batch, column: crate::record::ColumnRef, row: u32) -> String {
        use crate::record::FieldValue;
        match batch.field(column, row) {
            FieldValue::Cell(cell, bytes) => format!("{:?} {:?}", cell.form, cell.spelling(bytes)),
            FieldValue::Value(value) => format!("{value:?}"),
        }
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        use crate::record::ColumnRef::{Input, Made, WindowEnd, WindowStart};
        let line = |line| Origin { source: 7, line, nth: 0 };
        for origins in [
            Origins::None,
            Origins::Each([1, 2, 3, 4].map(line).into()),
            Origins::Each([1, 9, 9, 12].map(line).into()),
            Origins::Each([5, 4, 4, 1].map(line).into()),
            Origins::Each([0, 1, 1, 1].map(|source| Origin { source, line: 1, nth: 0 }).into()),
            Origins::Each([0, 1, 2, 0].map(|nth| Origin { source: 7, line: 1, nth }).into()),
        ] {
            let batch = batch(origins);
            for rows in [&[0, 1, 2, 3][..], &[1, 2], &[0, 3], &[2]] {
                let (packed, places) = pack(&batch, rows);
                let mut builder = Builder::default();
                places.iter().rev().for_each(|&at| builder.unpack(&packed, at));
                let out = builder.finish();
                for (row, &of) in rows.iter().rev().enumerate() {
                    let (row, number) = (row as u32, rows.len() - 1 - row);
                    let at = places[number];
                    assert_eq!((packed.note(at).len(), packed.number(at)), (number, number));
                    let mut saved = [Vec::new(), Vec::new()];
                    packed.save(at, &mut saved[0]);
                    batch.save(of, &mut saved[1]);
                    assert_eq!(saved[0], saved[1]);
                    assert_eq!((out.raw(row), out.origin(row)), (batch.raw(of), batch.origin(of)));
                    assert_eq!((out.time(row), out.window(row)), (batch.time(of), batch.window(of)));
                    for column in [Input(0), Input(1), Made(0), Made(1), WindowStart, WindowEnd] {
                        assert_eq!(field(&out, column, row), field(&batch, column, of));
                    }
                }
            }
        }
    }

    #[test]
    fn a_record_that_comes_again_stands_once() {
        let long = "x".repeat(1000);
        let batch = Batch {
            bytes: Arc::new(long.clone().into_bytes()),
            records: vec![Span::new(0, 1000); 50],
            inputs: vec![(0..50).map(|at| Cell::new(at, at + 1, Form::Untyped)).collect()],
            ..Batch::of_made(Vec::new(), 50)
        };
        let (packed, places) = pack(&batch, &[0, 1, 2, 3]);
        assert!(packed.heap_bytes() < 1200);
        let mut builder = Builder::default();
        places.iter().for_each(|&at| builder.unpack(&packed, at));
        assert_eq!(builder.bytes(), 1000);
        let out = builder.finish();
        assert_eq!(out.raw(3), long.as_bytes());
        assert_eq!(out.inputs[0].iter().map(|cell| cell.start).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
