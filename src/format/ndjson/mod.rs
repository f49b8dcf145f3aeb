//! NDJSON: one JSON object a line (RFC 8259).

mod decode;
mod encode;
mod frame;
mod keys;
mod layout;
mod paint;
mod scalar;
#[cfg(test)]
mod tests;
mod wanted;

use std::sync::Arc;

pub(super) use self::decode::{Blocked, InBlock, NdjsonDecoder, Places, with_objects};
use self::encode::NdjsonOutput;
use self::frame::NdjsonFramer;
use super::first_line::Reads;
use super::{Decoder, FormatDef, Framer, InputFormat};
use crate::doc::{Doc, Example};
use crate::record::Fields;

/// Whether a line begins an object.
fn first_line(line: &[u8]) -> Option<Reads> {
    let inside = line.strip_prefix(b"{")?.trim_ascii_start();
    matches!(inside, [b'"' | b'}', ..]).then_some(Reads::AsItIs)
}

/// The registry row.
pub static FORMAT: FormatDef = FormatDef {
    name: "ndjson",
    suffixes: &["ndjson", "jsonl", "json"],
    keeps_format: false,
    reads_with: &["validate"],
    writes_with: &[],
    input: Some(|options| Ok(Box::new(NdjsonInput { validate: options.validate }))),
    output: Some(|options| Ok(Box::new(NdjsonOutput::new(options)))),
    first_line: Some(first_line),
    doc: Doc {
        summary: "one JSON object a line",
        text: "\
Each line is one object; blank lines and a byte order mark at the start are skipped, and a CR before the line \
end is not part of the record. A record is rejected, with the column, unless its structure is whole to the end \
of the line and no deeper than 128 levels. Only the values that the chain reads are inspected further: their \
numbers and words must be JSON's, their text UTF-8, their escapes known. A control character that stands \
unescaped in a string is let through. An array or object is inspected with all inside it where it is compared, is \
a key, is counted, goes to a function, is taken apart or flattened into columns; a path (`user.id`) looks at the \
value that it names and at nothing beside it. A value that only leaves is not inspected inside: one that is \
named, chosen (`if`, `??`, `first`, `last`, `arg_min`, `arg_max`), put into an array by `collect`, taken from a \
table, or asked for by `is null` and `type_of`. If what was chosen or taken is compared later in the chain, it is \
inspected where it is read. `--validate` holds every record to RFC 8259 in full; it refuses half surrogate \
pairs, too.

Of duplicate keys the last is read; all leave when the record is passed through. Keys with escapes match the \
names they spell.

Written records keep the spelling of what the chain did not touch: `1.0`, `\"\\u00e9\"`, the order of keys, \
and, in a record that nothing changed, every byte. A replaced field stays in its place, once. Untyped text \
of other formats that is spelled as a JSON number is written as one, unless `--types` pins it to text or it is \
digits, `e` and digits (`598e033` may be an id); all else is a string; under `--types NAME:number` also `007` \
and `598e033` are written as numbers, and under NAME:bool `true`, `TRUE` and `False` as words. Times are strings in RFC 3339, durations strings such as `1h30m`. A record of another \
format with bytes that are not UTF-8, which JSON cannot hold, is rejected when it is written.",
        examples: &[
            Example {
                command: "--from ndjson filter 'status >= 500'",
                input: "{\"status\": 503, \"ms\":1.0}\n{\"status\": 200, \"ms\":2}\n",
                output: "{\"status\": 503, \"ms\":1.0}\n",
            },
            Example {
                command: "--from ndjson project 'path, ms = latency * 1000'",
                input: "{\"path\":\"/caf\\u00e9\",\"latency\":0.25,\"path\":\"/b\\u00e9\"}\n",
                output: "{\"path\":\"/b\\u00e9\",\"ms\":250}\n",
            },
            Example {
                command: "--from logfmt --to ndjson filter 'true'",
                input: "id=007 n=1.50 ok\n",
                output: "{\"id\":\"007\",\"n\":1.50,\"ok\":true}\n",
            },
        ],
    },
};

/// NDJSON as an input.
struct NdjsonInput {
    validate: bool,
}

impl InputFormat for NdjsonInput {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(NdjsonFramer::default())
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(NdjsonDecoder::new(wanted, self.validate))
    }
}
