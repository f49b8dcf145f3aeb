//! What may be typed at a position, from the registries and the fields of the inputs.

use super::super::known::Known;
use super::super::options::GLOBALS;
use super::super::{help, values};
use super::expression::{last_item, name_at_end};
use super::position::{Due, Position};
use super::{FieldsAsked, NamesOf};
use crate::doc::OptionDef;
use crate::format::{access, encodings};
use crate::spell;
use crate::time::Zone;

/// A word that may be typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The whole word.
    pub(super) word: String,
    /// What it is, in a few words; may be empty.
    pub(super) about: String,
}

/// What may be typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Candidates {
    /// Words.
    pub(super) words: Vec<Candidate>,
    /// Names of files too.
    pub(super) files: bool,
    /// Names of folders too.
    pub(super) folders: bool,
    /// The word may go on: no blank comes after it.
    pub(super) goes_on: bool,
}

/// How a list of names is typed.
#[derive(Clone, Copy)]
enum Names {
    /// In an expression, or a list of such.
    Expression,
    /// A single path.
    Path,
}

struct Finder<'a> {
    at: &'a Position,
    known: &'a Known,
    names: NamesOf<'a>,
    found: Candidates,
}

impl Candidates {
    /// The candidates at a position.
    pub(super) fn at(at: &Position, known: &Known, names: NamesOf<'_>) -> Self {
        let mut finder = Finder { at, known, names, found: Self::default() };
        match at.due {
            Due::Stage { first } => finder.stages(first),
            Due::Spec => finder.spec(),
            Due::Option => finder.options(false),
            Due::Value(option) => finder.value(option),
            Due::AfterSpec => finder.after_spec(),
            Due::File => finder.found.files = true,
            Due::Topic => finder.topics(),
            Due::Shell => super::scripts::SHELLS.iter().for_each(|shell| finder.offer(shell, "")),
            Due::Nothing => {}
        }
        finder.found
    }
}

