//! A file, piece by piece, each of which has one meaning.

use crate::cell::{Cell, Dialect};
use crate::encoding::Encoding;

/// All that makes up a file and the options it is read with.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The kinds it shows.
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) dialect: Dialect,
    pub(crate) encoding: Encoding,
    /// It begins with a byte order mark.
    pub(crate) mark: bool,
    /// Lines for `--skip`, line ends included.
    pub(crate) preamble: Vec<Vec<u8>>,
    /// What `--comment` names.
    pub(crate) comment: Option<&'static str>,
    pub(crate) ragged: bool,
    pub(crate) names: Names,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) last: Last,
}

/// Where names come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Names {
    /// The first record is the header line.
    Line,
    /// `--no-header`.
    Counted,
    /// `--header`.
    Given(Vec<&'static str>),
}

/// How the last line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Last {
    /// As the others do.
    Ended,
    /// With the end of the file.
    Open,
    /// With a CR.
    Return,
}

/// The end of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LineEnd {
    Lf,
    CrLf,
}

/// What a file is put together of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Record(Vec<Cell>, LineEnd),
    Blank(LineEnd),
    /// A line that begins with what `--comment` names; the text after that.
    Comment(Vec<u8>, LineEnd),
    /// A line with text after a closing quote, which is at this column.
    Behind(Vec<u8>, u64, LineEnd),
    /// A line with a quote that does not close.
    Open(Vec<u8>, LineEnd),
    /// Any bytes, whose meaning nobody knows yet.
    Soup(Vec<u8>),
}

impl LineEnd {
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}

impl Piece {
    /// Its bytes without its line end.
    pub(crate) fn inner(&self, file: &File) -> Vec<u8> {
        match self {
            Self::Record(cells, _) => spelled(cells, &file.dialect),
            Self::Blank(_) => Vec::new(),
            Self::Comment(text, _) => [file.comment.unwrap_or_default().as_bytes(), text].concat(),
            Self::Behind(line, ..) | Self::Open(line, _) => file.dialect.respelled(line),
            Self::Soup(bytes) => bytes.clone(),
        }
    }

    /// How its line ends.
    pub(crate) fn line_end(&self) -> LineEnd {
        match self {
            Self::Record(_, end)
            | Self::Blank(end)
            | Self::Comment(_, end)
            | Self::Behind(_, _, end)
            | Self::Open(_, end) => *end,
            Self::Soup(_) => LineEnd::Lf,
        }
    }

    /// Gives its line another end.
    pub(crate) fn end_with(&mut self, new: LineEnd) {
        match self {
            Self::Record(_, end)
            | Self::Blank(end)
            | Self::Comment(_, end)
            | Self::Behind(_, _, end)
            | Self::Open(_, end) => *end = new,
            Self::Soup(_) => {}
        }
    }
}

/// A record's fields with delimiters between them.
pub(crate) fn spelled(cells: &[Cell], dialect: &Dialect) -> Vec<u8> {
    let cells: Vec<Vec<u8>> = cells.iter().map(|cell| cell.spelled(dialect)).collect();
    cells.join(&dialect.delimiter)
}

impl File {
    /// A file without anything in it.
    pub(crate) fn empty() -> Self {
        Self {
            kinds: Vec::new(),
            dialect: Dialect::RFC,
            encoding: Encoding::Utf8,
            mark: false,
            preamble: Vec::new(),
            comment: None,
            ragged: false,
            names: Names::Line,
            pieces: Vec::new(),
            last: Last::Ended,
        }
    }

    /// The options that it is read with.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = self.dialect.words();
        match &self.names {
            Names::Line => {}
            Names::Counted => words.push("--no-header".to_owned()),
            Names::Given(names) => words.extend(["--header".to_owned(), names.join(",")]),
        }
        if self.ragged {
            words.push("--ragged".to_owned());
        }
        if !self.preamble.is_empty() {
            words.extend(["--skip".to_owned(), self.preamble.len().to_string()]);
        }
        if let Some(comment) = self.comment {
            words.extend(["--comment".to_owned(), comment.to_owned()]);
        }
        if let Some(name) = self.encoding.name() {
            words.extend(["--encoding".to_owned(), name.to_owned()]);
        }
        words
    }

    /// The bytes of each piece with its line end, in turn.
    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let last = self.pieces.len().saturating_sub(1);
        let line = |(place, piece): (usize, &Piece)| {
            let end = match self.last {
                Last::Open if place == last => b"",
                Last::Return if place == last => &b"\r"[..],
                _ => piece.line_end().bytes(),
            };
            [&piece.inner(self), end].concat()
        };
        self.pieces.iter().enumerate().map(line).collect()
    }

    /// Its text after the preamble.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.lines().concat()
    }

    /// The whole file, as it is on disk.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let text = [self.preamble.concat(), self.body()].concat();
        self.encoding.encode(&text, self.mark)
    }

    /// Makes every piece one that the options allow, and take for what it is meant.
    pub(crate) fn settle(&mut self) {
        if self.dialect.tsv {
            self.dialect = Dialect { nulls: std::mem::take(&mut self.dialect.nulls), ..Dialect::TSV };
        }
        self.dialect.nulls.retain(|null| !null.quoted || self.dialect.quote.is_some());
        for piece in &mut self.pieces {
            let Piece::Record(cells, _) = piece else { continue };
            for cell in &mut *cells {
                self.encoding.settle(&mut cell.text);
                cell.settle(&self.dialect);
            }
            let comment = self.comment.map(str::as_bytes);
            if comment.is_some_and(|comment| spelled(cells, &self.dialect).starts_with(comment)) {
                cells[0].text.insert(0, b'x');
            }
        }
        if self.comment.is_none() {
            self.pieces.retain(|piece| !matches!(piece, Piece::Comment(..)));
        }
        if self.dialect.quote.is_none() || self.dialect.tsv || self.dialect.escape.is_some() {
            self.pieces.retain(|piece| !matches!(piece, Piece::Behind(..) | Piece::Open(..)));
        }
        while let Some(at) = self.closes_by_chance() {
            self.pieces.remove(at);
        }
    }

    /// A piece whose open quote what follows would close.
    fn closes_by_chance(&self) -> Option<usize> {
        let lines = self.lines();
        let open = |at: &usize| matches!(self.pieces[*at], Piece::Open(..));
        (0..self.pieces.len()).filter(open).find(|&at| {
            let Piece::Open(line, _) = &self.pieces[at] else { return false };
            let quote = line.iter().position(|byte| *byte == b'"').map_or(0, |at| at + 1);
            self.dialect.closes(&[&lines[at][quote..], &lines[at + 1..].concat()].concat())
        })
    }
}
