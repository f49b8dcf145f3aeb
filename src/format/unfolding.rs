//! Visits the fields of records in which members of objects are fields.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashTable;

use super::arrange::{Arranged, Arranger, Loose, Spelled, Visit};
use crate::hash::{self, Set};
use crate::record::{
    Batch, Cell, FieldValue, FieldView, Named, ObjectPlace, Shape, Sources, Unfolded, object_text,
    write_number,
};
use crate::scan::json::{Kind, Member, members};
use crate::value::json;

/// Visits the fields of records of one unfolded shape: [`Arranged::Input`] and [`Arranged::Loose`].
#[derive(Clone, Debug)]
pub(super) struct Unfolding {
    unfolded: Arc<Unfolded>,
    arranger: Arranger,
    /// The other names must be known before the first field leaves.
    names_first: bool,
    naming: Naming,
}

/// Gives the members their names.
#[derive(Clone, Debug)]
struct Naming {
    /// The names of fields that every record has.
    fixed: Set<Vec<u8>>,
    /// No name can be taken: there is one object, and no other field.
    alone: bool,
    taken: Taken,
    /// The own name of a member that spells it with escapes.
    undone: Vec<u8>,
    /// The name that it is given.
    given: Vec<u8>,
}

impl Unfolding {
    /// For records of this shape.
    pub(super) fn new(unfolded: &Arc<Unfolded>) -> Self {
        let Unfolded { shape, objects, .. } = &**unfolded;
        let (always, spares): (Vec<_>, Vec<_>) =
            Arranger::fields(shape).partition(|field| field.only_with().is_none());
        let is_before = |place| matches!(place, ObjectPlace::Before(_));
        let rest_later = shape.rest.is_some() && objects.iter().any(|object| is_before(object.place));
        let naming = Naming {
            fixed: always.iter().map(|field| field.name.clone().into_bytes()).collect(),
            alone: shape.rest.is_none() && objects.len() == 1 && always.is_empty() && spares.is_empty(),
            taken: Taken::default(),
            undone: Vec::new(),
            given: Vec::new(),
        };
        Self {
            arranger: Arranger::new(shape),
            names_first: rest_later || !spares.is_empty(),
            naming,
            unfolded: Arc::clone(unfolded),
        }
    }

    /// Visits the fields of a live record in order.
    pub(super) fn visit<'b>(&mut self, batch: &'b Batch, row: u32, sources: &Sources, visit: Visit<'_, 'b>) {
        let Self { unfolded, arranger, names_first, naming } = self;
        let Unfolded { shape, .. } = &**unfolded;
        naming.taken.clear();
        if *names_first {
            take_names(arranger, shape, &mut naming.taken, (batch, row, sources));
        }
        for place in 0..=shape.before.len() {
            for (number, column) in unfolded.at(ObjectPlace::Before(place)) {
                naming.visit_members(number, batch.field(column, row), visit);
            }
            if let Some(field) = shape.before.get(place) {
                visit(Arranged::Loose(&loose(field, batch.field(field.column, row))));
            }
        }
        arranger.visit_rest(batch, row, sources, &mut |arranged| {
            if !*names_first {
                naming.taken.add(name_of(&arranged));
            }
            match arranged {
                Arranged::Replaced(view, place, value) => {
                    visit(Arranged::Loose(&replaced(view, value, place, shape)));
                }
                other => visit(other),
            }
        });
        for place in 0..=shape.after.len() {
            for (number, column) in unfolded.at(ObjectPlace::After(place)) {
                naming.visit_members(number, batch.field(column, row), visit);
            }
            if let Some(field) = shape.after.get(place)
                && let Some(value) = arranger.after(place, batch, row)
            {
                visit(Arranged::Loose(&loose(field, value)));
            }
        }
    }
}

/// Notes the names of all fields that are no members.
fn take_names(
    arranger: &mut Arranger,
    shape: &Shape,
    taken: &mut Taken,
    (batch, row, sources): (&Batch, u32, &Sources),
) {
    arranger.visit(batch, row, sources, &mut |arranged| match arranged {
        Arranged::Made(place, _) => {
            if let Some(name) = Arranger::names(shape).nth(place) {
                taken.add(name.as_bytes());
            }
        }
        Arranged::Input(view) | Arranged::Replaced(view, ..) => taken.add(view.name),
        Arranged::Loose(loose) => taken.add(loose.name),
    });
}

