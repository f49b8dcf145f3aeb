//! Command lines whose words are in another order than here, or lack one: the SPEC or `then` is forgotten, an option
//! is before the SPEC, a SPEC lacks its quotes. Looked for where a file is named that does not exist; each proposal is a
//! whole command that can be read, and whose files exist.

use std::io;

use super::elsewhere::{CLAUSES, JOINERS};
use super::foreign::{clause, command};
use super::known::Known;
use super::line::{Line, Place};
use super::options;
use super::words::{self, Asked, Split};
use crate::doc::OptionDef;
use crate::error::{Error, shown};
use crate::expr::{parse_aggregate, parse_expression, parse_keys, parse_path, parse_project, parse_sort};
use crate::file_name;
use crate::format;
use crate::stage::{StageDef, Words};

/// What is wrong with a line, where, and the words that are right.
struct Repair {
    message: String,
    at: usize,
    words: Vec<String>,
}

/// Whether a word names something that can be opened.
pub(super) fn is_there(word: &str) -> bool {
    let path = file_name::path(word);
    word == "-" || path.exists() && !path.is_dir()
}

/// Whether a command line can be read as far as that can be told without its input, and its files exist.
pub(super) fn reads(proposed: &[String], known: &Known) -> bool {
    let unread = |_: &str| Err(io::Error::other("not read for a proposal"));
    match words::split_plainly(Line::new(proposed), known, &unread) {
        Ok(Asked::Chain(split)) => {
            split.files.iter().all(|file| is_there(file))
                && split.stages.iter().all(|(stage, words)| spec_reads(stage, words))
        }
        _ => false,
    }
}

fn spec_reads(stage: &StageDef, words: &Words) -> bool {
    let spec = words.spec.as_str();
    let is_number = spec.bytes().all(|byte| byte.is_ascii_digit());
    words.option("by").is_none_or(|by| parse_keys(by).is_ok())
        && match stage.name {
            "aggregate" => parse_aggregate(spec)
                .is_ok_and(|list| list.items.iter().all(|item| item.expr.as_field().is_none())),
            "dedup" => !is_number && parse_keys(spec).is_ok(),
            "explode" => parse_path(spec).is_ok(),
            // A field alone is more often a word in the wrong place than a bool.
            "filter" => !is_number && parse_expression(spec).is_ok_and(|ast| ast.as_field().is_none()),
            "join" => words.has("on") && is_there(spec),
            "limit" => spec.parse::<u64>().is_ok(),
            "project" => !is_number && parse_project(spec).is_ok(),
            "sample" => spec.parse::<f64>().is_ok(),
            "sort" => !is_number && parse_sort(spec).is_ok(),
            "top" => !is_number && parse_expression(spec).is_ok(),
            _ => !spec.contains(' '),
        }
}

/// The error for a chain that can be split, but of which a word in the place of a file is none.
pub(super) fn check(line: Line<'_>, known: &Known, split: &Split) -> Option<Error> {
    if let Some(error) = asked_for_help(line, split).or_else(|| forgotten_spec(line, known, split)) {
        return Some(error);
    }
    let missing = split.file_words.iter().zip(&split.files).find(|(_, file)| !is_there(file));
    repaired(line, known, split, *missing?.0)
}

/// The error for a word that is no file, and that is a part of a line which can be put right.
#[cold]
pub(super) fn repaired(line: Line<'_>, known: &Known, split: &Split, at: usize) -> Option<Error> {
    let trial = Trial { words: line.all(), known, split, at };
    let repair = trial.candidates().find(|repair| reads(&repair.words, known))?;
    let place = line.whole(repair.at);
    Some(line.error(&place, repair.message).help(format!("write {}", command(&repair.words))))
}

/// `sort help`: help about the stage is meant, which would wait for input of the terminal.
fn asked_for_help(line: Line<'_>, split: &Split) -> Option<Error> {
    let (stage, words) = split.stages.last()?;
    if words.spec != "help" || line.all() != [stage.name, "help"] {
        return None;
    }
    let error = line.error(&line.whole(1), format!("\"help\" is read as the SPEC of {}", stage.name));
    Some(
        error.help(format!(
            "tamis {} --help tells about the stage; a field of this name is .help",
            stage.name
        )),
    )
}

