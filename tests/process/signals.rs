//! SIGINT and SIGTERM: the first ends the input, a second one kills.

use std::io::Write;
use std::sync::mpsc::channel;

use crate::child::{start, start_shell, with_threads};

/// Names of signals with the status that they end a run with.
const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

#[test]
fn a_signal_prints_what_is_held() {
    for (signal, status) in SIGNALS {
        for threads in [1, 4] {
            let words = ["--lateness", "0", "window", "10s", "then", "aggregate", "n = count()"];
            let mut running = start(&with_threads(threads, &words));
            running.send(b"{\"ts\":1700000000}\n{\"ts\":1700000010}\n{\"ts\":1700000011}\n");
            // The first window has left, so the other records were read too.
            assert!(running.line().ends_with("\"n\":1}\n"));
            running.signal(signal);
            let ended = running.wait();
            assert_eq!((ended.status, ended.err.as_str()), (Some(status), ""), "{ended:?}");
            assert!(ended.out().ends_with("\"n\":2}\n"), "{ended:?}");
        }
    }
}

#[test]
fn a_signal_goes_before_fail_if() {
    let mut running = start(&["--fail-if", "some", "filter", "x > 1"]);
    running.send(b"{\"x\":2}\n");
    assert_eq!(running.line(), "{\"x\":2}\n");
    running.signal("INT");
    assert_eq!(running.wait().status, Some(130));
}

#[test]
fn a_record_that_the_signal_cut_was_not_read() {
    for (format, line, tail) in [
        ("ndjson", "{\"x\":2}\n", "{\"x\":3"),
        ("csv", "x\n2\n", "33"),
        ("csv", "x\n2\n", "\"a\nb"),
        ("text", "abc\n", "de"),
    ] {
        let mut running = start(&["--from", format, "--to", format, "filter", "true"]);
        running.send(format!("{line}{tail}").as_bytes());
        let lines: String = line.lines().map(|_| running.line()).collect();
        assert_eq!(lines, line);
        running.signal("INT");
        let ended = running.wait();
        assert_eq!(
            (ended.status, ended.out().as_str(), ended.err.as_str()),
            (Some(130), "", ""),
            "{ended:?}"
        );
    }
}

#[test]
fn the_record_before_the_next_start_is_printed() {
    let words = ["--from", "text", "--record-start", "^[^ ]", "project", "line"];
    let mut running = start(&words);
    running.send(b"first\n at a\nsecond\n at b\n a");
    assert_eq!(running.line(), "{\"line\":\"first\\n at a\"}\n");
    running.signal("TERM");
    let ended = running.wait();
    assert_eq!((ended.status, ended.out().as_str()), (Some(143), "{\"line\":\"second\\n at b\"}\n"));
}

#[test]
fn an_endless_input_is_counted_up_to_the_signal() {
    for (signal, status) in SIGNALS {
        for threads in [1, 4] {
            let mut running = start(&with_threads(threads, &["aggregate", "n = count()"]));
            let mut stdin = running.take_stdin();
            let (much, was_written) = channel();
            let poured = std::thread::spawn(move || {
                let many = "{\"x\":2}\n".repeat(1000);
                let mut pieces = 0_u64;
                while stdin.write_all(many.as_bytes()).is_ok() {
                    pieces += 1;
                    let _ = much.send(pieces);
                }
                pieces * 1000
            });
            // More than a pipe holds.
            while was_written.recv().expect("the program reads on") < 200 {}
            running.signal(signal);
            let ended = running.wait();
            let most = poured.join().unwrap() + 1000;
            assert_eq!((ended.status, ended.err.as_str()), (Some(status), ""), "{ended:?}");
            let count =
                ended.out().trim().strip_prefix("{\"n\":").unwrap().trim_end_matches('}').parse::<u64>();
            assert!((100_000..=most).contains(&count.unwrap()), "{ended:?}");
        }
    }
}

#[test]
fn a_signal_during_a_regular_file_reports_no_cut_record() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.ndjson");
    std::fs::write(&file, "{\"x\":2}\n".repeat(1_000_000)).unwrap();
    let mut running = start(&with_threads(1, &["filter", "x > 1", file.to_str().unwrap()]));
    assert_eq!(running.line(), "{\"x\":2}\n");
    // The rest does not fit into the pipe, so that the program cannot have ended.
    running.signal("INT");
    let ended = running.wait();
    assert_eq!((ended.status, ended.err.as_str()), (Some(130), ""));
    assert!(ended.out().lines().all(|line| line == "{\"x\":2}") && ended.out.len() < 7_900_000);
}

#[test]
fn a_signal_takes_the_output_into_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.ndjson");
    std::fs::write(&file, "old\n").unwrap();
    let mut running = start(&["-o", file.to_str().unwrap(), "limit", "1000000"]);
    let mut stdin = running.take_stdin();
    // More than a pipe holds: the first lines were read.
    let line = "{\"x\":2}\n";
    stdin.write_all(line.repeat(100_000).as_bytes()).unwrap();
    running.signal("TERM");
    let ended = running.wait();
    assert_eq!((ended.status, ended.err.as_str()), (Some(143), ""));
    let new = std::fs::read_to_string(&file).unwrap();
    assert!(new.starts_with(line) && new.len().is_multiple_of(line.len()));
}

#[test]
fn a_fifo_without_a_writer_does_not_keep_a_signal_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let first = folder.path().join("first.ndjson");
    std::fs::write(&first, "{\"x\":2}\n").unwrap();
    let words = ["--from", "ndjson", "filter", "x > 1", first.to_str().unwrap(), fifo.to_str().unwrap()];
    let mut running = start(&words);
    assert_eq!(running.line(), "{\"x\":2}\n");
    running.signal("INT");
    let ended = running.wait();
    assert_eq!((ended.status, ended.out().as_str(), ended.err.as_str()), (Some(130), "", ""));
}

/// As under `nohup`, and after `&` in a shell without job control.
#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    for (signal, _) in SIGNALS {
        let mut running = start_shell("trap '' INT TERM; exec \"$0\" \"$@\"", &["filter", "x > 1"]);
        running.send(b"{\"x\":2}\n");
        assert_eq!(running.line(), "{\"x\":2}\n");
        running.signal(signal);
        running.send(b"{\"x\":3}\n");
        let ended = running.finish();
        assert_eq!((ended.status, ended.out().as_str()), (Some(0), "{\"x\":3}\n"), "{ended:?}");
    }
}

#[test]
fn a_second_signal_kills() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.ndjson");
    std::fs::write(&file, "{\"x\":2}\n".repeat(100_000)).unwrap();
    for (first, second) in [("INT", "TERM"), ("TERM", "INT")] {
        let mut running = start(&["filter", "x > 1", file.to_str().unwrap()]);
        assert_eq!(running.line(), "{\"x\":2}\n");
        // Nobody reads on: the first signal finds the program waiting for room in the pipe.
        running.signal(first);
        running.signal(second);
        let ended = running.wait_unread();
        assert_eq!(ended.status, None);
        assert!(matches!(ended.signal, Some(2 | 15)), "{ended:?}");
    }
}
