//! `fixed`: a number as text with so many decimals.

use std::sync::Arc;

use super::{Args, Argument, Asks, BadArgument, Call, Failed, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::{Env, Fault};
use crate::value::{Number, Value};

pub(super) static FIXED: FunctionDef = FunctionDef {
    name: "fixed",
    usage: "fixed(x, decimals)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::Text,
    asks: Asks::Values,
    prepare: Some(prepare),
    eval: fixed,
    doc: Doc {
        summary: "a number as text with so many decimals",
        text: "Exact, whatever the number's length; half away from zero, as `round`, and in plain digits: `fixed(1e21, 0)` \
               has 22 of them. What is rounded to zero has no sign: `fixed(-0.001, 2)` is `0.00`. `decimals` is from 0 to \
               100. A number with more than 1,000 digits before the point is an error of that record. The result is text, \
               which orders and compares as such: compute with the number, and write it last.",
        examples: &[Example {
            command: "--from ndjson project 'price = fixed(price, 2), whole = fixed(price, 0)'",
            input: "{\"price\":1.5}\n{\"price\":-0.001}\n{\"price\":1234567.005}\n",
            output: "{\"price\":\"1.50\",\"whole\":\"2\"}\n{\"price\":\"0.00\",\"whole\":\"0\"}\n{\"price\":\"1234567.01\",\"whole\":\"1234567\"}\n",
        }],
    },
};

const MOST_DECIMALS: i64 = 100;

const DECIMALS: &str = "decimals that are not a whole number from 0 to 100";

const TOO_LONG: Fault = Fault("a number with more than 1,000 digits before the point");

/// A literal number of decimals is looked at once.
fn prepare(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    let is_good = match args.get(1) {
        Some(Argument::Literal(Value::Number(number))) => decimals(*number).is_some(),
        Some(Argument::Size(_)) => false,
        _ => true,
    };
    if is_good { Ok(Arc::new(())) } else { Err(BadArgument { index: 1, reason: DECIMALS.to_owned() }) }
}

fn decimals(number: Number) -> Option<usize> {
    let decimals = number.to_i64().filter(|decimals| (0..=MOST_DECIMALS).contains(decimals))?;
    usize::try_from(decimals).ok()
}

fn fixed(call: &mut Call<'_>) {
    let mut text = Vec::new();
    call.each_known(|args, slot| {
        text.clear();
        write(args, &mut text)?;
        slot.text(&text);
        Ok(())
    });
}

fn write(args: Args<'_>, text: &mut Vec<u8>) -> Result<(), Failed> {
    let x = args.exact(0)?;
    let decimals = decimals(args.number(1)?).ok_or(Failed::of(1, DECIMALS))?;
    x.write_fixed(decimals, text).map_err(|_| TOO_LONG)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn decimals() {
        check(&[
            ("fixed(1.5, 2)", "'1.50'"),
            ("fixed(2.5, 0)", "'3'"),
            ("fixed(-2.5, 0)", "'-3'"),
            ("fixed(-0.001, 2)", "'0.00'"),
            ("fixed(`1.005`, $2)", "'1.01'"),
            ("fixed(`007`, `1`)", "'7.0'"),
            ("fixed(1e21, 1)", "'1000000000000000000000.0'"),
            (
                "fixed(`12345678901234567890123456789012345678901234567890.5`, 0)",
                "'12345678901234567890123456789012345678901234567891'",
            ),
            ("fixed(null, 2)", "null"),
            ("fixed(1, null)", "null"),
        ]);
    }

    #[test]
    fn what_has_none() {
        check(&[
            ("fixed('5', 2)", "!not a number, but text (see number(x)): \"5\""),
            ("fixed(`x`, 2)", "!not a number: \"x\""),
            ("fixed(true, 2)", "!not a number: true"),
            ("fixed(1h, 2)", "!not a number: 1h"),
            ("fixed(1e1000, 2)", "!a number with more than 1,000 digits before the point: 1e1000"),
            ("fixed(`1e9999`, 2)", "!a number out of range: \"1e9999\""),
            ("fixed(1, 0.5)", "?1 decimals that are not a whole number from 0 to 100"),
            ("fixed(1, -1)", "?1 decimals that are not a whole number from 0 to 100"),
            ("fixed(1, 101)", "?1 decimals that are not a whole number from 0 to 100"),
            ("fixed(1, $101)", "!decimals that are not a whole number from 0 to 100: 101"),
            ("fixed(1, $1e30)", "!decimals that are not a whole number from 0 to 100: 1e30"),
            ("fixed(1, 'x')", "!not a number, but text (see number(x)): \"x\""),
        ]);
    }
}
