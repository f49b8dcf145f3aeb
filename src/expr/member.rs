//! `in [a, b]`.

use super::blame::{Operand, of_comparison};
use super::compare::equal;
use super::node::{Column, Node, Run, Truth, bools_of};
use crate::record::{Env, Fault};
use crate::scan::json::elements;
use crate::value::{Exact, Number, Value, json};

/// `a in [b, c]`: as `a == b or a == c`, but a list of constants of one type is searched.
pub(super) struct In {
    value: Box<dyn Node>,
    list: Vec<Box<dyn Node>>,
    set: Option<Set>,
    /// The value is text and nothing else: no element is a time.
    as_text: bool,
    negated: bool,
    site: u32,
}

/// `a in tags`: whether an array has an element that is equal.
pub(super) struct InArray {
    pub(super) value: Box<dyn Node>,
    pub(super) array: Box<dyn Node>,
    pub(super) negated: bool,
    pub(super) site: u32,
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
            (Self::Numbers(numbers), Value::Number(_) | Value::Spelled(_) | Value::Untyped(_)) => {
                match value.as_exact()? {
                    Exact::Short(number) => Some(numbers.binary_search(&number).is_ok()),
                    // All of these have fewer digits.
                    Exact::Long(_) => Some(false),
                }
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
        let (set, as_text) = (Set::of(&list), value.is_text());
        Self { value, list, set, as_text, negated, site }
    }
}

/// A search through a list, as an `or` of comparisons: a match decides, else a fault, else a null.
struct Search(Result<Truth, Fault>);

impl Search {
    fn new() -> Self {
        Self(Ok(Truth::False))
    }

    fn compare(&mut self, value: Value<'_>, element: Value<'_>, env: &Env) {
        if self.0 == Ok(Truth::True) {
            return;
        }
        if element.is_null() {
            self.0 = self.0.map(|truth| truth.max(Truth::Null));
            return;
        }
        match equal(value, element, env) {
            Ok(true) => self.0 = Ok(Truth::True),
            Ok(false) => {}
            Err(fault) => self.0 = self.0.and(Err(fault)),
        }
    }
}

impl In {
    fn search(&self, value: Value<'_>, list: &[Column<'_>], row: u32, env: &Env) -> Result<Truth, Fault> {
        let mut search = Search::new();
        for (element, node) in list.iter().zip(&self.list) {
            match element.get(row) {
                element if self.as_text || node.is_text() => {
                    search.compare(value.plain(), element.plain(), env);
                }
                element => search.compare(value, element, env),
            }
        }
        search.0
    }

    /// What a report shows of a value and the first element that it cannot be compared with.
    #[cold]
    fn blamed<'a>(&self, value: Operand<'a>, list: &'a [Column<'_>], row: u32, env: &Env) -> Value<'a> {
        let elements = list.iter().map(|element| Operand::of(element.get(row), element));
        let mut odd = elements.filter(|element| is_fault(value.value, element.value, env));
        odd.next().map_or(value.value, |element| of_comparison(value, element, env))
    }
}

/// Whether two values cannot be compared.
fn is_fault(value: Value<'_>, element: Value<'_>, env: &Env) -> bool {
    !element.is_null() && equal(value, element, env).is_err()
}

impl InArray {
    /// Notes a fault with what is shown of a value and the first element that it cannot be compared with.
    #[cold]
    fn blame(&self, value: Operand<'_>, array: Value<'_>, fault: Fault, row: u32, run: &mut Run<'_, '_>) {
        let Value::Array(text) = array else {
            return run.log.add(row, self.site, fault, Some(array));
        };
        let mut buffer = Vec::new();
        let mut told = false;
        let _ = elements(text, 0, |item| {
            let element = json::of_checked(text, item, &mut buffer);
            if !told && is_fault(value.value, element, run.env) {
                told = true;
                let shown = of_comparison(value, Operand::of_field(element), run.env);
                run.log.add(row, self.site, fault, Some(shown));
            }
        });
        debug_assert!(told, "some element was at fault");
    }

    fn search(value: Value<'_>, array: Value<'_>, env: &Env) -> Result<Truth, Fault> {
        let text = match array {
            Value::Null => return Ok(Truth::Null),
            _ if value.is_null() => return Ok(Truth::Null),
            Value::Array(text) => text,
            _ => return Err(Fault("neither a list nor an array")),
        };
        let mut search = Search::new();
        let mut buffer = Vec::new();
        // All inside was checked when the record was read.
        let _ = elements(text, 0, |item| {
            let element = json::of_checked(text, item, &mut buffer);
            search.compare(value, element, env);
        });
        search.0
    }
}

impl Node for In {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let values = self.value.eval(run, rows);
        let list: Vec<Column<'_>> = self.list.iter().map(|node| node.eval(run, rows)).collect();
        truths.clear();
        for &row in rows {
            let value = values.get(row);
            let outcome = match self.set.as_ref().and_then(|set| set.holds(value)) {
                Some(holds) => Ok(holds.into()),
                None if value.is_null() => Ok(Truth::Null),
                None => self.search(value, &list, row, run.env),
            };
            truths.push(match outcome {
                Ok(truth) => truth.negated_if(self.negated),
                Err(fault) => {
                    let shown = self.blamed(Operand::of(value, &values), &list, row, run.env);
                    run.log.add(row, self.site, fault, Some(shown));
                    Truth::Null
                }
            });
        }
    }
}

impl Node for InArray {
    fn eval<'b>(&self, run: &mut Run<'b, '_>, rows: &[u32]) -> Column<'b> {
        bools_of(self, run, rows)
    }

    fn test(&self, run: &mut Run<'_, '_>, rows: &[u32], truths: &mut Vec<Truth>) {
        let values = self.value.eval(run, rows);
        let arrays = self.array.eval(run, rows);
        truths.clear();
        for &row in rows {
            let array = arrays.get(row);
            truths.push(match Self::search(values.get(row), array, run.env) {
                Ok(truth) => truth.negated_if(self.negated),
                Err(fault) => {
                    self.blame(Operand::of(values.get(row), &values), array, fault, row, run);
                    Truth::Null
                }
            });
        }
    }
}
