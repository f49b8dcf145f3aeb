//! What the pieces of a file mean: its names, its records, and what is rejected.

use crate::cell::{Cell, Style, has_lone_return};
use crate::file::{File, Names, Piece};
use crate::reader::read;

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// Why it cannot be read at all, in words of the error.
    pub(crate) refused: Option<&'static str>,
    /// The header line as a record, if the file has one.
    pub(crate) header: Option<Vec<Cell>>,
    /// The names of the fields. None where nothing gives them.
    pub(crate) names: Vec<String>,
    pub(crate) records: Vec<Record>,
    pub(crate) rejects: Vec<Reject>,
    /// The cells of all records, those with too few or too many too, as other readers see them.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A record that can be read.
#[derive(Debug)]
pub(crate) struct Record {
    /// The number of its first line.
    pub(crate) line: usize,
    /// Its bytes without the line end.
    pub(crate) raw: Vec<u8>,
    /// Its fields, as many as it has.
    pub(crate) cells: Vec<Cell>,
}

/// What is rejected.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Reject {
    pub(crate) line: usize,
    /// How the reason begins.
    pub(crate) reason: String,
    /// Its bytes without the line end.
    pub(crate) raw: Vec<u8>,
}

/// What the manual says about a file.
pub(crate) fn meaning(file: &File) -> Meaning {
    if file.pieces.iter().any(|piece| matches!(piece, Piece::Soup(_))) {
        return read(file);
    }
    let mut meaning = Meaning { refused: refused_as_a_whole(file), ..Meaning::default() };
    let mut line = 1 + file.preamble.len();
    name_fields(file, &mut meaning);
    let mut header_is_due = file.names == Names::Line;
    for (piece, bytes) in file.pieces.iter().zip(file.lines()) {
        let raw = piece.inner(file);
        match piece {
            // A last line without bytes and without an end is none.
            _ if bytes.is_empty() => {}
            Piece::Comment(..) | Piece::Soup(_) => {}
            Piece::Behind(..) | Piece::Open(..) if header_is_due => {
                meaning.refused = meaning.refused.or(Some("the header line has"));
                break;
            }
            Piece::Behind(_, column, _) => {
                let reason = format!("text after a closing quote (column {column})");
                meaning.rejects.push(Reject { line, reason, raw });
            }
            Piece::Open(..) => {
                let reason = "a quote that does not close".to_owned();
                meaning.rejects.push(Reject { line, reason, raw });
            }
            Piece::Blank(_) => blank(&mut meaning, header_is_due, line),
            Piece::Record(..) if raw.is_empty() => blank(&mut meaning, header_is_due, line),
            Piece::Record(cells, _) if header_is_due => {
                header_is_due = false;
                meaning.header = Some(cells.clone());
            }
            Piece::Record(cells, _) => record(file, &mut meaning, Record { line, raw, cells: cells.clone() }),
        }
        line += bytes.iter().filter(|byte| **byte == b'\n').count();
    }
    meaning
}

fn blank(meaning: &mut Meaning, header_is_due: bool, line: usize) {
    if !header_is_due && meaning.names.len() == 1 {
        let cells = vec![Cell::plain("")];
        meaning.rows.push(cells.clone());
        meaning.records.push(Record { line, raw: Vec::new(), cells });
    }
}

/// Why a record with another number of fields is rejected.
pub(crate) fn misfit(expected: usize, found: usize) -> String {
    let plural = if expected == 1 { "" } else { "s" };
    format!("expected {expected} field{plural}, found {found}")
}

fn record(file: &File, meaning: &mut Meaning, record: Record) {
    meaning.rows.push(record.cells.clone());
    let (expected, found) = (meaning.names.len(), record.cells.len());
    if expected == found || file.ragged {
        return meaning.records.push(record);
    }
    let reason = misfit(expected, found);
    meaning.rejects.push(Reject { line: record.line, reason, raw: record.raw });
}

