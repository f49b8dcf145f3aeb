//! `trim`: text without the blanks around it.

use bstr::ByteSlice;

use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static TRIM: FunctionDef = FunctionDef {
    name: "trim",
    usage: "trim(text[, chars])",
    family: Family::Text,
    arity: (1, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: trim,
    doc: Doc {
        summary: "text without blanks, or other characters, at both ends",
        text: "Without `chars`, what Unicode calls white space goes. With it, every character that occurs in \
               `chars` goes, in whatever order they stand; white space then stays unless named.",
        examples: &[
            Example {
                command: "--from ndjson project 'x = trim(name)'",
                input: "{\"name\":\"  Ada \\t\"}\n",
                output: "{\"x\":\"Ada\"}\n",
            },
            Example {
                command: "--from ndjson project 'x = trim(path, \"/.\")'",
                input: "{\"path\":\"./a/b/\"}\n",
                output: "{\"x\":\"a/b\"}\n",
            },
        ],
    },
};

fn trim(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let text = args.text(0)?;
        if args.len() == 1 {
            slot.text(text.trim());
        } else {
            let chars = args.text(1)?;
            slot.text(text.trim_with(|found| chars.chars().any(|wanted| wanted == found)));
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn blanks_and_characters() {
        check(&[
            ("trim('  a b\u{3000}\n')", "'a b'"),
            ("trim('   ')", "''"),
            ("trim(` 7 `)", "'7'"),
            ("trim('éaé', 'é')", "'a'"),
            ("trim('xyaxy', 'yx')", "'a'"),
            ("trim(' a ', '')", "' a '"),
            ("trim('a', null)", "null"),
            ("trim(null, 'a')", "null"),
            ("trim('1', 1)", "!not text (see text(x)): 1"),
        ]);
    }
}
