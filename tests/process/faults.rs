//! What can go wrong while memory is short: a folder for temporary files that is none, that is full, that goes; a
//! process that is killed; a reader that has enough; a group, a record or a quote that has no end.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

use crate::child::{Ended, Running, run, start, start_shell, with_threads};

const THREADS: [usize; 2] = [1, 3];
/// More groups than a mebibyte holds.
const GROUPS: usize = 60_000;
/// Bytes of memory that a process needs whatever it is given; tests are built without much optimisation.
const FIXED: u64 = 24 << 20;

/// Records of as many keys.
fn records(keys: usize) -> String {
    let key = |at: usize| at * 7_919 % keys;
    (0..keys).map(|at| format!("{{\"k\":\"key {}\",\"x\":{at}}}\n", key(at))).collect()
}

/// A folder for temporary files, in a folder.
struct Tmp {
    folder: tempfile::TempDir,
}

impl Tmp {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Asserts that nothing was left.
    fn is_empty(&self) {
        let left: Vec<_> = fs::read_dir(self.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// The words of an aggregate that goes to disk.
fn spilling(tmp: &str, threads: usize) -> Vec<String> {
    let words = [
        "--from",
        "ndjson",
        "--memory",
        "1M",
        "--tmp",
        tmp,
        "aggregate",
        "n = count(), s = sum(x)",
        "--by",
        "k",
    ];
    with_threads(threads, &words).into_iter().map(|word| word.into_string().unwrap()).collect()
}

/// Writes an input from a thread, which ends it.
fn feed(stdin: ChildStdin, text: String) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut stdin = stdin;
        // Whoever has failed reads no more.
        let _ = stdin.write_all(text.as_bytes());
    })
}

/// Runs the program to its end on an input of any length.
fn run_on(mut running: Running, text: String) -> Ended {
    let feeding = feed(running.take_stdin(), text);
    let ended = running.wait();
    feeding.join().unwrap();
    ended
}

/// Whether a process has files open that were removed from a folder: it has gone to disk.
fn has_spilled(pid: u32, folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    entries.flatten().any(|entry| {
        let target = fs::read_link(entry.path()).unwrap_or_default();
        target.starts_with(folder) && target.to_string_lossy().ends_with("(deleted)")
    })
}

/// A run that has gone to disk and waits for more input; `None` where processes cannot be looked into.
fn spilled(tmp: &Tmp, threads: usize) -> Option<(Running, ChildStdin)> {
    let folder = tmp.path("tmp").canonicalize().unwrap();
    let mut running = start(&spilling(&tmp.word("tmp"), threads));
    if !Path::new("/proc/self/fd").exists() {
        running.finish();
        return None;
    }
    let mut stdin = running.take_stdin();
    stdin.write_all(records(GROUPS).as_bytes()).unwrap();
    while !has_spilled(running.id(), &folder) {
        std::thread::yield_now();
    }
    Some((running, stdin))
}

#[test]
fn a_folder_that_is_none_is_named() {
    let tmp = Tmp::new();
    fs::write(tmp.path("file"), "").unwrap();
    fs::create_dir(tmp.path("locked")).unwrap();
    fs::set_permissions(tmp.path("locked"), fs::Permissions::from_mode(0o500)).unwrap();
    for (folder, is_writable) in [
        ("/dev/full".to_owned(), false),
        (tmp.word("file"), false),
        (tmp.word("missing"), false),
        // To root every folder is writable.
        (tmp.word("locked"), tempfile::tempfile_in(tmp.path("locked")).is_ok()),
    ] {
        for threads in THREADS {
            let ended = run_on(start(&spilling(&folder, threads)), records(GROUPS));
            if is_writable {
                assert_eq!(ended.status, Some(0), "{}", ended.err);
                continue;
            }
            ended.failed_with(&format!("cannot make a temporary file in {folder}: "));
            ended.failed_with("--tmp");
            assert_eq!(ended.out(), "");
        }
    }
    fs::set_permissions(tmp.path("locked"), fs::Permissions::from_mode(0o700)).unwrap();
}

