//! The fields of a record in the order of its shape: made fields in front, the input record's own with
//! some taken out or replaced in place, then the rest of the made ones.

use crate::record::{Batch, FieldValue, FieldView, Shape, Sources};

/// One field of a record on its way out.
#[derive(Clone, Copy, Debug)]
pub enum Arranged<'a> {
    /// A field that the chain made or placed: its place in [`Arranger::names`].
    Made(usize, FieldValue<'a>),
    /// A field of the input record as it came; cell and spelling are places in the batch's bytes.
    Input(FieldView<'a>),
    /// A field of the input record whose value was replaced; the place in [`Arranger::names`].
    Replaced(FieldView<'a>, usize, FieldValue<'a>),
}

/// Visits the fields of records of one shape, in order.
#[derive(Debug)]
pub struct Arranger {
    shape: Shape,
    /// Which of `shape.after` stand further in front in the record at hand.
    placed: Vec<bool>,
}

impl Arranger {
    /// An arranger for records of this shape.
    pub fn new(shape: &Shape) -> Self {
        Self { shape: shape.clone(), placed: vec![false; shape.after.len()] }
    }

    /// The names of the fields that the chain made or placed: those in front, then the others.
    pub fn names(shape: &Shape) -> impl Iterator<Item = &str> {
        shape.before.iter().chain(&shape.after).map(|field| field.name.as_str())
    }

    /// Visits the fields of a live record. A spare field gives way to the record's own, and is not visited
    /// where the record does not have it. Of several input fields of one replaced name the first is
    /// replaced and the others are dropped; duplicates that nobody replaces are all visited.
    pub fn visit(&mut self, batch: &Batch, row: u32, sources: &Sources, visit: &mut dyn FnMut(Arranged<'_>)) {
        let Self { shape, placed } = self;
        let before = shape.before.len();
        for (place, field) in shape.before.iter().enumerate() {
            visit(Arranged::Made(place, batch.field(field.column, row)));
        }
        placed.fill(false);
        if shape.rest.is_some() {
            visit_rest(shape, placed, batch, row, sources, visit);
        }
        for (place, field) in shape.after.iter().enumerate() {
            let is_placed = placed.get(place).copied().unwrap_or(false);
            let lacks = |column| batch.field(column, row).is_absent();
            if is_placed || field.only_with().is_some_and(lacks) {
                continue;
            }
            visit(Arranged::Made(before + place, batch.field(field.column, row)));
            if field.instead.is_some() {
                place_all(shape, placed, field.name.as_bytes());
            }
        }
    }
}

/// Notes that a field of this name was placed, so that it stands nowhere else. Gives the last place that it
/// might have had, which no spare one has, and whether it had been placed before.
fn place_all(shape: &Shape, placed: &mut [bool], name: &[u8]) -> Option<(usize, bool)> {
    let mut last = None;
    for (place, (field, placed)) in shape.after.iter().zip(placed).enumerate() {
        if field.name.as_bytes() == name {
            last = Some((place, std::mem::replace(placed, true)));
        }
    }
    last
}

fn visit_rest(
    shape: &Shape,
    placed: &mut [bool],
    batch: &Batch,
    row: u32,
    sources: &Sources,
    visit: &mut dyn FnMut(Arranged<'_>),
) {
    let Some(source) = batch.source(row).and_then(|source| sources.get(source)) else { return };
    let Some(record) = batch.records.get(row as usize) else { return };
    let except = shape.rest.as_ref().map_or(&[][..], |rest| &rest.except);
    let is = |name: &str, view: &FieldView<'_>| name.as_bytes() == view.name;
    source.walk.walk(&batch.bytes, *record, &mut |view| {
        if except.iter().any(|gone| is(gone, &view))
            || shape.before.iter().any(|field| is(&field.name, &view))
        {
            return;
        }
        let Some((place, again)) = place_all(shape, placed, view.name) else {
            return visit(Arranged::Input(view));
        };
        match shape.after.get(place) {
            Some(field) if field.is_spare() => visit(Arranged::Input(view)),
            Some(field) if !again => {
                let value = batch.field(field.column, row);
                visit(Arranged::Replaced(view, shape.before.len() + place, value));
            }
            _ => {}
        }
    });
}
