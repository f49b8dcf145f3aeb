//! The tables: options against formats that are read and written, chains, and stages.

/// What giving an option does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    /// What the run gives differs.
    Shows,
    /// A note says that it changes nothing.
    Noted,
    /// An error names it, before anything is written.
    Refused,
    /// It changes nothing here, and why that is right.
    Harmless(&'static str),
}

use Cell::{Harmless, Noted, Refused, Shows};

/// An option with what it does, by format or kind of chain; `*` is all others.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// As typed: the long name first.
    pub(crate) words: &'a [&'a str],
    /// The chain.
    pub(crate) chain: &'a [&'a str],
    pub(crate) cells: &'a [(&'a str, Cell)],
}

impl<'a> Row<'a> {
    /// The long name.
    pub(crate) fn option(&self) -> &'a str {
        self.words.first().and_then(|word| word.strip_prefix("--")).expect("a long name")
    }

    /// What the option does with a format or in a chain.
    pub(crate) fn cell(&self, name: &str) -> Cell {
        let own = self.cells.iter().find(|(names, _)| names.split(' ').any(|known| known == name));
        let others = self.cells.iter().find(|(names, _)| *names == "*");
        own.or(others).unwrap_or_else(|| panic!("--{}: no cell for {name}", self.option())).1
    }
}

