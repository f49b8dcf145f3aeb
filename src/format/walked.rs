//! Walks records, and keeps the fields of one that comes several times in a row, so that a long record is
//! not scanned again for each of the many that were made of it.

use std::ops::Range;

use crate::record::{Batch, Cell, FieldView, Repeats, Sources, Span};

/// Visits the fields of input records.
#[derive(Clone, Debug, Default)]
pub(super) struct Walked {
    last: Repeats,
    /// Whether the fields of the last record are kept: from the second time on, since most come once.
    kept: bool,
    /// The names of the kept fields, one behind the other: unescaped ones do not stand in the record.
    names: Vec<u8>,
    fields: Vec<Kept>,
}

/// A field that is kept: a [`FieldView`] with the place of its name.
#[derive(Clone, Debug)]
struct Kept {
    name: Range<usize>,
    spelled: Span,
    cell: Cell,
}

impl Walked {
    /// Visits the fields of the input record of a record, as its format's [`Walk`](crate::record::Walk) does.
    pub(super) fn walk(
        &mut self,
        batch: &Batch,
        row: u32,
        sources: &Sources,
        visit: &mut dyn FnMut(FieldView<'_>),
    ) {
        let Some(source) = batch.source(row).and_then(|source| sources.get(source)) else { return };
        let Some(record) = batch.records.get(row as usize) else { return };
        if !self.last.is_again(batch, row) {
            self.kept = false;
            return source.walk.walk(&batch.bytes, *record, visit);
        }
        if !self.kept {
            self.names.clear();
            self.fields.clear();
            source.walk.walk(&batch.bytes, *record, &mut |view| self.keep(view));
            self.kept = true;
        }
        for Kept { name, spelled, cell } in &self.fields {
            let name = self.names.get(name.clone()).unwrap_or(&[]);
            visit(FieldView { name, spelled: *spelled, cell: *cell });
        }
    }

    fn keep(&mut self, view: FieldView<'_>) {
        let start = self.names.len();
        self.names.extend_from_slice(view.name);
        let FieldView { spelled, cell, .. } = view;
        self.fields.push(Kept { name: start..self.names.len(), spelled, cell });
    }
}
