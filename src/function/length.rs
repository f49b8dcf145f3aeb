//! `length`: how many characters, elements or members.

use bstr::ByteSlice;

use super::nested::distinct_members;
use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::record::Fault;
use crate::value::{Number, Value, json};

pub(super) static LENGTH: FunctionDef = FunctionDef {
    name: "length",
    usage: "length(x)",
    family: Family::Text,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: length,
    doc: Doc {
        summary: "how long a text, an array or an object is",
        text: "The characters of a text, the elements of an array, the keys of an object. Characters are Unicode scalar values: é may be one or, as e and a combining accent, two. Of an \
               object the different keys are counted. A number has no length; see `abs` and `text`.",
        examples: &[Example {
            command: "--from ndjson project 'n = length(name), m = length(tags)'",
            input: "{\"name\":\"Zoë\",\"tags\":[\"a\",\"b\"]}\n",
            output: "{\"n\":3,\"m\":2}\n",
        }],
    },
};

fn length(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        let count = match value.plain() {
            Value::Text(text) | Value::Untyped(text) => characters(text),
            Value::Array(text) => json::length(text).and_then(|n| u64::try_from(n).ok()).unwrap_or_default(),
            Value::Object(text) => distinct_members(text).len() as u64,
            _ => return Err(Fault("neither text, array nor object")),
        };
        slot.number(Number::from_u64(count));
        Ok(())
    });
}

fn characters(text: &[u8]) -> u64 {
    if text.is_ascii() { text.len() as u64 } else { text.chars().count() as u64 }
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn characters_and_elements() {
        check(&[
            ("length('')", "0"),
            ("length('abc')", "3"),
            ("length('日本語🦀')", "4"),
            ("length('e\u{301}')", "2"),
            ("length(`007`)", "3"),
            ("length([])", "0"),
            ("length([1, [2, 3], \"x,y\"])", "3"),
            ("length({\"a\":1,\"b\":{\"c\":2},\"a\":3})", "2"),
            ("length(null)", "null"),
            ("length(12)", "!neither text, array nor object: 12"),
        ]);
    }
}
