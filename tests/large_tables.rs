//! Joins with tables that do not fit into memory, against the same joins in memory.

mod harness;

use std::fmt::Write as _;

use harness::{PLAIN, Ran, Variant, run};

/// Keys of all types that meet each other: by value, by bytes, as a time, as a duration.
fn key(number: u64) -> String {
    let n = number / 9;
    match number % 9 {
        0 => format!("\"k{n}\""),
        1 => n.to_string(),
        2 => format!("{n}.0"),
        3 => format!("\"00{n}\""),
        4 => format!("\"{n}\""),
        5 => format!("\"2024-01-{:02}T{:02}:00:00Z\"", n % 28 + 1, n / 28 % 24),
        6 => format!("\"{n}m\""),
        7 if n.is_multiple_of(40) => "null".to_owned(),
        7 => ["true", "false", "[1, 2]", "{\"a\":1}"][n as usize % 4].to_owned(),
        _ => format!("\"a text that is longer than others {n}\""),
    }
}

const KEYS: u64 = 9 * 700;

/// A table and an input whose records find some matches each, and some none.
fn sides() -> (String, String) {
    let (mut table, mut input) = (String::new(), String::new());
    for number in 0..9000_u64 {
        let key = key(number * 7_919 % KEYS);
        let some = if number.is_multiple_of(3) { ",\"n\":1" } else { "" };
        let _ = writeln!(table, "{{\"k\":{key},\"at\":{number},\"note\":\"{}\"{some}}}", "x".repeat(90));
    }
    for number in 0..4000_u64 {
        let own = if number.is_multiple_of(5) { ",\"at\":-1" } else { "" };
        let _ = writeln!(input, "{{\"k\":{},\"n\":{number}{own}}}", key(number * 104_729 % (2 * KEYS)));
    }
    (table, input)
}

fn csv(ndjson: &str) -> String {
    let out = run(&["--from", "ndjson", "--to", "csv", "project", "k, at, note"], ndjson.as_bytes(), PLAIN);
    assert_eq!(out.status, 0, "{}", out.err());
    out.out()
}

fn said(ran: &Ran) -> (u8, String, String) {
    (ran.status, ran.out(), ran.err())
}

#[test]
fn a_table_on_disk_gives_what_one_in_memory_does() {
    let folder = tempfile::tempdir().unwrap();
    let (table, input) = sides();
    let named = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let tables = [named("table.ndjson"), named("table.csv")];
    std::fs::write(&tables[0], &table).unwrap();
    std::fs::write(&tables[1], csv(&table)).unwrap();
    let small = Variant { block: 4096, ..PLAIN };
    let variants = [PLAIN, Variant { threads: 1, ..small }, Variant { threads: 4, ..small }];
    let on = ["k", "k = k, if(n % 2 == 0, 1, null) = n"];
    for (table, from) in [(&tables[0], "ndjson"), (&tables[1], "csv"), (&tables[0], "csv")] {
        let input = if from == "csv" { csv(&input.replace("\"n\":", "\"at\":")) } else { input.clone() };
        for kind in ["left", "inner", "semi", "anti"] {
            for on in on.iter().filter(|on| from == "ndjson" || **on == "k") {
                let join = ["--from", from, "join", table, "--on", on, "--kind", kind];
                let words = |memory| [&["--memory", memory], &join[..]].concat();
                let wanted = said(&run(&words("1G"), input.as_bytes(), PLAIN));
                assert!(wanted.0 != 2, "{}", wanted.2);
                for variant in variants {
                    let got = said(&run(&words("2M"), input.as_bytes(), variant));
                    assert!(got == wanted, "{table} {from} {kind} {on} {variant:?}: {}", got.2);
                }
            }
        }
    }
}

/// Times and durations that records have meet text of the table that is read as one.
#[test]
fn times_meet_text_of_a_table_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (table, input) = sides();
    let file = folder.path().join("table.ndjson");
    std::fs::write(&file, &table).unwrap();
    let file = file.to_str().unwrap();
    for key in ["t = time(k)", "t = time(k) - time('2024-01-01')", "t = time(epoch(time(k)))"] {
        let chain = ["project", &format!("{key}, n"), "then", "join", file, "--on", "t = k", "--take", "at"];
        let words = |memory| [&["--from", "ndjson", "--memory", memory, "-q"], &chain[..]].concat();
        let wanted = said(&run(&words("1G"), input.as_bytes(), PLAIN));
        assert_eq!(said(&run(&words("2M"), input.as_bytes(), PLAIN)), wanted, "{key}");
    }
    let chain = ["project", "t = time('20240101'), n", "then", "join", file, "--on", "t = k"];
    let words = [&["--from", "ndjson", "--memory", "2M", "--time-format", "%Y%m%d"], &chain[..]].concat();
    let ran = run(&words, input.as_bytes(), PLAIN);
    assert!(
        ran.status == 2 && ran.err().contains("pin the field of the table with --types"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_key_that_does_not_fit_alone_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let record =
        |at: u32| format!("{{\"k\":{},\"at\":{at},\"note\":\"{}\"}}\n", at % 50 / 49, "x".repeat(100));
    let file = folder.path().join("table.ndjson");
    std::fs::write(&file, (0..20_000).map(record).collect::<String>()).unwrap();
    let words =
        ["--from", "ndjson", "--memory", "2M", "join", file.to_str().unwrap(), "--on", "k", "--kind", "left"];
    let ran = run(&words, b"{\"k\":0}\n{\"k\":1}\n", PLAIN);
    assert!(
        ran.status == 2 && ran.err().contains("the records of the key 0 do not fit into --memory 2 MiB"),
        "{}",
        ran.err()
    );
    assert!(ran.err().contains("--take"), "{}", ran.err());
    // One of those few is found.
    assert_eq!(run(&words, b"{\"k\":1}\n", PLAIN).out().lines().count(), 400);
}
