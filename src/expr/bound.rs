//! A bound expression, ready to be evaluated by any thread.

use std::fmt;

use super::field::Field;
use super::node::{Node, Run, Truth};
use super::resolved::Resolved;
use crate::record::{Batch, ColumnRef, Env, FaultLog, Loaded, Reading, Segment};
use crate::value::Value;

/// An expression whose fields and functions are resolved.
pub struct Expr {
    pub(super) node: Box<dyn Node>,
    pub(super) fields: Vec<FieldUse>,
    pub(super) hyphenated: Vec<String>,
    pub(super) passed: Vec<(ColumnRef, Vec<Segment>)>,
    pub(super) site: u32,
}

/// A field that an expression reads, under the name it is written as.
pub(super) struct FieldUse {
    pub(super) name: String,
    pub(super) field: Field,
}

impl Expr {
    /// The values of the records `rows` (ascending), aligned to the batch; other places are undefined.
    /// Values that could not be computed are null and noted in `log`. A plain field is borrowed where it
    /// is typed already.
    pub fn eval<'b>(&self, batch: &'b Batch, rows: &[u32], env: &Env, log: &mut FaultLog) -> Loaded<'b> {
        let places = rows.last().map_or(0, |last| *last as usize + 1);
        self.node.eval(&mut Run { batch, env, log }, rows).into_loaded(places)
    }

    /// Adds those of `rows` for which the expression is true to `kept`, and those for which it is null to
    /// `nulls`.
    pub fn keep(
        &self,
        batch: &Batch,
        rows: &[u32],
        env: &Env,
        log: &mut FaultLog,
        kept: &mut Vec<u32>,
        nulls: &mut Vec<u32>,
    ) {
        let mut truths = Vec::new();
        self.node.test(&mut Run { batch, env, log }, rows, &mut truths);
        for (&row, truth) in rows.iter().zip(truths) {
            match truth {
                Truth::True => kept.push(row),
                Truth::Null => nulls.push(row),
                Truth::False => {}
            }
        }
    }

    /// The column, if this is a plain field without a path into its value.
    pub fn as_column(&self) -> Option<ColumnRef> {
        self.node.field().filter(|field| field.at.is_column()).map(|field| field.at.column)
    }

    /// Where the values stand, if this is a field at a path inside computed values.
    pub fn as_inside(&self) -> Option<&Resolved> {
        self.node.field().map(|field| &field.at).filter(|at| !at.is_column())
    }

    /// The same field, whose values a step has put into a column.
    #[must_use]
    pub fn in_column(self, column: ColumnRef) -> Self {
        match self.node.field() {
            Some(field) => {
                let at = Resolved::column(column, field.at.reading);
                let node = Box::new(Field { at, ..field.clone() });
                Self { node, ..self }
            }
            None => self,
        }
    }

    /// How the field is read that this is, if it is one.
    pub fn reading(&self) -> Reading {
        self.node.field().map_or(Reading::Plain, |field| field.at.reading)
    }

    /// The value, if it is known before anything is read: a literal, or computed from literals.
    pub fn as_literal(&self) -> Option<Value<'_>> {
        self.node.constant()
    }

    /// The fields that are read, each once, in order of appearance.
    pub fn fields(&self) -> impl Iterator<Item = (&str, ColumnRef)> {
        self.fields.iter().map(|used| (used.name.as_str(), used.field.at.column))
    }

    /// The first field, in order of appearance, that a record has no value for.
    pub fn null_field(&self, batch: &Batch, row: u32) -> Option<&str> {
        self.fields.iter().find(|used| used.field.at.is_null(batch, row)).map(|used| used.name.as_str())
    }

    /// What an expression that was bound to pass values on gives as it stands: columns, and paths inside their values.
    pub fn passed(&self) -> &[(ColumnRef, Vec<Segment>)] {
        &self.passed
    }

    /// What was read as a subtraction but may be meant as a field's name: `user-agent`.
    pub fn hyphenated(&self) -> impl Iterator<Item = &str> {
        self.hyphenated.iter().map(String::as_str)
    }

    /// The site of the whole expression.
    pub fn site(&self) -> u32 {
        self.site
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.fields.iter().map(|used| used.name.as_str()).collect();
        out.debug_struct("Expr").field("site", &self.site).field("fields", &fields).finish_non_exhaustive()
    }
}
