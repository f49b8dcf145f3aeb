//! Aggregates of more groups than fit into a small `--memory`: several runs go to disk and are put together again, and
//! nothing of that shows. In the golden cases everything goes to disk at once, here what really is too much.

mod harness;

use std::fmt::Write as _;

use harness::{PLAIN, Ran, Variant, run};

const RECORDS: u64 = 200_000;
const KEYS: u64 = 100_003;
/// A budget that takes all, and some that do not.
const PLENTY: &str = "256M";
const SHORT: [&str; 2] = ["1M", "3M"];

/// Keys of all kinds in no order, event times that rise by steps of up to two seconds and go back now and then.
fn records() -> String {
    let mut text = String::new();
    for number in 0..RECORDS {
        let key = number * 7_919 % KEYS;
        let key = match key % 4 {
            0 => format!("\"k{key}\""),
            1 => format!("\"a key of more than sixteen bytes {key}\""),
            2 => format!("{key}.0"),
            _ => format!("\"{key}\\u00e9\""),
        };
        let seconds = 1_700_000_000 + number / 50 - number * 31 % 5;
        let _ = writeln!(text, "{{\"ts\":{seconds},\"k\":{key},\"few\":{},\"x\":{number}}}", number % 13);
    }
    text
}

fn ok(ran: Ran) -> Vec<u8> {
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    ran.stdout
}

/// Runs a chain with plenty of memory, and with little of it: at least the least is too little.
fn is_the_same_with_little_memory(text: &str, words: &[&str], records: usize) {
    let run = |memory: &str, threads: &str, variant: Variant| {
        let words = [&["--from", "ndjson", "--memory", memory, "-j", threads], words].concat();
        ok(run(&words, text.as_bytes(), variant))
    };
    let plain = run(PLENTY, "1", PLAIN);
    let lines = plain.iter().filter(|byte| **byte == b'\n').count();
    assert!(lines >= records, "{words:?}: {lines} records");
    let nowhere = ["--from", "ndjson", "--memory", SHORT[0], "--tmp", "/no/such/folder"];
    let ran = harness::run(&[&nowhere, words].concat(), text.as_bytes(), PLAIN);
    assert!(ran.status == 2 && ran.err().contains("temporary file"), "{words:?}: {}", ran.err());
    for memory in SHORT {
        for threads in ["1", "3"] {
            let short = run(memory, threads, Variant { block: 32 << 10, ..PLAIN });
            assert!(short == plain, "{words:?} --memory {memory} -j{threads}");
        }
    }
}

#[test]
fn groups() {
    let text = records();
    let items = "n = count(), s = sum(x), f = first(x), m = p99(x), c = collect(x, 3), d = distinct(x)";
    is_the_same_with_little_memory(&text, &["aggregate", items, "--by", "k"], KEYS as usize);
    let two = ["aggregate", "n = count(), l = last(k)", "--by", "k, few"];
    is_the_same_with_little_memory(&text, &two, RECORDS as usize / 2);
}

#[test]
fn a_few_groups_with_much_in_each() {
    let items = "n = exact_distinct(x), q = exact_quantile(x, 0.25), f = frequent(x, 5)";
    let words = ["aggregate", items, "--by", "few"];
    let text = records();
    let end = text[..1_200_000].rfind('\n').map_or(0, |end| end + 1);
    is_the_same_with_little_memory(&text[..end], &words, 13);
}

#[test]
fn groups_of_windows() {
    let text = records();
    for window in ["20m", "5m"] {
        let words =
            ["window", window, "then", "aggregate", "n = count(), s = sum(x), f = first(x)", "--by", "k"];
        is_the_same_with_little_memory(&text, &words, RECORDS as usize / 3);
    }
}

#[test]
fn groups_of_sliding_windows() {
    let aggregate = ["then", "aggregate", "n = count(), s = sum(x)", "--by", "k"];
    let words = [&["window", "10m", "--every", "5m"], &aggregate[..]].concat();
    is_the_same_with_little_memory(&records(), &words, RECORDS as usize / 2);
}

#[test]
fn groups_of_sessions() {
    let text = records();
    let end = text[..3_000_000].rfind('\n').map_or(0, |end| end + 1);
    for by in ["k", "k, few"] {
        // Which sessions are open stays in memory: their groups must be what is large.
        let items = "n = count(), s = sum(x), m = p99(x), c = collect(k), d = distinct(x), l = last(k)";
        let aggregate = ["then", "aggregate", items, "--by", by];
        let words = [&["window", "session:20s", "--by", "k"], &aggregate[..]].concat();
        is_the_same_with_little_memory(&text[..end], &words, 10_000);
    }
}

#[test]
fn stages_behind_take_what_was_on_disk() {
    let text = records();
    let aggregate = ["aggregate", "n = count(), s = sum(x)", "--by", "k", "then"];
    for behind in [&["limit", "70000"][..], &["top", "s", "-n", "100"], &["filter", "n == 2"]] {
        is_the_same_with_little_memory(&text, &[&aggregate[..], behind].concat(), 100);
    }
}

/// What dedup holds back on disk leaves when the keys that told it apart are given back: a stage that cannot go to disk
/// has the memory for itself then.
#[test]
fn what_waited_leaves_without_what_held_it_back() {
    let mut text = String::new();
    for number in 0..20_000 {
        let _ = writeln!(text, "{{\"k\":\"a key of some length {number}\",\"big\":false}}");
    }
    for number in 0..300 {
        let pad = "y".repeat(2_000);
        let _ = writeln!(text, "{{\"k\":\"b{number}\",\"big\":true,\"x\":{number},\"pad\":\"{pad}\"}}");
    }
    let words = ["dedup", "k", "then", "filter", "big", "then", "top", "x", "-n", "300"];
    let run = |memory: &str, threads: &str| {
        let words = [&["--from", "ndjson", "--memory", memory, "-j", threads], &words[..]].concat();
        ok(harness::run(&words, text.as_bytes(), Variant { block: 32 << 10, ..PLAIN }))
    };
    let plain = run(PLENTY, "1");
    for threads in ["1", "3"] {
        assert!(run(SHORT[0], threads) == plain, "-j{threads}");
    }
}
