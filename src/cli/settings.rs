//! The settings of a run, from the global options as given. The last one given wins, except that lists
//! (`--allow`, `--null`, `--types`) add up and a file can be named only once for each use.

mod dialects;

use std::path::PathBuf;

use super::foreign;
use super::known::Known;
use super::line::{Line, Place};
use super::proposal::{first_read, propose};
use super::values::{self, Mistake};
use super::words::{Given, Split};
use crate::engine::{Allow, Colour, Settings};
use crate::error::{Error, Result, nearest};
use crate::file_name;
use crate::format::{FormatDef, InputOptions};
use crate::record::Pins;
use crate::time::{Duration, Stated, TimeReader, Timestamp, Zone, write_rfc3339};

const MEMORY: u64 = 256 << 20;
const LEAST_MEMORY: u64 = 1 << 20;
const MAX_RECORD: u64 = 64 << 20;
/// A block holds up to two records of this size, and places in it have 32 bits.
const LONGEST_RECORD: u64 = 1 << 30;
/// 10 s in nanoseconds.
const LATENESS: i128 = 10_000_000_000;

/// What settings depend on besides the command line.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The wall clock at the start.
    pub now: Timestamp,
    /// Number of cores.
    pub cores: usize,
    /// Whether `NO_COLOR` is set and not empty, or the terminal has no colours: `TERM` is `dumb` or not set.
    pub no_color: bool,
    /// The folder of temporary files: `TMPDIR`, else that of the system.
    pub tmp: PathBuf,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
}

/// Reads all global options.
pub(super) fn read(line: Line<'_>, known: &Known, split: &Split, around: &Surroundings) -> Result<Settings> {
    let options = Options { line, known, given: &split.given };
    let zone = options.last("tz", zone)?.unwrap_or(Zone::utc());
    let now =
        options.last("now", |text| values::time(text, &TimeReader::new(zone.clone())))?.unwrap_or(around.now);
    let memory = options.last("memory", memory)?.unwrap_or(MEMORY);
    let mut allow = Allow::default();
    options.all("allow", |text| values::allow(text, &mut allow))?;
    let mut pins = Pins::default();
    options.all("types", |text| values::types(text, &mut pins))?;
    let [output, rejects, late] = options.files()?;
    let times = options.times(&zone, now)?;
    let (since, until) = options.range(&times, now)?;
    let default_lateness = Duration::from_nanos(LATENESS).unwrap_or(Duration::ZERO);
    let settings = Settings {
        given: split.given.iter().map(|given| given.option.long).collect(),
        from: options.last("from", |text| input_format(text, known))?,
        to: options.last("to", |text| output_format(text, known))?,
        input: options.input()?,
        delimiter_out: options.last("delimiter-out", values::delimiter)?,
        no_header_out: options.has("no-header-out"),
        union: options.has("union"),
        time: options.last("time", values::field)?,
        times,
        now,
        pins,
        lateness: options.last("lateness", values::lateness)?.unwrap_or(default_lateness),
        since,
        until,
        zone,
        sequential: options.has("sequential"),
        max_record: options.max_record(memory)?,
        memory,
        tmp: options.last("tmp", folder)?.unwrap_or_else(|| around.tmp.clone()),
        rejects,
        late,
        strict: options.has("strict"),
        allow,
        fail_if: options.last("fail-if", values::fail_if)?,
        quiet: options.has("quiet"),
        threads: options.last("jobs", values::jobs)?.unwrap_or(around.cores.max(1)),
        colour: colour(options.find("color").map(|given| given.value.as_str()), output.is_none(), around),
        output,
    };
    options.check_needs(settings.from)?;
    options.check_dialects(&settings)?;
    Ok(settings)
}

/// Where colour is used, by `--color` and the surroundings.
pub fn colour(when: Option<&str>, to_stdout: bool, around: &Surroundings) -> Colour {
    let use_on = |terminal: bool| match when {
        Some("always") => true,
        Some("never") => false,
        _ => terminal && !around.no_color,
    };
    Colour {
        messages: use_on(around.stderr_is_terminal),
        output: use_on(around.stdout_is_terminal && to_stdout),
    }
}

