//! A run that has lasted for long: blocks are numbered from near the ends of what could count them. What depends on
//! the order of records is what it is in a run that begins.

mod harness;

use std::fmt::Write as _;

use harness::{PLAIN, Variant, run};

/// Chains whose result depends on the order of records, over fields of [`input`].
const CHAINS: &[&[&str]] = &[
    &["aggregate", "first(n), last(n), arg_max(n, v), arg_min(n, v), min(t), max(t)", "--by", "k"],
    &["aggregate", "first(n), last(n), collect(n), frequent(t, 3)"],
    &["aggregate", "collect(n, 4), count()", "--by", "t"],
    &["aggregate", "collect(n), last(n)", "--by", "k, t"],
    &["sort", "k"],
    &["sort", "t desc"],
    &["top", "v", "-n", "5"],
    &["top", "v", "-n", "2", "--by", "k"],
    &["dedup", "k, t"],
    &["explode", "a", "then", "aggregate", "first(n), last(n), collect(a)", "--by", "k"],
    &["window", "4s", "then", "aggregate", "first(n), last(n), collect(n)", "--by", "k"],
    &["window", "4s", "--every", "2s", "then", "aggregate", "first(n), last(n), collect(n)", "--by", "t"],
    &["window", "session:2s", "then", "aggregate", "first(n), last(n), collect(n)", "--by", "k"],
    &["window", "4s", "then", "sort", "k"],
    &["window", "4s", "then", "top", "v", "-n", "2"],
    &["window", "count:5", "then", "aggregate", "first(n), last(n), collect(n)", "--by", "k"],
    &["sort", "v", "then", "aggregate", "first(n), last(n)", "--by", "k"],
    &["dedup", "n", "then", "sort", "k", "then", "top", "v"],
];

/// Records with many ties; `t` is text with values that are equal numbers spelled otherwise.
fn input() -> Vec<u8> {
    let mut lines = String::new();
    for n in 0..23 {
        let (k, v, t) = (n % 3, n % 4, ["1", "1.0", "b", "a"][n % 4]);
        let ts = 1_700_000_000 + n;
        let _ = writeln!(lines, r#"{{"ts":{ts},"n":{n},"k":{k},"v":{v},"t":"{t}","a":[{n},-{n}]}}"#);
    }
    lines.into_bytes()
}

/// Ways to run from a block on: each block is one record, by one thread and by more, in memory and on disk.
fn variants(first_block: u64) -> impl Iterator<Item = Variant> {
    [(1, false), (4, false), (2, true)].into_iter().map(move |(threads, eager)| Variant {
        threads,
        eager,
        block: 1,
        first_block,
        ..PLAIN
    })
}

#[test]
fn days_of_a_live_pipe_change_nothing() {
    let input = input();
    for chain in CHAINS {
        let words = [&["--from", "ndjson"], *chain].concat();
        let expected = run(&words, &input, PLAIN);
        assert!(expected.status == 0 && !expected.stdout.is_empty(), "{words:?}: {}", expected.err());
        let borders = [20, 31, 32, 33, 40, 48, 51].map(|bits| (1 << bits) - 10);
        // The last block is the last that there can be.
        for first in borders.into_iter().chain([(1 << 52) - 23]) {
            for variant in variants(first) {
                assert_eq!(run(&words, &input, variant), expected, "{words:?} {variant:?}");
            }
        }
    }
}

#[test]
fn the_end_of_all_numbers_is_an_error() {
    let input = input();
    for variant in variants((1 << 52) - 10) {
        let ran = run(&["--from", "ndjson", "project", "n"], &input, variant);
        assert_eq!(ran.status, 2, "{variant:?}");
        let records = ran.out().lines().count();
        assert!(records <= 10, "{variant:?}: {}", ran.out());
        assert!(ran.err().contains("more than 4503599627370496 blocks"), "{variant:?}: {}", ran.err());
    }
}
