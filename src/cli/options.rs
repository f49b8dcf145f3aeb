//! The global options: one row each. Help, man page, completions and the reading of the command line are
//! all taken from these rows.

use crate::doc::OptionDef;

/// A global option and where help shows it.
#[derive(Debug)]
pub struct Global {
    /// The option.
    pub option: OptionDef,
    /// Under which heading help shows it.
    pub group: Group,
    /// Whether `tamis --help` shows it; the others stand in `tamis help options` and the man page.
    pub common: bool,
}

/// Headings of help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// How records are read.
    Input,
    /// Event time.
    Time,
    /// What is written, and where.
    Output,
    /// How the program runs and what it tells.
    Running,
}

impl Group {
    /// All headings in the order of help.
    pub const ALL: [Self; 4] = [Self::Input, Self::Time, Self::Output, Self::Running];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Time => "Event time",
            Self::Output => "Output",
            Self::Running => "Running and reports",
        }
    }
}

/// All global options, sorted by long name.
pub const GLOBALS: &[Global] = &[
    list(
        "allow",
        "LIST",
        Group::Running,
        "keep these from making the exit status 1: rejected, late, values, each with =N or =1% at will; missing: fields that no header has are null, and do not end the run",
    ),
    Global {
        option: OptionDef {
            choices: &["auto", "always", "never"],
            ..OptionDef::valued(
                "color",
                "WHEN",
                "colour in messages, tables and NDJSON: auto (on a terminal, unless NO_COLOR is set), always or never",
            )
        },
        group: Group::Running,
        common: false,
    },
    rare(
        "comment",
        "PREFIX",
        Group::Input,
        "drop lines that begin so where a record could begin, as '#'; they count in line numbers",
    ),
    rare("delimiter", "BYTE", Group::Input, "what separates the fields of CSV: one byte, tab, or \\x01"),
    rare("delimiter-out", "BYTE", Group::Output, "what separates them in CSV that is written"),
    rare(
        "encoding",
        "NAME",
        Group::Input,
        "encoding of the input: latin1, windows-1252, utf-16, shift_jis, ...; default UTF-8",
    ),
    rare("escape", "BYTE", Group::Input, "makes the byte after it stand for itself in CSV, such as '\\'"),
    Global {
        option: OptionDef {
            choices: &["some", "none"],
            ..OptionDef::valued(
                "fail-if",
                "WHICH",
                "exit with status 3 if some record left the chain, or none did",
            )
        },
        group: Group::Running,
        common: true,
    },
    Global {
        option: OptionDef::valued(
            "from",
            "FORMAT",
            "format of the input; without it, by suffix, else by the first byte",
        ),
        group: Group::Input,
        common: true,
    },
    rare(
        "header",
        "NAMES",
        Group::Input,
        "field names of CSV input without a header line, separated by commas",
    ),
    Global {
        option: OptionDef { short: Some('h'), ..OptionDef::flag("help", "show help; -h is the short form") },
        group: Group::Running,
        common: true,
    },
    Global {
        option: OptionDef {
            short: Some('j'),
            ..OptionDef::valued("jobs", "N", "number of threads; default: all cores")
        },
        group: Group::Running,
        common: true,
    },
    Global {
        option: OptionDef::valued("late", "FILE", "keep late records: raw lines, or objects with .ndjson"),
        group: Group::Output,
        common: true,
    },
    Global {
        option: OptionDef::valued(
            "lateness",
            "DURATION",
            "how far records may be behind the latest; default 10s",
        ),
        group: Group::Time,
        common: true,
    },
    Global {
        option: OptionDef::valued(
            "log-format",
            "STRING",
            "log format of --from access as the server's configuration has it, or main, combined, common, vhost",
        ),
        group: Group::Input,
        common: false,
    },
    rare(
        "max-record",
        "SIZE",
        Group::Input,
        "longest record; default 64M, at most a quarter of --memory and 1G",
    ),
    Global {
        option: OptionDef::valued("memory", "SIZE", "memory for records and results; default 256M"),
        group: Group::Running,
        common: true,
    },
    switch("no-header", Group::Input, "CSV input has no header line: fields are c1, c2, ..."),
    switch("no-header-out", Group::Output, "write CSV and TSV without a header line"),
    rare("now", "TIME", Group::Time, "what now() is; default: the start of the run"),
    list(
        "null",
        "TEXT",
        Group::Input,
        "further spellings of null in text formats, separated by commas: NA, '\"NA\"' for those in quotes",
    ),
    Global {
        option: OptionDef {
            short: Some('o'),
            ..OptionDef::valued("output", "FILE", "write there instead of stdout, in one piece at the end")
        },
        group: Group::Output,
        common: true,
    },
    rare("pattern", "REGEX", Group::Input, "named groups that are the fields of --from regex"),
    Global {
        option: OptionDef {
            short: Some('q'),
            ..OptionDef::flag("quiet", "print no reports, only errors and the reason of an exit status 1")
        },
        group: Group::Running,
        common: true,
    },
    rare("quote", "BYTE", Group::Input, "what is around fields of CSV: one byte, or none"),
    switch("ragged", Group::Input, "take CSV records with too few or too many fields"),
    rare(
        "record-start",
        "REGEX",
        Group::Input,
        "a line that does not match belongs to the record before it (text, regex, logfmt, syslog)",
    ),
    Global {
        option: OptionDef::valued(
            "rejects",
            "FILE",
            "keep rejected records: raw lines, or objects with .ndjson",
        ),
        group: Group::Output,
        common: true,
    },
    switch("sequential", Group::Time, "read the inputs one after the other, as one"),
    Global {
        option: OptionDef::valued(
            "since",
            "TIME",
            "only records from this event time on: a time, or 2h, today, 09:00 back from now",
        ),
        group: Group::Time,
        common: true,
    },
    rare("skip", "N", Group::Input, "drop the first N lines of each file; they count in line numbers"),
    switch("strict", Group::Running, "stop at the first rejected record"),
    Global {
        option: OptionDef::valued("time", "FIELD", "the field that holds the event time"),
        group: Group::Time,
        common: true,
    },
    list(
        "time-format",
        "FORMAT",
        Group::Time,
        "how times are spelled: %Y-%m-%d %H:%M:%S, or s, ms, us, ns; again for others, auto for the usual ones",
    ),
    rare(
        "tmp",
        "DIR",
        Group::Running,
        "folder for what does not fit into --memory; default $TMPDIR, else /tmp",
    ),
    Global {
        option: OptionDef::valued(
            "to",
            "FORMAT",
            "format of the output; without it, by the suffix of -o, else as the input",
        ),
        group: Group::Output,
        common: true,
    },
    list("types", "LIST", Group::Input, "pin types of fields in text formats: id:text,ts:time,'*:text'"),
    Global {
        option: OptionDef::valued(
            "tz",
            "ZONE",
            "time zone of stamps without one, and of output; default UTC",
        ),
        group: Group::Time,
        common: true,
    },
    switch(
        "union",
        Group::Output,
        "give CSV, TSV and tables a column for each field of any record, in the order of their coming",
    ),
    Global {
        option: OptionDef::valued(
            "until",
            "TIME",
            "only records before this event time: a time, or 2h, today, 09:00 back from now",
        ),
        group: Group::Time,
        common: true,
    },
    switch("validate", Group::Input, "check all of every NDJSON record by RFC 8259"),
    Global {
        option: OptionDef { short: Some('V'), ..OptionDef::flag("version", "print the version") },
        group: Group::Running,
        common: false,
    },
    rare(
        "year",
        "YEAR",
        Group::Time,
        "year of the first stamp without one: four digits, or now for the nearest",
    ),
];

