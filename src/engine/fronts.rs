//! Notes on what is before the records of inputs: header lines that are most likely none, or whose fields something else
//! separates, and inputs that were dropped line by line.

use super::missing::Reach;
use crate::error::{Error, shown};
use crate::format::InputOptions;
use crate::input::Named;
use crate::record::{HeaderDoubt, HeaderOf, Heading, Sources};

/// Inputs that are named.
const MOST: usize = 5;

/// The doubt about an input's header line, if that is one and says what the fields are. `lacks`: it lacks a field that is
/// asked for.
pub(super) fn doubt_of(heading: Heading<'_>, options: &InputOptions, lacks: bool) -> Option<HeaderDoubt> {
    let chosen = options.delimiter.is_some();
    match lacks {
        _ if options.header.is_some() || options.no_header => None,
        true => HeaderDoubt::of_lacking(heading, chosen),
        false => HeaderDoubt::of(heading, chosen),
    }
}

/// A note for each input that was read with such a header line. `was_read`: the inputs of which a record was read, by number.
pub(super) fn header_doubts(
    options: &InputOptions,
    sources: &Sources,
    reach: Reach,
    was_read: &[bool],
) -> Vec<String> {
    // What comes after the last record that was read may be opened or not.
    let count = match reach {
        Reach::End => was_read.len(),
        Reach::Limit => was_read.iter().rposition(|was_read| *was_read).map_or(0, |last| last + 1),
        Reach::Anywhere => 0,
    };
    let mut told: Vec<&str> = Vec::new();
    let mut notes = Vec::new();
    let mut more = 0;
    for source in (0..).take(count).filter_map(|number| sources.get(number)) {
        let Some(doubt) = source.header_line.then(|| doubt_of(source.into(), options, false)).flatten()
        else {
            continue;
        };
        if told.contains(&source.shown()) {
            continue;
        }
        if notes.len() == MOST {
            more += 1;
            continue;
        }
        told.push(source.shown());
        let names = source.header.as_deref().unwrap_or(&[]);
        let note = Error::new(doubt.what(names)).within(&shown(source.shown()));
        notes.push(note.help(doubt.remedy(source.format, HeaderOf::Input)).to_string());
    }
    if more > 0 {
        let inputs = if more == 1 { "input has such a header line" } else { "inputs have such header lines" };
        notes.push(format!("{more} more {inputs}"));
    }
    notes
}

/// A note for each input of which options dropped every line.
pub(super) fn dropped(inputs: &[Named], sources: &Sources, reach: Reach) -> Vec<String> {
    let all = if reach == Reach::End { sources.dropped() } else { Vec::new() };
    let mut notes: Vec<String> = Vec::new();
    for (what, named) in all.iter().filter_map(|(index, what)| Some((what, inputs.get(*index as usize)?))) {
        let note = format!("{}: {what}", shown(named.shown()));
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let more = notes.len().saturating_sub(MOST);
    if more > 0 {
        notes.truncate(MOST);
        notes.push(format!(
            "{more} more {}",
            if more == 1 { "input is dropped so" } else { "inputs are dropped so" }
        ));
    }
    notes
}
