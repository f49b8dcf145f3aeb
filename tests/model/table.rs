//! Tables that a join looks records up in, and which of their records match.

use super::chain::spelled;
use super::decimal::Decimal;
use super::input::untyped;
use super::pins::Pins;
use super::record::{Field, Record};
use super::times::read_time;
use super::value::{Value, quoted, read_bool};

/// The word of a command line that stands for the file of the table, up to its suffix.
pub(crate) const FILE: &str = "TABLE";

/// Few records of few fields.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) is_csv: bool,
    pub(crate) names: Vec<&'static str>,
    /// Cells as spelled; `None` where absent, in CSV where empty.
    pub(crate) rows: Vec<Vec<Option<&'static str>>>,
}

/// `join`.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) table: Table,
    /// Fields of the records and of the table.
    pub(crate) on: Vec<(String, &'static str)>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) take: Vec<&'static str>,
    pub(crate) prefix: &'static str,
}

impl Table {
    /// The name of the file.
    pub(crate) fn file(&self) -> String {
        format!("{FILE}.{}", if self.is_csv { "csv" } else { "ndjson" })
    }

    /// The bytes of the file.
    pub(crate) fn text(&self) -> String {
        let json = |row: &Vec<Option<&str>>| {
            let fields = self.names.iter().zip(row);
            let fields =
                fields.filter_map(|(name, cell)| Some(format!("{}:{}", quoted(name), cell.as_ref()?)));
            format!("{{{}}}\n", fields.collect::<Vec<_>>().join(","))
        };
        let csv =
            |row: &Vec<Option<&str>>| row.iter().map(|cell| cell.unwrap_or("")).collect::<Vec<_>>().join(",");
        if !self.is_csv {
            return self.rows.iter().map(json).collect();
        }
        let lines = self.rows.iter().map(|row| csv(row) + "\n");
        format!("{}\n{}", self.names.join(","), lines.collect::<String>())
    }

