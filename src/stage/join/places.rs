//! Where the fields of a table go among those of a record: under their own name, or under the first of
//! `name_2`, `name_3` that is free.

use super::store::Store;
use crate::error::Result;
use crate::record::{Batch, Cell, ColumnRef, FieldValue, Form, Made, Named, Reading, Taken};
use crate::stage::Scope;

/// Names that a field tries at least where the input's records may have them of their own.
const MOST: usize = 3;

/// A field of the table that a join takes.
pub(super) struct Take {
    /// Its slot in the table; `None` if no record of the table has it.
    pub(super) slot: Option<usize>,
    /// The names that it may have.
    pub(super) names: Vec<String>,
    /// Where its values go.
    pub(super) places: Places,
}

/// Where the values of a field go.
pub(super) enum Places {
    /// Every record has room under one name.
    Always(usize),
    /// Some records have fields of these names of their own.
    FirstFree(Candidates),
}

/// Names of which a record may have some of its own, in order.
pub(super) struct Candidates {
    list: Vec<Candidate>,
}

struct Candidate {
    /// Where the record's own field is; `None` if it has none.
    own: Option<ColumnRef>,
    /// The column of whichever field the record has under this name.
    to: usize,
    /// The column of the taken one alone, where the encoder cannot tell it from one that was taken before.
    alone: Option<usize>,
}

impl Places {
    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Always(_) => 1,
            Self::FirstFree(candidates) => candidates.list.len(),
        }
    }

    /// Finds the places for a field called `name`, and adds its fields to the scope. Gives the names too.
    pub(super) fn bind(name: &str, reading: Reading, scope: &mut Scope<'_>) -> Result<(Self, Vec<String>)> {
        let (mut names, mut owns) = (Vec::new(), Vec::new());
        for number in 1.. {
            let name = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            // Names that earlier joins may have given do not count.
            let (own, counts) = match scope.shape.field(&name) {
                _ if scope.shape.certain(&name).is_some() => continue,
                Some(field) => (Some(field.read()), false),
                None if scope.shape.passes(&name) => (Some(scope.rest_column(&name)?), true),
                None => (None, true),
            };
            names.push(name);
            owns.push(own);
            if own.is_none() || names.len() >= MOST && counts {
                break;
            }
        }
        let list: Vec<Candidate> = owns.into_iter().map(|own| Candidate::new(own, scope)).collect();
        for candidate in &list {
            let sources = candidate.own.map(|own| scope.uses.sources(own, &[], scope.fields));
            scope.uses.carry(candidate.to, sources.unwrap_or_default());
        }
        let spare = list.first().is_some_and(|first| first.own.is_some());
        let fields = names.iter().zip(&list).map(|(name, candidate)| {
            let taken = Taken { spare: spare.then_some(ColumnRef::Made(candidate.to)) };
            Named { taken: Some(taken), reading, ..Named::new(name, ColumnRef::Made(candidate.leaves())) }
        });
        let fields: Vec<Named> = fields.collect();
        if spare {
            scope.shape.spares.push(fields.iter().map(|field| (field.name.clone(), field.column)).collect());
        }
        scope.shape.after.extend(fields);
        match list.as_slice() {
            [Candidate { own: None, to, .. }] => Ok((Self::Always(*to), names)),
            _ => Ok((Self::FirstFree(Candidates { list }), names)),
        }
    }
}

/// The values of one taken field for the records of a batch.
pub(super) struct Values<'a> {
    pub(super) table: &'a Store,
    /// The field's place among those taken.
    pub(super) at: usize,
    /// Records of the batch, ascending.
    pub(super) rows: &'a [u32],
    /// Beside each the record of the table, or [`NONE`].
    pub(super) picks: &'a [u32],
}

/// No record of the table.
pub(super) const NONE: u32 = u32::MAX;

/// What a field is in a record without a match.
const NULL: Cell = Cell { start: 0, len: 0, form: Form::Null };

impl Values<'_> {
    /// All values, as a column over `places` records.
    pub(super) fn column(&self, places: usize) -> Made {
        let mut cells = vec![NULL; places];
        for (&row, &pick) in self.rows.iter().zip(self.picks) {
            if let Some(cell) = cells.get_mut(row as usize) {
                *cell = self.cell(pick);
            }
        }
        Made::located(self.table.bytes(), cells)
    }

    /// The field in one record of the table. One that this lacks is null.
    #[inline]
    fn cell(&self, pick: u32) -> Cell {
        match pick {
            NONE => NULL,
            pick => {
                Some(self.table.cell(self.at, pick)).filter(|cell| cell.form != Form::Missing).unwrap_or(NULL)
            }
        }
    }

    #[inline]
    fn write_one(&self, row: u32, pick: u32, column: &mut Made) {
        column.set_cell(row, self.cell(pick), self.table.bytes());
    }
}