struct Options<'a> {
    line: Line<'a>,
    known: &'a Known,
    given: &'a [Given],
}

impl Options<'_> {
    fn all_of(&self, long: &str) -> impl DoubleEndedIterator<Item = &Given> {
        self.given.iter().filter(move |given| given.option.long == long)
    }

    fn find(&self, long: &str) -> Option<&Given> {
        self.all_of(long).next_back()
    }

    fn has(&self, long: &str) -> bool {
        self.find(long).is_some()
    }

    /// The value of the last option given; those before it are read too, for their mistakes.
    fn last<T>(
        &self,
        long: &str,
        read: impl FnMut(&str) -> std::result::Result<T, Mistake>,
    ) -> Result<Option<T>> {
        Ok(self.all(long, read)?.pop())
    }

    /// The values of all options of a name.
    fn all<T>(
        &self,
        long: &str,
        mut read: impl FnMut(&str) -> std::result::Result<T, Mistake>,
    ) -> Result<Vec<T>> {
        self.all_of(long)
            .map(|given| read(&given.value).map_err(|mistake| self.error(given, &mistake)))
            .collect()
    }

    #[cold]
    fn error(&self, given: &Given, mistake: &Mistake) -> Error {
        let Place { word, range } = given.value_place.clone();
        let range = match &mistake.range {
            Some(part) => range.start + part.start..range.start + part.end,
            None => range,
        };
        let message = format!("--{}: {}", given.option.long, mistake.reason);
        let error = self.line.error(&Place { word, range: range.clone() }, message).help(&*mistake.help);
        let meant = mistake.meant.as_ref().and_then(|meant| {
            let mut words = self.line.all().to_vec();
            words.get_mut(word).filter(|word| word.get(range.clone()).is_some())?.replace_range(range, meant);
            first_read(self.line, self.known, &[words])
        });
        match meant {
            Some((_, words)) if mistake.help.starts_with("did you mean") => propose(error, "write", words),
            Some((_, words)) => error.proposing(words),
            None => error,
        }
    }

    fn input(&self) -> Result<InputOptions> {
        Ok(InputOptions {
            delimiter: self.last("delimiter", values::delimiter)?,
            no_header: self.has("no-header"),
            header: self.last("header", values::header)?,
            ragged: self.has("ragged"),
            quote: self.last("quote", values::quote)?,
            escape: self.last("escape", values::escape)?,
            nulls: self.all("null", values::nulls)?.concat().into_iter().map(String::into_bytes).collect(),
            log_format: self.last("log-format", values::log_format)?,
            pattern: self.last("pattern", values::regex)?,
            record_start: self.last("record-start", values::regex)?,
            validate: self.has("validate"),
            encoding: self.last("encoding", values::encoding)?,
            skip: self.last("skip", values::skip)?.unwrap_or(0),
            comment: self.last("comment", values::comment)?,
            ..InputOptions::default()
        })
    }

    /// `--since` and `--until`: some time must lie between them.
    fn range(&self, times: &TimeReader, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
        let [since, until] =
            ["since", "until"].map(|name| self.last(name, |text| values::bound(text, times, now)));
        let (since, until) = (since?, until?);
        match (since, until, self.find("until")) {
            (Some(first), Some(end), Some(given)) if first >= end => {
                let [first, end] = [first, end].map(|time| {
                    let mut shown = Vec::new();
                    write_rfc3339(time, times.zone(), &mut shown);
                    String::from_utf8_lossy(&shown).into_owned()
                });
                let reason = format!("nothing lies between {first} (--since) and {end} (--until)");
                Err(self.error(given, &Mistake::new(reason, "--until is the later one")))
            }
            _ => Ok((since, until)),
        }
    }

    fn times(&self, zone: &Zone, now: Timestamp) -> Result<TimeReader> {
        let mut times = TimeReader::new(zone.clone());
        if let Some(year) = self.last("year", |text| values::year(text, now))? {
            times = times.with_year(year);
        }
        for given in self.all_of("time-format") {
            let stated = time_format(&given.value, times.has_year());
            times = times.with_format(stated.map_err(|mistake| self.error(given, &mistake))?);
        }
        Ok(times)
    }

    fn max_record(&self, memory: u64) -> Result<u64> {
        let most = memory / 4;
        let given = self.last("max-record", |text| match values::size(text)? {
            0 => Err(Mistake::new("no record fits into nothing", "a size such as 64M")),
            size if size > most => {
                let help = format!(
                    "at most a quarter of --memory: give --memory {} too",
                    shown_size(size.saturating_mul(4))
                );
                Err(Mistake::new(format!("too large for --memory {}", shown_size(memory)), help))
            }
            size if size > LONGEST_RECORD => {
                Err(Mistake::new(format!("longer than {}", shown_size(LONGEST_RECORD)), "a size such as 64M"))
            }
            size => Ok(size),
        })?;
        Ok(given.unwrap_or(MAX_RECORD.min(most)))
    }

    /// The files of `-o`, `--rejects` and `--late`: each named once, and no two alike.
    fn files(&self) -> Result<[Option<PathBuf>; 3]> {
        let output = self.file("output")?.filter(|file| file.value != "-");
        let rejects = self.side_file("rejects")?;
        let late = self.side_file("late")?;
        for (file, earlier) in [(rejects, output), (late, output), (late, rejects)] {
            if let (Some(file), Some(earlier)) = (file, earlier)
                && file.value == earlier.value
            {
                let reason = format!("the same file as --{}", earlier.option.long);
                return Err(self.error(file, &Mistake::new(reason, "each needs a file of its own")));
            }
        }
        Ok([output, rejects, late].map(|file| file.map(|given| file_name::path(&given.value).into_owned())))
    }

    fn side_file(&self, long: &str) -> Result<Option<&Given>> {
        match self.file(long)? {
            Some(file) if file.value == "-" => {
                Err(self.error(file, &Mistake::new("stdout is for results", "name a file")))
            }
            file => Ok(file),
        }
    }

    fn file(&self, long: &str) -> Result<Option<&Given>> {
        let mut files = self.all_of(long);
        let (first, second) = (files.next(), files.next());
        if let Some(second) = second {
            let error = self.line.error(&second.place, format!("--{long} is given twice"));
            return Err(error.help("leave one of them out"));
        }
        match first {
            Some(file) if file.value.is_empty() => {
                Err(self.error(file, &Mistake::new("a file without a name", "leave the option out")))
            }
            file => Ok(file),
        }
    }

    /// A format and the option that says how its lines are need each other.
    fn check_needs(&self, from: Option<&FormatDef>) -> Result<()> {
        for (format, option, reason, help, instead) in NEEDS {
            let is_its = from.is_some_and(|from| from.name == *format);
            match (self.find("from"), self.find(option)) {
                (Some(from), None) if is_its => return Err(self.error(from, &Mistake::new(*reason, *help))),
                (_, Some(given)) if !is_its => {
                    let message = format!("--{option} is for --from {format}");
                    return Err(self.line.error(&given.place, message).help(*instead));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Formats that need an option which no other has: what is said where it is missing, and of the option alone.
const NEEDS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "access",
        "log-format",
        "access needs a log format",
        "add --log-format with that of the server's configuration, or main, combined, common or vhost",
        "add --from access",
    ),
    (
        "regex",
        "pattern",
        "regex needs a pattern",
        "add --pattern '(?<name>...)' with a named group for each field",
        "add --from regex, or use the stage parse",
    ),
];

fn zone(text: &str) -> std::result::Result<Zone, Mistake> {
    Zone::parse(text).map_err(|reason| with_remedy(&reason, "such as UTC, local, Europe/Berlin or +02:00"))
}

/// One way in which times are spelled.
fn time_format(text: &str, has_year: bool) -> std::result::Result<Stated, Mistake> {
    let stated = Stated::parse(text).map_err(|reason| with_remedy(&reason, "see tamis help time"))?;
    if stated.is_yearless() && !has_year {
        let help = "--year 2024 gives the year of the first record, --year now the one nearest to now()";
        return Err(Mistake::new("a format without a year", help));
    }
    Ok(stated)
}

/// A mistake whose reason may end with its remedy in parentheses.
fn with_remedy(reason: &str, help: &str) -> Mistake {
    match reason.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
        Some((reason, remedy)) => {
            match remedy.strip_prefix("did you mean ").and_then(|meant| meant.strip_suffix('?')) {
                Some(meant) => Mistake::near(reason, meant),
                None => Mistake::new(reason, remedy),
            }
        }
        None => Mistake::new(reason, help),
    }
}

fn folder(text: &str) -> std::result::Result<PathBuf, Mistake> {
    match text {
        "" => Err(Mistake::new("a folder without a name", "leave the option out")),
        text => Ok(file_name::path(text).into_owned()),
    }
}

fn memory(text: &str) -> std::result::Result<u64, Mistake> {
    match values::size(text)? {
        size if size < LEAST_MEMORY => {
            Err(Mistake::new(format!("too little: \"{text}\""), "1M or more; 256M is the default"))
        }
        size => Ok(size),
    }
}

/// A size in the largest unit that keeps it whole.
fn shown_size(bytes: u64) -> String {
    let unit = [(30, "G"), (20, "M"), (10, "K")]
        .into_iter()
        .find(|(shift, _)| bytes != 0 && bytes.trailing_zeros() >= *shift);
    match unit {
        Some((shift, unit)) => format!("{}{unit}", bytes >> shift),
        None => bytes.to_string(),
    }
}

fn input_format(name: &str, known: &Known) -> std::result::Result<&'static FormatDef, Mistake> {
    format(name, known, |row| row.input.is_some(), "read", "written")
}

