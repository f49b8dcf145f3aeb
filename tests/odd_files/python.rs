//! Python's csv module as a twin: one process reads many files and answers with their rows.

use std::io::{Seek as _, Write as _};
use std::process::{Command, Stdio};

use crate::cell::Cell;
use crate::file::{File, Last, Piece};
use crate::oracle::Meaning;

/// What Python runs.
const TWIN: &str = include_str!("twin.py");

/// The rows of each file as Python's csv reads them, as bytes.
pub(crate) fn rows(files: &[&File]) -> Vec<Vec<Vec<Vec<u8>>>> {
    let mut questions = tempfile::tempfile().expect("a file");
    for file in files {
        let dialect = &file.dialect;
        let char = |byte: Option<u8>| byte.map(|byte| char::from(byte).to_string());
        let question = serde_json::json!({
            "bytes": file.bytes_without_comments().iter().map(|byte| char::from(*byte)).collect::<String>(),
            // latin1 is read as windows-1252, as browsers do.
            "encoding": file.encoding.name().map(|name| if name == "latin1" { "windows-1252" } else { name }),
            "skip": file.preamble.len(),
            "delimiter": char(Some(dialect.delimiter)),
            "quote": char(dialect.quote),
            "escape": char(dialect.escape),
        });
        writeln!(questions, "{question}").expect("space");
    }
    questions.rewind().expect("a file");
    let python = Command::new("python3").args(["-c", TWIN]).stdin(Stdio::from(questions)).output();
    let answers = python.expect("python3 is needed to compare with its csv module");
    let said = String::from_utf8_lossy(&answers.stderr);
    assert!(answers.status.success(), "python3 failed:\n{said}");
    let answers = String::from_utf8(answers.stdout).expect("JSON");
    let answers: Vec<Vec<Vec<Vec<u8>>>> = answers.lines().map(as_bytes).collect();
    assert_eq!(answers.len(), files.len(), "python3 stopped early:\n{said}");
    answers
}

fn as_bytes(line: &str) -> Vec<Vec<Vec<u8>>> {
    let rows: Vec<Vec<String>> = serde_json::from_str(line).expect("rows of texts");
    let byte = |char: char| u8::try_from(char).expect("a byte");
    let cells = |row: Vec<String>| row.iter().map(|cell| cell.chars().map(byte).collect()).collect();
    rows.into_iter().map(cells).collect()
}

/// The rows that Python must give, header line included.
pub(crate) fn expected(meaning: &Meaning) -> Vec<Vec<Vec<u8>>> {
    let texts = |row: &Vec<Cell>| row.iter().map(|cell| cell.text.clone()).collect();
    meaning.header.iter().chain(&meaning.rows).map(texts).collect()
}

impl File {
    /// Whether Python's csv reads the file as the manual does. It differs where
    ///
    /// - a CR is alone, which ends a line for Python;
    /// - a line is blank, which is a row without cells;
    /// - text follows a closing quote, which Python adds to the field;
    /// - a quote does not close, whose field goes on to the end of the file;
    /// - TSV has backslashes, which Python does not know.
    pub(crate) fn is_for_python(&self, meaning: &Meaning) -> bool {
        let plain = |piece: &Piece| match piece {
            Piece::Record(cells, _) => {
                !cells.iter().any(ends_a_line_for_python) && !piece.inner(self).is_empty()
            }
            Piece::Comment(..) => true,
            Piece::Blank(_) | Piece::Behind(..) | Piece::Open(..) | Piece::Soup(_) => false,
        };
        meaning.refused.is_none()
            && !self.dialect.tsv
            && self.last != Last::Return
            && self.pieces.iter().all(plain)
    }

    /// The file for a reader that knows no comments.
    fn bytes_without_comments(&self) -> Vec<u8> {
        let mut file = self.clone();
        file.pieces.retain(|piece| !matches!(piece, Piece::Comment(..)));
        if file.pieces.len() < self.pieces.len() && matches!(self.pieces.last(), Some(Piece::Comment(..))) {
            file.last = Last::Ended;
        }
        file.bytes()
    }
}

/// Whether a field holds a CR that LF does not follow at once.
fn ends_a_line_for_python(cell: &Cell) -> bool {
    (0..cell.text.len()).any(|at| cell.text[at] == b'\r' && cell.text.get(at + 1) != Some(&b'\n'))
}
