//! The tools that tamis is measured against. One that is not installed is said to be so; nothing is installed.

use std::process::Command;

/// Threads of both sides.
pub(crate) const THREADS: usize = 2;
/// Where a peer leaves its answer, from the folder of inputs.
pub(crate) const ANSWER: &str = "out/peer";

/// A tool.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// How to get it.
    pub(crate) brought_by: &'static str,
    kind: Kind,
    /// Does nothing: what this takes is the tool's start.
    start: &'static [&'static str],
}

enum Kind {
    /// A program on the path, and the words that make it say its version; it writes to stdout.
    Program(&'static str, &'static [&'static str]),
    /// A Python package, and what stands before and behind a statement. It writes its answer to a file itself.
    Package(&'static str, &'static str, &'static str),
}

pub(crate) const DUCKDB: Peer = Peer {
    name: "DuckDB",
    brought_by: "pip install duckdb pytz",
    kind: Kind::Package(
        "duckdb",
        "import duckdb\nd = duckdb.connect()\n\
         d.execute('set threads = 2; set enable_progress_bar = false')\nd.execute(r\"\"\"",
        "\"\"\").fetchall()",
    ),
    start: &["select 1"],
};

pub(crate) const POLARS: Peer = Peer {
    name: "Polars",
    brought_by: "pip install polars",
    kind: Kind::Package("polars", "import polars as pl\n", ""),
    start: &["pl.select(1)"],
};

pub(crate) const CHDB: Peer = Peer {
    name: "chdb",
    brought_by: "pip install chdb",
    kind: Kind::Package("chdb", "import chdb\nchdb.query(r\"\"\"", "\"\"\")"),
    start: &["select 1 settings max_threads = 2"],
};

pub(crate) const XAN: Peer = Peer {
    name: "xan",
    brought_by: "cargo install xan --locked",
    kind: Kind::Program("xan", &["--version"]),
    start: &["--version"],
};

pub(crate) const JQ: Peer = Peer {
    name: "jq",
    brought_by: "apt install jq",
    kind: Kind::Program("jq", &["--version"]),
    start: &["-n", "1"],
};

pub(crate) const JAQ: Peer = Peer {
    name: "jaq",
    brought_by: "cargo install jaq --locked",
    kind: Kind::Program("jaq", &["--version"]),
    start: &["-n", "1"],
};

pub(crate) const MILLER: Peer = Peer {
    name: "Miller",
    brought_by: "apt install miller",
    kind: Kind::Program("mlr", &["--version"]),
    start: &["-n", "put", "end{}"],
};

pub(crate) const MAWK: Peer = Peer {
    name: "mawk",
    brought_by: "apt install mawk",
    kind: Kind::Program("mawk", &["-W", "version"]),
    start: &["BEGIN {}"],
};

pub(crate) const ANGLE_GRINDER: Peer = Peer {
    name: "angle-grinder",
    brought_by: "cargo install ag",
    kind: Kind::Program("agrind", &["--version"]),
    start: &["--version"],
};

/// All of them.
pub(crate) const PEERS: &[&Peer] =
    &[&DUCKDB, &POLARS, &CHDB, &XAN, &JQ, &JAQ, &MILLER, &MAWK, &ANGLE_GRINDER];

impl Peer {
    /// The command that does some work: the words behind a program, or one statement of a package.
    pub(crate) fn command(&self, words: &[&str], python: &str) -> Command {
        match self.kind {
            Kind::Program(name, _) => called(name, words),
            Kind::Package(_, before, behind) => {
                called(python, &["-c", &format!("{before}{}{behind}", words.concat())])
            }
        }
    }

    /// The command that only starts.
    pub(crate) fn starts(&self, python: &str) -> Command {
        self.command(self.start, python)
    }

    /// Whether the answer comes on stdout; else it is written to [`ANSWER`].
    pub(crate) fn writes_stdout(&self) -> bool {
        matches!(self.kind, Kind::Program(..))
    }

    /// The version, if it is installed.
    pub(crate) fn version(&self, python: &str) -> Option<String> {
        let mut command = match self.kind {
            Kind::Program(name, words) => called(name, words),
            Kind::Package(name, ..) => {
                called(python, &["-c", &format!("import {name}; print({name}.__version__)")])
            }
        };
        let said = command.output().ok().filter(|said| said.status.success())?;
        // mawk says it on stderr.
        let text = [said.stdout, said.stderr].concat();
        let line = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
        let is_number = |word: &&str| word.contains('.') && word.contains(|c: char| c.is_ascii_digit());
        Some(line.split(&[' ', '-'][..]).find(is_number).unwrap_or("of unknown version").to_owned())
    }
}

fn called(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).env("POLARS_MAX_THREADS", THREADS.to_string());
    command
}
