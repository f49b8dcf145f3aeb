//! `--union` as a process: what waits and what does not.

use std::fs;
use std::process::Command;

use crate::child::{run, start, start_shell, with_threads};

const THREADS: [usize; 2] = [1, 4];

/// Of the only input the header line says all, so that nothing waits.
#[test]
fn a_pipe_of_csv_leaves_as_it_comes() {
    for threads in THREADS {
        let mut running = start(&with_threads(threads, &["--from", "csv", "--union", "filter", "a > 1"]));
        running.send(b"a,b\n2,x\n");
        assert_eq!([running.line(), running.line()], ["a,b\n", "2,x\n"]);
        running.send(b"3,\n");
        assert_eq!(running.line(), "3,\n");
        running.finish().is_quiet("");
    }
}

#[test]
fn records_of_other_formats_wait_for_the_end() {
    for threads in THREADS {
        let mut running = start(&with_threads(threads, &["--to", "csv", "--union", "filter", "true"]));
        running.send(b"{\"a\":1}\n");
        running.send(b"{\"b\":2}\n");
        running.finish().is_quiet("a,b\n1,\n,2\n");
    }
}

/// Pipes among several inputs give the bytes that files give, though they wait.
#[test]
fn pipes_give_what_files_give() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let texts = ["id,x\n1,\"p\"\n2,\n", "id,name\n", "", "name,id\nq,3\n"];
    let chains: [&[&str]; 4] = [
        &["filter", "true"],
        &["project", "*, j = json('[1]'), x = 'new'"],
        &["sort", "-id"],
        &["filter", "id > 1", "then", "project", "* except (x), y = id"],
    ];
    for (number, text) in texts.iter().enumerate() {
        fs::write(path(&number.to_string()), text).unwrap();
        assert!(Command::new("mkfifo").arg(path(&format!("pipe{number}"))).status().unwrap().success());
    }
    for chain in chains {
        let words = [&["--from", "csv", "--union", "--allow", "missing"], chain].concat();
        let with = |name: fn(usize) -> String| {
            let mut all = with_threads(2, &words);
            all.extend((0..texts.len()).map(|number| path(&name(number)).into()));
            all
        };
        let files = run(&with(|number| number.to_string()), b"");
        assert_eq!(files.status, Some(0), "{}", files.err);
        let mut all = with(|number| number.to_string());
        all.splice(
            all.len() - texts.len()..,
            with(|number| format!("pipe{number}")).split_off(2 + words.len()),
        );
        let running = start(&all);
        for (number, text) in texts.iter().enumerate() {
            fs::write(path(&format!("pipe{number}")), text).unwrap();
        }
        let pipes = running.finish();
        assert_eq!((pipes.out(), pipes.status), (files.out(), files.status), "{chain:?}: {}", pipes.err);
    }
}

#[test]
fn head_ends_a_run_that_has_waited_quietly() {
    let line = "seq 300000 | sed 's/.*/{\"n\":&,\"m\":&}/' | \"$0\" \"$@\" | head -2";
    start_shell(line, &["--to", "csv", "--union", "filter", "true"]).wait().is_quiet("n,m\n1,1\n");
}

#[test]
fn what_was_read_before_a_signal_leaves() {
    for threads in THREADS {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("seen.ndjson").to_str().unwrap().to_owned();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let words = ["--to", "csv", "--union", "filter", "true", "then", "tee", &pipe];
        let mut running = start(&with_threads(threads, &words));
        let _reader = fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        running.send(b"{\"a\":1}\n{\"b\":2}\n");
        // The copy shows that they were read.
        let mut copy = std::io::BufReader::new(fs::File::open(&pipe).unwrap());
        for expected in ["{\"a\":1}\n", "{\"b\":2}\n"] {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut copy, &mut line).unwrap();
            assert_eq!(line, expected);
        }
        running.signal("INT");
        let ended = running.wait();
        assert_eq!((ended.status, ended.out().as_str()), (Some(130), "a,b\n1,\n,2\n"), "{ended:?}");
    }
}

/// A file of `-o` appears whole, and one that is there stays when the run fails.
#[test]
fn a_file_appears_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.csv");
    let name = file.to_str().unwrap();
    let words = ["--union", "-o", name, "filter", "true"];
    run(&words, b"{\"a\":1}\n{\"b\":2}\n").is_quiet("");
    assert_eq!(fs::read_to_string(&file).unwrap(), "a,b\n1,\n,2\n");
    let strict = ["--union", "--strict", "-o", name, "filter", "true"];
    run(&strict, b"{\"c\":1}\nnothing\n").failed_with("rejected");
    assert_eq!(fs::read_to_string(&file).unwrap(), "a,b\n1,\n,2\n");
}
