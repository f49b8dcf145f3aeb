//! Signs and keywords of other languages, lists and chains of comparisons.

use super::tokens::{Sort, Tokens};

/// Signs that are written otherwise here.
const SIGNS: &[(&str, &str)] = &[
    ("===", "=="),
    ("!==", "!="),
    ("<=>", "=="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    (":=", "="),
    ("~*", "=~"),
    ("~", "=~"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("&", "and"),
    ("|", "or"),
];

/// Words between two values that are signs here.
const WORDS: &[(&str, &str)] = &[
    ("eq", "=="),
    ("equals", "=="),
    ("equal", "=="),
    ("ne", "!="),
    ("neq", "!="),
    ("gt", ">"),
    ("gte", ">="),
    ("ge", ">="),
    ("lt", "<"),
    ("lte", "<="),
    ("le", "<="),
    ("mod", "%"),
    ("div", "//"),
];

pub(super) const COMPARISONS: &[&str] = &["==", "=", "!=", "<", "<=", ">", ">="];

/// Quotes and blanks of a text editor, and signs of mathematics.
pub(super) fn letters(tokens: &Tokens<'_>) -> Option<String> {
    let plain = tokens.spec.replace(['“', '”', '„', '«', '»'], "\"").replace(['‘', '’', '‚'], "'");
    let plain = plain.replace(['\u{a0}', '\u{202f}'], " ").replace('×', "*").replace('−', "-");
    (plain != tokens.spec).then_some(plain)
}

/// A remark at the end.
pub(super) fn comment(tokens: &Tokens<'_>) -> Option<String> {
    let at =
        tokens.find(|at| tokens.text(at) == "#" || tokens.text(at) == "-" && tokens.text(at + 1) == "-")?;
    (at > 0).then(|| tokens.between(0..at).to_owned())
}

pub(super) fn signs(tokens: &Tokens<'_>) -> Option<String> {
    let here = |at: usize| SIGNS.iter().find(|(sign, _)| *sign == tokens.text(at)).map(|(_, here)| *here);
    let at = tokens.find(|at| tokens.is(at, Sort::Sign) && here(at).is_some())?;
    Some(tokens.with(at..at + 1, here(at)?))
}

/// Keywords in capitals, and words for signs.
pub(super) fn keywords(tokens: &Tokens<'_>) -> Option<String> {
    const KEYWORDS: &[&str] =
        &["and", "or", "not", "in", "is", "null", "between", "true", "false", "where", "asc", "desc"];
    let at = tokens.find(|at| {
        let word = tokens.word(at);
        KEYWORDS.contains(&word.as_str()) && tokens.text(at) != word
    });
    if let Some(at) = at {
        return Some(tokens.with(at..at + 1, &tokens.word(at)));
    }
    if tokens.word(0) == "where" {
        return Some(tokens.with(0..1, ""));
    }
    let sign = |at: usize| WORDS.iter().find(|(word, _)| *word == tokens.word(at)).map(|(_, sign)| *sign);
    // `-eq`, as the shell has it.
    if let Some(at) =
        tokens.find(|at| tokens.text(at) == "-" && tokens.touches(at + 1) && sign(at + 1).is_some())
    {
        return Some(tokens.with(at..at + 2, sign(at + 1)?));
    }
    let at = tokens.find(|at| {
        at > 0 && sign(at).is_some() && is_value_end(tokens, at - 1) && is_value(tokens, at + 1)
    })?;
    Some(tokens.with(at..at + 1, sign(at)?))
}

/// Null in other words, and a value after `is`.
pub(super) fn nulls(tokens: &Tokens<'_>) -> Option<String> {
    const NULLS: &[&str] = &["null", "none", "nil", "nan", "undefined", "missing", "empty", "absent", "na"];
    let is_null = |at: usize| NULLS.contains(&tokens.word(at).as_str()) && tokens.text(at + 1) != "(";
    if let Some(at) = tokens.find(|at| matches!(tokens.text(at), "==" | "=" | "!=") && is_null(at + 1)) {
        let here = if tokens.text(at) == "!=" { "is not null" } else { "is null" };
        return Some(tokens.with(at..at + 2, here));
    }
    let flipped = tokens.find(|at| is_null(at) && matches!(tokens.text(at + 1), "==" | "=" | "!="));
    if let Some(at) = flipped
        && let Some(end) = tokens.operand_after(at + 2)
    {
        let here = if tokens.text(at + 1) == "!=" { "is not null" } else { "is null" };
        return Some(tokens.with(at..end, &format!("{} {here}", tokens.between(at + 2..end))));
    }
    let at = tokens.find(|at| tokens.word(at) == "is")?;
    let (value, negated) = if tokens.word(at + 1) == "not" { (at + 2, true) } else { (at + 1, false) };
    if is_null(value) {
        let here = if negated { "is not null" } else { "is null" };
        return Some(tokens.with(at..value + 1, here));
    }
    if matches!(tokens.word(value).as_str(), "defined" | "present" | "set") {
        let here = if negated { "is null" } else { "is not null" };
        return Some(tokens.with(at..value + 1, here));
    }
    let is_literal = tokens.is(value, Sort::Number)
        || tokens.is(value, Sort::Text)
        || matches!(tokens.word(value).as_str(), "true" | "false");
    is_literal.then(|| tokens.with(at..value, if negated { "!=" } else { "==" }))
}

/// `between 200, 299`, `between(200, 299)`.
pub(super) fn ranges(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| tokens.word(at) == "between" && at > 0)?;
    let is_open = tokens.text(at + 1) == "(";
    let start = at + 1 + usize::from(is_open);
    let comma = tokens
        .operand_after(start)
        .filter(|comma| matches!(tokens.text(*comma), "," | ".") || tokens.word(*comma) == "and")?;
    let end = tokens.operand_after(comma + 1)?;
    let close = end + usize::from(is_open && tokens.text(end) == ")");
    Some(tokens.with(
        start - usize::from(is_open)..close,
        &format!(
            "{}{} and {}",
            if is_open { " " } else { "" },
            tokens.between(start..comma),
            tokens.between(comma + 1..end)
        ),
    ))
}

/// `in (1, 2)`, `== [1, 2]`, `== 200, 404`.
pub(super) fn list_in_parentheses(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| tokens.word(at) == "in" && matches!(tokens.text(at + 1), "(" | "{"))?;
    let close = tokens.close(at + 1)?;
    Some(tokens.with(at + 1..close + 1, &format!("[{}]", tokens.between(at + 2..close))))
}

