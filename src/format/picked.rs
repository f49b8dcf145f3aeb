//! Columns of a batch on their way out: looked up once for all records, and short spellings copied at once.

use crate::record::{Batch, Cell, ColumnRef, FieldValue};

/// Where the values of a column stand.
#[derive(Clone, Copy, Debug)]
pub enum Picked<'a> {
    /// In the records' own bytes.
    Cells(&'a [Cell]),
    /// Somewhere else.
    Other(ColumnRef),
}

impl<'a> Picked<'a> {
    /// Looks up columns.
    pub fn of(batch: &'a Batch, columns: impl Iterator<Item = ColumnRef>) -> Vec<Self> {
        let pick = |column| match column {
            ColumnRef::Input(slot) => Self::Cells(batch.inputs.get(slot).map_or(&[], Vec::as_slice)),
            _ => Self::Other(column),
        };
        columns.map(pick).collect()
    }

    /// The value of a record of the same batch.
    #[inline]
    pub fn value(self, batch: &'a Batch, row: u32) -> FieldValue<'a> {
        match self {
            Self::Cells(cells) => {
                FieldValue::Cell(cells.get(row as usize).copied().unwrap_or(Cell::MISSING), &batch.bytes)
            }
            Self::Other(column) => batch.field(column, row),
        }
    }
}

/// Bytes that are copied at once.
const AT_ONCE: usize = 32;

/// Appends `bytes[start..end]`. What is short is copied together with what stands behind it, which is cut off again:
/// a copy whose length is known beforehand is a few instructions, and most values are short.
#[inline]
pub fn append(bytes: &[u8], start: usize, end: usize, out: &mut Vec<u8>) {
    let len = end.saturating_sub(start);
    match bytes.get(start..).and_then(<[u8]>::first_chunk::<AT_ONCE>) {
        Some(near) if len <= AT_ONCE => {
            let len = out.len() + len;
            out.extend_from_slice(near);
            out.truncate(len);
        }
        _ => out.extend_from_slice(bytes.get(start..end).unwrap_or(&[])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_what_was_asked_for() {
        let bytes: Vec<u8> = (0..100).collect();
        for start in 0..=100 {
            for end in start..=100 {
                let mut out = vec![7];
                append(&bytes, start, end, &mut out);
                assert_eq!((out[0], &out[1..]), (7, &bytes[start..end]));
            }
        }
    }
}
