//! `if(condition, then, else)` and `??`: operands are evaluated only for the records that need them.

use super::node::{Column, Node, Run, Truth, truths_of};
use crate::record::{Loaded, Made};

/// `if(condition, then, else)`; a null condition takes the last one.
pub(super) struct If {
    pub(super) condition: Box<dyn Node>,
    pub(super) then: Box<dyn Node>,
    pub(super) otherwise: Box<dyn Node>,
    pub(super) site: u32,
}

/// `a ?? b`, `coalesce(a, b)`: the first that is not null. Faults count in the last one only.
pub(super) struct Fallback {
    pub(super) operands: Vec<Box<dyn Node>>,
    pub(super) site: u32,
}

impl Node for If {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let mut truths = Vec::new();
        self.condition.test(run, rows, &mut truths);
        let side = |wanted: bool| -> Vec<u32> {
            let chosen = rows.iter().zip(&truths).filter(|(_, truth)| (**truth == Truth::True) == wanted);
            chosen.map(|(&row, _)| row).collect()
        };
        let (yes, no) = (side(true), side(false));
        if no.is_empty() {
            return self.then.eval(run, &yes);
        }
        if yes.is_empty() {
            return self.otherwise.eval(run, &no);
        }
        let mut made = run.batch.new_column();
        fill(&mut made, &*self.then, run, &yes);
        fill(&mut made, &*self.otherwise, run, &no);
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}

impl Node for Fallback {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let Some((last, others)) = self.operands.split_last() else {
            return Column::Made(Loaded::Owned(run.batch.new_column()));
        };
        let mut missing = rows.to_vec();
        let mut made = None;
        for operand in others {
            let was_ignoring = run.log.ignore(true);
            let column = operand.eval(run, &missing);
            run.log.ignore(was_ignoring);
            let null: Vec<u32> = missing.iter().copied().filter(|&row| column.get(row).is_null()).collect();
            if null.is_empty() && made.is_none() {
                return column;
            }
            copy(made.get_or_insert_with(|| run.batch.new_column()), &column, &missing);
            missing = null;
            if missing.is_empty() {
                break;
            }
        }
        let Some(mut made) = made else { return last.eval(run, rows) };
        if !missing.is_empty() {
            fill(&mut made, &**last, run, &missing);
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}

fn fill(made: &mut Made, node: &dyn Node, run: &mut Run<'_, '_>, rows: &[u32]) {
    let column = node.eval(run, rows);
    copy(made, &column, rows);
}

fn copy(made: &mut Made, column: &Column<'_>, rows: &[u32]) {
    for &row in rows {
        made.set(row, column.get(row));
    }
}
