//! Tables of a join that are pipes, and those that do not fit.

use std::fs;
use std::io::Write;
use std::process::Command;

use crate::child::{run, start, start_shell};

const TABLE: &str = "id,name\n1,Ada\n2,Bo\n";

/// A folder with an input, a table and a FIFO.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.word("in.ndjson"), "{\"id\":2}\n{\"id\":3}\n").unwrap();
        fs::write(folder.word("table.csv"), TABLE).unwrap();
        assert!(Command::new("mkfifo").arg(folder.word("fifo")).status().unwrap().success());
        folder
    }

    fn word(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

const JOINED: &str = "{\"id\":2,\"name\":\"Bo\"}\n{\"id\":3,\"name\":null}\n";

#[test]
fn stdin_is_a_table() {
    let folder = Folder::new();
    let words = ["join", "-", "--table-from", "csv", "--on", "id", &folder.word("in.ndjson")];
    run(&words, TABLE.as_bytes()).is_quiet(JOINED);
}

#[test]
fn a_table_is_read_to_its_end_before_the_first_record() {
    let folder = Folder::new();
    let words = ["join", &folder.word("fifo"), "--table-from", "csv", "--on", "id"];
    let mut running = start(&words);
    running.send(b"{\"id\":2}\n");
    // Opening waits for the program, and closing is the table's end.
    fs::write(folder.word("fifo"), TABLE).unwrap();
    assert_eq!(running.line(), "{\"id\":2,\"name\":\"Bo\"}\n");
    running.send(b"{\"id\":3}\n");
    assert_eq!(running.line(), "{\"id\":3,\"name\":null}\n");
    running.finish().is_quiet("");
}

#[test]
fn a_table_and_an_input_may_both_be_pipes() {
    let folder = Folder::new();
    let line = format!(
        "cat '{}' > '{}' & cat '{}' | \"$0\" \"$@\"",
        folder.word("table.csv"),
        folder.word("fifo"),
        folder.word("in.ndjson")
    );
    let words = ["join", &folder.word("fifo"), "--table-from", "csv", "--on", "id"];
    start_shell(&line, &words).finish().is_quiet(JOINED);
}

#[test]
fn a_pipe_cannot_be_table_and_input() {
    let folder = Folder::new();
    let fifo = folder.word("fifo");
    run(&["join", &fifo, "--table-from", "csv", "--on", "id", &fifo], b"").failed_with("named twice");
    let twice = ["join", "-", "--table-from", "csv", "--on", "id", "then", "join", "-", "--on", "id"];
    run(&[&twice[..], &[&folder.word("in.ndjson")]].concat(), b"").failed_with("stdin cannot be a table");
}

#[test]
fn a_table_beyond_memory_is_an_error_with_the_remedy() {
    let folder = Folder::new();
    let record = |id: u32| format!("{{\"id\":{id},\"text\":\"{}\"}}\n", "x".repeat(100));
    let table = folder.word("big.ndjson");
    fs::write(&table, (0..20_000).map(record).collect::<String>()).unwrap();
    let input = folder.word("in.ndjson");
    let ended = run(&["--memory", "1M", "join", &table, "--on", "id", &input], b"");
    ended.failed_with(&format!("join: table {table}: holds more than --memory 1 MiB"));
    assert!(ended.err.contains("--take"), "{}", ended.err);
    run(&["--memory", "8M", "join", &table, "--on", "id", "--kind", "anti", &input], b"").is_quiet("");
}

#[test]
fn matches_beyond_memory_are_an_error_with_the_remedy() {
    let folder = Folder::new();
    let table = folder.word("tags.ndjson");
    fs::write(&table, (0..20_000).map(|tag| format!("{{\"id\":1,\"tag\":{tag}}}\n")).collect::<String>())
        .unwrap();
    let words = ["--memory", "8M", "join", &table, "--on", "id"];
    run(&words, "{\"id\":1}\n".repeat(100).as_bytes()).failed_with("do not fit into --memory");
}

#[test]
fn a_signal_while_the_table_is_read_ends_the_run() {
    let folder = Folder::new();
    let fifo = folder.word("fifo");
    let words =
        ["join", &fifo, "--table-from", "csv", "--on", "id", "--take", "nome", &folder.word("in.ndjson")];
    let running = start(&words);
    // Opening waits for the program to open the other end.
    let mut table = fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    table.write_all(b"id,na").unwrap();
    running.signal("INT");
    let ended = running.wait();
    drop(table);
    assert_eq!((ended.status, ended.out().as_str(), ended.err.as_str()), (Some(130), "", ""), "{ended:?}");
}
