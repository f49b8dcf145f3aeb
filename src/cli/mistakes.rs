//! What is said about a command line that cannot be understood: the place, and the most likely remedy.

use std::ops::Range;

use super::elsewhere::PROGRAMS;
use super::known::{Known, is_percentile};
use super::line::{Line, Place};
use super::proposal::{Advice, first_read, is_there, propose};
use super::{foreign, options, repair, sql};
use crate::doc::OptionDef;
use crate::error::{Error, nearest, shown};
use crate::spell;
use crate::stage::StageDef;

const EXAMPLE: &str = "tamis filter 'status >= 500' access.ndjson";

/// What a line is, for who types the name alone.
const BEGIN: &str = "tamis STAGE SPEC [then STAGE SPEC]... [FILE...], such as
  tamis filter 'status >= 500' access.ndjson
  tamis --from combined aggregate 'bytes = sum(bytes)' --by ip then top bytes -n 10 access.log
  tail -F app.log | tamis --from logfmt window 10s then aggregate 'n = count()' --by level
  tamis --help lists the stages and options, tamis help the topics";

/// A line without any stage.
#[cold]
pub(super) fn no_stage(line: Line<'_>) -> Error {
    let help = format!("such as {EXAMPLE}; tamis --help lists the stages");
    if line.len() == 0 {
        return Error::new("no stage is given").help(BEGIN);
    }
    line.error(&line.whole(line.len()), "no stage is given").help(help)
}

/// A line that ends behind `then`.
#[cold]
pub(super) fn then_without_stage(line: Line<'_>, known: &Known) -> Error {
    let error = line.error(&line.whole(line.len()), "no stage after \"then\"");
    let last = line.len().saturating_sub(1);
    match first_read(line, known, &[with(line, last..last + 1, &[])]) {
        Some((_, words)) if line.word(last) == Some("then") => propose(error, "write", words),
        _ => error.help("a stage and its SPEC; for a file of this name write ./then"),
    }
}

/// A word in the place of a stage that is none.
#[cold]
pub(super) fn unknown_stage(line: Line<'_>, known: &Known, at: usize) -> Error {
    let word = line.word(at).unwrap_or("");
    let place = line.whole(at);
    if word == "then" {
        return stray_then(line, known, at);
    }
    let error = line.error(&place, format!("unknown stage \"{}\"", shown(word)));
    if let Some(advice) = sql::chain(line, known, at) {
        return advice.on(error);
    }
    if let Some(aggregate) = call_of_aggregate(word, known) {
        return match first_read(line, known, &[with(line, at..at, &["aggregate"])]) {
            Some((_, words)) => propose(error, "write", words),
            None => {
                error.help(format!("{aggregate}() is an aggregate: tamis aggregate {}", spell::word(word)))
            }
        };
    }
    if let Some(advice) = foreign::stage(line, known, at) {
        return advice.on(error);
    }
    if let Some(error) = repair::file_as_stage(line, known, at) {
        return error;
    }
    if let Some(words) = without_stage(line, known, at) {
        return propose(error, "write", words);
    }
    if looks_like_expression(word) {
        return error.help(format!("did you mean filter {}?", spell::word(word)));
    }
    if looks_like_file(word) {
        return error.help("stages come before files: tamis STAGE SPEC FILE");
    }
    match known.nearest_stage(word) {
        Some(stage) => error.help(format!("did you mean {stage}?")),
        None => error.help(format!("the stages are: {}", stage_names(known))),
    }
}

/// `then` where no stage is before it.
fn stray_then(line: Line<'_>, known: &Known, at: usize) -> Error {
    let error = line.error(&line.whole(at), "no stage before this \"then\"");
    match first_read(line, known, &[with(line, at..at + 1, &[])]) {
        Some((_, words)) => propose(error, "write", words),
        None => error.help("\"then\" is between two stages, each with its SPEC"),
    }
}

/// A stage that is misspelled, or an expression without its stage.
fn without_stage(line: Line<'_>, known: &Known, at: usize) -> Option<Vec<String>> {
    let word = line.word(at)?;
    let mut lines = Vec::new();
    if PROGRAMS.contains(&word) {
        lines.push(with(line, at..at + 1, &[]));
    }
    let lower = word.to_lowercase();
    let near = known.stage(&lower).map(|stage| stage.name).or_else(|| known.nearest_stage(word));
    lines.extend(near.map(|stage| with(line, at..at + 1, &[stage])));
    if looks_like_expression(word) || word.starts_with('.') {
        // A path of jq, which gives the members.
        let path = word.strip_prefix(".[] | ").or_else(|| word.strip_prefix(".[]")).unwrap_or(word);
        lines.extend([&["filter", path], &["project", path]].map(|stage| with(line, at..at + 1, stage)));
    }
    first_read(line, known, &lines).map(|(_, words)| words)
}

