//! Values, their spellings and their order (manual, section 4).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Zoned;
use serde_json::value::RawValue;

use super::decimal::Decimal;

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Decimal),
    /// A number of JSON that computing would spell otherwise.
    Spelled(String),
    /// In the zone that it is written in.
    Time(Zoned),
    Text(String),
    /// A value of a text format.
    Untyped(String),
    /// In nanoseconds.
    Duration(i128),
    /// Event time: nanoseconds since 1970, and what its spelling is by itself.
    Stamp(i128, Box<Value>),
    /// What a pin of `--types` does not fit: it passes as it is spelled, and is null to all who read it.
    Unfit(String),
    Array(String),
    Object(String),
}

use Value::{Array, Bool, Duration, Null, Number, Object, Spelled, Stamp, Text, Time, Unfit, Untyped};

impl Value {
    /// The first of some signs in a text.
    pub(crate) fn first_of(&self, signs: &[char]) -> Option<char> {
        match self {
            Text(text) | Untyped(text) => text.chars().find(|sign| signs.contains(sign)),
            Stamp(_, plain) => plain.first_of(signs),
            _ => None,
        }
    }

    /// What a JSON spelling means.
    pub(crate) fn of_json(json: &str) -> Self {
        match json.as_bytes()[0] {
            b'n' => Null,
            b't' => Bool(true),
            b'f' => Bool(false),
            b'"' => Text(serde_json::from_str(json).expect("a string")),
            b'[' => Array(json.to_owned()),
            b'{' => Object(json.to_owned()),
            _ => match Decimal::read(json).expect("a number") {
                number if number.write() == json => Number(number),
                _ => Spelled(json.to_owned()),
            },
        }
    }

    /// How a value that was computed is spelled in JSON.
    pub(crate) fn json(&self) -> String {
        match self {
            Null => "null".to_owned(),
            Bool(truth) => truth.to_string(),
            Number(number) => number.write(),
            Spelled(text) => text.clone(),
            Time(time) => format!("\"{}\"", write_time(time)),
            Text(text) => quoted(text),
            Untyped(text) if is_json_number(text) && !may_be_id(text) => text.clone(),
            Untyped(text) => quoted(text),
            Unfit(text) => Untyped(text.clone()).json(),
            Duration(nanos) => format!("\"{}\"", write_length(*nanos)),
            Stamp(_, spelling) => spelling.json(),
            Array(json) | Object(json) => json.clone(),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Null)
    }

    /// As arithmetic and the aggregates of numbers read it.
    pub(crate) fn number(&self) -> Option<Decimal> {
        match self {
            Number(number) => Some(number.clone()),
            Spelled(text) | Untyped(text) => Decimal::read(text),
            Stamp(_, spelling) => spelling.number(),
            _ => None,
        }
    }

    /// The time that it is, whether it is written or only spelled.
    pub(crate) fn time(&self) -> Option<i128> {
        match self {
            Time(time) => Some(time.timestamp().as_nanosecond()),
            Stamp(time, _) => Some(*time),
            _ => None,
        }
    }

    /// Whether it is event time that is spelled as a number.
    pub(crate) fn is_epoch(&self) -> bool {
        matches!(self, Stamp(_, spelling) if spelling.number().is_some())
    }

    /// An epoch as the number that it is to all but those who order.
    pub(crate) fn counted(&self) -> Self {
        match self {
            Stamp(_, spelling) if self.is_epoch() => (**spelling).clone(),
            other => other.clone(),
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Bool(truth) => Some(*truth),
            Untyped(text) => read_bool(text),
            _ => None,
        }
    }

    /// The type that order, and comparison without another type, see.
    pub(crate) fn settled(&self) -> Self {
        match self {
            Untyped(text) => Decimal::read(text).map_or_else(|| Text(text.clone()), Number),
            other => other.plain(),
        }
    }

    /// A number whatever it is spelled like.
    pub(crate) fn plain(&self) -> Self {
        match self {
            Spelled(text) => Number(Decimal::read(text).expect("a number")),
            other => other.clone(),
        }
    }

    /// What it is by its spelling alone.
    pub(crate) fn spelled(&self) -> Self {
        match self {
            Stamp(_, spelling) => (**spelling).clone(),
            other => other.clone(),
        }
    }

    pub(crate) fn elements(&self) -> Vec<String> {
        let Array(json) = self else { return Vec::new() };
        let elements: Vec<Box<RawValue>> = serde_json::from_str(json).expect("an array");
        elements.iter().map(|element| element.get().to_owned()).collect()
    }

