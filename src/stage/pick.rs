//! Finds a field of records in which members of objects are fields, for the stages that name it.

use std::sync::Arc;

use super::{Step, Work};
use crate::error::{Result, nearest, shown};
use crate::format::arrange::{Arranged, Arranger};
use crate::record::{
    Batch, Cell, ColumnRef, FieldValue, Lookup, Made, Path, Segment, Shape, Sources, Unfolded, Unmatched,
    inside,
};

/// Writes one field of each record into a column: the first that a record has of several in turn.
pub(super) struct Pick {
    /// The field as it was named.
    pub(super) path: Path,
    /// Where it may be.
    pub(super) places: Vec<FieldPlace>,
    /// The column.
    pub(super) to: usize,
    /// Where the user named it: there it is missed where no record has it.
    pub(super) site: Option<u32>,
    /// What the records are.
    pub(super) unfolded: Arc<Unfolded>,
}

/// Where a field may be, with the path from there on.
pub(super) enum FieldPlace {
    /// In a column, if the record has what is in another one.
    Column { there: ColumnRef, value: ColumnRef, behind: Vec<Segment> },
    /// Under a name in an object.
    Member { object: ColumnRef, name: [Segment; 1], behind: Vec<Segment> },
    /// Under the name with which it leaves, which may not be its own.
    Leaving { name: String, behind: Vec<Segment> },
}

impl Pick {
    /// The field of the records `rows`, as a column.
    pub(super) fn column(&self, batch: &Batch, rows: &[u32], sources: Option<&Sources>) -> Made {
        let mut finder = Finder::new(self, batch, sources);
        let mut cells = vec![Cell::MISSING; batch.rows()];
        for &row in rows {
            match finder.find(row) {
                None => {}
                Some(FieldValue::Cell(cell, bytes)) if std::ptr::eq(bytes, batch.bytes.as_slice()) => {
                    if let Some(place) = cells.get_mut(row as usize) {
                        *place = cell;
                    }
                }
                Some(_) => return self.written_out(batch, rows, sources),
            }
        }
        Made::located(&batch.bytes, cells)
    }

    /// The same where not all values are in the bytes of the batch.
    fn written_out(&self, batch: &Batch, rows: &[u32], sources: Option<&Sources>) -> Made {
        let mut finder = Finder::new(self, batch, sources);
        let mut made = batch.new_column();
        for &row in rows {
            match finder.find(row) {
                None => made.set_absent(row),
                Some(value) if value.is_absent() => made.set_absent(row),
                Some(FieldValue::Cell(cell, bytes)) => made.set_cell(row, cell, bytes),
                Some(FieldValue::Value(value)) => made.set(row, value),
            }
        }
        made
    }

    /// Counts the records that have the field.
    fn note(&self, site: u32, batch: &Batch, made: &Made, work: &mut Work<'_>) {
        let has = |row: &&u32| !matches!(made.cell(**row), Some((cell, _)) if cell == Cell::MISSING);
        let matched = batch.live.iter().filter(has).count() as u64;
        let keyed = batch.live.len() as u64;
        let note = (matched == 0 && keyed > 0).then(|| self.missing(batch, work.env.sources.as_deref()));
        work.findings.lookups.add(Lookup { site, keyed, matched, note });
    }

    /// What to say if no record has the field. What it may be meant for is seen in the first record with any members.
    #[cold]
    fn missing(&self, batch: &Batch, sources: Option<&Sources>) -> Unmatched {
        let text = format!("no record had the field \"{}\"", shown(&self.path.to_string()));
        let has_members = |row: &&u32| {
            let mut objects = self.unfolded.objects.iter();
            objects.any(|object| !batch.field(object.column, **row).is_null())
        };
        let Some(&row) = batch.live.iter().find(has_members) else {
            return Unmatched { stage: None, text, is_known: false, help: None };
        };
        let shape = Shape::of_unfolded(Arc::clone(&self.unfolded));
        let names = names_of(&shape, batch, row, sources);
        let names = || names.iter().map(String::as_str);
        let near = nearest(self.path.joined(), names()).or_else(|| nearest(self.path.first(), names()));
        let help = near
            .filter(|name| *name != self.path.first())
            .map(|name| format!("did you mean {}?", shown(name)));
        Unmatched { stage: None, text, is_known: true, help }
    }
}

impl Step for Pick {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let made = self.column(&batch, &batch.live, work.env.sources.as_deref());
        if let Some(site) = self.site {
            self.note(site, &batch, &made, work);
        }
        batch.set_made(self.to, made);
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

/// The names of the fields of a record of this shape.
pub(super) fn names_of(shape: &Shape, batch: &Batch, row: u32, sources: Option<&Sources>) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |name: &[u8]| names.push(String::from_utf8_lossy(name).into_owned());
    if let Some(sources) = sources {
        Arranger::new(shape).visit(batch, row, sources, &mut |arranged| match arranged {
            Arranged::Made(place, _) => add(Arranger::names(shape).nth(place).unwrap_or_default().as_bytes()),
            Arranged::Input(view) | Arranged::Replaced(view, ..) => add(view.name),
            Arranged::Loose(loose) => add(loose.name),
        });
    }
    names
}

fn arranger(unfolded: &Arc<Unfolded>) -> Arranger {
    Arranger::new(&Shape::of_unfolded(Arc::clone(unfolded)))
}

/// Finds the field record by record.
struct Finder<'a> {
    pick: &'a Pick,
    batch: &'a Batch,
    sources: Option<&'a Sources>,
    /// Only where a name may not be the field's own.
    arranger: Option<Arranger>,
}

impl<'a> Finder<'a> {
    fn new(pick: &'a Pick, batch: &'a Batch, sources: Option<&'a Sources>) -> Self {
        let leaves = pick.places.iter().any(|place| matches!(place, FieldPlace::Leaving { .. }));
        Self { pick, batch, sources, arranger: leaves.then(|| arranger(&pick.unfolded)) }
    }

    /// The field; nothing if the record does not have it.
    fn find(&mut self, row: u32) -> Option<FieldValue<'a>> {
        for place in &self.pick.places {
            let (found, behind) = match place {
                FieldPlace::Column { there, value, behind } => {
                    if self.batch.field(*there, row).is_absent() {
                        continue;
                    }
                    (self.batch.field(*value, row), behind)
                }
                FieldPlace::Member { object, name, behind } => {
                    let Some(found) = inside(self.batch.field(*object, row), name) else { continue };
                    (found, behind)
                }
                FieldPlace::Leaving { name, behind } => {
                    let Some(found) = self.leaving(name, row) else { continue };
                    (found, behind)
                }
            };
            return inside(found, behind);
        }
        None
    }

    /// What leaves under a name: the last of several.
    fn leaving(&mut self, name: &str, row: u32) -> Option<FieldValue<'a>> {
        let (arranger, batch) = (self.arranger.as_mut()?, self.batch);
        let mut found = None;
        arranger.visit(batch, row, self.sources?, &mut |arranged| match arranged {
            Arranged::Input(view) if view.name == name.as_bytes() => {
                found = Some(FieldValue::Cell(view.cell, &batch.bytes));
            }
            Arranged::Loose(loose) if loose.name == name.as_bytes() => found = Some(loose.value),
            _ => {}
        });
        found
    }
}