impl Naming {
    fn visit_members<'b>(&mut self, object: usize, value: FieldValue<'b>, visit: Visit<'_, 'b>) {
        let Some(text) = object_text(value) else { return };
        let Self { fixed, alone, taken, undone, given } = self;
        // It was checked with all inside it when it was read or made.
        let _whole = members(text, 0, |member| {
            let own = own_name(text, &member, undone);
            let spelled = text.get(member.key.start..member.value.end);
            let value = FieldValue::Cell(Cell::of_item(text, member.value), text);
            let mut name = own;
            if !*alone {
                given.clear();
                given.extend_from_slice(own);
                taken.give(object, given, fixed);
                name = given;
            }
            let spelled =
                spelled.filter(|_| name.len() == own.len()).map_or(Spelled::Nowhere, Spelled::Member);
            visit(Arranged::Loose(&Loose { name, value, spelled, reading: None }));
        });
    }
}

/// The name of a member, its escapes undone in a buffer.
fn own_name<'n>(text: &'n [u8], member: &Member, buffer: &'n mut Vec<u8>) -> &'n [u8] {
    let spelled = json::inside(text.get(member.key.start..member.key.end).unwrap_or(&[]));
    if member.key.kind != Kind::Escaped {
        return spelled;
    }
    buffer.clear();
    json::unescape(spelled, buffer);
    buffer
}

fn loose<'n, 'b>(field: &'n Named, value: FieldValue<'b>) -> Loose<'n, 'b> {
    let reading = Some(field.reading);
    Loose { name: field.name.as_bytes(), value, spelled: Spelled::Nowhere, reading }
}

/// A field of the rest that another is in place of, without a place among names that others do not know.
fn replaced<'n, 'b>(
    view: FieldView<'n>,
    value: FieldValue<'b>,
    place: usize,
    shape: &Shape,
) -> Loose<'n, 'b> {
    let field = place.checked_sub(shape.before.len()).and_then(|place| shape.after.get(place));
    let reading = field.map(|field| field.reading);
    Loose { name: view.name, value, spelled: Spelled::Name(view), reading }
}

fn name_of<'n>(arranged: &Arranged<'n, '_>) -> &'n [u8] {
    match arranged {
        Arranged::Input(view) | Arranged::Replaced(view, ..) => view.name,
        Arranged::Loose(loose) => loose.name,
        Arranged::Made(..) => &[],
    }
}

/// The names that fields of the record at hand have.
#[derive(Clone, Debug, Default)]
struct Taken {
    names: Vec<u8>,
    entries: Vec<Entry>,
    table: HashTable<usize>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Range<usize>,
    /// The length of the name that it has in its object, which the given one begins with; `None`: no member.
    member: Option<(usize, usize)>,
}

impl Taken {
    fn clear(&mut self) {
        self.names.clear();
        self.entries.clear();
        self.table.clear();
    }

    /// Notes the name of a field that is not a member.
    fn add(&mut self, name: &[u8]) {
        if self.find(name).is_none() {
            self.insert(name, None);
        }
    }

    /// Makes the name of a member of an object the one that it is given: its own, or the first of `name_2`, `name_3`
    /// that neither another field has nor a member of another name.
    fn give(&mut self, object: usize, name: &mut Vec<u8>, fixed: &Set<Vec<u8>>) {
        let own = name.len();
        for number in 2.. {
            match self.find(name) {
                Some(entry) if entry.member == Some((object, own)) => return,
                None if !fixed.contains(name.as_slice()) => break,
                _ => {}
            }
            name.truncate(own);
            write_number(number, name);
        }
        self.insert(name, Some((object, own)));
    }

    fn find(&self, name: &[u8]) -> Option<&Entry> {
        let is = |&at: &usize| self.name(at) == name;
        self.table.find(hash::bytes(name), is).and_then(|&at| self.entries.get(at))
    }

    fn insert(&mut self, name: &[u8], member: Option<(usize, usize)>) {
        let (start, at) = (self.names.len(), self.entries.len());
        self.names.extend_from_slice(name);
        self.entries.push(Entry { name: start..self.names.len(), member });
        let Self { names, entries, table } = self;
        let name_at =
            |at: usize| entries.get(at).and_then(|entry| names.get(entry.name.clone())).unwrap_or(&[]);
        table.insert_unique(hash::bytes(name), at, |&at| hash::bytes(name_at(at)));
    }

    fn name(&self, at: usize) -> &[u8] {
        self.entries.get(at).and_then(|entry| self.names.get(entry.name.clone())).unwrap_or(&[])
    }
}
