//! Words beside a SPEC that belong to it, or to an option, or before it.

use super::super::patterns::from_stars;
use super::super::proposal::is_there;
use super::super::specs;
use super::{Repair, Trial};
use crate::error::shown;
use crate::format;

impl Trial<'_> {
    /// `top ms 5`, `top 5 ms`: how many, without its option.
    pub(super) fn number_apart(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last().filter(|(_, at)| at + 1 == self.at) else { return Vec::new() };
        let is_number = |word: &str| word.parse::<u64>().is_ok();
        let spec = self.words.get(at).map_or("", String::as_str);
        let (expr, count) = match (is_number(spec), is_number(self.word())) {
            (true, false) => (self.word(), spec),
            (false, true) => (spec, self.word()),
            _ => return Vec::new(),
        };
        let words = match stage.name {
            "top" => vec![expr.to_owned(), "-n".to_owned(), count.to_owned()],
            "limit" => vec![count.to_owned(), "--by".to_owned(), expr.to_owned()],
            _ => return Vec::new(),
        };
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        vec![Repair { message, at: self.at, words: self.with(at..at + 2, &words) }]
    }

    /// `window session 30m`, `window 1 minute`, `window 5m 1m`.
    pub(super) fn size_apart(&self) -> Vec<Repair> {
        let Some((_, at)) = self.last().filter(|(stage, at)| stage.name == "window" && at + 1 == self.at)
        else {
            return Vec::new();
        };
        let spec = self.words.get(at).map_or("", String::as_str);
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let repair = |end: usize, words: &[String]| Repair {
            message: message.clone(),
            at: self.at,
            words: self.with(at..end, words),
        };
        let sliding = |step: &str| [spec.to_owned(), "--every".to_owned(), step.to_owned()];
        let mut found = Vec::new();
        found.extend(specs::size(&format!("{spec} {}", self.word())).map(|size| repair(at + 2, &[size])));
        found.extend(specs::size(self.word()).map(|step| repair(at + 2, &sliding(&step))));
        if let ("every" | "by" | "slide" | "hop", Some(step)) = (self.word(), self.words.get(self.at + 1)) {
            found.push(repair(at + 3, &sliding(step)));
        }
        found
    }

    /// `parse '* - [*]' as ip, time`, where stars are fields.
    pub(super) fn names_of_stars(&self) -> Vec<Repair> {
        let Some((_, at)) = self.last().filter(|(stage, at)| stage.name == "parse" && at + 1 == self.at)
        else {
            return Vec::new();
        };
        let spec = self.words.get(at).map_or("", String::as_str);
        let next = if self.word() == "as" { self.at + 1 } else { self.at };
        let Some((names, end)) = self.joined(next, next).into_iter().next() else { return Vec::new() };
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let regex = from_stars(spec, &names);
        regex
            .map(|regex| Repair { message, at: self.at, words: self.with(at..end, &[regex]) })
            .into_iter()
            .collect()
    }

    /// `sort by ms`, `limit to 5`: a word that is none of the SPEC.
    pub(super) fn particle(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last().filter(|(_, at)| at + 1 == self.at) else { return Vec::new() };
        let spec = self.words.get(at).map_or("", String::as_str);
        if !["by", "on", "to", "of", "for", "with", "only", "where", "as", "from"]
            .contains(&&*spec.to_lowercase())
        {
            return Vec::new();
        }
        let message = format!("\"{}\" is in the place of the SPEC of {}", shown(spec), stage.name);
        vec![Repair { message, at, words: self.with(at..at + 1, &[]) }]
    }

    /// `filter app.ndjson 'status >= 500'`: the file is before the SPEC.
    pub(super) fn file_first(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last().filter(|(stage, _)| stage.spec != "FILE") else {
            return Vec::new();
        };
        let Some(file) = self.words.get(at).filter(|word| is_there(word)) else { return Vec::new() };
        let message = format!("the file \"{}\" is in the place of the SPEC of {}", shown(file), stage.name);
        let (spec, file) = (self.word().to_owned(), file.clone());
        let swapped = self.with(at..self.at + 1, &[spec, file]);
        if self.at == at + 1 { vec![Repair { message, at, words: swapped }] } else { Vec::new() }
    }

    /// `project route app.ndjson status`: a part of the SPEC is after a file.
    pub(super) fn after_files(&self) -> Vec<Repair> {
        let Some((_, at)) = self.last().filter(|(_, at)| at + 1 < self.at) else { return Vec::new() };
        let (Some(spec), true) =
            (self.words.get(at), self.words.get(self.at - 1).is_some_and(|word| is_there(word)))
        else {
            return Vec::new();
        };
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let mut words = self.with(self.at..self.at + 1, &[]);
        if let Some(place) = words.get_mut(at) {
            *place = format!("{spec}, {}", self.word());
        }
        vec![Repair { message, at: self.at, words }]
    }

    /// `aggregate 'count()' route`: keys without their option.
    pub(super) fn keys_alone(&self) -> Vec<Repair> {
        let Some((stage, at)) = self.last().filter(|(_, at)| at + 1 == self.at) else { return Vec::new() };
        if stage.name != "aggregate" || format::by_suffix(self.word()).is_some() || self.word().contains('/')
        {
            return Vec::new();
        }
        let message = format!("\"{}\" is in the place of a file", shown(self.word()));
        let keys = self.joined(at + 1, at + 1).into_iter().rev();
        let repair = |(keys, end): (String, usize)| Repair {
            message: message.clone(),
            at: self.at,
            words: self.with(at + 1..end, &["--by".to_owned(), keys]),
        };
        keys.map(repair).collect()
    }
}
