//! However the bytes of an input come in, the records are the same.

mod harness;
#[path = "harness/pack.rs"]
mod pack;

use harness::{PLAIN, Variant, run};
use pack::{COMPRESSIONS, pack};

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
        blocks.map(move |(hesitant, block)| Variant { threads: 1, piece, hesitant, block, ..PLAIN })
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

/// Two members of lines of one record each, and the text that they hold.
fn packed_records(compression: &str) -> (Vec<u8>, String) {
    let text: String = (1..40).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    let (one, two) = text.split_at(text.len() / 2);
    ([pack(compression, one.as_bytes()), pack(compression, two.as_bytes())].concat(), text)
}

#[test]
fn compressed_bytes_come_in_any_pieces() {
    for compression in COMPRESSIONS {
        let (bytes, text) = packed_records(compression);
        for (piece, hesitant) in [(1, true), (1, false), (7, true), (usize::MAX, false)] {
            for block in [1, 61, PLAIN.block] {
                let variant = Variant { threads: 2, piece, hesitant, block, ..PLAIN };
                let ran = run(&["--from", "ndjson", "filter", "n > 0"], &bytes, variant);
                assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{compression} {variant:?}");
                assert_eq!(ran.out(), text, "{compression} {variant:?}");
            }
        }
    }
}

#[test]
fn a_compressed_input_that_is_cut_gives_its_whole_lines() {
    for compression in COMPRESSIONS {
        let (bytes, text) = packed_records(compression);
        let first = pack(compression, &text.as_bytes()[..text.len() / 2]).len();
        // A front that is no whole magic is text.
        for cut in 10..bytes.len() {
            let ran = run(&["--from", "ndjson", "filter", "n > 0"], &bytes[..cut], PLAIN);
            assert!(ran.out().is_empty() || ran.out().ends_with('\n'), "{compression} {cut}");
            assert!(text.starts_with(&ran.out()), "{compression} {cut}");
            if cut >= first {
                assert!(ran.out().len() + 8 >= text.len() / 2, "{compression} {cut}");
            }
            let says = ran.err().contains("stdin: compressed data ends too early");
            assert_eq!(says && ran.status == 2, cut != first, "{compression} {cut}: {}", ran.err());
        }
    }
}

#[test]
fn zeros_behind_gzip_are_padding() {
    let (mut bytes, text) = packed_records("gzip");
    bytes.resize(bytes.len() + 1000, 0);
    for variant in [PLAIN, Variant { piece: 1, hesitant: true, ..PLAIN }] {
        let ran = run(&["--from", "ndjson", "filter", "n > 0"], &bytes, variant);
        assert_eq!((ran.status, ran.err().as_str(), ran.out()), (0, "", text.clone()));
    }
}

#[test]
fn what_follows_the_last_member_is_not_lost_in_silence() {
    for compression in COMPRESSIONS {
        let (mut bytes, text) = packed_records(compression);
        bytes.extend_from_slice(b"{\"n\":99}\n");
        let ran = run(&["--from", "ndjson", "filter", "n > 0"], &bytes, PLAIN);
        assert_eq!((ran.status, ran.out()), (2, text));
        let reason = format!("stdin: compressed data is damaged: what follows is no {compression}");
        assert!(ran.err().contains(&reason), "{}", ran.err());
    }
}
