//! Random chains that the program accepts, and what the model makes of them.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::chain::Stage;
use super::chains::Chains;
use super::engine::Engine;
use super::found::Outcome;
use super::input::{Input, Line, input};
use super::nest::{Nest, Read};
use super::reads::read_by;
use super::record::Record;
use super::stamps::{Known, Spellings};
use super::table::{FILE, Table};

/// A command and its input.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) input: Input,
    pub(crate) chain: Vec<Stage>,
    /// In seconds.
    pub(crate) lateness: u64,
}

/// A case that can be run.
pub(crate) struct Command {
    pub(crate) words: Vec<String>,
    _folder: Option<tempfile::TempDir>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.words().iter().map(|word| format!("'{word}'")).collect();
        write!(f, "\ntamis {}\n{}", words.join(" "), String::from_utf8_lossy(&self.input.bytes()))?;
        self.table().map_or(Ok(()), |table| write!(f, "\n-- {}\n{}", table.file(), table.text()))
    }
}

impl Case {
    pub(crate) fn words(&self) -> Vec<String> {
        let from = if self.input.is_csv { "csv" } else { "ndjson" };
        let lateness = format!("{}s", self.lateness);
        let mut words: Vec<String> = ["--from", from, "--lateness", &lateness].map(str::to_owned).into();
        if self.input.is_chosen {
            words.extend(["--time", self.input.nest.time()].map(str::to_owned));
        }
        words.extend(self.input.pins.words());
        if let Spellings::Yearless(year) = self.input.spellings {
            words.extend(["--year".to_owned(), year.to_string()]);
        }
        if self.input.zone != "UTC" {
            words.extend(["--tz".to_owned(), self.input.zone.to_owned()]);
        }
        for (number, stage) in self.chain.iter().enumerate() {
            words.extend((number > 0).then(|| "then".to_owned()));
            words.extend(stage.words());
        }
        words
    }

    /// The words, with the file that they name, in a folder that is there as long as the result is.
    pub(crate) fn command(&self) -> Command {
        let folder = self.table().map(|table| {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::write(folder.path().join(table.file()), table.text()).expect("a file");
            folder
        });
        let mut words = self.words();
        if let Some(folder) = &folder {
            let path = |word: &str| folder.path().join(word).to_str().expect("a plain name").to_owned();
            words.iter_mut().filter(|word| word.starts_with(FILE)).for_each(|word| *word = path(word));
        }
        Command { words, _folder: folder }
    }

    fn table(&self) -> Option<&Table> {
        self.chain.iter().find_map(|stage| match stage {
            Stage::Join(join) => Some(&join.table),
            _ => None,
        })
    }

    /// Whether a limit stands behind a stage that holds records back once it has some on disk: then it does not end
    /// the input early, so that what comes later is reported.
    pub(crate) fn may_read_on(&self) -> bool {
        let waits = |stage: &Stage| {
            matches!(stage, Stage::Dedup { within: None, .. } | Stage::Join(_) | Stage::Session { .. })
        };
        let from = self.chain.iter().position(waits).unwrap_or(self.chain.len());
        self.chain.iter().skip(from).any(|stage| matches!(stage, Stage::Limit { .. }))
    }

    /// Whether a limit may be satisfied by one of several records that a line holds: the others of the line have been
    /// computed then, and what could not be is reported.
    pub(crate) fn counts_past_limit(&self) -> bool {
        self.input.nest != Nest::No && self.chain.iter().any(|stage| matches!(stage, Stage::Limit { .. }))
    }

    /// Whether a join on disk holds back what is rejected after it is read: its rejects are kept in another order.
    pub(crate) fn rejects_later(&self) -> bool {
        self.chain.iter().any(|stage| matches!(stage, Stage::Join(_)))
    }

    /// What the model says.
    pub(crate) fn outcome(&self) -> Outcome {
        let engine = Engine::new(&self.chain, self.lateness, self.input.zone, &self.input.pins);
        let mut engine = if self.input.nest == Nest::No { engine } else { engine.with_made_time() };
        let wants_any = !self.chain.iter().any(|stage| matches!(stage, Stage::Limit { count: 0, .. }));
        let unreadable = read_by(&self.chain);
        let mut known = Known::default();
        for (number, read) in self.input.reads().into_iter().enumerate().filter(|_| wants_any) {
            let line = match read {
                _ if engine.is_satisfied() => break,
                Read::Line(line) => line,
                Read::Packed(records) => {
                    engine.read(Record { origin: Some(number), ..self.input.packed(&records) });
                    continue;
                }
            };
            match line {
                Line::Record { .. } if self.input.is_unreadable(line, &unreadable) => engine.reject(number),
                Line::Record { .. } => {
                    let record = self.input.record(line, &mut known);
                    engine.read(Record { origin: Some(number), ..record });
                }
                Line::Broken(_) => engine.reject(number),
                Line::Blank => {}
            }
        }
        engine.finish();
        engine.outcome
    }
}

/// Any case.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    (input(), vec(any::<u16>(), 0..140), select(&[0_u64, 1, 10, 60][..])).prop_map(
        |(input, draws, lateness)| {
            let mut chain = input.nest.unpacking();
            chain.extend(Chains::new(draws, &input).chain());
            let lateness = lateness * input.pace.unsigned_abs();
            Case { input, chain, lateness }
        },
    )
}
