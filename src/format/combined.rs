//! The combined log format of web servers, and what `common` shares with it.

use std::sync::Arc;

use super::bind::bind;
use super::first_line::Reads;
use super::lines::LineFramer;
use super::located::{Misfit, decode_lines, fill};
use super::named::NamedFramer;
use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Form, Span, Walk};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "combined",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "access logs of web servers, with referer and agent",
        text: "\
Fields by position: `ip ident user time method path protocol status bytes referer agent`. `-` is null, `\"\"` \
empty text; the time stands without its brackets, quoted fields without their quotes, in which `\\\"`, `\\\\`, \
`\\n`, `\\x1b` and their like, as Apache and nginx write them, spell a byte; any other backslash stays. A \
request that is not three words is `path` as a whole; `method` and `protocol` are then null. The agent may \
lack its closing quote, since servers cut long lines. Any other line that does not fit is rejected with the \
column; blank lines are skipped.",
        examples: &[Example {
            command: "--from combined project 'ip, status, path'",
            input: "10.0.0.7 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl/7\"\n",
            output: "{\"ip\":\"10.0.0.7\",\"status\":200,\"path\":\"/a\"}\n",
        }],
    },
};

/// The fields in order.
const NAMES: [&str; 11] =
    ["ip", "ident", "user", "time", "method", "path", "protocol", "status", "bytes", "referer", "agent"];

/// Those of `common`.
pub(super) const COMMON: &[&str] = NAMES.split_at(9).0;

fn first_line(line: &[u8]) -> Option<Reads> {
    reads(line, &NAMES)
}

/// Whether a line is one of an access log of these fields.
pub(super) fn reads(line: &[u8], names: &'static [&'static str]) -> Option<Reads> {
    let decoder = AccessDecoder { names, nulls: Vec::new(), bound: Vec::new() };
    decoder.read(line, Span::new(0, line.len())).ok().map(|_| Reads::AsItIs)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(AccessLog { names: &NAMES, nulls: options.nulls.clone() }))
}

/// An access log of the first few or all of the fields.
#[derive(Debug)]
pub(super) struct AccessLog {
    names: &'static [&'static str],
    nulls: Vec<Vec<u8>>,
}

impl AccessLog {
    /// The fields without referer and agent.
    pub(super) fn common(options: &InputOptions) -> Self {
        Self { names: COMMON, nulls: options.nulls.clone() }
    }
}

impl InputFormat for AccessLog {
    fn framer(&self) -> Box<dyn Framer> {
        let names = self.names.iter().map(|&name| name.to_owned()).collect();
        Box::new(NamedFramer::new(Box::new(LineFramer::default()), names))
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        let bound = bind(self.names, wanted);
        Arc::new(AccessDecoder { names: self.names, nulls: self.nulls.clone(), bound })
    }
}

struct AccessDecoder {
    names: &'static [&'static str],
    nulls: Vec<Vec<u8>>,
    /// By slot the place of the field.
    bound: Vec<Option<usize>>,
}

type Cells = [Cell; NAMES.len()];

impl AccessDecoder {
    /// All fields of a line, or where and why it does not fit.
    #[inline]
    fn read(&self, bytes: &[u8], line: Span) -> std::result::Result<Cells, Misfit> {
        let end = line.end as usize;
        let mut scan = Scan { bytes: bytes.get(..end).unwrap_or(bytes), at: line.start as usize };
        let mut cells = scan.line(self.names.len() == NAMES.len())?;
        for cell in &mut cells {
            let spelling = cell.spelling(bytes);
            if spelling == b"-" {
                cell.form = Form::Null;
            } else if self.nulls.iter().any(|null| null == spelling) {
                cell.form = Form::NullText;
            }
        }
        Ok(cells)
    }
}

impl Decoder for AccessDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        decode_lines(block, self.bound.len(), spare, findings, |bytes, span, wanted| {
            fill(wanted, &self.bound, &self.read(bytes, span)?);
            Ok(())
        })
    }
}

impl Walk for AccessDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let Ok(cells) = self.read(bytes, record) else { return };
        for (name, cell) in self.names.iter().zip(cells) {
            let spelled = Span { start: cell.start, end: cell.start + cell.len };
            visit(FieldView { name: name.as_bytes(), spelled, cell });
        }
    }
}

/// Reads one line from left to right; `bytes` end with it.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = std::result::Result<T, Misfit>;

