//! Aggregates: one file an aggregate, one row each in [`AGGREGATES`].
//!
//! An aggregator keeps the state of all groups of one item. Its saved form (`save`, `absorb`) is what puts
//! partial results of workers together, and later spilled runs and resumed runs: the result is the same
//! bytes however the records were split, as long as parts are absorbed in input order.
//! Knows no stages, no expressions and no threads.

use crate::doc::Doc;
use crate::error::Result;
use crate::record::{FaultLog, Made, Slot};
use crate::value::Value;

/// One row of the registry.
pub struct AggregateDef {
    /// The name, lower case.
    pub name: &'static str,
    /// How it is called: `quantile(x, q)`.
    pub usage: &'static str,
    /// Fewest and most arguments, literal parameters included.
    pub arity: (usize, usize),
    /// How many of the leading arguments are computed per record; the others must be literals.
    pub computed: usize,
    /// Makes an aggregator from the literal arguments behind the computed ones. `Err` is the reason in the
    /// user's words. `args` is the number of arguments given in all.
    pub start: fn(args: usize, literals: &[Value<'_>]) -> std::result::Result<Box<dyn Aggregator>, String>,
    /// What users read.
    pub doc: Doc,
}

/// The states of one item for all groups. Group numbers are dense, from 0.
pub trait Aggregator: Send {
    /// A fresh aggregator of the same kind and parameters, without groups.
    fn fresh(&self) -> Box<dyn Aggregator>;

    /// Makes room for groups below `groups`; new ones are empty.
    fn grow(&mut self, groups: usize);

    /// Adds the records `rows` in order. `groups` gives each record's group, aligned to the batch like the
    /// columns of `args`. Values that cannot be aggregated are noted in `faults` at `site` and skipped.
    fn update(&mut self, rows: &[u32], groups: &[u32], args: &[&Made], site: u32, faults: &mut FaultLog);

    /// Appends the state of a group in its saved form.
    fn save(&self, group: u32, out: &mut Vec<u8>);

    /// Adds a state saved from later records and steps over it. An error means the bytes are damaged.
    fn absorb(&mut self, group: u32, from: &mut &[u8]) -> Result<()>;

    /// Writes the result of a group; a fault makes it null and is counted.
    fn result(&self, group: u32, out: Slot<'_>) -> std::result::Result<(), crate::record::Fault>;

    /// Bytes held on the heap.
    fn heap_bytes(&self) -> usize;
}

/// All aggregates, sorted by name.
pub const AGGREGATES: &[&AggregateDef] = &[];

/// The aggregate of a name. `p50`, `p99`, `p999` … are found under `p99`.
pub fn find(name: &str) -> Option<&'static AggregateDef> {
    AGGREGATES.iter().find(|row| row.name == name).copied()
}
