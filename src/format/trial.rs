//! For tests: reads bytes as the program does, whatever pieces they come in, and writes what was read.

use std::sync::Arc;

use super::value_text::write_plain_text;
use super::{FormatDef, Framer, GiveUp, Head, InputOptions, OutputOptions};
use crate::record::{
    Batch, Block, ColumnRef, Env, FieldValue, Fields, Findings, Limits, Origin, Path, Pins, Reject, Shape,
    Source, Sources, Span,
};
use crate::time::{TimeReader, Timestamp, Zone};

/// What was read from one input.
pub(crate) struct Trial {
    pub(crate) sources: Arc<Sources>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) findings: Findings,
}

/// A record's fields by name; null is `None`.
pub(crate) type Fieldset = Vec<(String, Option<String>)>;

/// Longer buffers without a whole record are given up, as under `--max-record`.
pub(crate) const MAX_RECORD: usize = 1000;

pub(crate) fn limits() -> Limits {
    Limits { details: 1000, keep_rejects: true, keep_late: false }
}

pub(crate) fn env() -> Arc<Env> {
    Arc::new(Env {
        zone: Zone::utc(),
        times: TimeReader::new(Zone::utc()),
        now: Timestamp::MIN,
        pins: Pins::default(),
        sources: None,
    })
}

/// Reads `bytes`, of which each read brings `step`. Fails as the format's own construction and header do.
pub(crate) fn read(
    format: &FormatDef,
    options: &InputOptions,
    wanted: &[&str],
    bytes: &[u8],
    step: usize,
) -> crate::error::Result<Trial> {
    let input = format.input.expect("the format is read")(options)?;
    let mut fields = Fields::default();
    for name in wanted {
        fields.slot(&Path::name(*name));
    }
    let mut framer = input.framer();
    let mut to = 0;
    let (header, from) = loop {
        match framer.head(&bytes[..to], to == bytes.len())? {
            Head::More => to = (to + step).min(bytes.len()),
            Head::None => break (None, 0),
            Head::Names(names, len) => break (names, len),
        }
    };
    let mut findings = Findings::new(limits(), wanted.len());
    let blocks = frame(&mut *framer, bytes, from, to, step, &mut findings);
    let decoder = input.decoder(header.as_deref(), &Arc::new(fields));
    let batches = blocks.iter().map(|block| decoder.decode(block, &mut findings)).collect();
    let sources = Sources::new(1);
    sources.set(
        0,
        Source { name: None, format: format.name, header, walk: decoder, time_slot: None, time_field: None },
    );
    Ok(Trial { sources: Arc::new(sources), batches, findings })
}

fn frame(
    framer: &mut dyn Framer,
    bytes: &[u8],
    mut from: usize,
    mut to: usize,
    step: usize,
    findings: &mut Findings,
) -> Vec<Block> {
    let line = |at: usize| 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
    let mut blocks = Vec::new();
    to = to.max(from);
    while from < bytes.len() {
        let at_end = to == bytes.len();
        let cut = framer.cut(&bytes[from..to], at_end);
        if cut > 0 {
            blocks.push(Block {
                seq: blocks.len() as u64,
                bytes: Arc::new(bytes[from..from + cut].to_vec()),
                source: 0,
                first_line: line(from),
                rejects: Vec::new(),
            });
            from += cut;
        } else if at_end || to - from > MAX_RECORD {
            let (len, reason) = match framer.give_up(&bytes[from..to], at_end) {
                GiveUp::Reject { len, reason } => (len, reason),
                GiveUp::Skip => {
                    let rest = &bytes[from..];
                    (memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1), "longer than --max-record")
                }
            };
            let origin = Some(Origin { source: 0, line: line(from) });
            findings.read += 1;
            findings.reject(origin, None, reason, &bytes[from..from + len]);
            from += len;
            to = to.max(from);
        } else {
            to = (to + step).min(bytes.len());
        }
    }
    blocks
}

impl Trial {
    /// All fields of all records, as the decoder's walk shows them.
    pub(crate) fn records(&self) -> Vec<Fieldset> {
        let walk = &self.sources.get(0).expect("set").walk;
        let all = self.batches.iter().flat_map(|batch| batch.records.iter().map(move |span| (batch, *span)));
        all.map(|(batch, span): (&Batch, Span)| {
            let mut fields = Vec::new();
            walk.walk(&batch.bytes, span, &mut |view| {
                let name = String::from_utf8_lossy(view.name).into_owned();
                fields.push((name, text(FieldValue::Cell(view.cell, &batch.bytes))));
            });
            fields
        })
        .collect()
    }

    /// The values of a wanted field.
    pub(crate) fn values(&self, slot: usize) -> Vec<Option<String>> {
        let of = |batch: &Batch| {
            let field = |row| text(batch.field(ColumnRef::Input(slot), row));
            (0..batch.rows() as u32).map(field).collect::<Vec<_>>()
        };
        self.batches.iter().flat_map(of).collect()
    }

    /// The rejects as `line: reason` or `line:column: reason`, by line.
    pub(crate) fn rejects(&self) -> Vec<String> {
        rejects(&self.findings)
    }

    /// The records as an output format writes them, and what it rejects.
    pub(crate) fn write(&mut self, format: &FormatDef, options: &OutputOptions) -> (String, Vec<String>) {
        let output = format.output.expect("the format is written")(options).expect("a shape it takes");
        let mut encoder = output.encoder();
        let mut findings = Findings::new(limits(), 0);
        let mut out = Vec::new();
        encoder.begin(&mut out);
        for batch in &self.batches {
            encoder.encode(batch, &mut out, &mut findings);
        }
        encoder.finish(&mut out);
        (String::from_utf8_lossy(&out).into_owned(), rejects(&findings))
    }

    /// Output options for these records as they came.
    pub(crate) fn output(&self) -> OutputOptions {
        OutputOptions {
            shape: Shape::input(),
            sources: Arc::clone(&self.sources),
            env: env(),
            delimiter: None,
            no_header: false,
            terminal: None,
            colour: false,
        }
    }
}

pub(crate) fn rejects(findings: &Findings) -> Vec<String> {
    let mut rejects: Vec<&Reject> = findings.rejects.iter().collect();
    rejects.sort_by_key(|reject| reject.origin.map(|origin| origin.line));
    let shown = |reject: &&Reject| {
        let line = reject.origin.map_or(0, |origin| origin.line);
        match reject.column {
            Some(column) => format!("{line}:{column}: {}", reject.reason),
            None => format!("{line}: {}", reject.reason),
        }
    };
    rejects.iter().map(shown).collect()
}

fn text(value: FieldValue<'_>) -> Option<String> {
    let mut out = Vec::new();
    write_plain_text(value, &Zone::utc(), &mut out);
    (!value.is_null()).then(|| String::from_utf8_lossy(&out).into_owned())
}
