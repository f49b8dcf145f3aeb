//! Event time of records in which members of objects are fields: under which of the usual names it is, the first record
//! that reaches the stage says.

use super::Bound;
use super::members::tries;
use super::pick::{Pick, names_of};
use super::scope::{Scope, StampAt, TIME_NAMES};
use super::take_time::TimePlace;
use super::work::{NoTime, Work};
use crate::error::{Error, Result, shown};
use crate::expr::{Check, Resolved};
use crate::record::{Batch, ColumnRef, Form, Path, Shape};

/// The fields that may hold the event time, in order of preference: those that the chain made come before those of the
/// input.
pub struct FirstOf {
    names: Vec<Candidate>,
    /// What the records are.
    shape: Shape,
}

/// A name that event time may have.
struct Candidate {
    name: &'static str,
    made: Made,
    /// The field of the input record.
    own: Option<ColumnRef>,
    /// Where the input record has one, the made field has another name.
    own_first: bool,
}

/// Where a field that the chain made is.
enum Made {
    Nowhere,
    Column(ColumnRef),
    Found(Pick),
}

/// Which field it is: the place among those that the chain made, then those of the input; or none at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// One that the chain made.
    Made(u8),
    /// One of the input.
    Own(u8),
    /// The first record has none of them.
    Nothing,
}

impl FirstOf {
    /// The column of the event time in the records of a batch, if there is one.
    pub(super) fn column(&self, batch: &mut Batch, work: &mut Work<'_>) -> Option<ColumnRef> {
        let &first = batch.live.first()?;
        let chosen = match work.stamps.chosen {
            Some(chosen) => chosen,
            None => self.choose(batch, first, work),
        };
        work.stamps.chosen = Some(chosen);
        match chosen {
            Chosen::Nothing => None,
            Chosen::Own(place) => self.names.get(usize::from(place))?.own,
            Chosen::Made(place) => match &self.names.get(usize::from(place))?.made {
                Made::Nowhere => None,
                Made::Column(column) => Some(*column),
                Made::Found(pick) => {
                    let made = pick.column(batch, &batch.live, work.env.sources.as_deref());
                    batch.set_made(pick.to, made);
                    Some(ColumnRef::Made(pick.to))
                }
            },
        }
    }

    fn choose(&self, batch: &Batch, row: u32, work: &mut Work<'_>) -> Chosen {
        let numbered = || self.names.iter().zip(0_u8..);
        let made = numbered().find(|(candidate, _)| candidate.is_made(batch, row, work));
        let own = || numbered().find(|(candidate, _)| candidate.has_own(batch, row));
        match (made, own) {
            (Some((_, place)), _) => Chosen::Made(place),
            (None, own) => match own() {
                Some((_, place)) => Chosen::Own(place),
                None => {
                    let error = self.nothing(batch, row, work);
                    work.no_time = Some(NoTime { origin: batch.origin(row), error });
                    Chosen::Nothing
                }
            },
        }
    }

    fn nothing(&self, batch: &Batch, row: u32, work: &Work<'_>) -> Error {
        let names = names_of(&self.shape, batch, row, work.env.sources.as_deref());
        let names: Vec<String> = names.iter().map(|name| shown(name)).collect();
        let wanted = TIME_NAMES.join(", ");
        let error =
            Error::new(format!("no event time: the first record here has none of the fields {wanted}"));
        match names.as_slice() {
            [] => error.help("name the field with --time; this record has no fields"),
            names => error.help(format!("name the field with --time; its fields are: {}", names.join(", "))),
        }
    }
}

impl Candidate {
    fn has_own(&self, batch: &Batch, row: u32) -> bool {
        self.own.is_some_and(|own| !batch.field(own, row).is_absent())
    }

    fn is_made(&self, batch: &Batch, row: u32, work: &Work<'_>) -> bool {
        if self.own_first && self.has_own(batch, row) {
            return false;
        }
        match &self.made {
            Made::Nowhere => false,
            Made::Column(column) => !batch.field(*column, row).is_absent(),
            Made::Found(pick) => {
                let column = pick.column(batch, &[row], work.env.sources.as_deref());
                !matches!(column.cell(row), Some((cell, _)) if cell.form == Form::Missing)
            }
        }
    }
}

