//! The chain, record by record: each stage keeps whole records until what it waits for has come.

use super::aggregates;
use super::chain::{Expr, Item, Kind, Stage};
use super::eval::{condition, eval};
use super::value::{Value, key_order, order};

const SECOND: i128 = 1_000_000_000;

/// A field: its name as written (with the colon and blanks), and the spelling of its value.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) head: String,
    pub(crate) value: Value,
    pub(crate) json: String,
}

impl Field {
    pub(crate) fn made(name: &str, value: Value, json: String) -> Self {
        Self { name: name.to_owned(), head: format!("\"{name}\":"), value, json }
    }
}

/// `[start, end)`.
type Window = (i128, i128);

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) fields: Vec<Field>,
    /// The input line, as long as nothing has changed.
    pub(crate) line: Option<String>,
    pub(crate) time: Option<i128>,
    /// The watermark before it was read.
    pub(crate) mark: Option<i128>,
    pub(crate) window: Option<Window>,
}

impl Record {
    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().rfind(|field| field.name == name)
    }

    /// The last field of that name.
    pub(crate) fn get(&self, name: &str) -> Value {
        self.field(name).map_or(Value::Null, |field| field.value.clone())
    }

    /// A field by its spelling, anything else as computed.
    fn item(&self, name: &str, expr: &Expr, faults: &mut usize) -> Field {
        let value = eval(expr, self, faults);
        let spelled = match expr {
            Expr::Field(field) => self.field(field).map(|field| field.json.clone()),
            _ => None,
        };
        let json = spelled.unwrap_or_else(|| value.json());
        Field::made(name, value, json)
    }

    /// Puts `made` in place of the fields of its name, or at the end.
    fn set(&mut self, made: Field) {
        self.line = None;
        let Some(at) = self.fields.iter().position(|field| field.name == made.name) else {
            self.fields.push(made);
            return;
        };
        let head = self.fields[at].head.clone();
        self.fields[at] = Field { head, ..made };
        let mut place = 0;
        let name = self.fields[at].name.clone();
        self.fields.retain(|field| {
            place += 1;
            field.name != name || place == at + 1
        });
    }

    fn write(&self) -> String {
        let fields: Vec<String> =
            self.fields.iter().map(|field| format!("{}{}", field.head, field.json)).collect();
        self.line.clone().unwrap_or_else(|| format!("{{{}}}", fields.join(",")))
    }
}

/// A record that waits in a stage, with what the stage has computed for it.
#[derive(Clone, Debug)]
struct Held {
    record: Record,
    keys: Vec<Field>,
    /// Of an aggregate: the arguments of each item, if it applies.
    args: Vec<Option<Vec<Value>>>,
}

/// What a run leaves.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) out: String,
    pub(crate) read: usize,
    pub(crate) rejected: usize,
    pub(crate) late: usize,
    pub(crate) faults: usize,
    pub(crate) null_conditions: usize,
}