/// What does not need the folder does not look at it.
#[test]
fn a_folder_that_is_not_used_may_be_missing() {
    for threads in THREADS {
        run_on(start(&spilling("/no/such/folder", threads)), records(2))
            .is_quiet("{\"k\":\"key 0\",\"n\":1,\"s\":0}\n{\"k\":\"key 1\",\"n\":1,\"s\":1}\n");
    }
}

#[test]
fn a_full_folder_is_named() {
    let tmp = Tmp::new();
    for threads in THREADS {
        let limited = start_shell("ulimit -f 64; exec \"$0\" \"$@\"", &spilling(&tmp.word("tmp"), threads));
        let ended = run_on(limited, records(GROUPS));
        ended.failed_with(&format!("cannot write to a temporary file in {}: ", tmp.word("tmp")));
        ended.failed_with("--tmp");
        assert_eq!(ended.out(), "");
        tmp.is_empty();
    }
}

/// A disk that is really full, where one can be mounted.
#[test]
fn a_full_disk_is_named() {
    let tmp = Tmp::new();
    let mount = ["-t", "tmpfs", "-o", "size=256k", "none", &tmp.word("tmp")];
    if !Command::new("mount").args(mount).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    {
        return;
    }
    let ended: Vec<_> = THREADS
        .iter()
        .map(|threads| run_on(start(&spilling(&tmp.word("tmp"), *threads)), records(GROUPS)))
        .collect();
    tmp.is_empty();
    assert!(Command::new("umount").arg(tmp.path("tmp")).status().unwrap().success());
    for ended in ended {
        ended.failed_with(&format!("cannot write to a temporary file in {}: No space left", tmp.word("tmp")));
        assert_eq!(ended.out(), "");
    }
}

#[test]
fn a_folder_that_goes_is_named_or_not_missed() {
    let tmp = Tmp::new();
    let whole = run_on(start(&spilling(&tmp.word("tmp"), 1)), records(GROUPS) + &records(GROUPS));
    assert_eq!(whole.status, Some(0), "{}", whole.err);
    for threads in THREADS {
        let tmp = Tmp::new();
        let Some((running, mut stdin)) = spilled(&tmp, threads) else { return };
        fs::remove_dir(tmp.path("tmp")).unwrap();
        let feeding = std::thread::spawn(move || {
            let _ = stdin.write_all(records(GROUPS).as_bytes());
        });
        let ended = running.wait();
        feeding.join().unwrap();
        match ended.status {
            Some(0) => assert!(ended.out == whole.out, "-j{threads}: other groups"),
            _ => {
                ended.failed_with(&format!("cannot make a temporary file in {}: ", tmp.word("tmp")));
                assert_eq!(ended.out(), "");
            }
        }
    }
}

#[test]
fn nothing_is_left_of_a_run_that_is_killed() {
    for threads in THREADS {
        let tmp = Tmp::new();
        let Some((running, stdin)) = spilled(&tmp, threads) else { return };
        running.signal("KILL");
        let ended = running.wait();
        drop(stdin);
        assert_eq!((ended.signal, ended.out().as_str()), (Some(9), ""));
        tmp.is_empty();
    }
}

#[test]
fn a_reader_that_has_enough_ends_a_run_that_has_spilled() {
    for threads in THREADS {
        let tmp = Tmp::new();
        let mut running = start(&spilling(&tmp.word("tmp"), threads));
        let feeding = feed(running.take_stdin(), records(GROUPS));
        assert_eq!(running.line(), "{\"k\":\"key 0\",\"n\":1,\"s\":0}\n");
        running.close_stdout();
        running.wait_unread().is_quiet("");
        feeding.join().unwrap();
        tmp.is_empty();
    }
}

