//! The conditions of `where`: each is evaluated once a batch, whatever number of aggregates it is written for.

use crate::error::Result;
use crate::expr::{Ast, Expr};
use crate::record::Batch;
use crate::stage::{Scope, Work};

/// The conditions of a stage.
#[derive(Default)]
pub(super) struct Conditions {
    all: Vec<Condition>,
}

/// A condition on the records that another one keeps.
struct Condition {
    /// The one before it, if there is one.
    outer: Option<usize>,
    ast: Ast,
    expr: Expr,
}

/// The records that each condition keeps, in ascending order.
pub(super) struct Kept {
    all: Vec<Vec<u32>>,
}

impl Conditions {
    /// Binds the conditions of an aggregate, the outermost first; gives the place of the last one. What is known is
    /// not bound again.
    pub(super) fn bind(&mut self, conditions: &[Ast], scope: &mut Scope<'_>) -> Result<Option<usize>> {
        let mut outer = None;
        for ast in conditions {
            let is_known = |known: &Condition| known.outer == outer && known.ast.means_same(ast);
            let place = match self.all.iter().position(is_known) {
                Some(place) => place,
                None => {
                    let expr = scope.condition(ast)?;
                    self.all.push(Condition { outer, ast: ast.clone(), expr });
                    self.all.len() - 1
                }
            };
            outer = Some(place);
        }
        Ok(outer)
    }

    /// Evaluates all of them over the records `rows`.
    pub(super) fn keep(&self, batch: &Batch, rows: &[u32], work: &mut Work<'_>) -> Kept {
        let mut kept = Kept { all: Vec::with_capacity(self.all.len()) };
        for condition in &self.all {
            let (mut those, mut nulls) = (Vec::new(), Vec::new());
            let of = kept.of(condition.outer).unwrap_or(rows);
            condition.expr.keep(batch, of, work.env, &mut work.log, &mut those, &mut nulls);
            work.count_faults(batch);
            kept.all.push(those);
        }
        kept
    }
}

impl Kept {
    /// The records that the condition at a place keeps; `None`: all.
    pub(super) fn of(&self, condition: Option<usize>) -> Option<&[u32]> {
        self.all.get(condition?).map(Vec::as_slice)
    }
}
