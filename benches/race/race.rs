//! Runs each work in turn with tamis and the others, and keeps what came of it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::measure::answer::Answer;
use crate::measure::options::Options;
use crate::measure::peers::{ANSWER, PEERS, Peer, THREADS};
use crate::measure::program;
use crate::measure::timing::{Run, Series, time};
use crate::works::{Entry, Work};

/// Of a tool that takes longer than this, two runs are enough.
const LONG: Duration = Duration::from_secs(5);
const RUNS_OF_LONG: usize = 2;
/// The start of a process is short and noisy.
const RUNS_OF_STARTS: usize = 10;

/// The field and who is in it.
pub(crate) struct Race {
    /// Where inputs stand, and `out` for what is written.
    folder: PathBuf,
    tamis: PathBuf,
    python: String,
    runs: usize,
    /// The inputs are at full size: answers are known.
    full: bool,
    /// Who is here of those that the works name, and who is not.
    pub(crate) found: Vec<Found>,
    pub(crate) missing: Vec<&'static Peer>,
}

/// An installed tool.
pub(crate) struct Found {
    pub(crate) peer: &'static Peer,
    pub(crate) version: String,
    pub(crate) start: Duration,
}

/// What came of a work.
pub(crate) struct Outcome {
    pub(crate) work: &'static Work,
    /// tamis with one thread, and with as many as the others have.
    pub(crate) alone: Series,
    pub(crate) tamis: Series,
    pub(crate) contests: Vec<Contest>,
    /// What was wrong, in words.
    pub(crate) wrong: Vec<String>,
}

/// One tool in one work.
pub(crate) struct Contest {
    pub(crate) entry: &'static Entry,
    /// Taken off its times.
    pub(crate) start: Duration,
    pub(crate) series: Series,
}