/// A CR is not a line end, but a file may have no others.
pub(crate) fn refused_as_a_whole(file: &File) -> Option<&'static str> {
    let text = [file.preamble.concat(), file.body()].concat();
    (!text.contains(&b'\n') && has_lone_return(&text)).then_some("CR alone")
}

fn name_fields(file: &File, meaning: &mut Meaning) {
    let mut records = file.pieces.iter().filter_map(|piece| match piece {
        Piece::Record(cells, _) if !piece.inner(file).is_empty() => Some(cells),
        _ => None,
    });
    let names = match &file.names {
        // An empty input has no header, whatever is given.
        Names::Given(_) if file.bytes().is_empty() => Vec::new(),
        Names::Given(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        Names::Counted => {
            let places = 1..=records.next().map_or_else(|| fields_without_a_record(file), Vec::len);
            places.map(|place| format!("c{place}")).collect()
        }
        Names::Line => {
            let cells = header_cells(file);
            if cells.iter().any(|cell| str::from_utf8(&cell.text).is_err()) {
                meaning.refused = meaning.refused.or(Some("the header line is not UTF-8"));
            }
            let lone_return = |cell: &Cell| is_bare(cell) && has_lone_return(&cell.spelled(&file.dialect));
            if cells.iter().any(lone_return) {
                meaning.refused = meaning.refused.or(Some("the header line "));
            }
            cells.iter().map(|cell| String::from_utf8_lossy(&cell.text).into_owned()).collect()
        }
    };
    meaning.names = unique(names);
}

/// How many fields are counted where no record tells: those of the first line up to the quote that spoils it; one if it is
/// blank.
fn fields_without_a_record(file: &File) -> usize {
    let mut lines = file.pieces.iter().zip(file.lines()).filter(|(_, bytes)| !bytes.is_empty());
    let first = lines.find(|(piece, _)| !matches!(piece, Piece::Comment(..)));
    first.map_or(0, |(piece, _)| {
        let line = piece.inner(file);
        let before = line.iter().take_while(|byte| Some(**byte) != file.dialect.quote);
        1 + before.filter(|byte| **byte == file.dialect.delimiter).count()
    })
}

/// The cells of the header line; none if there is none, or it is odd.
fn header_cells(file: &File) -> &[Cell] {
    let said = |piece: &&Piece| !matches!(piece, Piece::Comment(..)) && !piece.inner(file).is_empty();
    match file.pieces.iter().find(said) {
        Some(Piece::Record(cells, _)) => cells,
        _ => &[],
    }
}

/// The second of two names that are the same becomes `x_2`, or the first of `x_3`, … that the header has not. An empty
/// one is called by its place, unless a field has that name.
pub(crate) fn unique(spelled: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in &spelled {
        let again = !name.is_empty() && names.contains(name);
        let free = |candidate: &String| !names.contains(candidate) && !spelled.contains(candidate);
        names.push(if again { numbered(name, free) } else { name.clone() });
    }
    for place in 0..names.len() {
        if names[place].is_empty() {
            names[place] = invented(place, &names);
        }
    }
    names
}

/// The first of `x_2`, `x_3`, … that is free.
fn numbered(name: &str, free: impl Fn(&String) -> bool) -> String {
    (2..).map(|number| format!("{name}_{number}")).find(free).expect("a number")
}

/// The name of a field that has none.
fn invented(place: usize, taken: &[String]) -> String {
    let counted = format!("c{}", place + 1);
    let free = |candidate: &String| !taken.contains(candidate);
    if free(&counted) { counted } else { numbered(&counted, free) }
}

impl Meaning {
    /// The name of the field at a place, beyond the named ones too.
    pub(crate) fn name(&self, place: usize) -> String {
        self.names.get(place).cloned().unwrap_or_else(|| invented(place, &self.names))
    }
}

/// Whether a field has no quotes around it.
fn is_bare(cell: &Cell) -> bool {
    matches!(cell.style, Style::Plain | Style::Escaped)
}
