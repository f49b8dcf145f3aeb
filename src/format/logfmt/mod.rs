//! logfmt: `key=value` pairs with blanks between.

mod decode;
mod encode;
mod keys;
mod pairs;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::decode::LogfmtDecoder;
use self::encode::LogfmtOutput;
use super::first_line::Reads;
use super::record_start::RecordStart;
use super::{Decoder, FormatDef, Framer, InputFormat};
use crate::doc::{Doc, Example};
use crate::record::{Fields, Form};

/// The registry row.
pub static FORMAT: FormatDef = FormatDef {
    name: "logfmt",
    suffixes: &["logfmt"],
    keeps_format: false,
    reads_with: &["null", "record-start", "types"],
    writes_with: &[],
    input: Some(|options| {
        Ok(Box::new(LogfmtInput { start: RecordStart::of(options)?, nulls: options.nulls.clone() }))
    }),
    output: Some(|options| Ok(Box::new(LogfmtOutput::new(options)))),
    first_line: Some(first_line),
    doc: Doc {
        summary: "key=value pairs with blanks between",
        text: "\
A record is a line of pairs `key=value`; with `--record-start REGEX`, lines that do not match belong to the \
record before them. Blank lines are skipped. A value may stand between quotes, with the escapes inside that \
Go writes: `\\\"`, `\\\\`, `\\n`, `\\r`, \
`\\t`, `\\u0001`, `\\x1b` and their like; any other backslash stays. A key alone is true; `key=` is null, \
`key=\"\"` empty text. A date and a time with a blank between, and a zone after a blank, are one value. \
Of duplicate keys the last is read; all leave when the record is passed through. \
Values are untyped. A record is rejected, with the column, for a quote that does not close or is not \
followed by a blank, a quote within a key, and a `=` without a key.

Written values stand between quotes where they must: if they are empty or hold blanks, control characters, \
`\"` or `=`. Null is written as `key=`. Nested values are written as JSON text. Control characters \
are written as `\\u0001`. In keys, bytes that logfmt cannot hold become `_`; a name that would so become the key of \
another field is written with `_2` behind it.",
        examples: &[
            Example {
                command: "--from logfmt --to logfmt filter 'level == \"error\"'",
                input: "level=info msg=up\nlevel=error msg=\"disk \\\"a\\\" full\" code=007\n",
                output: "level=error msg=\"disk \\\"a\\\" full\" code=007\n",
            },
            Example {
                command: "--from ndjson --to logfmt project 'level, msg, n'",
                input: "{\"msg\":\"a b\",\"level\":\"info\",\"n\":null}\n",
                output: "level=info msg=\"a b\" n=\n",
            },
        ],
    },
};

/// Whether the words are pairs: the first of many two, or the only one.
fn first_line(line: &[u8]) -> Option<Reads> {
    // Pairs come last in these, after fields of their own.
    if line.starts_with(b"CEF:") || line.starts_with(b"LEEF:") {
        return None;
    }
    let mut found = Vec::new();
    pairs::pairs(line, 0, |pair| found.push((pair.key_end - pair.start, pair.value.form != Form::True)))
        .ok()?;
    found.truncate(2);
    found.iter().all(|(key, has_value)| *key > 0 && *has_value).then_some(Reads::AsItIs)
}

/// logfmt as an input.
struct LogfmtInput {
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
}

impl InputFormat for LogfmtInput {
    fn framer(&self) -> Box<dyn Framer> {
        self.start.framer()
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(LogfmtDecoder::new(wanted, self.start.clone(), self.nulls.clone()))
    }
}
