//! The binary: the process as the program's host.

mod heap;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, anyhow};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};
use tamis::cli::Surroundings;
use tamis::input::{FdSource, Stop};
use tamis::time::Timestamp;

fn main() -> ExitCode {
    heap::give_back();
    let status = run().unwrap_or_else(|error| {
        // Nobody is left to tell that stderr is gone.
        let _ = writeln!(io::stderr(), "tamis: {error:#}");
        2
    });
    ExitCode::from(status)
}

fn run() -> anyhow::Result<u8> {
    let args = std::env::args_os().skip(1).zip(1..).map(word).collect::<anyhow::Result<Vec<_>>>()?;
    let stop = Arc::new(Stop::new().context("no pipe for signals")?);
    listen(&stop).context("signals cannot be handled")?;
    let stdin = File::from(io::stdin().as_fd().try_clone_to_owned().context("stdin is closed")?);
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned().context("stdout is closed")?);
    let host = tamis::Host {
        stdin: Box::new(FdSource::new(stdin, Arc::clone(&stop))),
        stdout: Box::new(stdout),
        stderr: Box::new(io::stderr()),
        terminal: rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col),
        stop,
        block_bytes: tamis::BLOCK_BYTES,
        eager: false,
        first_block: 0,
        around: Surroundings {
            now: now(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            tmp: std::env::temp_dir(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
        },
    };
    Ok(tamis::run(&args, host))
}

/// A word of the command line, counted from 1, as text: expressions are text, and so are names in this
/// version.
fn word((word, nth): (OsString, usize)) -> anyhow::Result<String> {
    word.into_string().map_err(|word| {
        anyhow!(
            "argument {nth} is not UTF-8: {word:?}\n  \
             help: if it names a file, feed the file through stdin: tamis … < FILE"
        )
    })
}

/// The first SIGINT or SIGTERM ends the input, a second one kills.
fn listen(stop: &Stop) -> io::Result<()> {
    let again = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // What is registered first is done first.
        flag::register_conditional_default(signal, Arc::clone(&again))?;
        flag::register(signal, Arc::clone(&again))?;
        flag::register_usize(signal, stop.signal_flag(), signal.unsigned_abs() as usize)?;
        low_level::pipe::register(signal, stop.waker()?)?;
    }
    // A file that may not grow further then fails as a full disk does, and its temporary file is removed.
    flag::register(SIGXFSZ, Arc::<AtomicBool>::default())?;
    Ok(())
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(now.as_secs() as i64, now.subsec_nanos()).unwrap_or(Timestamp::MIN)
}
