//! Header lines before the first record: what is waited for, and what is written before a name is refused.

use std::fs;
use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::child::{run, start, start_shell};

const REFUSED: &str = "filter: no input has the field \"stauts\"";
const MISSED: &str = "no record had the field \"stauts\"";

/// A folder with two files that have the field `status`, and side files with something in them.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("a.csv", "status\n1\n"), ("b.csv", "status,n\n2,3\n"), ("old.csv", "old\n")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn word(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn mkfifo(&self, name: &str) -> String {
        assert!(Command::new("mkfifo").arg(self.word(name)).status().unwrap().success());
        self.word(name)
    }
}

#[test]
fn a_pipe_is_refused_by_its_header_line_alone() {
    for header in ["id,status\n", "id,\"a\nb\",status\r\n", "\n\nid,status\n1"] {
        let mut running = start(&["--from", "csv", "filter", "stauts > 1"]);
        running.send(header.as_bytes());
        // It ends while stdin stays open.
        let ended = running.wait();
        ended.failed_with(REFUSED);
        assert_eq!(ended.out(), "");
    }
}

#[test]
fn a_fifo_that_is_the_only_input_is_refused_so_too() {
    let folder = Folder::new();
    let fifo = folder.mkfifo("fifo.csv");
    let running = start(&["filter", "stauts > 1", &fifo]);
    let mut writer = start_shell("cat > \"$1\"", &[&fifo]);
    writer.send(b"id,status\n");
    running.wait().failed_with(REFUSED);
    writer.finish();
}

/// The header line of a FIFO may come late: records of a file before it leave at once.
#[test]
fn several_inputs_do_not_wait_for_a_fifo() {
    let folder = Folder::new();
    let fifo = folder.mkfifo("fifo.csv");
    let mut running = start(&["--to", "ndjson", "project", "status, stauts", &folder.word("a.csv"), &fifo]);
    assert_eq!(running.line(), "{\"status\":1,\"stauts\":null}\n");
    let mut writer = start_shell("cat > \"$1\"", &[&fifo]);
    writer.send(b"id,n\n1,2\n");
    assert_eq!(running.line(), "{\"status\":null,\"stauts\":null}\n");
    writer.finish().is_quiet("");
    let ended = running.wait();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(ended.err.contains(MISSED), "{}", ended.err);
    let lacks =
        format!("tamis: {fifo}: the header has no field \"status\", but {} has one\n", folder.word("a.csv"));
    assert!(ended.err.contains(&lacks), "{}", ended.err);
}

#[test]
fn nothing_is_written_before_a_name_is_refused() {
    let folder = Folder::new();
    let old = folder.word("old.csv");
    for option in ["-o", "--rejects", "--late"] {
        for files in [&["a.csv"][..], &["a.csv", "b.csv"]] {
            let mut words =
                vec![option.to_owned(), old.clone(), "filter".to_owned(), "stauts > 1".to_owned()];
            words.extend(files.iter().map(|file| folder.word(file)));
            run(&words, b"").failed_with(REFUSED);
            assert_eq!(fs::read_to_string(&old).unwrap(), "old\n");
        }
    }
    let words = ["filter", "stauts > 1", "then", "tee", &old, &folder.word("a.csv")];
    run(&words, b"").failed_with(REFUSED);
    assert_eq!(fs::read_to_string(&old).unwrap(), "old\n");
}

/// Each file is closed again, and so is what unpacks it.
#[test]
fn more_files_than_may_be_open_are_looked_at() {
    let folder = Folder::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all("status\n".as_bytes()).unwrap();
    encoder.write_all("1\n".repeat(1 << 20).as_bytes()).unwrap();
    fs::write(folder.word("a.csv.gz"), encoder.finish().unwrap()).unwrap();
    let mut words = vec!["aggregate".to_owned(), "sum(stauts)".to_owned()];
    words.extend((0..300).map(|number| folder.word(["a.csv.gz", "b.csv"][number % 2])));
    let ended = start_shell("ulimit -n 16; exec \"$0\" \"$@\"", &words).wait();
    ended.failed_with("aggregate: no input has the field \"stauts\"");
}

/// Whether the field comes later nobody knows.
#[test]
fn what_was_not_read_to_its_end_is_not_judged() {
    let line = "{\"status\":1}\n";
    let mut running = start(&["--from", "ndjson", "project", "*, stauts"]);
    running.send(line.as_bytes());
    assert_eq!(running.line(), "{\"status\":1,\"stauts\":null}\n");
    running.signal("INT");
    let ended = running.wait();
    assert_eq!((ended.status, ended.err.as_str()), (Some(130), ""), "{ended:?}");

    let mut running = start(&["--from", "ndjson", "project", "*, stauts"]);
    running.close_stdout();
    running.send(line.repeat(5000).as_bytes());
    let ended = running.finish();
    assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""), "{ended:?}");

    // An error in the first block.
    let ended = run(&["--strict", "--from", "ndjson", "project", "*, stauts"], b"{\"status\":1}\n{\n");
    ended.failed_with("rejected");
    assert!(!ended.err.contains("had the field"), "{}", ended.err);
    let words = ["--from", "ndjson", "window", "1m", "then", "aggregate", "sum(stauts)"];
    let ended = run(&words, line.as_bytes());
    ended.failed_with("no event time");
    assert!(!ended.err.contains("had the field"), "{}", ended.err);
}
