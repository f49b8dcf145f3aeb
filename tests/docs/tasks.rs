//! `docs/tasks.md`: its commands are run, each task has its command and its row among the other tools, and each
//! input is shown.

use std::fs;

use crate::{root, session};

/// The least number of tasks.
const TASKS: usize = 25;

#[test]
fn commands() {
    session::check(&root().join("docs/tasks.md"), &root().join("docs/tasks"));
}

#[test]
fn every_task_has_a_command_and_a_row() {
    let text = document();
    let (tasks, table) = text.split_once("\n## Beside other tools\n").expect("the table");
    let tasks: Vec<&str> = tasks.split("\n### ").skip(1).collect();
    assert!(tasks.len() >= TASKS, "{} tasks", tasks.len());
    let rows: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| [")).collect();
    for (at, task) in tasks.iter().enumerate() {
        let (title, body) = task.split_once('\n').expect("a title");
        assert!(title.starts_with(&format!("{}. ", at + 1)), "{title}: tasks are numbered");
        let runs = body.lines().any(|line| line.starts_with("$ ") && line.contains("tamis "));
        assert!(runs, "{title}: a command");
        let row = format!("{title}](#{})", anchor(title));
        assert_eq!(rows.get(at).map(|line| line.starts_with(&row)), Some(true), "{title}: its row: {row}");
    }
    assert_eq!(rows.len(), tasks.len(), "rows without a task");
}

#[test]
fn every_input_is_shown() {
    let text = document();
    for entry in fs::read_dir(root().join("docs/tasks")).expect("the inputs") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        assert!(text.contains(&format!("\n$ cat {name}\n")), "{name} is not shown");
    }
}

fn document() -> String {
    fs::read_to_string(root().join("docs/tasks.md")).expect("docs/tasks.md")
}

/// What a heading is called in links.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}
