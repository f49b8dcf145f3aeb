//! Values that were ordered as text though they look like something else.

use std::sync::Arc;

use super::Ended;
use crate::error::{Error, shown_bytes};
use crate::record::Site;
use crate::value::looks::{Looks, formats_of};
use crate::value::{Misorder, Spelling};

/// One note for each expression of a stage whose values were ordered, in the order of the chain.
pub(super) fn misordered(ended: &Ended<'_>) -> Vec<Error> {
    let (mut notes, mut noted) = (Vec::new(), Vec::new());
    let is_meant = |number: u32| ended.sites.is_text(number);
    for (number, ordered) in ended.findings.ordered.iter().filter(|(number, _)| !is_meant(*number)) {
        let (Some(site), Some(misorder)) = (ended.sites.get(*number), ordered.misorder()) else { continue };
        let Some(by) = By::of(&site) else { continue };
        let of = (site.stage, Arc::clone(&site.spec), by.text.to_owned());
        if !noted.contains(&of) {
            noted.push(of);
            notes.push(note(&site, &by, misorder));
        }
    }
    notes
}

fn note(site: &Site, by: &By<'_>, misorder: Misorder<'_>) -> Error {
    let (text, help) = match misorder {
        Misorder::Looks(looks, example) => {
            let kind = match looks {
                Looks::Duration => "a duration",
                Looks::YearFirst | Looks::Time | Looks::Yearless => "a time",
                Looks::Date => "a date",
                Looks::Plain | Looks::Dotted | Looks::Number | Looks::Grouped(_) | Looks::Comma => "a number",
            };
            (
                format!("ordered as text, though it looks like {kind}: {}", quoted(example)),
                by.read(looks, example),
            )
        }
        Misorder::Times(example) => {
            let text =
                format!("ordered as text, though times are spelled in several ways: {}", quoted(example));
            (text, by.read(Looks::YearFirst, example))
        }
        Misorder::Mixed { text, number, alone } => {
            let help = match alone && text.is_untyped {
                true => format!("--null {}, or {}", word(&shown_bytes(&text.text)), by.number(number)),
                false => by.number(text),
            };
            let number = shown_bytes(&number.text);
            (format!("ordered as text, though it is among numbers such as {number}: {}", quoted(text)), help)
        }
    };
    Error::new(text).at(&site.spec, site.place.clone()).help(help).within(site.stage)
}

/// The expression that gave the values.
struct By<'a> {
    text: &'a str,
    /// It is a plain name, which `--types` takes.
    is_name: bool,
}

impl<'a> By<'a> {
    fn of(site: &'a Site) -> Option<Self> {
        let text = site.spec.get(site.place.clone())?.trim();
        // The arguments of a function are ordered, not what it gives.
        let text = if text.starts_with("least(") || text.starts_with("greatest(") { "x" } else { text };
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.');
        let is_name =
            text.chars().all(in_name) && !text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        Some(Self { text, is_name: is_name && text.len() == site.place.len() })
    }

    /// How values are read as what one of them looks like.
    fn read(&self, looks: Looks, example: &Spelling) -> String {
        let text = &*example.text;
        let trimmed = match text.trim_ascii().len() < text.len() {
            true => format!("trim({})", self.text),
            false => self.text.to_owned(),
        };
        let is_pinned = self.is_name && example.is_untyped && trimmed == self.text;
        match looks {
            Looks::Duration if is_pinned => format!("--types {}:duration", self.text),
            Looks::Duration if self.is_name => format!("{trimmed} + 0s"),
            Looks::Duration => format!("({trimmed}) + 0s"),
            Looks::YearFirst | Looks::Time | Looks::Yearless => {
                let year = if looks == Looks::Yearless { ", with --year now" } else { "" };
                match is_pinned {
                    true => format!("--types {}:time{year}", self.text),
                    false => format!("time({trimmed}){year}"),
                }
            }
            Looks::Date => {
                let calls: Vec<String> =
                    formats_of(text).iter().map(|format| format!("time({trimmed}, '{format}')")).collect();
                calls.join(" or ")
            }
            Looks::Grouped(by) => format!("number(replace({trimmed}, \"{}\", \"\"))", char::from(by)),
            Looks::Comma if text.contains(&b'.') => {
                format!("number(replace(replace({trimmed}, \".\", \"\"), \",\", \".\"))")
            }
            Looks::Comma => format!("number(replace({trimmed}, \",\", \".\"))"),
            Looks::Plain | Looks::Dotted | Looks::Number => match is_pinned {
                true => self.number(example),
                false => format!("number({trimmed})"),
            },
        }
    }

    /// How values are read as numbers.
    fn number(&self, example: &Spelling) -> String {
        match self.is_name && example.is_untyped {
            true => format!("--types {}:number", self.text),
            false => format!("number({})", self.text),
        }
    }
}

fn quoted(example: &Spelling) -> String {
    format!("\"{}\"", shown_bytes(&example.text))
}

/// A text as a word of a command line.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+%".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
