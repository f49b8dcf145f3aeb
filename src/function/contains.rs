//! `contains`, `starts_with`, `ends_with`: whether and where a text holds another.

use std::sync::Arc;

use bstr::ByteSlice;
use memchr::memmem::Finder;

use super::argument::literal_text;
use super::{Argument, Asks, BadArgument, Call, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::Env;

pub(super) static CONTAINS: FunctionDef = FunctionDef {
    name: "contains",
    usage: "contains(text, part)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: Some(prepare),
    eval: contains,
    doc: Doc {
        summary: "whether a text has another one in it",
        text: "The part is taken literally and in its case; see `=~` for patterns and `lower` for any case. \
               Every text contains the empty one. Whether an array has an element is asked with `in`.",
        examples: &[Example {
            command: "--from ndjson filter 'contains(path, \"/api\")'",
            input: "{\"path\":\"/v1/api/users\"}\n{\"path\":\"/index.html\"}\n",
            output: "{\"path\":\"/v1/api/users\"}\n",
        }],
    },
};

pub(super) static STARTS_WITH: FunctionDef = FunctionDef {
    name: "starts_with",
    usage: "starts_with(text, part)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: None,
    eval: starts_with,
    doc: Doc {
        summary: "whether a text begins with another one",
        text: "The part is taken literally and in its case. Every text begins with the empty one.",
        examples: &[Example {
            command: "--from ndjson filter 'starts_with(path, \"/api\")'",
            input: "{\"path\":\"/api/users\"}\n{\"path\":\"/v1/api\"}\n",
            output: "{\"path\":\"/api/users\"}\n",
        }],
    },
};

pub(super) static ENDS_WITH: FunctionDef = FunctionDef {
    name: "ends_with",
    usage: "ends_with(text, part)",
    family: Family::Text,
    arity: (2, 2),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: None,
    eval: ends_with,
    doc: Doc {
        summary: "whether a text ends with another one",
        text: "The part is taken literally and in its case. Every text ends with the empty one.",
        examples: &[Example {
            command: "--from ndjson filter 'ends_with(path, \".html\")'",
            input: "{\"path\":\"/index.html\"}\n{\"path\":\"/api\"}\n",
            output: "{\"path\":\"/index.html\"}\n",
        }],
    },
};

/// Builds the searcher of a literal part once: it costs more than the search of a short text.
fn prepare(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    Ok(match args.get(1) {
        Some(Argument::Computed) | None => Arc::new(()),
        Some(_) => match literal_text(args, 1, "the part")? {
            Some(part) => Arc::new(Finder::new(part).into_owned()),
            None => Arc::new(()),
        },
    })
}

fn contains(call: &mut Call<'_>) {
    match call.prepared::<Finder<'static>>() {
        Some(finder) => call.each_known(|args, slot| {
            slot.bool(finder.find(args.text(0)?).is_some());
            Ok(())
        }),
        None => each_pair(call, |text, part| text.contains_str(part)),
    }
}

fn starts_with(call: &mut Call<'_>) {
    each_pair(call, |text, part| text.starts_with(part));
}

fn ends_with(call: &mut Call<'_>) {
    each_pair(call, |text, part| text.ends_with(part));
}

fn each_pair(call: &mut Call<'_>, holds: impl Fn(&[u8], &[u8]) -> bool) {
    call.each_known(|args, slot| {
        slot.bool(holds(args.text(0)?, args.text(1)?));
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn parts_of_a_text() {
        check(&[
            ("contains('abc', 'b')", "true"),
            ("contains('abc', $'b')", "true"),
            ("contains('abc', 'B')", "false"),
            ("contains('abc', '')", "true"),
            ("contains('', 'a')", "false"),
            ("contains('日本', '本')", "true"),
            ("contains(`404`, '0')", "true"),
            ("contains('abc', null)", "null"),
            ("contains(null, 'b')", "null"),
            ("contains(404, '4')", "!not text (see text(x)): 404"),
            ("contains('404', 4)", "?1 the part is text, not a number"),
            ("contains('404', $4)", "!not text (see text(x)): 4"),
            ("starts_with('abc', 'ab')", "true"),
            ("starts_with('abc', 'b')", "false"),
            ("starts_with('abc', '')", "true"),
            ("starts_with('a', 'abc')", "false"),
            ("starts_with(null, 'a')", "null"),
            ("ends_with('abc', 'bc')", "true"),
            ("ends_with('abc', 'b')", "false"),
            ("ends_with(`a.gz`, '.gz')", "true"),
            ("ends_with('a', true)", "!not text (see text(x)): true"),
        ]);
    }
}
