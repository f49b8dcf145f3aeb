//! What would read the records that were rejected: of those that the report shows, each remedy once.

use super::Ended;
use crate::record::{Hint, ReadAs, Reject};
use crate::spell;

/// Names of a field that holds days.
const DAYS: &[&str] = &["date", "day"];

/// The remedies, in the order of the rejects.
pub(super) fn of(ended: &Ended<'_>) -> Vec<String> {
    let mut remedies = Vec::new();
    let mut has_title = false;
    for reject in ended.findings.rejects.iter().take(ended.findings.details()) {
        // The first record after a title tells where the lines before it end.
        let is_title = matches!(reject.hint, Some(Hint::Title(_)));
        let Some(remedy) = remedy(ended, reject).filter(|_| !(is_title && has_title)) else { continue };
        has_title |= is_title;
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies
}

fn remedy(ended: &Ended<'_>, reject: &Reject) -> Option<String> {
    let input = reject.origin.map_or(usize::MAX, |origin| origin.source as usize);
    let was_read = ended.was_read.get(input).copied();
    let read_as = if was_read.is_some() { ReadAs::Input } else { ReadAs::Table };
    match reject.hint {
        Some(Hint::Title(title)) => {
            // A header of several fields is one, if any record has as many.
            let is_title = was_read.is_none_or(|was_read| title.is_one || !was_read);
            is_title.then(|| title.remedy(reject.origin.map_or(1, |origin| origin.line), read_as))
        }
        // Where others were read, the format is the right one.
        Some(Hint::Format(_)) if was_read == Some(true) => None,
        Some(hint) => Some(hint.remedy(read_as)),
        None => by_reason(&reject.reason, read_as).or_else(|| day_apart(ended, &reject.reason)),
    }
}

/// What puts day and time of day together where they are in two fields.
fn day_apart(ended: &Ended<'_>, reason: &str) -> Option<String> {
    let field = ended
        .time_field
        .filter(|_| !ended.is_time_made && reason.starts_with("no event time: not a time"))?;
    let day =
        ended.seen?.iter().find(|name| DAYS.contains(&name.to_lowercase().as_str()) && *name != field)?;
    let (day, time) = (spell::field(day), spell::field(field));
    Some(format!(
        "the day is in {day}: put them together first, by --time datetime project '*, datetime = {day} ++ \"T\" ++ \
         {time}' then …"
    ))
}

/// What the reason alone proposes.
fn by_reason(reason: &str, read_as: ReadAs) -> Option<String> {
    let is_other = ["not UTF-8", "bytes that UTF-8 does not have"].contains(&reason);
    let option = read_as.option("encoding");
    is_other
        .then(|| format!("where another encoding is meant: {option} latin1 (or windows-1251, shift_jis, …)"))
}
