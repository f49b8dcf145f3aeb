//! The value that comes first or last in the order of values, as far as a group has been seen.

use std::cmp::Ordering;

use super::each::Scaled;
use super::kept::Kept;
use super::saved;
use crate::record::Rank;
use crate::value::key::{Direction, write_order};
use crate::value::{Exact, Number, Ordered, Value};

/// The least or greatest value so far, as it was spelled. Null while there is none.
#[derive(Default)]
pub(super) struct Ranked {
    value: Kept,
    /// The number that the value is or spells, so that it is parsed once; not of more than 38 digits.
    number: Option<Number>,
    /// Whether it is a number of more than 38 digits.
    is_long: bool,
    /// The mantissa of the same number, if it is a short one, with as many decimals.
    mantissa: i64,
    decimals: Option<u8>,
    /// The value's place in input order.
    place: Rank,
}

/// Which value is wanted, and what was offered.
#[derive(Clone)]
pub(super) struct Wanted {
    /// How a better value compares to the one held.
    pub(super) order: Ordering,
    /// What was offered since this was last taken.
    pub(super) ordered: Ordered,
}

impl Wanted {
    /// The least value, or the greatest.
    pub(super) fn new(order: Ordering) -> Self {
        Self { order, ordered: Ordered::default() }
    }

    /// What was offered since this was last asked.
    pub(super) fn take_ordered(&mut self) -> Option<Ordered> {
        if self.ordered.is_empty() { None } else { Some(std::mem::take(&mut self.ordered)) }
    }
}

impl Ranked {
    /// Takes `value`, which is not null, if there is none yet or `value` compares as `wanted` to the one held:
    /// of ties the first in input order stays. Says whether it was taken.
    #[inline]
    pub(super) fn offer(&mut self, value: Value<'_>, place: Rank, wanted: Ordering) -> bool {
        self.offer_as(value, exact_of(value), place, wanted)
    }

    /// [`Self::offer`] of a value that is noted as one that is ordered.
    #[inline]
    pub(super) fn offer_new(&mut self, value: Value<'_>, place: Rank, wanted: &mut Wanted) -> bool {
        let exact = exact_of(value);
        wanted.ordered.note_at(value, exact.is_some(), place.number());
        self.offer_as(value, exact, place, wanted.order)
    }

    #[inline]
    fn offer_as(
        &mut self,
        value: Value<'_>,
        exact: Option<Exact<'_>>,
        place: Rank,
        wanted: Ordering,
    ) -> bool {
        let number = match exact {
            Some(Exact::Short(number)) => Some(number),
            _ => None,
        };
        let compared = match (number, self.number) {
            (Some(new), Some(held)) => new.cmp(&held),
            _ => match (value, self.value.as_text()) {
                (Value::Text(new) | Value::Untyped(new), Some(held))
                    if exact.is_none() && !self.is_number() =>
                {
                    new.cmp(held)
                }
                _ => self.compare(value, exact, wanted),
            },
        };
        let better = compared == wanted || compared == Ordering::Equal && place < self.place;
        if better {
            self.value.set(value);
            self.number = number;
            self.is_long = exact.is_some() && number.is_none();
            self.decimals = None;
            self.place = place;
        }
        better
    }

    /// Whether a number would not be taken, as far as can be seen at once.
    #[inline]
    pub(super) fn passes_over(&self, new: Scaled, place: impl FnOnce() -> Rank, wanted: Ordering) -> bool {
        if self.decimals != Some(new.decimals) {
            return false;
        }
        let compared = new.mantissa.cmp(&self.mantissa);
        compared == wanted.reverse() || compared == Ordering::Equal && place() > self.place
    }

    /// [`Self::offer`] of a value that is this number.
    pub(super) fn offer_scaled(&mut self, value: Value<'_>, new: Scaled, place: Rank, wanted: &mut Wanted) {
        if self.offer_new(value, place, wanted) {
            self.hold_scaled(Some(new));
        } else if let Some(held) = self.number {
            // What is held is brought to the power of ten at which numbers come.
            self.hold_scaled(held.to_scaled(new.decimals).map(|mantissa| Scaled { mantissa, ..new }));
        }
    }

    /// Whether the value held is a number, or spells one.
    #[inline]
    fn is_number(&self) -> bool {
        self.number.is_some() || self.is_long
    }

    fn hold_scaled(&mut self, scaled: Option<Scaled>) {
        self.decimals = scaled.map(|scaled| scaled.decimals);
        self.mantissa = scaled.map_or(0, |scaled| scaled.mantissa);
    }

