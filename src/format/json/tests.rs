//! What texts, elements and damage give, the rules of cuts, and the twin NDJSON.

use proptest::prelude::*;

use super::FORMAT;
use crate::format::InputOptions;
use crate::format::trial::{MAX_RECORD, TestInput, Trial};
use crate::format::{ndjson, raw};
use crate::record::Shape;

fn given() -> TestInput {
    TestInput::new(&FORMAT, &["a"])
}

/// Records and rejects: `line: record`, then `line:column: reason`.
fn read(text: &str) -> Vec<String> {
    told(&given().read(text.as_bytes()))
}

fn told(trial: &Trial) -> Vec<String> {
    let shown = |raw: String| raw.replace("\\\"", "\"").replace("\\t", "\t");
    let records = trial.places().into_iter().map(|(line, raw)| format!("{line}: {}", shown(raw)));
    records.chain(trial.rejects()).collect()
}

const OPEN: &str = "the array is still open at the end";
const CUT: &str = "the input ends within this element of an array";

#[test]
fn texts_and_elements_are_records() {
    for (text, records) in [
        ("{\"a\":1}\n{\"a\":2}", &["1: {\"a\":1}", "2: {\"a\":2}"][..]),
        ("{\"a\":1}{\"a\":2} \t{\"a\":3}", &["1: {\"a\":1}", "1: {\"a\":2}", "1: {\"a\":3}"]),
        ("\n\n{\n  \"a\": [\n    1,\n    2\n  ]\n}\n{\"a\":3}\n", &["3: {\"a\": [1,2]}", "9: {\"a\":3}"]),
        ("[{\"a\":1},{\"a\":2}]", &["1: {\"a\":1}", "1: {\"a\":2}"]),
        ("[\r\n{\"a\":1},\r\n{\"a\":\r\n 2}\r\n]\r\n", &["2: {\"a\":1}", "3: {\"a\":2}"]),
        (
            "\u{feff}[ {\"a\" : 1 } ,\n{\"a\":2}]\n[]\n{\"a\":3}[{}]",
            &["1: {\"a\" : 1 }", "2: {\"a\":2}", "4: {\"a\":3}", "4: {}"],
        ),
        ("[]", &[]),
        (" [\n]\n", &[]),
        ("", &[]),
    ] {
        assert_eq!(read(text), records, "{text}");
    }
}

