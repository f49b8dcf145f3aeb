//! The reader: takes the inputs one after the other, frames their bytes into blocks of whole records, and
//! numbers the blocks.

mod fronts;
mod headers;
mod one;
mod unread;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

use fronts::Unopened;
pub use headers::{Front, can_look, has_header_line};
use one::{Handed, Input, Opened};
use unread::Unread;

use super::bytes::{ByteSource, FdSource, Stop, is_stop};
use super::compression::Windows;
use super::detect::{by_fronts, told};
use super::feed::Records;
use super::open::{Named, open};
use crate::error::{Error, Result};
use crate::format::{self, Decoder, Ended, FormatDef, GiveUp, InputFormat, InputOptions, marked};
use crate::record::{
    Block, Fields, Findings, Hint, Kept, Limits, Origin, Path, Rank, Reject, Source, Sources, names_of,
};
use crate::scan::json::Place;

/// What the reader needs to know.
pub struct ReaderOptions {
    /// `--from`.
    pub from: Option<&'static FormatDef>,
    /// How inputs are read.
    pub input: InputOptions,
    /// Fields that the chain reads.
    pub fields: Arc<Fields>,
    /// Whether the chain reads no field but `line`.
    pub only_lines: bool,
    /// Event time is taken from the input: by `--time`, or from the first of these names that the first
    /// record of an input has.
    pub time: Option<TimeField>,
    /// `--max-record`.
    pub max_record: usize,
    /// Bytes of a block, if the records let it.
    pub block_bytes: usize,
    /// The number of the first block.
    pub first_block: u64,
    /// Keep rejected bytes.
    pub keep_rejects: bool,
    /// Memory for long windows of compressed data.
    pub windows: Arc<Windows>,
    /// Options given that mean nothing unless an input whose format is not told turns out to know them.
    pub unmet: Vec<&'static str>,
}

/// Which field of the input is event time.
#[derive(Clone)]
pub enum TimeField {
    /// `--time`.
    Named(Path),
    /// The first of these that a record has.
    FirstOf(Vec<&'static str>),
    /// `--time`, where the first record has it; else it comes from a table.
    IfOwn(Path),
}

/// Buffers of blocks that are done with, to be filled again.
pub type Recycled = Mutex<Vec<Vec<u8>>>;

/// Reads all inputs in order.
pub struct Reader {
    options: ReaderOptions,
    inputs: VecDeque<(u32, Named)>,
    stdin: Option<Box<dyn ByteSource>>,
    current: Option<Input>,
    queue: VecDeque<Block>,
    sources: Arc<Sources>,
    decoders: Arc<Vec<OnceLock<Arc<dyn Decoder>>>>,
    /// The format of the input that was opened last.
    format: Option<Arc<dyn InputFormat>>,
    stop: Arc<Stop>,
    recycled: Arc<Recycled>,
    /// Blocks so far.
    seq: u64,
    /// An input broke off; what came before is processed, then the run fails with this.
    pub broken: Option<Error>,
    /// Nothing of the first input could be read: the run fails with this, and has no results.
    unread: Option<Error>,
}

impl Reader {
    /// A reader of `inputs`; `stdin` is what `-` reads.
    pub fn new(
        inputs: &[Named],
        stdin: Box<dyn ByteSource>,
        options: ReaderOptions,
        sources: &Arc<Sources>,
        stop: &Arc<Stop>,
    ) -> Self {
        Self {
            seq: options.first_block,
            options,
            inputs: (0..).zip(inputs.iter().cloned()).collect(),
            stdin: Some(stdin),
            current: None,
            queue: VecDeque::new(),
            sources: Arc::clone(sources),
            decoders: Arc::new((0..inputs.len()).map(|_| OnceLock::new()).collect()),
            format: None,
            stop: Arc::clone(stop),
            recycled: Arc::default(),
            broken: None,
            unread: None,
        }
    }

    /// The decoder of each input, filled in before its first block leaves.
    pub fn decoders(&self) -> Arc<Vec<OnceLock<Arc<dyn Decoder>>>> {
        Arc::clone(&self.decoders)
    }

    /// The format of the input that was opened last, as that is read.
    pub fn format(&self) -> Option<Arc<dyn InputFormat>> {
        self.format.clone()
    }

    /// Where used buffers are put back.
    pub fn recycled(&self) -> Arc<Recycled> {
        Arc::clone(&self.recycled)
    }