/// The words of a line with others in the place of some.
fn with(line: Line<'_>, place: Range<usize>, words: &[&str]) -> Vec<String> {
    let mut all = line.all().to_vec();
    all.splice(place, words.iter().map(|word| (*word).to_owned()));
    all
}

/// A stage at the end of the line.
#[cold]
pub(super) fn no_spec(line: Line<'_>, stage: &StageDef) -> Error {
    let name = stage.name;
    line.error(&line.whole(line.len()), format!("{name} needs a SPEC"))
        .help(format!("tamis {name} {}; see tamis {name} --help", stage.spec))
}

/// A file between two stages.
#[cold]
pub(super) fn file_before_then(line: Line<'_>, known: &Known, file: usize, then: usize) -> Error {
    let word = line.word(file).unwrap_or("");
    if then + 1 == line.len()
        && let Some((_, words)) = first_read(line, known, &[with(line, then..then + 1, &[])])
    {
        return propose(line.error(&line.whole(then), "no stage after \"then\""), "write", words);
    }
    let help = if then == file + 1 {
        "files come after the last stage; a SPEC with blanks needs quotes"
    } else {
        "a SPEC with blanks needs quotes; files come after the last stage"
    };
    line.error(&line.whole(file), format!("\"{}\" is between a SPEC and \"then\"", shown(word))).help(help)
}

/// Whether a word can only be the rest of a SPEC that lacks its quotes.
pub(super) fn is_operator(word: &str) -> bool {
    ["=", "==", "!=", "<", ">", "<=", ">=", "=~", "!~", "+", "*", "/", "//", "%", "++", "??", "&&", "||"]
        .contains(&word)
}

/// An operator in the place of a file.
#[cold]
pub(super) fn unquoted_spec(line: Line<'_>, at: usize) -> Error {
    let word = line.word(at).unwrap_or("");
    line.error(&line.whole(at), format!("\"{word}\" is in the place of a file"))
        .help("a SPEC with blanks needs quotes, such as 'status == 500'")
}

/// A second word behind `help TOPIC` or `completions SHELL`.
#[cold]
pub(super) fn too_many_words(line: Line<'_>, verb: usize, at: usize) -> Error {
    let verb = line.word(verb).unwrap_or("");
    line.error(&line.whole(at), format!("{verb} takes one word")).help(match verb {
        "help" => "tamis help [TOPIC|NAME]",
        _ => "tamis completions bash|zsh|fish",
    })
}

/// `completions` alone.
#[cold]
pub(super) fn no_shell(line: Line<'_>) -> Error {
    line.error(&line.whole(line.len()), "completions needs a shell").help("bash, zsh or fish")
}

/// Whether a word is the long name of an option that could stand here.
pub(super) fn is_long_name(word: &str, stage: Option<&StageDef>) -> bool {
    let name = word.split('=').next().unwrap_or("");
    let known = stage.is_some_and(|stage| stage.options.iter().any(|option| option.long == name));
    name.chars().count() > 1 && (known || options::find(name).is_some())
}

/// `-from` for `--from`.
#[cold]
pub(super) fn single_dash(line: Line<'_>, known: &Known, at: usize, word: &str) -> Error {
    let error = line.error(&line.whole(at), format!("unknown option \"{}\"", shown(word)));
    match first_read(line, known, &[with(line, at..at + 1, &[&format!("-{word}")])]) {
        Some((_, words)) => propose(error, "long options have two dashes:", words),
        None => error.help(format!("long options have two dashes: -{}", shown(word))),
    }
}

