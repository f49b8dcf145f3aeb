//! `number`, `text`, `bool` and `type_of`: values as another type, and which type they are of.

use super::argument::OUT_OF_RANGE;
use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::record::{Env, Fault};
use crate::value::{self, Exact, Value};

pub(super) static NUMBER: FunctionDef = FunctionDef {
    name: "number",
    usage: "number(x)",
    family: Family::Kind,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: to_number,
    doc: Doc {
        summary: "the number that a text spells",
        text: "Reads a sign, digits with or without a point, and an exponent: `007`, `.5`, `-1.5e3`; no blanks, \
               no separators and no other base. Numbers of any length keep all their digits, and numbers stay as they are. Anything else is an error; put \
               `?? 0` behind the call where another value shall do. The number of a time is `epoch(t)`, that \
               of a duration `d / 1s`.",
        examples: &[Example {
            command: "--from ndjson project 'x = number(price) * 2'",
            input: "{\"price\":\"1.25\"}\n",
            output: "{\"x\":2.5}\n",
        }],
    },
};

pub(super) static TEXT: FunctionDef = FunctionDef {
    name: "text",
    usage: "text(x)",
    family: Family::Kind,
    arity: (1, 1),
    returns: Returns::Text,
    asks: Asks::Values,
    prepare: None,
    eval: to_text,
    doc: Doc {
        summary: "any value as text, as it would be printed",
        text: "Numbers are written without trailing zeros and with all their digits, times as RFC 3339 in `--tz`, durations like \
               literals, arrays and objects as their JSON text. Untyped text stays as it is spelled, so that \
               `text(id)` keeps the zeros of `007`.",
        examples: &[Example {
            command: "--from ndjson project 'x = text(status) ++ \"!\"'",
            input: "{\"status\":404}\n",
            output: "{\"x\":\"404!\"}\n",
        }],
    },
};

pub(super) static BOOL: FunctionDef = FunctionDef {
    name: "bool",
    usage: "bool(x)",
    family: Family::Kind,
    arity: (1, 1),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: None,
    eval: to_bool,
    doc: Doc {
        summary: "the truth that a text or a 0 or 1 stands for",
        text: "Reads `true` and `false` in any case, and the numbers 1 and 0. Anything else is an error.",
        examples: &[Example {
            command: "--from ndjson filter 'bool(active)'",
            input: "{\"active\":\"True\"}\n{\"active\":0}\n",
            output: "{\"active\":\"True\"}\n",
        }],
    },
};

pub(super) static TYPE_OF: FunctionDef = FunctionDef {
    name: "type_of",
    usage: "type_of(x)",
    family: Family::Kind,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Type,
    prepare: None,
    eval: type_of,
    doc: Doc {
        summary: "the name of a value's type",
        text: "One of null, bool, number, text, time, duration, array, object; null (as text) for an absent \
               field too. Untyped text, as CSV has it, is a number if it is spelled as one, else text.",
        examples: &[Example {
            command: "--from ndjson project 'a = type_of(x), b = type_of(y)'",
            input: "{\"x\":[1]}\n",
            output: "{\"a\":\"array\",\"b\":\"null\"}\n",
        }],
    },
};

/// Appends a value as it would be printed; nothing for null.
pub(super) fn write_text(value: Value<'_>, env: &Env, out: &mut Vec<u8>) {
    value::write_text(value, &env.zone, out);
}

fn to_number(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        match value.plain() {
            Value::Number(number) => slot.number(number),
            Value::Spelled(_) => slot.value(value),
            Value::Text(text) | Value::Untyped(text) => match Exact::parse(text) {
                Some(Ok(Exact::Short(number))) => slot.number(number),
                Some(Ok(Exact::Long(_))) => {
                    slot.number_spelled(text);
                }
                Some(Err(_)) => return Err(OUT_OF_RANGE),
                None => return Err(Fault("not a number")),
            },
            Value::Time(_) => return Err(Fault("not a number (see epoch(t))")),
            Value::Duration(_) => return Err(Fault("not a number (see d / 1s)")),
            _ => return Err(Fault("not a number")),
        }
        Ok(())
    });
}

