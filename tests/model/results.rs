//! The aggregates of a stage: equal ones are one, what each takes from a record, and what is computed from the results.

use std::collections::BTreeSet;

use super::chain::{Call, Expr, Item, Kind};
use super::eval::{condition, eval};
use super::record::{Field, Record};
use super::value::Value;
use super::{aggregates, decimal::Decimal};

/// The different aggregates of some items, each with its conditions, the outermost first.
pub(crate) struct Calls<'a> {
    all: Vec<(&'a Call, Vec<&'a Expr>)>,
    /// Those of each item.
    of_items: Vec<Vec<usize>>,
}

impl<'a> Calls<'a> {
    pub(crate) fn of(items: &'a [Item]) -> Self {
        let mut found = Self { all: Vec::new(), of_items: Vec::new() };
        let mut known: Vec<(String, BTreeSet<String>)> = Vec::new();
        for item in items {
            let mut own = Vec::new();
            for call in &item.calls {
                let conditions: Vec<&Expr> = item.only.iter().chain(&call.only).collect();
                let bare = Call { only: None, ..call.clone() }.to_string();
                let mut all = BTreeSet::new();
                conditions.iter().for_each(|condition| conjuncts(condition, &mut all));
                let same = known.iter().position(|other| *other == (bare.clone(), all.clone()));
                own.push(same.unwrap_or(known.len()));
                if same.is_none() {
                    known.push((bare, all));
                    found.all.push((call, conditions));
                }
            }
            found.of_items.push(own);
        }
        found
    }

    /// The arguments of each, if its conditions and values that it can take let it have the record.
    pub(crate) fn arguments(&self, record: &Record, faults: &mut usize) -> Vec<Option<Vec<Value>>> {
        let mut known: Vec<(Vec<String>, bool)> = Vec::new();
        let mut all = Vec::new();
        for (call, conditions) in &self.all {
            let (mut chain, mut is_kept) = (Vec::new(), true);
            for only in conditions {
                chain.push(only.to_string());
                let seen = known.iter().find(|(other, _)| *other == chain).map(|(_, kept)| *kept);
                is_kept = is_kept
                    && seen.unwrap_or_else(|| {
                        let kept = condition(only, record, faults) == Some(true);
                        known.push((chain.clone(), kept));
                        kept
                    });
            }
            all.push(if is_kept { arguments(call, record, faults) } else { None });
        }
        all
    }

    /// What each gives for the records of a group.
    pub(crate) fn results(&self, group: &[&[Option<Vec<Value>>]]) -> Vec<Value> {
        let result = |(number, (call, _)): (usize, &(&Call, _))| {
            let rows: Vec<Vec<Value>> = group.iter().filter_map(|args| args[number].clone()).collect();
            aggregates::result(call.kind, &rows)
        };
        self.all.iter().enumerate().map(result).collect()
    }

    /// Adds the items to a record that has the bounds and keys of a group.
    pub(crate) fn add_items(
        &self,
        items: &[Item],
        results: &[Value],
        record: &mut Record,
        faults: &mut usize,
    ) {
        let group = record.clone();
        for (item, own) in items.iter().zip(&self.of_items) {
            let value = match &item.expr {
                None => results[own[0]].clone(),
                Some(expr) => {
                    let mut with_results = group.clone();
                    for (number, call) in own.iter().enumerate() {
                        let value = results[*call].clone();
                        with_results.set(Field::made(&format!("#{number}"), value.clone(), value.json()));
                    }
                    eval(expr, &with_results, faults)
                }
            };
            record.fields.push(Field::made(&item.name, value.clone(), value.json()));
        }
    }
}

/// The parts of a condition that must all be true.
fn conjuncts(condition: &Expr, found: &mut BTreeSet<String>) {
    match condition {
        Expr::And(left, right) => [left, right].into_iter().for_each(|side| conjuncts(side, found)),
        other => drop(found.insert(other.to_string())),
    }
}

/// The arguments of a call, unless it cannot take the first one.
fn arguments(call: &Call, record: &Record, faults: &mut usize) -> Option<Vec<Value>> {
    let mut args: Vec<Value> = call.args.iter().map(|arg| eval(arg, record, faults)).collect();
    // A bool is a number where values are added, but for its text.
    if let (Kind::Sum | Kind::Avg, Some(first)) = (call.kind, args.first_mut())
        && let Value::Bool(truth) = first
    {
        *first = Value::Number(Decimal::count(usize::from(*truth)));
    }
    let first = args.first().filter(|first| !first.is_null());
    let is_fault = first.is_some_and(|first| match call.kind {
        Kind::CountIf => first.bool().is_none(),
        kind => aggregates::is_numeric(kind) && first.number().is_none(),
    });
    *faults += usize::from(is_fault);
    (!is_fault).then_some(args)
}
