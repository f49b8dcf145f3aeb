//! Inputs whose directives change again and again how records are read.

mod harness;

use std::fmt::Write as _;

use harness::{PLAIN, Variant, run};

/// Small logs one after the other, of which every second one names its fields in another order.
const LOGS: usize = 10_000;

fn w3c() -> String {
    let mut text = String::new();
    for log in 0..LOGS {
        text.push_str("#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n");
        let second = log % 60;
        let _ = match log % 2 {
            0 => write!(text, "#Fields: date time n\n2024-01-31 12:00:{second:02} {log}\n"),
            _ => write!(text, "#Fields: n time date\n{log} 12:00:{second:02} 2024-01-31\n"),
        };
    }
    text
}

fn zeek() -> String {
    let mut text = String::new();
    for log in 0..LOGS {
        text.push_str("#separator \\x09\n#set_separator\t,\n");
        let _ = match log % 2 {
            0 => write!(text, "#fields\tts\tn\n#types\ttime\tset[count]\n1706702400.5\t{log}\n"),
            _ => write!(text, "#fields\tn\tts\n#types\tset[count]\ttime\n{log}\t1706702400.5\n"),
        };
    }
    text
}

/// The numbers of all logs, from the last one on.
fn numbers() -> impl Iterator<Item = usize> {
    (0..LOGS).rev()
}

#[test]
fn ten_thousand_sections_of_two_kinds() {
    let little = Variant { threads: 3, eager: true, ..PLAIN };
    let w3c = w3c();
    let words = ["--from", "w3c", "sort", "n desc", "then", "project", "n, datetime"];
    let expected: String = numbers()
        .map(|log| format!("{{\"n\":{log},\"datetime\":\"2024-01-31 12:00:{:02}\"}}\n", log % 60))
        .collect();
    for variant in [PLAIN, Variant { block: 4096, ..PLAIN }, little] {
        let ran = run(&words, w3c.as_bytes(), variant);
        assert_eq!((ran.err().as_str(), ran.status), ("", 0));
        assert!(ran.out() == expected, "{variant:?}");
    }
    let zeek = zeek();
    let words = ["--from", "zeek", "sort", "n[0] desc", "then", "project", "n"];
    let expected: String = numbers().map(|log| format!("{{\"n\":[{log}]}}\n")).collect();
    for variant in [PLAIN, little] {
        let ran = run(&words, zeek.as_bytes(), variant);
        assert_eq!((ran.err().as_str(), ran.status), ("", 0));
        assert!(ran.out() == expected, "{variant:?}");
    }
}

#[test]
fn records_of_any_section_leave_as_they_stood() {
    let text = w3c();
    let ran = run(&["--from", "w3c", "--to", "raw", "filter", "true"], text.as_bytes(), PLAIN);
    let records: String = text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    assert!(ran.out() == records && ran.status == 0);
}
