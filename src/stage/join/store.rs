//! A table in memory: the cells that a join takes from its records, and the index of their keys.

use std::sync::Arc;

use super::index::Index;
use super::tables::TakeBatch;
use crate::error::{Error, Result};
use crate::record::{Batch, Cell, ColumnRef, Env, FaultLog, Findings, Form, Type, shown_value};
use crate::stage::join::class::Class;

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
    pub(super) index: Index,
    /// By field of the key, the first one's value and its class.
    pub(super) example: Vec<(String, Class)>,
}

/// A field of the table that is part of the key.
pub(super) struct KeyField {
    /// Its slot.
    pub(super) slot: usize,
    /// The type that untyped values have to take.
    pub(super) pin: Option<Type>,
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

    /// What is kept, in words.
    pub(super) fn described(&self) -> String {
        let records = if self.rows == 1 { "1 record".to_owned() } else { format!("{} records", self.rows) };
        let bytes = self.heap_bytes();
        let size = if bytes < 1 << 20 {
            format!("{} KiB", bytes.div_ceil(1 << 10))
        } else {
            format!("{} MiB", bytes.div_ceil(1 << 20))
        };
        format!("table {}: {records}, {size}", self.name)
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

impl TakeBatch for Store {
    fn take(&mut self, batch: &Batch, findings: &mut Findings) -> Result<()> {
        // Cells and key ends are places of 32 bits.
        if self.arena.len().max(self.index.heap_bytes()) + batch.bytes.len() > (u32::MAX / 2) as usize {
            return Err(Error::new(format!("table {}: larger than 2 GiB in memory", self.name))
                .help("take fewer fields with --take"));
        }
        self.grow(batch.inputs.len());
        let (env, mut log) = (Arc::clone(&self.env), FaultLog::default());
        let load = |key: &KeyField| {
            batch.load(ColumnRef::Input(key.slot), &batch.live, key.pin, &env, key.site, &mut log)
        };
        let columns: Vec<_> = self.keys.iter().map(load).collect();
        log.count(findings, |row| batch.origin(row));
        for &row in &batch.live {
            let key = columns.iter().map(|column| column.get(row));
            if key.clone().any(|value| value.is_null()) {
                continue;
            }
            if self.rows == 0 {
                let field = |value| Some((shown_value(value), Class::of(value)?));
                self.example = key.clone().filter_map(field).collect();
            }
            self.index.insert(self.rows, key);
            self.append(batch, row);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let cells: usize = self.columns.iter().map(|cells| cells.capacity() * size_of::<Cell>()).sum();
        let cells = cells + self.cells.capacity() * size_of::<Cell>();
        cells + self.arena.capacity() + self.index.heap_bytes()
    }
}
