//! A reader of CSV that goes from byte to byte and looks at all that is left whenever it has to: what any bytes mean.

use crate::cell::{Cell, Dialect, Style};
use crate::file::{File, Names};
use crate::oracle::{Meaning, Record, Reject, refused_as_a_whole, unique};

/// A line or record as it is found.
struct Item {
    line: usize,
    /// Without its line end.
    raw: Vec<u8>,
    /// What follows its last field.
    found: Result<Vec<Cell>, Stray>,
    /// The byte after each field.
    next: Vec<Option<u8>>,
}

/// What spoils a record.
enum Stray {
    Unclosed,
    Behind(usize),
    Escape,
}

/// What the bytes of a file mean.
pub(crate) fn read(file: &File) -> Meaning {
    let mut items = items(file);
    let mut meaning = Meaning { refused: refused_as_a_whole(file), ..Meaning::default() };
    let says = |item: &Item| !item.raw.is_empty();
    let names = match &file.names {
        Names::Given(_) if file.bytes().is_empty() => Vec::new(),
        Names::Given(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        Names::Counted => {
            let count =
                items.iter().filter(|item| says(item)).find_map(|item| Some(item.found.as_ref().ok()?.len()));
            (1..=count.unwrap_or_default()).map(|place| format!("c{place}")).collect()
        }
        Names::Line => {
            let header = items.iter().position(says);
            let rest = header.map_or(items.len(), |at| at + 1);
            let header = items.drain(..rest).next_back().filter(says);
            header.map(|header| take_header(header, &mut meaning)).unwrap_or_default()
        }
    };
    meaning.names = unique(names);
    for item in items {
        take(file, item, &mut meaning);
    }
    meaning
}

/// Whether there is nothing to read but comments.
pub(crate) fn is_silent(file: &File) -> bool {
    items(file).is_empty()
}

fn take_header(item: Item, meaning: &mut Meaning) -> Vec<String> {
    let Ok(cells) = item.found else {
        meaning.refused = meaning.refused.or(Some("the header line "));
        return Vec::new();
    };
    let is_return = |place: usize, cell: &Cell| {
        let spelled = cell.spelled(&Dialect::RFC);
        let ends =
            (0..spelled.len()).map(|at| (spelled[at], spelled.get(at + 1).copied().or(item.next[place])));
        cell.style != Style::Quoted
            && ends.into_iter().any(|(byte, next)| byte == b'\r' && !matches!(next, Some(b'\r' | b'\n')))
    };
    if cells.iter().enumerate().any(|(place, cell)| is_return(place, cell)) {
        meaning.refused = meaning.refused.or(Some("the header line "));
    }
    if cells.iter().any(|cell| str::from_utf8(&cell.text).is_err()) {
        meaning.refused = meaning.refused.or(Some("the header line "));
    }
    let names = cells.iter().map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect();
    meaning.header = Some(cells);
    names
}

fn take(file: &File, Item { line, raw, found, .. }: Item, meaning: &mut Meaning) {
    let expected = meaning.names.len();
    let reason = match found {
        Ok(_) if raw.is_empty() && expected != 1 => return,
        Ok(cells) if file.ragged || cells.len() == expected => {
            return meaning.records.push(Record { line, raw, cells });
        }
        Ok(cells) => crate::oracle::misfit(expected, cells.len()),
        Err(Stray::Behind(at)) => format!("text after a closing quote (column {})", at + 1),
        Err(Stray::Unclosed) => "a quote that does not close".to_owned(),
        Err(Stray::Escape) => "an escape at the end of the input".to_owned(),
    };
    meaning.rejects.push(Reject { line, reason, raw });
}

fn items(file: &File) -> Vec<Item> {
    let text = file.body();
    let (mut at, mut line) = (0, 1 + file.preamble.len());
    let mut items = Vec::new();
    while at < text.len() {
        let rest = &text[at..];
        let line_end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let to;
        if file.comment.is_some_and(|comment| rest.starts_with(comment.as_bytes())) {
            to = line_end;
        } else {
            let mut next = Vec::new();
            let found = split(rest, &file.dialect, &mut next);
            let len;
            (to, len) = match &found {
                Ok((_, to, len)) => (*to, *len),
                Err(Stray::Escape) => (rest.len(), rest.len()),
                Err(_) => (line_end, line_end - usize::from(rest[..line_end].ends_with(b"\r"))),
            };
            let found = found.map(|(cells, ..)| cells).map_err(|stray| match stray {
                Stray::Behind(at) if at > line_end => Stray::Unclosed,
                stray => stray,
            });
            items.push(Item { line, raw: rest[..len].to_vec(), found, next });
        }
        let end = (at + to + 1).min(text.len());
        line += text[at..end].iter().filter(|byte| **byte == b'\n').count();
        at = end;
    }
    items
}

/// The fields of the first record, where its line end is, and where its bytes end before that.
fn split(
    bytes: &[u8],
    dialect: &Dialect,
    next: &mut Vec<Option<u8>>,
) -> Result<(Vec<Cell>, usize, usize), Stray> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let start = at;
        let quoted = dialect.quote.is_some() && bytes.get(at).copied() == dialect.quote;
        let (mut text, mut end) =
            if quoted { quoted_text(bytes, at, dialect)? } else { plain_text(bytes, at, dialect)? };
        let mut len = end;
        if quoted && bytes.get(end) == Some(&b'\r') && bytes.get(end + 1) != Some(&dialect.delimiter) {
            end += 1;
        } else if !quoted && is_line_end(bytes, end) && ends_in_return(&bytes[start..end], dialect) {
            text.pop();
            len -= 1;
        }
        if dialect.tsv {
            text = unescaped(&text);
        }
        let escapes =
            !dialect.tsv && dialect.escape.is_some_and(|escape| bytes[start..end].contains(&escape));
        let style = match (quoted, escapes) {
            (true, _) => Style::Quoted,
            (false, true) => Style::Escaped,
            (false, false) => Style::Plain,
        };
        cells.push(Cell { text, style, given: Some(bytes[start..len].to_vec()) });
        next.push(bytes.get(len).copied());
        if is_line_end(bytes, end) {
            return Ok((cells, end, len));
        }
        at = end + 1;
    }
}