impl Candidates {
    /// Writes values under the first name that is free in each record, as columns with their places. Under the
    /// other names stands what the record has of its own, or that it has nothing. `full` gets the records in
    /// which none is free.
    pub(super) fn write(
        &self,
        batch: &Batch,
        values: &Values<'_>,
        full: impl FnMut(u32),
    ) -> Vec<(usize, Made)> {
        match self.list.first() {
            Some(first) if !first.is_met(batch, values.rows) => self.write_first(batch, values),
            _ => self.write_free(batch, values, full),
        }
    }

    /// No record has a field of the first name, as in most inputs.
    fn write_first(&self, batch: &Batch, values: &Values<'_>) -> Vec<(usize, Made)> {
        let mut columns = Vec::new();
        for (at, candidate) in self.list.iter().enumerate() {
            if at > 0 {
                columns.push((candidate.to, candidate.own_column(batch, values.rows)));
                columns.extend(candidate.alone.map(|alone| (alone, Made::absent())));
                continue;
            }
            for to in [Some(candidate.to), candidate.alone].into_iter().flatten() {
                columns.push((to, values.column(batch.rows())));
            }
        }
        columns
    }

    fn write_free(
        &self,
        batch: &Batch,
        values: &Values<'_>,
        mut full: impl FnMut(u32),
    ) -> Vec<(usize, Made)> {
        let new = |candidate: &Candidate| (batch.new_column(), candidate.alone.map(|_| batch.new_column()));
        let mut columns: Vec<(Made, Option<Made>)> = self.list.iter().map(new).collect();
        for (&row, &pick) in values.rows.iter().zip(values.picks) {
            let mut placed = false;
            for (candidate, (column, alone)) in self.list.iter().zip(&mut columns) {
                let own = candidate.write_own(batch, row, column);
                let here = !own && !placed;
                placed |= here;
                for column in (!own).then_some(column).into_iter().chain(alone) {
                    match here {
                        true => values.write_one(row, pick, column),
                        false => column.set_absent(row),
                    }
                }
            }
            if !placed {
                full(row);
            }
        }
        let placed = self.list.iter().zip(columns).flat_map(|(candidate, (column, alone))| {
            std::iter::once((candidate.to, column)).chain(candidate.alone.zip(alone))
        });
        placed.collect()
    }
}

impl Candidate {
    /// One more name, with columns of its own.
    fn new(own: Option<ColumnRef>, scope: &mut Scope<'_>) -> Self {
        let to = scope.new_column();
        let alone = matches!(own, Some(ColumnRef::Made(_))).then(|| scope.new_column());
        Self { own, to, alone }
    }

    /// The column that leaves.
    fn leaves(&self) -> usize {
        self.alone.unwrap_or(self.to)
    }

    /// What a record has of its own.
    #[inline]
    fn own<'b>(&self, batch: &'b Batch, row: u32) -> Option<FieldValue<'b>> {
        self.own.map(|own| batch.field(own, row)).filter(|own| !own.is_absent())
    }

    /// Whether some record has a field of this name.
    fn is_met(&self, batch: &Batch, rows: &[u32]) -> bool {
        match self.own {
            None => false,
            Some(ColumnRef::Input(slot)) => batch.has_field(slot),
            Some(_) => rows.iter().any(|&row| self.own(batch, row).is_some()),
        }
    }

    /// Writes what a record has of its own; false if it has nothing.
    #[inline]
    fn write_own(&self, batch: &Batch, row: u32, column: &mut Made) -> bool {
        match self.own(batch, row) {
            Some(FieldValue::Cell(cell, bytes)) => column.set_cell(row, cell, bytes),
            Some(FieldValue::Value(value)) => column.set(row, value),
            None => return false,
        }
        true
    }

    /// What the records have of their own.
    fn own_column(&self, batch: &Batch, rows: &[u32]) -> Made {
        if !self.is_met(batch, rows) {
            return Made::absent();
        }
        let mut column = batch.new_column();
        for &row in rows {
            if !self.write_own(batch, row, &mut column) {
                column.set_absent(row);
            }
        }
        column
    }
}
