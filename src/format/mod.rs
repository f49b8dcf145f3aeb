//! Formats: one file a format, one row each in [`FORMATS`]: framing bytes into records, locating fields,
//! writing records. Knows no stages, no threads and no files.

pub mod access;
pub mod arrange;
pub mod bind;
pub mod columns;
pub mod csv;
pub mod encodings;
pub mod first_line;
pub mod fit;
pub mod flatten;
pub mod gather;
pub mod json;
pub mod lines;
pub mod located;
pub mod logfmt;
pub mod markdown;
pub mod marked;
mod named;
pub mod ndjson;
pub mod object;
pub mod options;
pub mod picked;
pub mod raw;
pub mod record_start;
pub mod regex;
pub mod row;
mod sections;
pub mod syslog;
pub mod table;
pub mod text;
#[cfg(test)]
mod trial;
pub mod tsv;
mod unfolding;
pub mod union;
pub mod value_text;
pub mod w3c;
mod walked;
pub mod zeek;

use std::sync::Arc;

use encoding_rs::Encoding;

use self::access::LogFormat;
use self::access::{combined, common, vhost};
use self::first_line::Reads;
use self::gather::Gatherer;
use self::union::Union;
use crate::doc::Doc;
use crate::error::Result;
use crate::hash::Map;
use crate::record::{Batch, Block, Dialect, Env, Fields, Findings, Hint, ReadAs, Shape, Sources, Walk};
use crate::scan::json::Place;

/// Sets up reading as the options say.
pub type StartInput = fn(&InputOptions) -> Result<Box<dyn InputFormat>>;

/// Sets up writing as the options say. An error is a chain that the format cannot take.
pub type StartOutput = fn(&OutputOptions) -> Result<Box<dyn OutputFormat>>;

/// Tells whether a first line, which is not blank, reads as a format, and what that needs.
pub type ReadsLine = fn(&[u8]) -> Option<Reads>;

/// One row of the registry.
pub struct FormatDef {
    /// The name, lower case.
    pub name: &'static str,
    /// File suffixes that mean this format, without dot.
    pub suffixes: &'static [&'static str],
    /// Whether inputs of this format leave in it when no other is asked for.
    pub keeps_format: bool,
    /// Long names of the global options that say how it is read, beside those of all formats; sorted.
    pub reads_with: &'static [&'static str],
    /// Those that say how it is written.
    pub writes_with: &'static [&'static str],
    /// How it is read, if it can be.
    pub input: Option<StartInput>,
    /// How it is written, if it can be.
    pub output: Option<StartOutput>,
    /// How a first line reads as this format, if it does, for formats that lines can be told to be in.
    pub first_line: Option<ReadsLine>,
    /// What users read.
    pub doc: Doc,
}

/// What the command line says about reading.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// `--delimiter`; the format's own without it.
    pub delimiter: Option<u8>,
    /// `--no-header`.
    pub no_header: bool,
    /// `--header a,b`.
    pub header: Option<Vec<String>>,
    /// `--ragged`.
    pub ragged: bool,
    /// `--quote`: a byte, or `Some(None)` for none; the format's own without it.
    pub quote: Option<Option<u8>>,
    /// `--escape`.
    pub escape: Option<u8>,
    /// `--null`: further spellings of null, as they are in the input: with their quotes where they have some.
    pub nulls: Vec<Vec<u8>>,
    /// `--log-format`.
    pub log_format: Option<Arc<LogFormat>>,
    /// `--pattern`.
    pub pattern: Option<String>,
    /// `--record-start`.
    pub record_start: Option<String>,
    /// `--validate`.
    pub validate: bool,
    /// `--encoding`; UTF-8 without it.
    pub encoding: Option<&'static Encoding>,
    /// `--skip`: lines that are dropped from the front of each file.
    pub skip: u64,
    /// `--comment`: lines that begin so where a record could begin are dropped; never empty.
    pub comment: Option<Vec<u8>>,
    /// Records of several lines are kept as they stood, too ([`Source::stood`](crate::record::Source::stood)).
    pub originals: bool,
    /// What the file is read as, for remedies.
    pub read_as: ReadAs,
}

/// A way to read.
pub trait InputFormat: Send + Sync {
    /// A framer for one input.
    fn framer(&self) -> Box<dyn Framer>;

    /// Whether the names of all fields are known before the first record: by a header line, or in place of one.
    fn has_header_line(&self) -> bool {
        false
    }

    /// Fields that only some records have, beside those that the framer names: where an output has no column for one, it
    /// is left out.
    fn optional(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a CR is a blank wherever it is, so that lines may end in CR alone.
    fn takes_lone_cr(&self) -> bool {
        false
    }

    /// How fields are told apart and spelled, in formats where that can be chosen.
    fn dialect(&self) -> Option<Dialect> {
        None
    }

    /// The fields that hold the event time of the format, the first that a record has; the names that do so in any format
    /// without it.
    fn time_names(&self) -> Option<&'static [&'static str]> {
        None
    }

