//! Binding: fields become columns, functions rows of their table, literals constants; what cannot work is
//! refused before anything is read.

use std::ops::Range;
use std::sync::Arc;

use super::arguments::bind_call;
use super::bound::FieldUse;
use super::branch::Fallback;
use super::calculate::{Arithmetic, Negative};
use super::check::check_condition;
use super::comparison::{Between, Compare};
use super::constant::Constant;
use super::field::Field;
use super::inside::Inside;
use super::logic::{IsNull, Junction, Not};
use super::matches::{Match, pattern};
use super::member::{In, InArray};
use super::never;
use super::node::{Node, Truth};
use super::outcome::Outcome;
use super::resolved::Resolved;
use super::text::{Concat, List};
use super::{Ast, AstKind, Comparison, Expr, Literal, Operator};
use crate::error::{Error, Result};
use crate::record::{ColumnRef, Env, Path, Reading, Segment, Site, Sites};
use crate::spell;
use crate::value::Value;

/// Where the fields are that a chain has at some place.
pub trait Names {
    /// Where a field's values stand. An error if no record can have the field here; the place is added.
    fn resolve(&mut self, path: &Path) -> Result<Resolved>;

    /// Where the results of the aggregate at a place of the stage's list stand.
    fn result(&mut self, aggregate: usize) -> Result<Resolved> {
        let _ = aggregate;
        Err(Error::new("a result of an aggregate outside of its stage"))
    }

    /// The field that an earlier stage named by such a text, which may have other blanks.
    fn named_by(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    /// Notes that the values at a path inside a column are read with all inside them.
    fn read_whole(&mut self, column: ColumnRef, behind: &[Segment]) {
        let _ = (column, behind);
    }

    /// Notes where a field is named that stands in a column. `may_be_absent`: the expression says what holds then.
    fn named_at(&mut self, column: ColumnRef, site: Site, may_be_absent: bool) {
        let _ = (column, site, may_be_absent);
    }
}

/// Binds the expressions of one SPEC.
pub struct Binder<'a> {
    /// The stage's name, for reports.
    pub stage: &'static str,
    /// The SPEC that the syntax trees were read from.
    pub spec: &'a str,
    /// The fields.
    pub names: &'a mut dyn Names,
    /// Where sites are numbered.
    pub sites: &'a Sites,
    /// The settings of the run.
    pub env: &'a Env,
    /// Whether the values are ordered, so that times among them need a year.
    pub ordered: bool,
}

impl Binder<'_> {
    /// Binds an expression whose value is read: compared, counted, taken apart.
    pub fn expression(&mut self, ast: &Ast) -> Result<Expr> {
        self.bind(ast, Usage::Whole)
    }

    /// Binds an expression whose value only leaves; [`Expr::passed`] has what it may be.
    pub fn passing(&mut self, ast: &Ast) -> Result<Expr> {
        self.bind(ast, Usage::Passed)
    }

    fn bind(&mut self, ast: &Ast, usage: Usage) -> Result<Expr> {
        let mut binding = Binding {
            root: ast,
            spec: Arc::from(self.spec),
            ordered: self.ordered,
            binder: self,
            fields: Vec::new(),
            hyphenated: Vec::new(),
            usage,
            provides: false,
            passed: Vec::new(),
        };
        let node = binding.node(ast)?;
        let site = binding.site(&ast.place);
        if node.is_text() {
            binding.binder.sites.note_text(site);
        }
        let Binding { fields, hyphenated, passed, .. } = binding;
        Ok(Expr { node, fields, hyphenated, passed, site })
    }

    /// Binds a condition; what can never be true or false is an error.
    pub fn condition(&mut self, ast: &Ast) -> Result<Expr> {
        check_condition(ast, self.spec)?;
        self.expression(ast)
    }
}

/// One expression while it is bound.
pub(super) struct Binding<'x, 'a> {
    binder: &'x mut Binder<'a>,
    root: &'x Ast,
    spec: Arc<str>,
    fields: Vec<FieldUse>,
    hyphenated: Vec<String>,
    /// Whether the value that is bound next is ordered.
    pub(super) ordered: bool,
    /// What becomes of the value that is bound next.
    usage: Usage,
    /// Whether the expression says what holds where a field that is bound next is absent.
    provides: bool,
    passed: Vec<(ColumnRef, Vec<Segment>)>,
}

/// What becomes of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Usage {
    /// It is read with all inside it.
    Whole,
    /// It is what the expression gives, as it stands.
    Passed,
    /// Only whether there is one is asked, or of which type.
    Asked,
}

impl Binding<'_, '_> {
    pub(super) fn site(&self, place: &Range<usize>) -> u32 {
        let site = Site { stage: self.binder.stage, spec: Arc::clone(&self.spec), place: place.clone() };
        self.binder.sites.add(site)
    }

