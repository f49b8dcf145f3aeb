//! The pages that `tamis help` shows and man pages are made of, from the registries and the topics' texts.

mod lists;
mod search;
mod words;

use super::known::{Known, is_percentile};
use super::options::{self, GLOBALS, Global, Group};
use super::page::{Page, Part, parts, write_parts};
use super::topic::{List, OVERVIEW, TOPICS, Topic};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::{Error, Result, nearest};
use crate::expr::SPECIAL_FORMS;
use crate::stage::StageDef;

/// The text of `tamis help WORD`: a topic, or everything of that name in the registries; without a word,
/// the list of topics. The error is without place.
pub(super) fn help(word: Option<&str>, known: &Known) -> Result<String> {
    let Some(word) = word.filter(|word| !word.is_empty()) else { return Ok(list_of_topics()) };
    // A call is typed as it is found in an expression: `now()`, `p99(ms)`.
    let word = word.strip_suffix(')').and_then(|call| call.split_once('(')).map_or(word, |(name, _)| name);
    if word == "tamis" {
        return Ok(main_page(known).to_text());
    }
    let mut texts: Vec<String> = Vec::new();
    let topic = TOPICS.iter().find(|topic| topic.name == word);
    texts.extend(topic.map(|topic| topic_page(topic, known).to_text()));
    let entries = entries_of(word, known);
    texts.extend(entries.iter().map(|entry| {
        let mut out = String::new();
        write_parts(entry, &mut out);
        out.trim_start_matches('\n').to_owned()
    }));
    if !texts.is_empty() {
        texts.extend(words::see_also(word));
        return Ok(texts.join("\n"));
    }
    let names = words::elsewhere(word);
    if !names.is_empty() {
        let texts: Result<Vec<String>> = names.iter().map(|name| help(Some(name), known)).collect();
        return texts.map(|texts| texts.join("\n"));
    }
    let near = nearest_name(word, known);
    search::spoken_of(word, known).filter(|_| near.is_none()).ok_or_else(|| unknown(word, near, known))
}

/// Everything that [`help`] has a text for, and what it is in a line.
pub(super) fn names(known: &Known) -> Vec<(&'static str, &'static str)> {
    let mut names: Vec<(&str, &str)> = TOPICS.iter().map(|topic| (topic.name, topic.summary)).collect();
    names.extend(known.stages.iter().map(|row| (row.name, row.doc.summary)));
    names.extend(known.functions.iter().map(|row| (row.name, row.doc.summary)));
    names.extend(crate::expr::SPECIAL_FORMS.iter().map(|row| (row.name, row.doc.summary)));
    names.extend(known.aggregates.iter().map(|row| (row.name, row.doc.summary)));
    names.extend(known.formats.iter().map(|row| (row.name, row.doc.summary)));
    names.extend(GLOBALS.iter().map(|row| (row.option.long, row.option.help)));
    names.extend(COMMANDS.iter().map(|(name, usage, _)| (*name, *usage)));
    names
}

/// The pages that are man pages too.
pub(super) fn man_pages(known: &Known) -> Vec<Page> {
    let topics = TOPICS.iter().filter(|topic| topic.list != Some(List::Options));
    let mut pages = vec![main_page(known)];
    pages.extend(topics.map(|topic| topic_page(topic, known)));
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    pages
}

/// Text and examples of a registry row as plain text.
pub(super) fn doc_text(doc: &Doc) -> String {
    let mut out = String::new();
    write_parts(&doc_parts(doc), &mut out);
    out.trim_start_matches('\n').to_owned()
}

fn main_page(known: &Known) -> Page {
    let mut all = parts(OVERVIEW);
    // Stages and options come after what the line is, before the promises.
    let at = all.iter().position(|part| *part == Part::Heading("Promises".to_owned())).unwrap_or(all.len());
    let mut lists = vec![Part::Heading("Stages".to_owned())];
    let stage = |row: &&StageDef| Part::Term(format!("{} {}", row.name, row.spec), sentence(row.doc.summary));
    lists.extend(known.stages.iter().map(stage));
    lists.push(Part::Heading("Options".to_owned()));
    lists.extend(options_parts());
    all.splice(at..at, lists);
    Page { name: "tamis".to_owned(), section: 1, summary: "a pipe filter for records".to_owned(), parts: all }
}

