//! JSON texts one after the other, over any number of lines: where each begins and ends, by brackets and quotes alone.
//!
//! Of an array at the top each element is a piece of its own. A string never goes over a line end, so that damage stays
//! near its place. The search may stop at any byte and go on with more of them; each is read once. Whether what is
//! between the brackets is a whole object is for others to say: so the framer, which looks for the ends of pieces, and
//! the decoder, which reads them, cannot disagree.

use super::inside::{Inside, Nest, Step};
use super::literal::is_literal;
use super::piece::{Open, Piece, What};
use super::{blanks, byte, value};
use crate::scan::chunk;

/// Where a search is between two pieces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    state: State,
    /// How many pieces begin on this line before the next one, or reach into it.
    nth: u32,
    /// An array was given up: commas at the top, and a bracket that closes it, are its own.
    within_lost: bool,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    /// A text, or an array.
    #[default]
    Top,
    /// All bytes are to be read by lines.
    ByLines,
    /// The first element of an array, or its end.
    First,
    /// An element, after a comma.
    Value,
    /// A comma, or the end of the array.
    Behind,
    /// An array was given up: a line that begins with a bracket.
    Lost,
    /// The same, at the first byte of a line.
    Fresh,
    /// More of an object at the top.
    Text,
    /// A text that is whole: blanks up to the line end, or what else is on its line.
    Tail,
    /// More of a text at the top without brackets.
    Bare,
    /// More of a line that is not a text.
    Line,
    /// More of an element in brackets.
    Element,
    /// More of an element without brackets.
    Scalar,
}

/// A search for pieces.
#[derive(Debug, Default)]
pub struct Texts {
    place: Place,
    /// The place before the piece that has begun.
    before: Place,
    /// The place before a comma that is missing, which the next piece tells.
    without_comma: Option<Place>,
    /// As of the piece that has begun.
    nth: u32,
    /// All bytes before this were read.
    at: usize,
    /// All bytes before this belong to pieces that are whole, or part them. At the top, blanks that begin a line belong to
    /// what is on it.
    whole: usize,
    /// Where the piece that has begun does, and where it ends if it is whole.
    start: usize,
    end: usize,
    nest: Nest,
}

const OPEN_STRING: &str = "a quote that does not close on its line: the rest of the array is given up";
const WRONG_KIND: &str = "a bracket of the wrong kind: the rest of the array is given up";

impl Place {
    /// All bytes are to be read by lines.
    pub fn by_lines() -> Self {
        Self { state: State::ByLines, ..Self::default() }
    }

    /// Whether a text may begin here, and no other has begun on the line.
    pub fn is_top(self) -> bool {
        self == Self::default()
    }

    /// How many pieces begin on this line before it, or reach into it.
    pub fn nth(self) -> u32 {
        self.nth
    }

    /// Whether an array is open, and not given up.
    pub fn is_in_array(self) -> bool {
        matches!(self.state, State::First | State::Value | State::Behind)
    }
}

impl Texts {
    /// A search from `at` on.
    pub fn new(place: Place, at: usize) -> Self {
        Self { place, at, whole: at, start: at, ..Self::default() }
    }

    /// All bytes before this were read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether no array is open, nor given up.
    pub fn is_at_top(&self) -> bool {
        use State::{Bare, Line, Tail, Text, Top};
        matches!(self.place.state, Top | Text | Tail | Bare | Line) && !self.place.within_lost
    }

    /// The piece that has begun.
    pub fn open(&self) -> Option<Open> {
        let in_array = match self.place.state {
            State::Text | State::Tail | State::Bare | State::Line => false,
            State::Element | State::Scalar => true,
            _ => return None,
        };
        let is_scalar = self.place.state == State::Scalar;
        Some(Open { start: self.start, nth: self.nth, in_array, is_scalar })
    }

    /// The text that has begun, if it is whole and no more bytes will come.
    pub fn last(&mut self, text: &[u8]) -> Option<Piece> {
        if self.place.state != State::Tail {
            return None;
        }
        self.end(self.whole_text(text), self.end, State::Top)
    }

    /// The length of the front of what was read that holds whole pieces only.
    pub fn whole(&self) -> usize {
        self.whole
    }

    /// The place after that front.
    pub fn place(&self) -> Place {
        if self.open().is_some() { self.before } else { self.place }
    }

    /// Takes notice that the first `len` bytes are gone.
    pub fn forget(&mut self, len: usize) {
        for place in [&mut self.at, &mut self.whole, &mut self.start, &mut self.end] {
            *place = place.saturating_sub(len);
        }
    }

