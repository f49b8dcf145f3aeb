//! `avg(x)`: the mean.

use super::amount::{Kinds, MIXED, OVERFLOW, TOO_LONG, half_even};
use super::each::Each;
use super::total::Total;
use super::{AggregateDef, Family, Taking};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Slot};
use crate::time::Duration;

/// The registry row.
pub(super) static AVG: AggregateDef = AggregateDef {
    name: "avg",
    usage: "avg(x)",
    family: Family::Total,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(Each::<Total, 1>::boxed(mean)),
    doc: Doc {
        summary: "the mean of numbers or durations",
        text: "The exact total is divided by the number of values and rounded once: to the nearest double, beyond the doubles to \
               17 digits, of durations to the nearest nanosecond. Without values the mean is null.\n\n\
               Nulls are skipped; a bool is 1 or 0, but for its text, which `bool(x)` reads. Text that is not a number is an error of that record. A group of both numbers and durations \
               has no mean: its result is null, and counted as an error.",
        examples: &[
            Example {
                command: "--from ndjson aggregate 'avg(x)' --by k",
                input: "{\"k\":\"a\",\"x\":1}\n{\"k\":\"a\",\"x\":2}\n{\"k\":\"b\",\"x\":null}\n",
                output: "{\"k\":\"a\",\"avg_x\":1.5}\n{\"k\":\"b\",\"avg_x\":null}\n",
            },
            Example {
                command: "--from ndjson aggregate 'slow = avg(ms > 10)'",
                input: "{\"ms\":3}\n{\"ms\":30}\n{\"ms\":5}\n{\"ms\":null}\n{\"ms\":7}\n",
                output: "{\"slow\":0.25}\n",
            },
        ],
    },
};

fn mean(total: &Total, out: Slot<'_>) -> Result<(), Fault> {
    match total.kinds {
        Kinds::NUMBERS => out.number(total.sum.divided_by(total.count).map_err(|_| OVERFLOW)?),
        Kinds::DURATIONS => out.duration(mean_duration(total)?),
        _ => return Err(MIXED),
    }
    Ok(())
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
            (&["b", "c", "b", "b"], "0.75"),
            (&["b", "d1h"], "fault"),
        ] {
            assert_eq!(results("avg", &[], values), mean, "{values:?}");
        }
    }
}
