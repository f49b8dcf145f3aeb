//! The common log format of web servers: `combined` without referer and agent.

use super::combined::{AccessLog, COMMON, reads};
use super::first_line::Reads;
use super::{FormatDef, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;

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
Fields by position: `ip ident user time method path protocol status bytes`, by the rules of `combined`. A \
line that goes on behind the bytes does not fit.",
        examples: &[Example {
            command: "--from common project 'user, bytes'",
            input: "10.0.0.7 - bob [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12\n",
            output: "{\"user\":\"bob\",\"bytes\":12}\n",
        }],
    },
};

fn first_line(line: &[u8]) -> Option<Reads> {
    reads(line, COMMON)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(AccessLog::common(options)))
}
