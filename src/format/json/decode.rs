//! Reads JSON texts: those on a line each as NDJSON is read, others once they were put on lines.

use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::flatten::{flatten, place_before};
use crate::format::Decoder;
use crate::format::lines::mark_len;
use crate::format::marked::{first_undecoded, reject_faults, reject_undecoded};
use crate::format::ndjson::{Blocked, InBlock, NdjsonDecoder, Places, with_objects};
use crate::record::{
    Batch, Block, FieldView, Fields, Findings, Lined, Origin, Origins, Part, Parts, Span, Walk,
};
use crate::scan::json::{Broken, Place, Texts, What, blanks};

/// Locates the wanted fields in objects.
#[derive(Debug)]
pub(super) struct JsonDecoder {
    records: NdjsonDecoder,
    /// Records keep their bytes as they stood ([`crate::record::Source::stood`]).
    originals: bool,
}

/// Records that were put on lines.
struct InParts<'a> {
    lined: &'a Lined,
    originals: bool,
}

impl JsonDecoder {
    pub(super) fn new(fields: &Fields, validate: bool, originals: bool) -> Self {
        Self { records: NdjsonDecoder::of_any_lines(fields, validate), originals }
    }

    /// Takes records that are on a line each, and lines that are no record; the place of the first other line.
    fn take_lines(&self, blocked: &mut Blocked<'_, '_>, block: &Block) -> usize {
        let mut places = InBlock::in_file(block);
        // Where a block ends within a line, something else is on that line.
        let whole = memrchr(b'\n', &block.bytes).map_or(0, |last| last + 1);
        let len = if block.is_last { block.bytes.len() } else { whole };
        let bytes = block.bytes.get(..len).unwrap_or(&block.bytes);
        with_objects(|objects| {
            let mut at = mark_len(block);
            while at < bytes.len() {
                let stop = objects.find(bytes, at);
                blocked.take_found(bytes, &mut places, objects);
                if !stop.odd {
                    at = stop.at;
                } else if is_by_itself(&block.bytes, stop.at) {
                    at = blocked.take_line(bytes, &mut places, stop.at);
                } else {
                    return stop.at;
                }
            }
            len
        })
    }

    /// Takes the lines of `bytes` from `from` on, which came from where `lined` says.
    fn take_lined(
        &self,
        mut blocked: Blocked<'_, '_>,
        block: &Block,
        bytes: Arc<Vec<u8>>,
        lined: &Lined,
        from: usize,
    ) -> Batch {
        let mut places = InParts { lined, originals: self.originals };
        places.reject_refused(blocked.findings);
        let before = blocked.located.rows();
        with_objects(|objects| {
            let mut at = from;
            while at < bytes.len() {
                let stop = objects.find(&bytes, at);
                blocked.take_found(&bytes, &mut places, objects);
                at = if stop.odd { blocked.take_line(&bytes, &mut places, stop.at) } else { stop.at };
            }
        });
        let Blocked { located, findings, .. } = blocked;
        let mut batch = located.finish(findings);
        let mut origins = Vec::with_capacity(batch.rows());
        let mut in_block = InBlock::in_file(block);
        let (first, rest) = batch.records.split_at(before);
        origins.extend(first.iter().map(|record| Origin {
            source: block.source,
            line: in_block.line_at(record.start as usize),
            nth: 0,
        }));
        origins.extend(parts_of(lined, rest).map(|part| part.origin));
        batch.origins = Origins::Each(origins);
        batch.bytes = bytes;
        let faults = undecoded_in(block, lined, before, &batch);
        if self.originals {
            add_originals(&mut batch, lined, before);
        }
        reject_faults(&block.undecoded, &faults, &mut batch, findings);
        batch
    }
}

impl Decoder for JsonDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut blocked = Blocked::new(&self.records, block, spare, findings);
        if let Some(lined) = &block.lined {
            return self.take_lined(blocked, block, Arc::clone(&block.bytes), lined, 0);
        }
        let mut at = 0;
        if block.place.is_top() && block.column == 0 {
            at = self.take_lines(&mut blocked, block);
        }
        if at == block.bytes.len() {
            let mut batch = blocked.located.finish(blocked.findings);
            if !block.undecoded.places.is_empty() {
                reject_undecoded(&block.undecoded, &mut batch, findings);
            }
            return batch;
        }
        let (bytes, lined) = flatten(block, at);
        self.take_lined(blocked, block, Arc::new(bytes), &lined, at)
    }

    fn sees_marks(&self) -> bool {
        true
    }

    fn on_lines(&self, block: &Block) -> Option<Block> {
        if block.lined.is_some() {
            return None;
        }
        let (bytes, lined) = flatten(block, 0);
        Some(Block {
            bytes: Arc::new(bytes),
            lined: Some(lined),
            place: Place::default(),
            rejects: block.rejects.clone(),
            dropped: Arc::clone(&block.dropped),
            undecoded: block.undecoded.clone(),
            ..*block
        })
    }
}

impl Walk for JsonDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        self.records.walk(bytes, record, visit);
    }
}

