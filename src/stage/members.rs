//! Members of objects as fields (`payload.*`): what a stage that names a field reads there.
//!
//! A field that is no named one is looked for in the record as it comes, and then in each object. The step that does so
//! is before the first stage that names it; later ones read the same column.

use std::ops::Range;
use std::sync::Arc;

use super::pick::{FieldPlace, Pick};
use super::{Bound, Scope};
use crate::error::{Error, Result};
use crate::expr::{Ast, Resolved};
use crate::record::{
    Batch, ColumnRef, Fault, FieldValue, Form, Named, Path, Reading, Segment, Shape, Unfolded, is_numbered,
};
use crate::stage::Work;
use crate::value::Value;

/// The members that stages read as fields.
#[derive(Debug, Default)]
pub struct Members {
    /// How many times members were made fields so far.
    made: usize,
    /// Columns of fields that were named: of which shape, by which path, and whether by the user.
    known: Vec<(usize, Path, bool, ColumnRef)>,
}

impl Members {
    /// Forgets the columns: what follows has others.
    pub(super) fn restart(&mut self) {
        self.known.clear();
    }

    /// A number for a shape with members among its fields.
    pub(super) fn next(&mut self) -> usize {
        self.made += 1;
        self.made
    }
}

/// An object whose members become fields.
pub(super) struct Opened {
    column: ColumnRef,
    /// Where what is not an object is counted, and apart from that what is JSON as text.
    site: u32,
    text_site: u32,
}

impl Opened {
    /// `object` was found in `column`.
    pub(super) fn new(object: &Ast, column: ColumnRef, place: &Range<usize>, scope: &Scope<'_>) -> Self {
        let [site, text_site] = [0, 1].map(|_| scope.site(place.clone()));
        let written = object.spelled(&scope.spec);
        let written = match written.starts_with('(') && written.ends_with(')') {
            true => format!("json{written}"),
            false => format!("json({written})"),
        };
        scope.sites.advise(text_site, IS_TEXT, format!("{written}.* has the members of JSON in text"));
        Self { column, site, text_site }
    }

    /// Counts what is not an object, nor null.
    pub(super) fn check(&self, batch: &Batch, work: &mut Work<'_>) {
        let mut buffer = Vec::new();
        for &row in &batch.live {
            let field = batch.field(self.column, row);
            let is_fine = match field {
                FieldValue::Cell(cell, _) => cell.is_null() || cell.form == Form::Object,
                FieldValue::Value(value) => matches!(value, Value::Object(_) | Value::Null),
            };
            if !is_fine {
                let value = field.value(&mut buffer);
                let (site, fault) = match value.as_text() {
                    Some(text) if text.trim_ascii_start().starts_with(b"{") => (self.text_site, IS_TEXT),
                    _ => (self.site, IS_NONE),
                };
                work.log.add(row, site, fault, Some(value));
            }
        }
    }
}

const IS_NONE: Fault = Fault("not an object");
const IS_TEXT: Fault = Fault("text, not an object");

/// The error for an object that can be none.
pub(super) fn no_object(object: &Ast, spec: &str) -> Error {
    let written = object.spelled(spec);
    let error = Error::new(format!("{written} is not an object")).at(spec, object.place.clone());
    error.help("name a field that is one, or json(text).*")
}

