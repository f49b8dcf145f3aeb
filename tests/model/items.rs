//! The generator's items of `aggregate`.

use super::chain::{Call, Expr, Item, Kind};
use super::chains::{Chains, is_timely};
use super::expressions::may_be_time;
use super::nest::last_name;

impl Chains {
    /// Items over the groups of some keys.
    pub(super) fn items(&mut self, by: &[String]) -> Vec<Item> {
        let count = 1 + self.below(4);
        let mut items: Vec<Item> = Vec::new();
        for _ in 0..count {
            let item = if self.below(3) == 1 { self.computed_item(by, &items) } else { self.item(&items) };
            items.push(item);
        }
        items
    }

    /// An item that is one aggregate, now and then one that is there already.
    fn item(&mut self, before: &[Item]) -> Item {
        let again = before.last().filter(|item| item.calls.len() == 1 && self.below(5) == 4);
        let call = match again {
            Some(item) => item.calls[0].clone(),
            None => self.call(),
        };
        let only = (self.below(4) == 1).then(|| self.whole_condition(1));
        let is_time = call.args.first().is_some_and(may_be_time);
        let name = self.fresh(if is_time { 'w' } else { 'x' });
        Item { only, ..Item::plain(name, call.kind, call.args, None) }
    }

    fn call(&mut self) -> Call {
        use Kind::{
            ArgMax, ArgMin, Avg, Collect, CollectSome, Count, CountIf, CountValues, Distinct, ExactDistinct,
            First, Frequent, Last, Max, Median, Min, Quantile, Stddev, Sum, Variance,
        };
        let kind = self.one(&[
            Count,
            CountValues,
            CountIf,
            Sum,
            Avg,
            Min,
            Max,
            First,
            Last,
            Variance,
            Stddev,
            Median,
            Quantile("0.25"),
            Quantile("0.9"),
            Distinct,
            ExactDistinct,
            Collect,
            CollectSome(2),
            ArgMin,
            ArgMax,
            Frequent(2),
            Frequent(9),
        ]);
        let args = match kind {
            Count => Vec::new(),
            CountIf => vec![self.whole_condition(1)],
            Sum | Avg if self.below(4) == 3 => vec![self.condition(1)],
            Sum | Avg | Variance | Stddev | Median | Quantile(_) => vec![self.number(1)],
            ArgMin | ArgMax => vec![Expr::Field(self.field()), self.by()],
            _ => vec![self.plain()],
        };
        Call { kind, args, only: None }
    }

    /// What decides about a record: no constant.
    fn by(&mut self) -> Expr {
        match self.plain() {
            Expr::Literal(_) => Expr::Field(self.field()),
            other => other,
        }
    }

    /// An aggregate that gives a number, or a value that is not a time; untyped fields stay by themselves.
    fn number_call(&mut self) -> Call {
        use Kind::{Avg, Count, CountIf, CountValues, Distinct, First, Last, Max, Median, Min, Sum};
        let kind =
            self.one(&[Count, CountIf, Sum, Avg, CountValues, Distinct, Median, Min, Max, First, Last]);
        let is_chosen = matches!(kind, Min | Max | First | Last);
        let kind = if is_chosen && self.is_untyped { Sum } else { kind };
        let args = match kind {
            Count => Vec::new(),
            CountIf => vec![self.whole_condition(1)],
            Sum | Avg if self.below(3) == 2 => vec![self.condition(1)],
            Sum | Avg | Median => vec![self.number(1)],
            _ => vec![self.scalar()],
        };
        Call { kind, args, only: (self.below(3) == 1).then(|| self.whole_condition(1)) }
    }

    /// An expression over aggregates, the keys and the bounds of the window.
    fn computed_item(&mut self, by: &[String], before: &[Item]) -> Item {
        let known: Vec<Call> =
            before.iter().filter(|item| item.expr.is_some()).flat_map(|item| item.calls.clone()).collect();
        let mut calls = Vec::new();
        for _ in 0..1 + self.below(2) {
            let again = !known.is_empty() && self.below(3) == 2;
            calls.push(if again { self.one(&known) } else { self.number_call() });
        }
        let result = |number: usize| Box::new(Expr::Field(format!("#{number}")));
        let (left, right) = (result(0), result(calls.len() - 1));
        let literal = |json: &str| Box::new(Expr::Literal(json.to_owned()));
        let keys: Vec<String> =
            by.iter().filter(|key| !is_timely(key)).map(|key| last_name(key).to_owned()).collect();
        let expr = match self.below(9) {
            0 => Expr::Arithmetic('/', left, right),
            1 => {
                let operator = self.one(&['*', '-', '+', 'f', '%']);
                Expr::Arithmetic('/', Box::new(Expr::Arithmetic(operator, literal("100"), left)), right)
            }
            2 => Expr::Arithmetic('-', left, right),
            3 => Expr::Default(Box::new(Expr::Arithmetic('/', left, right)), literal("0")),
            4 => {
                let test = Expr::Compare(self.one(&[">", "<=", "=="]), right, literal("1"));
                Expr::If(Box::new(test), left, literal("2.5"))
            }
            5 => Expr::And(
                Box::new(Expr::Compare(">=", left, literal("1"))),
                Box::new(Expr::Not(Box::new(Expr::IsNull(right)))),
            ),
            6 if !keys.is_empty() => Expr::Arithmetic('+', left, Box::new(Expr::Field(self.one(&keys)))),
            7 if self.is_windowed => {
                let [end, start] =
                    ["window_end", "window_start"].map(|name| Box::new(Expr::Field(name.to_owned())));
                let length = Expr::Arithmetic('-', end, start);
                Expr::If(Box::new(Expr::Compare(">", left, literal("1"))), Box::new(length), literal("null"))
            }
            _ => Expr::Compare(self.one(&["<", "!=", ">="]), left, right),
        };
        // The last one may not be in it.
        calls.truncate(if expr.to_string().contains("#1") { 2 } else { 1 });
        let only = (self.below(4) == 1).then(|| self.whole_condition(1));
        let is_time = matches!(&expr, Expr::If(_, then, _) if matches!(**then, Expr::Arithmetic(..)));
        Item { name: self.fresh(if is_time { 'w' } else { 'x' }), calls, expr: Some(expr), only }
    }
}
