//! Expressions that can be read, and give null or nonsense whatever the record is: they are errors before anything is
//! read.

use super::{Ast, AstKind, Comparison, Literal, Operator};
use crate::error::{Error, Result};
use crate::spell;
use crate::time::Duration;

/// A comparison with the literal null, which is null, and an order with the name of a time, which is a text.
pub(super) fn check_compared(
    comparison: Comparison,
    sides: &[Ast; 2],
    whole: &Ast,
    spec: &str,
) -> Result<()> {
    if let Some((side, time)) = sides.iter().filter(|_| comparison.is_by_order()).find_map(named_time) {
        let written = side.spelled(spec);
        let error = Error::new(format!("{written} is a text, not a time")).at(spec, side.place.clone());
        return Err(error.help(format!("write {time}; of the event time --since takes such words")));
    }
    let is_null = |side: &Ast| matches!(side.kind, AstKind::Literal(Literal::Null));
    let Some(other) =
        sides.iter().find(|side| is_null(side)).and_then(|_| sides.iter().find(|side| !is_null(side)))
    else {
        return Ok(());
    };
    let error = Error::new("what is compared with null is null, for every record");
    Err(error.at(spec, whole.place.clone()).help(format!("write {} is null", other.spelled(spec))))
}

/// A search for a field in a constant word, where most likely the other way round was meant.
pub(super) fn check_call(name: &str, args: &[Ast], whole: &Ast, spec: &str) -> Result<()> {
    let ([first, second], "contains" | "starts_with" | "ends_with") = (args, name) else { return Ok(()) };
    let AstKind::Literal(Literal::Text(text)) = &first.kind else { return Ok(()) };
    // A list in a text is looked through.
    let is_word = !text.contains([',', ' ', ';', '|', ':']);
    if !is_word || matches!(second.kind, AstKind::Literal(_)) {
        return Ok(());
    }
    let [constant, other] = [first, second].map(|arg| arg.spelled(spec));
    let error = Error::new(format!("{name} looks into {constant}, the same for all records"));
    Err(error.at(spec, whole.place.clone()).help(format!(
        "write {name}({other}, {constant}); to look into the constant, {name}(text({constant}), {other})"
    )))
}

/// A side that is the name of a time in other tools, with what is that time here.
fn named_time(side: &Ast) -> Option<(&Ast, String)> {
    let AstKind::Literal(Literal::Text(text)) = &side.kind else { return None };
    time_meant(text).map(|time| (side, time))
}

/// The expression for a time by its name: `today`, `yesterday`, `now-1h`.
pub(super) fn time_meant(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "now" | "now()" => Some("now()".to_owned()),
        "today" => Some("floor(now(), 1d)".to_owned()),
        "yesterday" => Some("floor(now(), 1d) - 24h".to_owned()),
        lower => {
            let ago = lower.strip_prefix("now")?.trim_start().strip_prefix('-')?.trim_start();
            Duration::parse(ago.as_bytes()).map(|_| format!("now() - {ago}"))
        }
    }
}

/// Arithmetic that nobody means: a date without quotes, and + on a text.
pub(super) fn check_arithmetic(operator: Operator, sides: &[Ast; 2], whole: &Ast, spec: &str) -> Result<()> {
    let written = whole.spelled(spec);
    if operator == Operator::Subtract && is_date(written) {
        let error = Error::new(format!("{written} without quotes is a subtraction"));
        return Err(error.at(spec, whole.place.clone()).help(format!("write {}", spell::text(written))));
    }
    let text = sides
        .iter()
        .find(|side| matches!(&side.kind, AstKind::Literal(Literal::Text(text)) if !is_amount(text)));
    match text.filter(|_| operator == Operator::Add) {
        Some(text) => {
            let error = Error::new("+ adds numbers, times and durations, not text");
            let [left, right] = sides.each_ref().map(|side| side.spelled(spec));
            Err(error.at(spec, text.place.clone()).help(format!("write concat({left}, {right})")))
        }
        None => Ok(()),
    }
}

/// Whether a name is a literal of this language in other letters, as SQL and Python write it: what is meant.
pub(super) fn literal_meant(name: &str) -> Option<&'static str> {
    match name {
        "NULL" | "Null" => Some("null"),
        "TRUE" | "True" => Some("true"),
        "FALSE" | "False" => Some("false"),
        _ => None,
    }
}

/// `2024-05-14` as it is written.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number =
        |part: &&str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if is_number(year, 4) && is_number(month, 2) && is_number(day, 2))
}

/// Whether a text may be read as a time or a duration where something is added to it.
fn is_amount(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}
