//! The fields of a record in the order of its shape: made fields in front, the input record's own with
//! some taken out or replaced in place, then the rest of the made ones.

use super::unfolding::Unfolding;
use super::walked::Walked;
use crate::record::{Batch, FieldValue, FieldView, Form, Named, Reading, Shape, Sources};

/// One field of a record on its way out; names last as long as the visit, values as long as the batch.
#[derive(Clone, Copy, Debug)]
pub enum Arranged<'n, 'b> {
    /// A field that the chain made or placed: its place in [`Arranger::names`].
    Made(usize, FieldValue<'b>),
    /// A field of the input record as it came; cell and spelling are places in the batch's bytes.
    Input(FieldView<'n>),
    /// A field of the input record whose value was replaced; the place in [`Arranger::names`].
    Replaced(FieldView<'n>, usize, FieldValue<'b>),
    /// A field of a record among whose fields are members of objects.
    Loose(&'n Loose<'n, 'b>),
}

/// A field with a name that only its record knows, and that is not one of the input record as it came.
#[derive(Clone, Copy, Debug)]
pub struct Loose<'n, 'b> {
    /// Its name.
    pub name: &'n [u8],
    /// Its value.
    pub value: FieldValue<'b>,
    /// What of it is spelled somewhere.
    pub spelled: Spelled<'n, 'b>,
    /// How its spelling is read; `None` where the name alone decides.
    pub reading: Option<Reading>,
}

/// What of a field is spelled as it leaves.
#[derive(Clone, Copy, Debug)]
pub enum Spelled<'n, 'b> {
    /// Nothing.
    Nowhere,
    /// A member of an object under its own name: all of it, `"key": value`.
    Member(&'b [u8]),
    /// The key of the member that it is in place of, up to the value.
    Key(&'b [u8]),
    /// The name of the input field that it is in place of.
    Name(FieldView<'n>),
}

/// Visits the fields of records of one shape, in order.
#[derive(Clone, Debug)]
pub struct Arranger {
    shape: Shape,
    /// Which of `shape.after` stand further in front in the record at hand.
    placed: Vec<bool>,
    walked: Walked,
    /// What is in place of the input record's fields.
    unfolding: Option<Box<Unfolding>>,
}

impl<'n, 'b> Loose<'n, 'b> {
    /// What of a field is spelled that is in place of this one.
    fn key(&self) -> Spelled<'n, 'b> {
        match (self.spelled, self.value) {
            (Spelled::Member(member), FieldValue::Cell(cell, _)) => {
                let quotes = if matches!(cell.form, Form::Text | Form::Escaped) { 2 } else { 0 };
                let value = cell.len as usize + quotes;
                let key = member.len().checked_sub(value).and_then(|len| member.get(..len));
                key.map_or(Spelled::Nowhere, Spelled::Key)
            }
            (spelled, _) => spelled,
        }
    }
}

/// Calls back for each field of a record.
pub type Visit<'v, 'b> = &'v mut dyn FnMut(Arranged<'_, 'b>);

impl Arranger {
    /// An arranger for records of this shape.
    pub fn new(shape: &Shape) -> Self {
        let unfolding = shape.as_unfolded().map(|unfolded| Box::new(Unfolding::new(unfolded)));
        let placed = vec![false; shape.after.len()];
        Self { shape: shape.clone(), placed, walked: Walked::default(), unfolding }
    }

    /// The names of the fields that the chain made or placed: those in front, then the others.
    pub fn names(shape: &Shape) -> impl Iterator<Item = &str> {
        Self::fields(shape).map(|field| field.name.as_str())
    }

    /// The fields of these names.
    pub fn fields(shape: &Shape) -> impl Iterator<Item = &Named> {
        shape.before.iter().chain(&shape.after)
    }

    /// Visits the fields of a live record. A spare field gives way to the record's own, and is not visited
    /// where the record does not have it. Of several input fields of one replaced name the first is
    /// replaced and the others are dropped; duplicates that nobody replaces are all visited.
    pub fn visit<'b>(&mut self, batch: &'b Batch, row: u32, sources: &Sources, visit: Visit<'_, 'b>) {
        let before = self.shape.before.len();
        for (place, field) in self.shape.before.iter().enumerate() {
            visit(Arranged::Made(place, batch.field(field.column, row)));
        }
        self.visit_rest(batch, row, sources, visit);
        for place in 0..self.shape.after.len() {
            if let Some(value) = self.after(place, batch, row) {
                visit(Arranged::Made(before + place, value));
            }
        }
    }

    /// The value of one of the fields that come after the rest, if it was not placed among them and the record has
    /// it. To be asked in order, after [`Self::visit_rest`].
    pub(super) fn after<'b>(&mut self, place: usize, batch: &'b Batch, row: u32) -> Option<FieldValue<'b>> {
        let Self { shape, placed, .. } = self;
        let field = shape.after.get(place)?;
        let lacks = |column| batch.field(column, row).is_absent();
        if placed.get(place).copied().unwrap_or(false) || field.only_with().is_some_and(lacks) {
            return None;
        }
        if field.instead.is_some() {
            place_all(shape, placed, field.name.as_bytes());
        }
        Some(batch.field(field.column, row))
    }

    /// Visits the fields of the input record, or what is in place of them.
    pub(super) fn visit_rest<'b>(
        &mut self,
        batch: &'b Batch,
        row: u32,
        sources: &Sources,
        visit: Visit<'_, 'b>,
    ) {
        self.placed.fill(false);
        let Self { shape, placed, walked, unfolding } = self;
        match unfolding {
            _ if shape.rest.is_none() => {}
            None => walked.walk(batch, row, sources, &mut |view| match place(shape, placed, view.name) {
                Among::Gone => {}
                Among::AsItIs => visit(Arranged::Input(view)),
                Among::Replaced(place, field) => {
                    let value = batch.field(field.column, row);
                    visit(Arranged::Replaced(view, shape.before.len() + place, value));
                }
            }),
            Some(unfolding) => unfolding.visit(batch, row, sources, &mut |arranged| {
                let (name, spelled) = match arranged {
                    Arranged::Input(view) => (view.name, Spelled::Name(view)),
                    Arranged::Loose(loose) => (loose.name, loose.key()),
                    // What is unfolded has no other fields.
                    Arranged::Made(..) | Arranged::Replaced(..) => return,
                };
                match place(shape, placed, name) {
                    Among::Gone => {}
                    Among::AsItIs => visit(arranged),
                    Among::Replaced(_, field) => {
                        let (value, reading) = (batch.field(field.column, row), Some(field.reading));
                        visit(Arranged::Loose(&Loose { name, value, spelled, reading }));
                    }
                }
            }),
        }
    }
}

/// What becomes of a field of the rest.
enum Among<'s> {
    /// It is not among the fields any more.
    Gone,
    /// It leaves as it is.
    AsItIs,
    /// This one leaves in its place: its number among those after the rest.
    Replaced(usize, &'s Named),
}

fn place<'s>(shape: &'s Shape, placed: &mut [bool], name: &[u8]) -> Among<'s> {
    let except = shape.rest.as_ref().map_or(&[][..], |rest| &rest.except);
    let is = |known: &str| known.as_bytes() == name;
    if except.iter().any(|gone| is(gone)) || shape.before.iter().any(|field| is(&field.name)) {
        return Among::Gone;
    }
    let Some((place, again)) = place_all(shape, placed, name) else { return Among::AsItIs };
    match shape.after.get(place) {
        Some(field) if field.is_spare() => Among::AsItIs,
        Some(field) if !again => Among::Replaced(place, field),
        _ => Among::Gone,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ndjson::FORMAT;
    use crate::format::trial::{TestInput, Trial};
    use crate::format::value_text::write_json;
    use crate::record::{Cell, ColumnRef, Form, Held, Made, Named, Span, Taken};
    use crate::time::Zone;

    /// Two records that are as long as each other, one whose names are spelled with escapes, one that has a
    /// name several times, and one without fields.
    const INPUT: &str = r#"{"a":1,"gone":2,"name":"A","r":3}
{"b":1,"gone":2,"nome":"B","r":3}
{"\u0061\n":1,"\u0072":"\"","go\u006ee":5,"x":6}
{"r":1,"a":2,"r":3,"a":4,"front":5}
{}
"#;

    /// Each record in turn, and each after each, once and again.
    fn orders() -> Vec<u32> {
        let pairs = (0..5).flat_map(|a| (0..5).map(move |b| (a, b)));
        pairs.flat_map(|(a, b)| [a, b, a, a, b, b, b, a, a, a, a]).collect()
    }

    fn shape(given: &TestInput) -> Shape {
        let mut shape = given.around_rest(&["front=x"], &["gone"], &["r=x", "new=x"]);
        for (name, place) in [("name", 0), ("name_2", 1)] {
            let column = ColumnRef::Made(place);
            let taken = Some(Taken { spare: Some(column) });
            shape.after.push(Named { taken, ..Named::new(name, column) });
        }
        shape
    }

    /// The fields of a record, as text.
    fn visited(arranger: &mut Arranger, batch: &Batch, row: u32, sources: &Sources) -> Vec<String> {
        let json = |value: FieldValue<'_>| {
            let mut out = Vec::new();
            write_json(value, None, &Zone::utc(), &mut out);
            String::from_utf8(out).unwrap()
        };
        let spelled = |view: FieldView<'_>| {
            let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
            let value = json(FieldValue::Cell(view.cell, &batch.bytes));
            format!("{} {} {value}", text(view.name), text(Span::of(view.spelled, &batch.bytes)))
        };
        let mut fields = Vec::new();
        arranger.visit(batch, row, sources, &mut |field| {
            fields.push(match field {
                Arranged::Made(place, value) => format!("made {place} {}", json(value)),
                Arranged::Input(view) => format!("input {}", spelled(view)),
                Arranged::Loose(loose) => format!("loose {loose:?}"),
                Arranged::Replaced(view, place, value) => {
                    format!("replaced {place} {} by {}", spelled(view), json(value))
                }
            });
        });
        fields
    }

    /// The input's records, each with its number in the first or the second spare field, by `rows`.
    fn batch_of(trial: Trial, rows: &[u32]) -> Batch {
        let mut batch = trial.batches.into_iter().next().unwrap();
        assert_eq!(batch.rows(), 5);
        for place in 0..2 {
            let mut made = Made::default();
            for row in 0..5 {
                match row % 2 == place {
                    true => made.set_cell(row, Cell::new(0, 1, Form::Number), row.to_string().as_bytes()),
                    false => made.set_absent(row),
                }
            }
            batch.set_made(place as usize, made);
        }
        batch.gather(rows)
    }

    #[test]
    fn a_record_that_comes_again_has_its_own_fields() {
        let given = TestInput::new(&FORMAT, &["x"]);
        let shape = shape(&given);
        let trial = given.read(INPUT.as_bytes());
        let sources = std::sync::Arc::clone(&trial.sources);
        let rows = orders();
        let expected: Vec<Vec<String>> = {
            let once = batch_of(given.read(INPUT.as_bytes()), &[0, 1, 2, 3, 4]);
            (0..5).map(|row| visited(&mut Arranger::new(&shape), &once, row, &sources)).collect()
        };
        assert_eq!(
            expected[2],
            [
                "made 0 6",
                r#"input a\n \"\\u0061\\n\":1 1"#,
                r#"replaced 1 r \"\\u0072\":\"\\\"\" "\"" by 6"#,
                r#"input x \"x\":6 6"#,
                "made 2 6",
                "made 3 2",
            ]
        );
        let batch = batch_of(trial, &rows);
        let mut held = Held::default();
        let mut places = Vec::new();
        held.push(&batch, &batch.live, |place| places.push(place));
        let mut arranger = Arranger::new(&shape);
        // Copies of the records leave as the records themselves do.
        for batch in [&batch, &held.batch(places)] {
            for (row, &of) in rows.iter().enumerate() {
                let fields = visited(&mut arranger, batch, row as u32, &sources);
                assert_eq!(fields, expected[of as usize], "{row}: {:?}", &rows[..=row]);
            }
        }
    }
}
