//! A value has one verdict, at the top of a record and anywhere inside: what JSON does not allow rejects the record with
//! the column of what is wrong, wherever the value is compared, keyed, counted, taken apart or flattened.

mod harness;

use harness::{PLAIN, Ran, run};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Chains that read all of `v`.
const READING: &[&[&str]] = &[
    &["dedup", "v"],
    &["aggregate", "n = count()", "--by", "v"],
    &["aggregate", "n = distinct(v), m = exact_distinct(v)"],
    &["aggregate", "n = count(v), m = max(v)"],
    &["aggregate", "m = frequent(v, 2)"],
    &["aggregate", "m = arg_max(id, v)"],
    &["aggregate", "m = first(v)", "--by", "id", "then", "dedup", "m"],
    &["aggregate", "m = collect(v)", "--by", "id", "then", "filter", "m == [1]"],
    &["filter", "v == v"],
    &["filter", "v in [[1], [2]] or true"],
    &["filter", "id in v or true"],
    &["filter", "length(text(v)) > 0"],
    &["project", "x = keys(v), y = v ++ \"\""],
    &["project", "x = v ?? id", "then", "dedup", "x"],
    &["project", "*, x = if(id > 0, v, id)", "then", "sort", "x"],
    &["project", "x = v", "then", "limit", "1", "--by", "x"],
    &["top", "v"],
    &["window", "count:2", "then", "aggregate", "n = count()", "--by", "v"],
];

/// Chains that take the value apart.
const APART: &[&[&str]] =
    &[&["explode", "v"], &["--to", "csv", "filter", "true"], &["--to", "markdown", "filter", "true"]];

/// Chains through which the value of `v` only passes.
const PASSING: &[&[&str]] = &[
    &["filter", "v is not null and id > 0"],
    &["filter", "type_of(v) in [\"array\", \"object\"]"],
    &["project", "*, id = id + 1"],
    &["project", "v"],
    &["project", "x = v ?? id, y = if(id > 0, v, id), z = coalesce(v, id)"],
    &["aggregate", "x = first(v), y = last(v), z = collect(v), w = arg_max(v, id)"],
    &["sort", "id", "then", "limit", "9"],
    &["--to", "csv", "project", "id, v"],
];

/// What is said of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Verdict {
    Read,
    /// Why, and where in the value.
    Rejected(String, usize),
    /// A number beyond the range of numbers.
    NotComputed,
}

/// The verdict of a chain on a value that stands at a place of its line.
fn verdict(chain: &[&str], value: &[u8], before: &str, after: &str) -> Verdict {
    let line = [b"{\"id\":1,\"v\":", before.as_bytes(), value, after.as_bytes(), b"}\n"].concat();
    let words = [&["--from", "ndjson"], chain].concat();
    let ran = run(&words, &line, PLAIN);
    let report = ran.err();
    assert!(ran.status <= 1, "{chain:?}: {report}");
    let said = report.lines().find_map(|line| line.strip_prefix("tamis: stdin:1: rejected: "));
    match said.and_then(|said| said.strip_suffix(')')?.split_once(" (column ")) {
        Some((reason, column)) => {
            let start = "{\"id\":1,\"v\":".len() + before.len();
            Verdict::Rejected(reason.to_owned(), column.parse::<usize>().expect("a column") - 1 - start)
        }
        None if report.contains("a number beyond") => Verdict::NotComputed,
        None => {
            assert!(!report.contains("rejected"), "{report}");
            Verdict::Read
        }
    }
}

/// What stands before and after a value somewhere inside an array or object.
const PLACES: &[(&str, &str)] = &[
    ("[", "]"),
    ("{\"k\":", "}"),
    ("[ [1, {\"a\":null,\"k\" :[true,", " ]}]]"),
    ("[\"x\\n\",{\"\\u006b\":{\"k\":", "}, \"z\":\"é\"}]"),
];

fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known: &[&str] = &[
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "tru",
        "nul",
        "True",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "0x1f",
        "1e9999",
        "-2E-9999",
        "1_000",
        "undefined",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.50",
        "1E5",
        "12345678901234567890",
    ];
    let part: &[&[u8]] = &[
        b"\\ud800",
        b"\\udc00",
        b"\\ud83d\\ude00",
        b"\\ud83d\\u0041",
        b"\\x",
        b"\\u12",
        b"\\u00e9",
        b"\\n",
        b"\\\"",
        b"\\\\",
        b"\x01",
        b"\xff",
        b"\xc3",
        b"\xc3\xa9",
        b"a",
        b" ",
        b"0",
        b"[1,2]",
        b"1e9999",
        b"\x7f",
    ];
    let quoted = |parts: Vec<&[u8]>| [b"\"", &parts.concat()[..], b"\""].concat();
    prop_oneof![
        2 => select(known).prop_map(|word| word.as_bytes().to_vec()),
        1 => "[a-zA-Z0-9+.-]{1,7}".prop_map(String::into_bytes),
        3 => vec(select(part), 0..4).prop_map(quoted),
    ]
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_value_has_one_verdict_at_the_top_and_inside(
        value in fragment(),
        (before, after) in select(PLACES),
        reading in select(READING),
        apart in select(APART),
    ) {
        let top = verdict(&["dedup", "v"], &value, "", "");
        let shown = format!("{before}{}{after}", value.escape_ascii());
        prop_assert_eq!(&verdict(reading, &value, before, after), &top, "{:?} {}", reading, &shown);
        let left = verdict(apart, &value, before, after);
        match top {
            // Not computed with, but spelled as it came.
            Verdict::NotComputed => prop_assert_eq!(left, Verdict::Read),
            top => prop_assert_eq!(left, top, "{:?} {}", apart, shown),
        }
    }

    #[test]
    fn a_key_has_the_verdict_of_a_string(
        parts in vec(select(&["a", "\\ud800", "\\x", "\\u00e9", "\\n"][..]), 0..3),
        reading in select(READING),
        apart in select(APART),
    ) {
        let key = format!("\"{}\"", parts.concat());
        let top = verdict(&["dedup", "v"], key.as_bytes(), "", "");
        for chain in [reading, apart] {
            prop_assert_eq!(&verdict(chain, key.as_bytes(), "[{\"a\":1,", ":2}]"), &top, "{:?} {}", chain, key);
        }
    }

    #[test]
    fn a_value_that_only_leaves_is_not_looked_at(
        value in fragment().prop_filter("the UTF-8 of what is named is looked at", |value| std::str::from_utf8(value).is_ok()),
        (before, after) in select(PLACES),
        passing in select(PASSING),
    ) {
        prop_assert_eq!(verdict(passing, &value, before, after), Verdict::Read, "{:?}", passing);
    }

    /// Two values are one key inside if they are one at the top.
    #[test]
    fn values_are_told_apart_inside_as_at_the_top(
        one in fragment(),
        other in fragment(),
        (before, after) in select(PLACES),
    ) {
        // What cannot be computed is null at the top, but no array of null inside.
        let is_beyond = |value: &[u8]| verdict(&["dedup", "v"], value, "", "") == Verdict::NotComputed;
        prop_assume!(!is_beyond(&one) && !is_beyond(&other));
        let groups = |before: &str, after: &str| {
            let line = |value: &[u8]| [b"{\"v\":", before.as_bytes(), value, after.as_bytes(), b"}\n"].concat();
            let stdin = [line(&one), line(&other)].concat();
            let ran: Ran = run(&["--from", "ndjson", "aggregate", "n = count()", "--by", "v"], &stdin, PLAIN);
            (ran.out().lines().count(), ran.status)
        };
        prop_assert_eq!(groups(before, after), groups("", ""));
    }
}
