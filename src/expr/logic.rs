//! `and`, `or`, `not` and `is null`. Logic is SQL's: null is a truth that is not known.

use super::node::{Column, Node, Run, Truth, bools_of};

/// `and` or `or` of at least two operands. Each is evaluated only for the records that those before it did
/// not decide.
pub(super) struct Junction {
    pub(super) operands: Vec<Box<dyn Node>>,
    /// The truth of one operand that decides: false for `and`, true for `or`.
    pub(super) decisive: Truth,
}

/// `not`.
pub(super) struct Not(pub(super) Box<dyn Node>);

/// `is null`, `is not null`.
pub(super) struct IsNull {
    pub(super) value: Box<dyn Node>,
    pub(super) negated: bool,
}

impl Junction {
    /// Narrows `truths` by one more operand, for the records it is still needed for.
    fn narrow(&self, operand: &dyn Node, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut [Truth]) {
        let undecided = || truths.iter().zip(rows).filter(|(truth, _)| **truth != self.decisive);
        let asked: Vec<u32> = undecided().map(|(_, &row)| row).collect();
        if asked.is_empty() {
            return;
        }
        let mut answers = Vec::new();
        operand.test(run, &asked, &mut answers);
        let open = truths.iter_mut().filter(|truth| **truth != self.decisive);
        for (truth, answer) in open.zip(answers) {
            *truth = if self.decisive == Truth::False { answer.min(*truth) } else { answer.max(*truth) };
        }
    }
}

impl Node for Junction {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths.clear();
        let Some((first, others)) = self.operands.split_first() else { return };
        first.test(run, rows, truths);
        for operand in others {
            self.narrow(&**operand, run, rows, truths);
        }
    }
}

impl Node for Not {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        self.0.test(run, rows, truths);
        for truth in truths {
            *truth = truth.negated();
        }
    }
}

impl Node for IsNull {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let column = self.value.eval(run, rows);
        truths.clear();
        truths.extend(rows.iter().map(|&row| Truth::from(column.get(row).is_null() != self.negated)));
    }
}
