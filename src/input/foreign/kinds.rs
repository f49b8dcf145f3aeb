//! The kinds of files that are not text. A front that text could have is followed by a byte that text does not have there.

use super::archives::{pdf, tar};
use super::{By, Kind, Way};
use crate::input::compression::magic::{Pattern, exactly, with};

/// Any byte.
const ANY: Pattern = (0, 0xff);
/// Control bytes that text does not have: before the tab, and after CR.
const LOW: Pattern = (0, 0x08);
const HIGH: Pattern = (0x0e, 0x1f);

const EXPORT: Way = Way::Words("export it as CSV or NDJSON");

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
    kind("a 7z archive", By::Fronts(&[&exactly(b"7z\xbc\xaf\x27\x1c")]), Way::Unpacked("7z x -so FILE")),
    kind(
        "an Arrow file",
        By::Fronts(&[&exactly(b"ARROW1\0\0"), &exactly(b"FEA1\0\0\0\0"), &exactly(b"\xff\xff\xff\xff")]),
        EXPORT,
    ),
    kind("an Avro file", By::Fronts(&[&exactly(b"Obj\x01")]), Way::Piped("avro-tools tojson FILE", "ndjson")),
    kind("an executable", By::Fronts(&[&exactly(b"\x7fELF")]), Way::Piped("strings FILE", "text")),
    kind("an HDF5 file", By::Fronts(&[&exactly(b"\x89HDF\r\n\x1a\n")]), EXPORT),
    kind(
        "an image",
        By::Fronts(&[&exactly(b"\x89PNG\r\n\x1a\n"), &exactly(b"\xff\xd8\xff"), &exactly(b"GIF89a\x01\0")]),
        Way::Words("name a file of records"),
    ),
    kind(
        "lz4 data in the old frame format",
        By::Fronts(&[&exactly(b"\x02\x21\x4c\x18")]),
        Way::Unpacked("lz4 -dc FILE"),
    ),
    kind("lzip data", By::Fronts(&[&exactly(b"LZIP\x01")]), Way::Unpacked("lzip -dc FILE")),
    kind("lzma data", By::Fronts(&[&LZMA, &LZMA_STREAM]), Way::Unpacked("xz --format=lzma -dc FILE")),
    kind("lzop data", By::Fronts(&[&exactly(b"\x89LZO\0\r\n\x1a\n")]), Way::Unpacked("lzop -dc FILE")),
    kind(
        "an old office document (xls, doc, ppt)",
        By::Fronts(&[&exactly(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]),
        Way::Made("save it as CSV", "libreoffice --headless --convert-to csv FILE"),
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
        Way::Piped("orc-contents FILE", "ndjson"),
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
        Way::Piped("tcpdump -nr FILE", "text"),
    ),
    kind(
        "a Parquet file",
        By::Fronts(&[&with(exactly(b"PAR1\0"), 4, LOW), &with(exactly(b"PAR1\0"), 4, HIGH)]),
        Way::Piped("duckdb -csv -c \"from 'FILE'\"", "csv"),
    ),
    kind("a PDF document", By::Look(pdf), Way::Piped("pdftotext -layout FILE -", "text")),
    kind(
        "a PostgreSQL dump in binary form",
        By::Fronts(&[&exactly(b"PGCOPY\n\xff\r\n\0"), &exactly(b"PGDMP\x01")]),
        Way::Words("export it with copy (select ...) to stdout with csv header"),
    ),
    kind(
        "pack data",
        By::Fronts(&[&exactly(b"\x1f\x1e"), &exactly(b"\x1f\xa0")]),
        Way::Unpacked("gzip -dc FILE"),
    ),
    kind("a rar archive", By::Fronts(&[&exactly(b"Rar!\x1a\x07")]), Way::Unpacked("unrar p -inul FILE")),
    kind("snappy data", By::Fronts(&[&exactly(b"\xff\x06\0\0sNaPpY")]), Way::Unpacked("snzip -dc FILE")),
    kind(
        "an SQLite database",
        By::Fronts(&[&exactly(b"SQLite format 3\0")]),
        Way::Piped("sqlite3 -csv -header FILE 'select * from TABLE'", "csv"),
    ),
    kind(
        "a systemd journal",
        By::Fronts(&[&JOURNAL]),
        Way::Piped("journalctl --file FILE -o json", "ndjson"),
    ),
    kind("a tar archive", By::Look(tar), Way::Unpacked("tar -xOf FILE")),
    kind(
        "a Windows event log",
        By::Fronts(&[&exactly(b"ElfFile\0")]),
        Way::Piped("evtx_dump -o jsonl FILE", "ndjson"),
    ),
    kind("compress data (.Z)", By::Fronts(&[&exactly(b"\x1f\x9d")]), Way::Unpacked("gzip -dc FILE")),
];

const fn kind(name: &'static str, by: By, way: Way) -> Kind {
    Kind { name, by, way }
}
