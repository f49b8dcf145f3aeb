//! The common log format of web servers: `combined` without referer and agent.

use super::fixed::{self, FixedLog};
use super::scan::Layout;
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::format::first_line::Reads;
use crate::format::{FormatDef, InputFormat, InputOptions};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "common",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "access logs of web servers, without referer and agent",
        text: "\
Fields by position: `ip ident user time method path protocol status bytes`, by the rules of `combined`. \
What comes after the bytes is `extra`.",
        examples: &[Example {
            command: "--from common project 'user, bytes'",
            input: "10.0.0.7 - bob [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12\n",
            output: "{\"user\":\"bob\",\"bytes\":12}\n",
        }],
    },
};

const LAYOUT: Layout = Layout { with_host: false, with_agent: false };

fn first_line(line: &[u8]) -> Option<Reads> {
    fixed::first_line(line, LAYOUT)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(FixedLog::new(LAYOUT, options)))
}
