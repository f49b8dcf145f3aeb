//! JSON texts one after the other, over any number of lines: objects, and arrays of them (RFC 8259).

mod decode;
mod flatten;
mod frame;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::decode::JsonDecoder;
use self::frame::JsonFramer;
use super::first_line::Reads;
use super::{Decoder, FormatDef, Framer, InputFormat};
use crate::doc::{Doc, Example};
use crate::record::{Fields, ReadAs};

/// Whether a line begins an object over several lines, or an array of objects.
fn first_line(line: &[u8]) -> Option<Reads> {
    let is_open = |rest: &[u8]| rest.is_empty() || rest.starts_with(b"{");
    let is_array = line.strip_prefix(b"[").is_some_and(|rest| is_open(rest.trim_ascii_start()));
    (is_array || line == b"{").then_some(Reads::AsItIs)
}

/// The registry row.
pub static FORMAT: FormatDef = FormatDef {
    name: "json",
    suffixes: &["json"],
    keeps_format: false,
    reads_with: &["validate"],
    writes_with: &[],
    input: Some(|options| {
        Ok(Box::new(JsonInput {
            read_as: options.read_as,
            validate: options.validate,
            originals: options.originals,
        }))
    }),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "JSON texts one after the other, over any number of lines",
        text: "\
Each object at the top is a record, on one line or on many, with or without line ends between them; of an array at \
the top each element is one. One element at a time is in memory, at most --max-record. A record leaves without the \
line ends within it and the blanks after them, else byte for byte; with --to raw, and in --rejects and --late, as it \
stood. What is said of ndjson about what is checked, duplicate keys, depth and --validate holds here as well. A single \
object with a list inside, as `kubectl get -o json`, `aws --output json` and CloudTrail write it, becomes records by \
`explode`.

An object stays open over any lines. Only where it proves damaged, at the latest at the end or at --max-record, is it \
read again from its beginning by lines: each line of it that begins with \"{\" at its first byte and is a whole object \
is a record, the others are rejects. A string that does not end on its line, a bracket of the wrong kind, and a line \
that begins with \"{\" or \"[\" where no value can begin are such damage. Between texts, a number, a string, true, \
false or null is a reject each, and other bytes are one to the end of their line. So a file of lines gives what it gives \
as ndjson: a text that is alone on its line keeps the blanks around it, so that it leaves when \
the byte after it came.

Damage in an array rejects the element that it is in, with line and column; its brackets and strings are counted on \
to its end. A missing comma, a missing element, an element that is no object, and an array that is still open at the end \
are a reject each. A string that does not end on its line, or a bracket of the wrong kind, gives the rest of the array up: reading goes on at the next \
line that begins with \"{\" or \"[\" at its first byte; what is before that belongs to the reject, and commas and the \
bracket that closes the array are not rejects of their own. `[]` is an empty input. An input that begins with an array \
none of whose elements is an object is an error.

Written, records are one a line: --to ndjson, which is also what a file named .json gets. `jq -s .` makes an array of \
them.",
        examples: &[
            Example {
                command: "--from json filter 'status >= 500'",
                input: "[\n  {\"path\": \"/a\", \"status\": 503},\n  {\"path\": \"/b\",\n   \"status\": 200}\n]\n",
                output: "{\"path\": \"/a\", \"status\": 503}\n",
            },
            Example {
                command: "--from json explode Records then project 'Records.eventName'",
                input: "{\n  \"Records\": [\n    {\"eventName\": \"GetObject\"},\n    {\"eventName\": \"PutObject\"}\n  ]\n}\n",
                output: "{\"eventName\":\"GetObject\"}\n{\"eventName\":\"PutObject\"}\n",
            },
        ],
    },
};

/// JSON texts as an input.
struct JsonInput {
    read_as: ReadAs,
    validate: bool,
    originals: bool,
}

impl InputFormat for JsonInput {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(JsonFramer::new(self.read_as))
    }

    fn takes_lone_cr(&self) -> bool {
        true
    }

    fn keeps_stood(&self) -> bool {
        self.originals
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(JsonDecoder::new(wanted, self.validate, self.originals))
    }
}