/// `sort app.ndjson`: the SPEC of the last stage is a file, and no other one is named.
fn forgotten_spec(line: Line<'_>, known: &Known, split: &Split) -> Option<Error> {
    let (stage, words) = split.stages.last()?;
    let at = *split.spec_words.last()?;
    let file = line.word(at)?;
    let is_data = file == words.spec && format::by_suffix(file).is_some() && file_name::path(file).is_file();
    if !split.files.is_empty() || !is_data || stage.spec == "FILE" || stage.name == "split" {
        return None;
    }
    let default = match stage.name {
        "aggregate" => Some("count()"),
        "filter" => Some("true"),
        "limit" | "sample" => Some("10"),
        "project" => Some("*"),
        _ => None,
    };
    let message = format!("{} needs a SPEC before the file \"{}\"", stage.name, shown(file));
    let error = line.error(&line.whole(at), message);
    let mut proposed = line.all().to_vec();
    if let Some(default) = default {
        proposed.insert(at, default.to_owned());
        if reads(&proposed, known) {
            return Some(error.help(format!("such as {}", command(&proposed))));
        }
    }
    let file = crate::spell::word(file);
    Some(error.help(format!("write {} {} {file}; see tamis {} --help", stage.name, stage.spec, stage.name)))
}

/// A line that may be put right: the word at `at` is in the place of a file and names none.
struct Trial<'a> {
    words: &'a [String],
    known: &'a Known,
    split: &'a Split,
    at: usize,
}

impl<'a> Trial<'a> {
    /// All that can be meant, the likeliest first.
    fn candidates(&self) -> impl Iterator<Item = Repair> {
        let is_clause = CLAUSES.contains(&self.word().to_lowercase().as_str());
        let found = [
            self.options_first(),
            self.joiner(),
            self.forgotten_then(),
            self.forgotten_dashes(),
            if is_clause { self.clauses() } else { Vec::new() },
            self.unquoted(),
            self.redirected(),
            self.clauses(),
        ];
        found.into_iter().flatten()
    }

