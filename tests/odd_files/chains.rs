//! The chains that every file goes through, and what they must print.

use crate::cell::{Cell, Dialect, Style, spell_backslashed};
use crate::file::{File, Names, spelled};
use crate::oracle::{Meaning, Record, Reject};

/// A chain and what comes of a file.
pub(crate) struct Chain {
    /// All words but the options of the file.
    pub(crate) words: Vec<&'static str>,
    pub(crate) out: Vec<u8>,
    /// In the order of their lines.
    pub(crate) rejects: Vec<Reject>,
}

/// All chains for a file.
pub(crate) fn chains(file: &File, meaning: &Meaning) -> Vec<Chain> {
    let mut chains = vec![to_ndjson(file, meaning), unchanged(file, meaning), counted(meaning)];
    if !file.ragged {
        chains.push(with_a_field(file, meaning));
        chains.push(rewritten(file, meaning));
        chains.extend(redelimited(file, meaning));
    }
    chains
}

fn counted(meaning: &Meaning) -> Chain {
    let out = format!("count\n{}\n", meaning.records.len()).into_bytes();
    Chain { words: vec!["aggregate", "count()"], out, rejects: meaning.rejects.clone() }
}

fn to_ndjson(file: &File, meaning: &Meaning) -> Chain {
    let mut chain = Chain {
        words: vec!["filter", "true", "--to", "ndjson"],
        out: Vec::new(),
        rejects: meaning.rejects.clone(),
    };
    for record in &meaning.records {
        if record.cells.iter().any(|cell| str::from_utf8(&cell.text).is_err()) {
            chain.rejects.push(record.reject("not UTF-8"));
            continue;
        }
        let member = |(place, cell): (usize, &Cell)| {
            let value = cell.value(&file.dialect).map(String::from_utf8_lossy);
            format!("{}:{}", text(&meaning.name(place)), json(value.as_deref()))
        };
        let members: Vec<String> = record.cells.iter().enumerate().map(member).collect();
        chain.out.extend(format!("{{{}}}\n", members.join(",")).into_bytes());
    }
    chain.sorted()
}

/// The header line and the bytes of each record, with LF.
fn unchanged(file: &File, meaning: &Meaning) -> Chain {
    let mut chain =
        Chain { words: vec!["filter", "true"], out: header(file, meaning), rejects: meaning.rejects.clone() };
    chain.end_line();
    for record in &meaning.records {
        if !file.ragged {
            chain.out.extend(&record.raw);
            chain.end_line();
            continue;
        }
        let known = meaning.names.len();
        let mut more = record.cells.iter().enumerate().skip(known);
        let named = more.find(|(_, cell)| cell.value(&file.dialect).is_some());
        if let Some((place, _)) = named {
            chain.rejects.push(
                record.reject(&format!("field \"{}\" is no column of the output", meaning.name(place))),
            );
            continue;
        }
        let mut cells = record.cells.clone();
        cells.resize(known, Cell::plain(""));
        chain.out.extend(spelled(&cells, &file.dialect));
        chain.end_line();
    }
    chain.sorted()
}

/// A field after those of the file, whose bytes stay.
fn with_a_field(file: &File, meaning: &Meaning) -> Chain {
    let mut chain = Chain {
        words: vec!["project", "*, made = 1"],
        out: header(file, meaning),
        rejects: meaning.rejects.clone(),
    };
    let more = |text: &str| [&[file.dialect.delimiter], text.as_bytes(), b"\n"].concat();
    if !meaning.names.is_empty() {
        chain.out.extend(more("made"));
    }
    for record in &meaning.records {
        chain.out.extend(&record.raw);
        chain.out.extend(more("1"));
    }
    chain
}

/// Whether a text is spelled as a null without quotes, so that it is written in quotes.
fn is_like_null(text: &[u8], dialect: &Dialect) -> bool {
    dialect.nulls.iter().any(|null| !null.quoted && null.spelling.as_bytes() == text)
}

/// In another text format every field is written anew.
fn rewritten(file: &File, meaning: &Meaning) -> Chain {
    let to_csv = file.dialect.tsv;
    let anew = |names: bool, cells: &mut dyn Iterator<Item = Option<&[u8]>>| {
        let mut out = Vec::new();
        for (place, value) in cells.enumerate() {
            if place > 0 {
                out.push(if to_csv { b',' } else { b'\t' });
            }
            match value {
                Some(text) if to_csv && !names && is_like_null(text, &file.dialect) => {
                    out.extend(Cell::quoted(text).spelled(&Dialect::RFC));
                }
                Some(text) if to_csv => out.extend(written_anew(text, &Dialect::RFC)),
                Some(text) => spell_backslashed(text, &mut out),
                None => {}
            }
        }
        out.push(b'\n');
        out
    };
    let words = vec!["filter", "true", "--to", if to_csv { "csv" } else { "tsv" }];
    let mut chain = Chain { words, out: Vec::new(), rejects: meaning.rejects.clone() };
    if !meaning.names.is_empty() {
        chain.out = anew(true, &mut meaning.names.iter().map(|name| Some(name.as_bytes())));
    }
    for record in &meaning.records {
        chain.out.extend(anew(false, &mut record.cells.iter().map(|cell| cell.value(&file.dialect))));
    }
    chain
}

