//! Records read by a regex: `--pattern` names their fields by its groups.

use std::sync::Arc;

use regex::bytes::{CaptureLocations, Regex};

use super::bind::bind;
use super::first_line::Reads;
use super::located::{Located, not_utf8};
use super::named::NamedFramer;
use super::record_start::RecordStart;
use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result, regex_reason};
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};
use crate::time::{TimeReader, Zone, formats_of, stamp_len};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "regex",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "pattern", "record-start", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "lines read by --pattern, a regex with named groups",
        text: "\
Each named group, `(?<name>…)`, is a field; a record that does not match is rejected (a blank line is \
skipped). The pattern is searched for anywhere in the record unless `^` and `$` tie it down. A group that took \
no part is absent, one that matched nothing is null. With `--record-start REGEX`, lines that do not match \
that belong to the record before; `(?s)` lets `.` match line ends.",
        examples: &[Example {
            command: "--from regex --pattern '^(?<level>\\w+): (?<text>.*)' filter 'level == \"warn\"'",
            input: "info: up\nwarn: disk at 91 %\n",
            output: "{\"level\":\"warn\",\"text\":\"disk at 91 %\"}\n",
        }],
    },
};

/// Formats of events whose fields are between bars, and what reads them.
const EVENTS: [(&str, &str); 2] = [
    (
        "CEF",
        r"^CEF:(?<version>\d+)\|(?<vendor>(?:[^|\\]|\\.)*)\|(?<product>(?:[^|\\]|\\.)*)\|(?<device_version>(?:[^|\\]|\\.)*)\|(?<id>(?:[^|\\]|\\.)*)\|(?<name>(?:[^|\\]|\\.)*)\|(?<severity>[^|]*)\|(?<extension>.*)",
    ),
    (
        "LEEF",
        r"^LEEF:(?<version>[^|]*)\|(?<vendor>[^|]*)\|(?<product>[^|]*)\|(?<device_version>[^|]*)\|(?<id>[^|]*)\|(?<extension>.*)",
    ),
];

/// Whether a line begins with such a name and a colon.
fn begins(line: &[u8], name: &str) -> bool {
    line.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b":"))
}

/// A stamp at the front of a line, in brackets or not, and text after it.
fn first_line(line: &[u8]) -> Option<Reads> {
    if let Some((name, pattern)) = EVENTS.iter().find(|(name, _)| begins(line, name)) {
        return Some(Reads::By(name, (*pattern).to_owned()));
    }
    let is_bracketed = line.first() == Some(&b'[');
    let rest = line.get(usize::from(is_bracketed)..)?;
    let len = longest_stamp(rest, is_bracketed)?;
    let shape = shape_of(std::str::from_utf8(rest.get(..len)?).ok()?);
    let (open, close) = if is_bracketed { (r"\[", r"\]") } else { ("", "") };
    let between = if rest.get(len + usize::from(is_bracketed)) == Some(&b' ') { " " } else { "" };
    Some(Reads::By("", format!("^{open}(?<time>{shape}){close}{between}(?<message>.*)")))
}

/// The length of the longest time that `text` begins with, up to a bracket, or a blank or colon.
fn longest_stamp(text: &[u8], is_bracketed: bool) -> Option<usize> {
    const LONGEST: usize = 48;
    let reader = TimeReader::new(Zone::utc());
    // Whether a word after a stamp without a year is the name of a zone, only its shape tells.
    let is_yearless = |text: &[u8]| reader.is_yearless(text) && text.last().is_some_and(u8::is_ascii_digit);
    // A stamp that only a format reads: the reject that it becomes says which.
    let by_format = |text: &[u8]| !formats_of(text, reader.zone()).is_empty();
    let is_stamp = |text: &[u8]| {
        let is_known = reader.read(text).is_ok() || is_yearless(text) || stamp_len(text) == Some(text.len());
        is_known || by_format(text)
    };
    let ends_word = |at: &usize| text.get(*at).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let mut ends = (1..text.len().min(LONGEST)).rev().filter(ends_word);
    let end = ends.find(|at| text.get(..*at).is_some_and(is_stamp))?;
    let is_end = match text.get(end) {
        Some(b']') => is_bracketed,
        Some(b' ' | b':') => !is_bracketed,
        _ => false,
    };
    is_end.then_some(end)
}

