//! `variance(x)` and `stddev(x)`: the spread of a sample.

use super::amount::{OVERFLOW, number};
use super::each::{Each, State};
use super::{AggregateDef, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::sum::{Sum, deviation, variance};
use crate::value::{Number, Value};

const TEXT: &str = "Of a sample: divided by one less than the number of values, and null for fewer than two. It comes from the \
                    exact sums of the numbers and of their squares, rounded once to the nearest double, beyond the doubles to 17 digits.\n\n\
                    Nulls are skipped; what is not a number is an error of that record.";

/// The registry row of `variance`.
pub(super) static VARIANCE: AggregateDef = AggregateDef {
    name: "variance",
    usage: "variance(x)",
    family: Family::Total,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(Each::<Moments, 1>::boxed(variance)),
    doc: Doc {
        summary: "the sample variance of numbers",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'variance(x)'",
            input: "{\"x\":2}\n{\"x\":4}\n{\"x\":9}\n",
            output: "{\"variance_x\":13}\n",
        }],
    },
};

/// The registry row of `stddev`.
pub(super) static STDDEV: AggregateDef = AggregateDef {
    name: "stddev",
    usage: "stddev(x)",
    family: Family::Total,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(Each::<Moments, 1>::boxed(deviation)),
    doc: Doc {
        summary: "the sample standard deviation of numbers",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'stddev(x)'",
            input: "{\"x\":1}\n{\"x\":3}\n{\"x\":5}\n",
            output: "{\"stddev_x\":2}\n",
        }],
    },
};

#[derive(Default)]
struct Moments {
    count: u64,
    sum: Sum,
    squares: Sum,
}

impl State<1> for Moments {
    /// What is made of the sums of the numbers and their squares, and how many they are.
    type With = fn(&Sum, &Sum, u64) -> Option<Number>;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], _: Rank, _: &mut Self::With) -> Result<(), Fault> {
        let number = number(value)?;
        self.count += 1;
        self.sum.add_exact(number);
        self.squares.add_exact_square(number);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        saved::write_count(self.count, out);
        self.sum.save(out);
        self.squares.save(out);
    }

    fn absorb(&mut self, from: &mut &[u8], _: &mut Self::With) -> Option<()> {
        self.count = self.count.checked_add(saved::read_count(from)?)?;
        self.sum.absorb(&Sum::load(from)?);
        self.squares.absorb(&Sum::load(from)?);
        Some(())
    }

    fn result(&self, with: &Self::With, out: Slot<'_>) -> Result<(), Fault> {
        if self.count < 2 {
            out.null();
            return Ok(());
        }
        let spread = with(&self.sum, &self.squares, self.count);
        out.number(spread.ok_or(OVERFLOW)?);
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.sum.heap_bytes() + self.squares.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::results;

    #[test]
    fn spreads_of_samples() {
        for (name, values, spread) in [
            ("variance", &["n2", "n4", "n9"][..], "13"),
            ("variance", &["n5"], "null"),
            ("variance", &["n1000000000.1", "n1000000000.2"], "0.005"),
            ("stddev", &["n1", "u3", "n5", "tx"], "2"),
            ("stddev", &["n7", "n7"], "0"),
            ("stddev", &["n1e300", "n-1e300"], "1.4142135623730952e300"),
            ("variance", &["n1e300", "n-1e300"], "2e600"),
            ("variance", &["n1e6000", "n-1e6000"], "fault"),
            // The root of the variance's nearest double would be 0.4442616583193193.
            ("stddev", &[["n1"; 15].as_slice(), &["n2"; 5]].concat(), "0.44426165831931924"),
        ] {
            assert_eq!(results(name, &[], values), spread, "{name} {values:?}");
        }
    }
}
