//! Aligned columns for people to read.

use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::arrange::{Arranged, Arranger};
use super::columns::{Columns, known};
use super::fit::leaves_out;
use super::union::{leading_columns, trailing_columns};
use super::value_text::plain_text;
use super::{Encoder, FormatDef, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Result, draws};
use crate::record::{Batch, Env, FieldValue, Findings, Form};
use crate::value::{Number, Value};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "table",
    suffixes: &[],
    keeps_format: false,
    reads_with: &[],
    writes_with: &["no-header-out", "union"],
    input: None,
    output: Some(output),
    first_line: None,
    doc: Doc {
        summary: "aligned columns for people to read",
        text: "\
A header line and a line for each record, columns two blanks apart; columns of numbers stand to the right. \
Null is nothing and an empty text `\"\"`; nested values are JSON, control bytes are escaped. `--no-header-out` leaves the header out, \
which is bold where colours are used.

The columns are those that the chain fixed, else those of the first input's header, and then any other field in \
the order of their coming. Since a column is as wide as its widest value, a table holds all records until the \
end of input, in memory: put `limit` or `top` in front. On a terminal the first 1,000 records alone give the \
widths, later ones are written as they come, and a field that is new by then begins another table; with `--union` \
there is one table, with the columns of all header lines first where each input has one. What only some records of \
an access log have (`extra`) is a column as in `csv`.",
        examples: &[Example {
            command: "--from csv --to table project 'host, bytes'",
            input: "host,bytes\nweb1,120\nlocalhost,\n",
            output: "host       bytes\nweb1         120\nlocalhost\n",
        }],
    },
};

/// Records that lay out the table on a terminal.
const FIRST: usize = 1000;

fn output(options: &OutputOptions) -> Result<Box<dyn OutputFormat>> {
    Ok(Box::new(TableOutput { options: options.clone() }))
}

struct TableOutput {
    options: OutputOptions,
}

impl OutputFormat for TableOutput {
    fn any_order(&self) -> bool {
        false
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(TableEncoder {
            options: self.options.clone(),
            arranger: Arranger::new(&self.options.shape),
            columns: None,
            held: Held::default(),
            layout: None,
            plain: Vec::new(),
        })
    }
}

struct TableEncoder {
    options: OutputOptions,
    arranger: Arranger,
    /// `None` before the first record.
    columns: Option<Columns>,
    held: Held,
    /// The columns as they are written, once they are.
    layout: Option<Vec<Column>>,
    plain: Vec<u8>,
}

/// Records that wait, their texts one behind the other.
#[derive(Default)]
struct Held {
    text: String,
    cells: Vec<HeldCell>,
    /// Behind the last cell of each record.
    ends: Vec<usize>,
}

#[derive(Clone, Copy)]
struct HeldCell {
    column: usize,
    /// Behind its last byte in the text.
    end: usize,
    number: bool,
}

/// How a column is laid out.
#[derive(Clone, Copy, Default)]
struct Column {
    width: usize,
    /// It holds a value that is no number.
    words: bool,
    /// It holds a number.
    numbers: bool,
}

impl Encoder for TableEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        for &row in &batch.live {
            self.hold(batch, row, findings);
            let enough = if self.layout.is_some() { 1 } else { FIRST };
            if self.streams() && self.held.ends.len() >= enough {
                self.write_held(out);
            }
        }
    }

    fn heap_bytes(&self) -> usize {
        let Held { text, cells, ends } = &self.held;
        text.capacity() + cells.capacity() * size_of::<HeldCell>() + ends.capacity() * size_of::<usize>()
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.columns.is_none() {
            self.columns = known(&self.options);
        }
        if self.options.union.is_some() && self.options.shape.rest.is_some() {
            self.put_headers();
        }
        if self.layout.is_none() || !self.held.ends.is_empty() {
            self.write_held(out);
        }
    }
}

impl TableEncoder {
    /// Whether records leave before the last has come.
    fn streams(&self) -> bool {
        self.options.terminal.is_some() && self.options.union.is_none()
    }

    /// Puts the columns in their places that header lines name: those of pipes are known when these were read.
    fn put_headers(&mut self) {
        let came = self.columns.take().unwrap_or_default();
        let trailing = trailing_columns(&self.options);
        let (columns, places) = leading_columns(&self.options).around(&came, &trailing);
        for cell in &mut self.held.cells {
            cell.column = places.get(cell.column).copied().unwrap_or(cell.column);
        }
        self.columns = Some(columns);
    }

