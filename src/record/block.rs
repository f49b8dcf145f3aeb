//! Blocks of whole records as they were read, and the inputs they came from.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::hash::Map;

use super::{Cell, Dialect, Dropped, HeaderLine, Lined, Rank, Reject};
use crate::scan::json::Place;

/// A run of bytes within a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The bytes of the span.
    #[inline]
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }
}

/// A place among the bytes that a batch points into. Blocks stay below 4 GiB, and so does what is made of them unless
/// `--memory` is many times that; then the run ends here rather than give the bytes of another record.
#[inline]
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or_else(|_| too_large())
}

#[cold]
fn too_large() -> u32 {
    panic!(
        "more than 4 GiB of records or values are to leave at once: ask for fewer, or give less with --memory"
    )
}

/// Whole records of one input, in order, numbered in the order of reading.
#[derive(Debug, Default)]
pub struct Block {
    /// The place of the first record among all of the run.
    pub first_place: Rank,
    /// The records with their line ends. Below 4 GiB.
    pub bytes: Arc<Vec<u8>>,
    /// Index of the input in [`Sources`].
    pub source: u32,
    /// Line number of the first byte, from 1.
    pub first_line: u64,
    /// Bytes of that line before it.
    pub column: u64,
    /// Where it is among JSON texts over several lines.
    pub place: Place,
    /// The section of the input that it is of, in formats whose directives say how records are read.
    pub section: u32,
    /// The input ends with it.
    pub is_last: bool,
    /// Where the records were, if each was put on a line of its own.
    pub lined: Option<Lined>,
    /// What the reader itself had to reject in front of these records (longer than `--max-record`).
    pub rejects: Vec<Reject>,
    /// The lines between these records that were dropped as comments.
    pub dropped: Arc<Dropped>,
    /// What could not be decoded.
    pub undecoded: Undecoded,
}

/// Bytes that the encoding of an input does not have.
#[derive(Clone, Debug, Default)]
pub struct Undecoded {
    /// The name of the encoding.
    pub encoding: &'static str,
    /// Places in the bytes of a block, ascending, of each U+FFFD that is there in their stead.
    pub places: Vec<u32>,
}

impl Undecoded {
    /// Those places that `moved` gives a place.
    fn moved(&self, moved: impl Fn(u32) -> Option<u32>) -> Self {
        Self { encoding: self.encoding, places: self.places.iter().filter_map(|at| moved(*at)).collect() }
    }
}

impl Block {
    /// The number of the line of which `lines` lines of the block are before it.
    pub fn line(&self, lines: u64) -> u64 {
        self.first_line + self.dropped.file_lines(lines)
    }

    /// Where in `bytes` the line of a number begins; their end if it is not among them.
    pub fn start_of_line(&self, line: u64) -> usize {
        let lines = self.dropped.own_lines(line.saturating_sub(self.first_line));
        match usize::try_from(lines) {
            Ok(0) => 0,
            Ok(lines) => {
                memchr::memchr_iter(b'\n', &self.bytes).nth(lines - 1).map_or(self.bytes.len(), |at| at + 1)
            }
            Err(_) => self.bytes.len(),
        }
    }

    /// The records before a place, without what the reader rejected.
    #[must_use]
    pub fn front(&self, end: usize) -> Self {
        let bytes = self.bytes.get(..end).unwrap_or(&self.bytes).to_vec();
        let lined = self.lined.as_ref().map(|lined| lined.piece(0, bytes.len()));
        Self {
            bytes: Arc::new(bytes),
            column: self.column,
            lined,
            place: Place::default(),
            section: self.section,
            is_last: false,
            first_place: self.first_place,
            source: self.source,
            first_line: self.first_line,
            rejects: Vec::new(),
            dropped: Arc::clone(&self.dropped),
            undecoded: self.undecoded_of(|at| Some(at).filter(|at| (*at as usize) < end)),
        }
    }

    /// What could not be decoded of a piece of the block. Where records were put on lines it is told of the bytes as they
    /// stood.
    fn undecoded_of(&self, moved: impl Fn(u32) -> Option<u32>) -> Undecoded {
        if self.lined.is_some() { self.undecoded.clone() } else { self.undecoded.moved(moved) }
    }

