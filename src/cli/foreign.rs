//! Proposals for what is typed as another tool has it: the rows of `elsewhere` with the user's own words in them. A
//! proposal is a whole command, and is read before it is made.

use super::elsewhere::{FORMATS, Hole, OPTIONS, OptionHere, STAGES, StageRow};
use super::known::Known;
use super::line::Line;
use super::proposal::{Advice, first_read, is_there, spelled};
use crate::expr::{AstKind, parse_expression};
use crate::spell;

/// What to write for a stage of another tool at `at`.
pub(super) fn stage(line: Line<'_>, known: &Known, at: usize) -> Option<Advice> {
    let words = line.all();
    let typed = Typed::read(words, at)?;
    let row = typed.row()?;
    if !row.told.is_empty() {
        return Some(Advice::Told(row.told.to_owned()));
    }
    let before = words.get(..at).unwrap_or(&[]);
    let rest = words.get(typed.end..).unwrap_or(&[]);
    let stages = typed.stages(row);
    let lines: Vec<Vec<String>> = stages.iter().map(|stage| [before, stage, rest].concat()).collect();
    if let Some((_, words)) = first_read(line, known, &lines) {
        return Some(Advice::Write(words));
    }
    let hint = match (stages.first(), row.with.first()) {
        // A number that is no SPEC here, as of `cut -f 1`, tells nobody what to write.
        (Some(stage), _) if !typed.is_column(stage) => spelled(stage),
        (_, Some(template)) => Hole::named(&template.join(" ")),
        (_, None) => return None,
    };
    Some(Advice::Told(format!("that is here: {hint}")))
}

/// The likeliest words of a stage in the place of one of another tool and what is after it, for a clause in the place of
/// a file.
pub(super) fn clause(words: &[String], at: usize) -> Vec<Vec<String>> {
    let Some(typed) = Typed::read(words, at) else { return Vec::new() };
    let Some(row) = typed.row().filter(|_| !typed.specs.is_empty()) else { return Vec::new() };
    let rest = words.get(typed.end..).unwrap_or(&[]);
    typed.stages(row).into_iter().map(|stage| [stage.as_slice(), rest].concat()).collect()
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
    fn row(&self) -> Option<&'static StageRow> {
        STAGES.iter().find(|row| row.words.contains(&self.name.as_str()))
    }

    /// Whether it takes columns by number, and the stage here takes names.
    fn is_column(&self, stage: &[String]) -> bool {
        let is_number = self
            .specs
            .first()
            .is_some_and(|spec| spec.bytes().all(|byte| byte.is_ascii_digit() || byte == b','));
        is_number && stage.first().is_some_and(|stage| stage == "project")
    }

    /// What a row makes of it, the likeliest first.
    fn stages(&self, row: &StageRow) -> Vec<Vec<String>> {
        let by = self.by.iter().flat_map(|by| ["--by".to_owned(), by.clone()]);
        if self.specs.is_empty() {
            let alone: Vec<String> = row.alone.iter().map(|word| (*word).to_owned()).chain(by).collect();
            return if row.alone.is_empty() { Vec::new() } else { vec![alone] };
        }
        let of = |template: &&[&str]| {
            let stages = self.specs.iter().filter_map(|spec| filled(template, spec));
            stages.map(|stage| stage.into_iter().chain(by.clone()).collect()).collect::<Vec<_>>()
        };
        row.with.iter().flat_map(of).collect()
    }

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
                "-i" | "--ignore-case" if name == "grep" => "grep -i".clone_into(&mut name),
                "-v" | "--invert-match" if name == "grep" => "grep -v".clone_into(&mut name),
                "-d" | "-t" | "-F" => next += 1,
                word if ["-d", "-t", "-F"].iter().any(|flag| word.starts_with(flag)) => {}
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
        if let Some(last) = parts.last_mut().filter(|last| *last == "count") {
            last.push_str("()");
            // `group route count`
            if by.is_none() && parts.len() > 1 {
                let count = parts.split_off(parts.len() - 1);
                by = Some(std::mem::replace(&mut parts, count).join(", "));
            }
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
        Some((Hole::Text, mark)) => Some(word.replace(mark, &spell::text(spec))),
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
pub(super) fn option(
    line: Line<'_>,
    known: &Known,
    at: usize,
    name: &str,
    glued: Option<&str>,
    after_stage: bool,
) -> Option<Advice> {
    let (_, here) = OPTIONS.iter().find(|(names, _)| names.contains(&name))?;
    let words = line.all();
    let place = *here;
    let own = match place {
        OptionHere::Told(advice) => return Some(Advice::Told(advice.to_owned())),
        OptionHere::Words(own) | OptionHere::Stage(own) | OptionHere::File(own) => own,
    };
    let takes_value = own.iter().any(|word| word.contains("{}"));
    let (value, end) = match glued {
        Some(value) => (Some(value.to_owned()), at + 1),
        None if takes_value => (words.get(at + 1).cloned(), at + 2),
        None => (None, at + 1),
    };
    if takes_value && value.is_none() {
        return Some(Advice::Told(format!("that is here: {}", own.join(" ").replace("{}", "VALUE"))));
    }
    let value = value.unwrap_or_default();
    let own: Vec<String> = own.iter().map(|word| word.replace("{}", &value)).collect();
    let before = words.get(..at).unwrap_or(&[]);
    let rest = words.get(end..).unwrap_or(&[]);
    let then = &["then".to_owned()][..];
    let proposed = match place {
        OptionHere::File(_) => vec![[before, rest, &own].concat()],
        OptionHere::Stage(_) if after_stage => vec![[before, then, &own, rest].concat()],
        OptionHere::Stage(_) => vec![[before, &own, rest].concat(), [before, &own, then, rest].concat()],
        // Groups of which nothing is asked are counted.
        _ if own.first().is_some_and(|word| word == "--by") && !after_stage => {
            let count = ["aggregate", "count()"].map(str::to_owned);
            vec![[before, &own, rest].concat(), [before, &count, &own, rest].concat()]
        }
        _ => vec![[before, &own, rest].concat()],
    };
    Some(match first_read(line, known, &proposed) {
        Some((_, words)) => Advice::Write(words),
        None if own.is_empty() => Advice::Told("leave it out".to_owned()),
        None => Advice::Told(format!("that is here: {}", spelled(&own))),
    })
}

/// The format that a word of another tool, or the name of who writes it, means.
pub(super) fn format(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    FORMATS.iter().find(|(words, _)| words.contains(&lower.as_str())).map(|(_, format)| *format)
}
