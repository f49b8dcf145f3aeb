//! Expressions as stages see them: a placeholder of the names until the module itself is merged.

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::record::{ColumnRef, Env, Path, Segment, Sites, Type};

/// A parsed expression.
#[derive(Debug)]
pub struct Ast {
    /// Its place in the text.
    pub place: Range<usize>,
}

/// A bound expression.
#[derive(Debug)]
pub struct Expr;

/// What a path means at a place of a chain.
#[derive(Debug)]
pub enum Resolved {
    /// A column.
    Column {
        /// Which.
        column: ColumnRef,
        /// What follows in it.
        behind: Vec<Segment>,
        /// Its pinned type.
        pin: Option<Type>,
    },
    /// No such field.
    Absent,
}

/// Finds columns.
pub trait Names {
    /// The column of a path.
    fn resolve(&mut self, path: &Path) -> Resolved;
}

/// Binds expressions.
pub struct Binder<'a> {
    /// The stage.
    pub stage: &'static str,
    /// The text.
    pub spec: &'a str,
    /// The fields.
    pub names: &'a mut dyn Names,
    /// Where sites are numbered.
    pub sites: &'a Arc<Sites>,
    /// Settings of the run.
    pub env: &'a Arc<Env>,
}

impl Binder<'_> {
    /// Binds an expression.
    pub fn expression(&mut self, ast: &Ast) -> Result<Expr> {
        Err(Error::new("no expressions").at(self.spec, ast.place.clone()))
    }

    /// Binds a condition.
    pub fn condition(&mut self, ast: &Ast) -> Result<Expr> {
        self.expression(ast)
    }
}
