//! `quantile(x, q)`, `exact_quantile(x, q)`, `median(x)` and `p50 p90 p99 p999 …`.

use super::each::{Each, Scaled, State};
use super::values::Values;
use super::{AggregateDef, Aggregator, Family, Started, Taking};
use crate::doc::{Doc, Example};
use crate::record::{Fault, Rank, Slot};
use crate::value::{Number, Value};

/// Numbers of a group up to which quantiles are exact.
const EXACT: usize = 1024;

const TEXT: &str = "Between two values it is interpolated (type 7, as in R, NumPy and DuckDB). Quantiles of up to 1,024 numbers in \
                    a group are exact; beyond that they are within 0.8 % of the exact values, in 0.3 to 1.3 KiB for each power of \
                    two that the numbers span; `exact_quantile` keeps them all. Quantiles of times and durations are exact, to \
                    the nanosecond.\n\n\
                    Nulls are skipped; without values the result is null. Text that is not a number is an error of that record. \
                    A group that mixes numbers, times and durations has no quantile: its result is null, and counted as an \
                    error.";

const ODD: &str = "{\"ms\":40}\n{\"ms\":10}\n{\"ms\":20}\n";

/// The registry row of `quantile`.
pub(super) static QUANTILE: AggregateDef = AggregateDef {
    name: "quantile",
    usage: "quantile(x, q)",
    family: Family::Order,
    arity: (2, 2),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |given| start("quantile", EXACT, given.literals),
    doc: Doc {
        summary: "the value below which the part q of all values lies",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'q = quantile(ms, 0.75)'",
            input: ODD,
            output: "{\"q\":30}\n",
        }],
    },
};

/// The registry row of `exact_quantile`.
pub(super) static EXACT_QUANTILE: AggregateDef = AggregateDef {
    name: "exact_quantile",
    usage: "exact_quantile(x, q)",
    family: Family::Order,
    arity: (2, 2),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |given| start("exact_quantile", usize::MAX, given.literals),
    doc: Doc {
        summary: "the exact quantile of any number of values",
        text: "Like `quantile`, but all values of a group are kept: 24 bytes a number.",
        examples: &[Example {
            command: "--from ndjson aggregate 'q = exact_quantile(ms, 0.25)'",
            input: ODD,
            output: "{\"q\":15}\n",
        }],
    },
};

/// The registry row of `median`.
pub(super) static MEDIAN: AggregateDef = AggregateDef {
    name: "median",
    usage: "median(x)",
    family: Family::Order,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |_| start("median", EXACT, &[Value::Untyped(b"0.5")]),
    doc: Doc {
        summary: "the value in the middle: quantile(x, 0.5)",
        text: TEXT,
        examples: &[Example {
            command: "--from ndjson aggregate 'median(ms)'",
            input: ODD,
            output: "{\"median_ms\":20}\n",
        }],
    },
};

/// The registry row of `p99` and its like.
pub(super) static P99: AggregateDef = AggregateDef {
    name: "p99",
    usage: "p99(x)",
    family: Family::Order,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: true,
    start: |given| start("p99", EXACT, given.literals),
    doc: Doc {
        summary: "a quantile by its digits: p50, p90, p99, p999, …",
        text: "The digits are those after the point: `p999(x)` is `quantile(x, 0.999)`, `p05(x)` is `quantile(x, 0.05)`. There are \
               at least two, and no zeros at the end beyond them, since `p5` and `p100` could be meant otherwise.",
        examples: &[Example {
            command: "--from ndjson aggregate 'p50(ms), p90(ms)'",
            input: ODD,
            output: "{\"p50_ms\":20,\"p90_ms\":36}\n",
        }],
    },
};

/// The quantile that a name like `p99` stands for.
pub(super) fn implied(name: &str) -> Option<Number> {
    let digits = name.strip_prefix('p')?;
    let plain = digits.len() == 2 || digits.len() > 2 && !digits.ends_with('0');
    if !plain || digits.len() > 30 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Number::parse(format!("0.{digits}").as_bytes())?.ok()
}

