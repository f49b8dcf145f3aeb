//! `sum(x)`: the exact total.

use super::amount::{Kinds, MIXED, OVERFLOW, duration};
use super::each::Each;
use super::total::Total;
use super::{AggregateDef, Family, Taking};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Slot};

/// The registry row.
pub(super) static SUM: AggregateDef = AggregateDef {
    name: "sum",
    usage: "sum(x)",
    family: Family::Total,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(Each::<Total, 1>::boxed(sum)),
    doc: Doc {
        summary: "the exact sum of numbers or durations",
        text: "The sum is exact, whatever the order and size of the numbers: ten times 0.1 is 1, and only the total is rounded, \
               to 38 digits. Numbers that have more are added with all their digits. The sum of durations is a duration. Without values the sum is null.\n\n\
               Nulls are skipped; a bool is 1 or 0, but for its text, which `bool(x)` reads. Text that is not a number is an error of that record. A group of both numbers and durations \
               has no sum: its result is null, and counted as an error.",
        examples: &[Example {
            command: "--from ndjson aggregate 'sum(x)' --by k",
            input: "{\"k\":\"b\",\"x\":0.1}\n{\"k\":\"a\",\"x\":7}\n{\"k\":\"b\",\"x\":0.2}\n{\"k\":\"a\"}\n",
            output: "{\"k\":\"a\",\"sum_x\":7}\n{\"k\":\"b\",\"sum_x\":0.3}\n",
        }],
    },
};

fn sum(total: &Total, out: Slot<'_>) -> Result<(), Fault> {
    match total.kinds {
        Kinds::NUMBERS => out.number(total.sum.total().map_err(|_| OVERFLOW)?),
        Kinds::DURATIONS => out.duration(duration(total.sum.total().map_err(|_| OVERFLOW)?)?),
        _ => return Err(MIXED),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn sums_are_exact_and_typed() {
        for (values, sum) in [
            (&["n0.1"; 10][..], "1"),
            (&["n1e30", "n1", "n-1e30"], "1"),
            (&["-"], "null"),
            (&["u007", "u1.50"], "8.5"),
            (&["u1", "uabc", "t2"], "1"),
            (&["d1h", "d30m"], "1h30m"),
            (&["d1h", "n1"], "fault"),
            (&["b", "c", "n0.5", "utrue", "ttrue"], "1.5"),
            (&["n9e6143", "n9e6143"], "fault"),
        ] {
            assert_eq!(results("sum", &[], values), sum, "{values:?}");
        }
    }
}
