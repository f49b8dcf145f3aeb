//! What every bound expression can do: compute a column, or just the truth, of a list of records.

use std::sync::Arc;

use super::field::Field;
use crate::record::{Batch, Env, Fault, FaultLog, Loaded, Made};
use crate::value::Value;

/// A bound expression. A value takes [`Node::eval`] as its own work and a condition [`Node::test`]; the
/// other one is then [`truths_of`] or [`bools_of`].
pub(super) trait Node: Send + Sync {
    /// The values of the records `rows`, aligned to the batch; the other places are undefined.
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b>;

    /// Puts the truth of each of `rows` into `truths`, which is cleared first.
    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>);

    /// The value, if it is known before anything is read.
    fn constant(&self) -> Option<Value<'_>> {
        None
    }

    /// Where the values stand and how they are read, if this is a field and nothing more.
    fn field(&self) -> Option<&Field> {
        None
    }

    /// Whether this is text and nothing else, which is not compared as a time.
    fn is_text(&self) -> bool {
        false
    }
}

/// What an evaluation works with.
pub(super) struct Run<'b, 'l> {
    pub(super) batch: &'b Batch,
    pub(super) env: &'l Env,
    pub(super) log: &'l mut FaultLog,
}

/// The result of an evaluation.
pub(super) enum Column<'b> {
    /// A value a record.
    Made(Loaded<'b>),
    /// The same value, at place 0, for all.
    Constant(Arc<Made>),
}

/// Three-valued truth, in the order in which `and` is the least and `or` the greatest of its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Truth {
    False,
    Null,
    True,
}

impl<'b> Column<'b> {
    /// The value of a record.
    #[inline]
    pub(super) fn get(&self, row: u32) -> Value<'_> {
        match self {
            Self::Made(made) => made.get(row),
            Self::Constant(made) => made.get(0),
        }
    }

    /// The value, if it is the same for all records.
    pub(super) fn constant(&self) -> Option<Value<'_>> {
        match self {
            Self::Made(_) => None,
            Self::Constant(made) => Some(made.get(0)),
        }
    }

    /// A whole column over `rows` places.
    pub(super) fn into_loaded(self, rows: usize) -> Loaded<'b> {
        match self {
            Self::Made(made) => made,
            // All places share one text.
            Self::Constant(made) => Loaded::Owned(Made::clone(&made).gather(&vec![0; rows])),
        }
    }
}

impl Truth {
    /// The opposite; null stays null.
    #[must_use]
    pub(super) fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Null => Self::Null,
            Self::True => Self::False,
        }
    }

    /// The opposite if `negated`.
    #[must_use]
    pub(super) fn negated_if(self, negated: bool) -> Self {
        if negated { self.negated() } else { self }
    }
}

impl From<bool> for Truth {
    #[inline]
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

/// [`Node::test`] of a node that computes values: what is neither true nor false is noted as a fault.
pub(super) fn truths_of(
    node: &dyn Node,
    run: &mut Run<'_, '_>,
    rows: &[u32],
    site: u32,
    truths: &mut Vec<Truth>,
) {
    let column = node.eval(run, rows);
    truths.clear();
    for &row in rows {
        let value = column.get(row);
        truths.push(match value.as_bool() {
            Some(truth) => truth.into(),
            None => {
                if !value.is_null() {
                    run.log.add(row, site, Fault("a condition that is neither true nor false"), Some(value));
                }
                Truth::Null
            }
        });
    }
}

/// [`Node::eval`] of a condition.
pub(super) fn bools_of<'b>(node: &dyn Node, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
    let mut truths = Vec::new();
    node.test(run, rows, &mut truths);
    let mut made = run.batch.new_column();
    for (&row, truth) in rows.iter().zip(truths) {
        match truth {
            Truth::Null => {}
            known => made.slot(row).bool(known == Truth::True),
        }
    }
    Column::Made(Loaded::Owned(made))
}