/// A long option that neither the program nor the stage has.
#[cold]
pub(super) fn unknown_option(
    line: Line<'_>,
    known: &Known,
    current: Option<&StageDef>,
    place: &Place,
    (name, glued): (&str, Option<&str>),
) -> Error {
    if options::PLANNED.contains(&name) {
        return line.error(place, format!("--{name} is not in this version yet")).help("leave it out");
    }
    let word = line.word(place.word).unwrap_or("");
    let error = line.error(place, format!("unknown option \"--{}\"", shown(name)));
    if !is_there(word) {
        let dashed = format!("--{name}");
        if let Some(words) = beside_spec(line, known, current, place.word, &dashed) {
            return propose(error, "write", words);
        }
        if let Some(advice) = foreign::option(line, known, place.word, &dashed, glued, current.is_some()) {
            return advice.on(error);
        }
    }
    if let Some(error) =
        of_other_stage(line, known, current, place, &format!("--{name}"), |option| option.long == name)
    {
        return error;
    }
    if is_there(word) {
        let error = line.error(place, format!("unknown option \"{}\"", shown(word)));
        return error.help(file_of_name(word));
    }
    let own = current.map_or(&[][..], |stage| stage.options).iter();
    let short = own.clone().find(|option| option.short.is_some_and(|short| name == short.to_string()));
    if let Some(option) = short {
        return renamed(line, known, error, place.word, (option.long, glued));
    }
    let own = own.map(|option| option.long);
    if let Some(option) = nearest(name, own.chain(options::GLOBALS.iter().map(|row| row.option.long))) {
        return renamed(line, known, error, place.word, (option, glued));
    }
    let others = known.stages.iter().flat_map(|stage| stage.options).map(|option| option.long);
    match nearest(name, others) {
        Some(option) => error.help(format!(
            "did you mean --{option}, an option of {}?",
            owners(known, |row| row.long == option).join(", ")
        )),
        None => error.help(where_options_are(current)),
    }
}

/// An option that is misspelled.
fn renamed(
    line: Line<'_>,
    known: &Known,
    error: Error,
    at: usize,
    (name, glued): (&str, Option<&str>),
) -> Error {
    let typed = glued.map_or_else(|| format!("--{name}"), |value| format!("--{name}={value}"));
    match first_read(line, known, &[with(line, at..at + 1, &[&typed])]) {
        Some((_, words)) => propose(error, "write", words),
        None => error.help(format!("did you mean --{name}?")),
    }
}

/// `sort ms --desc`: an option of another tool after the SPEC, which is a part of the SPEC here.
fn beside_spec(
    line: Line<'_>,
    known: &Known,
    current: Option<&StageDef>,
    at: usize,
    option: &str,
) -> Option<Vec<String>> {
    let stage = current?;
    let before = at
        .checked_sub(1)
        .filter(|spec| spec.checked_sub(1).and_then(|at| line.word(at)) == Some(stage.name))?;
    let meant = repair::in_words_of_stage(stage.name, option, line.word(before)?);
    let lines: Vec<Vec<String>> = meant
        .iter()
        .map(|words| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            with(line, before..at + 1, &words)
        })
        .collect();
    first_read(line, known, &lines).map(|(_, words)| words)
}

/// A short option that neither the program nor the stage has.
#[cold]
pub(super) fn unknown_short(
    line: Line<'_>,
    known: &Known,
    current: Option<&StageDef>,
    at: usize,
    place: &Place,
) -> Error {
    let word = line.word(at).unwrap_or("");
    let letter = word.get(place.range.clone()).unwrap_or("");
    let short = letter.chars().next();
    let name = format!("-{letter}");
    let error = line.error(place, format!("unknown option \"{}\"", shown(&name)));
    let glued = word.get(place.range.end..).filter(|glued| !glued.is_empty());
    if !is_there(word) {
        let owners = owners(known, |option| option.short == short);
        if current.is_none()
            && let Some(error) = before_its_stage(line, known, place, &name, &owners)
        {
            return error;
        }
        if let Some(words) = beside_spec(line, known, current, at, word) {
            return propose(error, "write", words);
        }
        match foreign::option(line, known, at, &name, glued, current.is_some()) {
            Some(advice @ Advice::Write(_)) => return advice.on(error),
            Some(advice) if owners.is_empty() => return advice.on(error),
            _ => {}
        }
    }
    if let Some(error) = of_other_stage(line, known, current, place, &name, |option| option.short == short) {
        return error;
    }
    if short == Some('f') {
        return error.help("-f FILE is in the place of a SPEC, right after a stage's name");
    }
    if short.is_some_and(|c| c.is_ascii_digit()) || is_there(word) {
        return error.help(file_of_name(word));
    }
    error.help(where_options_are(current))
}

