//! What an aggregate gave for the group.

use super::field::Field;
use super::node::{Column, Node, Run, Truth, truths_of};

/// The result of an aggregate, which a column of the batch holds. Where it could not be computed, that is noted when
/// it is first asked for.
pub(super) struct Outcome {
    pub(super) field: Field,
}

impl Node for Outcome {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        run.log.release(self.field.at.column, rows);
        self.field.eval(run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.field.site, truths);
    }

    fn field(&self) -> Option<&Field> {
        Some(&self.field)
    }

    fn is_text(&self) -> bool {
        self.field.is_text()
    }
}
