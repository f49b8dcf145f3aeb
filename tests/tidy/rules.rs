//! The rules of single files. Each is a function from a file to what is wrong, and is tried on files that
//! break it.

use crate::source::{Source, without_comment, words};

/// What a rule says about one file, with the line from 1.
pub(crate) type Rule = fn(&Source) -> Vec<(usize, String)>;

/// Modules from the lowest layer to the highest. A file imports from layers below its own and from its own
/// folder.
const LAYERS: &[&[&str]] = &[
    &["file_name"],
    &["doc", "error", "hash", "scan", "spell"],
    &["time"],
    &["value"],
    &["record", "spill"],
    &["aggregate", "format", "function"],
    &["expr"],
    &["stage"],
    &["input", "output"],
    &["engine"],
    &["cli"],
    &["program"],
    &["heap", "lib", "main", "pager", "signals"],
];

/// Who may use a part of the standard library that reaches out of the program.
const REACH: &[(&str, &[&str])] = &[
    ("std::fs", &["spill", "input", "output", "engine", "cli", "program", "main"]),
    ("std::net", &[]),
    ("std::thread", &["input", "engine", "main"]),
    ("process::exit", &["main"]),
];

/// What stands in no source. `unsafe` may be in `src/scan`, `src/heap.rs` and `src/signals.rs`.
const BANNED: &[&str] = &["unsafe", "#[ignore", "sleep(", "todo!", "dbg!", "unimplemented!", "TODO", "FIXME"];

/// Words that say nothing about a thing, in names of items and files.
const EMPTY_WORDS: &[&str] =
    &["manager", "helper", "helpers", "handler", "processor", "util", "utils", "misc", "stuff"];

/// Lines of a file that need no reason, and those that no reason excuses.
const LONG: usize = 500;
const TOO_LONG: usize = 1000;

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn layers(file: &Source) -> Vec<(usize, String)> {
    let Some(module) = file.module() else { return Vec::new() };
    let Some(own) = layer(module) else { return vec![(1, format!("\"{module}\" is in no layer"))] };
    let mut wrong = Vec::new();
    for (number, line) in file.code() {
        for path in line.split("crate::").skip(1) {
            let named = words(path).next().unwrap_or_default();
            if path.starts_with('{') {
                wrong.push((number, "one use for each module of the crate".to_owned()));
            } else if named != module && layer(named).is_some_and(|other| other >= own) {
                wrong.push((number, format!("{module} must not know {named}")));
            }
        }
        let most = file.modules().len() - usize::from(number < file.tests_from());
        if line.contains(&"super::".repeat(most + 1)) {
            wrong.push((number, "reaches the root of the crate: write crate::".to_owned()));
        }
    }
    wrong
}

fn reach(file: &Source) -> Vec<(usize, String)> {
    let Some(module) = file.module() else { return Vec::new() };
    let code = file.code().take_while(|(number, _)| *number < file.tests_from());
    code.filter_map(|(number, line)| {
        let (path, _) = REACH.iter().find(|(path, who)| line.contains(path) && !who.contains(&module))?;
        Some((number, format!("{module} must not use {path}")))
    })
    .collect()
}

fn lengths(file: &Source) -> Vec<(usize, String)> {
    let lines = file.text.lines().count();
    let doc: Vec<&str> = file.text.lines().take_while(|line| line.starts_with("//!")).collect();
    if doc.is_empty() {
        return vec![(1, "begins with no //! that says what it owns".to_owned())];
    }
    let says_why = doc.iter().any(|line| line.contains("is long because"));
    if lines > TOO_LONG {
        return vec![(lines, format!("over {TOO_LONG} lines: split it"))];
    }
    if lines > LONG && !says_why {
        return vec![(lines, format!("over {LONG} lines: its //! says \"is long because …\""))];
    }
    Vec::new()
}

fn bans(file: &Source) -> Vec<(usize, String)> {
    let may_be_unsafe =
        file.path.starts_with("src/scan/") || ["src/heap.rs", "src/signals.rs"].contains(&&*file.path);
    let allowed = |word: &str| word == "unsafe" && may_be_unsafe;
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for banned in BANNED {
            let found = match *banned {
                "unsafe" => words(without_comment(line)).any(|word| word == "unsafe"),
                banned => line.contains(banned),
            };
            if found && !allowed(banned) {
                wrong.push((number, format!("holds {banned}")));
            }
        }
        if line.contains("macro_rules!") && number < file.tests_from() && file.path.starts_with("src/") {
            wrong.push((number, "a macro outside tests".to_owned()));
        }
    }
    wrong
}

