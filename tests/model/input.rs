//! Random inputs: lines of few fields, as NDJSON and as CSV, some of them broken.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::record::{Field, Record};
use super::stamps::{Known, Spellings, spell_time};
use super::value::{Value, quoted};

/// Zones, and when an input begins: not long before their clocks change, or the year, or before 1970.
const PLACES: &[(&str, &str)] = &[
    PLAIN_PLACE,
    ("UTC", "1969-12-31T23:58:00Z"),
    ("UTC", "2016-12-31T23:58:30Z"),
    ("Europe/Berlin", "2024-03-30T22:50:00Z"),
    ("Europe/Berlin", "2024-10-26T21:50:00Z"),
    ("America/Sao_Paulo", "2018-11-04T02:50:00Z"),
    ("America/Sao_Paulo", "2018-02-18T00:50:00Z"),
    ("Asia/Kolkata", "2023-12-31T18:20:00Z"),
];
const PLAIN_PLACE: (&str, &str) = ("UTC", "2024-01-01T01:00:00Z");

/// The fields of every record, if it has them.
pub(crate) const NAMES: [&str; 5] = ["n", "k", "t", "v", "ts"];

pub(crate) const NUMBERS: &[&str] = &[
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
    // 128-bit ids and amounts of 256 bits, some alike up to the 38th digit, and what is beyond doubles.
    "340282366920938463463374607431768211454",
    "340282366920938463463374607431768211455",
    "340282366920938463463374607431768211455.0",
    "-115792089237316195423570985008687907853269984665640564039457584007913129639935",
    "-115792089237316195423570985008687907853269984665640564039457584007913129639934",
    "0.12345678901234567890123456789012345678901234567890123456789012345678901234567891",
    "1234567890123456789012345678901234567890E-40",
    "7e-400",
    "5e330",
];
pub(crate) const KEYS: &[&str] = &[
    "1",
    "2",
    "1.0",
    "\"1\"",
    "\"b\"",
    "true",
    "null",
    "1.00",
    "[1]",
    "[ 1.0 ]",
    "{\"z\":1}",
    "340282366920938463463374607431768211454",
    "340282366920938463463374607431768211455.0",
    "[340282366920938463463374607431768211455]",
    "[340282366920938463463374607431768211454]",
];
pub(crate) const TEXTS: &[&str] =
    &["\"x\"", "\"y\"", "\"\"", "\"\\u00e9\"", "\"é\"", "\"a,b\"", "\"say \\\"hi\\\"\"", "\"5\""];
const NESTED: &[&str] =
    &["[1, 2]", "[]", "[1,2.0]", "[\"x\",null]", "[[1],{\"z\":1.0}]", "{\"z\":2}", "false", "[3]", "null"];
/// Nests that are whole, but hold what JSON does not allow.
const UNREADABLE: &[&str] =
    &["[\"\\ud800\"]", "[\"\\udc00\"]", "[NaN]", "{\"z\":01}", "[[tru]]", "{\"\\x\":1}"];
const BROKEN: &[&str] = &["broken", "{\"n\":1", "{\"n\":1}}", "7", "{\"n\" 1}", "{\"n\":1}{\"n\":2}"];

pub(crate) const CSV_NUMBERS: &[&str] = &[
    "1",
    "2",
    "3",
    "1.0",
    "1.10",
    "-0",
    "1e3",
    "0.1",
    "-7",
    "007",
    "\"2\"",
    "100",
    "-1.25",
    "340282366920938463463374607431768211454",
    "340282366920938463463374607431768211455",
    "340282366920938463463374607431768211455.0",
    "00340282366920938463463374607431768211455",
    "0.12345678901234567890123456789012345678901234567890123456789012345678901234567891",
    "7e-400",
    "1e+3",
];
pub(crate) const CSV_KEYS: &[&str] = &[
    "1",
    "2",
    "1.0",
    "b",
    "true",
    "",
    "\"1\"",
    "01",
    "\"\"",
    "TRUE",
    "340282366920938463463374607431768211454",
    "340282366920938463463374607431768211455",
];
pub(crate) const CSV_TEXTS: &[&str] =
    &["x", "y", "\"\"", "é", "\"a,b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", "5"];
const CSV_NESTED: &[&str] = &["1", "false", "", "null", "[1]", "-", "1.1", "1.10", "true", "True", "FALSE"];
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
    /// What times are written in.
    pub(crate) zone: &'static str,
    /// How much longer than a few seconds the steps from record to record are.
    pub(crate) pace: i64,
    pub(crate) is_csv: bool,
    /// How its times are spelled.
    pub(crate) spellings: Spellings,
    /// Lines end in CR LF.
    is_crlf: bool,
    /// The last line ends without a newline.
    is_open: bool,
    pub(crate) lines: Vec<Line>,
}

