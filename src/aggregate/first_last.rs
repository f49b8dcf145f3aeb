//! `first(x)` and `last(x)`: in the order of the input.

use super::each::{Each, State};
use super::kept::Kept;
use super::{AggregateDef, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::Value;

/// The registry row of `first`.
pub(super) static FIRST: AggregateDef = AggregateDef {
    name: "first",
    usage: "first(x)",
    family: Family::Value,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Chooses,
    orders: false,
    start: |_| Ok(Each::<Placed, 1>::boxed(Rank::lt)),
    doc: Doc {
        summary: "the first value in input order",
        text: "Nulls are skipped; without values the result is null. By event time: `arg_min(x, time)`.",
        examples: &[Example {
            command: "--from ndjson aggregate 'first(x)' --by k",
            input: "{\"k\":1,\"x\":null}\n{\"k\":1,\"x\":\"b\"}\n{\"k\":1,\"x\":\"a\"}\n",
            output: "{\"k\":1,\"first_x\":\"b\"}\n",
        }],
    },
};

/// The registry row of `last`.
pub(super) static LAST: AggregateDef = AggregateDef {
    name: "last",
    usage: "last(x)",
    family: Family::Value,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Chooses,
    orders: false,
    start: |_| Ok(Each::<Placed, 1>::boxed(Rank::ge)),
    doc: Doc {
        summary: "the last value in input order",
        text: "Nulls are skipped; without values the result is null. By event time: `arg_max(x, time)`.",
        examples: &[Example {
            command: "--from ndjson aggregate 'last(x)' --by k",
            input: "{\"k\":1,\"x\":\"b\"}\n{\"k\":1,\"x\":\"a\"}\n{\"k\":1,\"x\":null}\n",
            output: "{\"k\":1,\"last_x\":\"a\"}\n",
        }],
    },
};

/// A value with its place in input order.
#[derive(Default)]
struct Placed {
    value: Kept,
    place: Rank,
}

impl Placed {
    /// Takes `value`, which is not null, if there is none yet or its place `is_better` than that of the one held.
    #[inline]
    fn offer(&mut self, value: Value<'_>, place: Rank, is_better: fn(&Rank, &Rank) -> bool) {
        if matches!(self.value, Kept::Null) || is_better(&place, &self.place) {
            self.value.set(value);
            self.place = place;
        }
    }
}

impl State<1> for Placed {
    /// Whether a place is better than the one held.
    type With = fn(&Rank, &Rank) -> bool;

    #[inline]
    fn update(
        &mut self,
        [value]: [Value<'_>; 1],
        place: Rank,
        is_better: &mut Self::With,
    ) -> Result<(), Fault> {
        self.offer(value, place, *is_better);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_value(self.value.as_value(), out);
        self.place.save(out);
    }

    fn absorb(&mut self, from: &mut &[u8], is_better: &mut Self::With) -> Option<()> {
        let value = saved::read_value(from)?;
        let place = Rank::load(from)?;
        if !value.is_null() {
            self.offer(value, place, *is_better);
        }
        Some(())
    }

    fn result(&self, _: &Self::With, out: Slot<'_>) -> Result<(), Fault> {
        out.value(self.value.as_value());
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.value.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn nulls_are_skipped() {
        for (name, values, kept) in [
            ("first", &["-", "u007", "n1"][..], "\"007\""),
            ("last", &["u007", "ty", "n1", "-"], "1"),
            ("last", &["n1", "ty", "-"], "\"y\""),
            ("first", &["-"], "null"),
        ] {
            assert_eq!(results(name, &[], values), kept, "{name} {values:?}");
        }
    }
}
