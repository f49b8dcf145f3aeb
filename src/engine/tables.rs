//! The tables that stages look records up in: named while the chain is checked, read while it is bound.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;

use super::order::reject_error;
use super::settings::Settings;
use super::table_options::{format_of, input_options, told_format};
use crate::error::{Error, Result};
use crate::format::{Decoder, FormatDef, InputFormat, InputOptions, marked};
use crate::hash::Set;
use crate::input::{ByteSource, Named, Reader, ReaderOptions, Stop, Windows};
use crate::record::{After, Batch, Block, Fields, Findings, Heading, Limits, Path, Source, Sources, Walk};
use crate::spill::Disk;
use crate::stage::{TableFile, TableRead, Tables, TakeBatch};

/// Notes which tables a chain asks for, and reads none.
#[derive(Default)]
pub(super) struct Asked {
    tables: RefCell<Vec<(Named, Option<&'static FormatDef>)>>,
}

/// What tables are read with.
pub(super) struct TablesAround<'a> {
    /// What `-` reads.
    pub(super) stdin: Box<dyn ByteSource>,
    pub(super) stop: &'a Arc<Stop>,
    pub(super) block_bytes: usize,
    pub(super) limits: Limits,
    /// Where tables go that do not fit into memory.
    pub(super) disk: Arc<Disk>,
}

/// Reads the tables of a chain.
pub(super) struct TableReader<'a> {
    settings: &'a Settings,
    /// What `-` reads, once.
    stdin: RefCell<Option<Box<dyn ByteSource>>>,
    stop: &'a Arc<Stop>,
    block_bytes: usize,
    limits: Limits,
    disk: Arc<Disk>,
    /// Memory for long windows of compressed data.
    windows: Arc<Windows>,
    /// The number of the first table among all that findings may be about.
    first: u32,
    /// The number of the next one.
    number: Cell<u32>,
    /// The fields that the chain names where those of tables are not known.
    fields: Arc<Fields>,
    /// What was found in tables.
    findings: RefCell<Findings>,
    /// Bytes that tables hold.
    held: Cell<usize>,
}

impl Asked {
    /// The tables in the order of the chain, and the formats that are told of them.
    pub(super) fn into_tables(self) -> (Vec<Named>, Vec<Option<&'static FormatDef>>) {
        self.tables.into_inner().into_iter().unzip()
    }
}

impl Tables for Asked {
    fn read(
        &self,
        file: TableFile<'_>,
        _wanted: &mut Fields,
        _all: bool,
        _taker: &mut dyn TakeBatch,
    ) -> Result<Option<TableRead>> {
        let named = Named::of(&file.words.spec);
        let format = told_format(file.words, &named)?;
        input_options(file.words, &InputOptions::default())?;
        self.tables.borrow_mut().push((named, format));
        Ok(None)
    }

    fn is_read_behind(&self, _name: &str) -> bool {
        false
    }

    fn note(&self, _note: String) {}
}

impl<'a> TableReader<'a> {
    /// A reader of tables that are numbered from `first`. `fields`: those that the chain names where those of tables are not
    /// known.
    pub(super) fn new(
        settings: &'a Settings,
        around: TablesAround<'a>,
        first: usize,
        fields: Arc<Fields>,
    ) -> Self {
        let TablesAround { stdin, stop, block_bytes, limits, disk } = around;
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        Self {
            settings,
            stdin: RefCell::new(Some(stdin)),
            stop,
            block_bytes,
            limits,
            windows: Arc::new(Windows::new(disk.memory())),
            disk,
            first,
            number: Cell::new(first),
            fields,
            findings: RefCell::new(Findings::new(limits, 0)),
            held: Cell::new(0),
        }
    }

    /// What was found, what tables hold in bytes, and stdin if no table was it.
    pub(super) fn finish(self) -> (Findings, usize, Option<Box<dyn ByteSource>>) {
        (self.findings.into_inner(), self.held.get(), self.stdin.into_inner())
    }

    /// A reader of one table, and where it says what the table is.
    fn open(
        &self,
        named: &Named,
        from: Option<&'static FormatDef>,
        input: InputOptions,
    ) -> (Reader, Arc<Sources>) {
        let stdin = match named {
            Named::Stdin => self.stdin.borrow_mut().take(),
            Named::File(_) => None,
        };
        let sources = Arc::new(Sources::new(1));
        let options = ReaderOptions {
            from,
            input,
            fields: Arc::default(),
            only_lines: false,
            time: None,
            max_record: usize::try_from(self.settings.max_record).unwrap_or(usize::MAX),
            block_bytes: self.block_bytes,
            first_block: 0,
            keep_rejects: self.limits.keep_rejects,
            windows: Arc::clone(&self.windows),
            unmet: Vec::new(),
        };
        let stdin = stdin.unwrap_or_else(crate::input::nothing);
        (Reader::new(std::slice::from_ref(named), stdin, options, &sources, self.stop), sources)
    }

