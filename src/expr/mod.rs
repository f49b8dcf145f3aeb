//! The expression language: tokens, syntax, binding to columns, and evaluation a batch at a time.
//!
//! Parsing knows no fields and no functions; the [`Binder`] resolves both and refuses what cannot work
//! before anything is read; an [`Expr`] computes a column for a list of records. Knows no stages and no
//! threads, and functions only through their table.

#![warn(clippy::indexing_slicing)]

mod aggregates;
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
mod elsewhere;
mod field;
mod forms;
mod inside;
mod items;
mod lex;
mod literal;
mod logic;
mod matches;
mod member;
pub mod mend;
mod never;
mod node;
mod outcome;
mod parse;
mod proposals;
mod resolved;
mod same;
mod spelling;
mod stamps;
mod text;
mod unnamed;

pub use aggregates::{AggregateCall, AggregateItem, AggregateItems, parse_aggregate};
pub use ast::{Ast, AstKind, Comparison, Literal, Operator};
pub use bind::{Binder, Names};
pub use bound::Expr;
pub use constant::{refuse_constant, refuse_constant_condition, refuse_constant_key};
pub use elsewhere::{called_elsewhere, named_here};
pub use forms::{SPECIAL_FORMS, SpecialForm, find_form};
pub use items::{
    KeyItem, OnItem, ProjectItem, SortItem, parse_keys, parse_on, parse_path, parse_project, parse_sort,
};
pub use parse::parse_expression;
pub use proposals::of_one_record;
pub use resolved::{Check, Resolved};
pub use spelling::is_spelled_alike;
pub use unnamed::{check_named_by_text, check_unnamed, own_name, rename};

#[cfg(test)]
mod tests;
