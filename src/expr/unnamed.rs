//! Items without a name: what each is called, and which need one.

use super::constant::{field_meant, refuse_constant_key};
use super::lex::is_word;
use super::spelling::name_by_text;
use super::{Ast, AstKind, ProjectItem};
use crate::error::{Error, Result};
use crate::record::Path;
use crate::spell;

/// What a field made of an expression is called without a name: of a path (`user.id`) the last name, else the text, each
/// run of blanks as one blank, what is in quotes or backticks as written.
pub fn own_name(path: Option<&Path>, written: &str) -> String {
    match path {
        Some(path) if !path.is_element() => path.last_name().to_owned(),
        _ => name_by_text(written),
    }
}

/// How one of two items of the same name is renamed: a remedy.
pub fn rename(name: &str, written: &str) -> String {
    if is_word(name) {
        format!("name one of them: {name}_2 = …")
    } else if written.chars().count() <= 40 && name_by_text(written) == name {
        format!("name one of them: name = {written}")
    } else {
        format!("name one of them: {} = …", spell::quoted_field(&format!("{name}_2")))
    }
}

/// An error if an item of `project` cannot go without a name: a constant, or `-field`, which leaves out a field in other
/// languages.
pub fn check_unnamed(items: &[ProjectItem], spec: &str) -> Result<()> {
    let unnamed = items.iter().filter_map(|item| match item {
        ProjectItem::Computed { name: None, expr, .. } => Some(expr),
        _ => None,
    });
    let mut minuses = unnamed.clone().filter_map(|expr| Some((expr, left_out(expr, spec)?)));
    if let Some((first, name)) = minuses.next() {
        let names: Vec<String> = std::iter::once(name).chain(minuses.map(|(_, name)| name)).collect();
        let (names, written) = (names.join(", "), first.spelled(spec));
        return Err(Error::new("\"-\" leaves no field out").at(spec, first.place.clone()).help(format!(
            "write * except ({names}); for the value with its sign turned, name = {written}"
        )));
    }
    unnamed.into_iter().try_for_each(|expr| check_named_by_text(expr, spec))
}

/// An error if an expression cannot be named by its text: a constant, or a subtraction that may be one name
/// (`user-agent`), which would put nothing in the place of a field of this name.
pub fn check_named_by_text(expr: &Ast, spec: &str) -> Result<()> {
    if !expr.is_hyphenated(spec) {
        return refuse_constant_key(expr, spec, true);
    }
    let written = expr.spelled(spec);
    let (field, difference) = (spell::quoted_field(written), written.replace('-', " - "));
    Err(Error::new(format!("{written} reads as a subtraction"))
        .at(spec, expr.place.clone())
        .help(format!("if it is one field, {field}; for the difference, {difference}")))
}

/// The field that `-field` was meant to leave out.
fn left_out(expr: &Ast, spec: &str) -> Option<String> {
    let AstKind::Minus(operand) = &expr.kind else { return None };
    match (operand.as_field(), &operand.kind) {
        (Some(path), _) => Some(spell::field(path.first())),
        (None, AstKind::Literal(_)) => field_meant(operand, spec),
        _ => None,
    }
}
