//! `in [a, b]`.

use super::compare::equal;
use super::node::{Column, Node, Run, Truth, bools_of};
use crate::record::{Env, Fault};
use crate::value::{Number, Value};

/// `a in [b, c]`: as `a == b or a == c`, but a list of constants of one type is searched.
pub(super) struct In {
    value: Box<dyn Node>,
    list: Vec<Box<dyn Node>>,
    set: Option<Set>,
    negated: bool,
    site: u32,
}

/// Constants of one type, sorted.
enum Set {
    Numbers(Vec<Number>),
    Texts(Vec<Box<[u8]>>),
}

impl Set {
    fn of(list: &[Box<dyn Node>]) -> Option<Self> {
        let values: Option<Vec<Value<'_>>> = list.iter().map(|node| node.constant()).collect();
        let values = values?;
        let numbers = values.iter().map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        });
        if let Some(mut numbers) = numbers.collect::<Option<Vec<_>>>() {
            numbers.sort_unstable();
            return Some(Self::Numbers(numbers));
        }
        let texts = values.iter().map(|value| match value {
            Value::Text(text) => Some(Box::from(*text)),
            _ => None,
        });
        let mut texts: Vec<Box<[u8]>> = texts.collect::<Option<_>>()?;
        texts.sort_unstable();
        Some(Self::Texts(texts))
    }

    /// Whether the set holds a value; `None` if their types differ.
    fn holds(&self, value: Value<'_>) -> Option<bool> {
        match (self, value) {
            (Self::Numbers(numbers), Value::Number(_) | Value::Untyped(_)) => {
                Some(numbers.binary_search(&value.as_number()?).is_ok())
            }
            (Self::Texts(texts), Value::Text(text) | Value::Untyped(text)) => {
                Some(texts.binary_search_by(|known| (**known).cmp(text)).is_ok())
            }
            _ => None,
        }
    }
}

impl In {
    /// A membership test.
    pub(super) fn new(value: Box<dyn Node>, list: Vec<Box<dyn Node>>, negated: bool, site: u32) -> Self {
        let set = Set::of(&list);
        Self { value, list, set, negated, site }
    }

    /// Searches the list for one record.
    fn search(value: Value<'_>, list: &[Column<'_>], row: u32, env: &Env) -> Result<Truth, Fault> {
        let mut outcome = Ok(Truth::False);
        for element in list {
            let element = element.get(row);
            if element.is_null() {
                outcome = outcome.map(|truth| truth.max(Truth::Null));
                continue;
            }
            match equal(value, element, env) {
                Ok(true) => return Ok(Truth::True),
                Ok(false) => {}
                Err(fault) => outcome = outcome.and(Err(fault)),
            }
        }
        outcome
    }
}

impl Node for In {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let value = self.value.eval(run, rows);
        let list: Vec<Column<'_>> = self.list.iter().map(|node| node.eval(run, rows)).collect();
        truths.clear();
        for &row in rows {
            let value = value.get(row);
            let outcome = match self.set.as_ref().and_then(|set| set.holds(value)) {
                Some(holds) => Ok(holds.into()),
                None if value.is_null() => Ok(Truth::Null),
                None => Self::search(value, &list, row, run.env),
            };
            truths.push(match outcome {
                Ok(truth) => truth.negated_if(self.negated),
                Err(fault) => {
                    run.log.add(row, self.site, fault, Some(value));
                    Truth::Null
                }
            });
        }
    }
}