impl Scope<'_> {
    /// Where event time is, if members of objects may hold it here, and records have none yet.
    pub(super) fn time_among_members(&mut self, bound: &mut Vec<Bound>) -> Result<Option<TimePlace>> {
        if !self.takes_time() || self.shape.as_unfolded().is_none() {
            return Ok(None);
        }
        let place = match self.time_option {
            // What is not a value there is a record without time, and no more than that.
            Some(path) => self
                .chosen_member(path)?
                .map(|at| TimePlace::Chain(self.laid_out(&at, Check::Nothing, bound))),
            None => Some(TimePlace::FirstOf(Box::new(self.first_of()?))),
        };
        if place.is_some() {
            self.needs.times();
            if self.time_option.is_some() {
                self.needs.time_field();
            }
            // Windows before an aggregate or a count of records go by the input's time all the same.
            self.input_time &= self.stamped != StampAt::Input;
            self.stamped = StampAt::Chain;
        }
        Ok(place)
    }

    /// Where the field of `--time` is, unless it is one of the input or was made in plain sight.
    fn chosen_member(&mut self, path: &Path) -> Result<Option<Resolved>> {
        let is_known = |shape: &Shape| tries(path).any(|(name, _)| shape.field(name).is_some());
        let Some(unfolded) = self.shape.as_unfolded().filter(|_| !is_known(&self.shape)).cloned() else {
            return Ok(None);
        };
        if !tries(path).all(|(name, _)| self.shape.passes(name)) {
            return Ok(None);
        }
        // What is inside an object of the input is the input's, as long as it is said so.
        let is_inside = |column: ColumnRef| match column {
            ColumnRef::Input(slot) => {
                self.fields.paths().get(slot).is_some_and(|object| object.first() == path.first())
            }
            _ => false,
        };
        if !path.is_single() && unfolded.objects.iter().any(|object| is_inside(object.column)) {
            return Ok(None);
        }
        // Its year follows from the stamps before it, as that of event time does: nothing more is needed for it.
        let stamped = std::mem::replace(&mut self.stamped, StampAt::Chain);
        let resolved = self.resolve_among(&unfolded, path, true);
        self.stamped = stamped;
        let resolved = resolved?;
        let is_own = |slot: usize| self.fields.paths().get(slot) == Some(path);
        match resolved.column {
            ColumnRef::Input(slot) if is_own(slot) && !self.behind_aggregate => Ok(None),
            _ => Ok(Some(resolved)),
        }
    }

    fn first_of(&mut self) -> Result<FirstOf> {
        let mut names = Vec::new();
        for name in TIME_NAMES {
            names.push(self.candidate(name)?);
        }
        Ok(FirstOf { names, shape: self.shape.clone() })
    }

    fn candidate(&mut self, name: &'static str) -> Result<Candidate> {
        let path = Path::name(name);
        let own = match self.behind_aggregate {
            true => None,
            false => Some(ColumnRef::Input(self.fields.slot_unasked(&path))),
        };
        let mut shape = self.shape.clone();
        let mut made = Made::Nowhere;
        loop {
            if let Some(field) = shape.field(name) {
                // What a table gives is no event time, and what was only kept is the input's.
                let is_own = Some(field.column) == own;
                if field.taken.is_none() && !is_own {
                    made = Made::Column(field.column);
                }
                return Ok(Candidate { name, made, own, own_first: is_own });
            }
            if !shape.passes(name) {
                return Ok(Candidate { name, made, own, own_first: false });
            }
            let Some(unfolded) = shape.as_unfolded().cloned() else {
                return Ok(Candidate { name, made, own, own_first: true });
            };
            if matches!(made, Made::Nowhere)
                && unfolded.shape.field(name).is_none_or(|field| field.is_spare())
            {
                made = Made::Found(self.pick(&unfolded, &path, false)?);
            }
            shape = unfolded.shape.clone();
        }
    }
}

impl std::fmt::Debug for FirstOf {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.names.iter().map(|candidate| candidate.name)).finish()
    }
}
