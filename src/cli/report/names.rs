//! Fields that the chain names and no record had: most are misspelled, or were read as a subtraction.

use super::Ended;
use crate::engine::{Reach, near, subtraction_of};
use crate::error::{Error, listed, shown};
use crate::record::{Mentions, Path};
use crate::spell;
use crate::stage::TIME_NAMES;

/// One note for each, in the order of the chain. What was not read to a place that is the same in every run is not
/// judged; before a `limit` was satisfied a field may just not have come yet, so that only one with a near name is
/// missed.
pub(super) fn missing(ended: &Ended<'_>) -> Vec<String> {
    let Some(seen) = ended.seen.filter(|_| ended.reach != Reach::Anywhere) else { return Vec::new() };
    let present = |slot: usize| ended.findings.present.get(slot).copied().unwrap_or(false);
    let named = ended.fields.named().take_while(|(slot, ..)| *slot < ended.named);
    let named = named.filter(|(slot, ..)| !present(*slot));
    // That of the event time is told with the rejects.
    let time = missing_time(ended);
    let named = named.filter(|(_, path, _)| Some(path.to_string().as_str()) != time);
    let mut missing: Vec<(&Path, &Mentions)> = named.map(|(_, path, mentions)| (path, mentions)).collect();
    let mut notes = Vec::new();
    for name in seen {
        let paths: Vec<&Path> = missing.iter().map(|(path, _)| *path).collect();
        if let Some(parts) = subtraction_of(name, ended.fields, &paths) {
            missing.retain(|(path, _)| !parts.contains(&path.joined()));
            notes.push(subtraction(name, &parts, ended.reach));
        }
    }
    notes.extend(
        missing.into_iter().filter_map(|(path, mentions)| misspelled(path, mentions, seen, ended.reach)),
    );
    notes
}

/// The field of the event time, if it was named and no record had it, so that each was rejected.
pub(super) fn missing_time<'a>(ended: &Ended<'a>) -> Option<&'a str> {
    let name = ended.time_field.filter(|_| !ended.is_time_made && ended.reach == Reach::End)?;
    let present = |slot: usize| ended.findings.present.get(slot).copied().unwrap_or(false);
    let (slot, ..) = ended.fields.named().find(|(_, path, _)| path.to_string() == name)?;
    (slot < ended.named && !present(slot) && ended.seen.is_some()).then_some(name)
}

/// What to do about an event time that no record has.
pub(super) fn help_with_time(ended: &Ended<'_>, name: &str) -> String {
    let seen = ended.seen.unwrap_or(&[]);
    let path = ended.fields.named().map(|(_, path, _)| path).find(|path| path.to_string() == name);
    if let Some(near) = path.and_then(|path| near(path, seen.iter().map(String::as_str))) {
        return format!("did you mean --time {}?", spell::word(near));
    }
    let own = seen.iter().find(|name| TIME_NAMES.contains(&name.as_str()));
    match own {
        Some(own) => format!("leave --time out: the event time is found in {own}"),
        None if seen.is_empty() => "the records have no fields".to_owned(),
        None => format!("the fields are: {}", listed(seen.iter().map(String::as_str))),
    }
}

/// What was looked up and never found: in tables, and among the members of objects. It is judged as names are.
pub(super) fn unmatched(ended: &Ended<'_>) -> Vec<Error> {
    if ended.reach == Reach::Anywhere {
        return Vec::new();
    }
    let unmatched = ended.findings.lookups.unmatched().map(|(_, unmatched)| unmatched);
    // A field of members has no stage; it may come later, unless a near name is there.
    let told = unmatched.filter(|unmatched| {
        ended.reach == Reach::End || unmatched.stage.is_some() || unmatched.help.is_some()
    });
    told.map(|unmatched| {
        let note = match unmatched.stage {
            None => Error::new(unmatched.text.replacen(no_record(Reach::End), no_record(ended.reach), 1)),
            Some(stage) => Error::new(&*unmatched.text).within(stage),
        };
        match &unmatched.help {
            Some(help) => note.help(help),
            None => note,
        }
    })
    .collect()
}

fn no_record(reach: Reach) -> &'static str {
    match reach {
        Reach::End | Reach::Anywhere => "no record had",
        Reach::Limit => "no record up to the limit had",
    }
}

fn subtraction(name: &str, parts: &[&str], reach: Reach) -> String {
    let (minus, field) = (parts.join(" - "), spell::field(name));
    let text = format!("{} the fields of the subtraction {}", no_record(reach), shown(&minus));
    format!("{text}\n  help: for the field write {field}, in backticks")
}

fn misspelled(path: &Path, mentions: &Mentions, seen: &[String], reach: Reach) -> Option<String> {
    let option = mentions.option.filter(|_| !mentions.reads && !mentions.removes);
    let option = option.map_or(String::new(), |option| format!("{option}: "));
    let text = format!("{option}{} the field \"{}\"", no_record(reach), shown(&path.to_string()));
    let known = seen.iter().map(String::as_str).chain(mentions.near.as_deref());
    if let Some(name) = near(path, known) {
        return Some(format!("{text}\n  help: did you mean {}?", spell::field(name)));
    }
    if reach == Reach::Limit {
        return None;
    }
    let whole = path.joined().split_once('.').map(|(whole, _)| whole);
    match whole.filter(|whole| mentions.removes && seen.iter().any(|name| name == whole)) {
        Some(whole) => Some(format!(
            "{text}\n  help: \"* except\" leaves out whole fields, such as {}",
            spell::field(whole)
        )),
        // Of a file without names the user has to count.
        None if seen.first().is_some_and(|name| name == "c1") => {
            Some(format!("{text}\n  help: the fields are: {}", listed(seen.iter().map(String::as_str))))
        }
        None => Some(text),
    }
}
