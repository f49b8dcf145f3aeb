//! The combined log format after the name of a virtual host, as Apache's `vhost_combined` writes it.

use super::fixed::{self, FixedLog};
use super::scan::Layout;
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::format::first_line::Reads;
use crate::format::{FormatDef, InputFormat, InputOptions};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "vhost",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "access logs with the virtual host before the fields of combined",
        text: "\
The field `vhost` (`www.example.com:80` as it is), then those of `combined`, by its rules.",
        examples: &[Example {
            command: "--from vhost aggregate 'n = count()' --by vhost",
            input: "a.example:443 10.0.0.7 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/7\"\n",
            output: "{\"vhost\":\"a.example:443\",\"n\":1}\n",
        }],
    },
};

const LAYOUT: Layout = Layout { with_host: true, with_agent: true };

fn first_line(line: &[u8]) -> Option<Reads> {
    fixed::first_line(line, LAYOUT)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(FixedLog::new(LAYOUT, options)))
}
