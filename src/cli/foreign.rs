//! Proposals for what is typed as another tool has it: the rows of `elsewhere` with the user's own words in them. A
//! proposal is a whole command, and is read before it is made.

use super::elsewhere::{FORMATS, Hole, OPTIONS, OptionHere, STAGES};
use super::known::Known;
use super::line::Line;
use super::repair::{is_there, reads};
use crate::expr::{AstKind, parse_expression};
use crate::spell;

/// A command as it is typed.
pub(super) fn command(words: &[String]) -> String {
    let spelled: Vec<String> = words.iter().map(|word| spell::word(word)).collect();
    format!("tamis {}", spelled.join(" "))
}

/// What to write for a stage of another tool at `at`.
pub(super) fn stage_help(line: Line<'_>, known: &Known, at: usize) -> Option<String> {
    let words = line.all();
    let typed = Typed::read(words, at)?;
    let row = STAGES.iter().find(|row| row.words.contains(&typed.name.as_str()))?;
    if !row.told.is_empty() {
        return Some(row.told.to_owned());
    }
    let rest = words.get(typed.end..).unwrap_or(&[]);
    let before = words.get(..at).unwrap_or(&[]);
    let whole = |stage: &[String]| [before, stage, rest].concat();
    let mut hint = None;
    let templates = row.with.iter().filter(|_| !typed.specs.is_empty());
    for template in templates {
        for spec in &typed.specs {
            let Some(mut stage) = filled(template, spec) else { continue };
            if let Some(by) = &typed.by {
                stage.extend(["--by".to_owned(), by.clone()]);
            }
            if reads(&whole(&stage), known) {
                return Some(format!("write {}", command(&whole(&stage))));
            }
            hint.get_or_insert(stage);
        }
    }
    if typed.specs.is_empty() && !row.alone.is_empty() {
        let mut stage: Vec<String> = row.alone.iter().map(|word| (*word).to_owned()).collect();
        if let Some(by) = &typed.by {
            stage.extend(["--by".to_owned(), by.clone()]);
        }
        if reads(&whole(&stage), known) {
            return Some(format!("write {}", command(&whole(&stage))));
        }
        hint = Some(stage);
    }
    let spelled = |words: &[String]| words.iter().map(|word| spell::word(word)).collect::<Vec<_>>().join(" ");
    let hint = match (hint, row.with.first()) {
        (Some(stage), _) => spelled(&stage),
        (None, Some(template)) => template
            .join(" ")
            .replace("{}", "SPEC")
            .replace("{?}", "SPEC")
            .replace("{1}", "OLD")
            .replace("{2}", "NEW"),
        (None, None) => return None,
    };
    Some(format!("that is here: {hint}"))
}

/// The likeliest words of a stage in the place of one of another tool, for a clause in the place of a file.
pub(super) fn clause(words: &[String], at: usize) -> Vec<Vec<String>> {
    let Some(typed) = Typed::read(words, at) else { return Vec::new() };
    let Some(row) = STAGES.iter().find(|row| row.words.contains(&typed.name.as_str())) else {
        return Vec::new();
    };
    let rest = words.get(typed.end..).unwrap_or(&[]);
    let mut found = Vec::new();
    for template in row.with {
        for spec in &typed.specs {
            found.extend(filled(template, spec).map(|stage| [stage.as_slice(), rest].concat()));
        }
    }
    found
}

/// A stage of another tool as it was typed.
struct Typed {
    name: String,
    /// What its SPEC can be, the likeliest first; nothing if there is none.
    specs: Vec<String>,
    by: Option<String>,
    /// The word after it.
    end: usize,
}

impl Typed {
    fn read(words: &[String], at: usize) -> Option<Self> {
        let word = words.get(at)?;
        let lower = word.to_lowercase();
        // `select(.status >= 500)` and `group_by(.route)` are one word.
        let called = word
            .split_once('(')
            .and_then(|(name, rest)| Some((name.to_lowercase(), rest.strip_suffix(')')?)));
        let is_row = |name: &str| STAGES.iter().any(|row| row.words.contains(&name));
        let (mut name, inner) = match called {
            Some((name, inner)) if is_row(&name) => (name, Some(inner.to_owned())),
            _ => (lower, None),
        };
        let (mut parts, mut by, mut next) = (Vec::new(), None, at + 1);
        while let Some(word) = words.get(next) {
            match word.as_str() {
                "then" | "-" | "--" => break,
                word if is_there(word) => break,
                "by" | "BY" | "on" if parts.is_empty() => {}
                "--by" | "-g" => {
                    next += 1;
                    by = words.get(next).cloned();
                }
                "by" | "BY" => {
                    let keys = words.get(next + 1..).unwrap_or(&[]);
                    let keys: Vec<&str> =
                        keys.iter().map(String::as_str).take_while(|key| !is_end(key)).collect();
                    next += keys.len();
                    by = Some(keys.join(if keys.iter().any(|key| key.ends_with(',')) { " " } else { ", " }));
                }
                "-c" | "--count" if name == "uniq" => "freq".clone_into(&mut name),
                "-d" | "-t" | "-F" => next += 1,
                word if word.starts_with("--") => break,
                word => match word.strip_prefix('-') {
                    Some(letters) => {
                        let glued = letters.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                        parts.extend((!glued.is_empty()).then(|| glued.to_owned()));
                    }
                    None => parts.push(word.to_owned()),
                },
            }
            next += 1;
        }
        if let [only] = parts.as_mut_slice()
            && only == "count"
        {
            only.push_str("()");
        }
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            parts.insert(0, inner);
        }
        let mut specs = Vec::new();
        if !parts.is_empty() {
            specs.push(parts.join(" "));
            if parts.len() > 1 {
                specs.push(parts.join(", "));
            }
        }
        Some(Self { name, specs, by, end: next })
    }
}

