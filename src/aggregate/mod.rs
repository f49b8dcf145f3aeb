//! Aggregates: one file an aggregate, one row each in [`AGGREGATES`].
//!
//! An aggregator keeps the state of all groups of one item. Its saved form (`save`, `absorb`) is what puts
//! partial results of workers together, slices of sliding windows and sessions that merge, and later spilled
//! runs and resumed runs: the result is the same bytes however the records were split and in whichever order
//! the parts are absorbed. A state that depends on the order of the input keeps the places of its records.
//! Knows no stages, no expressions and no threads.

mod amount;
mod arg_min_max;
mod avg;
mod buckets;
mod collect;
mod count;
mod count_if;
mod digest;
mod distinct;
mod each;
mod first_last;
mod frequent;
mod hyperloglog;
mod kept;
mod long_numbers;
mod min_max;
mod quantile;
mod ranked;
#[cfg(test)]
mod split_test;
mod sum;
mod total;
mod values;
mod variance;

use crate::doc::Doc;
use crate::error::Result;
use crate::record::{Decimals, Fault, FaultLog, Loaded, Rank, Slot};
use crate::time::Zone;
use crate::value::{Value, saved};

/// The text of a bool where a bool would count: `bool(x)` makes one of it.
pub const SPELLED_BOOL: Fault = Fault("not a number, but the text of a bool");

/// One row of the registry.
pub struct AggregateDef {
    /// The name, lower case.
    pub name: &'static str,
    /// How it is called: `quantile(x, q)`.
    pub usage: &'static str,
    /// What it is listed under.
    pub family: Family,
    /// Fewest and most arguments, literal parameters included.
    pub arity: (usize, usize),
    /// How many of the leading arguments are computed per record; the others must be literals.
    pub computed: usize,
    /// What it does with the values of its first argument.
    pub taking: Taking,
    /// Whether it orders the values of its last computed argument.
    pub orders: bool,
    /// Makes an aggregator. `Err` is the reason in the user's words.
    pub start: fn(&Given<'_>) -> Started,
    /// What users read.
    pub doc: Doc,
}

/// What an aggregate tells, in the order of the list in help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// How many there are.
    Count,
    /// Sums, means and how far values lie apart.
    Total,
    /// Where values lie in their order.
    Order,
    /// Some of the values themselves.
    Value,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Count, Self::Total, Self::Order, Self::Value];

    /// What it is called in help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Count => "Counts",
            Self::Total => "Sums and means",
            Self::Order => "Least, greatest and quantiles",
            Self::Value => "Values",
        }
    }
}

/// What an aggregator is made from.
pub struct Given<'a> {
    /// Number of arguments in all.
    pub args: usize,
    /// The literal arguments behind the computed ones.
    pub literals: &'a [Value<'a>],
    /// The zone that times are written in.
    pub zone: &'a Zone,
}

/// A fresh aggregator, or what is wrong with its literals in the user's words.
pub type Started = std::result::Result<Box<dyn Aggregator>, String>;

/// One computed argument over a batch.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// Its values.
    pub values: &'a Loaded<'a>,
    /// The numbers among them, for an aggregator that takes them.
    pub decimals: Option<&'a Decimals>,
    /// The site of the expression that gave them.
    pub site: u32,
}

/// The states of one item for all groups. Group numbers are dense, from 0.
pub trait Aggregator: Send + Sync {
    /// A fresh aggregator of the same kind and parameters, without groups.
    fn fresh(&self) -> Box<dyn Aggregator>;

    /// Makes room for groups below `groups`; new ones are empty.
    fn grow(&mut self, groups: usize);

    /// Whether short numbers are best given as [`Argument::decimals`].
    fn takes_decimals(&self) -> bool {
        false
    }

