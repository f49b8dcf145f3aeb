//! Long texts of help on a terminal go to the user's pager.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// What a terminal of 80 columns and 24 rows shows, its line ends as in a file.
fn shown(args: &[&str], pager: &str, term: &str) -> String {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal");
    let name = ptsname(&ours, Vec::new()).expect("its name");
    let theirs = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().expect("its name"))
        .expect("its other end");
    tcsetwinsize(&theirs, Winsize { ws_col: 80, ws_row: 24, ws_xpixel: 0, ws_ypixel: 0 }).expect("its size");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(args)
        .env("PAGER", pager)
        .env("TERM", term)
        .stdin(Stdio::null())
        .stdout(theirs)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut bytes = Vec::new();
    // Where the last one that writes to a terminal has closed it, reading fails.
    let _ = File::from(ours).read_to_end(&mut bytes);
    assert!(child.wait().expect("it ends").success());
    String::from_utf8(bytes).expect("text").replace("\r\n", "\n")
}

fn help(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tamis")).args(args).output().expect("the program runs");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn long_texts_are_paged() {
    for args in [&["help", "functions"][..], &["--help"], &["window", "--help"]] {
        assert_eq!(shown(args, "tr a-z A-Z", "xterm"), help(args).to_ascii_uppercase(), "{args:?}");
    }
}

#[test]
fn other_texts_are_printed() {
    let long = &["help", "functions"][..];
    for (args, pager, term) in [
        (&["help", "abs"][..], "tr a-z A-Z", "xterm"),
        (long, "", "xterm"),
        (long, "cat", "xterm"),
        (long, "tr a-z A-Z", "dumb"),
        (long, "no-such-pager -x", "xterm"),
    ] {
        assert_eq!(shown(args, pager, term), help(args), "{args:?} {pager:?} {term}");
    }
}

#[test]
fn a_pager_may_end_early() {
    assert_eq!(shown(&["help", "functions"], "head -n 1", "xterm").lines().count(), 1);
}
