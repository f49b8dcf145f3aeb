//! Cuts JSON texts into blocks of whole ones: on lines without reading them, as NDJSON is, else by their brackets.

use crate::error::{Error, Result};
use crate::format::lines::front_mark;
use crate::format::{Ended, Framer, GiveUp, Head};
use crate::record::ReadAs;
use crate::scan::json::{Piece, Place, Texts, What, last_line_of_text, may_open_array};

/// Frames texts, and elements of arrays.
#[derive(Debug, Default)]
pub(super) struct JsonFramer {
    /// What was read of the bytes that were not taken yet.
    texts: Texts,
    /// The first byte of the input that is not a blank.
    first: Option<u8>,
    /// Whether it has anything but arrays, and whether any of that is an object.
    has_values: bool,
    has_objects: bool,
    /// The rest of an element that is too long is passed over.
    skips_element: bool,
    /// Bytes of a mark at the front. They leave with what follows them, whose columns do not count them.
    mark: usize,
    /// For remedies.
    read_as: ReadAs,
}

/// What gives each element of an array a name.
const ELEMENTS: &str = "jq -c '.[] | {value: .}' FILE";

impl Framer for JsonFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        let Some(mark) = front_mark(bytes, at_end) else { return Ok(Head::More) };
        self.texts = Texts::new(Place::default(), mark);
        self.mark = mark;
        Ok(Head::None)
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        if self.first.is_none() {
            let front = bytes.get(self.texts.at()..).unwrap_or(&[]);
            self.first = front.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        }
        if self.texts.is_at_top()
            && let Some(cut) = last_line_of_text(bytes, self.texts.at())
            && !may_open_array(bytes, self.texts.at(), cut)
        {
            self.texts = Texts::default();
            self.has_objects = true;
            self.mark = 0;
            return cut;
        }
        while let Some(piece) = self.texts.next(bytes) {
            self.note(bytes, piece);
        }
        if at_end {
            self.note_open(bytes);
            return bytes.len();
        }
        match self.texts.whole() {
            cut if cut <= self.mark => 0,
            cut => {
                self.mark = 0;
                self.texts.forget(cut);
                cut
            }
        }
    }

    /// A text is whole without what is after it on its line.
    fn cut_at_stop(&mut self, bytes: &[u8]) -> usize {
        let cut = self.cut(bytes, false);
        cut + self.texts.last(bytes).map_or(0, |piece| piece.end)
    }

    fn give_up(&mut self, bytes: &[u8], _at_end: bool) -> GiveUp {
        if self.texts.open().is_some_and(|open| open.in_array) {
            self.note_open(bytes);
            self.skips_element = true;
            self.texts.forget(bytes.len());
            return GiveUp::Skip;
        }
        self.has_objects = true;
        self.texts = Texts::default();
        match memchr::memrchr(b'\n', bytes) {
            Some(last) => GiveUp::Take { len: last + 1, place: Place::by_lines() },
            None => GiveUp::Skip,
        }
    }

    /// Where it took all that it was shown, an array that is open stays so.
    fn begin_anew(&mut self) {}

    fn skip(&mut self, bytes: &[u8]) -> Option<usize> {
        if !self.skips_element {
            return memchr::memchr(b'\n', bytes).map(|at| at + 1);
        }
        let end = self.texts.next(bytes).map(|_| self.texts.at());
        self.texts.forget(end.unwrap_or(bytes.len()));
        self.skips_element = end.is_none();
        end
    }

    fn place(&self) -> Place {
        self.texts.place()
    }

    fn end(&mut self) -> Result<Ended> {
        if self.first == Some(b'[') && self.has_values && !self.has_objects {
            return Err(Error::new("a JSON array with no object among its elements").help(format!(
                "{} gives each element a name",
                self.read_as.piped(ELEMENTS, Some("ndjson"))
            )));
        }
        let is_open = self.texts.open().is_none() && self.texts.place().is_in_array();
        Ok(if is_open { Ended::Open("the array is still open at the end") } else { Ended::Whole })
    }
}

impl JsonFramer {
    /// A framer of one input.
    pub(super) fn new(read_as: ReadAs) -> Self {
        Self { read_as, ..Self::default() }
    }

    fn note(&mut self, bytes: &[u8], piece: Piece) {
        if self.has_objects {
            return;
        }
        let is_object = bytes.get(piece.start) == Some(&b'{');
        match piece.what {
            What::Text | What::Bare | What::Lines | What::TooLong => self.has_objects |= is_object,
            What::Element | What::Scalar | What::GivenUp { .. } => {
                self.has_values = true;
                self.has_objects |= is_object;
            }
            What::NoValue | What::NoComma => {}
        }
    }

    /// Notes what a piece is that has begun.
    fn note_open(&mut self, bytes: &[u8]) {
        if let Some(open) = self.texts.open() {
            self.has_values = true;
            self.has_objects |= bytes.get(open.start) == Some(&b'{');
        }
    }
}
