//! The aggregates, of all values of a group at once.

use std::cmp::Ordering;

use super::chain::Kind;
use super::decimal::Decimal;
use super::value::Value::{self, Array, Null, Number};
use super::value::{key_order, order};

/// Whether `kind` takes numbers only.
pub(crate) fn is_numeric(kind: Kind) -> bool {
    use Kind::{Avg, Median, Quantile, Stddev, Sum, Variance};
    matches!(kind, Sum | Avg | Variance | Stddev | Median | Quantile(_))
}

/// The result of `kind` over the arguments of a group's records, in input order.
pub(crate) fn result(kind: Kind, rows: &[Vec<Value>]) -> Value {
    let values: Vec<Value> =
        rows.iter().filter_map(|row| row.first()).filter(|value| !value.is_null()).cloned().collect();
    let numbers: Vec<Decimal> = values.iter().filter_map(Value::number).collect();
    match kind {
        Kind::Count => counted(rows.len()),
        Kind::CountValues => counted(values.len()),
        Kind::CountIf => counted(values.iter().filter(|value| value.bool() == Some(true)).count()),
        Kind::Distinct | Kind::ExactDistinct => counted(tally(&values).len()),
        Kind::First => values.first().cloned().unwrap_or(Null),
        Kind::Last => values.last().cloned().unwrap_or(Null),
        Kind::Min => best(&values, Ordering::Less, |value| value).cloned().unwrap_or(Null),
        Kind::Max => best(&values, Ordering::Greater, |value| value).cloned().unwrap_or(Null),
        Kind::ArgMin | Kind::ArgMax => {
            let ranked: Vec<_> = rows.iter().filter(|row| !row[1].is_null()).cloned().collect();
            let wanted = if kind == Kind::ArgMin { Ordering::Less } else { Ordering::Greater };
            best(&ranked, wanted, |row| &row[1]).map_or(Null, |row| row[0].clone())
        }
        Kind::Collect => collected(&values),
        Kind::CollectSome(count) => collected(&values[..count.min(values.len())]),
        Kind::Frequent(count) => frequent(&values, count),
        _ if numbers.is_empty() => Null,
        Kind::Sum => Number(total(&numbers).rounded()),
        Kind::Avg => Number(total(&numbers).div(&Decimal::count(numbers.len()))),
        Kind::Median => Number(quantile(numbers, "0.5")),
        Kind::Quantile(share) => Number(quantile(numbers, share)),
        Kind::Variance | Kind::Stddev if numbers.len() < 2 => Null,
        Kind::Variance | Kind::Stddev => {
            let (above, below) = spread(&numbers);
            Number(if kind == Kind::Variance { above.div(&below) } else { above.root_of_ratio(&below) })
        }
    }
}

fn counted(count: usize) -> Value {
    Number(Decimal::count(count))
}

fn total(numbers: &[Decimal]) -> Decimal {
    numbers.iter().fold(Decimal::count(0), |sum, number| sum.add(number))
}

/// Of equal ones the first.
fn best<T>(all: &[T], wanted: Ordering, value: impl Fn(&T) -> &Value) -> Option<&T> {
    all.iter().reduce(|best, next| if order(value(next), value(best)) == wanted { next } else { best })
}

/// Type 7: interpolated between the values around `(n − 1) · share`.
fn quantile(mut numbers: Vec<Decimal>, share: &str) -> Decimal {
    numbers.sort();
    let place = Decimal::count(numbers.len() - 1).mul(&Decimal::read(share).expect("a share"));
    let below = place.floor_div(&Decimal::count(1));
    let at: usize = below.write().parse().expect("a place");
    let low = &numbers[at];
    let high = numbers.get(at + 1).unwrap_or(low);
    low.add(&high.sub(low).mul(&place.sub(&below))).rounded()
}

/// Σ(x − mean)² · n and n(n − 1), exact.
fn spread(numbers: &[Decimal]) -> (Decimal, Decimal) {
    let squares: Vec<Decimal> = numbers.iter().map(|number| number.mul(number)).collect();
    let (sum, count) = (total(numbers), Decimal::count(numbers.len()));
    (count.mul(&total(&squares)).sub(&sum.mul(&sum)), count.mul(&Decimal::count(numbers.len() - 1)))
}

fn tally(values: &[Value]) -> Vec<(Value, usize)> {
    let mut found: Vec<(Value, usize)> = Vec::new();
    for value in values {
        match found.iter_mut().find(|(seen, _)| seen.identity() == value.identity()) {
            Some((_, count)) => *count += 1,
            None => found.push((value.clone(), 1)),
        }
    }
    found
}

fn collected(values: &[Value]) -> Value {
    let elements: Vec<String> = values.iter().map(Value::json).collect();
    if values.is_empty() { Null } else { Array(format!("[{}]", elements.join(","))) }
}

fn frequent(values: &[Value], count: usize) -> Value {
    let mut found = tally(values);
    found.sort_by(|(left, often), (right, seldom)| {
        seldom.cmp(often).then_with(|| key_order(std::slice::from_ref(left), std::slice::from_ref(right)))
    });
    let entries: Vec<String> = found
        .iter()
        .take(count)
        .map(|(value, count)| format!("{{\"value\":{},\"count\":{count}}}", value.json()))
        .collect();
    if entries.is_empty() { Null } else { Array(format!("[{}]", entries.join(","))) }
}
