//! Records as lists of fields, and what is computed of one.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::chain::Expr;
use super::decimal::Decimal;
use super::eval::eval;
use super::nest::last_name;
use super::times::{epoch, read_time};
use super::value::{Value, quoted};
use super::windows::Window;

/// A field: its name as written (with the colon and blanks), and the spelling of its value.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) head: String,
    pub(crate) value: Value,
    pub(crate) json: String,
    /// Of a pinned type, which no name changes.
    pub(crate) is_pinned: bool,
}

/// Fields whose text is event time wherever it reads as a time, of those that the tests have.
pub(crate) const TIME_NAMES: [&str; 2] = ["ts", "date"];

impl Field {
    pub(crate) fn made(name: &str, value: Value, json: String) -> Self {
        Self { name: name.to_owned(), head: format!("{}:", quoted(name)), value, json, is_pinned: false }
    }

    /// What does not fit its pin is null to whoever reads it.
    fn read(self, faults: &mut usize) -> Self {
        let is_unfit = matches!(self.value, Value::Unfit(_));
        *faults += usize::from(is_unfit);
        if is_unfit { Self { value: Value::Null, json: "null".to_owned(), ..self } } else { self }
    }

    /// As a key of a join: what is spelled as a number is one where times are.
    pub(crate) fn joined(&self) -> Value {
        let value = self.value.counted();
        let is_times = TIME_NAMES.contains(&self.name.as_str()) && !self.is_pinned;
        match (&value, value.number()) {
            (Value::Untyped(_), Some(number)) if is_times => Value::Number(number),
            _ => value,
        }
    }

    /// What stands at a path inside an object.
    fn inside(json: &str, path: &str) -> Option<Self> {
        let mut json = json.to_owned();
        for name in path.split('.') {
            let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&json).ok()?;
            json = members.get(name)?.get().to_owned();
        }
        Some(Self::made(last_name(path), Value::of_json(&json), json))
    }

    /// As the field of `--time`: epochs are times there too.
    fn chosen(self, zone: &str) -> Self {
        match self.value.number().and_then(|number| epoch(&number)) {
            Some(time) => Self { value: Value::Stamp(time, Box::new(self.value)), ..self },
            None => Self { name: "ts".to_owned(), ..self }.timed(zone),
        }
    }

    /// Under a name of event time, text that reads as a time is one.
    pub(crate) fn timed(self, zone: &str) -> Self {
        let (Value::Text(text) | Value::Untyped(text)) = &self.value else { return self };
        let is_number = Decimal::read(text).is_some();
        match read_time(text, zone) {
            Some(time) if TIME_NAMES.contains(&self.name.as_str()) && !self.is_pinned && !is_number => {
                Self { value: Value::Stamp(time, Box::new(self.value)), ..self }
            }
            _ => self,
        }
    }
}

/// The session that a record waits to be put into.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) gap: i128,
    /// Of the window's `--by`, if that is given.
    pub(crate) keys: Option<Vec<Field>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) fields: Vec<Field>,
    /// The number of its line in the input, whatever was made of it; none where an aggregate made it.
    pub(crate) origin: Option<usize>,
    /// The input line, as long as nothing has changed.
    pub(crate) line: Option<String>,
    pub(crate) time: Option<i128>,
    /// The watermark before it was read.
    pub(crate) mark: Option<i128>,
    pub(crate) window: Option<Window>,
    /// Windows that it is in at once, as nobody asked for their bounds.
    pub(crate) windows: Vec<Window>,
    pub(crate) session: Option<Session>,
    /// What times are written in.
    pub(crate) zone: &'static str,
    /// The field of `--time`, where it is a path.
    pub(crate) time_path: &'static str,
    /// The paths of arrays that were taken apart, with the element that the record is of: longer paths lead into it.
    pub(crate) elements: Vec<(String, Field)>,
}

