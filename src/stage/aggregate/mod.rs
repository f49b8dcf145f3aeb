//! `aggregate 'ITEM, …'`: one record per group and window.

mod by_session;
mod by_slice;
mod by_window;
mod conditions;
mod ends;
mod item;
mod outputs;
mod plan;
mod running;
mod sealed;
mod session_disk;
mod session_part;
mod sessions;
mod slices;
mod spilled;
mod tables;

use std::sync::Arc;

use super::keys::{KeyNames, Keys};
use super::scope::{Clock, StampAt, Windowed};
use super::take_time::for_values;
use super::{Bound, Scope, StageDef, Words};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::expr::{AggregateItems, Expr, Resolved, parse_aggregate, parse_keys};
use crate::record::{ColumnRef, Named, Reading, Shape};
use conditions::Conditions;
use item::{Item, bind_call};
use outputs::{Computed, Group, bind_output};
use plan::{Aggregate, Grouping};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "aggregate",
    spec: "'ITEM, …'",
    options: &[OptionDef::valued(
        "by",
        "KEY, …",
        "one record per different key; a computed key may have a name: hour = floor(ts, 1h)",
    )],
    bind,
    doc: Doc {
        summary: "count, sum and otherwise aggregate, per group and window",
        text: "An item is an aggregate, if wanted with a name and a condition: `count()`, \
               `p99 = quantile(latency_ms, 0.99)`, `sum(bytes) where status >= 500`. Without a name it is called \
               after the aggregate and its field: `count`, `sum_bytes`, `p99_latency_ms`.\n\n\
               An item may also be computed from several aggregates, or from one, and then has a name: \
               `pct = 100 * count_if(status >= 500) / count()`, `mean = round(avg(ms), 1)`. Such an expression names \
               no fields of single records, but for the keys of `--by`, `window_start` and `window_end`. `where` at \
               the end of an item holds for every aggregate in it, for one of them in parentheses: \
               `100 * (count() where status >= 500) / count()`; both hold together. Equal aggregates are computed once, \
               and a value that one of them cannot take counts once.\n\n\
               A key of `--by` is a field, or an expression, which is named by its text (`floor(ts, 1h)`) if it has no name \
               (`hour = floor(ts, 1h)`). Later stages write such a name in backticks.\n\n\
               There is one record per key of `--by`, and per window behind `window`; its fields are \
               `window_start` and `window_end`, the keys as first spelled, and the items. Records are ordered by \
               window end, window start, then key. A null key is a group of its own.\n\n\
               Within a window, results leave as soon as it closes; without one, at the end of input. Groups that do \
               not fit into `--memory` go to `--tmp`; those of sessions then wait for the end of the input. Without \
               `--by` and window there is always one record, whose counts are 0 and whose other items are null if \
               nothing came.",
        examples: &[
            Example {
                command: "--from csv aggregate 'n = count(), sum(bytes)' --by host",
                input: "host,bytes\nb,1.5\na,2\nb,1.5\n",
                output: "host,n,sum_bytes\na,1,2\nb,2,3\n",
            },
            Example {
                command: "--from ndjson aggregate 'pct = 100 * count_if(status >= 500) / count(), spread = max(ms) - min(ms)' --by host",
                input: "{\"host\":\"a\",\"status\":200,\"ms\":3}\n{\"host\":\"a\",\"status\":503,\"ms\":90}\n",
                output: "{\"host\":\"a\",\"pct\":50,\"spread\":87}\n",
            },
            Example {
                command: "--from ndjson aggregate 'errors = count_if(status >= 500), slow = max(ms) where status < 500'",
                input: "{\"status\":200,\"ms\":3}\n{\"status\":503,\"ms\":90}\n",
                output: "{\"errors\":1,\"slow\":3}\n",
            },
        ],
    },
};

