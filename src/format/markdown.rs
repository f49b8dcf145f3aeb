//! Tables of GitHub-flavoured Markdown.

use super::columns::{ABSENT, Columns, Misfit, known};
use super::fit::Fitter;
use super::gather::{Cells, GatherEncoder, Gatherer, Kind, LineForm};
use super::table::{is_number, push_escaped};
use super::union::{leading_columns, trailing_columns};
use super::value_text::plain_text;
use super::{Encoder, FormatDef, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::record::{Batch, FieldValue, Findings};
use crate::time::Zone;

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "markdown",
    suffixes: &["md"],
    keeps_format: false,
    reads_with: &[],
    writes_with: &["no-header-out", "union"],
    input: None,
    output: Some(output),
    first_line: None,
    doc: Doc {
        summary: "a table of GitHub-flavoured Markdown",
        text: "\
A header line, a delimiter line and a line for each record, written as they come: columns are not padded, so \
that nothing is held (`table` is for reading as it stands). A column whose first record has a number stands to \
the right. `--no-header-out` leaves header and delimiters out, for lines that continue a table.

The columns are those of `csv`: fixed by the chain, else by the first input's header, else by the first record, \
nested values flattened with dots; a later record with another field is rejected. Null is nothing.

With `--union` they are all fields that come, in the order that `csv` gives them; then all records wait for the end of the \
input, beyond `--memory` on disk, and the first value of each column that is not null says where it stands.

`|` is written as `\\|`, a line end as `<br>`, and a backslash in front of punctuation twice, so that it shows; \
other control bytes are escaped as in `table`. Other marks of Markdown stay as they are, so that links in values work.",
        examples: &[
            Example {
                command: "--from csv --to markdown filter 'bytes > 0'",
                input: "host,bytes\nweb1,120\na|b,7\n",
                output: "| host | bytes |\n| --- | ---: |\n| web1 | 120 |\n| a\\|b | 7 |\n",
            },
            Example {
                command: "--to markdown aggregate 'n = count()' --by path",
                input: "{\"path\":\"/b\"}\n{\"path\":\"/a\"}\n{\"path\":\"/b\"}\n",
                output: "| path | n |\n| --- | ---: |\n| /a | 1 |\n| /b | 2 |\n",
            },
        ],
    },
};

fn output(options: &OutputOptions) -> Result<Box<dyn OutputFormat>> {
    Ok(Box::new(MarkdownOutput { options: options.clone() }))
}

struct MarkdownOutput {
    options: OutputOptions,
}

impl MarkdownOutput {
    /// Whether records wait: the first value of each column says how it is aligned.
    fn waits(&self) -> bool {
        self.options.union.is_some() && self.options.shape.rest.is_some()
    }
}

impl OutputFormat for MarkdownOutput {
    /// The first record says how the columns are aligned.
    fn any_order(&self) -> bool {
        self.waits()
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        let cells = MarkdownCells::new(self.options.env.zone.clone());
        if self.waits() {
            return Box::new(GatherEncoder::new(&self.options, cells));
        }
        Box::new(MarkdownEncoder {
            fitter: Fitter::new(&self.options),
            options: self.options.clone(),
            columns: None,
            cells,
        })
    }

    fn gatherer(&self) -> Option<Box<dyn Gatherer>> {
        self.waits()
            .then(|| Box::new(MarkdownGatherer { options: self.options.clone() }) as Box<dyn Gatherer>)
    }
}

struct MarkdownEncoder {
    options: OutputOptions,
    fitter: Fitter,
    /// `None` before the first record.
    columns: Option<Columns>,
    cells: MarkdownCells,
}

/// Writes values as cells, each after its bar.
struct MarkdownCells {
    zone: Zone,
    text: String,
    plain: Vec<u8>,
}

/// Writes the header over records that have waited for it.
struct MarkdownGatherer {
    options: OutputOptions,
}

