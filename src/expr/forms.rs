//! Functions that evaluate their arguments only where they are needed: no rows of the function table, but
//! users need not know.

use crate::doc::{Doc, Example};
use crate::function::Family;

/// A function that the evaluator itself provides.
#[derive(Debug)]
pub struct SpecialForm {
    /// The name, lower case.
    pub name: &'static str,
    /// How it is called.
    pub usage: &'static str,
    /// What it is listed under.
    pub family: Family,
    /// Fewest and most arguments.
    pub arity: (usize, usize),
    /// What users read.
    pub doc: Doc,
}

/// All of them, sorted by name.
pub const SPECIAL_FORMS: &[&SpecialForm] = &[&COALESCE, &IF];

static COALESCE: SpecialForm = SpecialForm {
    name: "coalesce",
    usage: "coalesce(a, b, …)",
    family: Family::Choice,
    arity: (1, usize::MAX),
    doc: Doc {
        summary: "the first argument that is not null",
        text: "`coalesce(a, b)` is `a ?? b`. An argument is evaluated only where those before it are null, \
               and a value that cannot be computed counts as null: it is reported in the last argument only.",
        examples: &[Example {
            command: "--from ndjson project 'who = coalesce(user, ip, \"nobody\")'",
            input: "{\"ip\":\"10.0.0.1\"}\n{\"user\":\"ada\",\"ip\":\"10.0.0.2\"}\n{}\n",
            output: "{\"who\":\"10.0.0.1\"}\n{\"who\":\"ada\"}\n{\"who\":\"nobody\"}\n",
        }],
    },
};

static IF: SpecialForm = SpecialForm {
    name: "if",
    usage: "if(condition, then, else)",
    family: Family::Choice,
    arity: (3, 3),
    doc: Doc {
        summary: "one of two values, by a condition",
        text: "Gives `then` where the condition is true, `else` where it is false or null. Only the one that \
               is needed is evaluated.",
        examples: &[Example {
            command: "--from ndjson project 'kind = if(status >= 500, \"error\", \"ok\")'",
            input: "{\"status\":503}\n{\"status\":200}\n",
            output: "{\"kind\":\"error\"}\n{\"kind\":\"ok\"}\n",
        }],
    },
};

/// The special form of a name.
pub fn find_form(name: &str) -> Option<&'static SpecialForm> {
    SPECIAL_FORMS.iter().find(|form| form.name == name).copied()
}
