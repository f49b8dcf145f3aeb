//! How the keys of groups were first spelled.
//!
//! The spelling of a key that is one text without escapes stands in its identity bytes, so that one byte says it. Where
//! some key is anything else, all are kept as columns.

use super::groups::KeyColumn;
use crate::record::{Batch, Cell, FieldValue, Form, Made};
use crate::value::key::text_in;
use crate::value::saved::read_byte;

/// The spellings of all groups.
#[derive(Default)]
pub(super) struct Spellings {
    fields: usize,
    /// By group how its text was spelled; of no use once there are columns.
    texts: Vec<Spelled>,
    /// One a key field.
    columns: Option<Vec<Made>>,
}

/// The forms of texts that stand as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Spelled {
    Text,
    Untyped,
    Quoted,
}

/// What stands in the saved form in front of columns, in the place of a [`Spelled`].
const COLUMNS: u8 = 3;

impl Spelled {
    fn of_code(code: u8) -> Option<Self> {
        [Self::Text, Self::Untyped, Self::Quoted].into_iter().find(|spelled| *spelled as u8 == code)
    }

    fn of(form: Form) -> Option<Self> {
        match form {
            Form::Text => Some(Self::Text),
            Form::Untyped => Some(Self::Untyped),
            Form::Quoted => Some(Self::Quoted),
            _ => None,
        }
    }

    /// How a cell is spelled whose text stands in the identity bytes of its key.
    fn of_cell(cell: Cell, bytes: &[u8], key: &[u8]) -> Option<Self> {
        // A NUL stands there with an escape.
        text_in(key).filter(|text| *text == cell.spelling(bytes)).and_then(|_| Self::of(cell.form))
    }

    fn form(self) -> Form {
        match self {
            Self::Text => Form::Text,
            Self::Untyped => Form::Untyped,
            Self::Quoted => Form::Quoted,
        }
    }
}

impl Spellings {
    /// No groups yet; keys of `fields` fields.
    pub(super) fn new(fields: usize) -> Self {
        Self { fields, ..Self::default() }
    }

    /// How many fields keys have.
    pub(super) fn fields(&self) -> usize {
        self.fields
    }

    /// Whether keys have no fields to spell.
    pub(super) fn is_empty(&self) -> bool {
        self.fields == 0
    }

    /// Notes how the key of a new group is spelled in a record. `keys` gives the identity bytes of groups.
    pub(super) fn push<'k>(
        &mut self,
        group: u32,
        batch: &Batch,
        row: u32,
        columns: &[KeyColumn<'_>],
        keys: impl Fn(u32) -> &'k [u8],
    ) {
        if let (None, [column]) = (&self.columns, columns)
            && let Some(FieldValue::Cell(cell, bytes)) =
                column.spelled.map(|spelled| batch.field(spelled, row))
            && let Some(spelled) = Spelled::of_cell(cell, bytes, keys(group))
        {
            return self.texts.push(spelled);
        }
        for (made, column) in self.columns(keys).iter_mut().zip(columns) {
            column.copy_to(batch, row, made, group);
        }
    }

    /// Spells a group, new or not, as another part spells one with the same key.
    pub(super) fn take<'k>(
        &mut self,
        group: u32,
        from: &Self,
        from_group: u32,
        keys: impl Fn(u32) -> &'k [u8],
    ) {
        let spelled = match from.columns {
            None => from.texts.get(from_group as usize).copied(),
            Some(_) => None,
        };
        if let (None, Some(spelled)) = (&self.columns, spelled) {
            match self.texts.get_mut(group as usize) {
                Some(known) => *known = spelled,
                None => self.texts.push(spelled),
            }
            return;
        }
        let key = keys(group);
        for (field, made) in self.columns(&keys).iter_mut().enumerate() {
            from.copy_to(field, from_group, key, made, group);
        }
    }

    /// Copies the spelling of a field of a group, whose identity bytes are `key`.
    pub(super) fn copy_to(&self, field: usize, group: u32, key: &[u8], to: &mut Made, row: u32) {
        match &self.columns {
            None => {
                if let (Some(spelled), Some(text)) = (self.texts.get(group as usize), text_in(key)) {
                    to.set_cell(row, Cell::new(0, text.len(), spelled.form()), text);
                }
            }
            Some(columns) => {
                if let Some(column) = columns.get(field) {
                    to.copy(row, column, group);
                }
            }
        }
    }

    /// Appends the spelling of a group, whose identity bytes are `key`, in its saved form.
    pub(super) fn save(&self, group: u32, out: &mut Vec<u8>) {
        match &self.columns {
            None => out.extend(self.texts.get(group as usize).map(|spelled| *spelled as u8)),
            Some(columns) => {
                out.push(COLUMNS);
                columns.iter().for_each(|column| column.save(group, out));
            }
        }
    }

    /// Spells a group, new or not, as it was saved. `keys` gives the identity bytes of groups.
    pub(super) fn restore<'k>(
        &mut self,
        group: u32,
        from: &mut &[u8],
        keys: impl Fn(u32) -> &'k [u8],
    ) -> Option<()> {
        let Some(spelled) = Spelled::of_code(read_byte(from)?) else {
            return self.columns(keys).iter_mut().try_for_each(|column| column.restore(group, from));
        };
        if self.columns.is_some() {
            let (key, one) = (keys(group), Self { texts: vec![spelled], ..Self::new(self.fields) });
            for column in self.columns.iter_mut().flatten() {
                one.copy_to(0, 0, key, column, group);
            }
            return Some(());
        }
        match self.texts.get_mut(group as usize) {
            Some(known) => *known = spelled,
            None => self.texts.push(spelled),
        }
        Some(())
    }

    /// The columns, made of the texts so far if there are none.
    fn columns<'k>(&mut self, keys: impl Fn(u32) -> &'k [u8]) -> &mut Vec<Made> {
        if self.columns.is_none() {
            let mut columns = vec![Made::default(); self.fields];
            for group in 0..self.texts.len() as u32 {
                for (field, column) in columns.iter_mut().enumerate() {
                    self.copy_to(field, group, keys(group), column, group);
                }
            }
            self.texts = Vec::new();
            self.columns = Some(columns);
        }
        self.columns.get_or_insert_default()
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let columns = self.columns.iter().flatten().map(Made::heap_bytes);
        self.texts.capacity() * size_of::<Spelled>() + columns.sum::<usize>()
    }
}
