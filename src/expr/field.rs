//! Fields: columns of the batch, and paths into their nested values.

use super::node::{Column, Node, Run, Truth, truths_of};
use crate::record::{Batch, ColumnRef, Fault, FirstStamp, Loaded, Reading, Segment, Slot, Type};
use crate::value::tokens::{self, Rules};
use crate::value::{Value, json};

/// A field of the record.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) column: ColumnRef,
    /// The rest of the path, walked inside the field's value.
    pub(super) behind: Vec<Segment>,
    pub(super) reading: Reading,
    /// Whether its times are ordered or taken apart, so that they need a year.
    pub(super) ordered: bool,
    pub(super) site: u32,
    /// Its value is read with all inside it.
    pub(super) whole: bool,
}

impl Field {
    /// Whether a record has no value there.
    pub(super) fn is_null(&self, batch: &Batch, row: u32) -> bool {
        let field = batch.field(self.column, row);
        if self.behind.is_empty() {
            return field.is_null();
        }
        let mut buffer = Vec::new();
        match walk(field.value(&mut buffer), &self.behind) {
            Some((text, item)) => text.get(item.start..item.end).is_none_or(|spelled| spelled == b"null"),
            None => true,
        }
    }
}

impl Field {
    /// Notes the first stamp: if that of an input has no year, none will.
    fn note_stamp(&self, loaded: &Loaded<'_>, run: &mut Run<'_, '_>, rows: &[u32]) {
        let stamp = |row: &u32| match loaded.get(*row) {
            Value::Stamp(stamp) => Some((*row, stamp.time().is_none())),
            _ => None,
        };
        if let Some((row, lacks_year)) = rows.iter().find_map(stamp) {
            // After an aggregate there is no input that could begin with one.
            if let Some(source) = run.batch.source(row) {
                run.log.stamp(row, FirstStamp { site: self.site, source, origin: None, lacks_year });
            }
        }
    }
}

impl Node for Field {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let loaded = run.batch.load(self.column, rows, self.reading, run.env, self.site, run.log);
        // Cells that are read as they are hold no stamps.
        if self.ordered && !run.env.times.has_year() && !matches!(loaded, Loaded::Cells(_)) {
            self.note_stamp(&loaded, run, rows);
        }
        if self.behind.is_empty() {
            return Column::Made(match self.whole {
                true => loaded.in_range(run.batch, rows, run.env, self.site, run.log),
                false => loaded,
            });
        }
        let mut made = run.batch.new_column();
        let mut buffer = Vec::new();
        for &row in rows {
            let value = loaded.get(row);
            if let Err(fault) = write_inside(value, (&self.behind, self.whole), &mut buffer, made.slot(row)) {
                run.log.add(row, self.site, fault, Some(value));
            }
        }
        Column::Made(Loaded::Owned(made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }

    fn column(&self) -> Option<(ColumnRef, Reading)> {
        self.behind.is_empty().then_some((self.column, self.reading))
    }

    fn is_text(&self) -> bool {
        self.reading.pin() == Some(Type::Text)
    }
}

/// Writes what stands at a path inside a value; nothing if it has no such place. With `whole` it is checked with all
/// inside it.
pub(super) fn write_inside(
    value: Value<'_>,
    (path, whole): (&[Segment], bool),
    buffer: &mut Vec<u8>,
    slot: Slot<'_>,
) -> std::result::Result<(), Fault> {
    let Some((text, item)) = walk(value, path) else { return Ok(()) };
    match json::of_item(text, item, buffer) {
        // What stands there may come from a table, where paths into its fields are not looked at.
        Some(Value::Array(inside) | Value::Object(inside)) if whole && !can_be_read(inside) => {
            return Err(UNREADABLE);
        }
        Some(value) => slot.value(value),
        None => return Err(UNREADABLE),
    }
    Ok(())
}

const UNREADABLE: Fault = Fault("a nested value that cannot be read");

fn can_be_read(nested: &[u8]) -> bool {
    tokens::check_text(nested, 0, Rules::Read).is_ok() && !tokens::holds_beyond(nested)
}

/// The place at a path inside a nested value, and the text that it stands in.
fn walk<'v>(value: Value<'v>, path: &[Segment]) -> Option<(&'v [u8], crate::scan::json::Item)> {
    let mut text = match value {
        Value::Array(text) | Value::Object(text) => text,
        _ => return None,
    };
    let mut found = None;
    for segment in path {
        if let Some(item) = found {
            text = nested(text, item)?;
        }
        found = Some(match segment {
            Segment::Name(name) if text.first() == Some(&b'{') => json::member(text, name.as_bytes())?,
            Segment::Index(index) if text.first() == Some(&b'[') => json::element(text, *index)?,
            _ => return None,
        });
    }
    Some((text, found?))
}

fn nested(text: &[u8], item: crate::scan::json::Item) -> Option<&[u8]> {
    use crate::scan::json::Kind;
    match item.kind {
        Kind::Array | Kind::Object => text.get(item.start..item.end),
        _ => None,
    }
}