const fn row<'a>(words: &'a [&'a str], chain: &'a [&'a str], cells: &'a [(&'a str, Cell)]) -> Row<'a> {
    Row { words, chain, cells }
}

const PASS: &[&str] = &["filter", "true"];
/// A chain that goes by event time.
pub(crate) const WINDOWS: &[&str] = &["window", "1m", "then", "aggregate", "x = count()"];

const PLACE: Cell = Harmless("it says where or how fast a run works, which no result depends on");
const CLOCK: Cell = Harmless("the chain does not ask for the clock; scripts fix it all the same");
const ONE: Cell = Harmless("one input is read as it is; scripts name any number");
const YEARS: Cell = Harmless("every stamp of the sample has its year; in others it counts");
const ZONE: Cell = Harmless("no time is computed or written; scripts name the zone all the same");

/// Options against formats that are read; records are written as ndjson.
pub(crate) const INPUTS: &[Row<'_>] = &[
    row(&["--allow", "rejected,values"], PASS, &[("text", Harmless("no line is rejected")), ("*", Shows)]),
    row(&["--color", "always"], PASS, &[("*", Shows)]),
    row(
        &["--comment", "damaged"],
        PASS,
        &[("logfmt regex syslog text", Harmless("no line of the sample begins so")), ("*", Shows)],
    ),
    row(&["--delimiter", ";"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--delimiter-out", ";"], PASS, &[("*", Refused)]),
    row(&["--encoding", "utf-16be"], PASS, &[("*", Shows)]),
    row(&["--escape", "\\"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--fail-if", "some"], PASS, &[("*", Shows)]),
    row(
        &["--from", "FORMAT"],
        PASS,
        &[
            ("json ndjson", Harmless("the first bytes tell it")),
            ("text", Harmless("it is what a chain that reads no field takes")),
            ("*", Shows),
        ],
    ),
    row(&["--header", "x,y,z"], PASS, &[("csv tsv", Shows), ("*", Refused)]),
    row(&["--jobs", "3"], WINDOWS, &[("*", PLACE)]),
    row(&["--late", "DIR/late.txt"], WINDOWS, &[("*", Shows)]),
    row(&["--lateness", "1h"], WINDOWS, &[("*", Shows)]),
    row(&["--max-record", "8"], PASS, &[("*", Shows)]),
    row(&["--memory", "8M"], WINDOWS, &[("*", PLACE)]),
    row(&["--no-header"], PASS, &[("csv tsv", Shows), ("*", Refused)]),
    row(&["--no-header-out"], PASS, &[("*", Refused)]),
    row(&["--now", "2024-02-01"], WINDOWS, &[("*", CLOCK)]),
    row(&["--null", "NA"], PASS, &[("json", Refused), ("ndjson", Refused), ("*", Shows)]),
    row(&["--output", "DIR/out.ndjson"], PASS, &[("*", Shows)]),
    row(&["--log-format", "$all"], PASS, &[("access", Shows), ("*", Refused)]),
    row(&["--pattern", "(?<all>.*)"], PASS, &[("regex", Shows), ("*", Refused)]),
    row(&["--quiet"], PASS, &[("text", Harmless("nothing is reported")), ("*", Shows)]),
    row(&["--quote", "'"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--ragged"], PASS, &[("csv tsv", Shows), ("*", Refused)]),
    row(
        &["--record-start", "^\\S"],
        PASS,
        &[
            ("logfmt regex text", Shows),
            ("syslog", Harmless("each line of the sample begins a record")),
            ("*", Refused),
        ],
    ),
    row(&["--rejects", "DIR/rejects.txt"], PASS, &[("*", Shows)]),
    row(&["--sequential"], WINDOWS, &[("*", ONE)]),
    row(&["--since", "2024-01-31T12:01:00Z"], WINDOWS, &[("*", Shows)]),
    row(&["--skip", "1"], PASS, &[("*", Shows)]),
    row(&["--strict"], PASS, &[("text", Harmless("no line is rejected")), ("*", Shows)]),
    row(&["--time", "nothing"], WINDOWS, &[("*", Shows)]),
    row(&["--time-format", "s"], WINDOWS, &[("zeek", Harmless("its stamps are seconds")), ("*", Shows)]),
    row(&["--tmp", "DIR"], WINDOWS, &[("*", PLACE)]),
    row(&["--to", "csv"], PASS, &[("*", Shows)]),
    row(&["--types", "*:text"], PASS, &[("json", Refused), ("ndjson", Refused), ("*", Shows)]),
    row(&["--tz", "+02:00"], WINDOWS, &[("*", Shows)]),
    row(&["--union"], PASS, &[("*", Refused)]),
    row(&["--until", "2024-01-31T12:01:00Z"], WINDOWS, &[("*", Shows)]),
    row(&["--validate"], PASS, &[("json", Shows), ("ndjson", Shows), ("*", Refused)]),
    row(&["--year", "2024"], WINDOWS, &[("*", YEARS)]),
];

/// Options against formats that are written; records are read as ndjson.
pub(crate) const OUTPUTS: &[Row<'_>] = &[
    row(&["--allow", "rejected"], PASS, &[("*", Shows)]),
    row(&["--color", "always"], PASS, &[("*", Shows)]),
    row(&["--comment", "damaged"], PASS, &[("*", Shows)]),
    row(&["--delimiter", ";"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--delimiter-out", ";"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--encoding", "utf-16be"], PASS, &[("*", Shows)]),
    row(&["--escape", "\\"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--fail-if", "some"], PASS, &[("*", Shows)]),
    row(&["--from", "text"], PASS, &[("*", Shows)]),
    row(&["--header", "x,y,z"], PASS, &[("*", Refused)]),
    row(&["--jobs", "3"], PASS, &[("*", PLACE)]),
    row(&["--late", "DIR/late.txt"], PASS, &[("*", Noted)]),
    row(&["--lateness", "1h"], PASS, &[("*", Noted)]),
    row(&["--max-record", "8"], PASS, &[("*", Shows)]),
    row(&["--memory", "8M"], PASS, &[("*", PLACE)]),
    row(&["--no-header"], PASS, &[("*", Refused)]),
    row(&["--no-header-out"], PASS, &[("csv markdown table tsv", Shows), ("*", Refused)]),
    row(&["--now", "2024-02-01"], PASS, &[("*", CLOCK)]),
    row(&["--null", "NA"], PASS, &[("*", Refused)]),
    row(&["--output", "DIR/out"], PASS, &[("*", Shows)]),
    row(&["--log-format", "$all"], PASS, &[("*", Refused)]),
    row(&["--pattern", "(?<all>.*)"], PASS, &[("*", Refused)]),
    row(&["--quiet"], PASS, &[("*", Shows)]),
    row(&["--quote", "'"], PASS, &[("csv", Shows), ("*", Refused)]),
    row(&["--ragged"], PASS, &[("*", Refused)]),
    row(&["--record-start", "^\\S"], PASS, &[("*", Refused)]),
    row(&["--rejects", "DIR/rejects.txt"], PASS, &[("*", Shows)]),
    row(&["--sequential"], PASS, &[("*", ONE)]),
    row(&["--since", "2024-01-31T12:01:00Z"], PASS, &[("*", Shows)]),
    row(&["--skip", "1"], PASS, &[("*", Shows)]),
    row(&["--strict"], PASS, &[("*", Shows)]),
    row(&["--time", "nothing"], PASS, &[("*", Noted)]),
    row(&["--time-format", "s"], PASS, &[("*", Noted)]),
    row(&["--tmp", "DIR"], PASS, &[("*", PLACE)]),
    row(
        &["--to", "FORMAT"],
        PASS,
        &[("ndjson raw", Harmless("it is what the records are, and the default")), ("*", Shows)],
    ),
    row(&["--types", "*:text"], PASS, &[("*", Refused)]),
    row(&["--tz", "+02:00"], PASS, &[("*", ZONE)]),
    row(
        &["--union"],
        PASS,
        &[
            ("csv markdown tsv", Shows),
            (
                "table",
                Harmless("but on a terminal a table has all fields without it; scripts ask all the same"),
            ),
            ("*", Refused),
        ],
    ),
    row(&["--until", "2024-01-31T12:01:00Z"], PASS, &[("*", Shows)]),
    row(&["--validate"], PASS, &[("*", Shows)]),
    row(&["--year", "2024"], PASS, &[("*", Noted)]),
];

/// Kinds of chains, by what they do with times.
pub(crate) const CHAINS: &[(&str, &[&str])] = &[
    ("none", &["filter", "n > 0"]),
    ("groups", &["aggregate", "x = count()", "--by", "s"]),
    ("window", WINDOWS),
    ("session", &["window", "session:1m", "then", "aggregate", "x = count()"]),
    ("count", &["window", "count:2", "then", "aggregate", "x = count()"]),
    ("within", &["dedup", "z", "--within", "2s"]),
    ("orders", &["sort", "ts"]),
    ("function", &["project", "t = time(ts)"]),
    ("literal", &["filter", "ts >= \"2024-01-31T12:01:00\""]),
    ("parsed", &["parse", "(?<q>.)", "--field", "s"]),
];

/// Options about time against kinds of chains.
pub(crate) const TIMES: &[Row<'_>] = &[
    row(&["--late", "DIR/late.txt"], &[], &[("window session", Shows), ("*", Noted)]),
    row(
        &["--lateness", "1h"],
        &[],
        &[
            ("window session", Shows),
            ("within", Harmless("it says how long keys are remembered")),
            ("*", Noted),
        ],
    ),
    row(&["--time", "nothing"], &[], &[("window session within", Shows), ("*", Noted)]),
    row(
        &["--time", "ts"],
        &[],
        &[("none groups count parsed", Noted), ("*", Harmless("the field is found by its name too"))],
    ),
    row(
        &["--time-format", "%Y-%m-%dT%H:%M:%SZ"],
        &[],
        &[
            ("none groups count parsed", Noted),
            ("*", Harmless("it reads these stamps as they are read without it")),
        ],
    ),
    row(
        &["--time-format", "s"],
        &[],
        &[
            ("window session within", Shows),
            ("none groups count parsed", Noted),
            (
                "*",
                Harmless(
                    "literals and functions read the known forms first, and text of one form is in the order of time",
                ),
            ),
        ],
    ),
    row(&["--year", "2024"], &[], &[("none groups parsed", Noted), ("*", YEARS)]),
    row(&["--tz", "+02:00"], &[], &[("window session literal", Shows), ("function", Shows), ("*", ZONE)]),
    row(&["--since", "2024-01-31T12:05:30Z"], &[], &[("*", Shows)]),
    row(&["--until", "2024-01-31T12:01:00Z"], &[], &[("*", Shows)]),
    row(
        &["--types", "q:text"],
        &[],
        &[("parsed", Harmless("what is parsed has no type of its own, and here it is text")), ("*", Refused)],
    ),
];

/// An option of a stage with what it does.
pub(crate) struct StageRow {
    pub(crate) stage: &'static str,
    pub(crate) option: &'static str,
    /// A chain with the option.
    pub(crate) with: &'static [&'static str],
    /// And without.
    pub(crate) without: &'static [&'static str],
    pub(crate) cell: Cell,
}

const fn stage(
    stage: &'static str,
    option: &'static str,
    with: &'static [&'static str],
    without: &'static [&'static str],
    cell: Cell,
) -> StageRow {
    StageRow { stage, option, with, without, cell }
}

const TABLE: &[&str] = &["join", "DIR/table", "--on", "n"];
const CSV_TABLE: &[&str] = &["join", "DIR/table.csv", "--on", "n"];
const SEMI: &[&str] = &["join", "DIR/table", "--on", "n", "--kind", "semi"];
const EACH: &[&str] = &["window", "session:1m", "then", "aggregate", "x = count()"];

/// Options of stages, by kinds of the stage.
pub(crate) const STAGES: &[StageRow] = &[
    stage(
        "aggregate",
        "by",
        &["aggregate", "x = count()", "--by", "s"],
        &["aggregate", "x = count()"],
        Shows,
    ),
    stage("dedup", "within", &["dedup", "z", "--within", "2m"], &["dedup", "n > 0"], Shows),
    stage("dedup", "within", &["dedup", "n > 0", "--within", "0"], &["dedup", "n > 0"], Shows),
    stage("join", "on", &["join", "DIR/table", "--on", "s = v"], TABLE, Shows),
    stage("join", "kind", &["join", "DIR/table", "--on", "n", "--kind", "inner"], TABLE, Shows),
    stage("join", "kind", SEMI, TABLE, Shows),
    stage("join", "take", &["join", "DIR/table", "--on", "n", "--take", "w = v"], TABLE, Shows),
    stage(
        "join",
        "take",
        &["join", "DIR/table", "--on", "n", "--kind", "semi", "--take", "v"],
        SEMI,
        Refused,
    ),
    stage(
        "join",
        "take",
        &["join", "DIR/table", "--on", "n", "--kind", "anti", "--take", "v"],
        SEMI,
        Refused,
    ),
    stage("join", "prefix", &["join", "DIR/table", "--on", "n", "--prefix", "p_"], TABLE, Shows),
    stage(
        "join",
        "prefix",
        &["join", "DIR/table", "--on", "n", "--kind", "semi", "--prefix", "p_"],
        SEMI,
        Refused,
    ),
    stage(
        "join",
        "prefix",
        &["join", "DIR/table", "--on", "n", "--kind", "anti", "--prefix", "p_"],
        SEMI,
        Refused,
    ),
    stage(
        "join",
        "table-from",
        &["join", "DIR/table", "--on", "n = line", "--table-from", "text"],
        TABLE,
        Shows,
    ),
    stage(
        "join",
        "table-delimiter",
        &["join", "DIR/table.csv", "--on", "n", "--table-delimiter", ";"],
        CSV_TABLE,
        Shows,
    ),
    stage(
        "join",
        "table-delimiter",
        &["join", "DIR/table", "--on", "n", "--table-delimiter", ";"],
        TABLE,
        Refused,
    ),
    stage(
        "join",
        "table-no-header",
        &["join", "DIR/table.csv", "--on", "n = c1", "--table-no-header"],
        CSV_TABLE,
        Shows,
    ),
    stage(
        "join",
        "table-no-header",
        &["join", "DIR/table", "--on", "n", "--table-no-header"],
        TABLE,
        Refused,
    ),
    stage("join", "table-comment", &["join", "DIR/table", "--on", "n", "--table-comment", "{"], TABLE, Shows),
    stage(
        "join",
        "table-comment",
        &["join", "DIR/table", "--on", "n", "--table-comment", ""],
        TABLE,
        Refused,
    ),
    stage(
        "join",
        "table-encoding",
        &["join", "DIR/table", "--on", "n", "--table-encoding", "utf-16le"],
        TABLE,
        Shows,
    ),
    stage(
        "join",
        "table-encoding",
        &["join", "DIR/table", "--on", "n", "--table-encoding", "utf-33"],
        TABLE,
        Refused,
    ),
    stage("join", "table-skip", &["join", "DIR/table", "--on", "n", "--table-skip", "1"], TABLE, Shows),
    stage("join", "table-skip", &["join", "DIR/table", "--on", "n", "--table-skip", "x"], TABLE, Refused),
    stage("join", "within", &["join", "DIR/table", "--on", "n", "--within", "1m"], TABLE, Refused),
    stage("join", "asof", &["join", "DIR/table", "--on", "n", "--asof"], TABLE, Refused),
    stage("join", "tolerance", &["join", "DIR/table", "--on", "n", "--tolerance", "1m"], TABLE, Refused),
    stage("join", "direction", &["join", "DIR/table", "--on", "n", "--direction", "forward"], TABLE, Refused),
    stage("join", "right-time", &["join", "DIR/table", "--on", "n", "--right-time", "ts"], TABLE, Refused),
    stage("limit", "by", &["limit", "1", "--by", "s"], &["limit", "1"], Shows),
    stage("parse", "field", &["parse", "(?<q>.)", "--field", "s"], &["parse", "(?<q>.)"], Shows),
    stage(
        "parse",
        "optional",
        &["parse", "(?<q>A)", "--field", "s", "--optional"],
        &["parse", "(?<q>A)", "--field", "s"],
        Shows,
    ),
    stage("sample", "seed", &["sample", "1", "--seed", "2"], &["sample", "1"], Shows),
    stage("sample", "seed", &["sample", "0.5", "--seed", "4"], &["sample", "0.5"], Shows),
    stage(
        "sample",
        "seed",
        &["sample", "1.0", "--seed", "2"],
        &["sample", "1.0"],
        Harmless("all records pass, whatever is drawn; the size comes from a variable in scripts"),
    ),
    stage(
        "split",
        "into",
        &["split", "s", "--into", "DIR/out"],
        &["split", "s", "--into", "DIR/other"],
        Harmless("files are compared by name"),
    ),
    stage("top", "by", &["top", "n", "-n", "1", "--by", "s"], &["top", "n", "-n", "1"], Shows),
    stage("top", "count", &["top", "n", "-n", "1"], &["top", "n"], Shows),
    stage(
        "window",
        "by",
        &["window", "session:1m", "--by", "s", "then", "aggregate", "x = count()"],
        EACH,
        Shows,
    ),
    stage(
        "window",
        "by",
        &["window", "1m", "--by", "s", "then", "aggregate", "x = count()"],
        WINDOWS,
        Refused,
    ),
    stage(
        "window",
        "by",
        &["window", "count:2", "--by", "s", "then", "aggregate", "x = count()"],
        WINDOWS,
        Refused,
    ),
    stage("window", "by", &["window", "all", "--by", "s"], PASS, Refused),
    stage(
        "window",
        "every",
        &["window", "1m", "--every", "30s", "then", "aggregate", "x = count()"],
        WINDOWS,
        Shows,
    ),
    stage(
        "window",
        "every",
        &["window", "session:1m", "--every", "30s", "then", "aggregate", "x = count()"],
        EACH,
        Refused,
    ),
    stage(
        "window",
        "every",
        &["window", "count:2", "--every", "1", "then", "aggregate", "x = count()"],
        EACH,
        Refused,
    ),
    stage("window", "every", &["window", "all", "--every", "1m"], PASS, Refused),
    stage(
        "window",
        "offset",
        &["window", "1m", "--offset", "10s", "then", "aggregate", "x = count()"],
        WINDOWS,
        Shows,
    ),
    stage(
        "window",
        "offset",
        &["window", "session:1m", "--offset", "10s", "then", "aggregate", "x = count()"],
        EACH,
        Refused,
    ),
    stage(
        "window",
        "offset",
        &["window", "count:2", "--offset", "1s", "then", "aggregate", "x = count()"],
        EACH,
        Refused,
    ),
    stage("window", "offset", &["window", "all", "--offset", "1s"], PASS, Refused),
];
