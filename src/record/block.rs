//! Blocks of whole records as they were read, and the inputs they came from.

use std::sync::{Arc, OnceLock};

use super::{Cell, Lined, Rank, Reject};
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
    /// The input ends with it.
    pub is_last: bool,
    /// Where the records were, if each was put on a line of its own.
    pub lined: Option<Lined>,
    /// What the reader itself had to reject in front of these records (longer than `--max-record`).
    pub rejects: Vec<Reject>,
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

    /// What stands between the fields, in formats where that can be chosen.
    fn delimiter(&self) -> Option<u8> {
        None
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
    /// Whether these stand before its first record, so that no record has others.
    pub header_line: bool,
    /// Finds all fields of a record.
    pub walk: Arc<dyn Walk>,
    /// Slot in the fields of the chain that holds the event time, if the chain takes it from the input.
    pub time_slot: Option<usize>,
    /// The name of that field.
    pub time_field: Option<String>,
    /// A record that was put on one line has behind that, after a line end, its bytes as they stood.
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

/// All inputs of a run; each is filled in before the first block of it leaves the reader.
#[derive(Debug, Default)]
pub struct Sources {
    inputs: Vec<OnceLock<Source>>,
}

impl Sources {
    /// Room for `count` inputs.
    pub fn new(count: usize) -> Self {
        Self { inputs: (0..count).map(|_| OnceLock::new()).collect() }
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

    /// The header of the first input that has one.
    pub fn first_header(&self) -> Option<&[String]> {
        self.inputs.iter().find_map(|input| input.get()?.header.as_deref())
    }
}
