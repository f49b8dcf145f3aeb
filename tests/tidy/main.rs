//! The source keeps its rules: layers, lengths, names, registries, and what stands at the top of the tree.

mod registries;
mod rules;
mod source;

use registries::unlisted;
use rules::RULES;
use source::{sources, top_of_the_tree};

/// All that stands at the top of the tree.
const TOP: &[&str] = &[
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "clippy.toml",
    "docs",
    "examples",
    "fuzz",
    "install.sh",
    "man",
    "rustfmt.toml",
    "src",
    "tests",
];

#[track_caller]
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn files_keep_the_rules() {
    let files = sources();
    assert!(files.len() > 100, "the sources were not found");
    let mut wrong = Vec::new();
    for (_, rule) in RULES {
        for file in &files {
            wrong.extend(rule(file).iter().map(|(line, what)| format!("{}:{line}: {what}", file.path)));
        }
    }
    wrong.extend(unlisted(&files));
    assert_none(&wrong);
}

#[test]
fn the_top_of_the_tree_holds_what_is_listed() {
    let found = top_of_the_tree();
    assert!(found.contains("Cargo.toml"), "the tree was not found");
    let wrong: Vec<String> = found
        .iter()
        .filter(|name| !TOP.contains(&name.as_str()))
        .map(|name| format!("{name}: belongs in a folder, or in the list of tests/tidy.rs"))
        .collect();
    assert_none(&wrong);
}