/// Options of the manual that this version does not have yet, sorted.
pub const PLANNED: &[&str] = &[
    "follow",
    "idle",
    "max-ahead",
    "merge",
    "metrics",
    "no-progress",
    "partial",
    "progress",
    "state",
    "stats",
];

/// The global option of a long name.
pub fn find(long: &str) -> Option<&'static OptionDef> {
    GLOBALS.iter().map(|row| &row.option).find(|option| option.long == long)
}

/// The global option of a short name.
pub fn find_short(short: char) -> Option<&'static OptionDef> {
    GLOBALS.iter().map(|row| &row.option).find(|option| option.short == Some(short))
}

const fn switch(long: &'static str, group: Group, help: &'static str) -> Global {
    Global { option: OptionDef::flag(long, help), group, common: false }
}

const fn rare(long: &'static str, value: &'static str, group: Group, help: &'static str) -> Global {
    Global { option: OptionDef::valued(long, value, help), group, common: false }
}

/// An option whose values add up when it is given again.
const fn list(long: &'static str, value: &'static str, group: Group, help: &'static str) -> Global {
    Global {
        option: OptionDef { repeats: true, ..OptionDef::valued(long, value, help) },
        group,
        common: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_names_are_unique() {
        assert!(GLOBALS.windows(2).all(|pair| pair[0].option.long < pair[1].option.long));
        assert!(PLANNED.windows(2).all(|pair| pair[0] < pair[1]));
        let mut shorts: Vec<char> = GLOBALS.iter().filter_map(|row| row.option.short).collect();
        let count = shorts.len();
        shorts.sort_unstable();
        shorts.dedup();
        assert_eq!(shorts.len(), count);
        assert!(PLANNED.iter().all(|name| find(name).is_none()));
    }

    #[test]
    fn help_is_one_line_without_a_full_stop() {
        for row in GLOBALS {
            let help = row.option.help;
            let starts_low = help.starts_with(|c: char| c.is_lowercase() || help.starts_with("CSV"));
            assert!(
                starts_low && !help.contains('\n') && (!help.ends_with('.') || help.ends_with("...")),
                "{help}"
            );
        }
    }

    /// An option that nothing reads would be accepted and do nothing.
    #[test]
    fn every_option_is_read() {
        let readers = [include_str!("settings.rs"), include_str!("words.rs")].concat();
        for row in GLOBALS {
            assert!(readers.contains(&format!("\"{}\"", row.option.long)), "--{}", row.option.long);
        }
    }
}
