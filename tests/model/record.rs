//! Records as lists of fields, and what is computed of one.

use super::aggregates;
use super::chain::{Expr, Item, Kind};
use super::eval::{condition, eval};
use super::value::Value;
use super::windows::Window;

/// A field: its name as written (with the colon and blanks), and the spelling of its value.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) head: String,
    pub(crate) value: Value,
    pub(crate) json: String,
}

impl Field {
    pub(crate) fn made(name: &str, value: Value, json: String) -> Self {
        Self { name: name.to_owned(), head: format!("\"{name}\":"), value, json }
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
    /// The input line, as long as nothing has changed.
    pub(crate) line: Option<String>,
    pub(crate) time: Option<i128>,
    /// The watermark before it was read.
    pub(crate) mark: Option<i128>,
    pub(crate) window: Option<Window>,
    /// Windows that it is in at once, as nobody asked for their bounds.
    pub(crate) windows: Vec<Window>,
    pub(crate) session: Option<Session>,
}

impl Record {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().rfind(|field| field.name == name)
    }

    /// Whether it has a field, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// The last field of that name.
    pub(crate) fn get(&self, name: &str) -> Value {
        self.field(name).map_or(Value::Null, |field| field.value.clone())
    }

    /// The fields of a key.
    pub(crate) fn keys(&self, names: &[String]) -> Vec<Field> {
        names.iter().map(|name| self.item(name, &Expr::Field(name.clone()), &mut 0)).collect()
    }

    /// A field by its spelling, anything else as computed.
    pub(crate) fn item(&self, name: &str, expr: &Expr, faults: &mut usize) -> Field {
        let value = eval(expr, self, faults);
        let spelled = match expr {
            Expr::Field(field) => self.field(field).map(|field| field.json.clone()),
            _ => None,
        };
        let json = spelled.unwrap_or_else(|| value.json());
        Field::made(name, value, json)
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
    let mut made: Vec<Field> = items.iter().map(|(name, expr)| record.item(name, expr, faults)).collect();
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

/// The arguments of an item, unless its condition or a value that it cannot take keeps the record from it.
pub(crate) fn arguments(item: &Item, record: &Record, faults: &mut usize) -> Option<Vec<Value>> {
    if let Some(only) = &item.only
        && condition(only, record, faults) != Some(true)
    {
        return None;
    }
    let args: Vec<Value> = item.args.iter().map(|arg| eval(arg, record, faults)).collect();
    let first = args.first().filter(|first| !first.is_null());
    let is_fault = first.is_some_and(|first| match item.kind {
        Kind::CountIf => first.bool().is_none(),
        kind => aggregates::is_numeric(kind) && first.number().is_none(),
    });
    *faults += usize::from(is_fault);
    (!is_fault).then_some(args)
}
