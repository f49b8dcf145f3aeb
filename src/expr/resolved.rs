//! Where a field's values are: in a column, or at a path inside the values of one.

use crate::record::{
    Batch, Cell, ColumnRef, Fault, FaultLog, FieldValue, Made, Reading, Segment, Slot, nest_text, part,
};
use crate::scan::json::{Item, Kind};
use crate::value::tokens::{self, Rules};
use crate::value::{Value, json};

/// Where a field's values are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved {
    /// The column.
    pub column: ColumnRef,
    /// The rest of the path, walked inside the column's nested values.
    pub behind: Vec<Segment>,
    /// The field of the input that is spelled like a path with its dots: in a record that has one, its value is the
    /// one that is meant.
    pub spelled: Option<Box<Self>>,
    /// How the field is read.
    pub reading: Reading,
}

/// Where values that JSON does not allow are noted, when they are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// At this site, also where it is deeper inside: the values are read with all inside them.
    Whole(u32),
    /// At this site, if it is the value itself: it only leaves.
    Itself(u32),
    /// Nowhere.
    Nothing,
}

/// What is at a path and is not a value.
pub(super) const UNREADABLE: Fault = Fault("a nested value that cannot be read");

impl Resolved {
    /// A column as it is.
    pub fn column(column: ColumnRef, reading: Reading) -> Self {
        Self::inside(column, Vec::new(), reading)
    }

    /// What is at a path inside a column's values.
    pub fn inside(column: ColumnRef, behind: Vec<Segment>, reading: Reading) -> Self {
        Self { column, behind, spelled: None, reading }
    }

    /// Whether the values are those of the column, with nothing to walk into.
    pub fn is_column(&self) -> bool {
        self.behind.is_empty() && self.spelled.is_none()
    }

    /// The columns that values may come from, each with the path inside its values.
    pub fn sources(&self) -> impl Iterator<Item = (ColumnRef, &[Segment])> {
        let both = std::iter::once(self).chain(self.spelled.as_deref());
        both.map(|at| (at.column, at.behind.as_slice()))
    }

    /// Where the value of one record is.
    pub(super) fn of_record(&self, batch: &Batch, row: u32) -> &Self {
        match self.spelled.as_deref() {
            Some(spelled) if !batch.field(spelled.column, row).is_absent() => spelled,
            _ => self,
        }
    }

    /// Whether a record has no value there.
    pub(super) fn is_null(&self, batch: &Batch, row: u32) -> bool {
        let at = self.of_record(batch, row);
        let field = batch.field(at.column, row);
        if at.behind.is_empty() {
            return field.is_null();
        }
        match nest_text(field).and_then(|text| walk(text, &at.behind)) {
            Some((text, item)) => text.get(item.start..item.end).is_none_or(|spelled| spelled == b"null"),
            None => true,
        }
    }

    /// The values of the records `rows` as a column of their own, spelled as they are. What is not a value is null.
    pub fn lay_out(&self, batch: &Batch, rows: &[u32], check: Check, log: &mut FaultLog) -> Made {
        let mut made = batch.new_column();
        let mut buffer = Vec::new();
        for &row in rows {
            let at = self.of_record(batch, row);
            let field = batch.field(at.column, row);
            if at.behind.is_empty() {
                match field {
                    FieldValue::Cell(cell, bytes) => made.set_cell(row, cell, bytes),
                    FieldValue::Value(value) => made.set(row, value),
                }
                continue;
            }
            let Some((text, item)) = nest_text(field).and_then(|text| walk(text, &at.behind)) else {
                continue;
            };
            let value = json::of_item(text, item, &mut buffer);
            match (check, value) {
                (Check::Whole(site), Some(value)) if !can_be_read(value) => {
                    log.add(row, site, UNREADABLE, Some(value));
                }
                (_, Some(_)) => made.set_cell(row, Cell::of_item(text, item), text),
                (Check::Whole(site) | Check::Itself(site), None) => {
                    log.add(row, site, UNREADABLE, Some(Value::Untyped(text)));
                }
                (Check::Nothing, None) => {}
            }
        }
        made
    }
}

/// Writes what is at a path inside a value; nothing if it has no such place. With `whole` it is checked with all
/// inside it.
pub(super) fn write_inside(
    value: Value<'_>,
    (path, whole): (&[Segment], bool),
    buffer: &mut Vec<u8>,
    slot: Slot<'_>,
) -> std::result::Result<(), Fault> {
    let Some((text, item)) = nest_text(FieldValue::Value(value)).and_then(|text| walk(text, path)) else {
        return Ok(());
    };
    match json::of_item(text, item, buffer) {
        // What is there may come from a table, where paths into its fields are not looked at.
        Some(value) if whole && !can_be_read(value) => return Err(UNREADABLE),
        Some(value) => slot.value(value),
        None => return Err(UNREADABLE),
    }
    Ok(())
}

/// Whether all inside a value is what JSON allows there.
pub(super) fn can_be_read(value: Value<'_>) -> bool {
    match nest_text(FieldValue::Value(value)) {
        Some(text) => tokens::check_text(text, 0, Rules::Read).is_ok() && !tokens::holds_beyond(text),
        None => true,
    }
}

/// The place at a path of at least one segment inside an array or object, and the text that it is in.
fn walk<'v>(nest: &'v [u8], path: &[Segment]) -> Option<(&'v [u8], Item)> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold((nest, part(nest, first)?), |(text, item), segment| match item.kind {
        Kind::Array | Kind::Object => {
            let inner = text.get(item.start..item.end)?;
            Some((inner, part(inner, segment)?))
        }
        _ => None,
    })
}
