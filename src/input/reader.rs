//! The reader: takes the inputs one after the other, frames their bytes into blocks of whole records, and
//! numbers the blocks.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use super::bytes::{ByteSource, FdSource, Stop, is_stop};
use super::detect::by_front;
use super::gzip::decompress;
use super::open::{Named, cannot_read, open};
use crate::error::{Error, Result};
use crate::format::{Decoder, FormatDef, Framer, GiveUp, Head, InputFormat, InputOptions};
use crate::record::{Batch, Block, Fields, Findings, Limits, Origin, Path, Reject, Source, Sources};

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
    /// Keep rejected bytes.
    pub keep_rejects: bool,
}

/// Which field of the input is event time.
#[derive(Clone)]
pub enum TimeField {
    /// `--time`.
    Named(Path),
    /// The first of these that a record has.
    FirstOf(Vec<&'static str>),
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
    stop: Arc<Stop>,
    recycled: Arc<Recycled>,
    seq: u64,
    /// An input broke off; what came before is processed, then the run fails with this.
    pub broken: Option<Error>,
}

/// One input while it is read.
struct Input {
    index: u32,
    named: Named,
    source: Box<dyn ByteSource>,
    /// Bytes read and not handed out, in front; the rest is room.
    buffer: Vec<u8>,
    filled: usize,
    /// Of these, whole records in front that the framer took.
    taken: usize,
    line: u64,
    ended: bool,
    /// It ended where reading was told to stop.
    stopped: bool,
    /// Dropping the rest of a record that was too long.
    skipping: bool,
    /// The unfinished line at which the input broke off.
    fragment: Option<Vec<u8>>,
    format: Option<Box<dyn InputFormat>>,
    def: Option<&'static FormatDef>,
    framer: Option<Box<dyn Framer>>,
    header: Option<Vec<String>>,
    opened: Opened,
}

/// How far the front of an input was understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// The format or the header is not known yet.
    Nothing,
    /// Records can be framed, but the event-time field is not known yet.
    Header,
    /// Blocks can leave.
    All,
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
            options,
            inputs: (0..).zip(inputs.iter().cloned()).collect(),
            stdin: Some(stdin),
            current: None,
            queue: VecDeque::new(),
            sources: Arc::clone(sources),
            decoders: Arc::new((0..inputs.len()).map(|_| OnceLock::new()).collect()),
            stop: Arc::clone(stop),
            recycled: Arc::default(),
            seq: 0,
            broken: None,
        }
    }

    /// The decoder of each input, filled in before its first block leaves.
    pub fn decoders(&self) -> Arc<Vec<OnceLock<Arc<dyn Decoder>>>> {
        Arc::clone(&self.decoders)
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
                .map_err(|error| error.within(&crate::error::shown(input.named.shown())))?;
            if going_on {
                self.current = Some(input);
            } else if input.opened == Opened::Header {
                // No record was accepted, so that no event time was missed.
                self.open_for_records(&mut input, None);
            }
        }
    }

    fn open_next(&mut self) -> Result<bool> {
        if self.broken.is_some() || self.stop.is_set() {
            return Ok(false);
        }
        let Some((index, named)) = self.inputs.pop_front() else { return Ok(false) };
        let source: Box<dyn ByteSource> = match &named {
            Named::Stdin => match self.stdin.take() {
                Some(stdin) => stdin,
                None => return Err(Error::new("stdin stands twice among the inputs")),
            },
            Named::File(name) => Box::new(FdSource::new(open(name)?, Arc::clone(&self.stop))),
        };
        let source =
            match decompress(source).map_err(|error| error.within(&crate::error::shown(named.shown())))? {
                Ok(source) => source,
                Err(error) if is_stop(&error) => return Ok(false),
                Err(error) => {
                    self.note_broken(&named, &error);
                    return Ok(true);
                }
            };
        let def = self.options.from.or_else(|| match &named {
            Named::File(name) => crate::format::by_suffix(name).filter(|def| def.input.is_some()),
            Named::Stdin => None,
        });
        self.current = Some(Input {
            index,
            named,
            source,
            buffer: Vec::new(),
            filled: 0,
            taken: 0,
            line: 1,
            ended: false,
            stopped: false,
            skipping: false,
            fragment: None,
            format: None,
            def,
            framer: None,
            header: None,
            opened: Opened::Nothing,
        });
        Ok(true)
    }

    /// Makes some progress with an input; false when it is done.
    fn step(&mut self, input: &mut Input) -> Result<bool> {
        if input.skipping && !self.skip(input) {
            return Ok(!input.ended || input.filled > 0);
        }
        // The front of an input that was not understood before it was told to stop was read in part.
        if input.opened == Opened::Nothing && (input.stopped || !self.open_front(input)?) {
            if input.ended {
                return Ok(false);
            }
            self.fill(input);
            return Ok(true);
        }
        let stuck = input.cut(self.longest());
        let full = input.filled >= self.options.block_bytes;
        if input.taken > 0 && (full || stuck || input.ended || !input.source.is_ready()) {
            self.hand_out(input)?;
        } else if stuck {
            self.give_up(input);
        } else if input.ended {
            return Ok(self.hand_out_fragment(input));
        } else {
            self.fill(input);
        }
        Ok(true)
    }

    /// The most bytes that a record may take, its line end included.
    fn longest(&self) -> usize {
        self.options.max_record.saturating_add(1)
    }

    /// Reads once into the buffer.
    fn fill(&mut self, input: &mut Input) {
        let wanted = self.options.block_bytes.max(1);
        if input.buffer.is_empty() {
            input.buffer = self.fresh_buffer();
        }
        // A record that is longer than a block doubles the buffer, so that copying stays linear.
        let room = input.buffer.len() - input.filled;
        if room == 0 {
            let len = input.buffer.len() + wanted.max(input.filled);
            input.buffer.resize(len, 0);
        }
        let most = if wanted < 4096 { input.filled + wanted } else { input.buffer.len() };
        let end = most.min(input.buffer.len());
        let Some(target) = input.buffer.get_mut(input.filled..end) else { return };
        match input.source.read(target) {
            Ok(0) => input.ended = true,
            Ok(len) => input.filled += len,
            Err(error) if is_stop(&error) => {
                // Told to stop: act as at the end of all input. A record of which only a part was read would
                // look whole to some formats: it counts as not read.
                input.stopped = true;
                input.ended = true;
                self.inputs.clear();
            }
            Err(error) => {
                input.ended = true;
                input.fragment = Some(input.cut_unfinished_line()).filter(|line| !line.is_empty());
                self.note_broken(&input.named, &error);
            }
        }
    }

    fn note_broken(&mut self, named: &Named, error: &io::Error) {
        let name = crate::error::shown(named.shown());
        let error = match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::new(format!("{name}: compressed data ends too early"))
                .help("everything before was read; the file may have been cut"),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Error::new(format!("{name}: compressed data is damaged: {error}"))
                    .help("everything before was read")
            }
            _ => cannot_read(named.shown(), error),
        };
        self.broken.get_or_insert(error);
    }

    fn fresh_buffer(&self) -> Vec<u8> {
        let recycled = self.recycled.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut buffer = recycled.unwrap_or_default();
        buffer.resize(self.options.block_bytes.max(64), 0);
        buffer
    }

    /// Understands the format and the header; false if more bytes are needed.
    fn open_front(&mut self, input: &mut Input) -> Result<bool> {
        if input.filled == 0 {
            return Ok(false);
        }
        let front = input.buffer.get(..input.filled).unwrap_or(&[]);
        let def = match input.def {
            Some(def) => def,
            None => match by_front(front, input.ended, self.options.only_lines)? {
                Some(def) => def,
                None => return Ok(false),
            },
        };
        input.def = Some(def);
        if input.framer.is_none() {
            let Some(open) = def.input else {
                return Err(Error::new(format!("format {} cannot be read", def.name)));
            };
            let format = open(&self.options.input)?;
            input.framer = Some(format.framer());
            input.format = Some(format);
        }
        let Some(framer) = &mut input.framer else { return Ok(false) };
        match framer.head(front, input.ended)? {
            Head::More if !input.ended => return Ok(false),
            Head::More | Head::None => {}
            Head::Names(names, len) => {
                input.header = names;
                input.line += lines_in(front.get(..len).unwrap_or(&[]));
                input.drop_front(len);
            }
        }
        input.opened = Opened::Header;
        match self.options.time.clone() {
            None => self.open_for_records(input, None),
            Some(TimeField::Named(path)) => self.open_for_records(input, Some(&path)),
            Some(TimeField::FirstOf(_)) => {}
        }
        Ok(true)
    }

    /// Registers an input: blocks of it may leave. `time`: the field that is its event time.
    fn open_for_records(&mut self, input: &mut Input, time: Option<&Path>) {
        let (Some(format), Some(def)) = (&input.format, input.def) else { return };
        let mut fields = Arc::clone(&self.options.fields);
        let time_slot = time.map(|path| Arc::make_mut(&mut fields).slot(path));
        let decoder = format.decoder(input.header.as_deref(), &fields);
        let name = match &input.named {
            Named::Stdin => None,
            Named::File(name) => Some(name.clone()),
        };
        let walk = Arc::clone(&decoder) as Arc<dyn crate::record::Walk>;
        let time_field = time.map(ToString::to_string);
        let header = input.header.clone();
        self.sources.set(input.index, Source { name, format: def.name, header, walk, time_slot, time_field });
        if let Some(slot) = self.decoders.get(input.index as usize) {
            let _ = slot.set(decoder);
        }
        input.opened = Opened::All;
    }

    /// Hands out the whole records at the front of the buffer as a block.
    fn hand_out(&mut self, input: &mut Input) -> Result<()> {
        let len = std::mem::take(&mut input.taken);
        let mut rest = self.fresh_buffer();
        let tail = input.buffer.get(len..input.filled).unwrap_or(&[]);
        if rest.len() < tail.len() {
            rest.resize(tail.len(), 0);
        }
        if let Some(front) = rest.get_mut(..tail.len()) {
            front.copy_from_slice(tail);
        }
        input.filled = tail.len();
        let mut bytes = std::mem::replace(&mut input.buffer, rest);
        bytes.truncate(len);
        let first_line = input.line;
        input.line += lines_in(&bytes);
        let block = Block {
            seq: self.seq,
            bytes: Arc::new(bytes),
            source: input.index,
            first_line,
            rejects: Vec::new(),
        };
        self.seq += 1;
        let block = if input.opened == Opened::Header { self.find_time(input, block)? } else { block };
        self.queue.push_back(block);
        Ok(())
    }

    /// Chooses the event-time field by the first record that is accepted. A block without such a record is
    /// done with: only its rejects go on.
    fn find_time(&mut self, input: &mut Input, block: Block) -> Result<Block> {
        let Some(format) = &input.format else { return Ok(block) };
        let decoder = format.decoder(input.header.as_deref(), &self.options.fields);
        let limits = Limits { details: 0, keep_rejects: self.options.keep_rejects, keep_late: false };
        let mut findings = Findings::new(limits, self.options.fields.paths().len());
        let batch = decoder.decode(&block, &mut findings);
        let Some(names) = first_names(&batch, &*decoder) else {
            return Ok(Block { bytes: Arc::default(), rejects: findings.rejects, ..block });
        };
        if let Some(TimeField::FirstOf(known)) = &self.options.time {
            let found = known.iter().find(|name| names.iter().any(|has| has == *name));
            let path = found.map(|name| Path::name(*name)).ok_or_else(|| no_time(known, &names))?;
            self.open_for_records(input, Some(&path));
        }
        Ok(block)
    }

    /// Deals with bytes that are no record. Of a record that is too long, the reject keeps as much as a
    /// record may be long.
    fn give_up(&mut self, input: &mut Input) {
        let bytes = input.buffer.get(..input.filled.min(self.longest())).unwrap_or(&[]);
        let Some(framer) = &mut input.framer else { return };
        let (len, reason) = match framer.give_up(bytes, input.ended && bytes.len() == input.filled) {
            GiveUp::Reject { len, reason } => (len.clamp(1, bytes.len()), reason),
            GiveUp::Skip => {
                input.skipping = true;
                (bytes.len(), "longer than --max-record")
            }
        };
        let raw = self.options.keep_rejects.then(|| line_of(bytes.get(..len).unwrap_or(&[])));
        let origin = Some(Origin { source: input.index, line: input.line });
        let reject = Reject { origin, column: None, reason: reason.into(), raw };
        self.hand_out_reject(input, len, reject);
    }

    /// Rejects the unfinished line at which the input broke off, if there is one.
    fn hand_out_fragment(&mut self, input: &mut Input) -> bool {
        let Some(line) = input.fragment.take() else { return false };
        let origin = Some(Origin { source: input.index, line: input.line });
        let raw = self.options.keep_rejects.then_some(line);
        let reason = "the input breaks off inside this record".into();
        self.hand_out_reject(input, 0, Reject { origin, column: None, reason, raw });
        true
    }

    /// Drops `len` bytes and sends their reject in a block of its own.
    fn hand_out_reject(&mut self, input: &mut Input, len: usize, reject: Reject) {
        let lines = lines_in(input.buffer.get(..len).unwrap_or(&[]));
        let block = Block {
            seq: self.seq,
            bytes: Arc::default(),
            source: input.index,
            first_line: input.line,
            rejects: vec![reject],
        };
        self.seq += 1;
        input.line += lines;
        input.drop_front(len);
        self.queue.push_back(block);
    }

    /// Drops bytes up to the next line end; true when it was found.
    fn skip(&mut self, input: &mut Input) -> bool {
        let bytes = input.buffer.get(..input.filled).unwrap_or(&[]);
        match memchr::memchr(b'\n', bytes) {
            Some(at) => {
                input.line += 1;
                input.drop_front(at + 1);
                input.skipping = false;
                true
            }
            None => {
                input.filled = 0;
                if !input.ended {
                    self.fill(input);
                }
                false
            }
        }
    }
}

