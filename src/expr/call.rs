//! Calls of functions from the table.

use super::node::{Column, Node, Run, Truth, truths_of};
use crate::function::{self, FunctionDef, Prepared, Returns};
use crate::record::Loaded;

/// A call of a function.
pub(super) struct Call {
    pub(super) function: &'static FunctionDef,
    pub(super) args: Vec<Box<dyn Node>>,
    pub(super) prepared: Option<Prepared>,
    pub(super) site: u32,
}

impl Node for Call {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let places = rows.last().map_or(0, |last| *last as usize + 1);
        let columns: Vec<Loaded<'b>> =
            self.args.iter().map(|arg| arg.eval(run, rows).into_loaded(places)).collect();
        let mut out = run.batch.new_column();
        (self.function.eval)(&mut function::Call {
            args: &columns,
            rows,
            out: &mut out,
            faults: run.log,
            site: self.site,
            env: run.env,
            prepared: self.prepared.as_ref(),
            batch: run.batch,
        });
        Column::Made(Loaded::Owned(out))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }

    fn is_text(&self) -> bool {
        self.function.returns == Returns::Text
    }
}
