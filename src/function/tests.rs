//! How the tables of this folder's tests are read, and what holds for all rows of the registry.
//!
//! A case is a call and what it gives, in one notation: `'text'`, `` `untyped` ``, `@time`, numbers,
//! durations, `[…]`, `{…}`, `true`, `false`, `null`. `$` in front of an argument hides it from `prepare`.
//! What is given is a value, `!` with the fault as a report shows it, or `?` with the place and reason of a
//! refused argument.

use std::sync::Arc;

use super::*;
use crate::record::{
    Findings, Limits, Loaded, Origin, Origins, Pins, Site, Sites, Source, Sources, Span, Walk,
};
use crate::time::{Duration, TimeReader, Timestamp, Zone, write_rfc3339};
use crate::value::Number;

/// Asserts what each call gives.
pub(super) fn check(cases: &[(&str, &str)]) {
    for (call, expected) in cases {
        assert_eq!(told(call), *expected, "{call}");
    }
}

/// What a call gives.
pub(super) fn told(call: &str) -> String {
    told_in(&env(), call)
}

fn told_in(env: &Env, call: &str) -> String {
    let (name, args) = call.strip_suffix(')').and_then(|call| call.split_once('(')).unwrap();
    let def = find(name).unwrap_or_else(|| panic!("no function {name}"));
    let args: Vec<(Argument<'_>, Value<'_>)> = split(args).into_iter().map(|arg| read(arg, env)).collect();
    assert!((def.arity.0..=def.arity.1).contains(&args.len()), "{call}: number of arguments");
    let known: Vec<Argument<'_>> = args.iter().map(|(known, _)| *known).collect();
    let prepared = match def.prepare.map(|prepare| prepare(&known, env)).transpose() {
        Ok(prepared) => prepared,
        Err(bad) => return format!("?{} {}", bad.index, bad.reason),
    };
    let batch = Batch::of_made(Vec::new(), 1);
    let columns: Vec<Made> = args.iter().map(|(_, value)| column(&batch, &[*value])).collect();
    let (out, faults) = run(def, &columns, &[0], env, prepared.as_ref(), &batch);
    match faults.first() {
        Some(fault) => {
            assert!(out.get(0).is_null(), "{call}: a fault and a value");
            format!("!{fault}")
        }
        None => written(out.get(0)),
    }
}

fn run(
    def: &FunctionDef,
    columns: &[Made],
    rows: &[u32],
    env: &Env,
    prepared: Option<&Prepared>,
    batch: &Batch,
) -> (Made, Vec<String>) {
    let args: Vec<Loaded<'_>> = columns.iter().map(Loaded::Borrowed).collect();
    let (mut out, mut faults) = (batch.new_column(), FaultLog::default());
    let mut call =
        Call { args: &args, rows, out: &mut out, faults: &mut faults, site: 0, env, prepared, batch };
    (def.eval)(&mut call);
    let sites = Sites::default();
    let site = sites.add(Site { stage: "test", spec: Arc::from(""), place: 0..0 });
    assert_eq!(site, 0);
    let mut findings = Findings::new(Limits { details: 9, keep_rejects: false, keep_late: false }, 0);
    faults.count(&mut findings, |_| None);
    let told = findings.faults.into_iter().flat_map(|faults| faults.first).map(|(_, told)| told).collect();
    (out, told)
}

fn env() -> Env {
    Env {
        zone: Zone::utc(),
        times: TimeReader::new(Zone::utc()),
        now: Timestamp::new(1_706_704_496, 0).unwrap(),
        pins: Pins::default(),
        time: None,
        sources: None,
    }
}

