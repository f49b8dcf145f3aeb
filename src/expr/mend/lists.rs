//! What is written otherwise in the lists of `project`, `aggregate`, `sort` and keys.

use super::Kind;
use super::Rule;
use super::tokens::{Sort, Tokens, unquoted};
use crate::aggregate;
use crate::spell;

/// The rules for a kind of SPEC alone.
pub(super) fn rules(kind: Kind) -> &'static [Rule] {
    match kind {
        Kind::Expression => &[],
        Kind::Items => &[aliases, quoted_names, left_out, braces, words_apart, semicolons],
        Kind::Aggregates => &[
            aliases,
            star,
            distinct_words,
            conditions_counted,
            quoted_arguments,
            called_without_parentheses,
            named,
        ],
        Kind::Order => &[flags, order_words, words_apart],
        Kind::Keys => &[flags, quoted_names, words_apart],
        Kind::Path => &[path],
    }
}

/// `x as y` is `y = x`, and `y: x` too.
fn aliases(tokens: &Tokens<'_>) -> Option<String> {
    if let Some(at) = tokens.find(|at| at > 0 && tokens.word(at) == "as" && tokens.get(at + 1).is_some()) {
        let start = (0..at)
            .rev()
            .find(|before| tokens.text(*before) == "," && depth(tokens, *before) == 0)
            .map_or(0, |before| before + 1);
        let name = spell::field(unquoted(tokens.text(at + 1)));
        return Some(tokens.with(start..at + 2, &format!("{name} = {}", tokens.between(start..at))));
    }
    let at = tokens.find(|at| tokens.text(at) == ":" && at > 0 && !tokens.is(at - 1, Sort::Sign))?;
    let name = spell::field(unquoted(tokens.text(at - 1)));
    Some(tokens.with(at - 1..at + 1, &format!("{name} =")))
}

fn depth(tokens: &Tokens<'_>, at: usize) -> usize {
    let count = |text: &[&str]| (0..at).filter(|at| text.contains(&tokens.text(*at))).count();
    count(&["(", "["]).saturating_sub(count(&[")", "]"]))
}

/// A name in quotes is a constant here.
fn quoted_names(tokens: &Tokens<'_>) -> Option<String> {
    let is_item = |at: usize| {
        (at == 0 || tokens.text(at - 1) == ",") && (at + 1 == tokens.all.len() || tokens.text(at + 1) == ",")
    };
    let at = tokens.find(|at| tokens.is(at, Sort::Text) && is_item(at))?;
    Some(tokens.with(at..at + 1, &spell::field(unquoted(tokens.text(at)))))
}

/// `-a, -b`, `!a`, `* - a`, `* except a`, `exclude(a)`: all fields but some.
fn left_out(tokens: &Tokens<'_>) -> Option<String> {
    let mut names = Vec::new();
    let mut others = Vec::new();
    for item in tokens.spec.split(',').map(str::trim) {
        let left_out = [
            "* except ",
            "* exclude ",
            "* - ",
            "*-",
            "-",
            "!",
            "all except ",
            "except ",
            "exclude ",
            "drop ",
        ];
        let call =
            ["exclude(", "except(", "drop(", "* exclude ("].iter().find_map(|open| item.strip_prefix(open));
        match left_out.iter().find_map(|mark| item.strip_prefix(mark)).or(call) {
            Some(name) => names.push(name.trim_matches(['(', ')', ' ', '`']).to_owned()),
            None if !names.is_empty() => names.push(item.trim_matches(['(', ')', ' ', '`']).to_owned()),
            None => others.push(item),
        }
    }
    if names.is_empty() || others.iter().any(|item| *item != "*") {
        return None;
    }
    Some(format!("* except ({})", spell::fields(&names)))
}

/// `{route, ms: .took}`, an object of jq.
fn braces(tokens: &Tokens<'_>) -> Option<String> {
    let close = tokens.close(0).filter(|close| tokens.text(0) == "{" && close + 1 == tokens.all.len())?;
    Some(tokens.between(1..close).to_owned())
}

/// `route; status`.
fn semicolons(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| matches!(tokens.text(at), ";"))?;
    Some(tokens.with(at..at + 1, ","))
}

/// `route status`, `a=b c=d`: items without commas. What could be one name is left to the rule for that where an operator
/// follows.
fn words_apart(tokens: &Tokens<'_>) -> Option<String> {
    let ends = |at: usize| tokens.is(at, Sort::Word) || tokens.is(at, Sort::Name) || tokens.text(at) == ")";
    let is_direction = |at: usize| {
        matches!(
            tokens.word(at).as_str(),
            "desc" | "asc" | "and" | "or" | "in" | "is" | "not" | "between" | "as"
        )
    };
    let at = tokens.find(|at| {
        at > 0
            && (tokens.is(at, Sort::Word) || tokens.is(at, Sort::Name))
            && ends(at - 1)
            && !is_direction(at)
            && !is_direction(at - 1)
    })?;
    Some(tokens.with(at..at, ", ")).map(|text| text.replace(" , ", ", "))
}