/// Whether a word cannot be a part of a SPEC.
fn is_end(word: &str) -> bool {
    word == "then" || word.starts_with('-') || is_there(word)
}

/// A row's words with a SPEC in them; nothing if the SPEC is of another kind.
fn filled(template: &[&str], spec: &str) -> Option<Vec<String>> {
    template.iter().map(|word| fill(word, spec)).collect()
}

fn fill(word: &str, spec: &str) -> Option<String> {
    let hole = Hole::ALL.into_iter().find(|(_, mark)| word.contains(mark));
    match hole {
        None => Some(word.to_owned()),
        Some((Hole::Spec, mark)) => Some(word.replace(mark, spec)),
        Some((Hole::Condition, mark)) => is_condition(spec).then(|| word.replace(mark, spec)),
        Some((Hole::Names, mark)) => {
            let (old, new) = two_names(spec)?;
            Some(word.replace(mark, old).replace("{2}", new))
        }
    }
}

/// The old and the new name of `old,new`, `old as new`, `new = old`.
fn two_names(spec: &str) -> Option<(&str, &str)> {
    let pair = match spec.split_once('=') {
        Some((new, old)) => (old, new),
        None => [" as ", " AS ", ",", ":", " to ", " "].into_iter().find_map(|part| spec.split_once(part))?,
    };
    let (old, new) = (pair.0.trim(), pair.1.trim());
    let is_name = |name: &str| !name.is_empty() && !name.contains([',', '=', ' ', ':']);
    (is_name(old) && is_name(new)).then_some((old, new))
}

/// Whether a SPEC can only be a condition.
pub(super) fn is_condition(spec: &str) -> bool {
    use AstKind::{And, Between, Compare, In, InArray, IsNull, Match, Not, Or};
    parse_expression(spec).is_ok_and(|ast| {
        matches!(
            ast.kind,
            And(..)
                | Or(..)
                | Not(..)
                | Compare(..)
                | Between { .. }
                | In { .. }
                | InArray { .. }
                | IsNull { .. }
                | Match { .. }
        )
    })
}

/// What to write for an option of another tool, `name` with its dashes; `glued` is its value in the same word.
pub(super) fn option_help(
    line: Line<'_>,
    known: &Known,
    at: usize,
    name: &str,
    glued: Option<&str>,
    after_stage: bool,
) -> Option<String> {
    let (_, here) = OPTIONS.iter().find(|(names, _)| names.contains(&name))?;
    let words = line.all();
    let (own, is_stage) = match *here {
        OptionHere::Told(advice) => return Some(advice.to_owned()),
        OptionHere::Words(own) => (own, false),
        OptionHere::Stage(own) => (own, true),
    };
    let takes_value = own.iter().any(|word| word.contains("{}"));
    let (value, end) = match glued {
        Some(value) => (Some(value.to_owned()), at + 1),
        None if takes_value => (words.get(at + 1).cloned(), at + 2),
        None => (None, at + 1),
    };
    if takes_value && value.is_none() {
        return Some(format!("that is here: {}", own.join(" ").replace("{}", "VALUE")));
    }
    let value = value.unwrap_or_default();
    let mut stage: Vec<String> = own.iter().map(|word| word.replace("{}", &value)).collect();
    let before = words.get(..at).unwrap_or(&[]);
    let rest = &translated(words.get(end..).unwrap_or(&[]));
    let own = stage.clone();
    if is_stage && after_stage {
        stage.insert(0, "then".to_owned());
    } else if is_stage && rest.first().is_some_and(|word| !is_there(word)) {
        stage.push("then".to_owned());
    }
    let proposed = [before, &stage, rest].concat();
    Some(match reads(&proposed, known) {
        true => format!("write {}", command(&proposed)),
        false => {
            let own: Vec<String> = own.iter().map(|word| spell::word(word)).collect();
            format!("that is here: {}", own.join(" "))
        }
    })
}

/// Words of a line with those flags of other tools replaced that are options here.
fn translated(words: &[String]) -> Vec<String> {
    let mut line = Vec::new();
    for word in words {
        match OPTIONS.iter().find(|(names, _)| names.contains(&word.as_str())) {
            Some((_, OptionHere::Words(own))) if !own.iter().any(|word| word.contains("{}")) => {
                line.extend(own.iter().map(|word| (*word).to_owned()));
            }
            _ => line.push(word.clone()),
        }
    }
    line
}

/// The format that a word of another tool, or the name of who writes it, means.
pub(super) fn format(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    FORMATS.iter().find(|(words, _)| words.contains(&lower.as_str())).map(|(_, format)| *format)
}
