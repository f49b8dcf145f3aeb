//! `substr`: a part of a text by its place.

use bstr::ByteSlice;

use super::{Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static SUBSTR: FunctionDef = FunctionDef {
    name: "substr",
    usage: "substr(text, start[, length])",
    family: Family::Text,
    arity: (2, 3),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: substr,
    doc: Doc {
        summary: "the part of a text from a position on",
        text: "Positions count characters from 0; a negative one counts from the end, so that -1 is the last \
               character. Without `length`, the part reaches to the end. Where the text is shorter than \
               asked, there is as much as it has, at last nothing; a start in front of the text is its start.",
        examples: &[Example {
            command: "--from ndjson project 'day = substr(id, 0, 8), tail = substr(id, -3)'",
            input: "{\"id\":\"20240131-x77\"}\n",
            output: "{\"day\":\"20240131\",\"tail\":\"x77\"}\n",
        }],
    },
};

fn substr(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let (text, start) = (args.text(0)?, args.whole(1)?);
        let length = if args.len() > 2 { args.whole(2)? } else { i64::MAX };
        let length = usize::try_from(length).map_err(|_| Failed::of(2, "a length below zero"))?;
        slot.text(part(text, start, length));
        Ok(())
    });
}

fn part(text: &[u8], start: i64, length: usize) -> &[u8] {
    let from = place(text, start);
    let rest = text.get(from..).unwrap_or(&[]);
    let len = if rest.is_ascii() { length.min(rest.len()) } else { offset(rest, length) };
    rest.get(..len).unwrap_or(rest)
}

/// The byte at which a character stands; the text's start or end if it has no such character.
fn place(text: &[u8], character: i64) -> usize {
    let distance = usize::try_from(character.unsigned_abs()).unwrap_or(usize::MAX);
    match (text.is_ascii(), character < 0) {
        (true, false) => distance.min(text.len()),
        (true, true) => text.len().saturating_sub(distance),
        (false, false) => offset(text, distance),
        (false, true) => text.char_indices().rev().nth(distance - 1).map_or(0, |(start, ..)| start),
    }
}

/// How many bytes the first `characters` take.
fn offset(text: &[u8], characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(start, ..)| start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::part;
    use crate::function::tests::check;

    #[test]
    fn parts() {
        check(&[
            ("substr('hello', 1)", "'ello'"),
            ("substr('hello', 1, 3)", "'ell'"),
            ("substr('hello', -3, 2)", "'ll'"),
            ("substr('hello', -9)", "'hello'"),
            ("substr('hello', 9)", "''"),
            ("substr('hello', 0, 0)", "''"),
            ("substr('日本語', 1, 1)", "'本'"),
            ("substr('日本語', -1)", "'語'"),
            ("substr(`12345`, `1`, `2`)", "'23'"),
            ("substr('abc', 1.0)", "'bc'"),
            ("substr('abc', 1, null)", "null"),
            ("substr('abc', 0.5)", "!not a whole number: 0.5"),
            ("substr('abc', 1e30)", "!not a whole number: 1e30"),
            ("substr('abc', 0, -1)", "!a length below zero: -1"),
            ("substr('abc', 'x')", "!not a number, but text (see number(x)): \"x\""),
            ("substr(123, 0)", "!not text (see text(x)): 123"),
        ]);
    }

    proptest! {
        #[test]
        fn as_on_a_list_of_characters(text in "[aé🦀]{0,8}", start in -10i64..10, length in 0usize..10) {
            let all: Vec<char> = text.chars().collect();
            let from = if start < 0 { all.len().saturating_sub(-start as usize) } else { start as usize };
            let slow: String = all.into_iter().skip(from).take(length).collect();
            prop_assert_eq!(part(text.as_bytes(), start, length), slow.as_bytes());
            prop_assert_eq!(part(text.as_bytes(), i64::MIN, usize::MAX), text.as_bytes());
        }
    }
}
