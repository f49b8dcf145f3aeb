//! Plain text: each line a record with the field `line`.

use std::sync::Arc;

use super::arrange::{Arranged, Arranger};
use super::located::{Located, not_utf8};
use super::record_start::RecordStart;
use super::value_text::write_plain_text;
use super::{Decoder, Encoder, FormatDef, Framer, InputFormat, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::format::lines::end_line;
use crate::record::{
    Batch, Block, Cell, ColumnRef, Env, FieldValue, FieldView, Fields, Findings, Form, Sources, Span, Walk,
};

/// The registry row.
pub static FORMAT: FormatDef = FormatDef {
    name: "text",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "record-start", "types"],
    writes_with: &[],
    input: Some(|options| {
        Ok(Box::new(TextInput { start: RecordStart::of(options)?, nulls: options.nulls.clone() }))
    }),
    output: Some(|options| Ok(Box::new(TextOutput::new(options)?))),
    first_line: None,
    doc: Doc {
        summary: "lines as they are, in the field line",
        text: "\
Each line is a record with the one untyped field `line`; with `--record-start REGEX`, lines that do not match \
belong to the record before them. An empty line is a record with empty text. The line's UTF-8 is checked only \
where the chain reads it.

A record that nothing changed is written as its input bytes; of others the field `line` is written, which \
the chain must have. A record of an input without that field is rejected; null gives an empty line.",
        examples: &[
            Example {
                command: "--from text filter 'line =~ \"err\"' --to text",
                input: "ok\nerr 1\nerr 2",
                output: "err 1\nerr 2\n",
            },
            Example {
                command: "--from text --to text project 'line = upper(line)'",
                input: "a\nb\n",
                output: "A\nB\n",
            },
        ],
    },
};

/// The name of the one field.
const LINE: &str = "line";

/// Text as an input.
struct TextInput {
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
}

/// Locates lines, which are the records themselves.
#[derive(Debug)]
struct TextDecoder {
    /// By slot: whether it is the line.
    is_line: Vec<bool>,
    reads_line: bool,
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
}

/// Text as an output.
struct TextOutput {
    encoder: TextEncoder,
}

#[derive(Clone)]
struct TextEncoder {
    line: Line,
    sources: Arc<Sources>,
    env: Arc<Env>,
    arranger: Arranger,
}

/// Where the text of a record stands.
#[derive(Clone, Copy)]
enum Line {
    Raw,
    Field(ColumnRef),
    /// Among fields that the chain does not name.
    Walk,
}

impl InputFormat for TextInput {
    fn framer(&self) -> Box<dyn Framer> {
        self.start.framer()
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        let is_line: Vec<bool> =
            wanted.paths().iter().map(|path| path.is_single() && path.joined() == LINE).collect();
        let reads_line = is_line.contains(&true);
        Arc::new(TextDecoder { is_line, reads_line, start: self.start.clone(), nulls: self.nulls.clone() })
    }
}

impl TextDecoder {
    fn cell(&self, bytes: &[u8], record: Span) -> Cell {
        let text = record.of(bytes);
        let form = match text {
            _ if self.nulls.iter().any(|null| null == text) => Form::NullText,
            // Empty text, as if between quotes: an empty line is no null.
            [] => Form::Quoted,
            _ => Form::Untyped,
        };
        Cell::new(record.start as usize, record.end as usize, form)
    }
}

impl Decoder for TextDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut located = Located::new(block, self.is_line.len(), spare);
        let mut cells = vec![Cell::MISSING; self.is_line.len()];
        for framed in self.start.records(block) {
            findings.read += 1;
            let text = framed.span.of(&block.bytes);
            if self.reads_line
                && let Some(at) = not_utf8(text)
            {
                findings.reject(framed.origin(block), Some(at as u64 + 1), "not UTF-8", text);
                continue;
            }
            let line = self.cell(&block.bytes, framed.span);
            for (cell, _) in cells.iter_mut().zip(&self.is_line).filter(|(_, is_line)| **is_line) {
                *cell = line;
            }
            located.push(framed.span, &cells);
        }
        located.finish(findings)
    }
}

impl Walk for TextDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        visit(FieldView { name: LINE.as_bytes(), spelled: record, cell: self.cell(bytes, record) });
    }
}

impl TextOutput {
    fn new(options: &OutputOptions) -> Result<Self> {
        let shape = &options.shape;
        let line = match shape.find(LINE) {
            _ if shape.is_input() => Line::Raw,
            Some(column) => Line::Field(column),
            None if shape.passes(LINE) => Line::Walk,
            None => {
                return Err(Error::new("--to text writes the field \"line\", which the chain does not have")
                    .help("make it: project 'line = …', or choose another format: --to ndjson"));
            }
        };
        let encoder = TextEncoder {
            line,
            sources: Arc::clone(&options.sources),
            env: Arc::clone(&options.env),
            arranger: Arranger::new(shape),
        };
        Ok(Self { encoder })
    }
}

