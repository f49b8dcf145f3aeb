//! Fields that the chain names and no record had: most are misspelled, or were read as a subtraction.

use super::Ended;
use crate::error::{nearest, shown};
use crate::record::Path;
use crate::spell;

/// One note for each, in the order of the chain.
pub(super) fn missing(ended: &Ended<'_>) -> Vec<String> {
    let Some(seen) = ended.seen else { return Vec::new() };
    let present = |slot: usize| ended.findings.present.get(slot).copied().unwrap_or(false);
    let named = ended.fields.asked().take_while(|(slot, _)| *slot < ended.named);
    let mut missing: Vec<&Path> = named.filter(|(slot, _)| !present(*slot)).map(|(_, path)| path).collect();
    let mut notes = Vec::new();
    for name in seen {
        if let Some(parts) = parts_of(name, ended.fields.paths(), &missing) {
            missing.retain(|path| !parts.contains(&path.joined()));
            notes.push(subtraction(name, &parts));
        }
    }
    notes.extend(missing.into_iter().map(|path| misspelled(path, seen)));
    notes
}

/// The names between the dashes of `name`, if the chain names all of them and at least one is missing.
fn parts_of<'a>(name: &'a str, named: &[Path], missing: &[&Path]) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = name.split('-').collect();
    let is_named = |part: &&str| named.iter().any(|path| path.joined() == *part);
    let is_missing = |part: &&str| missing.iter().any(|path| path.joined() == *part);
    (parts.len() > 1 && parts.iter().all(is_named) && parts.iter().any(is_missing)).then_some(parts)
}

fn subtraction(name: &str, parts: &[&str]) -> String {
    let minus = parts.join(" - ");
    format!(
        "no record had the fields of the subtraction {}\n  help: for the field write {}, in backticks",
        shown(&minus),
        spell::field(name)
    )
}

fn misspelled(path: &Path, seen: &[String]) -> String {
    let text = format!("no record had the field \"{}\"", shown(&path.to_string()));
    let whole = nearest(path.joined(), seen.iter().map(String::as_str));
    // Of a path whose object is there, only the first name can be compared.
    match whole.or_else(|| nearest(path.first(), seen.iter().map(String::as_str))) {
        Some(name) if name != path.first() => format!("{text}\n  help: did you mean {}?", spell::field(name)),
        _ => text,
    }
}