impl Scope<'_> {
    /// Where a field is among those of an unfolded shape. `asked`: the user named it.
    pub(super) fn resolve_among(
        &mut self,
        unfolded: &Arc<Unfolded>,
        path: &Path,
        asked: bool,
    ) -> Result<Resolved> {
        for (name, behind) in tries(path) {
            if let Some(field) = unfolded.shape.certain(name) {
                self.read_bounds(name, field.read())?;
                let found = self.found_behind(field, behind);
                let reading = field.reading;
                let spelled = match name == path.joined() || !unfolded.shape.passes(path.joined()) {
                    true => None,
                    false => Some(self.spelled_among(unfolded, path)?),
                };
                let resolved = self.resolved_beside(path, found, reading, spelled);
                self.need_years(resolved.reading, path)?;
                return Ok(resolved);
            }
        }
        let reading = self.reading_of(path).or(self.time_in_objects(unfolded, path));
        if asked {
            self.need_years(reading, path)?;
        }
        let is_known = |(id, known, by_user, _): &&(usize, Path, bool, ColumnRef)| {
            *id == unfolded.id && known == path && (*by_user || !asked)
        };
        if let Some((.., column)) = self.members.known.iter().find(is_known) {
            return Ok(Resolved::column(*column, reading));
        }
        let pick = self.pick(unfolded, path, asked)?;
        let column = ColumnRef::Made(pick.to);
        self.ahead.push(Bound::Step(Box::new(pick)));
        self.members.known.push((unfolded.id, path.clone(), asked, column));
        Ok(Resolved::column(column, reading))
    }

    /// How a member is read that is the field of `--time` under its own name.
    fn time_in_objects(&mut self, unfolded: &Unfolded, path: &Path) -> Reading {
        let mut reading = Reading::Plain;
        for object in &unfolded.objects {
            let object = Named::new("", object.column);
            for (name, behind) in tries(path) {
                let mut inside = vec![Segment::Name(name.to_owned())];
                inside.extend_from_slice(behind);
                let found = self.found_behind(&object, &inside);
                reading = reading.or(self.time_of_place(&found));
            }
        }
        reading
    }

    /// The field that is spelled like all of a path, dots and all.
    fn spelled_among(&mut self, unfolded: &Arc<Unfolded>, path: &Path) -> Result<Resolved> {
        let found = self.resolve_among(unfolded, &Path::name(path.joined()), false)?;
        Ok(Resolved::inside(found.column, path.behind_joined().to_vec(), found.reading))
    }

    /// What finds a field that no named one is.
    pub(super) fn pick(&mut self, unfolded: &Arc<Unfolded>, path: &Path, asked: bool) -> Result<Pick> {
        let mut places = Vec::new();
        for (name, behind) in tries(path) {
            self.add_places(unfolded, name, behind, &mut places)?;
        }
        let to = self.new_column();
        let sources = places.iter().flat_map(|place| match place {
            FieldPlace::Column { value, behind, .. } => self.uses.sources(*value, behind, self.fields),
            // All inside an object was read when its members became fields.
            FieldPlace::Member { .. } | FieldPlace::Leaving { .. } => Vec::new(),
        });
        let sources = sources.collect();
        self.uses.carry(to, sources);
        let site = asked.then(|| self.site(0..0));
        Ok(Pick { path: path.clone(), places, to, site, unfolded: Arc::clone(unfolded) })
    }

    /// Where a field of this name may be.
    fn add_places(
        &mut self,
        unfolded: &Arc<Unfolded>,
        name: &str,
        behind: &[Segment],
        places: &mut Vec<FieldPlace>,
    ) -> Result<()> {
        if let Some((there, value, behind)) = self.own_place(&unfolded.shape, name, behind)? {
            places.push(FieldPlace::Column { there, value, behind });
        }
        if is_numbered(name) {
            places.push(FieldPlace::Leaving { name: name.to_owned(), behind: behind.to_vec() });
            return Ok(());
        }
        for object in &unfolded.objects {
            let name = [Segment::Name(name.to_owned())];
            places.push(FieldPlace::Member { object: object.column, name, behind: behind.to_vec() });
        }
        Ok(())
    }

    /// Where a record says whether it has a field of this name that is not a member, where what is at a path inside it
    /// is, and what of the path is left.
    fn own_place(
        &mut self,
        shape: &Shape,
        name: &str,
        behind: &[Segment],
    ) -> Result<Option<(ColumnRef, ColumnRef, Vec<Segment>)>> {
        if let Some(field) = shape.field(name) {
            return Ok(Some((field.read(), field.read(), behind.to_vec())));
        }
        if !shape.passes(name) {
            return Ok(None);
        }
        let path = Path::name(name);
        if let Some(unfolded) = shape.as_unfolded() {
            let column = self.resolve_among(&Arc::clone(unfolded), &path, false)?.column;
            return Ok(Some((column, column, behind.to_vec())));
        }
        let there = ColumnRef::Input(self.fields.slot_unasked(&path));
        let value = match behind {
            [] => there,
            _ => ColumnRef::Input(self.fields.slot_unasked(&path.inside(behind))),
        };
        Ok(Some((there, value, Vec::new())))
    }

    /// The column of what a record has under a name beside the fields that the chain made or placed, or lacks.
    pub(super) fn rest_column(&mut self, name: &str) -> Result<ColumnRef> {
        match self.shape.as_unfolded() {
            Some(unfolded) => {
                let unfolded = Arc::clone(unfolded);
                Ok(self.resolve_among(&unfolded, &Path::name(name), false)?.column)
            }
            None => Ok(ColumnRef::Input(self.fields.slot_unasked(&Path::name(name)))),
        }
    }
}

/// What a path is tried as: a field of the joined name, then one of its first name.
pub(super) fn tries(path: &Path) -> impl Iterator<Item = (&str, &[Segment])> {
    let joined = (path.joined(), path.behind_joined());
    let first = (path.first() != path.joined()).then(|| (path.first(), path.behind_first()));
    std::iter::once(joined).chain(first)
}
