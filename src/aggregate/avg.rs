//! `avg(x)`: the mean.

use super::AggregateDef;
use super::amount::{Kinds, MIXED, NO_DOUBLE, OVERFLOW, TOO_LONG, half_even};
use super::each::{Each, Scaled, State};
use super::total::Total;
use crate::doc::{Doc, Example};
use crate::record::{Fault, Slot};
use crate::time::Duration;
use crate::value::Value;

/// The registry row.
pub(super) static AVG: AggregateDef = AggregateDef {
    name: "avg",
    usage: "avg(x)",
    arity: (1, 1),
    computed: 1,
    start: |_| Ok(Each::<Mean, 1>::boxed(())),
    doc: Doc {
        summary: "the mean of numbers or durations",
        text: "The exact total is divided by the number of values and rounded once: to the nearest double, of durations to the \
               nearest nanosecond. Without values the mean is null.\n\n\
               Nulls are skipped. Text that is not a number is an error of that record. A group of both numbers and durations \
               has no mean: its result is null, and counted as an error.",
        examples: &[Example {
            command: "--from ndjson aggregate 'avg(x)' --by k",
            input: "{\"k\":\"a\",\"x\":1}\n{\"k\":\"a\",\"x\":2}\n{\"k\":\"b\",\"x\":null}\n",
            output: "{\"k\":\"a\",\"avg_x\":1.5}\n{\"k\":\"b\",\"avg_x\":null}\n",
        }],
    },
};

#[derive(Default)]
struct Mean(Total);

impl State<1> for Mean {
    type With = ();

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], _: u64, (): &mut ()) -> Result<(), Fault> {
        self.0.add(value)
    }

    const TAKES_DECIMALS: bool = true;

    #[inline]
    fn update_scaled<'v>(
        &mut self,
        scaled: Scaled,
        _: impl FnOnce() -> Value<'v>,
        _: u64,
        (): &mut (),
    ) -> Result<(), Fault> {
        self.0.add_scaled(scaled);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        self.0.save(out);
    }

    fn absorb(&mut self, from: &mut &[u8], (): &mut ()) -> Option<()> {
        self.0.absorb(from)
    }

    fn result(&self, (): &(), out: Slot<'_>) -> Result<(), Fault> {
        let Total { sum, count, kinds } = &self.0;
        match (*count, *kinds) {
            (0, _) => out.null(),
            (_, Kinds::NUMBERS) => out.number(sum.divided_by(*count).map_err(|_| NO_DOUBLE)?),
            (_, Kinds::DURATIONS) => out.duration(mean_duration(&self.0)?),
            _ => return Err(MIXED),
        }
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.0.sum.heap_bytes()
    }
}

/// The nanoseconds divided as integers, half to even.
fn mean_duration(total: &Total) -> Result<Duration, Fault> {
    let nanos = half_even(total.sum.total().map_err(|_| OVERFLOW)?).ok_or(TOO_LONG)?;
    let count = i128::from(total.count);
    let (below, rest) = (nanos.div_euclid(count), nanos.rem_euclid(count));
    let up = rest * 2 > count || rest * 2 == count && below % 2 != 0;
    Duration::from_nanos(below + i128::from(up)).ok_or(TOO_LONG)
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn means_are_rounded_once() {
        for (values, mean) in [
            (&["n1", "n2"][..], "1.5"),
            (&["n1", "n1", "n2"], "1.3333333333333333"),
            (&["n1e30", "n3", "n-1e30"], "1"),
            (&[], "null"),
            (&["d1ns", "d2ns"], "2ns"),
            (&["d1ns", "d0ns"], "0s"),
            (&["d3ns", "d2ns"], "2ns"),
            (&["d1h", "d2h"], "1h30m"),
            (&["n1", "d2h"], "fault"),
        ] {
            assert_eq!(results("avg", &[], values), mean, "{values:?}");
        }
    }
}
