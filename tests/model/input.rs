//! Random inputs: lines of few fields, as NDJSON and as CSV, some of them broken.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::nest::{Nest, Read, nest, write_fields};
use super::pins::{Pin, Pins};
use super::pools::{
    BROKEN, CSV_BROKEN, CSV_KEYS, CSV_NESTED, CSV_NUMBERS, CSV_TEXTS, KEYS, NESTED, NUMBERS, TEXTS,
    UNREADABLE,
};
use super::record::{Field, Record};
use super::stamps::{Known, Spellings, spell_date, spell_time};
use super::times::time_of;
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
pub(crate) const NAMES: [&str; 6] = ["n", "k", "t", "v", "ts", "date"];

/// Cells of one record in the order of [`NAMES`], as spelled; `None` where absent.
type Cells = [Option<String>; 6];

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
    /// `--time ts`; else it is found by its name.
    pub(crate) is_chosen: bool,
    pub(crate) pins: Pins,
    pub(crate) nest: Nest,
    /// Lines end in CR LF.
    is_crlf: bool,
    /// The last line ends without a newline.
    is_open: bool,
    pub(crate) lines: Vec<Line>,
}

impl Line {
    /// The same without what JSON does not allow.
    fn readable(mut self) -> Self {
        if let Self::Record { cells, .. } = &mut self {
            let bad =
                |cell: &&mut Option<String>| cell.as_deref().is_some_and(|json| UNREADABLE.contains(&json));
            cells.iter_mut().filter(bad).for_each(|cell| *cell = None);
        }
        self
    }
}

impl Input {
    /// NDJSON of `n`, `k` and `ts`, the last as seconds after 2024-01-01.
    pub(crate) fn of(records: &[(i64, &str, i64)]) -> Self {
        let line = |(n, k, second): &(i64, &str, i64)| {
            let ts = spell_time((1_704_067_200 + second) * 1000, 0, false);
            Line::Record {
                cells: [Some(n.to_string()), Some((*k).to_owned()), None, None, Some(ts), None],
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
            is_chosen: true,
            pins: Pins { is_chosen: true, zone: "UTC", named: Vec::new() },
            nest: Nest::No,
            is_crlf: false,
            is_open: false,
            lines,
        }
    }

    /// The bytes to read.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let header = self.is_csv.then(|| NAMES.join(","));
        let reads = self.reads().into_iter().map(|read| self.spell_read(&read));
        let lines: Vec<String> = header.into_iter().chain(reads).collect();
        let ending = if self.is_crlf { "\r\n" } else { "\n" };
        let last = if self.is_open || lines.is_empty() { "" } else { ending };
        (lines.join(ending) + last).into_bytes()
    }

    /// Whether the first record that is accepted may have no field of event time.
    pub(crate) fn may_lack_time(&self) -> bool {
        let lacks = |line: &Line| matches!(line, Line::Record { cells, .. } if cells[4].is_none());
        !self.is_csv && self.lines.iter().take(5).any(lacks)
    }

    /// What is read at once, as it is written.
    pub(crate) fn spell_read(&self, read: &Read<'_>) -> String {
        match read {
            Read::Line(line) => self.spell(line),
            Read::Packed(records) => write_fields(self.nest.pack(records)),
        }
    }

    pub(crate) fn spell(&self, line: &Line) -> String {
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
                    Some(self.pins.field(name, untyped(cell.as_deref().unwrap_or_default())))
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
        let mut fields = self.fields(line);
        let mut time = None;
        if let Some(stamp) = fields.iter_mut().rfind(|field| field.name == "ts") {
            let spelled = self.spelled("ts", line).unwrap_or(Value::Null);
            time = known.read(&spelled, self.spellings, self.zone);
            // As the windows see it: the year of a stamp follows from those before.
            match (time, self.pins.of("ts")) {
                (Some(time), Some(Pin::Time)) => stamp.value = time_of(time, self.zone),
                (Some(time), None) if spelled.number().is_none() => {
                    stamp.value = Value::Stamp(time, Box::new(spelled));
                }
                _ => {}
            }
        }
        let fields = fields.into_iter().map(|field| self.pins.timed(field)).collect();
        let line = (!self.is_csv).then(|| self.spell(line));
        Record { fields, line, time, zone: self.zone, ..Record::default() }
    }

