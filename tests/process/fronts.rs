//! The front of inputs on a pipe that stays open: what is there leaves at once, whatever may come.

use std::fs;

use crate::child::{run, start, with_threads};

/// Text in UTF-16, little-endian.
fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_line_that_is_decoded_leaves() {
    for threads in [1, 4] {
        let words = ["--from", "ndjson", "--encoding", "utf-16", "filter", "x > 1"];
        let mut running = start(&with_threads(threads, &words));
        running.send(&utf_16("\u{feff}{\"x\":2}\n"));
        assert_eq!(running.line(), "{\"x\":2}\n");
        let line = utf_16("{\"x\":3}\n{\"x\":4}");
        // What comes after the line ends within a character.
        running.send(&line[..line.len() - 1]);
        assert_eq!(running.line(), "{\"x\":3}\n");
        running.send(&line[line.len() - 1..]);
        running.finish().is_quiet("{\"x\":4}\n");
    }
}

#[test]
fn a_record_before_a_comment_leaves() {
    for threads in [1, 4] {
        let words = ["--from", "csv", "--comment", "##", "filter", "x > 1"];
        let mut running = start(&with_threads(threads, &words));
        running.send(b"## c\nx\n2\n");
        assert_eq!(running.line(), "x\n");
        assert_eq!(running.line(), "2\n");
        running.send(b"## not ended");
        running.send(b"\n3\n#");
        assert_eq!(running.line(), "3\n");
        running.send(b"# c\n4\n## c");
        assert_eq!(running.line(), "4\n");
        running.finish().is_quiet("");
    }
}

#[test]
fn the_first_line_after_skipped_ones_leaves() {
    let mut running = start(&["--from", "ndjson", "--skip", "2", "filter", "x > 1"]);
    running.send(b"one\ntwo\n{\"x\":2}\n");
    assert_eq!(running.line(), "{\"x\":2}\n");
    running.finish().is_quiet("");
}

#[test]
fn a_line_that_is_no_magic_leaves() {
    for line in [
        "PAR1,2\n",
        "P\n",
        "ORC,1\n",
        "SQLite format\n",
        "%PDF-1.4 it is\n",
        "7\n",
        "BM\n",
        "name of a file\n",
    ] {
        let mut running = start(&["--from", "text", "--to", "raw", "filter", "true"]);
        running.send(line.as_bytes());
        assert_eq!(running.line(), line);
        running.finish().is_quiet("");
    }
}

#[test]
fn a_magic_ends_the_run_while_the_pipe_is_open() {
    for (bytes, what) in [
        (&b"PAR1\x15\x04"[..], "a Parquet file"),
        (b"\xff\xfea\0", "UTF-16 by its byte order mark"),
        (b"\x1f\x9d\x90", "compress data (.Z)"),
    ] {
        let mut running = start(&["--from", "text", "filter", "true"]);
        running.send(bytes);
        running.wait().failed_with(what);
    }
}

/// What the help proposes for a tar archive, as it is typed.
#[test]
fn the_remedy_for_a_tar_archive_works() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.csv"), "x\n2\n").unwrap();
    let packed = std::process::Command::new("tar")
        .args(["-C", folder.path().to_str().unwrap(), "-czf", &path("a b.tar.gz"), "a.csv"])
        .status()
        .unwrap();
    assert!(packed.success());
    let refused = run(&["aggregate", "count()", &path("a b.tar.gz")], b"");
    refused.failed_with("a tar archive, not text");
    let remedy = refused.err.lines().nth(1).unwrap().trim().strip_prefix("help: ").unwrap().to_owned();
    let line = remedy.replace("tamis …", "\"$0\" \"$@\"");
    let ended = crate::child::start_shell(&line, &["--from", "csv", "filter", "x > 1"]).finish();
    ended.is_quiet("x\n2\n");
}