    /// The records from a place on, which begins a line; they come at `first_place`.
    #[must_use]
    pub fn back(&self, start: usize, first_place: Rank) -> Self {
        let before = self.bytes.get(..start).unwrap_or(&self.bytes);
        let lines = memchr::memchr_iter(b'\n', before).count() as u64;
        Self {
            bytes: Arc::new(self.bytes.get(start..).unwrap_or(&[]).to_vec()),
            column: 0,
            lined: self.lined.as_ref().map(|lined| lined.piece(start, self.bytes.len() - start)),
            place: Place::default(),
            section: self.section,
            is_last: self.is_last,
            first_place,
            source: self.source,
            first_line: self.line(lines),
            rejects: Vec::new(),
            dropped: Arc::new(self.dropped.after(start, lines)),
            undecoded: self.undecoded_of(|at| at.checked_sub(start as u32)),
        }
    }
}

/// Where lines of a block begin, which are asked for in their order.
#[derive(Debug)]
pub struct LineStarts<'a> {
    block: &'a Block,
    /// How many lines were passed, and where the next one begins.
    lines: u64,
    at: usize,
}

impl<'a> LineStarts<'a> {
    /// Before the first line.
    pub fn of(block: &'a Block) -> Self {
        Self { block, lines: 0, at: 0 }
    }

    /// Where the line of a number begins, which is not before the one that was asked for last.
    pub fn of_line(&mut self, line: u64) -> usize {
        let lines = self.block.dropped.own_lines(line.saturating_sub(self.block.first_line));
        while self.lines < lines {
            let rest = self.block.bytes.get(self.at..).unwrap_or(&[]);
            let Some(len) = memchr::memchr(b'\n', rest) else { return self.block.bytes.len() };
            self.at += len + 1;
            self.lines += 1;
        }
        self.at
    }
}

/// Where a record stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Origin {
    /// Index of the input in [`Sources`].
    pub source: u32,
    /// Line number of its first line, from 1.
    pub line: u64,
    /// How many records begin on that line before it.
    pub nth: u32,
}

/// One field of one record, as [`Walk`] shows it.
#[derive(Clone, Copy, Debug)]
pub struct FieldView<'a> {
    /// The name, unescaped.
    pub name: &'a [u8],
    /// Where the record spells the name and the value, quotes included, from the name's first to the
    /// value's last byte (ndjson: `"key": value`), relative to the same bytes as `cell`.
    pub spelled: Span,
    /// The value.
    pub cell: Cell,
}

/// Visits every field of a raw record, in order. Each format's decoder is one.
pub trait Walk: Send + Sync {
    /// Calls `visit` for each field of the record at `record` in `bytes`; cells and spans are relative to
    /// `bytes`. The record was accepted by the decoder before. Duplicates are all visited.
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>));

    /// How fields are told apart and spelled, in formats where that can be chosen.
    fn dialect(&self) -> Option<Dialect> {
        None
    }

    /// Whether records have come whose fields are not those of the input's header.
    fn is_varied(&self) -> bool {
        false
    }

    /// Whether every record has just the fields of its input's header, in their order.
    fn is_uniform(&self) -> bool {
        false
    }
}

/// The names of the fields of a record, in order; what is not UTF-8 in them is replaced.
pub fn names_of(walk: &dyn Walk, bytes: &[u8], record: Span) -> Vec<String> {
    let mut names = Vec::new();
    walk.walk(bytes, record, &mut |field| names.push(String::from_utf8_lossy(field.name).into_owned()));
    names
}

/// What is known of one input once its first bytes were read.
pub struct Source {
    /// The file as named on the command line; `None` for stdin.
    pub name: Option<String>,
    /// The name of its format.
    pub format: &'static str,
    /// The field names that a header line gave, in order.
    pub header: Option<Vec<String>>,
    /// How its header line spells names that it does not spell as they are, by name.
    pub spelled: Map<String, Vec<u8>>,
    /// Whether these stand before its first record, so that no record has others.
    pub header_line: bool,
    /// Fields that only some records have, beside those of the header: without a column they are left out of an output.
    pub optional: &'static [&'static str],
    /// Finds all fields of a record.
    pub walk: Arc<dyn Walk>,
    /// Slot in the fields of the chain that holds the event time, if the chain takes it from the input.
    pub time_slot: Option<usize>,
    /// The name of that field.
    pub time_field: Option<String>,
    /// A record of which something was made anew has that first, then a line end and its bytes as they stood.
    pub stood: bool,
}

impl Source {
    /// The name as messages give it.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or("stdin")
    }

    /// Whether its records are JSON objects as they are.
    #[inline]
    pub fn is_json(&self) -> bool {
        matches!(self.format, "ndjson" | "json")
    }

    /// Of the raw bytes of a record, those on one line.
    #[inline]
    pub fn on_one_line<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        self.parts(raw).map_or(raw, |(line, _)| line)
    }

    /// Of the raw bytes of a record, those that the input has.
    #[inline]
    pub fn as_it_stood<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        self.parts(raw).map_or(raw, |(_, stood)| stood)
    }

    #[inline]
    fn parts<'a>(&self, raw: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        if !self.stood {
            return None;
        }
        let (line, rest) = raw.split_at_checked(memchr::memchr(b'\n', raw)?)?;
        Some((line, rest.get(1..)?))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Source")
            .field("name", &self.name)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Something in words about some inputs, by their number and a line in them.
