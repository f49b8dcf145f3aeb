//! Records of several lines: `--record-start REGEX` says which lines begin one; a line that does not match
//! belongs to the record before it (stack traces). Lines in front of the first match are one record.

use memchr::memchr;
use regex::bytes::Regex;

use super::lines::{Framed, LineFramer, Lines, without_line_end};
use super::{Framer, GiveUp, InputOptions};
use crate::error::{Error, Result, regex_reason};
use crate::record::{Block, Dropped, Hint, Span};

/// How lines make records: each line one, or as `--record-start` says.
#[derive(Clone, Debug)]
pub struct RecordStart {
    pattern: Option<Regex>,
}

/// The records of a block, in order, empty lines included.
#[derive(Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    pattern: Option<&'a Regex>,
    /// Where comments were: the record before one ends there.
    dropped: &'a Dropped,
    lines: Lines<'a>,
    next: Option<Framed>,
}

impl RecordStart {
    /// As the options say; an error if the pattern is no regex.
    pub fn of(options: &InputOptions) -> Result<Self> {
        let pattern = options.record_start.as_deref().map(compile).transpose()?;
        Ok(Self { pattern })
    }

    /// What may read a line that is not a record: with `--record-start` it would belong to the one before it.
    #[cold]
    pub fn hint(&self, by_pattern: bool) -> Option<Hint> {
        if self.pattern.is_none() { Some(Hint::Continued { by_pattern }) } else { None }
    }

    /// A framer for one input.
    pub fn framer(&self) -> Box<dyn Framer> {
        match &self.pattern {
            None => Box::new(LineFramer::default()),
            Some(pattern) => Box::new(StartFramer { pattern: pattern.clone(), judged: 0, seen: 0 }),
        }
    }

    /// The records of a block that the framer cut.
    pub fn records<'a>(&'a self, block: &'a Block) -> Records<'a> {
        let mut lines = Lines::of(block);
        let next = lines.next();
        Records { bytes: &block.bytes, pattern: self.pattern.as_ref(), dropped: &block.dropped, lines, next }
    }
}

impl Iterator for Records<'_> {
    type Item = Framed;

    fn next(&mut self) -> Option<Framed> {
        let first = self.next?;
        self.next = self.lines.next();
        let Some(pattern) = self.pattern else { return Some(first) };
        let mut end = first.span.end;
        let goes_on = |line: &Framed| {
            !pattern.is_match(line.span.of(self.bytes)) && !self.dropped.is_at(line.span.start as usize)
        };
        while let Some(line) = self.next.filter(goes_on) {
            end = line.span.end;
            self.next = self.lines.next();
        }
        Some(Framed { span: Span { start: first.span.start, end }, line: first.line })
    }
}

/// Cuts in front of lines that match. The first line of the buffer begins a record whatever it is.
struct StartFramer {
    pattern: Regex,
    /// Length of the front of the buffer whose lines, but the first, are known not to match.
    judged: usize,
    /// Bytes behind that which are known to hold no line end.
    seen: usize,
}

impl Framer for StartFramer {
    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        if at_end {
            (self.judged, self.seen) = (0, 0);
            return bytes.len();
        }
        if bytes.len() <= self.judged + self.seen {
            return 0;
        }
        let mut cut = 0;
        let mut start = self.judged;
        let mut from = start + self.seen;
        // A line that has not ended yet may still come to match.
        while let Some(len) = memchr(b'\n', bytes.get(from..).unwrap_or(&[])) {
            let end = from + len + 1;
            let line = without_line_end(bytes, Span::new(start, end));
            if start > 0 && self.pattern.is_match(line.of(bytes)) {
                cut = start;
            }
            (start, from) = (end, end);
        }
        self.judged = start - cut;
        self.seen = bytes.len() - start;
        cut
    }

    fn needs_next_line(&self) -> bool {
        true
    }

    /// Whole lines are a record, though more of its lines might have come.
    fn cut_at_stop(&mut self, bytes: &[u8]) -> usize {
        (self.judged, self.seen) = (0, 0);
        memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1)
    }

    /// Rejects line by line until what is left may be a record, so that the verdicts do not depend on how
    /// much was read at a time.
    fn give_up(&mut self, bytes: &[u8], _at_end: bool) -> GiveUp {
        match memchr(b'\n', bytes) {
            Some(at) => {
                self.judged = self.judged.saturating_sub(at + 1);
                GiveUp::Reject { len: at + 1, reason: "the record is longer than --max-record", hint: None }
            }
            None => {
                (self.judged, self.seen) = (0, 0);
                GiveUp::Skip
            }
        }
    }
}

