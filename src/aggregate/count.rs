//! `count()` and `count(x)`: how many records, how many values.

use super::each::{Each, State};
use super::{AggregateDef, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::{Number, Value};

/// The registry row.
pub(super) static COUNT: AggregateDef = AggregateDef {
    name: "count",
    usage: "count([x])",
    family: Family::Count,
    arity: (0, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |given| {
        Ok(if given.args == 0 { Each::<Count, 0>::boxed(()) } else { Each::<Count, 1>::boxed(()) })
    },
    doc: Doc {
        summary: "the number of records, or of values that are not null",
        text: "`count()` counts records. `count(x)` counts those where `x` is not null, and `count_if(c)` those where a condition is true.",
        examples: &[Example {
            command: "--from ndjson aggregate 'count(), n = count(x)' --by k",
            input: "{\"k\":\"a\",\"x\":1}\n{\"k\":\"b\",\"x\":2}\n{\"k\":\"a\",\"x\":null}\n",
            output: "{\"k\":\"a\",\"count\":2,\"n\":1}\n{\"k\":\"b\",\"count\":1,\"n\":1}\n",
        }],
    },
};

#[derive(Default)]
pub(super) struct Count(u64);

impl<const N: usize> State<N> for Count {
    type With = ();

    #[inline]
    fn update(&mut self, _: [Value<'_>; N], _: Rank, (): &mut ()) -> Result<(), Fault> {
        self.0 += 1;
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_count(self.0, out);
    }

    fn absorb(&mut self, from: &mut &[u8], (): &mut ()) -> Option<()> {
        self.0 = self.0.checked_add(saved::read_count(from)?)?;
        Some(())
    }

    fn result(&self, (): &(), out: Slot<'_>) -> Result<(), Fault> {
        out.number(Number::from_u64(self.0));
        Ok(())
    }
}