/// `count(*)`.
fn star(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens
        .find(|at| tokens.text(at) == "(" && tokens.text(at + 1) == "*" && tokens.text(at + 2) == ")")?;
    Some(tokens.with(at + 1..at + 2, "")).map(|text| text.replace("( ", "("))
}

/// `count distinct user`, `count(distinct user)`, `distinct count(user)`.
fn distinct_words(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens.find(|at| {
        matches!(tokens.word(at).as_str(), "count" | "n" | "number")
            && (tokens.word(at + 1) == "distinct" || tokens.word(at + 2) == "distinct")
    })?;
    let is_call = tokens.text(at + 1) == "(";
    let value = if is_call { at + 3 } else { at + 2 };
    let value = value + usize::from(!is_call && tokens.text(value) == "(");
    let end = tokens.operand_after(value)?;
    let close = end + usize::from(tokens.text(end) == ")");
    Some(tokens.with(at..close, &format!("distinct({})", tokens.between(value..end))))
}

/// `count(status >= 500)`, which counts what is false too.
fn conditions_counted(tokens: &Tokens<'_>) -> Option<String> {
    let has_sign = |open: usize| {
        let close = tokens.close(open).unwrap_or(open);
        (open..close).any(|at| matches!(tokens.text(at), "==" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "=~"))
    };
    let at =
        tokens.find(|at| tokens.word(at) == "count" && tokens.text(at + 1) == "(" && has_sign(at + 1))?;
    Some(tokens.with(at..at + 1, "count_if"))
}

/// `avg("user agent")`: a name in quotes is a constant here.
fn quoted_arguments(tokens: &Tokens<'_>) -> Option<String> {
    let is_argument =
        |at: usize| tokens.text(at + 1) == "(" && tokens.is(at + 2, Sort::Text) && tokens.text(at + 3) == ")";
    let at = tokens.find(|at| is_argument(at) && aggregate::find(tokens.text(at)).is_some())?;
    Some(tokens.with(at + 2..at + 3, &spell::quoted_field(unquoted(tokens.text(at + 2)))))
}

/// `avg ms`, `p99 latency`, `count`.
fn called_without_parentheses(tokens: &Tokens<'_>) -> Option<String> {
    let is_aggregate = |at: usize| {
        let word = tokens.word(at);
        tokens.text(at + 1) != "("
            && (aggregate::find(&word).is_some() || crate::expr::elsewhere::is_aggregate(&word))
    };
    let is_item = |at: usize| at == 0 || matches!(tokens.text(at - 1), "," | "=");
    let at = tokens.find(|at| is_item(at) && is_aggregate(at) && tokens.text(at + 1) != "=")?;
    let name = tokens.word(at);
    let of = usize::from(matches!(tokens.word(at + 1).as_str(), "of" | "by"));
    match tokens
        .operand_after(at + 1 + of)
        .filter(|_| tokens.is(at + 1 + of, Sort::Word) && tokens.word(at + 1) != "where")
    {
        Some(end) => Some(tokens.with(at..end, &format!("{name}({})", tokens.between(at + 1 + of..end)))),
        None => Some(tokens.with(at..at + 1, &format!("{name}()"))),
    }
}

/// An expression over aggregates gets a name.
fn named(tokens: &Tokens<'_>) -> Option<String> {
    let mut start = 0;
    let mut names: Vec<String> = Vec::new();
    let ends = (0..=tokens.all.len())
        .filter(|at| *at == tokens.all.len() || tokens.text(*at) == "," && depth(tokens, *at) == 0);
    for end in ends {
        let is_named = tokens.text(start + 1) == "=";
        let is_call = tokens.text(start + 1) == "("
            && tokens
                .close(start + 1)
                .is_some_and(|close| close + 1 == end || tokens.word(close + 1) == "where");
        let over_field = is_call
            && tokens.arguments(start + 1).is_some_and(|args| {
                args.first().is_none_or(|arg| {
                    arg.chars().all(|c| crate::spell::continues_name(c) || ".@`".contains(c))
                })
            });
        if is_named {
            names.push(tokens.text(start).to_owned());
        } else if !(is_call && over_field && aggregate::find(tokens.text(start)).is_some()) {
            // Of constants alone, nobody knows what is meant.
            if !reads_records(tokens, start..end) {
                return None;
            }
            let name = name_of(tokens, start..end, &names);
            return Some(tokens.with(start..start, &format!("{name} = ")));
        }
        start = end + 1;
    }
    None
}

