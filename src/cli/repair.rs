//! Command lines whose words are in another order than here, or lack one: the SPEC or `then` is forgotten, an option
//! is before the SPEC, a SPEC lacks its quotes. Looked for where a file is named that does not exist; each proposal is a
//! whole command that can be read, and whose files exist.

mod spare;

use super::elsewhere::{CLAUSES, JOINERS, is_stage_elsewhere};
use super::foreign::clause;
use super::known::Known;
use super::line::{Line, Place};
use super::options;
use super::proposal::{first_read, is_there, propose};
use super::specs;
use super::words::Split;
use crate::doc::OptionDef;
use crate::error::{Error, shown};
use crate::file_name;
use crate::format;
use crate::stage::StageDef;

/// What is wrong with a line, where, and the words that are right.
struct Repair {
    message: String,
    at: usize,
    words: Vec<String>,
}

/// The error for a chain that can be split, but of which a word in the place of a file is none.
pub(super) fn check(line: Line<'_>, known: &Known, split: &Split) -> Option<Error> {
    let spec = || forgotten_spec(line, known, split).or_else(|| specs::check(line, known, split));
    if let Some(error) = asked_for_help(line, split).or_else(spec) {
        return Some(error);
    }
    let missing = split.file_words.iter().zip(&split.files).find(|(_, file)| !is_there(file));
    repaired(line, known, split, *missing?.0)
}

/// The error for a word that is no file, and that is a part of a line which can be put right.
#[cold]
pub(super) fn repaired(line: Line<'_>, known: &Known, split: &Split, at: usize) -> Option<Error> {
    let trial = Trial { words: line.all(), known, split, at };
    let mut repairs = trial.candidates();
    let lines: Vec<Vec<String>> =
        repairs.iter_mut().map(|repair| std::mem::take(&mut repair.words)).collect();
    let (found, words) = first_read(line, known, &lines)?;
    let repair = repairs.swap_remove(found);
    Some(propose(line.error(&line.whole(repair.at), repair.message), "write", words))
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
    let message = format!("{} needs a SPEC before the file \"{}\"", stage.name, shown(file));
    let error = line.error(&line.whole(at), message);
    if let Some(default) = default_spec(stage) {
        let mut words = line.all().to_vec();
        words.insert(at, default.to_owned());
        if let Some((_, words)) = first_read(line, known, &[words]) {
            return Some(propose(error, "such as", words));
        }
    }
    let file = crate::spell::word(file);
    Some(error.help(format!("write {} {} {file}; see tamis {} --help", stage.name, stage.spec, stage.name)))
}

/// What a stage most likely does for who gives it no SPEC.
fn default_spec(stage: &StageDef) -> Option<&'static str> {
    match stage.name {
        "aggregate" => Some("count()"),
        "filter" => Some("true"),
        "limit" | "sample" => Some("10"),
        "project" => Some("*"),
        _ => None,
    }
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
    fn candidates(&self) -> Vec<Repair> {
        if file_name::path(self.word()).is_dir() {
            return Vec::new();
        }
        let is_clause = CLAUSES.contains(&self.word().to_lowercase().as_str());
        let found = [
            self.options_first(),
            self.file_first(),
            self.joiner(),
            self.forgotten_then(),
            self.forgotten_dashes(),
            if is_clause { self.clauses() } else { Vec::new() },
            self.number_apart(),
            self.size_apart(),
            self.names_of_stars(),
            self.particle(),
            self.unquoted(),
            self.redirected(),
            self.after_files(),
            self.keys_alone(),
            self.clauses(),
        ];
        found.into_iter().flatten().collect()
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
        if let Some(default) = default_spec(stage) {
            found.push(repair(self.with(at..at, &[default.to_owned()])));
        }
        if let Some(spec) = next(1) {
            for words in in_words_of_stage(stage.name, typed, spec) {
                found.push(repair(self.with(at..at + 2, &words)));
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
        let then = ["then".to_owned(), stage.clone()];
        let words = self.with(self.at..self.at + 1, &then);
        let message = format!("\"then\" is missing before {stage}");
        let mut found = vec![Repair { message: message.clone(), at: self.at, words }];
        // `filter 'x', sort y`: what joins them is at the end of the word.
        if let Some(before) = self.at.checked_sub(1)
            && let Some(spec) =
                self.words.get(before).and_then(|spec| spec.strip_suffix([',', ';', '|', '&']))
        {
            let words = self.with(before..self.at + 1, &[&[spec.trim_end().to_owned()], &then[..]].concat());
            found.push(Repair { message, at: self.at, words });
        }
        found
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
            && parts.iter().all(|part| is_list_item(part));
        let mut found = vec![(parts.join(" "), end)];
        found.extend((is_list && parts.len() > 1).then(|| (parts.join(", "), end)));
        // A stage may follow, whose `then` is missing too.
        let stage = parts.iter().skip(1).position(|part| self.begins_stage(part)).map(|at| start + at + 1);
        if let Some(stage) = stage.filter(|stage| *stage >= least) {
            let parts = self.words.get(start..stage).unwrap_or(&[]);
            found.push((parts.join(" "), stage));
            let is_list = parts.len() > 1 && parts.iter().all(|part| is_list_item(part));
            found.extend(is_list.then(|| (parts.join(", "), stage)));
        }
        found
    }

    fn begins_stage(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        self.known.stage(&lower).is_some() || CLAUSES.contains(&&*lower) || is_stage_elsewhere(&lower)
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

/// Whether a word can be an item of a list of fields: no file, number or direction of an order.
fn is_list_item(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    format::by_suffix(word).is_none() && !word.contains('/') && !is_number && word != "desc" && word != "asc"
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

/// What an option of another tool beside the SPEC makes of the SPEC here: the SPEC, and options after it.
pub(super) fn in_words_of_stage(stage: &str, option: &str, spec: &str) -> Vec<Vec<String>> {
    let descends = |option: &str| {
        ["--desc", "--reverse", "--descending", "-desc"].contains(&option)
            || !option.starts_with("--") && option.contains('r')
    };
    let spec = match (stage, option) {
        ("sort", option) if descends(option) => format!("{spec} desc"),
        (
            "sort",
            "-k" | "-n" | "-f" | "-g" | "-h" | "-V" | "--key" | "--asc" | "--ascending" | "--numeric",
        ) => spec.to_owned(),
        ("limit", "-n" | "--lines" | "--count" | "--number") => spec.to_owned(),
        ("filter", "-v" | "--not" | "--invert-match") => format!("not ({spec})"),
        ("project", "-v" | "-x" | "--except" | "--exclude" | "--drop") => format!("* except ({spec})"),
        ("join", "--left" | "--inner" | "--semi" | "--anti") => {
            let kind = option.trim_start_matches('-').to_owned();
            return vec![vec![spec.to_owned(), "--kind".to_owned(), kind]];
        }
        _ => return Vec::new(),
    };
    vec![vec![spec]]
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
    let proposed = match before.split_last() {
        // `filter x then FILE`
        Some((then, chain)) if then == "then" => {
            vec![[before, rest, files].concat(), [chain, files, rest].concat()]
        }
        _ => vec![[before, rest, files].concat(), [before, &passing, files, rest].concat()],
    };
    let why = [
        "files come last:",
        if before.last().is_some_and(|word| word == "then") { "write" } else { "to convert only:" },
    ];
    let found = first_read(line, known, &proposed);
    Some(match found.and_then(|(at, words)| Some((*why.get(at)?, words))) {
        Some((why, words)) => propose(error, why, words),
        None => error.help("stages come before files: tamis STAGE SPEC FILE"),
    })
}
