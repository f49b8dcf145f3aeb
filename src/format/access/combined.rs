//! The combined log format of web servers.

use super::fixed::{self, FixedLog};
use super::scan::Layout;
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::format::first_line::Reads;
use crate::format::{FormatDef, InputFormat, InputOptions};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "combined",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "access logs of web servers, with referer and agent",
        text: "\
Fields by position: `ip ident user time method path protocol status bytes referer agent`. `-` is null, `\"\"` \
empty text; the time is without its brackets, quoted fields without their quotes, in which `\\\"`, `\\\\`, \
`\\x1b`, `\\a \\b \\f \\n \\r \\t \\v` and `\\u001b`, as Apache, nginx and servers in Go write them, spell a \
character; any other backslash stays. A \
request that is not three words is `path` as a whole; `method` and `protocol` are then null. The agent may \
lack its closing quote, since servers cut long lines.

What comes after the last field, parted from it by a blank (nginx's packaged `main` has the addresses of \
`X-Forwarded-For` there, others response times), is the field `extra` as it is, with its quotes; a line \
that ends before has none. In csv, tsv, table and markdown it is a column if the first record has one or the \
chain names `extra`, else it is left out there, and a note says so; `--union` gives it a column. `access` takes \
it apart.

Any other line that does not fit is rejected with the column, so are two lines run together (a stamp in brackets \
after the last field); blank lines, also those of blanks alone, are skipped.",
        examples: &[Example {
            command: "--from combined project 'ip, status, path'",
            input: "10.0.0.7 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl/7\"\n",
            output: "{\"ip\":\"10.0.0.7\",\"status\":200,\"path\":\"/a\"}\n",
        }],
    },
};

const LAYOUT: Layout = Layout { with_host: false, with_agent: true };

fn first_line(line: &[u8]) -> Option<Reads> {
    fixed::first_line(line, LAYOUT)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(FixedLog::new(LAYOUT, options)))
}
