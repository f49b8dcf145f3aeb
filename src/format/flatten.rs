//! Nested values as fields of their own: `{"user": {"id": 7}}` as `user.id`.

use crate::record::{Cell, FieldValue, Form};
use crate::scan::json::{Item, Scan, elements};
use crate::value::tokens::{self, Rules};
use crate::value::{Value, json};

/// Where a leaf stands in its record.
#[derive(Debug)]
pub struct LeafPath {
    /// The field's name, then the members' names and the places of elements (from 0) behind dots.
    pub name: Vec<u8>,
    /// Which dots in the name part its levels: names have dots of their own.
    pub dots: Vec<usize>,
}

/// Checks all that is inside a value which will be taken apart. The place of what JSON does not allow is one in the bytes
/// of its cell, or in the value itself.
pub fn check(value: FieldValue<'_>) -> Scan<()> {
    match value {
        FieldValue::Cell(cell, bytes) if is_nested(value) => {
            let end = (cell.start + cell.len) as usize;
            tokens::check(bytes.get(..end).unwrap_or(bytes), cell.start as usize, Rules::Read)
        }
        _ => nested(value).map_or(Ok(()), |(text, _)| tokens::check(text, 0, Rules::Read)),
    }
}

/// Visits the leaves of a value, which was checked. What is not nested, or empty, is its own leaf.
pub fn flatten<'a>(name: &[u8], value: FieldValue<'a>, visit: &mut dyn FnMut(&LeafPath, FieldValue<'a>)) {
    let mut path = LeafPath { name: name.to_vec(), dots: Vec::new() };
    leaves(&mut path, value, visit);
}

/// Whether the value is an array or an object.
pub fn is_nested(value: FieldValue<'_>) -> bool {
    nested(value).is_some()
}

fn leaves<'a>(path: &mut LeafPath, value: FieldValue<'a>, visit: &mut dyn FnMut(&LeafPath, FieldValue<'a>)) {
    let mut empty = true;
    let len = path.name.len();
    let mut member = |name: &[u8], text: &'a [u8], item: Item| {
        empty = false;
        path.dots.push(len);
        path.name.push(b'.');
        path.name.extend_from_slice(name);
        leaves(path, FieldValue::Cell(Cell::of_item(text, item), text), visit);
        path.name.truncate(len);
        path.dots.pop();
    };
    // The structure of nested text is whole: it was checked when it was read or made.
    match nested(value) {
        Some((text, Form::Object)) => {
            let _ = json::visit_members(text, |name, item| member(name, text, item));
        }
        Some((text, _)) => {
            let mut place = 0_u64;
            let _ = elements(text, 0, |item| {
                member(place.to_string().as_bytes(), text, item);
                place += 1;
            });
        }
        None => {}
    }
    if empty {
        visit(path, value);
    }
}

/// The text of a nested value, and which of the two it is.
fn nested(value: FieldValue<'_>) -> Option<(&[u8], Form)> {
    match value {
        FieldValue::Cell(cell, bytes) if matches!(cell.form, Form::Array | Form::Object) => {
            Some((cell.spelling(bytes), cell.form))
        }
        FieldValue::Value(Value::Array(text)) => Some((text, Form::Array)),
        FieldValue::Value(Value::Object(text)) => Some((text, Form::Object)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_name_differ_in_their_dots() {
        let text = r#"{"b.c":1,"b":{"c":2}}"#;
        let value = FieldValue::Cell(Cell::new(0, text.len(), Form::Object), text.as_bytes());
        let mut found = Vec::new();
        flatten(b"a", value, &mut |path, _| found.push((path.name.clone(), path.dots.clone())));
        assert_eq!(found, [(b"a.b.c".to_vec(), vec![1]), (b"a.b.c".to_vec(), vec![1, 3])]);
    }

    #[test]
    fn leaves_are_named_by_their_path() {
        for (text, expected) in [
            (r#"{"id":7,"name":{"first":"A\n","last":null}}"#, "u.id=7 u.name.first=A\\n u.name.last=null"),
            (r#"{"a":[1,[true]],"b":{},"a.b":"x"}"#, "u.a.0=1 u.a.1.0=true u.b={} u.a.b=x"),
            ("[ ]", "u=[ ]"),
        ] {
            let mut found = Vec::new();
            let kind = if text.starts_with('{') { Form::Object } else { Form::Array };
            let value = FieldValue::Cell(Cell::new(0, text.len(), kind), text.as_bytes());
            flatten(b"u", value, &mut |path, leaf| {
                let FieldValue::Cell(cell, bytes) = leaf else { return };
                let spelling = String::from_utf8_lossy(cell.spelling(bytes)).into_owned();
                found.push(format!("{}={spelling}", String::from_utf8_lossy(&path.name)));
            });
            assert_eq!(found.join(" "), expected);
        }
    }
}