/// `status == 200 or 404`, `status == (200 or 404)`, `status == 200, 404`.
pub(super) fn alternatives(tokens: &Tokens<'_>) -> Option<String> {
    let is_constant = |at: usize| tokens.is(at, Sort::Number) || tokens.is(at, Sort::Text);
    let at = tokens.find(|at| matches!(tokens.text(at), "==" | "=" | "!=") && at > 0)?;
    let is_open = tokens.text(at + 1) == "(";
    // In a call a comma is before the next argument.
    let is_argument =
        (0..at).any(|open| tokens.text(open) == "(" && tokens.close(open).is_some_and(|close| close > at));
    let mut next = at + 1 + usize::from(is_open);
    let mut values = Vec::new();
    while is_constant(next) {
        values.push(tokens.text(next));
        next += 1;
        let joins = matches!(tokens.word(next).as_str(), "or" | "and")
            || matches!(tokens.text(next), "||" | "|")
            || tokens.text(next) == "," && !is_argument;
        if !joins || !is_constant(next + 1) {
            break;
        }
        // `a == 1 or 2 == b`
        if COMPARISONS.contains(&tokens.text(next + 2)) {
            break;
        }
        next += 1;
    }
    if is_open && tokens.text(next) != ")" || values.len() < 2 {
        return None;
    }
    let end = next + usize::from(is_open);
    let word = if tokens.text(at) == "!=" { "not in" } else { "in" };
    Some(tokens.with(at..end, &format!("{word} [{}]", values.join(", "))))
}

/// `1 < ms < 5`.
pub(super) fn chained(tokens: &Tokens<'_>) -> Option<String> {
    let is_order = |at: usize| matches!(tokens.text(at), "<" | "<=" | ">" | ">=");
    let at = tokens.find(|at| is_order(at) && tokens.operand_after(at + 1).is_some_and(is_order))?;
    let second = tokens.operand_after(at + 1)?;
    Some(tokens.with(second..second, &format!("and {} ", tokens.between(at + 1..second))))
}

/// What is left over at the end: a comma, a closing parenthesis that is missing.
pub(super) fn end(tokens: &Tokens<'_>) -> Option<String> {
    let last = tokens.all.len().checked_sub(1)?;
    if matches!(tokens.text(last), "," | ";" | "." | ":")
        || last > 0 && matches!(tokens.word(last).as_str(), "and" | "or" | "end")
    {
        return Some(tokens.with(last..last + 1, ""));
    }
    let count = |text: &str| tokens.all.iter().filter(|token| token.text == text).count();
    let (open, close) = (count("("), count(")"));
    (open > close).then(|| format!("{}{}", tokens.spec.trim_end(), ")".repeat(open - close)))
}

/// Whether a value can begin at a piece.
pub(super) fn is_value(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.sort != Sort::Sign)
        || matches!(tokens.text(at), "(" | "[" | "-" | ".")
}

/// Whether a value can end with a piece.
pub(super) fn is_value_end(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.sort != Sort::Sign) || matches!(tokens.text(at), ")" | "]")
}
