//! What is told of an input by its first bytes: kinds of files, marks, and text that begins alike.

use super::*;

/// A verdict about a file without a name.
fn judged(bytes: &[u8], at_end: bool, encoding: Option<&'static Encoding>) -> Verdict {
    judge(bytes, at_end, File { typed: &Typed::nameless(), encoding, compression: None })
}

/// What bytes are, and how many of them tell it: the verdict must not depend on how many more there are.
fn told(bytes: &[u8], encoding: Option<&'static Encoding>) -> String {
    let shown = |bytes: &[u8]| match judged(bytes, false, encoding) {
        Verdict::Open => "open".to_owned(),
        Verdict::Text => "text".to_owned(),
        Verdict::Archive => {
            let typed = Typed::nameless();
            archives::of_zip(bytes, File { typed: &typed, encoding, compression: None }).message().to_owned()
        }
        Verdict::NotText(error) => error.message().to_owned(),
    };
    let whole = shown(bytes);
    let verdicts = (0..=bytes.len()).map(|len| shown(&bytes[..len]));
    let first = verdicts.into_iter().find(|verdict| verdict != "open").unwrap_or_else(|| "open".to_owned());
    // Of an archive more is looked at once it is one.
    if !bytes.starts_with(b"PK") {
        assert_eq!(first, whole, "{}", bytes.escape_ascii());
    }
    whole
}