impl Encoder for MarkdownEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        let mut values = Vec::new();
        for &row in &batch.live {
            let first = self.columns.is_none();
            let mut columns = match self.columns.take() {
                Some(columns) => columns,
                None => known(&self.options).unwrap_or_else(|| self.fitter.columns_of(batch, row)),
            };
            values.clear();
            values.resize(columns.names().len(), ABSENT);
            match self.fitter.fill(batch, row, &mut columns, &mut values, findings) {
                Ok(()) => {
                    if first {
                        self.write_header(&columns, &values, out);
                    }
                    values.iter().for_each(|&value| self.cells.write_value(value, out));
                    out.extend_from_slice(b"|\n");
                    self.columns = Some(columns);
                }
                Err(misfit) => {
                    self.fitter.reject(batch, row, &misfit, findings);
                    // What was not written yet is for the next record to fix.
                    self.columns = (!first).then_some(columns);
                }
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.columns.is_none()
            && let Some(columns) = known(&self.options)
        {
            self.write_header(&columns, &[], out);
        }
    }
}

impl MarkdownEncoder {
    /// `values`: those of the first record, if there is one.
    fn write_header(&mut self, columns: &Columns, values: &[FieldValue<'_>], out: &mut Vec<u8>) {
        let to_the_right = |place: usize| values.get(place).is_some_and(|value| is_number(*value));
        if !self.options.no_header {
            write_header(columns.names(), to_the_right, out);
        }
    }
}

fn write_header(names: &[String], to_the_right: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
    if names.is_empty() {
        return;
    }
    let mut cells = MarkdownCells::new(Zone::utc());
    names.iter().for_each(|name| cells.write_cell(name.as_bytes(), out));
    out.extend_from_slice(b"|\n");
    for place in 0..names.len() {
        out.extend_from_slice(if to_the_right(place) { b"| ---: " } else { b"| --- " });
    }
    out.extend_from_slice(b"|\n");
}

impl Gatherer for MarkdownGatherer {
    fn leading(&self) -> Columns {
        leading_columns(&self.options)
    }

    fn trailing(&self) -> Columns {
        trailing_columns(&self.options)
    }

    fn header(&mut self, names: &[String], kinds: &[Kind], out: &mut Vec<u8>) {
        if !self.options.no_header {
            write_header(names, |place| kinds.get(place) == Some(&Kind::Number), out);
        }
    }

    fn form(&self) -> LineForm {
        LineForm { between: None, missing: b"|  ", end: b"|\n" }
    }
}

impl Cells for MarkdownCells {
    fn write(
        &mut self,
        _batch: &Batch,
        _name: &str,
        value: FieldValue<'_>,
        out: &mut Vec<u8>,
    ) -> std::result::Result<Kind, Misfit> {
        self.write_value(value, out);
        Ok(match value {
            _ if value.is_null() => Kind::Unknown,
            _ if is_number(value) => Kind::Number,
            _ => Kind::Other,
        })
    }
}

impl MarkdownCells {
    fn new(zone: Zone) -> Self {
        Self { zone, text: String::new(), plain: Vec::new() }
    }

    fn write_value(&mut self, value: FieldValue<'_>, out: &mut Vec<u8>) {
        let mut plain = std::mem::take(&mut self.plain);
        self.write_cell(plain_text(value, &self.zone, &mut plain), out);
        self.plain = plain;
    }

    fn write_cell(&mut self, text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(b"| ");
        let mut rest = text;
        while let Some(at) = memchr::memchr3(b'|', b'\\', b'\n', rest) {
            let (front, behind) = rest.split_at(at);
            let next = behind.get(1);
            match behind.first() {
                Some(b'\n') => {
                    self.write_shown(front.strip_suffix(b"\r").unwrap_or(front), out);
                    out.extend_from_slice(b"<br>");
                }
                Some(b'|') => {
                    self.write_shown(front, out);
                    out.extend_from_slice(b"\\|");
                }
                _ => {
                    self.write_shown(front, out);
                    let escapes = next.is_some_and(u8::is_ascii_punctuation);
                    out.extend_from_slice(if escapes { b"\\\\" } else { b"\\" });
                }
            }
            rest = behind.get(1..).unwrap_or(&[]);
        }
        self.write_shown(rest, out);
        out.push(b' ');
    }

