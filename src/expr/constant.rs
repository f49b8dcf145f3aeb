//! Constants: literals, fields that cannot be there, and what can be computed before anything is read.

use std::sync::Arc;

use super::node::{Column, Node, Run, Truth, truths_of};
use crate::record::{Batch, Env, FaultLog, Made};
use crate::value::Value;

/// A value that is the same for all records.
pub(super) struct Constant {
    made: Arc<Made>,
    site: u32,
}

impl Constant {
    /// A constant at a site.
    pub(super) fn new(value: Value<'_>, site: u32) -> Self {
        let mut made = Made::default();
        made.push(value);
        Self { made: Arc::new(made), site }
    }

    /// The value of an expression over constants; `None` if it cannot be computed, so that each record's
    /// fault is counted.
    pub(super) fn of(node: &dyn Node, site: u32, env: &Env) -> Option<Self> {
        let batch = Batch::of_made(Vec::new(), 1);
        let mut log = FaultLog::default();
        let column = node.eval(&mut Run { batch: &batch, env, log: &mut log }, &[0]);
        log.is_empty().then(|| Self::new(column.get(0), site))
    }
}

impl Node for Constant {
    fn eval<'b>(&self, _: &mut Run<'b, '_>, _: &[u32]) -> Column<'b> {
        Column::Constant(Arc::clone(&self.made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }

    fn constant(&self) -> Option<Value<'_>> {
        Some(self.made.get(0))
    }
}
