//! `json`, `keys`, `values` and `has`: arrays and objects read from text, and what is in them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::record::Fault;
use crate::scan::json::Item;
use crate::value::Value;
use crate::value::json::{member, read, visit_members, write_string};
use crate::value::tokens::{self, Rules, holds_beyond};

pub(super) static JSON: FunctionDef = FunctionDef {
    name: "json",
    usage: "json(text)",
    family: Family::Nested,
    arity: (1, 1),
    returns: Returns::Any,
    asks: Asks::Values,
    prepare: None,
    eval: json,
    doc: Doc {
        summary: "the value that a JSON text holds",
        text: "The text must be one whole JSON value by RFC 8259, without half surrogate pairs and numbers \
               beyond 1e±6144, blanks around it allowed, nested at most 128 deep; anything else is an error. Blanks between the parts of an array or object are dropped, \
               so that it fits on a line. An array or object, as a field may hold in one record and its text \
               in another, stays as it is.",
        examples: &[Example {
            command: "--from ndjson project 'x = json(payload)'",
            input: "{\"payload\":\"{\\\"user\\\": \\\"ada\\\"}\"}\n",
            output: "{\"x\":{\"user\":\"ada\"}}\n",
        }],
    },
};

pub(super) static KEYS: FunctionDef = FunctionDef {
    name: "keys",
    usage: "keys(object)",
    family: Family::Nested,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: keys,
    doc: Doc {
        summary: "the keys of an object, as an array",
        text: "In the order in which the object has them; one that stands there twice is given once.",
        examples: &[Example {
            command: "--from ndjson project 'x = keys(user)'",
            input: "{\"user\":{\"name\":\"Ada\",\"age\":36}}\n",
            output: "{\"x\":[\"name\",\"age\"]}\n",
        }],
    },
};

pub(super) static VALUES: FunctionDef = FunctionDef {
    name: "values",
    usage: "values(object)",
    family: Family::Nested,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: values,
    doc: Doc {
        summary: "the values of an object, as an array",
        text: "In the order of `keys`, each as it is spelled; of a key that stands there twice, the last value.",
        examples: &[Example {
            command: "--from ndjson project 'x = values(user)'",
            input: "{\"user\":{\"name\":\"Ada\",\"age\":36}}\n",
            output: "{\"x\":[\"Ada\",36]}\n",
        }],
    },
};

pub(super) static HAS: FunctionDef = FunctionDef {
    name: "has",
    usage: "has(object, key)",
    family: Family::Nested,
    arity: (2, 2),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: None,
    eval: has,
    doc: Doc {
        summary: "whether an object has a key, even with the value null",
        text: "The key is text and is not taken apart at dots. An absent object gives null. To ask for a value \
               other than null, write `user.name is not null`.",
        examples: &[Example {
            command: "--from ndjson filter 'has(user, \"name\")'",
            input: "{\"user\":{\"name\":null}}\n{\"user\":{}}\n",
            output: "{\"user\":{\"name\":null}}\n",
        }],
    },
};

/// The members of an object's text in order, each key once: at its first place, with its last value.
pub(super) fn distinct_members(object: &[u8]) -> Vec<(Vec<u8>, Item)> {
    let mut members: Vec<(Vec<u8>, Item)> = Vec::new();
    let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    // The structure was checked when the value was read.
    let _ = visit_members(object, |key, item| match places.get(key).and_then(|&at| members.get_mut(at)) {
        Some(known) => known.1 = item,
        None => {
            places.insert(key.to_vec(), members.len());
            members.push((key.to_vec(), item));
        }
    });
    members
}

fn json(call: &mut Call<'_>) {
    let mut buffer = Vec::new();
    call.each1(|value, slot| {
        let text = match value.plain() {
            Value::Text(text) | Value::Untyped(text) => text,
            Value::Array(_) | Value::Object(_) => {
                slot.value(value);
                return Ok(());
            }
            _ => return Err(Fault("not text")),
        };
        let whole: &RawValue = serde_json::from_slice(text).map_err(|_| NOT_JSON)?;
        // What serde leaves open: half surrogates and the range of numbers inside.
        if tokens::check_text(whole.get().as_bytes(), 0, Rules::Full).is_err() || holds_beyond(text) {
            return Err(NOT_JSON);
        }
        match read(whole.get().as_bytes(), &mut buffer).ok_or(NOT_JSON)? {
            Value::Array(text) => slot.array_with(|out| write_compact(text, out)),
            Value::Object(text) => slot.object_with(|out| write_compact(text, out)),
            scalar => slot.value(scalar),
        }
        Ok(())
    });
}

