//! `+ - * / // %` and unary `-`, column by column.

use super::Operator;
use super::arithmetic::{negated, numbers, values};
use super::blame::{Operand, of_arithmetic};
use super::node::{Column, Node, Run, Truth, truths_of};
use crate::record::{Fault, Loaded};
use crate::value::{Number, Value};

/// `a + b` and its kin.
pub(super) struct Arithmetic {
    pub(super) operator: Operator,
    pub(super) left: Box<dyn Node>,
    pub(super) right: Box<dyn Node>,
    pub(super) site: u32,
}

/// `-a`.
pub(super) struct Negative {
    pub(super) value: Box<dyn Node>,
    pub(super) site: u32,
}

impl Arithmetic {
    /// Computes every record with one operator, known to the compiler.
    fn each<'b>(
        &self,
        run: &mut Run<'b, '_>,
        rows: &[u32],
        compute: impl Fn(Number, Number) -> Result<Number, Fault>,
    ) -> Column<'b> {
        let left = self.left.eval(run, rows);
        let right = self.right.eval(run, rows);
        let mut made = run.batch.new_column();
        for &row in rows {
            let (a, b) = (left.get(row), right.get(row));
            let outcome = match (a, b) {
                (Value::Number(a), Value::Number(b)) => compute(a, b).map(Value::Number),
                _ => values(self.operator, a, b, run.env),
            };
            match outcome {
                Ok(value) => made.slot(row).value(value),
                Err(fault) => {
                    let [a, b] = [(a, &left), (b, &right)].map(|(value, column)| Operand::of(value, column));
                    run.log.add(row, self.site, fault, Some(of_arithmetic(a, b, run.env)));
                }
            }
        }
        Column::Made(Loaded::Owned(made))
    }
}

impl Node for Arithmetic {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        match self.operator {
            Operator::Add => self.each(run, rows, |a, b| numbers(Operator::Add, a, b)),
            Operator::Subtract => self.each(run, rows, |a, b| numbers(Operator::Subtract, a, b)),
            Operator::Multiply => self.each(run, rows, |a, b| numbers(Operator::Multiply, a, b)),
            operator => self.each(run, rows, |a, b| numbers(operator, a, b)),
        }
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}

impl Node for Negative {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let column = self.value.eval(run, rows);
        let mut made = run.batch.new_column();
        for &row in rows {
            let value = column.get(row);
            match negated(value) {
                Ok(value) => made.slot(row).value(value),
                Err(fault) => run.log.add(row, self.site, fault, Some(value)),
            }
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}
