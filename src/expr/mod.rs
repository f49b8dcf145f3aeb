//! The expression language: tokens, syntax, binding to columns, and evaluation a batch at a time.
//!
//! Parsing knows no fields and no functions; the [`Binder`] resolves both and refuses what cannot work
//! before anything is read; an [`Expr`] computes a column for a list of records. Knows no stages and no
//! threads, and functions only through their table.

#![warn(clippy::indexing_slicing)]

mod arguments;
mod arithmetic;
mod ast;
mod bind;
mod blame;
mod bound;
mod branch;
mod calculate;
mod call;
mod check;
mod compare;
mod comparison;
mod constant;
mod cursor;
mod date;
mod field;
mod forms;
mod inside;
mod items;
mod lex;
mod literal;
mod logic;
mod matches;
mod member;
mod node;
mod parse;
mod stamps;
mod text;

pub use ast::{Ast, AstKind, Comparison, Literal, Operator};
pub use bind::{Binder, Names, Resolved};
pub use bound::Expr;
pub use forms::{SPECIAL_FORMS, SpecialForm, find_form};
pub use items::{
    AggregateItem, KeyItem, OnItem, ProjectItem, SortItem, parse_aggregate, parse_keys, parse_on, parse_path,
    parse_project, parse_sort,
};
pub use parse::parse_expression;

#[cfg(test)]
mod tests;
