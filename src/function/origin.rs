//! `input_file`, `input_line` and `now`: where a record came from, and when the run began.

use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::value::Number;

pub(super) static INPUT_FILE: FunctionDef = FunctionDef {
    name: "input_file",
    usage: "input_file()",
    family: Family::Origin,
    arity: (0, 0),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: input_file,
    doc: Doc {
        summary: "the name of the file a record was read from",
        text: "As it stands on the command line, with a byte that is not UTF-8 as `\\xe9`. Null for records from stdin, and after an aggregate.",
        examples: &[Example {
            command: "--from ndjson project 'f = input_file() ?? \"stdin\"'",
            input: "{}\n",
            output: "{\"f\":\"stdin\"}\n",
        }],
    },
};

pub(super) static INPUT_LINE: FunctionDef = FunctionDef {
    name: "input_line",
    usage: "input_line()",
    family: Family::Origin,
    arity: (0, 0),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: input_line,
    doc: Doc {
        summary: "the number of the line a record begins on",
        text: "Counted from 1 in each input, on stdin too. Null after an aggregate.",
        examples: &[Example {
            command: "--from ndjson project 'n = input_line(), *'",
            input: "{\"a\":1}\n\n{\"a\":2}\n",
            output: "{\"n\":1,\"a\":1}\n{\"n\":3,\"a\":2}\n",
        }],
    },
};

pub(super) static NOW: FunctionDef = FunctionDef {
    name: "now",
    usage: "now()",
    family: Family::Time,
    arity: (0, 0),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: now,
    doc: Doc {
        summary: "the time at which the run began",
        text: "The same for all records of a run. `--now T` sets it, so that a run can be repeated.",
        examples: &[Example {
            command: "--from ndjson --now 2024-01-31T12:00:00Z project 'age = now() - time(ts)'",
            input: "{\"ts\":\"2024-01-31T10:30:00Z\"}\n",
            output: "{\"age\":\"1h30m\"}\n",
        }],
    },
};

fn input_file(call: &mut Call<'_>) {
    let Some(sources) = call.env.sources.as_deref() else { return };
    for &row in call.rows {
        let source = call.batch.source(row).and_then(|source| sources.get(source));
        if let Some(name) = source.and_then(|source| source.name.as_deref()) {
            call.out.slot(row).text(name.as_bytes());
        }
    }
}

fn input_line(call: &mut Call<'_>) {
    for &row in call.rows {
        if let Some(origin) = call.batch.origin(row) {
            call.out.slot(row).number(Number::from_u64(origin.line));
        }
    }
}

fn now(call: &mut Call<'_>) {
    for &row in call.rows {
        call.out.slot(row).time(call.env.now);
    }
}