    /// Notes that the values of a site are meant as text.
    pub(super) fn note_text(&self, site: u32) {
        self.binder.sites.note_text(site);
    }

    pub(super) fn env(&self) -> &Env {
        self.binder.env
    }

    pub(super) fn error(&self, message: impl Into<String>, place: &Range<usize>) -> Error {
        Error::new(message).at(self.binder.spec, place.clone())
    }

    /// The whole text that is bound.
    pub(super) fn spec(&self) -> &str {
        &self.spec
    }

    /// What is written at a place.
    pub(super) fn text(&self, place: &Range<usize>) -> &str {
        self.spec.get(place.clone()).unwrap_or("")
    }

    pub(super) fn no_fixed_length(&self, place: &Range<usize>) -> Error {
        let error = self.error("months and years have no fixed length", place);
        error.help("write days: 30d; months and years are for window and floor(t, 1mo)")
    }

    /// Binds any expression.
    pub(super) fn node(&mut self, ast: &Ast) -> Result<Box<dyn Node>> {
        let usage = match &ast.kind {
            // Each says what becomes of its operands.
            AstKind::Field(_)
            | AstKind::Aggregate(_)
            | AstKind::Fallback(_)
            | AstKind::Call { .. }
            | AstKind::Inside(..) => self.usage,
            AstKind::IsNull { .. } => Usage::Asked,
            _ => Usage::Whole,
        };
        let ordered = match &ast.kind {
            AstKind::Field(_) | AstKind::Aggregate(_) | AstKind::Fallback(_) | AstKind::Call { .. } => {
                self.ordered
            }
            AstKind::Compare(comparison, _) => comparison.is_by_order(),
            AstKind::Between { .. } => true,
            _ => false,
        };
        let before = std::mem::replace(&mut self.ordered, ordered);
        let node = self.used_as(usage, |binding| binding.node_read(ast));
        self.ordered = before;
        node
    }