/// A regex for stamps like this one: each run of digits or letters may be another one.
fn shape_of(stamp: &str) -> String {
    let (mut shape, mut last, mut in_clock) = (String::new(), "", false);
    for char in stamp.chars() {
        in_clock |= char == ':';
        let piece = match char {
            '0'..='9' => r"\d+",
            'T' if last == r"\d+" => "T",
            'Z' if last == r"\d+" => "Z",
            'A'..='Z' | 'a'..='z' => "[A-Za-z]+",
            '+' => "[+-]",
            '-' if in_clock => "[+-]",
            _ => "",
        };
        if piece.is_empty() {
            shape.push_str(&escaped(char));
        } else if piece != last {
            shape.push_str(piece);
        }
        last = piece;
    }
    shape
}

/// A character as a regex spells it.
fn escaped(char: char) -> String {
    if char == '-' { char.to_string() } else { regex::escape(char.encode_utf8(&mut [0; 4])) }
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    let pattern = options.pattern.as_deref().ok_or_else(|| {
        Error::new("--from regex needs --pattern")
            .help("name the fields by groups: --pattern '(?<level>\\w+) (?<text>.*)'")
    })?;
    let regex = Regex::new(pattern).map_err(|error| refused(pattern, &error))?;
    let groups = regex.capture_names().enumerate();
    let (names, groups): (Vec<_>, Vec<_>) =
        groups.filter_map(|(group, name)| Some((name?.to_owned(), group))).unzip();
    if names.is_empty() {
        return Err(Error::new("--pattern has no named group")
            .at(pattern, 0..pattern.len())
            .help("write (?<name>…) around each field"));
    }
    let pattern = Pattern { regex, names, groups, nulls: options.nulls.clone() };
    Ok(Box::new(RegexInput { pattern: Arc::new(pattern), start: RecordStart::of(options)? }))
}

#[derive(Debug)]
struct Pattern {
    regex: Regex,
    names: Vec<String>,
    /// The number of the group of each name.
    groups: Vec<usize>,
    nulls: Vec<Vec<u8>>,
}

struct RegexInput {
    pattern: Arc<Pattern>,
    start: RecordStart,
}

struct RegexDecoder {
    pattern: Arc<Pattern>,
    start: RecordStart,
    /// By slot the place of the field among the names.
    bound: Vec<Option<usize>>,
}

impl InputFormat for RegexInput {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(NamedFramer::new(self.start.framer(), self.pattern.names.clone()))
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        let bound = bind(&self.pattern.names, wanted);
        Arc::new(RegexDecoder { pattern: Arc::clone(&self.pattern), start: self.start.clone(), bound })
    }
}

impl Pattern {
    /// The cell of a field of a record at `start`, once the record matched.
    fn cell(&self, bytes: &[u8], start: usize, place: usize, found: &CaptureLocations) -> Cell {
        let Some((from, to)) = self.groups.get(place).and_then(|&group| found.get(group)) else {
            return Cell::MISSING;
        };
        let cell = Cell::new(start + from, start + to, Form::Untyped);
        let spelling = cell.spelling(bytes);
        let form = match spelling {
            [] => Form::Null,
            _ if self.nulls.iter().any(|null| null == spelling) => Form::NullText,
            _ => Form::Untyped,
        };
        Cell { form, ..cell }
    }
}