#[test]
fn a_group_that_does_not_fit_alone_is_named() {
    let text: String = (0..80_000).map(|x| format!("{{\"k\":\"a b\",\"x\":{x}}}\n")).collect();
    let windowed: String =
        (0..80_000).map(|x| format!("{{\"ts\":1700000000,\"k\":\"a b\",\"x\":{x}}}\n")).collect();
    for threads in THREADS {
        for item in ["collect(x)", "exact_distinct(x)", "exact_quantile(x, 0.5)"] {
            for (by, group) in
                [("k", "aggregate --by k: the group \"a b\" alone"), ("", "aggregate: its one group alone")]
            {
                for windows in [&[][..], &["window", "1h", "then"]] {
                    let text = if windows.is_empty() { &text } else { &windowed };
                    let by = if by.is_empty() { vec![] } else { vec!["--by", by] };
                    let words = [&["--from", "ndjson", "--memory", "1M"], windows, &["aggregate", item], &by]
                        .concat();
                    let ended = run_on(start(&with_threads(threads, &words)), text.clone());
                    ended.failed_with(&format!("{group} holds more than --memory 1 MiB"));
                    ended.failed_with("help: give more with --memory, or ask for less: ");
                    assert_eq!(ended.out(), "", "{words:?}");
                }
            }
        }
    }
}

#[test]
fn memory_below_the_least_is_refused() {
    run(&["--memory", "10K", "filter", "x > 1"], b"").failed_with("--memory");
}

const MANY: usize = 100 << 20;
const PIECE: usize = 1 << 20;

/// Gives the program `front`, many times `piece`, and `end`, behind which a line leaves; asserts that it never held as
/// much as that. It is asked before stdin ends: afterwards only the highest of it and this process together is known.
fn is_not_held(words: &[&str], front: &str, piece: &str, end: &str, line: &str) {
    let common = ["--max-record", "1M", "--memory", "16M", "-j2"];
    let mut running = start(&[&common, words].concat());
    let mut stdin = running.take_stdin();
    stdin.write_all(front.as_bytes()).unwrap();
    let pieces = PIECE / piece.len();
    for _ in 0..MANY / PIECE {
        stdin.write_all(piece.repeat(pieces).as_bytes()).unwrap();
    }
    stdin.write_all(end.as_bytes()).unwrap();
    assert_eq!(running.line(), line, "{words:?}");
    let peak = highest_memory(running.id());
    drop(stdin);
    let ended = running.wait();
    assert_eq!((ended.status, ended.out().as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.err.contains("rejected: "), "{}", ended.err);
    if let Some(peak) = peak {
        assert!(peak < FIXED + (16 << 20), "{words:?}: {} MiB", peak >> 20);
    }
}

/// The highest resident memory of a process that runs, where the system tells.
fn highest_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().unwrap() << 10)
}

#[test]
fn a_record_that_is_too_long_is_not_held() {
    let ndjson = ["--from", "ndjson", "filter", "a == 2"];
    is_not_held(&ndjson, "{\"a\":1}\n{\"a\":\"", "x", "\"}\n{\"a\":2}\n", "{\"a\":2}\n");
    let json = ["--from", "json", "filter", "a == 2"];
    is_not_held(&json, "[{\"a\":1},{\"a\":[\n", "[1],\n", "1]},{\"a\":2}]", "{\"a\":2}\n");
    let csv = ["--from", "csv", "--no-header-out", "filter", "a == 2"];
    is_not_held(&csv, "a\n1\n", "x", "\n2\n", "2\n");
    is_not_held(&["--from", "text", "--to", "text", "filter", "line == 'b'"], "a\n", "x", "\nb\n", "b\n");
}

#[test]
fn a_quote_that_never_closes_does_not_hold_the_input() {
    let words = ["--from", "csv", "--no-header-out", "filter", "a == 9"];
    is_not_held(&words, "a,b\n1,2\n3,\"never closed\n", "4,5\n", "9,9\n", "9,9\n");
}
