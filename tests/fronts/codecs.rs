//! `--encoding` against the codecs of Python, which the test needs; where those differ from the standard, the index of the
//! standard says what is right. Text in pieces is the text.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use proptest::prelude::*;

use crate::harness::{PLAIN, Variant, run};

/// An encoding of the standard, the codec of Python that is nearest to it, the bytes that it does not have though Python's
/// leaves others out, and those where the index has another character than Python.
struct Pair {
    label: &'static str,
    codec: &'static str,
    missing: &'static [&'static str],
    differ: &'static [(&'static str, char)],
}

const fn alike(label: &'static str, codec: &'static str) -> Pair {
    Pair { label, codec, missing: &[], differ: &[] }
}

const SINGLE: &[Pair] = &[
    alike("ibm866", "cp866"),
    alike("windows-1250", "cp1250"),
    alike("windows-1251", "cp1251"),
    alike("windows-1252", "cp1252"),
    Pair { missing: &["aa", "d2", "ff"], ..alike("windows-1253", "cp1253") },
    alike("windows-1254", "cp1254"),
    Pair {
        missing: &["d9", "da", "db", "dc", "dd", "de", "df", "fb", "fc", "ff"],
        differ: &[("ca", '\u{5ba}')],
        ..alike("windows-1255", "cp1255")
    },
    alike("windows-1256", "cp1256"),
    Pair { missing: &["a1", "a5"], ..alike("windows-1257", "cp1257") },
    alike("windows-1258", "cp1258"),
    Pair { missing: &["db", "dc", "dd", "de", "fc", "fd", "fe", "ff"], ..alike("windows-874", "cp874") },
    alike("koi8-r", "koi8_r"),
    Pair { differ: &[("ae", 'ў'), ("be", 'Ў')], ..alike("koi8-u", "koi8_u") },
    alike("macintosh", "mac_roman"),
    alike("x-mac-cyrillic", "mac_cyrillic"),
    alike("iso-8859-2", "iso8859_2"),
    alike("iso-8859-4", "iso8859_4"),
    alike("iso-8859-5", "iso8859_5"),
    alike("iso-8859-10", "iso8859_10"),
    alike("iso-8859-13", "iso8859_13"),
    alike("iso-8859-14", "iso8859_14"),
    alike("iso-8859-15", "iso8859_15"),
    alike("iso-8859-16", "iso8859_16"),
    // These have just the bytes that Python's have.
    Pair { missing: &["as Python"], ..alike("iso-8859-3", "iso8859_3") },
    Pair { missing: &["as Python"], ..alike("iso-8859-6", "iso8859_6") },
    Pair { missing: &["as Python"], ..alike("iso-8859-7", "iso8859_7") },
    Pair { missing: &["as Python"], ..alike("iso-8859-8", "iso8859_8") },
];

/// Of two bytes Python's codecs have fewer, so that only those are compared which both have.
const DOUBLE: &[Pair] = &[
    alike("shift_jis", "cp932"),
    alike("euc-kr", "cp949"),
    alike("gbk", "gbk"),
    Pair {
        differ: &[
            ("a145", '‧'),
            ("a14e", '﹑'),
            ("a1c2", '¯'),
            ("a1e3", '～'),
            ("a1f2", '⊕'),
            ("a1f3", '⊙'),
            ("a241", '∕'),
            ("a242", '﹨'),
            ("a244", '￥'),
            ("a246", '￠'),
            ("a247", '￡'),
        ],
        ..alike("big5", "big5hkscs")
    },
    Pair {
        differ: &[
            ("a1c1", '～'),
            ("a1c2", '∥'),
            ("a1dd", '－'),
            ("a1f1", '￠'),
            ("a1f2", '￡'),
            ("a2cc", '￢'),
        ],
        ..alike("euc-jp", "euc_jp")
    },
];

/// What Python makes of some bytes, by their hexadecimal digits, where that is one character.
fn by_python(codec: &str, all: &[Vec<u8>]) -> BTreeMap<String, char> {
    const SCRIPT: &str = "\
import sys
codec = sys.argv[1]
for digits in sys.stdin.read().split():
    try:
        text = bytes.fromhex(digits).decode(codec)
    except UnicodeDecodeError:
        continue
    if len(text) == 1:
        print(digits, ord(text))
";
    let input = tempfile::NamedTempFile::new().unwrap();
    let digits: Vec<String> = all.iter().map(|bytes| hex(bytes)).collect();
    std::fs::write(input.path(), digits.join("\n")).unwrap();
    let stdin = std::fs::File::open(input.path()).unwrap();
    let output = Command::new("python3").args(["-c", SCRIPT, codec]).stdin(stdin).output().expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let (digits, code) = line.split_once(' ').unwrap();
        (digits.to_owned(), char::from_u32(code.parse().unwrap()).unwrap())
    };
    text.lines().map(line).collect()
}

/// What the program makes of them; those that it rejects are not there.
fn by_us(label: &str, all: &[Vec<u8>]) -> BTreeMap<String, String> {
    let mut input = Vec::new();
    for bytes in all {
        input.extend_from_slice(hex(bytes).as_bytes());
        input.push(b' ');
        input.extend_from_slice(bytes);
        input.push(b'\n');
    }
    let ran = run(&["--from", "text", "--encoding", label, "-q", "filter", "true"], &input, PLAIN);
    assert!(ran.status < 2, "{}", ran.err());
    let record = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let (digits, text) = record["line"].as_str().unwrap().split_once(' ').unwrap();
        (digits.to_owned(), text.to_owned())
    };
    ran.out().split_terminator('\n').map(record).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn bytes_mean_what_python_says() {
    let all: Vec<Vec<u8>> =
        (1..=255).filter(|byte| !b"\r\n".contains(byte)).map(|byte: u8| vec![byte]).collect();
    for Pair { label, codec, missing, differ } in SINGLE {
        let (python, ours) = (by_python(codec, &all), by_us(label, &all));
        for bytes in &all {
            let digits = hex(bytes);
            let of_index = differ.iter().find(|(known, _)| *known == digits).map(|(_, known)| *known);
            let is_missing = match missing {
                ["as Python"] => !python.contains_key(&digits),
                missing => missing.contains(&&*digits),
            };
            // What Python leaves out the standard has as a control character, unless it is missing there too.
            let expected = of_index.or(python.get(&digits).copied()).unwrap_or(char::from(bytes[0]));
            let expected = (!is_missing).then(|| expected.to_string());
            assert_eq!(ours.get(&digits), expected.as_ref(), "{label} {digits}");
        }
    }
}

