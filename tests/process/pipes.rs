//! Stdin and stdout: what is final leaves before the next read waits, and a closed pipe ends a run quietly.

use std::io::{Seek, Write};
use std::process::{ChildStdin, Command};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::child::{Running, TAMIS, run, start, start_shell, with_threads};

/// Runs that must not differ.
const THREADS: [usize; 2] = [1, 4];

/// Writes `line` until nobody reads any more; gives the number of whole lines written.
fn pour(mut stdin: ChildStdin, line: &str) -> usize {
    let many = line.repeat(500);
    let mut lines = 0;
    while stdin.write_all(many.as_bytes()).is_ok() {
        lines += 500;
    }
    lines
}

fn start_each(words: &[&str], test: impl Fn(Running)) {
    for threads in THREADS {
        test(start(&with_threads(threads, words)));
    }
}

#[test]
fn a_record_leaves_before_the_next_one_comes() {
    start_each(&["filter", "x > 1"], |mut running| {
        for x in 2..40 {
            let line = format!("{{\"x\":{x}}}\n");
            running.send(line.as_bytes());
            assert_eq!(running.line(), line);
        }
        running.finish().is_quiet("");
    });
}

#[test]
fn a_record_that_is_cut_in_two_leaves_when_it_is_whole() {
    start_each(&["filter", "x > 1"], |mut running| {
        running.send(b"{\"x\":2}\n{\"x\"");
        assert_eq!(running.line(), "{\"x\":2}\n");
        running.send(b":3}\n");
        assert_eq!(running.line(), "{\"x\":3}\n");
        running.send(b"{\"x\":4}");
        running.finish().is_quiet("{\"x\":4}\n");
    });
}

#[test]
fn a_json_text_leaves_when_it_is_whole() {
    for texts in [
        &["[{\"x\":2}", ",{\"x\":3}", ",\n {\"x\":4}\n", "]"][..],
        // At the top the blanks of its line may be a text's, so that it leaves with the byte after it.
        &["{\"x\":2}{", "\"x\":3} {", "\"x\":4}\n", "\n"],
        &["{\n\"x\":2\n}\n", "{\n\"x\":3\n}\n", "{\"x\":4}\n[", "]"],
    ] {
        start_each(&["--from", "json", "filter", "x > 1"], |mut running| {
            for (x, text) in (2..).zip(texts) {
                running.send(text.as_bytes());
                if x < 5 {
                    assert_eq!(running.line(), format!("{{\"x\":{x}}}\n"));
                }
            }
            running.finish().is_quiet("");
        });
    }
}

#[test]
fn a_window_leaves_with_the_record_that_closes_it() {
    let words = ["--lateness", "0", "window", "10s", "then", "aggregate", "n = count()"];
    start_each(&words, |mut running| {
        for window in 0..20 {
            // The first record of a window closes the one before it.
            running.send(format!("{{\"ts\":{}}}\n", 1_700_000_000 + 10 * window).as_bytes());
            if window > 0 {
                assert!(running.line().ends_with("\"n\":3}\n"));
            }
            let rest = format!("{{\"ts\":{}}}\n", 1_700_000_009 + 10 * window).repeat(2);
            running.send(rest.as_bytes());
        }
        let ended = running.finish();
        assert_eq!(ended.out().lines().count(), 1);
        ended.is_quiet(&ended.out());
    });
}

#[test]
fn a_limit_of_nothing_waits_for_the_header_line_alone() {
    start_each(&["--from", "csv", "limit", "0"], |mut running| {
        running.send(b"a,");
        running.send(b"b\n");
        assert_eq!(running.line(), "a,b\n");
        running.finish().is_quiet("");
    });
}

#[test]
fn csv_leaves_with_its_header_at_once() {
    start_each(&["--from", "csv", "filter", "a > 1"], |mut running| {
        running.send(b"a,b\n");
        running.send(b"2,\"x\ny\"\n");
        let lines: Vec<String> = (0..3).map(|_| running.line()).collect();
        assert_eq!(lines, ["a,b\n", "2,\"x\n", "y\"\n"]);
        running.finish().is_quiet("");
    });
}

#[test]
fn compressed_members_leave_one_by_one() {
    start_each(&["filter", "x > 1"], |mut running| {
        for x in 2..20 {
            let line = format!("{{\"x\":{x}}}\n");
            let mut member = GzEncoder::new(Vec::new(), Compression::default());
            member.write_all(line.as_bytes()).unwrap();
            running.send(&member.finish().unwrap());
            assert_eq!(running.line(), line);
        }
        running.finish().is_quiet("");
    });
}

#[test]
fn a_compressed_stream_leaves_where_it_was_flushed() {
    start_each(&["filter", "x > 1"], |mut running| {
        let mut stream = GzEncoder::new(running.take_stdin(), Compression::default());
        for x in 2..20 {
            let line = format!("{{\"x\":{x}}}\n");
            stream.write_all(line.as_bytes()).unwrap();
            stream.flush().unwrap();
            assert_eq!(running.line(), line);
        }
        drop(stream);
        running.finish().is_quiet("");
    });
}

