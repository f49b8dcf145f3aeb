//! Functions, methods, casts and operators of words, as they are called here.

use super::operators::COMPARISONS;
use super::tokens::{Sort, Tokens};
use crate::aggregate;
use crate::expr::elsewhere;
use crate::function;

/// Words between two operands that are functions of both here.
const BETWEEN: &[(&str, &str)] = &[
    ("contains", "contains"),
    ("includes", "contains"),
    ("has", "contains"),
    ("startswith", "starts_with"),
    ("starts_with", "starts_with"),
    ("beginswith", "starts_with"),
    ("endswith", "ends_with"),
    ("ends_with", "ends_with"),
];

fn is_function(name: &str) -> bool {
    function::find(name).is_some()
}

fn is_aggregate(name: &str) -> bool {
    aggregate::find(name).is_some()
}

/// `route.startswith("/api")`, `name.lower()`: a method is a function of what is before it.
pub(super) fn methods(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| {
        at >= 2
            && tokens.text(at - 1) == "."
            && tokens.is(at, Sort::Word)
            && tokens.text(at + 1) == "("
            && tokens.touches(at + 1)
    })?;
    let start = tokens.operand_before(at - 1)?;
    let mut args = vec![tokens.between(start..at - 1)];
    args.extend(tokens.arguments(at + 1)?);
    let close = tokens.close(at + 1)?;
    Some(tokens.with(start..close + 1, &format!("{}({})", tokens.text(at), args.join(", "))))
}

/// `status::int`, `cast(status as int)`, `(int) status`.
pub(super) fn casts(tokens: &Tokens<'_>) -> Option<String> {
    let to = |at: usize| match tokens.word(at).as_str() {
        "int" | "integer" | "bigint" | "float" | "double" | "decimal" | "numeric" | "number" | "real" => {
            Some("number")
        }
        "text" | "varchar" | "string" | "str" | "char" => Some("text"),
        "timestamp" | "timestamptz" | "datetime" | "date" | "time" => Some("time"),
        "bool" | "boolean" => Some("bool"),
        _ => None,
    };
    if let Some(at) = tokens.find(|at| tokens.text(at) == "::") {
        let start = tokens.operand_before(at)?;
        let call = format!("{}({})", to(at + 1)?, tokens.between(start..at));
        return Some(tokens.with(start..at + 2, &call));
    }
    if let Some(at) = tokens
        .find(|at| matches!(tokens.word(at).as_str(), "cast" | "try_cast") && tokens.text(at + 1) == "(")
    {
        let close = tokens.close(at + 1)?;
        let word = (at + 2..close).find(|at| tokens.word(*at) == "as")?;
        let call = format!("{}({})", to(word + 1)?, tokens.between(at + 2..word));
        return Some(tokens.with(at..close + 1, &call));
    }
    let at = tokens.find(|at| {
        tokens.text(at) == "(" && to(at + 1).is_some() && tokens.text(at + 2) == ")" && !tokens.touches(at)
    })?;
    let end = tokens.operand_after(at + 3)?;
    Some(tokens.with(at..end, &format!("{}({})", to(at + 1)?, tokens.between(at + 3..end))))
}

/// `route contains "api"`, `route matches "x"`.
pub(super) fn words_between(tokens: &Tokens<'_>) -> Option<String> {
    let call = |at: usize| BETWEEN.iter().find(|(word, _)| *word == tokens.word(at)).map(|(_, call)| *call);
    let is_match = |at: usize| {
        matches!(tokens.word(at).as_str(), "matches" | "match" | "rlike" | "regexp" | "regex" | "similar")
    };
    let at = tokens.find(|at| {
        at > 0
            && (call(at).is_some() || is_match(at))
            && tokens.operand_after(at + 1).is_some()
            && tokens.text(at + 1) != "("
    })?;
    let Some(call) = call(at) else { return Some(tokens.with(at..at + 1, "=~")) };
    let is_negated = tokens.word(at - 1) == "not";
    let value = if is_negated { at - 1 } else { at };
    let (start, end) = (tokens.operand_before(value)?, tokens.operand_after(at + 1)?);
    let not = if is_negated { "not " } else { "" };
    let text = format!("{not}{call}({}, {})", tokens.between(start..value), tokens.between(at + 1..end));
    Some(tokens.with(start..end, &text))
}

