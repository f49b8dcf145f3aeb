//! What is not text, in files, compressed and not, as inputs and as tables: exit status 2, the file, what it is, a remedy.

use crate::harness::{PLAIN, Ran, Variant, run};
use crate::pack::{COMPRESSIONS, pack};

/// The header of a file in a tar archive, and the file.
fn tar() -> Vec<u8> {
    let mut header = vec![0; 1024];
    header[..11].copy_from_slice(b"var/app.log");
    header[100..108].copy_from_slice(b"0000644\0");
    header[148..156].copy_from_slice(b"        ");
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[512..520].copy_from_slice(b"a line\n\n");
    let sum: u32 = header[..512].iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn is_refused(ran: &Ran, what: &str) {
    assert_eq!((ran.status, ran.out().as_str()), (2, ""), "{}", ran.err());
    let err = ran.err();
    assert!(err.contains(&format!(": {what}, not ")) && err.contains("\n  help: "), "{err}");
}

fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a zip archive", b"PK\x03\x04\x0a\0\0\0\0\0\n\n".to_vec()),
        ("a tar archive", tar()),
        ("a Parquet file", b"PAR1\x15\x04\n1\n".to_vec()),
        ("an old office document (xls, doc, ppt)", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\n1\n".to_vec()),
        ("UTF-16 by its byte order mark", b"\xff\xfea\0\n\0".to_vec()),
        ("UTF-32 by its byte order mark", b"\0\0\xfe\xff\0\0\0a".to_vec()),
        ("an SQLite database", b"SQLite format 3\0\n1\n".to_vec()),
        ("a packet capture", b"\xd4\xc3\xb2\xa1\n1\n".to_vec()),
        ("compress data (.Z)", b"\x1f\x9d\x90\n1\n".to_vec()),
    ]
}

#[test]
fn in_every_format_and_however_it_comes() {
    for (what, bytes) in kinds() {
        for format in ["csv", "tsv", "ndjson", "logfmt", "text", "combined", "syslog", "w3c", "zeek"] {
            for variant in [
                PLAIN,
                Variant { threads: 1, piece: 1, hesitant: true, ..PLAIN },
                Variant { threads: 4, block: 1, ..PLAIN },
            ] {
                is_refused(&run(&["--from", format, "aggregate", "count()"], &bytes, variant), what);
            }
        }
    }
}

#[test]
fn within_each_compression() {
    for (what, bytes) in kinds() {
        for compression in COMPRESSIONS {
            let packed = pack(compression, &bytes);
            for piece in [1, usize::MAX] {
                let variant = Variant { piece, hesitant: piece == 1, ..PLAIN };
                is_refused(&run(&["--from", "text", "aggregate", "count()"], &packed, variant), what);
            }
        }
    }
}

#[test]
fn compressed_twice() {
    for outer in COMPRESSIONS {
        for inner in COMPRESSIONS {
            let packed = pack(outer, &pack(inner, b"a\n"));
            let ran = run(&["--from", "text", "aggregate", "count()"], &packed, PLAIN);
            is_refused(&ran, &format!("{inner} data within {outer} data"));
            assert!(ran.err().contains(&format!("help: {outer} -dc FILE | tamis")), "{}", ran.err());
        }
    }
}

#[test]
fn as_a_table_and_beside_other_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(name("good.csv"), "a\n1\n").unwrap();
    for (what, bytes) in kinds() {
        std::fs::write(name("it.csv"), &bytes).unwrap();
        let ran =
            run(&["join", &name("it.csv"), "--on", "a", "--kind", "anti", &name("good.csv")], b"", PLAIN);
        is_refused(&ran, what);
        let ran = run(&["aggregate", "n = count()", &name("good.csv"), &name("it.csv")], b"", PLAIN);
        is_refused(&ran, what);
        assert!(ran.err().contains("it.csv: "), "{}", ran.err());
    }
}

/// A file that is cut within its first bytes is what is there.
#[test]
fn what_breaks_off_within_a_magic_is_text() {
    for text in
        ["P", "PK", "PAR1", "OR", "ORC", "ARROW", "SQLite format", "%PDF-1.4", "7z", "Rar!", "]", "LPKSHHRH"]
    {
        for piece in [1, usize::MAX] {
            let ran = run(
                &["--from", "text", "--to", "raw", "filter", "true"],
                text.as_bytes(),
                Variant { piece, ..PLAIN },
            );
            assert_eq!((ran.status, ran.out()), (0, format!("{text}\n")), "{}", ran.err());
        }
    }
}

/// Damage right after the first bytes spoils nothing that came before.
#[test]
fn what_was_looked_at_is_read_before_the_damage() {
    let lines = "{\"a\":1}\n".repeat(1000);
    for compression in COMPRESSIONS {
        let packed = pack(compression, lines.as_bytes());
        let cut = [&packed[..], &packed[..packed.len() / 2]].concat();
        let ran = run(&["filter", "a > 0"], &cut, PLAIN);
        assert_eq!(ran.status, 2, "{compression}");
        assert!(ran.out().starts_with(&lines), "{compression}: {}", ran.out().len());
    }
}
