//! `replace`: a text with one part changed for another.

use bstr::ByteSlice;

use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static REPLACE: FunctionDef = FunctionDef {
    name: "replace",
    usage: "replace(text, from, to)",
    family: Family::Text,
    arity: (3, 3),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: replace,
    doc: Doc {
        summary: "text with every occurrence of a part replaced",
        text: "`from` is taken literally; see `regex_replace` for patterns. Occurrences are found from left to \
               right and do not overlap. An empty `from` changes nothing.",
        examples: &[Example {
            command: "--from ndjson project 'x = replace(path, \"/\", \" > \")'",
            input: "{\"path\":\"a/b/c\"}\n",
            output: "{\"x\":\"a > b > c\"}\n",
        }],
    },
};

fn replace(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let (text, from, to) = (args.text(0)?, args.text(1)?, args.text(2)?);
        if from.is_empty() {
            slot.text(text);
        } else {
            slot.text_with(|out| text.replace_into(from, to, out));
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn replaced() {
        check(&[
            ("replace('a.b.c', '.', '')", "'abc'"),
            ("replace('aaa', 'aa', 'b')", "'ba'"),
            ("replace('$1', '$1', '\\0')", "'\\0'"),
            ("replace('日本', '本', 'x')", "'日x'"),
            ("replace('abc', '', 'x')", "'abc'"),
            ("replace(`1.5`, `.`, ',')", "'1,5'"),
            ("replace('abc', 'b', null)", "null"),
            ("replace('abc', 'b', 5)", "!not text (see text(x)): 5"),
        ]);
    }
}
