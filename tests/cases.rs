//! Golden cases: every file in `tests/cases` is run under all permutations of threads, block sizes and ways
//! of input, which must give the same bytes. `BLESS=1 cargo test --test cases` writes what came out into the
//! files; the diff is the review. `CASE=text` runs the cases whose rule or file name holds the text.

#[path = "harness/case.rs"]
mod case;
mod harness;
#[path = "harness/pack.rs"]
mod pack;

use std::fmt::Write as _;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use case::{Case, Given};
use harness::{PLAIN, Ran, VARIANTS, Variant};

/// The current folder belongs to the process: whoever changes it holds this.
static FOLDER: Mutex<()> = Mutex::new(());

#[test]
fn cases() {
    let _guard = FOLDER.lock();
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bless = std::env::var_os("BLESS").is_some();
    let filter = std::env::var("CASE").unwrap_or_default();
    let mut failures = String::new();
    let (mut run, mut failed) = (0, 0);
    for path in case_files(&home) {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a case file");
        let (intro, mut cases) = case::parse(&text);
        for case in &mut cases {
            if !name.contains(&filter) && !case.rule.contains(&filter) {
                continue;
            }
            run += 1;
            let found = check(case, bless);
            if !found.is_empty() {
                failed += 1;
                // The first of many are enough to read.
                if failures.len() < 100_000 {
                    let _ = writeln!(failures, "\n######## {name}: {}\n{found}", case.rule);
                }
            }
        }
        if bless {
            std::fs::write(&path, case::print(&intro, &cases)).expect("a case file");
        } else {
            assert!(case::print(&intro, &cases) == text, "{name} is not spelled as BLESS=1 would write it");
        }
    }
    assert!(run > 0, "no case matches");
    assert!(failed == 0, "{failed} of {run} cases failed\n{failures}");
}

/// A line of 200 MiB is rejected with the default `--max-record`, and its neighbours are read.
#[test]
fn a_very_long_line_is_rejected() {
    let mut file = tempfile::NamedTempFile::with_suffix(".ndjson").expect("a file");
    file.write_all(b"{\"a\":1}\n{\"a\":2,\"b\":\"").expect("space");
    // What is skipped reads as NUL.
    file.seek(SeekFrom::Current(200 << 20)).expect("a regular file");
    file.write_all(b"\"}\n{\"a\":3}\n").expect("space");
    let name = file.path().to_str().expect("a plain name");
    let ran = harness::run(&["filter", "a > 0", name], b"", PLAIN);
    assert_eq!(ran.out(), "{\"a\":1}\n{\"a\":3}\n");
    let report = format!(
        "tamis: {name}:2: rejected: longer than --max-record\ntamis: 1 record rejected (--rejects FILE keeps them)\n"
    );
    assert_eq!((ran.err(), ran.status), (report, 1));
}

/// A closed stdout ends the run quietly: what reads on, such as `head -1`, has seen enough.
#[test]
fn a_closed_stdout_is_no_error() {
    let input = b"{\"ts\":1700000000,\"a\":1}\n".repeat(5000);
    for words in [
        &["--from", "ndjson", "filter", "a > 0"][..],
        &["--from", "ndjson", "sort", "a"],
        &["--from", "ndjson", "window", "1m", "then", "aggregate", "count()"],
        &["help", "options"],
    ] {
        for &variant in VARIANTS.iter().filter(|variant| variant.block > 1 && variant.piece > 1) {
            let ran = harness::run_into(words, &input, variant, Box::new(Closed));
            assert_eq!((ran.err(), ran.status), (String::new(), 0), "{words:?} {variant:?}");
        }
    }
}

/// A full disk is an error.
#[test]
fn a_stdout_that_cannot_be_written_is_an_error() {
    for &variant in VARIANTS {
        let ran = harness::run_into(
            &["--from", "ndjson", "filter", "a > 0"],
            b"{\"a\":1}\n",
            variant,
            Box::new(Full),
        );
        assert!(ran.err().starts_with("tamis: stdout: cannot be written: "), "{:?} {variant:?}", ran.err());
        assert_eq!(ran.status, 2);
    }
}

