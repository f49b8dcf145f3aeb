//! Where the fields of a table go among those of a record: under their own name, or under the first of
//! `name_2`, `name_3` that is free.

use crate::record::{Batch, ColumnRef, FieldValue, Made, Path, Taken, Type};
use crate::stage::Scope;

/// Names that a field tries where a record may have them of its own.
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
    /// The column of the field under this name.
    to: usize,
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
    pub(super) fn bind(name: &str, pin: Option<Type>, scope: &mut Scope<'_>) -> (Self, Vec<String>) {
        let (mut names, mut owns) = (Vec::new(), Vec::new());
        for number in 1.. {
            let name = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            let own = match scope.shape.field(&name) {
                Some(field) if !field.is_spare() => continue,
                Some(field) => Some(field.column),
                None if scope.shape.passes(&name) => {
                    Some(ColumnRef::Input(scope.fields.slot_unasked(&Path::name(&*name))))
                }
                None => None,
            };
            names.push(name);
            owns.push(own);
            if own.is_none() || names.len() == MOST {
                break;
            }
        }
        let spare = owns.first().is_some_and(Option::is_some);
        let mut list = Vec::new();
        for (name, own) in names.iter().zip(owns) {
            let to = scope.new_column();
            scope.shape.take(name, ColumnRef::Made(to), Taken { pin, spare });
            list.push(Candidate { own, to });
        }
        match list.as_slice() {
            [Candidate { own: None, to }] => (Self::Always(*to), names),
            _ => {
                scope.shape.spares.push(names.clone());
                (Self::FirstFree(Candidates { list }), names)
            }
        }
    }
}

impl Candidates {
    /// One thing for each name.
    pub(super) fn iter(&self) -> impl Iterator<Item = ()> {
        self.list.iter().map(|_| ())
    }

    /// The columns, in order.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.list.iter().map(|candidate| candidate.to)
    }

    /// The first name that a record does not have of its own. Under the others `columns` get what it has, or
    /// that it has nothing.
    pub(super) fn free(&self, batch: &Batch, row: u32, columns: &mut [Made]) -> Option<usize> {
        let mut free = None;
        for (at, (candidate, column)) in self.list.iter().zip(columns).enumerate() {
            match candidate.own.map(|own| batch.field(own, row)) {
                Some(own) if !own.is_absent() => match own {
                    FieldValue::Cell(cell, bytes) => column.set_cell(row, cell, bytes),
                    FieldValue::Value(value) => column.set(row, value),
                },
                _ if free.is_none() => free = Some(at),
                _ => column.set_absent(row),
            }
        }
        free
    }
}
