//! `min(x)` and `max(x)`: the least and greatest in the order of values.

use std::cmp::Ordering;

use super::each::{Each, Scaled, State};
use super::ranked::{Ranked, Wanted};
use super::{AggregateDef, Family, Taking};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::{Ordered, Value};

const TEXT: &str = "Values of any type are compared in the order bool < number < time < duration < text < array < object, \
     text by its bytes. Untyped text that is spelled as a number is that number. Numbers of any length compare exactly, and \
     leave as they were spelled; of equal ones the first. Nulls are skipped; without values the result is null. Text that \
     looks like a number, a duration or a time is noted (`tamis help reports`).";

/// The registry row of `min`.
pub(super) static MIN: AggregateDef = AggregateDef {
    name: "min",
    usage: "min(x)",
    family: Family::Order,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |_| Ok(Each::<Extreme, 1>::boxed(Wanted::new(Ordering::Less))),
    doc: Doc {
        summary: "the least value",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'min(x)' --by k",
            input: "{\"k\":1,\"x\":10}\n{\"k\":1,\"x\":9}\n{\"k\":2,\"x\":\"b\"}\n{\"k\":2,\"x\":\"a\"}\n",
            output: "{\"k\":1,\"min_x\":9}\n{\"k\":2,\"min_x\":\"a\"}\n",
        }],
    },
};

/// The registry row of `max`.
pub(super) static MAX: AggregateDef = AggregateDef {
    name: "max",
    usage: "max(x)",
    family: Family::Order,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |_| Ok(Each::<Extreme, 1>::boxed(Wanted::new(Ordering::Greater))),
    doc: Doc {
        summary: "the greatest value",
        text: TEXT,
        examples: &[Example {
            command: "--from csv aggregate 'max(x)'",
            input: "x\n9\n10.50\n1.5\n",
            output: "max_x\n10.50\n",
        }],
    },
};

#[derive(Default)]
struct Extreme(Ranked);

impl State<1> for Extreme {
    type With = Wanted;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], place: Rank, wanted: &mut Wanted) -> Result<(), Fault> {
        self.0.offer_new(value, place, wanted);
        Ok(())
    }

    const TAKES_DECIMALS: bool = true;

    #[inline]
    fn passes_over(&self, scaled: Scaled, place: impl FnOnce() -> Rank, wanted: &Wanted) -> bool {
        self.0.passes_over(scaled, place, wanted.order)
    }

    fn update_scaled<'v>(
        &mut self,
        scaled: Scaled,
        value: impl FnOnce() -> Value<'v>,
        place: Rank,
        wanted: &mut Wanted,
    ) -> Result<(), Fault> {
        self.0.offer_scaled(value(), scaled, place, wanted);
        Ok(())
    }

    fn take_ordered(wanted: &mut Wanted) -> Option<Ordered> {
        wanted.take_ordered()
    }

    fn save(&self, out: &mut Vec<u8>) {
        self.0.save(out);
    }

    fn absorb(&mut self, from: &mut &[u8], wanted: &mut Wanted) -> Option<()> {
        let (value, place) = Ranked::load(from)?;
        if !value.is_null() {
            self.0.offer(value, place, wanted.order);
        }
        Some(())
    }

    fn result(&self, _: &Wanted, out: Slot<'_>) -> Result<(), Fault> {
        out.value(self.0.as_value());
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn the_first_of_ties_leaves_as_it_was_spelled() {
        for (name, values, best) in [
            ("min", &["n3", "n-1", "-"][..], "-1"),
            ("max", &["u10.0", "u9", "u10"], "\"10.0\""),
            ("max", &["u10", "u10.0"], "\"10\""),
            ("min", &["tb", "ta", "n5"], "5"),
            ("max", &["tb", "ta", "n5"], "\"b\""),
            ("max", &["ub", "u99"], "\"b\""),
            ("max", &["d1m", "d90s"], "1m30s"),
            ("min", &["-"], "null"),
        ] {
            assert_eq!(results(name, &[], values), best, "{name} {values:?}");
        }
    }
}
