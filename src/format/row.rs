//! The fields of one record by their columns: as many as it has, however many columns there are.

use super::columns::{Columns, Misfit, put_leaves, without_column};
use super::flatten::is_nested;
use crate::record::FieldValue;

/// The fields of a record, in the order of their coming.
#[derive(Debug, Default)]
pub struct Row<'a> {
    cells: Vec<RowCell<'a>>,
    /// The dots of paths, one after the other.
    dots: Vec<usize>,
}

/// A field in its column.
#[derive(Clone, Copy, Debug)]
pub struct RowCell<'a> {
    /// The column.
    pub column: usize,
    /// The value, null or not.
    pub value: FieldValue<'a>,
    /// Where the dots of its path are, from and to; none of a field that is whole.
    dots: (usize, usize),
}

/// Which columns the record at hand has filled.
#[derive(Debug, Default)]
pub struct Filled {
    /// For each column the number of the last record that has it, and its place among the record's cells.
    of: Vec<(u32, u32)>,
    /// The number of the record at hand.
    record: u32,
}

/// What becomes of a field that has no column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Growth {
    /// The columns are fixed: it does not fit unless it is null. A nested value without a column goes leaf by leaf.
    Fixed,
    /// It gets a column.
    Whole,
    /// It gets a column, and a nested value one for each leaf.
    Leaves,
}

impl<'a> Row<'a> {
    /// The fields.
    pub fn cells(&self) -> &[RowCell<'a>] {
        &self.cells
    }

    /// The fields in the order of their columns.
    pub fn in_order(&mut self) -> &[RowCell<'a>] {
        if !self.cells.is_sorted_by_key(|cell| cell.column) {
            self.cells.sort_unstable_by_key(|cell| cell.column);
        }
        &self.cells
    }

    /// Begins another record.
    pub fn clear(&mut self, filled: &mut Filled) {
        self.cells.clear();
        self.dots.clear();
        match filled.record.checked_add(1) {
            Some(record) => filled.record = record,
            None => *filled = Filled { record: 1, ..Filled::default() },
        }
    }

    /// Puts the `nth` field of the record into its column. Of one field given twice the last one stays; null gives way
    /// to another field of its name.
    pub fn put(
        &mut self,
        (nth, name): (usize, &[u8]),
        value: FieldValue<'a>,
        growth: Growth,
        columns: &mut Columns,
        filled: &mut Filled,
    ) -> Result<(), Misfit> {
        let by_leaves = growth == Growth::Leaves && is_nested(value);
        if !by_leaves {
            let known = columns.place(nth, name);
            let column = match growth {
                Growth::Fixed => known,
                Growth::Whole | Growth::Leaves => Some(known.unwrap_or_else(|| columns.add(name))),
            };
            if let Some(column) = column {
                return self.put_at(column, &[], value, filled).map_err(|()| Misfit::Clash(name.to_vec()));
            }
            if !is_nested(value) {
                return without_column(name, value);
            }
        }
        put_leaves(name, value, &mut |path, leaf| {
            let known = columns.column(&path.name);
            let column = match growth {
                Growth::Fixed => known,
                Growth::Whole | Growth::Leaves => Some(known.unwrap_or_else(|| columns.add(&path.name))),
            };
            match column {
                Some(column) => self
                    .put_at(column, &path.dots, leaf, filled)
                    .map_err(|()| Misfit::Clash(path.name.clone())),
                None => without_column(&path.name, leaf),
            }
        })
    }

    /// Puts a value into a column. An error if the value of another path is there.
    #[inline]
    fn put_at(
        &mut self,
        column: usize,
        dots: &[usize],
        value: FieldValue<'a>,
        filled: &mut Filled,
    ) -> Result<(), ()> {
        if filled.of.len() <= column {
            filled.of.resize(column + 1, (0, 0));
        }
        let Some(mark) = filled.of.get_mut(column) else { return Ok(()) };
        let there = (mark.0 == filled.record).then_some(mark.1 as usize);
        if let Some(cell) = there.and_then(|at| self.cells.get(at))
            && !cell.value.is_null()
            && self.dots.get(cell.dots.0..cell.dots.1) != Some(dots)
        {
            return if value.is_null() { Ok(()) } else { Err(()) };
        }
        let start = self.dots.len();
        self.dots.extend_from_slice(dots);
        let cell = RowCell { column, value, dots: (start, self.dots.len()) };
        match there.and_then(|at| self.cells.get_mut(at)) {
            Some(known) => *known = cell,
            None => {
                *mark = (filled.record, self.cells.len() as u32);
                self.cells.push(cell);
            }
        }
        Ok(())
    }
}
