//! The rules of the registries: sorted, documented, without clashes, and every row is in its list.

use std::collections::BTreeSet;

use tamis::doc::{Doc, OptionDef};
use tamis::{aggregate, cli, expr, format, function, stage};

use crate::assert_none;
use crate::source::{Source, words};

/// A registry: the type of its rows, the folder in which they stand, and the file of the list.
const REGISTRIES: &[(&str, &str, &str)] = &[
    ("StageDef", "src/stage/", "src/stage/mod.rs"),
    ("AggregateDef", "src/aggregate/", "src/aggregate/mod.rs"),
    ("FunctionDef", "src/function/", "src/function/mod.rs"),
    ("FormatDef", "src/format/", "src/format/mod.rs"),
    ("SpecialForm", "src/expr/", "src/expr/forms.rs"),
];

/// Rows that stand in a file and not in the list.
pub(crate) fn unlisted(files: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (kind, folder, list) in REGISTRIES {
        let list = files.iter().find(|file| file.path == *list).map_or("", |file| file.text.as_str());
        for file in files.iter().filter(|file| file.path.starts_with(folder)) {
            let code = file.code().take_while(|(number, _)| *number < file.tests_from());
            for (number, line) in code.filter(|(_, line)| line.contains(&format!(": {kind} = "))) {
                let name = words(line).take_while(|word| word != kind).last().unwrap_or_default();
                let module = file.modules().pop().unwrap_or_default().to_owned();
                let listed = [format!("&{module}::{name},"), format!("&{name}")];
                let alone = file.text.as_str() == list;
                if !list.contains(&listed[usize::from(alone)]) {
                    wrong.push(format!("{}:{number}: {name} is not in the list", file.path));
                }
            }
        }
    }
    wrong
}

/// A registry's rows as the rules see them.
struct Rows {
    registry: &'static str,
    /// Names and docs, in the order of the list.
    rows: Vec<(&'static str, Option<&'static Doc>)>,
}

fn registries() -> Vec<Rows> {
    let globals = cli::options::GLOBALS.iter().map(|row| (row.option.long, None)).collect();
    vec![
        Rows {
            registry: "stages",
            rows: stage::STAGES.iter().map(|row| (row.name, Some(&row.doc))).collect(),
        },
        Rows {
            registry: "aggregates",
            rows: aggregate::AGGREGATES.iter().map(|row| (row.name, Some(&row.doc))).collect(),
        },
        Rows {
            registry: "functions",
            rows: function::FUNCTIONS.iter().map(|row| (row.name, Some(&row.doc))).collect(),
        },
        Rows {
            registry: "formats",
            rows: format::FORMATS.iter().map(|row| (row.name, Some(&row.doc))).collect(),
        },
        Rows {
            registry: "special forms",
            rows: expr::SPECIAL_FORMS.iter().map(|row| (row.name, Some(&row.doc))).collect(),
        },
        Rows { registry: "global options", rows: globals },
    ]
}

/// What is wrong with the rows of one registry.
fn untidy(Rows { registry, rows }: &Rows) -> Vec<String> {
    let mut wrong = Vec::new();
    for pair in rows.windows(2) {
        if pair[0].0 >= pair[1].0 {
            wrong.push(format!("{registry}: {} stands before {}", pair[0].0, pair[1].0));
        }
    }
    for (name, doc) in rows {
        let known = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || "_-".contains(char);
        if !name.starts_with(|char: char| char.is_ascii_lowercase()) || !name.chars().all(known) {
            wrong.push(format!("{registry}: {name}: not a name in lower case"));
        }
        let Some(doc) = doc else { continue };
        if doc.examples.is_empty() {
            wrong.push(format!("{registry}: {name}: no example"));
        }
        if doc.text.is_empty() {
            wrong.push(format!("{registry}: {name}: no text"));
        }
        wrong.extend(unlike_a_line(doc.summary).map(|what| format!("{registry}: {name}: {what}")));
    }
    wrong
}

