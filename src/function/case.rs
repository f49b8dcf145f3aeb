//! `lower` and `upper`: letters in the other case.

use bstr::ByteSlice;

use super::argument::text;
use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static LOWER: FunctionDef = FunctionDef {
    name: "lower",
    usage: "lower(text)",
    family: Family::Text,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: lower,
    doc: Doc {
        summary: "text in lower case",
        text: "Letters of every script that has cases, whatever the locale: each character by itself, as \
               Unicode maps it.",
        examples: &[Example {
            command: "--from ndjson project 'x = lower(name)'",
            input: "{\"name\":\"Ada ÉMILIE\"}\n",
            output: "{\"x\":\"ada émilie\"}\n",
        }],
    },
};

pub(super) static UPPER: FunctionDef = FunctionDef {
    name: "upper",
    usage: "upper(text)",
    family: Family::Text,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: upper,
    doc: Doc {
        summary: "text in upper case",
        text: "Letters of every script that has cases, whatever the locale: each character by itself, as \
               Unicode maps it. The text may become longer: ß becomes SS.",
        examples: &[Example {
            command: "--from ndjson project 'x = upper(name)'",
            input: "{\"name\":\"Straße\"}\n",
            output: "{\"x\":\"STRASSE\"}\n",
        }],
    },
};

fn lower(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        let text = text(value)?;
        slot.text_with(|out| text.to_lowercase_into(out));
        Ok(())
    });
}

fn upper(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        let text = text(value)?;
        slot.text_with(|out| text.to_uppercase_into(out));
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn cases() {
        check(&[
            ("lower('AbC')", "'abc'"),
            ("lower(`ÄΣ007`)", "'äσ007'"),
            ("upper('straße ǆ')", "'STRASSE Ǆ'"),
            ("upper('')", "''"),
            ("lower(null)", "null"),
            ("lower(5)", "!not text (see text(x)): 5"),
            ("upper(true)", "!not text (see text(x)): true"),
            ("lower([\"A\"])", "!not text (see text(x)): [\"A\"]"),
        ]);
    }
}
