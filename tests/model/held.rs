//! Records that wait in a stage: their groups, and their order.

use super::chain::Expr;
use super::record::{Field, Record};
use super::value::{Value, key_order, order};
use super::windows::Window;

/// A record that waits in a stage, with what the stage has computed for it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) record: Record,
    pub(crate) keys: Vec<Field>,
    /// Of an aggregate: the arguments of each item, if it applies.
    pub(crate) args: Vec<Option<Vec<Value>>>,
    /// What tells the sessions of an aggregate apart.
    pub(crate) session: String,
}

impl Held {
    pub(crate) fn new(record: Record, keys: Vec<Field>, args: Vec<Option<Vec<Value>>>) -> Self {
        Self { record, keys, args, session: String::new() }
    }

    pub(crate) fn within(mut self, window: Window) -> Self {
        self.record.window = Some(window);
        self
    }
}

pub(crate) fn same_key(left: &Held, right: &Held) -> bool {
    left.keys.iter().zip(&right.keys).all(|(left, right)| left.value.identity() == right.value.identity())
}

pub(crate) fn values(keys: &[Field]) -> Vec<Value> {
    keys.iter().map(|key| key.value.clone()).collect()
}

pub(crate) fn in_order(mut held: Vec<&Held>, keys: &[(Expr, bool)]) -> Vec<Record> {
    held.sort_by(|left, right| {
        let each = left.keys.iter().zip(&right.keys).zip(keys).map(|((left, right), (_, down))| {
            let found = order(&left.value, &right.value);
            let is_plain = !down || left.value.is_null() || right.value.is_null();
            if is_plain { found } else { found.reverse() }
        });
        each.into_iter().find(|found| found.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    held.into_iter().map(|held| held.record.clone()).collect()
}

/// The groups in the order of their keys, each in input order.
pub(crate) fn groups(held: Vec<&Held>) -> Vec<Vec<&Held>> {
    let mut groups: Vec<Vec<&Held>> = Vec::new();
    for one in held {
        match groups.iter_mut().find(|group| same_key(group[0], one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.sort_by(|left, right| key_order(&values(&left[0].keys), &values(&right[0].keys)));
    groups
}

pub(crate) fn largest(mut group: Vec<&Held>, count: usize) -> Vec<Record> {
    let value = |held: &Held| held.args[0].as_ref().map_or(Value::Null, |args| args[0].clone());
    group.sort_by(|left, right| match (value(left), value(right)) {
        (left, right) if left.is_null() || right.is_null() => order(&left, &right),
        (left, right) => order(&right, &left),
    });
    group.into_iter().take(count).map(|held| held.record.clone()).collect()
}