/// A pipe that nobody reads any more.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn case_files(home: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home).expect("the folder of cases");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// Runs a case in every way, and says what differs.
fn check(case: &mut Case, bless: bool) -> String {
    let mut failures = String::new();
    if bless {
        let first = case.commands.first().expect("a command");
        case.expected = run(case, first, PLAIN);
    }
    for command in &case.commands {
        for &variant in variants(case.inputs.iter().any(|input| input.name == "stdin")) {
            compare(&case.expected, &run(case, command, variant), command, variant, &mut failures);
        }
    }
    let Some(piped) = case.piped() else { return failures };
    let command = format!("{:?} < the file", piped.words);
    for &variant in VARIANTS {
        let got = in_folder(case, |_| harness::run(&piped.words, &piped.stdin, variant));
        compare(&piped.expected, &got, &command, variant, &mut failures);
    }
    failures
}

/// Without stdin, how it is handed out does not matter.
fn variants(stdin: bool) -> &'static [Variant] {
    if stdin { VARIANTS } else { &VARIANTS[..7] }
}

/// Runs a command, or a pipe of them, in a folder with the case's files.
fn run(case: &Case, command: &str, variant: Variant) -> Given {
    in_folder(case, |stdin| {
        let mut total = Ran { status: 0, stdout: stdin, stderr: Vec::new() };
        for words in case::words(command) {
            let ran = harness::run(&words, &total.stdout, variant);
            total.stdout = ran.stdout;
            total.stderr.extend(ran.stderr);
            total.status = total.status.max(ran.status);
        }
        total
    })
}

fn in_folder(case: &Case, run: impl FnOnce(Vec<u8>) -> Ran) -> Given {
    let folder = tempfile::tempdir().expect("a folder");
    case.write_files(folder.path());
    std::env::set_current_dir(folder.path()).expect("a folder");
    let Ran { status, stdout, stderr } = run(case.stdin());
    let wrote = case.read_files(folder.path());
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).expect("the folder of the crate");
    Given { stdout, stderr, status, wrote }
}

fn compare(expected: &Given, got: &Given, command: &str, variant: Variant, failures: &mut String) {
    // The first differences of a case tell most.
    if expected == got || failures.len() > 100_000 {
        return;
    }
    let _ = writeln!(failures, "---- {command}\n     {variant:?}");
    if expected.status != got.status {
        let _ = writeln!(failures, "status: expected {}, got {}", expected.status, got.status);
    }
    diff("stdout", &expected.stdout, &got.stdout, failures);
    diff("stderr", &expected.stderr, &got.stderr, failures);
    for (number, (expected, got)) in expected.wrote.iter().zip(&got.wrote).enumerate() {
        diff(&format!("wrote, file {}", number + 1), expected, got, failures);
    }
}

/// Line by line: `-` expected, `+` got.
fn diff(what: &str, expected: &[u8], got: &[u8], out: &mut String) {
    if expected == got {
        return;
    }
    let _ = writeln!(out, "{what}:");
    let lines = |bytes: &[u8]| -> Vec<String> {
        bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.escape_ascii().to_string()).collect()
    };
    let (expected, got) = (lines(expected), lines(got));
    let same = expected.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let tail = expected.iter().rev().zip(got.iter().rev()).take_while(|(a, b)| a == b).count();
    let tail = tail.min(expected.len().min(got.len()) - same);
    let mut show = |sign: char, lines: &[String]| {
        for line in lines {
            let _ = writeln!(out, "  {sign} {line}");
        }
    };
    show(' ', &expected[same.saturating_sub(2)..same]);
    show('-', &expected[same..expected.len() - tail]);
    show('+', &got[same..got.len() - tail]);
    show(' ', &expected[expected.len() - tail..][..tail.min(2)]);
}
