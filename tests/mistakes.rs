//! What messages propose does what was meant: of each case in `tests/cases/mistakes_*.txt` whose help is a whole command,
//! that command is run on the files of the case, and ends well with the output that `tests/mistakes/` keeps.

#![allow(dead_code, reason = "this test uses its own part of the cases")]

#[path = "harness/case.rs"]
mod case;
mod harness;
#[path = "harness/pack.rs"]
mod pack;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use case::Case;
use harness::PLAIN;

#[test]
fn proposed_commands_do_what_was_meant() {
    let mut failures = String::new();
    for file in case_files() {
        let mut outputs = String::new();
        let (_, cases) = case::parse(&std::fs::read_to_string(&file).expect("a case file"));
        for case in &cases {
            assert_eq!(case.expected.status, 2, "{}: {} is no mistake", file.display(), case.rule);
            let Some(command) = proposed(case) else { continue };
            match tried_in_folder(case, &command) {
                Ok(output) => {
                    writeln!(outputs, "typed   {}\nmeant   {command}\n{output}", case.commands.join("; "))
                        .expect("a text grows");
                }
                Err(failure) => {
                    failures.push_str(&format!(
                        "{}: {}\n  {command}\n{failure}\n",
                        file.display(),
                        case.rule
                    ));
                }
            }
        }
        compare(&file, &outputs);
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Compares what the proposed commands of a case file print with what is kept of it.
fn compare(cases: &Path, outputs: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let golden = folder.join(cases.file_name().expect("a file"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, outputs).expect("the golden file");
    }
    let expected = std::fs::read_to_string(&golden).expect("the golden file");
    let differs = expected.lines().zip(outputs.lines()).find(|(expected, found)| expected != found);
    assert_eq!(differs, None, "{}: BLESS=1 writes it anew", golden.display());
    assert_eq!(expected.len(), outputs.len(), "{}: BLESS=1 writes it anew", golden.display());
}

/// The files of cases about mistakes, by name.
fn case_files() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(&home).expect("the folder of cases");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("mistakes_")));
    files.sort();
    files
}

/// The whole command in the help of a case.
fn proposed(case: &Case) -> Option<String> {
    let stderr = String::from_utf8_lossy(&case.expected.stderr).into_owned();
    let (_, help) = stderr.split_once("help: ")?;
    let help = help.lines().next()?;
    let starts =
        ["write ", "such as ", "files come last: ", "to convert only: ", "long options have two dashes: "];
    let command = starts.iter().find_map(|start| help.strip_prefix(start))?;
    command.starts_with("tamis ").then(|| command.to_owned())
}

/// What a command prints, or why it does not work.
fn tried_in_folder(case: &Case, command: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    case.write_files(folder.path());
    std::env::set_current_dir(folder.path()).expect("a folder");
    let mut outcome = Ok(String::new());
    for words in case::words(command) {
        let ran = harness::run(&words, b"", PLAIN);
        outcome = match ran.status {
            0 if !ran.stdout.is_empty() => Ok(format!("{}{}", ran.out(), ran.err())),
            status => Err(format!("  status {status}, stdout {:?}\n{}", ran.out(), ran.err())),
        };
    }
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).expect("the folder of the crate");
    outcome
}
