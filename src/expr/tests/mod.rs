//! Tests of the language from the outside: what is accepted, what is refused and how, what comes out.

mod errors;
mod evaluation;
mod logic;
mod syntax;

use std::sync::Arc;

use super::*;
use crate::error::Result;
use crate::record::{
    Batch, ColumnRef, Env, FaultLog, Findings, Limits, Made, Origins, Path, Pins, Reading, Sites, Span,
};
use crate::time::{Duration, TimeReader, Timestamp, Zone, write_rfc3339};
use crate::value::Value;

fn env() -> Env {
    Env {
        zone: Zone::utc(),
        times: TimeReader::new(Zone::utc()),
        now: Timestamp::new(1_700_000_000, 0).unwrap(),
        pins: Pins::default(),
        time: None,
        sources: None,
    }
}

/// The fields of every test, one of each kind; what is not here is absent from all records.
const FIELDS: &[(&str, &str)] = &[
    ("n", "5"),
    ("zero", "0"),
    ("u", "`7`"),
    ("u2", "`10`"),
    ("word", "`abc`"),
    ("s", "'abc'"),
    ("digits", "'10'"),
    ("yes", "true"),
    ("no", "false"),
    ("utrue", "`true`"),
    ("nil", "null"),
    ("ts", "@2024-01-31T12:00:00Z"),
    ("stamp", "`2024-01-31 12:30:00`"),
    ("d", "1h30m"),
    ("span", "`30m`"),
    ("tags", "[1,\"x\",[2,3],null,1.0]"),
    ("user", "{\"id\":7,\"name\":{\"first\":\"a\\u00e9\"},\"user-agent\":\"curl\"}"),
    ("a.b", "1"),
    ("user-agent", "'wget'"),
    ("größe", "3"),
    ("@timestamp", "@2024-01-01T00:00:00Z"),
];

struct Fixed;

impl Names for Fixed {
    fn resolve(&mut self, path: &Path) -> crate::error::Result<Resolved> {
        let at = |name: &str| FIELDS.iter().position(|(known, _)| *known == name);
        let found = match at(path.joined()) {
            Some(column) => Some((column, path.behind_joined())),
            None => at(path.first()).map(|column| (column, path.behind_first())),
        };
        // What is no field of the test stands for one that no record has.
        let (column, behind) = found.unwrap_or((FIELDS.len(), &[]));
        Ok(Resolved::inside(ColumnRef::Made(column), behind.to_vec(), Reading::Plain))
    }
}

/// Puts a value, written as in [`FIELDS`], into a column.
fn set(made: &mut Made, row: u32, written: &str) {
    let env = env();
    made.set(
        row,
        match written.as_bytes() {
            b"null" => Value::Null,
            b"true" => Value::Bool(true),
            b"false" => Value::Bool(false),
            [b'\'', text @ .., b'\''] => Value::Text(text),
            [b'`', text @ .., b'`'] => Value::Untyped(text),
            [b'@', text @ ..] => Value::Time(env.times.read(text).unwrap()),
            text @ [b'[', ..] => Value::Array(text),
            text @ [b'{', ..] => Value::Object(text),
            text => match Duration::parse(text) {
                Some(length) => Value::Duration(length),
                None => Value::of_json_number(text).unwrap(),
            },
        },
    );
}

/// A value as it is written in [`FIELDS`].
fn written(value: Value<'_>) -> String {
    let mut out = Vec::new();
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(truth) => out.extend(truth.to_string().bytes()),
        Value::Number(number) => number.write(&mut out),
        Value::Time(time) => {
            out.push(b'@');
            write_rfc3339(time, &Zone::utc(), &mut out);
        }
        Value::Duration(length) => length.write(&mut out),
        Value::Spelled(text) => out.extend(text),
        Value::Text(text) => out.extend([b"'", text, b"'"].concat()),
        Value::Untyped(text) => out.extend([b"`", text, b"`"].concat()),
        Value::Stamp(stamp) => out.extend([b"^", stamp.spelling(), b"^"].concat()),
        Value::Array(text) | Value::Object(text) => out.extend(text),
    }
    String::from_utf8(out).unwrap()
}

/// A batch of one record with all of [`FIELDS`].
fn batch() -> Batch {
    let columns = FIELDS.iter().map(|(_, value)| {
        let mut made = Made::new(&Arc::default(), 1);
        set(&mut made, 0, value);
        made
    });
    Batch::of_made(columns.collect(), 1)
}

fn bind(spec: &str, condition: bool) -> Result<Expr> {
    let ast = parse_expression(spec)?;
    let (sites, env) = (Sites::default(), env());
    let mut binder =
        Binder { stage: "test", spec, names: &mut Fixed, sites: &sites, env: &env, ordered: false };
    if condition { binder.condition(&ast) } else { binder.expression(&ast) }
}

/// The value of an expression over [`FIELDS`], and behind it each fault as a report shows it.
fn value_of(spec: &str) -> String {
    let expr = bind(spec, false).unwrap_or_else(|error| panic!("{error}"));
    let (batch, mut log) = (batch(), FaultLog::default());
    let column = expr.eval(&batch, &[0], &env(), &mut log);
    let mut told = written(column.get(0));
    for fault in faults(&mut log) {
        told.push_str(" !");
        told.push_str(&fault);
    }
    told
}

fn faults(log: &mut FaultLog) -> Vec<String> {
    let mut findings = Findings::new(Limits { details: 9, keep_rejects: false, keep_late: false }, 0);
    log.count(&mut findings, |_| None);
    findings.faults.into_iter().flat_map(|faults| faults.first).map(|(_, told)| told).collect()
}

/// Asserts the value of each expression.
fn check(cases: &[(&str, &str)]) {
    for (spec, expected) in cases {
        assert_eq!(value_of(spec), *expected, "{spec}");
    }
}