/// A tar header as GNU tar writes it.
fn tar_header(name: &str) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[148..156].copy_from_slice(b"        ");
    header[257..265].copy_from_slice(b"ustar  \0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The local header of a file in a zip archive.
fn zip_entry(name: &str, content: &str) -> Vec<u8> {
    let mut entry = b"PK\x03\x04".to_vec();
    entry.resize(26, 0);
    entry.extend_from_slice(&(name.len() as u16).to_le_bytes());
    entry.extend_from_slice(b"\0\0");
    entry.extend_from_slice(name.as_bytes());
    entry.extend_from_slice(content.as_bytes());
    entry
}

#[test]
fn what_is_not_text_is_told_by_its_front() {
    let excel = [zip_entry("[Content_Types].xml", "x"), zip_entry("xl/workbook.xml", "x")].concat();
    let word = [zip_entry("[Content_Types].xml", "x"), zip_entry("word/document.xml", "x")].concat();
    let ods = zip_entry("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let odt = zip_entry("mimetype", "application/vnd.oasis.opendocument.text");
    for (bytes, expected) in [
        (&b"\xff\xfea\0"[..], "UTF-16 by its byte order mark, not UTF-8"),
        (b"\xfe\xff\0a", "UTF-16 by its byte order mark, not UTF-8"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32 by its byte order mark, not UTF-8"),
        (b"\0\0\xfe\xff\0\0\0a", "UTF-32 by its byte order mark, not UTF-8"),
        (&zip_entry("a.csv", "a,b\n"), "a zip archive, not text"),
        (b"PK\x05\x06", "a zip archive, not text"),
        (&excel, "an Excel workbook, not text"),
        (&word, "a Word document, not text"),
        (&ods, "an OpenDocument spreadsheet, not text"),
        (&odt, "an OpenDocument file, not text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (xls, doc, ppt), not text"),
        (b"PAR1\x15\x04", "a Parquet file, not text"),
        (b"\x1f\x9d\x90", "compress data (.Z), not text"),
        (b"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", "lzma data, not text"),
        (b"]\0\0\0\x04\x10\x27\0\0\0\0\0\0", "lzma data, not text"),
        (b"LZIP\x01", "lzip data, not text"),
        (b"ORC\x08\x03\x10", "an ORC file, not text"),
        (b"ORC\n\x06\n", "an ORC file, not text"),
        (b"ORC\x2f\0\0\n", "an ORC file, not text"),
        (b"ORC\xe3\x02\0", "an ORC file, not text"),
        (b"Obj\x01\x04", "an Avro file, not text"),
        (b"ARROW1\0\0\xff", "an Arrow file, not text"),
        (b"SQLite format 3\0", "an SQLite database, not text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document, not text"),
        (b"%PDF-1.4\r\n%\xb5\xb5\xb5\xb5\r\n", "a PDF document, not text"),
        (b"%PDF-1.5\r%\xc3\xa4\xfc\xf6\r", "a PDF document, not text"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive, not text"),
        (b"Rar!\x1a\x07\x01\0", "a rar archive, not text"),
        (&tar_header("logs/app.log"), "a tar archive, not text"),
        (&tar_header(&"n".repeat(100)), "a tar archive, not text"),
        (b"\xd4\xc3\xb2\xa1\x02\0", "a packet capture, not text"),
        (b"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a", "a packet capture, not text"),
        (b"LPKSHHRH\0\0\0\0\x03", "a systemd journal, not text"),
        (b"LPKSHHRH\x01\0\0\0\x03", "a systemd journal, not text"),
        (b"ElfFile\0", "a Windows event log, not text"),
        (b"\x7fELF\x02", "an executable, not text"),
    ] {
        assert_eq!(told(bytes, None), expected);
    }
}

#[test]
fn text_that_begins_alike_is_text() {
    for text in [
        &b"PAR1\n1\n"[..],
        b"PAR1,b\n",
        b"PAR1\tb\n",
        b"PK,b\n",
        b"PK\n\x03\x04",
        b"ORC\nhello\n",
        b"ORC,name\n",
        b"ORC\n\n",
        b"Objects\n",
        b"ARROW1\n",
        b"FEA1,b\n",
        b"SQLite format 3\n",
        b"%PDF-1.7\nis what it begins with\n",
        b"%PDF-1.7\n% comment\n",
        "%PDF-1.7\n%äöü\n".as_bytes(),
        b"7z,size\n",
        b"Rar!\n",
        b"]\n",
        b"] \0x",
        b"LZIP\n",
        b"LPKSHHRH\n12345",
        b"ElfFile\n",
        b"\n\r\r\n1,2,3,4,5",
        b"hello world, this line is longer than the name of a file in an archive, which it may be up to here, and on\n",
        b"name\0\0x",
        b"\x1f,\n",
        b"\xef\xbb\xbfa\n",
        b"\xff\n",
        b"GIF89a,b\n",
        b"{\"a\":1}",
        b"\0\0\0",
    ] {
        assert_eq!(told(text, None), "text", "{}", text.escape_ascii());
    }
}

#[test]
fn marks_are_expected_where_an_encoding_is_named() {
    let named = Some(encoding_rs::WINDOWS_1252);
    assert_eq!(told(b"\xff\xfea\0b\0", named), "text");
    assert_eq!(told(b"\xfe\xff\0a", named), "text");
    assert_eq!(told(b"\xff\xfe\0\0a\0\0\0", named), "UTF-32 by its byte order mark, not UTF-8");
    assert_eq!(told(b"\x1f\x9d\x90", named), "compress data (.Z), not text");
}

#[test]
fn a_mark_alone_is_told_at_the_end() {
    for (bytes, told) in [(&b"\xff\xfe"[..], true), (b"\xff\xfe\0", true), (b"\xff", false), (b"PAR1", false)]
    {
        let verdict = judged(bytes, true, None);
        assert_eq!(matches!(verdict, Verdict::NotText(_)), told, "{bytes:?}");
    }
}

/// A line of text that has come whole is not kept waiting, but where its bytes are those of a magic.
#[test]
fn text_is_told_by_its_first_line() {
    for line in ["a,b\n", "ORC,name\n", "PAR1,b\n", "{}", "%PDF\n", "Obj\n", "n\n", "ARROW\n", "%PDF-1.4,b\n"]
    {
        assert!(matches!(judged(line.as_bytes(), false, None), Verdict::Text), "{line}");
    }
}
