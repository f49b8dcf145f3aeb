//! Texts that fields hold in files of this world.

use crate::cell::Cell;
use crate::random::Random;

/// What most fields hold.
const ORDINARY: &[&str] = &[
    "a",
    "b",
    "x y",
    "web-1",
    "Zürich",
    "12",
    "0",
    "3.5",
    "-7",
    "2024-05-14",
    "2024-05-14T09:00:00Z",
    "true",
    "false",
    "user@example.com",
    "some longer text of a field",
    "10.0.0.7",
    "/index.html",
    "",
    "N/A",
    "x",
];

/// What is read as a number, a bool or a time somewhere.
pub(crate) const TYPED: &[&str] = &[
    "007",
    "1e5",
    "1E5",
    "1.0",
    "1.50",
    "+1",
    ".5",
    "5.",
    "-0",
    "-0.0",
    "1e+5",
    "1.5e10",
    "-1e5",
    "598e033",
    "0x1F",
    "1_000",
    "1,5",
    "1 000",
    "TRUE",
    "True",
    "true",
    "FALSE",
    "yes",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "null",
    "NULL",
    "None",
    "2024-02-30",
    "14/05/2024",
    "00:00:01",
    "12:30",
    "2024-05-14 09:00:00",
    "1715677200",
    "99999999999999999999",
    "123456789012345678901234567890123456789012",
    "0.1e-7",
    "1e",
    "e5",
    "1e5x",
    "--1",
    "-",
    "1.2.3",
    "01",
    "-01",
    "00",
    "1.5e400",
    "$5",
    "50%",
    "5 GB",
    "٣",
];

/// Quotes that are inside a field.
pub(crate) const INNER_QUOTES: &[&str] = &[
    "5\" disk",
    "a\"b\"c",
    " \"x\"",
    "x\"\"",
    "it's 6'2\"",
    "\u{a0}\"x\"",
    "'\"'\"",
    "x\"",
    "a \"\"b\"\" c",
    "\t\"t\"",
    "'s",
];

/// Texts that must be in quotes, or look as if.
pub(crate) const TO_QUOTE: &[&str] = &[
    "a,b",
    ",",
    ",,",
    "\"",
    "\"\"",
    "\"a\"",
    "say \"hi\"",
    "\",\"",
    "a;b",
    "a|b",
    "a\tb",
    "x,\"y\",z",
    "\"end",
    "end\"",
    "{\"a\": [1, 2]}",
    "'",
    "'a'",
    "a'b,c'",
    "",
    " ",
    "#",
    "# no comment",
    "=SUM(A1:A9)",
    "<a href=\"x\">y</a>",
    "\\",
    "\\\"",
    "a\\,b",
    "\\N",
    "\\\\",
    "C:\\temp\\",
];

/// Texts over several lines.
pub(crate) const OVER_LINES: &[&str] = &[
    "two\nlines",
    "\n",
    "\n\n",
    "\r\n",
    "a\r\nb",
    "ends\n",
    "\nbegins",
    "a\n\nb",
    "a\n,\nb",
    "a\n\"b\"\nc",
    "1,2\n3,4\n",
    "\"\n\"",
    "x\n# no comment\ny",
    "\r\n\r\n",
    "a\n\r\nb",
    "#\n",
];

/// Bytes that end no line here, but do for other readers.
pub(crate) const OTHER_LINE_ENDS: &[&str] = &[
    "a\u{b}b",
    "a\u{c}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "a\u{1c}b",
    "a\u{1d}b",
    "a\u{1e}b",
    "\u{feff}a",
    "a\u{feff}",
];

/// A CR without LF.
pub(crate) const LONE_RETURNS: &[&str] = &["a\rb", "\ra", "a\r\rb", "a\r b", "10%\r20%"];

/// Bytes that are no text.
pub(crate) const CONTROLS: &[&[u8]] = &[
    b"\0",
    b"a\0b",
    b"\0\0\0",
    b"\x01",
    b"\x1b[31mred\x1b[0m",
    b"\x7f",
    b"a\x08b",
    b"\x1a",
    b"\x04\x05",
    b"\x0c",
];

/// Bytes that are not UTF-8.
pub(crate) const NOT_UTF8: &[&[u8]] = &[
    b"\xff",
    b"caf\xe9",
    b"\xc3",
    b"\xc3(",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"a\x80b",
    b"\xfe\xfe",
    b"ok \xff\xfe ok",
];

/// Characters of several bytes.
pub(crate) const WIDE: &[&str] = &[
    "é",
    "naïve café",
    "€ 5",
    "日本語",
    "😀",
    "👩\u{200d}💻",
    "e\u{301}",
    "ß",
    "İ",
    "مرحبا",
    "\u{202e}abc",
    "Ω≈ç√",
    "\u{a0}",
];

/// Spellings of null.
pub(crate) const NULLS: &[&str] = &["NA", "NULL", "null", "-", "\\N", "n/a", "?", "#N/A", "none"];

/// A field that nobody would call odd.
pub(crate) fn ordinary(random: &mut Random) -> Cell {
    let text = random.pick(ORDINARY);
    if random.one_in(5) { Cell::quoted(text) } else { Cell::plain(text) }
}

/// A text of that many bytes, in which each place can be told.
pub(crate) fn long(random: &mut Random, len: usize) -> Vec<u8> {
    let from = random.below(26);
    (0..len).map(|at| b'a' + ((from + at / 7) % 26) as u8).collect()
}
