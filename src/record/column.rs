//! Columns of computed values: one place a record, texts side by side in an arena.

use std::sync::Arc;

use super::block::offset;
use super::{Cell, Form};
use crate::time::{Duration, Timestamp};
use crate::value::stamp::{Spelling, Stamp};
use crate::value::{Number, Value};

/// A column of values that a stage or expression made, aligned to the records of its batch.
///
/// A value may also be kept as a cell over bytes of its own, so that its spelling survives (P3).
#[derive(Clone, Debug, Default)]
pub struct Made {
    block: Arc<Vec<u8>>,
    /// Cells over the block, of a column that was located elsewhere; `data` is empty then.
    cells: Vec<Cell>,
    arena: Vec<u8>,
    data: Vec<Datum>,
    spelled: bool,
    /// Some value may be an array or object.
    nests: bool,
    /// Records behind the end of `data` do not have the field.
    absent: bool,
}

/// Where one record's value is written.
#[derive(Debug)]
pub struct Slot<'a> {
    made: &'a mut Made,
    row: usize,
}

/// One value; texts are places in the arena, or in the bytes of the batch.
#[derive(Clone, Copy, Debug, Default)]
enum Datum {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Time(Timestamp),
    Duration(Duration),
    /// A number of JSON by its spelling.
    Digits(Place),
    Text(Place),
    Untyped(Place),
    Stamp(Place),
    Array(Place),
    Object(Place),
    /// A cell over the arena.
    Spelled(Cell),
    /// The record does not have the field.
    Absent,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    len: u32,
    in_block: bool,
}

impl Made {
    /// About the bytes of one place with a short text.
    pub(super) const PLACE_BYTES: usize = 32;

    /// A column of `rows` nulls over a batch with these bytes.
    pub fn new(block: &Arc<Vec<u8>>, rows: usize) -> Self {
        Self { block: Arc::clone(block), data: vec![Datum::Null; rows], ..Self::default() }
    }

    /// A column of cells over bytes that are not those of the batch: a table's.
    pub fn located(bytes: &Arc<Vec<u8>>, cells: Vec<Cell>) -> Self {
        Self { block: Arc::clone(bytes), cells, ..Self::default() }
    }

    /// The cells of a column that was located elsewhere, and what they point into.
    pub(super) fn as_located(&self) -> Option<(&[Cell], &[u8])> {
        (!self.cells.is_empty()).then_some((&self.cells, &self.block))
    }

    /// A column of a field that no record has.
    pub fn absent() -> Self {
        Self { absent: true, ..Self::default() }
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.data.len().max(self.cells.len())
    }