fn names(file: &Source) -> Vec<(usize, String)> {
    let mut named = vec![(1, file.modules().pop().unwrap_or_default())];
    for (number, line) in file.code() {
        let mut words = words(line).peekable();
        while let Some(word) = words.next() {
            if ["struct", "enum", "trait", "type", "fn", "mod", "const", "static"].contains(&word) {
                named.extend(words.peek().map(|name| (number, *name)));
            }
        }
    }
    let empty = |name: &str| parts(name).into_iter().find(|part| EMPTY_WORDS.contains(&part.as_str()));
    let wrong = named.into_iter().filter_map(|(number, name)| Some((number, name, empty(name)?)));
    wrong.map(|(number, name, part)| (number, format!("{name}: \"{part}\" says nothing"))).collect()
}

/// The words of a name, in lower case: `take`, `time` of `TakeTime` and `take_time`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = '_';
    for char in name.chars() {
        if char == '_' || (char.is_uppercase() && before.is_lowercase()) {
            parts.push(String::new());
        }
        if char != '_'
            && let Some(part) = parts.last_mut()
        {
            part.extend(char.to_lowercase());
        }
        before = char;
    }
    parts
}

/// The rules of single files.
pub(crate) const RULES: &[(&str, Rule)] =
    &[("layers", layers), ("reach", reach), ("lengths", lengths), ("bans", bans), ("names", names)];

#[test]
fn each_rule_sees_what_breaks_it() {
    let long = format!("//! Doc.\n{}", "\n".repeat(LONG));
    let excused = format!("//! This file is long because of its table.\n{}", "\n".repeat(LONG));
    let too_long = format!("//! This file is long because of its table.\n{}", "\n".repeat(TOO_LONG));
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("layers", "src/stage/x.rs", "use crate::engine::Plan;", &["stage must not know engine"]),
        (
            "layers",
            "src/format/x.rs",
            "fn f() { crate::function::find(1) }",
            &["format must not know function"],
        ),
        ("layers", "src/input/x.rs", "use crate::output::Output;", &["input must not know output"]),
        ("layers", "src/engine/x.rs", "use crate::output::Output;\nuse crate::engine::y;", &[]),
        (
            "layers",
            "src/time/x.rs",
            "//! crate::stage\nuse crate::{stage, expr};",
            &["one use for each module of the crate"],
        ),
        ("layers", "src/new/x.rs", "", &["\"new\" is in no layer"]),
        (
            "layers",
            "src/time/x.rs",
            "use super::super::stage;",
            &["reaches the root of the crate: write crate::"],
        ),
        ("layers", "src/time/x.rs", "use super::y;", &[]),
        ("reach", "src/stage/x.rs", "use std::fs::File;", &["stage must not use std::fs"]),
        ("reach", "src/format/x.rs", "#[cfg(test)]\nuse std::fs::File;", &[]),
        ("reach", "src/cli/x.rs", "std::process::exit(2)", &["cli must not use process::exit"]),
        ("lengths", "src/x.rs", "use x;", &["begins with no //! that says what it owns"]),
        ("lengths", "src/x.rs", &long, &["over 500 lines: its //! says \"is long because …\""]),
        ("lengths", "src/x.rs", &excused, &[]),
        ("lengths", "src/x.rs", &too_long, &["over 1000 lines: split it"]),
        ("bans", "src/x.rs", "unsafe { x }", &["holds unsafe"]),
        ("bans", "src/scan/x.rs", "unsafe { x }", &[]),
        (
            "bans",
            "tests/x.rs",
            "#[ignore = \"slow\"]\nsleep(x); todo!()",
            &["holds #[ignore", "holds sleep(", "holds todo!"],
        ),
        ("bans", "src/x.rs", "// FIXME: later", &["holds FIXME"]),
        ("bans", "src/x.rs", "macro_rules! x {}", &["a macro outside tests"]),
        ("names", "src/x.rs", "pub struct BlockManager;", &["BlockManager: \"manager\" says nothing"]),
        ("names", "src/time/utils.rs", "fn reutilise() {}", &["utils: \"utils\" says nothing"]),
    ];
    for (name, path, text, expected) in cases {
        let (_, rule) = RULES.iter().find(|(known, _)| known == name).expect("a rule");
        let file = Source { path: (*path).to_owned(), text: (*text).to_owned() };
        let found: Vec<String> = rule(&file).into_iter().map(|(_, what)| what).collect();
        assert_eq!(found, *expected, "{name} {path}");
    }
    for (name, _) in RULES {
        assert!(cases.iter().any(|case| case.0 == *name && !case.3.is_empty()), "{name} is not tried");
    }
}