fn start(name: &str, most: usize, literals: &[Value<'_>]) -> Started {
    let q = literals.first().and_then(|literal| literal.as_number());
    match q.filter(|q| (Number::ZERO..=Number::ONE).contains(q)) {
        Some(q) => Ok(boxed(q, most)),
        None => Err(format!("{name}: q must be a number from 0 to 1, as in {name}(latency_ms, 0.99)")),
    }
}

/// An aggregator that keeps up to `most` numbers before it counts them in buckets.
pub(super) fn boxed(q: Number, most: usize) -> Box<dyn Aggregator> {
    Each::<Values, 1>::boxed(With { q, most })
}

/// What all groups share.
#[derive(Clone, Copy)]
pub(super) struct With {
    q: Number,
    /// How many numbers are kept before they are counted in buckets.
    most: usize,
}

impl State<1> for Values {
    type With = With;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], _: Rank, with: &mut With) -> Result<(), Fault> {
        self.add(value, with.most)
    }

    const TAKES_DECIMALS: bool = true;

    #[inline]
    fn update_scaled<'v>(
        &mut self,
        scaled: Scaled,
        _: impl FnOnce() -> Value<'v>,
        _: Rank,
        with: &mut With,
    ) -> Result<(), Fault> {
        self.add_scaled(scaled, with.most);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        Values::save(self, out);
    }

    fn absorb(&mut self, from: &mut &[u8], with: &mut With) -> Option<()> {
        Values::absorb(self, from, with.most)
    }

    fn result(&self, with: &With, out: Slot<'_>) -> Result<(), Fault> {
        self.quantile(with.q, out)
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        Values::heap_bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use crate::aggregate::split_test::{Fold, results};

    #[test]
    fn small_groups_are_exact() {
        for (name, literals, values, quantile) in [
            ("quantile", &["n0.25"][..], &["n1", "n2", "n3", "n4"][..], "1.75"),
            ("quantile", &["n0"], &["n3", "n-1", "u2"], "-1"),
            ("quantile", &["n1"], &["n3", "n-1", "u2"], "3"),
            ("median", &[], &["n0.1", "n0.2"], "0.15"),
            ("median", &[], &["n7", "-", "tx", "b"], "7"),
            ("median", &[], &["-"], "null"),
            ("p90", &[], &["n10", "n20"], "19"),
            ("median", &[], &["d1h", "d2h", "d4h", "d5h"], "3h"),
            ("median", &[], &["d1ns", "d2ns"], "2ns"),
            ("median", &[], &["@0", "@7"], "1970-01-01T00:00:03.5Z"),
            ("median", &[], &["@0", "n7"], "fault"),
            ("exact_quantile", &["n0.5"], &["n1e6000", "n1e-6000"], "5e5999"),
        ] {
            assert_eq!(results(name, literals, values), quantile, "{name} {values:?}");
        }
    }

    /// A fixed sequence of numbers that look random, from 0 to 1.
    fn noise(n: u64) -> f64 {
        (crate::hash::one(n) >> 11) as f64 / (1u64 << 53) as f64
    }

    #[test]
    fn large_groups_are_within_one_percent() {
        type Shape = fn(u64) -> f64;
        let shapes: [(&str, Shape); 8] = [
            ("uniform", |n| 1000.0 * noise(n)),
            ("log-normal", |n| ((0..12).map(|k| noise(n * 12 + k)).sum::<f64>() - 6.0).exp() * 30.0),
            ("zipf", |n| (1.0 / (noise(n) + 1e-6)).floor()),
            ("constant", |_| 123.456),
            ("duplicates", |n| if n.is_multiple_of(50) { noise(n) * 1e9 } else { 777.7 }),
            ("huge range", |n| libm::pow(10.0, 600.0 * noise(n) - 300.0)),
            ("negative", |n| -1e-3 * noise(n) - 5.0),
            ("both signs", |n| if n % 3 == 0 { -10.0 * noise(n) - 1.0 } else { 50.0 * noise(n) + 1.0 }),
        ];
        for (name, shape) in shapes {
            for q in ["n0.001", "n0.05", "n0.5", "n0.9", "n0.99", "n0.999"] {
                let (mut sketch, mut exact) =
                    (Fold::new("quantile", &[q]), Fold::new("exact_quantile", &[q]));
                for n in 0..3000 {
                    let value = format!("n{:e}", shape(n));
                    sketch.add(&value);
                    exact.add(&value);
                }
                let (near, truth): (f64, f64) =
                    (sketch.result().parse().unwrap(), exact.result().parse().unwrap());
                assert!((near - truth).abs() <= 0.008 * truth.abs(), "{name} {q}: {near} for {truth}");
            }
        }
    }

    #[test]
    fn the_bound_is_1024_numbers() {
        let mut fold = Fold::new("median", &[]);
        (0..1024).for_each(|n| fold.add(&format!("n{}", 100_000 + n * 7)));
        assert_eq!(fold.result(), "103580.5");
        let exact = fold.heap_bytes();
        fold.add("n103580");
        assert_eq!(fold.result(), "103700");
        assert!(fold.heap_bytes() < exact / 4, "{} {exact}", fold.heap_bytes());
    }
}
