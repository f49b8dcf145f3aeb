//! The field names of delimited files: from the header line, from `--header`, or counted.

use super::cut::Cutter;
use super::hints::hint_of_stray;
use super::split::{Record, Splitter, Stray, line_end};
use crate::error::{Error, Result};
use crate::format::lines::front_mark;
use crate::format::{Head, InputOptions};
use crate::hash::{Map, Set};
use crate::record::{Dialect, Escape, Form, HeaderDoubt, Marks, ReadAs, write_plain};

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

impl Header {
    pub(in crate::format) fn of(options: &InputOptions) -> Self {
        match &options.header {
            Some(names) => Self::Given(unique(names.clone())),
            None if options.no_header => Self::Counted,
            None => Self::Line,
        }
    }
}

/// What comes after the bytes that are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rest {
    /// More bytes, perhaps.
    MayCome,
    /// Nothing.
    None,
    /// More than a header may take.
    TooLong,
}

/// Takes byte order mark, blank lines and header line from the front of a file. Remembers between calls what it has
/// read, so that no byte is read twice in how small pieces so ever they come.
#[derive(Debug)]
pub(super) struct HeaderReader {
    header: Header,
    /// How lines begin that are no records; empty if none do.
    comment: Vec<u8>,
    dialect: Dialect,
    read_as: ReadAs,
    cutter: Cutter,
    /// Where the first record begins that was not looked at.
    from: usize,
    /// How many names there are if no record tells: fields of the first line whose quotes are wrong, or one if there
    /// are blank lines.
    fallback: Option<usize>,
    spelled: Map<String, Vec<u8>>,
}

impl HeaderReader {
    pub(super) fn new(header: Header, dialect: Dialect, options: &InputOptions) -> Self {
        let (cutter, spelled) = (Cutter::new(dialect), Map::default());
        // A header line is the first line that is none, and those before it were dropped.
        let comment = options.comment.as_deref().filter(|_| header == Header::Counted);
        let (comment, read_as) = (comment.unwrap_or_default().to_vec(), options.read_as);
        Self { header, comment, dialect, read_as, cutter, from: 0, fallback: None, spelled }
    }

    /// Looks at the front of the file, of which earlier calls were shown the first bytes.
    pub(super) fn read(&mut self, bytes: &[u8], rest: Rest) -> Result<Head> {
        let Some(mark) = front_mark(bytes, rest != Rest::MayCome) else { return Ok(Head::More) };
        if let Header::Given(names) = &self.header {
            // Nothing after a mark is an empty input, which has no names.
            if bytes.len() == mark {
                let is_empty = Head::Names(None, mark);
                return Ok(if rest == Rest::MayCome { Head::More } else { is_empty });
            }
            return Ok(Head::Names(Some(names.clone()), mark));
        }
        self.from = self.from.max(mark);
        loop {
            if !self.pass_comments(bytes, rest) {
                return Ok(Head::More);
            }
            let front = bytes.get(self.from..).unwrap_or(&[]);
            self.cut(front, rest);
            let whole = match rest {
                Rest::None if !self.cutter.is_open() => front.len(),
                _ => self.cutter.whole(),
            };
            if let Some((names, end)) = self.find(front.get(..whole).unwrap_or(&[]))? {
                let header = if self.header == Header::Line { self.from + end } else { mark };
                return Ok(Head::Names(Some(names), header));
            }
            self.pass(front, whole);
            if !self.comment.is_empty() && whole > 0 {
                continue;
            }
            let front = bytes.get(self.from..).unwrap_or(&[]);
            if rest == Rest::MayCome {
                return Ok(Head::More);
            }
            if front.is_empty() || !self.pass_unreadable(front, rest)? {
                return Ok(self.without_names(mark));
            }
        }
    }