#[test]
fn two_bytes_mean_what_python_says() {
    let second = |first: u8| (0x40..=255).map(move |second: u8| vec![first, second]);
    let all: Vec<Vec<u8>> = (0x80..=255).flat_map(second).collect();
    for Pair { label, codec, differ, .. } in DOUBLE {
        let (python, ours) = (by_python(codec, &all), by_us(label, &all));
        let mut different = BTreeSet::new();
        let mut count = 0;
        for (digits, expected) in &python {
            let Some(text) = ours.get(digits) else { panic!("{label} {digits}") };
            count += 1;
            if *text != expected.to_string() {
                different.insert((digits.as_str(), text.chars().next().unwrap()));
            }
        }
        assert_eq!(different, differ.iter().copied().collect(), "{label}");
        assert!(count > 6000, "{label}: {count}");
    }
}

/// Of each encoding of two bytes how many pairs there are, and a digest of what they mean. All were compared with the indexes
/// of the WHATWG standard, one by one; those of gb18030 are of its edition of 2022.
const INDEXES: &[(&str, usize, u64)] = &[
    ("big5", 18594, 15565027432018341137),
    ("euc-jp", 7399, 2313780337523737404),
    ("euc-kr", 17048, 5631933744052985105),
    ("gb18030", 23940, 17378788841945894736),
    ("gbk", 23940, 17378788841945894736),
    ("shift_jis", 17668, 3404566663632521960),
];

#[test]
fn two_bytes_mean_what_the_indexes_say() {
    let second = |first: u8| (0x40..=255).map(move |second: u8| vec![first, second]);
    let all: Vec<Vec<u8>> = (0x81..=255).flat_map(second).collect();
    let digest = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    for (label, count, expected) in INDEXES {
        let ours = by_us(label, &all);
        let bytes = ours.iter().flat_map(|(digits, text)| digits.bytes().chain(text.bytes()));
        assert_eq!((ours.len(), bytes.fold(0xcbf2_9ce4_8422_2325, digest)), (*count, *expected), "{label}");
    }
}

/// Lines of characters of several lengths, with line ends of both kinds.
fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-zäß€\u{1}\u{7f}Жテ가😀\u{fffd}\u{feff} ]{0,12}\r?", 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// In UTF-16 of both byte orders, with and without a mark, in pieces and blocks of any size, text is what it is in UTF-8.
    #[test]
    fn utf_16_is_utf_8(lines in texts(), big in any::<bool>(), marked in any::<bool>(), piece in 1_usize..7, block in 1_usize..99) {
        let text: String = lines.iter().map(|line| format!("-{line}\n")).collect();
        let code = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let mark = marked.then_some(0xfeff);
        let encoded: Vec<u8> = mark.into_iter().chain(text.encode_utf16()).flat_map(code).collect();
        let label = match (marked, big) {
            (true, _) => "utf-16",
            (false, true) => "utf-16be",
            (false, false) => "utf-16le",
        };
        let chain = ["project", "line, n = input_line()"];
        let plain = run(&[&["--from", "text"], &chain[..]].concat(), text.as_bytes(), PLAIN);
        let words = [&["--from", "text", "--encoding", label], &chain[..]].concat();
        let variant = Variant { threads: 2, piece, block, hesitant: true, ..PLAIN };
        for variant in [PLAIN, variant] {
            let ran = run(&words, &encoded, variant);
            prop_assert_eq!((ran.status, ran.err(), ran.out()), (plain.status, plain.err(), plain.out()));
        }
    }

    /// Whatever the bytes are: the records and rejects of the whole are those of the pieces, and no record has a
    /// U+FFFD that no input has.
    #[test]
    fn any_bytes_in_pieces_are_the_whole(
        bytes in prop::collection::vec(prop::sample::select(b"ab\n\n,\"\x81\x83\xa1\xe3\xff\x1b$B0\0".to_vec()), 0..60),
        label in prop::sample::select(vec![
            "utf-8", "utf-16", "shift_jis", "gb18030", "big5", "euc-jp", "euc-kr", "iso-2022-jp", "windows-1252",
        ]),
        format in prop::sample::select(vec!["csv", "text", "logfmt", "ndjson"]),
        piece in 1_usize..5,
        block in 1_usize..50,
    ) {
        // What begins as something else is told, too, by the whole and by pieces.
        let words = ["--from", format, "--encoding", label, "filter", "true"];
        let plain = run(&words, &bytes, PLAIN);
        prop_assert!(!plain.out().contains('\u{fffd}'), "{}", plain.out());
        for variant in [
            Variant { threads: 1, piece, block, hesitant: true, ..PLAIN },
            Variant { threads: 4, piece: 1, block: 1, ..PLAIN },
        ] {
            let ran = run(&words, &bytes, variant);
            prop_assert_eq!((ran.status, ran.err(), ran.out()), (plain.status, plain.err(), plain.out()));
        }
    }
}