impl Decoder for RegexDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let bytes = block.bytes.as_slice();
        let Pattern { regex, .. } = &*self.pattern;
        let mut found = regex.capture_locations();
        let mut located = Located::new(block, self.bound.len(), spare);
        let mut cells = vec![Cell::MISSING; self.bound.len()];
        for framed in self.start.records(block) {
            let text = framed.span.of(bytes);
            let start = framed.span.start as usize;
            let matched = regex.captures_read(&mut found, text).is_some();
            if !matched && text.is_empty() {
                continue;
            }
            findings.read += 1;
            if !matched {
                let hint = self.start.hint(true);
                findings.reject_with(hint, framed.origin(block), None, "does not match --pattern", text);
                continue;
            }
            for (cell, place) in cells.iter_mut().zip(&self.bound) {
                *cell = place.map_or(Cell::MISSING, |place| self.pattern.cell(bytes, start, place, &found));
            }
            let bad = |cell: &Cell| Some(cell.start as usize + not_utf8(cell.spelling(bytes))?);
            match cells.iter().filter_map(bad).min() {
                Some(at) => {
                    let column = Some((at - start) as u64 + 1);
                    findings.reject(framed.origin(block), column, "not UTF-8", text);
                }
                None => located.push(framed.span, &cells),
            }
        }
        located.finish(findings)
    }
}

impl Walk for RegexDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let mut found = self.pattern.regex.capture_locations();
        if self.pattern.regex.captures_read(&mut found, record.of(bytes)).is_none() {
            return;
        }
        for (place, name) in self.pattern.names.iter().enumerate() {
            let cell = self.pattern.cell(bytes, record.start as usize, place, &found);
            if cell.form != Form::Missing {
                let spelled = Span { start: cell.start, end: cell.start + cell.len };
                visit(FieldView { name: name.as_bytes(), spelled, cell });
            }
        }
    }
}

fn refused(pattern: &str, error: &regex::Error) -> Error {
    let reason = regex_reason(error);
    Error::new(format!("--pattern: not a regex: {reason}")).at(pattern, 0..pattern.len())
}

#[cfg(test)]
mod tests {
    use super::super::trial::read;
    use super::*;

    fn options(pattern: Option<&str>) -> InputOptions {
        InputOptions { pattern: pattern.map(str::to_owned), ..Default::default() }
    }

    #[test]
    fn groups_are_fields() {
        let options = options(Some(r"^(?<level>\w+)(?: \[(?<id>\d*)\])?: (.)(?P<text>.*)$"));
        let text = b"info: up\n\nwarn [7]: disk\r\nnonsense\nwarn []: x";
        for step in [1, 100] {
            let trial = read(&FORMAT, &options, &["text", "id"], text, step).unwrap();
            let records = trial.records().into_iter().map(|fields| {
                let field = |(name, value): (String, Option<String>)| {
                    format!("{name}={}", value.unwrap_or("~".into()))
                };
                fields.into_iter().map(field).collect::<Vec<_>>().join(" ")
            });
            let expected = ["level=info text=p", "level=warn id=7 text=isk", "level=warn id=~ text=~"];
            assert_eq!(records.collect::<Vec<_>>(), expected);
            assert_eq!(trial.values(1), [None, Some("7".to_owned()), None]);
            assert_eq!(trial.rejects(), ["4: does not match --pattern"]);
            assert_eq!((trial.findings.read, trial.findings.present.clone()), (4, vec![true, true]));
        }
    }

    #[test]
    fn records_may_have_several_lines() {
        let mut options = options(Some(r"(?s)^(?<level>[A-Z]+) (?<text>.*)"));
        options.record_start = Some("^[A-Z]".to_owned());
        let trial = read(&FORMAT, &options, &["text"], b"E a\n at b\n at c\nI d\n", 1).unwrap();
        assert_eq!(trial.values(0), [Some("a\n at b\n at c".to_owned()), Some("d".to_owned())]);
    }

    #[test]
    fn what_is_read_must_be_utf8() {
        let trial =
            read(&FORMAT, &options(Some("(?-u)(?<a>.)(?<b>.)")), &["b"], b"\xffx\nx\xff\n", 100).unwrap();
        assert_eq!(trial.rejects(), ["2:2: not UTF-8"]);
    }

    #[test]
    fn patterns_that_cannot_serve_are_errors() {
        for (pattern, message) in
            [(None, "needs --pattern"), (Some("("), "unclosed group"), (Some("(a)"), "no named group")]
        {
            let error = read(&FORMAT, &options(pattern), &[], b"", 1).err().unwrap().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
