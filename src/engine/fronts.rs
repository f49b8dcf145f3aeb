//! Notes on what is before the records of inputs: header lines that are most likely none, or whose fields something else
//! separates, and inputs that were dropped line by line.

use super::missing::Reach;
use crate::error::{Error, escaped};
use crate::format::lines::MARK;
use crate::format::{FormatDef, InputOptions, first_line};
use crate::input::Named;
use crate::record::{Block, HeaderDoubt, Heading, Path, ReadAs, Source, Sources};

/// Inputs that are named.
const MOST: usize = 5;

/// The doubt about an input's header line, if that is one and says what the fields are. `lacks`: the fields that are asked
/// for, where it lacks one of them.
pub(super) fn doubt_of(
    heading: Heading<'_>,
    options: &InputOptions,
    lacks: Option<&[&Path]>,
) -> Option<HeaderDoubt> {
    let chosen = options.delimiter.is_some();
    match lacks {
        _ if options.header.is_some() || options.no_header => None,
        Some(asked) => HeaderDoubt::of_lacking(heading, chosen, asked),
        None => HeaderDoubt::of(heading, chosen),
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
    let doubted = (0..).take(count).filter_map(|number| {
        let source = sources.get(number).filter(|source| source.header_line)?;
        let doubt = doubt_of(source.into(), options, None)?;
        let names = source.header.as_deref().unwrap_or(&[]);
        let note = Error::new(doubt.what(names)).within(&escaped(source.shown()));
        Some(note.help(doubt.remedy(source.format, ReadAs::Input)).to_string())
    });
    few(doubted, ["input has such a header line", "inputs have such header lines"])
}

/// Different notes on inputs as far as they are few, and how many more there are: what one has, and what several have.
fn few(notes: impl Iterator<Item = String>, more_have: [&str; 2]) -> Vec<String> {
    let mut told = Vec::new();
    let mut more = 0;
    for note in notes {
        if told.contains(&note) {
            continue;
        }
        if told.len() < MOST {
            told.push(note);
        } else {
            more += 1;
        }
    }
    let [one, several] = more_have;
    told.extend((more > 0).then(|| format!("{more} more {}", if more == 1 { one } else { several })));
    told
}

/// The bytes at the front of a block that are looked at.
fn front_of(block: &Block) -> &[u8] {
    const LONGEST: usize = 64 << 10;
    let front = block.bytes.get(..LONGEST).unwrap_or(&block.bytes);
    front.strip_prefix(MARK).unwrap_or(front)
}

/// Notes that the first line of an input, which is in this block, has the names that are given in its place.
pub(super) fn note_repeated(block: &Block, sources: &Sources) {
    if sources.get(block.source).is_some_and(|source| repeats_names(source, front_of(block))) {
        sources.note_repeated(block.source);
    }
}

/// Whether the first line has the names that were given in the place of a header line.
fn repeats_names(source: &Source, front: &[u8]) -> bool {
    let (Some(names), Some(dialect)) = (&source.header, source.walk.dialect()) else { return false };
    let line = front.split(|byte| *byte == b'\n').next().unwrap_or(&[]).trim_ascii_end();
    let plain = |field: &[u8]| match dialect.quote {
        Some(quote) => String::from_utf8_lossy(field).trim_matches(char::from(quote)).to_owned(),
        None => String::from_utf8_lossy(field).into_owned(),
    };
    let fields = line.split(|byte| *byte == dialect.delimiter).map(plain);
    fields.eq(names.iter().cloned())
}

/// Notes how the first line of a block would be read by another format, of which every record was rejected.
#[cold]
pub(super) fn note_other(block: &Block, sources: &Sources) {
    let Some(source) = sources.get(block.source) else { return };
    // After names the first line of the records is not that of the file; all lines are text, if they are not rejected for
    // their bytes.
    if source.header.is_some() || source.format == "text" {
        return;
    }
    // What reads JSON over lines reads it on lines, too.
    let is_own =
        |def: &FormatDef| def.name == source.format || (def.name, source.format) == ("ndjson", "json");
    let found = first_line::read_as(front_of(block)).filter(|(def, _)| !is_own(def));
    let options = found.map(|(def, reads)| format!("--from {}{}", def.name, reads.options(ReadAs::Input)));
    sources.note_other(block.source, block.first_line, options);
}

/// A note for each input of which no record was read and whose first line another format reads.
pub(super) fn others(inputs: &[Named], sources: &Sources, was_read: &[bool]) -> Vec<String> {
    let unread = |index: u32| was_read.get(index as usize) == Some(&false);
    let others = sources.others().into_iter().filter(|(index, _)| unread(*index));
    let notes = others.filter_map(|(index, options)| {
        let name = escaped(inputs.get(index as usize)?.shown());
        let note = Error::new(format!("{name}: no record could be read as {}", sources.get(index)?.format));
        Some(note.help(format!("its first line reads so: {options}")).to_string())
    });
    few(notes, ["input is of another format", "inputs are of other formats"])
}

/// A note for each input whose first line has the names that are given in its place.
pub(super) fn repeated(inputs: &[Named], sources: &Sources) -> Vec<String> {
    let repeated = sources.repeated();
    let notes = repeated.iter().filter_map(|index| {
        let name = escaped(inputs.get(*index as usize)?.shown());
        let note =
            format!("{name}: the first line has the names that --header gives, and counts as a record");
        Some(Error::new(note).help("leave it out: --skip 1").to_string())
    });
    few(notes, ["input begins so", "inputs begin so"])
}

/// A note for each input of which options dropped every line.
pub(super) fn dropped(inputs: &[Named], sources: &Sources, reach: Reach) -> Vec<String> {
    let all = if reach == Reach::End { sources.dropped() } else { Vec::new() };
    let named = all.iter().filter_map(|(index, what)| Some((what, inputs.get(*index as usize)?)));
    let notes = named.map(|(what, named)| format!("{}: {what}", escaped(named.shown())));
    few(notes, ["input is dropped so", "inputs are dropped so"])
}
