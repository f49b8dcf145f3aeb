//! What people type in other tools, and here: each row of the README's tables is shown with its answer in
//! `docs/coming-from.md`, whose commands are run.

use std::fs;

use crate::{root, session};

const TOOLS: [&str; 5] = ["jq", "awk", "Miller", "SQL", "angle-grinder"];

/// The rows of each table.
const ROWS: usize = 5;

#[test]
fn commands() {
    session::check(&root().join("docs/coming-from.md"), &root().join("docs/tasks"));
}

#[test]
fn each_row_of_the_readme_is_shown_with_its_answer() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let answers = fs::read_to_string(root().join("docs/coming-from.md")).expect("docs/coming-from.md");
    for tool in TOOLS {
        let table = part(&readme, &format!("\n| from {tool} | here |\n| --- | --- |\n"), "\n\n");
        let shown = part(&answers, &format!("\n## From {tool}\n"), "\n## ");
        let pairs: Vec<(String, String)> = table.lines().map(pair).collect();
        assert_eq!(pairs.len(), ROWS, "{tool}");
        for (theirs, ours) in pairs {
            let found = shown.split("\n**").any(|answer| answers_both(answer, &theirs, &ours));
            assert!(found, "{tool}: not in docs/coming-from.md:\n{theirs}\n{ours}");
        }
        assert_eq!(shown.matches("\n$ tamis ").count(), ROWS, "{tool}: commands that are in no row");
    }
}

/// Whether this is the place of both: the other tool's command in its first line, and ours on one file.
fn answers_both(answer: &str, theirs: &str, ours: &str) -> bool {
    let (title, rest) = answer.split_once('\n').unwrap_or((answer, ""));
    let files = rest.lines().filter_map(|line| line.strip_prefix(&format!("$ {ours} ")));
    title.contains(theirs) && files.into_iter().any(|file| !file.contains(' '))
}

/// What is between two marks, the second of which may be the end.
fn part<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from:?}"));
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

/// The two commands of a row.
fn pair(row: &str) -> (String, String) {
    let row = row.replace("\\|", "|");
    let cells = row.strip_prefix("| `").and_then(|row| row.strip_suffix("` |"));
    let (theirs, ours) = cells.and_then(|cells| cells.split_once("` | `")).unwrap_or_else(|| panic!("{row}"));
    (theirs.to_owned(), ours.to_owned())
}
