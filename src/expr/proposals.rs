//! What to write instead where an aggregate is called inside a condition or another aggregate. A proposal is read
//! before it is made, so that it works when it is typed.

use std::ops::Range;

use super::aggregates::{AggregateCall, called_aggregate, parse_aggregate};
use super::check::check_condition;
use super::cursor::Parser;
use super::{Ast, AstKind, parse_expression};
use crate::error::Error;

impl Parser<'_> {
    /// The error for `count() where status >= 500 / count()`: `inner` is called in the condition of what is before it,
    /// whose last aggregate is `last`.
    pub(super) fn aggregate_in_condition(
        &self,
        expr: &Ast,
        last: Option<&AggregateCall>,
        condition: &Ast,
        inner: &Ast,
    ) -> Error {
        let written = inner.spelled(self.spec);
        let message = format!("{written} is about all records, and the condition of \"where\" about one");
        let chosen = match last {
            Some(call) if call.place.end == expr.place.end => call.place.clone(),
            _ => expr.place.clone(),
        };
        let help = self.parenthesised_where(chosen, condition).or_else(|| self.filtered(expr, condition));
        let error = self.error(message, inner.place.clone());
        error.help(help.unwrap_or_else(|| joined_help(written)))
    }

    /// The error for `sum(x where y)`; `called` is what comes before the arguments.
    pub(super) fn where_inside(&mut self, called: Range<usize>) -> Error {
        let place = self.place();
        let args = self.spec.get(called.end..place.start).unwrap_or("").trim_end();
        let function = self.spec.get(called.clone()).unwrap_or("");
        self.skip();
        let proposal = match self.expression() {
            Ok(condition) => {
                let call = called.start..self.behind() + 1;
                self.proposal(call, &format!("{function}{args}) where {}", condition.spelled(self.spec)))
            }
            Err(_) => None,
        };
        let error = self.error("\"where\" inside the parentheses of an aggregate", place);
        error.help(proposal.map_or_else(
            || "write it after them: sum(bytes) where status >= 500".to_owned(),
            |item| format!("write it after them: {item}"),
        ))
    }

    /// The error for `max(count())`: an aggregate is called in `arg`, one of the arguments of another.
    pub(super) fn nested(
        &self,
        function: &str,
        args: &[Ast],
        arg: &Ast,
        inner: &Ast,
        place: Range<usize>,
    ) -> Error {
        let written = inner.spelled(self.spec);
        let name = written.split('(').next().unwrap_or(written);
        let error = self.error(format!("aggregates do not nest: {function} over {name}"), arg.place.clone());
        let help = self
            .across(function, args, place.clone())
            .or_else(|| self.moved_out(args, place.clone()))
            .or_else(|| self.in_two_stages(args, place));
        error.help(help.unwrap_or_else(|| joined_help(written)))
    }

    /// `max(avg(x), 1)`: the function of one record that is meant.
    fn across(&self, function: &str, args: &[Ast], place: Range<usize>) -> Option<String> {
        let meant = of_one_record(function).filter(|_| args.len() > 1)?;
        let call = self.spec.get(place.clone())?;
        let item = self.proposal(place, &format!("{meant}{}", call.get(function.len()..)?))?;
        Some(format!("of several results that is {meant}: {item}"))
    }

    /// `count_if(a > 1 / count())`: what comes after the condition is moved out of the parentheses.
    fn moved_out(&self, args: &[Ast], place: Range<usize>) -> Option<String> {
        let [condition] = args else { return None };
        // Of what is calculated, the parts cannot be told apart.
        let is_condition = !matches!(condition.kind, AstKind::Arithmetic(..));
        let end = condition_end(condition).filter(|_| is_condition)?;
        let kept = self.spec.get(place.start..end)?;
        let moved = self.spec.get(end..condition.place.end)?;
        Some(format!("write {}", self.proposal(place, &format!("{kept}){moved}"))?))
    }

    /// `max(count())`: two stages, if nothing of the records is needed in the second one.
    fn in_two_stages(&self, args: &[Ast], place: Range<usize>) -> Option<String> {
        let mut inner = Vec::new();
        args.iter().for_each(|arg| aggregates_in(arg, &mut inner));
        if !args.iter().all(is_of_results) {
            return None;
        }
        let named = self.named(&inner, &[])?;
        let outer = self.replaced(place, &named);
        let second = as_item(&outer).filter(|item| parse_aggregate(item).is_ok())?;
        let mut first: Vec<String> = named.iter().map(|(_, name, call)| format!("{name} = {call}")).collect();
        first.dedup();
        let first = first.join(", ");
        parse_aggregate(&first).ok()?;
        Some(format!("chain them: aggregate '{first}' --by KEY then aggregate '{second}'"))
    }

    /// `sum(x) where a > 1 and count() > 3`: groups are kept by their results in a later stage.
    fn filtered(&self, expr: &Ast, condition: &Ast) -> Option<String> {
        let conjuncts: Vec<&Ast> = match &condition.kind {
            AstKind::And(operands) => operands.iter().collect(),
            _ => vec![condition],
        };
        let (of_groups, of_records): (Vec<&Ast>, Vec<&Ast>) =
            conjuncts.into_iter().partition(|conjunct| called_aggregate(conjunct).is_some());
        let mut item = self.spec.get(self.item_place().start..expr.place.end)?.to_owned();
        if !of_records.is_empty() {
            let kept: Vec<&str> = of_records.iter().map(|conjunct| conjunct.spelled(self.spec)).collect();
            item.push_str(&format!(" where {}", kept.join(" and ")));
        }
        let read = parse_aggregate(&item).ok()?;
        let taken: Vec<&str> = read.items.iter().filter_map(|item| item.name.as_deref()).collect();
        let mut inner = Vec::new();
        of_groups.iter().for_each(|conjunct| aggregates_in(conjunct, &mut inner));
        let named = self.named(&inner, &taken)?;
        let mut kept = Vec::new();
        for conjunct in of_groups.iter().filter(|conjunct| is_of_results(conjunct)) {
            kept.push(self.replaced(conjunct.place.clone(), &named));
            let read = parse_expression(kept.last()?).ok()?;
            check_condition(&read, kept.last()?).ok()?;
        }
        if kept.len() < of_groups.len() {
            return None;
        }
        let mut items = as_item(&item)?;
        let mut names: Vec<&str> = Vec::new();
        for (_, name, call) in &named {
            if !names.contains(&name.as_str()) {
                names.push(name);
                items.push_str(&format!(", {name} = {call}"));
            }
        }
        parse_aggregate(&items).ok()?;
        let kept = kept.join(" and ");
        Some(format!("filter the groups after it: aggregate '{items}' then filter '{kept}'"))
    }

    /// The item with parentheses around what the condition of `where` is for, and around no more of the condition than
    /// comes before the aggregate in it.
    fn parenthesised_where(&self, chosen: Range<usize>, condition: &Ast) -> Option<String> {
        let end = condition_end(condition)?;
        let call = self.spec.get(chosen.clone())?;
        let kept = self.spec.get(condition.place.start..end)?;
        let moved = self.spec.get(end..condition.place.end)?;
        let whole = chosen.start..condition.place.end;
        let closed = || Some((kept.strip_prefix('(')?, moved.strip_suffix(')')?));
        let tried = self.proposal(whole.clone(), &format!("({call} where {kept}){moved}"));
        let item = tried.or_else(|| {
            let (kept, moved) = closed()?;
            self.proposal(whole, &format!("({call} where {kept}){moved}"))
        });
        Some(format!("write {}", item?))
    }

    /// The item with other text at a place, if it can be read so.
    fn proposal(&self, place: Range<usize>, text: &str) -> Option<String> {
        let item = self.item_place();
        let before = self.spec.get(item.start..place.start)?;
        let after = self.spec.get(place.end..item.end.max(place.end))?;
        let proposed = as_item(&format!("{before}{text}{after}"))?;
        let read = parse_aggregate(&proposed).ok()?;
        let conditions = read.calls.iter().flat_map(|call| &call.conditions);
        let mut checked = conditions.map(|condition| check_condition(condition, &proposed));
        checked.all(|checked| checked.is_ok()).then_some(proposed)
    }

    /// Names for calls, each text once; none of them is `taken`.
    fn named(&self, calls: &[&Ast], taken: &[&str]) -> Option<Vec<(Range<usize>, String, String)>> {
        let mut names = ["n", "m", "x", "y", "z"].into_iter().filter(|name| !taken.contains(name));
        let mut named: Vec<(Range<usize>, String, String)> = Vec::new();
        for call in calls {
            let written = call.spelled(self.spec).to_owned();
            let known = named.iter().find(|(_, _, text)| *text == written).map(|(_, name, _)| name.clone());
            let name = known.or_else(|| names.next().map(str::to_owned))?;
            named.push((call.place.clone(), name, written));
        }
        Some(named)
    }

    /// The text at a place, with names for the calls in it.
    fn replaced(&self, place: Range<usize>, named: &[(Range<usize>, String, String)]) -> String {
        let mut text = String::new();
        let mut at = place.start;
        let is_here = |call: &Range<usize>| call.start >= place.start && call.end <= place.end;
        for (call, name, _) in named.iter().filter(|(call, ..)| is_here(call)) {
            text.push_str(self.spec.get(at..call.start).unwrap_or(""));
            text.push_str(name);
            at = call.end;
        }
        text + self.spec.get(at..place.end).unwrap_or("")
    }
}