pub(crate) struct Engine<'a> {
    chain: &'a [Stage],
    lateness: i128,
    held: Vec<Vec<Held>>,
    /// The first stage that still wants records.
    from: usize,
    max: Option<i128>,
    pub(crate) outcome: Outcome,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(chain: &'a [Stage], lateness: u64) -> Self {
        let held = chain.iter().map(|_| Vec::new()).collect();
        Self {
            chain,
            lateness: i128::from(lateness) * SECOND,
            held,
            from: 0,
            max: None,
            outcome: Outcome::default(),
        }
    }

    /// Whether no record is wanted any more.
    pub(crate) fn is_satisfied(&self) -> bool {
        self.from > 0
    }

    /// Reads a record: it is judged and added, then the watermark advances, then windows close.
    pub(crate) fn read(&mut self, mut record: Record) {
        self.outcome.read += 1;
        record.mark = self.max.map(|max| max - self.lateness);
        let time = record.time;
        self.push(0, record);
        if let Some(time) = time {
            let max = self.max.map_or(time, |max| max.max(time));
            self.max = Some(max);
            (0..self.chain.len()).for_each(|at| self.close(at, Some(max - self.lateness)));
        }
    }

    /// A line that is no record.
    pub(crate) fn reject(&mut self) {
        self.outcome.read += 1;
        self.outcome.rejected += 1;
    }

    pub(crate) fn finish(&mut self) {
        (0..self.chain.len()).for_each(|at| self.close(at, None));
    }

    /// Whether the stage works within windows.
    fn is_windowed(&self, at: usize) -> bool {
        self.chain[..at]
            .iter()
            .rfind(|stage| matches!(stage, Stage::Window(_) | Stage::WindowAll))
            .is_some_and(|stage| matches!(stage, Stage::Window(_)))
    }

    fn push(&mut self, at: usize, mut record: Record) {
        if at < self.from {
            return;
        }
        let Some(stage) = self.chain.get(at) else {
            self.outcome.out += &(record.write() + "\n");
            return;
        };
        let faults = &mut self.outcome.faults;
        match stage {
            Stage::Filter(test) => {
                let truth = condition(test, &record, faults);
                self.outcome.null_conditions += usize::from(truth.is_none());
                if truth == Some(true) {
                    self.push(at + 1, record);
                }
            }
            Stage::Project { items, star, except } => {
                let made = project(&record, items, *star, except, faults);
                self.push(at + 1, made);
            }
            Stage::Window(size) => self.assign(at, record, i128::from(*size) * SECOND),
            Stage::WindowAll => {
                record.window = None;
                self.push(at + 1, record);
            }
            Stage::Explode(name) => self.explode(at, record, name),
            Stage::Dedup(keys) | Stage::Limit { by: keys, .. } => {
                let keys =
                    keys.iter().map(|key| record.item(key, &Expr::Field(key.clone()), faults)).collect();
                self.pass(at, Held { record, keys, args: Vec::new() });
            }
            Stage::Sort(keys) => {
                let keys = keys.iter().map(|(key, _)| record.item("", key, faults)).collect();
                self.held[at].push(Held { record, keys, args: Vec::new() });
            }
            Stage::Top { by_value, by, .. } => {
                let keys = by.iter().map(|key| record.item(key, &Expr::Field(key.clone()), faults)).collect();
                let args = vec![Some(vec![eval(by_value, &record, faults)])];
                self.held[at].push(Held { record, keys, args });
            }
            Stage::Aggregate { items, by } => {
                let keys = by.iter().map(|key| record.item(key, &Expr::Field(key.clone()), faults)).collect();
                let args = items.iter().map(|item| arguments(item, &record, faults)).collect();
                self.held[at].push(Held { record, keys, args });
            }
        }
    }

    fn assign(&mut self, at: usize, mut record: Record, size: i128) {
        let Some(time) = record.time else {
            self.outcome.rejected += 1;
            return;
        };
        let start = time - time.rem_euclid(size);
        if record.mark.is_some_and(|mark| start + size <= mark) {
            self.outcome.late += 1;
            return;
        }
        record.window = Some((start, start + size));
        bounds(start, start + size).into_iter().for_each(|field| record.set(field));
        self.push(at + 1, record);
    }

    fn explode(&mut self, at: usize, record: Record, name: &str) {
        let value = record.get(name);
        let elements = match &value {
            Value::Array(_) => value.elements(),
            _ => record.field(name).map(|field| field.json.clone()).into_iter().collect(),
        };
        let elements = if elements.is_empty() { vec!["null".to_owned()] } else { elements };
        for json in elements {
            let mut one = record.clone();
            one.set(Field::made(name, of_element(&value, &json), json));
            self.push(at + 1, one);
        }
    }

    /// dedup and limit: they hold what has passed.
    fn pass(&mut self, at: usize, record: Held) {
        let limit = match &self.chain[at] {
            Stage::Limit { count, .. } => *count,
            _ if record.keys.iter().any(|key| key.value.is_null()) => usize::MAX,
            _ => 1,
        };
        let before = self.held[at]
            .iter()
            .filter(|held| held.record.window == record.record.window && same_key(held, &record))
            .count();
        if before >= limit {
            return;
        }
        let is_last = record.keys.is_empty() && !self.is_windowed(at) && before + 1 == limit;
        self.held[at].push(record.clone());
        if is_last {
            self.from = at + 1;
        }
        self.push(at + 1, record.record);
    }

    /// Lets go of what ended by `mark`, or of everything at the end.
    fn close(&mut self, at: usize, mark: Option<i128>) {
        let stage = &self.chain[at];
        if at < self.from || !matches!(stage, Stage::Sort(_) | Stage::Top { .. } | Stage::Aggregate { .. }) {
            return;
        }
        let has_ended =
            |window: Option<Window>| mark.is_none_or(|mark| window.is_some_and(|(_, end)| end <= mark));
        let (ended, open): (Vec<Held>, Vec<Held>) =
            std::mem::take(&mut self.held[at]).into_iter().partition(|held| has_ended(held.record.window));
        self.held[at] = open;
        let mut windows: Vec<Option<Window>> = ended.iter().map(|held| held.record.window).collect();
        windows.sort_by_key(|window| window.map(|(start, end)| (end, start)));
        windows.dedup();
        if windows.is_empty() && mark.is_none() && !self.is_windowed(at) {
            windows.push(None);
        }
        for window in windows {
            let within: Vec<&Held> = ended.iter().filter(|held| held.record.window == window).collect();
            for record in release(stage, window, within) {
                self.push(at + 1, record);
            }
            if let (Some((_, end)), Some(_)) = (window, mark) {
                (at + 1..self.chain.len()).for_each(|later| self.close(later, Some(end)));
            }
        }
    }
}