    /// The value of a field without its pin.
    fn spelled(&self, name: &str, line: &Line) -> Option<Value> {
        let Line::Record { cells, .. } = line else { return None };
        let cell = cells[NAMES.iter().position(|other| *other == name)?].as_deref();
        match cell {
            cell if self.is_csv => Some(untyped(cell.unwrap_or_default())),
            Some(json) => Some(Value::of_json(json)),
            None => None,
        }
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

/// Where a record stands in time: a step on from the one before, then back by some milliseconds; and how it is spelled,
/// in its field of event time and in the other one.
type Moment = (i64, i64, u8, u8);

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
    option::weighted(0.93, (step, back, 0..12_u8, 0..18_u8))
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
            cells: [n, k, t, v, None, None],
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

/// Whether `--time` is given, and the types of some fields.
fn pins() -> impl Strategy<Value = (bool, Vec<(&'static str, Pin)>)> {
    let pin = |name: &'static str, pins: &'static [Pin]| {
        option::weighted(0.2, select(pins)).prop_map(move |pin| pin.map(|pin| (name, pin)))
    };
    let named = (
        pin("n", &[Pin::Number, Pin::Text]),
        pin("k", &[Pin::Number, Pin::Text, Pin::Bool]),
        pin("t", &[Pin::Text, Pin::Number]),
        pin("v", &[Pin::Bool, Pin::Number, Pin::Text]),
        pin("date", &[Pin::Time, Pin::Text]),
        pin("ts", &[Pin::Time, Pin::Text]),
    );
    let named =
        named.prop_map(|(n, k, t, v, date, ts)| [n, k, t, v, date, ts].into_iter().flatten().collect());
    (weighted(0.6), prop_oneof![1 => Just(Vec::new()), 1 => named])
}

/// Up to 60 lines.
pub(crate) fn input() -> impl Strategy<Value = Input> {
    let form = (weighted(0.35), weighted(0.1), weighted(0.1), place(), 0..8_u8, pins());
    form.prop_flat_map(|(is_csv, is_crlf, is_open, ((zone, begin), pace), spellings, (is_chosen, named))| {
        let begin: Timestamp = begin.parse().expect("a time");
        let spellings = match spellings {
            0 | 1 => Spellings::Yearless(begin.in_tz(zone).expect("a zone").year()),
            2 => Spellings::Odd,
            _ => Spellings::Usual,
        };
        (vec(line(is_csv), 0..60), select(&["nope", "true", "12"][..]), nest()).prop_map(
            move |(lines, unreadable, nest)| {
                let mut now = begin.as_millisecond();
                let lines = lines.into_iter().map(|(mut line, moment)| {
                    if let Line::Record { cells, .. } = &mut line {
                        cells[4] = match moment {
                            Some((step, back, way, other)) => {
                                now += step * pace;
                                cells[5] = spell_date(now - back * pace, other, zone, is_csv);
                                Some(spellings.spell(now - back * pace, way, zone, is_csv))
                            }
                            None if cells[0].is_none() => None,
                            None if is_csv || unreadable != "nope" => Some(unreadable.to_owned()),
                            None => Some(quoted(unreadable)),
                        };
                    }
                    line
                });
                let is_chosen = is_chosen || !is_csv;
                let nest = if is_csv || spellings != Spellings::Usual { Nest::No } else { nest };
                let lines = lines.map(|line| if nest == Nest::No { line } else { line.readable() });
                let mut named = if is_csv { named.clone() } else { Vec::new() };
                // A stamp without a year that is no event time is not read by the model.
                if matches!(spellings, Spellings::Yearless(_)) {
                    named.retain(|pin| *pin != ("ts", Pin::Text));
                }
                let is_named = is_chosen && nest == Nest::No;
                let (pins, lines) = (Pins { named, zone, is_chosen: is_named }, lines.collect());
                Input { zone, pace, is_csv, spellings, is_chosen, pins, nest, is_crlf, is_open, lines }
            },
        )
    })
}
