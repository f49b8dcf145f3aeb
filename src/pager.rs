//! Texts longer than the terminal, shown by the user's pager.

use std::env;
use std::io::{self, Write};
use std::process::{Command, ExitStatus, Stdio};

use rustix::termios::Winsize;
use unicode_width::UnicodeWidthStr;

/// The pager of who names none, if the system has it.
const LESS: &str = "command -v less >/dev/null || exit 127; exec less";

/// What a shell ends with if there is no such command, or it cannot be run.
const NOT_RUN: [Option<i32>; 2] = [Some(126), Some(127)];

/// Shows a text of help in `$PAGER`, or in `less`, if it is longer than the terminal. False if it was not shown: that
/// it fits, that no pager is wanted, or that there is none.
pub(super) fn show(text: &str, terminal: &Winsize) -> bool {
    let pager = env::var("PAGER").unwrap_or_else(|_| LESS.to_owned());
    let is_wanted = !matches!(pager.trim(), "" | "cat") && env::var("TERM").is_ok_and(|term| term != "dumb");
    // The status of a pager that was left early says nothing.
    is_wanted
        && !fits(text, terminal)
        && run(&pager, text).is_ok_and(|status| !NOT_RUN.contains(&status.code()))
}

/// Whether a text and the prompt after it have room in a terminal.
fn fits(text: &str, terminal: &Winsize) -> bool {
    let columns = usize::from(terminal.ws_col).max(1);
    let rows: usize = text.lines().map(|line| line.width().div_ceil(columns).max(1)).sum();
    rows < usize::from(terminal.ws_row)
}

/// Runs a pager as the shell reads its command, which may have arguments.
fn run(pager: &str, text: &str) -> io::Result<ExitStatus> {
    let mut command = Command::new("sh");
    command.args(["-c", pager]).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // As git has it: leave a text that fits, and let it be on the screen at the end.
        command.env("LESS", "FRX");
    }
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // Who has read enough leaves the pager before the end.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait()
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
