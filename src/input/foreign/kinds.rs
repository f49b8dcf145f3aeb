//! The kinds of files that are not text. A front that text could have is followed by a byte that text does not have there.

use super::archives::{pdf, tar};
use super::{By, Kind};
use crate::input::compression::magic::{Pattern, exactly, with};

/// Any byte.
const ANY: Pattern = (0, 0xff);
/// Control bytes that text does not have: before the tab, and after CR.
const LOW: Pattern = (0, 0x08);
const HIGH: Pattern = (0x0e, 0x1f);

const EXPORT: &str = "export it as CSV or NDJSON";

const ORC: [Pattern; 6] = free(exactly(b"ORC..."), 3, 6);
const LZMA: [Pattern; 13] = free(exactly(b"\x5d\0\0.......\0\0\0"), 3, 10);
const LZMA_STREAM: [Pattern; 13] = free(exactly(b"\x5d\0\0..\xff\xff\xff\xff\xff\xff\xff\xff"), 3, 5);
const PCAPNG: [Pattern; 12] = free(exactly(b"\n\r\r\n....\x4d\x3c\x2b\x1a"), 4, 8);
const PCAPNG_BIG: [Pattern; 12] = free(exactly(b"\n\r\r\n....\x1a\x2b\x3c\x4d"), 4, 8);
const JOURNAL: [Pattern; 12] = with(exactly(b"LPKSHHRH\0\0\0\0"), 8, (0, 0x1f));

/// `patterns` with any byte from one place up to another.
const fn free<const N: usize>(patterns: [Pattern; N], from: usize, to: usize) -> [Pattern; N] {
    let (mut patterns, mut at) = (patterns, from);
    while at < to {
        patterns = with(patterns, at, ANY);
        at += 1;
    }
    patterns
}

/// All kinds but text in other encodings and zip archives.
pub(super) const KINDS: &[Kind] = &[
    kind("a 7z archive", By::Fronts(&[&exactly(b"7z\xbc\xaf\x27\x1c")]), "7z x -so FILE | tamis …"),
    kind(
        "an Arrow file",
        By::Fronts(&[&exactly(b"ARROW1\0\0"), &exactly(b"FEA1\0\0\0\0"), &exactly(b"\xff\xff\xff\xff")]),
        EXPORT,
    ),
    kind(
        "an Avro file",
        By::Fronts(&[&exactly(b"Obj\x01")]),
        "avro-tools tojson FILE | tamis --from ndjson …",
    ),
    kind("an executable", By::Fronts(&[&exactly(b"\x7fELF")]), "strings FILE | tamis --from text …"),
    kind("an HDF5 file", By::Fronts(&[&exactly(b"\x89HDF\r\n\x1a\n")]), EXPORT),
    kind(
        "an image",
        By::Fronts(&[&exactly(b"\x89PNG\r\n\x1a\n"), &exactly(b"\xff\xd8\xff"), &exactly(b"GIF89a\x01\0")]),
        "name a file of records",
    ),
    kind("lzip data", By::Fronts(&[&exactly(b"LZIP\x01")]), "lzip -dc FILE | tamis …"),
    kind("lzma data", By::Fronts(&[&LZMA, &LZMA_STREAM]), "xz --format=lzma -dc FILE | tamis …"),
    kind("lzop data", By::Fronts(&[&exactly(b"\x89LZO\0\r\n\x1a\n")]), "lzop -dc FILE | tamis …"),
    kind(
        "an old office document (xls, doc, ppt)",
        By::Fronts(&[&exactly(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]),
        "save it as CSV: libreoffice --headless --convert-to csv FILE",
    ),
    kind(
        "an ORC file",
        By::Fronts(&[
            &with(ORC, 3, LOW),
            &with(ORC, 3, HIGH),
            &with(with(ORC, 3, (b'\n', b'\n')), 4, LOW),
            &with(with(ORC, 3, (b'\n', b'\n')), 4, HIGH),
            &with(ORC, 4, (0, 0)),
            &with(with(ORC, 3, (0x0b, 0xff)), 5, (0, 0)),
        ]),
        "orc-contents FILE | tamis --from ndjson …",
    ),
    kind(
        "a packet capture",
        By::Fronts(&[
            &exactly(b"\xd4\xc3\xb2\xa1"),
            &exactly(b"\xa1\xb2\xc3\xd4"),
            &exactly(b"\x4d\x3c\xb2\xa1"),
            &exactly(b"\xa1\xb2\x3c\x4d"),
            &PCAPNG,
            &PCAPNG_BIG,
        ]),
        "tcpdump -nr FILE | tamis --from text …",
    ),
    kind(
        "a Parquet file",
        By::Fronts(&[&with(exactly(b"PAR1\0"), 4, LOW), &with(exactly(b"PAR1\0"), 4, HIGH)]),
        "duckdb -csv -c \"from 'FILE'\" | tamis --from csv …",
    ),
    kind("a PDF document", By::Look(pdf), "pdftotext -layout FILE - | tamis --from text …"),
    kind(
        "a PostgreSQL dump in binary form",
        By::Fronts(&[&exactly(b"PGCOPY\n\xff\r\n\0"), &exactly(b"PGDMP\x01")]),
        "export it with copy (select ...) to stdout with csv header",
    ),
    kind("pack data", By::Fronts(&[&exactly(b"\x1f\x1e"), &exactly(b"\x1f\xa0")]), "gzip -dc FILE | tamis …"),
    kind("a rar archive", By::Fronts(&[&exactly(b"Rar!\x1a\x07")]), "unrar p -inul FILE | tamis …"),
    kind("snappy data", By::Fronts(&[&exactly(b"\xff\x06\0\0sNaPpY")]), "snzip -dc FILE | tamis …"),
    kind(
        "an SQLite database",
        By::Fronts(&[&exactly(b"SQLite format 3\0")]),
        "sqlite3 -csv -header FILE 'select * from TABLE' | tamis --from csv …",
    ),
    kind(
        "a systemd journal",
        By::Fronts(&[&JOURNAL]),
        "journalctl --file FILE -o json | tamis --from ndjson …",
    ),
    kind("a tar archive", By::Look(tar), "tar -xOf FILE | tamis …"),
    kind(
        "a Windows event log",
        By::Fronts(&[&exactly(b"ElfFile\0")]),
        "evtx_dump -o jsonl FILE | tamis --from ndjson …",
    ),
    kind("compress data (.Z)", By::Fronts(&[&exactly(b"\x1f\x9d")]), "gzip -dc FILE | tamis …"),
];

const fn kind(name: &'static str, by: By, help: &'static str) -> Kind {
    Kind { name, by, help }
}
