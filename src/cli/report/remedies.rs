//! What would read the records that were rejected: of those that the report shows, each remedy once.

use super::Ended;
use crate::record::{Hint, Reject};

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
    match reject.hint {
        Some(Hint::Title(title)) => {
            // A header of several fields is one, if any record has as many.
            let is_title = was_read.is_some_and(|was_read| title.is_one || !was_read);
            is_title.then(|| title.remedy(reject.origin.map_or(1, |origin| origin.line)))
        }
        // Where others were read, the format is the right one.
        Some(Hint::Format(_)) if was_read == Some(true) => None,
        Some(hint) => Some(hint.remedy().to_owned()),
        None => by_reason(&reject.reason, was_read.is_some()).map(str::to_owned),
    }
}

/// What the reason alone proposes.
fn by_reason(reason: &str, is_input: bool) -> Option<&'static str> {
    let is_other = ["not UTF-8", "bytes that UTF-8 does not have"].contains(&reason);
    is_other.then_some(match is_input {
        true => "where another encoding is meant: --encoding latin1 (or windows-1251, shift_jis, …)",
        false => "where a table has another encoding: --table-encoding latin1",
    })
}