    /// What helps where none of these fields is among those of the first record, if the format knows.
    fn no_time_help(&self, names: &[String]) -> Option<&'static str> {
        let _ = names;
        None
    }

    /// Whether records of which something was made anew have their bytes as they stood with them
    /// ([`Source::stood`](crate::record::Source::stood)).
    fn keeps_stood(&self) -> bool {
        false
    }

    /// A decoder for one input that locates `wanted`; `header` holds the names of its header line if the
    /// framer gave any.
    fn decoder(&self, header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder>;
}

/// Cuts the bytes of one input into whole records. The buffer that it is shown starts at the first byte
/// not taken yet, and only grows between calls until something is taken.
pub trait Framer: Send {
    /// Takes the header from the front of the input. Asked first, again with more bytes while the answer
    /// is [`Head::More`]. `at_end`: no more bytes will come.
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        let _ = (bytes, at_end);
        Ok(Head::None)
    }

    /// [`Self::head`] where that asks for more though `bytes` are as many as are held for it.
    fn head_too_long(&mut self, bytes: &[u8]) -> Result<Head> {
        self.head(bytes, true)
    }

    /// How the header line spells names that it does not spell as they are, by name. Asked once, after the header.
    fn take_spelled_names(&mut self) -> Map<String, Vec<u8>> {
        Map::default()
    }

    /// The length of the longest front of `bytes` that holds whole records only; 0 if there is none yet.
    /// Bytes seen in an earlier call are not read again. At the end of input the rest counts as a record
    /// where the format allows it.
    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize;

    /// [`Self::cut`] where reading was told to stop: a record of which only a part was read was not read.
    fn cut_at_stop(&mut self, bytes: &[u8]) -> usize {
        self.cut(bytes, false)
    }

    /// Forgets what it was shown of bytes that it did not take: lines were dropped before the next ones, which it is shown
    /// from where a record may begin.
    fn begin_anew(&mut self) {
        let _ = self.give_up(&[], false);
    }

    /// Whether only the line after a record shows that it is whole.
    fn needs_next_line(&self) -> bool {
        false
    }

    /// Of these records, which the framer cut off, the place of the first that proved to be one line with a quote that
    /// does not close, if a later one begins with `prefix`.
    fn find_open(&self, bytes: &[u8], prefix: &[u8]) -> Option<usize> {
        let _ = (bytes, prefix);
        None
    }

    /// Called when `bytes` hold no whole record though they are longer than a record may be, or though the
    /// input has ended. Afterwards framing starts afresh.
    fn give_up(&mut self, bytes: &[u8], at_end: bool) -> GiveUp;

    /// After [`GiveUp::Skip`]: how many bytes of what follows belong to the record that was given up, or all that there
    /// are (`None`); then it is asked again.
    fn skip(&mut self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', bytes).map(|at| at + 1)
    }

    /// Where the first byte not taken yet is, for formats whose records are not lines ([`Block::place`]).
    fn place(&self) -> Place {
        Place::default()
    }

    /// The section of the input that what [`Self::cut`] took last is of ([`Block::section`]). No block has bytes of two.
    fn section(&self) -> u32 {
        0
    }

    /// Asked once, when all bytes of an input were read and taken. An error is what is wrong with it as a whole.
    fn end(&mut self) -> Result<Ended> {
        Ok(Ended::Whole)
    }
}

/// How an input ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// As it may.
    Whole,
    /// Though more had to come: a reject for this reason.
    Open(&'static str),
}

/// The answer to [`Framer::head`].
#[derive(Debug)]
pub enum Head {
    /// The format has no header.
    None,
    /// More bytes are needed.
    More,
    /// The header: its field names (`None`: it gives no names), and the number of bytes it takes.
    Names(Option<Vec<String>>, usize),
}

/// What becomes of bytes that are no record.
#[derive(Debug)]
pub enum GiveUp {
    /// Reject the first `len` bytes (a line of its own) for this reason and go on behind them.
    Reject {
        /// How many bytes.
        len: usize,
        /// Why.
        reason: &'static str,
        /// What would read it.
        hint: Option<Hint>,
    },
    /// The record is too long: reject it and drop bytes up to the end that [`Framer::skip`] finds, also those not read
    /// yet.
    Skip,
    /// The first `len` bytes are records after all, if they are read from this place on.
    Take {
        /// How many bytes.
        len: usize,
        /// How they are read.
        place: Place,
    },
}

/// Locates fields in the records of a block. Made for one input, with the wanted fields bound to it.
pub trait Decoder: Walk {
    /// Splits the block into records and locates the wanted fields. Records that cannot be read are
    /// rejected into `findings`; so are values wanted that are spelled wrong or are no UTF-8. Counts
    /// `findings.read` (accepted and rejected) and notes in `findings.present` which slots some record had.
    ///
    /// The lists of `spare`, a batch that is done with, are filled again: they are large, and the memory of fresh ones
    /// would come from the system each time.
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch;