#[test]
fn a_limit_ends_the_run_though_stdin_stays_open() {
    for words in [&["limit", "1"][..], &["limit", "1", "then", "sort", "x"]] {
        start_each(words, |mut running| {
            running.send(b"{\"x\":2}\n{\"x\":3}\n");
            running.wait().is_quiet("{\"x\":2}\n");
        });
    }
}

#[test]
fn a_closed_stdout_ends_the_run_quietly() {
    start_each(&["filter", "x > 1"], |mut running| {
        let stdin = running.take_stdin();
        let poured = std::thread::spawn(|| pour(stdin, "{\"x\":2}\n"));
        assert_eq!(running.line(), "{\"x\":2}\n");
        running.close_stdout();
        running.wait().is_quiet("");
        poured.join().unwrap();
    });
}

/// What nobody reads any more has left the chain all the same.
#[test]
fn a_record_on_a_closed_stdout_counts_for_fail_if() {
    for (words, status) in [
        (["--fail-if", "some", "filter", "x > 1"], 3),
        (["--fail-if", "none", "filter", "x > 1"], 0),
        (["--fail-if", "some", "filter", "x > 2"], 0),
        (["--fail-if", "none", "filter", "x > 2"], 3),
    ] {
        for threads in [1, 4] {
            let mut running = start(&with_threads(threads, &words));
            running.close_stdout();
            running.send(b"{\"x\":2}\n");
            let ended = running.finish();
            assert_eq!((ended.status, ended.err.as_str()), (Some(status), ""), "{words:?}");
        }
    }
}

#[test]
fn head_ends_the_run_quietly() {
    let line = "yes '{\"x\":2}' | \"$0\" \"$@\" | head -1";
    start_shell(line, &["filter", "x > 1"]).wait().is_quiet("{\"x\":2}\n");
}

#[test]
fn help_into_a_closed_pipe_is_no_error() {
    let mut running = start(&["help"]);
    running.close_stdout();
    running.wait().is_quiet("");
}

#[test]
fn a_full_stdout_is_an_error() {
    for words in [&["filter", "true"][..], &["aggregate", "count()"], &["help"]] {
        let mut running = start_shell("exec \"$0\" \"$@\" > /dev/full", words);
        running.send(b"{\"x\":2}\n");
        running.finish().failed_with("stdout: cannot be written: No space left on device");
    }
}

/// The standard library opens what is closed at the start as `/dev/null`.
#[test]
fn a_closed_stdin_is_empty() {
    start_shell("exec \"$0\" \"$@\" <&-", &["filter", "x > 1"]).wait().is_quiet("");
    start_shell("exec \"$0\" \"$@\" <&-", &["aggregate", "count()"]).wait().is_quiet("{\"count\":0}\n");
}

#[test]
fn a_broken_stderr_costs_the_messages_only() {
    let (reader, broken) = std::io::pipe().unwrap();
    drop(reader);
    let mut input = tempfile::tempfile().unwrap();
    input.write_all(b"{\"x\":2}\nno record\n{\"x\":3}\n").unwrap();
    input.rewind().unwrap();
    let ended = Command::new(TAMIS).args(["filter", "x > 1"]).stdin(input).stderr(broken).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.stdout, b"{\"x\":2}\n{\"x\":3}\n");
}

#[test]
fn threads_do_not_show() {
    let mut input = String::new();
    let mut state = 1_u64;
    while input.len() < 20_000_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let draw = state >> 33;
        let (ts, key, x) =
            (1_700_000_000_000 + input.len() as u64 / 40 + draw % 9_000, draw % 97, draw % 10_007);
        input.push_str(&format!(
            "{{\"ts\":{ts},\"key\":\"k{key}\",\"x\":{x}.{key},\"note\":\"line\\n{draw}\"}}\n"
        ));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.ndjson");
    std::fs::write(&file, &input).unwrap();
    let chains: [&[&str]; 3] = [
        &["filter", "x > 5000 and contains(note, '7')", "then", "project", "ts, key, y = x * 3"],
        &[
            "--lateness",
            "5s",
            "window",
            "10s",
            "then",
            "aggregate",
            "count(), sum(x), p99(x), distinct(note)",
            "--by",
            "key",
        ],
        &["dedup", "key, x", "then", "sort", "x desc, key"],
    ];
    for chain in chains {
        let ends = THREADS.map(|threads| {
            let mut words = with_threads(threads, chain);
            words.push(file.clone().into());
            run(&words, b"")
        });
        assert!(ends[0].out.len() > 10_000, "{}", ends[0].err);
        let [one, four] = ends;
        assert_eq!((one.status, one.err), (four.status, four.err));
        assert!(one.out == four.out, "{chain:?}");
    }
}
