//! Wrong command lines and what is said about them: `mistakes.txt` beside this file.
//! `BLESS=1 cargo test` writes it anew.

use std::path::Path;
use std::{env, fs};

use super::fixture::ask;

#[test]
fn mistakes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/tests/mistakes.txt");
    let expected = fs::read_to_string(&path).unwrap();
    let commands: Vec<&str> = expected.lines().filter_map(|line| line.strip_prefix("$ tamis")).collect();
    assert!(commands.len() >= 50);
    let found: Vec<String> = commands
        .iter()
        .map(|command| match ask(command.trim_start()) {
            Ok(_) => format!("$ tamis{command}\n"),
            Err(error) => format!("$ tamis{command}\ntamis: {error}\n"),
        })
        .collect();
    let found = found.join("\n");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    for (found, expected) in found.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
}

/// Every mistake shows its place and a remedy.
#[test]
fn every_mistake_has_place_and_remedy() {
    let text = include_str!("mistakes.txt");
    for case in text.split("\n\n") {
        assert!(case.contains(" help: "), "{case}");
        assert!(case.contains('^') || case.starts_with("$ tamis\n"), "{case}");
    }
}
