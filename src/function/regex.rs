//! `regex_replace` and `regex_extract`: texts changed and taken apart by patterns.

use std::sync::Arc;

use regex::bytes::Regex;

use super::argument::literal_text;
use super::{Argument, Asks, BadArgument, Call, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::error::regex_reason;
use crate::record::Env;
use crate::value::Value;

pub(super) static REGEX_REPLACE: FunctionDef = FunctionDef {
    name: "regex_replace",
    usage: "regex_replace(text, pattern, to)",
    family: Family::Text,
    arity: (3, 3),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: Some(prepare_replace),
    eval: replace,
    doc: Doc {
        summary: "text with every match of a pattern replaced",
        text: "In `to`, `$1` and `${1}` stand for a group by its number, `$name` and `${name}` for one by its \
               name, `$0` for the whole match and `$$` for a dollar. The longest name counts: write `${1}a`, \
               since `$1a` is a group named 1a. A group that took no part is empty.\n\nThe pattern is \
               literal text in the syntax of the regex crate: no look-around and no references back, and \
               time that grows with the text only. `(?i)` in front ignores case.",
        examples: &[Example {
            command: "--from ndjson project 'x = regex_replace(path, \"/[0-9]+\", \"/:id\")'",
            input: "{\"path\":\"/users/17/posts/4\"}\n",
            output: "{\"x\":\"/users/:id/posts/:id\"}\n",
        }],
    },
};

pub(super) static REGEX_EXTRACT: FunctionDef = FunctionDef {
    name: "regex_extract",
    usage: "regex_extract(text, pattern[, group])",
    family: Family::Text,
    arity: (2, 3),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: Some(prepare_extract),
    eval: extract,
    doc: Doc {
        summary: "the first part of a text that matches a pattern",
        text: "Gives the whole match or, with `group`, what that group matched: its number from 1, or its \
               name. Null if nothing matches or the group took no part. Pattern and group are literals; see \
               `regex_replace` for the syntax, and the stage `parse` to make fields of several groups.",
        examples: &[Example {
            command: "--from ndjson project 'x = regex_extract(msg, \"took (\\d+) ms\", 1)'",
            input: "{\"msg\":\"done, took 31 ms\"}\n",
            output: "{\"x\":\"31\"}\n",
        }],
    },
};

/// A compiled pattern and the group that is asked for.
struct Extract {
    regex: Regex,
    group: usize,
}

fn prepare_replace(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    Ok(match pattern(args)? {
        Some(regex) => Arc::new(regex),
        None => Arc::new(()),
    })
}

fn prepare_extract(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    Ok(match pattern(args)? {
        Some(regex) => Arc::new(Extract { group: group(&regex, args)?, regex }),
        None => Arc::new(()),
    })
}

/// The compiled pattern; nothing if it is a literal null.
fn pattern(args: &[Argument<'_>]) -> Result<Option<Regex>, BadArgument> {
    let Some(pattern) = literal_text(args, 1, "a pattern")? else { return Ok(None) };
    let compiled = Regex::new(pattern);
    compiled
        .map(Some)
        .map_err(|error| BadArgument { index: 1, reason: format!("not a pattern: {}", regex_reason(&error)) })
}

fn group(regex: &Regex, args: &[Argument<'_>]) -> Result<usize, BadArgument> {
    let found = match args.get(2) {
        None | Some(Argument::Literal(Value::Null)) => Some(0),
        Some(Argument::Literal(Value::Number(number))) => {
            number.to_u64().map(|group| group as usize).filter(|&group| group < regex.captures_len())
        }
        Some(_) => {
            let name = literal_text(args, 2, "a group")?;
            regex.capture_names().position(|known| known.is_some() && known == name)
        }
    };
    found.ok_or_else(|| BadArgument { index: 2, reason: no_group(regex) })
}

fn no_group(regex: &Regex) -> String {
    let numbers = (1..regex.captures_len()).map(|number| number.to_string());
    let names = regex.capture_names().flatten().map(str::to_owned);
    let known: Vec<String> = numbers.chain(names).collect();
    match known.is_empty() {
        true => "the pattern has no group; ( ) makes one".to_owned(),
        false => format!("the pattern has only these groups: {}", known.join(", ")),
    }
}

fn replace(call: &mut Call<'_>) {
    let Some(regex) = call.prepared::<Regex>() else { return };
    call.each_known(|args, slot| {
        let (text, to) = (args.text(0)?, args.text(2)?);
        slot.text_with(|out| write_replaced(regex, text, to, out));
        Ok(())
    });
}

fn write_replaced(regex: &Regex, text: &[u8], to: &[u8], out: &mut Vec<u8>) {
    let mut done = 0;
    if memchr::memchr(b'$', to).is_none() {
        for found in regex.find_iter(text) {
            out.extend_from_slice(text.get(done..found.start()).unwrap_or(&[]));
            out.extend_from_slice(to);
            done = found.end();
        }
    } else {
        for groups in regex.captures_iter(text) {
            let Some(found) = groups.get(0) else { continue };
            out.extend_from_slice(text.get(done..found.start()).unwrap_or(&[]));
            groups.expand(to, out);
            done = found.end();
        }
    }
    out.extend_from_slice(text.get(done..).unwrap_or(&[]));
}

fn extract(call: &mut Call<'_>) {
    let Some(Extract { regex, group }) = call.prepared::<Extract>() else { return };
    let mut places = regex.capture_locations();
    call.each_known(|args, slot| {
        let text = args.text(0)?;
        let found = match group {
            0 => regex.find(text).map(|found| found.range()),
            _ => regex
                .captures_read(&mut places, text)
                .and_then(|_| places.get(*group))
                .map(|(start, end)| start..end),
        };
        if let Some(part) = found.and_then(|range| text.get(range)) {
            slot.text(part);
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::function::tests::check;

    #[test]
    fn replaced() {
        check(&[
            ("regex_replace('a1b22', '[0-9]+', '#')", "'a#b#'"),
            ("regex_replace('ada lovelace', '(\\w+) (?<last>\\w+)', '${last}, $1 $$')", "'lovelace, ada $'"),
            ("regex_replace('abc', 'x', 'y')", "'abc'"),
            ("regex_replace('é', '.', 'x')", "'x'"),
            ("regex_replace('ab', '', '-')", "'-a-b-'"),
            ("regex_replace(`007`, '^0+', '')", "'7'"),
            ("regex_replace(null, 'x', 'y')", "null"),
            ("regex_replace('a', null, 'y')", "null"),
            ("regex_replace('a', 'a', 5)", "!not text (see text(x)): 5"),
            ("regex_replace('a', '(', 'y')", "?1 not a pattern: unclosed group"),
            ("regex_replace('a', $'a', 'y')", "?1 a pattern must be literal text, in quotes"),
            ("regex_replace('a', 7, 'y')", "?1 a pattern is text, not a number"),
        ]);
    }

    #[test]
    fn extracted() {
        check(&[
            ("regex_extract('took 31 ms', '[0-9]+')", "'31'"),
            ("regex_extract('took 31 ms', '([a-z]+) ([0-9]+)', 2)", "'31'"),
            ("regex_extract('k=v', '(?<key>.)=(?<value>.)', 'value')", "'v'"),
            ("regex_extract('b', '(a)?b', 1)", "null"),
            ("regex_extract('abc', 'x')", "null"),
            ("regex_extract('日本', '本')", "'本'"),
            ("regex_extract(12, '1')", "!not text (see text(x)): 12"),
            ("regex_extract('a', 'a', 1)", "?2 the pattern has no group; ( ) makes one"),
            ("regex_extract('a', '(a)', 2)", "?2 the pattern has only these groups: 1"),
            ("regex_extract('a', '(a)(b)', -1)", "?2 the pattern has only these groups: 1, 2"),
            ("regex_extract('a', '(?<x>a)', 'y')", "?2 the pattern has only these groups: 1, x"),
            ("regex_extract('a', '(a)', $1)", "?2 a group must be literal text, in quotes"),
            (
                "regex_extract('a', 'a{99999999}')",
                "?1 not a pattern: Compiled regex exceeds size limit of 10485760 bytes.",
            ),
        ]);
    }

    proptest! {
        #[test]
        fn replaces_as_the_regex_crate_does(text in "[ab1é]{0,12}", to in "[$01x{}]{0,4}", pattern in "(a|1+|(b)?é|)") {
            let regex = Regex::new(&pattern).unwrap();
            let mut out = Vec::new();
            write_replaced(&regex, text.as_bytes(), to.as_bytes(), &mut out);
            prop_assert_eq!(out, regex.replace_all(text.as_bytes(), to.as_bytes()).into_owned());
        }
    }
}
