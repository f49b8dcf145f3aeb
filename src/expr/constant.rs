//! Constants: literals, fields that cannot be there, what can be computed before anything is read, and the error for a
//! literal where a field was meant.

use std::sync::Arc;

use super::node::{Column, Node, Run, Truth, truths_of};
use super::{Ast, AstKind, Literal};
use crate::error::{Error, Result};
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

/// An error if an expression is a literal alone, so that a field was meant: `2020`, `"x"`, `-5`, `[1]`. `write` puts the
/// field that may be meant (`` `2020` ``) where it would be written: as the key `` `2020` ``, as `` sum(`2020`) ``.
pub fn refuse_constant(ast: &Ast, spec: &str, write: impl FnOnce(&str) -> String) -> Result<()> {
    if !is_literal(ast) {
        return Ok(());
    }
    let written = crate::error::shown(ast.spelled(spec));
    let error = Error::new(format!("{written} is a constant, the same for all records"));
    let error = error.at(spec, ast.place.clone());
    Err(match field_meant(ast, spec) {
        Some(field) => error.help(format!("a field of this name is written {}", write(&field))),
        None => error,
    })
}

/// Whether an expression is a literal alone, maybe with a sign, or a list of such.
pub fn is_literal(ast: &Ast) -> bool {
    match &ast.kind {
        AstKind::Literal(_) => true,
        AstKind::Minus(operand) => is_literal(operand),
        AstKind::List(elements) => elements.iter().all(is_literal),
        _ => false,
    }
}

/// The field whose name a literal spells, in backticks.
fn field_meant(ast: &Ast, spec: &str) -> Option<String> {
    let name = match &ast.kind {
        AstKind::Literal(Literal::Text(text)) => text,
        AstKind::List(_) => return None,
        _ => ast.spelled(spec).trim_matches(['(', ')']).trim(),
    };
    let is_name = !name.is_empty() && !name.contains(['`', '(', ')']);
    is_name.then(|| format!("`{name}`"))
}
