//! Runs works with little memory and without limit, in turn, and compares what they wrote.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::measure::answer::Answer;
use crate::measure::options::Options;
use crate::measure::peers::{ANSWER, DUCKDB, THREADS};
use crate::measure::program;
use crate::measure::timing::{Feed, Run, Series, time_fed};
use crate::outcome::{LARGE, Outcome, Way};
use crate::works::{Rival, Work};

/// `--memory` of a run without limit.
const FREE: &str = "64G";
/// Where output that nobody compares goes.
const NOWHERE: &str = "/dev/null";

/// Where works are run, and with what.
pub(crate) struct Scales {
    /// Where inputs stand, and `out` for what is written.
    folder: PathBuf,
    /// `--tmp`.
    tmp: PathBuf,
    tamis: PathBuf,
    python: String,
    runs: usize,
    scale: f64,
    has_duckdb: bool,
    has_sort: bool,
}

impl Scales {
    /// Makes the inputs of works and looks for rivals.
    pub(crate) fn prepare(options: &Options, works: &[&'static Work]) -> Result<Self> {
        let folder = options.dir.join(format!("scale-{}", options.scale));
        let tmp = folder.join("tmp");
        for made in [&folder.join("out"), &tmp] {
            fs::create_dir_all(made).with_context(|| format!("cannot make {}", made.display()))?;
        }
        for input in works.iter().flat_map(|work| [work.input].into_iter().chain(work.others.iter().copied()))
        {
            input.make(&folder, options.scale)?;
        }
        Ok(Self {
            tmp: tmp.canonicalize()?,
            folder,
            tamis: program::find(options.tamis.as_deref())?,
            python: options.python.clone(),
            runs: options.runs,
            scale: options.scale,
            has_duckdb: DUCKDB.version(&options.python).is_some(),
            has_sort: Command::new("sort")
                .arg("--version")
                .output()
                .is_ok_and(|said| said.stdout.starts_with(b"sort (GNU")),
        })
    }

    /// One work whose input comes one way.
    pub(crate) fn weigh(&self, work: &'static Work, way: Way) -> Result<Outcome> {
        let mut outcome = Outcome::new(work, way);
        for _ in 0..self.runs {
            if !self.round(&mut outcome)? {
                break;
            }
        }
        Ok(outcome)
    }

    /// Each side once; false if that was of no use.
    fn round(&self, outcome: &mut Outcome) -> Result<bool> {
        let Outcome { work, way, .. } = *outcome;
        let Some(held) = self.tamis_run(outcome, work.memory, |outcome| &mut outcome.held)? else {
            return Ok(false);
        };
        if way == Way::Large {
            return Ok(true);
        }
        let Some(free) = self.tamis_run(outcome, Some(FREE), |outcome| &mut outcome.free)? else {
            return Ok(false);
        };
        outcome.is_compared = true;
        if held != free {
            outcome.wrong = Some(format!("{held:?}, but without limit {free:?}"));
        }
        // How a rival gets its input is the same to it.
        if way == Way::File
            && let Some(run) = self.rival_run(work)?
        {
            outcome.rival.push(&run);
            let lines = Answer::read(&self.path(ANSWER))?.lines;
            if lines != held.lines {
                outcome.wrong = Some(format!("{} lines, but the other tool wrote {lines}", held.lines));
            }
            fs::remove_file(self.path(ANSWER))?;
        }
        Ok(outcome.wrong.is_none())
    }

    /// One run; its answer, unless it failed.
    fn tamis_run(
        &self,
        outcome: &mut Outcome,
        memory: Option<&str>,
        series: fn(&mut Outcome) -> &mut Series,
    ) -> Result<Option<Answer>> {
        let Outcome { work, way, .. } = *outcome;
        let mut command = Command::new(&self.tamis);
        command.arg(format!("-j{THREADS}")).arg("--tmp").arg(&self.tmp).current_dir(&self.folder);
        command.args(memory.map(|memory| ["--memory", memory]).into_iter().flatten());
        command.args(work.from).args(work.words);
        let (copy, make) = (
            |pipe: &mut dyn io::Write| -> Result<()> {
                io::copy(&mut File::open(self.path(work.input.name))?, pipe)?;
                Ok(())
            },
            |pipe: &mut dyn io::Write| work.input.pour(self.scale, LARGE, pipe),
        );
        let feed: Option<Feed<'_>> = match way {
            Way::File => None,
            Way::Pipe => Some(&copy),
            Way::Large => Some(&make),
        };
        if way == Way::File {
            command.arg(work.input.name);
        }
        let out = if way == Way::Large { NOWHERE.into() } else { self.path("out/tamis") };
        let run = time_fed(&mut command, feed, &out, &self.path("out/stderr"))
            .with_context(|| format!("cannot run {}", self.tamis.display()))?;
        if !run.status.success() {
            let limit = memory.unwrap_or("as it comes");
            outcome.wrong = Some(format!("--memory {limit}: {}: {}", run.status, self.said()));
            return Ok(None);
        }
        series(outcome).push(&run);
        let answer = Answer::read(&out)?;
        if way != Way::Large {
            // A large answer may not stand beside the next one.
            fs::remove_file(&out)?;
        }
        Ok(Some(answer))
    }

    /// One run of the other tool, if there is one and it is here. Its answer is left.
    fn rival_run(&self, work: &Work) -> Result<Option<Run>> {
        let (mut command, out) = match work.rival {
            Some(Rival::DuckDb(statement)) if self.has_duckdb => {
                (DUCKDB.command(&[statement], &self.python), self.path("out/stdout"))
            }
            Some(Rival::Sort(words)) if self.has_sort => {
                let mut command = Command::new("sort");
                let memory = work.memory.unwrap_or_default();
                command.env("LC_ALL", "C").args(["-S", memory, &format!("--parallel={THREADS}"), "-T"]);
                command.arg(&self.tmp).args(words);
                (command, self.path(ANSWER))
            }
            _ => return Ok(None),
        };
        command.current_dir(&self.folder);
        let run = time_fed(&mut command, None, &out, &self.path("out/stderr"))?;
        if !run.status.success() {
            bail!("{command:?}: {}: {}", run.status, self.said());
        }
        Ok(Some(run))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the last run said on stderr.
    fn said(&self) -> String {
        let said = fs::read_to_string(self.path("out/stderr")).unwrap_or_default();
        said.lines().next().unwrap_or_default().to_owned()
    }
}
