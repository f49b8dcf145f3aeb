//! The field names of delimited files: from the header line, from `--header`, or counted.

use super::split::{Dialect, Splitter};
use crate::error::{Error, Result};
use crate::format::{Head, InputOptions};
use crate::hash::{Map, Set};
use crate::record::{Form, write_plain};

/// Where the names come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::format) enum Header {
    /// The first line that is not blank.
    Line,
    /// `--no-header`: `c1`, `c2`, … as many as the first record has fields.
    Counted,
    /// `--header`.
    Given(Vec<String>),
}

/// A header line is shorter than this, so that a quote that does not close cannot hold up the whole input.
const LONGEST: usize = 1 << 20;
const BOM: &[u8] = b"\xef\xbb\xbf";

impl Header {
    pub(in crate::format) fn of(options: &InputOptions) -> Self {
        match &options.header {
            Some(names) => Self::Given(unique(names.clone())),
            None if options.no_header => Self::Counted,
            None => Self::Line,
        }
    }
}

/// Takes byte order mark, blank lines and header line from the front of a file.
pub(super) fn read_header(header: &Header, dialect: Dialect, bytes: &[u8], at_end: bool) -> Result<Head> {
    if !at_end && bytes.len() < BOM.len() && BOM.starts_with(bytes) {
        return Ok(Head::More);
    }
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    if let Header::Given(names) = header {
        return Ok(Head::Names(Some(names.clone()), mark));
    }
    let mut from = mark;
    loop {
        let rest = bytes.get(from..).unwrap_or(&[]);
        let line = match first_record(rest, dialect, at_end) {
            First::Whole(len) => &rest[..len],
            First::More => return Ok(Head::More),
            First::Unclosed if *header == Header::Line => {
                return Err(Error::new("the header line has a quote that does not close"));
            }
            // A record whose quote does not close is rejected later: the next one tells the number of fields.
            First::Unclosed => match memchr::memchr(b'\n', rest) {
                Some(at) => &rest[..=at],
                None => rest,
            },
            First::TooLong => {
                return Err(Error::new(
                    "the first line is longer than 1 MiB, or a quote in it does not close",
                ));
            }
        };
        if line.is_empty() {
            return Ok(if mark > 0 { Head::Names(None, mark) } else { Head::None });
        }
        from += line.len();
        let Some(names) = names_of(line, dialect, header)? else { continue };
        return Ok(match header {
            Header::Counted => Head::Names(Some((1..=names.len()).map(counted).collect()), mark),
            _ => Head::Names(Some(unique(names)), from),
        });
    }
}

/// The name of the field at `place` (from 1) that has no other.
pub(in crate::format) fn counted(place: usize) -> String {
    format!("c{place}")
}

/// Names without repetition: an empty one is named by its place (`c3`), of two that are the same the second
/// becomes `x_2`, or the first of `x_3`, … that is no name of the header.
pub(in crate::format) fn unique(mut names: Vec<String>) -> Vec<String> {
    for (place, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = counted(place + 1);
        }
    }
    let all: Set<String> = names.iter().cloned().collect();
    // The number that each name was given last: those before are taken.
    let mut given: Map<String, u64> = Map::default();
    for name in &mut names {
        let number = given.entry(name.clone()).or_insert(0);
        *number += 1;
        if *number > 1 {
            while all.contains(&format!("{name}_{number}")) {
                *number += 1;
            }
            *name = format!("{name}_{number}");
        }
    }
    names
}

enum First {
    /// Length of the record with its line end.
    Whole(usize),
    More,
    Unclosed,
    TooLong,
}

/// Where a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Plain,
    Quoted,
    BehindQuote,
}

/// The first record, found byte by byte: headers are short.
fn first_record(bytes: &[u8], dialect: Dialect, at_end: bool) -> First {
    let mut place = Place::FieldStart;
    for (at, &byte) in bytes.iter().take(LONGEST).enumerate() {
        place = match (place, byte) {
            (Place::Quoted, b'"') => Place::BehindQuote,
            (Place::Quoted, _) | (Place::BehindQuote, b'"') => Place::Quoted,
            (Place::FieldStart, b'"') if dialect.quotes => Place::Quoted,
            (_, b'\n') => return First::Whole(at + 1),
            (_, byte) if byte == dialect.delimiter => Place::FieldStart,
            _ => Place::Plain,
        };
    }
    match (at_end, place) {
        _ if bytes.len() >= LONGEST => First::TooLong,
        (false, _) => First::More,
        (true, Place::Quoted) => First::Unclosed,
        (true, _) => First::Whole(bytes.len()),
    }
}

/// The names as the line spells them; `None` if it is blank.
fn names_of(line: &[u8], dialect: Dialect, header: &Header) -> Result<Option<Vec<String>>> {
    let mut ends = Vec::new();
    let Some(record) = Splitter::new(line, dialect).next(&mut ends).filter(|record| !record.is_blank())
    else {
        return Ok(None);
    };
    if *header == Header::Counted {
        return Ok(Some(vec![String::new(); ends.len()]));
    }
    if record.stray.is_some() {
        return Err(Error::new("the header line has text behind a closing quote"));
    }
    let mut from = record.start;
    let mut names = Vec::new();
    for end in ends {
        let spelled = line.get(from..end as usize).unwrap_or(&[]);
        let is_quoted = dialect.quotes && spelled.starts_with(b"\"");
        if !is_quoted && ends_lines_in_cr(line, from, end as usize) {
            return Err(Error::new("the header line has a CR in it: lines end in CR alone")
                .help("tr '\\r' '\\n' < FILE | tamis …"));
        }
        names.push(name_of(spelled, dialect)?);
        from = end as usize + 1;
    }
    Ok(Some(names))
}

/// Whether a part of a line has a CR that no CR and no LF follows, and not the end of the line either.
fn ends_lines_in_cr(line: &[u8], from: usize, end: usize) -> bool {
    let part = line.get(from..end).unwrap_or(&[]);
    memchr::memchr_iter(b'\r', part)
        .any(|at| line.get(from + at + 1).is_some_and(|next| !b"\r\n".contains(next)))
}

fn name_of(spelled: &[u8], dialect: Dialect) -> Result<String> {
    let inside = spelled.strip_prefix(b"\"").filter(|_| dialect.quotes);
    let inside = inside.and_then(|rest| rest.strip_suffix(b"\""));
    let mut name = Vec::new();
    match inside {
        Some(inside) => write_plain(Form::Doubled, inside, &mut name),
        None if dialect.quotes => name.extend_from_slice(spelled),
        None => write_plain(Form::Backslashed, spelled, &mut name),
    }
    String::from_utf8(name).map_err(|_| {
        Error::new("the header line is not UTF-8")
            .help("name its encoding, such as --encoding latin1, or leave the line out and name the fields with --header")
    })
}