/// `host + ":" + status`, `host || ":" || status`: what joins texts.
pub(super) fn joined_text(tokens: &Tokens<'_>) -> Option<String> {
    let joins = |at: usize| {
        matches!(tokens.text(at), "+" | "||" | "." | "&") && !(tokens.text(at) == "." && tokens.touches(at))
    };
    let first = tokens
        .find(|at| joins(at) && at > 0 && (tokens.is(at - 1, Sort::Text) || tokens.is(at + 1, Sort::Text)))?;
    let sign = tokens.text(first);
    let mut start = tokens.operand_before(first)?;
    while start > 1 && tokens.text(start - 1) == sign {
        start = tokens.operand_before(start - 1)?;
    }
    // `host == "a" || …` joins conditions.
    if start > 0 && COMPARISONS.contains(&tokens.text(start - 1)) {
        return None;
    }
    let mut parts = Vec::new();
    let mut at = start;
    loop {
        let end = tokens.operand_after(at)?;
        parts.push(tokens.between(at..end));
        if tokens.text(end) != sign {
            return Some(tokens.with(start..end, &format!("concat({})", parts.join(", "))));
        }
        at = end + 1;
    }
}

/// A call by the name that another language has for it.
pub(super) fn elsewhere(tokens: &Tokens<'_>) -> Option<String> {
    let written = |at: usize| {
        let name = tokens.word(at);
        if name.is_empty()
            || tokens.text(at + 1) != "("
            || is_function(tokens.text(at))
            || is_aggregate(tokens.text(at))
        {
            return None;
        }
        if is_function(&name) || is_aggregate(&name) {
            return Some(tokens.with(at..at + 1, &name));
        }
        let args = tokens.arguments(at + 1)?;
        let close = tokens.close(at + 1)?;
        Some(tokens.with(at..close + 1, &elsewhere::call(&name, &args)?))
    };
    (0..tokens.all.len()).find_map(written)
}

/// `contains("api", route)`: what is looked through comes first.
pub(super) fn exchanged(tokens: &Tokens<'_>) -> Option<String> {
    let is_search = |at: usize| matches!(tokens.text(at), "contains" | "starts_with" | "ends_with");
    let at = tokens.find(|at| {
        is_search(at)
            && tokens.text(at + 1) == "("
            && tokens.is(at + 2, Sort::Text)
            && tokens.text(at + 3) == ","
    })?;
    let [constant, other] = tokens.arguments(at + 1)?.try_into().ok()?;
    let close = tokens.close(at + 1)?;
    Some(tokens.with(at + 2..close, &format!("{other}, {constant}")))
}

/// `p99.9(ms)`, `quantile(ms, 99)`, `percentile(ms, 0.95)`, `percentile_cont(0.95) within group (order by ms)`.
pub(super) fn percentiles(tokens: &Tokens<'_>) -> Option<String> {
    if let Some(at) =
        tokens.find(|at| tokens.word(at).starts_with("percentile_") && tokens.word(at + 4) == "within")
    {
        let open = (at + 5..tokens.all.len()).find(|at| tokens.text(*at) == "(")?;
        let close = tokens.close(open)?;
        let value = tokens.between(open + 3..close);
        return Some(tokens.with(at..close + 1, &format!("quantile({value}, {})", tokens.text(at + 2))));
    }
    let digits = |word: &str| {
        word.strip_prefix('p')
            .filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    };
    if let Some(at) = tokens.find(|at| {
        digits(&tokens.word(at)).is_some()
            && matches!(tokens.text(at + 1), "." | ",")
            && tokens.text(at + 3) == "("
    }) {
        let part = tokens.text(at + 2);
        let close = tokens.close(at + 3)?;
        let q = format!("0.{:0>2}{part}", digits(&tokens.word(at))?);
        return Some(
            tokens.with(at..close + 1, &format!("quantile({}, {q})", tokens.between(at + 4..close))),
        );
    }
    let at = tokens.find(|at| {
        matches!(
            tokens.word(at).as_str(),
            "quantile" | "exact_quantile" | "percentile" | "pct" | "perc" | "quantiles"
        ) && tokens.text(at + 1) == "("
    })?;
    let args = tokens.arguments(at + 1)?;
    let [one, other] = args.as_slice() else { return None };
    let number = |text: &str| text.parse::<f64>().ok();
    // Some have the number first.
    let (value, q) = if number(one).is_some() { (other, one) } else { (one, other) };
    let part = number(q)?;
    let q = if part > 1.0 { part / 100.0 } else { part };
    let q = format!("{q:.6}");
    let q = q.trim_end_matches('0').trim_end_matches('.');
    let name = if tokens.word(at) == "exact_quantile" { "exact_quantile" } else { "quantile" };
    let close = tokens.close(at + 1)?;
    Some(tokens.with(at..close + 1, &format!("{name}({value}, {q})")))
}