impl Scan<'_> {
    #[inline]
    fn line(&mut self, with_agent: bool) -> Read<Cells> {
        let [ip, ident, user] = [
            self.word("expected the ip")?,
            self.word("expected the ident")?,
            self.word("expected the user")?,
        ];
        let time = self.time()?;
        let request = self.quoted("expected the request", false)?;
        let [method, path, protocol] = self.words_of(request);
        self.blank("expected a blank behind the request")?;
        let status = self.word("expected the status")?;
        let bytes = self.last_word("expected the bytes")?;
        let [mut referer, mut agent] = [Cell::MISSING; 2];
        if with_agent {
            self.blank("expected the referer")?;
            referer = self.quoted("expected the referer", false)?;
            self.blank("expected the agent")?;
            agent = self.quoted("expected the agent", true)?;
        }
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        match self.peek() {
            Some(_) => Err(self.misfit("text behind the last field")),
            None => Ok([ip, ident, user, time, method, path, protocol, status, bytes, referer, agent]),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// A word and the blank behind it.
    #[inline]
    fn word(&mut self, what: &'static str) -> Read<Cell> {
        let cell = self.last_word(what)?;
        self.blank(what)?;
        Ok(cell)
    }

    #[inline]
    fn last_word(&mut self, what: &'static str) -> Read<Cell> {
        let len = self.rest().iter().position(|&byte| byte == b' ').unwrap_or(self.rest().len());
        if len == 0 {
            return Err(self.misfit(what));
        }
        let start = self.at;
        self.at += len;
        if self.bytes.get(start..self.at) == Some(b"\"\"") {
            return Ok(Cell::new(start + 1, start + 1, Form::Quoted));
        }
        Ok(Cell::new(start, self.at, Form::Untyped))
    }

    fn blank(&mut self, what: &'static str) -> Read<()> {
        self.byte(b' ', what)
    }

    fn byte(&mut self, byte: u8, what: &'static str) -> Read<()> {
        if self.peek() != Some(byte) {
            return Err(self.misfit(what));
        }
        self.at += 1;
        Ok(())
    }

    /// The time between brackets, and the blank behind it.
    fn time(&mut self) -> Read<Cell> {
        const WHAT: &str = "expected the time in brackets";
        self.byte(b'[', WHAT)?;
        let start = self.at;
        match memchr::memchr(b']', self.rest()) {
            None => return Err(self.misfit(WHAT)),
            Some(len) => self.at += len + 1,
        }
        let time = Cell::new(start, self.at - 1, Form::Untyped);
        self.blank(WHAT)?;
        Ok(time)
    }

    /// A field between quotes. The line may end within it where `may_be_cut`.
    #[inline]
    fn quoted(&mut self, what: &'static str, may_be_cut: bool) -> Read<Cell> {
        self.byte(b'"', what)?;
        let start = self.at;
        let mut form = Form::Quoted;
        loop {
            match memchr::memchr2(b'"', b'\\', self.rest()) {
                Some(len) if self.rest().get(len) == Some(&b'"') => {
                    self.at += len + 1;
                    return Ok(Cell::new(start, self.at - 1, form));
                }
                Some(len) => {
                    form = Form::Logged;
                    self.at = (self.at + len + 2).min(self.bytes.len());
                }
                None if may_be_cut => {
                    self.at = self.bytes.len();
                    let form = if form == Form::Quoted { Form::Untyped } else { form };
                    return Ok(Cell::new(start, self.at, form));
                }
                None => return Err(self.misfit(what)),
            }
        }
    }

    /// Method, path and protocol of a request of three words; else all of it is the path.
    fn words_of(&self, request: Cell) -> [Cell; 3] {
        let text = request.spelling(self.bytes);
        let mut blanks = memchr::memchr_iter(b' ', text);
        let none = Cell { form: Form::Null, len: 0, ..request };
        let (Some(first), Some(second), None) = (blanks.next(), blanks.next(), blanks.next()) else {
            return [none, request, none];
        };
        if first == 0 || second == first + 1 || second + 1 == text.len() {
            return [none, request, none];
        }
        let start = request.start as usize;
        let word = |from: usize, to: usize| {
            let escaped = request.form == Form::Logged
                && memchr::memchr(b'\\', text.get(from..to).unwrap_or(&[])).is_some();
            Cell::new(start + from, start + to, if escaped { Form::Logged } else { Form::Untyped })
        };
        [word(0, first), word(first + 1, second), word(second + 1, text.len())]
    }

    #[cold]
    fn misfit(&self, reason: &'static str) -> Misfit {
        let reason = if self.at < self.bytes.len() { reason } else { "the line ends before its last field" };
        Misfit { at: self.at, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::super::common::FORMAT as COMMON;
    use super::super::trial::{Trial, read};
    use super::*;
    use proptest::prelude::*;

    fn trial(format: &FormatDef, text: &[u8]) -> Trial {
        read(format, &InputOptions::default(), &["agent", "path"], text, 50).unwrap()
    }

    /// The values of the only record, null as `~`.
    fn values(trial: &Trial) -> String {
        let records = trial.records();
        let values = records.iter().flatten().map(|field| field.1.clone().unwrap_or("~".to_owned()));
        values.collect::<Vec<_>>().join("|")
    }

    const FRONT: &str = "10.0.0.7 - bob [17/May/2015:10:05:03 +0000]";

    #[test]
    fn lines_that_fit() {
        let front = "10.0.0.7|~|bob|17/May/2015:10:05:03 +0000";
        for (rest, expected) in [
            (
                "\"GET /a HTTP/1.1\" 200 12 \"http://x/\" \"curl/7 (x)\"",
                "GET|/a|HTTP/1.1|200|12|http://x/|curl/7 (x)",
            ),
            ("\"GET /a HTTP/1.1\" 304 - \"-\" \"-\"\r", "GET|/a|HTTP/1.1|304|~|~|~"),
            ("\"-\" 408 0 \"\" \"x\" ", "~|~|~|408|0||x"),
            ("\"GET /a b HTTP/1.1\" 400 0 \"-\" \"x\"", "~|GET /a b HTTP/1.1|~|400|0|~|x"),
            ("\"\" 400 0 \"-\" \"x\"", "~||~|400|0|~|x"),
            ("\"GET  x\" 400 0 \"-\" \"x\"", "~|GET  x|~|400|0|~|x"),
            (r#""GET /\"q\" HTTP/1.0" 200 5 "a\\" "\x22 \"b\"""#, r#"GET|/"q"|HTTP/1.0|200|5|a\|" "b""#),
            (r#""-" 400 0 "a\x41b" "a\\x41b""#, r"~|~|~|400|0|aAb|a\x41b"),
            ("\"GET / HTTP/1.0\" 200 5 \"-\" \"cut off (", "GET|/|HTTP/1.0|200|5|~|cut off ("),
            ("\"GET / HTTP/1.0\" 200 5 \"-\" \"cut \\", "GET|/|HTTP/1.0|200|5|~|cut \\"),
        ] {
            let trial = trial(&FORMAT, format!("{FRONT} {rest}\n").as_bytes());
            assert_eq!(values(&trial), format!("{front}|{expected}"), "{rest}: {:?}", trial.rejects());
        }
        let common = trial(&COMMON, format!("{FRONT} \"GET / HTTP/1.0\" 200 5\n\n").as_bytes());
        assert_eq!(values(&common), format!("{front}|GET|/|HTTP/1.0|200|5"));
        assert!(common.rejects().is_empty());
    }

    #[test]
    fn lines_that_do_not_fit_are_rejected_with_the_column() {
        for (line, expected) in [
            ("x", "1:2: the line ends before its last field"),
            ("h:80 10.0.0.7 - - [17/May/2015] \"\" 1 2 \"\" \"\"", "1:17: expected the time in brackets"),
            ("a - - [17/May/2015 \"-\" 1 2 \"\" \"\"", "1:8: expected the time in brackets"),
            ("a - - [t] GET 1 2 \"\" \"\"", "1:11: expected the request"),
            ("a - - [t] \"GET / HTTP/1.0", "1:12: expected the request"),
            ("a - - [t] \"GET\" 1 2", "1:20: the line ends before its last field"),
            ("a - - [t] \"GET\" 1 2 \"http", "1:22: expected the referer"),
            ("a - - [t] \"GET\" 1 2 \"-\" \"x\" 17", "1:29: text behind the last field"),
        ] {
            let trial = trial(&FORMAT, line.as_bytes());
            let found = trial.rejects();
            assert_eq!(found, [expected], "{line}");
        }
        let common = trial(&COMMON, b"a - - [t] \"GET\" 1 2 \"-\" \"x\"\n");
        assert_eq!(common.rejects(), ["1:21: text behind the last field"]);
        let invalid =
            trial(&FORMAT, b"a - - [t] \"\xff\" 1 2 \"-\" \"x\"\n\xff - - [t] \"-\" 1 2 \"-\" \"x\"\n");
        assert_eq!(invalid.rejects(), ["1:12: not UTF-8"]);
    }

    #[test]
    fn a_real_log_fits_as_a_whole() {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/access/apache_logs.gz");
        let Ok(file) = std::fs::File::open(path) else {
            assert!(
                std::env::var_os("TAMIS_NEED_DATA").is_none_or(|value| value != "1"),
                "../shared/data is not there"
            );
            println!("a_real_log_fits_as_a_whole did not run: ../shared/data is not there");
            return;
        };
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
        let trial = read(&FORMAT, &InputOptions::default(), &["agent", "bytes"], &text, 1 << 16).unwrap();
        assert!(trial.rejects().is_empty(), "{:?}", trial.rejects());
        let agents = trial.values(0);
        assert_eq!(agents.len(), 10_000);
        let cut = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html";
        assert_eq!(agents.get(8898).and_then(Option::as_deref), Some(cut));
        let unread =
            text.split(|&byte| byte == b'\n').filter(|line| line.windows(4).any(|part| part == b" - \""));
        assert_eq!(trial.values(1).iter().filter(|value| value.is_none()).count(), unread.count());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Any bytes: no panic, and each line is a record or a reject.
        #[test]
        fn every_line_is_accounted_for(lines in prop::collection::vec("(a |- |\\[t\\] |\"[a\\\\ ]*\" ?|x){0,9}", 0..6)) {
            let text = lines.join("\n");
            let trial = trial(&FORMAT, text.as_bytes());
            let filled = lines.iter().filter(|line| !line.is_empty()).count();
            prop_assert_eq!(trial.records().len() + trial.rejects().len(), filled);
            prop_assert_eq!(trial.values(0).len(), trial.records().iter().filter(|fields| fields.len() == 11).count());
        }
    }
}
