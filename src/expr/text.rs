//! What makes text of values: `++`, and `[a, b]` as a value.

use super::node::{Column, Node, Run, Truth, truths_of};
use crate::record::{Env, Loaded, Made};
use crate::value::number::JsonLook;
use crate::value::{Number, Value, json, write_text};

/// `a ++ b`: null if one operand is.
pub(super) struct Concat {
    pub(super) operands: Vec<Box<dyn Node>>,
    pub(super) site: u32,
}

/// `[a, b]`, an array of JSON.
pub(super) struct List {
    pub(super) elements: Vec<Box<dyn Node>>,
    pub(super) site: u32,
}

impl Node for Concat {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let columns: Vec<Column<'_>> = self.operands.iter().map(|operand| operand.eval(run, rows)).collect();
        let mut made = run.batch.new_column();
        for &row in rows {
            if columns.iter().any(|column| column.get(row).is_null()) {
                continue;
            }
            made.slot(row).text_with(|out| {
                for column in &columns {
                    write_text(column.get(row), &run.env.zone, out);
                }
            });
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}

impl Node for List {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let columns: Vec<Column<'_>> = self.elements.iter().map(|element| element.eval(run, rows)).collect();
        let mut made: Made = run.batch.new_column();
        for &row in rows {
            made.slot(row).array_with(|out| {
                out.push(b'[');
                for (at, column) in columns.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    write_json(column.get(row), run.env, out);
                }
                out.push(b']');
            });
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }
}

/// Appends a value as JSON: untyped text that is spelled as a JSON number is one.
fn write_json(value: Value<'_>, env: &Env, out: &mut Vec<u8>) {
    match value.plain() {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Spelled(text) => out.extend_from_slice(text),
        Value::Text(text) => json::write_string(text, out),
        Value::Untyped(text) if Number::json_look(text) != Some(JsonLook::Number) => {
            json::write_string(text, out);
        }
        Value::Time(_) | Value::Duration(_) => {
            out.push(b'"');
            write_text(value, &env.zone, out);
            out.push(b'"');
        }
        plain => write_text(plain, &env.zone, out),
    }
}
