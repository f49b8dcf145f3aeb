//! Names of files that are not UTF-8: bytes as the system has them, shown escaped.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::Command;

use crate::child::{Ended, TAMIS, start_command, start_shell};

/// A folder that the program is started in.
struct Folder(tempfile::TempDir);

const NAME: &[u8] = b"caf\xe9.csv";

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(NAME, "id,n\n1,a\n2,b\n");
        folder
    }

    fn write(&self, name: &[u8], text: &str) {
        fs::write(self.0.path().join(OsStr::from_bytes(name)), text).unwrap();
    }

    fn read(&self, name: &[u8]) -> String {
        fs::read_to_string(self.0.path().join(OsStr::from_bytes(name))).unwrap()
    }

    fn run(&self, words: &[&[u8]]) -> Ended {
        let words: Vec<&OsStr> = words.iter().map(|word| OsStr::from_bytes(word)).collect();
        start_command(Command::new(TAMIS).args(&words).current_dir(self.0.path())).finish()
    }
}

#[test]
fn inputs() {
    let folder = Folder::new();
    folder.run(&[b"filter", b"id > 1", NAME]).is_quiet("id,n\n2,b\n");
    folder.run(&[b"filter", b"id > 1", b"--", NAME, NAME]).is_quiet("id,n\n2,b\n2,b\n");
    let both = folder.run(&[b"project", b"f = input_file(), id", b"./caf\xe9.csv"]);
    both.is_quiet("f,id\n./caf\\xe9.csv,1\n./caf\\xe9.csv,2\n");
    // One whose name is the text by which another is kept.
    folder.write("caf\u{fdd0}é.csv".as_bytes(), "id\n7\n");
    folder.run(&[b"limit", b"1", "caf\u{fdd0}é.csv".as_bytes()]).is_quiet("id\n7\n");
}

#[test]
fn one_among_those_that_a_shell_finds() {
    let folder = Folder::new();
    folder.write(b"b.csv", "id,n\n3,c\n");
    let line = format!("cd {}; exec \"$0\" aggregate 'sum(id)' *.csv", folder.0.path().display());
    start_shell(&line, &[""; 0]).finish().is_quiet("sum_id\n6\n");
}

#[test]
fn outputs_and_copies() {
    let folder = Folder::new();
    let words: &[&[u8]] = &[b"-o", b"o\xff.ndjson", b"tee", b"t\xfe.tsv", NAME];
    folder.run(words).is_quiet("");
    assert_eq!(folder.read(b"o\xff.ndjson"), "{\"id\":1,\"n\":\"a\"}\n{\"id\":2,\"n\":\"b\"}\n");
    assert_eq!(folder.read(b"t\xfe.tsv"), "id\tn\n1\ta\n2\tb\n");
    folder.run(&[b"--output=o\xff.csv", b"limit", b"1", NAME]).is_quiet("");
    assert_eq!(folder.read(b"o\xff.csv"), "id,n\n1,a\n");
    folder.run(&[b"split", b"id", b"--into", b"d\xe9", NAME]).is_quiet("");
    assert_eq!(folder.read(b"d\xe9/2.csv"), "id,n\n2,b\n");
    folder
        .run(&[b"-o", NAME, b"limit", b"1", NAME])
        .failed_with("-o caf\\xe9.csv: the file is also an input");
    // Two names that would be one if their bytes were lost.
    folder.run(&[b"-o", b"caf\xe8.csv", b"limit", b"1", NAME]).is_quiet("");
    assert_eq!(folder.read(b"caf\xe8.csv"), "id,n\n1,a\n");
}