    fn entries(&self) -> Vec<(String, Value)> {
        let Object(json) = self else { return Vec::new() };
        let entries: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).expect("an object");
        entries.into_iter().map(|(name, json)| (name, Self::of_json(json.get()))).collect()
    }

    fn rank(&self) -> u8 {
        match self {
            Bool(_) => 0,
            Number(_) | Spelled(_) => 1,
            Time(_) | Stamp(..) => 2,
            Duration(_) => 3,
            Text(_) | Untyped(_) => 4,
            Array(_) => 5,
            Object(_) => 6,
            Null | Unfit(_) => 7,
        }
    }

    /// Equal identities are equal keys: an untyped number in the plainest spelling is the number itself.
    pub(crate) fn identity(&self) -> String {
        match self {
            Untyped(text) => match Decimal::read(text) {
                Some(number) if is_plainest(text, &number) => number.write(),
                _ => format!("untyped {text}"),
            },
            Spelled(_) => self.plain().json(),
            Stamp(_, spelling) if self.is_epoch() => spelling.identity(),
            Time(_) | Stamp(..) => format!("time {:?}", self.time()),
            Array(_) => format!(
                "[{}]",
                self.elements().iter().map(|json| Self::of_json(json).identity() + ",").collect::<String>()
            ),
            Object(_) => self
                .entries()
                .iter()
                .map(|(name, value)| format!("{{{name:?}:{}}}", value.identity()))
                .collect(),
            other => other.json(),
        }
    }
}

/// The order of values; null last.
pub(crate) fn order(left: &Value, right: &Value) -> Ordering {
    let (left, right) = (left.settled(), right.settled());
    match (&left, &right) {
        (Bool(left), Bool(right)) => left.cmp(right),
        (Number(left), Number(right)) => left.cmp(right),
        (Time(_) | Stamp(..), Time(_) | Stamp(..)) => left.time().cmp(&right.time()),
        (Duration(left), Duration(right)) => left.cmp(right),
        (Text(left), Text(right)) => left.cmp(right),
        (Array(_), Array(_)) => {
            let of =
                |value: &Value| value.elements().iter().map(|json| Value::of_json(json)).collect::<Vec<_>>();
            sequence(&of(&left), &of(&right))
        }
        (Object(_), Object(_)) => {
            let of = |value: &Value| {
                value.entries().into_iter().flat_map(|(name, value)| [Text(name), value]).collect::<Vec<_>>()
            };
            sequence(&of(&left), &of(&right))
        }
        _ => left.rank().cmp(&right.rank()),
    }
}

/// The order of keys: untyped ones of equal value by their spelling, the plainest first. Epochs are numbers there.
pub(crate) fn key_order(left: &[Value], right: &[Value]) -> Ordering {
    let counted = |(left, right): (&Value, &Value)| (left.counted(), right.counted());
    left.iter()
        .zip(right)
        .map(counted)
        .map(|(left, right)| order(&left, &right).then_with(|| left.identity().cmp(&right.identity())))
        .find(|found| found.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn sequence(left: &[Value], right: &[Value]) -> Ordering {
    left.iter()
        .zip(right)
        .map(|(left, right)| order(left, right))
        .find(|found| found.is_ne())
        .unwrap_or_else(|| left.len().cmp(&right.len()))
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

/// Whether a number of a text format is spelled as typed ones are taken to be: long ones written out.
fn is_plainest(text: &str, number: &Decimal) -> bool {
    if number.length() <= 38 {
        return number.write() == text;
    }
    is_json_number(text) && !text.contains(['e', 'E']) && !(text.contains('.') && text.ends_with('0'))
}

/// Digits, `e`, digits.
fn may_be_id(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(['e', 'E']).is_some_and(|(before, behind)| digits(before) && digits(behind))
}

/// What text of a format without types is as a bool.
pub(crate) fn read_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Whether JSON spells a number so.
pub(crate) fn is_json_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// RFC 3339 with the digits that it needs.
fn write_time(time: &Zoned) -> String {
    let fraction = format!(".{:09}", time.subsec_nanosecond());
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    let offset = if time.time_zone().iana_name() == Some("UTC") { "Z" } else { "%:z" };
    time.strftime(&format!("%Y-%m-%dT%H:%M:%S{fraction}{offset}")).to_string()
}

/// As a literal: whole numbers, no unit above days.
fn write_length(nanos: i128) -> String {
    let mut rest = nanos.unsigned_abs();
    let sign = if nanos < 0 { "-" } else { "" };
    let units = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let mut text = String::new();
    for (size, unit) in units {
        if rest >= size {
            text += &format!("{}{unit}", rest / size);
            rest %= size;
        }
    }
    if nanos == 0 { "0s".to_owned() } else { format!("{sign}{text}") }
}
