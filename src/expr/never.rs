//! Expressions that can be read, and give null or nonsense whatever the record is: they are errors before anything is
//! read.

use super::{Ast, AstKind, Literal, Operator};
use crate::error::{Error, Result};
use crate::spell;

/// A comparison with the literal null, which is null.
pub(super) fn check_compared(sides: &[Ast; 2], whole: &Ast, spec: &str) -> Result<()> {
    let is_null = |side: &Ast| matches!(side.kind, AstKind::Literal(Literal::Null));
    let Some(other) =
        sides.iter().find(|side| is_null(side)).and_then(|_| sides.iter().find(|side| !is_null(side)))
    else {
        return Ok(());
    };
    let error = Error::new("what is compared with null is null, for every record");
    Err(error.at(spec, whole.place.clone()).help(format!("write {} is null", other.spelled(spec))))
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