/// Fields in front of the keys, behind a window.
const BOUNDS: [&str; 2] = ["window_start", "window_end"];

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    // Behind this stage a record's own time is gone, so that --since and --until apply here at the latest.
    let mut bound = if scope.range == (None, None) { Vec::new() } else { for_values(scope)? };
    let spec = words.spec.as_str();
    let clock = clock(&scope.windowed);
    let keys = bind_keys(words.option("by"), clock.is_some(), scope)?;
    let written = words.option("by").map_or(Ok(Vec::new()), parse_keys)?;
    let bounds: &[&str] = if clock.is_some() { &BOUNDS } else { &[] };
    let mut list = parse_aggregate(spec)?;
    let group = Group { spec, keys: &keys.names, written: &written, bounds };
    let names = group.name_items(&mut list)?;
    let (mut items, mut fresh, mut carried) = (Vec::new(), Vec::new(), Vec::new());
    let mut conditions = Conditions::default();
    for call in &list.calls {
        let call = bind_call(call, &mut conditions, spec, scope)?;
        items.push(call.item);
        fresh.push(call.fresh);
        carried.push(call.carried);
    }
    // Only now is it known whether something has read the bounds of sliding windows.
    let grouping = Grouping::of(&scope.windowed);
    let mut fields = leave_scope(scope, clock, &keys, bounds);
    let first = fields.len();
    scope.made = first + items.len();
    carried.into_iter().enumerate().for_each(|(at, sources)| scope.uses.carry(first + at, sources));
    let computed = bind_items(&names, &list, &mut items, &mut fields, scope)?;
    scope.shape = Shape::of(fields);
    let has_step = !computed.is_empty();
    let plan = Aggregate { keys, items, conditions, fresh, has_step, clock, grouping };
    bound.push(Bound::Fold(Box::new(Arc::new(plan))));
    if has_step {
        bound.push(Bound::Step(Box::new(Computed { items: computed })));
    }
    Ok(bound)
}

/// Adds the items to the fields that leave, whose number says where the results of aggregates begin; gives the items
/// that are computed from these, each with its column.
fn bind_items(
    names: &[String],
    list: &AggregateItems,
    items: &mut [Item],
    fields: &mut Vec<Named>,
    scope: &mut Scope<'_>,
) -> Result<Vec<(usize, Expr)>> {
    let first = fields.len();
    let result = |(at, item): (usize, &Item)| Resolved::column(ColumnRef::Made(first + at), item.reading);
    let results: Vec<Resolved> = items.iter().enumerate().map(result).collect();
    let spec = scope.spec.clone();
    let mut computed = Vec::new();
    for (name, item) in names.iter().zip(&list.items) {
        let (column, reading) =
            match item.as_call().and_then(|call| items.get_mut(call).zip(results.get(call))) {
                Some((call, result)) => {
                    call.leaves = true;
                    (result.column, result.reading)
                }
                None => {
                    let expr = bind_output(&item.expr, &spec, &results, scope)?;
                    let (column, reading) = (scope.new_column(), expr.reading());
                    let carried = scope.carried(&expr);
                    scope.uses.carry(column, carried);
                    computed.push((column, expr));
                    (ColumnRef::Made(column), reading)
                }
            };
        fields.push(Named::new(name, column).read_as(reading));
    }
    Ok(computed)
}

/// What the bounds in the result are; `None` without windows.
fn clock(windowed: &Windowed) -> Option<Clock> {
    match windowed {
        Windowed::No => None,
        Windowed::Open(clock) | Windowed::Aggregated(clock) => Some(*clock),
        Windowed::Sliding(_) | Windowed::Session(_) => Some(Clock::Time),
    }
}

/// The keys of `--by`, behind those of a session that it does not name.
fn bind_keys(by: Option<&str>, windowed: bool, scope: &mut Scope<'_>) -> Result<Keys> {
    let keys = Keys::bind(by, KeyNames::Needed, scope)?;
    let by = by.unwrap_or_default();
    let own = match &scope.windowed {
        Windowed::Session(session) => session.keys.as_ref(),
        _ => None,
    };
    let keys = match own {
        Some(own) => own.without(&keys.names).before(keys),
        None => keys,
    };
    match keys.names.iter().find(|name| windowed && BOUNDS.contains(&name.as_str())) {
        None => Ok(keys),
        Some(name) => {
            let place = by.find(name.as_str()).map_or(0..by.len(), |at| at..at + name.len());
            Err(Error::new(format!("{name} is in the result already, after a window"))
                .at(by, place)
                .help("leave it out of --by, or end the window before: window all"))
        }
    }
}

/// Begins the records that leave, with the bounds of the window and the keys.
fn leave_scope(scope: &mut Scope<'_>, clock: Option<Clock>, keys: &Keys, bounds: &[&str]) -> Vec<Named> {
    let all = bounds.iter().copied().chain(keys.names.iter().map(String::as_str));
    let readings = std::iter::repeat_n(Reading::Plain, bounds.len()).chain(keys.readings());
    let field = |(at, (name, reading))| Named::new(name, ColumnRef::Made(at)).read_as(reading);
    let fields: Vec<Named> = all.zip(readings).enumerate().map(field).collect();
    scope.restart(fields.clone(), fields.len());
    scope.stamped = if clock == Some(Clock::Time) { StampAt::Window } else { StampAt::Nowhere };
    scope.windowed = clock.map_or(Windowed::No, Windowed::Aggregated);
    fields
}
