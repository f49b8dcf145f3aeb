//! Puts each text, and each element of an array, on a line of its own, with where it was.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use crate::format::lines::{mark_len, without_line_end};
use crate::record::{Block, Lined, Origin, Part, Parts, Span};
use crate::scan::json::{Broken, Open, Piece, Place, Texts, What, blanks, members};

/// The lines of a block in the making.
struct Flattener<'a> {
    block: &'a Block,
    text: &'a [u8],
    bytes: Vec<u8>,
    list: Vec<Part>,
    /// A place in the text, how many lines are before that, and how many bytes of its own line.
    counted: (usize, u64, u64),
}

const DAMAGED: &str = "part of a damaged JSON text";
const TOO_LONG: &str = "part of a JSON text that is longer than --max-record";
const NO_OBJECT: &str = "an element that is not an object";
const CUT_SHORT: &str = "the input ends within this element of an array";

/// Everything in a block from its line at `from` on, on lines; what is before that stays as it is. `from` is 0, or where a
/// text may begin.
pub(super) fn flatten(block: &Block, from: usize) -> (Vec<u8>, Lined) {
    let text = block.bytes.as_slice();
    let mut texts = match from {
        0 => Texts::new(block.place, mark_len(block)),
        _ => Texts::new(Place::default(), from),
    };
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.extend_from_slice(text.get(..from).unwrap_or(text));
    let mut lines =
        Flattener { block, text, bytes, list: Vec::new(), counted: (mark_len(block), 0, block.column) };
    while let Some(piece) = texts.next(text) {
        lines.take(piece);
    }
    if let Some(piece) = texts.last(text) {
        lines.take(piece);
    } else if let Some(open) = texts.open() {
        lines.take_open(open);
    }
    let Flattener { bytes, list, .. } = lines;
    let parts = Parts { list, stood: Arc::clone(&block.bytes) };
    let len = bytes.len();
    (bytes, Lined::new(parts, len))
}

