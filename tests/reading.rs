//! However the bytes of an input come in, the records are the same.

mod harness;

use harness::{PLAIN, Variant, run};

/// Runs with stdin in pieces of every small size, some of which look like the last for now.
fn is_the_same_in_pieces(words: &[&str], stdin: &str, out: &str) {
    for piece in 1..=stdin.len() + 1 {
        for (hesitant, block) in [(true, PLAIN.block), (false, PLAIN.block), (false, 61)] {
            let variant = Variant { threads: 1, piece, hesitant, block };
            let ran = run(words, stdin.as_bytes(), variant);
            assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{variant:?}");
            assert_eq!(ran.out(), out, "{variant:?}");
        }
    }
}

#[test]
fn a_quoted_line_end_may_come_later() {
    let stdin = "a,b\n1,\"x\ny\"\n2,z\n3,\"\"\"\n\"\n";
    is_the_same_in_pieces(&["--from", "csv", "filter", "a > 0"], stdin, stdin);
}

#[test]
fn a_record_start_is_looked_for_at_the_front_of_lines_only() {
    let stdin = "a 1\n 2a\n  a3\na 4\n a\n";
    let out = "{\"line\":\"a 1\\n 2a\\n  a3\"}\n{\"line\":\"a 4\\n a\"}\n";
    is_the_same_in_pieces(&["--from", "text", "--record-start", "^a", "project", "line"], stdin, out);
}
