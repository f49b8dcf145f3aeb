//! Inputs whose records are inside of others: a chain takes them out, and names their fields by paths (manual,
//! section 4, *a path into what the chain made*).

use proptest::prelude::*;

use super::chain::{Expr, Stage};
use super::input::{Input, Line};
use super::record::{Field, Record};
use super::value::{Value, quoted};

/// How records are packed into those of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nest {
    /// Not at all.
    No,
    /// Each under another name.
    Renamed,
    /// Each as a text.
    Text,
    /// So many in an array.
    Elements(usize),
    /// So many in arrays inside of an array; whether paths begin at the outer one.
    Deep(usize, bool),
}

/// What is before the name of a field that is packed.
const INNER: &str = "e.";
const OUTER: &str = "d.e.";

impl Nest {
    /// What is before the names of fields.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Deep(_, true) => OUTER,
            _ => INNER,
        }
    }

    /// The field of `--time`.
    pub(crate) fn time(self) -> &'static str {
        match self.prefix() {
            "" => "ts",
            OUTER => "d.e.ts",
            _ => "e.ts",
        }
    }

    /// How many records one of the input holds.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Elements(size) | Self::Deep(size, _) => size,
            Self::No | Self::Renamed | Self::Text => 1,
        }
    }

    /// The fields of a record that holds `packed`, with their values in JSON.
    pub(crate) fn pack(self, packed: &[String]) -> Vec<(&'static str, String)> {
        let array = |records: &[String]| format!("[{}]", records.join(", "));
        // A field that is spelled like a path goes first.
        let spelled = (packed.len() + packed.concat().len() % 3 == 3).then(|| ("e.n", "5".to_owned()));
        let whole = match (self, packed) {
            (Self::Text, [record]) => ("s", quoted(record)),
            (Self::Elements(_), records) => ("e", array(records)),
            (Self::Deep(..), [first, others @ ..]) => {
                let inner = |records: &[String]| format!("{{\"e\":{}}}", array(records));
                ("d", format!("[{},{}]", inner(std::slice::from_ref(first)), inner(others)))
            }
            (_, records) => ("r", records.concat()),
        };
        spelled.into_iter().chain([whole]).collect()
    }

    /// The stages that take the records out.
    pub(crate) fn unpacking(self) -> Vec<Stage> {
        let field = |name: &str| Expr::Field(name.to_owned());
        let made =
            |expr| Stage::Project { items: vec![("e".to_owned(), expr)], star: Some(0), except: Vec::new() };
        let explode = |path: &str| Stage::Explode(path.to_owned());
        match self {
            Self::No => Vec::new(),
            Self::Renamed => vec![made(field("r"))],
            Self::Text => vec![made(Expr::Json(Box::new(field("s"))))],
            Self::Elements(_) => vec![explode("e")],
            Self::Deep(..) => vec![explode("d"), explode("d.e")],
        }
    }
}

/// The name under which a field leaves that is named by a path.
pub(crate) fn last_name(path: &str) -> &str {
    if is_path(path) { path.rsplit('.').next().unwrap_or(path) } else { path }
}

/// Whether a name is one of fields inside of each other, and not that of an expression which has a point in it.
pub(crate) fn is_path(name: &str) -> bool {
    name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// What is read at once.
#[derive(Clone, Debug)]
pub(crate) enum Read<'a> {
    Line(&'a Line),
    /// Records that are inside of one.
    Packed(Vec<String>),
}

impl Input {
    /// What is read one after the other.
    pub(crate) fn reads(&self) -> Vec<Read<'_>> {
        let mut reads: Vec<Read<'_>> = Vec::new();
        for line in &self.lines {
            match (line, reads.last_mut()) {
                _ if self.nest == Nest::No => reads.push(Read::Line(line)),
                (Line::Record { .. }, Some(Read::Packed(records))) if records.len() < self.nest.size() => {
                    records.push(self.spell(line));
                }
                (Line::Record { .. }, _) => reads.push(Read::Packed(vec![self.spell(line)])),
                _ => reads.push(Read::Line(line)),
            }
        }
        reads
    }

    /// What the model reads of records that are inside of one.
    pub(crate) fn packed(&self, records: &[String]) -> Record {
        let pack = self.nest.pack(records);
        let line = Some(write_fields(pack.clone()));
        let fields = pack.into_iter().map(|(name, json)| Field::made(name, Value::of_json(&json), json));
        let time_path = self.nest.time();
        Record { fields: fields.collect(), line, time_path, zone: self.zone, ..Record::default() }
    }
}

/// Any way, or none.
pub(crate) fn nest() -> impl Strategy<Value = Nest> {
    let deep = (1..4_usize, any::<bool>()).prop_map(|(size, is_outer)| Nest::Deep(size, is_outer));
    prop_oneof![
        4 => Just(Nest::No),
        1 => Just(Nest::Renamed),
        1 => Just(Nest::Text),
        2 => (1..4_usize).prop_map(Nest::Elements),
        2 => deep,
    ]
}

/// A line of fields with values in JSON.
pub(crate) fn write_fields(fields: Vec<(&str, String)>) -> String {
    let fields = fields.into_iter().map(|(name, json)| format!("{}:{json}", quoted(name)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
