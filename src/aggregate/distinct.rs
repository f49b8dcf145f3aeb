//! `distinct(x)` and `exact_distinct(x)`: how many different values.

use super::digest::Digest;
use super::each::{Each, State};
use super::hyperloglog::HyperLogLog;
use super::{AggregateDef, Aggregator, Family, Taking, saved};
use crate::doc::{Doc, Example};
use crate::hash::Set;
use crate::record::{Fault, Rank, Slot};
use crate::value::{Number, Value};

/// Values of a group up to which `distinct` is exact.
const EXACT: usize = 10_000;

/// Begins a saved sketch; a saved set begins with one more than its size.
const SKETCH: u64 = 0;

/// The registry row of `distinct`.
pub(super) static DISTINCT: AggregateDef = AggregateDef {
    name: "distinct",
    usage: "distinct(x)",
    family: Family::Count,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(boxed(EXACT)),
    doc: Doc {
        summary: "how many different values, estimated where they are many",
        text: "Values are told apart as keys are: untyped text by its spelling, numbers by value. Nulls do not count.\n\n\
               The number is exact up to 10,000 different values in a group. Beyond that it is an estimate (HyperLogLog) with \
               a standard error of 0.6 %, in 32 KiB a group; `exact_distinct` counts them all.",
        examples: &[Example {
            command: "--from ndjson aggregate 'distinct(ip)' --by k",
            input: "{\"k\":1,\"ip\":\"a\"}\n{\"k\":1,\"ip\":\"b\"}\n{\"k\":1,\"ip\":\"a\"}\n{\"k\":2,\"ip\":null}\n",
            output: "{\"k\":1,\"distinct_ip\":2}\n{\"k\":2,\"distinct_ip\":0}\n",
        }],
    },
};

/// The registry row of `exact_distinct`.
pub(super) static EXACT_DISTINCT: AggregateDef = AggregateDef {
    name: "exact_distinct",
    usage: "exact_distinct(x)",
    family: Family::Count,
    arity: (1, 1),
    computed: 1,
    taking: Taking::Reads,
    orders: false,
    start: |_| Ok(boxed(usize::MAX)),
    doc: Doc {
        summary: "the exact number of different values",
        text: "Values are told apart as keys are: untyped text by its spelling, numbers by value. Nulls do not count. It keeps \
               about 20 to 40 bytes for each different value.",
        examples: &[Example {
            command: "--from ndjson aggregate 'n = exact_distinct(x)'",
            input: "{\"x\":1}\n{\"x\":1.0}\n{\"x\":\"1\"}\n",
            output: "{\"n\":2}\n",
        }],
    },
};

/// An aggregator that keeps sets of up to `most` values.
pub(super) fn boxed(most: usize) -> Box<dyn Aggregator> {
    Each::<Different, 1>::boxed(With { most, identity: Vec::new() })
}

#[derive(Clone)]
struct With {
    /// Size up to which the set itself is kept.
    most: usize,
    /// Reused between records.
    identity: Vec<u8>,
}

/// What a group has seen: a function of the set of its values alone.
#[derive(Default)]
struct Different {
    /// The values, until there are too many.
    set: Set<Digest>,
    /// From then on.
    sketch: Option<HyperLogLog>,
}

impl Different {
    #[inline]
    fn insert(&mut self, digest: Digest, most: usize) {
        match &mut self.sketch {
            Some(sketch) => sketch.insert(digest.hash()),
            None => {
                self.set.insert(digest);
                if self.set.len() > most {
                    self.sketched();
                }
            }
        }
    }

    /// Gives the set up for a sketch of it.
    fn sketched(&mut self) -> &mut HyperLogLog {
        let sketch = self.sketch.get_or_insert_with(HyperLogLog::new);
        for digest in std::mem::take(&mut self.set) {
            sketch.insert(digest.hash());
        }
        sketch
    }
}

