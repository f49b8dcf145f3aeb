//! Side outputs: files and folders that get records beside stdout.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use crate::child::{TAMIS, run, start, start_command, start_shell, with_threads};

const THREADS: [usize; 2] = [1, 4];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn mkfifo(&self, name: &str) -> String {
        assert!(Command::new("mkfifo").arg(self.path(name)).status().unwrap().success());
        self.word(name)
    }
}

#[test]
fn a_closed_stdout_does_not_keep_a_side_file_from_becoming_whole() {
    for threads in THREADS {
        let folder = Folder::new();
        let words = ["tee", &folder.word("all.ndjson"), "then", "filter", "x > 1"];
        let mut running = start(&with_threads(threads, &words));
        running.send(b"{\"x\":2}\n");
        assert_eq!(running.line(), "{\"x\":2}\n");
        running.close_stdout();
        let mut stdin = running.take_stdin();
        // More than stdout's pipe would hold.
        let line = "{\"x\":3}\n";
        stdin.write_all(line.repeat(100_000).as_bytes()).unwrap();
        drop(stdin);
        running.wait().is_quiet("");
        assert_eq!(folder.read("all.ndjson"), format!("{{\"x\":2}}\n{}", line.repeat(100_000)));
        assert_eq!(folder.names("."), ["all.ndjson"]);
    }
}

#[test]
fn a_side_file_takes_all_of_the_input_behind_a_limit() {
    let folder = Folder::new();
    let mut running = start(&["tee", &folder.word("all.ndjson"), "then", "limit", "1"]);
    running.send(b"{\"x\":2}\n");
    assert_eq!(running.line(), "{\"x\":2}\n");
    running.send(b"{\"x\":3}\n");
    running.finish().is_quiet("");
    assert_eq!(folder.read("all.ndjson"), "{\"x\":2}\n{\"x\":3}\n");
    // In front of it the limit ends the run, though stdin stays open.
    let mut running = start(&["limit", "1", "then", "tee", &folder.word("all.ndjson")]);
    running.send(b"{\"x\":4}\n{\"x\":5}\n");
    running.wait().is_quiet("{\"x\":4}\n");
    assert_eq!(folder.read("all.ndjson"), "{\"x\":4}\n");
}

#[test]
fn a_fifo_gets_each_record_before_the_next_one_comes() {
    for threads in THREADS {
        let folder = Folder::new();
        let fifo = folder.mkfifo("fifo");
        let mut reader = start_command(Command::new("cat").arg(&fifo));
        let words = ["--to", "ndjson", "tee", &fifo, "then", "aggregate", "n = count()"];
        let mut running = start(&with_threads(threads, &words));
        for x in 0..20 {
            let line = format!("{{\"x\":{x}}}\n");
            running.send(line.as_bytes());
            assert_eq!(reader.line(), line);
        }
        running.finish().is_quiet("{\"n\":20}\n");
        reader.finish().is_quiet("");
    }
}

/// Also where it was redirected to a file.
#[test]
fn stderr_gets_records_among_the_messages() {
    let folder = Folder::new();
    let words = ["--to", "ndjson", "tee", "/dev/stderr", "then", "aggregate", "n = count()"];
    let line = "exec \"$0\" \"$@\" 2> \"$FILE\"";
    let mut command = Command::new("sh");
    command.env("FILE", folder.path("err")).args(["-c", line, TAMIS]).args(words);
    let mut running = start_command(&mut command);
    running.send(b"{\"x\":2}\n{\"x\"\n");
    let ended = running.finish();
    assert_eq!((ended.status, ended.out().as_str()), (Some(1), "{\"n\":1}\n"));
    let err = folder.read("err");
    assert!(err.starts_with("{\"x\":2}\ntamis: stdin:2: rejected: "), "{err}");
    assert_eq!(folder.names("."), ["err"]);
}

#[test]
fn a_run_ends_when_neither_the_side_nor_the_chain_wants_more() {
    let folder = Folder::new();
    let fifo = folder.mkfifo("fifo");
    let reader = start_command(Command::new("head").args(["-n", "1", &fifo]));
    let mut running = start(&["--to", "ndjson", "tee", &fifo, "then", "limit", "1"]);
    let mut stdin = running.take_stdin();
    let poured = std::thread::spawn(move || while stdin.write_all(b"{\"x\":2}\n").is_ok() {});
    reader.wait().is_quiet("{\"x\":2}\n");
    running.wait().is_quiet("{\"x\":2}\n");
    poured.join().unwrap();
}