    fn hold(&mut self, batch: &Batch, row: u32, findings: &mut Findings) {
        let Self { options, arranger, columns, held, plain, .. } = self;
        let columns = columns.get_or_insert_with(|| known(options).unwrap_or_default());
        let OutputOptions { shape, sources, env, union, .. } = options;
        let may_leave_out = union.is_none();
        arranger.visit(batch, row, sources, &mut |field| {
            let (name, value) = match field {
                Arranged::Made(place, value) => {
                    let name = Arranger::names(shape).nth(place).unwrap_or_default();
                    (name.as_bytes(), value)
                }
                Arranged::Replaced(view, _, value) => (view.name, value),
                Arranged::Input(view) => (view.name, FieldValue::Cell(view.cell, &batch.bytes)),
                Arranged::Loose(loose) => (loose.name, loose.value),
            };
            let is_new = may_leave_out && columns.column(name).is_none();
            if !is_new || !leaves_out(sources, batch.source(row), &field, findings) {
                held.push(columns.add(name), value, env, plain);
            }
        });
        held.ends.push(held.cells.len());
    }

    /// Writes the records held, and in front of them the header if there is none that serves them.
    fn write_held(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        let names = self.columns.as_ref().map_or(&[][..], Columns::names);
        let fits = self.layout.as_ref().is_some_and(|layout| layout.len() == names.len());
        if !fits {
            if self.layout.is_some() {
                out.push(b'\n');
            }
            self.layout = Some(held.layout(names, self.options.no_header));
        }
        let layout = self.layout.as_deref().unwrap_or(&[]);
        if !fits && !self.options.no_header && !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| escaped(name.as_bytes())).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if self.options.colour {
                write_bold(layout, &names, out);
            } else {
                write_line(layout, &names, out);
            }
        }
        let mut line = Vec::new();
        for record in held.records() {
            line.clear();
            line.resize(layout.len(), "");
            for (cell, text) in record {
                if let Some(place) = line.get_mut(cell.column) {
                    *place = text;
                }
            }
            write_line(layout, &line, out);
        }
    }
}

impl Held {
    fn push(&mut self, column: usize, value: FieldValue<'_>, env: &Arc<Env>, plain: &mut Vec<u8>) {
        if value.is_null() {
            return;
        }
        let number = is_number(value);
        let text = plain_text(value, &env.zone, plain);
        // Null is nothing.
        push_escaped(if text.is_empty() { b"\"\"" } else { text }, &mut self.text);
        self.cells.push(HeldCell { column, end: self.text.len(), number });
    }

    /// The records, each as its cells with their texts.
    fn records(&self) -> impl Iterator<Item = impl Iterator<Item = (HeldCell, &str)>> {
        let mut first = 0;
        self.ends.iter().map(move |&end| {
            let cells = first..end;
            first = end;
            cells.filter_map(|at| self.cell(at))
        })
    }

    fn cell(&self, at: usize) -> Option<(HeldCell, &str)> {
        let cell = *self.cells.get(at)?;
        let start =
            at.checked_sub(1).and_then(|before| self.cells.get(before)).map_or(0, |before| before.end);
        Some((cell, self.text.get(start..cell.end)?))
    }

    fn layout(&self, names: &[String], no_header: bool) -> Vec<Column> {
        let width = |name: &String| if no_header { 0 } else { escaped(name.as_bytes()).width() };
        let mut layout: Vec<Column> =
            names.iter().map(|name| Column { width: width(name), ..Column::default() }).collect();
        for (cell, text) in (0..self.cells.len()).filter_map(|at| self.cell(at)) {
            if let Some(column) = layout.get_mut(cell.column) {
                column.width = column.width.max(text.width());
                column.numbers |= cell.number;
                column.words |= !cell.number;
            }
        }
        layout
    }
}

/// Whether the value is a number or spelled as one.
pub(super) fn is_number(value: FieldValue<'_>) -> bool {
    match value {
        FieldValue::Cell(cell, bytes) => match cell.form {
            Form::Number => true,
            Form::Untyped | Form::Quoted => matches!(Number::parse(cell.spelling(bytes)), Some(Ok(_))),
            _ => false,
        },
        FieldValue::Value(value @ (Value::Number(_) | Value::Spelled(_) | Value::Untyped(_))) => {
            value.as_number().is_some()
        }
        FieldValue::Value(_) => false,
    }
}

