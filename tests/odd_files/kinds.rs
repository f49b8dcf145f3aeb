//! The kinds of odd files: each changes a file so that it shows one oddity. They are those that the test files of
//! DuckDB and csvkit have.

use crate::cell::{Cell, Null, Style};
use crate::encoding::Encoding;
use crate::file::{File, Last, LineEnd, Names, Piece};
use crate::random::Random;
use crate::texts;

/// An oddity by name.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) change: fn(&mut Random, &mut File),
}

const fn kind(name: &'static str, change: fn(&mut Random, &mut File)) -> Kind {
    Kind { name, change }
}

/// All kinds.
pub(crate) const KINDS: &[Kind] = &[
    kind("a byte order mark", |_, file| file.mark = true),
    kind("bare header names", bare_names),
    kind("blank lines", blank_lines),
    kind("blank lines at the end", |random, file| add_blanks(random, file, usize::MAX)),
    kind("blank lines before the header", |random, file| add_blanks(random, file, 0)),
    kind("characters of several bytes", |random, file| scatter(random, file, texts::WIDE)),
    kind("comments", comments),
    kind("comments before the header", comments_first),
    kind("control bytes", |random, file| scatter(random, file, texts::CONTROLS)),
    kind("CR at the very end", |_, file| file.last = Last::Return),
    kind("CR in a quoted field", |random, file| scatter_quoted(random, file, texts::LONE_RETURNS)),
    kind("CR in a text", |random, file| scatter(random, file, texts::LONE_RETURNS)),
    kind("CRLF", |_, file| file.pieces.iter_mut().for_each(|piece| piece.end_with(LineEnd::CrLf))),
    kind("delimiters of other kinds", |random, file| file.dialect.delimiter = *random.pick(b";\t|:^ ~\x01")),
    kind("encodings", encodings),
    kind("escapes", escapes),
    kind("few records", |random, file| file.pieces.truncate(random.below(3))),
    kind("fields in quotes", |random, file| scatter_quoted(random, file, texts::TO_QUOTE)),
    kind("header names over lines", |random, file| rename(random, file, texts::OVER_LINES)),
    kind("header names in quotes", |random, file| rename(random, file, texts::TO_QUOTE)),
    kind("header names that are made up", |random, file| rename(random, file, MADE_UP)),
    kind("header names twice", |random, file| rename(random, file, TWICE)),
    kind("header that cannot be read", bad_header),
    kind("inner quotes", |random, file| scatter(random, file, texts::INNER_QUOTES)),
    kind("long fields", long_fields),
    kind("many records", many_records),
    kind("mixed line ends", mixed_line_ends),
    kind("names given", given_names),
    kind("names counted", |_, file| file.names = Names::Counted),
    kind("names counted after rejects", counted_after_rejects),
    kind("no last line end", |_, file| file.last = Last::Open),
    kind("not UTF-8", |random, file| scatter(random, file, texts::NOT_UTF8)),
    kind("nulls", nulls),
    kind("nulls in quotes", quoted_nulls),
    kind("one field", one_field),
    kind("one field and blank lines", |random, file| {
        one_field(random, file);
        blank_lines(random, file);
    }),
    kind("other line ends", |random, file| scatter(random, file, texts::OTHER_LINE_ENDS)),
    kind("preamble", preamble),
    kind("quotes by backslash", |_, file| file.dialect.escape = Some(b'\\')),
    kind("quotes of other kinds", |random, file| {
        file.dialect.quote = *random.pick(&[Some(b'\''), None, Some(b'`')])
    }),
    kind("quotes that are text", |random, file| {
        file.dialect.quote = None;
        scatter(random, file, texts::TO_QUOTE);
    }),
    kind("quotes that do not close", open_quotes),
    kind("quotes that do not close at the end", open_at_the_end),
    kind("ragged", |random, file| {
        uneven(random, file);
        file.ragged = true;
    }),
    kind("ragged with names of extra fields", |random, file| {
        rename(random, file, MADE_UP);
        uneven(random, file);
        file.ragged = true;
    }),
    kind("records over lines", |random, file| scatter_quoted(random, file, texts::OVER_LINES)),
    kind("spaces around fields", spaces),
    kind("text after a closing quote", text_after_quotes),
    kind("too few and too many fields", uneven),
    kind("trailing delimiters", trailing),
    kind("TSV", tsv),
    kind("typed texts", |random, file| scatter(random, file, texts::TYPED)),
    kind("wide", |random, file| widen(random, file, &[20, 63, 64, 65, 100, 300])),
];