    fn memory(&self) -> usize {
        usize::try_from(self.settings.memory).unwrap_or(usize::MAX)
    }

    /// Brings a table to disk that will hold more than what is left of the share that is for what is held.
    fn keep_within(&self, taker: &mut dyn TakeBatch) -> Result<()> {
        let room = self.disk.room().saturating_sub(self.held.get() + self.windows.held());
        if self.disk.is_eager() || taker.whole_bytes() > room {
            taker.spill(&self.disk)?;
        }
        Ok(())
    }

    /// `--strict`, and what the table holds.
    fn check(&self, named: &Named, findings: &Findings, held: usize) -> Result<()> {
        if let Some(reject) = findings.rejects.first().filter(|_| self.settings.strict) {
            let error = reject_error(reject, named.shown());
            return Err(error.help("--strict stops at the first reject"));
        }
        if self.held.get() + held > self.memory() {
            let (name, memory) = (crate::error::escaped(named.shown()), self.memory() >> 20);
            return Err(Error::new(format!("table {name}: holds more than --memory {memory} MiB"))
                .help("give more with --memory"));
        }
        Ok(())
    }
}

impl Tables for TableReader<'_> {
    fn read(
        &self,
        file: TableFile<'_>,
        wanted: &mut Fields,
        all: bool,
        taker: &mut dyn TakeBatch,
    ) -> Result<Option<TableRead>> {
        let named = Named::of(&file.words.spec);
        let input = input_options(file.words, &self.settings.input)?;
        let read = |name: &str| self.is_read_behind(&format!("{}{name}", file.prefix));
        let mut seen = Seen::new(input.clone(), self.limits, all.then_some(&read));
        let number = self.number.get();
        let (mut reader, sources) = self.open(&named, format_of(file.words)?, input);
        let mut blocks = show_header(&mut reader, &sources, taker)?;
        while let Some(mut block) =
            blocks.pop_front().map_or_else(|| reader.next_block(), |block| Ok(Some(block)))?
        {
            block.source = number;
            let mut findings = Findings::new(self.limits, 0);
            for mut reject in std::mem::take(&mut block.rejects) {
                reject.origin =
                    reject.origin.map(|origin| crate::record::Origin { source: number, ..origin });
                findings.rejected += 1;
                findings.rejects.push(reject);
            }
            if let Some(source) = sources.get(0)
                && !block.bytes.is_empty()
            {
                seen.format = reader.format();
                let batch = seen.decode(source, &block, wanted, &mut findings)?;
                taker.take(batch, &mut findings)?;
                self.keep_within(taker)?;
            }
            findings.sort();
            // The records of a table are none of the input's; its rejects count like those.
            findings.read = findings.rejected;
            self.check(&named, &findings, taker.heap_bytes())?;
            self.findings.borrow_mut().extend(findings);
        }
        if let Some(broken) = reader.broken {
            return Err(broken);
        }
        if let Some(header) = sources.get(0).and_then(|source| source.header.as_ref()) {
            seen.fixed = !sources.get(0).is_some_and(|source| source.walk.is_varied());
            seen.take_header(header, wanted);
        }
        self.held.set(self.held.get() + taker.heap_bytes());
        let room = self.memory().saturating_sub(self.held.get());
        self.number.set(number.saturating_add(1));
        Ok(Some(seen.finish(wanted, self.stop.is_set(), room)))
    }

    fn is_read_behind(&self, name: &str) -> bool {
        let tables = (self.number.get() - self.first) as usize + 1;
        // A record that has a field of the name gets the table's under the next one that is free.
        let number = |field: &str| field.strip_prefix(name)?.strip_prefix('_')?.parse::<u32>().ok();
        let is_it = |field: &str| field == name || number(field).is_some();
        let mut slots = self.fields.paths().iter().enumerate();
        slots.any(|(slot, path)| {
            let may_be = path.behind_joined().is_empty() && is_it(path.joined());
            may_be && self.fields.is_read_whole_behind(slot, tables)
        })
    }

    fn note(&self, note: String) {
        self.findings.borrow_mut().notes.push(note);
    }
}

/// What was seen of a table so far.
struct Seen<'a> {
    options: InputOptions,
    limits: Limits,
    /// Every field is wanted; whether the chain may read one of a name with all inside it.
    all: Option<&'a dyn Fn(&str) -> bool>,
    names: Vec<String>,
    known: Set<Vec<u8>>,
    present: Vec<bool>,
    records: u64,
    /// No record can have other fields than the header's.
    fixed: bool,
    decoder: Option<Arc<dyn Decoder>>,
    /// How the table is read.
    format: Option<Arc<dyn InputFormat>>,
}

