//! What goes in and comes out, in tables.

use proptest::prelude::*;

use super::FORMAT;
use crate::format::InputOptions;
use crate::format::trial::{TestInput, Trial, limits, pins};
use crate::record::{Shape, Type};
use crate::scan::json::samples;

fn strict(paths: &[&str]) -> TestInput {
    TestInput::with(&FORMAT, &InputOptions { validate: true, ..InputOptions::default() }, paths)
}

#[test]
fn wanted_fields_are_located() {
    let given = TestInput::new(&FORMAT, &["a", "user.id", "tags[-1]", "x"]);
    for (line, cells) in [
        (r#"{"a":1.0}"#, "Number:1.0 Missing: Missing: Missing:"),
        (r#" { "a" : null } "#, "Null:null Missing: Missing: Missing:"),
        (r#"{"a":1,"a":"two"}"#, "Text:two Missing: Missing: Missing:"),
        (r#"{"\u0061":true}"#, "True:true Missing: Missing: Missing:"),
        (r#"{"a":"","\ud800":1}"#, "Text: Missing: Missing: Missing:"),
        (r#"{"a":"\u00e9"}"#, r"Escaped:\\u00e9 Missing: Missing: Missing:"),
        (r#"{"user":{"id":1,"id":2}}"#, "Missing: Number:2 Missing: Missing:"),
        (r#"{"user":{"id":1},"user.id":3}"#, "Missing: Number:3 Missing: Missing:"),
        (r#"{"user":"text"}"#, "Missing: Missing: Missing: Missing:"),
        (r#"{"tags":[1,[2]],"x":{"y":[]}}"#, r#"Missing: Missing: Array:[2] Object:{\"y\":[]}"#),
        (r#"{"tags":[]}"#, "Missing: Missing: Missing: Missing:"),
        (
            r#"{"a":-0,"x":12345678901234567890123}"#,
            "Number:-0 Missing: Missing: Number:12345678901234567890123",
        ),
        (r#"{"a":1e400}"#, "Number:1e400 Missing: Missing: Missing:"),
        ("{}", "Missing: Missing: Missing: Missing:"),
        ("{\"a\":\"\0\x01\"}", r"Text:\x00\x01 Missing: Missing: Missing:"),
    ] {
        assert_eq!(given.rejects(line.as_bytes()), [""; 0], "{line}");
        assert_eq!(given.cells(line.as_bytes()), [cells], "{line}");
    }
}

#[test]
fn blank_lines_marks_and_line_ends_are_no_records() {
    let given = TestInput::new(&FORMAT, &["a"]);
    for (text, cells) in [
        ("", &[][..]),
        ("\n \t\n\r\n", &[]),
        ("\u{feff}", &[]),
        ("\u{feff}{\"a\":1}\n\n{\"a\":2}\r\n{\"a\":3}", &["Number:1", "Number:2", "Number:3"]),
    ] {
        assert_eq!(given.cells(text.as_bytes()), cells, "{text:?}");
        assert_eq!(given.rejects(text.as_bytes()), [""; 0], "{text:?}");
    }
    let Trial { batches, findings, .. } = given.read(b"\n{\"a\":1}\r\n\n{\"b\":1}");
    let batch = &batches[0];
    assert_eq!(batch.raw(0), b"{\"a\":1}");
    assert_eq!([0, 1].map(|row| batch.origin(row).unwrap().line), [2, 4]);
    assert_eq!((findings.read, findings.present), (2, vec![true]));
}

#[test]
fn what_is_no_record_is_rejected_with_its_column() {
    let given = TestInput::new(&FORMAT, &["a"]);
    for (line, reject) in [
        (&br#"{"a":1"#[..], "1:7: the record ends too early"),
        (br#"{"a":"x"#, "1:8: a quote that does not close"),
        (br#"{"a":1{"a":2}"#, "1:7: a separator is missing"),
        (br#"{"a":"x{"a":"y"}"#, "1:10: expected \",\" or \"}\""),
        (br#"{"a":1}{"a":2}"#, "1:8: more text after the object"),
        (br#"{"a":1},"#, "1:8: more text after the object"),
        (b"\xef\xbb\xbf {\"a\"}", "1:6: expected \":\""),
        (b"12", "1:1: not an object (jq -c . writes each value on one line)"),
        (b"\0", "1:1: not an object (jq -c . writes each value on one line)"),
        (b"{\"a\":\"\xff\"}", "1:7: not UTF-8"),
        (b"{\"a\":[\"e\xcc\"]}", "1:9: not UTF-8"),
        (br#"{"a":"\x"}"#, "1:6: an escape in this string is not JSON's"),
        (br#"{"a":"\ud800"}"#, "1:6: half of a surrogate pair in this string"),
        (br#"{"a":01}"#, "1:6: neither a JSON number nor true, false or null"),
        (br#"{"a":tru}"#, "1:6: neither a JSON number nor true, false or null"),
        (b"{\"a\":1\0}", "1:6: neither a JSON number nor true, false or null"),
        (b"{\"a\"\0:1}", "1:5: expected \":\""),
    ] {
        assert_eq!(given.rejects(line), [reject], "{}", line.escape_ascii());
        assert_eq!(given.cells(line), [""; 0]);
    }
    // At the front of an input these end the run.
    for (text, reject) in [
        ("{}\n [1]", "2:2: an array, not an object (--from json reads its elements)"),
        ("{}\n{ ", "2:3: an object over several lines (--from json reads it)"),
    ] {
        assert_eq!(given.rejects(text.as_bytes()), [reject], "{text}");
    }
    // Its neighbours are whole.
    let cells = given.cells(b"{\"a\":1}\n{\"a\":\"x\n{\"a\":2}\n");
    assert_eq!(cells, ["Number:1", "Number:2"]);
}

#[test]
fn values_that_nobody_reads_are_not_inspected_but_by_validate() {
    let given = TestInput::new(&FORMAT, &["a"]);
    let strict = strict(&["a"]);
    for (line, reject) in [
        (&b"{\"b\":\"\xff\"}"[..], "1:7: not UTF-8"),
        (b"{\"\xff\":1}", "1:3: not UTF-8"),
        (b"{\"b\":\"x\0\"}", "1:8: a control character in a string"),
        (b"{\"a\":\"x\ty\"}", "1:8: a control character in a string"),
        (br#"{"b":["\q"]}"#, "1:7: an escape in this string is not JSON's"),
        (br#"{"b":"\udead"}"#, "1:6: half of a surrogate pair in this string"),
        (br#"{"\u12":1}"#, "1:2: an escape in this string is not JSON's"),
        (br#"{"b":{"c":nul}}"#, "1:11: neither a JSON number nor true, false or null"),
        (br#"{"b":+1}"#, "1:6: neither a JSON number nor true, false or null"),
        (b"{\"b\":1\0}", "1:6: neither a JSON number nor true, false or null"),
        (b"{\"b\":[\x0c]}", "1:7: neither a JSON number nor true, false or null"),
    ] {
        assert_eq!(given.rejects(line), [""; 0], "{}", line.escape_ascii());
        assert_eq!(strict.rejects(line), [reject], "{}", line.escape_ascii());
    }
    let fine = r#"{"b":[1e400,-0,"\ud83d\ude00é",{"":null},true,false]}"#;
    assert_eq!(strict.rejects(fine.as_bytes()), [""; 0]);
}

#[test]
fn nests_are_read_to_128_levels() {
    let nest = |levels: usize| format!("{{\"b\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    for given in [TestInput::new(&FORMAT, &["a"]), strict(&["b"])] {
        assert_eq!(given.rejects(nest(127).as_bytes()), [""; 0]);
        assert_eq!(given.rejects(nest(128).as_bytes()), ["1:133: nested deeper than 128 levels"]);
    }
}

#[test]
fn unchanged_records_keep_their_bytes() {
    let given = TestInput::new(&FORMAT, &["a"]);
    let text = "{\"a\" : 1.0,\"a\":\"\\u00e9\"} \n\n  {\"b\":12345678901234567890}\r\n{}";
    let expected = "{\"a\" : 1.0,\"a\":\"\\u00e9\"} \n  {\"b\":12345678901234567890}\n{}\n";
    assert_eq!(given.write(&FORMAT, Shape::input(), text.as_bytes()), expected);
}

#[test]
fn fields_around_the_record() {
    let given = TestInput::new(&FORMAT, &["a", "b", "n.x"]);
    let line = br#"{"z": 1.0,"\u0061" : "\u00e9","b":[1, 2],"z":"caf","a":0,"n":{"x":"y"}}"#;
    for (before, except, after, expected) in [
        (
            &["k=b"][..],
            &[][..],
            &[][..],
            r#"{"k":[1, 2],"z": 1.0,"\u0061" : "\u00e9","b":[1, 2],"z":"caf","a":0,"n":{"x":"y"}}"#,
        ),
        (&[], &["a", "n"], &[], r#"{"z": 1.0,"b":[1, 2],"z":"caf"}"#),
        (&["b"], &["z"], &[], r#"{"b":[1, 2],"\u0061" : "\u00e9","a":0,"n":{"x":"y"}}"#),
        (&[], &["z", "n"], &["a=n.x", "new=b"], r#"{"\u0061" : "y","b":[1, 2],"new":[1, 2]}"#),
        (&[], &["z", "a", "b", "n"], &[], "{}"),
        (&[], &["z", "a", "b", "n"], &["q\"=a"], r#"{"q\"":0}"#),
    ] {
        let shape = given.around_rest(before, except, after);
        assert_eq!(given.write(&FORMAT, shape, line), format!("{expected}\n"));
    }
}

#[test]
fn fixed_fields_keep_their_spelling_and_absent_ones_are_null() {
    let given = TestInput::new(&FORMAT, &["a", "b", "c"]);
    let text = br#"{"c":"\u00e9","a":1.0}"#;
    assert_eq!(
        given.write(&FORMAT, given.just(&["a", "b", "c"]), text),
        "{\"a\":1.0,\"b\":null,\"c\":\"\\u00e9\"}\n"
    );
}

#[test]
fn pins_hold_for_fields_of_text_formats() {
    let mut given = TestInput::new(&crate::format::logfmt::FORMAT, &["id"]);
    given.pins = pins(&[("id", Type::Text)]);
    let text = b"id=12 n=12";
    assert_eq!(given.write(&FORMAT, Shape::input(), text), "{\"id\":\"12\",\"n\":12}\n");
    assert_eq!(given.write(&FORMAT, given.just(&["id"]), text), "{\"id\":\"12\"}\n");
}

#[test]
fn bytes_that_are_not_utf8_survive_unchanged() {
    let given = TestInput::new(&FORMAT, &["a"]);
    let batch = &given.read(b"{\"b\":\"\xff\"}\n").batches[0];
    let output = FORMAT.output.unwrap()(&given.output_options(Shape::input())).unwrap();
    let mut out = Vec::new();
    output.encoder().encode(batch, &mut out, &mut crate::record::Findings::new(limits(), 1));
    assert_eq!(out, b"{\"b\":\"\xff\"}\n");
}

#[test]
fn text_that_json_cannot_hold_is_rejected() {
    let given = TestInput::new(&crate::format::logfmt::FORMAT, &["a"]);
    for (text, column) in [(&b"a=1 b=x\xff"[..], 8), (b"a=1 b\xff=x", 6)] {
        let rejected = format!(
            "rejected: 1:{column}: not UTF-8, which JSON cannot hold (--to raw keeps bytes)\n{{\"a\":2}}\n"
        );
        let text = [text, b"\na=2\n"].concat();
        let got = given.write(&FORMAT, Shape::input(), &text);
        assert_eq!(got.lines().rev().map(|line| format!("{line}\n")).collect::<String>(), rejected);
        assert_eq!(given.write(&FORMAT, given.just(&["a"]), &text), "{\"a\":1}\n{\"a\":2}\n");
    }
}

/// What a text gives: the cells of its records, where these stand, and the rejects.
type Outcome = (Vec<String>, Vec<(u64, String)>, Vec<String>);

/// What the lines behind the first give alone: without a line end each is read by bytes.
fn line_by_line(given: &TestInput, text: &[u8]) -> Outcome {
    let (mut cells, mut places, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    for (number, line) in (2..).zip(text.split(|&byte| byte == b'\n').skip(1)) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // At the front of an input an array, or an object over several lines, would end the run.
        let trial = given.read(&[b"{}\n", line].concat());
        cells.extend(trial.cells().into_iter().skip(1));
        places.extend(trial.places().into_iter().skip(1).map(|(_, raw)| (number, raw)));
        let reject = |reject: String| format!("{number}{}", reject.strip_prefix('2').unwrap());
        rejects.extend(trial.rejects().into_iter().map(reject));
    }
    (cells, places, rejects)
}

#[test]
fn names_that_end_alike_are_told_apart_record_by_record() {
    let given = TestInput::new(&FORMAT, &["latency_ms", "b"]);
    let record = "{\"a\":0,\"latency_ms\":1,\"b\":2}\n";
    let other = "{\"a\":0,\"latencx_ms\":1,\"c\":2}\n{\"a\":0,\"\\u006catency_ms\":3,\"\\u0062\":4}\n";
    let cells = given.cells(format!("{record}{record}{other}{record}").as_bytes());
    let [own, none, escaped] = ["Number:1 Number:2", "Missing: Missing:", "Number:3 Number:4"];
    assert_eq!(cells, [own, own, none, escaped, own]);
}

#[test]
fn a_record_of_many_members_is_read_as_any_other() {
    let given = TestInput::new(&FORMAT, &["a", "z"]);
    let members: Vec<_> = (0..100).map(|n| format!("\"m{n}\":{n}")).collect();
    let line = format!("{{\"a\":1,{},\"z\":2}}\n", members.join(","));
    assert_eq!(given.cells(line.repeat(3).as_bytes()), ["Number:1 Number:2"; 3]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A text of many lines gives what each of its lines gives alone.
    #[test]
    fn lines_are_read_as_each_alone(text in samples::lines(), validate in any::<bool>()) {
        let options = InputOptions { validate, ..InputOptions::default() };
        let given = TestInput::with(&FORMAT, &options, &["a", "user.id", "c[0]", "latency_ms", "b.c", "x"]);
        let text = [b"{\"x\":0}\n", &text[..]].concat();
        // What is no line feed behind a last CR is part of the last line.
        prop_assume!(!text.ends_with(b"\r"));
        let trial = given.read(&text);
        let all = (trial.cells(), trial.places(), trial.rejects());
        let (mut cells, mut places, rejects) = line_by_line(&given, &text);
        cells.insert(0, all.0[0].clone());
        places.insert(0, all.1[0].clone());
        prop_assert_eq!(all, (cells, places, rejects), "{}", text.escape_ascii());
    }
}

/// An object whose keys have these `rooms`, blanks included: with other blanks and other letters for each seed.
fn laid_out(rooms: &[usize], blanks: usize, mut seed: u64) -> String {
    let mut below = |most: usize| {
        seed = crate::hash::one(seed);
        (seed % most as u64) as usize
    };
    let mut member = |room: &usize| {
        let blank = below(room.min(&blanks) + 1);
        let front = below(blank + 1);
        let key: String = (blank..*room).map(|_| if below(2) == 0 { 'a' } else { 'b' }).collect();
        let key = if below(20) == 0 { key.replace('a', "\\u0061") } else { key };
        format!("{}\"{key}\"{}:{}", " ".repeat(front), " ".repeat(blank - front), below(1000))
    };
    let members: Vec<String> = rooms.iter().map(&mut member).collect();
    format!("{{{}}}\n", members.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Records that are laid out alike, or nearly so, are read as each alone.
    #[test]
    fn layouts_hide_no_key(
        layouts in prop::collection::vec((prop::collection::vec(0_usize..6, 0..6), 0_usize..4), 1..4),
        lines in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..60),
    ) {
        let given = TestInput::new(&FORMAT, &["ab", "b", "abba"]);
        let line = |(layout, seed): &(prop::sample::Index, u64)| {
            let (rooms, blanks) = layout.get(&layouts);
            laid_out(rooms, *blanks, *seed)
        };
        let text: String = lines.iter().map(line).collect();
        let text = format!("{{}}\n{text}");
        let (cells, ..) = line_by_line(&given, text.as_bytes());
        prop_assert_eq!(&given.cells(text.as_bytes())[1..], cells, "{}", text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn cuts_do_not_matter(lines in prop::collection::vec(prop_oneof![
        Just("{\"a\":1}"), Just("{\"a\":\"\\u00e9\",\"b\":[{}]}\r"), Just(""), Just("{\"a\""), Just("[1]"), Just(" {\"b\":2} "),
    ], 0..12), steps in prop::collection::vec(1_usize..30, 1..20), ended in any::<bool>()) {
        let mut text = format!("{{}}\n{}", lines.join("\n"));
        if ended { text.push('\n'); }
        TestInput::new(&FORMAT, &["a", "b[0]"]).assert_cuts_do_not_matter(text.as_bytes(), &steps);
    }

    /// Records that nothing changed leave byte for byte.
    #[test]
    fn unchanged_records_survive(texts in prop::collection::vec((".{0,6}", any::<f64>(), 0_usize..3), 0..6)) {
        let line = |(text, number, blanks): &(String, f64, usize)| {
            format!("{0}{{{0}\"k\" :{0}{1},\"k\":{2}}}{0}\n", " ".repeat(*blanks), serde_json::json!(text), serde_json::json!([number]))
        };
        let text: String = texts.iter().map(line).collect();
        prop_assert_eq!(TestInput::new(&FORMAT, &["k"]).write(&FORMAT, Shape::input(), text.as_bytes()), text);
    }

    /// `--validate` and the serde_json parser agree on damaged texts.
    #[test]
    fn validate_agrees_with_serde(name in "[a-c]", value in any::<f32>(), text in ".{0,5}", at in 0_usize..60, damage in any::<u8>()) {
        let value = serde_json::json!({ name: [value.to_string(), value, text, { "k": null, "t": true }] });
        let mut bytes = value.to_string().into_bytes();
        if let Some(byte) = bytes.get_mut(at) && damage != b'\n' { *byte = damage; }
        let parsed = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes);
        // It gives up on a number beyond doubles, whatever follows.
        prop_assume!(!parsed.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
        prop_assert_eq!(strict(&["a"]).rejects(&bytes).is_empty(), parsed.is_ok(), "{}", bytes.escape_ascii());
    }
}
