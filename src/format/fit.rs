//! Fits the fields of records into columns, for formats whose records all have the same ones.

use std::sync::Arc;

use super::OutputOptions;
use super::arrange::{Arranged, Arranger};
use super::columns::{ABSENT, Columns, Misfit};
use super::object::kept;
use super::row::{Filled, Growth, Row};
use crate::record::{Batch, ColumnRef, FieldValue, Findings, Reject, Shape, Sources};
use crate::time::Zone;

/// Visits the fields of records of one shape and puts each into its column.
pub struct Fitter {
    shape: Shape,
    sources: Arc<Sources>,
    arranger: Arranger,
    /// The columns of the shape's own fields: those in front, then the others.
    made: Vec<ColumnRef>,
    zone: Zone,
}

impl Fitter {
    /// A fitter for the records that leave the chain.
    pub fn new(options: &OutputOptions) -> Self {
        let shape = options.shape.clone();
        Self {
            sources: Arc::clone(&options.sources),
            arranger: Arranger::new(&shape),
            made: shape.before.iter().chain(&shape.after).map(|field| field.column).collect(),
            shape,
            zone: options.env.zone.clone(),
        }
    }

    /// Where the values of the shape's own fields stand: those in front, then the others.
    pub fn made(&self) -> &[ColumnRef] {
        &self.made
    }

    /// Columns for all fields of a record.
    pub fn columns_of(&mut self, batch: &Batch, row: u32) -> Columns {
        let mut columns = Columns::default();
        let names: Vec<&str> = Arranger::names(&self.shape).collect();
        let name = |place: usize| names.get(place).map_or(&b""[..], |name| name.as_bytes());
        self.arranger.visit(batch, row, &self.sources, &mut |field| match field {
            Arranged::Made(place, value) => columns.add_field(name(place), value),
            Arranged::Replaced(view, _, value) => columns.add_field(view.name, value),
            Arranged::Input(view) => columns.add_field(view.name, FieldValue::Cell(view.cell, &batch.bytes)),
            Arranged::Loose(loose) => columns.add_field(loose.name, loose.value),
        });
        columns
    }

    /// Puts the fields of a record into their columns of `values`. What only some records have and no column is for is
    /// left out.
    pub fn fill<'a>(
        &mut self,
        batch: &'a Batch,
        row: u32,
        columns: &mut Columns,
        values: &mut [FieldValue<'a>],
        findings: &mut Findings,
    ) -> Result<(), Misfit> {
        columns.next_record();
        let Self { shape, sources, arranger, made, .. } = self;
        let value_of =
            |place: usize| made.get(place).map_or(ABSENT, |&column: &ColumnRef| batch.field(column, row));
        let mut unknown = Ok(());
        let mut nth = 0;
        let before = shape.before.len();
        arranger.visit(batch, row, sources, &mut |field| {
            let (name, value) = match field {
                Arranged::Made(place, _) => {
                    let field =
                        shape.before.get(place).or_else(|| shape.after.get(place.checked_sub(before)?));
                    (field.map_or(&b""[..], |field| field.name.as_bytes()), value_of(place))
                }
                Arranged::Replaced(view, place, _) => (view.name, value_of(place)),
                Arranged::Input(view) => (view.name, FieldValue::Cell(view.cell, &batch.bytes)),
                Arranged::Loose(loose) => (loose.name, loose.value),
            };
            let put = columns.put(nth, name, value, values);
            nth += 1;
            if put.is_err() && leaves_out(sources, batch.source(row), &field, findings) {
                return;
            }
            if unknown.is_ok() {
                unknown = put.map_err(|misfit| misfit.of(value, &batch.bytes));
            }
        });
        unknown
    }

    /// Puts the fields of a record into a row. A record that does not fit may leave columns of its own.
    pub fn fill_row<'a>(
        &mut self,
        batch: &'a Batch,
        row: u32,
        growth: Growth,
        (columns, filled): (&mut Columns, &mut Filled),
        cells: &mut Row<'a>,
        findings: &mut Findings,
    ) -> Result<(), Misfit> {
        cells.clear(filled);
        let Self { shape, sources, arranger, .. } = self;
        let before = shape.before.len();
        let (mut outcome, mut nth) = (Ok(()), 0);
        arranger.visit(batch, row, sources, &mut |field| {
            let (name, value) = match field {
                Arranged::Made(place, value) => {
                    let behind = || shape.after.get(place.checked_sub(before)?);
                    let field = shape.before.get(place).or_else(behind);
                    (field.map_or(&b""[..], |field| field.name.as_bytes()), value)
                }
                Arranged::Replaced(view, _, value) => (view.name, value),
                Arranged::Input(view) => (view.name, FieldValue::Cell(view.cell, &batch.bytes)),
                Arranged::Loose(loose) => (loose.name, loose.value),
            };
            let put = cells.put((nth, name), value, growth, columns, filled);
            nth += 1;
            if put.is_err() && leaves_out(sources, batch.source(row), &field, findings) {
                return;
            }
            if outcome.is_ok() {
                outcome = put.map_err(|misfit| misfit.of(value, &batch.bytes));
            }
        });
        outcome
    }

    /// Rejects a record that does not fit.
    #[cold]
    pub fn reject(&self, batch: &Batch, row: u32, misfit: &Misfit, findings: &mut Findings) {
        let start = batch.records.get(row as usize).map_or(0, |span| span.start as usize);
        let column = misfit.place().and_then(|at| at.checked_sub(start)).map(|at| at as u64 + 1);
        let kept = || kept(batch, row, &self.shape, &self.zone);
        findings.reject_kept((batch.origin(row), Reject::AT_END), column, misfit.to_string(), kept);
    }
}

/// Whether a field that has no column is one that only some records of its input have: then it is left out.
#[cold]
pub(super) fn leaves_out(
    sources: &Sources,
    source: Option<u32>,
    field: &Arranged<'_, '_>,
    findings: &mut Findings,
) -> bool {
    let Arranged::Input(view) = field else { return false };
    let optional = source.and_then(|source| sources.get(source)).map_or(&[][..], |source| source.optional);
    let Some(name) = optional.iter().find(|name| name.as_bytes() == view.name) else { return false };
    findings.leave_out(name);
    true
}
