//! The columns of an output, and where the fields of a record go among them.

use crate::format::arrange::Arranger;
use crate::format::flatten::{flatten, is_nested};
use crate::hash::Map;
use crate::record::{FieldValue, Shape, Sources};
use crate::value::Value;

/// Named columns that records of any order of fields are sorted into.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    index: Map<Vec<u8>, usize>,
    /// The column of the n-th field of the record before: most often that of this record's too.
    guesses: Vec<usize>,
}

/// The columns that are known without a record: those the chain fixed, or the first input's header under
/// the shape of the records.
pub(super) fn known(shape: &Shape, sources: &Sources, text_formats: &[&str]) -> Option<Columns> {
    match shape.fixed_names() {
        Some(names) => Some(Columns::of(names)),
        None => leading_header(sources, text_formats).map(|header| under_shape(header, shape)),
    }
}

/// The header of the first input; of the next one if the first is an empty file of the same kind.
fn leading_header<'a>(sources: &'a Sources, text_formats: &[&str]) -> Option<&'a [String]> {
    let first = sources.get(0)?;
    match &first.header {
        Some(header) => Some(header),
        None if text_formats.contains(&first.format) => sources.first_header(),
        None => None,
    }
}

fn under_shape(header: &[String], shape: &Shape) -> Columns {
    let before = shape.before.iter().map(|field| field.name.as_str());
    let rest = header.iter().map(String::as_str).filter(|name| shape.passes(name));
    let after = Arranger::names(shape).skip(shape.before.len());
    Columns::of(before.chain(rest).chain(after))
}

impl Columns {
    /// Columns of these names; a repeated one counts once.
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut columns = Self::default();
        for name in names {
            columns.add(name.as_bytes());
        }
        columns
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Adds columns for a field of the first record, one for each leaf of a nested value.
    pub(super) fn add_field(&mut self, name: &[u8], value: FieldValue<'_>) {
        flatten(name, value, &mut |name, _| self.add(name));
    }

    fn add(&mut self, name: &[u8]) {
        if !self.index.contains_key(name) {
            self.index.insert(name.to_vec(), self.names.len());
            self.names.push(String::from_utf8_lossy(name).into_owned());
        }
    }

    /// Puts the `nth` field of a record into its column of `values`; a nested value without a column of its
    /// own goes leaf by leaf. Gives the name of what has no column, null excepted.
    pub(super) fn put<'a>(
        &mut self,
        nth: usize,
        name: &[u8],
        value: FieldValue<'a>,
        values: &mut [FieldValue<'a>],
    ) -> Result<(), Vec<u8>> {
        if let Some(column) = self.place(nth, name) {
            return set(values, column, value);
        }
        let mut unknown = None;
        let leaf = &mut |name: &[u8], leaf: FieldValue<'a>| match self.index.get(name) {
            Some(&column) => _ = set(values, column, leaf),
            None if leaf.is_null() => {}
            None => _ = unknown.get_or_insert_with(|| name.to_vec()),
        };
        if is_nested(value) {
            flatten(name, value, leaf)
        } else {
            leaf(name, value)
        }
        unknown.map_or(Ok(()), Err)
    }

    #[inline]
    fn place(&mut self, nth: usize, name: &[u8]) -> Option<usize> {
        if let Some(&guess) = self.guesses.get(nth)
            && self.names.get(guess).is_some_and(|known| known.as_bytes() == name)
        {
            return Some(guess);
        }
        let column = *self.index.get(name)?;
        if self.guesses.len() <= nth {
            self.guesses.resize(nth + 1, usize::MAX);
        }
        self.guesses[nth] = column;
        Some(column)
    }
}

/// A value that no field gave.
pub(super) const ABSENT: FieldValue<'static> = FieldValue::Value(Value::Null);

fn set<'a>(values: &mut [FieldValue<'a>], column: usize, value: FieldValue<'a>) -> Result<(), Vec<u8>> {
    if let Some(place) = values.get_mut(column) {
        *place = value;
    }
    Ok(())
}
