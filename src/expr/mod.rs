//! The expression language: tokens, syntax, binding to columns, and evaluation a batch at a time.
//!
//! Parsing knows no fields and no functions; the [`Binder`] resolves both and refuses what cannot work
//! before anything is read; an [`Expr`] computes a column for a list of records. Knows no stages and no
//! threads, and functions only through their table.

mod ast;
mod items;
mod lex;
mod parse;

pub use ast::{Ast, AstKind, Comparison, Literal, Operator};
pub use items::{
    AggregateItem, KeyItem, ProjectItem, SortItem, parse_aggregate, parse_keys, parse_path, parse_project,
    parse_sort,
};
pub use parse::parse_expression;