/// An element of an array is JSON; a value that is no array stays what it is.
fn of_element(value: &Value, json: &str) -> Value {
    if matches!(value, Value::Array(_)) { Value::of_json(json) } else { value.clone() }
}

fn same_key(left: &Held, right: &Held) -> bool {
    left.keys.iter().zip(&right.keys).all(|(left, right)| left.value.identity() == right.value.identity())
}

fn values(keys: &[Field]) -> Vec<Value> {
    keys.iter().map(|key| key.value.clone()).collect()
}

fn bounds(start: i128, end: i128) -> [Field; 2] {
    [("window_start", start), ("window_end", end)]
        .map(|(name, time)| Field::made(name, Value::Time(time), Value::Time(time).json()))
}

fn project(
    record: &Record,
    items: &[(String, Expr)],
    star: Option<usize>,
    except: &[String],
    faults: &mut usize,
) -> Record {
    let mut made: Vec<Field> = items.iter().map(|(name, expr)| record.item(name, expr, faults)).collect();
    let Some(star) = star else { return Record { fields: made, line: None, ..record.clone() } };
    let behind = made.split_off(star);
    let mut result = record.clone();
    let drop =
        |field: &Field| except.contains(&field.name) || made.iter().any(|front| front.name == field.name);
    if !made.is_empty() || !except.is_empty() {
        result.line = None;
    }
    result.fields.retain(|field| !drop(field));
    result.fields.splice(0..0, made);
    behind.into_iter().for_each(|field| result.set(field));
    result
}

/// The arguments of an item, unless its condition or a value that it cannot take keeps the record from it.
fn arguments(item: &Item, record: &Record, faults: &mut usize) -> Option<Vec<Value>> {
    if let Some(only) = &item.only
        && condition(only, record, faults) != Some(true)
    {
        return None;
    }
    let args: Vec<Value> = item.args.iter().map(|arg| eval(arg, record, faults)).collect();
    let first = args.first().filter(|first| !first.is_null());
    let is_fault = first.is_some_and(|first| match item.kind {
        Kind::CountIf => first.bool().is_none(),
        kind => aggregates::is_numeric(kind) && first.number().is_none(),
    });
    *faults += usize::from(is_fault);
    (!is_fault).then_some(args)
}

/// What a holding stage makes of a window's records.
fn release(stage: &Stage, window: Option<Window>, mut held: Vec<&Held>) -> Vec<Record> {
    match stage {
        Stage::Sort(keys) => {
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
        Stage::Top { count, .. } => {
            groups(held).into_iter().flat_map(|group| largest(group, *count)).collect()
        }
        Stage::Aggregate { items, by } => {
            let mut all = groups(held);
            if all.is_empty() && by.is_empty() {
                all.push(Vec::new());
            }
            all.into_iter().map(|group| summary(items, window, &group)).collect()
        }
        _ => Vec::new(),
    }
}

/// The groups in the order of their keys, each in input order.
fn groups(held: Vec<&Held>) -> Vec<Vec<&Held>> {
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

fn largest(mut group: Vec<&Held>, count: usize) -> Vec<Record> {
    let value = |held: &Held| held.args[0].as_ref().map_or(Value::Null, |args| args[0].clone());
    group.sort_by(|left, right| match (value(left), value(right)) {
        (left, right) if left.is_null() || right.is_null() => order(&left, &right),
        (left, right) => order(&right, &left),
    });
    group.into_iter().take(count).map(|held| held.record.clone()).collect()
}

fn summary(items: &[Item], window: Option<Window>, group: &[&Held]) -> Record {
    let mut fields: Vec<Field> = window.into_iter().flat_map(|(start, end)| bounds(start, end)).collect();
    fields.extend(group.first().into_iter().flat_map(|first| first.keys.clone()));
    for (number, item) in items.iter().enumerate() {
        let rows: Vec<Vec<Value>> = group.iter().filter_map(|held| held.args[number].clone()).collect();
        let value = aggregates::result(item.kind, &rows);
        fields.push(Field::made(&item.name, value.clone(), value.json()));
    }
    Record { fields, time: window.map(|(_, end)| end - 1), window, ..Record::default() }
}
