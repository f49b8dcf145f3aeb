//! Files that are named: outputs that appear whole or not at all, inputs that cannot be read.

use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::child::{run, start, start_command, start_shell};

const LINE: &str = "{\"x\":2}\n";

/// A folder with an old output and an input that breaks off: a compressed file that was cut.
struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.ndjson"), "old\n").unwrap();
        fs::write(folder.path().join("in.ndjson"), LINE.repeat(3)).unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(LINE.repeat(10_000).as_bytes()).unwrap();
        let whole = encoder.finish().unwrap();
        fs::write(folder.path().join("cut.ndjson.gz"), &whole[..whole.len() / 2]).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Asserts that no temporary file was left.
    fn is_tidy(&self) {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(!name.as_bytes().starts_with(b"."), "{name:?}");
        }
    }

    fn mkfifo(&self, name: &str) -> String {
        assert!(Command::new("mkfifo").arg(self.path(name)).status().unwrap().success());
        self.word(name)
    }
}

#[test]
fn an_output_is_replaced_when_it_is_whole() {
    let folder = Folder::new();
    let old = folder.path("old.ndjson");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    run(&["-o", &folder.word("old.ndjson"), "limit", "2", &folder.word("in.ndjson")], b"").is_quiet("");
    assert_eq!(folder.read("old.ndjson"), LINE.repeat(2));
    assert_eq!(fs::metadata(&old).unwrap().permissions().mode() & 0o7777, 0o640);
    run(&["-o", &folder.word("new.ndjson"), "limit", "1"], LINE.as_bytes()).is_quiet("");
    assert_eq!(folder.read("new.ndjson"), LINE);
    folder.is_tidy();
}

#[test]
fn a_link_to_an_output_stays_a_link() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("old.ndjson", folder.path("link.ndjson")).unwrap();
    run(&["-o", &folder.word("link.ndjson"), "limit", "1"], LINE.as_bytes()).is_quiet("");
    assert_eq!(folder.read("old.ndjson"), LINE);
    assert!(fs::symlink_metadata(folder.path("link.ndjson")).unwrap().is_symlink());
    folder.is_tidy();
}

#[test]
fn a_run_that_fails_leaves_the_old_output() {
    let folder = Folder::new();
    let ended =
        run(&["-o", &folder.word("old.ndjson"), "filter", "x > 1", &folder.word("cut.ndjson.gz")], b"");
    ended.failed_with("cut.ndjson.gz: compressed data ends too early");
    assert_eq!(folder.read("old.ndjson"), "old\n");
    folder.is_tidy();
    // On stdout everything that could be read has left.
    let ended = run(&["filter", "x > 1", &folder.word("cut.ndjson.gz")], b"");
    ended.failed_with("cut.ndjson.gz: compressed data ends too early");
    assert!(ended.out.len() > 1000 && ended.out().lines().all(|line| line == "{\"x\":2}"));
}

#[test]
fn a_full_disk_leaves_the_old_output() {
    let folder = Folder::new();
    fs::write(folder.path("large.ndjson"), LINE.repeat(100_000)).unwrap();
    for name in ["old.ndjson", "other.ndjson.gz"] {
        fs::write(folder.path(name), "old\n").unwrap();
        let chain = if name.ends_with("gz") { "project x = sqrt(input_line())" } else { "filter x>1" };
        let (stage, spec) = chain.split_once(' ').unwrap();
        let words = ["-o", &folder.word(name), stage, spec, &folder.word("large.ndjson")];
        let ended = start_shell("ulimit -f 1; exec \"$0\" \"$@\"", &words).wait();
        ended.failed_with("cannot be written: File too large");
        assert_eq!(folder.read(name), "old\n");
        folder.is_tidy();
    }
    run(&["-o", "/dev/full", "filter", "x > 1", &folder.word("large.ndjson")], b"")
        .failed_with("/dev/full: cannot be written: No space left on device");
}

#[test]
fn an_output_that_cannot_be_made_stops_the_run_before_it_reads() {
    let folder = Folder::new();
    for (name, part) in [("missing/out.ndjson", "cannot be written"), (".", "is a directory")] {
        let running = start(&["-o", &folder.word(name), "filter", "x > 1"]);
        // Stdin stays open.
        running.wait().failed_with(part);
    }
    folder.is_tidy();
}

#[test]
fn an_input_is_no_output() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("in.ndjson", folder.path("link.ndjson")).unwrap();
    for option in ["-o", "--rejects", "--late"] {
        for output in ["in.ndjson", "link.ndjson"] {
            let words = [option, &folder.word(output), "filter", "x > 1", &folder.word("in.ndjson")];
            run(&words, b"").failed_with("the file is also an input");
            assert_eq!(folder.read("in.ndjson"), LINE.repeat(3));
        }
    }
    folder.is_tidy();
}

#[test]
fn devices_and_fifos_are_written_directly() {
    let folder = Folder::new();
    run(&["-o", "/dev/null", "filter", "x > 1", &folder.word("in.ndjson")], b"").is_quiet("");
    let fifo = folder.mkfifo("fifo");
    let reader = start_command(Command::new("cat").arg(&fifo));
    run(&["-o", &fifo, "filter", "x > 1", &folder.word("in.ndjson")], b"").is_quiet("");
    reader.wait().is_quiet(&LINE.repeat(3));
    folder.is_tidy();
}

