//! `== != < <= > >=` and `between`.

use std::cmp::Ordering;

use super::Comparison;
use super::blame::{Operand, of_comparison};
use super::compare::{duration, equal, order, time};
use super::date::{Date, is_beside_dates};
use super::node::{Column, Node, Run, Truth, bools_of};
use super::stamps::{NO_ORDER, is_foreign_date};
use crate::record::{Env, Fault, Loaded};
use crate::time::{Duration, Timestamp};
use crate::value::number::short::Short;
use crate::value::{Exact, Value};

/// `a == b` and its kin. A constant stands on the right: see [`Compare::new`].
pub(super) struct Compare {
    comparison: Comparison,
    left: Box<dyn Node>,
    right: Box<dyn Node>,
    /// A side is text and nothing else: no side is a time.
    as_text: bool,
    site: u32,
}

/// `a between b and c`.
pub(super) struct Between {
    pub(super) value: Box<dyn Node>,
    pub(super) least: Box<dyn Node>,
    pub(super) greatest: Box<dyn Node>,
    pub(super) negated: bool,
    pub(super) site: u32,
}

/// A constant that many values are compared with, read beforehand as the types it may have to take.
struct Fixed<'a> {
    value: Value<'a>,
    time: Option<Timestamp>,
    duration: Option<Duration>,
    /// The date that it is, for comparisons of order.
    date: Option<Date<'a>>,
    /// The number that it is, by digits behind the point.
    scaled: [Option<i64>; DECIMALS],
}

/// Numbers of so many digits behind the point, less one, are compared as 64-bit mantissas.
const DECIMALS: usize = 10;

impl<'a> Fixed<'a> {
    fn new(value: Value<'a>, env: &Env) -> Self {
        let text = value.as_text();
        let time = text.and_then(|text| time(text, None, env).ok());
        let number = match value.as_exact() {
            Some(Exact::Short(number)) => Some(number),
            _ => None,
        };
        let scaled = std::array::from_fn(|decimals| number?.to_scaled(decimals as u8));
        let duration = text.and_then(|text| duration(text).ok());
        Self { value, time, duration, date: None, scaled }
    }

    /// The same constant, compared with by order: a date is one in any field.
    fn ordered(self) -> Self {
        Self { date: Date::of(self.value, self.time), ..self }
    }

    fn is_date_alone(&self) -> bool {
        self.date.as_ref().is_some_and(Date::is_alone)
    }

    /// How a short number compares with the constant, if that is one, too.
    #[inline]
    fn order(&self, short: Short) -> Option<Ordering> {
        let scaled = (*self.scaled.get(usize::from(short.decimals))?)?;
        Some(short.mantissa.cmp(&scaled))
    }

    /// The constant as it is compared with `other`.
    #[inline]
    fn beside(&self, other: Value<'_>) -> Value<'a> {
        match other {
            Value::Time(_) | Value::Stamp(_) => self.time.map_or(self.value, Value::Time),
            Value::Duration(_) => self.duration.map_or(self.value, Value::Duration),
            _ => self.value,
        }
    }
}

impl Compare {
    /// A comparison; sides are swapped if only the left one is constant.
    pub(super) fn new(comparison: Comparison, left: Box<dyn Node>, right: Box<dyn Node>, site: u32) -> Self {
        if left.constant().is_some() && right.constant().is_none() {
            return Self::new(mirrored(comparison), right, left, site);
        }
        let as_text = left.is_text() || right.is_text();
        Self { comparison, left, right, as_text, site }
    }

    /// Tests every record by the order of the two sides.
    fn by_order(
        &self,
        run: &mut Run<'_, '_>,
        rows: &[u32],
        truths: &mut Vec<Truth>,
        is: impl Fn(Ordering) -> bool + Copy,
    ) {
        self.each(run, rows, truths, is, |a, b, env| Ok(is(order(a, b, env)?)));
    }

