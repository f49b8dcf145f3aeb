//! `count_if(c)`: for how many records a condition holds.

use super::each::{Each, State};
use super::{AggregateDef, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::{Number, Value};

/// The registry row.
pub(super) static COUNT_IF: AggregateDef = AggregateDef {
    name: "count_if",
    usage: "count_if(condition)",
    family: Family::Count,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Tests,
    orders: false,
    start: |_| Ok(Each::<CountIf, 1>::boxed(())),
    doc: Doc {
        summary: "the number of records for which a condition is true",
        text: "Records for which it is false or null do not count. A value that is neither true nor false is an error of that \
               record.",
        examples: &[Example {
            command: "--from ndjson aggregate 'count(), bad = count_if(status >= 500)'",
            input: "{\"status\":200}\n{\"status\":503}\n{\"status\":null}\n",
            output: "{\"count\":3,\"bad\":1}\n",
        }],
    },
};

#[derive(Default)]
struct CountIf(u64);

impl State<1> for CountIf {
    type With = ();

    #[inline]
    fn update(&mut self, [condition]: [Value<'_>; 1], _: Rank, (): &mut ()) -> Result<(), Fault> {
        self.0 += u64::from(condition.as_bool().ok_or(Fault("not true or false"))?);
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