fn topic_page(topic: &Topic, known: &Known) -> Page {
    let mut all = topic.list.map_or_else(Vec::new, |list| lists::at_a_glance(list, known));
    if !all.is_empty() {
        all.push(Part::Heading("Description".to_owned()));
    }
    all.extend(parts(topic.text));
    all.extend(topic.list.and_then(lists::heading));
    all.extend(match topic.list {
        Some(List::Stages) => known.stages.iter().flat_map(|row| stage_parts(row)).collect(),
        Some(List::Functions) => {
            let rows = forms_and_functions(known).into_iter();
            rows.flat_map(|(_, usage, doc)| row_parts(usage, doc)).collect()
        }
        Some(List::Aggregates) => {
            known.aggregates.iter().flat_map(|row| row_parts(row.usage, &row.doc)).collect()
        }
        Some(List::Formats) => known.formats.iter().flat_map(|row| row_parts(row.name, &row.doc)).collect(),
        Some(List::Options) => options_parts(),
        None => Vec::new(),
    });
    all.extend(planned_part(topic, known));
    Page { name: format!("tamis-{}", topic.name), section: 7, summary: topic.summary.to_owned(), parts: all }
}

/// What the topic's list lacks in this version.
fn planned_part(topic: &Topic, known: &Known) -> Option<Part> {
    let names = match topic.list? {
        List::Formats => known.planned_formats,
        List::Options => options::PLANNED,
        List::Stages | List::Functions | List::Aggregates => &[],
    };
    (!names.is_empty()).then(|| Part::Text(format!("Not in this version yet: {}.", names.join(", "))))
}

/// Words of the command line that are in no registry: name, usage and text.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "explain",
        "tamis explain CHAIN",
        "Says what a chain would do, and opens no input: the fields that it decodes, what runs in parallel, and what \
         each stage keeps in memory.",
    ),
    (
        "help",
        "tamis help [TOPIC|NAME]",
        "Tells about a topic, a stage, a function, an aggregate, a format or an option; tamis STAGE --help tells about a \
         stage.",
    ),
    (
        "completions",
        "tamis completions bash|zsh|fish",
        "Prints a script by which TAB offers stages, options and their values, and in a SPEC the fields of the files on \
         the line. In ~/.bashrc: eval \"$(tamis completions bash)\"",
    ),
    (
        "then",
        "STAGE SPEC then STAGE SPEC",
        "Between two stages: the second takes the records of the first. A file of this name is ./then.",
    ),
    (
        "-f",
        "STAGE -f FILE",
        "In the place of a SPEC: takes the SPEC from a file, whose last newline does not count.",
    ),
];

/// Everything that has this name.
fn entries_of(word: &str, known: &Known) -> Vec<Vec<Part>> {
    let mut entries = Vec::new();
    entries.extend(known.stages.iter().filter(|row| row.name == word).map(|row| stage_parts(row)));
    let functions = forms_and_functions(known).into_iter().filter(|(name, ..)| *name == word);
    entries.extend(functions.map(|(_, usage, doc)| row_parts(usage, doc)));
    let aggregate = if is_percentile(word) { "p99" } else { word };
    let aggregates = known.aggregates.iter().filter(|row| row.name == aggregate);
    entries.extend(aggregates.map(|row| row_parts(row.usage, &row.doc)));
    let formats = known.formats.iter().filter(|row| row.name == word);
    entries.extend(formats.map(|row| row_parts(row.name, &row.doc)));
    entries.extend(option_entries(word, known));
    let commands = COMMANDS.iter().filter(|(name, ..)| *name == word);
    entries.extend(
        commands.map(|(_, usage, text)| {
            vec![Part::Subheading((*usage).to_owned()), Part::Text((*text).to_owned())]
        }),
    );
    entries
}

/// Options of this name, with their dashes or without: those of the run, and under its name those of each stage.
fn option_entries(word: &str, known: &Known) -> Vec<Vec<Part>> {
    let long = word.trim_start_matches('-');
    let short = word.strip_prefix('-').and_then(|rest| rest.parse::<char>().ok());
    let is_it = |option: &OptionDef| option.long == long || short.is_some() && option.short == short;
    let globals = GLOBALS.iter().filter(|row| is_it(&row.option));
    let mut entries: Vec<Vec<Part>> = globals.map(|row| vec![option_part(&row.option)]).collect();
    for stage in known.stages {
        let options: Vec<Part> = stage
            .options
            .iter()
            .filter(|option| is_it(option) && !option.is_planned)
            .map(option_part)
            .collect();
        if !options.is_empty() {
            let heading = Part::Subheading(format!("{} {}", stage.name, stage.spec));
            entries.push(std::iter::once(heading).chain(options).collect());
        }
    }
    entries
}

/// Name, usage and text of all functions, also of those that are evaluated in a way of their own; sorted by name.
fn forms_and_functions(known: &Known) -> Vec<(&'static str, &'static str, &'static Doc)> {
    let forms = SPECIAL_FORMS.iter().map(|row| (row.name, row.usage, &row.doc));
    let mut all: Vec<_> =
        known.functions.iter().map(|row| (row.name, row.usage, &row.doc)).chain(forms).collect();
    all.sort_unstable_by_key(|(name, ..)| *name);
    all
}