impl Race {
    /// Makes the inputs of works, and measures how long the installed tools take to start.
    pub(crate) fn prepare(options: &Options, works: &[&'static Work]) -> Result<Self> {
        let folder = options.dir.join(format!("scale-{}", options.scale));
        fs::create_dir_all(folder.join("out"))
            .with_context(|| format!("cannot make {}", folder.display()))?;
        for input in works.iter().flat_map(|work| work.inputs) {
            input.make(&folder, options.scale)?;
        }
        let mut race = Self {
            folder,
            tamis: program::find(options.tamis.as_deref())?,
            python: options.python.clone(),
            runs: options.runs,
            full: options.scale == 1.0,
            found: Vec::new(),
            missing: Vec::new(),
        };
        race.look_for(works)?;
        Ok(race)
    }

    fn look_for(&mut self, works: &[&'static Work]) -> Result<()> {
        let is_named = |peer: &Peer| {
            works.iter().flat_map(|work| work.against).any(|entry| entry.peer.name == peer.name)
        };
        for peer in PEERS.iter().filter(|peer| is_named(peer)) {
            let Some(version) = peer.version(&self.python) else {
                self.missing.push(peer);
                continue;
            };
            let mut starts = Series::default();
            // The first one reads the program from the disk.
            self.peer_run(peer, &mut peer.starts(&self.python))?;
            for _ in 0..self.runs {
                starts.push(&self.peer_run(peer, &mut peer.starts(&self.python))?);
            }
            self.found.push(Found { peer, version, start: starts.median() });
        }
        Ok(())
    }

    /// One work: all sides in turn, round after round.
    pub(crate) fn run(&self, work: &'static Work) -> Result<Outcome> {
        let mut outcome = self.enter(work);
        let answer = self.answer(&mut outcome)?;
        let rounds = if work.at_most.is_some() { self.runs * RUNS_OF_STARTS } else { self.runs };
        for _ in 0..rounds {
            self.tamis_run(&mut outcome, 1, &answer)?;
            // From the last, since one that fails is taken out.
            for at in (0..outcome.contests.len()).rev() {
                self.tamis_run(&mut outcome, THREADS, &answer)?;
                self.contest(&mut outcome, at, &answer)?;
            }
            if outcome.contests.is_empty() {
                self.tamis_run(&mut outcome, THREADS, &answer)?;
            }
        }
        Ok(outcome)
    }

    /// A work with those who are here for it.
    fn enter(&self, work: &'static Work) -> Outcome {
        let contest = |entry: &'static Entry| {
            let found = self.found.iter().find(|found| found.peer.name == entry.peer.name)?;
            let start = if work.at_most.is_some() { Duration::ZERO } else { found.start };
            Some(Contest { entry, start, series: Series::default() })
        };
        Outcome {
            work,
            alone: Series::default(),
            tamis: Series::default(),
            contests: work.against.iter().filter_map(contest).collect(),
            wrong: Vec::new(),
        }
    }

    /// The answer of a first run, which is not timed: it brings the input into memory.
    fn answer(&self, outcome: &mut Outcome) -> Result<Answer> {
        let work = outcome.work;
        self.time_tamis(work, THREADS)?;
        let answer = Answer::read(&self.path("out/tamis"))?;
        // One record is the same at any scale.
        let known = self.full || work.at_most.is_some();
        if known && answer.hash != work.answer {
            outcome.wrong.push(format!("{}: the answer is {}, not {}", work.name, answer.hash, work.answer));
        }
        Ok(answer)
    }

    fn tamis_run(&self, outcome: &mut Outcome, threads: usize, expected: &Answer) -> Result<()> {
        let run = self.time_tamis(outcome.work, threads)?;
        let series = if threads == 1 { &mut outcome.alone } else { &mut outcome.tamis };
        series.push(&run);
        let answer = Answer::read(&self.path("out/tamis"))?;
        if answer != *expected {
            let name = outcome.work.name;
            outcome.wrong.push(format!("{name}: -j{threads} gave {answer:?} after {expected:?}"));
        }
        Ok(())
    }

    fn time_tamis(&self, work: &Work, threads: usize) -> Result<Run> {
        let mut command = Command::new(&self.tamis);
        command.arg(format!("-j{threads}")).args(work.tamis).current_dir(&self.folder);
        let run = time(&mut command, &self.path("out/tamis"), &self.path("out/stderr"))
            .with_context(|| format!("cannot run {}", self.tamis.display()))?;
        if !run.status.success() {
            bail!("{}: tamis ended with {}: {}", work.name, run.status, self.said());
        }
        Ok(run)
    }

    /// One run of another tool, unless those it had are enough.
    fn contest(&self, outcome: &mut Outcome, at: usize, expected: &Answer) -> Result<()> {
        let Some(contest) = outcome.contests.get_mut(at) else { return Ok(()) };
        let Contest { entry, series, .. } = contest;
        if series.len() >= RUNS_OF_LONG && series.median() > LONG {
            return Ok(());
        }
        let peer = entry.peer;
        match self.peer_run(peer, &mut peer.command(entry.words, &self.python)) {
            Ok(run) => series.push(&run),
            Err(error) => {
                outcome.wrong.push(format!("{}: {error:#}", outcome.work.name));
                outcome.contests.remove(at);
                return Ok(());
            }
        }
        // Once is enough to see that both did the same.
        if series.len() == 1 {
            let lines = Answer::read(&self.path(ANSWER)).map_or(0, |answer| answer.lines);
            if lines != expected.lines {
                let (work, expected) = (outcome.work.name, expected.lines);
                outcome.wrong.push(format!("{work}: {} wrote {lines} lines, tamis {expected}", peer.name));
            }
        }
        Ok(())
    }

    fn peer_run(&self, peer: &Peer, command: &mut Command) -> Result<Run> {
        let answer = self.path(ANSWER);
        if answer.exists() {
            fs::remove_file(&answer)?;
        }
        let stdout = if peer.writes_stdout() { answer } else { self.path("out/stdout") };
        let run = time(command.current_dir(&self.folder), &stdout, &self.path("out/stderr"))
            .with_context(|| format!("cannot run {}", peer.name))?;
        if !run.status.success() {
            bail!("{} ended with {}: {}\n{command:?}", peer.name, run.status, self.said());
        }
        Ok(run)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the last run said on stderr.
    fn said(&self) -> String {
        fs::read_to_string(self.path("out/stderr")).unwrap_or_default().trim_end().to_owned()
    }
}
