//! Headers and first records that are longer than a read or a block, beyond 1 MiB too.

use crate::harness::{PLAIN, VARIANTS, Variant, run};

/// Ways to read much: a byte at a time would take long.
fn variants() -> Vec<Variant> {
    let few = |variant: &Variant| variant.block < 61 || variant.piece < 4096;
    let mut variants: Vec<Variant> = VARIANTS.iter().filter(|variant| !few(variant)).copied().collect();
    variants.push(Variant { threads: 1, piece: 777, ..PLAIN });
    variants
}

fn check(words: &[&str], text: &str, expected: (u8, &str, &str)) {
    for variant in variants() {
        let ran = run(words, text.as_bytes(), variant);
        let (out, err) = (ran.out(), ran.err());
        assert!(
            (ran.status, out.as_str(), err.as_str()) == expected,
            "{words:?} {variant:?}: {} {} {}",
            ran.status,
            out.get(..200).unwrap_or(&out),
            err.get(..400).unwrap_or(&err)
        );
    }
}

fn wide(names: usize) -> String {
    (0..names).map(|number| format!("\"name {number}\"")).collect::<Vec<_>>().join(",")
}

#[test]
fn a_header_may_be_as_long_as_a_record() {
    let (header, record) = (wide(120_000), vec!["1"; 120_000].join(","));
    let text = format!("{header}\n{record}\n");
    assert!(header.len() > 1 << 20);
    check(&["--from", "csv", "filter", "`name 119999` == 1"], &text, (0, &text, ""));
    check(&["--from", "csv", "--to", "ndjson", "project", "`name 7`"], &text, (0, "{\"name 7\":1}\n", ""));
    let refused = "tamis: stdin: the header line is longer than --max-record\n  help: give a larger one, if the file \
                   is csv or tsv at all\n";
    let plain = text.replace('"', "");
    check(&["--from", "csv", "--max-record", "1M", "filter", "true"], &plain, (2, "", refused));
    // The header may be longer where records are short.
    check(&["--from", "csv", "--max-record", "8", "project", "a"], "a,long name\n1,2\n", (0, "a\n1\n", ""));
}

#[test]
fn many_columns_of_one_name_or_none() {
    let count = 100_000;
    let values: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    for (name, last) in [("x", "x_100000"), ("", "c100000"), ("c7", "c7_100000")] {
        let text = format!("{}\n{}\n", vec![name; count].join(","), values.join(","));
        let words = ["--from", "csv", "--to", "ndjson", "project", last];
        let ran = run(&words, text.as_bytes(), PLAIN);
        assert_eq!((ran.status, ran.out()), (0, format!("{{\"{last}\":{count}}}\n")), "{}", ran.err());
    }
}

#[test]
fn a_first_quote_that_does_not_close_rejects_its_own_line_however_long_the_input_is() {
    for lines in [2, 300_000] {
        let text = format!("\"a,b,c\n{}", "1,2\n".repeat(lines));
        let rejected = "tamis: stdin:1: rejected: a quote that does not close\ntamis: 1 record rejected (--rejects \
                        FILE keeps them)\n  help: where quotes are text like any other: --quote none\n";
        let count = format!("{{\"count\":{lines}}}\n");
        let words =
            ["--from", "csv", "--no-header", "--to", "ndjson", "--max-record", "1M", "aggregate", "count()"];
        check(&words, &text, (1, &count, rejected));
        let words = [
            "--from",
            "csv",
            "--header",
            "x,y",
            "--to",
            "ndjson",
            "--max-record",
            "1M",
            "aggregate",
            "count()",
        ];
        check(&words, &text, (1, &count, rejected));
    }
    let unclosed = format!("a,\"b\n{}", "1,2\n".repeat(300_000));
    let refused = "tamis: stdin: the header line is longer than --max-record, or a quote in it does not close\n  \
                   help: give a larger one, if the quote closes\n";
    check(&["--from", "csv", "--max-record", "1M", "filter", "true"], &unclosed, (2, "", refused));
}

#[test]
fn a_first_record_that_is_too_long_cannot_tell_the_fields() {
    let text = format!("{},b\n1,2\n", "a".repeat(3 << 20));
    let refused = "tamis: stdin: the first record is longer than --max-record\n  help: name the fields with \
                   --header, and it is rejected, or give a larger --max-record\n";
    check(&["--from", "csv", "--no-header", "--max-record", "2M", "filter", "true"], &text, (2, "", refused));
    let rejected = "tamis: stdin:1: rejected: longer than --max-record\ntamis: 1 record rejected (--rejects FILE \
                    keeps them)\n";
    let words = ["--from", "csv", "--header", "x,y", "--max-record", "2M", "filter", "true"];
    check(&words, &text, (1, "x,y\n1,2\n", rejected));
}