const TWICE: &[&str] = &["x", "x", "x_2", "y", "x_3", "y_2"];
const MADE_UP: &[&str] = &["", "c1", "c2", "c3", "c4", "c5", "c3_2", "c4_2", "C3", "x"];
/// A file of some records without oddities.
pub(crate) fn ordinary(random: &mut Random) -> File {
    let mut file = File::empty();
    let width = random.between(2, 5);
    let names = (0..width).map(|place| Cell::plain(["id", "name", "size", "ts", "note"][place]));
    file.pieces.push(Piece::Record(names.collect(), LineEnd::Lf));
    for _ in 0..random.between(1, 8) {
        let record = record(random, width);
        file.pieces.push(record);
    }
    file
}

fn record(random: &mut Random, width: usize) -> Piece {
    Piece::Record((0..width).map(|_| texts::ordinary(random)).collect(), LineEnd::Lf)
}

impl File {
    /// The place after the header line, before which nothing but blank lines and comments may be.
    fn first_place(&self) -> usize {
        if self.names != Names::Line {
            return 0;
        }
        let header = self.pieces.iter().position(|piece| matches!(piece, Piece::Record(..)));
        header.map_or(self.pieces.len(), |at| at + 1)
    }

    fn insert(&mut self, random: &mut Random, piece: Piece) {
        let at = random.between(self.first_place(), self.pieces.len());
        self.pieces.insert(at, piece);
    }

    fn records(&mut self) -> impl Iterator<Item = &mut Vec<Cell>> {
        let first = self.first_place();
        self.pieces.iter_mut().skip(first).filter_map(|piece| match piece {
            Piece::Record(cells, _) => Some(cells),
            _ => None,
        })
    }

    fn header(&mut self) -> Option<&mut Vec<Cell>> {
        let before = self.first_place().checked_sub(1)?;
        match self.pieces.get_mut(before) {
            Some(Piece::Record(cells, _)) => Some(cells),
            _ => None,
        }
    }
}

fn scatter(random: &mut Random, file: &mut File, pool: &[impl AsRef<[u8]>]) {
    let often = random.between(1, 3);
    for cell in file.records().flatten() {
        if random.one_in(often) {
            *cell = Cell::plain(random.pick(pool));
        }
    }
}

fn scatter_quoted(random: &mut Random, file: &mut File, pool: &[impl AsRef<[u8]>]) {
    let often = random.between(1, 3);
    for cell in file.records().flatten() {
        if random.one_in(often) {
            let style = if random.one_in(3) { Style::QuotedEscaped } else { Style::Quoted };
            *cell = Cell::styled(random.pick(pool), style);
        }
    }
}

fn rename(random: &mut Random, file: &mut File, pool: &[&str]) {
    for cell in file.header().into_iter().flatten() {
        let text = random.pick(pool);
        *cell = if random.one_in(3) { Cell::quoted(text) } else { Cell::plain(text) };
    }
}

fn given_names(random: &mut Random, file: &mut File) {
    const NAMES: &[&str] = &["a", "b", "c", "d", "e", "f"];
    let width = file.records().next().map_or(2, |cells| cells.len());
    let few = if random.one_in(4) { 1 } else { width };
    file.names = Names::Given(NAMES[..few.clamp(1, NAMES.len())].to_vec());
}

fn counted_after_rejects(random: &mut Random, file: &mut File) {
    file.names = Names::Counted;
    let pieces = [
        Piece::Behind(b"\"a\"b,1".to_vec(), 4, LineEnd::Lf),
        Piece::Open(b"1,2,3,4,5,6,\"7".to_vec(), LineEnd::Lf),
        Piece::Open(b"\"7".to_vec(), LineEnd::Lf),
        Piece::Behind(b"1,2,3,4,5,6,\"\"7".to_vec(), 15, LineEnd::Lf),
    ];
    for _ in 0..random.between(1, 2) {
        file.pieces.insert(0, random.pick(&pieces).clone());
    }
}

fn bare_names(random: &mut Random, file: &mut File) {
    rename(
        random,
        file,
        &[
            "user id", "a.b", "`x`", "größe", "1", "2024", "true", "null", " x ", "a-b", "*", "$x", "x=y",
            "a/b", "[0]", "日",
        ],
    );
}

fn blank_lines(random: &mut Random, file: &mut File) {
    for _ in 0..random.between(1, 4) {
        let at = random.between(0, file.pieces.len());
        add_blanks(random, file, at);
    }
}

fn add_blanks(random: &mut Random, file: &mut File, at: usize) {
    let at = at.min(file.pieces.len());
    for _ in 0..random.between(1, 3) {
        file.pieces.insert(at, Piece::Blank(*random.pick(&[LineEnd::Lf, LineEnd::Lf, LineEnd::CrLf])));
    }
}

const REMARKS: &[&str] =
    &["", " a remark", "a,b", " it's \"quoted", "\"", " \"a\",\"b\"", "#", " x\ty", " \"a\"b", "1,\"2"];

