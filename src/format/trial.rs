//! For tests: reads bytes as the program does, whatever pieces they come in, and writes what was read.

use std::sync::Arc;

use super::value_text::write_plain_text;
use super::{Ended, FormatDef, Framer, GiveUp, Head, InputOptions, OutputOptions};
use crate::error::Result;
use crate::record::{
    Batch, Block, ColumnRef, Env, FieldValue, Fields, Findings, Limits, Named, Origin, Path, Pins, Rank,
    Reject, Rest, Segment, Shape, Source, Sources, Span, Type,
};
use crate::scan::json::Place;
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

/// Settings of a run with these `--types`.
fn env(pins: Pins) -> Arc<Env> {
    let zone = Zone::utc();
    Arc::new(Env {
        times: TimeReader::new(zone.clone()),
        zone,
        now: Timestamp::MIN,
        pins,
        time: None,
        sources: None,
    })
}

/// Reads `bytes`, of which each read brings `step`, with wanted fields by name. Fails as the format's own
/// construction and header do.
pub(crate) fn read(
    format: &FormatDef,
    options: &InputOptions,
    wanted: &[&str],
    bytes: &[u8],
    step: usize,
) -> Result<Trial> {
    let wanted: Vec<Path> = wanted.iter().map(|name| Path::name(*name)).collect();
    read_paths(format, options, &wanted, bytes, &[step])
}

/// The same for wanted paths; the reads bring `steps` bytes in turn.
fn read_paths(
    format: &FormatDef,
    options: &InputOptions,
    wanted: &[Path],
    bytes: &[u8],
    steps: &[usize],
) -> Result<Trial> {
    let input = format.input.expect("the format is read")(options)?;
    let mut fields = Fields::default();
    for path in wanted {
        fields.slot(path);
    }
    let mut framer = input.framer();
    let mut steps = steps.iter().copied().cycle();
    let mut next = move || steps.next().expect("a cycle");
    let mut to = 0;
    let (header, from) = loop {
        match framer.head(&bytes[..to], to == bytes.len())? {
            Head::More => to = (to + next()).min(bytes.len()),
            Head::None => break (None, 0),
            Head::Names(names, len) => break (names, len),
        }
    };
    let spelled = framer.take_spelled_names();
    let mut findings = Findings::new(limits(), wanted.len());
    let blocks = frame(&mut *framer, bytes, (from, to), &mut next, format.name == "json", &mut findings);
    let decoder = input.decoder(header.as_deref(), &Arc::new(fields));
    let batches: Vec<Batch> = blocks.iter().map(|block| decoder.decode(block, &mut findings)).collect();
    let rows: usize = batches.iter().map(Batch::rows).sum();
    assert_eq!(findings.read, rows as u64 + findings.rejected);
    for batch in &batches {
        assert_eq!(batch.inputs.len(), wanted.len());
        assert!(batch.inputs.iter().all(|column| column.len() == batch.rows()));
    }
    let sources = Sources::new(1);
    sources.set(
        0,
        Source {
            name: None,
            format: format.name,
            header,
            spelled,
            header_line: format.name == "csv",
            optional: input.optional(),
            walk: decoder,
            time_slot: None,
            time_field: None,
            stood: input.keeps_stood(),
        },
    );
    Ok(Trial { sources: Arc::new(sources), batches, findings })
}

