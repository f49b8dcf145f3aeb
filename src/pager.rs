//! Texts longer than the terminal, shown by the user's pager.

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use rustix::termios::Winsize;
use unicode_width::UnicodeWidthStr;

/// Shows a text of help in `$PAGER`, or in `less`, if it is longer than the terminal. False if it was not shown: that
/// it fits, that no pager is wanted, or that there is none.
pub(super) fn show(text: &str, terminal: &Winsize) -> bool {
    let pager = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let is_wanted = pager.trim() != "cat" && env::var("TERM").is_ok_and(|term| term != "dumb");
    is_wanted && !fits(text, terminal) && run(&pager, text).is_ok()
}

/// Whether a text and the prompt after it have room in a terminal.
fn fits(text: &str, terminal: &Winsize) -> bool {
    let columns = usize::from(terminal.ws_col).max(1);
    let rows: usize = text.lines().map(|line| line.width().div_ceil(columns).max(1)).sum();
    rows < usize::from(terminal.ws_row)
}

/// Runs a pager: a command and its arguments with blanks between, which no shell reads. How it ends says nothing, since
/// it may be left early.
fn run(pager: &str, text: &str) -> io::Result<()> {
    let mut words = pager.split_whitespace();
    let program = words.next().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // As git has it: leave a text that fits, and let it be on the screen at the end.
        command.env("LESS", "FRX");
    }
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // Who has read enough leaves the pager before the end.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits() {
        let terminal = |ws_col, ws_row| Winsize { ws_col, ws_row, ws_xpixel: 0, ws_ypixel: 0 };
        assert!(fits("a\nb\n", &terminal(80, 3)));
        assert!(!fits("a\nb\n", &terminal(80, 2)));
        assert!(!fits(&"x".repeat(81), &terminal(80, 2)));
        assert!(fits(&"x".repeat(80), &terminal(80, 2)));
        assert!(!fits("", &terminal(0, 0)));
    }
}
