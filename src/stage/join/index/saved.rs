//! The saved form of the keys of a table, and how keys are parted.

use super::{Index, Part};
use crate::record::Env;
use crate::stage::join::class::Class;
use crate::time::Duration;
use crate::value::key::write_identity;
use crate::value::saved::{read_bytes, write_bytes};
use crate::value::{Number, Value};

/// A key of the table.
pub(in crate::stage::join) struct Stored<'a> {
    part: &'a Part,
    at: usize,
}

impl Index {
    /// The keys of all records, in the table's order.
    pub(in crate::stage::join) fn keys(&self) -> impl Iterator<Item = Stored<'_>> {
        let rows: usize = self.parts.iter().map(|part| part.rows.len()).sum();
        let mut places = vec![(0, 0); rows];
        for (number, part) in self.parts.iter().enumerate() {
            for (at, &row) in part.rows.iter().enumerate() {
                if let Some(place) = places.get_mut(row as usize) {
                    *place = (number, at);
                }
            }
        }
        places.into_iter().filter_map(|(part, at)| Some(Stored { part: self.parts.get(part)?, at }))
    }

    /// Adds a record behind the others, whose key was saved, and steps over that. `None` if it is damaged.
    pub(in crate::stage::join) fn restore(&mut self, row: u32, from: &mut &[u8]) -> Option<()> {
        let codes = from.split_off(..self.fields)?;
        let is = |part: &Part| part.classes.iter().map(|class| class.code()).eq(codes.iter().copied());
        let at = match self.parts.iter().position(is) {
            Some(at) => at,
            None => {
                let classes = codes.iter().map(|code| Class::of_code(*code)).collect::<Option<_>>()?;
                self.parts.push(Part::new(classes));
                self.parts.len() - 1
            }
        };
        let part = self.parts.get_mut(at)?;
        part.rows.push(row);
        for _ in 0..self.fields {
            part.keys.extend_from_slice(read_bytes(from)?);
            part.ends.push(u32::try_from(part.keys.len()).ok()?);
        }
        Some(())
    }
}

impl Stored<'_> {
    /// Appends the saved form.
    pub(in crate::stage::join) fn save(&self, out: &mut Vec<u8>) {
        out.extend(self.part.classes.iter().map(|class| class.code()));
        self.part.stored(self.at).for_each(|(_, stored)| write_bytes(stored, out));
    }

    /// Appends what the key is parted by.
    pub(in crate::stage::join) fn write_common(&self, common: &[Common], env: &Env, out: &mut Vec<u8>) {
        for ((class, stored), common) in self.part.stored(self.at).zip(common) {
            match class {
                Class::Untyped | Class::Text | Class::Number => common.write_text(stored, env, out),
                _ => out.extend_from_slice(stored),
            }
        }
    }

    /// The key in words.
    pub(in crate::stage::join) fn shown(&self) -> String {
        let field = |(class, stored)| match class {
            Class::Untyped | Class::Text => crate::record::shown_value(Value::Text(stored)),
            Class::Number => crate::error::shown_bytes(stored),
            other => format!("some {}", Class::name(other)),
        };
        self.part.stored(self.at).map(field).collect::<Vec<_>>().join(", ")
    }
}

/// How a field of a key is parted: two values that can be equal must be written alike, whatever their types.
///
/// Text may be read as a number, as true or false, as a time or a duration, so all are written as what text that spells
/// them would be read as first. A number is written as the time that it stands for, if it stands for one, since text
/// may be read as either. With a `--time-format` what text is a time does not follow from the number it spells: then
/// times are left out, or else, where the table's values all are times, text is read as nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::stage::join) enum Common {
    /// As anything.
    Any,
    /// As anything but a time.
    NoTimes,
    /// As a time.
    Times,
}

impl Common {
    /// How to part a field whose values in the table all are times, or not.
    pub(in crate::stage::join) fn of(env: &Env, are_times: bool) -> Self {
        match (env.times.has_format(), are_times) {
            (false, _) => Self::Any,
            (true, true) => Self::Times,
            (true, false) => Self::NoTimes,
        }
    }

    /// Whether values of a class come into the partition of those that they equal.
    pub(in crate::stage::join) fn parts(self, class: Class) -> bool {
        self != Self::NoTimes || class != Class::Time
    }

    /// Appends what a value is parted by.
    pub(in crate::stage::join) fn write(self, value: Value<'_>, env: &Env, out: &mut Vec<u8>) {
        match value {
            Value::Text(text) | Value::Untyped(text) => self.write_text(text, env, out),
            Value::Number(number) => self.write_number(number, env, out),
            Value::Spelled(text) => self.write_text(text, env, out),
            value => write_identity(value, out),
        }
    }

    fn write_text(self, text: &[u8], env: &Env, out: &mut Vec<u8>) {
        let time = || env.times.read_any(text, None).ok().map(Value::Time);
        let duration = || Duration::parse(text).map(Value::Duration);
        let value = match self {
            Self::Times => time(),
            Self::Any | Self::NoTimes => {
                if let Some(Ok(number)) = Number::parse(text) {
                    return self.write_number(number, env, out);
                }
                let truth = Value::Untyped(text).as_bool().map(Value::Bool);
                let time = || if self == Self::Any { time() } else { None };
                truth.or_else(time).or_else(duration)
            }
        };
        write_identity(value.unwrap_or(Value::Text(text)), out);
    }

    fn write_number(self, number: Number, env: &Env, out: &mut Vec<u8>) {
        let mut spelled = Vec::new();
        let time = match self {
            Self::Any => {
                number.write(&mut spelled);
                env.times.read_any(&spelled, None).ok()
            }
            Self::NoTimes | Self::Times => None,
        };
        write_identity(time.map_or(Value::Number(number), Value::Time), out);
    }
}
