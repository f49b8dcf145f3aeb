//! The program: reads the command line, does what it asks, reports, and gives the exit status.

mod fields;

use std::io::{Read, Write};
use std::sync::Arc;

use crate::cli::{self, Chain, Ended, FieldsAsked, Known, Messages, Request, Surroundings};
use crate::engine::{self, Outcome};
use crate::error::{Error, Result};
use crate::file_name;
use crate::input::{ByteSource, Named, Stop};
use crate::output::StdFiles;

/// The surroundings of the program; tests bring their own.
pub struct Host {
    /// Standard input.
    pub stdin: Box<dyn ByteSource>,
    /// Standard output.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error.
    pub stderr: Box<dyn Write + Send>,
    /// The files that stdin and stdout are.
    pub std_files: StdFiles,
    /// Width of stdout, if it is a terminal.
    pub terminal: Option<u16>,
    /// Shows long texts of help, if stdout is a terminal.
    pub show_page: Option<ShowPage>,
    /// Signals.
    pub stop: Arc<Stop>,
    /// Bytes of a block; tests make it small.
    pub block_bytes: usize,
    /// Whether all goes to disk that may, whether memory is short or not: for tests.
    pub eager: bool,
    /// The number of the first block: other than 0 for tests of runs that have lasted for long.
    pub first_block: u64,
    /// Clock, cores, terminals.
    pub around: Surroundings,
}

/// Shows a text in a pager. False if it has not shown it: then it is printed.
pub type ShowPage = Box<dyn FnOnce(&str) -> bool>;

/// Bytes of a block, unless a test asks for another size.
pub const BLOCK_BYTES: usize = 256 << 10;

/// The exit status that `--fail-if` asks for.
const FAILED: u8 = 3;

/// Runs the program with the arguments behind its name and gives the exit status.
pub fn run(args: &[String], host: Host) -> u8 {
    let Host {
        stdin,
        mut stdout,
        mut stderr,
        std_files,
        terminal,
        show_page,
        stop,
        block_bytes,
        eager,
        first_block,
        around,
    } = host;
    let messages = Messages::new(cli::colour(None, false, &around).messages);
    // Whether a chain that is proposed can be bound is asked without its inputs.
    let empty_stop = Arc::clone(&stop);
    let binds = move |chain: &Chain| {
        engine::explain(&chain.stages, &chain.files, &chain.settings, Box::new(NoInput), &empty_stop).is_ok()
    };
    let mended = |error| cli::mended(args, &Known::ALL, &around, error, &binds);
    let done = match cli::parse(args, &Known::ALL, &around, &read_file) {
        Err(error) => Err((messages, error)),
        Ok(Request::Run(chain)) => {
            let messages = Messages::new(chain.settings.colour.messages);
            let host =
                engine::Host { stdin, stdout, std_files, terminal, stop, block_bytes, eager, first_block };
            let outcome = engine::run(&chain.stages, &chain.files, &chain.settings, host);
            outcome
                .map(|outcome| conclude(outcome, &chain, messages, &mut stderr))
                .map_err(|error| (messages, mended(error)))
        }
        Ok(Request::Explain(chain)) => {
            let text = engine::explain(&chain.stages, &chain.files, &chain.settings, stdin, &stop);
            text.and_then(|text| print(&text, &mut stdout)).map_err(|error| (messages, mended(error)))
        }
        Ok(Request::Help(text)) if show_page.is_some_and(|show| show(&text)) => Ok(0),
        Ok(Request::Help(text) | Request::Completions(text)) => {
            print(&text, &mut stdout).map_err(|error| (messages, error))
        }
        Ok(Request::Complete(words)) => {
            let names = |asked: &FieldsAsked| fields::names(asked, &around, &stop);
            print(&cli::complete(&words, &Known::ALL, &names), &mut stdout).map_err(|error| (messages, error))
        }
        Ok(Request::Version) => print(VERSION, &mut stdout).map_err(|error| (messages, error)),
    };
    done.unwrap_or_else(|(messages, error)| fail(&error, messages, &mut stderr))
}

const VERSION: &str = concat!("tamis ", env!("CARGO_PKG_VERSION"), "\n");

/// Prints a text about the program.
fn print(text: &str, stdout: &mut dyn Write) -> Result<u8> {
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("stdout: cannot be written: {error}")))
        }
        _ => Ok(0),
    }
}

fn fail(error: &Error, messages: Messages, stderr: &mut dyn Write) -> u8 {
    // Nobody is left to tell that stderr is gone.
    let _ = stderr.write_all(messages.error(error).as_bytes());
    2
}

/// Reports what a run found and gives the exit status: that of an error before that of a signal before that
/// of the findings.
fn conclude(outcome: Outcome, chain: &Chain, messages: Messages, stderr: &mut dyn Write) -> u8 {
    let Chain { files, settings, .. } = chain;
    let plan = &outcome.plan;
    let inputs = Named::all(files);
    let sources: Vec<String> =
        inputs.iter().chain(&outcome.tables).map(|input| input.shown().to_owned()).collect();
    // What no record had is known at the end alone.
    let was_read = outcome.names.iter().any(Option::is_some) && outcome.error.is_none();
    let read: Vec<bool> = outcome.names.iter().map(Option::is_some).collect();
    let seen: Vec<String> = outcome.names.iter().flatten().flatten().cloned().collect();
    let first =
        (0..).map_while(|index| plan.sources.get(index)).find_map(|source| source.time_field.as_deref());
    let shown = |path: &Option<std::path::PathBuf>| path.as_ref().map(file_name::text);
    let report = cli::report(&Ended {
        findings: &outcome.findings,
        sources: &sources,
        was_read: &read,
        sites: &plan.sites,
        fields: &plan.fields,
        named: plan.fields.paths().len(),
        seen: was_read.then_some(&*seen),
        reach: outcome.reach,
        time_field: plan.time_made.as_deref().or(first),
        is_time_made: plan.time_made.is_some(),
        allow: settings.allow,
        zone: &settings.zone,
        rejects_file: shown(&settings.rejects).as_deref(),
        late_file: shown(&settings.late).as_deref(),
        quiet: settings.quiet,
        messages,
    });
    // With -q the report is the reason of an exit status 1, which this is not where something else ended the run.
    if !settings.quiet || (outcome.error.is_none() && outcome.signal.is_none()) {
        let _ = stderr.write_all(report.text.as_bytes());
    }
    match (outcome.error, outcome.signal) {
        (Some(error), _) => fail(&error, messages, stderr),
        (None, Some(signal)) => u8::try_from(128 + signal).unwrap_or(2),
        (None, None) if settings.fail_if.is_some_and(|fail_if| fail_if.fails(outcome.gave)) => FAILED,
        (None, None) => report.status,
    }
}

/// The input of a chain that is bound and not run.
struct NoInput;

impl ByteSource for NoInput {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }

    fn is_ready(&mut self) -> bool {
        true
    }
}

fn read_file(name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match name {
        "-" => std::io::stdin().read_to_end(&mut bytes)?,
        _ => std::fs::File::open(file_name::path(name))?.read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