impl Finder<'_> {
    /// Takes a word that begins with what is typed.
    fn offer(&mut self, word: &str, about: &str) {
        if word.starts_with(&self.at.typed) {
            self.push(&self.at.head.clone(), word, about);
        }
    }

    fn push(&mut self, head: &str, word: &str, about: &str) {
        let word = format!("{head}{word}");
        let is_there = self.found.words.iter().any(|known| known.word == word);
        // A line that begins with a colon tells the script something.
        if !is_there && !word.starts_with(':') && !word.contains(char::is_control) {
            self.found.words.push(Candidate { word, about: brief(about) });
        }
    }

    fn stages(&mut self, first: bool) {
        for stage in self.known.stages {
            self.offer(stage.name, stage.doc.summary);
        }
        if first {
            self.offer("explain", "tell what a chain decodes, runs in parallel and keeps");
            self.offer("help", "show a topic, or a stage, function, aggregate or format");
            self.offer("completions", "print a completion script");
        }
    }

    fn spec(&mut self) {
        if self.at.typed.starts_with('-') {
            self.offer("-f", "take the SPEC from a file");
            self.offer("--help", "show help about the stage");
            return;
        }
        let Some(stage) = self.at.stage else { return };
        if stage.spec == "FILE" {
            self.found.files = true;
        } else if ["EXPR", "ITEM", "KEY", "FIELD"].iter().any(|kind| stage.spec.contains(kind)) {
            self.fields(&self.at.fields_asked(), Names::Expression);
        }
    }

    fn after_spec(&mut self) {
        if self.at.may_go_on() {
            self.offer("then", "go on with another stage");
        }
        if self.at.typed.is_empty() && !self.at.has_file {
            self.options(true);
        }
        self.found.files = true;
    }

    /// Options of the last stage, and unless `own`, global ones.
    fn options(&mut self, own: bool) {
        let stage = self.at.stage.map_or(&[][..], |stage| stage.options);
        let globals = GLOBALS.iter().filter(|_| !own).map(|row| &row.option);
        for option in stage.iter().chain(globals) {
            let is_new = option.repeats || !self.at.given.contains(&option.long);
            if !is_new || option.is_planned {
                continue;
            }
            self.offer(&format!("--{}", option.long), option.help);
            let has_one_dash = self.at.typed.starts_with('-') && !self.at.typed.starts_with("--");
            if let Some(short) = option.short.filter(|_| has_one_dash) {
                self.offer(&format!("-{short}"), option.help);
            }
        }
    }

    fn value(&mut self, option: &OptionDef) {
        option.choices.iter().for_each(|choice| self.offer(choice, ""));
        match (option.value, option.long) {
            (Some("FILE"), _) => self.found.files = true,
            (Some("DIR"), _) => self.found.folders = true,
            (Some("FORMAT"), "from" | "table-from") => self.formats(|format| format.input.is_some()),
            (Some("FORMAT"), "to") => self.formats(|format| format.output.is_some()),
            (Some("FORMAT"), _) => {
                values::TIME_FORMATS.iter().for_each(|(word, about)| self.offer(word, about))
            }
            (Some("ZONE"), _) => Zone::names().iter().for_each(|zone| self.offer(zone, "")),
            (Some("NAME"), _) => encodings::names().for_each(|name| self.offer(name, "")),
            (Some("STRING"), _) => access::names().for_each(|name| self.offer(name, "")),
            (Some("FIELD"), "time") => self.fields(&self.at.input_asked(), Names::Path),
            (Some("FIELD"), _) => self.fields(&self.at.fields_asked(), Names::Path),
            (Some("FIELDS"), _) => self.table_fields(),
            (Some("KEYS"), _) if self.at.typed.trim_end().ends_with('=') => self.table_fields(),
            (Some("KEYS" | "KEY, …"), _) => self.fields(&self.at.fields_asked(), Names::Expression),
            (Some("LIST"), "allow") => self.allowances(),
            (Some("LIST"), _) => self.types(),
            _ => {}
        }
    }

    fn formats(&mut self, is_it: impl Fn(&crate::format::FormatDef) -> bool) {
        for format in self.known.formats.iter().filter(|format| is_it(format)) {
            self.offer(format.name, format.doc.summary);
        }
    }

    fn topics(&mut self) {
        for (name, about) in help::names(self.known) {
            self.offer(name, about);
        }
    }

    /// Names of fields as `how` spells them; a name is found by its letters too where it is spelled in quotes.
    fn fields(&mut self, asked: &FieldsAsked, how: Names) {
        let text = self.at.typed.clone();
        let place = match how {
            Names::Expression => name_at_end(&text),
            Names::Path => Some(("", &*text)),
        };
        let Some((head, typed)) = place else { return };
        let head = format!("{}{head}", self.at.head);
        for name in (self.names)(asked) {
            let spelled = spell::path(&name);
            let can_be_typed = match how {
                Names::Expression => true,
                Names::Path => !spelled.starts_with(".["),
            };
            if can_be_typed && (spelled.starts_with(typed) || name.starts_with(typed)) {
                self.push(&head, &spelled, "field");
            }
        }
    }

    fn table_fields(&mut self) {
        if let Some(table) = self.at.table_asked() {
            self.fields(&table, Names::Expression);
        }
    }

    fn allowances(&mut self) {
        let text = self.at.typed.clone();
        let (head, typed) = last_item(&text);
        let head = format!("{}{head}", self.at.head);
        for (word, about) in values::ALLOWANCES.iter().filter(|(word, _)| word.starts_with(typed)) {
            self.push(&head, word, about);
        }
    }

    /// `field:type`, separated by commas.
    fn types(&mut self) {
        let text = self.at.typed.clone();
        let (items, item) = last_item(&text);
        let items = format!("{}{items}", self.at.head);
        match item.rsplit_once(':') {
            Some((name, typed)) if !name.is_empty() => {
                for kind in values::TYPES.iter().filter(|(kind, _)| kind.starts_with(typed)) {
                    self.push(&format!("{items}{name}:"), kind.0, "");
                }
            }
            _ => {
                let names = (self.names)(&self.at.input_asked());
                // A name with a comma or a quote would be in quotes as in CSV.
                let plain = names.iter().filter(|name| name.starts_with(item) && !name.contains([',', '"']));
                plain.for_each(|name| self.push(&items, &format!("{name}:"), "field"));
                self.found.goes_on = true;
            }
        }
    }
}

/// The first part of a help text, in as many characters as a list of candidates has room for.
fn brief(about: &str) -> String {
    const MOST: usize = 60;
    let part = about.split(['\n', '\t', ';', ':']).next().unwrap_or("").trim_end();
    if part.chars().count() <= MOST {
        return part.to_owned();
    }
    let cut: String = part.chars().take(MOST).collect();
    let whole = cut.rsplit_once(' ').map_or(&*cut, |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches(','))
}