    /// [`Self::decode_over`] with fresh lists.
    fn decode(&self, block: &Block, findings: &mut Findings) -> Batch {
        self.decode_over(block, Batch::default(), findings)
    }

    /// Whether it looks at what the block says of dropped lines and of bytes that could not be decoded itself.
    fn sees_marks(&self) -> bool {
        false
    }

    /// The block with each record on a line of its own, which may be cut at any line end and gives the same records and
    /// findings; `None` if it is so as it is.
    fn on_lines(&self, block: &Block) -> Option<Block> {
        let _ = block;
        None
    }
}

/// What the command line and the chain say about writing.
#[derive(Clone)]
pub struct OutputOptions {
    /// The shape of the records at the end of the chain.
    pub shape: Shape,
    /// The inputs, known by the time the first batch comes.
    pub sources: Arc<Sources>,
    /// Settings of the run.
    pub env: Arc<Env>,
    /// `--delimiter-out` of CSV, or what is read has.
    pub delimiter: Option<u8>,
    /// `--quote`, as for reading.
    pub quote: Option<Option<u8>>,
    /// `--escape`.
    pub escape: Option<u8>,
    /// `--null`: spellings of null, which text is kept apart from.
    pub nulls: Vec<Vec<u8>>,
    /// `--no-header-out`.
    pub no_header: bool,
    /// Width of the terminal, if the output is one.
    pub terminal: Option<u16>,
    /// Colours may be used.
    pub colour: bool,
    /// `--union`.
    pub union: Option<Union>,
}

/// A way to write.
pub trait OutputFormat: Send + Sync {
    /// Whether batches may be encoded in any order, by encoders of their own.
    fn any_order(&self) -> bool;

    /// A fresh encoder.
    fn encoder(&self) -> Box<dyn Encoder>;

    /// Set where records wait for the columns of the output: what encoders write are then chunks of them, which
    /// this writes at the end. To be asked when it is known which header lines there are.
    fn gatherer(&self) -> Option<Box<dyn Gatherer>> {
        None
    }
}

/// Writes batches as bytes.
pub trait Encoder: Send {
    /// Appends what stands before the first record, if it is known already. Called once, on the encoder
    /// that sees the records in order, when the first record is about to be written or the input has ended.
    fn begin(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Appends the live records. Records that the format cannot hold are rejected into `findings`.
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings);

    /// Bytes held on the heap until the end.
    fn heap_bytes(&self) -> usize {
        0
    }

    /// Appends what stands behind the last record.
    fn finish(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }
}

/// All formats, sorted by name.
pub const FORMATS: &[&FormatDef] = &[
    &access::FORMAT,
    &combined::FORMAT,
    &common::FORMAT,
    &csv::FORMAT,
    &json::FORMAT,
    &logfmt::FORMAT,
    &markdown::FORMAT,
    &ndjson::FORMAT,
    &raw::FORMAT,
    &regex::FORMAT,
    &syslog::FORMAT,
    &table::FORMAT,
    &text::FORMAT,
    &tsv::FORMAT,
    &vhost::FORMAT,
    &w3c::FORMAT,
    &zeek::FORMAT,
];

/// Formats of the manual that this version does not have yet.
pub const PLANNED: &[&str] = &["chart"];

/// The format of a name.
pub fn find(name: &str) -> Option<&'static FormatDef> {
    FORMATS.iter().find(|row| row.name == name).copied()
}

/// The formats that the suffix of a file name means, in any case.
fn by_suffixes(name: &str) -> impl Iterator<Item = &'static FormatDef> {
    let suffix = suffix_of(name).0;
    let is_its = move |own: &&str| suffix.is_some_and(|suffix| own.eq_ignore_ascii_case(suffix));
    FORMATS.iter().copied().filter(move |row| row.suffixes.iter().any(is_its))
}

/// Suffixes of compressed files, which stand behind the format's.
const COMPRESSIONS: [&str; 6] = ["gz", "zst", "bz2", "xz", "lz4", "zstd"];

/// The format in which a file of that name is read, also under a compression suffix.
pub fn by_suffix(name: &str) -> Option<&'static FormatDef> {
    by_suffixes(name).find(|def| def.input.is_some())
}

/// The format in which a file of that name is written.
pub fn written_by_suffix(name: &str) -> Option<&'static FormatDef> {
    by_suffixes(name).find(|def| def.output.is_some())
}

/// The suffix of a file name and the compression suffix after it, as they are spelled: each is known in any case.
pub fn suffix_of(name: &str) -> (Option<&str>, Option<&str>) {
    let base = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, last)) = base.rsplit_once('.') else { return (None, None) };
    if COMPRESSIONS.iter().any(|known| known.eq_ignore_ascii_case(last)) {
        return (stem.rsplit_once('.').map(|(_, suffix)| suffix), Some(last));
    }
    (Some(last), None)
}