    /// Whether there is no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a record; null behind the end. Not for columns that hold cells: [`super::Batch::load`]
    /// types those first.
    #[inline]
    pub fn get(&self, row: u32) -> Value<'_> {
        match self.data.get(row as usize).copied().unwrap_or_default() {
            Datum::Null | Datum::Absent => Value::Null,
            Datum::Bool(truth) => Value::Bool(truth),
            Datum::Number(number) => Value::Number(number),
            Datum::Time(time) => Value::Time(time),
            Datum::Duration(duration) => Value::Duration(duration),
            Datum::Digits(place) => Value::Spelled(self.at(place)),
            Datum::Text(place) => Value::Text(self.at(place)),
            Datum::Untyped(place) => Value::Untyped(self.at(place)),
            Datum::Stamp(place) => Stamp::read(self.at(place)).map_or(Value::Null, Value::Stamp),
            Datum::Array(place) => Value::Array(self.at(place)),
            Datum::Object(place) => Value::Object(self.at(place)),
            Datum::Spelled(cell) => Value::Untyped(cell.spelling(&self.arena)),
        }
    }

    /// The cell of a record and the bytes it points into, if its spelling was kept or the record does not
    /// have the field.
    pub fn cell(&self, row: u32) -> Option<(Cell, &[u8])> {
        match self.data.get(row as usize) {
            Some(Datum::Spelled(cell)) => Some((*cell, &self.arena)),
            Some(Datum::Absent) => Some((Cell::MISSING, &[])),
            None if !self.cells.is_empty() => {
                let cell = self.cells.get(row as usize)?;
                (cell.form != Form::Null || cell.len > 0).then_some((*cell, &self.block))
            }
            None if self.absent => Some((Cell::MISSING, &[])),
            _ => None,
        }
    }

    /// Whether some value may be an array or object. Not for columns that hold cells.
    pub(super) fn nests(&self) -> bool {
        self.nests
    }

    /// Whether some value is kept as a cell.
    pub fn holds_cells(&self) -> bool {
        self.spelled || !self.cells.is_empty()
    }

    /// Where the value of a record is written; the column grows to hold it.
    #[inline]
    pub fn slot(&mut self, row: u32) -> Slot<'_> {
        let row = row as usize;
        if !self.cells.is_empty() {
            self.write_out();
        }
        if row >= self.data.len() {
            self.data.resize(row + 1, Datum::Null);
        }
        Slot { made: self, row }
    }

    /// Writes a value, copying text.
    pub fn set(&mut self, row: u32, value: Value<'_>) {
        self.slot(row).value(value);
    }

    /// Adds a value behind the last.
    pub fn push(&mut self, value: Value<'_>) {
        self.set(self.len() as u32, value);
    }

    /// Keeps a cell with its spelling; `bytes` are what the cell points into.
    pub fn set_cell(&mut self, row: u32, cell: Cell, bytes: &[u8]) {
        let start = self.arena.len();
        let spelling = cell.spelling(bytes);
        self.arena.extend_from_slice(spelling);
        let kept = Cell::new(start, offset(self.arena.len()) as usize, cell.form);
        let slot = self.slot(row);
        if cell.form == Form::Missing || cell.form == Form::Null && spelling.is_empty() {
            slot.made.data[slot.row] = Datum::Null;
        } else {
            slot.made.data[slot.row] = Datum::Spelled(kept);
            slot.made.spelled = true;
        }
    }

    /// Says that a record does not have the field, which is not the same as null where it is written out.
    pub fn set_absent(&mut self, row: u32) {
        self.slot(row).datum(Datum::Absent);
    }

    /// Copies the value of a record of another column, cells as cells.
    pub fn copy(&mut self, row: u32, from: &Self, from_row: u32) {
        match from.cell(from_row) {
            Some((Cell { form: Form::Missing, .. }, _)) => self.set_absent(row),
            Some((cell, bytes)) => self.set_cell(row, cell, bytes),
            None => self.set(row, from.get(from_row)),
        }
    }

    /// The column of the records `rows`, in that order, with repetitions.
    #[must_use]
    pub fn gather(mut self, rows: &[u32]) -> Self {
        if !self.cells.is_empty() {
            let cell = |&row: &u32| self.cells.get(row as usize).copied().unwrap_or(Cell::MISSING);
            self.cells = rows.iter().map(cell).collect();
            return self;
        }
        self.data =
            rows.iter().map(|&row| self.data.get(row as usize).copied().unwrap_or_default()).collect();
        self
    }

    /// Bytes held on the heap, those of the batch not included.
    pub fn heap_bytes(&self) -> usize {
        let cells = self.cells.capacity() * size_of::<Cell>();
        self.arena.capacity() + self.data.capacity() * size_of::<Datum>() + cells
    }

    /// Makes a located column one of values of its own.
    #[cold]
    fn write_out(&mut self) {
        let located = std::mem::take(self);
        for row in 0..located.len() as u32 {
            self.copy(row, &located, row);
        }
    }

    fn at(&self, place: Place) -> &[u8] {
        let bytes: &[u8] = if place.in_block { &self.block } else { &self.arena };
        let start = place.start as usize;
        bytes.get(start..start + place.len as usize).unwrap_or(&[])
    }
}

