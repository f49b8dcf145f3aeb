//! What can be said of an expression before it is bound: whether it can be a condition at all.

use super::constant::field_meant;
use super::{Ast, AstKind, Literal, Operator};
use crate::error::{Error, Result};
use crate::function::{self, Returns};

/// An error if the expression can never be true or false.
pub(super) fn check_condition(ast: &Ast, spec: &str) -> Result<()> {
    match &ast.kind {
        AstKind::Fallback(operands) => operands.iter().try_for_each(|operand| check_condition(operand, spec)),
        AstKind::Call { name, args, .. } if name == "coalesce" => {
            args.iter().try_for_each(|arg| check_condition(arg, spec))
        }
        AstKind::Call { name, args, .. } if name == "if" => {
            args.iter().skip(1).try_for_each(|arg| check_condition(arg, spec))
        }
        _ => match never_bool(ast) {
            None => Ok(()),
            Some(what) => {
                let message = format!("a condition must be true or false, not {what}");
                Err(Error::new(message).at(spec, ast.place.clone()).help(remedy(ast, spec)))
            }
        },
    }
}

/// What an expression is, if that is never a bool.
fn never_bool(ast: &Ast) -> Option<&'static str> {
    match &ast.kind {
        AstKind::Literal(Literal::Number(_) | Literal::Long(_)) => Some("a number"),
        AstKind::Literal(Literal::Length { .. }) => Some("a duration"),
        AstKind::Literal(Literal::Text(_)) | AstKind::Concat(_) => Some("text"),
        AstKind::List(_) => Some("a list"),
        AstKind::Minus(_) | AstKind::Arithmetic(..) => Some("the result of arithmetic"),
        AstKind::Call { name, .. } => match function::find(name)?.returns {
            Returns::NotBool | Returns::Text => Some("what this function gives"),
            Returns::Bool | Returns::Any => None,
        },
        _ => None,
    }
}

fn remedy(ast: &Ast, spec: &str) -> String {
    let written = ast.spelled(spec);
    let written = if written.chars().count() <= 30 { written } else { "…" };
    match &ast.kind {
        AstKind::Literal(_) => {
            let name = field_meant(ast, spec).unwrap_or_default();
            format!(
                "compare it with a field: name == {written}, or name in [{written}]; a field of this name is {name}"
            )
        }
        AstKind::Arithmetic(Operator::Subtract, _) if ast.is_hyphenated(spec) => {
            format!("compare it: {written} != 0; if it is one field, `{written}`")
        }
        AstKind::Minus(_) | AstKind::Arithmetic(..) => format!("compare it: {written} != 0"),
        _ => format!("compare it, or ask whether there is a value: {written} is not null"),
    }
}