impl Flattener<'_> {
    fn take(&mut self, piece: Piece) {
        let Piece { what, start, end, nth } = piece;
        match what {
            What::Text => match self.broken(start, end) {
                Some(broken) => self.take_lines(start..end, nth, Some(broken), DAMAGED),
                None => self.take_record(self.own_line(start..end), nth),
            },
            What::Bare => self.take_record(self.own_line(start..end), nth),
            What::Lines => self.take_lines(start..end, nth, self.broken(start, end), DAMAGED),
            What::TooLong => self.take_lines(start..end, nth, None, TOO_LONG),
            What::Element if self.text.get(start) == Some(&b'[') => {
                self.refuse(start..end, nth, ("an element that is an array, not an object", start));
            }
            What::Element => self.take_record(start..end, nth),
            What::Scalar => self.refuse(start..end, nth, (NO_OBJECT, start)),
            What::NoValue => self.refuse(start..end, nth, ("an element is missing", start)),
            What::NoComma => self.refuse(start..end, nth, ("a comma is missing between two elements", start)),
            What::GivenUp { at, reason } => self.refuse(start..end, nth, (reason, at)),
        }
    }

    /// Takes what the end of the input cut.
    fn take_open(&mut self, Open { start, nth, in_array, is_scalar }: Open) {
        let end = self.text.len();
        if in_array {
            let shown = self.text.get(start..end).map_or(0, |text| text.trim_ascii_end().len());
            // An element in brackets follows in the next block.
            let why = if is_scalar && !self.block.is_last { (NO_OBJECT, start) } else { (CUT_SHORT, end) };
            self.refuse(start..start + shown, nth, why);
        } else {
            self.take_lines(start..end, nth, self.broken(start, end), DAMAGED);
        }
    }

    /// What is wrong with a text over several lines, of which brackets and strings are whole.
    fn broken(&self, start: usize, end: usize) -> Option<Broken> {
        let text = self.text.get(..end)?;
        memchr(b'\n', text.get(start..)?)?;
        members(text, start, |_| {}).err()
    }

    /// The line that begins here in the new bytes, and `range` in the text.
    fn part(&mut self, range: &Range<usize>, nth: u32, refused: Option<(&'static str, usize)>) -> Part {
        let (from, lines, column) = self.counted;
        let passed = self.text.get(from..range.start).unwrap_or(&[]);
        let lines = lines + memchr_iter(b'\n', passed).count() as u64;
        let column = match memrchr(b'\n', passed) {
            Some(last) => (passed.len() - last - 1) as u64,
            None => column + passed.len() as u64,
        };
        self.counted = (range.start, lines, column);
        let origin = Origin { source: self.block.source, line: self.block.line(lines), nth };
        Part { at: self.bytes.len(), from: range.start, to: range.end, origin, column, refused }
    }

    fn take_record(&mut self, range: Range<usize>, nth: u32) {
        let part = self.part(&range, nth, None);
        self.list.push(part);
        on_one_line(self.text.get(range).unwrap_or(&[]), &mut self.bytes);
        // A CR that the text ends with stays its own.
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// A text at the top with the blanks of its line, if it is one line and nothing else is on that.
    fn own_line(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text.get(..range.start).unwrap_or(&[]);
        let start = memrchr(b'\n', before).map_or(line_start(self.block), |last| last + 1);
        let after = self.text.get(range.end..).unwrap_or(&[]);
        let line_end = memchr(b'\n', after).map(|len| range.end + len + 1);
        // A block ends within a line only before something else that is on it, or with the input.
        let Some(end) = line_end.or(self.block.is_last.then_some(self.text.len())) else { return range };
        let are_blank = |from: usize, to: usize| {
            self.text.get(from..to).is_some_and(|text| text.iter().all(|byte| b" \t\r\n".contains(byte)))
        };
        let is_one_line = self.text.get(range.clone()).is_some_and(|text| !text.contains(&b'\n'));
        if !is_one_line || !are_blank(start, range.start) || !are_blank(range.end, end) {
            return range;
        }
        start..without_line_end(self.text, Span::new(start, end)).end as usize
    }

    fn refuse(&mut self, range: Range<usize>, nth: u32, why: (&'static str, usize)) {
        let part = self.part(&range, nth, Some(why));
        self.list.push(part);
        // A blank line, so that what is cut after it or before it has this or not.
        self.bytes.push(b'\n');
    }

    /// Takes bytes at the top that are no text: each line that begins with a brace and is a whole object is a record.
    fn take_lines(&mut self, range: Range<usize>, nth: u32, broken: Option<Broken>, reason: &'static str) {
        let text = self.text.get(..range.end).unwrap_or(self.text);
        let is_line =
            |at: usize| at == line_start(self.block) || text.get(at.wrapping_sub(1)) == Some(&b'\n');
        let (mut at, mut nth) = (range.start, nth);
        let is_single = text.get(at..).is_some_and(|text| !text.trim_ascii_end().contains(&b'\n'));
        while at < range.end {
            let rest = text.get(at..).unwrap_or(&[]);
            let len = memchr(b'\n', rest).map_or(rest.len(), |len| len + 1);
            let line = text.get(..at + len).unwrap_or(text).trim_ascii_end();
            let first = blanks(line, at);
            let range = self.own_line(first..line.len());
            if first >= line.len() {
                // A blank line.
            } else if is_single || is_line(at) && is_object(line, at) {
                self.take_record(range, nth);
            } else {
                let here = broken.filter(|broken| (at..at + len).contains(&broken.at));
                self.refuse(range, nth, here.map_or((reason, first), |broken| (broken.reason, broken.at)));
            }
            (at, nth) = (at + len, 0);
        }
    }
}

/// Where the first line of a block begins, if it does there.
fn line_start(block: &Block) -> usize {
    if block.column == 0 { mark_len(block) } else { usize::MAX }
}

fn is_object(line: &[u8], at: usize) -> bool {
    line.get(at) == Some(&b'{') && members(line, at, |_| {}) == Ok(line.len())
}

/// Appends a text without its line ends and the blanks after them. What they part stays parted, so that nothing
/// damaged becomes whole.
fn on_one_line(text: &[u8], out: &mut Vec<u8>) {
    pieces(text, &mut |range, parted| {
        if parted {
            out.push(b' ');
        }
        out.extend_from_slice(text.get(range).unwrap_or(&[]));
    });
}

/// The place in a text of the byte `at` of its line.
pub(super) fn place_before(text: &[u8], at: usize) -> usize {
    let (mut passed, mut place) = (0, None);
    pieces(text, &mut |range, parted| {
        passed += usize::from(parted);
        if place.is_none() && at < passed + range.len() {
            place = Some(range.start + at.saturating_sub(passed));
        }
        passed += range.len();
    });
    place.unwrap_or(text.len())
}

/// The pieces between line ends, and whether a blank has to part each from the one before.
fn pieces(text: &[u8], take: &mut dyn FnMut(Range<usize>, bool)) {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| !b",:[]{}\" \t\r\n".contains(byte));
    let (mut at, mut last) = (0, None);
    while at < text.len() {
        let rest = text.get(at..).unwrap_or(&[]);
        let len = memchr(b'\n', rest).unwrap_or(rest.len());
        let end = at + len
            - usize::from(len < rest.len() && rest.get(..len).is_some_and(|rest| rest.ends_with(b"\r")));
        if at < end {
            take(at..end, is_word(last) && is_word(text.get(at)));
            last = text.get(end - 1);
        }
        at = blanks(text, at + len);
    }
}
