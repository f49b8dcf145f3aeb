//! Records in which members of objects are fields: what `payload.*` makes of the fields of a record.
//!
//! Which fields these are is known only when a record is there, and then nothing is taken apart unless it is named
//! or leaves: the shape keeps the objects' columns, and where among its fields their members are.

use super::{Cell, ColumnRef, FieldValue, Form, Segment, Shape};
use crate::scan::json::Item;
use crate::value::{Value, json};

/// A shape with the members of objects among its fields.
///
/// Named fields and those of the record keep their names. A member whose name one of them has, wherever it is, or a
/// member of an earlier object, comes as the first of `name_2`, `name_3` that is free. Members of one object that
/// have the same name keep it in common, as the fields of a record do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfolded {
    /// The fields that are no members.
    pub shape: Shape,
    /// The objects, in the order of their members among the fields.
    pub objects: Vec<Object>,
    /// Tells it from others of the chain.
    pub id: usize,
}

/// An object whose members are fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Object {
    /// Where it is. What is not an object has no members.
    pub column: ColumnRef,
    /// Where its members are among the fields of the shape.
    pub place: Place,
}

/// A place among the fields of a shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// Before that one of [`Shape::before`], or after the last of them.
    Before(usize),
    /// Before that one of [`Shape::after`], or after the last of them.
    After(usize),
}

impl Unfolded {
    /// The objects whose members are at a place.
    pub fn at(&self, place: Place) -> impl Iterator<Item = (usize, ColumnRef)> {
        let objects = self.objects.iter().enumerate();
        objects
            .filter(move |(_, object)| object.place == place)
            .map(|(number, object)| (number, object.column))
    }

    /// Lets the fields of one column be in another.
    pub(super) fn replace(&mut self, old: ColumnRef, new: ColumnRef) {
        self.shape.replace(old, new);
        for object in &mut self.objects {
            if object.column == old {
                object.column = new;
            }
        }
    }
}

/// The text of an object; nothing of other values.
pub fn object_text(value: FieldValue<'_>) -> Option<&[u8]> {
    match value {
        FieldValue::Cell(cell, bytes) if cell.form == Form::Object => Some(cell.spelling(bytes)),
        FieldValue::Value(Value::Object(text)) => Some(text),
        _ => None,
    }
}

/// What is at a path inside a value; nothing where the path does not fit. Of members with one name it is the last.
pub fn inside<'a>(value: FieldValue<'a>, path: &[Segment]) -> Option<FieldValue<'a>> {
    path.iter().try_fold(value, |value, segment| {
        let nest = nest_text(value)?;
        Some(within(value, nest, Cell::of_item(nest, part(nest, segment)?)))
    })
}

/// The part of a nest that one step of a path leads to, if it fits.
pub fn part(nest: &[u8], segment: &Segment) -> Option<Item> {
    match segment {
        Segment::Name(name) if nest.first() == Some(&b'{') => json::member(nest, name.as_bytes()),
        Segment::Index(index) if nest.first() == Some(&b'[') => json::element(nest, *index),
        _ => None,
    }
}

/// A part of a nested value, over the same bytes as that.
fn within<'a>(whole: FieldValue<'a>, text: &'a [u8], part: Cell) -> FieldValue<'a> {
    match whole {
        FieldValue::Cell(cell, bytes) => FieldValue::Cell(part.moved(0, cell.start as usize), bytes),
        FieldValue::Value(_) => FieldValue::Cell(part, text),
    }
}

/// The text of an array or object.
pub fn nest_text(value: FieldValue<'_>) -> Option<&[u8]> {
    match value {
        FieldValue::Cell(cell, bytes) if matches!(cell.form, Form::Array | Form::Object) => {
            Some(cell.spelling(bytes))
        }
        FieldValue::Value(Value::Array(text) | Value::Object(text)) => Some(text),
        _ => None,
    }
}

/// Appends what makes a name that is not free another: `_2`, `_3` and so on.
pub fn write_number(number: usize, name: &mut Vec<u8>) {
    name.push(b'_');
    name.extend_from_slice(number.to_string().as_bytes());
}

/// Whether a field may come under this name that has another one: `x_2`, `x_17`.
pub fn is_numbered(name: &str) -> bool {
    let Some((_, number)) = name.rsplit_once('_') else { return false };
    let is_number = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && !number.is_empty() && number != "1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_names_are_told_from_others() {
        let mut name = b"id".to_vec();
        write_number(12, &mut name);
        assert_eq!(name, b"id_12");
        for name in ["id_2", "id_12", "a_2_3", "_2"] {
            assert!(is_numbered(name), "{name}");
        }
        for name in ["id", "id_1", "id_", "id_02", "id_2x", "2"] {
            assert!(!is_numbered(name), "{name}");
        }
    }
}