/// Whether an item has an aggregate of a field, or of all records.
fn reads_records(tokens: &Tokens<'_>, item: std::ops::Range<usize>) -> bool {
    item.into_iter().any(|at| {
        let is_call = tokens.text(at + 1) == "(" && aggregate::find(tokens.text(at)).is_some();
        let close = tokens.close(at + 1).filter(|_| is_call);
        close.is_some_and(|close| {
            close == at + 2
                || (at + 2..close).any(|at| tokens.is(at, Sort::Word) || tokens.is(at, Sort::Name))
        })
    })
}

/// A name for an item: its first aggregate and what that is of.
fn name_of(tokens: &Tokens<'_>, item: std::ops::Range<usize>, taken: &[String]) -> String {
    let call =
        item.clone().find(|at| tokens.text(at + 1) == "(" && aggregate::find(tokens.text(*at)).is_some());
    let words = call.map(|at| {
        let close = tokens.close(at + 1).unwrap_or(item.end);
        let field = (at + 2..close).rev().find(|at| tokens.is(*at, Sort::Word) && tokens.text(at + 1) != "(");
        match field {
            Some(field) => format!("{}_{}", tokens.text(at), tokens.text(field)),
            None => tokens.text(at).to_owned(),
        }
    });
    // Of `100 * avg(ms)` the name of the aggregate would tell something else.
    let computes =
        |at: usize| matches!(tokens.text(at), "+" | "-" | "*" | "/" | "//" | "%") && depth(tokens, at) == 0;
    let words = words.filter(|_| !item.clone().any(computes));
    let base =
        words.filter(|name| name.chars().all(spell::continues_name)).unwrap_or_else(|| "result".to_owned());
    (1..)
        .map(|number| if number == 1 { base.clone() } else { format!("{base}_{number}") })
        .find(|name| !taken.contains(name))
        .unwrap_or(base)
}

/// `desc ms`, `ms DESC`, `ms:desc`, `ms descending`, `ms desc nulls last`, `order by ms`.
fn order_words(tokens: &Tokens<'_>) -> Option<String> {
    let direction = |at: usize| match tokens.word(at).as_str() {
        "desc" | "descending" | "reverse" | "reversed" | "down" | "d" => Some("desc"),
        "asc" | "ascending" | "up" | "numeric" | "numerically" => Some("asc"),
        _ => None,
    };
    if tokens.word(0) == "order" && tokens.word(1) == "by" {
        return Some(tokens.with(0..2, ""));
    }
    if tokens.word(0) == "by" {
        return Some(tokens.with(0..1, ""));
    }
    if let Some(at) = tokens
        .find(|at| tokens.word(at) == "nulls" && matches!(tokens.word(at + 1).as_str(), "last" | "first"))
    {
        return Some(tokens.with(at..at + 2, ""));
    }
    let is_start = |at: usize| at == 0 || tokens.text(at - 1) == ",";
    if let Some(at) = tokens.find(|at| {
        is_start(at)
            && direction(at).is_some()
            && tokens.operand_after(at + 1).is_some()
            && tokens.text(at + 1) != "("
    }) {
        let end = tokens.operand_after(at + 1)?;
        return Some(tokens.with(at..end, &format!("{} {}", tokens.between(at + 1..end), direction(at)?)));
    }
    if let Some(at) = tokens.find(|at| tokens.text(at) == ":" && direction(at + 1).is_some()) {
        return Some(tokens.with(at..at + 2, &format!(" {}", direction(at + 1)?)));
    }
    let at = tokens
        .find(|at| at > 0 && !is_start(at) && direction(at).is_some_and(|here| here != tokens.text(at)))?;
    Some(tokens.with(at..at + 1, direction(at)?))
}

/// `-nr ms`, `-k ms`: flags of sort.
fn flags(tokens: &Tokens<'_>) -> Option<String> {
    let is_flag =
        tokens.text(0) == "-" && tokens.touches(1) && tokens.is(2, Sort::Word) && !tokens.touches(2);
    let flags = tokens.text(1);
    let is_known = flags.chars().all(|c| "nrkfgths".contains(c));
    if !is_flag || !is_known {
        return None;
    }
    let rest = tokens.between(2..tokens.all.len());
    Some(if flags.contains('r') { format!("{rest} desc") } else { rest.to_owned() })
}

/// `Records[]`, `.Records[]`.
fn path(tokens: &Tokens<'_>) -> Option<String> {
    let at = tokens
        .find(|at| tokens.text(at) == "[" && (tokens.text(at + 1) == "]" || tokens.text(at + 1) == "*"))?;
    let close = tokens.close(at)?;
    Some(tokens.with(at..close + 1, ""))
}