/// Why a text is no line of help.
fn unlike_a_line(text: &str) -> Option<String> {
    let mut start = text.chars();
    let (first, second) = (start.next()?, start.next()?);
    // An abbreviation begins with two capitals.
    let capital = first.is_uppercase() && !second.is_uppercase();
    let stop = text.ends_with('.') && !text.ends_with("...");
    (capital || stop || text.contains('\n'))
        .then(|| format!("not one line, lower case, without full stop: {text}"))
}

/// What clashes among options: a stage's own against the global ones, and short names.
fn clashes<'a>(globals: &[&'a OptionDef], stages: &[(&'a str, &'a [OptionDef])]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut shorts = BTreeSet::new();
    for option in globals {
        if option.short.is_some_and(|short| !shorts.insert(short)) {
            wrong.push(format!("--{}: its short name is taken", option.long));
        }
    }
    for (stage, options) in stages {
        let mut own = BTreeSet::new();
        for option in *options {
            let global = globals.iter().any(|known| known.long == option.long);
            let taken = option.short.is_some_and(|short| shorts.contains(&short));
            if global || taken || !own.insert(option.long) {
                wrong.push(format!("{stage} --{}: clashes with another option", option.long));
            }
        }
    }
    let all = globals.iter().copied().chain(stages.iter().flat_map(|(_, options)| *options));
    for option in all {
        if option.help.is_empty() {
            wrong.push(format!("--{}: no help", option.long));
        }
        wrong.extend(unlike_a_line(option.help).map(|what| format!("--{}: {what}", option.long)));
    }
    wrong
}

#[test]
fn a_row_that_is_not_in_the_list_is_seen() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let list = file("src/stage/mod.rs", "pub const STAGES: &[&StageDef] = &[\n    &filter::STAGE,\n];");
    let row = "pub(super) const STAGE: StageDef = StageDef {";
    let files = [list, file("src/stage/filter.rs", row), file("src/stage/join/mod.rs", row)];
    assert_eq!(unlisted(&files), ["src/stage/join/mod.rs:1: STAGE is not in the list"]);
}

#[test]
fn registries_are_tidy() {
    let registries = registries();
    let mut wrong: Vec<String> = registries.iter().flat_map(untidy).collect();
    for form in expr::SPECIAL_FORMS {
        if function::find(form.name).is_some() {
            wrong.push(format!("{}: both a function and a special form", form.name));
        }
    }
    for name in format::PLANNED.iter().filter(|name| format::find(name).is_some()) {
        wrong.push(format!("{name}: both a format and planned"));
    }
    let globals: Vec<&OptionDef> = cli::options::GLOBALS.iter().map(|row| &row.option).collect();
    let stages: Vec<_> = stage::STAGES.iter().map(|row| (row.name, row.options)).collect();
    wrong.extend(clashes(&globals, &stages));
    assert_none(&wrong);
}

#[test]
fn an_untidy_registry_is_seen() {
    const BAD: Doc = Doc { summary: "Drops records.", text: "", examples: &[] };
    let rows = vec![("sort", None), ("Filter", Some(&BAD)), ("Filter", None)];
    assert_eq!(
        untidy(&Rows { registry: "stages", rows }),
        [
            "stages: sort stands before Filter",
            "stages: Filter stands before Filter",
            "stages: Filter: not a name in lower case",
            "stages: Filter: no example",
            "stages: Filter: no text",
            "stages: Filter: not one line, lower case, without full stop: Drops records.",
            "stages: Filter: not a name in lower case",
        ]
    );
    assert_eq!(unlike_a_line("NDJSON, one object a line"), None);
}

#[test]
fn options_that_clash_are_seen() {
    let option = |long, short| OptionDef { short, ..OptionDef::flag(long, "what it does") };
    let globals = [option("from", Some('f')), option("file", Some('f')), option("to", None)];
    let own = [option("to", None), option("fields", Some('f')), option("by", None), option("by", None)];
    assert_eq!(
        clashes(&globals.iter().collect::<Vec<_>>(), &[("top", &own)]),
        [
            "--file: its short name is taken",
            "top --to: clashes with another option",
            "top --fields: clashes with another option",
            "top --by: clashes with another option",
        ]
    );
}