#[derive(Debug, Default)]
struct InWords(Mutex<Vec<(u32, u64, Option<String>)>>);

impl InWords {
    /// The words about the first line of an input count, if there are any.
    fn note(&self, index: u32, line: u64, words: Option<String>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.iter_mut().find(|(known, ..)| *known == index) {
            None => all.push((index, line, words)),
            Some(known) if line < known.1 => *known = (index, line, words),
            Some(_) => {}
        }
    }

    /// In the order of the inputs.
    fn all(&self) -> Vec<(u32, String)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_unstable();
        all.into_iter().filter_map(|(index, _, words)| Some((index, words?))).collect()
    }
}

/// All inputs of a run; each is filled in before the first block of it leaves the reader.
#[derive(Debug, Default)]
pub struct Sources {
    inputs: Vec<OnceLock<Source>>,
    /// The header lines of all inputs, equal ones once, if they were looked at before records are read.
    all_headers: OnceLock<Vec<HeaderLine>>,
    /// The last input that counts, where not all do.
    last: OnceLock<u32>,
    /// The inputs of which options dropped every line, and which.
    dropped: InWords,
    /// The inputs whose first records were rejected, and how the first line would be read.
    others: InWords,
    /// The inputs whose first line has the names that are given in its place.
    repeated: Mutex<BTreeSet<u32>>,
}

impl Sources {
    /// Room for `count` inputs.
    pub fn new(count: usize) -> Self {
        Self { inputs: (0..count).map(|_| OnceLock::new()).collect(), ..Self::default() }
    }

    /// Fills in an input. The first call for an index counts.
    pub fn set(&self, index: u32, source: Source) {
        if let Some(slot) = self.inputs.get(index as usize) {
            let _ = slot.set(source);
        }
    }

    /// An input whose first bytes were read.
    pub fn get(&self, index: u32) -> Option<&Source> {
        self.inputs.get(index as usize)?.get()
    }

    /// An input that a record came from, if its records are JSON objects as they are.
    #[inline]
    pub fn json(&self, index: Option<u32>) -> Option<&Source> {
        index.and_then(|index| self.get(index)).filter(|source| source.is_json())
    }

    /// Whether an input is read in the format of this name.
    pub fn is_of(&self, index: Option<u32>, format: &str) -> bool {
        index.and_then(|index| self.get(index)).is_some_and(|source| source.format == format)
    }

    /// Notes the header lines of all inputs, before the first record is read.
    pub fn set_all_headers(&self, lines: Vec<HeaderLine>) {
        let _ = self.all_headers.set(lines);
    }

    /// The header lines of all inputs in their order, equal ones once, if they were known before the first record was
    /// read.
    pub fn all_headers(&self) -> Option<&[HeaderLine]> {
        self.all_headers.get().map(Vec::as_slice)
    }

    /// Notes that options dropped every line of an input, in words.
    pub fn note_dropped(&self, index: u32, what: String) {
        self.dropped.note(index, 1, Some(what));
    }

    /// The inputs of which options dropped every line, and which, in words.
    pub fn dropped(&self) -> Vec<(u32, String)> {
        self.dropped.all()
    }

    /// Notes how a line of an input would be read, the first of a block of which every record was rejected: the options, if any
    /// format does.
    pub fn note_other(&self, index: u32, line: u64, options: Option<String>) {
        self.others.note(index, line, options);
    }

    /// Notes that the first line of an input has the names that are given in its place.
    pub fn note_repeated(&self, index: u32) {
        self.repeated.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
    }

    /// The inputs whose first line is such a one.
    pub fn repeated(&self) -> BTreeSet<u32> {
        self.repeated.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the first lines of such inputs would be read.
    pub fn others(&self) -> Vec<(u32, String)> {
        self.others.all()
    }

    /// Notes that what comes after this input does not count: a limit was satisfied.
    pub fn end_with(&self, last: u32) {
        let _ = self.last.set(last);
    }

    /// The inputs whose first bytes were read, in order. An empty input is none of them.
    pub fn read(&self) -> impl Iterator<Item = &Source> {
        let last = self.last.get().map_or(usize::MAX, |last| *last as usize);
        self.inputs.iter().take(last.saturating_add(1)).filter_map(OnceLock::get)
    }
}