/// Aggregates of one argument, and the functions that do the same to several of one record.
const OF_ONE_RECORD: &[(&str, &str)] = &[("max", "greatest"), ("min", "least")];

/// The function that does to several values of one record what an aggregate does to one of many.
pub fn of_one_record(aggregate: &str) -> Option<&'static str> {
    OF_ONE_RECORD.iter().find(|(name, _)| *name == aggregate).map(|(_, function)| *function)
}

/// What to do where single records are compared with a result.
fn joined_help(aggregate: &str) -> String {
    format!(
        "{aggregate} is known after the last record: write it to a file first, and join that to the records"
    )
}

/// An item that has a name if it needs one.
fn as_item(text: &str) -> Option<String> {
    let read = parse_aggregate(text).ok()?;
    let [item] = read.items.as_slice() else { return None };
    let is_named = item.name.is_some()
        || item.as_call().is_some_and(|call| {
            let call = read.calls.get(call);
            call.is_some_and(|call| call.args.first().is_none_or(|arg| arg.as_field().is_some()))
        });
    Some(if is_named { text.to_owned() } else { format!("name = {text}") })
}

/// All aggregates that an expression of a record calls, in order.
fn aggregates_in<'a>(ast: &'a Ast, found: &mut Vec<&'a Ast>) {
    match called_aggregate(ast) {
        Some(call) if std::ptr::eq(call, ast) => found.push(call),
        Some(_) => ast.kind.operands().into_iter().for_each(|operand| aggregates_in(operand, found)),
        None => {}
    }
}

