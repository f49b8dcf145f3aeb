//! `split`: a text as the array of its parts.

use bstr::ByteSlice;

use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::value::json::write_string;

pub(super) static SPLIT: FunctionDef = FunctionDef {
    name: "split",
    usage: "split(text, separator)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: split,
    doc: Doc {
        summary: "the parts of a text between separators, as an array",
        text: "The separator is taken literally. There is always one part more than separators, so that empty \
               text gives one empty part. An empty separator gives the single characters. `explode` makes a \
               record of each part.",
        examples: &[Example {
            command: "--from ndjson project 'x = split(path, \"/\")'",
            input: "{\"path\":\"/usr/bin\"}\n",
            output: "{\"x\":[\"\",\"usr\",\"bin\"]}\n",
        }],
    },
};

fn split(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let (text, separator) = (args.text(0)?, args.text(1)?);
        slot.array_with(|out| {
            if separator.is_empty() {
                write_array(text.char_indices().filter_map(|(start, end, _)| text.get(start..end)), out);
            } else {
                write_array(text.split_str(separator), out);
            }
        });
        Ok(())
    });
}

fn write_array<'a>(parts: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, part) in parts.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(part, out);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn parts() {
        check(&[
            ("split('a,b,,c', ',')", r#"["a","b","","c"]"#),
            ("split('', ',')", r#"[""]"#),
            ("split('', '')", "[]"),
            ("split('é🦀', '')", r#"["é","🦀"]"#),
            ("split('a::b', '::')", r#"["a","b"]"#),
            (r#"split('say "a"', ' ')"#, r#"["say","\"a\""]"#),
            ("split(`1;2`, `;`)", r#"["1","2"]"#),
            ("split(null, ',')", "null"),
            ("split(12, ',')", "!not text (see text(x)): 12"),
        ]);
    }
}
