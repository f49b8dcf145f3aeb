//! What to write where values could not be computed, by what they were and by what is written there.

use crate::expr::mend::{Kind, mend};
use crate::expr::{Ast, AstKind, Literal, parse_expression};
use crate::record::Site;
use crate::spell;
use crate::time::Duration;
use crate::value::Number;

/// Spellings of a value that is missing.
const NULLS: &[&str] = &[
    "", "-", "--", "?", "NA", "N/A", "n/a", "na", "NULL", "Null", "NaN", "nan", "None", "none", "nil",
    "missing",
];

/// What would compute the values of a site; `details` are the first that could not be computed, as the report shows them.
pub(super) fn remedy(site: &Site, details: &[&str]) -> Option<String> {
    let part = site.spec.get(site.place.clone())?;
    let (fault, _) = parted(details.first()?);
    let values: Vec<&str> = details.iter().map(|detail| parted(detail).1).collect();
    match fault {
        "number against text" if values.iter().all(|value| is_quoted(value)) => by_text(part, &values),
        "number against text" => by_literal(part),
        "not a number" | "not a number, but text (see number(x))" => by_text(part, &values),
        "duration against number" => without_unit(part),
        "neither a list nor an array" => one_or_many(part),
        "a condition that is neither true nor false" => condition(part, &values),
        "text against bool" => bools(part, &values),
        "not text (see text(x))" | "neither text, array nor object" => {
            around(part, |field| format!("text({field})"))
        }
        _ => None,
    }
}

/// The fault and the value of a detail: `number against text: "3"`.
fn parted(detail: &str) -> (&str, &str) {
    detail.split_once(": ").unwrap_or((detail, ""))
}

fn is_quoted(value: &str) -> bool {
    value.starts_with('"')
}

fn plain(value: &str) -> &str {
    value.trim_matches('"')
}

fn is_number(text: &str) -> bool {
    Number::parse(text.as_bytes()).is_some()
}

/// Texts where numbers are wanted.
fn by_text(part: &str, values: &[&str]) -> Option<String> {
    let texts: Vec<&str> = values.iter().map(|value| plain(value)).collect();
    if let Some(null) = texts.iter().find(|text| NULLS.contains(text)) {
        return Some(format!("--null {} reads it as null, in csv and other text", spell::word(null)));
    }
    if texts.iter().all(|text| is_number(text)) {
        return around(part, |field| format!("number({field})"));
    }
    if texts.iter().any(|text| !is_number(text) && Duration::parse(text.as_bytes()).is_some()) {
        // An argument is a value alone.
        if part.ends_with(')') {
            return around(part, |field| format!("{field} + 0s"));
        }
        let field = operand(part)?;
        return Some(format!("{field} + 0s is a duration, and one such as 300ms is compared with it"));
    }
    let beside = ["%", "$", "€", "_", " "].into_iter().find(|sign| {
        let is_it = |text: &&str| text.contains(sign) && is_number(&text.replace(sign, ""));
        texts.iter().any(is_it)
    })?;
    around(part, |field| format!("number(replace({field}, {}, \"\"))", spell::text(beside)))
}

/// Numbers where what is written is a text.
fn by_literal(part: &str) -> Option<String> {
    let ast = parse_expression(part).ok()?;
    let mut texts = Vec::new();
    literals(&ast, &mut texts);
    let all_numbers = !texts.is_empty() && texts.iter().all(|(_, text)| is_number(text));
    if all_numbers {
        let mut written = part.to_owned();
        for (place, text) in texts.iter().rev() {
            written.replace_range(place.clone(), text);
        }
        return Some(written);
    }
    let class = mend(part, Kind::Expression, &|spec| parse_expression(spec).is_ok());
    class.or_else(|| around(part, |field| format!("text({field})")))
}

/// The texts that are written in a comparison, with their places.
fn literals(ast: &Ast, found: &mut Vec<(std::ops::Range<usize>, String)>) {
    match &ast.kind {
        AstKind::Literal(Literal::Text(text)) => found.push((ast.place.clone(), text.clone())),
        AstKind::Compare(_, sides) | AstKind::Arithmetic(_, sides) => {
            sides.iter().for_each(|side| literals(side, found));
        }
        AstKind::Between { operands, .. } => operands.iter().for_each(|operand| literals(operand, found)),
        AstKind::In { list, .. } => list.iter().for_each(|element| literals(element, found)),
        _ => {}
    }
}

/// `ms > 100ms` where `ms` holds numbers.
fn without_unit(part: &str) -> Option<String> {
    let ast = parse_expression(part).ok()?;
    let AstKind::Compare(_, sides) = &ast.kind else { return None };
    let length = sides.iter().find(|side| matches!(side.kind, AstKind::Literal(Literal::Length { .. })))?;
    let written = length.spelled(part);
    let number = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    is_number(number).then(|| part.replacen(written, number, 1))
}

/// `"y" in tags` where `tags` is an array here and a text there.
fn one_or_many(part: &str) -> Option<String> {
    let ast = parse_expression(part).ok()?;
    let AstKind::InArray { operands, negated } = &ast.kind else { return None };
    let [value, array] = operands.each_ref().map(|operand| operand.spelled(part));
    let sign = if *negated { "!=" } else { "==" };
    Some(format!("if(type_of({array}) == \"array\", {part}, {array} {sign} {value})"))
}

/// A condition that is a text or a number.
fn condition(part: &str, values: &[&str]) -> Option<String> {
    let is_bool = |value: &&str| matches!(plain(value).to_lowercase().as_str(), "true" | "false" | "0" | "1");
    match values.first()? {
        _ if values.iter().all(is_bool) => Some(format!("bool({part})")),
        value if is_quoted(value) => Some(format!("{part} == {}", spell::text(plain(value)))),
        value if is_number(value) => Some(format!("{part} != 0")),
        _ => None,
    }
}

/// A comparison of a bool with the text of one, from either side.
fn bools(part: &str, values: &[&str]) -> Option<String> {
    if values.iter().all(|value| is_quoted(value)) {
        return around(part, |field| format!("bool({field})"));
    }
    let ast = parse_expression(part).ok()?;
    let mut texts = Vec::new();
    literals(&ast, &mut texts);
    let (place, text) =
        texts.into_iter().find(|(_, text)| matches!(text.to_lowercase().as_str(), "true" | "false"))?;
    let mut written = part.to_owned();
    written.replace_range(place, &text.to_lowercase());
    Some(written)
}

/// What is written, with a call around the field in it.
fn around(part: &str, call: impl Fn(&str) -> String) -> Option<String> {
    let field = operand(part)?;
    Some(part.replacen(&field, &call(&field), 1))
}

/// The field of an expression or an aggregate that has one.
fn operand(part: &str) -> Option<String> {
    let ast = parse_expression(part).ok()?;
    field_of(&ast).map(|field| field.spelled(part).to_owned())
}

fn field_of(ast: &Ast) -> Option<&Ast> {
    match &ast.kind {
        AstKind::Field(_) => Some(ast),
        AstKind::Compare(_, sides) | AstKind::Arithmetic(_, sides) => sides.iter().find_map(field_of),
        AstKind::Match { operands, .. } | AstKind::InArray { operands, .. } => {
            operands.iter().find_map(field_of)
        }
        AstKind::Between { operands, .. } => operands.iter().find_map(field_of),
        AstKind::In { value, .. } => field_of(value),
        AstKind::Call { args, .. } => args.iter().find_map(field_of),
        AstKind::Minus(operand) | AstKind::Not(operand) => field_of(operand),
        _ => None,
    }
}