/// Whether an expression reads nothing of a record but what aggregates in it do.
fn is_of_results(ast: &Ast) -> bool {
    let is_call = || called_aggregate(ast).is_some_and(|call| std::ptr::eq(call, ast));
    ast.as_field().is_none() && (is_call() || ast.kind.operands().into_iter().all(is_of_results))
}

/// Where the part of a condition ends that comes before an aggregate: after the `500` of `status >= 500 / count()`.
fn condition_end(ast: &Ast) -> Option<usize> {
    let (last, others) = match &ast.kind {
        AstKind::And(operands) | AstKind::Or(operands) => {
            let (last, others) = operands.split_last()?;
            (last, others.iter().collect())
        }
        AstKind::Not(operand) => (&**operand, Vec::new()),
        AstKind::Compare(_, sides) => {
            let [left, right] = &**sides;
            (right, vec![left])
        }
        AstKind::Between { operands, .. } => {
            let [value, least, greatest] = &**operands;
            (greatest, vec![value, least])
        }
        AstKind::Arithmetic(_, sides) => {
            let [left, _] = &**sides;
            return first_operand(left);
        }
        _ => return None,
    };
    if others.into_iter().any(|other| called_aggregate(other).is_some()) { None } else { condition_end(last) }
}

/// Where the leftmost operand of a calculation ends, if it holds no aggregate.
fn first_operand(ast: &Ast) -> Option<usize> {
    match &ast.kind {
        AstKind::Arithmetic(_, sides) => {
            let [left, _] = &**sides;
            first_operand(left)
        }
        _ => called_aggregate(ast).is_none().then_some(ast.place.end),
    }
}
