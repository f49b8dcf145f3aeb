//! Columns as those who compute see them: typed on use where the cells say all, else typed beforehand.

use std::ops::Range;

use super::typed::{BEYOND, write_typed};
use super::{Batch, Cell, Env, FaultLog, Form, Made, Reading, TimeField};
use crate::value::Value;
use crate::value::number::short::{self, Short};
use crate::value::tokens::holds_beyond;

/// The values of a column, for the records that it was loaded for.
#[derive(Debug)]
pub enum Loaded<'a> {
    /// Located in the records; each is typed when it is asked for.
    Cells(Cells<'a>),
    /// Computed before.
    Borrowed(&'a Made),
    /// Computed, or typed under a pin.
    Owned(Made),
}

/// Cells of which each is a value as it stands: none has escapes to undo, and no number is out of range.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    cells: &'a [Cell],
    bytes: &'a [u8],
    nests: bool,
}

/// Whether the cells of a column are values as they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plain {
    /// Not all of them.
    No,
    /// They are, and none is an array or object.
    Flat,
    /// They are; some are arrays or objects.
    Nests,
}

/// A number of at most this many bytes, without an exponent, has at most 38 digits and is in range.
const SHORT: u32 = 38;

impl<'a> Loaded<'a> {
    /// The value of a record.
    #[inline]
    pub fn get(&self, row: u32) -> Value<'_> {
        match self {
            Self::Cells(cells) => cells.get(row),
            Self::Borrowed(made) => made.get(row),
            Self::Owned(made) => made.get(row),
        }
    }

    /// The same values for those who look inside: an array or object that holds a number beyond 1e±6144 is null and noted at
    /// `site`, as such a number is by itself.
    #[inline]
    #[must_use]
    pub fn in_range(self, batch: &Batch, rows: &[u32], env: &Env, site: u32, log: &mut FaultLog) -> Self {
        if self.nests() { self.nests_in_range(batch, rows, env, site, log) } else { self }
    }

    /// Whether some value may be an array or object.
    #[inline]
    fn nests(&self) -> bool {
        match self {
            Self::Cells(cells) => cells.nests,
            Self::Borrowed(made) => made.nests(),
            Self::Owned(made) => made.nests(),
        }
    }

    fn nests_in_range(self, batch: &Batch, rows: &[u32], env: &Env, site: u32, log: &mut FaultLog) -> Self {
        let is_beyond = |row: &u32| match self.get(*row) {
            Value::Array(text) | Value::Object(text) => holds_beyond(text),
            _ => false,
        };
        let beyond: Vec<u32> = rows.iter().copied().filter(is_beyond).collect();
        if beyond.is_empty() {
            return self;
        }
        beyond.iter().for_each(|&row| log.add(row, site, BEYOND, Some(self.get(row))));
        let mut made = self.into_made(batch, rows, env);
        beyond.iter().for_each(|&row| made.slot(row).null());
        Self::Owned(made)
    }

    /// The column over `batch` that these values of the records `rows` make.
    pub fn into_made(self, batch: &Batch, rows: &[u32], env: &Env) -> Made {
        match self {
            Self::Owned(made) => made,
            Self::Borrowed(made) => made.clone(),
            Self::Cells(Cells { cells, bytes, .. }) => {
                let mut made = batch.new_column();
                for &row in rows {
                    let cell = cells.get(row as usize).copied().unwrap_or(Cell::MISSING);
                    let own = std::ptr::eq(bytes, &**batch.bytes);
                    // None of these cells faults: see `plain`.
                    let _ = write_typed(cell, bytes, own, None, None, env, made.slot(row));
                }
                made
            }
        }
    }
}

impl<'a> Cells<'a> {
    /// Cells that are [`plain`], over the bytes that they point into.
    pub(super) fn new(cells: &'a [Cell], bytes: &'a [u8], plain: Plain) -> Self {
        Self { cells, bytes, nests: plain == Plain::Nests }
    }

    /// The cell of a record.
    #[inline]
    pub fn cell(&self, row: u32) -> Cell {
        self.cells.get(row as usize).copied().unwrap_or(Cell::MISSING)
    }

