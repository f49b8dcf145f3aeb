//! What messages propose works: of each case in `tests/cases/mistakes_*.txt` whose help is a whole command, that
//! command is run on the files of the case, and ends well with some output.

#![allow(dead_code, reason = "this test uses its own part of the cases")]

#[path = "harness/case.rs"]
mod case;
mod harness;
#[path = "harness/pack.rs"]
mod pack;

use std::path::Path;

use case::Case;
use harness::PLAIN;

#[test]
fn proposed_commands_work() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut tried, mut failures) = (0, String::new());
    for entry in std::fs::read_dir(&home).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        if !name.starts_with("mistakes_") {
            continue;
        }
        let (_, cases) = case::parse(&std::fs::read_to_string(&path).expect("a case file"));
        for case in &cases {
            assert_eq!(case.expected.status, 2, "{name}: {} is no mistake", case.rule);
            if let Some(command) = proposed(case) {
                tried += 1;
                if let Some(failure) = tried_in_folder(case, &command) {
                    failures.push_str(&format!("{name}: {}\n  {command}\n{failure}\n", case.rule));
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} commands are proposed");
    assert!(failures.is_empty(), "{failures}");
}

/// The whole command in the help of a case.
fn proposed(case: &Case) -> Option<String> {
    let stderr = String::from_utf8_lossy(&case.expected.stderr).into_owned();
    let (_, help) = stderr.split_once("help: ")?;
    let help = help.lines().next()?;
    let starts = ["write ", "such as ", "files come last: ", "to convert only: "];
    let command = starts.iter().find_map(|start| help.strip_prefix(start))?;
    command.starts_with("tamis ").then(|| command.to_owned())
}

/// Why a command does not work.
fn tried_in_folder(case: &Case, command: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    case.write_files(folder.path());
    std::env::set_current_dir(folder.path()).expect("a folder");
    let mut failure = None;
    for words in case::words(command) {
        let ran = harness::run(&words, b"", PLAIN);
        if ran.status != 0 || ran.stdout.is_empty() {
            failure = Some(format!("  status {}, stdout {:?}\n{}", ran.status, ran.out(), ran.err()));
        }
    }
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).expect("the folder of the crate");
    failure
}
