//! Paths behind a call or parenthesis: what stands inside a computed value.

use super::node::{Column, Node, Run, Truth, truths_of};
use super::resolved::write_inside;
use crate::record::{Loaded, Segment};

/// What stands at a path inside a value; null where the value has no such place.
pub(super) struct Inside {
    pub(super) value: Box<dyn Node>,
    pub(super) path: Vec<Segment>,
    pub(super) site: u32,
    /// What stands there is read with all inside it.
    pub(super) whole: bool,
}

impl Node for Inside {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let column = self.value.eval(run, rows);
        let mut made = run.batch.new_column();
        let mut buffer = Vec::new();
        for &row in rows {
            let value = column.get(row);
            if let Err(fault) = write_inside(value, (&self.path, self.whole), &mut buffer, made.slot(row)) {
                run.log.add(row, self.site, fault, Some(value));
            }
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}
