//! Header lines that are most likely none, or whose fields something else separates: judged by the line alone, in one
//! place for inputs and tables.

use super::hint::COMMENTS;
use super::{Heading, Path, ReadAs};
use crate::error::{listed, shown, shown_bytes};
use crate::spell;

/// Why a header line is doubted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeaderDoubt {
    /// It says to Excel what separates the fields: `sep=;`. The delimiter, where it is not the one that was used.
    ForExcel(Option<u8>),
    /// It begins as JSON does that the format of this name reads.
    Json(&'static str),
    /// It begins as HTML and XML do.
    Markup,
    /// A blank is before the quote of a name.
    BlankBeforeQuote,
    /// It is one field, and holds what may separate several.
    OtherDelimiter(u8),
    /// It begins as comments do.
    Comment(&'static str),
    /// It is a title: a later line has the fields that are asked for, or it is one field of several words.
    Title {
        /// Lines before the one that names the fields.
        lines: u64,
        /// What separates fields there, if it is not the one that was used.
        delimiter: Option<u8>,
    },
}

/// What separates fields in files that are called csv or tsv.
const DELIMITERS: &[u8] = b";\t|,^~\x01\x1f";

impl HeaderDoubt {
    /// What is to be doubted of a header line. `chosen`: its delimiter was named, so that none is guessed.
    pub fn of(heading: Heading<'_>, chosen: bool) -> Option<Self> {
        let first = heading.names.first()?;
        let is_quoted = |name: &String| {
            let quote = heading.dialect.and_then(|dialect| dialect.quote);
            let spelled = heading.spelled.get(name);
            spelled.is_some_and(|spelled| quote.is_some() && spelled.first().copied() == quote)
        };
        if let Some(doubt) = Self::by_excel(heading.names).or_else(|| Self::by_start(first.as_bytes())) {
            return Some(doubt);
        }
        if heading.dialect.and_then(|dialect| dialect.quote).is_some_and(|quote| {
            let is_late = |name: &String| name.starts_with(' ') && begins_quoted(name.as_bytes(), quote);
            heading.names.iter().any(|name| is_late(name) && !is_quoted(name))
        }) {
            return Some(Self::BlankBeforeQuote);
        }
        let is_one = heading.names.len() == 1 && !chosen && !is_quoted(first);
        is_one.then(|| Self::by_delimiter(first)).flatten()
    }

    /// What is to be doubted of a header line that lacks a field of those that are asked for: it may be a comment or a title,
    /// too.
    pub fn of_lacking(heading: Heading<'_>, chosen: bool, asked: &[&Path]) -> Option<Self> {
        let first = heading.names.first()?;
        let is_one = heading.names.len() == 1;
        if let Some(comment) = Self::by_comment(first, is_one) {
            return Some(comment);
        }
        let doubt = Self::of(heading, chosen);
        match doubt {
            None | Some(Self::OtherDelimiter(_) | Self::BlankBeforeQuote) => {
                let is_title = is_one && first.trim().contains(' ');
                let title = title_before(heading, chosen, asked);
                title.or(doubt).or(is_title.then_some(Self::Title { lines: 1, delimiter: None }))
            }
            doubt => doubt,
        }
    }

    /// A comment has a blank after what it begins with, or is all of the line.
    fn by_comment(first: &str, is_one: bool) -> Option<Self> {
        let begins = |prefix: &&&str| {
            first
                .strip_prefix(**prefix)
                .is_some_and(|rest| is_one && !rest.is_empty() || rest.starts_with(' '))
        };
        COMMENTS.iter().find(begins).map(|prefix| Self::Comment(prefix))
    }

    /// The same of a header line that cannot be read: `at` is where text follows a closing quote.
    pub fn of_unreadable(line: &[u8], at: Option<usize>) -> Option<Self> {
        let behind = at.and_then(|at| line.get(at)).filter(|byte| DELIMITERS.contains(byte));
        Self::by_start(line).or(behind.map(|delimiter| Self::OtherDelimiter(*delimiter)))
    }

    fn by_excel(names: &[String]) -> Option<Self> {
        let mark = names.first()?.get(..4).filter(|mark| mark.eq_ignore_ascii_case("sep="))?;
        let delimiter = names.first()?.as_bytes().get(mark.len()..)?;
        match (delimiter, names) {
            ([delimiter], [_]) => Some(Self::ForExcel(Some(*delimiter))),
            ([], [_, second]) if second == "c2" => Some(Self::ForExcel(None)),
            _ => None,
        }
    }

    fn by_start(line: &[u8]) -> Option<Self> {
        let behind = |open: u8| Some(line.trim_ascii_start().strip_prefix(&[open])?.trim_ascii_start());
        if behind(b'{').is_some_and(|rest| rest.starts_with(b"\"")) {
            return Some(Self::Json("ndjson"));
        }
        if behind(b'[').is_some_and(|rest| rest.starts_with(b"{")) {
            return Some(Self::Json("json"));
        }
        let is_tag = |byte: &u8| byte.is_ascii_alphabetic() || b"!?".contains(byte);
        behind(b'<').and_then(<[u8]>::first).is_some_and(is_tag).then_some(Self::Markup)
    }

    /// The delimiter that is there most often, with something before and after it.
    fn by_delimiter(name: &str) -> Option<Self> {
        let parts = |delimiter: u8| {
            let parts = name.split(char::from(delimiter)).filter(|part| !part.trim().is_empty());
            parts.count()
        };
        let most = DELIMITERS.iter().rev().max_by_key(|delimiter| parts(**delimiter))?;
        (parts(*most) > 1).then_some(Self::OtherDelimiter(*most))
    }

    /// What is the matter with the header line.
    pub fn what(&self, names: &[String]) -> String {
        let first = names.first().map_or("", String::as_str);
        match self {
            Self::ForExcel(_) => {
                "the header line is for Excel: sep= says what separates the fields".to_owned()
            }
            Self::Json(_) => {
                format!("the header line begins with {}, as JSON does", shown_bytes(front(first)))
            }
            Self::Markup => {
                format!("the header line begins with {}, as HTML and XML do", shown_bytes(front(first)))
            }
            Self::BlankBeforeQuote => {
                "the header line has a blank before a quote, which is text then".to_owned()
            }
            Self::OtherDelimiter(_) | Self::Title { .. } if names.len() == 1 => {
                format!("the header line is the one field \"{}\"", shown(first))
            }
            Self::OtherDelimiter(_) | Self::Title { .. } => {
                format!("the header line has the fields {}", listed(names.iter().map(String::as_str)))
            }
            Self::Comment(prefix) => format!("the header line begins with {prefix}, as comments do"),
        }
    }

    /// What to do about it. `format`: that by which the line was read.
    pub fn remedy(&self, format: &str, read_as: ReadAs) -> String {
        let skip = |lines: u64| format!("{} {lines}", read_as.option("skip"));
        match self {
            Self::ForExcel(None) => format!("leave it out: {}", skip(1)),
            Self::ForExcel(Some(other)) => {
                format!("leave it out: {} {}", skip(1), delimiter_options(*other, format, read_as))
            }
            Self::Json(name) => format!("if it is JSON: {} {name}", read_as.option("from")),
            Self::Markup => {
                "look at the file: it may be a page that says why there is no csv; HTML and XML are not read"
                    .to_owned()
            }
            Self::BlankBeforeQuote => blank_before_quote(read_as),
            Self::OtherDelimiter(other) => {
                let options = delimiter_options(*other, format, read_as);
                format!("if {} separates the fields: {options}", name_of(*other))
            }
            Self::Comment(prefix) => {
                format!("if it is one: {} {}", read_as.option("comment"), spell::word(prefix))
            }
            Self::Title { lines, delimiter: None } => format!("if it is a title: {}", skip(*lines)),
            Self::Title { lines, delimiter: Some(other) } => {
                format!("if it is a title: {} {}", skip(*lines), delimiter_options(*other, format, read_as))
            }
        }
    }
}

/// The title that is before the line with all fields which are asked for, if the header line has none of them. `chosen`: the
/// delimiter was named.
fn title_before(heading: Heading<'_>, chosen: bool, asked: &[&Path]) -> Option<HeaderDoubt> {
    const MOST: usize = 100;
    if asked.is_empty() || asked.iter().any(|path| path.is_among(heading.names)) {
        return None;
    }
    let own = heading.dialect.map_or(b',', |dialect| dialect.delimiter);
    let others = DELIMITERS.iter().copied().filter(|other| !chosen && *other != own);
    let quote = heading.dialect.and_then(|dialect| dialect.quote).map_or('"', char::from);
    let name = |field: &[u8]| String::from_utf8_lossy(field).trim().trim_matches(quote).to_owned();
    let has_asked = |line: &[u8], delimiter: u8| {
        let names: Vec<String> = line.split(|byte| *byte == delimiter).map(name).collect();
        asked.iter().all(|path| path.is_among(&names))
    };
    let line_with = |delimiter: u8| {
        let mut lines = heading.after.bytes.split(|byte| *byte == b'\n').take(MOST);
        let at = lines.position(|line| has_asked(line, delimiter))?;
        Some(heading.after.line.saturating_add(at as u64).saturating_sub(1))
    };
    let title = |lines: u64, delimiter: Option<u8>| HeaderDoubt::Title { lines, delimiter };
    let by_other = |other: u8| Some(title(line_with(other)?, Some(other)));
    line_with(own).map(|lines| title(lines, None)).or_else(|| others.into_iter().find_map(by_other))
}

/// What to do about quotes with a blank before them.
pub(super) fn blank_before_quote(read_as: ReadAs) -> String {
    let way = read_as.piped("sed 's/, *\"/,\"/g' FILE", Some("csv"));
    format!("a quote opens at the start of a field alone: {way}")
}

/// Whether a field begins with blanks and a quote.
fn begins_quoted(field: &[u8], quote: u8) -> bool {
    field.trim_ascii_start().first() == Some(&quote)
}

/// The first few bytes of a name.
fn front(name: &str) -> &[u8] {
    let name = name.trim_start().as_bytes();
    let end = name.iter().position(u8::is_ascii_whitespace).unwrap_or(name.len());
    name.get(..end.min(12)).unwrap_or(name)
}

/// The options that name a delimiter.
fn delimiter_options(delimiter: u8, format: &str, read_as: ReadAs) -> String {
    let from = format!("{} csv", read_as.option("from"));
    let named = format!("{} {}", read_as.option("delimiter"), typed(delimiter));
    match (format, delimiter) {
        ("tsv", b',') => from,
        ("tsv", _) => format!("{from} {named}"),
        _ => named,
    }
}

/// A delimiter as its option takes it.
fn typed(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        byte if byte.is_ascii_control() => format!("'\\x{byte:02x}'"),
        byte => spell::word(&char::from(byte).to_string()),
    }
}

