//! Random inputs: lines of few fields, as NDJSON and as CSV, some of them broken.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::engine::{Field, Record};
use super::value::{Value, quoted};

/// Seconds of the first day, 2024-01-01.
pub(crate) const START: i128 = 1_704_067_200;

/// The fields of every record, if it has them.
pub(crate) const NAMES: [&str; 5] = ["n", "k", "t", "v", "ts"];

const NUMBERS: &[&str] = &[
    "1",
    "2",
    "3",
    "1.0",
    "1.10",
    "-0",
    "1e3",
    "0.1",
    "-7",
    "12345678901234567890",
    "100",
    "2.5e-3",
    "-1.25",
];
const KEYS: &[&str] =
    &["1", "2", "1.0", "\"1\"", "\"b\"", "true", "null", "1.00", "[1]", "[ 1.0 ]", "{\"z\":1}"];
const TEXTS: &[&str] =
    &["\"x\"", "\"y\"", "\"\"", "\"\\u00e9\"", "\"é\"", "\"a,b\"", "\"say \\\"hi\\\"\"", "\"5\""];
const NESTED: &[&str] =
    &["[1, 2]", "[]", "[1,2.0]", "[\"x\",null]", "[[1],{\"z\":1.0}]", "{\"z\":2}", "false", "[3]", "null"];
const BROKEN: &[&str] = &["broken", "{\"n\":1", "{\"n\":1}}", "7", "{\"n\" 1}", "{\"n\":1}{\"n\":2}"];

const CSV_NUMBERS: &[&str] =
    &["1", "2", "3", "1.0", "1.10", "-0", "1e3", "0.1", "-7", "007", "\"2\"", "100", "-1.25"];
const CSV_KEYS: &[&str] = &["1", "2", "1.0", "b", "true", "", "\"1\"", "01", "\"\""];
const CSV_TEXTS: &[&str] = &["x", "y", "\"\"", "é", "\"a,b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", "5"];
const CSV_NESTED: &[&str] = &["1", "false", "", "null", "[1]", "-", "1.1", "1.10", "true"];
const CSV_BROKEN: &[&str] = &["1,2", "1,2,3,4,5,6", "1", "a,\"b\nc\",d"];

/// Cells of one record in the order of [`NAMES`], as spelled; `None` where absent.
type Cells = [Option<String>; 5];

#[derive(Clone, Debug)]
pub(crate) enum Line {
    Record {
        cells: Cells,
        /// With blanks between; NDJSON only.
        is_spaced: bool,
        /// Written in the reverse order; NDJSON only.
        is_turned: bool,
        /// A second field `n`, which is the one that is read; NDJSON only.
        again: Option<String>,
        /// The name of `k` is spelled with an escape; NDJSON only.
        is_escaped: bool,
    },
    Broken(String),
    /// Skipped.
    Blank,
}

#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) is_csv: bool,
    /// Lines end in CR LF.
    is_crlf: bool,
    /// The last line ends without a newline.
    is_open: bool,
    pub(crate) lines: Vec<Line>,
}

impl Input {
    /// The bytes to read.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let header = self.is_csv.then(|| NAMES.join(","));
        let lines: Vec<String> =
            header.into_iter().chain(self.lines.iter().map(|line| self.spell(line))).collect();
        let ending = if self.is_crlf { "\r\n" } else { "\n" };
        let last = if self.is_open || lines.is_empty() { "" } else { ending };
        (lines.join(ending) + last).into_bytes()
    }

    fn spell(&self, line: &Line) -> String {
        match line {
            Line::Blank => String::new(),
            Line::Broken(text) => text.clone(),
            Line::Record { cells, .. } if self.is_csv => {
                cells.each_ref().map(|cell| cell.clone().unwrap_or_default()).join(",")
            }
            Line::Record { is_spaced, .. } => {
                let fields =
                    self.fields(line).into_iter().map(|field| format!("{}{}", field.head, field.json));
                if *is_spaced {
                    format!("{{ {} }}", fields.collect::<Vec<_>>().join(" , "))
                } else {
                    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
                }
            }
        }
    }

    fn fields(&self, line: &Line) -> Vec<Field> {
        let Line::Record { cells, is_spaced, is_turned, again, is_escaped } = line else { return Vec::new() };
        let mut fields: Vec<Field> = NAMES
            .iter()
            .zip(cells)
            .filter_map(|(name, cell)| match cell {
                cell if self.is_csv => {
                    let value = untyped(cell.as_deref().unwrap_or_default());
                    Some(Field::made(name, value.clone(), value.json()))
                }
                Some(json) => Some(Field {
                    head: format!("{}:{}", quoted(name), if *is_spaced { " " } else { "" }),
                    ..Field::made(name, Value::of_json(json), json.clone())
                }),
                None => None,
            })
            .collect();
        if self.is_csv {
            return fields;
        }
        for field in fields.iter_mut().filter(|field| *is_escaped && field.name == "k") {
            field.head = field.head.replace('k', "\\u006b");
        }
        if *is_turned {
            fields.reverse();
        }
        fields.extend(again.iter().map(|json| Field::made("n", Value::of_json(json), json.clone())));
        fields
    }

    /// What the model reads of a line.
    pub(crate) fn record(&self, line: &Line) -> Record {
        let fields = self.fields(line);
        let time = fields.iter().rfind(|field| field.name == "ts").and_then(|field| read_time(&field.value));
        Record { fields, line: (!self.is_csv).then(|| self.spell(line)), time, ..Record::default() }
    }
}