fn frame(
    framer: &mut dyn Framer,
    bytes: &[u8],
    (mut from, mut to): (usize, usize),
    next: &mut dyn FnMut() -> usize,
    is_capped: bool,
    findings: &mut Findings,
) -> Vec<Block> {
    let line = |at: usize| 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
    let column = |at: usize| (at - memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |line| line + 1)) as u64;
    let mut blocks = Vec::new();
    let mut block = |from: usize, cut: usize, place: Place, section: u32| {
        blocks.push(Block {
            first_place: Rank::of_block(blocks.len() as u64).unwrap(),
            bytes: Arc::new(bytes[from..from + cut].to_vec()),
            first_line: line(from),
            column: column(from),
            place,
            section,
            is_last: from + cut == bytes.len(),
            ..Block::default()
        });
    };
    let mut reject = |from: usize, len: usize, place: Place, reason: &'static str| {
        let origin = Some(Origin { source: 0, line: line(from), nth: place.nth() });
        let column = (place != Place::default()).then(|| column(from) + 1);
        findings.read += 1;
        findings.reject(origin, column, reason, &bytes[from..from + len]);
    };
    let mut place = Place::default();
    to = to.max(from);
    while from < bytes.len() {
        // As the reader: the framer is shown no more than a record may be long.
        let shown = if is_capped { to.min(from + MAX_RECORD + 1) } else { to };
        let at_end = shown == bytes.len();
        let cut = framer.cut(&bytes[from..shown], at_end);
        if cut > 0 {
            block(from, cut, place, framer.section());
            from += cut;
        } else if at_end || shown - from > MAX_RECORD {
            let len = match framer.give_up(&bytes[from..shown], at_end) {
                GiveUp::Reject { len, reason, .. } => {
                    reject(from, len, place, reason);
                    len
                }
                GiveUp::Take { len, place } => {
                    block(from, len, place, framer.section());
                    len
                }
                GiveUp::Skip => {
                    reject(from, shown - from, place, "longer than --max-record");
                    let mut len = shown - from;
                    let mut rest = &bytes[from + len..];
                    while !rest.is_empty() {
                        let piece = &rest[..next().min(rest.len())];
                        let end = framer.skip(piece);
                        len += end.unwrap_or(piece.len());
                        rest = &bytes[from + len..];
                        if end.is_some() {
                            break;
                        }
                    }
                    len
                }
            };
            from += len;
            to = to.max(from);
        } else {
            to = (to + next()).min(bytes.len());
            continue;
        }
        place = framer.place();
    }
    match framer.end() {
        Ok(Ended::Whole) => {}
        Ok(Ended::Open(reason)) => reject(bytes.len(), 0, place, reason),
        Err(_) => reject(bytes.len(), 0, place, "an error of the input as a whole"),
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

    /// The cells of each record as `Form:spelling`, with blanks between.
    pub(crate) fn cells(&self) -> Vec<String> {
        let of = |batch: &Batch, row: usize| {
            let cells = batch.inputs.iter().map(|column| {
                format!("{:?}:{}", column[row].form, column[row].spelling(&batch.bytes).escape_ascii())
            });
            cells.collect::<Vec<_>>().join(" ")
        };
        let all = self.batches.iter().flat_map(|batch| (0..batch.rows()).map(move |row| (batch, row)));
        all.map(|(batch, row)| of(batch, row)).collect()
    }

    /// Line number and raw bytes of each record.
    pub(crate) fn places(&self) -> Vec<(u64, String)> {
        let place = |batch: &Batch, row: u32| {
            (batch.origin(row).expect("an origin").line, batch.raw(row).escape_ascii().to_string())
        };
        let all = self.batches.iter().flat_map(|batch| (0..batch.rows() as u32).map(move |row| (batch, row)));
        all.map(|(batch, row)| place(batch, row)).collect()
    }

    /// The rejects as `line: reason` or `line:column: reason`, by line.
    pub(crate) fn rejects(&self) -> Vec<String> {
        rejects(&self.findings)
    }

    /// The records as an output format writes them, and what it rejects.
    pub(crate) fn write(&self, format: &FormatDef, options: &OutputOptions) -> (String, Vec<String>) {
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
            env: env(Pins::default()),
            delimiter: None,
            nulls: Vec::new(),
            quote: None,
            escape: None,
            no_header: false,
            terminal: None,
            colour: false,
            union: None,
        }
    }
}

