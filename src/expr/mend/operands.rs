//! Literals and names of other languages.

use super::tokens::{Sort, Tokens, unquoted};
use crate::expr::never::time_meant;
use crate::spell;

const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "is", "null", "between", "true", "false", "where", "asc", "desc", "as", "then",
    "else", "when", "by", "case", "if", "end",
];

/// `=~ /x/i`, `== /login`: a regex or a path without quotes.
pub(super) fn regex(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| {
        matches!(tokens.text(at), "=~" | "!~" | "==" | "=" | "!=")
            && matches!(tokens.text(at + 1), "/" | "//" | "^")
    })?;
    let is_regex = matches!(tokens.text(at), "=~" | "!~");
    let start = tokens.get(at + 1)?.place.start;
    let rest = tokens.spec.get(start..)?;
    let (text, len) = match rest.strip_prefix('/').and_then(|inner| Some((inner, inner.find('/')?))) {
        Some((inner, end)) if is_regex => {
            let flags = inner.get(end + 1..)?;
            let flags_len = flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len());
            let flag = if flags.get(..flags_len)?.contains('i') { "(?i)" } else { "" };
            (format!("{flag}{}", inner.get(..end)?), end + 2 + flags_len)
        }
        _ => {
            let len = rest.find(|c: char| c.is_whitespace() || c == ')' || c == ',').unwrap_or(rest.len());
            (rest.get(..len)?.to_owned(), len)
        }
    };
    replaced(tokens.spec, start..start + len, &spell::text(&text))
}

/// `like 'a%'`, and `== "a*"`, by what it asks.
pub(super) fn patterns(tokens: &Tokens<'_>) -> Option<String> {
    let is_like = |at: usize| matches!(tokens.word(at).as_str(), "like" | "ilike" | "glob");
    let at = tokens.find(|at| is_like(at) && tokens.is(at + 1, Sort::Text))?;
    let is_negated = tokens.word(at - usize::from(at > 0)) == "not";
    let end_of_value = if is_negated { at - 1 } else { at };
    let start = tokens.operand_before(end_of_value)?;
    let value = tokens.between(start..end_of_value);
    let folds = tokens.word(at) == "ilike";
    let pattern = unquoted(tokens.text(at + 1));
    let pattern = if folds { pattern.to_lowercase() } else { pattern.to_owned() };
    let value = if folds { format!("lower({value})") } else { value.to_owned() };
    let part = pattern.trim_matches(['%', '*']);
    let is_any = |c: char| c == '%' || c == '*';
    let part_text = spell::text(part);
    let test = match (pattern.starts_with(is_any), pattern.ends_with(is_any)) {
        _ if part.contains(['%', '*', '_', '?']) => {
            let regex: String = part
                .chars()
                .map(|c| match c {
                    '%' | '*' => ".*".to_owned(),
                    '_' | '?' => ".".to_owned(),
                    c if c.is_alphanumeric() => c.to_string(),
                    c => format!("\\{c}"),
                })
                .collect();
            let open = if pattern.starts_with(is_any) { "" } else { "^" };
            let close = if pattern.ends_with(is_any) { "" } else { "$" };
            format!("{value} =~ {}", spell::text(&format!("{open}{regex}{close}")))
        }
        (true, true) => format!("contains({value}, {part_text})"),
        (false, true) => format!("starts_with({value}, {part_text})"),
        (true, false) => format!("ends_with({value}, {part_text})"),
        (false, false) => format!("{value} == {part_text}"),
    };
    let test = if is_negated { format!("not ({test})") } else { test };
    Some(tokens.with(start..at + 2, &test))
}

/// `2024-05-14`, `09:00` without quotes.
pub(super) fn dates(tokens: &Tokens<'_>) -> Option<String> {
    let is_date = |at: usize| {
        let text = tokens.text(at);
        tokens.is(at, Sort::Number)
            && text.len() >= 10
            && text.get(4..5) == Some("-")
            && text.get(7..8) == Some("-")
            && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
    };
    let at = tokens.find(is_date)?;
    Some(tokens.with(at..at + 1, &spell::text(tokens.text(at))))
}

/// `>= "today"`, `> "now-1h"`, `>= today()`.
pub(super) fn named_times(tokens: &Tokens<'_>) -> Option<String> {
    let is_order = |at: usize| matches!(tokens.text(at), "<" | "<=" | ">" | ">=");
    let at = tokens.find(|at| is_order(at) && time_meant(unquoted(tokens.text(at + 1))).is_some())?;
    let is_known = tokens.text(at + 1) == "now";
    let is_call = tokens.text(at + 2) == "(" && tokens.text(at + 3) == ")";
    let end = if is_call { at + 4 } else { at + 2 };
    (!is_known || !is_call)
        .then(|| time_meant(unquoted(tokens.text(at + 1))).map(|time| tokens.with(at + 1..end, &time)))?
}

