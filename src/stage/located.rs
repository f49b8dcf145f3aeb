//! Where a path leads at one place of a chain: to a field of the input, or into a value that the chain made. Stages that
//! name a field outside of an expression get a column of what is there.

use std::ops::Range;

use super::scope::{Scope, TIME_NAMES};
use super::{Bound, StampAt, Step, Work};
use crate::error::Result;
use crate::expr::{Check, Expr, Names as _, Resolved};
use crate::record::{Batch, ColumnRef, Fields, Named, Path, Reading, Segment, TimeField};

/// Where a path leads, before the field of an input gets a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// To a field of the input.
    Input(Path),
    /// Into a column.
    Column(ColumnRef, Vec<Segment>),
}

/// A path whose array `explode` has taken apart: longer paths lead into the element, since an array has no members.
#[derive(Debug)]
pub struct Exploded {
    from: Found,
    to: usize,
}

impl Exploded {
    /// Where a path leads that begins with the array's. `exactly`: the array's own path leads to the element as well.
    fn lead(&self, found: &Found, exactly: bool) -> Option<Found> {
        let behind = match (&self.from, found) {
            (Found::Input(array), Found::Input(path)) => path.segments().strip_prefix(array.segments())?,
            (Found::Column(array, inside), Found::Column(column, behind)) if array == column => {
                behind.strip_prefix(inside.as_slice())?
            }
            _ => return None,
        };
        let leads = match behind.first() {
            Some(Segment::Name(_)) => true,
            // The first element of the array, as it is.
            Some(Segment::Index(_)) => false,
            None => exactly,
        };
        leads.then(|| Found::Column(ColumnRef::Made(self.to), behind.to_vec()))
    }
}

/// Event time that the chain made.
pub(super) struct MadeTime {
    /// How it is named.
    pub(super) path: Path,
    /// Where it is.
    pub(super) at: Resolved,
    /// It is in a field of a table, instead of which records may have one of their own.
    pub(super) is_spare: bool,
}

/// Puts what is at a path into a column of its own.
struct LayOut {
    from: Resolved,
    to: usize,
    check: Check,
}

