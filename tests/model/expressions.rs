//! The generator's expressions.

use std::cmp::Ordering;

use super::chain::Expr;
use super::chains::{Chains, is_timely, once_each};
use super::value::quoted;
use super::windows::Span;

impl Chains {
    /// A field that is compared and calculated with: no time.
    pub(super) fn scalar(&mut self) -> Expr {
        let fields: Vec<String> = self.fields.iter().filter(|field| !is_timely(field)).cloned().collect();
        if fields.is_empty() { Expr::Literal("1".to_owned()) } else { Expr::Field(self.one(&fields)) }
    }

    /// Different fields, `least` to 2.
    pub(super) fn keys(&mut self, least: usize) -> Vec<String> {
        let count = least + self.below(3 - least);
        let mut keys: Vec<String> = (0..count).map(|_| self.field()).collect();
        keys.sort();
        once_each(keys)
    }

    /// What sort and top order by.
    pub(super) fn plain(&mut self) -> Expr {
        let expr = match self.below(8) {
            0 => self.number(1),
            1 => self.of_time(),
            2 => self.when(),
            _ => Expr::Field(self.field()),
        };
        if expr.is_constant() { Expr::Field(self.field()) } else { expr }
    }

    /// The condition of a stage or an aggregate, which is not just a constant, but for `true` and `false`.
    pub(super) fn whole_condition(&mut self, depth: usize) -> Expr {
        let condition = self.condition(depth);
        let is_meant = matches!(&condition, Expr::Literal(json) if json != "null");
        if condition.is_constant() && !is_meant { Expr::Literal("true".to_owned()) } else { condition }
    }

    /// A field that is or may be a time or a length of time, if there is one.
    pub(super) fn when(&mut self) -> Expr {
        let fields: Vec<String> = self.fields.iter().filter(|field| is_timely(field)).cloned().collect();
        if fields.is_empty() { self.scalar() } else { Expr::Field(self.one(&fields)) }
    }

    /// A value of times.
    pub(super) fn of_time(&mut self) -> Expr {
        let some = |expr| Box::new(expr);
        match self.below(8) {
            0 | 1 => {
                let name = self.one(&["year", "hour", "epoch", "time", "floor 1d", "floor 1h"]);
                Expr::OfTime(name, some(if self.below(6) == 5 { self.scalar() } else { self.when() }))
            }
            2 | 3 => Expr::Arithmetic('-', some(self.when()), some(self.when())),
            4 => {
                let length = Expr::Length(Span(self.one(&["5m", "1h", "250ms"])));
                Expr::Arithmetic(self.one(&['+', '-']), some(self.when()), some(length))
            }
            5 => Expr::Arithmetic('-', some(self.when()), some(self.date())),
            6 => {
                let other = if self.below(2) == 0 { self.when() } else { self.date() };
                let wanted = self.one(&[Ordering::Less, Ordering::Greater]);
                Expr::Extreme(wanted, some(self.when()), some(other))
            }
            _ if self.below(2) == 0 => Expr::Default(some(self.when()), some(self.when())),
            _ => Expr::If(some(self.condition(0)), some(self.when()), some(self.when())),
        }
    }

    /// A literal that is a time, or nearly.
    pub(super) fn date(&mut self) -> Expr {
        let dates = ["2024-01-01", "2024/01/01", "2024-01-01T01:00:10Z", "2024-01-01 01:00:20"];
        let others =
            ["31/Dec/2023:23:59:30 +0000", "2016-12-31T23:59:59+00:00", "2024-05", "N/A", "2018-02-18"];
        let text = if self.below(2) == 0 { self.one(&dates) } else { self.one(&others) };
        Expr::Literal(quoted(text))
    }