impl Input {
    /// Takes whole records at the front of the buffer, none longer than `most`. True if what follows them
    /// cannot become a record any more. The framer is never shown more than `most` bytes, so that the
    /// verdict does not depend on how much was read.
    fn cut(&mut self, most: usize) -> bool {
        let Some(framer) = &mut self.framer else { return false };
        loop {
            let end = self.filled.min(self.taken.saturating_add(most));
            let view = self.buffer.get(self.taken..end).unwrap_or(&[]);
            if view.is_empty() {
                return false;
            }
            let last = self.ended && !self.stopped && end == self.filled;
            match framer.cut(view, last) {
                0 => return last || view.len() >= most,
                len => self.taken += len,
            }
        }
    }

    /// Takes the bytes behind the last line end out of the buffer.
    fn cut_unfinished_line(&mut self) -> Vec<u8> {
        let bytes = self.buffer.get(..self.filled).unwrap_or(&[]);
        let start = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1).max(self.taken);
        let line = bytes.get(start..).unwrap_or(&[]).to_vec();
        self.filled = start;
        line
    }

    fn drop_front(&mut self, len: usize) {
        let len = len.min(self.filled);
        self.buffer.copy_within(len..self.filled, 0);
        self.filled -= len;
    }
}

fn lines_in(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The names of the fields of a batch's first record.
fn first_names(batch: &Batch, decoder: &dyn Decoder) -> Option<Vec<String>> {
    let record = *batch.records.first()?;
    let mut names = Vec::new();
    decoder.walk(&batch.bytes, record, &mut |field| {
        names.push(String::from_utf8_lossy(field.name).into_owned())
    });
    Some(names)
}

fn no_time(known: &[&str], names: &[String]) -> Error {
    let shown: Vec<String> = names.iter().map(|name| crate::error::shown(name)).collect();
    Error::new(format!("no event time: the first record has none of the fields {}", known.join(", ")))
        .help(format!("name the field with --time; the fields are: {}", shown.join(", ")))
}

/// Rejected bytes as a line of the rejects file.
fn line_of(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes).to_vec()
}