    /// Adds the records `rows`. `groups` gives each record's group, aligned to the batch like the columns of
    /// `args`. `first` is the place of the batch's first record in input order. Values that cannot be aggregated are noted in `faults` at `site` and skipped.
    fn update(
        &mut self,
        rows: &[u32],
        groups: &[u32],
        args: &[Argument<'_>],
        first: Rank,
        site: u32,
        faults: &mut FaultLog,
    );

    /// Appends the state of a group in its saved form.
    fn save(&self, group: u32, out: &mut Vec<u8>);

    /// Adds a saved state and steps over it. An error means the bytes are damaged.
    fn absorb(&mut self, group: u32, from: &mut &[u8]) -> Result<()>;

    /// Writes the result of a group; a fault makes it null and is counted.
    fn result(&self, group: u32, out: Slot<'_>) -> std::result::Result<(), Fault>;

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;
}

/// All aggregates, sorted by name.
pub const AGGREGATES: &[&AggregateDef] = &[
    &arg_min_max::ARG_MAX,
    &arg_min_max::ARG_MIN,
    &avg::AVG,
    &collect::COLLECT,
    &count::COUNT,
    &count_if::COUNT_IF,
    &distinct::DISTINCT,
    &distinct::EXACT_DISTINCT,
    &quantile::EXACT_QUANTILE,
    &first_last::FIRST,
    &frequent::FREQUENT,
    &first_last::LAST,
    &min_max::MAX,
    &quantile::MEDIAN,
    &min_max::MIN,
    &quantile::P99,
    &quantile::QUANTILE,
    &variance::STDDEV,
    &sum::SUM,
    &variance::VARIANCE,
];

/// What an aggregate does with the values of its first argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taking {
    /// It looks at them.
    Reads,
    /// It asks whether they are true: the argument is a condition.
    Tests,
    /// It gives one of them.
    Chooses,
    /// It gives an array of them.
    Gathers,
}

/// An aggregate as its name finds it.
#[derive(Clone, Copy)]
pub struct Found {
    /// The registry row.
    pub row: &'static AggregateDef,
    /// A literal argument that the name itself says, as `p99` says 0.99: it is given to `start` as the only
    /// literal, and does not count in `arity`.
    pub implied: Option<Value<'static>>,
}

impl Found {
    /// Which computed argument the aggregate orders, so that a stamp without a year is of no use there.
    pub fn ordered_argument(self) -> Option<usize> {
        if self.row.orders { self.row.computed.checked_sub(1) } else { None }
    }

    /// How a call by the name that was written looks: `p50(x)` for the row of `p99`.
    pub fn usage(&self, name: &str) -> String {
        let args = self.row.usage.strip_prefix(self.row.name).unwrap_or("(x)");
        format!("{name}{args}")
    }

    /// Makes an aggregator for a call. `Err` is the reason in the user's words.
    pub fn start(self, given: &Given<'_>) -> Started {
        match &self.implied {
            Some(literal) => (self.row.start)(&Given { literals: std::slice::from_ref(literal), ..*given }),
            None => (self.row.start)(given),
        }
    }
}

/// The aggregate of a name. `p50`, `p99`, `p999` … are found under `p99`, each with its quantile.
pub fn find(name: &str) -> Option<Found> {
    if let Some(q) = quantile::implied(name) {
        return Some(Found { row: &quantile::P99, implied: Some(Value::Number(q)) });
    }
    let at = AGGREGATES.binary_search_by(|row| row.name.cmp(name)).ok()?;
    AGGREGATES.get(at).map(|row| Found { row, implied: None })
}

/// All names that a user may have meant, for "did you mean".
pub fn names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|row| row.name).chain(["p05", "p50", "p75", "p90", "p95", "p999"])
}

/// A literal that must be a positive integer; `what` names it, `example` shows a call.
fn positive(literal: Value<'_>, what: &str, example: &str) -> std::result::Result<u64, String> {
    let number = literal.as_number().and_then(crate::value::Number::to_u64);
    number.filter(|&n| n > 0).ok_or_else(|| format!("{what} must be a positive integer, as in {example}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted_and_documented() {
        assert!(AGGREGATES.is_sorted_by(|a, b| a.name < b.name));
        for row in AGGREGATES {
            assert!(row.usage.starts_with(&format!("{}(", row.name)), "{}", row.name);
            assert!(!row.doc.examples.is_empty() && !row.doc.text.is_empty(), "{}", row.name);
            assert!(row.computed <= row.arity.1, "{}", row.name);
            assert!(std::ptr::eq(find(row.name).unwrap().row, *row));
        }
    }

    #[test]
    fn quantiles_are_found_by_their_digits() {
        for (name, q) in [("p50", "0.5"), ("p99", "0.99"), ("p999", "0.999"), ("p05", "0.05"), ("p00", "0")] {
            let Some(Found { implied: Some(Value::Number(found)), .. }) = find(name) else {
                panic!("{name}")
            };
            assert_eq!(found.to_string(), q);
        }
        for name in ["p", "p5", "p100", "p990", "p9x", "p-1", "percentile", ""] {
            assert!(find(name).is_none(), "{name}");
        }
    }

    #[test]
    fn literals_are_checked_in_the_users_words() {
        let q = Value::Untyped;
        for (name, literal, error) in [
            (
                "quantile",
                q(b"99"),
                "quantile: q must be a number from 0 to 1, as in quantile(latency_ms, 0.99)",
            ),
            (
                "quantile",
                Value::Text(b"0.5"),
                "quantile: q must be a number from 0 to 1, as in quantile(latency_ms, 0.99)",
            ),
            ("frequent", q(b"0"), "frequent: k must be a positive integer, as in frequent(path, 10)"),
            ("frequent", q(b"1.5"), "frequent: k must be a positive integer, as in frequent(path, 10)"),
            ("collect", q(b"-1"), "collect: n must be a positive integer, as in collect(path, 10)"),
        ] {
            assert_eq!(split_test::start(name, 2, &[literal]).err().as_deref(), Some(error));
        }
    }
}
