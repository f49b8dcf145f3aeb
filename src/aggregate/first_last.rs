//! `first(x)` and `last(x)`: in the order of the input.

use super::each::{Each, State};
use super::kept::Kept;
use super::{AggregateDef, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Slot};
use crate::value::Value;

/// The registry row of `first`.
pub(super) static FIRST: AggregateDef = AggregateDef {
    name: "first",
    usage: "first(x)",
    arity: (1, 1),
    computed: 1,
    start: |_, _| Ok(Each::<First, 1>::boxed(())),
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
    arity: (1, 1),
    computed: 1,
    start: |_, _| Ok(Each::<Last, 1>::boxed(())),
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

#[derive(Default)]
struct First(Kept);

impl First {
    fn offer(&mut self, value: Value<'_>) {
        if matches!(self.0, Kept::Null) {
            self.0.set(value);
        }
    }
}

impl State<1> for First {
    type With = ();

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], (): &mut ()) -> Result<(), Fault> {
        self.offer(value);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_value(self.0.as_value(), out);
    }

    fn absorb(&mut self, from: &mut &[u8], (): &mut ()) -> Option<()> {
        self.offer(saved::read_value(from)?);
        Some(())
    }

    fn result(&self, (): &(), out: Slot<'_>) -> Result<(), Fault> {
        out.value(self.0.as_value());
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

#[derive(Default)]
struct Last(Kept);

impl State<1> for Last {
    type With = ();

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], (): &mut ()) -> Result<(), Fault> {
        self.0.set(value);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_value(self.0.as_value(), out);
    }

    fn absorb(&mut self, from: &mut &[u8], (): &mut ()) -> Option<()> {
        let later = saved::read_value(from)?;
        if !later.is_null() {
            self.0.set(later);
        }
        Some(())
    }

    fn result(&self, (): &(), out: Slot<'_>) -> Result<(), Fault> {
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