fn comments(random: &mut Random, file: &mut File) {
    file.comment = Some(*random.pick(&["#", "#", "//", "%"]));
    for _ in 0..random.between(1, 4) {
        let at = random.between(0, file.pieces.len());
        file.pieces.insert(at, Piece::Comment(random.pick(REMARKS).as_bytes().to_vec(), LineEnd::Lf));
    }
    for cell in file.records().flatten() {
        if random.one_in(5) {
            *cell = Cell::plain(random.pick(&["a # b", "a#", "a//b", "50%"]));
        } else if random.one_in(5) {
            *cell = Cell::quoted(random.pick(&["# quoted", "a\n# inside\nb", "\n#", "//", "x\n% y\n"]));
        }
    }
}

fn comments_first(random: &mut Random, file: &mut File) {
    file.comment = Some("#");
    for _ in 0..random.between(1, 3) {
        file.pieces.insert(0, Piece::Comment(random.pick(REMARKS).as_bytes().to_vec(), LineEnd::Lf));
    }
}

fn encodings(random: &mut Random, file: &mut File) {
    file.encoding =
        *random.pick(&[Encoding::Latin1, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be]);
    file.mark = random.one_in(2);
    scatter(random, file, texts::WIDE);
}

fn escapes(random: &mut Random, file: &mut File) {
    file.dialect.escape = Some(b'\\');
    let pools =
        [texts::TO_QUOTE, texts::OVER_LINES, texts::INNER_QUOTES, &["ends in CR\r", "\r", "\\n", "a\\"]];
    for cell in file.records().flatten() {
        let style = *random.pick(&[
            Style::Plain,
            Style::Quoted,
            Style::Escaped,
            Style::Escaped,
            Style::QuotedEscaped,
        ]);
        let pool = *random.pick(&pools);
        *cell = Cell::styled(random.pick(pool), style);
    }
}

fn bad_header(random: &mut Random, file: &mut File) {
    let pieces = [
        Piece::Open(b"id,\"name".to_vec(), LineEnd::Lf),
        Piece::Behind(b"\"id\"x,name".to_vec(), 5, LineEnd::Lf),
        Piece::Record(vec![Cell::plain("id"), Cell::plain(b"na\xefve")], LineEnd::Lf),
        Piece::Record(vec![Cell::plain("id\r1"), Cell::plain("2")], LineEnd::Lf),
    ];
    let at = file.first_place().saturating_sub(1);
    if file.names == Names::Line && at < file.pieces.len() {
        file.pieces[at] = random.pick(&pieces).clone();
    }
}

/// Fields whose ends lie around the ends of blocks and of what is looked at in one go.
fn long_fields(random: &mut Random, file: &mut File) {
    for cells in file.records() {
        let len =
            random.between(0, 3) + *random.pick(&[20, 55, 61, 62, 63, 64, 120, 126, 127, 254, 1000, 4090]);
        let mut text = texts::long(random, len);
        let style = if random.one_in(2) { Style::Quoted } else { Style::Plain };
        if style == Style::Quoted {
            for (every, byte) in [(13, b'\n'), (17, b'"'), (19, b','), (61, b'\n'), (64, b'"')] {
                if random.one_in(3) {
                    text.iter_mut().skip(random.below(5)).step_by(every).for_each(|place| *place = byte);
                }
            }
        }
        let at = random.below(cells.len().max(1));
        if let Some(cell) = cells.get_mut(at) {
            *cell = Cell::styled(text, style);
        }
    }
}

fn many_records(random: &mut Random, file: &mut File) {
    let width = file.records().next().map_or(2, |cells| cells.len());
    for _ in 0..random.between(30, 150) {
        file.pieces.push(record(random, width));
    }
}

fn mixed_line_ends(random: &mut Random, file: &mut File) {
    for piece in &mut file.pieces {
        piece.end_with(*random.pick(&[LineEnd::Lf, LineEnd::CrLf]));
    }
}

fn nulls(random: &mut Random, file: &mut File) {
    for _ in 0..random.between(1, 3) {
        file.dialect.nulls.push(Null { spelling: random.pick::<&str>(texts::NULLS), quoted: false });
    }
    for cell in file.records().flatten() {
        let text = random.pick(texts::NULLS);
        *cell = if random.one_in(2) { Cell::quoted(text) } else { Cell::plain(text) };
    }
}

fn quoted_nulls(random: &mut Random, file: &mut File) {
    nulls(random, file);
    for _ in 0..random.between(1, 2) {
        file.dialect
            .nulls
            .push(Null { spelling: random.pick::<&str>(&["NA", "NULL", "", "-", "null"]), quoted: true });
    }
    for cell in file.records().flatten() {
        if random.one_in(4) {
            *cell = Cell::quoted("");
        }
    }
}