pub(crate) fn rejects(findings: &Findings) -> Vec<String> {
    let mut rejects: Vec<&Reject> = findings.rejects.iter().collect();
    rejects.sort_by_key(|reject| (reject.origin, reject.column));
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

/// A way to read, for tests in a few words: bytes in, cells, rejects and written bytes out.
pub(crate) struct TestInput {
    format: &'static FormatDef,
    options: InputOptions,
    paths: Vec<Path>,
    /// `--types` of the run.
    pub(crate) pins: Pins,
}

impl TestInput {
    /// An input read without options.
    pub(crate) fn new(format: &'static FormatDef, paths: &[&str]) -> Self {
        Self::with(format, &InputOptions::default(), paths)
    }

    /// An input read with these options.
    pub(crate) fn with(format: &'static FormatDef, options: &InputOptions, paths: &[&str]) -> Self {
        let paths = paths.iter().map(|path| path_of(path)).collect();
        Self { format, options: options.clone(), paths, pins: Pins::default() }
    }

    /// Reads all bytes at once.
    pub(crate) fn read(&self, bytes: &[u8]) -> Trial {
        self.read_by(bytes, &[bytes.len()])
    }

    /// Reads `bytes`, of which reads bring `steps` in turn.
    pub(crate) fn read_by(&self, bytes: &[u8], steps: &[usize]) -> Trial {
        read_paths(self.format, &self.options, &self.paths, bytes, steps).expect("the options are good")
    }

    /// [`Trial::cells`] of these bytes.
    pub(crate) fn cells(&self, bytes: &[u8]) -> Vec<String> {
        self.read(bytes).cells()
    }

    /// [`Trial::rejects`] of these bytes.
    pub(crate) fn rejects(&self, bytes: &[u8]) -> Vec<String> {
        self.read(bytes).rejects()
    }

    /// Reads all and writes it, with the rejects of writing behind it.
    pub(crate) fn write(&self, to: &'static FormatDef, shape: Shape, bytes: &[u8]) -> String {
        self.write_trial(to, shape, &self.read(bytes))
    }

    /// Writes what was read.
    pub(crate) fn write_trial(&self, to: &'static FormatDef, shape: Shape, trial: &Trial) -> String {
        let (mut text, rejects) = trial.write(to, &self.output_options(shape));
        for reject in rejects {
            text.push_str(&format!("rejected: {reject}\n"));
        }
        text
    }

    /// The options for writing records of this shape.
    pub(crate) fn output_options(&self, shape: Shape) -> OutputOptions {
        OutputOptions { shape, env: env(self.pins.clone()), ..self.read(b"").output() }
    }

    /// The field of a wanted path under a name.
    pub(crate) fn named(&self, name: &str, path: &str) -> Named {
        let path = path_of(path);
        let slot = self.paths.iter().position(|known| *known == path).unwrap();
        Named::new(name, ColumnRef::Input(slot)).read_as(self.pins.of(self.paths[slot].joined()).into())
    }

    /// The input's fields but `except`, with wanted fields (`name=path`) before and after.
    pub(crate) fn around_rest(&self, before: &[&str], except: &[&str], after: &[&str]) -> Shape {
        let fields = |items: &[&str]| -> Vec<Named> {
            items
                .iter()
                .map(|item| item.split_once('=').unwrap_or((item, item)))
                .map(|(name, path)| self.named(name, path))
                .collect()
        };
        let except = except.iter().map(|name| (*name).to_owned()).collect();
        let rest = Rest { except, ..Rest::default() };
        Shape { before: fields(before), rest: Some(rest), after: fields(after), spares: Vec::new() }
    }

    /// Just these wanted fields.
    pub(crate) fn just(&self, names: &[&str]) -> Shape {
        Shape { rest: None, ..self.around_rest(&[], &[], names) }
    }

    /// Asserts that reads of `steps` bytes in turn give the records and rejects of the whole.
    pub(crate) fn assert_cuts_do_not_matter(&self, bytes: &[u8], steps: &[usize]) {
        let (pieces, whole) = (self.read_by(bytes, steps), self.read(bytes));
        assert_eq!(pieces.cells(), whole.cells());
        assert_eq!(pieces.places(), whole.places());
        assert_eq!(pieces.rejects(), whole.rejects());
    }
}

/// Pins by name.
pub(crate) fn pins(named: &[(&str, Type)]) -> Pins {
    Pins { all: None, named: named.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect() }
}

fn path_of(text: &str) -> Path {
    let mut segments = Vec::new();
    for part in text.split('.') {
        let (name, indexes) = part.split_once('[').unwrap_or((part, ""));
        segments.push(Segment::Name(name.to_owned()));
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            segments.push(Segment::Index(index.trim_end_matches(']').parse().unwrap()));
        }
    }
    Path::new(segments)
}
