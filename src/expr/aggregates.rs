//! The items of `aggregate`: expressions over aggregates, each with the conditions of its `where`.

use std::ops::Range;

use super::cursor::Parser;
use super::lex::TokenKind;
use super::{Ast, AstKind};
use crate::aggregate;
use crate::error::{Error, Result};

/// The items of `aggregate`, and the aggregates in them.
#[derive(Clone, Debug)]
pub struct AggregateItems {
    /// The items, in order.
    pub items: Vec<AggregateItem>,
    /// The aggregates that they are computed from, each once, in the order in which they are written first.
    pub calls: Vec<AggregateCall>,
}

/// An item of `aggregate`.
#[derive(Clone, Debug)]
pub struct AggregateItem {
    /// The name given before it.
    pub name: Option<String>,
    /// How it is computed; its aggregates are [`AstKind::Aggregate`].
    pub expr: Ast,
    /// The item.
    pub place: Range<usize>,
}

/// An aggregate over the records of a group.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// The aggregate's name as written.
    pub function: String,
    /// The arguments.
    pub args: Vec<Ast>,
    /// What its records satisfy: the conditions of each `where` that holds for it, the outermost first.
    pub conditions: Vec<Ast>,
    /// Where it is written: the whole item, if that is nothing else.
    pub place: Range<usize>,
}

impl AggregateItem {
    /// The aggregate that the item is, if it is nothing more.
    pub fn as_call(&self) -> Option<usize> {
        match self.expr.kind {
            AstKind::Aggregate(call) => Some(call),
            _ => None,
        }
    }
}

impl AggregateCall {
    /// Whether another one gives the same for every group.
    fn means_same(&self, other: &Self) -> bool {
        let (own, others) = (self.conjuncts(), other.conjuncts());
        let within = |some: &[&Ast], all: &[&Ast]| {
            some.iter().all(|one| all.iter().any(|condition| condition.means_same(one)))
        };
        self.function == other.function
            && self.args.len() == other.args.len()
            && self.args.iter().zip(&other.args).all(|(own, other)| own.means_same(other))
            && within(&own, &others)
            && within(&others, &own)
    }

    /// All that must be true of a record, `and` taken apart.
    fn conjuncts(&self) -> Vec<&Ast> {
        fn add<'a>(condition: &'a Ast, found: &mut Vec<&'a Ast>) {
            match &condition.kind {
                AstKind::And(operands) => operands.iter().for_each(|operand| add(operand, found)),
                _ => found.push(condition),
            }
        }
        let mut found = Vec::new();
        self.conditions.iter().for_each(|condition| add(condition, &mut found));
        found
    }
}

/// Reads the items of `aggregate`.
pub fn parse_aggregate(spec: &str) -> Result<AggregateItems> {
    let mut parser = Parser::new(spec, "aggregates are expected, for example 'count(), p99(latency_ms)'")?;
    parser.calls = Some(Vec::new());
    let mut items = parser.items(Parser::aggregate_item)?;
    let mut written = parser.calls.take().unwrap_or_default();
    for item in &items {
        if let Some(call) = item.as_call().and_then(|call| written.get_mut(call)) {
            call.place = item.place.clone();
        }
    }
    let mut calls: Vec<AggregateCall> = Vec::new();
    let mut places = Vec::new();
    for call in written {
        let known = calls.iter().position(|known| known.means_same(&call));
        places.push(known.unwrap_or(calls.len()));
        if known.is_none() {
            calls.push(call);
        }
    }
    items.iter_mut().for_each(|item| renumber(&mut item.expr, &places));
    Ok(AggregateItems { items, calls })
}

/// Gives each aggregate its new place.
fn renumber(ast: &mut Ast, places: &[usize]) {
    if let AstKind::Aggregate(call) = &mut ast.kind {
        *call = places.get(*call).copied().unwrap_or(*call);
    }
    ast.kind.operands_mut().into_iter().for_each(|operand| renumber(operand, places));
}

/// The first aggregate that an expression of a record calls.
pub(super) fn called_aggregate(ast: &Ast) -> Option<&Ast> {
    match &ast.kind {
        AstKind::Call { name, .. } if aggregate::find(name).is_some() => Some(ast),
        kind => kind.operands().into_iter().find_map(called_aggregate),
    }
}

