//! `distinct(x)` and `exact_distinct(x)`: how many different values.

use super::digest::Digest;
use super::each::{Each, State};
use super::hyperloglog::HyperLogLog;
use super::{AggregateDef, saved};
use crate::doc::{Doc, Example};
use crate::hash::Set;
use crate::record::{Fault, Slot};
use crate::value::{Number, Value};

/// Values of a group up to which `distinct` is exact.
const EXACT: usize = 10_000;

/// Begins a saved sketch; a saved set begins with one more than its size.
const SKETCH: u64 = 0;

/// The registry row of `distinct`.
pub(super) static DISTINCT: AggregateDef = AggregateDef {
    name: "distinct",
    usage: "distinct(x)",
    arity: (1, 1),
    computed: 1,
    start: |_, _| Ok(Each::<Different, 1>::boxed(With { most: EXACT, identity: Vec::new() })),
    doc: Doc {
        summary: "the number of different values, estimated where they are many",
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
    arity: (1, 1),
    computed: 1,
    start: |_, _| Ok(Each::<Different, 1>::boxed(With { most: usize::MAX, identity: Vec::new() })),
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

#[derive(Clone)]
struct With {
    /// Size up to which the set itself is kept.
    most: usize,
    /// Reused between records.
    identity: Vec<u8>,
}

/// What a group has seen: a function of the set of its values alone.
enum Different {
    Exact(Set<Digest>),
    Sketch(HyperLogLog),
}

impl Default for Different {
    fn default() -> Self {
        Self::Exact(Set::default())
    }
}

impl Different {
    fn insert(&mut self, digest: Digest, most: usize) {
        match self {
            Self::Sketch(sketch) => sketch.insert(digest.hash()),
            Self::Exact(set) => {
                set.insert(digest);
                if set.len() > most {
                    self.sketch();
                }
            }
        }
    }

    /// The sketch of the values, made from the set if need be.
    fn sketch(&mut self) -> &mut HyperLogLog {
        if let Self::Exact(set) = self {
            let mut sketch = HyperLogLog::new();
            set.iter().for_each(|digest| sketch.insert(digest.hash()));
            *self = Self::Sketch(sketch);
        }
        match self {
            Self::Sketch(sketch) => sketch,
            Self::Exact(_) => unreachable!("a set was just made a sketch"),
        }
    }
}

impl State<1> for Different {
    type With = With;

    #[inline]
    fn update(&mut self, [value]: [Value<'_>; 1], with: &mut With) -> Result<(), Fault> {
        self.insert(Digest::of(value, &mut with.identity), with.most);
        Ok(())
    }

    fn save(&self, out: &mut Vec<u8>) {
        match self {
            Self::Exact(set) => {
                saved::write_count(set.len() as u64 + 1, out);
                set.iter().for_each(|digest| digest.save(out));
            }
            Self::Sketch(sketch) => {
                saved::write_count(SKETCH, out);
                sketch.save(out);
            }
        }
    }

    fn absorb(&mut self, from: &mut &[u8], with: &mut With) -> Option<()> {
        match saved::read_count(from)? {
            SKETCH => self.sketch().absorb(from),
            more => {
                for _ in 1..more {
                    self.insert(Digest::load(from)?, with.most);
                }
                Some(())
            }
        }
    }

    fn result(&self, _: &With, out: Slot<'_>) -> Result<(), Fault> {
        out.number(Number::from_u64(match self {
            Self::Exact(set) => set.len() as u64,
            Self::Sketch(sketch) => sketch.estimate(),
        }));
        Ok(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Exact(set) => set.allocation_size(),
            Self::Sketch(sketch) => sketch.heap_bytes(),
        }
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
                (&["tabc", "uabc", "b", "ab"], "3"),
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

    #[test]
    fn exact_distinct_has_no_bound() {
        let mut fold = Fold::new("exact_distinct", &[]);
        for n in 0..30_000 {
            fold.add(&format!("n{}", n % 20_000));
        }
        assert_eq!(fold.result(), "20000");
    }
}