    /// Goes past comments where a record may begin; false if more bytes are needed to tell.
    fn pass_comments(&mut self, bytes: &[u8], rest: Rest) -> bool {
        while !self.comment.is_empty() && !self.cutter.is_open() {
            let front = bytes.get(self.from..).unwrap_or(&[]);
            let may_begin = front.len() < self.comment.len() && self.comment.starts_with(front);
            if rest == Rest::MayCome && may_begin {
                return false;
            }
            if !front.starts_with(&self.comment) {
                break;
            }
            let line_end = memchr::memchr(b'\n', front);
            if line_end.is_none() && rest == Rest::MayCome {
                return false;
            }
            self.from += line_end.map_or(front.len(), |at| at + 1);
            self.cutter = Cutter::new(self.dialect);
        }
        true
    }

    /// Cuts what is next into records: where comments may be between them no more than one, line by line.
    fn cut(&mut self, front: &[u8], rest: Rest) {
        if self.comment.is_empty() {
            return self.cutter.read_on(front, rest != Rest::MayCome);
        }
        let mut end = 0;
        while self.cutter.whole() == 0 && end < front.len() {
            let line = front.get(end..).unwrap_or(&[]);
            end += memchr::memchr(b'\n', line).map_or(line.len(), |at| at + 1);
            self.cutter.read_on(front.get(..end).unwrap_or(&[]), end == front.len() && rest != Rest::MayCome);
        }
    }

    /// Goes past records that tell no names: all of `whole` bytes, or the first, after which a comment may be.
    fn pass(&mut self, front: &[u8], whole: usize) {
        if self.comment.is_empty() || whole == 0 {
            self.from += whole;
            return self.cutter.drop_front(whole);
        }
        let mut splitter = Splitter::new(front.get(..whole).unwrap_or(&[]), self.dialect);
        splitter.next(&mut Vec::new());
        self.from += splitter.at();
        self.cutter = Cutter::new(self.dialect);
    }

    /// See [`Framer::take_spelled_names`](crate::format::Framer::take_spelled_names).
    pub(super) fn take_spelled(&mut self) -> Map<String, Vec<u8>> {
        std::mem::take(&mut self.spelled)
    }

    /// The names by the first of these whole records that tells them, and where that ends.
    fn find(&mut self, records: &[u8]) -> Result<Option<(Vec<String>, usize)>> {
        let mut splitter = Splitter::new(records, self.dialect);
        let mut ends = Vec::new();
        while let Some(record) = splitter.next(&mut ends) {
            match (&self.header, record.stray) {
                _ if record.is_blank() => _ = self.fallback.get_or_insert(1),
                (Header::Line, stray) => {
                    let line = records.get(record.start..record.end).unwrap_or(&[]);
                    stray.map_or(Ok(()), |stray| Err(self.stray_in(line, record.start, stray)))?;
                    let names = self.names_of(records, record, &ends)?;
                    return Ok(Some((names, splitter.at())));
                }
                (_, None) => return Ok(Some(((1..=ends.len()).map(counted).collect(), splitter.at()))),
                // It is rejected later: the next one tells the number of fields.
                (_, Some(_)) => _ = self.fallback.get_or_insert(ends.len()),
            }
            // What follows may be a comment.
            if !self.comment.is_empty() {
                break;
            }
        }
        Ok(None)
    }

    /// Goes past the line at the front, which is not read as a record, if it need not be. False if there is nothing
    /// more to look at.
    fn pass_unreadable(&mut self, front: &[u8], rest: Rest) -> Result<bool> {
        match (&self.header, self.cutter.is_open()) {
            (Header::Line, true) if rest == Rest::None => {
                let len = memchr::memchr(b'\n', front).unwrap_or(front.len());
                Err(self.stray_in(front.get(..len).unwrap_or(&[]), 0, Stray::Unclosed))
            }
            (Header::Line, true) => {
                let message = "the header line is longer than --max-record, or a quote in it does not close";
                Err(Error::new(message).help("give a larger one, if the quote closes"))
            }
            (Header::Line, false) => Err(Error::new("the header line is longer than --max-record")
                .help("give a larger one, if the file is csv or tsv at all")),
            (_, true) => {
                // The quote does not close, so that its line is rejected later.
                let len = line_end(front, self.dialect).map_or(front.len(), |at| at + 1);
                let mut ends = Vec::new();
                Splitter::new(front.get(..len).unwrap_or(&[]), self.dialect).next(&mut ends);
                self.fallback.get_or_insert(ends.len());
                self.from += len;
                self.cutter = Cutter::new(self.dialect);
                Ok(len < front.len())
            }
            (_, false) if self.fallback.is_some() => Ok(false),
            (_, false) => Err(Error::new("the first record is longer than --max-record")
                .help("name the fields with --header, and it is rejected, or give a larger --max-record")),
        }
    }