/// Whether a line at the top is one text, or none, so that it is read like a line of NDJSON.
fn is_by_itself(bytes: &[u8], line: usize) -> bool {
    let rest = bytes.get(line..).unwrap_or(&[]);
    let end = line + memchr(b'\n', rest).map_or(rest.len(), |len| len + 1);
    let text = bytes.get(..end).unwrap_or(bytes);
    let mut texts = Texts::new(Place::default(), line);
    let first = blanks(text, line);
    match texts.next(text) {
        Some(piece) if piece.start == first => match piece.what {
            What::Text | What::Bare => blanks(text, piece.end) == end,
            What::Lines => piece.end == end && texts.whole() == end,
            _ => false,
        },
        Some(_) => false,
        None if texts.open().is_some_and(|open| open.start == first) => is_cut(&texts, bytes, end),
        None => blanks(text, line) == end,
    }
}

/// Whether a text that is open at the end of its line goes no further than that.
fn is_cut(texts: &Texts, bytes: &[u8], end: usize) -> bool {
    let before = bytes.get(..end).unwrap_or(&[]).trim_ascii_end();
    let begins_anew = bytes.get(end) == Some(&b'{') && !matches!(before.last(), Some(b':' | b',' | b'['));
    texts.is_at_top() && (end == bytes.len() || begins_anew)
}

impl InParts<'_> {
    fn reject_refused(&mut self, findings: &mut Findings) {
        let (list, parts) = self.lined.parts();
        for part in list {
            if let Some((reason, at)) = part.refused {
                findings.read += 1;
                self.reject_part(parts, part, at, reason, findings);
            }
        }
    }

    fn reject_part(
        &self,
        parts: &Parts,
        part: Part,
        at: usize,
        reason: &'static str,
        findings: &mut Findings,
    ) {
        let (column, lines) = parts.place(&part, at);
        let origin = match lines {
            0 => part.origin,
            _ => Origin { line: part.origin.line + lines, nth: 0, ..part.origin },
        };
        let stood = parts.stood.get(part.from..part.to).unwrap_or(&[]);
        if self.originals && stood.contains(&b'\n') {
            findings.reject(Some(origin), Some(column), reason, &[b"\n", stood].concat());
        } else {
            findings.reject(Some(origin), Some(column), reason, stood);
        }
    }
}

impl Places for InParts<'_> {
    fn reject(&mut self, _bytes: &[u8], record: Span, broken: Broken, findings: &mut Findings) {
        let (_, parts) = self.lined.parts();
        let start = record.start as usize;
        if let Some(part) = self.lined.part_at(start) {
            let stood = parts.stood.get(part.from..part.to).unwrap_or(&[]);
            let at = part.from + place_before(stood, broken.at.saturating_sub(start));
            self.reject_part(parts, part, at, broken.reason, findings);
        }
    }
}

/// The column of the first byte in each record that the encoding does not have. The first `before` records are where the
/// block has them.
fn undecoded_in(block: &Block, lined: &Lined, before: usize, batch: &Batch) -> Vec<Option<u64>> {
    let undecoded = &block.undecoded;
    if undecoded.places.is_empty() {
        return Vec::new();
    }
    let (_, parts) = lined.parts();
    let (first, rest) = batch.records.split_at(before);
    let in_block = |record: &Span| Some(u64::from(first_undecoded(undecoded, *record)? - record.start) + 1);
    let in_part = |part: Part| {
        let at = first_undecoded(undecoded, Span::new(part.from, part.to))?;
        Some(parts.place(&part, at as usize).0)
    };
    first.iter().map(in_block).chain(parts_of(lined, rest).map(in_part)).collect()
}

/// The part of each record, in order.
fn parts_of<'a>(lined: &'a Lined, records: &'a [Span]) -> impl Iterator<Item = Part> + 'a {
    let (mut list, _) = lined.parts();
    records.iter().filter_map(move |record| list.find(|part| part.at == record.start as usize))
}

/// Puts what records of several lines were after them, each after a line end. The first `before` are of one line.
fn add_originals(batch: &mut Batch, lined: &Lined, before: usize) {
    let (_, parts) = lined.parts();
    let (first, rest) = batch.records.split_at(before);
    let own: Vec<Part> = parts_of(lined, rest).collect();
    let stood = |part: &Part| parts.stood.get(part.from..part.to).unwrap_or(&[]);
    if !own.iter().any(|part| stood(part).contains(&b'\n')) {
        return;
    }
    let end = first.last().map_or(0, |record| record.end as usize);
    let mut bytes = batch.bytes.get(..end).unwrap_or(&[]).to_vec();
    let mut records = first.to_vec();
    for (row, (record, part)) in (before..).zip(rest.iter().zip(&own)) {
        bytes.push(b'\n');
        let start = bytes.len();
        bytes.extend_from_slice(record.of(&batch.bytes));
        if stood(part).contains(&b'\n') {
            bytes.push(b'\n');
            bytes.extend_from_slice(stood(part));
        }
        records.push(Span::new(start, bytes.len()));
        for cell in batch.inputs.iter_mut().filter_map(|cells| cells.get_mut(row)) {
            *cell = cell.moved(record.start as usize, start);
        }
    }
    batch.records = records;
    batch.bytes = Arc::new(bytes);
}
