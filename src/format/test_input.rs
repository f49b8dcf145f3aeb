//! Tests of formats in a few words: bytes in, cells, rejects and written bytes out.

use std::sync::Arc;

use super::{Decoder, FormatDef, InputFormat, InputOptions, OutputOptions};
use crate::record::{
    Batch, Block, ColumnRef, Env, Fields, Findings, Limits, Named, Path, Pins, Rest, Segment, Shape, Source,
    Sources, Type,
};
use crate::time::{TimeReader, Timestamp, Zone};

/// One input of one format with some wanted fields.
pub(crate) struct TestInput {
    input: Box<dyn InputFormat>,
    decoder: Arc<dyn Decoder>,
    paths: Vec<Path>,
    sources: Arc<Sources>,
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
        let mut fields = Fields::default();
        for path in paths {
            fields.slot(&path_of(path));
        }
        let input = format.input.unwrap()(options).unwrap();
        let decoder = input.decoder(None, &Arc::new(fields.clone()));
        let sources = Arc::new(Sources::new(1));
        let walk = Arc::clone(&decoder);
        sources.set(
            0,
            Source { name: None, format: format.name, header: None, walk, time_slot: None, time_field: None },
        );
        let paths = fields.paths().to_vec();
        Self { input, decoder, paths, sources, pins: Pins::default() }
    }

    /// Decodes one block.
    pub(crate) fn decode(&self, bytes: &[u8], first_line: u64) -> (Batch, Findings) {
        let bytes = Arc::new(bytes.to_vec());
        let block = Block { seq: 0, bytes, source: 0, first_line, rejects: Vec::new() };
        let limits = Limits { details: 100, keep_rejects: true, keep_late: false };
        let mut findings = Findings::new(limits, self.paths.len());
        let batch = self.decoder.decode(&block, &mut findings);
        assert_eq!(findings.read, batch.rows() as u64 + findings.rejected);
        assert_eq!(batch.inputs.len(), self.paths.len());
        assert!(batch.inputs.iter().all(|column| column.len() == batch.rows()));
        (batch, findings)
    }

    /// The cells of each record as `Form:spelling`, with blanks between.
    pub(crate) fn cells(&self, bytes: &[u8]) -> Vec<String> {
        self.records(bytes, 1).into_iter().map(|(_, _, cells)| cells).collect()
    }

    /// The rejects as `line:column: reason`.
    pub(crate) fn rejects(&self, bytes: &[u8]) -> Vec<String> {
        self.rejects_from(bytes, 1)
    }

    fn rejects_from(&self, bytes: &[u8], first_line: u64) -> Vec<String> {
        let (_, findings) = self.decode(bytes, first_line);
        let shown = |reject: &crate::record::Reject| {
            let line = reject.origin.unwrap().line;
            format!("{line}:{}: {}", reject.column.unwrap(), reject.reason)
        };
        findings.rejects.iter().map(shown).collect()
    }

    /// Reads all and writes it; `shape` is given the columns of the wanted fields by name.
    pub(crate) fn write(&self, to: &'static FormatDef, shape: Shape, bytes: &[u8]) -> String {
        let (batch, _) = self.decode(bytes, 1);
        self.write_batch(to, shape, &batch)
    }

    /// Writes a batch of this input.
    pub(crate) fn write_batch(&self, to: &'static FormatDef, shape: Shape, batch: &Batch) -> String {
        let output = to.output.unwrap()(&self.output_options(shape)).unwrap();
        let limits = Limits { details: 100, keep_rejects: true, keep_late: false };
        let mut findings = Findings::new(limits, self.paths.len());
        let mut out = Vec::new();
        let mut encoder = output.encoder();
        encoder.begin(&mut out);
        encoder.encode(batch, &mut out, &mut findings);
        encoder.finish(&mut out);
        let mut text = String::from_utf8_lossy(&out).into_owned();
        for reject in findings.rejects {
            text.push_str(&format!("rejected: {}\n", reject.reason));
        }
        text
    }

    /// The options for writing records of this shape.
    pub(crate) fn output_options(&self, shape: Shape) -> OutputOptions {
        let now = Timestamp::MIN;
        let zone = Zone::utc();
        let env =
            Env { times: TimeReader::new(zone.clone()), zone, now, pins: self.pins.clone(), sources: None };
        OutputOptions {
            shape,
            sources: Arc::clone(&self.sources),
            env: Arc::new(env),
            delimiter: None,
            no_header: false,
            terminal: None,
            colour: false,
        }
    }

    /// The field of a wanted path under a name.
    pub(crate) fn named(&self, name: &str, path: &str) -> Named {
        let path = path_of(path);
        let slot = self.paths.iter().position(|known| *known == path).unwrap();
        Named { name: name.to_owned(), column: ColumnRef::Input(slot) }
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
        let rest = Rest { except: except.iter().map(|name| (*name).to_owned()).collect() };
        Shape { before: fields(before), rest: Some(rest), after: fields(after) }
    }

    /// Just these wanted fields.
    pub(crate) fn just(&self, names: &[&str]) -> Shape {
        Shape { rest: None, ..self.around_rest(&[], &[], names) }
    }

    /// Asserts that blocks cut by the framer, fed in reads of `steps` bytes, give the records and rejects
    /// of the whole.
    pub(crate) fn assert_cuts_do_not_matter(&self, bytes: &[u8], steps: &[usize]) {
        let mut framer = self.input.framer();
        let (mut from, mut to, mut line) = (0, 0, 1);
        let (mut records, mut rejects) = (Vec::new(), Vec::new());
        let mut steps = steps.iter().cycle();
        while from < bytes.len() {
            to = (to + steps.next().unwrap()).min(bytes.len());
            let cut = framer.cut(&bytes[from..to], to == bytes.len());
            let part = &bytes[from..from + cut];
            records.extend(self.records(part, line));
            rejects.extend(self.rejects_from(part, line));
            line += memchr::memchr_iter(b'\n', part).count() as u64;
            from += cut;
        }
        assert_eq!(records, self.records(bytes, 1));
        assert_eq!(rejects, self.rejects(bytes));
    }

    /// Line number, raw bytes and cells of each record.
    fn records(&self, bytes: &[u8], first_line: u64) -> Vec<(u64, String, String)> {
        let (batch, _) = self.decode(bytes, first_line);
        let cells = |row: usize| {
            let cell = |column: &Vec<crate::record::Cell>| {
                format!("{:?}:{}", column[row].form, column[row].spelling(&batch.bytes).escape_ascii())
            };
            batch.inputs.iter().map(cell).collect::<Vec<_>>().join(" ")
        };
        (0..batch.rows())
            .map(|row| {
                let line = batch.origin(row as u32).unwrap().line;
                (line, batch.raw(row as u32).escape_ascii().to_string(), cells(row))
            })
            .collect()
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