#[test]
fn a_run_that_fails_leaves_the_old_side_file() {
    let folder = Folder::new();
    fs::write(folder.path("old.ndjson"), "old\n").unwrap();
    fs::write(folder.path("in.ndjson"), "{\"x\":2}\n".repeat(100_000)).unwrap();
    let (old, input) = (folder.word("old.ndjson"), folder.word("in.ndjson"));
    run(&["-o", "/dev/full", "tee", &old, "then", "filter", "x > 1", &input], b"")
        .failed_with("/dev/full: cannot be written: No space left on device");
    assert_eq!(folder.read("old.ndjson"), "old\n");
    let words = ["tee", &old, "then", "limit", "1", &input];
    let ended = start_shell("ulimit -f 1; exec \"$0\" \"$@\"", &words).wait();
    ended.failed_with("old.ndjson: cannot be written: File too large");
    assert_eq!(folder.read("old.ndjson"), "old\n");
    assert_eq!(folder.names("."), ["in.ndjson", "old.ndjson"]);
}

#[test]
fn a_side_file_is_no_input() {
    let folder = Folder::new();
    fs::write(folder.path("in.ndjson"), "{\"x\":\"other\"}\n{\"x\":\"in\"}\n").unwrap();
    std::os::unix::fs::symlink("in.ndjson", folder.path("link.ndjson")).unwrap();
    let input = folder.word("in.ndjson");
    for output in ["in.ndjson", "link.ndjson"] {
        run(&["tee", &folder.word(output), &input], b"").failed_with("the file is also an input");
    }
    for key in ["x", "k = 'link'"] {
        run(&["split", key, "--into", &folder.word("."), &input], b"")
            .failed_with("the file is also an input or output");
    }
    assert_eq!(folder.read("in.ndjson"), "{\"x\":\"other\"}\n{\"x\":\"in\"}\n");
}

/// More keys than files may be open, and more bytes than are collected.
#[test]
fn split_writes_to_many_files() {
    let folder = Folder::new();
    let note = "x".repeat(1000);
    let line = |n: usize| format!("{{\"key\":\"k{}\",\"n\":{n},\"note\":\"{note}\"}}\n", n * n % 1009);
    let mut expected: BTreeMap<String, String> = BTreeMap::new();
    let mut input = String::new();
    for n in 0..12_000 {
        input.push_str(&line(n));
        expected.entry(format!("k{}.ndjson", n * n % 1009)).or_default().push_str(&line(n));
    }
    assert_eq!(expected.len(), 505);
    fs::write(folder.path("in.ndjson"), &input).unwrap();
    for threads in ["1", "4"] {
        let words = ["-j", threads, "split", "key", "--into", &folder.word("out"), &folder.word("in.ndjson")];
        start_shell("ulimit -n 200; exec \"$0\" \"$@\"", &words).wait().is_quiet("");
        assert!(folder.names("out").iter().eq(expected.keys()));
        for (name, text) in &expected {
            assert!(folder.read(&format!("out/{name}")) == *text, "{name}");
        }
    }
}

#[test]
fn split_needs_no_stdout() {
    let folder = Folder::new();
    let mut running = start(&["--to", "csv", "split", "x", "--into", &folder.word("out")]);
    running.close_stdout();
    running.send(b"{\"x\":2}\n{\"x\":3}\n");
    running.finish().is_quiet("");
    assert_eq!(folder.names("out"), ["2.csv", "3.csv"]);
    assert_eq!(folder.read("out/2.csv"), "x\n2\n");
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = Folder::new();
    fs::write(folder.path("file"), "").unwrap();
    // Nothing is read: stdin stays open.
    start(&["split", "x", "--into", &folder.word("file")]).wait().failed_with("is no folder");
    start(&["split", "x", "--into", &folder.word("file/out")]).wait().failed_with("cannot be made");
    fs::create_dir_all(folder.path("out/2.ndjson")).unwrap();
    run(&["split", "x", "--into", &folder.word("out")], b"{\"x\":2}\n").failed_with("is no regular file");
    let large = "{\"x\":4}\n".repeat(10_000);
    fs::write(folder.path("in.ndjson"), large).unwrap();
    let words = ["split", "x", "--into", &folder.word("out"), &folder.word("in.ndjson")];
    let ended = start_shell("ulimit -f 1; exec \"$0\" \"$@\"", &words).wait();
    ended.failed_with("4.ndjson: cannot be written: File too large");
}

#[test]
fn a_signal_takes_side_files_into_place() {
    let folder = Folder::new();
    let mut running = start(&["tee", &folder.word("all.ndjson")]);
    running.send(b"{\"x\":2}\n");
    assert_eq!(running.line(), "{\"x\":2}\n");
    running.signal("TERM");
    let ended = running.wait();
    assert_eq!((ended.status, ended.err.as_str()), (Some(143), ""), "{ended:?}");
    assert_eq!(folder.read("all.ndjson"), "{\"x\":2}\n");
}