    /// Tests every record with one operator, known to the compiler: `is` says it of two numbers.
    fn each(
        &self,
        run: &mut Run<'_, '_>,
        rows: &[u32],
        truths: &mut Vec<Truth>,
        is: impl Fn(Ordering) -> bool,
        holds: impl Fn(Value<'_>, Value<'_>, &Env) -> Result<bool, Fault>,
    ) {
        let left = self.left.eval(run, rows);
        let right = self.right.eval(run, rows);
        let fixed = right.constant().map(|value| Fixed::new(value, run.env));
        let fixed = if self.is_by_order() { fixed.map(Fixed::ordered) } else { fixed };
        let is_foreign =
            self.is_by_order() && right.constant().is_some_and(|value| is_foreign_date(value, run.env));
        let cells = match &left {
            Column::Made(Loaded::Cells(cells)) => Some(cells),
            _ => None,
        };
        let short = cells.zip(fixed.as_ref());
        for &row in rows {
            if let Some((cells, fixed)) = short
                && let Some(order) = cells.short(row).and_then(|short| fixed.order(short))
            {
                truths.push(is(order).into());
                continue;
            }
            let a = if self.as_text { left.get(row).plain() } else { left.get(row) };
            let b = match &fixed {
                Some(fixed) if !self.as_text => fixed.beside(a),
                _ if self.as_text => right.get(row).plain(),
                _ => right.get(row),
            };
            let date = fixed.as_ref().and_then(|fixed| fixed.date.as_ref());
            let compared = match date {
                Some(date) if !a.is_null() => date.order(a, run.env).map(|order| is(order).into()),
                None if is_foreign && matches!(a, Value::Stamp(_)) => Err(NO_ORDER),
                _ => holds_known(a, b, run.env, &holds),
            };
            truths.push(match compared {
                Ok(truth) => truth,
                Err(fault) => {
                    let [a, b] = [(a, &left), (b, &right)].map(|(value, column)| Operand::of(value, column));
                    run.log.add(row, self.site, fault, Some(of_comparison(a, b, run.env)));
                    Truth::Null
                }
            });
        }
    }
}

impl Compare {
    /// Whether dates count as such: `==` is of texts unless the field is one of times.
    fn is_by_order(&self) -> bool {
        !self.as_text && self.comparison.is_by_order()
    }
}

impl Node for Compare {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        truths.clear();
        truths.reserve(rows.len());
        match self.comparison {
            Comparison::Equal => self.each(run, rows, truths, Ordering::is_eq, equal),
            Comparison::NotEqual => {
                self.each(run, rows, truths, Ordering::is_ne, |a, b, env| Ok(!equal(a, b, env)?));
            }
            Comparison::Less => self.by_order(run, rows, truths, Ordering::is_lt),
            Comparison::LessOrEqual => self.by_order(run, rows, truths, Ordering::is_le),
            Comparison::Greater => self.by_order(run, rows, truths, Ordering::is_gt),
            Comparison::GreaterOrEqual => self.by_order(run, rows, truths, Ordering::is_ge),
        }
    }
}

impl Node for Between {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let value = self.value.eval(run, rows);
        let least = self.least.eval(run, rows);
        let greatest = self.greatest.eval(run, rows);
        let as_text = self.value.is_text();
        let [low, high] = [&least, &greatest].map(|bound| match bound.constant() {
            Some(value) if !as_text => Some(Fixed::new(value, run.env).ordered()),
            _ => None,
        });
        let are_dates = [&low, &high].iter().all(|fixed| fixed.as_ref().is_some_and(Fixed::is_date_alone));
        truths.clear();
        for &row in rows {
            let a = if as_text { value.get(row).plain() } else { value.get(row) };
            if are_dates && is_beside_dates(a) {
                truths.push(Truth::False.negated_if(self.negated));
                continue;
            }
            let from = meets_bound(a, low.as_ref(), &least, row, run.env, Ordering::is_ge);
            let to = meets_bound(a, high.as_ref(), &greatest, row, run.env, Ordering::is_le);
            let of_bounds =
                from.err().map(|fault| (fault, &least)).or(to.err().map(|fault| (fault, &greatest)));
            if let Some((fault, bound)) = of_bounds {
                let shown =
                    of_comparison(Operand::of(a, &value), Operand::of(bound.get(row), bound), run.env);
                run.log.add(row, self.site, fault, Some(shown));
            }
            let within = from.unwrap_or(Truth::Null).min(to.unwrap_or(Truth::Null));
            truths.push(within.negated_if(self.negated));
        }
    }
}

/// Whether a value lies on the right side of a bound, which is `fixed` if that is a constant.
fn meets_bound(
    value: Value<'_>,
    fixed: Option<&Fixed<'_>>,
    bound: &Column<'_>,
    row: u32,
    env: &Env,
    is: fn(Ordering) -> bool,
) -> Result<Truth, Fault> {
    match fixed.and_then(|fixed| fixed.date.as_ref()) {
        Some(date) if !value.is_null() => date.order(value, env).map(|order| is(order).into()),
        _ => {
            let bound = fixed.map_or_else(|| bound.get(row), |fixed| fixed.beside(value));
            holds_known(value, bound, env, &|a, b, env| Ok(is(order(a, b, env)?)))
        }
    }
}

#[inline]
fn holds_known(
    left: Value<'_>,
    right: Value<'_>,
    env: &Env,
    holds: &impl Fn(Value<'_>, Value<'_>, &Env) -> Result<bool, Fault>,
) -> Result<Truth, Fault> {
    if left.is_null() || right.is_null() { Ok(Truth::Null) } else { Ok(holds(left, right, env)?.into()) }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => comparison,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}