fn file_of_name(word: &str) -> String {
    format!("for a file of this name write {}", spell::word(&format!("./{word}")))
}

fn where_options_are(current: Option<&StageDef>) -> String {
    match current {
        Some(stage) => format!("see tamis {} --help and tamis help options", stage.name),
        None => "tamis help options lists them".to_owned(),
    }
}

/// The stages that have an option.
fn owners(known: &Known, is_it: impl Fn(&OptionDef) -> bool) -> Vec<&'static str> {
    let has = |stage: &&&StageDef| stage.options.iter().any(&is_it);
    known.stages.iter().filter(has).map(|stage| stage.name).collect()
}

/// The error for an option that other stages have.
fn of_other_stage(
    line: Line<'_>,
    known: &Known,
    current: Option<&StageDef>,
    place: &Place,
    name: &str,
    is_it: impl Fn(&OptionDef) -> bool,
) -> Option<Error> {
    let owners = owners(known, is_it);
    let first = owners.first()?;
    if current.is_none()
        && let Some(error) = before_its_stage(line, known, place, name, &owners)
    {
        return Some(error);
    }
    let have = if owners.len() == 1 { "has" } else { "have" };
    let error = match current {
        Some(stage) => line.error(place, format!("{} has no option {name}", stage.name)),
        None => line.error(place, format!("{name} must come after its stage")),
    };
    Some(error.help(format!("{} {have} it: {first} SPEC {name}", owners.join(", "))))
}

/// The error for an option before the first stage that has it, if the line can be read with it after that stage's SPEC.
fn before_its_stage(
    line: Line<'_>,
    known: &Known,
    place: &Place,
    name: &str,
    owners: &[&str],
) -> Option<Error> {
    let at = place.word;
    let mut words = line.all().to_vec();
    let end = if line.word(at)?.contains('=') { at + 1 } else { at + 2 };
    let option: Vec<String> = words.get(at..end)?.to_vec();
    words.drain(at..end);
    let stage = words.iter().position(|word| owners.contains(&word.as_str()))?;
    let after = (stage + 2).min(words.len());
    words.splice(after..after, option);
    let (_, words) = first_read(line, known, &[words])?;
    Some(propose(line.error(place, format!("{name} is before its stage")), "write", words))
}

/// An option at the end of the line that needs a value.
#[cold]
pub(super) fn no_value(line: Line<'_>, option: &OptionDef) -> Error {
    let value = option.value.unwrap_or("VALUE");
    line.error(&line.whole(line.len()), format!("--{} needs a value", option.long))
        .help(format!("--{} {value}: {}", option.long, option.help))
}

/// A stage's option for the second time.
#[cold]
pub(super) fn given_twice(
    line: Line<'_>,
    known: &Known,
    stage: &StageDef,
    option: &OptionDef,
    place: &Place,
) -> Error {
    let (name, long) = (stage.name, option.long);
    let error = line.error(place, format!("{name} has --{long} already"));
    let dashed = format!("--{long}");
    let first = line.all().iter().position(|word| *word == dashed);
    if option.value.is_some_and(|value| value.contains(','))
        && let (Some(first), Some(second)) = (first, line.word(place.word + 1))
        && first < place.word
    {
        let mut words = with(line, place.word..place.word + 2, &[]);
        if let Some(value) = words.get_mut(first + 1) {
            *value = format!("{value}, {second}");
        }
        if let Some((_, words)) = first_read(line, known, &[words]) {
            return propose(error, "write", words);
        }
    }
    match option.value {
        Some(value) if value.contains(',') => error.help(format!("give all at once: --{long} {value}")),
        _ => error.help("leave one of them out"),
    }
}

fn stage_names(known: &Known) -> String {
    known.stages.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
}

/// The aggregate that a word calls: `count()`, `p99(ms)`.
fn call_of_aggregate<'a>(word: &'a str, known: &Known) -> Option<&'a str> {
    let (name, _) = word.split_once('(')?;
    let row = if is_percentile(name) { "p99" } else { name };
    known.aggregates.iter().any(|known| known.name == row).then_some(name)
}

fn looks_like_expression(word: &str) -> bool {
    word.contains(|c: char| c.is_whitespace() || "<>=!()[]~+*?|&\"'`".contains(c))
}

fn looks_like_file(word: &str) -> bool {
    word.contains(['.', '/']) || word == "-"
}