    /// The next block; `None` at the end of all inputs.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        loop {
            if self.current.as_ref().is_none_or(|input| input.opened == Opened::All)
                && let Some(block) = self.queue.pop_front()
            {
                return Ok(Some(block));
            }
            let Some(mut input) = self.current.take() else {
                match self.open_next()? {
                    true => continue,
                    false => return Ok(None),
                }
            };
            let going_on = self
                .step(&mut input)
                .map_err(|error| error.within(&crate::error::escaped(input.named.shown())))?;
            if going_on {
                self.current = Some(input);
            } else if input.opened == Opened::Header {
                // No record was accepted, so that no event time was missed.
                self.open_for_records(&mut input, None);
            }
        }
    }

    fn open_next(&mut self) -> Result<bool> {
        if let Some(error) = self.unread.take() {
            return Err(error);
        }
        if self.broken.is_some() || self.stop.is_set() {
            return Ok(false);
        }
        let Some((index, named)) = self.inputs.pop_front() else { return Ok(false) };
        let source: Box<dyn ByteSource> = match &named {
            Named::Stdin => match self.stdin.take() {
                Some(stdin) => stdin,
                None => return Err(Error::new("stdin is named twice among the inputs")),
            },
            Named::File(name) => Box::new(FdSource::new(open(name)?, Arc::clone(&self.stop))),
        };
        let source = match self.open_source(&named, source) {
            Ok(source) => source,
            Err(Unopened::Read(error)) if is_stop(&error) => return Ok(false),
            Err(Unopened::Read(error)) => {
                let error = self.unreadable(&named, &error, Unread::Whole(None));
                self.break_off(index, error);
                return Ok(true);
            }
            Err(Unopened::NotText(error)) => return Err(error.within(&crate::error::escaped(named.shown()))),
        };
        let def = told(&named, self.options.from);
        self.current = Some(Input::new(index, named, def, source, &self.options.input));
        Ok(true)
    }

    /// Makes some progress with an input; false when it is done.
    fn step(&mut self, input: &mut Input) -> Result<bool> {
        if input.skipping {
            let Some(framer) = &mut input.framer else { return Ok(false) };
            input.skipping = !input.feed.skip(&mut **framer);
            input.place = framer.place();
            if input.skipping {
                return Ok(self.fill(input));
            }
        }
        // The front of an input that was not understood before it was told to stop was read in part.
        if input.opened == Opened::Nothing && (input.feed.stopped || !self.open_front(input)?) {
            if self.fill(input) {
                return Ok(true);
            }
            self.note_dropped(input);
            return Ok(self.open_at_fragment(input)? && self.hand_out_fragment(input)?);
        }
        let Some(framer) = &mut input.framer else { return Ok(false) };
        let stuck = input.feed.cut(&mut **framer, self.longest());
        let full = input.feed.len() >= self.options.block_bytes;
        let leaves = full || stuck || input.feed.ended || input.feed.ends_section();
        if input.feed.has_records() && (leaves || !input.feed.is_ready()) {
            self.hand_out(input)?;
        } else if stuck {
            self.give_up(input)?;
        } else if input.feed.ended {
            return Ok(self.hand_out_fragment(input)? || self.end(input)?);
        } else {
            self.fill(input);
        }
        Ok(true)
    }

    /// Reads once; false if nothing more will come.
    fn fill(&mut self, input: &mut Input) -> bool {
        if input.feed.ended {
            return false;
        }
        if let Err(error) = input.feed.fill(self.options.block_bytes, || self.fresh_buffer()) {
            self.note_unread(input, &error);
        }
        if input.feed.stopped {
            self.inputs.clear();
        }
        true
    }

    /// The most bytes that a record may take, its line end included.
    fn longest(&self) -> usize {
        self.options.max_record.saturating_add(1)
    }

    fn fresh_buffer(&self) -> Vec<u8> {
        let recycled = self.recycled.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut buffer = recycled.unwrap_or_default();
        buffer.resize(self.options.block_bytes.max(64), 0);
        buffer
    }

    /// Understands the format and the header; false if more bytes are needed.
    fn open_front(&mut self, input: &mut Input) -> Result<bool> {
        if !self.read_front(input)? {
            return Ok(false);
        }
        input.opened = Opened::Header;
        match self.options.time.clone() {
            None => self.open_for_records(input, None),
            Some(TimeField::Named(path)) => self.open_for_records(input, Some(&path)),
            Some(TimeField::FirstOf(_) | TimeField::IfOwn(_)) => {}
        }
        Ok(true)
    }

    /// Refuses options that neither an input whose format has turned out knows, nor any that follows may know.
    fn check_unmet(&mut self, def: &FormatDef) -> Result<()> {
        let ReaderOptions { from, only_lines, unmet, .. } = &mut self.options;
        unmet.retain(|option| !format::options::reads(def, option));
        let may_follow = |option: &str| {
            self.inputs.iter().any(|(_, named)| told(named, *from).is_none())
                && by_fronts(*only_lines).any(|def| format::options::reads(def, option))
        };
        match unmet.iter().find(|option| !may_follow(option)) {
            Some(option) => Err(format::options::means_nothing(option, &[def.name], &[])),
            None => Ok(()),
        }
    }

    /// Registers an input: blocks of it may leave. `time`: the field that is its event time.
    fn open_for_records(&mut self, input: &mut Input, time: Option<&Path>) {
        let (Some(format), Some(def)) = (&input.format, input.def) else { return };
        let mut fields = Arc::clone(&self.options.fields);
        let time_slot = time.map(|path| Arc::make_mut(&mut fields).slot(path));
        let decoder = marked::decoder(&**format, &self.options.input, input.header.as_deref(), &fields);
        let name = match &input.named {
            Named::Stdin => None,
            Named::File(name) => Some(crate::file_name::spelled(name).into_owned()),
        };
        let walk = Arc::clone(&decoder) as Arc<dyn crate::record::Walk>;
        let time_field = time.map(ToString::to_string);
        let (mut header, header_line) = (input.header.clone(), format.has_header_line());
        let optional = format.optional();
        if let Some(header) = &mut header {
            add_named(header, optional, &self.options.fields);
        }
        let spelled = input.spelled.clone();
        let stood = format.keeps_stood();
        self.format = Some(Arc::clone(format));
        let source = Source {
            name,
            format: def.name,
            header,
            spelled,
            header_line,
            optional,
            walk,
            time_slot,
            time_field,
            stood,
        };
        self.sources.set(input.index, source);
        if let Some(slot) = self.decoders.get(input.index as usize) {
            let _ = slot.set(decoder);
        }
        input.opened = Opened::All;
    }

    /// Hands out the whole records at the front of the buffer as a block.
    fn hand_out(&mut self, input: &mut Input) -> Result<()> {
        let first_place = self.next_place()?;
        let Records { bytes, first_line, column, dropped, undecoded, section } =
            input.feed.take_records(|| self.fresh_buffer());
        input.note_handed(Handed::of(&bytes));
        let block = Block {
            first_place,
            bytes: Arc::new(bytes),
            source: input.index,
            first_line,
            dropped,
            undecoded,
            column,
            section,
            place: input.place,
            is_last: input.feed.ended && input.feed.bytes().is_empty(),
            ..Block::default()
        };
        input.place = input.framer.as_ref().map_or_else(Place::default, |framer| framer.place());
        let block = if input.opened == Opened::Header { self.find_time(input, block)? } else { block };
        self.queue.push_back(block);
        Ok(())
    }

    /// Where the records of the next block stand in the order of all; counts the block.
    fn next_place(&mut self) -> Result<Rank> {
        let place = Rank::of_block(self.seq).ok_or_else(|| {
            Error::new(format!("more than {} blocks of input", Rank::BLOCKS))
                .help("begin anew with what is left")
        })?;
        self.seq += 1;
        Ok(place)
    }

    /// Chooses the event-time field by the first record that is accepted. A block without such a record is
    /// done with: only its rejects go on.
    fn find_time(&mut self, input: &mut Input, block: Block) -> Result<Block> {
        let Some(format) = &input.format else { return Ok(block) };
        let fields = &self.options.fields;
        let decoder = marked::decoder(&**format, &self.options.input, input.header.as_deref(), fields);
        let limits = Limits { details: 0, keep_rejects: self.options.keep_rejects, keep_late: false };
        let mut findings = Findings::new(limits, self.options.fields.paths().len());
        let batch = decoder.decode(&block, &mut findings);
        let Some(first) = batch.records.first() else {
            return Ok(Block { bytes: Arc::default(), rejects: findings.rejects, ..block });
        };
        let names = names_of(&*decoder, &batch.bytes, *first);
        let has = |name: &str| names.iter().any(|own| own == name);
        let path = match &self.options.time {
            Some(TimeField::FirstOf(known)) => {
                let known = format.time_names().unwrap_or(known);
                let found = known.iter().find(|name| has(name));
                Some(
                    found
                        .map(|name| Path::name(*name))
                        .ok_or_else(|| no_time(known, &names, format.no_time_help(&names)))?,
                )
            }
            Some(TimeField::IfOwn(path)) => {
                Some(path.clone()).filter(|path| has(path.joined()) || has(path.first()))
            }
            Some(TimeField::Named(_)) | None => return Ok(block),
        };
        self.open_for_records(input, path.as_ref());
        Ok(block)
    }

    /// Deals with bytes that are no record. Of a record that is too long, the reject keeps as much as a
    /// record may be long.
    fn give_up(&mut self, input: &mut Input) -> Result<()> {
        let bytes = input.feed.bytes();
        let shown = bytes.get(..self.longest()).unwrap_or(bytes);
        let Some(framer) = &mut input.framer else { return Ok(()) };
        let (len, reason, hint) = match framer.give_up(shown, input.feed.ended && shown.len() == bytes.len())
        {
            GiveUp::Reject { len, reason, hint } => (len.clamp(1, shown.len()), reason, hint),
            GiveUp::Skip => {
                input.skipping = true;
                (shown.len(), "longer than --max-record", None)
            }
            GiveUp::Take { len, place } => {
                input.feed.take(len);
                input.place = place;
                return self.hand_out(input);
            }
        };
        let is_front = input.skipping;
        let kept = self.options.keep_rejects.then(|| {
            let line = line_of(shown.get(..len).unwrap_or(&[]));
            if is_front { Kept::Front(line) } else { Kept::Raw(line) }
        });
        self.hand_out_reject(input, len, (reason, hint), kept)
    }

    /// Rejects the unfinished line at which the input broke off, if there is one.
    fn hand_out_fragment(&mut self, input: &mut Input) -> Result<bool> {
        let Some(line) = input.feed.fragment.take() else { return Ok(false) };
        let kept = self.options.keep_rejects.then_some(Kept::Raw(line));
        self.hand_out_reject(input, 0, ("the input breaks off inside this record", None), kept)?;
        Ok(true)
    }

    /// What an input as a whole lacks at its end; false if it is done.
    fn end(&mut self, input: &mut Input) -> Result<bool> {
        if input.ended || input.feed.stopped || self.broken.is_some() {
            return Ok(false);
        }
        input.ended = true;
        self.note_dropped(input);
        let Some(framer) = &mut input.framer else { return Ok(false) };
        match framer.end() {
            Ok(Ended::Whole) => Ok(false),
            Ok(Ended::Open(reason)) => {
                let kept = self.options.keep_rejects.then(|| Kept::Raw(Vec::new()));
                self.hand_out_reject(input, 0, (reason, None), kept).map(|()| true)
            }
            Err(error) => {
                self.broken = Some(error.within(&crate::error::escaped(input.named.shown())));
                Ok(false)
            }
        }
    }

    /// Drops `len` bytes and sends their reject in a block of its own.
    fn hand_out_reject(
        &mut self,
        input: &mut Input,
        len: usize,
        (reason, hint): (&'static str, Option<Hint>),
        kept: Option<Kept>,
    ) -> Result<()> {
        let first_place = self.next_place()?;
        let first_line = input.feed.line;
        let origin = Some(Origin { source: input.index, line: first_line, nth: input.place.nth() });
        // Where records are lines, the column says nothing new.
        let column = (input.place != Place::default()).then_some(input.feed.column + 1);
        let rejects = vec![Reject { origin, at: Reject::AT_END, column, reason: reason.into(), hint, kept }];
        let block = Block { first_place, source: input.index, first_line, rejects, ..Block::default() };
        input.feed.drop_front(len);
        input.note_handed(Handed::Some);
        input.place = input.framer.as_ref().map_or_else(Place::default, |framer| framer.place());
        self.queue.push_back(block);
        Ok(())
    }
}

fn no_time(known: &[&str], names: &[String], help: Option<&str>) -> Error {
    let help = help.map(str::to_owned);
    let names = crate::error::listed(names.iter().map(String::as_str));
    Error::new(format!("no event time: the first record has none of the fields {}", known.join(", ")))
        .help(help.unwrap_or_else(|| format!("name the field with --time; the fields are: {names}")))
}

/// Adds fields that only some records have to the names that stand for a header, where the chain names them.
fn add_named(header: &mut Vec<String>, optional: &[&str], fields: &Fields) {
    for name in optional {
        let is_named = fields.paths().iter().any(|path| path.joined() == *name);
        if is_named && !header.iter().any(|known| known == name) {
            header.push((*name).to_owned());
        }
    }
}

/// Rejected bytes as a line of the rejects file.
fn line_of(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes).to_vec()
}