fn to_text(call: &mut Call<'_>) {
    let env = call.env;
    call.each1(|value, slot| {
        slot.text_with(|out| write_text(value, env, out));
        Ok(())
    });
}

fn to_bool(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        let truth = match value.plain() {
            Value::Bool(truth) => Some(truth),
            Value::Number(number) => truth_of_number(Exact::Short(number)),
            Value::Spelled(_) => value.as_exact().and_then(truth_of_number),
            Value::Text(text) | Value::Untyped(text) => truth_of_text(text),
            _ => None,
        };
        slot.bool(truth.ok_or(Fault("neither true nor false"))?);
        Ok(())
    });
}

fn truth_of_number(number: Exact<'_>) -> Option<bool> {
    let Exact::Short(number) = number else { return None };
    match number.to_i64()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn truth_of_text(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case(b"false") {
        return Some(false);
    }
    truth_of_number(Exact::parse(text)?.ok()?)
}

fn type_of(call: &mut Call<'_>) {
    call.each(|args, slot| {
        let value = args.value(0).plain();
        let spells_number = matches!(value, Value::Untyped(_)) && value.as_number().is_some();
        slot.text(if spells_number { "number" } else { value.type_name() }.as_bytes());
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn numbers() {
        check(&[
            ("number('1.50')", "1.5"),
            ("number(`007`)", "7"),
            ("number('-1.5e3')", "-1500"),
            ("number(12345678901234567890)", "12345678901234567890"),
            ("number('')", "!not a number: \"\""),
            ("number('1_000')", "!not a number: \"1_000\""),
            ("number(' 1')", "!not a number: \" 1\""),
            ("number('0x10')", "!not a number: \"0x10\""),
            ("number('NaN')", "!not a number: \"NaN\""),
            ("number('1e7000')", "!a number out of range: \"1e7000\""),
            ("number(true)", "!not a number: true"),
            ("number(1h)", "!not a number (see d / 1s): 1h"),
            ("number(null)", "null"),
        ]);
    }

    #[test]
    fn texts() {
        check(&[
            ("text(1.50)", "'1.5'"),
            ("text(-0)", "'0'"),
            ("text(1e21)", "'1e21'"),
            ("text(`1.50`)", "'1.50'"),
            ("text(false)", "'false'"),
            ("text('é')", "'é'"),
            ("text(90m)", "'1h30m'"),
            ("text(@2024-02-29T12:00:00.50Z)", "'2024-02-29T12:00:00.5Z'"),
            (r#"text({"a": [1.0]})"#, r#"'{"a": [1.0]}'"#),
            ("text(null)", "null"),
        ]);
    }

    #[test]
    fn bools() {
        check(&[
            ("bool(true)", "true"),
            ("bool('False')", "false"),
            ("bool(`TRUE`)", "true"),
            ("bool(1.0)", "true"),
            ("bool(`0`)", "false"),
            ("bool(2)", "!neither true nor false: 2"),
            ("bool('yes')", "!neither true nor false: \"yes\""),
            ("bool('')", "!neither true nor false: \"\""),
            ("bool([])", "!neither true nor false: []"),
            ("bool(null)", "null"),
        ]);
    }

    #[test]
    fn types() {
        check(&[
            ("type_of(null)", "'null'"),
            ("type_of(true)", "'bool'"),
            ("type_of(1)", "'number'"),
            ("type_of('1')", "'text'"),
            ("type_of(`1`)", "'number'"),
            ("type_of(`true`)", "'text'"),
            ("type_of(``)", "'text'"),
            ("type_of(@2024-01-01)", "'time'"),
            ("type_of(1h)", "'duration'"),
            ("type_of([])", "'array'"),
            ("type_of({})", "'object'"),
        ]);
    }
}