impl Parser<'_> {
    fn aggregate_item(&mut self) -> Result<AggregateItem> {
        let start = self.place().start;
        self.begin_item();
        let name = self.item_name()?;
        if matches!(self.peek(), TokenKind::Sign("*") | TokenKind::End) {
            return Err(self.unexpected("an aggregate").help("write for example count() or sum(bytes)"));
        }
        let expr = self.chosen()?;
        if !matches!(self.peek(), TokenKind::Sign(",") | TokenKind::End) {
            return Err(self.no_item_end(&expr));
        }
        Ok(AggregateItem { name, expr, place: start..self.behind() })
    }

    /// An expression; among the items of `aggregate` with the condition of `where` after it, which holds for every
    /// aggregate in it.
    pub(super) fn chosen(&mut self) -> Result<Ast> {
        let Some(first) = self.calls.as_ref().map(Vec::len) else { return self.expression() };
        let expr = self.expression()?;
        let place = self.place();
        if self.accept_word("where") {
            // A condition is one of records: there aggregates are no results.
            let mut calls = self.calls.take().unwrap_or_default();
            let condition = self.expression()?;
            if let Some(inner) = called_aggregate(&condition) {
                return Err(self.aggregate_in_condition(&expr, calls.last(), &condition, inner));
            }
            let chosen = calls.get_mut(first..).unwrap_or_default();
            if chosen.is_empty() {
                let error = self.error("\"where\" without an aggregate whose records it chooses", place);
                return Err(error.help("write it after one: sum(bytes) where status >= 500"));
            }
            chosen.iter_mut().for_each(|call| call.conditions.insert(0, condition.clone()));
            self.calls = Some(calls);
        }
        Ok(expr)
    }

    /// Whether a function called here is an aggregate.
    pub(super) fn takes_aggregate(&self, function: &str) -> bool {
        self.calls.is_some() && aggregate::find(function).is_some()
    }

    /// The rest of a call of an aggregate, from its name on.
    pub(super) fn aggregate_call(&mut self, function: String) -> Result<Ast> {
        let start = self.place().start;
        self.skip();
        let open = self.place();
        self.skip();
        if matches!(self.peek(), TokenKind::Sign("*")) {
            return Err(self.starred(&function));
        }
        let mut calls = self.calls.take().unwrap_or_default();
        let args = match self.until(")", open.clone()) {
            Err(_) if self.at_word("where") => return Err(self.where_inside(start..open.end)),
            args => args?,
        };
        let place = start..self.behind();
        if let Some((arg, inner)) = args.iter().find_map(|arg| Some((arg, called_aggregate(arg)?))) {
            return Err(self.nested(&function, &args, arg, inner, place));
        }
        let call = Ast::new(AstKind::Aggregate(calls.len()), place.clone());
        calls.push(AggregateCall { function, args, conditions: Vec::new(), place });
        self.calls = Some(calls);
        Ok(call)
    }

    /// The error for `count(*)`.
    fn starred(&mut self, function: &str) -> Error {
        let help = match aggregate::find(function) {
            Some(found) if found.row.arity.0 > 0 => {
                format!("name a field, as in {}, or count records with count()", found.usage(function))
            }
            _ => format!("write {function}()"),
        };
        self.unexpected("an expression").help(help)
    }

    /// The error for what follows an item instead of a comma.
    fn no_item_end(&mut self, expr: &Ast) -> Error {
        const WANTED: &str = "an operator, \",\" or \"where\"";
        if !matches!(self.peek(), TokenKind::Field { .. }) {
            return self.misplaced(WANTED);
        }
        let error = self.unexpected(WANTED);
        let help = match (expr.as_field(), self.peek().clone()) {
            (Some(path), TokenKind::Field { .. })
                if aggregate::find(path.joined()).is_some_and(|found| found.row.arity.0 == 1) =>
            {
                let argument = self.spec.get(self.place()).unwrap_or("x");
                Some(format!("write {}({argument})", path.joined()))
            }
            (_, TokenKind::Field { path, word: true }) => self.clause(&path.first().to_lowercase()),
            _ => None,
        };
        match help {
            Some(help) => error.help(help),
            None => self.misplaced(WANTED),
        }
    }

    /// How a clause of SQL, or a second condition, is written. For the text of an error: the parser goes on.
    fn clause(&mut self, word: &str) -> Option<String> {
        match word {
            "by" | "group" => {
                self.skip();
                self.accept_word("by");
                let keys = self.spec.get(self.place().start..self.item_place().end).unwrap_or("");
                let keys = if keys.is_empty() { "KEY" } else { keys };
                Some(format!("groups are an option of the stage: --by {}", crate::spell::word(keys)))
            }
            "as" => {
                let item = self.spec.get(self.item_place().start..self.place().start).unwrap_or("");
                self.skip();
                let name = self.spec.get(self.place()).unwrap_or("").trim();
                (!name.is_empty()).then(|| format!("write {name} = {}", item.trim_end()))
            }
            "having" => Some("filter the groups after it: then filter 'count > 3'".to_owned()),
            "filter" => Some("write where".to_owned()),
            "where" => Some("put conditions together with and".to_owned()),
            _ => None,
        }
    }
}
