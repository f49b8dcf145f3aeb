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
    match inner.reads_marks() || options.encoding.is_none() && options.comment.is_none() {
        true => inner,
        false => Arc::new(Marked { inner }),
    }
}

/// Why bytes are rejected that an encoding does not have.
fn not_decoded(encoding: &str) -> String {
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
}

impl Decoder for Marked {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let known = findings.rejects.len();
        let mut batch = self.inner.decode_over(block, spare, findings);
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
}

/// The place in the file of a record whose line was counted in its block.
fn in_file(block: &Block, origin: Origin) -> Origin {
    Origin { line: block.line(origin.line.saturating_sub(block.first_line)), ..origin }
}

/// Takes the records out of a batch that hold a place which could not be decoded.
fn reject_undecoded(undecoded: &Undecoded, batch: &mut Batch, findings: &mut Findings) {
    let Undecoded { encoding, places } = undecoded;
    let first_in = |record: Span| {
        let next = places.partition_point(|at| *at < record.start);
        places.get(next).copied().filter(|at| *at < record.end)
    };
    let faults: Vec<Option<u32>> = batch.records.iter().map(|record| first_in(*record)).collect();
    for (row, (at, record)) in (0..).zip(faults.iter().zip(&batch.records)) {
        if let Some(at) = at {
            let column = u64::from(at - record.start) + 1;
            findings.reject(batch.origin(row), Some(column), not_decoded(encoding), batch.raw(row));
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
