//! `aggregate 'ITEM, …'`: one record per group and window.

mod by_session;
mod by_slice;
mod by_window;
mod ends;
mod item;
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
use crate::expr::parse_aggregate;
use crate::record::{ColumnRef, Named, Reading};
use item::{bind_item, item_name};
use plan::{Aggregate, Grouping};

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "aggregate",
    spec: "'ITEM, …'",
    options: &[OptionDef {
        long: "by",
        short: None,
        value: Some("KEY, …"),
        help: "one record per different key; a computed key may have a name: hour = floor(ts, 1h)",
        choices: &[],
        repeats: false,
    }],
    bind,
    doc: Doc {
        summary: "count, sum and otherwise aggregate, per group and window",
        text: "An item is an aggregate, if wanted with a name and a condition: `count()`, \
               `p99 = quantile(latency_ms, 0.99)`, `sum(bytes) where status >= 500`. Without a name it is called \
               after the aggregate and its field: `count`, `sum_bytes`, `p99_latency_ms`.\n\n\
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
    let mut names: Vec<String> = keys.names.clone();
    let (mut items, mut fresh, mut carried) = (Vec::new(), Vec::new(), Vec::new());
    for item in parse_aggregate(spec)? {
        let name = item_name(&item, spec)?;
        if names.contains(&name) || clock.is_some() && BOUNDS.contains(&name.as_str()) {
            return Err(Error::new(format!("two fields named \"{name}\""))
                .at(spec, item.place.clone())
                .help(format!("name one of them: {name}_2 = …")));
        }
        names.push(name);
        let (item, aggregator, sources) = bind_item(&item, spec, scope)?;
        carried.push(sources);
        items.push(item);
        fresh.push(aggregator);
    }
    // Only now is it known whether something has read the bounds of sliding windows.
    let grouping = Grouping::of(&scope.windowed);
    let readings: Vec<Reading> = keys.readings().chain(items.iter().map(|item| item.reading)).collect();
    leave_scope(scope, clock, &names, &readings);
    let first = scope.made - carried.len();
    carried.into_iter().enumerate().for_each(|(at, sources)| scope.uses.carry(first + at, sources));
    bound.push(Bound::Fold(Box::new(Arc::new(Aggregate { keys, items, fresh, clock, grouping }))));
    Ok(bound)
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
            Err(Error::new(format!("{name} is in the result already, behind a window"))
                .at(by, place)
                .help("leave it out of --by, or end the window before: window all"))
        }
    }
}

/// The records that leave: window bounds, keys, items.
fn leave_scope(scope: &mut Scope<'_>, clock: Option<Clock>, names: &[String], readings: &[Reading]) {
    let bounds: &[&str] = if clock.is_some() { &BOUNDS } else { &[] };
    let all = bounds.iter().copied().chain(names.iter().map(String::as_str));
    let readings = std::iter::repeat_n(Reading::Plain, bounds.len()).chain(readings.iter().copied());
    let readings = readings.chain(std::iter::repeat(Reading::Plain));
    let field = |(at, (name, reading))| Named::new(name, ColumnRef::Made(at)).read_as(reading);
    let fields: Vec<Named> = all.zip(readings).enumerate().map(field).collect();
    let made = fields.len();
    scope.restart(fields, made);
    scope.stamped = if clock == Some(Clock::Time) { StampAt::Window } else { StampAt::Nowhere };
    scope.windowed = clock.map_or(Windowed::No, Windowed::Aggregated);
}
