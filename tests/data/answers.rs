//! The folder of the data, and how its answers are read.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde_json::Value;

use crate::harness::{PLAIN, Ran, Variant, run};

/// How each command is run; large inputs in the first two ways only, to save time.
pub(crate) const EACH: [Variant; 4] = [
    Variant { threads: 1, ..PLAIN },
    Variant { threads: 4, ..PLAIN },
    Variant { threads: 4, block: 4096, ..PLAIN },
    Variant { threads: 1, block: 61, ..PLAIN },
];

/// The folder of the data.
pub(crate) struct Data {
    folder: PathBuf,
}

/// The data; `None`, said plainly, where it is missing.
pub(crate) fn data() -> Option<Data> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if folder.is_dir() {
        return Some(Data { folder });
    }
    assert!(
        std::env::var_os("TAMIS_NEED_DATA").is_none_or(|value| value != "1"),
        "../shared/data is missing"
    );
    let test = std::thread::current().name().unwrap_or("data").to_owned();
    // Past the capture of tests that succeed.
    let _ = writeln!(std::io::stderr(), "{test}: did not run: ../shared/data is missing");
    None
}

impl Data {
    /// A file or folder of the data.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The name of a file as a word of a command line.
    pub(crate) fn word(&self, name: &str) -> String {
        self.path(name).to_str().expect("a path that is text").to_owned()
    }

    /// The text of a file, decompressed.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let bytes = std::fs::read(self.path(name)).expect("the file is there");
        if !name.ends_with(".gz") {
            return bytes;
        }
        let mut text = Vec::new();
        MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).expect("gzip");
        text
    }

    /// The objects of a file of JSON lines.
    pub(crate) fn objects(&self, name: &str) -> Vec<Value> {
        objects(&self.read(name))
    }

    /// The records of a CSV file with a header line.
    pub(crate) fn table(&self, name: &str) -> Vec<csv::StringRecord> {
        let text = self.read(name);
        csv::Reader::from_reader(&text[..]).records().map(|record| record.expect("CSV")).collect()
    }
}

/// The objects of a text, one a line.
pub(crate) fn objects(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect()
}

/// Runs a command in every way; all must give the same.
#[track_caller]
pub(crate) fn run_each(words: &[&str]) -> Ran {
    run_in(&EACH, words)
}

/// Runs a command in some ways; all must give the same.
#[track_caller]
pub(crate) fn run_in(variants: &[Variant], words: &[&str]) -> Ran {
    let (first, rest) = variants.split_first().expect("a way to run");
    let ran = run(words, b"", *first);
    for variant in rest {
        assert!(run(words, b"", *variant) == ran, "{words:?} differs: {variant:?}");
    }
    ran
}

/// Runs a command that must find nothing to report, and gives its records.
#[track_caller]
pub(crate) fn records_of(words: &[&str]) -> Vec<Value> {
    let ran = run_each(words);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{words:?}");
    objects(&ran.stdout)
}

/// Nanoseconds since 1970 of a time as RFC 3339; without an offset it is UTC.
pub(crate) fn nanoseconds(text: &str) -> i128 {
    let time = text.parse::<Timestamp>().or_else(|_| format!("{text}Z").parse());
    time.unwrap_or_else(|error| panic!("{text}: {error}")).as_nanosecond()
}

/// Seconds since 1970 of a field that is a time as text.
pub(crate) fn seconds(record: &Value, field: &str) -> i64 {
    let text = record[field].as_str().unwrap_or_else(|| panic!("{record}: no text in {field}"));
    i64::try_from(nanoseconds(text) / 1_000_000_000).expect("a year below 10000")
}

/// A field that is a whole number.
pub(crate) fn whole(record: &Value, field: &str) -> i64 {
    record[field].as_i64().unwrap_or_else(|| panic!("{record}: no whole number in {field}"))
}

/// A field that is text.
pub(crate) fn text(record: &Value, field: &str) -> String {
    record[field].as_str().unwrap_or_else(|| panic!("{record}: no text in {field}")).to_owned()
}

/// `items` in order, to compare where the order of records says nothing.
pub(crate) fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}
