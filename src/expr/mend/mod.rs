//! Expressions as other languages have them, put right: each rule rewrites one thing that is written otherwise here, in the
//! words of who wrote it, until the expression can be read.

mod calls;
mod choices;
mod lists;
mod operands;
mod operators;
mod tokens;

use tokens::{Tokens, cut};

/// What a SPEC holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One expression: `filter`, `top`.
    Expression,
    /// Named and unnamed items: `project`.
    Items,
    /// Items over aggregates.
    Aggregates,
    /// Keys with a direction: `sort`.
    Order,
    /// Keys: `--by`, `dedup`.
    Keys,
    /// The path of a field: `explode`.
    Path,
}

/// A rule: the expression with one thing rewritten, if it has it.
type Rule = fn(&Tokens<'_>) -> Option<String>;

/// Rules for expressions of all kinds. What is wrong wherever it is comes before what is guessed from words that are next
/// to each other.
const RULES: &[Rule] = &[
    operators::letters,
    operators::comment,
    calls::joined_text,
    operators::signs,
    operators::nulls,
    operators::keywords,
    operands::regex,
    operands::patterns,
    operands::dates,
    operands::named_times,
    operands::sizes,
    operands::addresses,
    operands::status_class,
    operands::dollars,
    calls::methods,
    calls::casts,
    calls::words_between,
    choices::case_when,
    choices::if_then,
    choices::question_mark,
    operators::ranges,
    operators::list_in_parentheses,
    operators::alternatives,
    operators::chained,
    calls::exchanged,
    calls::percentiles,
    calls::elsewhere,
    operators::end,
];

/// Rewritten more often than this, an expression is something else.
const MOST: usize = 24;

/// A SPEC that cannot be read, as it is written here. `reads` tells whether a SPEC can be read.
#[cold]
pub fn mend(spec: &str, kind: Kind, reads: &dyn Fn(&str) -> bool) -> Option<String> {
    // What is longer was made by a program, which knows what it writes.
    const LONGEST: usize = 4096;
    if spec.len() > LONGEST {
        return None;
    }
    let rules = RULES.iter().chain(lists::rules(kind));
    let rules: Vec<&Rule> = rules.chain(&[operands::names_of_words as Rule]).collect();
    let mut text = spec.to_owned();
    for _ in 0..MOST {
        let tokens = cut(&text);
        let next = rules.iter().find_map(|rule| rule(&tokens).filter(|next| *next != text))?;
        if reads(&next) {
            return Some(next);
        }
        text = next;
    }
    None
}

#[cfg(test)]
mod tests;
