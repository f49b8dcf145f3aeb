//! Which format an input has: by `--from`, by suffix, else by its first byte.

use super::open::Named;
use super::reader::ReaderOptions;
use crate::error::{Error, Result};
use crate::format::first_line::{self, Reads};
use crate::format::lines::MARK;
use crate::format::{self, FormatDef};
use crate::record::ReadAs;

/// A first line is looked at up to so many bytes.
const LONGEST_FIRST: usize = 64 << 10;

/// What the front of an input says about its format.
pub(super) enum Front {
    /// Only blanks, or a part of a byte order mark, so far.
    Unknown,
    /// A JSON object.
    Object,
    /// JSON over several lines, or in an array.
    Json,
    /// A bracket, and no object in it.
    Array,
    /// Anything else.
    Other,
}

/// The format that `--from` or a suffix tells.
pub fn told(named: &Named, from: Option<&'static FormatDef>) -> Option<&'static FormatDef> {
    from.or_else(|| match named {
        Named::File(name) => format::by_suffix(name),
        Named::Stdin => None,
    })
}

/// The formats that the front of an input can tell.
pub fn by_fronts(only_lines: bool) -> impl Iterator<Item = &'static FormatDef> {
    let names = ["json", "ndjson"].into_iter().chain(only_lines.then_some("text"));
    names.filter_map(format::find)
}

/// Looks at the first bytes after a byte order mark and blanks.
pub(super) fn front(bytes: &[u8], at_end: bool) -> Front {
    if MARK.starts_with(bytes) {
        return Front::Unknown;
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    match bytes.trim_ascii_start() {
        [] => Front::Unknown,
        [b'{', rest @ ..] => behind_brace(rest, at_end),
        [b'[', rest @ ..] => behind_bracket(rest.trim_ascii_start(), at_end),
        _ => Front::Other,
    }
}

/// A brace alone on its line begins an object over several lines.
fn behind_brace(rest: &[u8], at_end: bool) -> Front {
    let blanks = rest.len() - rest.trim_ascii_start().len();
    match rest.get(..blanks) {
        Some(blanks) if blanks.contains(&b'\n') => Front::Json,
        _ if blanks == rest.len() && !at_end => Front::Unknown,
        _ => Front::Object,
    }
}

/// An array begins with an object, or is empty and all there is.
fn behind_bracket(rest: &[u8], at_end: bool) -> Front {
    match rest {
        [] if !at_end => Front::Unknown,
        [b']', rest @ ..] => match rest.trim_ascii() {
            [] if at_end => Front::Json,
            [] => Front::Unknown,
            _ => Front::Array,
        },
        [b'{', rest @ ..] => match rest.trim_ascii_start() {
            [] if !at_end => Front::Unknown,
            [b'"' | b'}', ..] => Front::Json,
            _ => Front::Array,
        },
        _ => Front::Array,
    }
}

/// The format of an input that neither `--from` nor a suffix tells. `None`: nothing but blanks so far.
pub(super) fn by_front(
    bytes: &[u8],
    at_end: bool,
    options: &ReaderOptions,
) -> Result<Option<&'static FormatDef>> {
    let only_lines = options.only_lines;
    let name = match front(bytes, at_end) {
        Front::Unknown if !at_end => return Ok(None),
        // Blank lines are lines to a chain that reads lines, and nothing to any other.
        Front::Unknown if only_lines => "text",
        Front::Unknown => "ndjson",
        Front::Object => "ndjson",
        Front::Json => "json",
        Front::Array | Front::Other if !only_lines => {
            // A first line that is still to come may say which format it is.
            if !at_end && bytes.len() < LONGEST_FIRST && !first_line::is_whole(bytes) {
                return Ok(None);
            }
            return Err(unknown(bytes, options.input.read_as));
        }
        Front::Array | Front::Other => "text",
    };
    Ok(format::find(name))
}

/// What reads arrays of other values than objects.
const ARRAY: &str = "a json array whose elements are not objects has no records; \
                     --from text project 'value = json(line)' then explode value makes one of each element";

/// Whether the first line is a whole JSON array of values that are not objects.
fn is_values(front: &[u8]) -> bool {
    let front = front.strip_prefix(MARK).unwrap_or(front).trim_ascii_start();
    let line = front.split(|byte| *byte == b'\n').next().unwrap_or(&[]).trim_ascii_end();
    let Some(inside) = line.strip_prefix(b"[").and_then(|line| line.strip_suffix(b"]")) else { return false };
    let inside = inside.trim_ascii_start();
    let is_word = ["true", "false", "null"].iter().any(|word| inside.starts_with(word.as_bytes()));
    is_word || matches!(inside.first(), Some(b'"' | b'-' | b'[' | b'0'..=b'9'))
}

/// The error for an input whose format nothing tells, with what its first line reads as.
#[cold]
fn unknown(bytes: &[u8], read_as: ReadAs) -> Error {
    let front = bytes.get(..LONGEST_FIRST).unwrap_or(bytes);
    let found = first_line::read_as(front.strip_prefix(MARK).unwrap_or(front));
    let from_option = read_as.option("from");
    let help = match found {
        Some((format, Reads::AsItIs))
            if read_as == ReadAs::Input && is_values(front) && ["csv", "tsv"].contains(&format.name) =>
        {
            ARRAY.to_owned()
        }
        None if read_as == ReadAs::Input && is_values(front) => ARRAY.to_owned(),
        Some((format, reads @ Reads::By(name, _))) if read_as == ReadAs::Input => {
            let what = if name.is_empty() { "begins with a time" } else { &format!("reads as {name}") };
            let options = reads.options(read_as);
            format!("the first line {what}: {from_option} {}{options}", format.name)
        }
        Some((format, reads @ (Reads::AsItIs | Reads::Delimited(_)))) => {
            let (name, options) = (format.name, reads.options(read_as));
            format!("the first line reads as {name}: {from_option} {name}{options}")
        }
        // A table takes no pattern.
        Some((_, Reads::By(..))) | None => {
            let names = "csv, tsv, json, logfmt, combined, syslog, …";
            format!(
                "name it with {from_option} ({names}); plain lines have one field, line: {from_option} text"
            )
        }
    };
    Error::new("the format is not known: no suffix, and no \"{\" at its start").help(help)
}
