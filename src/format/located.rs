//! What decoders fill: the records of one block and the cells of the wanted fields, slot by slot.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::lines::{Framed, Lines};
use crate::record::{Batch, Block, Cell, Findings, Form, Hint, Origins, Span};
pub use crate::value::tokens::not_utf8;

/// A batch in the making.
#[derive(Debug)]
pub struct Located<'a> {
    block: &'a Block,
    batch: Batch,
}

impl<'a> Located<'a> {
    /// No record yet; each will have `slots` cells. The lists of `spare` are used again.
    pub fn new(block: &'a Block, slots: usize, spare: Batch) -> Self {
        let mut batch = spare.emptied();
        batch.inputs.resize_with(slots, Vec::new);
        batch.plain.resize_with(slots, OnceLock::new);
        Self { block, batch }
    }

    /// Takes over an accepted record; `cells` by slot, relative to the block's bytes.
    #[inline]
    pub fn push(&mut self, record: Span, cells: &[Cell]) {
        self.batch.records.push(record);
        for (column, cell) in self.batch.inputs.iter_mut().zip(cells) {
            column.push(*cell);
        }
    }

    /// Takes over accepted records. Each column is to be given as many cells.
    #[inline]
    pub fn extend(&mut self, records: impl Iterator<Item = Span>) {
        self.batch.records.extend(records);
    }

    /// How many records there are so far.
    pub fn rows(&self) -> usize {
        self.batch.records.len()
    }

    /// The records so far, and the cells of a slot.
    pub fn column(&mut self, slot: usize) -> Option<(&[Span], &mut Vec<Cell>)> {
        Some((&self.batch.records, self.batch.inputs.get_mut(slot)?))
    }

    /// The batch, all records live. Notes in `findings.present` which slots some record had.
    pub fn finish(self, findings: &mut Findings) -> Batch {
        let Self { block, mut batch } = self;
        for (present, column) in findings.present.iter_mut().zip(&batch.inputs) {
            *present = *present || column.iter().any(|cell| cell.form != Form::Missing);
        }
        batch.bytes = Arc::clone(&block.bytes);
        batch.live.extend(0..batch.records.len() as u32);
        batch.origins = Origins::Block {
            source: block.source,
            first_line: block.first_line,
            dropped: Arc::clone(&block.dropped),
            lines: OnceLock::new(),
        };
        batch
    }
}

/// Where and why a line does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The place in the bytes of the block.
    pub at: usize,
    /// The reason in the user's words.
    pub reason: &'static str,
}

/// What a reject says of a line that does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfit {
    /// The place in the bytes of the block.
    pub at: usize,
    /// The reason in the user's words.
    pub reason: Cow<'static, str>,
    /// What would read it.
    pub hint: Option<Hint>,
}

impl From<Misfit> for Unfit {
    fn from(misfit: Misfit) -> Self {
        Self { at: misfit.at, reason: Cow::Borrowed(misfit.reason), hint: None }
    }
}

/// Decodes a block whose records are lines, those of nothing but blanks aside. `locate` finds the cells of a line's `slots`
/// wanted fields; it is given the block's bytes up to the end of the line.
#[inline]
pub fn decode_lines<M: Into<Unfit>>(
    block: &Block,
    slots: usize,
    spare: Batch,
    findings: &mut Findings,
    locate: impl FnMut(&[u8], Span, &mut [Cell]) -> Result<(), M>,
) -> Batch {
    decode_framed(block, Lines::of(block), slots, spare, findings, locate)
}

/// The same, of records that are several lines each, as they are framed.
#[inline]
pub fn decode_framed<M: Into<Unfit>>(
    block: &Block,
    records: impl Iterator<Item = Framed>,
    slots: usize,
    spare: Batch,
    findings: &mut Findings,
    mut locate: impl FnMut(&[u8], Span, &mut [Cell]) -> Result<(), M>,
) -> Batch {
    let bytes = block.bytes.as_slice();
    let clean = simdutf8::basic::from_utf8(bytes).is_ok();
    let mut located = Located::new(block, slots, spare);
    let mut wanted = vec![Cell::MISSING; slots];
    for framed in records.filter(|framed| framed.span.start < framed.span.end) {
        let raw = framed.span.of(bytes);
        if raw.first().is_some_and(u8::is_ascii_whitespace) && raw.trim_ascii().is_empty() {
            continue;
        }
        findings.read += 1;
        let column = |at: usize| Some((at - framed.span.start as usize) as u64 + 1);
        let text = bytes.get(..framed.span.end as usize).unwrap_or(bytes);
        if let Err(misfit) = locate(text, framed.span, &mut wanted) {
            let Unfit { at, reason, hint } = misfit.into();
            findings.reject_with(hint, framed.origin(block), column(at), reason, raw);
            continue;
        }
        let bad = |cell: &Cell| Some(cell.start as usize + not_utf8(cell.spelling(bytes))?);
        if !clean && let Some(at) = wanted.iter().filter_map(bad).min() {
            findings.reject(framed.origin(block), column(at), "not UTF-8", raw);
            continue;
        }
        located.push(framed.span, &wanted);
    }
    located.finish(findings)
}

/// Puts the cells that fields are bound to into their slots.
#[inline]
pub fn fill(wanted: &mut [Cell], bound: &[Option<usize>], cells: &[Cell]) {
    for (cell, place) in wanted.iter_mut().zip(bound) {
        *cell = place.and_then(|place| cells.get(place).copied()).unwrap_or(Cell::MISSING);
    }
}