fn is_line_end(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b'\n'))
}

/// Whether a field ends in a CR that no escape precedes.
fn ends_in_return(field: &[u8], dialect: &Dialect) -> bool {
    let escapes = field.iter().rev().skip(1).take_while(|byte| Some(**byte) == dialect.escape).count();
    field.ends_with(b"\r") && (dialect.tsv || escapes % 2 == 0)
}

/// The text between quotes, and the place after the closing one.
fn quoted_text(bytes: &[u8], start: usize, dialect: &Dialect) -> Result<(Vec<u8>, usize), Stray> {
    let mut text = Vec::new();
    let mut at = start + 1;
    loop {
        let byte = *bytes.get(at).ok_or(Stray::Unclosed)?;
        let next = bytes.get(at + 1).copied();
        if Some(byte) == dialect.escape || Some(byte) == dialect.quote && next == dialect.quote {
            text.push(next.ok_or(Stray::Unclosed)?);
            at += 2;
        } else if Some(byte) == dialect.quote {
            break;
        } else {
            text.push(byte);
            at += 1;
        }
    }
    match &bytes[at + 1..] {
        [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..] => Ok((text, at + 1)),
        [byte, ..] if *byte == dialect.delimiter => Ok((text, at + 1)),
        _ => Err(Stray::Behind(at + 1)),
    }
}

/// The text up to the next delimiter or line end, and where that is.
fn plain_text(bytes: &[u8], start: usize, dialect: &Dialect) -> Result<(Vec<u8>, usize), Stray> {
    let mut text = Vec::new();
    let mut at = start;
    while let Some(&byte) = bytes.get(at).filter(|byte| **byte != dialect.delimiter && **byte != b'\n') {
        if Some(byte) == dialect.escape {
            text.push(*bytes.get(at + 1).ok_or(Stray::Escape)?);
            at += 2;
        } else {
            text.push(byte);
            at += 1;
        }
    }
    Ok((text, at))
}

/// What the backslashes of TSV stand for.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let known = after.first().and_then(|letter| b"tnr\\".iter().position(|known| known == letter));
        match known.filter(|_| byte == b'\\') {
            Some(known) => {
                out.push(b"\t\n\r\\"[known]);
                rest = &after[1..];
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}