impl Input {
    /// NDJSON of `n`, `k` and `ts`, the last as seconds after 2024-01-01.
    pub(crate) fn of(records: &[(i64, &str, i64)]) -> Self {
        let line = |(n, k, second): &(i64, &str, i64)| {
            let ts = spell_time((1_704_067_200 + second) * 1000, 0, false);
            Line::Record {
                cells: [Some(n.to_string()), Some((*k).to_owned()), None, None, Some(ts)],
                is_spaced: false,
                is_turned: false,
                again: None,
                is_escaped: false,
            }
        };
        let lines = records.iter().map(line).collect();
        Self {
            zone: "UTC",
            pace: 1,
            is_csv: false,
            spellings: Spellings::Usual,
            is_crlf: false,
            is_open: false,
            lines,
        }
    }

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

    /// Whether one of the fields `read` holds what JSON does not allow.
    pub(crate) fn is_unreadable(&self, line: &Line, read: &BTreeSet<String>) -> bool {
        let fields = self.fields(line);
        let is_bad = |field: &&Field| UNREADABLE.contains(&field.json.as_str());
        !self.is_csv && fields.iter().filter(is_bad).any(|field| read.contains(&field.name))
    }

    /// What the model reads of a line, given what it knows of the stamps before.
    pub(crate) fn record(&self, line: &Line, known: &mut Known) -> Record {
        let fields = self.fields(line);
        let stamp = fields.iter().rfind(|field| field.name == "ts");
        let time = stamp.and_then(|field| known.read(&field.value, self.spellings, self.zone));
        Record { fields, line: (!self.is_csv).then(|| self.spell(line)), time, ..Record::default() }
    }
}

/// A CSV cell: an empty one without quotes is null.
pub(crate) fn untyped(cell: &str) -> Value {
    match cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => Value::Untyped(inner.replace("\"\"", "\"")),
        None if cell.is_empty() => Value::Null,
        None => Value::Untyped(cell.to_owned()),
    }
}

/// Where a record stands in time: a step on from the one before, then back by some milliseconds.
type Moment = (i64, i64, u8);

fn moment() -> impl Strategy<Value = Option<Moment>> {
    let step = prop_oneof![
        4 => Just(0_i64),
        8 => 0..9_000_i64,
        2 => 9_000..70_000_i64,
        1 => Just(600_000),
        1 => Just(1_000),
        2 => select(&[5_000_i64, 10_000, 60_000][..]),
    ];
    let back = prop_oneof![
        6 => Just(0_i64),
        6 => 0..4_000_i64,
        2 => 0..60_000_i64,
        1 => Just(1_000_i64),
        1 => Just(600_000),
    ];
    option::weighted(0.93, (step, back, 0..12_u8))
}

fn cell(pool: &'static [&'static str]) -> BoxedStrategy<Option<String>> {
    let value = match pool == KEYS || pool == NESTED {
        true => prop_oneof![30 => select(pool), 1 => select(UNREADABLE)].boxed(),
        false => select(pool).boxed(),
    };
    option::weighted(0.88, value.prop_map(str::to_owned)).boxed()
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

/// Where and how fast an input goes.
fn place() -> impl Strategy<Value = ((&'static str, &'static str), i64)> {
    (prop_oneof![1 => Just(PLAIN_PLACE), 1 => select(PLACES)], select(&[1_i64, 1, 30, 2000][..]))
}

/// Up to 60 lines.
pub(crate) fn input() -> impl Strategy<Value = Input> {
    let form = (weighted(0.35), weighted(0.1), weighted(0.1), place(), 0..8_u8);
    form.prop_flat_map(|(is_csv, is_crlf, is_open, ((zone, begin), pace), spellings)| {
        let begin: Timestamp = begin.parse().expect("a time");
        let spellings = match spellings {
            0 | 1 => Spellings::Yearless(begin.in_tz(zone).expect("a zone").year()),
            2 => Spellings::Odd,
            _ => Spellings::Usual,
        };
        (vec(line(is_csv), 0..60), select(&["nope", "true", "12"][..])).prop_map(
            move |(lines, unreadable)| {
                let mut now = begin.as_millisecond();
                let lines = lines.into_iter().map(|(mut line, moment)| {
                    if let Line::Record { cells, .. } = &mut line {
                        cells[4] = match moment {
                            Some((step, back, way)) => {
                                now += step * pace;
                                Some(spellings.spell(now - back * pace, way, zone, is_csv))
                            }
                            None if cells[0].is_none() => None,
                            None if is_csv || unreadable != "nope" => Some(unreadable.to_owned()),
                            None => Some(quoted(unreadable)),
                        };
                    }
                    line
                });
                Input { zone, pace, is_csv, spellings, is_crlf, is_open, lines: lines.collect() }
            },
        )
    })
}
