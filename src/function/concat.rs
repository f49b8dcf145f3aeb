//! `concat`: values side by side as one text.

use super::convert::write_text;
use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static CONCAT: FunctionDef = FunctionDef {
    name: "concat",
    usage: "concat(x, …)",
    family: Family::Text,
    arity: (1, usize::MAX),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: concat,
    doc: Doc {
        summary: "values one after the other as a text",
        text: "Takes values of any type, each as `text` writes it. Nulls are skipped, so that the result is \
               never null; with the operator `++` one null makes all null.",
        examples: &[Example {
            command: "--from ndjson project 'x = concat(host, \":\", port, path)'",
            input: "{\"host\":\"db\",\"port\":5432}\n",
            output: "{\"x\":\"db:5432\"}\n",
        }],
    },
};

fn concat(call: &mut Call<'_>) {
    let env = call.env;
    call.each(|args, slot| {
        slot.text_with(|out| {
            for &value in args.values() {
                write_text(value, env, out);
            }
        });
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn joined() {
        check(&[
            ("concat('a', 'é', `007`)", "'aé007'"),
            ("concat('a', null, 1.50, true)", "'a1.5true'"),
            ("concat(null)", "''"),
            ("concat([1, 2], 1h30m)", "'[1, 2]1h30m'"),
        ]);
    }
}
