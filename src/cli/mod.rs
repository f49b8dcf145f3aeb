//! The command line: what the words mean, help about them, and what is said on stderr when a run is over.
//!
//! Owns all words that users read which belong to no single stage, format, function or aggregate. Knows no
//! records: the engine runs what [`parse`] gives.

#![warn(clippy::indexing_slicing)]

mod command;
mod complete;
mod dialects;
mod elsewhere;
mod foreign;
mod help;
mod known;
mod line;
mod man;
mod mended;
mod message;
mod mistakes;
pub mod options;
mod page;
mod patterns;
mod proposal;
mod repair;
mod report;
mod settings;
mod specs;
mod sql;
mod topic;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub use complete::{FieldsAsked, NamesOf, complete};
pub use known::Known;
pub use man::man_pages;
pub use mended::mended;
pub use message::Messages;
pub use report::{Ended, Report, report};
pub use settings::{Surroundings, colour};

use std::io;

use crate::engine::Settings;
use crate::error::Result;
use crate::stage::{StageDef, Words};
use line::Line;
use words::Asked;

/// What a command line asks for.
pub enum Request {
    /// Run a chain.
    Run(Box<Chain>),
    /// Say how a chain would run.
    Explain(Box<Chain>),
    /// Print a text about the program.
    Help(String),
    /// Print the version.
    Version,
    /// Print a completion script.
    Completions(String),
    /// Print what may be typed in a command line: the words after the hidden command that a completion script calls.
    Complete(Vec<String>),
}

/// A chain as typed, with its inputs and settings.
pub struct Chain {
    /// The stages with their SPECs and options; at least one.
    pub stages: Vec<(&'static StageDef, Words)>,
    /// The inputs; `-` is stdin, and so is an empty list.
    pub files: Vec<String>,
    /// The global options.
    pub settings: Settings,
}

/// Reads a command line (without the program's name). `read_file` reads the file of `-f`. Errors show the
/// place in the line and a remedy.
pub fn parse(
    args: &[String],
    known: &Known,
    around: &Surroundings,
    read_file: &dyn Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Request> {
    if let Some((complete::COMMAND, words)) = args.split_first().map(|(first, words)| (&**first, words)) {
        return Ok(Request::Complete(words.to_vec()));
    }
    let line = Line::new(args);
    match words::split(line, known, read_file)? {
        Asked::Chain(split) => {
            let settings = settings::read(line, known, &split, around)?;
            let chain = Box::new(Chain { stages: split.stages, files: split.files, settings });
            Ok(if split.explain { Request::Explain(chain) } else { Request::Run(chain) })
        }
        Asked::Version => Ok(Request::Version),
        Asked::Overview(detail) => Ok(Request::Help(command::overview(known, detail))),
        Asked::Stage(stage) => Ok(Request::Help(command::stage_help(stage))),
        Asked::Help(at) => {
            let word = at.and_then(|at| line.word(at));
            help::help(word, known)
                .map(Request::Help)
                .map_err(|error| line.show(&line.whole(at.unwrap_or(0)), error))
        }
        Asked::Completions(at) => {
            let shell = line.word(at).unwrap_or("");
            let script = complete::script(shell);
            script.map(Request::Completions).map_err(|error| line.show(&line.whole(at), error))
        }
    }
}