fn compile(pattern: &str) -> Result<Regex> {
    Regex::new(pattern).map_err(|error| {
        let reason = regex_reason(&error);
        Error::new(format!("--record-start: not a regex: {reason}")).at(pattern, 0..pattern.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use std::sync::Arc;

    fn start(pattern: &str) -> RecordStart {
        RecordStart::of(&InputOptions { record_start: Some(pattern.to_owned()), ..Default::default() })
            .unwrap()
    }

    fn texts(start: &RecordStart, bytes: &[u8], first_line: u64) -> Vec<(u64, String)> {
        let block = Block { bytes: Arc::new(bytes.to_vec()), first_line, ..Block::default() };
        let text = |span: Span| String::from_utf8_lossy(span.of(&block.bytes)).into_owned();
        start.records(&block).map(|framed| (framed.line, text(framed.span))).collect()
    }

    #[test]
    fn lines_that_do_not_match_belong_to_the_record_before() {
        let got = texts(&start("^[A-Z]"), b"x\ny\nAb\n c\r\n d\r\nB\n\nC", 1);
        let expected = [(1, "x\ny"), (3, "Ab\n c\r\n d"), (6, "B\n"), (8, "C")];
        assert_eq!(got, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_pattern_that_is_no_regex_is_an_error() {
        let options = InputOptions { record_start: Some("(".to_owned()), ..Default::default() };
        let error = RecordStart::of(&options).unwrap_err().to_string();
        assert!(error.contains("--record-start") && error.contains('^'), "{error}");
    }

    #[test]
    fn a_record_is_whole_when_the_next_one_starts() {
        let mut framer = start("^A$").framer();
        assert_eq!(framer.cut(b"A\n b\n", false), 0);
        assert_eq!(framer.cut(b"A\n b\nA", false), 0, "the line may go on");
        assert_eq!(framer.cut(b"A\n b\nA\nA\n c", false), 7);
        assert_eq!(framer.cut(b"A\n c", true), 4);
    }

    #[test]
    fn a_record_too_long_is_rejected_line_by_line() {
        let mut framer = start("^A").framer();
        assert_eq!(framer.cut(b"A\n bb\n cc", false), 0);
        assert!(matches!(framer.give_up(b"A\n bb\n cc", false), GiveUp::Reject { len: 2, .. }));
        assert_eq!(framer.cut(b" bb\n cc\nA\n", false), 8);
    }

    proptest! {
        /// However the bytes arrive, the records are those of the whole.
        #[test]
        fn records_do_not_depend_on_reads(text in "[aA\n\r]{0,40}", steps in prop::collection::vec(1_usize..7, 1..40)) {
            let start = start("^A");
            let bytes = text.as_bytes();
            let (mut framer, mut from, mut to, mut line) = (start.framer(), 0, 0, 1);
            let mut got = Vec::new();
            let mut steps = steps.iter().cycle();
            while from < bytes.len() {
                to = (to + steps.next().unwrap()).min(bytes.len());
                let cut = framer.cut(&bytes[from..to], to == bytes.len());
                got.extend(texts(&start, &bytes[from..from + cut], line));
                line += memchr::memchr_iter(b'\n', &bytes[from..from + cut]).count() as u64;
                from += cut;
            }
            prop_assert_eq!(got, texts(&start, bytes, 1));
        }
    }
}