#[test]
fn damage_in_an_array_is_one_reject() {
    for (text, expected) in [
        (
            "[{\"a\":1},{\"b\" 2,{\"c\":3}},{\"a\":4}]",
            &["1: {\"a\":1}", "1: {\"a\":4}", "1:15: expected \":\""][..],
        ),
        (
            "[{\"a\":1}\n {\"a\":2}]",
            &["1: {\"a\":1}", "2: {\"a\":2}", "2:2: a comma is missing between two elements"],
        ),
        (
            "[{\"a\":1},,{\"a\":2},]",
            &["1: {\"a\":1}", "1: {\"a\":2}", "1:10: an element is missing", "1:19: an element is missing"],
        ),
        (
            "[{\"a\":1},\n 1,\"x,]\" , [{}],{}]",
            &[
                "1: {\"a\":1}",
                "2: {}",
                "2:2: an element that is not an object",
                "2:4: an element that is not an object",
                "2:12: an element that is an array, not an object",
            ],
        ),
        (
            "[{\"a\":1},{\"a\":[2}},\n{\"a\":3}]\n{\"a\":4}\n",
            &[
                "1: {\"a\":1}",
                "2: {\"a\":3}",
                "3: {\"a\":4}",
                "1:17: a bracket of the wrong kind: the rest of the array is given up",
            ],
        ),
        (
            "[\n{\"a\":\n \"x\n },\n{\"a\":2}",
            &[
                "5: {\"a\":2}",
                "3:4: a quote that does not close on its line: the rest of the array is given up",
            ],
        ),
        (
            "[{\"a\":\"x},\n{\"a\":2},\n, x\n{\"a\":3}, {\"a\":4}\n] ]\n{\"a\":5}",
            &[
                "2: {\"a\":2}",
                "4: {\"a\":3}",
                "4: {\"a\":4}",
                "6: {\"a\":5}",
                "1:11: a quote that does not close on its line: the rest of the array is given up",
                "3:3: not an object",
                "5:3: not an object",
            ],
        ),
        ("[{\"a\":tr\n ue},{}]", &["2: {}", "2:2: expected \",\" or \"}\""]),
        ("[{\"a\":1},{\"a\"", &["1: {\"a\":1}", &format!("1:14: {CUT}")]),
        ("[{\"a\":1},\n", &["1: {\"a\":1}", &format!("2:1: {OPEN}")]),
        ("[{\"a\":1}", &["1: {\"a\":1}", &format!("1:9: {OPEN}")]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn damage_at_the_top_is_read_by_lines() {
    const PART: &str = "part of a damaged JSON text";
    for (text, expected) in [
        ("{\"a\":1\n{\"a\":2}\n", &["2: {\"a\":2}", "1:7: the record ends too early"][..]),
        ("{\"a\":\"x\n{\"a\":2}\n", &["2: {\"a\":2}", "1:8: a quote that does not close"]),
        ("{\"a\":\n{\"a\":2}\n{\"a\":3}\n", &["2: {\"a\":2}", "3: {\"a\":3}", &format!("1:1: {PART}")]),
        ("{\"a\":1}}\n{\"a\":2}\n", &["1: {\"a\":1}", "2: {\"a\":2}", "1:8: not an object"]),
        ("x\n{\"a\":2}\n\"b\"", &["2: {\"a\":2}", "1:1: not an object", "3:1: not an object"]),
        (
            "{\n \"a\" 1,\n \"b\":{}\n}\n{\"a\":2}",
            &[
                "5: {\"a\":2}",
                &format!("1:1: {PART}"),
                "2:6: expected \":\"",
                &format!("3:2: {PART}"),
                &format!("4:1: {PART}"),
            ],
        ),
        ("{\"a\":1]\n{\"a\":2}", &["2: {\"a\":2}", "1:7: expected \",\" or \"}\""]),
        (
            "1 2 {\"a\":1} null{\"a\":2} \"}{\"\ntrue\n3 4 [{}]\n",
            &[
                "1: {\"a\":1}",
                "1: {\"a\":2}",
                "1:1: not an object",
                "1:3: not an object",
                "1:13: not an object",
                "1:25: not an object",
                "2:1: not an object",
                "3:1: not an object",
                "3:3: not an object",
            ],
        ),
        ("1x {\"a\":1}\n01\n", &["1:1: not an object", "2:1: not an object"]),
        ("{\"a\":1,}{\"a\":2}", &["1: {\"a\":2}", "1:8: expected a key in quotes"]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn records_keep_how_they_stood() {
    let options = InputOptions { originals: true, ..InputOptions::default() };
    let given = TestInput::with(&FORMAT, &options, &["a"]);
    let text = b"{\"a\":1}\n{\n \"a\": 2\n}[{\"a\":3},\n{\r\n\"a\":\r\n4}]";
    let raw = given.write(&raw::FORMAT, Shape::input(), text);
    assert_eq!(raw, "{\"a\":1}\n{\n \"a\": 2\n}\n{\"a\":3}\n{\r\n\"a\":\r\n4}\n");
    let lines = given.write(&ndjson::FORMAT, Shape::input(), text);
    assert_eq!(lines, "{\"a\":1}\n{\"a\": 2}\n{\"a\":3}\n{\"a\":4}\n");
    assert_eq!(given.cells(text), ["Number:1", "Number:2", "Number:3", "Number:4"]);
}

#[test]
fn what_is_too_long_is_one_reject_in_an_array_and_lines_at_the_top() {
    let long = "x".repeat(MAX_RECORD);
    for step in [1, 7, 4096] {
        let read = |text: &str| told(&given().read_by(text.as_bytes(), &[step]));
        let array = format!("[{{\"a\":1}},\n{{\"b\":[\n\"{long}\",{{\n}}]}},{{\"a\":2}}]");
        assert_eq!(read(&array), ["1: {\"a\":1}", "4: {\"a\":2}", "2:1: longer than --max-record"], "{step}");
        let open = format!("[{{\"a\":1}},{{\"b\":[\"{long}\",{{");
        assert_eq!(read(&open), ["1: {\"a\":1}", "1:10: longer than --max-record"]);
        let line = format!("{{\"a\":1}}\n{{\"b\":\"{long}\"}}\n{{\"a\":2}}");
        assert_eq!(read(&line), ["1: {\"a\":1}", "3: {\"a\":2}", "2: longer than --max-record"]);
        let text = format!("{{\"b\":[\n{}1]}}\n{{\"a\":2}}", "{\"a\":1},\n".repeat(MAX_RECORD / 8));
        let told = read(&text);
        assert!(told.contains(&format!("{}: {{\"a\":2}}", MAX_RECORD / 8 + 3)));
        assert!(told.contains(&"1:1: part of a JSON text that is longer than --max-record".to_owned()));
    }
}

/// Objects that hold whatever makes trouble, on one line.
fn object() -> impl Strategy<Value = String> {
    let word = "[a-c{}\\[\\],: é]{0,5}(\\\\\"|\\\\\\\\)?";
    let scalar =
        prop_oneof![word.prop_map(|word| format!("\"{word}\"")), "[1-9]{1,3}", Just("null".to_owned())];
    let value = scalar.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec((word, inner), 0..3).prop_map(|list| members(&list)),
        ]
    });
    prop::collection::vec(("[ab]", value), 0..4).prop_map(|list| members(&list))
}

fn members(list: &[(String, String)]) -> String {
    let members: Vec<String> = list.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// A text as `jq .` writes it, or wilder: blanks and line ends after what may have some.
fn spread(text: &str, seed: u64) -> String {
    let (mut out, mut within, mut escaped, mut seed) = (String::new(), false, false, seed);
    for byte in text.chars() {
        let outside = !within;
        if byte == '"' && !escaped {
            within = !within;
        }
        escaped = byte == '\\' && !escaped;
        out.push(byte);
        if outside && "{[,:".contains(byte) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            out.push_str(["\n  ", "", "\r\n", "\n\n\t"][(seed >> 62) as usize]);
        }
    }
    out
}

/// Damage as files of lines have it: a line that is cut, one that lost its beginning, a quote or a brace, one that has a
/// brace too many, and two of which one is within the other.
fn damaged(line: &str, other: &str, how: u8, at: usize) -> String {
    let at = line.floor_char_boundary(at % (line.len() + 1));
    let (before, behind) = line.split_at(at);
    match how {
        0 => before.to_owned(),
        1 => behind.trim_start_matches(['[', '{']).to_owned(),
        2 => line.replacen('"', "", 1 + at % 3),
        3 => format!("{{{line}"),
        4 => format!("{before}{other}{behind}"),
        _ => line.to_owned(),
    }
}

/// Whether a line that is not an object begins or ends with one, begins with an array or with texts without brackets, or has
/// a text that ends right before another begins: no text holds the like.
fn holds_text(line: &str) -> bool {
    let mut ends = line.char_indices().filter(|(_, byte)| *byte == '}').map(|(at, _)| at + 1);
    let mut starts = line.char_indices().filter(|(_, byte)| *byte == '{').map(|(at, _)| at);
    let follows = |(at, _): (usize, &str)| line[at + 1..].trim_start().starts_with(['{', '[']);
    line.starts_with('[')
        || line.match_indices(['}', ']']).any(follows)
        || line.starts_with(['"', '-', 't', 'f', 'n']) && line.contains('{')
        || line.starts_with(|first: char| first.is_ascii_digit()) && line.contains('{')
        || ends.any(|to| is_object(&line[..to]))
        || starts.any(|from| is_object(&line[from..]))
}

/// By its structure: values are not looked at.
fn begins_with_object(text: &str) -> bool {
    crate::scan::json::members(text.as_bytes(), 0, |_| {}).is_ok()
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// Reads of any sizes give what the whole gives.
    #[test]
    fn cuts_do_not_matter(
        parts in prop::collection::vec(prop_oneof![
            4 => (object(), any::<u64>()).prop_map(|(text, seed)| spread(&text, seed)),
            1 => object(),
            6 => "[\\[\\]{},:\n\" x\\\\]{1,3}",
            1 => "\n(\\[|\\{\"a\":1\\}\n\\{)",
        ], 0..14),
        steps in prop::collection::vec(1usize..40, 1..4),
    ) {
        let text = parts.concat();
        let options = InputOptions { originals: true, ..InputOptions::default() };
        let given = TestInput::with(&FORMAT, &options, &["a"]);
        given.assert_cuts_do_not_matter(text.as_bytes(), &steps);
        let (pieces, whole) = (given.read_by(text.as_bytes(), &steps), given.read(text.as_bytes()));
        prop_assert_eq!(origins(&pieces), origins(&whole));
        let plain = TestInput::new(&FORMAT, &["a"]).read(text.as_bytes());
        prop_assert_eq!(plain.cells(), whole.cells());
    }

    /// However a text is spread over lines, it is the same record.
    #[test]
    fn pretty_printed_texts_are_compact_ones(
        texts in prop::collection::vec((object(), any::<u64>(), select_gap()), 0..8),
        array: bool,
    ) {
        let joined = |each: &dyn Fn(&str, u64) -> String| {
            let between = if array { "," } else { "" };
            let all: Vec<String> = texts.iter().map(|(text, seed, gap)| format!("{}{gap}", each(text, *seed))).collect();
            if array { format!("[{}]", all.join(between)) } else { all.concat() }
        };
        let pretty = given().read(joined(&spread).as_bytes());
        let lines: String = texts.iter().map(|(text, ..)| format!("{text}\n")).collect();
        let expected = TestInput::new(&ndjson::FORMAT, &["a"]).read(lines.as_bytes());
        prop_assert_eq!(pretty.rejects(), Vec::<String>::new());
        prop_assert_eq!(pretty.cells(), expected.cells());
        // A text that is alone on its line has the blanks around it.
        let raw = |(_, raw): (u64, String)| raw.replace("\\t", " ").trim().to_owned();
        let all = |trial: &Trial| trial.places().into_iter().map(raw).collect::<Vec<_>>();
        prop_assert_eq!(all(&pretty), all(&expected));
    }

    /// A cut array gives the elements before the cut and one reject.
    #[test]
    fn a_cut_array_gives_the_elements_before_the_cut(texts in prop::collection::vec((object(), any::<u64>(), select_gap()), 1..5), steps in prop::collection::vec(1usize..20, 1..3)) {
        let spread: Vec<String> = texts.iter().map(|(text, seed, gap)| format!("{}{gap}", spread(text, *seed))).collect();
        let whole = format!("[{}]", spread.join(","));
        let ends: Vec<usize> = spread.iter().scan(1, |at, text| {
            let end = *at + text.trim_end().len();
            *at += text.len() + 1;
            Some(end)
        }).collect();
        for cut in 1..whole.len() {
            let front = String::from_utf8_lossy(&whole.as_bytes()[..cut]);
            let trial = given().read_by(front.as_bytes(), &steps);
            let count = ends.iter().filter(|end| **end <= cut).count();
            let raw: Vec<String> = trial.places().into_iter().map(|(_, raw)| raw).collect();
            let expected: Vec<String> = texts[..count].iter().map(|(text, ..)| text.as_bytes().escape_ascii().to_string()).collect();
            prop_assert_eq!(raw, expected, "{}", front);
            prop_assert_eq!(trial.rejects().len(), 1, "{} {:?}", front, trial.rejects());
        }
    }

    /// A file of lines gives what it gives as NDJSON, the blanks around a text that is alone on its line included.
    #[test]
    fn files_of_lines_are_ndjson(
        lines in prop::collection::vec((object(), object(), 0u8..9, 0usize..40), 0..8),
        blanks in prop::collection::vec("[ \t\r]{0,2}", 16),
        end in prop::sample::select(vec!["\n", "\r\n", "\n\n"]),
        steps in prop::collection::vec(1usize..60, 1..3),
    ) {
        let lines: Vec<String> = lines.iter().map(|(line, other, how, at)| damaged(line, other, *how, *at)).collect();
        prop_assume!(lines.iter().all(|line| is_object(line) || !holds_text(line)));
        for from in 0..lines.len() {
            for to in from + 2..=lines.len() {
                prop_assume!(is_object(&lines[from]) || !begins_with_object(&lines[from..to].join("\n")));
            }
        }
        // After a line that is cut, only lines that begin with a brace are read.
        let before = |at: usize| if lines.iter().all(|line| is_object(line)) { blanks[2 * at].as_str() } else { "" };
        let spaced = lines.iter().enumerate();
        let text: String = spaced.map(|(at, line)| format!("{}{line}{}{end}", before(at), blanks[2 * at + 1])).collect();
        // NDJSON would refuse some fronts.
        let text = format!("{{}}\n{text}");
        let json = given().read_by(text.as_bytes(), &steps);
        let expected = TestInput::new(&ndjson::FORMAT, &["a"]).read(text.as_bytes());
        prop_assert_eq!(json.cells(), expected.cells(), "{}", text);
        prop_assert_eq!(json.places(), expected.places(), "{}", text);
        prop_assert_eq!(json.rejects().is_empty(), expected.rejects().is_empty(), "{}", text);
    }

    /// Any bytes are read without a crash, and cuts of them do not matter.
    #[test]
    fn any_bytes(text in prop::collection::vec(prop::sample::select(b"{{}}[[]],,:\"\"\\\n\n \r1a\xff".to_vec()), 0..60), steps in prop::collection::vec(1usize..9, 1..3)) {
        given().assert_cuts_do_not_matter(&text, &steps);
    }
}

fn select_gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " ", "\n", "\r\n\r\n", "\n\t"])
}

fn origins(trial: &Trial) -> Vec<crate::record::Origin> {
    let of = |batch: &crate::record::Batch| {
        (0..batch.rows() as u32).filter_map(|row| batch.origin(row)).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = trial.batches.iter().flat_map(of).collect();
    all.extend(trial.findings.rejects.iter().filter_map(|reject| reject.origin));
    all.sort();
    all
}
