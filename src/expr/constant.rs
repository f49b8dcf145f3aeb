//! Constants: literals, fields that cannot be there, what can be computed before anything is read, and the error for a
//! literal where a field was meant.

use std::ops::Range;
use std::sync::Arc;

use super::node::{Column, Node, Run, Truth, truths_of};
use super::{Ast, AstKind, Literal, find_form};
use crate::error::{Error, Result, shown};
use crate::function;
use crate::record::{Batch, Env, FaultLog, Made};
use crate::spell;
use crate::value::Value;

/// A value that is the same for all records.
pub(super) struct Constant {
    made: Arc<Made>,
    site: u32,
}

impl Constant {
    /// A constant at a site.
    pub(super) fn new(value: Value<'_>, site: u32) -> Self {
        let mut made = Made::default();
        made.push(value);
        Self { made: Arc::new(made), site }
    }

    /// The value of an expression over constants; `None` if it cannot be computed, so that each record's
    /// fault is counted.
    pub(super) fn of(node: &dyn Node, site: u32, env: &Env) -> Option<Self> {
        let batch = Batch::of_made(Vec::new(), 1);
        let mut log = FaultLog::default();
        let column = node.eval(&mut Run { batch: &batch, env, log: &mut log }, &[0]);
        log.is_empty().then(|| Self::new(column.get(0), site))
    }
}

impl Node for Constant {
    fn eval<'b>(&self, _: &mut Run<'b, '_>, _: &[u32]) -> Column<'b> {
        Column::Constant(Arc::clone(&self.made))
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths_of(self, run, rows, self.site, truths);
    }

    fn constant(&self) -> Option<Value<'_>> {
        Some(self.made.get(0))
    }
}

/// An error if an expression is a constant, so that a field was meant: `2020`, `"x"`, `-5`, `[1]`, `lower("x")`. `write`
/// puts what may be meant (`` `2020` ``) where it would be written: as the key `` `2020` ``, as `` sum(`2020`) ``.
pub fn refuse_constant(ast: &Ast, spec: &str, write: impl FnOnce(&str) -> String) -> Result<()> {
    if !ast.is_constant() {
        return Ok(());
    }
    let written = ast.spelled(spec);
    let said = if is_short(written) { shown(written) } else { "this".to_owned() };
    let error = Error::new(format!("{said} is a constant, the same for all records"));
    let Some(meant) = Meant::of(ast, spec) else { return Err(error.at(spec, ast.place.clone())) };
    Err(error.at(spec, meant.place.clone()).help(meant.help(ast, spec, write)))
}

/// The same for keys and for items that become fields; of a list each element was meant as a field.
pub fn refuse_constant_key(ast: &Ast, spec: &str, becomes_field: bool) -> Result<()> {
    let written = ast.spelled(spec);
    let rest = if becomes_field && is_short(written) {
        format!("; for the value itself, name = {written}")
    } else {
        String::new()
    };
    let AstKind::List(elements) = &ast.kind else {
        return refuse_constant(ast, spec, |field| format!("{field}{rest}"));
    };
    let names: Vec<String> =
        elements.iter().filter_map(|element| Some(Meant::of(element, spec)?.name)).collect();
    refuse_constant(
        ast,
        spec,
        |field| if names.is_empty() { field.to_owned() } else { names.join(", ") + &rest },
    )
}

/// An error if a condition names no field. `true` and `false` are meant.
pub fn refuse_constant_condition(ast: &Ast, spec: &str) -> Result<()> {
    if matches!(ast.kind, AstKind::Literal(Literal::Bool(_))) || !ast.is_constant() {
        return Ok(());
    }
    let error = Error::new("this condition names no field, so it is the same for all records");
    let Some(meant) = Meant::of(ast, spec) else { return Err(error.at(spec, ast.place.clone())) };
    Err(error.at(spec, meant.place.clone()).help(meant.help(ast, spec, str::to_owned)))
}

impl Ast {
    /// Whether this names no field and calls nothing that tells of the record or the run. What calls an unknown function
    /// is left to the binder.
    pub fn is_constant(&self) -> bool {
        let operands = self.kind.operands();
        let all = operands.iter().all(|operand| operand.is_constant());
        match &self.kind {
            AstKind::Literal(_) => true,
            AstKind::List(_) => all,
            AstKind::Call { name, .. } if find_form(name).is_none() && function::find(name).is_none() => {
                false
            }
            // Functions without arguments tell of the record or the run.
            _ => all && !operands.is_empty(),
        }
    }
}

/// The part of a constant that was meant as a field.
struct Meant {
    name: String,
    place: Range<usize>,
    is_text: bool,
}

impl Meant {
    /// The first text in quotes, else the first literal.
    fn of(ast: &Ast, spec: &str) -> Option<Self> {
        let one = |name, is_text| Some(Self { name, place: ast.place.clone(), is_text });
        match &ast.kind {
            AstKind::Literal(Literal::Text(text)) => one(spell::quoted_field(text), true),
            AstKind::Literal(_) => one(spell::quoted_field(unparenthesised(ast.spelled(spec))), false),
            // `2019-20` is one name.
            AstKind::Arithmetic(..) if is_one_word(ast.spelled(spec)) => {
                one(spell::quoted_field(ast.spelled(spec)), false)
            }
            kind => {
                let mut inside: Vec<Self> =
                    kind.operands().into_iter().filter_map(|operand| Self::of(operand, spec)).collect();
                let at = inside.iter().position(|meant| meant.is_text).unwrap_or(0);
                (at < inside.len()).then(|| inside.swap_remove(at))
            }
        }
    }

    /// The remedy: the whole with the field in it.
    fn help(&self, whole: &Ast, spec: &str, write: impl FnOnce(&str) -> String) -> String {
        let is_list = |ast: &Ast| matches!(ast.kind, AstKind::List(_));
        let before = spec.get(whole.place.start..self.place.start).unwrap_or("");
        let behind = spec.get(self.place.end..whole.place.end).unwrap_or("");
        if self.place == whole.place || is_list(whole) || !is_short(whole.spelled(spec)) {
            format!("a field of this name is written {}", write(&self.name))
        } else {
            format!("with a field it is written {}", write(&format!("{before}{}{behind}", self.name)))
        }
    }
}

/// The field of a literal's name, in backticks.
pub(super) fn field_meant(literal: &Ast, spec: &str) -> Option<String> {
    Meant::of(literal, spec).map(|meant| meant.name)
}

fn unparenthesised(written: &str) -> &str {
    written.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '(' | ')'))
}

fn is_one_word(written: &str) -> bool {
    !written.contains(|c: char| c.is_ascii_whitespace() || matches!(c, '(' | '[' | '"' | '\''))
}

fn is_short(written: &str) -> bool {
    written.chars().count() <= 40
}