#[test]
fn rejects_and_late_records() {
    let folder = Folder::new();
    folder.write(b"r\xe9.csv", "ts,n\n2024-01-01T01:00:00Z,1\nx\n2024-01-01T00:00:00Z,2\n");
    let words: &[&[u8]] = &[
        b"--rejects",
        b"r\xe8",
        b"--late",
        b"l\xe8.ndjson",
        b"window",
        b"1m",
        b"then",
        b"aggregate",
        b"count()",
        b"r\xe9.csv",
    ];
    let ended = folder.run(words);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.err.contains("tamis: r\\xe9.csv:3: rejected"), "{}", ended.err);
    assert!(ended.err.contains("r\\xe8") && ended.err.contains("l\\xe8.ndjson"), "{}", ended.err);
    assert_eq!(folder.read(b"r\xe8"), "x\n");
    assert!(
        folder.read(b"l\xe8.ndjson").contains("\"file\":\"r\\\\xe9.csv\""),
        "{}",
        folder.read(b"l\xe8.ndjson")
    );
}

#[test]
fn tables_specs_from_files_and_temporary_folders() {
    let folder = Folder::new();
    folder.write(b"t\xe9.csv", "id,w\n1,x\n");
    fs::create_dir(folder.0.path().join(OsStr::from_bytes(b"tmp\xe9"))).unwrap();
    folder
        .run(&[b"--tmp", b"tmp\xe9", b"join", b"t\xe9.csv", b"--on", b"id", b"--kind", b"inner", NAME])
        .is_quiet("id,n,w\n1,a,x\n");
    folder
        .run(&[b"join", b"t\xe9.csv", b"--on", b"no", NAME])
        .failed_with("the header of t\\xe9.csv has no field");
    folder.write(b"s\xe9", "id > 1\n");
    folder.run(&[b"filter", b"-f", b"s\xe9", NAME]).is_quiet("id,n\n2,b\n");
    let explained = folder.run(&[b"explain", b"join", b"t\xe9.csv", b"--on", b"id", NAME]);
    assert!(explained.out().contains("input    caf\\xe9.csv (format: csv)"), "{}", explained.out());
}

#[test]
fn a_missing_one_is_named() {
    let folder = Folder::new();
    folder
        .run(&[b"limit", b"1", b"no\xe9\x1b[1m\n.csv"])
        .failed_with("no\\xe9\\u{1b}[1m\\n.csv: no such file");
    folder.run(&[b"filter", b"-f", b"no\xe9", NAME]).failed_with("cannot read \"no\\xe9\"");
    let ended = folder.run(&[b"--from", b"csv", b"filter", b"noo > 1", NAME]);
    ended.failed_with("no input has the field \"noo\"");
}

#[test]
fn what_names_no_file_is_text() {
    let folder = Folder::new();
    let cases: [(&[&[u8]], &str); 6] = [
        (
            &[b"filter", b"x == '\xff'"],
            "the SPEC of filter is not UTF-8: \"x == '\\xff'\"\n  tamis filter $'x == \\'\\xff\\''",
        ),
        (&[b"fil\xff", b"x"], "a stage's name is not UTF-8: \"fil\\xff\""),
        (&[b"--by\xff", b"filter", b"x"], "unknown option \"--by\\xff\""),
        (
            &[b"--null", b"\xe9", b"limit", b"1"],
            "the value of --null is not UTF-8: \"\\xe9\"\n  tamis --null $'\\xe9' limit 1",
        ),
        (&[b"limit", b"1", b"--by=\xe9"], "the value of --by is not UTF-8"),
        (&[b"-\xe9", b"limit", b"1"], "an option is not UTF-8: \"-\\xe9\""),
    ];
    for (words, message) in cases {
        folder.run(words).failed_with(message);
    }
}

/// A name in a remedy works when it is typed.
#[test]
fn a_name_that_is_proposed_can_be_typed() {
    let folder = Folder::new();
    let name = OsString::from_vec(b"z\xe9'.zst".to_vec());
    let frame = b"\x28\xb5\x2f\xfd\x03\x58\x07\x00\x00\x00\x01\x00\x00";
    fs::write(folder.0.path().join(&name), frame).unwrap();
    let ended = folder.run(&[b"--from", b"csv", b"limit", b"1", name.as_bytes()]);
    ended.failed_with("zstd -dc -D DICTIONARY $'z\\xe9\\'.zst' | tamis --from csv …");
}
