//! Names that nothing has, against a naive reading of the rule: each field that a chain names and its inputs lack ends
//! the run before a record is read, or is noted, or is one that may be absent.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harness;

use std::collections::BTreeSet;
use std::fs;

use harness::{VARIANTS, Variant, run};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Names that are not near to each other, and one that an extra field may have.
const NAMES: [&str; 5] = ["alpha", "berlin", "gamma", "doppler", "c7"];

/// Fields that the chain makes have these names alone.
const MADE: [&str; 2] = ["eins", "zweite"];

/// A stage over a field of the input.
#[derive(Clone, Debug)]
enum Stage {
    Filter(&'static str),
    /// A branch that is never taken.
    Untaken(&'static str),
    Sort(&'static str),
    Dedup(&'static str),
    Explode(&'static str),
    /// Says what holds where the field is absent.
    IsNull(&'static str),
    Fallback(&'static str),
    Coalesce(&'static str),
    /// Makes a field out of one.
    Make(&'static str, &'static str),
    Except(&'static str),
}

/// What a stage does with the field it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Asked,
}

impl Stage {
    fn words(&self) -> [String; 2] {
        let (name, spec) = match self {
            Self::Filter(field) => ("filter", format!("{field} > 0 or true")),
            Self::Untaken(field) => ("filter", format!("if(false, {field} > 0, true)")),
            Self::Sort(field) => ("sort", (*field).to_owned()),
            Self::Dedup(field) => ("dedup", (*field).to_owned()),
            Self::Explode(field) => ("explode", (*field).to_owned()),
            Self::IsNull(field) => ("filter", format!("{field} is null or true")),
            Self::Fallback(field) => ("filter", format!("({field} ?? 1) >= 0")),
            Self::Coalesce(field) => ("filter", format!("coalesce({field} + 1, 1) >= 0")),
            Self::Make(made, field) => ("project", format!("*, {made} = {field} + 1")),
            Self::Except(field) => ("project", format!("* except ({field})")),
        };
        [name.to_owned(), spec]
    }

    fn field(&self) -> (&'static str, Use) {
        match self {
            Self::IsNull(field) | Self::Fallback(field) | Self::Coalesce(field) => (field, Use::Asked),
            Self::Filter(field)
            | Self::Untaken(field)
            | Self::Sort(field)
            | Self::Dedup(field)
            | Self::Explode(field)
            | Self::Make(_, field)
            | Self::Except(field) => (field, Use::Read),
        }
    }
}

/// A file of one record, of a header alone, or of nothing.
#[derive(Clone, Debug)]
struct File {
    suffix: &'static str,
    names: Vec<&'static str>,
    lines: usize,
}

impl File {
    fn header(&self) -> Option<&[&'static str]> {
        (self.is_delimited() && self.lines > 0).then_some(&self.names)
    }

    fn is_delimited(&self) -> bool {
        self.suffix != "ndjson"
    }

    fn has_records(&self) -> bool {
        self.lines > usize::from(self.is_delimited())
    }

    fn text(&self, no_header: bool) -> String {
        if !self.is_delimited() {
            let member = |name: &&str| format!("\"{name}\":1");
            let record = format!("{{{}}}\n", self.names.iter().map(member).collect::<Vec<_>>().join(","));
            return record.repeat(self.lines);
        }
        let delimiter = if self.suffix == "csv" { "," } else { "\t" };
        let header = format!("{}\n", self.names.join(delimiter));
        let record = format!("{}\n", vec!["1"; self.names.len()].join(delimiter));
        let first = if no_header { record.clone() } else { header };
        let lines = std::iter::once(first).chain(std::iter::repeat(record)).take(self.lines);
        lines.collect()
    }
}

/// Files, options and a chain.
#[derive(Clone, Debug)]
struct Case {
    files: Vec<File>,
    allow: bool,
    ragged: bool,
    no_header: bool,
    stages: Vec<Stage>,
}

fn case() -> impl Strategy<Value = Case> {
    let suffix = select(&["csv", "csv", "csv", "tsv", "ndjson"][..]);
    let file = (suffix, subsequence(&NAMES[..], 1..=4), 0..4_usize).prop_map(|(suffix, names, lines)| File {
        suffix,
        names,
        lines,
    });
    let field = || prop_oneof![4 => select(&NAMES[..]), 1 => select(&MADE[..])];
    let stage = prop_oneof![
        field().prop_map(Stage::Filter),
        field().prop_map(Stage::Untaken),
        field().prop_map(Stage::Sort),
        field().prop_map(Stage::Dedup),
        field().prop_map(Stage::Explode),
        field().prop_map(Stage::IsNull),
        field().prop_map(Stage::Fallback),
        field().prop_map(Stage::Coalesce),
        (select(&MADE[..]), select(&NAMES[..])).prop_map(|(made, field)| Stage::Make(made, field)),
        field().prop_map(Stage::Except),
    ];
    let rare = || proptest::bool::weighted(0.15);
    (proptest::collection::vec(file, 1..4), rare(), rare(), rare(), proptest::collection::vec(stage, 1..4))
        .prop_map(|(files, allow, ragged, no_header, stages)| Case {
            files,
            allow,
            ragged,
            no_header,
            stages,
        })
}

/// What must be said.
#[derive(Debug, PartialEq, Eq, Default)]
struct Said {
    /// The field that ends the run.
    refused: Option<String>,
    /// Fields that no record had.
    missed: BTreeSet<String>,
    /// Files that lack a field which another has.
    lacking: BTreeSet<(String, String)>,
}

impl Case {
    /// Without options of delimited files where there are none: they would be refused.
    fn with_options_that_hold(self) -> Self {
        let is_delimited = self.files.iter().any(File::is_delimited);
        Self { ragged: self.ragged && is_delimited, no_header: self.no_header && is_delimited, ..self }
    }

    /// The names of fields of the input in the order of the chain, each with whether the chain counts on it. `None`
    /// where a field is named that cannot be there any more, which is another error.
    fn named(&self) -> Option<Vec<(&'static str, bool)>> {
        let (mut named, mut made, mut gone) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut asked = BTreeSet::new();
        for stage in &self.stages {
            let (field, how) = stage.field();
            let is_made = made.contains(field);
            if gone.contains(field) && !is_made {
                return None;
            }
            if !is_made && !named.contains(&field) {
                named.push(field);
            }
            if !is_made && how == Use::Asked {
                asked.insert(field);
            }
            match stage {
                Stage::Make(name, _) => drop(made.insert(*name)),
                // It holds elements from here on.
                Stage::Explode(field) => drop(made.insert(*field)),
                Stage::Except(field) => {
                    made.remove(field);
                    gone.insert(*field);
                }
                _ => {}
            }
        }
        Some(named.into_iter().map(|field| (field, !asked.contains(field))).collect())
    }

    fn expected(&self, named: &[(&'static str, bool)]) -> Said {
        let mut said = Said::default();
        let counts_on = |(name, counts): &&(&'static str, bool)| *counts && !(self.ragged && *name == "c7");
        let headers: Vec<(String, &[&str])> = match self.no_header {
            true => Vec::new(),
            false => {
                let files = self.files.iter().enumerate();
                files.filter_map(|(at, file)| Some((name_of(at, file), file.header()?))).collect()
            }
        };
        let has = |header: &[&str], name: &str| header.contains(&name);
        let all_delimited = !self.no_header && self.files.iter().all(File::is_delimited);
        if all_delimited && !self.allow && !headers.is_empty() {
            let mut wanted = named.iter().filter(counts_on);
            let refused = wanted.find(|(name, _)| !headers.iter().any(|(_, header)| has(header, name)));
            if let Some((name, _)) = refused {
                said.refused = Some((*name).to_owned());
                return said;
            }
        }
        for (name, _) in named.iter().filter(counts_on) {
            if headers.iter().any(|(_, header)| has(header, name)) {
                let lacking = headers.iter().filter(|(_, header)| !has(header, name));
                said.lacking.extend(lacking.map(|(file, _)| (file.clone(), (*name).to_owned())));
            }
        }
        let records: Vec<&File> = self.files.iter().filter(|file| self.has_records(file)).collect();
        if !records.is_empty() {
            let had = |name: &str| records.iter().any(|file| self.has_field(file, name));
            let missed = named.iter().filter(|(name, _)| !had(name));
            said.missed.extend(missed.map(|(name, _)| (*name).to_owned()));
        }
        said
    }

    fn has_records(&self, file: &File) -> bool {
        file.has_records() || self.no_header && file.lines > 0
    }

    fn has_field(&self, file: &File, name: &str) -> bool {
        match self.no_header && file.is_delimited() {
            // Fields are c1, c2, …, and never as many as seven.
            true => false,
            false => file.names.contains(&name),
        }
    }

    fn words(&self) -> Vec<String> {
        let mut words = vec!["--to".to_owned(), "ndjson".to_owned()];
        words.extend(self.allow.then_some("--allow=missing".to_owned()));
        words.extend(self.ragged.then_some("--ragged".to_owned()));
        words.extend(self.no_header.then_some("--no-header".to_owned()));
        for (at, stage) in self.stages.iter().enumerate() {
            words.extend((at > 0).then_some("then".to_owned()));
            words.extend(stage.words());
        }
        words
    }
}

fn name_of(at: usize, file: &File) -> String {
    format!("f{at}.{}", file.suffix)
}

/// What a report says of names.
fn said(report: &str, folder: &str) -> Said {
    let mut said = Said::default();
    let quoted = |line: &str| line.split('"').nth(1).unwrap_or("").to_owned();
    for line in report.lines() {
        let line = line.replace(folder, "");
        if line.contains("no input has the field ") {
            said.refused = Some(quoted(&line));
        } else if line.contains("no record had the field ") {
            said.missed.insert(quoted(&line));
        } else if let Some((file, _)) = line.split_once(": the header has no field ") {
            said.lacking.insert((file.trim_start_matches("tamis: ").to_owned(), quoted(&line)));
        }
    }
    said
}

fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let given = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { given } else { ProptestConfig { cases: 400, ..given } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_field_that_is_named_and_lacking_is_said_as_the_rule_has_it(case in case(), variant in select(VARIANTS)) {
        let case = case.with_options_that_hold();
        let Some(named) = case.named() else { return Ok(()) };
        let folder = tempfile::tempdir().unwrap();
        let mut words = case.words();
        for (at, file) in case.files.iter().enumerate() {
            let path = folder.path().join(name_of(at, file));
            fs::write(&path, file.text(case.no_header)).unwrap();
            words.push(path.to_str().unwrap().to_owned());
        }
        let expected = case.expected(&named);
        let ran = run(&words, b"", variant);
        let report = ran.err();
        prop_assert_eq!(said(&report, &format!("{}/", folder.path().display())), expected, "{:?}\n{}", words, report);
        let is_refused = report.contains("no input has");
        prop_assert_eq!(ran.status, if is_refused { 2 } else { 0 }, "{:?}\n{}", words, report);
        prop_assert!(!is_refused || ran.stdout.is_empty());
    }

    /// The only input may be a pipe.
    #[test]
    fn a_pipe_is_judged_as_a_file_is(case in case(), variant in select(VARIANTS)) {
        let Some(named) = case.named() else { return Ok(()) };
        let case = Case { files: case.files[..1].to_vec(), ..case }.with_options_that_hold();
        let file = &case.files[0];
        let mut words = vec!["--from".to_owned(), file.suffix.to_owned()];
        words.extend(case.words());
        let input = file.text(case.no_header);
        let piped = Variant { hesitant: true, ..variant };
        let ran = run(&words, input.as_bytes(), piped);
        prop_assert_eq!(said(&ran.err(), ""), case.expected(&named), "{:?}\n{}", words, ran.err());
    }
}
