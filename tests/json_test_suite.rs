//! `--validate` against the JSON test suite in `../shared/data`, where that folder is there.
//!
//! A text is one line. One that is an object stands for itself; any other is tested as `{"x":TEXT}`, which
//! keeps the verdict. Texts that span lines (a line feed anywhere but at the end) are skipped: as NDJSON
//! they are several records.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use tamis::format::{InputOptions, ndjson};
use tamis::record::{Block, Fields, Findings, Limits};

/// Whether every line of `text` is accepted.
fn is_accepted(text: Vec<u8>) -> bool {
    let options = InputOptions { validate: true, ..InputOptions::default() };
    let input = (ndjson::FORMAT.input.expect("NDJSON is read"))(&options).expect("good options");
    let block = Block { bytes: Arc::new(text), first_line: 1, ..Block::default() };
    let limits = Limits { details: 1, keep_rejects: false, keep_late: false };
    let mut findings = Findings::new(limits, 0);
    let batch = input.decoder(None, &Arc::new(Fields::default())).decode(&block, &mut findings);
    assert_eq!(batch.rows() as u64 + findings.rejected, findings.read);
    batch.rows() == 1 && findings.rejected == 0
}

#[test]
fn verdicts_are_those_of_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/json-test-suite/test_parsing");
    if !folder.is_dir() {
        assert!(
            std::env::var_os("TAMIS_NEED_DATA").is_none_or(|value| value != "1"),
            "no {}",
            folder.display()
        );
        // Past the capture of tests that succeed.
        let _ = writeln!(std::io::stderr(), "json_test_suite: did not run: ../shared/data is missing");
        return;
    }
    let (mut accepted, mut rejected) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = std::fs::read(&path).unwrap();
        if text.last() == Some(&b'\n') {
            text.pop();
        }
        if text.contains(&b'\n') {
            continue;
        }
        let is_object = text.trim_ascii_start().starts_with(b"{");
        if !is_object {
            text = [b"{\"x\":", &text[..], b"}"].concat();
        }
        let verdict = is_accepted(text);
        match name.as_bytes()[0] {
            b'y' => {
                assert!(verdict, "{name} was rejected");
                accepted += u32::from(!is_object);
            }
            b'n' => {
                assert!(!verdict, "{name} was accepted");
                rejected += u32::from(!is_object);
            }
            _ => {}
        }
    }
    // Two of each end in a line feed.
    assert_eq!((accepted, rejected), (82, 145), "texts that are no object");
}