    /// Binds what is in `bind` for such a usage.
    pub(super) fn used_as<T>(&mut self, usage: Usage, bind: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.usage, usage);
        let bound = bind(self);
        self.usage = before;
        bound
    }

    /// Binds in `bind` what may be absent: the expression says what holds then.
    pub(super) fn provided<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.provides, true);
        let bound = bind(self);
        self.provides = before;
        bound
    }

    fn node_read(&mut self, ast: &Ast) -> Result<Box<dyn Node>> {
        match &ast.kind {
            AstKind::Literal(literal) => self.literal(literal, &ast.place),
            AstKind::Field(path) => self.field(path, &ast.place),
            AstKind::Aggregate(aggregate) => self.outcome(*aggregate, &ast.place),
            AstKind::And(operands) => self.junction(operands, Truth::False),
            AstKind::Or(operands) => self.junction(operands, Truth::True),
            AstKind::Not(operand) => Ok(Box::new(Not(self.condition(operand)?))),
            AstKind::IsNull { value, negated } => {
                let value = self.provided(|binding| binding.node(value))?;
                Ok(Box::new(IsNull { value, negated: *negated }))
            }
            AstKind::Compare(comparison, sides) => {
                never::check_compared(*comparison, sides, ast, self.binder.spec)?;
                let [left, right] = self.pair(sides)?;
                Ok(Box::new(Compare::new(*comparison, left, right, self.site(&ast.place))))
            }
            AstKind::Between { operands, negated } => self.between(operands, *negated, &ast.place),
            AstKind::In { value, list, negated } => {
                let (value, list) = (self.node(value)?, self.nodes(list)?);
                Ok(Box::new(In::new(value, list, *negated, self.site(&ast.place))))
            }
            AstKind::InArray { operands, negated } => {
                let [value, array] = self.pair(operands)?;
                Ok(Box::new(InArray { value, array, negated: *negated, site: self.site(&ast.place) }))
            }
            AstKind::Match { operands, negated } => self.matching(operands, *negated, &ast.place),
            AstKind::Fallback(operands) => {
                let operands = self.provided(|binding| binding.nodes(operands))?;
                Ok(Box::new(Fallback { operands, site: self.site(&ast.place) }))
            }
            AstKind::Call { name, name_place, args } => {
                never::check_call(name, args, ast, self.binder.spec)?;
                bind_call(self, name, name_place, args, &ast.place)
            }
            AstKind::Inside(value, path) => self.inside(value, path, &ast.place),
            AstKind::List(elements) => self.list(elements, &ast.place),
            AstKind::Concat(operands) => self.concat(operands, &ast.place),
            AstKind::Arithmetic(operator, sides) => self.arithmetic(*operator, sides, ast),
            AstKind::Minus(operand) => self.minus(operand, &ast.place),
        }
    }

    pub(super) fn nodes(&mut self, list: &[Ast]) -> Result<Vec<Box<dyn Node>>> {
        list.iter().map(|ast| self.node(ast)).collect()
    }

    /// Binds an operand that has to be true or false.
    pub(super) fn condition(&mut self, ast: &Ast) -> Result<Box<dyn Node>> {
        check_condition(ast, self.binder.spec)?;
        self.node(ast)
    }

    /// A node or, if all it works on is `known`, the constant that it gives.
    pub(super) fn folded(&self, node: Box<dyn Node>, known: bool, site: u32) -> Box<dyn Node> {
        match known.then(|| Constant::of(&*node, site, self.env())).flatten() {
            Some(constant) => Box::new(constant),
            None => node,
        }
    }

    fn pair(&mut self, sides: &[Ast; 2]) -> Result<[Box<dyn Node>; 2]> {
        let [left, right] = sides;
        Ok([self.node(left)?, self.node(right)?])
    }

    fn literal(&mut self, literal: &Literal, place: &Range<usize>) -> Result<Box<dyn Node>> {
        let value = match literal {
            Literal::Null => Value::Null,
            Literal::Bool(truth) => Value::Bool(*truth),
            Literal::Number(number) => Value::Number(*number),
            Literal::Long(spelled) => Value::Spelled(spelled.as_bytes()),
            Literal::Text(text) => Value::Text(text.as_bytes()),
            Literal::Length { exact: Some(length), .. } => Value::Duration(*length),
            Literal::Length { exact: None, .. } => {
                return Err(self.no_fixed_length(place));
            }
        };
        Ok(Box::new(Constant::new(value, self.site(place))))
    }

    fn field(&mut self, path: &Path, place: &Range<usize>) -> Result<Box<dyn Node>> {
        if let Some(literal) = never::literal_meant(self.text(place)) {
            let name = self.text(place);
            let error = self.error(format!("{literal} is written in small letters"), place);
            return Err(error.help(format!("write {literal}; a field of this name is `{name}`")));
        }
        let resolved = self.binder.names.resolve(path);
        let at = resolved.map_err(|error| self.missed(error, place))?;
        let named = Site { stage: self.binder.stage, spec: Arc::clone(&self.spec), place: place.clone() };
        self.binder.names.named_at(at.column, named, self.provides);
        let field = self.read(at, place);
        let name = path.to_string();
        if !self.fields.iter().any(|known| known.name == name) {
            self.fields.push(FieldUse { name, field: field.clone() });
        }
        Ok(Box::new(field))
    }

    /// What an aggregate gives.
    fn outcome(&mut self, aggregate: usize, place: &Range<usize>) -> Result<Box<dyn Node>> {
        let resolved = self.binder.names.result(aggregate);
        let field = self.read(resolved.map_err(|error| error.at(self.binder.spec, place.clone()))?, place);
        Ok(Box::new(Outcome { field }))
    }

    /// Reads what stands in some place.
    fn read(&mut self, at: Resolved, place: &Range<usize>) -> Field {
        let site = self.site(place);
        at.sources().for_each(|(column, behind)| self.note_read(column, behind.to_vec()));
        let ordered = self.ordered && matches!(at.reading, Reading::Times(_));
        Field { at, ordered, site, whole: self.usage == Usage::Whole }
    }

    /// The error for a field that cannot be here. If an earlier stage made a field of what is around it and named that by
    /// its text, the remedy is this name.
    #[cold]
    fn missed(&self, error: Error, place: &Range<usize>) -> Error {
        let is_name = |ast: &&Ast| ast.as_field().is_some_and(|path| !path.is_element());
        let around = self.root.around(place).into_iter().filter(|ast| !is_name(ast));
        let mut made =
            around.filter_map(|ast| Some((ast, self.binder.names.named_by(ast.spelled(&self.spec))?)));
        match made.next() {
            Some((ast, name)) => {
                let help = format!("the field that was made of it is {}", spell::quoted_field(&name));
                error.at(&self.spec, ast.place.clone()).help(help)
            }
            None => error.at(&self.spec, place.clone()),
        }
    }

    fn junction(&mut self, operands: &[Ast], decisive: Truth) -> Result<Box<dyn Node>> {
        let operands = operands.iter().map(|operand| self.condition(operand)).collect::<Result<_>>()?;
        Ok(Box::new(Junction { operands, decisive }))
    }

    fn between(&mut self, operands: &[Ast; 3], negated: bool, place: &Range<usize>) -> Result<Box<dyn Node>> {
        let [value, least, greatest] = operands;
        let (bound, least, greatest) = (self.node(value)?, self.node(least)?, self.node(greatest)?);
        if bound.constant().is_some() {
            // So that each field is compared with the literal: `"2024-05-14" between start and end`.
            let (site, again) = (self.site(place), self.node(value)?);
            let from: Box<dyn Node> = Box::new(Compare::new(Comparison::GreaterOrEqual, bound, least, site));
            let to: Box<dyn Node> = Box::new(Compare::new(Comparison::LessOrEqual, again, greatest, site));
            let both = Box::new(Junction { operands: vec![from, to], decisive: Truth::False });
            return Ok(if negated { Box::new(Not(both)) } else { both });
        }
        let value = bound;
        Ok(Box::new(Between { value, least, greatest, negated, site: self.site(place) }))
    }

    fn matching(&mut self, sides: &[Ast; 2], negated: bool, place: &Range<usize>) -> Result<Box<dyn Node>> {
        let [text, regex] = self.pair(sides)?;
        let [_, written] = sides;
        let Some(Value::Text(literal)) = regex.constant() else {
            let error = self.error("a pattern must be literal text", &written.place);
            return Err(
                error.help("write it in quotes: path =~ '^/api/'; to find one field in another, contains")
            );
        };
        let compiled = pattern(&String::from_utf8_lossy(literal));
        let regex = compiled.map_err(|reason| {
            let error = self.error(format!("not a pattern: {reason}"), &written.place);
            error.help("the syntax is that of the regex crate; a backslash makes a sign plain")
        })?;
        Ok(Box::new(Match { text, regex, negated, site: self.site(place) }))
    }

    fn list(&mut self, elements: &[Ast], place: &Range<usize>) -> Result<Box<dyn Node>> {
        let elements = self.nodes(elements)?;
        let (known, site) = (all_known(&elements), self.site(place));
        Ok(self.folded(Box::new(List { elements, site }), known, site))
    }

    fn concat(&mut self, operands: &[Ast], place: &Range<usize>) -> Result<Box<dyn Node>> {
        let operands = self.nodes(operands)?;
        let (known, site) = (all_known(&operands), self.site(place));
        Ok(self.folded(Box::new(Concat { operands, site }), known, site))
    }

    fn arithmetic(&mut self, operator: Operator, sides: &[Ast; 2], ast: &Ast) -> Result<Box<dyn Node>> {
        never::check_arithmetic(operator, sides, ast, self.binder.spec)?;
        let sides = self.pair(sides)?;
        if ast.is_hyphenated(self.binder.spec) {
            self.note_hyphenated(ast);
        }
        let (known, site) = (all_known(&sides), self.site(&ast.place));
        let [left, right] = sides;
        Ok(self.folded(Box::new(Arithmetic { operator, left, right, site }), known, site))
    }

    fn minus(&mut self, operand: &Ast, place: &Range<usize>) -> Result<Box<dyn Node>> {
        // A literal keeps all its digits.
        if let AstKind::Literal(Literal::Long(spelled)) = &operand.kind {
            return self.literal(&Literal::Long(format!("-{spelled}")), place);
        }
        let value = self.node(operand)?;
        let (known, site) = (value.constant().is_some(), self.site(place));
        Ok(self.folded(Box::new(Negative { value, site }), known, site))
    }

    fn inside(&mut self, value: &Ast, path: &[Segment], place: &Range<usize>) -> Result<Box<dyn Node>> {
        let others = std::mem::take(&mut self.passed);
        let value = self.used_as(Usage::Passed, |binding| binding.node(value))?;
        for (column, mut behind) in std::mem::replace(&mut self.passed, others) {
            behind.extend_from_slice(path);
            self.note_read(column, behind);
        }
        let whole = self.usage == Usage::Whole;
        let (known, site) = (value.constant().is_some(), self.site(place));
        Ok(self.folded(Box::new(Inside { value, path: path.to_vec(), site, whole }), known, site))
    }

    fn note_read(&mut self, column: ColumnRef, behind: Vec<Segment>) {
        match self.usage {
            Usage::Whole => self.binder.names.read_whole(column, &behind),
            Usage::Passed => self.passed.push((column, behind)),
            Usage::Asked => {}
        }
    }

    fn note_hyphenated(&mut self, ast: &Ast) {
        let written = ast.spelled(self.binder.spec).to_owned();
        // `a-b-c` holds `a-b`, which is bound first.
        self.hyphenated.retain(|known| !written.starts_with(known.as_str()));
        self.hyphenated.push(written);
    }
}

pub(super) fn all_known(nodes: &[Box<dyn Node>]) -> bool {
    nodes.iter().all(|node| node.constant().is_some())
}
