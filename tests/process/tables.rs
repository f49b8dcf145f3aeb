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
fn a_table_beyond_memory_goes_to_disk() {
    let folder = Folder::new();
    let record = |id: u32| format!("{{\"id\":{id},\"text\":\"{id} {}\"}}\n", "x".repeat(100));
    let table = folder.word("big.ndjson");
    fs::write(&table, (0..20_000).map(record).collect::<String>()).unwrap();
    let input: String = (0..30_000).rev().map(|id| format!("{{\"id\":{id}}}\n")).collect();
    for kind in ["left", "inner", "anti"] {
        let join = ["join", &table, "--on", "id", "--kind", kind];
        let run =
            |memory| run(&[&["--from", "ndjson", "--memory", memory], &join[..]].concat(), input.as_bytes());
        let (in_memory, on_disk) = (run("64M"), run("1M"));
        assert_eq!((on_disk.status, on_disk.err.as_str()), (Some(0), ""));
        assert!(in_memory.out() == on_disk.out(), "{kind}");
    }
    let explained =
        run(&["--memory", "1M", "explain", "join", &table, "--on", "id", &folder.word("in.ndjson")], b"");
    assert!(
        explained.out().contains("big.ndjson: 20000 records, 3 MiB, and all records in --tmp"),
        "{}",
        explained.out()
    );
}

/// A table of that many records of one key.
fn tags(folder: &Folder, count: u32) -> String {
    let table = folder.word("tags.ndjson");
    fs::write(&table, (0..count).map(|tag| format!("{{\"id\":1,\"tag\":{tag}}}\n")).collect::<String>())
        .unwrap();
    table
}

/// However many records of a block match: they are worked on in smaller parts.
#[test]
fn matches_of_many_records_fit_into_little_memory() {
    let folder = Folder::new();
    let table = tags(&folder, 5000);
    let input: String = (0..100).map(|n| format!("{{\"id\":1,\"n\":{n}}}\n")).collect();
    let count = ["then", "aggregate", "n = count(), first = first(n), last = last(n), tag = last(tag)"];
    let all = "{\"n\":500000,\"first\":0,\"last\":99,\"tag\":4999}\n";
    for before in [&[][..], &["dedup", "n", "then"]] {
        let words = [&["--memory", "8M"], before, &["join", &table, "--on", "id"], &count].concat();
        run(&words, input.as_bytes()).is_quiet(all);
    }
}

#[test]
fn matches_of_one_record_beyond_memory_are_an_error_with_the_remedy() {
    let folder = Folder::new();
    let table = tags(&folder, 30_000);
    let words = ["--memory", "4M", "join", &table, "--on", "id"];
    run(&words, b"{\"id\":1}\n").failed_with("do not fit into --memory");
}

/// A record in each of its windows, where something reads their bounds.
#[test]
fn windows_of_many_records_fit_into_little_memory() {
    let input: String =
        (0..600).map(|n| format!("{{\"ts\":\"2024-01-01T00:00:00Z\",\"n\":{n}}}\n")).collect();
    let chain = ["window", "1m", "--every", "10ms", "then", "filter", "window_start is not null", "then"];
    let count = ["aggregate", "n = count(), last(n)", "then", "limit", "1"];
    let words = [&["--memory", "8M"], &chain[..], &count].concat();
    let ended = run(&words, input.as_bytes());
    assert!(ended.out().starts_with("{\"window_start\":\"2023-12-31T23:59:00.01Z\""), "{}", ended.err);
    assert!(ended.out().contains("\"n\":600,\"last_n\":599"), "{}", ended.err);
    let words = [&["--memory", "8M", "window", "1m", "--every", "1ms", "then"], &chain[5..], &count].concat();
    run(&words, input.as_bytes()).failed_with("in each of its 60000 windows does not fit into --memory");
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
