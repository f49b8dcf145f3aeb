//! The binary: the process as the program's host.

use std::fs::File;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tamis::cli::Surroundings;
use tamis::input::{FdSource, Stop};
use tamis::time::Timestamp;

fn main() -> anyhow::Result<ExitCode> {
    let args =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>();
    let stop = Arc::new(Stop::new().context("no pipe for signals")?);
    let stdin = File::from(std::io::stdin().as_fd().try_clone_to_owned().context("stdin is closed")?);
    let host = tamis::Host {
        stdin: Box::new(FdSource::new(stdin, Arc::clone(&stop))),
        stdout: Box::new(File::from(
            std::io::stdout().as_fd().try_clone_to_owned().context("stdout is closed")?,
        )),
        stderr: Box::new(std::io::stderr()),
        terminal: rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| size.ws_col),
        stop,
        block_bytes: tamis::BLOCK_BYTES,
        around: Surroundings {
            now: now(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        },
    };
    Ok(ExitCode::from(tamis::run(&args, host)))
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(now.as_secs() as i64, now.subsec_nanos()).unwrap_or(Timestamp::MIN)
}
