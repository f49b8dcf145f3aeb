//! The binary: the process as the program's host.

mod heap;
mod pager;
mod signals;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tamis::cli::Surroundings;
use tamis::input::{FdSource, Stop};
use tamis::output::StdFiles;
use tamis::time::Timestamp;

fn main() -> ExitCode {
    heap::give_back();
    let_many_files_be_open();
    let status = run().unwrap_or_else(|error| {
        // Nobody is left to tell that stderr is gone.
        let _ = writeln!(io::stderr(), "tamis: {error:#}");
        2
    });
    ExitCode::from(status)
}

fn run() -> anyhow::Result<u8> {
    let args: Vec<String> = std::env::args_os().skip(1).map(tamis::file_name::text).collect();
    let stop = Arc::new(Stop::new().context("no pipe for signals")?);
    let signals = signals::listen(&stop).context("signals cannot be handled")?;
    let stdin = File::from(io::stdin().as_fd().try_clone_to_owned().context("stdin is closed")?);
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned().context("stdout is closed")?);
    let terminal = rustix::termios::tcgetwinsize(io::stdout()).ok();
    let host = tamis::Host {
        stdin: Box::new(FdSource::new(stdin, Arc::clone(&stop))),
        stdout: Box::new(stdout),
        stderr: Box::new(io::stderr()),
        std_files: StdFiles::of_process(),
        terminal: terminal.map(|size| size.ws_col),
        show_page: terminal.map(|size| -> tamis::ShowPage {
            Box::new(move |text| {
                signals.leave_to_another();
                pager::show(text, &size)
            })
        }),
        stop,
        block_bytes: tamis::BLOCK_BYTES,
        eager: false,
        first_block: 0,
        around: Surroundings {
            now: now(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || std::env::var_os("TERM").is_none_or(|value| value == "dumb"),
            tmp: std::env::temp_dir(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
        },
    };
    Ok(tamis::run(&args, host))
}

/// Lets as many files be open as the system allows: a shell gives few, for programs of another time.
fn let_many_files_be_open() {
    let all = getrlimit(Resource::Nofile).maximum;
    // Where the system refuses, there are fewer, which is no error.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: all, maximum: all });
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(now.as_secs() as i64, now.subsec_nanos()).unwrap_or(Timestamp::MIN)
}
