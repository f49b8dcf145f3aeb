//! What goes in and comes out, in tables.

use proptest::prelude::*;

use super::FORMAT;
use crate::format::trial::TestInput;
use crate::format::{InputOptions, ndjson};
use crate::record::Shape;

#[test]
fn wanted_pairs_are_located() {
    let given = TestInput::new(&FORMAT, &["a", "u.id", "t[0]"]);
    for (line, cells) in [
        ("a=1.0 b=2", "Untyped:1.0 Missing: Missing:"),
        ("a=1 a=2", "Untyped:2 Missing: Missing:"),
        ("a", "True:a Missing: Missing:"),
        ("  x y=z\ta= ", "Null: Missing: Missing:"),
        ("a=\"\"", "Quoted: Missing: Missing:"),
        (r#"a="x y" u.id=7"#, "Quoted:x y Untyped:7 Missing:"),
        (r#"a="x \"y\"""#, r#"Logged:x \\\"y\\\" Missing: Missing:"#),
        (r#"a=it"s=b"#, r#"Untyped:it\"s=b Missing: Missing:"#),
        ("t=[1] u={}", "Missing: Missing: Missing:"),
        ("a=2024-02-11 20:45:07 u.id=7", "Untyped:2024-02-11 20:45:07 Untyped:7 Missing:"),
        ("a=2024-02-11 20:45:07,5 CET u.id=7", "Untyped:2024-02-11 20:45:07,5 CET Untyped:7 Missing:"),
        ("a=2024-02-11T20:45:07 +0100", "Untyped:2024-02-11T20:45:07 +0100 Missing: Missing:"),
        ("a=2024/02/11 20:45\tu.id=7", "Untyped:2024/02/11 20:45 Untyped:7 Missing:"),
        ("a=2024-02-11 u.id=7", "Untyped:2024-02-11 Untyped:7 Missing:"),
        ("a=2024-02-11 CET u.id=7", "Untyped:2024-02-11 Untyped:7 Missing:"),
        ("a=2024-x 20:45:07 u.id=7", "Untyped:2024-x Untyped:7 Missing:"),
        ("a=\0\x1b", r"Untyped:\x00\x1b Missing: Missing:"),
    ] {
        assert_eq!(given.rejects(line.as_bytes()), [""; 0], "{line}");
        assert_eq!(given.cells(line.as_bytes()), [cells], "{line}");
    }
    assert_eq!(
        given.cells(b"\xef\xbb\xbfa=1\r\n\n \r\na=2"),
        ["Untyped:1", "Untyped:2"].map(|a| format!("{a} Missing: Missing:"))
    );
}

#[test]
fn what_cannot_be_read_is_rejected_with_its_column() {
    let given = TestInput::new(&FORMAT, &["a"]);
    for (line, reject) in [
        (&br#"b=1 a="x"#[..], "1:7: a quote that does not close"),
        (br#"a="x\""#, "1:3: a quote that does not close"),
        (br#"a="x\"#, "1:3: a quote that does not close"),
        (br#"a="x a="y""#, "1:9: a blank is missing after the quote"),
        (b"=1", "1:1: a key is missing"),
        (b"a=2024-02-11 20:45:7 b=1", "1:14: expected a whole time after the date"),
        (br#"a=1 b"c"=1"#, "1:6: a quote outside a value"),
        (b"a=x\xff", "1:4: not UTF-8"),
    ] {
        assert_eq!(given.rejects(line), [reject], "{}", line.escape_ascii());
        assert_eq!(given.cells(line), [""; 0]);
    }
    assert_eq!(given.rejects(b"b=\xff a=1"), [""; 0], "nobody reads b");
}

#[test]
fn options_hold() {
    let options = InputOptions {
        nulls: vec![b"-".to_vec(), b"\"n\\\"a\"".to_vec()],
        record_start: Some("^a=".to_owned()),
        ..InputOptions::default()
    };
    let given = TestInput::with(&FORMAT, &options, &["a", "b"]);
    let text = b"a=1\n at b=2\na=- b=\"-\"\na=n\\\"a b=\"n\\\"a\"\n";
    let quoted = r#"Untyped:n\\\"a NullText:\"n\\\"a\""#;
    assert_eq!(given.cells(text), ["Untyped:1 Untyped:2", "NullText:- Quoted:-", quoted]);
    assert_eq!(given.write(&FORMAT, Shape::input(), text).as_bytes(), text);
}

#[test]
fn what_the_chain_did_not_touch_keeps_its_spelling() {
    let given = TestInput::new(&FORMAT, &["a", "b"]);
    let text = br#" a=007  b="x \u00e9"  flag a="2" "#;
    assert_eq!(given.write(&FORMAT, Shape::input(), text), " a=007  b=\"x \\u00e9\"  flag a=\"2\" \n");
    let shape = given.around_rest(&[], &["a"], &["flag=b", "new=a"]);
    assert_eq!(given.write(&FORMAT, shape, text), "b=\"x \\u00e9\" flag=\"x \\u00e9\" new=\"2\"\n");
    assert_eq!(given.write(&FORMAT, given.just(&["b", "a"]), text), "b=\"x \\u00e9\" a=\"2\"\n");
}

#[test]
fn values_of_ndjson_are_quoted_where_they_must() {
    let given = TestInput::new(&ndjson::FORMAT, &["v"]);
    for (value, expected) in [
        ("1.0", "v=1.0"),
        ("null", "v="),
        ("true", "v=true"),
        (r#""""#, "v=\"\""),
        (r#""a b""#, "v=\"a b\""),
        (r#""a=b""#, "v=\"a=b\""),
        (r#""é\u00e9""#, "v=éé"),
        (r#""a\"b\\\n\t\u0001""#, "v=\"a\\\"b\\\\\\n\\t\\u0001\""),
        (r#""C:\\x""#, r"v=C:\x"),
        (r#"[1,"x"]"#, r#"v="[1,\"x\"]""#),
    ] {
        let line = format!("{{\"v\":{value}}}");
        assert_eq!(given.write(&FORMAT, given.just(&["v"]), line.as_bytes()), format!("{expected}\n"));
        assert_eq!(given.write(&FORMAT, Shape::input(), line.as_bytes()), format!("{expected}\n"));
    }
    assert_eq!(given.write(&FORMAT, Shape::input(), br#"{"a b=":1,"":2}"#), "a_b_=1 _=2\n");
}

#[test]
fn records_of_logfmt_as_ndjson() {
    let given = TestInput::new(&FORMAT, &["a"]);
    let text = br#"a=1.50 b="x \"y\"" flag c= a=007 d=true"#;
    let expected = r#"{"a":1.50,"b":"x \"y\"","flag":true,"c":null,"a":"007","d":"true"}"#;
    assert_eq!(given.write(&ndjson::FORMAT, Shape::input(), text), format!("{expected}\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Text that was written is read back.
    #[test]
    fn values_survive_a_round_trip(text in "[ -~\n\té\"\\\\=]{0,8}") {
        let given = TestInput::new(&ndjson::FORMAT, &["v"]);
        let json = serde_json::json!({ "v": text }).to_string();
        let written = given.write(&FORMAT, given.just(&["v"]), json.as_bytes());
        let mut back = TestInput::new(&FORMAT, &["v"]);
        back.pins = crate::format::trial::pins(&[("v", crate::record::Type::Text)]);
        prop_assert_eq!(back.rejects(written.as_bytes()), [""; 0]);
        let again = back.write(&ndjson::FORMAT, back.just(&["v"]), written.as_bytes());
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&again).unwrap(), serde_json::json!({ "v": text }), "{}", written);
    }

    #[test]
    fn cuts_do_not_matter(text in "[ab =\"\n\r\\\\]{0,60}", steps in prop::collection::vec(1_usize..9, 1..20), start in any::<bool>()) {
        let record_start = start.then(|| "^a".to_owned());
        let options = InputOptions { record_start, ..InputOptions::default() };
        TestInput::with(&FORMAT, &options, &["a", "b"]).assert_cuts_do_not_matter(text.as_bytes(), &steps);
    }
}
