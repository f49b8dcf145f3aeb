//! A table in memory, or a part of one: the cells that a join takes from its records, and the index of their keys.

use std::sync::Arc;

use super::index::{Index, Stored};
use crate::error::{Error, Result};
use crate::record::{Batch, Cell, ColumnRef, Env, FaultLog, Findings, Form, Reading, shown_value};
use crate::stage::join::class::{Class, key_value};
use crate::time::Timestamp;
use crate::value::saved::{read_bytes, read_count, write_bytes, write_count};

/// The records of a table that have a key.
pub(super) struct Store {
    /// The table's name, for messages.
    pub(super) name: String,
    keys: Vec<KeyField>,
    keep: Keep,
    env: Arc<Env>,
    /// By slot the cells of all records while the table is read, and what they point into.
    columns: Vec<Vec<Cell>>,
    arena: Arc<Vec<u8>>,
    /// Then the cells of the taken fields, record by record: what a match needs stands together.
    cells: Vec<Cell>,
    width: usize,
    rows: u32,
    /// The highest time in a key so far, where stamps have no year.
    highest: Option<Timestamp>,
    pub(super) index: Index,
    /// By field of the key, the first one's value and its class.
    pub(super) example: Vec<(String, Class)>,
}

/// A field of the table that is part of the key.
pub(super) struct KeyField {
    /// Its slot.
    pub(super) slot: usize,
    /// How it is read.
    pub(super) reading: Reading,
    /// Where values that are none of that type are noted.
    pub(super) site: u32,
}

/// Which slots are kept.
pub(super) enum Keep {
    /// These.
    Only(Vec<usize>),
    /// All but these.
    AllBut(Vec<usize>),
}

impl Keep {
    fn keeps(&self, slot: usize) -> bool {
        match self {
            Self::Only(slots) => slots.contains(&slot),
            Self::AllBut(slots) => !slots.contains(&slot),
        }
    }
}

impl Store {
    /// An empty table.
    pub(super) fn new(name: String, keys: Vec<KeyField>, keep: Keep, env: Arc<Env>) -> Self {
        Self {
            name,
            index: Index::new(keys.len()),
            keys,
            keep,
            env,
            columns: Vec::new(),
            arena: Arc::default(),
            cells: Vec::new(),
            width: 0,
            rows: 0,
            highest: None,
            example: Vec::new(),
        }
    }

    /// The table was read: the fields of these slots are taken, in this order.
    pub(super) fn finish(&mut self, slots: &[Option<usize>]) {
        let columns = std::mem::take(&mut self.columns);
        self.width = slots.len();
        self.cells.reserve_exact(slots.len() * self.rows as usize);
        for row in 0..self.rows as usize {
            let cell = |slot: &Option<usize>| columns.get((*slot)?)?.get(row).copied();
            self.cells.extend(slots.iter().map(|slot| cell(slot).unwrap_or(Cell::MISSING)));
        }
    }

    /// The cell of a taken field, by its place among them.
    #[inline]
    pub(super) fn cell(&self, place: usize, row: u32) -> Cell {
        self.cells.get(row as usize * self.width + place).copied().unwrap_or(Cell::MISSING)
    }

    /// What the cells point into.
    pub(super) fn bytes(&self) -> &Arc<Vec<u8>> {
        &self.arena
    }

    /// Number of records.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Bytes held on the heap, with those of the maps that will be made.
    pub(super) fn whole_bytes(&self) -> usize {
        self.heap_bytes() + self.index.map_bytes()
    }

    /// An empty part of the same table, with room for so many bytes of fields.
    pub(super) fn part(&self, bytes: usize) -> Self {
        let columns = vec![Vec::new(); self.columns.len()];
        let (keep, env) = (Keep::Only(Vec::new()), Arc::clone(&self.env));
        Self {
            index: Index::new(self.keys.len()),
            columns,
            arena: Arc::new(Vec::with_capacity(bytes)),
            example: self.example.clone(),
            ..Self::new(self.name.clone(), Vec::new(), keep, env)
        }
    }

