//! `explode FIELD`: one record per element of an array.

use super::{Bound, Scope, StageDef, Step, Words, Work};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::expr::{Check, parse_path};
use crate::record::{Batch, Cell, ColumnRef, FieldValue, Form, Made};
use crate::scan::json::elements;
use crate::value::Value;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "explode",
    spec: "FIELD",
    options: &[],
    bind,
    doc: Doc {
        summary: "make one record per element of an array",
        text: "The field takes each element in turn; all else is repeated. A null or absent field and an empty \
               array give one record with null; a value that is not an array gives one record with that value.\n\n\
               An array at a path (`user.tags`, also inside of what the chain made) stays where it is: its element \
               leaves under the last name, `tags`. After that, a longer path (`user.tags.id`) leads into the element as \
               `tags.id` does, since an array has no members; `user.tags` and `user.tags[0]` are the array's still.\n\n\
               Event time may be inside of the elements: `--time Records.eventTime explode Records then window 1m …`.",
        examples: &[
            Example {
                command: "--from ndjson explode tags",
                input: "{\"id\":1,\"tags\":[\"a\",\"b\"]}\n{\"id\":2,\"tags\":[]}\n",
                output: "{\"id\":1,\"tags\":\"a\"}\n{\"id\":1,\"tags\":\"b\"}\n{\"id\":2,\"tags\":null}\n",
            },
            Example {
                command: "--from ndjson explode items then explode items.parts then project 'items.id, parts.n'",
                input: "{\"items\":[{\"id\":\"a\",\"parts\":[{\"n\":1},{\"n\":2}]},{\"id\":\"b\",\"parts\":[{\"n\":3}]}]}\n",
                output: "{\"id\":\"a\",\"n\":1}\n{\"id\":\"a\",\"n\":2}\n{\"id\":\"b\",\"n\":3}\n",
            },
        ],
    },
};

struct Explode {
    from: ColumnRef,
    to: usize,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let spec = words.spec.as_str();
    let path = parse_path(spec)?;
    let array = scope.located(spec, &path, 0..spec.len())?;
    let site = scope.site(0..spec.len());
    let from = scope.laid_out_before(&array, Check::Whole(site));
    let to = scope.new_column();
    scope.shape.set_read(path.last_name(), ColumnRef::Made(to), array.reading);
    scope.note_exploded(&path, &array, to);
    Ok(vec![Bound::Step(Box::new(Explode { from, to }))])
}

impl Step for Explode {
    fn apply(&self, batch: Batch, _work: &mut Work<'_>) -> Result<Batch> {
        let mut rows = Vec::with_capacity(batch.live.len());
        let mut made = Made::default();
        for &row in &batch.live {
            let before = rows.len();
            let field = batch.field(self.from, row);
            if let Some(array) = array_of(field) {
                // The structure was checked when the record was read.
                let _ = elements(array, 0, |item| {
                    made.set_cell(rows.len() as u32, Cell::of_item(array, item), array);
                    rows.push(row);
                });
            }
            if rows.len() == before {
                match field {
                    FieldValue::Cell(cell, _) if cell.form == Form::Array => {}
                    FieldValue::Value(Value::Array(_)) => {}
                    FieldValue::Cell(cell, bytes) => made.set_cell(rows.len() as u32, cell, bytes),
                    FieldValue::Value(value) => made.set(rows.len() as u32, value),
                }
                rows.push(row);
            }
        }
        if let Some(last) = rows.len().checked_sub(1) {
            // A null at the end leaves no trace in the column: grow it to the number of records.
            let _ = made.slot(last as u32);
        }
        let mut exploded = batch.gather(&rows);
        exploded.set_made(self.to, made);
        Ok(exploded)
    }

    fn repeats(&self) -> bool {
        true
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

fn array_of(field: FieldValue<'_>) -> Option<&[u8]> {
    match field {
        FieldValue::Cell(cell, bytes) if cell.form == Form::Array => Some(cell.spelling(bytes)),
        FieldValue::Value(Value::Array(text)) => Some(text),
        _ => None,
    }
}