    /// A condition about times.
    pub(super) fn of_when(&mut self) -> Expr {
        let some = |expr| Box::new(expr);
        let operator = self.one(&["==", "!=", "<", "<=", ">", ">="]);
        let (left, right) = match self.below(9) {
            0 | 1 => (self.when(), self.date()),
            2 | 3 => (self.when(), self.when()),
            4 => (self.when(), Expr::Literal(self.one(&["1704067210", "1704067210000", "1"]).to_owned())),
            5 => (self.scalar(), self.date()),
            6 => (self.of_time(), self.when()),
            7 => {
                let (least, most) = (self.date(), self.date());
                let value = if self.below(3) == 0 { self.scalar() } else { self.when() };
                // How often a literal that fails counts is left open.
                if matches!(value, Expr::Literal(_)) {
                    return self.comparison();
                }
                return Expr::Between(some(value), some(least), some(most));
            }
            _ => return Expr::In(some(self.when()), vec![self.date(), self.date()]),
        };
        Expr::Compare(operator, some(left), some(right))
    }

    pub(super) fn number(&mut self, depth: usize) -> Expr {
        match self.below(4) {
            1 if depth > 0 => {
                let operator = self.one(&['+', '-', '*', '/', 'f', '%']);
                Expr::Arithmetic(operator, Box::new(self.number(depth - 1)), Box::new(self.number(depth - 1)))
            }
            2 => Expr::Literal(self.one(&["1", "0", "2.5", "1000", "0.1"]).to_owned()),
            _ => self.scalar(),
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> Expr {
        let some = |expr| Box::new(expr);
        match self.below(17) {
            0 => self.comparison(),
            14..=16 => self.of_when(),
            1 if depth > 0 => Expr::And(some(self.condition(depth - 1)), some(self.condition(depth - 1))),
            2 if depth > 0 => Expr::Or(some(self.condition(depth - 1)), some(self.condition(depth - 1))),
            3 if depth > 0 => Expr::Not(some(self.condition(depth - 1))),
            4 => Expr::IsNull(some(Expr::Field(self.field()))),
            5 => Expr::Not(some(Expr::IsNull(some(self.number(1))))),
            6 => match self.scalar() {
                field @ Expr::Field(_) => field,
                _ => Expr::Literal("true".to_owned()),
            },
            7 if depth > 0 => {
                Expr::If(some(self.condition(0)), some(self.condition(depth - 1)), some(self.condition(0)))
            }
            8 => Expr::Default(some(self.comparison()), some(Expr::Literal("false".to_owned()))),
            9 => Expr::Literal(self.one(&["true", "false", "null"]).to_owned()),
            10 => {
                let [least, most] = ["0.1", "2"].map(|json| some(Expr::Literal(json.to_owned())));
                Expr::Between(some(self.number(1)), least, most)
            }
            11 => {
                let among =
                    self.one(&[["1", "1000"], ["\"x\"", "\"b\""]]).map(|json| Expr::Literal(json.to_owned()));
                Expr::In(some(self.scalar()), among.into())
            }
            _ => self.comparison(),
        }
    }

    pub(super) fn comparison(&mut self) -> Expr {
        let operator = self.one(&["==", "!=", "<", "<=", ">", ">="]);
        let (left, right) = match self.below(4) {
            0 => (self.number(1), Expr::Literal("1".to_owned())),
            1 => (self.scalar(), self.scalar()),
            2 => (self.scalar(), Expr::Literal(self.one(&["\"x\"", "\"b\"", "\"1\"", "true"]).to_owned())),
            _ => (self.number(1), self.number(1)),
        };
        Expr::Compare(operator, Box::new(left), Box::new(right))
    }

    /// A computed field; of an untyped field and a number no mix is made, whose keys the manual leaves open.
    pub(super) fn computed(&mut self) -> Expr {
        match self.below(4) {
            1 => self.condition(1),
            2 if !self.is_untyped => Expr::Default(Box::new(self.scalar()), Box::new(self.number(1))),
            3 if !self.is_untyped => {
                Expr::If(Box::new(self.condition(0)), Box::new(self.scalar()), Box::new(self.scalar()))
            }
            _ => Expr::Arithmetic('+', Box::new(self.number(1)), Box::new(self.number(0))),
        }
    }
}

/// Whether an expression may give a time or a length of time.
pub(super) fn may_be_time(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_timely(field),
        Expr::OfTime(..) | Expr::Extreme(..) | Expr::Length(_) => true,
        Expr::Arithmetic(_, left, right) | Expr::Default(left, right) | Expr::If(_, left, right) => {
            may_be_time(left) || may_be_time(right)
        }
        _ => false,
    }
}
