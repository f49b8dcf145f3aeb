//! CSV as RFC 4180 has it, with the ways in which real files depart from it. TSV shares all but the dialect.

mod cut;
mod decode;
mod encode;
mod frame;
mod header;
mod hints;
mod index;
mod passage;
mod quotes;
mod spell;
mod split;
mod sweep;
#[cfg(test)]
mod tests;

use decode::DelimitedDecoder;
pub(super) use encode::DelimitedOutput;
use frame::DelimitedFramer;
pub(super) use header::unique;

use std::sync::Arc;

use super::first_line::Reads;
use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions, OutputFormat, OutputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::record::{Dialect, Escape, Fields};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "csv",
    suffixes: &["csv"],
    keeps_format: true,
    reads_with: &["delimiter", "escape", "header", "no-header", "null", "quote", "ragged", "types"],
    writes_with: &["delimiter", "delimiter-out", "escape", "no-header-out", "quote", "union"],
    input: Some(input),
    output: Some(output),
    first_line: Some(first_line),
    doc: Doc {
        summary: "comma-separated values with a header line",
        text: TEXT,
        examples: &[
            Example {
                command: "--from csv filter 'bytes > 100'",
                input: "host,bytes\nweb1,120\nweb2,80\n\"web 3\",900\n",
                output: "host,bytes\nweb1,120\n\"web 3\",900\n",
            },
            Example {
                command: "--union --to csv filter 'true'",
                input: "{\"host\":\"web1\",\"ms\":3}\n{\"host\":\"web2\",\"user\":{\"id\":7}}\n",
                output: "host,ms,user.id\nweb1,3,\nweb2,,7\n",
            },
            Example {
                command: "--from csv --no-header --null NA project 'c2, c1'",
                input: "a,1\nb,NA\n",
                output: "c2,c1\n1,a\nNA,b\n",
            },
            Example {
                command: "--from csv --delimiter tab --quote none --escape '\\' --null '\\N' --delimiter-out ';' filter 'id > 1'",
                input: "id\ttext\n1\ta\n2\tb\\\tc\n3\t\\N\n",
                output: "id;text\n2;b\tc\n3;\n",
            },
        ],
    },
};

const TEXT: &str = "\
RFC 4180: fields between commas (`--delimiter` names another character: `';'`, `tab`, `'\\x01'`), in double quotes where \
they hold a delimiter, a quote (written twice) or a line end. The first line that is not blank names the fields; \
`--no-header` names them `c1`, `c2`, …, as many as the first record has that can be read; `--header a,b` gives names to a \
file without such a line. An empty name becomes `c3` by its place, or `c3_2` if that is the name of another column; the \
second of two same names becomes `x_2`. A byte order mark is dropped, lines may end in CR LF, and blank lines are skipped; \
where there is just one field, a blank line is a record whose field is null: so it is in a file without a header line in \
which all lines are blank.

`--quote \"'\"` names another quote, `--quote none` says that there is none. After the byte that `--escape '\\'` names, the \
next one stands for itself, in quotes and outside of them, line ends too (of CR LF only the CR is escaped); a quote may be \
written twice all the same. What MySQL writes (`INTO OUTFILE`) is read with `--delimiter tab --quote none --escape '\\' \
--null '\\N'`. Delimiter, quote and escape are different bytes; an escape that is the quote is the quote written twice.

A quote opens only at the start of a field: `5\" disk` is text as it stands. A quote that does not close within \
`--max-record` rejects its own line, and reading resumes at the next. Anything between a closing quote and the next \
delimiter rejects the record. So do too few or too many fields, unless `--ragged` says that missing ones are \
absent and extra ones are named `c5`, …, or `c5_2` if a column has that name.

A field that the chain names and no header line has ends the run before a record is read, with the nearest name; \
`--allow missing` lets it be null (`tamis help reports`).

An empty field without quotes is null, as are further spellings given by `--null`; they leave as they came, from \
tables of joins too; with another delimiter and in other formats they leave as null does there. They are \
compared as they stand in the file: `--null NA` is about fields without quotes, `--null '\"NA\"'` and `--null '\"\"'` about \
those in quotes; escapes are not undone before. Text that is spelled as one without quotes is written in quotes.

Written, the columns are those that the chain fixed; else those of the first input's header; else the fields \
of the first record, nested ones flattened: `user.id`, `tags.0`. A record with fewer fields gets empty ones, \
one with another field (unless it is null) is rejected.