    /// The value held, or null.
    pub(super) fn as_value(&self) -> Value<'_> {
        self.value.as_value()
    }

    /// Appends the saved form.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        saved::write_value(self.as_value(), out);
        self.place.save(out);
    }

    /// Reads a saved form: the value, null if there was none, and its place.
    pub(super) fn load<'a>(from: &mut &'a [u8]) -> Option<(Value<'a>, Rank)> {
        let value = saved::read_value(from)?;
        Some((value, Rank::load(from)?))
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.value.heap_bytes()
    }

    /// How a value, `exact` if it is or spells a number, compares to the one held; as `wanted` if there is none.
    fn compare(&self, value: Value<'_>, exact: Option<Exact<'_>>, wanted: Ordering) -> Ordering {
        let held = self.as_value();
        let held_exact = match self.number {
            Some(number) => Some(Exact::Short(number)),
            None if self.is_long => held.as_exact(),
            None => None,
        };
        match (exact, held_exact) {
            _ if held.is_null() => wanted,
            (Some(new), Some(held)) => new.cmp(&held),
            (Some(_), None) => NUMBER.cmp(&class(held)),
            (None, Some(_)) => class(value).cmp(&NUMBER),
            (None, None) => compare(value, held),
        }
    }
}

/// Compares values that are not null and neither are nor spell a number.
fn compare(left: Value<'_>, right: Value<'_>) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(&right),
        (Value::Time(_) | Value::Stamp(_), Value::Time(_) | Value::Stamp(_)) => {
            let by_spelling = || left.as_text().cmp(&right.as_text());
            left.cmp_times(right).unwrap_or_else(|| class(left).cmp(&class(right)).then_with(by_spelling))
        }
        (Value::Duration(left), Value::Duration(right)) => left.cmp(&right),
        (Value::Text(left) | Value::Untyped(left), Value::Text(right) | Value::Untyped(right)) => {
            left.cmp(right)
        }
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            order_key(left).cmp(&order_key(right))
        }
        _ => class(left).cmp(&class(right)),
    }
}

fn order_key(value: Value<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    write_order(value, Direction::Ascending, &mut key);
    key
}

/// The number that a value is ordered as, if it is; an epoch is ordered as a time.
#[inline]
fn exact_of(value: Value<'_>) -> Option<Exact<'_>> {
    if let Value::Stamp(_) = value { None } else { value.as_exact() }
}

/// The [`class`] of numbers.
const NUMBER: u8 = 1;

fn class(value: Value<'_>) -> u8 {
    match value {
        Value::Bool(_) => 0,
        Value::Number(_) => NUMBER,
        Value::Spelled(_) => NUMBER,
        Value::Stamp(stamp) if stamp.time().is_none() => class(stamp.plain()),
        Value::Time(_) | Value::Stamp(_) => 2,
        Value::Duration(_) => 3,
        Value::Text(_) | Value::Untyped(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
        Value::Null => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> impl Strategy<Value = Kept> {
        let spelled = prop::sample::select(vec![
            "1",
            "1.0",
            "-3",
            "abc",
            "ab",
            "true",
            "",
            "1e2",
            "007",
            "[1,2]",
            "[1, 3]",
            r#"{"a":1}"#,
            r#"{"a":null}"#,
        ]);
        (spelled, 0..6u8, any::<i8>()).prop_map(|(text, kind, n)| {
            let mut kept = Kept::default();
            kept.set(match kind {
                0 => Value::Bool(n > 0),
                1 => Value::Number(Number::from_i64(n.into())),
                2 if text.starts_with('[') => Value::Array(text.as_bytes()),
                3 if text.starts_with('{') => Value::Object(text.as_bytes()),
                4 => Value::Text(text.as_bytes()),
                _ => Value::Untyped(text.as_bytes()),
            });
            kept
        })
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_keys(values in prop::collection::vec(sample(), 1..6)) {
            for wanted in [Ordering::Less, Ordering::Greater] {
                let mut ranked = Ranked::default();
                let mut best = values[0].as_value();
                for (place, value) in (0..).zip(&values) {
                    let value = value.as_value();
                    if order_key(value).cmp(&order_key(best)) == wanted {
                        best = value;
                    }
                    ranked.offer(value, Rank::default().after(place), wanted);
                }
                prop_assert_eq!(format!("{:?}", ranked.as_value()), format!("{best:?}"));
            }
        }
    }
}
