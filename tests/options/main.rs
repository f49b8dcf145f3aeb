//! What each option does with each format and stage: it shows in what a run gives, is noted, is refused, or is listed
//! with the reason why it may change nothing. Each cell of the tables is run; an option or format without one fails.

#[path = "../harness/mod.rs"]
mod harness;
mod sample;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use harness::{PLAIN, Ran, run};
use sample::Sample;
use table::{Cell, Row, StageRow};
use tamis::cli::options::GLOBALS;
use tamis::format::{FORMATS, FormatDef};
use tamis::stage::STAGES;

/// What a run gives, its files included.
type Given = (Ran, BTreeMap<String, Vec<u8>>);

#[test]
fn options_and_formats_that_are_read() {
    let mut failures = String::new();
    let formats: Vec<&FormatDef> = FORMATS.iter().filter(|def| def.input.is_some()).copied().collect();
    complete(table::INPUTS, &formats);
    for row in table::INPUTS {
        for format in &formats {
            let sample = sample::of(format.name);
            let mut base = sample.base.to_vec();
            if row.option() == "from" {
                base.drain(..2);
            }
            base.extend(["--to", "ndjson"]);
            let chain = if row.chain == table::WINDOWS { sample.timed } else { &[] };
            let chain: Vec<&str> = chain.iter().chain(row.chain).copied().collect();
            let words = in_format(row.words, format.name);
            let row = &Row { words: &words, ..*row };
            failures += &check(row, row.cell(format.name), format.name, &base, &chain, sample);
        }
    }
    report(&failures);
}

#[test]
fn options_and_formats_that_are_written() {
    let mut failures = String::new();
    let formats: Vec<&FormatDef> = FORMATS.iter().filter(|def| def.output.is_some()).copied().collect();
    complete(table::OUTPUTS, &formats);
    for row in table::OUTPUTS {
        for format in &formats {
            let sample = sample::of("ndjson");
            let mut base = sample.base.to_vec();
            if row.option() != "to" {
                base.extend(["--to", format.name]);
            }
            let chain =
                if format.name == "text" { &["project", "line = n"][..] } else { &["filter", "true"] };
            let words = in_format(row.words, format.name);
            let row = Row { words: &words, ..*row };
            failures += &check(&row, row.cell(format.name), format.name, &base, chain, sample);
        }
    }
    report(&failures);
}

#[test]
fn options_about_time_and_chains() {
    let mut failures = String::new();
    for (kind, chain) in table::CHAINS {
        for row in table::TIMES {
            let sample = sample::of("ndjson");
            let row = Row { chain, ..*row };
            failures += &check(&row, row.cell(kind), kind, sample.base, chain, sample);
        }
    }
    report(&failures);
}

#[test]
fn options_of_stages() {
    let mut failures = String::new();
    for stage in STAGES {
        for option in stage.options {
            let has = |row: &&StageRow| row.stage == stage.name && row.option == option.long;
            assert!(table::STAGES.iter().any(|row| has(&row)), "{} --{}: no row", stage.name, option.long);
        }
    }
    for row in table::STAGES {
        let sample = sample::of("ndjson");
        let known = STAGES.iter().any(|stage| {
            stage.name == row.stage && stage.options.iter().any(|option| option.long == row.option)
        });
        assert!(known, "{} --{}: no such option", row.stage, row.option);
        let (with, without) = (given(&[], row.with, sample), given(&[], row.without, sample));
        failures += &judge(&format!("{:?}", row.with), row.option, row.cell, &with, &without);
    }
    report(&failures);
}

/// Each global option has one row, but for those that ask for a text, and no other has.
fn complete(rows: &[Row<'_>], formats: &[&FormatDef]) {
    let asks = ["help", "version"];
    let all = GLOBALS.iter().map(|row| row.option.long).filter(|long| !asks.contains(long));
    let mut told: Vec<&str> = rows.iter().map(|row| row.option()).collect();
    told.sort_unstable();
    assert_eq!(told, all.collect::<Vec<_>>());
    for row in rows {
        for format in formats {
            let _cell = row.cell(format.name);
        }
    }
}

/// The words of an option, with the name of a format for `FORMAT`.
fn in_format<'a>(words: &[&'a str], format: &'a str) -> Vec<&'a str> {
    words.iter().map(|word| if *word == "FORMAT" { format } else { word }).collect()
}

fn check(row: &Row<'_>, cell: Cell, what: &str, base: &[&str], chain: &[&str], sample: &Sample) -> String {
    let with: Vec<&str> = base.iter().chain(row.words).copied().collect();
    let what = format!("{what}: {with:?} {chain:?}");
    judge(&what, row.option(), cell, &given(&with, chain, sample), &given(base, chain, sample))
}

/// Runs a chain in a folder of its own, which `DIR` stands for.
fn given(options: &[&str], chain: &[&str], sample: &Sample) -> Given {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().to_string_lossy().into_owned();
    std::fs::write(folder.path().join("table"), "{\"n\":1,\"v\":\"a\"}\n").expect("a table");
    std::fs::write(folder.path().join("table.csv"), "n;v\n1;a\n").expect("a table");
    let words = options.iter().chain(chain).map(|word| word.replace("DIR", &dir));
    let mut ran = run(&words.collect::<Vec<_>>(), sample.bytes.as_bytes(), PLAIN);
    ran.stderr = ran.err().replace(&dir, "DIR").into_bytes();
    (ran, files(folder.path()))
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            all.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
    all
}

/// Whether a run with the option and one without it differ as the cell says.
fn judge(what: &str, option: &str, cell: Cell, with: &Given, without: &Given) -> String {
    let err = with.0.err();
    let is_named = err.contains(&format!("--{option}"));
    let holds = match cell {
        Cell::Shows => with != without && !err.starts_with(&format!("tamis: --{option} is for")),
        Cell::Refused => with.0.status == 2 && with.0.stdout.is_empty() && is_named,
        Cell::Noted => {
            with.0.status == without.0.status
                && with.0.stdout == without.0.stdout
                && err.contains(&format!("--{option} changes nothing"))
        }
        Cell::Harmless(why) => with == without && !why.is_empty(),
    };
    if holds {
        return String::new();
    }
    let (with, without) = (&with.0, &without.0);
    let shown = |ran: &Ran| format!("{}\n{}{}", ran.status, ran.out(), ran.err());
    format!("{what}\nis not {cell:?}\nwith {}without {}\n", shown(with), shown(without))
}

/// Tells all cells that do not hold.
fn report(failures: &str) {
    assert!(failures.is_empty(), "{failures}");
}