/// A delimiter in words.
fn name_of(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "a tab".to_owned(),
        byte => format!("\"{}\"", shown(&char::from(byte).to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Map;
    use crate::record::{After, Dialect, Escape};

    fn doubt(names: &[&str], chosen: bool) -> Option<HeaderDoubt> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let dialect = Some(Dialect { delimiter: b',', quote: Some(b'"'), escape: Escape::None });
        let (spelled, after) = (&Map::default(), After::default());
        HeaderDoubt::of(Heading { names: &names, spelled, format: "csv", dialect, after }, chosen)
    }

    #[test]
    fn header_lines_are_doubted_by_what_they_hold() {
        let other = |delimiter: u8| Some(HeaderDoubt::OtherDelimiter(delimiter));
        let cases: &[(&[&str], Option<HeaderDoubt>)] = &[
            (&["id;name;price"], other(b';')),
            (&["id\tname"], other(b'\t')),
            (&["a|b;c|d"], other(b'|')),
            (&["a\u{1}b"], other(1)),
            (&["note;"], None),
            (&["a;b", "c"], None),
            (&["plain name"], None),
            (&["sep=;"], Some(HeaderDoubt::ForExcel(Some(b';')))),
            (&["SEP=", "c2"], Some(HeaderDoubt::ForExcel(None))),
            (&["sep=", "width"], None),
            (&["{\"a\":1}"], Some(HeaderDoubt::Json("ndjson"))),
            (&["[{\"a\":1", "x"], Some(HeaderDoubt::Json("json"))),
            (&["{a}"], None),
            (&["<!DOCTYPE html>"], Some(HeaderDoubt::Markup)),
            (&["<5"], None),
            (&["a", " \"b\""], Some(HeaderDoubt::BlankBeforeQuote)),
        ];
        for (names, expected) in cases {
            assert_eq!(doubt(names, false), *expected, "{names:?}");
        }
        assert_eq!(doubt(&["id;name"], true), None);
    }

    #[test]
    fn remedies_are_as_they_are_typed() {
        let remedy = |doubt: HeaderDoubt, format, of| doubt.remedy(format, of);
        let (input, table) = (ReadAs::Input, ReadAs::Table);
        let other = HeaderDoubt::OtherDelimiter;
        assert_eq!(remedy(other(b';'), "csv", input), "if \";\" separates the fields: --delimiter ';'");
        assert_eq!(
            remedy(other(b'\t'), "csv", table),
            "if a tab separates the fields: --table-delimiter tab"
        );
        assert_eq!(remedy(other(b','), "tsv", input), "if \",\" separates the fields: --from csv");
        assert_eq!(
            remedy(other(1), "tsv", input),
            "if \"\\u{1}\" separates the fields: --from csv --delimiter '\\x01'"
        );
        let excel = HeaderDoubt::ForExcel(Some(b';'));
        assert_eq!(remedy(excel.clone(), "csv", input), "leave it out: --skip 1 --delimiter ';'");
        assert_eq!(remedy(excel, "csv", table), "leave it out: --table-skip 1 --table-delimiter ';'");
    }
}