/// With another delimiter every field is written anew; what has no spelling is rejected.
fn redelimited(file: &File, meaning: &Meaning) -> Option<Chain> {
    let delimiter = if file.dialect.delimiter == b';' { ',' } else { ';' };
    let dialect = Dialect { delimiter: delimiter as u8, ..file.dialect.clone() };
    let is_spelled = |text: &[u8]| {
        let special = |byte: &u8| [dialect.delimiter, b'\r', b'\n'].contains(byte);
        dialect.quote.is_some() || dialect.escape.is_some() || !text.iter().any(special)
    };
    if dialect.tsv || !meaning.names.iter().all(|name| is_spelled(name.as_bytes())) {
        return None;
    }
    let words = vec!["filter", "true", "--delimiter-out", if delimiter == ';' { ";" } else { "," }];
    let names: Vec<Vec<u8>> =
        meaning.names.iter().map(|name| written_anew(name.as_bytes(), &dialect)).collect();
    let mut chain = Chain { words, out: names.join(&dialect.delimiter), rejects: meaning.rejects.clone() };
    chain.end_line();
    for record in &meaning.records {
        let values: Vec<_> = record.cells.iter().map(|cell| cell.value(&file.dialect)).collect();
        if !values.iter().flatten().all(|value| is_spelled(value)) {
            chain.rejects.push(record.reject("field \""));
            continue;
        }
        let spell = |value: &Option<&[u8]>| match value {
            None => Vec::new(),
            Some(value) if dialect.quote.is_some() && is_like_null(value, &dialect) => {
                Cell::quoted(value).spelled(&dialect)
            }
            Some(value) => written_anew(value, &dialect),
        };
        chain.out.extend(values.iter().map(spell).collect::<Vec<_>>().join(&dialect.delimiter));
        end_line(&mut chain.out);
    }
    Some(chain.sorted())
}

/// Ends a line; a CR at its end would be read as a part of an LF alone.
pub(crate) fn end_line(out: &mut Vec<u8>) {
    let end: &[u8] = if out.ends_with(b"\r") { b"\r\n" } else { b"\n" };
    out.extend(end);
}

impl Chain {
    fn end_line(&mut self) {
        if !self.out.is_empty() {
            end_line(&mut self.out);
        }
    }

    fn sorted(mut self) -> Self {
        self.rejects.sort();
        self
    }
}

impl Record {
    fn reject(&self, reason: &str) -> Reject {
        Reject { line: self.line, reason: reason.to_owned(), raw: self.raw.clone() }
    }
}

/// The header line that is written: names keep their quotes, and those that were made up are spelled as they are called.
fn header(file: &File, meaning: &Meaning) -> Vec<u8> {
    let cells = match (&file.names, &meaning.header) {
        (Names::Line, Some(cells)) => cells.as_slice(),
        _ => &[],
    };
    let spell = |(place, name): (usize, &String)| match cells.get(place) {
        // A CR at its end would be part of a line end.
        Some(cell) if cell.text == name.as_bytes() && !cell.spelled(&file.dialect).ends_with(b"\r") => {
            cell.spelled(&file.dialect)
        }
        _ => written_anew(name.as_bytes(), &file.dialect),
    };
    let names: Vec<Vec<u8>> = meaning.names.iter().enumerate().map(spell).collect();
    names.join(&file.dialect.delimiter)
}

/// A text as the program spells it when it has no spelling of its own.
fn written_anew(text: &[u8], dialect: &Dialect) -> Vec<u8> {
    let special = |byte: &u8| {
        let bytes = [Some(dialect.delimiter), Some(b'\n'), Some(b'\r'), dialect.quote, dialect.escape];
        bytes.contains(&Some(*byte))
    };
    let style = match (dialect.quote, dialect.escape) {
        (Some(_), _) if text.is_empty() => Style::Quoted,
        _ if !text.iter().any(special) => Style::Plain,
        (Some(_), Some(_)) => Style::QuotedEscaped,
        (Some(_), None) => Style::Quoted,
        (None, Some(_)) => Style::Escaped,
        (None, None) => Style::Plain,
    };
    Cell::styled(text, style).spelled(dialect)
}

/// A value of a text format as JSON: a number where it is spelled as one of JSON, but for what may be an id.
fn json(value: Option<&str>) -> String {
    match value {
        None => "null".to_owned(),
        Some(spelled) if is_number(spelled) && !may_be_an_id(spelled) => spelled.to_owned(),
        Some(spelled) => text(spelled),
    }
}

fn is_number(spelled: &str) -> bool {
    let starts = spelled.starts_with(|char: char| char == '-' || char.is_ascii_digit());
    starts
        && !spelled.ends_with([' ', '\t', '\n', '\r'])
        && serde_json::from_str::<&serde_json::value::RawValue>(spelled).is_ok()
}

/// Digits, `e`, digits.
fn may_be_an_id(spelled: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    spelled.split_once(['e', 'E']).is_some_and(|(before, after)| digits(before) && digits(after))
}

/// A JSON string.
fn text(text: &str) -> String {
    serde_json::to_string(text).expect("text can be written")
}
