//! `sort 'EXPR [desc], …'`: orders records, per window behind `window`.
//!
//! Without windows records are collected into sorted [`run`]s by the threads, which put them together when the
//! input has ended: [`merge`]. What does not fit into memory goes to disk: [`spilled`].

mod merge;
mod order;
mod run;
mod spilled;
#[cfg(test)]
mod tests;
mod whole;
mod windowed;

use std::sync::Arc;

use super::{Bound, Scope, StageDef, Words};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::expr::{parse_sort, refuse_constant_key};
use crate::value::key::Direction;
use order::Order;
use whole::Whole;
use windowed::Windowed;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "sort",
    spec: "'EXPR [desc], …'",
    options: &[],
    bind,
    doc: Doc {
        summary: "order records",
        text: "Records leave ordered by the first expression, ties by the next, and so on; further ties keep \
               their input order. `desc` behind an expression turns it around. Values order as \
               bool < number < time < duration < text (by bytes) < array < object, with null last either way; \
               an untyped value that is spelled as a number is one. What is ordered as text but looks like a number, \
               a duration or a time is noted (`tamis help reports`).\n\n\
               Behind `window` each window is ordered when it closes; otherwise everything at the end of input. What \
               does not fit into `--memory` goes to `--tmp` until then.",
        examples: &[Example {
            command: "--from csv sort 'n desc, k'",
            input: "k,n\na,9\nc,10\nb,10\nd,\n",
            output: "k,n\nb,10\nc,10\na,9\nd,\n",
        }],
    },
};

/// Records of one batch that leaves a stage which held them.
pub(super) const OUT_ROWS: usize = 4096;

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let mut keys = Vec::new();
    for item in parse_sort(&words.spec)? {
        refuse_constant_key(&item.expr, &words.spec, false)?;
        let direction = if item.descending { Direction::Descending } else { Direction::Ascending };
        keys.push((scope.ordered(|scope| scope.expression(&item.expr))?, direction));
    }
    let order = Arc::new(Order::by(keys));
    Ok(vec![match scope.per_window()? {
        true => Bound::Ordered(Box::new(Windowed::new(order))),
        false => Bound::Fold(Box::new(Whole::new(order))),
    }])
}
