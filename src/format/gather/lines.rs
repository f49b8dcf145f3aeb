//! The rows of a chunk as lines, once all columns are known. A line costs its own cells and what separates the others.

use crate::error::Result;
use crate::spill::damaged;
use crate::value::saved::read_count;

/// How the cells of a record become a line.
#[derive(Clone, Copy, Debug)]
pub struct LineForm {
    /// What is between two cells.
    pub between: Option<u8>,
    /// The text of a cell that the record does not have.
    pub missing: &'static [u8],
    /// What is after the last cell.
    pub end: &'static [u8],
}

/// Reads the rows of one chunk after the other.
#[derive(Debug, Default)]
pub struct LineReader {
    /// For each column of the chunk by its number where it is among all.
    columns: Vec<usize>,
    /// Bytes of the rows that were read.
    read: usize,
    /// For each cell of the row its column.
    row: Vec<usize>,
    /// The cells in the order of their columns, if they do not come so.
    order: Vec<usize>,
    /// Where the texts of the cells are among the rows.
    texts: Vec<(usize, usize)>,
}

impl LineReader {
    /// Begins with another chunk, whose columns are these by their numbers.
    pub fn begin(&mut self, columns: impl Iterator<Item = usize>) {
        self.columns.clear();
        self.columns.extend(columns);
        self.row.clear();
        self.order.clear();
        self.read = 0;
    }

    /// Appends the next of `rows` as a line with so many columns; false after the last.
    pub fn write_next(
        &mut self,
        rows: &[u8],
        form: LineForm,
        columns: usize,
        out: &mut Vec<u8>,
    ) -> Result<bool> {
        if self.read >= rows.len() {
            return Ok(false);
        }
        self.read_row(rows).ok_or_else(damaged)?;
        let mut line = Line { form, next: 0 };
        for at in 0..self.row.len() {
            let at = self.order.get(at).copied().unwrap_or(at);
            let (Some(&column), Some(&(start, end))) = (self.row.get(at), self.texts.get(at)) else { break };
            line.skip_to(column, out);
            line.put(rows.get(start..end).unwrap_or(&[]), out);
        }
        line.skip_to(columns, out);
        out.extend_from_slice(form.end);
        Ok(true)
    }

    fn read_row(&mut self, rows: &[u8]) -> Option<()> {
        let mut rest = rows.get(self.read..)?;
        let head = read_count(&mut rest)?;
        let count = usize::try_from(head >> 1).ok()?;
        if head & 1 == 0 {
            self.row.clear();
            for _ in 0..count {
                let number = usize::try_from(read_count(&mut rest)?).ok()?;
                self.row.push(*self.columns.get(number)?);
            }
            self.order.clear();
            if !self.row.is_sorted() {
                self.order.extend(0..count);
                self.order.sort_unstable_by_key(|&at| self.row.get(at).copied());
            }
        }
        self.texts.clear();
        let mut end = 0_usize;
        for _ in 0..count {
            let start = end;
            end = end.checked_add(usize::try_from(read_count(&mut rest)?).ok()?)?;
            self.texts.push((start, end));
        }
        let first = rows.len() - rest.len();
        self.read = first.checked_add(end).filter(|end| *end <= rows.len())?;
        for (start, end) in &mut self.texts {
            *start += first;
            *end += first;
        }
        (self.row.len() == count).then_some(())
    }
}

/// A line as it is written.
struct Line {
    form: LineForm,
    /// The column whose cell is next.
    next: usize,
}

impl Line {
    /// Leaves the cells before a column empty.
    #[inline]
    fn skip_to(&mut self, column: usize, out: &mut Vec<u8>) {
        let cells = column.saturating_sub(self.next);
        if cells == 0 {
            return;
        }
        match self.form {
            LineForm { between: Some(between), missing: [], .. } => {
                let first = usize::from(self.next == 0);
                out.resize(out.len() + cells - first, between);
                self.next = column;
            }
            LineForm { missing, .. } => (0..cells).for_each(|_| self.put(missing, out)),
        }
    }

    #[inline]
    fn put(&mut self, text: &[u8], out: &mut Vec<u8>) {
        if self.next > 0 {
            out.extend(self.form.between);
        }
        out.extend_from_slice(text);
        self.next += 1;
    }
}