impl State<1> for Different {
    type With = With;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], _: Rank, with: &mut With) -> Result<(), Fault> {
        self.insert(Digest::of(value, &mut with.identity), with.most);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        match &self.sketch {
            Some(sketch) => {
                saved::write_count(SKETCH, out);
                sketch.save(out);
            }
            None => {
                saved::write_count(self.set.len() as u64 + 1, out);
                self.set.iter().for_each(|digest| digest.save(out));
            }
        }
    }

    fn absorb(&mut self, from: &mut &[u8], with: &mut With) -> Option<()> {
        match saved::read_count(from)? {
            SKETCH => self.sketched().absorb(from),
            more => {
                for _ in 1..more {
                    self.insert(Digest::load(from)?, with.most);
                }
                Some(())
            }
        }
    }

    fn result(&self, _: &With, out: Slot<'_>) -> Result<(), Fault> {
        out.number(Number::from_u64(match &self.sketch {
            Some(sketch) => sketch.estimate(),
            None => self.set.len() as u64,
        }));
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.set.allocation_size() + self.sketch.as_ref().map_or(0, HyperLogLog::heap_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::split_test::{Fold, results};

    #[test]
    fn values_are_told_apart_as_keys() {
        for name in ["distinct", "exact_distinct"] {
            for (values, n) in [
                (&["n1", "n1.0", "u1", "u1.0", "t1", "-"][..], "3"),
                (&["tabc", "uabc", "b", "a[1]", "a[ 1 ]"], "3"),
                (&["-"], "0"),
            ] {
                assert_eq!(results(name, &[], values), n, "{name} {values:?}");
            }
        }
    }

    #[test]
    fn exact_up_to_ten_thousand_then_close() {
        let mut fold = Fold::new("distinct", &[]);
        let text = |n: usize| format!("u/path/of/some/length/{n}");
        for n in 0..EXACT {
            fold.add(&text(n));
            fold.add(&text(n / 2));
        }
        assert_eq!(fold.result(), "10000");
        fold.add("tone more");
        assert_ne!(fold.result(), "10000", "beyond the bound the set is not kept");
        assert!(fold.heap_bytes() < 40_000, "{}", fold.heap_bytes());
        for n in EXACT..60_000 {
            fold.add(&text(n));
        }
        let estimate: f64 = fold.result().parse().unwrap();
        assert!((estimate / 60_001.0 - 1.0).abs() < 0.02, "{estimate}");
    }

    /// Values whose bytes hardly differ, and values that come with any frequency: three standard errors.
    #[test]
    fn large_sets_are_within_their_error_whatever_the_values() {
        type Shape = fn(u64) -> String;
        let noise = |n: u64| (crate::hash::one(n) >> 11) as f64 / (1u64 << 53) as f64;
        let shapes: [(&str, Shape); 7] = [
            ("one after the other", |n| format!("n{n}")),
            ("negative", |n| format!("n-{n}.5")),
            ("powers of two apart", |n| format!("n{}", u128::from(n) << 64)),
            ("ends alike", |n| format!("t{n:08x}{}", "0".repeat(40))),
            ("fronts alike", |n| format!("t{}{n:08x}", "0".repeat(40))),
            ("times", |n| format!("u2024-01-01T00:00:00.{n:09}Z")),
            ("doubles", |n| format!("n{:e}", (n as f64).sqrt())),
        ];
        for (name, shape) in shapes {
            let mut fold = Fold::new("distinct", &[]);
            for n in 1..=40_000 {
                fold.add(&shape(n));
                // Few values come often, and most once.
                fold.add(&shape((1.0 / (noise(n) + 1e-6)) as u64 % 40_000 + 1));
            }
            let estimate: f64 = fold.result().parse().unwrap();
            assert!((estimate / 40_000.0 - 1.0).abs() < 0.018, "{name}: {estimate}");
        }
    }

    #[test]
    fn exact_distinct_has_no_bound() {
        let mut fold = Fold::new("exact_distinct", &[]);
        for n in 0..30_000 {
            fold.add(&format!("n{}", n % 20_000));
        }
        assert_eq!(fold.result(), "20000");
    }
}
