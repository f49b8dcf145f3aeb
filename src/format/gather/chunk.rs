//! A chunk: some records as the cells of a line, with the names of the columns that they have.
//!
//! `bytes after this number, bytes of the rows (both of 8 bytes), rows, names`. A row is the number of its cells with a
//! bit that says whether its columns are those of the row before; else these, by their numbers in the chunk; then
//! the lengths of the cells' texts, and the texts. The names: how many, then each with the kind of its first value.
//! All numbers but the first two take 7 bits a byte.

use super::super::row::RowCell;
use crate::error::Result;
use crate::format::columns::{Columns, Misfit};
use crate::spill::damaged;
use crate::value::saved::{read_byte, read_bytes, read_count, write_bytes, write_count};

/// Bytes of each of the two lengths in front.
const LENGTH: usize = size_of::<u64>();

/// What the values of a column are, as far as the layout of a column depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Kind {
    /// There is none but null, or nobody asks.
    #[default]
    Unknown,
    /// The first one is a number.
    Number,
    /// The first one is something else.
    Other,
}

impl Kind {
    /// The first one known.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }

    fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Number => 1,
            Self::Other => 2,
        }
    }

    fn of_code(code: u8) -> Self {
        match code {
            1 => Self::Number,
            2 => Self::Other,
            _ => Self::Unknown,
        }
    }
}

/// Writes chunks. Its lists are filled again by each.
#[derive(Debug, Default)]
pub(super) struct ChunkWriter {
    /// Where the chunk begins among the bytes that it is written to.
    start: usize,
    rows: usize,
    /// For each column the last chunk that has it, and its number there.
    numbers: Vec<(u32, u32)>,
    chunk: u32,
    /// The columns of the chunk by their numbers, with their kinds.
    used: Vec<(usize, Kind)>,
    /// The columns of the last row.
    last: Vec<u32>,
    columns: Vec<u32>,
    texts: Vec<u8>,
    /// Where the texts of the row end.
    ends: Vec<usize>,
}

impl ChunkWriter {
    /// Begins a chunk.
    pub(super) fn begin(&mut self, out: &mut Vec<u8>) {
        self.start = out.len();
        self.rows = 0;
        out.extend_from_slice(&[0; 2 * LENGTH]);
        self.used.clear();
        self.last.clear();
        match self.chunk.checked_add(1) {
            Some(chunk) => self.chunk = chunk,
            None => {
                self.numbers.clear();
                self.chunk = 1;
            }
        }
    }

    /// Forgets which columns there are: others follow.
    pub(super) fn forget_columns(&mut self) {
        self.numbers.clear();
    }

    /// Appends a row. `write` appends the text of a cell and says of what kind its value is; if it cannot, the row is
    /// left out, and brings no columns.
    pub(super) fn push<'a>(
        &mut self,
        cells: &[RowCell<'a>],
        mut write: impl FnMut(&RowCell<'a>, &mut Vec<u8>) -> std::result::Result<Kind, Misfit>,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), Misfit> {
        let used = self.used.len();
        self.columns.clear();
        self.texts.clear();
        self.ends.clear();
        for cell in cells {
            let number = self.number(cell.column);
            self.columns.push(number);
            let kind = match write(cell, &mut self.texts) {
                Ok(kind) => kind,
                Err(misfit) => {
                    self.forget_from(used);
                    return Err(misfit);
                }
            };
            self.ends.push(self.texts.len());
            if let Some((_, known)) = self.used.get_mut(number as usize) {
                *known = known.or(kind);
            }
        }
        let again = self.rows > 0 && self.columns == self.last;
        write_count((cells.len() as u64) << 1 | u64::from(again), out);
        if !again {
            self.columns.iter().for_each(|&number| write_count(number.into(), out));
            std::mem::swap(&mut self.columns, &mut self.last);
        }
        let mut start = 0;
        for &end in &self.ends {
            write_count((end - start) as u64, out);
            start = end;
        }
        out.extend_from_slice(&self.texts);
        self.rows += 1;
        Ok(())
    }

    /// Forgets the columns from a number on.
    #[cold]
    fn forget_from(&mut self, number: usize) {
        for (column, _) in self.used.drain(number..) {
            if let Some(mark) = self.numbers.get_mut(column) {
                *mark = (0, 0);
            }
        }
    }

    /// Ends the chunk, of whose columns these are the names; one without rows is nothing.
    pub(super) fn end(&self, columns: &Columns, out: &mut Vec<u8>) {
        if self.rows == 0 {
            return out.truncate(self.start);
        }
        let front = self.start + 2 * LENGTH;
        let rows = out.len() - front;
        write_count(self.used.len() as u64, out);
        for &(column, kind) in &self.used {
            out.push(kind.code());
            write_bytes(columns.spelled(column), out);
        }
        let lengths = [out.len() - self.start - LENGTH, rows].map(|len| (len as u64).to_le_bytes());
        let places = out.get_mut(self.start..front).unwrap_or(&mut []);
        places.iter_mut().zip(lengths.as_flattened()).for_each(|(to, from)| *to = *from);
    }

    /// The number of a column in this chunk.
    #[inline]
    fn number(&mut self, column: usize) -> u32 {
        if self.numbers.len() <= column {
            self.numbers.resize(column + 1, (0, 0));
        }
        let Some(mark) = self.numbers.get_mut(column) else { return 0 };
        if mark.0 != self.chunk {
            *mark = (self.chunk, self.used.len() as u32);
            self.used.push((column, Kind::Unknown));
        }
        mark.1
    }
}

/// A chunk as it was written.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// Its rows.
    pub rows: &'a [u8],
    names: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Takes the first of some chunks.
    pub fn take(from: &mut &'a [u8]) -> Result<Self> {
        Self::read(from).ok_or_else(damaged)
    }

    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let (len, rest) = read_length(from)?;
        let (chunk, rest) = rest.split_at_checked(len)?;
        *from = rest;
        let (rows, chunk) = read_length(chunk)?;
        let (rows, names) = chunk.split_at_checked(rows)?;
        Some(Self { rows, names })
    }

    /// Visits the names of its columns in the order of their numbers.
    pub fn each_name(&self, mut visit: impl FnMut(&'a [u8], Kind)) -> Result<()> {
        let mut rest = self.names;
        let count = read_count(&mut rest).ok_or_else(damaged)?;
        for _ in 0..count {
            let kind = read_byte(&mut rest).map(Kind::of_code).ok_or_else(damaged)?;
            visit(read_bytes(&mut rest).ok_or_else(damaged)?, kind);
        }
        Ok(())
    }
}

fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u64::from_le_bytes(*len)).ok()?, rest))
}
