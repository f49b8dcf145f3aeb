//! Registries with a few rows of each kind, and a shell's way to split a line.

use std::io;

use crate::aggregate::{self, AggregateDef, Taking};
use crate::cli::{Chain, Known, Request, Surroundings, parse};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result};
use crate::format::{FormatDef, InputFormat, InputOptions, OutputFormat, OutputOptions};
use crate::function::{Asks, Family, FunctionDef, Returns};
use crate::stage::{Bound, Scope, StageDef, Words};
use crate::time::Timestamp;

pub(super) const KNOWN: Known = Known {
    stages: &[&AGGREGATE, &FILTER, &TOP, &WINDOW],
    formats: &[&CSV, &NDJSON, &REGEX, &TABLE],
    functions: &[&SPLIT],
    aggregates: &[&COUNT],
    planned_formats: &["chart"],
};

pub(super) const AROUND: Surroundings = Surroundings {
    now: match Timestamp::new(1_800_000_000, 0) {
        Some(now) => now,
        None => Timestamp::MIN,
    },
    cores: 8,
    no_color: false,
    tmp: std::path::PathBuf::new(),
    stdout_is_terminal: false,
    stderr_is_terminal: true,
};

/// Parses a line as a shell would hand it over; there is one file, `spec.txt`.
pub(super) fn ask(line: &str) -> Result<Request> {
    let read_file = |name: &str| match name {
        "spec.txt" => Ok(b"status >= 500\n".to_vec()),
        "bad.txt" => Ok(vec![0xff]),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    };
    parse(&shell_words(line), &KNOWN, &AROUND, &read_file)
}

/// The chain of a line that is right.
pub(super) fn chain(line: &str) -> Chain {
    match ask(line) {
        Ok(Request::Run(chain)) => *chain,
        Ok(_) => panic!("no run: {line}"),
        Err(error) => panic!("{line}\n{error}"),
    }
}

/// Splits at blanks; single and double quotes and backslashes as in a POSIX shell, nothing else.
pub(super) fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => words.extend(word.take()),
            '\'' => word.get_or_insert_default().extend(letters.by_ref().take_while(|&c| c != '\'')),
            '"' => word.get_or_insert_default().extend(letters.by_ref().take_while(|&c| c != '"')),
            '\\' => word.get_or_insert_default().extend(letters.next()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

const fn option(long: &'static str, value: &'static str) -> OptionDef {
    OptionDef::valued(long, value, "what it does")
}

fn bind(_: &Words, _: &mut Scope<'_>) -> Result<Vec<Bound>> {
    Err(Error::new("not run here"))
}

fn input(_: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Err(Error::new("not run here"))
}

fn output(_: &OutputOptions) -> Result<Box<dyn OutputFormat>> {
    Err(Error::new("not run here"))
}

const DOC: Doc = Doc { summary: "does its work", text: "One paragraph.\n\nAnother one.", examples: &[] };

static FILTER: StageDef = StageDef {
    name: "filter",
    spec: "'EXPR'",
    options: &[],
    bind,
    doc: Doc {
        summary: "keeps records for which the expression is true",
        text: "A record for which it is null is dropped.",
        examples: &[Example {
            command: "filter 'a > 1'",
            input: "{\"a\":1}\n{\"a\":2}\n",
            output: "{\"a\":2}\n",
        }],
    },
};

static AGGREGATE: StageDef = StageDef {
    name: "aggregate",
    spec: "'ITEM, ...'",
    options: &[option("by", "'KEY, ...'")],
    bind,
    doc: DOC,
};

static TOP: StageDef = StageDef {
    name: "top",
    spec: "'EXPR'",
    options: &[
        option("by", "'KEY, ...'"),
        OptionDef { short: Some('n'), ..option("number", "N") },
        OptionDef { choices: &["up", "down"], ..option("ties", "WHERE") },
        OptionDef { value: None, ..option("all", "") },
    ],
    bind,
    doc: DOC,
};

static WINDOW: StageDef =
    StageDef { name: "window", spec: "SIZE", options: &[option("every", "STEP")], bind, doc: DOC };

static NDJSON: FormatDef = FormatDef {
    name: "ndjson",
    suffixes: &["ndjson", "jsonl", "json"],
    keeps_format: false,
    reads_with: &[],
    writes_with: &[],
    input: Some(input),
    output: Some(output),
    first_line: None,
    doc: DOC,
};
static CSV: FormatDef = FormatDef {
    name: "csv",
    suffixes: &["csv"],
    keeps_format: false,
    reads_with: &[],
    writes_with: &[],
    input: Some(input),
    output: Some(output),
    first_line: None,
    doc: DOC,
};
static REGEX: FormatDef = FormatDef {
    name: "regex",
    suffixes: &[],
    keeps_format: false,
    reads_with: &[],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: None,
    doc: DOC,
};
static TABLE: FormatDef = FormatDef {
    name: "table",
    suffixes: &[],
    keeps_format: false,
    reads_with: &[],
    writes_with: &[],
    input: None,
    output: Some(output),
    first_line: None,
    doc: DOC,
};

static SPLIT: FunctionDef = FunctionDef {
    name: "split",
    usage: "split(text, separator)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: |_| (),
    doc: DOC,
};

static COUNT: AggregateDef = AggregateDef {
    name: "count",
    usage: "count()",
    family: aggregate::Family::Count,
    arity: (0, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Err("not run here".to_owned()),
    doc: DOC,
};