    /// The cells of these records.
    pub(super) fn of_records(&self, range: Range<usize>) -> Option<&'a [Cell]> {
        self.cells.get(range)
    }

    /// What the cells point into.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The short number that a record has there, typed or not. `None`: something else, or a long number.
    #[inline]
    pub fn short(&self, row: u32) -> Option<Short> {
        short_of(self.cell(row), self.bytes)
    }

    #[inline]
    fn get(&self, row: u32) -> Value<'a> {
        let cell = self.cell(row);
        let spelling = cell.spelling(self.bytes);
        match cell.form {
            Form::Number => Value::of_json_number(spelling).unwrap_or(Value::Null),
            Form::Text => Value::Text(spelling),
            Form::True => Value::Bool(true),
            Form::False => Value::Bool(false),
            Form::Array => Value::Array(spelling),
            Form::Object => Value::Object(spelling),
            Form::Untyped | Form::Quoted => Value::Untyped(spelling),
            _ => Value::Null,
        }
    }
}

impl Batch {
    /// A column typed for computing by the field's reading, for the records `rows`. Spellings that do not fit a
    /// pinned type, and numbers beyond 1e±6144, are null and noted at `site`.
    pub fn load(
        &self,
        column: super::ColumnRef,
        rows: &[u32],
        reading: Reading,
        env: &Env,
        site: u32,
        log: &mut FaultLog,
    ) -> Loaded<'_> {
        let mut typed = || Loaded::Owned(self.type_column(column, rows, reading, env, site, log));
        match column {
            super::ColumnRef::Input(slot) => match self.read_plain(slot, reading) {
                Plain::No => typed(),
                plain => {
                    let cells = self.inputs.get(slot).map_or(&[][..], Vec::as_slice);
                    Loaded::Cells(Cells::new(cells, &self.bytes, plain))
                }
            },
            super::ColumnRef::Made(place) if reading == Reading::Plain => match self.made.get(place) {
                Some(made) if !made.holds_cells() => Loaded::Borrowed(made),
                Some(made) => {
                    match made.as_located().map(|(cells, bytes)| (cells, bytes, plain(cells, bytes))) {
                        Some((cells, bytes, plain @ (Plain::Flat | Plain::Nests))) => {
                            Loaded::Cells(Cells::new(cells, bytes, plain))
                        }
                        Some((_, _, Plain::No)) | None => typed(),
                    }
                }
                None => typed(),
            },
            _ => typed(),
        }
    }
}

impl Batch {
    /// Whether each cell of a slot is a value as it is, under this reading too.
    fn read_plain(&self, slot: usize, reading: Reading) -> Plain {
        let is_no_text =
            |cell: &Cell| cell.is_null() || matches!(cell.form, Form::Number | Form::True | Form::False);
        let holds_no_text = || self.inputs.get(slot).is_none_or(|cells| cells.iter().all(is_no_text));
        match reading {
            Reading::Plain => self.plain(slot),
            // Numbers in such a field are just numbers.
            Reading::Times(TimeField::Named) if holds_no_text() => self.plain(slot),
            Reading::Times(_) | Reading::Pinned(_) => Plain::No,
        }
    }
}

/// The short number that a cell spells.
#[inline(always)]
pub(super) fn short_of(cell: Cell, bytes: &[u8]) -> Option<Short> {
    let start = cell.start as usize;
    match cell.form {
        Form::Number | Form::Untyped | Form::Quoted => short::read(bytes, start, start + cell.len as usize),
        _ => None,
    }
}

/// Whether each cell is a value as it stands.
pub(super) fn plain(cells: &[Cell], bytes: &[u8]) -> Plain {
    // Without an early end, so that many are looked at together: most columns are of the plainest forms.
    if cells.iter().fold(true, |all, cell| all & cell.form.is_plainest()) {
        return Plain::Flat;
    }
    let mut nests = false;
    let are_plain = cells.iter().all(|cell| match cell.form {
        // Both sides in any case: which lengths come is not to be foreseen.
        Form::Number => cell.len <= SHORT && (cell.len < 6) | !has_exponent(*cell, bytes),
        Form::Escaped
        | Form::Doubled
        | Form::Backslashed
        | Form::Bracketed
        | Form::Logged
        | Form::Coded(_)
        | Form::Marked(_)
        | Form::Name(_) => false,
        Form::Array | Form::Object => {
            nests = true;
            true
        }
        _ => true,
    });
    match (are_plain, nests) {
        (false, _) => Plain::No,
        (true, false) => Plain::Flat,
        (true, true) => Plain::Nests,
    }
}

#[inline]
fn has_exponent(cell: Cell, bytes: &[u8]) -> bool {
    short::has_exponent(bytes, cell.start as usize, cell.start as usize + cell.len as usize)
}
