//! What the command line asks of a run, typed and checked; the engine reads nothing else.

use std::path::PathBuf;

use crate::format::{FormatDef, InputOptions};
use crate::record::{Path, Pins};
use crate::time::{Duration, TimeReader, Timestamp, Zone};

/// All settings of a run but its stages and files.
pub struct Settings {
    /// The long names of all options that were given.
    pub given: Vec<&'static str>,
    /// `--from`: the format of every input.
    pub from: Option<&'static FormatDef>,
    /// `--to`.
    pub to: Option<&'static FormatDef>,
    /// How inputs are read.
    pub input: InputOptions,
    /// `--delimiter-out`.
    pub delimiter_out: Option<u8>,
    /// `--no-header-out`.
    pub no_header_out: bool,
    /// `--union`: all fields of records are columns.
    pub union: bool,
    /// `--time`.
    pub time: Option<Path>,
    /// `--tz`.
    pub zone: Zone,
    /// `--time-format`, `--year` and the zone.
    pub times: TimeReader,
    /// `--now`, else the start of the run.
    pub now: Timestamp,
    /// `--types`.
    pub pins: Pins,
    /// `--lateness`.
    pub lateness: Duration,
    /// `--since`.
    pub since: Option<Timestamp>,
    /// `--until`.
    pub until: Option<Timestamp>,
    /// `--sequential`.
    pub sequential: bool,
    /// `--max-record`, in bytes.
    pub max_record: u64,
    /// `--memory`, in bytes.
    pub memory: u64,
    /// `--tmp`: the folder of what does not fit into memory.
    pub tmp: PathBuf,
    /// `-o`.
    pub output: Option<PathBuf>,
    /// `--rejects`.
    pub rejects: Option<PathBuf>,
    /// `--late`.
    pub late: Option<PathBuf>,
    /// `--strict`.
    pub strict: bool,
    /// `--allow`.
    pub allow: Allow,
    /// `--fail-if`.
    pub fail_if: Option<FailIf>,
    /// `-q`.
    pub quiet: bool,
    /// `-j`: threads in all.
    pub threads: usize,
    /// Whether messages and tables may use colour.
    pub colour: Colour,
}

/// What `--allow` keeps from making the exit status 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Allow {
    /// Rejected records.
    pub rejected: Option<Allowance>,
    /// Late records.
    pub late: Option<Allowance>,
    /// Values that could not be computed.
    pub values: Option<Allowance>,
    /// Fields that no header has: they are null, where the run would else not begin.
    pub missing: bool,
}

/// What makes the exit status 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailIf {
    /// A record that left the chain.
    Some,
    /// That none did.
    None,
}

impl FailIf {
    /// The value of `--fail-if`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Some => "some",
            Self::None => "none",
        }
    }

    /// Whether a run fails by which a record left the chain, or none did.
    pub fn fails(self, gave: bool) -> bool {
        gave == (self == Self::Some)
    }
}

/// How many are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowance {
    /// Any number.
    Any,
    /// At most this many.
    Count(u64),
    /// At most this many in a hundred records read, in millionths of a percent.
    Share(u64),
}

impl Allowance {
    /// Whether `count` of `read` records is within the allowance.
    pub fn holds(self, count: u64, read: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Count(most) => count <= most,
            Self::Share(millionths) => {
                u128::from(count) * 100_000_000 <= u128::from(read) * u128::from(millionths)
            }
        }
    }
}

/// Where colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// In messages on stderr.
    pub messages: bool,
    /// In tables on stdout.
    pub output: bool,
}