fn output_format(name: &str, known: &Known) -> std::result::Result<&'static FormatDef, Mistake> {
    format(name, known, |row| row.output.is_some(), "written", "read")
}

fn format(
    name: &str,
    known: &Known,
    fits: fn(&FormatDef) -> bool,
    wanted: &str,
    other: &str,
) -> std::result::Result<&'static FormatDef, Mistake> {
    let names: Vec<&str> = known.formats.iter().filter(|row| fits(row)).map(|row| row.name).collect();
    let all = || format!("formats that are {wanted}: {}", names.join(", "));
    match known.format(name) {
        Some(row) if fits(row) => Ok(row),
        Some(_) => {
            let of_suffix = known.formats.iter().find(|row| fits(row) && row.suffixes.contains(&name));
            let instead = of_suffix.map(|row| {
                format!("--to {} writes one object a line, and jq -s . makes an array of them", row.name)
            });
            let meant = of_suffix.map(|row| row.name.to_owned());
            let reason = format!("the format \"{name}\" is only {other}");
            Err(Mistake { meant, ..Mistake::new(reason, instead.unwrap_or_else(all)) })
        }
        None if known.planned_formats.contains(&name) => {
            Err(Mistake::new(format!("the format \"{name}\" is not in this version yet"), all()))
        }
        None => {
            let reason = format!("unknown format \"{name}\"");
            let near = by_suffix(name, known, &names)
                .or_else(|| foreign::format(name).filter(|format| names.contains(format)))
                .or_else(|| nearest(name, names.iter().copied()));
            Err(match near {
                Some(near) => Mistake::near(reason, near),
                None if name.starts_with(|c: char| c.is_ascii_digit()) => {
                    Mistake::new(reason, "times are for --since and --until")
                }
                None => Mistake::new(reason, all()),
            })
        }
    }
}

/// The format that a word means which is a suffix, such as `jsonl`.
fn by_suffix<'a>(word: &str, known: &Known, names: &[&'a str]) -> Option<&'a str> {
    let row = known
        .formats
        .iter()
        .find(|row| row.suffixes.iter().any(|suffix| suffix.eq_ignore_ascii_case(word)))?;
    names.iter().find(|name| **name == row.name).copied()
}
