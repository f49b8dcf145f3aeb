//! However the bytes of an input come in, the records are the same.

mod harness;

use harness::{PLAIN, Variant, run};

/// Runs with stdin in small pieces, of which all, or only the last, look like the last for now.
fn is_the_same_in_pieces(words: &[&str], stdin: &str, out: &str) {
    for variant in variants() {
        let ran = run(words, stdin.as_bytes(), variant);
        assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{variant:?}");
        assert_eq!(ran.out(), out, "{variant:?}");
    }
}

fn variants() -> impl Iterator<Item = Variant> {
    (1..=16).flat_map(|piece| {
        let blocks = (8..60).map(|block| (false, block)).chain([
            (true, 61),
            (true, PLAIN.block),
            (false, PLAIN.block),
        ]);
        blocks.map(move |(hesitant, block)| Variant { threads: 1, piece, hesitant, block })
    })
}

#[test]
fn a_quoted_line_end_may_come_later() {
    let records = "1,z\n2,\"x\ny\"\n3,\"\"\"\n\"\n".repeat(5);
    let stdin = &format!("a,b\n{records}");
    is_the_same_in_pieces(&["--from", "csv", "filter", "a > 0"], stdin, stdin);
}

#[test]
fn a_record_start_is_looked_for_at_the_front_of_lines_only() {
    let stdin = &"a bbabb\na 4\n a\n".repeat(5);
    let out = &"{\"line\":\"a bbabb\"}\n{\"line\":\"a 4\\n a\"}\n".repeat(5);
    is_the_same_in_pieces(&["--from", "text", "--record-start", "^a", "project", "line"], stdin, out);
}

#[test]
fn a_record_is_too_long_wherever_it_stands() {
    let long = "x".repeat(40);
    let longer = "x".repeat(90);
    let cases = [
        (
            "ndjson",
            format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n{{\"a\":3}}\r\n{{\"a\":\"{longer}\"}}"),
            2,
        ),
        ("csv", format!("a,b\n1,2\n\"{long}\ny\",2\n3,4\n{longer},5\n6,7\n"), 2),
        ("text", format!("a\nb{long}\nc\n{longer}\n"), 2),
    ];
    for (format, stdin, rejected) in cases {
        let words = ["--from", format, "--max-record", "30", "filter", "true"];
        let plain = run(&words, stdin.as_bytes(), PLAIN);
        assert_eq!(plain.status, 1, "{}", plain.err());
        assert!(plain.err().contains(&format!("{rejected} records rejected")), "{}", plain.err());
        for variant in variants() {
            assert_eq!(run(&words, stdin.as_bytes(), variant), plain, "{format} {variant:?}");
        }
    }
}

#[test]
fn a_record_of_many_lines_is_too_long_wherever_it_stands() {
    let stdin = format!("a1\n b\na2\n{}a3\n c\n", " line\n".repeat(8));
    let words = ["--from", "text", "--record-start", "^a", "--max-record", "20", "project", "line"];
    let plain = run(&words, stdin.as_bytes(), PLAIN);
    assert_eq!(plain.status, 1, "{}", plain.err());
    for variant in variants() {
        assert_eq!(run(&words, stdin.as_bytes(), variant), plain, "{variant:?}");
    }
}
