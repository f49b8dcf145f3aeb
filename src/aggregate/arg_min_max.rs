//! `arg_min(x, by)` and `arg_max(x, by)`: a value of the record where another one is least or greatest.

use std::cmp::Ordering;

use super::each::{Each, State};
use super::kept::Kept;
use super::ranked::{Ranked, Wanted};
use super::{AggregateDef, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::{Ordered, Value};

const TEXT: &str = "`by` is compared in the order of values, as `min` and `max` do, and noted as theirs; of records with equal ones the first counts. \
                    Records with a null `by` are skipped; a null `x` is a result like others.";

/// The registry row of `arg_min`.
pub(super) static ARG_MIN: AggregateDef = AggregateDef {
    name: "arg_min",
    usage: "arg_min(x, by)",
    family: Family::Value,
    arity: (2, 2),
    computed: 2,
    taking: Taking::Chooses,
    orders: true,
    start: |_| Ok(Each::<ArgExtreme, 2>::boxed(Wanted::new(Ordering::Less))),
    doc: Doc {
        summary: "the value of x in the record with the least by",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'cheapest = arg_min(name, price)'",
            input: "{\"name\":\"a\",\"price\":3}\n{\"name\":\"b\",\"price\":1}\n{\"name\":\"c\",\"price\":1}\n",
            output: "{\"cheapest\":\"b\"}\n",
        }],
    },
};

/// The registry row of `arg_max`.
pub(super) static ARG_MAX: AggregateDef = AggregateDef {
    name: "arg_max",
    usage: "arg_max(x, by)",
    family: Family::Value,
    arity: (2, 2),
    computed: 2,
    taking: Taking::Chooses,
    orders: true,
    start: |_| Ok(Each::<ArgExtreme, 2>::boxed(Wanted::new(Ordering::Greater))),
    doc: Doc {
        summary: "the value of x in the record with the greatest by",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'slowest = arg_max(path, ms)'",
            input: "{\"path\":\"/a\",\"ms\":3}\n{\"path\":\"/b\",\"ms\":12}\n{\"path\":\"/c\",\"ms\":null}\n",
            output: "{\"slowest\":\"/b\"}\n",
        }],
    },
};

#[derive(Default)]
struct ArgExtreme {
    by: Ranked,
    value: Kept,
}

impl State<2> for ArgExtreme {
    type With = Wanted;

    #[inline]
    fn update(&mut self, [value, by]: [Value<'_>; 2], place: Rank, wanted: &mut Wanted) -> Result<(), Fault> {
        if self.by.offer_new(by, place, wanted) {
            self.value.set(value);
        }
        Ok(())
    }

    fn take_ordered(wanted: &mut Wanted) -> Option<Ordered> {
        wanted.take_ordered()
    }

    fn save(&self, out: &mut Vec<u8>) {
        self.by.save(out);
        saved::write_value(self.value.as_value(), out);
    }

    fn absorb(&mut self, from: &mut &[u8], wanted: &mut Wanted) -> Option<()> {
        let (by, place) = Ranked::load(from)?;
        let value = saved::read_value(from)?;
        if !by.is_null() && self.by.offer(by, place, wanted.order) {
            self.value.set(value);
        }
        Some(())
    }

    fn result(&self, _: &Wanted, out: Slot<'_>) -> Result<(), Fault> {
        out.value(self.value.as_value());
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.by.heap_bytes() + self.value.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::pair_results;

    #[test]
    fn the_first_of_ties_gives_the_value() {
        for (name, pairs, value) in [
            ("arg_min", &[("ta", "n2"), ("tb", "n1"), ("tc", "u1.0")][..], "\"b\""),
            ("arg_max", &[("ta", "n2"), ("tb", "n1"), ("tc", "u2.0")], "\"a\""),
            ("arg_max", &[("ta", "n2"), ("-", "n3")], "null"),
            ("arg_max", &[("ta", "n2"), ("tb", "-")], "\"a\""),
            ("arg_min", &[("ta", "-")], "null"),
        ] {
            assert_eq!(pair_results(name, pairs), value, "{name} {pairs:?}");
        }
    }
}