    /// What there is without a record that tells names.
    fn without_names(&self, mark: usize) -> Head {
        match self.fallback {
            Some(fields) if self.header == Header::Counted => {
                Head::Names(Some((1..=fields).map(counted).collect()), mark)
            }
            _ if mark > 0 => Head::Names(None, mark),
            _ => Head::None,
        }
    }

    /// The error for a header line that begins at `start`, with what is wrong with its quotes.
    #[cold]
    fn stray_in(&self, line: &[u8], start: usize, stray: Stray) -> Error {
        let at = match stray {
            Stray::Behind(at) => Some(at - start),
            Stray::Unclosed | Stray::Escape => None,
        };
        let error = Error::new(match stray {
            Stray::Behind(_) => "the header line has text after a closing quote",
            Stray::Unclosed => "the header line has a quote that does not close",
            Stray::Escape => "the header line ends with an escape",
        });
        let doubt = HeaderDoubt::of_unreadable(line, at);
        let by_doubt = doubt.map(|doubt| doubt.remedy("csv", self.read_as));
        let by_quotes = || Some(hint_of_stray(line, self.dialect, stray)?.remedy(self.read_as));
        match by_doubt.or_else(by_quotes) {
            Some(remedy) => error.help(remedy),
            None => error,
        }
    }

    /// The names in the header line.
    fn names_of(&mut self, bytes: &[u8], record: Record, ends: &[u32]) -> Result<Vec<String>> {
        let mut from = record.start;
        let mut spellings = Vec::with_capacity(ends.len());
        for &end in ends {
            let spelled = bytes.get(from..end as usize).unwrap_or(&[]);
            let is_quoted = self.dialect.quote.is_some_and(|quote| spelled.first() == Some(&quote));
            if !is_quoted && ends_lines_in_cr(bytes, from, end as usize, self.dialect.escape_byte()) {
                return Err(Error::new("the header line has a CR in it: lines end in CR alone")
                    .help(self.read_as.piped("tr '\\r' '\\n' < FILE", Some("csv"))));
            }
            spellings.push(spelled);
            from = end as usize + 1;
        }
        let own: Option<Vec<String>> =
            spellings.iter().map(|spelled| name_of(spelled, self.dialect)).collect();
        let own = own.ok_or_else(|| not_utf8(self.read_as))?;
        let names = unique(own.clone());
        let odd = |byte: &u8| self.dialect.quote == Some(*byte) || *byte == b'\\' || !byte.is_ascii_graphic();
        for ((name, own), spelled) in names.iter().zip(&own).zip(spellings) {
            let is_special = name.as_bytes() != spelled || spelled.iter().any(odd);
            // A CR at the end would be part of a line end.
            if name == own && is_special && !spelled.ends_with(b"\r") {
                self.spelled.insert(name.clone(), spelled.to_vec());
            }
        }
        Ok(names)
    }
}

/// Whether a part of a line has a CR that is not escaped, and that no CR and no LF follows, and not the end of the line
/// either.
fn ends_lines_in_cr(line: &[u8], from: usize, end: usize, escape: Option<u8>) -> bool {
    let mut at = from;
    while let Some(&byte) = line.get(at).filter(|_| at < end) {
        let next = line.get(at + 1);
        if byte == b'\r' && next.is_some_and(|next| !b"\r\n".contains(next)) {
            return true;
        }
        at += if Some(byte) == escape { 2 } else { 1 };
    }
    false
}

/// The name of the field at `place` (from 1) that has no other.
pub(in crate::format) fn counted(place: usize) -> String {
    format!("c{place}")
}