    /// Text with control bytes escaped.
    fn write_shown(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.text.clear();
        push_escaped(text, &mut self.text);
        out.extend_from_slice(self.text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{TestInput, read};
    use super::super::{InputOptions, csv, ndjson, tsv};
    use super::*;
    use crate::record::{ColumnRef, Named, Shape};

    fn markdown(json: &str) -> String {
        TestInput::new(&ndjson::FORMAT, &[]).write(&FORMAT, Shape::input(), json.as_bytes())
    }

    #[test]
    fn what_markdown_would_take_for_its_own_is_escaped() {
        for (value, expected) in [
            (r#""a|b""#, r"a\|b"),
            (r#""a\\|b""#, r"a\\\|b"),
            (r#""C:\\x \\* \\""#, r"C:\x \\* \"),
            (r#""a\nb\r\nc\rd""#, r"a<br>b<br>c\rd"),
            (r#""\t\u001b é""#, r"\t\u{1b} é"),
            (r#""[x](y)""#, "[x](y)"),
            ("[1,\"|\"]", "1 | \\|"),
            ("null", ""),
        ] {
            let shown = markdown(&format!("{{\"v\":{value}}}"));
            assert_eq!(shown.lines().nth(2), Some(format!("| {expected} |").as_str()), "{value}");
        }
        assert_eq!(markdown("{\"a|b\":1.0}"), "| a\\|b |\n| ---: |\n| 1.0 |\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        let trial = read(&tsv::FORMAT, &InputOptions::default(), &[], b"a\n\xff\\n|\n", 9).unwrap();
        let (text, _) = trial.write(&FORMAT, &trial.output());
        assert_eq!(text, "| a |\n| --- |\n| \\xff<br>\\| |\n");
    }

    #[test]
    fn columns_are_those_of_the_first_record_that_has_some() {
        assert_eq!(
            markdown(
                "{\"a\":1,\"u\":{\"x\":\"y\"}}\n{\"a\":\"z\"}\n{\"b\":1}\n{\"u\":{\"x\":2},\"a\":null}\n"
            ),
            "| a | u.x |\n| ---: | --- |\n| 1 | y |\n| z |  |\n|  | 2 |\n\
             rejected: 3: field \"b\" is no column of the output (name its columns with project, or give --union)\n"
        );
        assert_eq!(
            markdown("{\"a.b\":1,\"a\":{\"b\":2}}\n{\"c\":3}\n"),
            "| c |\n| ---: |\n| 3 |\n\
             rejected: 1: two fields make the column \"a.b\" (name the fields with project)\n"
        );
        assert_eq!(markdown(""), "");
    }

    #[test]
    fn the_header_is_written_without_records_where_it_is_known() {
        let write = |text: &str, change: fn(&mut OutputOptions)| {
            let trial = read(&csv::FORMAT, &InputOptions::default(), &["a"], text.as_bytes(), 9).unwrap();
            let mut options = trial.output();
            change(&mut options);
            trial.write(&FORMAT, &options).0
        };
        assert_eq!(write("a,b\n", |_| {}), "| a | b |\n| --- | --- |\n");
        assert_eq!(write("", |_| {}), "");
        assert_eq!(write("a,b\n,1\n2,x\n", |_| {}), "| a | b |\n| --- | ---: |\n|  | 1 |\n| 2 | x |\n");
        assert_eq!(write("a,b\n1,2\n", |options| options.no_header = true), "| 1 | 2 |\n");
        let just_n = |options: &mut OutputOptions| {
            options.shape = Shape::of(vec![Named::new("n", ColumnRef::Input(0))]);
        };
        assert_eq!(write("a,b\n1,2\n", just_n), "| n |\n| ---: |\n| 1 |\n");
        assert_eq!(write("", just_n), "| n |\n| --- |\n");
    }
}
