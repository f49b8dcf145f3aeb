//! Aggregates of more groups than one part of the result holds, against a plain map: threads keep groups of their own and
//! share the work of letting them out.

mod harness;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use harness::{PLAIN, Ran, Variant, run};

const RECORDS: u64 = 60_000;
const KEYS: u64 = 25_000;

/// Keys of all kinds: short and long texts, numbers in two spellings, null.
fn key(number: u64) -> String {
    match number % 5 {
        0 => format!("\"k{number}\""),
        1 if number.is_multiple_of(3) => format!("\"a text of more than sixteen bytes {number}\""),
        // Texts that are the fronts of others, of eleven to twenty bytes, some with a NUL at the end.
        1 => format!(
            "\"{number:05}{}{}\"",
            &"fronts of texts"[..number as usize % 16],
            if number.is_multiple_of(7) { "\\u0000" } else { "" }
        ),
        2 => number.to_string(),
        3 => format!("\"{number}\\u00e9\""),
        _ if number % 1000 == 4 => "null".to_owned(),
        _ => format!("\"{number}\""),
    }
}

/// Records whose keys come in no order, and for each key its count, its sum, and the number of its first record.
fn records() -> (String, BTreeMap<String, (u64, u64, u64)>) {
    let (mut text, mut groups) = (String::new(), BTreeMap::new());
    for number in 0..RECORDS {
        let key = key(number * 7_919 % KEYS);
        let _ = writeln!(text, "{{\"k\":{key},\"x\":{number}}}");
        let group = groups.entry(key).or_insert((0, 0, number));
        group.0 += 1;
        group.1 += number;
    }
    (text, groups)
}

fn variants() -> [Variant; 4] {
    let small = Variant { block: 4096, ..PLAIN };
    [PLAIN, Variant { threads: 1, ..PLAIN }, Variant { threads: 3, ..small }, Variant { threads: 8, ..small }]
}

fn ok(ran: Ran) -> String {
    assert_eq!(ran.status, 0, "{}", ran.err());
    ran.out()
}

#[test]
fn groups_are_those_of_a_plain_map_whatever_the_threads() {
    let (text, groups) = records();
    let words = [
        "--from",
        "ndjson",
        "--to",
        "ndjson",
        "aggregate",
        "n = count(), s = sum(x), f = first(x)",
        "--by",
        "k",
    ];
    let first = ok(run(&words, text.as_bytes(), PLAIN));
    let mut found: Vec<&str> = first.lines().collect();
    assert!(found.len() > 20_000, "{}", found.len());
    found.sort_unstable();
    // The escape of é is undone in no key: it leaves as it came.
    let line = |(key, (n, s, f)): (&String, &(u64, u64, u64))| {
        format!("{{\"k\":{key},\"n\":{n},\"s\":{s},\"f\":{f}}}")
    };
    let mut wanted: Vec<String> = groups.iter().map(line).collect();
    wanted.sort_unstable();
    assert!(found == wanted, "other groups");
    for variant in variants() {
        assert!(ok(run(&words, text.as_bytes(), variant)) == first, "{variant:?}");
    }
}

#[test]
fn keys_that_are_fronts_of_others_are_in_order() {
    let mut texts: Vec<String> = Vec::new();
    for number in 0..400 {
        let whole = format!("{:03}a longer key than sixteen", number % 20);
        texts.push(whole[..4 + number / 20].to_owned());
    }
    let text: String = texts.iter().rev().map(|text| format!("{{\"k\":\"{text}\"}}\n")).collect();
    texts.sort_unstable();
    texts.dedup();
    let words = [
        "--from",
        "ndjson",
        "--to",
        "text",
        "aggregate",
        "n = count()",
        "--by",
        "k",
        "then",
        "project",
        "line = k",
    ];
    for variant in variants() {
        let out = ok(run(&words, text.as_bytes(), variant));
        assert!(out.lines().eq(texts.iter().map(String::as_str)), "{variant:?}: {out}");
    }
}

#[test]
fn stages_behind_take_the_groups_in_order() {
    let (text, _) = records();
    let aggregate = ["--from", "ndjson", "--to", "csv", "aggregate", "n = count(), s = sum(x)", "--by", "k"];
    let all = ok(run(&aggregate, text.as_bytes(), PLAIN));
    let lines: Vec<&str> = all.lines().collect();
    for variant in variants() {
        let limited = [&aggregate[..], &["then", "limit", "9000"]].concat();
        assert!(ok(run(&limited, text.as_bytes(), variant)).lines().eq(lines.iter().copied().take(9001)));
        let filtered = [&aggregate[..], &["then", "filter", "n == 3"]].concat();
        let kept = lines.iter().copied().enumerate();
        let kept = kept.filter(|(at, line)| *at == 0 || line.split(',').rev().nth(1) == Some("3"));
        assert!(ok(run(&filtered, text.as_bytes(), variant)).lines().eq(kept.map(|(_, line)| line)));
    }
}

/// The first record of each key, and those without one.
fn firsts(text: &str) -> String {
    let mut seen = std::collections::BTreeSet::new();
    let key = |line: &str| line.split(",\"x\"").next().unwrap_or_default().to_owned();
    let is_first = |line: &&str| line.starts_with("{\"k\":null") || seen.insert(key(line));
    text.lines().filter(is_first).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn duplicates_are_those_of_a_plain_set_whatever_the_memory() {
    let (text, _) = records();
    let wanted = firsts(&text);
    let words = ["--from", "ndjson", "dedup", "k"];
    for memory in ["1G", "4M", "2M", "1M"] {
        for variant in variants() {
            let words = [&["--memory", memory], &words[..]].concat();
            assert!(ok(run(&words, text.as_bytes(), variant)) == wanted, "{memory} {variant:?}");
        }
    }
    let eager = Variant { threads: 2, eager: true, ..PLAIN };
    let few: String =
        text.lines().take(3000).chain(text.lines().skip(25_000).take(3000)).collect::<Vec<_>>().join("\n");
    assert!(ok(run(&words, few.as_bytes(), eager)) == firsts(&few));
}

/// What a stage holds back comes with the watermarks that it came with: nothing is late that was not.
#[test]
fn duplicates_that_wait_meet_the_same_windows() {
    let mut text = String::new();
    for number in 0..40_000_u64 {
        // Times go forward by a second every 20 records; one in 50 lies half a minute back, and is late.
        let second = (number / 20).saturating_sub(if number % 50 == 49 { 30 } else { 0 });
        let time = format!("2024-01-01T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
        let _ = writeln!(text, "{{\"ts\":\"{time}\",\"k\":{},\"x\":{number}}}", number * 7_919 % 17_000);
    }
    let count = ["aggregate", "n = count(), f = first(x), s = sum(x)"];
    for chain in
        [["dedup", "k", "then", "window", "10s", "then"], ["window", "10s", "then", "dedup", "k", "then"]]
    {
        let words = [&["--from", "ndjson"], &chain[..], &count].concat();
        let plain = run(&words, text.as_bytes(), PLAIN);
        assert!(plain.err().contains("late"), "{}", plain.err());
        for memory in ["2M", "1M"] {
            let words = [&["--memory", memory], &words[..]].concat();
            for variant in variants() {
                let ran = run(&words, text.as_bytes(), variant);
                assert!(ran.out() == plain.out(), "{memory} {variant:?}");
                assert_eq!((ran.status, ran.err()), (plain.status, plain.err()), "{memory} {variant:?}");
            }
        }
    }
}