/// Writes texts under each other, without blanks at the end of the line.
fn write_line(layout: &[Column], texts: &[&str], out: &mut Vec<u8>) {
    let line = out.len();
    for (place, (column, text)) in layout.iter().zip(texts).enumerate() {
        if place > 0 {
            out.extend_from_slice(b"  ");
        }
        let blanks = column.width.saturating_sub(text.width());
        let (left, right) = if column.numbers && !column.words { (blanks, 0) } else { (0, blanks) };
        out.resize(out.len() + left, b' ');
        out.extend_from_slice(text.as_bytes());
        out.resize(out.len() + right, b' ');
    }
    while out.len() > line && out.last() == Some(&b' ') {
        out.pop();
    }
    out.push(b'\n');
}

/// The same in bold.
fn write_bold(layout: &[Column], texts: &[&str], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[1m");
    write_line(layout, texts, out);
    out.pop();
    out.extend_from_slice(b"\x1b[0m\n");
}

fn escaped(text: &[u8]) -> String {
    let mut out = String::new();
    push_escaped(text, &mut out);
    out
}

/// Appends text with characters that would draw on a terminal, and bytes that are not UTF-8, escaped.
pub(super) fn push_escaped(text: &[u8], out: &mut String) {
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            if draws(c) { out.extend(c.escape_default()) } else { out.push(c) }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::FORMAT as CSV;
    use super::super::trial::{Trial, read};
    use super::super::union::Union;
    use super::super::{InputOptions, tsv};
    use super::*;
    use crate::record::{ColumnRef, Named, Shape};
    use crate::spill::Disk;

    fn table(trial: &mut Trial, change: impl Fn(&mut OutputOptions)) -> String {
        let mut options = trial.output();
        change(&mut options);
        trial.write(&FORMAT, &options).0
    }

    fn csv(text: &str) -> Trial {
        read(&CSV, &InputOptions::default(), &["b"], text.as_bytes(), 1 << 20).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let mut trial = csv("name,n,wörter,mixed\nx,1,日本,1\nlong name,-20.5,,a\n,,,\n");
        let expected =
            "name           n  wörter  mixed\nx              1  日本    1\nlong name  -20.5          a\n\n";
        assert_eq!(table(&mut trial, |_| {}), expected);
        let bare = "x              1  日本  1\nlong name  -20.5        a\n\n";
        assert_eq!(table(&mut trial, |options| options.no_header = true), bare);
    }

    #[test]
    fn control_bytes_are_shown_escaped() {
        let text = b"a\tb\\t\n\x1b[31m\t\xff\\n\n";
        let mut trial = read(&tsv::FORMAT, &InputOptions::default(), &[], text, 9).unwrap();
        assert_eq!(table(&mut trial, |_| {}), "a           b\\t\n\\u{1b}[31m  \\xff\\n\n");
    }

    #[test]
    fn the_header_is_written_without_records_where_it_is_known() {
        assert_eq!(table(&mut csv("a,b\n"), |_| {}), "a  b\n");
        assert_eq!(table(&mut csv(""), |_| {}), "");
        let shape = Shape::of(vec![Named::new("n", ColumnRef::Input(0))]);
        assert_eq!(table(&mut csv("a,b\n1,2\n"), |options| options.shape = shape.clone()), "n\n2\n");
        assert_eq!(table(&mut csv(""), |options| options.shape = shape.clone()), "n\n");
    }

    #[test]
    fn on_a_terminal_the_first_records_lay_out_the_table() {
        let ragged = InputOptions { ragged: true, ..Default::default() };
        let text = format!("a,b\n{}{}\n1,2,3\n", "1,2\n".repeat(FIRST), "wide,22");
        let mut trial = read(&CSV, &ragged, &[], text.as_bytes(), 1 << 20).unwrap();
        let streamed = table(&mut trial, |options| options.terminal = Some(80));
        assert_eq!(streamed, format!("a  b\n{}wide  22\n\na  b  c3\n1  2   3\n", "1  2\n".repeat(FIRST)));
        let waited = table(&mut trial, |_| {});
        let disk = Arc::new(Disk::new(std::env::temp_dir(), 1 << 20, 1));
        let union = Union { by_headers: true, ragged: true, disk };
        let all = table(&mut trial, |options| {
            (options.terminal, options.union) = (Some(80), Some(union.clone()));
        });
        assert_eq!(all, waited);
        assert!(waited.starts_with("a      b  c3\n1      2\n"), "{waited:.60}");
    }
}
