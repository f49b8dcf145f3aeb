//! What is said about a command line that cannot be understood: the place, and the most likely remedy.

use super::known::{Known, is_percentile};
use super::line::{Line, Place};
use super::{foreign, options, repair};
use crate::doc::OptionDef;
use crate::error::{Error, nearest, shown};
use crate::file_name;
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
pub(super) fn then_without_stage(line: Line<'_>) -> Error {
    line.error(&line.whole(line.len()), "no stage behind \"then\"")
        .help("a stage and its SPEC; for a file of this name write ./then")
}

/// A word in the place of a stage that is none.
#[cold]
pub(super) fn unknown_stage(line: Line<'_>, known: &Known, at: usize) -> Error {
    let word = line.word(at).unwrap_or("");
    let place = line.whole(at);
    let error = line.error(&place, format!("unknown stage \"{}\"", shown(word)));
    if word == "then" {
        return line
            .error(&place, "no stage before this \"then\"")
            .help("\"then\" stands between two stages, each with its SPEC");
    }
    if let Some(aggregate) = call_of_aggregate(word, known) {
        return error.help(format!("{aggregate}() is an aggregate: tamis aggregate {}", spell::word(word)));
    }
    if let Some(help) = foreign::stage_help(line, known, at) {
        return error.help(help);
    }
    if let Some(error) = repair::file_as_stage(line, known, at) {
        return error;
    }
    if looks_like_expression(word) {
        return error.help(format!("did you mean filter {}?", spell::word(word)));
    }
    if looks_like_file(word) {
        return error.help("stages stand before files: tamis STAGE SPEC FILE");
    }
    match known.nearest_stage(word) {
        Some(stage) => error.help(format!("did you mean {stage}?")),
        None => error.help(format!("the stages are: {}", stage_names(known))),
    }
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
pub(super) fn file_before_then(line: Line<'_>, file: usize, then: usize) -> Error {
    let word = line.word(file).unwrap_or("");
    let help = if then == file + 1 {
        "files stand behind the last stage; a SPEC with blanks needs quotes"
    } else {
        "a SPEC with blanks needs quotes; files stand behind the last stage"
    };
    line.error(&line.whole(file), format!("\"{}\" stands between a SPEC and \"then\"", shown(word)))
        .help(help)
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
    line.error(&line.whole(at), format!("\"{word}\" stands in the place of a file"))
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
pub(super) fn single_dash(line: Line<'_>, at: usize, word: &str) -> Error {
    line.error(&line.whole(at), format!("unknown option \"{}\"", shown(word)))
        .help(format!("long options have two dashes: -{}", shown(word)))
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
    let of_others =
        || foreign::option_help(line, known, place.word, &format!("--{name}"), glued, current.is_some());
    if !is_file(line.word(place.word).unwrap_or(""))
        && let Some(help) = of_others()
    {
        return line.error(place, format!("unknown option \"--{}\"", shown(name))).help(help);
    }
    if let Some(error) =
        of_other_stage(line, known, current, place, &format!("--{name}"), |option| option.long == name)
    {
        return error;
    }
    let word = line.word(place.word).unwrap_or("");
    if is_file(word) {
        let error = line.error(place, format!("unknown option \"{}\"", shown(word)));
        return error.help(file_of_name(word));
    }
    let own = current.map_or(&[][..], |stage| stage.options).iter().map(|option| option.long);
    let error = line.error(place, format!("unknown option \"--{}\"", shown(name)));
    if let Some(option) = nearest(name, own.chain(options::GLOBALS.iter().map(|row| row.option.long))) {
        return error.help(format!("did you mean --{option}?"));
    }
    let others = known.stages.iter().flat_map(|stage| stage.options).map(|option| option.long);
    match nearest(name, others) {
        Some(option) => {
            error.help(format!("did you mean --{option}, an option of {}?", owners(known, option)))
        }
        None => error.help(where_options_are(current)),
    }
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
    if let Some(error) = of_other_stage(line, known, current, place, &name, |option| option.short == short) {
        return error;
    }
    let error = line.error(place, format!("unknown option \"{}\"", shown(&name)));
    let glued = word.get(place.range.end..).filter(|glued| !glued.is_empty());
    if !is_file(word)
        && let Some(help) = foreign::option_help(line, known, at, &name, glued, current.is_some())
    {
        return error.help(help);
    }
    if short == Some('f') {
        return error.help("-f FILE stands in the place of a SPEC, right behind a stage's name");
    }
    if short.is_some_and(|c| c.is_ascii_digit()) || is_file(word) {
        return error.help(file_of_name(word));
    }
    error.help(where_options_are(current))
}

/// Whether a word is the name of a file.
fn is_file(word: &str) -> bool {
    file_name::path(word).is_file()
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
fn owners(known: &Known, long: &str) -> String {
    let has = |stage: &&&StageDef| stage.options.iter().any(|option| option.long == long);
    known.stages.iter().filter(has).map(|stage| stage.name).collect::<Vec<_>>().join(", ")
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
    let owners: Vec<&str> = known
        .stages
        .iter()
        .filter(|stage| stage.options.iter().any(&is_it))
        .map(|stage| stage.name)
        .collect();
    let first = owners.first()?;
    let have = if owners.len() == 1 { "has" } else { "have" };
    let error = match current {
        Some(stage) => line.error(place, format!("{} has no option {name}", stage.name)),
        None => line.error(place, format!("{name} must stand behind its stage")),
    };
    Some(error.help(format!("{} {have} it: {first} SPEC {name}", owners.join(", "))))
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
pub(super) fn given_twice(line: Line<'_>, stage: &StageDef, option: &OptionDef, place: &Place) -> Error {
    let (name, long) = (stage.name, option.long);
    let error = line.error(place, format!("{name} has --{long} already"));
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
