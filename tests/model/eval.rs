//! Expressions on one record (manual, section 4).

use std::cmp::Ordering;

use super::chain::Expr;
use super::decimal::Decimal;
use super::record::Record;
use super::value::Value::{self, Array, Bool, Null, Number, Object, Text, Untyped};
use super::value::order;

/// The value of `expr`; what cannot be computed is null and adds to `faults`.
pub(crate) fn eval(expr: &Expr, record: &Record, faults: &mut usize) -> Value {
    match expr {
        Expr::Field(name) => record.get(name),
        Expr::Literal(json) => match Value::of_json(json) {
            // Only long ones keep their spelling.
            value if value.number().is_some_and(|number| number.length() <= 38) => value.plain(),
            value => value,
        },
        Expr::Compare(operator, left, right) => {
            let (left, right) = (eval(left, record, faults), eval(right, record, faults));
            if left.is_null() || right.is_null() {
                return Null;
            }
            counted(compare(operator, &left, &right), faults)
        }
        Expr::Arithmetic(operator, left, right) => {
            let (left, right) = (eval(left, record, faults), eval(right, record, faults));
            if left.is_null() || right.is_null() {
                return Null;
            }
            counted(calculate(*operator, &left, &right), faults)
        }
        Expr::And(left, right) => shortcut(left, right, false, record, faults),
        Expr::Or(left, right) => shortcut(left, right, true, record, faults),
        Expr::Not(inner) => condition(inner, record, faults).map_or(Null, |truth| Bool(!truth)),
        Expr::IsNull(inner) => Bool(eval(inner, record, faults).is_null()),
        Expr::Between(inner, least, most) => {
            let [inner, least, most] = [inner, least, most].map(|expr| eval(expr, record, faults));
            if inner.is_null() {
                return Null;
            }
            let both = compare(">=", &inner, &least).zip(compare("<=", &inner, &most));
            counted(
                both.map(|(above, below)| Bool(above.bool() == Some(true) && below.bool() == Some(true))),
                faults,
            )
        }
        Expr::In(inner, among) => {
            let inner = eval(inner, record, faults);
            if inner.is_null() {
                return Null;
            }
            let found: Option<Vec<Value>> =
                among.iter().map(|one| compare("==", &inner, &eval(one, record, &mut 0))).collect();
            counted(found.map(|found| Bool(found.iter().any(|one| one.bool() == Some(true)))), faults)
        }
        Expr::Default(left, right) => match eval(left, record, &mut 0) {
            Null => eval(right, record, faults),
            value => value,
        },
        Expr::If(test, left, right) => {
            let taken = if condition(test, record, faults) == Some(true) { left } else { right };
            eval(taken, record, faults)
        }
    }
}

/// The truth of `expr`; a value that is neither true nor false is a fault.
pub(crate) fn condition(expr: &Expr, record: &Record, faults: &mut usize) -> Option<bool> {
    let value = eval(expr, record, faults);
    let truth = value.bool();
    *faults += usize::from(truth.is_none() && !value.is_null());
    truth
}

/// `and` (decided by false) and `or` (decided by true).
fn shortcut(left: &Expr, right: &Expr, deciding: bool, record: &Record, faults: &mut usize) -> Value {
    let left = condition(left, record, faults);
    if left == Some(deciding) {
        return Bool(deciding);
    }
    match (left, condition(right, record, faults)) {
        (_, Some(truth)) if truth == deciding => Bool(deciding),
        (Some(_), Some(_)) => Bool(!deciding),
        _ => Null,
    }
}

fn counted(result: Option<Value>, faults: &mut usize) -> Value {
    *faults += usize::from(result.is_none());
    result.unwrap_or(Null)
}

fn compare(operator: &str, left: &Value, right: &Value) -> Option<Value> {
    let (left, right) = (&left.plain(), &right.plain());
    let found = match (left, right) {
        (Untyped(one), Untyped(other)) if left.number().is_none() || right.number().is_none() => {
            one.cmp(other)
        }
        (Untyped(_), Untyped(_))
        | (Untyped(_), Number(_))
        | (Number(_), Untyped(_))
        | (Number(_), Number(_)) => left.number()?.cmp(&right.number()?),
        (Untyped(_), Bool(_)) | (Bool(_), Untyped(_)) | (Bool(_), Bool(_)) => {
            left.bool()?.cmp(&right.bool()?)
        }
        (Text(one) | Untyped(one), Text(other) | Untyped(other)) => one.cmp(other),
        (Array(_), Array(_)) | (Object(_), Object(_)) if matches!(operator, "==" | "!=") => {
            order(left, right)
        }
        _ => return None,
    };
    Some(Bool(match operator {
        "==" => found == Ordering::Equal,
        "!=" => found != Ordering::Equal,
        "<" => found == Ordering::Less,
        "<=" => found != Ordering::Greater,
        ">" => found == Ordering::Greater,
        _ => found != Ordering::Less,
    }))
}

fn calculate(operator: char, left: &Value, right: &Value) -> Option<Value> {
    let (left, right) = (left.number()?, right.number()?);
    let exact = |number: Decimal| Some(Number(number.rounded()));
    match operator {
        '+' => exact(left.add(&right)),
        '-' => exact(left.sub(&right)),
        '*' => exact(left.mul(&right)),
        _ if right.is_zero() => None,
        '/' => Some(Number(left.div(&right))),
        'f' => exact(left.floor_div(&right)),
        _ => exact(left.sub(&right.mul(&left.floor_div(&right)))),
    }
}
