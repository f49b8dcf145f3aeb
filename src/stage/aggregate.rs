//! `aggregate 'ITEM, …'`: one record per group and window.

use std::sync::Arc;

use super::keys::{KeyNames, Keys};
use super::scope::{StampAt, Windowed};
use super::tables::{ItemInput, Table, Tables};
use super::take_time::before;
use super::{Bound, Flow, Fold, Partial, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::aggregate::Aggregator;
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result, nearest};
use crate::expr::{AggregateItem, Expr, parse_aggregate};
use crate::record::{Batch, Bounds, ColumnRef, Loaded, Made, Named};
use crate::time::{Duration, Timestamp};
use crate::value::Value;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "aggregate",
    spec: "'ITEM, …'",
    options: &[OptionDef {
        long: "by",
        short: None,
        value: Some("KEY, …"),
        help: "one record per different key; a computed key needs a name: hour = floor(ts, 1h)",
        choices: &[],
        repeats: false,
    }],
    bind,
    doc: Doc {
        summary: "count, sum and otherwise aggregate, per group and window",
        text: "An item is an aggregate, if wanted with a name and a condition: `count()`, \
               `p99 = quantile(latency_ms, 0.99)`, `sum(bytes) where status >= 500`. Without a name it is called \
               after the aggregate and its field: `count`, `sum_bytes`, `p99_latency_ms`.\n\n\
               There is one record per key of `--by`, and per window behind `window`; its fields are \
               `window_start` and `window_end`, the keys as first spelled, and the items. Records are ordered by \
               window end, window start, then key. A null key is a group of its own.\n\n\
               Within a window, results leave as soon as it closes; without one, at the end of input. Without \
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

/// Records of one batch that leaves the stage.
const OUT_ROWS: usize = 4096;

/// One bound item.
struct Item {
    args: Vec<Expr>,
    condition: Option<Expr>,
    site: u32,
}

/// The bound stage; its running form shares it.
struct Aggregate {
    keys: Keys,
    items: Vec<Item>,
    /// Empty aggregators that those of each table are made from.
    fresh: Vec<Box<dyn Aggregator>>,
    windowed: bool,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    // Behind this stage a record's own time is gone, so that --since and --until apply here at the latest.
    let mut bound = if scope.range == (None, None) { Vec::new() } else { before(scope)? };
    let spec = words.spec.as_str();
    let keys = Keys::bind(words.option("by"), KeyNames::Needed, scope)?;
    let windowed = scope.windowed != Windowed::No;
    let by = words.option("by").unwrap_or_default();
    if let Some(name) = keys.names.iter().find(|name| windowed && BOUNDS.contains(&name.as_str())) {
        let place = by.find(name.as_str()).map_or(0..by.len(), |at| at..at + name.len());
        return Err(Error::new(format!("{name} is in the result already, behind a window"))
            .at(by, place)
            .help("leave it out of --by, or end the window before: window all"));
    }
    let mut names: Vec<String> = keys.names.clone();
    let (mut items, mut fresh) = (Vec::new(), Vec::new());
    for item in parse_aggregate(spec)? {
        let name = item_name(&item, spec)?;
        if names.contains(&name) || windowed && BOUNDS.contains(&name.as_str()) {
            return Err(Error::new(format!("two fields named \"{name}\""))
                .at(spec, item.place.clone())
                .help(format!("name one of them: {name}_2 = …")));
        }
        names.push(name);
        let (item, aggregator) = bind_item(&item, spec, scope)?;
        items.push(item);
        fresh.push(aggregator);
    }
    leave_scope(scope, windowed, &names);
    bound.push(Bound::Fold(Box::new(Arc::new(Aggregate { keys, items, fresh, windowed }))));
    Ok(bound)
}

/// The records that leave: window bounds, keys, items.
fn leave_scope(scope: &mut Scope<'_>, windowed: bool, names: &[String]) {
    let bounds: &[&str] = if windowed { &BOUNDS } else { &[] };
    let all = bounds.iter().copied().chain(names.iter().map(String::as_str));
    let fields: Vec<Named> =
        all.enumerate().map(|(at, name)| Named::new(name, ColumnRef::Made(at))).collect();
    let made = fields.len();
    scope.restart(fields, made);
    scope.stamped = if windowed { StampAt::Window } else { StampAt::Nowhere };
    scope.windowed = if windowed { Windowed::Aggregated } else { Windowed::No };
}

/// The name of an item: its own, or one made of the aggregate and its field.
fn item_name(item: &AggregateItem, spec: &str) -> Result<String> {
    if let Some(name) = &item.name {
        return Ok(name.clone());
    }
    match item.args.first() {
        None => Ok(item.function.clone()),
        Some(arg) => match arg.as_field() {
            Some(path) => Ok(format!("{}_{}", item.function, path.last_name())),
            None => {
                let typed = spec.get(item.place.clone()).unwrap_or("…");
                Err(Error::new("an item over an expression needs a name")
                    .at(spec, item.place.clone())
                    .help(format!("name = {typed}")))
            }
        },
    }
}

fn bind_item(item: &AggregateItem, spec: &str, scope: &mut Scope<'_>) -> Result<(Item, Box<dyn Aggregator>)> {
    let function = item.function.as_str();
    let Some(found) = crate::aggregate::find(function) else {
        return Err(unknown(function).at(spec, item.function_place.clone()));
    };
    let (fewest, most) = found.row.arity;
    let given = item.args.len();
    if given < fewest || given > most {
        return Err(Error::new(format!("wrong number of arguments for \"{function}\""))
            .at(spec, item.place.clone())
            .help(format!("it is called as {}", found.row.usage)));
    }
    let mut args: Vec<Expr> = item.args.iter().map(|arg| scope.expression(arg)).collect::<Result<_>>()?;
    let parameters = args.split_off(given.min(found.row.computed));
    let mut literals: Vec<Value<'_>> = Vec::new();
    for (parameter, ast) in parameters.iter().zip(item.args.iter().skip(args.len())) {
        literals.push(parameter.as_literal().ok_or_else(|| {
            Error::new(format!("this argument of \"{function}\" must be a literal"))
                .at(spec, ast.place.clone())
                .help(format!("it is called as {}", found.row.usage))
        })?);
    }
    let aggregator =
        found.start(given, &literals).map_err(|reason| Error::new(reason).at(spec, item.place.clone()))?;
    let condition = item.condition.as_ref().map(|ast| scope.condition(ast)).transpose()?;
    Ok((Item { args, condition, site: scope.site(item.place.clone()) }, aggregator))
}

fn unknown(function: &str) -> Error {
    let error = Error::new(format!("unknown aggregate \"{function}\""));
    match nearest(function, crate::aggregate::names()) {
        Some(name) => error.help(format!("did you mean {name}?")),
        None if crate::function::find(function).is_some() => {
            error.help(format!("{function} is a function of one record; compute it first, by project"))
        }
        None => error.help("tamis help aggregates lists them"),
    }
}

impl Aggregate {
    /// Folds a batch into tables.
    fn fold_into(&self, tables: &mut Tables, batch: &Batch, work: &mut Work<'_>) {
        let keys = self.keys.eval(batch, &batch.live, work);
        let rows: Vec<Option<Vec<u32>>> = self
            .items
            .iter()
            .map(|item| item.condition.as_ref().map(|condition| kept(condition, batch, work)))
            .collect();
        // What a condition keeps out is not computed either, so that it can guard against faults.
        let columns: Vec<Vec<Loaded<'_>>> = self
            .items
            .iter()
            .zip(&rows)
            .map(|(item, rows)| {
                let rows = rows.as_deref().unwrap_or(&batch.live);
                let columns =
                    item.args.iter().map(|arg| arg.eval(batch, rows, work.env, &mut work.log)).collect();
                work.count_faults(batch);
                columns
            })
            .collect();
        let inputs: Vec<ItemInput<'_>> = self
            .items
            .iter()
            .zip(&columns)
            .zip(rows)
            .map(|((item, columns), rows)| ItemInput {
                args: columns.iter().map(|column| &**column).collect::<Vec<&Made>>(),
                rows,
                site: item.site,
            })
            .collect();
        tables.update(batch, &keys, &self.fresh, &inputs, &mut work.log);
        work.count_faults(batch);
    }

    /// Pushes the records of one table, in key order.
    fn emit(
        &self,
        bounds: Option<Bounds>,
        mut table: Table,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        if self.keys.is_empty() && table.groups.len() == 0 {
            table.groups.assign(&Batch::of_made(Vec::new(), 1), 0, &[]);
            table.items.iter_mut().for_each(|item| item.grow(1));
        }
        for groups in table.groups.sorted().chunks(OUT_ROWS) {
            let batch = self.batch(bounds, &table, groups, work);
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    fn batch(&self, bounds: Option<Bounds>, table: &Table, groups: &[u32], work: &mut Work<'_>) -> Batch {
        let rows = groups.len();
        let mut made = Vec::new();
        if let Some(bounds) = bounds {
            for bound in [bounds.start, bounds.end] {
                made.push(column(rows, |row, out| out.set(row, Value::Time(bound))));
            }
        }
        for key in table.groups.spellings() {
            made.push(column(rows, |row, out| out.copy(row, key, groups[row as usize])));
        }
        for (item, Item { site, .. }) in table.items.iter().zip(&self.items) {
            made.push(column(rows, |row, out| {
                if let Err(fault) = item.result(groups[row as usize], out.slot(row)) {
                    work.log.add(row, *site, fault, None);
                }
            }));
        }
        let mut batch = Batch::of_made(made, rows);
        if let Some(bounds) = bounds {
            batch.windows = vec![bounds; rows];
            batch.times = vec![Some(event_time(bounds)); rows];
        }
        work.count_faults(&batch);
        batch
    }
}

/// The event time of a record that an aggregate made: the last moment of its window.
fn event_time(bounds: Bounds) -> Timestamp {
    bounds.end.saturating_sub(Duration::NANOSECOND)
}

fn column(rows: usize, mut fill: impl FnMut(u32, &mut Made)) -> Made {
    let mut made = Made::new(&Arc::default(), rows);
    (0..rows as u32).for_each(|row| fill(row, &mut made));
    made
}

/// The records whose condition is true.
fn kept(condition: &Expr, batch: &Batch, work: &mut Work<'_>) -> Vec<u32> {
    let (mut kept, mut nulls) = (Vec::new(), Vec::new());
    condition.keep(batch, &batch.live, work.env, &mut work.log, &mut kept, &mut nulls);
    work.count_faults(batch);
    kept
}

impl Plan for Arc<Aggregate> {
    fn start(&self) -> Box<dyn Stage> {
        Box::new(Running { plan: Arc::clone(self), tables: Tables::default(), mark: None })
    }

    fn keeps(&self) -> String {
        let groups = match (self.keys.is_empty(), self.windowed) {
            (true, false) => "one group".to_owned(),
            (true, true) => "one group per open window".to_owned(),
            (false, false) => format!("a group per {}", self.keys.names.join(", ")),
            (false, true) => format!("a group per {} and open window", self.keys.names.join(", ")),
        };
        format!("{groups}, in memory (at most --memory)")
    }
}

impl Fold for Arc<Aggregate> {
    fn fold(&self, batch: Batch, partial: &mut Option<Partial>, work: &mut Work<'_>) -> Result<()> {
        let tables = partial.get_or_insert_with(|| Box::new(Tables::default()));
        match tables.downcast_mut::<Tables>() {
            Some(tables) => self.fold_into(tables, &batch, work),
            None => return Err(Error::new("a partial result of another stage reached aggregate")),
        }
        Ok(())
    }
}

struct Running {
    plan: Arc<Aggregate>,
    tables: Tables,
    /// The last watermark that was handed on.
    mark: Option<Timestamp>,
}

impl Running {
    /// Emits the windows that end at or before `mark`, in order.
    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let Self { plan, tables, .. } = self;
        tables.close_into(mark, work, next, |window, table, work, next| plan.emit(window, table, work, next))
    }
}

impl Stage for Running {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        let mut part = Tables::default();
        self.plan.fold_into(&mut part, &batch, work);
        self.tables.absorb(part)?;
        Ok(Flow::More)
    }

    fn absorb(&mut self, partial: Partial, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        match partial.downcast::<Tables>() {
            Ok(part) => self.tables.absorb(*part)?,
            Err(_) => return Err(Error::new("a partial result of another stage reached aggregate")),
        }
        Ok(Flow::More)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if !self.plan.windowed || self.mark.is_some_and(|last| last >= mark) {
            // Without a window everything leaves at the end, behind any time.
            return Ok(Flow::More);
        }
        self.mark = Some(mark);
        if self.close(Some(mark), work, next)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
        next.advance(mark, work)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        if !self.plan.windowed && self.plan.keys.is_empty() {
            self.tables.whole(&self.plan.fresh);
        }
        // Enough: what is left would not be seen, and limits are met already.
        self.close(None, work, next).map(drop)
    }

    fn held(&self) -> (usize, String) {
        let what = match self.plan.keys.is_empty() {
            true => "aggregate".to_owned(),
            false => format!("aggregate --by {}", self.plan.keys.names.join(", ")),
        };
        (self.tables.heap_bytes(), what)
    }
}
