//! Fields: columns of the batch, and paths into their nested values.

use super::node::{Column, Node, Run, Truth, truths_of};
use super::resolved::{Resolved, UNREADABLE, can_be_read, write_inside};
use crate::record::{Batch, FirstStamp, Loaded, Reading, Type};
use crate::value::Value;

/// A field of the record.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) at: Resolved,
    /// Whether its times are ordered or taken apart, so that they need a year.
    pub(super) ordered: bool,
    pub(super) site: u32,
    /// Its value is read with all inside it.
    pub(super) whole: bool,
}

impl Field {
    /// Notes the first stamp: if that of an input has no year, none will.
    fn note_stamp(&self, loaded: &Loaded<'_>, run: &mut Run<'_, '_>, rows: &[u32]) {
        let stamp = |row: &u32| match loaded.get(*row) {
            Value::Stamp(stamp) => Some((*row, stamp.time().is_none())),
            _ => None,
        };
        if let Some((row, lacks_year)) = rows.iter().find_map(stamp) {
            // After an aggregate there is no input that could begin with one.
            if let Some(source) = run.batch.source(row) {
                run.log.stamp(row, FirstStamp { site: self.site, source, origin: None, lacks_year });
            }
        }
    }
}

impl Field {
    fn load<'b>(&self, at: &Resolved, reading: Reading, run: &mut Run<'b, '_>, rows: &[u32]) -> Loaded<'b> {
        run.batch.load(at.column, rows, reading, run.env, self.site, run.log)
    }

    /// The values at a path inside those of a column, or of the field that is spelled like it.
    fn inside<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Loaded<'b> {
        let own = self.load(&self.at, Reading::Plain, run, rows);
        let batch: &'b Batch = run.batch;
        let has = |at: &Resolved, row: u32| !batch.field(at.column, row).is_absent();
        let spelled = self.at.spelled.as_deref().filter(|at| rows.iter().any(|&row| has(at, row)));
        let spelled = spelled.map(|at| {
            let reading = if at.behind.is_empty() { at.reading } else { Reading::Plain };
            (at, self.load(at, reading, run, rows))
        });
        let mut made = batch.new_column();
        let mut buffer = Vec::new();
        for &row in rows {
            let (at, loaded) = match &spelled {
                Some((at, loaded)) if has(at, row) => (*at, loaded),
                _ => (&self.at, &own),
            };
            let (value, slot) = (loaded.get(row), made.slot(row));
            let written = match at.behind.as_slice() {
                [] if self.whole && !can_be_read(value) => Err(UNREADABLE),
                [] => {
                    slot.value(value);
                    Ok(())
                }
                path => write_inside(value, (path, self.whole), &mut buffer, slot),
            };
            if let Err(fault) = written {
                run.log.add(row, self.site, fault, Some(value));
            }
        }
        Loaded::Owned(match self.at.reading {
            Reading::Plain => made,
            reading => batch.read_as(&made, rows, reading, run.env, self.site, run.log),
        })
    }
}

impl Node for Field {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        let loaded = match self.at.is_column() {
            true => self.load(&self.at, self.at.reading, run, rows),
            false => self.inside(run, rows),
        };
        // Cells that are read as they are hold no stamps.
        if self.ordered && !run.env.times.has_year() && !matches!(loaded, Loaded::Cells(_)) {
            self.note_stamp(&loaded, run, rows);
        }
        Column::Made(match self.at.is_column() && self.whole {
            true => loaded.in_range(run.batch, rows, run.env, self.site, run.log),
            false => loaded,
        })
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }

    fn field(&self) -> Option<&Field> {
        Some(self)
    }

    fn is_text(&self) -> bool {
        self.at.reading.pin() == Some(Type::Text)
    }
}