    /// The names of all fields, in order of first appearance.
    fn appeared(&self) -> Vec<&'static str> {
        if self.is_csv {
            return self.names.clone();
        }
        let mut found = Vec::new();
        for row in &self.rows {
            for (name, _) in self.names.iter().zip(row).filter(|(_, cell)| cell.is_some()) {
                if !found.contains(name) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// A field of a record.
    fn field(&self, row: &[Option<&'static str>], name: &str, pins: &Pins) -> Field {
        let at = self.names.iter().position(|other| *other == name);
        match at.and_then(|at| row[at]) {
            Some(cell) if self.is_csv => pins.timed(pins.field(name, untyped(cell))),
            Some(cell) => pins.timed(Field::made(name, Value::of_json(cell), cell.to_owned())),
            None => Field::made(name, Value::Null, "null".to_owned()),
        }
    }
}

impl Join {
    /// The words of the stage; the file is named [`FILE`].
    pub(crate) fn words(&self) -> Vec<String> {
        let on = self.on.iter().map(|(left, right)| match left {
            left if left == right => left.clone(),
            left => format!("{} = {right}", spelled(left)),
        });
        let mut words: Vec<String> =
            vec!["join".into(), self.table.file(), "--on".into(), on.collect::<Vec<_>>().join(", ")];
        words.extend(self.kind.into_iter().flat_map(|kind| ["--kind".into(), kind.into()]));
        if !self.take.is_empty() {
            words.extend(["--take".into(), self.take.join(", ")]);
        }
        if !self.prefix.is_empty() {
            words.extend(["--prefix".into(), self.prefix.into()]);
        }
        words
    }

    /// The fields of the table that records get.
    pub(crate) fn taken(&self) -> Vec<&'static str> {
        if !self.take.is_empty() {
            return self.take.clone();
        }
        let mut all = self.table.appeared();
        all.retain(|name| self.on.iter().all(|(_, right)| right != name));
        all
    }

    /// Whether records keep their fields and get none.
    pub(crate) fn only_selects(&self) -> bool {
        matches!(self.kind, Some("semi" | "anti"))
    }

    /// Keys of the table that do not fit their pins.
    pub(crate) fn faults(&self, pins: &Pins) -> usize {
        let keys = |row| self.on.iter().map(move |(_, right)| self.table.field(row, right, pins));
        let keys = self.table.rows.iter().flat_map(|row| keys(row));
        keys.filter(|field| matches!(field.value, Value::Unfit(_))).count()
    }

    /// The keys of a record.
    pub(crate) fn keys(&self, record: &Record, faults: &mut usize) -> Vec<Field> {
        let names: Vec<String> = self.on.iter().map(|(left, _)| left.clone()).collect();
        record.keys(&names, faults)
    }

    /// What becomes of a record.
    pub(crate) fn records(&self, record: &Record, keys: &[Field], pins: &Pins) -> Vec<Record> {
        let is_match = |row: &&Vec<Option<&'static str>>| {
            let mut sides = keys.iter().zip(&self.on);
            sides.all(|(key, (_, right))| {
                let other = self.table.field(row, right, pins);
                matches(&key.joined(), &other.joined(), record.zone)
            })
        };
        let matching: Vec<&Vec<Option<&'static str>>> = self.table.rows.iter().filter(is_match).collect();
        let nothing = vec![None; self.table.names.len()];
        match self.kind {
            Some("semi") => matching.first().map(|_| record.clone()).into_iter().collect(),
            Some("anti") if matching.is_empty() => vec![record.clone()],
            Some("anti") => Vec::new(),
            Some("inner") => matching.into_iter().map(|row| self.joined(record, row, pins)).collect(),
            _ if matching.is_empty() => vec![self.joined(record, &nothing, pins)],
            _ => matching.into_iter().map(|row| self.joined(record, row, pins)).collect(),
        }
    }

    fn joined(&self, record: &Record, row: &[Option<&'static str>], pins: &Pins) -> Record {
        let mut joined = record.clone();
        for name in self.taken() {
            let Field { value, json, is_pinned, .. } = self.table.field(row, name, pins);
            let name = format!("{}{name}", self.prefix);
            let again = (2..).map(|number| format!("{name}_{number}"));
            let free = std::iter::once(name.clone()).chain(again).find(|name| !record.has(name));
            joined.fields.push(Field { is_pinned, ..Field::made(&free.unwrap_or(name), value, json) });
            joined.line = None;
        }
        joined
    }
}

/// Whether two keys are one: JSON by value, untyped by spelling, and an untyped one as the type of the other.
fn matches(left: &Value, right: &Value, zone: &str) -> bool {
    use Value::{Bool, Duration, Null, Number, Stamp, Text, Time, Untyped};
    let (left, right) = (&left.counted().plain(), &right.counted().plain());
    match (left, right) {
        (Null | Value::Unfit(_), _) | (_, Null | Value::Unfit(_)) => false,
        (Time(_) | Stamp(..), Time(_) | Stamp(..)) => left.time() == right.time(),
        (Time(_) | Stamp(..), Text(text) | Untyped(text))
        | (Text(text) | Untyped(text), Time(_) | Stamp(..)) => {
            read_time(text, zone).is_some_and(|time| left.time().or(right.time()) == Some(time))
        }
        // No text of the tests spells a length.
        (Duration(_), Text(_) | Untyped(_)) => false,
        (Untyped(one), Untyped(other) | Text(other)) | (Text(one), Untyped(other)) => one == other,
        (Untyped(text), Number(number)) | (Number(number), Untyped(text)) => {
            Decimal::read(text).as_ref() == Some(number)
        }
        (Untyped(text), Bool(truth)) | (Bool(truth), Untyped(text)) => read_bool(text) == Some(*truth),
        (Untyped(_), _) | (_, Untyped(_)) => false,
        _ => {
            std::mem::discriminant(left) == std::mem::discriminant(right)
                && left.identity() == right.identity()
        }
    }
}
