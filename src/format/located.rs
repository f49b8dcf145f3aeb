//! What decoders fill: the records of one block and the cells of the wanted fields, slot by slot.

use std::sync::{Arc, OnceLock};

use crate::record::{Batch, Block, Cell, Findings, Form, Origins, Span};

/// A batch in the making.
#[derive(Debug)]
pub struct Located<'a> {
    block: &'a Block,
    records: Vec<Span>,
    inputs: Vec<Vec<Cell>>,
}

impl<'a> Located<'a> {
    /// No record yet; each will have `slots` cells.
    pub fn new(block: &'a Block, slots: usize) -> Self {
        Self { block, records: Vec::new(), inputs: vec![Vec::new(); slots] }
    }

    /// Takes over an accepted record; `cells` by slot, relative to the block's bytes.
    #[inline]
    pub fn push(&mut self, record: Span, cells: &[Cell]) {
        self.records.push(record);
        for (column, cell) in self.inputs.iter_mut().zip(cells) {
            column.push(*cell);
        }
    }

    /// The batch, all records live. Notes in `findings.present` which slots some record had.
    pub fn finish(self, findings: &mut Findings) -> Batch {
        for (present, column) in findings.present.iter_mut().zip(&self.inputs) {
            *present = *present || column.iter().any(|cell| cell.form != Form::Missing);
        }
        Batch {
            bytes: Arc::clone(&self.block.bytes),
            live: (0..self.records.len() as u32).collect(),
            records: self.records,
            origins: Origins::Block {
                source: self.block.source,
                first_line: self.block.first_line,
                lines: OnceLock::new(),
            },
            inputs: self.inputs,
            made: Vec::new(),
            times: Vec::new(),
            marks: Vec::new(),
            windows: Vec::new(),
            timed_by: None,
        }
    }
}

/// The place of the first byte that is not UTF-8.
#[inline]
pub fn not_utf8(text: &[u8]) -> Option<usize> {
    match simdutf8::basic::from_utf8(text) {
        Ok(_) => None,
        Err(_) => std::str::from_utf8(text).err().map(|error| error.valid_up_to()),
    }
}