#[test]
fn a_fifo_is_read_to_its_end() {
    let folder = Folder::new();
    let fifo = folder.mkfifo("fifo");
    for threads in ["1", "4"] {
        let mut running = start(&["-j", threads, "--from", "ndjson", "filter", "x > 1", &fifo]);
        let mut writer = start_shell("cat > \"$1\"", &[&fifo]);
        for _ in 0..3 {
            writer.send(LINE.as_bytes());
            assert_eq!(running.line(), LINE);
        }
        writer.finish().is_quiet("");
        running.wait().is_quiet("");
    }
}

#[test]
fn inputs_are_checked_before_anything_is_read() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("nowhere", folder.path("dangling.ndjson")).unwrap();
    let cases =
        [("missing.ndjson", "no such file"), ("dangling.ndjson", "no such file"), ("", "is a directory")];
    for (name, part) in cases {
        let ended = run(&["filter", "x > 1", &folder.word("in.ndjson"), &folder.word(name)], b"");
        ended.failed_with(part);
        assert_eq!(ended.out(), "");
    }
}

/// What does not fit into memory goes to disk, leaves as if it had fit, and is gone then.
#[test]
fn records_beyond_memory_are_sorted_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let tmp = folder.path().to_str().unwrap();
    let record =
        |n: u32| format!("{{\"n\":{},\"ts\":{},\"text\":\"{}\"}}\n", n * 7 % 1000, n / 100, "x".repeat(100));
    let mut file = tempfile::Builder::new().suffix(".ndjson").tempfile().unwrap();
    (0..20_000).for_each(|n| file.write_all(record(n).as_bytes()).unwrap());
    let input = file.path().to_str().unwrap();
    let chains: [&[&str]; 5] = [
        &["sort", "n"],
        &["sort", "n desc, ts"],
        &["limit", "19999", "then", "sort", "n", "then", "sort", "text, ts desc"],
        &["sort", "n", "then", "limit", "5000", "then", "project", "n, ts"],
        &["--time", "ts", "--time-format", "s", "window", "2m", "then", "sort", "n"],
    ];
    for chain in chains {
        let sorted = |memory, threads| {
            let words = [&["--tmp", tmp, "--memory", memory, "-j", threads], chain, &[input]].concat();
            let ended = run(&words, b"");
            assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""), "{chain:?}");
            ended.out
        };
        let whole = sorted("64M", "1");
        assert!(whole.iter().filter(|byte| **byte == b'\n').count() >= 5000);
        for threads in ["1", "2", "4"] {
            assert!(sorted("1M", threads) == whole, "{chain:?} -j {threads}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let words = ["--tmp", "/no/such", "--memory", "1M", "sort", "n", input];
    let message = "cannot make a temporary file in /no/such: No such file or directory (os error 2)";
    run(&words, b"").failed_with(message);
}

#[test]
fn stdout_must_not_be_a_file_that_is_read() {
    let folder = Folder::new();
    fs::write(folder.path("a.ndjson"), LINE).unwrap();
    fs::write(folder.path("t.csv"), "x,y\n2,3\n").unwrap();
    let (input, table) = (folder.word("a.ndjson"), folder.word("t.csv"));
    let lines = [
        ("\"$0\" filter true \"$1\" >> \"$1\"", &input),
        ("\"$0\" filter true < \"$1\" >> \"$1\"", &input),
        ("\"$0\" --from csv join \"$1\" --on x \"$1\" >> \"$1\"", &table),
        ("printf 'x\n2\n' | \"$0\" --from csv join \"$1\" --on x >> \"$1\"", &table),
        ("\"$0\" filter true \"$1\" > \"$1\"", &input),
    ];
    for (line, file) in lines {
        start_shell(line, &[file]).finish().failed_with("the file is also where stdout goes");
    }
    fs::write(folder.path("a.ndjson"), LINE).unwrap();
    // Elsewhere stdout may go to a file of the folder, and one that nothing is printed to may be read.
    let lines = [
        "\"$0\" filter true \"$1\" > \"$1.copy\" && cat \"$1.copy\"",
        "\"$0\" -o \"$1.copy\" filter true < \"$1\" >> \"$1\"; cat \"$1.copy\"",
    ];
    for line in lines {
        start_shell(line, &[&input]).finish().is_quiet(LINE);
    }
}

#[test]
fn more_keys_are_split_than_files_may_be_open() {
    let folder = Folder::new();
    let words = ["--from", "csv", "split", "k", "--into", &folder.word("out")];
    let mut running = start_shell("ulimit -n 24; exec \"$0\" \"$@\"", &words);
    let mut text = "k,n\n".to_owned();
    for n in 0..3 {
        (0..100).for_each(|key| text.push_str(&format!("{key},{n}\n")));
    }
    running.send(text.as_bytes());
    running.finish().is_quiet("");
    for key in 0..100 {
        assert_eq!(folder.read(&format!("out/{key}.csv")), format!("k,n\n{key},0\n{key},1\n{key},2\n"));
    }
}
