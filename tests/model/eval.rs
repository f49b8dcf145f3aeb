//! Expressions on one record (manual, section 4).

use std::cmp::Ordering;

use super::chain::Expr;
use super::decimal::Decimal;
use super::record::Record;
use super::times;
use super::value::Value::{
    self, Array, Bool, Duration, Null, Number, Object, Stamp, Text, Time, Unfit, Untyped,
};
use super::value::order;

/// The value of `expr`; what cannot be computed is null and adds to `faults`.
pub(crate) fn eval(expr: &Expr, record: &Record, faults: &mut usize) -> Value {
    match expr {
        Expr::Field(name) => match record.get(name) {
            Unfit(_) => counted(None, faults),
            value => value,
        },
        Expr::Length(span) => Duration(span.nanos()),
        Expr::Json(inner) => match eval(inner, record, faults) {
            Text(text) => Value::of_json(&compact(&text)),
            _ => Null,
        },
        Expr::Literal(json) => match Value::of_json(json) {
            // Only long ones keep their spelling.
            value if value.number().is_some_and(|number| number.length() <= 38) => value.plain(),
            value => value,
        },
        Expr::Compare(operator, left, right) => {
            let is_literal = matches!(**right, Expr::Literal(_));
            let as_text = is_text(left, record) || is_text(right, record);
            let (left, right) = (eval(left, record, faults), eval(right, record, faults));
            if left.is_null() || right.is_null() {
                return Null;
            }
            let found = match (as_text, is_literal) {
                (true, _) => compare(operator, &left.spelled(), &right.spelled(), record.zone),
                (false, true) => compare_bound(operator, &left, &right, record.zone),
                (false, false) => compare(operator, &left, &right, record.zone),
            };
            counted(found, faults)
        }
        Expr::Arithmetic(operator, left, right) => {
            let (left, right) = (eval(left, record, faults), eval(right, record, faults));
            if left.is_null() || right.is_null() {
                return Null;
            }
            counted(calculate(*operator, &left, &right, record.zone), faults)
        }
        Expr::OfTime(name, inner) => match eval(inner, record, faults) {
            Null => Null,
            value => {
                let time = times::as_time(&value, record.zone);
                counted(time.map(|time| times::function(name, time, record.zone)), faults)
            }
        },
        Expr::Extreme(wanted, left, right) => {
            let both = [left, right].map(|side| eval(side, record, faults));
            counted(extreme(*wanted, both, record.zone), faults)
        }
        Expr::And(left, right) => shortcut(left, right, false, record, faults),
        Expr::Or(left, right) => shortcut(left, right, true, record, faults),
        Expr::Not(inner) => condition(inner, record, faults).map_or(Null, |truth| Bool(!truth)),
        Expr::IsNull(inner) => Bool(eval(inner, record, faults).is_null()),
        Expr::Between(among, least, most) => {
            let [inner, least, most] = [among, least, most].map(|expr| eval(expr, record, faults));
            if inner.is_null() {
                return Null;
            }
            let as_text = is_text(among, record);
            if !as_text && times::is_beside_dates(&inner, &least, &most, record.zone) {
                return Bool(false);
            }
            let bounds = [(">=", &least), ("<=", &most)];
            let bound = if as_text { compare } else { compare_bound };
            let both = bounds.map(|(operator, other)| bound(operator, &inner, other, record.zone));
            // As `and`; what fails counts once.
            *faults += usize::from(both.iter().any(Option::is_none));
            let truths = both.map(|one| one.and_then(|one| one.bool()));
            match truths {
                [Some(true), Some(true)] => Bool(true),
                _ if truths.contains(&Some(false)) => Bool(false),
                _ => Null,
            }
        }
        Expr::In(inner, among) => {
            let inner = eval(inner, record, faults);
            if inner.is_null() {
                return Null;
            }
            let equal = |one| compare("==", &inner, &eval(one, record, &mut 0), record.zone);
            let all: Vec<Option<Value>> = among.iter().map(equal).collect();
            // One that is equal makes it true, whatever cannot be compared beside it.
            if all.iter().flatten().any(|one| one.bool() == Some(true)) {
                return Bool(true);
            }
            counted(all.into_iter().collect::<Option<Vec<Value>>>().map(|_| Bool(false)), faults)
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

/// A field that is pinned to text: it is never a time.
fn is_text(expr: &Expr, record: &Record) -> bool {
    let Expr::Field(name) = expr else { return false };
    record.field(name).is_some_and(|field| field.is_pinned && matches!(field.value, Text(_)))
}

/// As [`compare`] with a literal, which may be a date.
fn compare_bound(operator: &str, value: &Value, bound: &Value, zone: &str) -> Option<Value> {
    match times::date_of(bound, zone) {
        Some(date) if !matches!(operator, "==" | "!=") => {
            Some(Bool(holds(operator, times::compare_date(value, date, zone)?)))
        }
        _ => compare(operator, value, bound, zone),
    }
}

fn compare(operator: &str, left: &Value, right: &Value, zone: &str) -> Option<Value> {
    let is_equality = matches!(operator, "==" | "!=");
    let as_spelled = |left: &Value, right: &Value| compare_spelled(is_equality, left, right);
    let has_time = |value: &Value| matches!(value, Time(_) | Stamp(..));
    let found = if has_time(left) || has_time(right) {
        times::compare(is_equality, left, right, zone, as_spelled)
    } else {
        as_spelled(left, right)
    };
    Some(Bool(holds(operator, found?)))
}

/// The order of two values that are no times.
fn compare_spelled(is_equality: bool, left: &Value, right: &Value) -> Option<Ordering> {
    let (left, right) = (&left.plain(), &right.plain());
    Some(match (left, right) {
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
        (Duration(one), Duration(other)) => one.cmp(other),
        (Array(_), Array(_)) | (Object(_), Object(_)) if is_equality => order(left, right),
        _ => return None,
    })
}

fn holds(operator: &str, found: Ordering) -> bool {
    match operator {
        "==" => found == Ordering::Equal,
        "!=" => found != Ordering::Equal,
        "<" => found == Ordering::Less,
        "<=" => found != Ordering::Greater,
        ">" => found == Ordering::Greater,
        _ => found != Ordering::Less,
    }
}

/// The first of two values that is least or greatest. Text beside a time is read as one, where it must be; beside event
/// time only where it spells one.
fn extreme(wanted: Ordering, both: [Value; 2], zone: &str) -> Option<Value> {
    let has = |is: fn(&Value) -> bool| both.iter().any(is);
    let beside_number = has(|value| !matches!(value, Stamp(..)) && value.number().is_some());
    let beside_time = has(|value| matches!(value, Time(_)));
    let beside_length = has(|value| matches!(value, Duration(_)));
    let beside_stamp = has(|value| matches!(value, Stamp(..)));
    let mut best: Option<(Value, Value)> = None;
    for value in both {
        let ranked = match &value {
            Null => continue,
            Stamp(..) if beside_number => value.counted(),
            Text(text) | Untyped(text) if beside_time => times::time_of(times::read_time(text, zone)?, zone),
            // None of the tests spells a length.
            Text(_) | Untyped(_) if beside_length => return None,
            Text(text) | Untyped(text) if beside_stamp && value.number().is_none() => {
                times::read_time(text, zone).map_or(value.clone(), |time| times::time_of(time, zone))
            }
            _ => value.clone(),
        };
        let leaves = if beside_time { ranked.clone() } else { value };
        if best.as_ref().is_none_or(|(_, best)| order(&ranked, best) == wanted) {
            best = Some((leaves, ranked));
        }
    }
    Some(best.map_or(Null, |(value, _)| value))
}

fn calculate(operator: char, left: &Value, right: &Value, zone: &str) -> Option<Value> {
    if times::is_timely(left, right) {
        return times::calculate(operator, left, right, zone);
    }
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

/// JSON without the blanks between its tokens.
fn compact(json: &str) -> String {
    let (mut is_text, mut is_escaped) = (false, false);
    let keep = |sign: &char| {
        let is_kept = is_text || !sign.is_ascii_whitespace();
        is_text ^= *sign == '"' && !is_escaped;
        is_escaped = is_text && *sign == '\\' && !is_escaped;
        is_kept
    };
    json.chars().filter(keep).collect()
}
