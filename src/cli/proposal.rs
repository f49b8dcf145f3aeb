//! Proposals: whole commands that are typed as they are. None is made that cannot be read, as far as that can be told
//! without the input.

use std::io;

use super::known::Known;
use super::line::Line;
use super::settings::{self, Surroundings};
use super::words::{self, Asked};
use crate::error::Error;
use crate::expr::{parse_aggregate, parse_expression, parse_keys, parse_path, parse_project, parse_sort};
use crate::file_name;
use crate::spell;
use crate::stage::{StageDef, Words};
use crate::time::{Size, Timestamp};

/// A command as it is typed.
pub(super) fn command(words: &[String]) -> String {
    format!("tamis {}", spelled(words))
}

/// Whether a word names something that can be opened.
pub(super) fn is_there(word: &str) -> bool {
    let path = file_name::path(word);
    word == "-" || path.exists() && !path.is_dir()
}

/// Whether a command line can be read as far as that can be told without its input, and its files exist.
pub(super) fn reads(proposed: &[String], known: &Known) -> bool {
    let line = Line::proposed(proposed, 0);
    match words::split(line, known, &unread) {
        Ok(Asked::Chain(split)) => {
            split.files.iter().all(|file| is_there(file))
                && split.stages.iter().all(|(stage, words)| spec_reads(stage, words))
                && settings::read(line, known, &split, &anywhere()).is_ok()
        }
        Ok(Asked::Version | Asked::Stage(_)) => true,
        _ => false,
    }
}

/// The first of some command lines that can be read: as it is, or with what else is wrong in it put right too. Its number
/// and its words.
#[cold]
pub(super) fn first_read(
    line: Line<'_>,
    known: &Known,
    proposed: &[Vec<String>],
) -> Option<(usize, Vec<String>)> {
    if line.faults() == 0 {
        return None;
    }
    if let Some(found) = proposed.iter().enumerate().find(|(_, words)| reads(words, known)) {
        return Some((found.0, found.1.clone()));
    }
    let faults = line.faults().checked_sub(1).filter(|faults| *faults > 0)?;
    let others = proposed.iter().enumerate().filter(|(_, words)| *words != line.all());
    let mut mended = others.filter_map(|(at, words)| {
        Some((at, fault_of(Line::proposed(words, faults), known)?.proposal()?.to_vec()))
    });
    mended.next()
}

/// What is wrong with a line, of which the SPECs are not looked at.
fn fault_of(line: Line<'_>, known: &Known) -> Option<Error> {
    match words::split(line, known, &unread) {
        Ok(Asked::Chain(split)) => settings::read(line, known, &split, &anywhere()).err(),
        Ok(_) => None,
        Err(error) => Some(error),
    }
}

/// What is advised: a command, or what to do.
pub(super) enum Advice {
    /// The words of a command.
    Write(Vec<String>),
    /// In words.
    Told(String),
}

impl Advice {
    /// An error with the advice as its remedy.
    #[cold]
    pub(super) fn on(self, error: Error) -> Error {
        match self {
            Self::Write(words) => propose(error, "write", words),
            Self::Told(help) => error.help(help),
        }
    }
}

/// An error with a command as its remedy, after `why`.
#[cold]
pub(super) fn propose(error: Error, why: &str, words: Vec<String>) -> Error {
    error.help(format!("{why} {}", command(&words))).proposing(words)
}

/// Words as they are typed.
pub(super) fn spelled(words: &[String]) -> String {
    words.iter().map(|word| spell::word(word)).collect::<Vec<_>>().join(" ")
}

/// Files are not read for a proposal.
fn unread(_: &str) -> io::Result<Vec<u8>> {
    Err(io::Error::other("not read for a proposal"))
}

/// Surroundings on which no command depends.
fn anywhere() -> Surroundings {
    Surroundings {
        now: Timestamp::MIN,
        cores: 1,
        no_color: true,
        tmp: std::path::PathBuf::new(),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
    }
}

/// Whether a stage can read its SPEC, as far as that can be told by the SPEC alone.
pub(super) fn spec_reads(stage: &StageDef, words: &Words) -> bool {
    let spec = words.spec.as_str();
    let is_number = spec.bytes().all(|byte| byte.is_ascii_digit());
    words.option("by").is_none_or(|by| parse_keys(by).is_ok())
        && match stage.name {
            "aggregate" => parse_aggregate(spec)
                .is_ok_and(|list| list.items.iter().all(|item| item.expr.as_field().is_none())),
            "dedup" => !is_number && parse_keys(spec).is_ok(),
            "explode" => parse_path(spec).is_ok(),
            // A field alone is more often a word in the wrong place than a bool.
            "filter" => !is_number && parse_expression(spec).is_ok_and(|ast| ast.as_field().is_none()),
            "join" => words.has("on") && is_there(spec),
            "limit" => spec.parse::<u64>().is_ok(),
            "project" => !is_number && parse_project(spec).is_ok(),
            "parse" => !spec.contains("%{"),
            "sample" => spec.parse::<f64>().is_ok(),
            "sort" => !is_number && parse_sort(spec).is_ok(),
            "window" => window_reads(spec),
            "top" => !is_number && parse_expression(spec).is_ok(),
            _ => !spec.contains(' '),
        }
}

fn window_reads(spec: &str) -> bool {
    match spec.split_once(':') {
        Some(("count", count)) => count.parse::<u64>().is_ok(),
        Some(("session", gap)) => Size::parse(gap).is_ok(),
        Some(_) => false,
        None => spec == "all" || Size::parse(spec).is_ok(),
    }
}