fn column(batch: &Batch, values: &[Value<'_>]) -> Made {
    let mut column = batch.new_column();
    for (row, &value) in values.iter().enumerate() {
        column.set(row as u32, value);
    }
    column
}

/// Splits at commas outside brackets and quotes.
fn split(args: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (at, c) in args.char_indices() {
        match (quote, c) {
            (Some(open), _) => quote = (c != open).then_some(open),
            (None, '\'' | '`') => quote = Some(c),
            (None, '"') if depth > 0 => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(args[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(Some(args[start..].trim()).filter(|last| !last.is_empty()));
    parts
}

fn read<'a>(arg: &'a str, env: &Env) -> (Argument<'a>, Value<'a>) {
    if let Some(hidden) = arg.strip_prefix('$') {
        return (Argument::Computed, read(hidden, env).1);
    }
    let inside = || &arg.as_bytes()[1..arg.len() - 1];
    let value = match arg.as_bytes()[0] {
        b'\'' => Value::Text(inside()),
        b'`' => Value::Untyped(inside()),
        b'[' => Value::Array(arg.as_bytes()),
        b'{' => Value::Object(arg.as_bytes()),
        b'@' => Value::Time(env.times.read(&arg.as_bytes()[1..]).unwrap()),
        b'n' => Value::Null,
        b't' | b'f' => Value::Bool(arg == "true"),
        _ => match Number::parse(arg.as_bytes()) {
            Some(number) => Value::Number(number.unwrap()),
            None => Duration::parse(arg.as_bytes()).map_or(Value::Null, Value::Duration),
        },
    };
    match (value, Size::parse(arg)) {
        (Value::Duration(_) | Value::Null, Ok(size)) => (Argument::Size(size), value),
        _ => (Argument::Literal(value), value),
    }
}

fn written(value: Value<'_>) -> String {
    let mut out = Vec::new();
    let quote: &[u8] = match value {
        Value::Text(_) => b"'",
        Value::Untyped(_) => b"`",
        _ => b"",
    };
    out.extend_from_slice(quote);
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Time(time) => {
            out.push(b'@');
            write_rfc3339(time, &Zone::utc(), &mut out);
        }
        other => convert::write_text(other, &env(), &mut out),
    }
    out.extend_from_slice(quote);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_registry_is_in_order() {
    let names: Vec<&str> = FUNCTIONS.iter().map(|row| row.name).collect();
    assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
    for row in FUNCTIONS {
        assert!(find(row.name).is_some_and(|found| std::ptr::eq(found, *row)), "{}", row.name);
        assert!(row.usage.starts_with(&format!("{}(", row.name)), "{}", row.usage);
        assert!(row.arity.0 <= row.arity.1, "{}", row.name);
    }
}

#[test]
fn each_row_is_documented() {
    for FunctionDef { name, doc, .. } in FUNCTIONS {
        assert!(!doc.summary.is_empty() && !doc.summary.ends_with('.') && doc.summary.len() < 80, "{name}");
        assert!(doc.summary.starts_with(|c: char| !c.is_uppercase()), "{name}");
        assert!(doc.text.ends_with('.') && !doc.text.contains("  "), "{name}: text");
        assert!(!doc.examples.is_empty(), "{name}: no example");
        for example in doc.examples {
            assert!(example.command.contains(&format!("{name}(")), "{name}: {}", example.command);
            assert!(example.input.ends_with('\n') && example.output.ends_with('\n'), "{name}");
        }
    }
}

/// The manual's list, without the special forms `if` and `coalesce`.
#[test]
fn the_manual_is_covered() {
    let list = "lower upper trim length substr replace regex_replace regex_extract split contains \
                starts_with ends_with concat format fixed abs round floor ceil sqrt pow ln log10 exp least greatest \
                bucket time format_time epoch year month day hour minute weekday number text bool type_of json \
                keys values has url cidr sha256 mask input_file input_line now";
    let mut wanted: Vec<&str> = list.split_whitespace().collect();
    let mut known: Vec<&str> = FUNCTIONS.iter().map(|row| row.name).collect();
    wanted.sort_unstable();
    known.sort_unstable();
    assert_eq!(wanted, known);
}

#[test]
fn every_function_of_arguments_takes_nulls_of_every_one() {
    for row in FUNCTIONS {
        let most = row.arity.1.min(row.arity.0 + 2);
        for count in row.arity.0.max(1)..=most {
            let given = told(&format!("{}({})", row.name, vec!["null"; count].join(", ")));
            let expected = match row.name {
                "concat" => "''",
                "type_of" => "'null'",
                _ => "null",
            };
            assert_eq!(given, expected, "{} of {count}", row.name);
        }
    }
}

#[test]
fn only_the_records_asked_for_are_computed() {
    let batch = Batch::of_made(Vec::new(), 4);
    let values = [Value::Text(b"A"), Value::Bool(true), Value::Null, Value::Untyped(b"B")];
    let columns = [column(&batch, &values)];
    let (out, faults) = run(find("lower").unwrap(), &columns, &[2, 3], &env(), None, &batch);
    assert_eq!([0, 1, 2, 3].map(|row| written(out.get(row))), ["null", "null", "null", "'b'"]);
    assert_eq!(faults, [""; 0]);
}

#[test]
fn clocks_are_those_of_the_zone() {
    let zone = Zone::parse("+05:30").unwrap();
    let env = Env { times: TimeReader::new(zone.clone()), zone, ..env() };
    for (call, expected) in [
        ("hour('2024-01-31T20:00:00Z')", "1"),
        ("day('2024-01-31T20:00:00Z')", "1"),
        ("hour('2024-01-31 20:00:00')", "20"),
        ("floor('2024-01-31T20:00:00Z', 1d)", "@2024-01-31T18:30:00Z"),
        ("floor('2024-01-31T20:00:00Z', 1h)", "@2024-01-31T20:00:00Z"),
        ("format_time('2024-01-31T20:00:00Z', '%H:%M')", "'01:30'"),
        ("text(@2024-01-31T20:00:00Z)", "'2024-02-01T01:30:00+05:30'"),
        ("now()", "@2024-01-31T12:34:56Z"),
    ] {
        assert_eq!(told_in(&env, call), expected, "{call}");
    }
}

struct NoWalk;

impl Walk for NoWalk {
    fn walk(&self, _: &[u8], _: Span, _: &mut dyn FnMut(crate::record::FieldView<'_>)) {}
}

#[test]
fn records_know_their_origin() {
    let sources = Sources::new(2);
    for (index, name) in [(0, Some("a.log")), (1, None)] {
        let name = name.map(str::to_owned);
        let source = Source {
            name,
            format: "ndjson",
            header: None,
            spelled: Default::default(),
            header_line: false,
            optional: &[],
            walk: Arc::new(NoWalk),
            time_slot: None,
            time_field: None,
            stood: false,
        };
        sources.set(index, source);
    }
    let env = Env { sources: Some(Arc::new(sources)), ..env() };
    let mut batch = Batch::of_made(Vec::new(), 2);
    let given = |name, batch: &Batch| {
        let (out, _) = run(find(name).unwrap(), &[], &[0, 1], &env, None, batch);
        [0, 1].map(|row| written(out.get(row)))
    };
    assert_eq!(given("input_file", &batch), ["null", "null"]);
    assert_eq!(given("input_line", &batch), ["null", "null"]);
    batch.origins =
        Origins::Each(vec![Origin { source: 0, line: 7, nth: 0 }, Origin { source: 1, line: 1, nth: 0 }]);
    assert_eq!(given("input_file", &batch), ["'a.log'", "null"]);
    assert_eq!(given("input_line", &batch), ["7", "1"]);
}
