//! The program: reads the command line, does what it asks, reports, and gives the exit status.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::cli::{self, Known, Request, Surroundings};
use crate::engine::{self, Outcome};
use crate::error::Error;
use crate::input::{ByteSource, Stop};

/// The surroundings of the program; tests bring their own.
pub struct Host {
    /// Standard input.
    pub stdin: Box<dyn ByteSource>,
    /// Standard output.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error.
    pub stderr: Box<dyn Write + Send>,
    /// Width of stdout, if it is a terminal.
    pub terminal: Option<u16>,
    /// Signals.
    pub stop: Arc<Stop>,
    /// Bytes of a block; tests make it small.
    pub block_bytes: usize,
    /// Clock, cores, terminals.
    pub around: Surroundings,
}

/// Bytes of a block, unless a test asks for another size.
pub const BLOCK_BYTES: usize = 256 << 10;

/// Runs the program with the arguments behind its name and gives the exit status.
pub fn run(args: &[String], host: Host) -> u8 {
    let Host { stdin, mut stdout, mut stderr, terminal, stop, block_bytes, around } = host;
    let request = match cli::parse(args, &Known::ALL, &around, &read_file) {
        Ok(request) => request,
        Err(error) => return fail(&error, &mut stderr),
    };
    let text = match request {
        Request::Run(chain) => {
            let host = engine::Host { stdin, stdout, terminal, stop, block_bytes };
            return match engine::run(&chain.stages, &chain.files, &chain.settings, host) {
                Ok(outcome) => report(outcome, &mut stderr),
                Err(error) => fail(&error, &mut stderr),
            };
        }
        Request::Explain(chain) => match engine::explain(&chain.stages, &chain.files, &chain.settings) {
            Ok(text) => text,
            Err(error) => return fail(&error, &mut stderr),
        },
        Request::Help(text) | Request::Completions(text) => text,
        Request::Version => format!("tamis {}\n", env!("CARGO_PKG_VERSION")),
    };
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            fail(&Error::new(format!("stdout: cannot be written: {error}")), &mut stderr)
        }
        _ => 0,
    }
}

fn fail(error: &Error, stderr: &mut dyn Write) -> u8 {
    let _ = writeln!(stderr, "tamis: {error}");
    2
}

fn report(outcome: Outcome, stderr: &mut dyn Write) -> u8 {
    let f = &outcome.findings;
    let _ = writeln!(stderr, "read {} rejected {} late {} faults {:?}", f.read, f.rejected, f.late, f.faults);
    for r in &f.rejects {
        let _ = writeln!(stderr, "{r:?}");
    }
    match outcome.error {
        Some(error) => fail(&error, stderr),
        None => 0,
    }
}

fn read_file(name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match name {
        "-" => std::io::stdin().read_to_end(&mut bytes)?,
        _ => std::fs::File::open(name)?.read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