    fn word(&self) -> &'a str {
        self.words.get(self.at).map_or("", String::as_str)
    }

    /// The line with other words in the place of some.
    fn with(&self, place: std::ops::Range<usize>, words: &[String]) -> Vec<String> {
        let mut line = self.words.to_vec();
        line.splice(place, words.iter().cloned());
        line
    }

    fn last(&self) -> Option<(&'static StageDef, usize)> {
        let (stage, _) = self.split.stages.last()?;
        Some((stage, *self.split.spec_words.last()?))
    }

    /// `sort -r ms`, `top -n 5 ms`, `aggregate --by route 'count()'`.
    fn options_first(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last() else { return Vec::new() };
        let typed = self.words.get(at).map_or("", String::as_str);
        if !typed.starts_with('-') || typed.len() < 2 {
            return Vec::new();
        }
        let message = format!("\"{}\" is in the place of the SPEC of {}", shown(typed), stage.name);
        let repair = |words| Repair { message: message.clone(), at, words };
        let mut found = Vec::new();
        let next = |count: usize| self.words.get(at + count);
        if let Some(spec) = next(1) {
            for spec in in_words_of_spec(stage.name, typed, spec) {
                found.push(repair(self.with(at..at + 2, &[spec])));
            }
            let flag = self.with(at..at + 2, &[spec.clone(), typed.to_owned()]);
            match next(2).filter(|_| takes_next(stage, typed)) {
                Some(value) => {
                    let swapped = [value.clone(), typed.to_owned(), spec.clone()];
                    found.push(repair(self.with(at..at + 3, &swapped)));
                }
                None => found.push(repair(flag)),
            }
        }
        found
    }

    /// `filter x and limit 1`, `filter x THEN limit 1`, `filter x , limit 1`.
    fn joiner(&self) -> Vec<Repair> {
        let word = self.word();
        let is_joiner = JOINERS.contains(&word.to_lowercase().as_str());
        let near = word.len() > 2 && crate::error::nearest(word, ["then"]).is_some();
        if !is_joiner && !near {
            return Vec::new();
        }
        let message = format!("\"{}\" does not join stages", shown(word));
        let words = self.with(self.at..self.at + 1, &["then".to_owned()]);
        let mut found = vec![Repair { message: message.clone(), at: self.at, words }];
        for stage in clause(self.words, self.at + 1) {
            let mut words = self.words.get(..self.at).unwrap_or(&[]).to_vec();
            words.push("then".to_owned());
            words.extend(stage);
            found.push(Repair { message: message.clone(), at: self.at, words });
        }
        found
    }

    /// `window 1m aggregate 'count()'`.
    fn forgotten_then(&self) -> Vec<Repair> {
        let word = self.word();
        if self.known.stage(&word.to_lowercase()).is_none() {
            return Vec::new();
        }
        let stage = word.to_lowercase();
        let words = self.with(self.at..self.at + 1, &["then".to_owned(), stage.clone()]);
        vec![Repair { message: format!("\"then\" is missing before {stage}"), at: self.at, words }]
    }

    /// `aggregate 'count()' by route`, `GROUP BY route`: an option without its dashes.
    fn forgotten_dashes(&self) -> Vec<Repair> {
        let Some((stage, spec)) = self.last() else { return Vec::new() };
        let lower = |at: usize| self.words.get(at).map(|word| word.to_lowercase()).unwrap_or_default();
        let (name, next) = match lower(self.at).as_str() {
            "group" if lower(self.at + 1) == "by" => ("by".to_owned(), self.at + 2),
            "groupby" | "group_by" | "group-by" | "per" => ("by".to_owned(), self.at + 1),
            name => (name.to_owned(), self.at + 1),
        };
        if !stage.options.iter().any(|option| option.long == name) && options::find(&name).is_none() {
            return Vec::new();
        }
        let message =
            format!("\"{}\" is in the place of a file, and the option is --{name}", shown(self.word()));
        let mut found = Vec::new();
        for value in self.joined(next, next) {
            let (value, end) = value;
            let mut words = self.with(self.at..end, &[format!("--{name}"), value]);
            // `count by route`: in other tools the aggregate needs no parentheses.
            if let Some(spec) = words.get_mut(spec).filter(|spec| *spec == "count") {
                spec.push_str("()");
            }
            found.push(Repair { message: message.clone(), at: self.at, words });
        }
        found
    }

    /// `filter status >= 500`, `sort ms desc`, `--by route status`: a SPEC, or the value of an option, that the shell
    /// has split.
    fn unquoted(&self) -> Vec<Repair> {
        let Some(before) = self.at.checked_sub(1) else { return Vec::new() };
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let is_spec = self.last().is_some_and(|(_, at)| at == before);
        let names_option = |word: &String| word.starts_with("--");
        if !is_spec && !before.checked_sub(1).and_then(|at| self.words.get(at)).is_some_and(names_option) {
            return Vec::new();
        }
        let joined = self.joined(before, self.at + 1);
        let repair = |(spec, end)| Repair {
            message: message.clone(),
            at: self.at,
            words: self.with(before..end, &[spec]),
        };
        joined.into_iter().map(repair).collect()
    }

    /// Words from `start` to the next file or option, as one word: with blanks or commas between.
    fn joined(&self, start: usize, least: usize) -> Vec<(String, usize)> {
        let is_end =
            |word: &String| is_there(word) || word == "then" || (word.len() > 2 && word.starts_with("--"));
        let rest = self.words.get(least..).unwrap_or(&[]);
        let end = least + rest.iter().position(is_end).unwrap_or(rest.len());
        let parts = self.words.get(start..end).unwrap_or(&[]);
        if parts.is_empty() {
            return Vec::new();
        }
        // A name after a list may be that of a file which is missing, unless a file follows.
        let is_list = self.words.get(end).is_some_and(|word| is_there(word))
            && parts.iter().all(|part| format::by_suffix(part).is_none() && !part.contains('/'));
        let mut found = vec![(parts.join(" "), end)];
        found.extend((is_list && parts.len() > 1).then(|| (parts.join(", "), end)));
        found
    }

    /// `filter status >= 500` in a shell, which has taken `>= 500` for a redirection to a file `=`.
    fn redirected(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last().filter(|(_, at)| at + 1 == self.at) else { return Vec::new() };
        if stage.name != "filter" || !file_name::path("=").is_file() {
            return Vec::new();
        }
        let spec = format!("{} >= {}", self.words.get(at).map_or("", String::as_str), self.word());
        let message = "the shell has taken \">\" for the name of an output, and made a file \"=\"".to_owned();
        vec![Repair { message, at: self.at, words: self.with(at..self.at + 1, &[spec]) }]
    }

    /// `having 'n > 3'`, `order by n`: a clause of SQL in the place of a file.
    fn clauses(&self) -> Vec<Repair> {
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let before = self.words.get(..self.at).unwrap_or(&[]);
        let mut found = Vec::new();
        for stage in clause(self.words, self.at) {
            let words = [before, &["then".to_owned()], &stage].concat();
            found.push(Repair { message: message.clone(), at: self.at, words });
        }
        found
    }
}