impl Step for LayOut {
    fn apply(&self, mut batch: Batch, work: &mut Work<'_>) -> Result<Batch> {
        let column = self.from.lay_out(&batch, &batch.live, self.check, &mut work.log);
        work.count_faults(&batch);
        batch.set_made(self.to, column);
        Ok(batch)
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

impl Scope<'_> {
    /// The column of a path and how it is read, for stages that name a field outside of an expression.
    pub fn column(&mut self, text: &str, path: &Path, place: Range<usize>) -> Result<(ColumnRef, Reading)> {
        let at = self.located(text, path, place.clone())?;
        let check = Check::Whole(self.site_in(text, place));
        Ok((self.laid_out_before(&at, check), at.reading))
    }

    /// Where the values of a path are that are read with all inside them.
    pub(super) fn located(&mut self, text: &str, path: &Path, place: Range<usize>) -> Result<Resolved> {
        let at = self.resolve(path).map_err(|error| error.at(text, place.clone()))?;
        self.note_named(at.column, self.place_in(text, place), false);
        at.sources().for_each(|(column, behind)| self.read_whole(column, behind));
        Ok(at)
    }

    /// The same expression; if it is a path into computed values, these are laid out before the stage, so that they
    /// keep their spelling.
    pub(super) fn laid_out_if_inside(&mut self, expr: Expr, check: fn(u32) -> Check) -> Expr {
        let Some(at) = expr.as_inside().cloned() else { return expr };
        let column = self.laid_out_before(&at, check(expr.site()));
        expr.in_column(column)
    }

    /// The column for a place, which is filled before the stage that is bound.
    pub(super) fn laid_out_before(&mut self, at: &Resolved, check: Check) -> ColumnRef {
        let mut ahead = std::mem::take(&mut self.ahead);
        let column = self.laid_out(at, check, &mut ahead);
        self.ahead = ahead;
        column
    }

    /// The column for a place; the step that fills it, if one must, is added to `before`.
    pub(super) fn laid_out(&mut self, at: &Resolved, check: Check, before: &mut Vec<Bound>) -> ColumnRef {
        if at.is_column() {
            return at.column;
        }
        let to = self.new_column();
        let sources =
            at.sources().flat_map(|(column, behind)| self.uses.sources(column, behind, self.fields));
        let sources = sources.collect();
        self.uses.carry(to, sources);
        before.push(Bound::Step(Box::new(LayOut { from: at.clone(), to, check })));
        ColumnRef::Made(to)
    }

    /// Notes that `explode` has put the elements of an array into a column.
    pub(super) fn note_exploded(&mut self, path: &Path, array: &Resolved, to: usize) {
        // A field of the record itself is replaced by its element under every path.
        if !path.is_single() {
            let from = found_of(array, self.fields);
            self.exploded.push(Exploded { from, to });
        }
    }

    /// Where a path leads that begins with a field which the chain made or placed.
    pub(super) fn found_in(&self, field: &Named, path: &Path) -> Found {
        let behind = match field.name == path.joined() {
            true => path.behind_joined(),
            false => path.behind_first(),
        };
        // The input's own field, which may be spelled like all of the path.
        let is_own = self.input_path(field.read()).is_some_and(|own| *own == Path::name(&*field.name));
        match is_own && self.shape.passes(path.joined()) && self.shape.as_unfolded().is_none() {
            true => self.follow(Found::Input(path.clone()), false),
            false => self.found_behind(field, behind),
        }
    }

    /// Where the rest of a path leads after a field that the chain made or placed.
    pub(super) fn found_behind(&self, field: &Named, behind: &[Segment]) -> Found {
        let found = match self.input_path(field.read()) {
            Some(own) => Found::Input(own.inside(behind)),
            None => Found::Column(field.read(), behind.to_vec()),
        };
        self.follow(found, false)
    }

    /// Where a path leads after the arrays in it were taken apart.
    pub(super) fn follow(&self, mut found: Found, exactly: bool) -> Found {
        let lead = |found: &Found| self.exploded.iter().rev().find_map(|array| array.lead(found, exactly));
        while let Some(next) = lead(&found) {
            found = next;
        }
        found
    }

    /// Where a path leads, with how the values there are read. `carried`: how the field is read that it begins with.
    pub(super) fn resolved(&mut self, path: &Path, found: Found, carried: Reading) -> Resolved {
        let spelled = self.spelled(path, &found);
        self.resolved_beside(path, found, carried, spelled)
    }

    /// The same; `spelled` is the field of the input that is spelled like all of the path.
    pub(super) fn resolved_beside(
        &mut self,
        path: &Path,
        found: Found,
        carried: Reading,
        spelled: Option<Resolved>,
    ) -> Resolved {
        let mut resolved = match found {
            Found::Input(own) => {
                let own_reading = self.reading_of(&own).or(self.time_of_name(path));
                let is_whole = path.is_single() || self.is_one_name(path);
                let reading = if is_whole { carried.or(own_reading) } else { own_reading };
                // Of two that may be meant, neither is missed.
                let slot = match spelled.is_some() {
                    true => self.fields.slot_unasked(&own),
                    false => self.fields.slot(&own),
                };
                Resolved::column(ColumnRef::Input(slot), reading)
            }
            Found::Column(column, behind) => {
                let is_name = |segment: &Segment| matches!(segment, Segment::Name(_));
                // Elements are read as the array is.
                let reading = if behind.iter().any(is_name) { Reading::Plain } else { carried };
                let reading = match behind.is_empty() && spelled.is_none() {
                    true => reading.or(self.time_of_name(path)),
                    false => reading.or(self.reading_of(path)),
                };
                let found = Found::Column(column, behind.clone());
                Resolved::inside(column, behind, reading.or(self.time_of_place(&found)))
            }
        };
        resolved.spelled = spelled.map(Box::new);
        resolved
    }

    /// How a field is read that is the one of `--time` under another path.
    pub(super) fn time_of_place(&mut self, found: &Found) -> Reading {
        if let Found::Input(own) = found
            && !own.is_single()
        {
            return self.time_of_name(own);
        }
        let is_time = |(_, time): (Path, Found)| self.time_option.is_some() && time == *found;
        if !self.time_places.contains(found) && !self.find_made_time().is_some_and(is_time) {
            return Reading::Plain;
        }
        self.needs.time_field();
        Reading::Times(TimeField::Chosen)
    }

    /// Notes where the field of `--time` is before the next stage, which may give it another path.
    pub fn note_time_place(&mut self) {
        if let (Some(_), Some((_, time))) = (self.time_option, self.find_made_time())
            && !self.time_places.contains(&time)
        {
            self.time_places.push(time);
        }
    }

    /// Whether a path is the name of a field that the chain made or placed, dots and all.
    fn is_one_name(&self, path: &Path) -> bool {
        path.behind_joined().is_empty() && self.shape.field(path.joined()).is_some()
    }

    /// The field of the input that is spelled like all of a path which leads into something else.
    fn spelled(&mut self, path: &Path, found: &Found) -> Option<Resolved> {
        let is_other = match found {
            Found::Input(own) => own != path,
            Found::Column(..) => true,
        };
        let unfolded = self.shape.as_unfolded().cloned();
        let may_be = path.first() != path.joined()
            && self.shape.field(path.joined()).is_none()
            && (!self.behind_aggregate || unfolded.is_some())
            && self.shape.passes(path.joined());
        if !(is_other && may_be) {
            return None;
        }
        let field = Path::name(path.joined());
        let reading = self.reading_of(&field).or(self.time_of_name(path));
        let column = match unfolded {
            Some(unfolded) => self.resolve_among(&unfolded, &field, false).ok()?.column,
            None => ColumnRef::Input(self.fields.slot_unasked(&field)),
        };
        Some(Resolved::inside(column, path.behind_joined().to_vec(), reading))
    }

    /// The event-time field that the chain itself made, if it did.
    pub(super) fn made_time(&mut self) -> Option<MadeTime> {
        let (path, found) = self.find_made_time()?;
        let is_spare = self.field_of(&path).is_some_and(Named::is_spare);
        let at = self.resolved(&path, found, Reading::Plain);
        Some(MadeTime { path, at, is_spare })
    }

    /// The same, if `--since` or `--until` may have to ask for it.
    pub(super) fn made_time_for_range(&mut self) -> Option<MadeTime> {
        let is_asked =
            self.range != (None, None) && self.stamped == StampAt::Nowhere && !self.behind_aggregate;
        if is_asked { self.made_time() } else { None }
    }

    /// Whether the chain made the event-time field.
    pub(super) fn makes_time(&self) -> bool {
        self.find_made_time().is_some()
    }

    fn find_made_time(&self) -> Option<(Path, Found)> {
        let wanted: Vec<Path> = match self.time_option {
            Some(path) => vec![path.clone()],
            None => TIME_NAMES.map(Path::name).to_vec(),
        };
        wanted.into_iter().find_map(|path| {
            let found = self.made_time_at(&path)?;
            Some((path, found))
        })
    }

    fn made_time_at(&self, path: &Path) -> Option<Found> {
        let Some(field) = self.field_of(path) else {
            let found = self.follow(Found::Input(path.clone()), true);
            return matches!(found, Found::Column(..)).then_some(found);
        };
        // What a table gives is no event time, unless it is asked for.
        if field.taken.is_some() && self.time_option.is_none() {
            return None;
        }
        let found = self.follow(self.found_in(field, path), true);
        // A field that was only kept is still the input's.
        let is_kept = self.input_path(field.read()) == Some(&Path::name(&*field.name));
        let is_made = self.behind_aggregate || !is_kept || matches!(found, Found::Column(..));
        is_made.then_some(found)
    }

    /// The field that the chain made or placed which a path begins with.
    pub(super) fn field_of(&self, path: &Path) -> Option<&Named> {
        [path.joined(), path.first()].into_iter().find_map(|name| self.shape.field(name))
    }

    /// The path of a column of the input.
    fn input_path(&self, column: ColumnRef) -> Option<&Path> {
        match column {
            ColumnRef::Input(slot) => self.fields.paths().get(slot),
            _ => None,
        }
    }
}

fn found_of(array: &Resolved, fields: &Fields) -> Found {
    match array.column {
        ColumnRef::Input(slot) => match fields.paths().get(slot) {
            Some(path) => Found::Input(path.inside(&array.behind)),
            None => Found::Column(array.column, array.behind.clone()),
        },
        column => Found::Column(column, array.behind.clone()),
    }
}
