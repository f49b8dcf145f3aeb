//! A terminal of so many columns: runs programs in a pseudo-terminal and keeps what they show.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{self, OpenptFlags};
use rustix::termios::{self, Winsize};

/// Lines of a terminal: more than any picture has.
const LINES: u16 = 100;

/// What came to a terminal so far.
pub(crate) struct Terminal {
    columns: u16,
    parser: vt100::Parser,
}

impl Terminal {
    /// An empty terminal.
    pub(crate) fn new(columns: u16) -> Self {
        let [lines, width] = [LINES, columns].map(|size| NonZeroU16::new(size).expect("a size"));
        Self { columns, parser: vt100::Parser::new(lines, width, 0) }
    }

    /// Takes bytes as a terminal does.
    pub(crate) fn shows(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        let (line, _) = self.parser.screen().cursor_position();
        assert!(line + 1 < LINES, "the picture has more than {LINES} lines");
    }

    /// Runs a program in the folder and shows what it prints to the terminal, until it ends.
    pub(crate) fn runs(&mut self, program: &str, args: &[String], folder: &Path) {
        let (ours, theirs) = pair(self.columns);
        let end = || Stdio::from(theirs.try_clone().expect("a descriptor"));
        let mut child = Command::new(program)
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("TERM", "xterm-256color")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .expect("the program starts");
        drop(theirs);
        let printed = read_all(ours);
        child.wait().expect("the program ends");
        self.shows(&printed);
    }

    /// What it shows.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }
}

/// The two ends of a pseudo-terminal: ours, and that of the program.
fn pair(columns: u16) -> (OwnedFd, OwnedFd) {
    let ours = pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    pty::grantpt(&ours).expect("a pseudo-terminal of ours");
    pty::unlockpt(&ours).expect("a pseudo-terminal that is open");
    let name = pty::ptsname(&ours, Vec::new()).expect("its name").into_string().expect("a name in ASCII");
    let theirs = OpenOptions::new().read(true).write(true).open(name).expect("its other end");
    let size = Winsize { ws_row: LINES, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    termios::tcsetwinsize(&theirs, size).expect("its size");
    (ours, theirs.into())
}

/// All that is printed until no program has the other end. Linux says so by an error.
fn read_all(ours: OwnedFd) -> Vec<u8> {
    let (mut ours, mut all, mut piece) = (File::from(ours), Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = ours.read(&mut piece) {
        all.extend_from_slice(&piece[..count]);
    }
    all
}
