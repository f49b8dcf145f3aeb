//! The works: what is done with how much memory, and what that may cost.

use anyhow::Result;

use crate::measure::choice;
use crate::measure::inputs::{ACCESS, ACCESS_CSV, Input, KEYS, OWNERS};

/// One work.
pub(crate) struct Work {
    /// For `--only`.
    pub(crate) name: &'static str,
    /// For the table.
    pub(crate) title: &'static str,
    /// What is read.
    pub(crate) input: &'static Input,
    /// The words that say its format.
    pub(crate) from: &'static [&'static str],
    /// Files that the words name.
    pub(crate) others: &'static [&'static Input],
    /// `--memory`; without it, what users get who say nothing.
    pub(crate) memory: Option<&'static str>,
    pub(crate) words: &'static [&'static str],
    pub(crate) peak: Peak,
    /// How many times as long as without limit it may take, where that is a goal.
    pub(crate) at_most: Option<f64>,
    /// Nothing may be kept of records, so that a long input needs no more memory than a short one.
    pub(crate) is_endless: bool,
    pub(crate) rival: Option<Rival>,
}

/// What resident memory is held to.
#[derive(Clone, Copy)]
pub(crate) enum Peak {
    Mebibytes(u64),
    /// A tenth of what the rival needs.
    TenthOfRival,
}

/// Another tool that does the same, and is no faster.
#[derive(Clone, Copy)]
pub(crate) enum Rival {
    /// GNU sort with as much memory, and its words.
    Sort(&'static [&'static str]),
    /// DuckDB, and its statement.
    DuckDb(&'static str),
}

const NDJSON: &[&str] = &["--from", "ndjson"];
const CSV: &[&str] = &["--from", "csv"];

/// What most works are like.
const PLAIN: Work = Work {
    name: "",
    title: "",
    input: &ACCESS,
    from: NDJSON,
    others: &[],
    memory: None,
    words: &[],
    peak: Peak::Mebibytes(96),
    at_most: None,
    is_endless: false,
    rival: None,
};
/// A work that has little memory.
const SHORT: Work = Work { memory: Some("64M"), input: &KEYS, at_most: Some(3.0), ..PLAIN };

const WORKS: &[Work] = &[
    Work {
        name: "filter",
        title: "keep status >= 500",
        words: &["filter", "status >= 500"],
        peak: Peak::Mebibytes(24),
        is_endless: true,
        ..PLAIN
    },
    Work {
        name: "project",
        title: "keep five fields",
        words: &["project", "ts, path, status, latency_ms, user_id"],
        peak: Peak::Mebibytes(24),
        is_endless: true,
        ..PLAIN
    },
    Work {
        name: "group",
        title: "count and mean by one of 120 paths",
        words: &["aggregate", "count(), avg(latency_ms)", "--by", "path"],
        peak: Peak::Mebibytes(32),
        is_endless: true,
        ..PLAIN
    },
    Work {
        name: "window",
        title: "count and mean by minute and one of 11 hosts",
        words: &["window", "1m", "then", "aggregate", "count(), avg(latency_ms)", "--by", "host"],
        peak: Peak::Mebibytes(32),
        is_endless: true,
        ..PLAIN
    },
    Work {
        name: "keys",
        title: "count by 10 million keys",
        words: &["aggregate", "count()", "--by", "id"],
        ..SHORT
    },
    Work {
        name: "sort",
        title: "sort by 10 million texts",
        words: &["sort", "id"],
        at_most: None,
        // The fourth piece between quotes is the id.
        rival: Some(Rival::Sort(&["-t\"", "-k4,4", "keys.ndjson"])),
        ..SHORT
    },
    Work {
        name: "csv-sort",
        title: "sort CSV by a number",
        input: &ACCESS_CSV,
        from: CSV,
        words: &["sort", "latency_ms"],
        peak: Peak::TenthOfRival,
        rival: Some(Rival::DuckDb(
            "copy (select * from read_csv('access.csv', header = true, columns = {ts: 'varchar', \
             host: 'varchar', path: 'varchar', status: 'integer', latency_ms: 'double', client_ip: 'varchar', \
             bytes: 'bigint', method: 'varchar', user_id: 'integer', referer: 'varchar'}) \
             order by latency_ms) to 'out/peer' (format csv, header)",
        )),
        ..PLAIN
    },
    Work {
        name: "join",
        title: "join with 10 million records",
        others: &[&OWNERS],
        words: &["join", "owners.ndjson", "--on", "id", "--take", "owner, size"],
        ..SHORT
    },
    Work { name: "dedup", title: "the first of 10 million keys", words: &["dedup", "id"], ..SHORT },
    Work {
        name: "sessions",
        title: "10,000 sessions open at once",
        // A record every 30 ms, each of another of 100,000 users: 10,000 of them within five minutes.
        words: &["window", "session:5m", "then", "aggregate", "count(), sum(bytes)", "--by", "user_id"],
        peak: Peak::Mebibytes(64),
        ..PLAIN
    },
    Work {
        name: "sliding",
        title: "each record in 100 sliding windows",
        words: &[
            "window",
            "100m",
            "--every",
            "1m",
            "then",
            "aggregate",
            "count(), sum(bytes)",
            "--by",
            "path",
        ],
        peak: Peak::Mebibytes(64),
        ..PLAIN
    },
];

/// Those that are named, or whose names begin with a word that is no name; all if there is no word.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<&'static Work>> {
    choice::chosen(WORKS.iter().collect(), |work| work.name, only)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::harness::{PLAIN, run};

    #[test]
    fn works_are_told_apart() {
        let names: BTreeSet<&str> = WORKS.iter().map(|work| work.name).collect();
        let titles: BTreeSet<&str> = WORKS.iter().map(|work| work.title).collect();
        assert_eq!((names.len(), titles.len()), (WORKS.len(), WORKS.len()));
    }

    /// A table that a work names stands in a folder; words that name it get that one.
    #[test]
    fn each_work_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        for work in WORKS {
            work.others.iter().for_each(|other| other.make(folder.path(), 0.0001).expect("a table"));
            let mut text = Vec::new();
            work.input.pour(0.0001, 1, &mut text).expect("memory takes all");
            let path = |word: &&str| match work.others.iter().any(|other| other.name == *word) {
                true => folder.path().join(word).display().to_string(),
                false => (*word).to_owned(),
            };
            let words: Vec<String> = work.from.iter().chain(work.words).map(path).collect();
            let ran = run(&words, &text, PLAIN);
            assert_eq!((ran.status, ran.err().as_str()), (0, ""), "{}", work.name);
            assert!(!ran.stdout.is_empty(), "{}", work.name);
        }
    }
}
