//! However the bytes of an input come in, the records are the same.

mod harness;

use harness::{PLAIN, Variant, run};

/// Runs with stdin in small pieces, of which all, or only the last, look like the last for now.
fn is_the_same_in_pieces(words: &[&str], stdin: &str, out: &str) {
    for piece in 1..=16 {
        for (hesitant, block) in (8..60).map(|block| (false, block)).chain([(true, 61), (true, PLAIN.block)])
        {
            let variant = Variant { threads: 1, piece, hesitant, block };
            let ran = run(words, stdin.as_bytes(), variant);
            assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{variant:?}");
            assert_eq!(ran.out(), out, "{variant:?}");
        }
    }
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
