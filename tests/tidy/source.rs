//! The files of the tree, and their code without comments.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A file of the tree: its path from the root, with slashes, and its text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The module of the lowest level below `src`: `format` for `src/format/csv/mod.rs`.
    pub(crate) fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        Some(inside.split('/').next()?.trim_end_matches(".rs"))
    }

    /// The modules down to this file: `format`, `csv`.
    pub(crate) fn modules(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').collect()
    }

    /// The lines without comments, with their numbers.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).map(|(number, line)| (number, without_comment(line)))
    }

    /// The line from which on all is tests.
    pub(crate) fn tests_from(&self) -> usize {
        if self.modules().iter().any(|module| module.ends_with("tests") || *module == "split_test") {
            return 0;
        }
        let at = self.code().find(|(_, line)| line.trim() == "#[cfg(test)]");
        at.map_or(usize::MAX, |(number, _)| number)
    }
}

/// A line up to `//`, unless that stands in a string.
pub(crate) fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, char) in line.char_indices() {
        match char {
            '"' if before != '\\' && before != '\'' => quoted = !quoted,
            '/' if !quoted && before == '/' => return &line[..at - 1],
            _ => {}
        }
        before = char;
    }
    line
}

/// The words of code: names, keywords, numbers.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty())
}

/// Every Rust file of the project but the one that spells what is banned.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> =
        ["src", "tests", "benches", "examples", "fuzz"].map(|top| root.join(top)).into();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a folder that can be read").path()) {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests/tidy/rules.rs" {
                let text = fs::read_to_string(&path).expect("a source in UTF-8");
                files.push(Source { path: name, text });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

/// The names at the top of the tree: of what git has, or without git of all but what building makes.
pub(crate) fn top_of_the_tree() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git").args(["ls-files"]).current_dir(root).output();
    if let Some(listed) = listed.ok().filter(|listed| listed.status.success() && !listed.stdout.is_empty()) {
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        return text.lines().filter_map(|path| Some(path.split('/').next()?.to_owned())).collect();
    }
    let names = fs::read_dir(root).expect("the root").map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !["target", ".git"].contains(&name.as_str())).collect()
}