impl Record {
    /// A field, or what stands at a path inside one.
    pub(crate) fn field(&self, name: &str) -> Option<Field> {
        let own = |name: &str| self.fields.iter().rfind(|field| field.name == name).cloned();
        if let Some(field) = own(name) {
            return Some(field);
        }
        let (first, path) = name.split_once('.')?;
        let outer = own(first)?;
        let element = self.elements.iter().rev().find_map(|(array, element)| {
            Some((element, name.strip_prefix(array.as_str())?.strip_prefix('.')?))
        });
        let (json, path) = element.map_or((&outer.json, path), |(element, path)| (&element.json, path));
        let inside = Field::inside(json, path)?;
        Some(if name == self.time_path { inside.chosen(self.zone) } else { inside })
    }

    /// Whether it has a field, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// The last field of that name.
    pub(crate) fn get(&self, name: &str) -> Value {
        self.field(name).map_or(Value::Null, |field| field.value)
    }

    /// The fields of a key, which are read.
    pub(crate) fn keys(&self, names: &[String], faults: &mut usize) -> Vec<Field> {
        names.iter().map(|name| self.key(last_name(name), &Expr::Field(name.clone()), faults)).collect()
    }

    /// The same where some of the names are those of expressions.
    pub(crate) fn keys_of(
        &self,
        names: &[String],
        computed: &[(String, Expr)],
        faults: &mut usize,
    ) -> Vec<Field> {
        let key = |name: &String| match computed.iter().find(|(other, _)| other == name) {
            Some((_, expr)) => self.key(name, expr, faults),
            None => self.key(last_name(name), &Expr::Field(name.clone()), faults),
        };
        names.iter().map(key).collect()
    }

    /// A value that is read, under a name.
    pub(crate) fn key(&self, name: &str, expr: &Expr, faults: &mut usize) -> Field {
        self.item(name, expr, faults).read(faults)
    }

    /// A field by its spelling, unread, anything else as computed.
    pub(crate) fn item(&self, name: &str, expr: &Expr, faults: &mut usize) -> Field {
        let field = match expr {
            Expr::Field(field) => self.field(field),
            _ => None,
        };
        if let Some(Field { value, json, is_pinned, .. }) = field {
            return Field { is_pinned, ..Field::made(name, value, json) };
        }
        let value = eval(expr, self, faults);
        Field::made(name, value.clone(), value.json())
    }

    /// Puts `made` in place of the fields of its name, or at the end.
    pub(crate) fn set(&mut self, made: Field) {
        self.line = None;
        let Some(at) = self.fields.iter().position(|field| field.name == made.name) else {
            self.fields.push(made);
            return;
        };
        let head = self.fields[at].head.clone();
        self.fields[at] = Field { head, ..made };
        let mut place = 0;
        let name = self.fields[at].name.clone();
        self.fields.retain(|field| {
            place += 1;
            field.name != name || place == at + 1
        });
    }

    pub(crate) fn write(&self) -> String {
        let fields: Vec<String> =
            self.fields.iter().map(|field| format!("{}{}", field.head, field.json)).collect();
        self.line.clone().unwrap_or_else(|| format!("{{{}}}", fields.join(",")))
    }
}

/// An element of an array is JSON; a value that is no array stays what it is.
pub(crate) fn of_element(value: &Value, json: &str) -> Value {
    if matches!(value, Value::Array(_)) { Value::of_json(json) } else { value.clone() }
}

/// What `project` makes.
pub(crate) fn project(
    record: &Record,
    items: &[(String, Expr)],
    star: Option<usize>,
    except: &[String],
    faults: &mut usize,
) -> Record {
    let mut made: Vec<Field> =
        items.iter().map(|(name, expr)| record.item(name, expr, faults).timed(record.zone)).collect();
    let Some(star) = star else { return Record { fields: made, line: None, ..record.clone() } };
    let behind = made.split_off(star);
    let mut result = record.clone();
    let drop =
        |field: &Field| except.contains(&field.name) || made.iter().any(|front| front.name == field.name);
    if !made.is_empty() || !except.is_empty() {
        result.line = None;
    }
    result.fields.retain(|field| !drop(field));
    result.fields.splice(0..0, made);
    behind.into_iter().for_each(|field| result.set(field));
    result
}