/// The name of the field at `place` (from 1) that has no other, where fields have the names `taken`: `c5`, or the first
/// of `c5_2`, `c5_3`, … that is free.
pub(super) fn invented(place: usize, taken: &Set<String>) -> String {
    let name = counted(place);
    if !taken.contains(&name) {
        return name;
    }
    let mut others = (2_u64..).map(|number| format!("{name}_{number}"));
    others.find(|other| !taken.contains(other)).unwrap_or(name)
}

/// Names without repetition: of two that are the same the second becomes `x_2`, or the first of `x_3`, … that is no
/// name of the header; an empty one is [`invented`].
pub(in crate::format) fn unique(mut names: Vec<String>) -> Vec<String> {
    let mut all: Set<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
    // The number that each name was given last: those before are taken.
    let mut given: Map<String, u64> = Map::default();
    for name in names.iter_mut().filter(|name| !name.is_empty()) {
        let number = given.entry(name.clone()).or_insert(0);
        *number += 1;
        if *number > 1 {
            while all.contains(&format!("{name}_{number}")) {
                *number += 1;
            }
            *name = format!("{name}_{number}");
        }
    }
    if names.iter().any(String::is_empty) {
        all.extend(names.iter().cloned());
        for (place, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_empty()) {
            *name = invented(place + 1, &all);
        }
    }
    names
}

fn name_of(spelled: &[u8], dialect: Dialect) -> Option<String> {
    let quote = dialect.quote.filter(|quote| spelled.first() == Some(quote) && spelled.len() > 1);
    let inside = match quote {
        Some(_) => spelled.get(1..spelled.len() - 1).unwrap_or(&[]),
        None => spelled,
    };
    let mut name = Vec::new();
    match dialect.escape {
        Escape::Letters => write_plain(Form::Backslashed, inside, &mut name),
        _ => Marks::new(quote, dialect.escape_byte()).write_plain(inside, &mut name),
    }
    String::from_utf8(name).ok()
}

#[cold]
fn not_utf8(read_as: ReadAs) -> Error {
    let encoding = format!("name its encoding, such as {} latin1", read_as.option("encoding"));
    Error::new("the header line is not UTF-8").help(match read_as {
        ReadAs::Input => format!("{encoding}, or leave the line out and name the fields with --header"),
        ReadAs::Table => encoding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_header_are_kept_before_any_is_made() {
        let cases: &[(&str, &str)] = &[
            ("x,x,x_2,x", "x,x_3,x_2,x_4"),
            (",c1", "c1_2,c1"),
            ("a,,c2,c2", "a,c2_3,c2,c2_2"),
            (",,", "c1,c2,c3"),
            ("c3,c3_2,", "c3,c3_2,c3_3"),
            ("c1,", "c1,c2"),
        ];
        for (given, expected) in cases {
            let names = unique(given.split(',').map(str::to_owned).collect());
            assert_eq!(names.join(","), *expected, "{given}");
        }
        let taken = ["c5", "c5_2", "c6_2"].map(str::to_owned).into_iter().collect();
        let made = [4, 5, 6].map(|place| invented(place, &taken));
        assert_eq!(made, ["c4", "c5_3", "c6"]);
    }

    /// A header in pieces, of which each byte is looked at once: many calls of many bytes would take minutes.
    #[test]
    fn wide_headers_are_read_in_pieces() {
        let names: Vec<String> = (0..60_000).map(|number| format!("\"name, {number}\"")).collect();
        let text = format!("\n\r\n{}\n1,2\n", names.join(","));
        let mut reader = HeaderReader::new(Header::Line, super::super::RFC_4180, &InputOptions::default());
        let mut found = None;
        for len in 0..=text.len() {
            if let Head::Names(names, len) = reader.read(&text.as_bytes()[..len], Rest::MayCome).unwrap() {
                found = Some((names.unwrap(), len));
                break;
            }
        }
        let (found, len) = found.expect("a header");
        assert_eq!((found.len(), found[59_999].as_str()), (60_000, "name, 59999"));
        assert_eq!(len, text.len() - "1,2\n".len());
        assert_eq!(reader.take_spelled()["name, 7"], b"\"name, 7\"");
    }
}