With `--union` they are all fields that come, null ones too, and no record is rejected for having another. Where each \
input has a header line, and is the only input or a regular file, those are the header, in the order of the files, \
what the chain made after them, and records leave at once. Else (ndjson, logfmt, inputs of several formats, pipes \
among several inputs, `--no-header`, `--ragged`, members of objects) the output waits for the end of the input, what \
does not fit into `--memory` on disk; then the columns of all header lines come first, if each input has one, and other \
fields in the order of their coming; where only some inputs have one, names that no record had come last. After a `limit` \
was satisfied, header lines of pipes that follow are not read. Each file of `tee` and `split` has its own. A nested value is flattened in each \
record by itself, but one that the chain made of inputs with header lines, which is a column as a whole; two \
fields that become one column (`{\"a\":{\"b\":1},\"a.b\":2}`) reject the record, which brings no columns. Where the \
chain fixes the columns a note says that `--union` changes nothing.

Where a column stands for a nested value as a whole, \
that is written as JSON; one that is flattened is checked, and what JSON does not allow in it (`NaN`, half \
surrogate pairs) rejects the record. Empty text is written `\"\"`, null as nothing. `--no-header-out` leaves the header \
line out.

The dialect that is written is the one that is read: `--delimiter`, `--quote` and `--escape` hold for both; \
`--delimiter-out` names another delimiter. In the same dialect a record that no stage changed leaves byte for byte, but for \
the line end, which is always LF, and so do the fields and names that a changed one keeps, with their quotes; a name that \
the header line of the first input has leaves as that spells it, wherever in the output it is. In another dialect, and \
from another format, every field is written anew. Without quotes and escapes a delimiter, CR or line end in a field rejects \
the record, and an empty text is written as null is.";

/// CSV or TSV under the options of one input.
#[derive(Debug)]
pub(super) struct Delimited {
    pub(super) dialect: Dialect,
    pub(super) options: InputOptions,
}

impl InputFormat for Delimited {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(DelimitedFramer::new(self.dialect, &self.options))
    }

    fn has_header_line(&self) -> bool {
        !self.options.no_header || self.options.header.is_some()
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(self.dialect)
    }

    fn decoder(&self, header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(DelimitedDecoder::new(self.dialect, &self.options, header, wanted))
    }
}

/// The delimiter unless another is named.
pub const DELIMITER: u8 = b',';

/// The quote unless another is named.
pub const QUOTE: u8 = b'"';

/// The dialect unless options say otherwise.
#[cfg(test)]
pub(super) const RFC_4180: Dialect =
    Dialect { delimiter: DELIMITER, quote: Some(QUOTE), escape: Escape::None };

/// Whether one of the usual delimiters is between fields; in prose a comma has a blank after it.
fn first_line(line: &[u8]) -> Option<Reads> {
    let count = |delimiter: u8| {
        let places = memchr::memchr_iter(delimiter, line);
        places.filter(|at| !matches!(line.get(at + 1), Some(b' '))).count()
    };
    let delimiters = [b'|', b';', DELIMITER, b'\t'];
    let (count, delimiter) =
        delimiters.into_iter().map(|delimiter| (count(delimiter), delimiter)).max_by_key(|it| it.0)?;
    match (count, delimiter) {
        (0, _) => None,
        (_, DELIMITER) => Some(Reads::AsItIs),
        _ => Some(Reads::Delimited(delimiter)),
    }
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    let dialect = dialect(options.delimiter, options.quote, options.escape)?;
    Ok(Box::new(Delimited { dialect, options: options.clone() }))
}

fn output(options: &OutputOptions) -> Result<Box<dyn OutputFormat>> {
    let dialect = dialect(options.delimiter, options.quote, options.escape)?;
    DelimitedOutput::open(dialect, FORMAT.name, options)
}

/// The dialect of these options. A quote that is the escape too is doubled, as it is anyway.
fn dialect(delimiter: Option<u8>, quote: Option<Option<u8>>, escape: Option<u8>) -> Result<Dialect> {
    let delimiter = delimiter.unwrap_or(DELIMITER);
    let quote = quote.unwrap_or(Some(QUOTE));
    let escape = escape.filter(|_| quote != escape);
    let fits = |byte: u8| byte.is_ascii() && !matches!(byte, b'\n' | b'\r');
    let others = || quote.into_iter().chain(escape);
    if !fits(delimiter) || others().any(|byte| byte == delimiter || !fits(byte)) {
        let message = "delimiter, quote and escape of csv are different ASCII characters, and no line ends";
        return Err(Error::new(message).help("see tamis help csv"));
    }
    Ok(Dialect { delimiter, quote, escape: escape.map_or(Escape::None, Escape::Byte) })
}