/// Whether an option of a stage or of the program takes the next word as its value.
fn takes_next(stage: &StageDef, typed: &str) -> bool {
    let takes = |option: &OptionDef| option.value.is_some();
    match typed.strip_prefix("--") {
        Some(name) => {
            let own = stage.options.iter().find(|option| option.long == name);
            own.or_else(|| options::find(name)).is_some_and(takes)
        }
        None => {
            let mut letters = typed.chars().skip(1);
            let (Some(short), None) = (letters.next(), letters.next()) else { return false };
            let own = stage.options.iter().find(|option| option.short == Some(short));
            own.or_else(|| options::find_short(short)).is_some_and(takes)
        }
    }
}

/// What an option of another tool before the SPEC does to the SPEC here.
fn in_words_of_spec(stage: &str, option: &str, spec: &str) -> Vec<String> {
    let descends = |option: &str| {
        ["--desc", "--reverse", "--descending", "-desc"].contains(&option)
            || !option.starts_with("--") && option.contains('r')
    };
    match (stage, option) {
        ("sort", option) if descends(option) => vec![format!("{spec} desc")],
        ("sort", _) => vec![spec.to_owned()],
        ("limit", _) => vec![spec.to_owned()],
        ("filter", "-v" | "--not" | "--invert-match") => vec![format!("not ({spec})")],
        ("project", "-v" | "-x" | "--except" | "--exclude" | "--drop") => vec![format!("* except ({spec})")],
        _ => Vec::new(),
    }
}

/// `tamis --to ndjson a.csv`: files where a stage should be.
pub(super) fn file_as_stage(line: Line<'_>, known: &Known, at: usize) -> Option<Error> {
    let words = line.all();
    if !words.get(at).is_some_and(|word| is_there(word)) {
        return None;
    }
    let place: Place = line.whole(at);
    let end = at + words.get(at..)?.iter().take_while(|word| is_there(word)).count();
    let (before, files, rest) = (words.get(..at)?, words.get(at..end)?, words.get(end..)?);
    let passing = ["filter".to_owned(), "true".to_owned()];
    let message = format!("\"{}\" is a file in the place of a stage", shown(line.word(at)?));
    let error = line.error(&place, message);
    let moved = [before, rest, files].concat();
    let passed = [before, &passing, files, rest].concat();
    let proposed = [(moved, "files come last"), (passed, "to convert only")];
    let found = proposed.into_iter().find(|(words, _)| reads(words, known));
    Some(match found {
        Some((words, why)) => error.help(format!("{why}: {}", command(&words))),
        None => error.help("stages stand before files: tamis STAGE SPEC FILE"),
    })
}