    /// The next piece; `None` when all bytes were read.
    pub fn next(&mut self, text: &[u8]) -> Option<Piece> {
        while self.at < text.len() {
            let found = match self.place.state {
                State::Top => self.top(text),
                State::ByLines => {
                    let start = std::mem::replace(&mut self.at, text.len());
                    self.whole = text.len();
                    self.place = Place::default();
                    Some(Piece { what: What::TooLong, start, end: text.len(), nth: 0 })
                }
                State::First | State::Value | State::Behind => self.between(text),
                State::Lost => self.lost(text),
                State::Fresh => {
                    let is_start = matches!(byte(text, self.at), b'{' | b'[');
                    self.place.state = if is_start { State::Top } else { State::Lost };
                    self.place.nth = 0;
                    None
                }
                State::Text => self.text(text),
                State::Tail => self.tail(text),
                State::Bare => self.bare(text),
                State::Line => self.line(text),
                State::Element => self.element(text),
                State::Scalar => self.scalar(text),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Steps over blanks.
    fn skip_blanks(&mut self, text: &[u8]) {
        let end = blanks(text, self.at);
        let passed = text.get(self.at..end).unwrap_or(&[]);
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.place.nth = 0;
            self.whole = self.at + last + 1;
        }
        self.at = end;
    }

    /// Steps over what parts pieces.
    fn pass(&mut self, len: usize, state: State) {
        self.at += len;
        self.whole = self.at;
        self.place.state = state;
    }

    fn begin(&mut self, state: State) {
        self.before = self.without_comma.take().unwrap_or(self.place);
        self.nth = self.place.nth;
        self.start = self.at;
        self.nest = Nest::default();
        self.place = Place { state, nth: self.place.nth.saturating_add(1), ..self.place };
    }

    /// The piece that has begun ends at `end`; `state` is what comes next.
    fn end(&mut self, what: What, end: usize, state: State) -> Option<Piece> {
        self.place.state = state;
        self.place.within_lost |= matches!(what, What::GivenUp { .. });
        self.whole = end;
        Some(Piece { what, start: self.start, end, nth: self.nth })
    }

    /// A piece that begins and ends here.
    fn spot(&mut self, what: What, len: usize, state: State) -> Option<Piece> {
        self.begin(state);
        let end = self.at + len;
        self.end(what, end, state)
    }

    fn top(&mut self, text: &[u8]) -> Option<Piece> {
        self.skip_blanks(text);
        if self.at == text.len() {
            return None;
        }
        match byte(text, self.at) {
            b'{' => self.begin(State::Text),
            b'[' => self.pass(1, State::First),
            b',' if self.place.within_lost => self.pass(1, State::Top),
            b']' if self.place.within_lost => {
                self.pass(1, State::Top);
                self.place.within_lost = false;
            }
            _ => self.begin(State::Bare),
        }
        None
    }

    fn between(&mut self, text: &[u8]) -> Option<Piece> {
        self.skip_blanks(text);
        self.whole = self.at;
        if self.at == text.len() {
            return None;
        }
        let is_behind = self.place.state == State::Behind;
        match byte(text, self.at) {
            b',' | b']' if self.place.state == State::Value => self.value_missing(text),
            b',' if !is_behind => self.value_missing(text),
            b',' => {
                self.pass(1, State::Value);
                None
            }
            b']' => {
                self.pass(1, State::Top);
                None
            }
            b'}' => {
                let what = What::GivenUp { at: self.at, reason: WRONG_KIND };
                let piece = self.spot(what, 1, State::Lost);
                self.pass(1, State::Lost);
                piece
            }
            _ if is_behind => {
                let before = self.place;
                let piece = self.spot(What::NoComma, 1, State::Value);
                self.whole = self.at;
                self.without_comma = Some(before);
                piece
            }
            b'{' | b'[' => {
                self.begin(State::Element);
                None
            }
            _ => {
                self.begin(State::Scalar);
                None
            }
        }
    }

    fn value_missing(&mut self, text: &[u8]) -> Option<Piece> {
        let state = if byte(text, self.at) == b']' { State::Top } else { State::Value };
        let piece = self.spot(What::NoValue, 1, state);
        self.pass(1, state);
        piece
    }

    fn lost(&mut self, text: &[u8]) -> Option<Piece> {
        match self.line_end(text) {
            Some(end) => {
                self.at = end;
                self.place = Place { state: State::Fresh, nth: 0, ..self.place };
            }
            None => self.at = text.len(),
        }
        self.whole = self.at;
        None
    }

    fn line_end(&self, text: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', text.get(self.at..)?).map(|len| self.at + len + 1)
    }

    fn text(&mut self, text: &[u8]) -> Option<Piece> {
        match self.walk(text, true) {
            Step::More => None,
            Step::End(end) => {
                self.end = end;
                self.place.state = State::Tail;
                None
            }
            Step::Again(at) => self.end_lines(at),
            Step::String(line_feed) => self.end_lines(line_feed + 1),
            Step::Wrong(_) => {
                self.place.state = State::Line;
                None
            }
        }
    }

    /// What comes right after a text says whether the blanks after it are the last bytes of their line.
    fn tail(&mut self, text: &[u8]) -> Option<Piece> {
        let rest = text.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        self.at += blanks;
        match rest.get(blanks) {
            None => None,
            Some(b'[') if byte(text, self.start) != b'{' => {
                self.place.state = State::Line;
                None
            }
            Some(_) => self.end(self.whole_text(text), self.end, State::Top),
        }
    }

    /// What the text is that has begun and is whole.
    fn whole_text(&self, text: &[u8]) -> What {
        if byte(text, self.start) == b'{' { What::Text } else { What::Bare }
    }

    /// A text without brackets; else its line is none. No array begins after one on its line, so that those who look for
    /// arrays need not know such texts.
    fn bare(&mut self, text: &[u8]) -> Option<Piece> {
        while self.at < text.len() {
            match byte(text, self.at) {
                b'\n' if self.nest.string => break,
                next if self.nest.string => self.nest.pass_in_string(next),
                b'"' if self.at == self.start => self.nest.string = true,
                b' ' | b'\t' | b'\r' | b'\n' | b'{' if self.is_scalar(text) => {
                    self.end = self.at;
                    self.place.state = State::Tail;
                    return None;
                }
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.' => {}
                _ => break,
            }
            self.at += 1;
        }
        if self.at < text.len() {
            self.place.state = State::Line;
        }
        None
    }

    /// Whether what was read of a piece is a scalar.
    fn is_scalar(&self, text: &[u8]) -> bool {
        let text = text.get(..self.at).unwrap_or(text);
        value(text, self.start, 0).is_ok_and(|item| item.end == self.at)
            && (byte(text, self.start) == b'"' || is_literal(text.get(self.start..).unwrap_or(&[])))
    }

    fn line(&mut self, text: &[u8]) -> Option<Piece> {
        match self.line_end(text) {
            Some(end) => self.end_lines(end),
            None => {
                self.at = text.len();
                None
            }
        }
    }

    /// Bytes at the top that are no text end before the line at `end`.
    fn end_lines(&mut self, end: usize) -> Option<Piece> {
        self.at = end;
        self.place.nth = 0;
        self.end(What::Lines, end, State::Top)
    }

    fn element(&mut self, text: &[u8]) -> Option<Piece> {
        match self.walk(text, false) {
            Step::More | Step::Again(_) => None,
            Step::End(end) => self.end(What::Element, end, State::Behind),
            Step::String(at) => self.give_up_at_line_end(at),
            Step::Wrong(at) => self.end(What::GivenUp { at, reason: WRONG_KIND }, at + 1, State::Lost),
        }
    }

    fn give_up_at_line_end(&mut self, at: usize) -> Option<Piece> {
        let piece = self.end(What::GivenUp { at, reason: OPEN_STRING }, at, State::Fresh);
        (self.at, self.whole, self.place.nth) = (at + 1, at + 1, 0);
        piece
    }

    /// Goes on within brackets, and steps past what it stops at.
    fn walk(&mut self, text: &[u8], again: bool) -> Step {
        let (step, passed_line) = chunk::run(Inside { text, from: self.at, again, nest: &mut self.nest });
        self.at = match step {
            Step::More => text.len(),
            Step::End(at) | Step::Again(at) => at,
            Step::Wrong(at) | Step::String(at) => at + 1,
        };
        if passed_line {
            self.place.nth = 1;
        }
        step
    }

    /// Goes on within an element that is neither array nor object, byte by byte: all there is to it is its end.
    fn scalar(&mut self, text: &[u8]) -> Option<Piece> {
        while self.at < text.len() {
            let next = byte(text, self.at);
            match (self.nest.string, next) {
                (true, b'\n') => return self.give_up_at_line_end(self.at),
                (true, _) => self.nest.pass_in_string(next),
                (false, b',' | b']' | b'{' | b'[') => {
                    let end = text.get(self.start..self.at).map_or(0, |text| text.trim_ascii_end().len());
                    return self.end(What::Scalar, self.start + end, State::Behind);
                }
                (false, b'}') => {
                    let at = self.at;
                    self.at += 1;
                    return self.end(What::GivenUp { at, reason: WRONG_KIND }, at + 1, State::Lost);
                }
                (false, b'"') => self.nest.string = true,
                (false, b'\n') => self.place.nth = 1,
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}
