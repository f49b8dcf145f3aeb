//! One run of a command, from start to exit, and what several of them say.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use wait4::{ResUse, Wait4};

/// What a run took.
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) wall: Duration,
    /// User and system time of all threads.
    pub(crate) cpu: Duration,
    /// Highest resident memory in bytes. A child begins as a copy of this process, which therefore keeps small.
    pub(crate) peak: u64,
}

/// Writes what a process reads from its stdin.
pub(crate) type Feed<'a> = &'a (dyn Fn(&mut dyn Write) -> Result<()> + Sync);

/// Runs a command with nothing on stdin and its output in files.
pub(crate) fn time(command: &mut Command, stdout: &Path, stderr: &Path) -> Result<Run> {
    time_fed(command, None, stdout, stderr)
}

/// [`time`] with a pipe as stdin that a thread writes to.
pub(crate) fn time_fed(
    command: &mut Command,
    feed: Option<Feed<'_>>,
    stdout: &Path,
    stderr: &Path,
) -> Result<Run> {
    let stdin = if feed.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(stdin).stdout(File::create(stdout)?).stderr(File::create(stderr)?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let pipe = child.stdin.take();
    let (ended, fed) = thread::scope(|scope| {
        let feeding = feed.zip(pipe).map(|(feed, mut pipe)| scope.spawn(move || feed(&mut pipe)));
        let ended = child.wait4();
        (ended, feeding.map_or(Ok(Ok(())), ScopedJoinHandle::join))
    });
    let ResUse { status, rusage } = ended?;
    let wall = start.elapsed();
    match fed {
        Ok(Err(error)) if !is_closed_pipe(&error) => return Err(error.context("the input cannot be written")),
        Err(_) => bail!("the input cannot be written"),
        _ => {}
    }
    Ok(Run { status, wall, cpu: rusage.utime + rusage.stime, peak: rusage.maxrss })
}

/// Whether the reader had enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The runs of one side.
#[derive(Default)]
pub(crate) struct Series {
    walls: Vec<Duration>,
    cpus: Vec<Duration>,
    peak: u64,
}

impl Series {
    /// Takes a run in.
    pub(crate) fn push(&mut self, run: &Run) {
        self.walls.push(run.wall);
        self.cpus.push(run.cpu);
        self.peak = self.peak.max(run.peak);
    }

    pub(crate) fn len(&self) -> usize {
        self.walls.len()
    }

    /// The median of wall times; nothing without runs.
    pub(crate) fn median(&self) -> Duration {
        median(&self.walls)
    }

    pub(crate) fn min(&self) -> Duration {
        self.walls.iter().min().copied().unwrap_or_default()
    }

    pub(crate) fn max(&self) -> Duration {
        self.walls.iter().max().copied().unwrap_or_default()
    }

    /// The median of user and system time.
    pub(crate) fn cpu(&self) -> Duration {
        median(&self.cpus)
    }

    /// The highest resident memory of any run, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }
}

/// The middle one, or half way between the two in the middle.
fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    let upper = times.get(times.len() / 2).copied().unwrap_or_default();
    let lower = times.get(times.len().saturating_sub(1) / 2).copied().unwrap_or_default();
    (lower + upper) / 2
}

#[test]
fn the_median_is_in_the_middle() {
    let seconds = |list: &[u64]| list.iter().map(|second| Duration::from_secs(*second)).collect::<Vec<_>>();
    assert_eq!(median(&seconds(&[5, 1, 3])), Duration::from_secs(3));
    assert_eq!(median(&seconds(&[4, 1, 3, 9])), Duration::from_millis(3500));
    assert_eq!(median(&[]), Duration::ZERO);
}