fn stage_parts(stage: &StageDef) -> Vec<Part> {
    let mut all = vec![
        Part::Heading(stage.name.to_owned()),
        Part::Code(vec![format!("{} {} [OPTIONS]", stage.name, stage.spec)]),
        Part::Text(sentence(stage.doc.summary)),
    ];
    if stage.options.is_empty()
        && let Some(Part::Code(lines)) = all.get_mut(1)
    {
        *lines = vec![format!("{} {}", stage.name, stage.spec)];
    }
    let (text, examples) = (parts(stage.doc.text), stage.doc.examples);
    all.extend(text);
    all.extend(stage.options.iter().filter(|option| !option.is_planned).map(option_part));
    all.extend(examples.iter().map(example_part));
    all
}

fn row_parts(usage: &str, doc: &Doc) -> Vec<Part> {
    let mut all = vec![Part::Subheading(usage.to_owned()), Part::Text(sentence(doc.summary))];
    all.extend(doc_parts(doc));
    all
}

fn doc_parts(doc: &Doc) -> Vec<Part> {
    let mut all = parts(doc.text);
    all.extend(doc.examples.iter().map(example_part));
    all
}

fn options_parts() -> Vec<Part> {
    let under = |group: Group| GLOBALS.iter().filter(move |row: &&Global| row.group == group);
    Group::ALL
        .iter()
        .flat_map(|group| {
            let heading = Part::Subheading(group.title().to_owned());
            std::iter::once(heading).chain(under(*group).map(|row| option_part(&row.option)))
        })
        .collect()
}

fn option_part(option: &OptionDef) -> Part {
    let short = option.short.map_or(String::new(), |short| format!("-{short}, "));
    let value = option.value.map_or(String::new(), |value| format!(" {value}"));
    let choices = match option.choices {
        [] => String::new(),
        choices => format!(" One of {}.", choices.join(", ")),
    };
    // A help text may name its choices itself.
    let choices = if option.choices.iter().all(|choice| option.help.contains(choice)) {
        String::new()
    } else {
        choices
    };
    let repeats = if option.repeats { " Can be given several times." } else { "" };
    Part::Term(
        format!("{short}--{}{value}", option.long),
        format!("{}{choices}{repeats}", sentence(option.help)),
    )
}

fn example_part(example: &Example) -> Part {
    let command = example
        .command
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { format!("$ tamis {line}") } else { line.to_owned() });
    let input = example.input.lines().map(|line| format!("< {line}"));
    let output = example.output.lines().map(|line| format!("> {line}"));
    Part::Code(command.chain(input).chain(output).collect())
}

/// A summary as a sentence. Words such as "CSV" and "now()" keep their case.
fn sentence(summary: &str) -> String {
    let mut letters = summary.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if summary.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

fn list_of_topics() -> String {
    let mut out =
        "tamis help TOPIC, or the name of a stage, function, aggregate, format or option\n\n".to_owned();
    for topic in TOPICS {
        out.push_str(&format!("  {:12} {}\n", topic.name, topic.summary));
    }
    out.push_str("\ntamis --help shows the usage, tamis STAGE --help that of a stage.\n");
    out
}

/// What has this name in a later version, and the topic that lists what there is of its kind.
fn planned(word: &str, known: &Known) -> Option<(String, &'static str)> {
    if known.planned_formats.contains(&word) {
        return Some((format!("the format \"{word}\""), "formats"));
    }
    let long = word.trim_start_matches('-');
    options::PLANNED.contains(&long).then(|| (format!("--{long}"), "options"))
}

/// The name that a word most likely meant.
fn nearest_name(word: &str, known: &Known) -> Option<&'static str> {
    let names = TOPICS
        .iter()
        .map(|topic| topic.name)
        .chain(known.stages.iter().map(|row| row.name))
        .chain(known.functions.iter().map(|row| row.name))
        .chain(SPECIAL_FORMS.iter().map(|row| row.name))
        .chain(known.aggregates.iter().map(|row| row.name))
        .chain(known.formats.iter().map(|row| row.name))
        .chain(GLOBALS.iter().map(|row| row.option.long));
    nearest(word, names)
}

fn unknown(word: &str, near: Option<&str>, known: &Known) -> Error {
    if let Some((name, topic)) = planned(word, known) {
        let error = Error::new(format!("{name} is not in this version yet"));
        return error.help(format!("tamis help {topic} lists those there are"));
    }
    let error = Error::new(format!("no help about \"{}\"", crate::error::shown(word)));
    match near {
        Some(name) => error.help(format!("did you mean {name}?")),
        None => error.help("tamis help lists the topics"),
    }
}