    /// Hands out the saved forms of all records with their keys, and forgets them.
    pub(super) fn drain(&mut self, mut push: impl FnMut(&Stored<'_>, &[u8]) -> Result<()>) -> Result<()> {
        let mut saved = Vec::new();
        for (row, key) in self.index.keys().enumerate() {
            saved.clear();
            key.save(&mut saved);
            write_count(self.columns.len() as u64, &mut saved);
            for cells in &self.columns {
                let cell = cells.get(row).copied().unwrap_or(Cell::MISSING);
                cell.form.save(&mut saved);
                if cell.form != Form::Missing {
                    write_bytes(cell.spelling(&self.arena), &mut saved);
                }
            }
            push(&key, &saved)?;
        }
        self.index = Index::new(self.keys.len());
        self.columns.iter_mut().for_each(Vec::clear);
        Arc::make_mut(&mut self.arena).clear();
        self.rows = 0;
        Ok(())
    }

    /// Lets the memory of records go that were handed out.
    pub(super) fn release(&mut self) {
        self.columns.iter_mut().for_each(|cells| *cells = Vec::new());
        self.arena = Arc::default();
    }

    /// Adds a record in its saved form behind the others. `None` if it is damaged.
    pub(super) fn restore(&mut self, mut from: &[u8]) -> Option<()> {
        self.index.restore(self.rows, &mut from)?;
        let slots = usize::try_from(read_count(&mut from)?).ok()?;
        let Self { columns, arena, rows, .. } = self;
        let arena = Arc::make_mut(arena);
        for cells in columns.iter_mut().take(slots) {
            let form = Form::restore(&mut from)?;
            let start = arena.len();
            if form != Form::Missing {
                arena.extend_from_slice(read_bytes(&mut from)?);
            }
            cells.push(Cell::new(start, arena.len(), form));
        }
        // Fields that came up later.
        columns.iter_mut().skip(slots).for_each(|cells| cells.push(Cell::MISSING));
        *rows += 1;
        u32::try_from(arena.len()).ok().map(drop)
    }

    fn append(&mut self, batch: &Batch, row: u32) {
        let Self { keep, columns, arena, .. } = self;
        let arena = Arc::make_mut(arena);
        for (slot, cells) in columns.iter_mut().enumerate().filter(|(slot, _)| keep.keeps(*slot)) {
            let cell = batch.inputs.get(slot).and_then(|cells| cells.get(row as usize));
            let cell = cell.copied().unwrap_or(Cell::MISSING);
            let start = arena.len();
            arena.extend_from_slice(cell.spelling(&batch.bytes));
            cells.push(match cell.form {
                Form::Missing => Cell::MISSING,
                form => Cell::new(start, arena.len(), form),
            });
        }
        self.rows += 1;
    }

    /// Room for slots that came up with this batch.
    fn grow(&mut self, slots: usize) {
        let rows = self.rows as usize;
        while self.columns.len() < slots {
            let kept = self.keep.keeps(self.columns.len());
            self.columns.push(if kept { vec![Cell::MISSING; rows] } else { Vec::new() });
        }
    }
}

impl Store {
    /// Takes the records of a batch that have a key.
    pub(super) fn take(&mut self, mut batch: Batch, findings: &mut Findings) -> Result<()> {
        // Cells and key ends are places of 32 bits.
        if self.arena.len().max(self.index.heap_bytes()) + batch.bytes.len() > (u32::MAX / 2) as usize {
            return Err(Error::new(format!("table {}: larger than 2 GiB in memory", self.name))
                .help("take fewer fields with --take"));
        }
        self.grow(batch.inputs.len());
        if self.env.times.has_year() {
            batch.times = self.years(&batch);
        }
        let batch = &batch;
        let (env, mut log) = (Arc::clone(&self.env), FaultLog::default());
        let mut load = |key: &KeyField| {
            let column = ColumnRef::Input(key.slot);
            let values = batch.load(column, &batch.live, key.reading, &env, key.site, &mut log);
            values.in_range(batch, &batch.live, &env, key.site, &mut log)
        };
        let columns: Vec<_> = self.keys.iter().map(|key| (load(key), key.reading)).collect();
        log.count(findings, |row| batch.origin(row));
        let mut values = Vec::with_capacity(columns.len());
        for &row in &batch.live {
            values.clear();
            values.extend(columns.iter().map(|(column, reading)| key_value(column.get(row), *reading)));
            let key = values.iter().copied();
            if key.clone().any(|value| value.is_null()) {
                continue;
            }
            if self.example.is_empty() {
                let field = |value| Some((shown_value(value), Class::of(value)?));
                self.example = key.clone().filter_map(field).collect();
            }
            self.index.insert(self.rows, key);
            self.append(batch, row);
        }
        Ok(())
    }

    /// The times of the first field of the key that holds some, by which stamps without a year get theirs: they run on
    /// from record to record, as those of an input do.
    fn years(&mut self, batch: &Batch) -> Vec<Option<Timestamp>> {
        let mut times = vec![None; batch.rows()];
        let timed = self.keys.iter().find(|key| matches!(key.reading, Reading::Times(_)));
        let Some(column) = timed.map(|key| ColumnRef::Input(key.slot)) else { return times };
        let mut buffer = Vec::new();
        for &row in &batch.live {
            let value = batch.field(column, row).value(&mut buffer);
            let read = value.as_text().and_then(|text| self.env.times.read_any(text, self.highest).ok());
            self.highest = self.highest.max(read);
            if let Some(place) = times.get_mut(row as usize) {
                *place = read;
            }
        }
        times
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let cells: usize = self.columns.iter().map(|cells| cells.capacity() * size_of::<Cell>()).sum();
        let cells = cells + self.cells.capacity() * size_of::<Cell>();
        cells + self.arena.capacity() + self.index.heap_bytes()
    }
}