impl OutputFormat for TextOutput {
    fn any_order(&self) -> bool {
        true
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(self.encoder.clone())
    }
}

impl Encoder for TextEncoder {
    fn encode(&mut self, batch: &Batch, out: &mut Vec<u8>, findings: &mut Findings) {
        for &row in &batch.live {
            match self.line {
                Line::Raw => out.extend_from_slice(batch.raw(row)),
                Line::Field(column) => write_plain_text(batch.field(column, row), &self.env.zone, out),
                Line::Walk => match self.walk(batch, row) {
                    Some(value) => write_plain_text(value, &self.env.zone, out),
                    None => {
                        let reason = "no field \"line\", which --to text writes (project 'line = …')";
                        findings.reject(batch.origin(row), None, reason, batch.raw(row));
                        continue;
                    }
                },
            }
            end_line(out);
        }
    }
}

impl TextEncoder {
    /// The last field that is named `line`, of a record for which the chain does not know it.
    fn walk<'b>(&mut self, batch: &'b Batch, row: u32) -> Option<FieldValue<'b>> {
        let mut found = None;
        self.arranger.visit(batch, row, &self.sources, &mut |arranged| match arranged {
            Arranged::Input(view) if view.name == LINE.as_bytes() => {
                found = Some(FieldValue::Cell(view.cell, &batch.bytes));
            }
            Arranged::Loose(loose) if loose.name == LINE.as_bytes() => found = Some(loose.value),
            _ => {}
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::trial::TestInput;
    use crate::format::{InputOptions, ndjson};
    use crate::record::Shape;
    use proptest::prelude::*;

    #[test]
    fn each_line_is_a_record() {
        let given = TestInput::new(&FORMAT, &["line", "other", "line[0]"]);
        let text = b"\xef\xbb\xbf a\r\n\nNA\0\n\xff\nlast";
        let cells = ["Untyped: a", "Quoted:", r"Untyped:NA\x00", "Untyped:last"];
        assert_eq!(given.cells(text), cells.map(|cell| format!("{cell} Missing: Missing:")));
        assert_eq!(given.rejects(text), ["4:1: not UTF-8"]);
        assert_eq!(given.cells(b""), [""; 0]);
        assert_eq!(TestInput::new(&FORMAT, &[]).rejects(text), [""; 0], "nobody reads the line");
    }

    #[test]
    fn options_hold() {
        let options = InputOptions {
            nulls: vec![b"NA".to_vec()],
            record_start: Some("^[^ ]".to_owned()),
            ..InputOptions::default()
        };
        let given = TestInput::with(&FORMAT, &options, &["line"]);
        assert_eq!(given.cells(b"NA\na\n b\r\nc\n"), ["NullText:NA", r"Untyped:a\n b", "Untyped:c"]);
    }

    #[test]
    fn records_leave_as_their_line() {
        let given = TestInput::new(&FORMAT, &["line"]);
        assert_eq!(given.write(&FORMAT, Shape::input(), b" a\r\n\n\"b\""), " a\n\n\"b\"\n");
        assert_eq!(given.write(&FORMAT, given.just(&["line"]), b"a\n\nb"), "a\n\nb\n");
        assert_eq!(
            given.write(&ndjson::FORMAT, Shape::input(), b"a\"\n12"),
            "{\"line\":\"a\\\"\"}\n{\"line\":12}\n"
        );
    }

    #[test]
    fn lines_out_of_other_formats() {
        let given = TestInput::new(&ndjson::FORMAT, &["a"]);
        let text = br#"{"a":1,"line":"x\ty"}"#;
        assert_eq!(given.write(&FORMAT, Shape::input(), text), "{\"a\":1,\"line\":\"x\\ty\"}\n");
        let without_a = given.around_rest(&[], &["a"], &[]);
        assert_eq!(given.write(&FORMAT, without_a.clone(), text), "x\ty\n");
        let rejected = "rejected: 1: no field \"line\", which --to text writes (project 'line = …')\n";
        assert_eq!(given.write(&FORMAT, without_a, b"{\"a\":1}"), rejected);
        let replaced = given.around_rest(&[], &[], &["line=a"]);
        assert_eq!(given.write(&FORMAT, replaced, text), "1\n");
    }

    #[test]
    fn a_chain_without_the_field_is_an_error_with_a_remedy() {
        let given = TestInput::new(&FORMAT, &["line"]);
        let shape = given.around_rest(&[], &["line"], &[]);
        let error = FORMAT.output.unwrap()(&given.output_options(shape)).err().unwrap();
        assert!(error.to_string().contains("project 'line = …'"), "{error}");
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(text in "[ab\n\r ]{0,40}", steps in prop::collection::vec(1_usize..9, 1..20), start in any::<bool>()) {
            let record_start = start.then(|| "^a".to_owned());
            let options = InputOptions { record_start, ..InputOptions::default() };
            TestInput::with(&FORMAT, &options, &["line"]).assert_cuts_do_not_matter(text.as_bytes(), &steps);
        }
    }
}