impl Slot<'_> {
    /// Writes null.
    pub fn null(self) {
        self.datum(Datum::Null);
    }

    /// Writes a bool.
    pub fn bool(self, truth: bool) {
        self.datum(Datum::Bool(truth));
    }

    /// Writes a number.
    pub fn number(self, number: Number) {
        self.datum(Datum::Number(number));
    }

    /// Writes the number that a text spells, with all its digits and as spelled if JSON can spell it so. False if it
    /// spells none.
    pub fn number_spelled(self, text: &[u8]) -> bool {
        match Number::read_json(text) {
            // It reads what JSON takes for a number, which begins with a digit or has one after its sign.
            _ if matches!(text, b"" | b"-") => return false,
            None => return false,
            Some((number, true)) => self.number(number),
            Some(_) if Number::is_json(text) => self.value(Value::Spelled(text)),
            Some((number, false)) if Number::is_exact(text) => self.number(number),
            Some(_) => self.nested(|out| Number::write_as_json(text, out), Datum::Digits),
        }
        true
    }

    /// Writes a time.
    pub fn time(self, time: Timestamp) {
        self.datum(Datum::Time(time));
    }

    /// Writes a duration.
    pub fn duration(self, duration: Duration) {
        self.datum(Datum::Duration(duration));
    }

    /// Writes text, copied.
    pub fn text(self, text: &[u8]) {
        self.text_with(|out| out.extend_from_slice(text));
    }

    /// Writes text by appending it to a buffer.
    pub fn text_with(self, write: impl FnOnce(&mut Vec<u8>)) {
        self.nested(write, Datum::Text);
    }

    /// Writes untyped text by appending it to a buffer.
    pub fn untyped_with(self, write: impl FnOnce(&mut Vec<u8>)) {
        self.nested(write, Datum::Untyped);
    }

    /// Writes a stamp: its time, and how it is spelled, without quotes and escapes.
    pub fn stamp(self, time: Option<Timestamp>, kind: Spelling, spelling: &[u8]) {
        self.nested(|out| Stamp::write(time, kind, spelling, out), Datum::Stamp);
    }

    /// Writes an array by appending its JSON text to a buffer.
    pub fn array_with(self, write: impl FnOnce(&mut Vec<u8>)) {
        self.made.nests = true;
        self.nested(write, Datum::Array);
    }

    /// Writes an object by appending its JSON text to a buffer.
    pub fn object_with(self, write: impl FnOnce(&mut Vec<u8>)) {
        self.made.nests = true;
        self.nested(write, Datum::Object);
    }

    /// Writes any value, copying text.
    pub fn value(self, value: Value<'_>) {
        match value {
            Value::Null => self.null(),
            Value::Bool(truth) => self.bool(truth),
            Value::Number(number) => self.number(number),
            Value::Time(time) => self.time(time),
            Value::Duration(duration) => self.duration(duration),
            Value::Spelled(text) => self.nested(|out| out.extend_from_slice(text), Datum::Digits),
            Value::Text(text) => self.text(text),
            Value::Untyped(text) => self.untyped_with(|out| out.extend_from_slice(text)),
            Value::Stamp(stamp) => self.nested(|out| out.extend_from_slice(stamp.bytes()), Datum::Stamp),
            Value::Array(text) => self.array_with(|out| out.extend_from_slice(text)),
            Value::Object(text) => self.object_with(|out| out.extend_from_slice(text)),
        }
    }

    /// Writes a value that stands in the bytes of the batch without copying it: `form` is one of text,
    /// untyped (quoted or not), array, object, or a number that is kept by its spelling.
    pub(super) fn in_block(self, cell: Cell) {
        let place = Place { start: cell.start, len: cell.len, in_block: true };
        self.made.nests |= matches!(cell.form, Form::Array | Form::Object);
        self.datum(match cell.form {
            Form::Number => Datum::Digits(place),
            Form::Text => Datum::Text(place),
            Form::Array => Datum::Array(place),
            Form::Object => Datum::Object(place),
            _ => Datum::Untyped(place),
        });
    }

    fn nested(self, write: impl FnOnce(&mut Vec<u8>), wrap: fn(Place) -> Datum) {
        let start = self.made.arena.len();
        write(&mut self.made.arena);
        let (start, end) = (offset(start), offset(self.made.arena.len()));
        let place = Place { start, len: end - start, in_block: false };
        self.datum(wrap(place));
    }

    fn datum(self, datum: Datum) {
        if let Some(slot) = self.made.data.get_mut(self.row) {
            *slot = datum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_cells_are_kept_side_by_side() {
        let mut made = Made::new(&Arc::default(), 2);
        made.set(0, Value::Text(b"caf\xc3\xa9"));
        made.set_cell(1, Cell::new(1, 4, Form::Number), b"x1.0y");
        made.push(Value::Bool(true));
        assert!(matches!(made.get(0), Value::Text(b"caf\xc3\xa9")));
        let (cell, bytes) = made.cell(1).unwrap();
        assert_eq!((cell.spelling(bytes), cell.form), (&b"1.0"[..], Form::Number));
        let gathered = made.gather(&[2, 1, 1]);
        assert!(matches!(gathered.get(0), Value::Bool(true)));
        assert!(gathered.cell(2).is_some());
        assert!(matches!(gathered.get(9), Value::Null));
    }

    #[test]
    fn a_located_column_is_like_one_of_cells() {
        let bytes = Arc::new(b"a1.0".to_vec());
        let cells = vec![
            Cell::new(1, 4, Form::Number),
            Cell::new(0, 0, Form::Null),
            Cell::MISSING,
            Cell::new(0, 1, Form::Text),
        ];
        let located = Made::located(&bytes, cells);
        let mut written = located.clone();
        written.set(4, Value::Bool(true));
        for row in 0..4 {
            let of =
                |made: &Made| made.cell(row).map(|(cell, bytes)| (cell.spelling(bytes).to_vec(), cell.form));
            assert_eq!(of(&located), of(&written), "{row}");
        }
        assert!(located.holds_cells() && located.cell(1).is_none() && matches!(located.get(1), Value::Null));
        assert!(matches!(written.get(4), Value::Bool(true)));
        assert_eq!((located.len(), written.len(), located.gather(&[3, 3, 0]).len()), (4, 5, 3));
    }

    #[test]
    fn an_absent_field_is_null_to_those_who_compute() {
        let mut made = Made::new(&Arc::default(), 2);
        made.set_absent(1);
        assert!(matches!(made.get(1), Value::Null) && !made.holds_cells());
        let mut copy = Made::default();
        copy.copy(0, &made, 1);
        copy.copy(1, &made, 0);
        copy.copy(2, &Made::absent(), 7);
        let missing = Some((Cell::MISSING, &[][..]));
        assert_eq!((copy.cell(0), copy.cell(1), copy.cell(2)), (missing, None, missing));
    }
}
