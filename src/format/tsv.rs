//! TSV: fields between tabs, with backslash escapes and no quotes. Framed, split and written as CSV is.

use super::csv::{Delimited, DelimitedOutput};
use super::first_line::Reads;
use super::{FormatDef, InputFormat, InputOptions, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::record::{Dialect, Escape};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "tsv",
    suffixes: &["tsv"],
    keeps_format: true,
    reads_with: &["header", "no-header", "null", "ragged", "types"],
    writes_with: &["no-header-out", "union"],
    input: Some(input),
    output: Some(output),
    first_line: Some(first_line),
    doc: Doc {
        summary: "tab-separated values with a header line",
        text: TEXT,
        examples: &[
            Example {
                command: "--from tsv filter 'n > 1'",
                input: "n\ttext\n1\ta\n2\ttwo\\nlines\n",
                output: "n\ttext\n2\ttwo\\nlines\n",
            },
            Example {
                command: "--from csv --to tsv project 'text, n'",
                input: "n,text\n1,\"a\tb\"\n",
                output: "text\tn\na\\tb\t1\n",
            },
        ],
    },
};

const TEXT: &str = "\
Fields between tabs; a tab, line end, carriage return or backslash in a field is spelled `\\t`, `\\n`, `\\r`, \
`\\\\`. A quote is a character like any other, and `--delimiter`, `--quote` and `--escape` do not hold here: tabs with quotes \
or other escapes are csv with `--delimiter tab`. Everything else is as in csv: the header line and its options, `--null`, `--ragged`, blank lines, and how the columns of the output are \
found. An empty field is null; TSV has no spelling of its own for empty text, which is written the same.";

const DIALECT: Dialect = Dialect { delimiter: b'\t', quote: None, escape: Escape::Letters };

fn first_line(line: &[u8]) -> Option<Reads> {
    (line.contains(&b'\t') && !line.contains(&b'"')).then_some(Reads::AsItIs)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(Delimited { dialect: DIALECT, options: options.clone() }))
}

fn output(options: &OutputOptions) -> Result<Box<dyn OutputFormat>> {
    DelimitedOutput::open(DIALECT, FORMAT.name, options)
}