/// `10k`, `10MB`, `10KiB`, `1_000`: a number with a unit of size.
pub(super) fn sizes(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| tokens.is(at, Sort::Number) && size(tokens.text(at)).is_some())?;
    Some(tokens.with(at..at + 1, &size(tokens.text(at))?))
}

fn size(text: &str) -> Option<String> {
    if text.contains('_') {
        let digits = text.replace('_', "");
        return digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits);
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(|number| number.to_string());
    }
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u128 = text.get(..end)?.parse().ok()?;
    let unit = text.get(end..)?;
    let base: u128 = if unit.to_lowercase().ends_with("ib") { 1024 } else { 1000 };
    let power = match unit.to_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" if unit.eq_ignore_ascii_case("b") => 0,
        "k" => 1,
        // A minute is `m`.
        "m" if unit != "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return None,
    };
    number.checked_mul(base.checked_pow(power)?).map(|number| number.to_string())
}

/// `ip == 10.0.0.1` and `ip in 10.0.0.0/8` without quotes.
pub(super) fn addresses(tokens: &Tokens<'_>) -> Option<String> {
    let is_address = |at: usize| {
        let parts: Vec<&str> = tokens.text(at).split('.').collect();
        tokens.is(at, Sort::Number) && parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
    };
    let at = tokens.find(is_address)?;
    let is_network = tokens.text(at + 1) == "/" && tokens.is(at + 2, Sort::Number);
    let end = if is_network { at + 3 } else { at + 1 };
    let text = spell::text(tokens.between(at..end));
    let compares = at > 0 && matches!(tokens.word(at - 1).as_str(), "in")
        || matches!(tokens.text(at - usize::from(at > 0)), "==" | "=");
    match is_network && compares {
        true => {
            let start = tokens.operand_before(at - 1)?;
            Some(tokens.with(start..end, &format!("cidr({}, {text})", tokens.between(start..at - 1))))
        }
        false => Some(tokens.with(at..end, &text)),
    }
}

/// `status == 5xx`, `status =~ 5..`, `status like 5%`.
pub(super) fn status_class(tokens: &Tokens<'_>) -> Option<String> {
    let class = |at: usize| {
        let text = unquoted(tokens.text(at)).to_lowercase();
        let digit = text.strip_suffix("xx").or_else(|| text.strip_suffix("**"))?;
        digit.parse::<u8>().ok().filter(|digit| (1..=9).contains(digit))
    };
    let dotted = |at: usize| {
        let is_dots = tokens.text(at + 1) == "." && tokens.text(at + 2) == ".";
        tokens.text(at).parse::<u8>().ok().filter(|digit| is_dots && (1..=9).contains(digit))
    };
    let at = tokens.find(|at| {
        matches!(tokens.text(at), "==" | "=" | "=~" | "!=")
            && (class(at + 1).is_some() || dotted(at + 1).is_some())
    })?;
    let (digit, end) = match class(at + 1) {
        Some(digit) => (digit, at + 2),
        None => (dotted(at + 1)?, at + 4),
    };
    let not = if tokens.text(at) == "!=" { "not " } else { "" };
    Some(tokens.with(at..end, &format!("{not}between {digit}00 and {digit}99")))
}

/// `$status`, `${status}`, `$.status`, `%status%`: fields are named without signs.
pub(super) fn dollars(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| matches!(tokens.text(at), "$" | "%") && tokens.get(at + 1).is_some())?;
    if tokens.text(at) == "%" {
        let is_name = tokens.is(at + 1, Sort::Word) && tokens.text(at + 2) == "%" && tokens.touches(at + 1);
        return is_name.then(|| tokens.with(at..at + 3, tokens.text(at + 1)));
    }
    match (tokens.text(at + 1), tokens.close(at + 1)) {
        ("{", Some(close)) => Some(tokens.with(at..close + 1, tokens.between(at + 2..close))),
        _ => replaced(tokens.spec, tokens.get(at)?.place.clone(), ""),
    }
}

/// `status code == 404`: two words that are one name. The last rule, since any words can be next to each other.
pub(super) fn names_of_words(tokens: &Tokens<'_>) -> Option<String> {
    let is_name = |at: usize| {
        tokens.is(at, Sort::Word)
            && !KEYWORDS.contains(&tokens.word(at).as_str())
            && tokens.text(at + 1) != "("
    };
    let at = tokens.find(|at| is_name(at) && is_name(at + 1))?;
    let end = (at..).find(|at| !is_name(*at))?;
    Some(tokens.with(at..end, &format!("`{}`", tokens.between(at..end))))
}

fn replaced(spec: &str, place: std::ops::Range<usize>, text: &str) -> Option<String> {
    let (before, after) = (spec.get(..place.start)?, spec.get(place.end..)?);
    Some(format!("{before}{text}{after}").trim().to_owned())
}
