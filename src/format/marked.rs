//! A decoder for blocks with marks: lines that were dropped as comments count in line numbers, and records with bytes
//! that the encoding of the input does not have are rejected.

use std::sync::Arc;

use super::{Decoder, InputFormat, InputOptions};
use crate::record::{
    Batch, Block, Dialect, FieldView, Fields, Findings, Origin, Origins, Span, Undecoded, Walk,
};

/// The decoder of an input; where the options let blocks have marks it looks at them too.
pub fn decoder(
    format: &dyn InputFormat,
    options: &InputOptions,
    header: Option<&[String]>,
    wanted: &Arc<Fields>,
) -> Arc<dyn Decoder> {
    let inner = format.decoder(header, wanted);
    match options.encoding.is_none() && options.comment.is_none() {
        true => inner,
        false => Arc::new(Marked { inner }),
    }
}

/// Why bytes are rejected that an encoding does not have.
pub fn not_decoded(encoding: &str) -> String {
    format!("bytes that {encoding} does not have")
}

struct Marked {
    inner: Arc<dyn Decoder>,
}

impl Walk for Marked {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        self.inner.walk(bytes, record, visit);
    }

    fn dialect(&self) -> Option<Dialect> {
        self.inner.dialect()
    }

    fn is_uniform(&self) -> bool {
        self.inner.is_uniform()
    }

    fn is_varied(&self) -> bool {
        self.inner.is_varied()
    }
}

impl Decoder for Marked {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let known = findings.rejects.len();
        let mut batch = self.inner.decode_over(block, spare, findings);
        if self.inner.sees_marks() {
            return batch;
        }
        if !block.dropped.is_empty() {
            for reject in findings.rejects.iter_mut().skip(known) {
                reject.origin = reject.origin.map(|origin| in_file(block, origin));
            }
        }
        if !block.undecoded.places.is_empty() {
            reject_undecoded(&block.undecoded, &mut batch, findings);
        }
        batch
    }

    fn on_lines(&self, block: &Block) -> Option<Block> {
        self.inner.on_lines(block)
    }
}

/// The place in the file of a record whose line was counted in its block.
fn in_file(block: &Block, origin: Origin) -> Origin {
    Origin { line: block.line(origin.line.saturating_sub(block.first_line)), ..origin }
}

/// Takes the records out of a batch that hold a place which could not be decoded.
pub(super) fn reject_undecoded(undecoded: &Undecoded, batch: &mut Batch, findings: &mut Findings) {
    let column = |record: &Span| Some(u64::from(first_undecoded(undecoded, *record)? - record.start) + 1);
    let faults: Vec<Option<u64>> = batch.records.iter().map(column).collect();
    reject_faults(undecoded, &faults, batch, findings);
}

/// The first place within a span that could not be decoded.
pub(super) fn first_undecoded(undecoded: &Undecoded, span: Span) -> Option<u32> {
    let places = &undecoded.places;
    let next = places.partition_point(|at| *at < span.start);
    places.get(next).copied().filter(|at| *at < span.end)
}

/// Takes the records out of a batch for which a column tells what could not be decoded.
pub(super) fn reject_faults(
    undecoded: &Undecoded,
    faults: &[Option<u64>],
    batch: &mut Batch,
    findings: &mut Findings,
) {
    for (row, column) in (0..).zip(faults) {
        if column.is_some() {
            findings.reject(batch.origin(row), *column, not_decoded(undecoded.encoding), batch.raw(row));
        }
    }
    if faults.iter().any(Option::is_some) {
        let keeps: Vec<bool> = faults.iter().map(Option::is_none).collect();
        keep(batch, &keeps);
    }
}

/// Keeps some records of a batch as decoders give it.
fn keep(batch: &mut Batch, keeps: &[bool]) {
    // Lines are counted from record to record.
    let mut origins: Vec<Origin> = (0..batch.rows() as u32).filter_map(|row| batch.origin(row)).collect();
    retain(&mut origins, keeps);
    batch.origins = Origins::Each(origins);
    retain(&mut batch.records, keeps);
    batch.inputs.iter_mut().for_each(|cells| retain(cells, keeps));
    batch.live.clear();
    batch.live.extend(0..batch.records.len() as u32);
}

fn retain<T>(list: &mut Vec<T>, keeps: &[bool]) {
    let mut keeps = keeps.iter();
    list.retain(|_| keeps.next().is_none_or(|keep| *keep));
}