const NOT_JSON: Fault = Fault("not JSON");

/// Appends valid JSON text without the blanks outside strings.
fn write_compact(text: &[u8], out: &mut Vec<u8>) {
    let (mut quoted, mut escaped) = (false, false);
    for &byte in text {
        if quoted || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            out.push(byte);
        }
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
    }
}

fn keys(call: &mut Call<'_>) {
    each_object(call, |_, key, _, out| write_string(key, out));
}

fn values(call: &mut Call<'_>) {
    each_object(call, |object, _, item, out| {
        out.extend_from_slice(object.get(item.start..item.end).unwrap_or(b"null"));
    });
}

/// Makes an array of the members of each object; `write` appends one element.
fn each_object(call: &mut Call<'_>, write: impl Fn(&[u8], &[u8], Item, &mut Vec<u8>)) {
    call.each1(|value, slot| {
        let Value::Object(object) = value else { return Err(NOT_AN_OBJECT) };
        slot.array_with(|out| {
            out.push(b'[');
            for (index, (key, item)) in distinct_members(object).iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(object, key, *item, out);
            }
            out.push(b']');
        });
        Ok(())
    });
}

const NOT_AN_OBJECT: Fault = Fault("not an object");

fn has(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let Value::Object(object) = args.value(0) else { return Err(Failed::from(NOT_AN_OBJECT)) };
        slot.bool(member(object, args.text(1)?).is_some());
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::function::tests::check;

    #[test]
    fn read_from_text() {
        check(&[
            (r#"json('{"a": [1, "x y"]}')"#, r#"{"a":[1,"x y"]}"#),
            ("json(' 1.0 ')", "1"),
            (r#"json('"a\u00e9"')"#, "'aé'"),
            ("json('true')", "true"),
            ("json('null')", "null"),
            ("json(`5`)", "5"),
            ("json([1, 2])", "[1, 2]"),
            ("json(null)", "null"),
            ("json('')", "!not JSON: \"\""),
            ("json('{a:1}')", "!not JSON: \"{a:1}\""),
            ("json('[1,]')", "!not JSON: \"[1,]\""),
            ("json('[01]')", "!not JSON: \"[01]\""),
            ("json('1 2')", "!not JSON: \"1 2\""),
            ("json('1e9999')", "!not JSON: \"1e9999\""),
            (r#"json('"\ud800"')"#, r#"!not JSON: ""\ud800"""#),
            (r#"json('["\ud800"]')"#, r#"!not JSON: "["\ud800"]""#),
            (r#"json('{"\udc00":1}')"#, r#"!not JSON: "{"\udc00":1}""#),
            ("json('[[1e9999]]')", "!not JSON: \"[[1e9999]]\""),
            ("json(5)", "!not text: 5"),
        ]);
    }

    #[test]
    fn members_of_objects() {
        check(&[
            (r#"keys({"b":1,"a":{"x":2},"b":3})"#, r#"["b","a"]"#),
            (r#"keys({"caf\u00e9":1,"a\"b":2})"#, r#"["café","a\"b"]"#),
            ("keys({})", "[]"),
            ("keys([1])", "!not an object: [1]"),
            ("keys('{}')", "!not an object: \"{}\""),
            ("keys(null)", "null"),
            (r#"values({"b":1.0,"a":[2, 3],"b":"z"})"#, r#"["z",[2, 3]]"#),
            ("values(1)", "!not an object: 1"),
            (r#"has({"a":null}, 'a')"#, "true"),
            (r#"has({"a":{"b":1}}, 'b')"#, "false"),
            (r#"has({"caf\u00e9":1}, 'café')"#, "true"),
            (r#"has({"7":1}, `7`)"#, "true"),
            ("has(null, 'a')", "null"),
            ("has({}, null)", "null"),
            ("has({}, 7)", "!not text (see text(x)): 7"),
            ("has([1], 'a')", "!not an object: [1]"),
        ]);
    }

    proptest! {
        #[test]
        fn compact_text_is_what_serde_writes(texts in prop::collection::vec("[a \\\\\"\n]{0,6}", 0..4)) {
            let value = serde_json::json!({ "list": texts, "n": [1, { "x y": null }] });
            let mut out = Vec::new();
            write_compact(serde_json::to_string_pretty(&value).unwrap().as_bytes(), &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }
}
