//! Reads logfmt: locates the wanted pairs of each record.

use super::pairs::{Pair, Unreadable, blanks, pairs};
use crate::format::Decoder;
use crate::format::located::{Located, not_utf8};
use crate::format::record_start::RecordStart;
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};

/// Locates the wanted fields in records of pairs.
#[derive(Debug)]
pub(super) struct LogfmtDecoder {
    /// By slot: the key; empty where no key can give the value, since logfmt has no nested ones.
    keys: Vec<Vec<u8>>,
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
}

impl LogfmtDecoder {
    pub(super) fn new(fields: &Fields, start: RecordStart, nulls: Vec<Vec<u8>>) -> Self {
        let keys = fields.paths().iter().map(|path| match path.behind_joined() {
            [] => path.joined().as_bytes().to_vec(),
            _ => Vec::new(),
        });
        Self { keys: keys.collect(), start, nulls }
    }

    /// Reads the record from `start` to the end of `text` into `cells`.
    fn read(&self, text: &[u8], start: usize, cells: &mut Vec<Cell>) -> Result<(), Unreadable> {
        cells.clear();
        cells.resize(self.keys.len(), Cell::MISSING);
        pairs(text, start, |pair| {
            let key = text.get(pair.start..pair.key_end).unwrap_or(&[]);
            for (cell, wanted) in cells.iter_mut().zip(&self.keys) {
                if wanted == key {
                    *cell = self.cell(text, pair);
                }
            }
        })?;
        match cells.iter().find_map(|cell| Some(cell.start as usize + not_utf8(cell.spelling(text))?)) {
            Some(at) => Err(Unreadable { at, reason: "not UTF-8" }),
            None => Ok(()),
        }
    }

    /// The value of a pair, null if it is spelled as `--null` says, with its quotes where it has some.
    fn cell(&self, text: &[u8], pair: Pair) -> Cell {
        let cell = pair.value;
        let quote = match cell.form {
            _ if self.nulls.is_empty() => return cell,
            Form::Untyped => 0,
            Form::Quoted | Form::Logged => 1,
            _ => return cell,
        };
        let (start, end) = (cell.start as usize, cell.start as usize + cell.len as usize);
        let spelled = Cell::new(start.saturating_sub(quote), end + quote, Form::NullText);
        if self.nulls.iter().any(|null| null == spelled.spelling(text)) { spelled } else { cell }
    }
}

impl Decoder for LogfmtDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut located = Located::new(block, self.keys.len(), spare);
        let mut cells = Vec::new();
        for framed in self.start.records(block) {
            let text = block.bytes.get(..framed.span.end as usize).unwrap_or(&[]);
            let start = blanks(text, framed.span.start as usize);
            if start >= text.len() {
                continue;
            }
            findings.read += 1;
            match self.read(text, start, &mut cells) {
                Ok(()) => located.push(framed.span, &cells),
                Err(Unreadable { at, reason }) => {
                    let column = (at as u64).saturating_sub(u64::from(framed.span.start)) + 1;
                    let record = framed.span.of(&block.bytes);
                    findings.reject(framed.origin(block), Some(column), reason, record);
                }
            }
        }
        located.finish(findings)
    }
}

impl Walk for LogfmtDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let text = bytes.get(..record.end as usize).unwrap_or(&[]);
        // The decoder read the record before, so that this does not fail.
        let _ = pairs(text, record.start as usize, |pair| {
            visit(FieldView {
                name: text.get(pair.start..pair.key_end).unwrap_or(&[]),
                spelled: Span::new(pair.start, pair.end),
                cell: self.cell(text, pair),
            });
        });
    }
}