impl<'a> Seen<'a> {
    fn new(options: InputOptions, limits: Limits, all: Option<&'a dyn Fn(&str) -> bool>) -> Self {
        let (names, known, present) = (Vec::new(), Set::default(), Vec::new());
        Self {
            options,
            limits,
            all,
            names,
            known,
            present,
            records: 0,
            fixed: false,
            decoder: None,
            format: None,
        }
    }

    /// Decodes a block, a second time if it has fields that no record before had.
    fn decode(
        &mut self,
        source: &Source,
        block: &Block,
        wanted: &mut Fields,
        findings: &mut Findings,
    ) -> Result<Batch> {
        if let Some(header) = source.header.as_ref().filter(|_| self.decoder.is_none()) {
            self.take_header(header, wanted);
        }
        let (mut batch, mut found) = self.decode_once(source, block, wanted)?;
        if self.takes_names(source) && self.look_at_names(&*source.walk, &batch, wanted) {
            self.decoder = None;
            (batch, found) = self.decode_once(source, block, wanted)?;
        }
        self.present.resize(wanted.paths().len(), false);
        for (present, here) in self.present.iter_mut().zip(&found.present) {
            *present |= *here;
        }
        self.records += batch.rows() as u64;
        findings.extend(found);
        Ok(batch)
    }

    fn decode_once(&mut self, source: &Source, block: &Block, wanted: &Fields) -> Result<(Batch, Findings)> {
        let mut findings = Findings::new(self.limits, wanted.paths().len());
        let decoder = match &self.decoder {
            Some(decoder) => Arc::clone(decoder),
            None => self.decoder.insert(self.open_decoder(source, wanted)?).clone(),
        };
        let batch = decoder.decode(block, &mut findings);
        Ok((batch, findings))
    }

    /// The reader's own format, since what its framer knows of sections is its decoders' too.
    fn open_decoder(&self, source: &Source, wanted: &Fields) -> Result<Arc<dyn Decoder>> {
        let Some(format) = &self.format else {
            return Err(Error::new(format!("format {} cannot be read", source.format)));
        };
        let wanted = Arc::new(wanted.clone());
        Ok(marked::decoder(&**format, &self.options, source.header.as_deref(), &wanted))
    }

    /// Whether names may come up in records.
    fn takes_names(&self, source: &Source) -> bool {
        let uniform = source.header.is_some() && source.walk.is_uniform();
        !uniform && (self.all.is_some() || self.names.is_empty())
    }

    /// Notes names that no record before had; whether there were any that are wanted now.
    fn look_at_names(&mut self, walk: &dyn Walk, batch: &Batch, wanted: &mut Fields) -> bool {
        let before = wanted.paths().len();
        let records = if self.all.is_some() { batch.records.len() } else { 1 };
        for record in batch.records.iter().take(records) {
            let mut new = Vec::new();
            walk.walk(&batch.bytes, *record, &mut |field| {
                if !self.known.contains(field.name) {
                    new.push(field.name.to_vec());
                }
            });
            new.into_iter().for_each(|name| self.take_name(name, wanted));
        }
        wanted.paths().len() > before
    }

    fn take_header(&mut self, header: &[String], wanted: &mut Fields) {
        for name in header {
            self.take_name(name.clone().into_bytes(), wanted);
        }
    }

    /// Notes a name; one that is no text is no field.
    fn take_name(&mut self, name: Vec<u8>, wanted: &mut Fields) {
        if !self.known.insert(name.clone()) {
            return;
        }
        if let Ok(name) = String::from_utf8(name) {
            if let Some(is_read) = self.all {
                let slot = wanted.slot(&Path::name(&*name));
                if is_read(&name) {
                    wanted.read_whole(slot, 0);
                }
            }
            self.names.push(name);
        }
    }

    fn finish(mut self, wanted: &Fields, stopped: bool, room: usize) -> TableRead {
        self.present.resize(wanted.paths().len(), false);
        let Self { records, names, present, fixed, .. } = self;
        TableRead { records, names, fixed, present, stopped, room }
    }
}

/// Shows the header line of a table with what comes after it, and gives the blocks that were read for that.
fn show_header(reader: &mut Reader, sources: &Sources, taker: &mut dyn TakeBatch) -> Result<VecDeque<Block>> {
    const ENOUGH: usize = 64 << 10;
    let (mut blocks, mut front) = (VecDeque::new(), Vec::new());
    while front.len() < ENOUGH {
        let Some(block) = reader.next_block()? else { break };
        front.extend_from_slice(&block.bytes);
        blocks.push_back(block);
    }
    if let Some(source) = sources.get(0).filter(|source| source.header_line && source.header.is_some()) {
        let line = blocks.front().map_or(1, |block: &Block| block.first_line);
        taker.header_line(Heading { after: After { bytes: &front, line }, ..source.into() })?;
    }
    Ok(blocks)
}