fn one_field(_: &mut Random, file: &mut File) {
    for piece in &mut file.pieces {
        if let Piece::Record(cells, _) = piece {
            cells.truncate(1);
        }
    }
}

fn preamble(random: &mut Random, file: &mut File) {
    const LINES: &[&str] = &[
        "",
        "Report of May",
        "a,b,c",
        "\"open",
        "generated by \"x\"",
        "# comment",
        ";;;",
        "sep=;",
        "\"a\nb\"",
        "created: 2024-05-14",
        "\t",
        "{",
    ];
    for _ in 0..random.between(1, 5) {
        let text = random.pick(LINES);
        for line in text.split('\n') {
            file.preamble.push([line, *random.pick(&["\n", "\r\n"])].concat().into_bytes());
        }
    }
}

const OPEN: &[&str] =
    &["1,\"open", "\"open", "\"", "1,\"", "\"a \"\" b", "x,\"a,b", "\"\"\"", "1,\"open \"\"", "\"# x"];

fn open_quotes(random: &mut Random, file: &mut File) {
    for _ in 0..random.between(1, 2) {
        let open =
            Piece::Open(random.pick(OPEN).as_bytes().to_vec(), *random.pick(&[LineEnd::Lf, LineEnd::CrLf]));
        let width = file.records().next().map_or(2, |cells| cells.len());
        let at = random.between(file.first_place(), file.pieces.len());
        // What looks like the end of the quote is inside a field, or opens one.
        let mut next: Vec<Cell> = (0..width).map(|_| Cell::plain("7")).collect();
        next[0] = random
            .pick(&[Cell::plain("5\" disk"), Cell::quoted("x"), Cell::plain("b\"c"), Cell::quoted("\"y")])
            .clone();
        file.pieces.insert(at, Piece::Record(next, LineEnd::Lf));
        file.pieces.insert(at, open);
    }
}

fn open_at_the_end(random: &mut Random, file: &mut File) {
    for cell in file.records().flatten() {
        cell.style = Style::Plain;
        cell.text.retain(|byte| !b",\n\"'`".contains(byte));
    }
    let at = random.between(file.first_place(), file.pieces.len());
    file.pieces.insert(at, Piece::Open(random.pick(OPEN).as_bytes().to_vec(), LineEnd::Lf));
}

fn uneven(random: &mut Random, file: &mut File) {
    for cells in file.records() {
        match random.below(4) {
            0 => cells.truncate(random.between(1, cells.len().max(1))),
            1 => {
                for _ in 0..random.between(1, 3) {
                    cells.push(texts::ordinary(random));
                }
            }
            _ => {}
        }
    }
}

fn spaces(random: &mut Random, file: &mut File) {
    let header = file.header().map(|cells| cells.iter_mut().collect::<Vec<_>>()).unwrap_or_default();
    for cell in header {
        cell.text.insert(0, b' ');
    }
    for cell in file.records().flatten() {
        let around = random.pick(&[" ", "  ", "\t", "\u{a0}"]).as_bytes();
        cell.text = [around, &cell.text, around].concat();
    }
}

fn text_after_quotes(random: &mut Random, file: &mut File) {
    const LINES: &[(&str, u64)] = &[
        ("\"a\"b,1", 4),
        ("1,\"a\"b", 6),
        ("\"\"x,2", 3),
        ("\"a\"\"b\"c,1", 7),
        ("1,\"x\"y\"z\"", 6),
        ("\"a\"\rb,1", 4),
        ("\"a, b\"=,2", 7),
        ("1,2,\"\"\0,3", 7),
    ];
    for _ in 0..random.between(1, 3) {
        let (line, column) = random.pick(LINES);
        let end = *random.pick(&[LineEnd::Lf, LineEnd::CrLf]);
        file.insert(random, Piece::Behind(line.as_bytes().to_vec(), *column, end));
    }
}

fn trailing(random: &mut Random, file: &mut File) {
    if random.one_in(2) {
        file.header().into_iter().for_each(|cells| cells.push(Cell::plain("")));
    }
    for cells in file.records() {
        if !random.one_in(5) {
            cells.push(Cell::plain(""));
        }
    }
}

fn tsv(random: &mut Random, file: &mut File) {
    file.dialect.tsv = true;
    scatter(random, file, &[texts::TO_QUOTE, texts::OVER_LINES, texts::LONE_RETURNS].concat());
}

fn widen(random: &mut Random, file: &mut File, widths: &[usize]) {
    let width = *random.pick(widths);
    for cells in file.records() {
        cells.resize_with(width, || texts::ordinary(random));
    }
    let names = (0..width).map(|place| Cell::plain(format!("f{place}")));
    if let Some(header) = file.header() {
        *header = names.collect();
    }
}