/// A CSV cell: an empty one without quotes is null.
fn untyped(cell: &str) -> Value {
    match cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => Value::Untyped(inner.replace("\"\"", "\"")),
        None if cell.is_empty() => Value::Null,
        None => Value::Untyped(cell.to_owned()),
    }
}

/// The spellings that [`spell_time`] makes; all else is no time.
fn read_time(value: &Value) -> Option<i128> {
    let text = match value {
        Value::Number(number) => number.write(),
        Value::Text(text) | Value::Untyped(text) => text.clone(),
        _ => return None,
    };
    if let (10 | 13, Ok(count)) = (text.len(), text.parse::<i128>()) {
        return Some(count * if text.len() == 10 { 1_000_000_000 } else { 1_000_000 });
    }
    let clock = text.strip_prefix("2024-01-01")?.get(1..)?.strip_suffix('Z')?;
    let part = |at: usize| clock.get(at..at + 2)?.parse::<i128>().ok();
    let millis = clock.get(9..).map_or(Some(0), |fraction| fraction.parse::<i128>().ok())?;
    Some((START + part(0)? * 3600 + part(3)? * 60 + part(6)?) * 1_000_000_000 + millis * 1_000_000)
}

/// A time `millis` after the start of the day.
fn spell_time(millis: i64, way: u8, is_csv: bool) -> String {
    let (second, rest) = (millis / 1000, millis % 1000);
    let (hour, minute, second_of) = (second / 3600, second / 60 % 60, second % 60);
    let clock = format!("{hour:02}:{minute:02}:{second_of:02}");
    let epoch = START as i64 + second;
    let (text, is_number) = match way {
        0 => (format!("2024-01-01T{clock}Z"), false),
        1 => (format!("2024-01-01 {clock}.{rest:03}Z"), false),
        2 => (epoch.to_string(), true),
        _ => (format!("{epoch}{rest:03}"), true),
    };
    if is_number || is_csv { text } else { quoted(&text) }
}

/// Where a record stands in time: a step on from the one before, then back by some milliseconds.
type Moment = (i64, i64, u8);

fn moment() -> impl Strategy<Value = Option<Moment>> {
    let step = prop_oneof![4 => Just(0_i64), 8 => 0..9_000_i64, 2 => 9_000..70_000_i64, 1 => Just(600_000), 1 => Just(1_000)];
    let back = prop_oneof![6 => Just(0_i64), 6 => 0..4_000_i64, 2 => 0..60_000_i64, 1 => Just(1_000_i64), 1 => Just(600_000)];
    option::weighted(0.93, (step, back, 0..4_u8))
}

fn cell(pool: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    option::weighted(0.88, select(pool).prop_map(str::to_owned))
}

fn line(is_csv: bool) -> impl Strategy<Value = (Line, Option<Moment>)> {
    let pools =
        if is_csv { [CSV_NUMBERS, CSV_KEYS, CSV_TEXTS, CSV_NESTED] } else { [NUMBERS, KEYS, TEXTS, NESTED] };
    let again = option::weighted(0.05, select(NUMBERS).prop_map(str::to_owned));
    let record = (pools.map(cell), weighted(0.1), weighted(0.2), again, weighted(0.05)).prop_map(
        |([n, k, t, v], is_spaced, is_turned, again, is_escaped)| Line::Record {
            cells: [n, k, t, v, None],
            is_spaced,
            is_turned,
            again,
            is_escaped,
        },
    );
    let broken =
        select(if is_csv { CSV_BROKEN } else { BROKEN }).prop_map(|text| Line::Broken(text.to_owned()));
    let blank = if is_csv { Just(Line::Broken("1".to_owned())) } else { Just(Line::Blank) };
    (prop_oneof![30 => record, 1 => broken, 1 => blank], moment())
}

fn weighted(share: f64) -> impl Strategy<Value = bool> {
    prop::bool::weighted(share)
}

/// Up to 60 lines.
pub(crate) fn input() -> impl Strategy<Value = Input> {
    (weighted(0.35), weighted(0.1), weighted(0.1)).prop_flat_map(|(is_csv, is_crlf, is_open)| {
        (vec(line(is_csv), 0..60), select(&["nope", "true", "12"][..])).prop_map(
            move |(lines, unreadable)| {
                let mut now = 3_600_000;
                let lines = lines.into_iter().map(|(mut line, moment)| {
                    if let Line::Record { cells, .. } = &mut line {
                        cells[4] = match moment {
                            Some((step, back, way)) => {
                                now += step;
                                Some(spell_time(now - back, way, is_csv))
                            }
                            None if cells[0].is_none() => None,
                            None if is_csv || unreadable != "nope" => Some(unreadable.to_owned()),
                            None => Some(quoted(unreadable)),
                        };
                    }
                    line
                });
                Input { is_csv, is_crlf, is_open, lines: lines.collect() }
            },
        )
    })
}
