//! `--types`: what values of text formats are under a pinned type (manual, section 3).

use super::decimal::Decimal;
use super::record::Field;
use super::times::{epoch, read_time, time_of};
use super::value::Value::{self, Bool, Null, Number, Spelled, Text, Unfit, Untyped};
use super::value::{is_json_number, read_bool};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    Text,
    Number,
    Bool,
    Time,
}

/// Fields and their types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pins {
    pub(crate) named: Vec<(&'static str, Pin)>,
    /// What times without an offset are in.
    pub(crate) zone: &'static str,
    /// `--time ts` is given: numbers there are ordered as times.
    pub(crate) is_chosen: bool,
}

impl Pins {
    /// The words of a command line.
    pub(crate) fn words(&self) -> Vec<String> {
        let name = |pin: Pin| match pin {
            Pin::Text => "text",
            Pin::Number => "number",
            Pin::Bool => "bool",
            Pin::Time => "time",
        };
        let named: Vec<String> =
            self.named.iter().map(|(field, pin)| format!("{field}:{}", name(*pin))).collect();
        if named.is_empty() { Vec::new() } else { vec!["--types".to_owned(), named.join(",")] }
    }

    /// The pin of a field.
    pub(crate) fn of(&self, name: &str) -> Option<Pin> {
        self.named.iter().find(|(field, _)| *field == name).map(|(_, pin)| *pin)
    }

    /// A field as those read it who order, compare and count it: as the time that it is by its name.
    pub(crate) fn timed(&self, field: Field) -> Field {
        let is_chosen = self.is_chosen && field.name == "ts" && !field.is_pinned;
        match field.value.number().filter(|_| is_chosen).and_then(|number| epoch(&number)) {
            Some(time) => Field { value: Value::Stamp(time, Box::new(field.value)), ..field },
            None => field.timed(self.zone),
        }
    }

    /// A field of a text format.
    pub(crate) fn field(&self, name: &str, value: Value) -> Field {
        let Some(pin) = self.of(name) else {
            return Field::made(name, value.clone(), value.json());
        };
        let Untyped(text) = &value else { return Field::made(name, Null, "null".to_owned()) };
        let read = match pin {
            Pin::Text => Some(Text(text.clone())),
            Pin::Number => Decimal::read(text).map(|number| match is_json_number(text) {
                true if number.write() == *text => Number(number),
                true => Spelled(text.clone()),
                false if number.length() <= 38 => Number(number),
                // Only zeros in front keep such a one from being JSON.
                false => Spelled(text.trim_start_matches('0').to_owned()),
            }),
            Pin::Bool => read_bool(text).map(Bool),
            Pin::Time => read_time(text, self.zone).map(|time| time_of(time, self.zone)),
        };
        // It leaves as it is spelled, unless the type is spelled otherwise in JSON.
        let json = match (&read, pin) {
            (Some(read), Pin::Text | Pin::Number | Pin::Bool) => read.json(),
            _ => value.json(),
        };
        let value = read.unwrap_or_else(|| Unfit(text.clone()));
        Field { is_pinned: true, ..Field::made(name, value, json) }
    }
}
