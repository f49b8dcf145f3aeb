//! The slices of sliding windows, and what several of them make together.
//!
//! A window of many slices is put together from nodes that hold [`FAN`] slices, or [`FAN`] such nodes, side by
//! side, so that no window costs more than some dozens of tables, however fine the step. Where no slice is, there
//! is no node.

use std::collections::BTreeMap;

use super::tables::Table;
use crate::aggregate::Aggregator;
use crate::error::Result;

/// Children of a node.
const FAN: i128 = 16;

/// Tables by slice number; no record will come to a slice any more but those that missed its first windows.
pub(super) struct Slices {
    /// Level 0 holds the slices; a node `n` of the next level covers nodes `n * FAN..(n + 1) * FAN` of this one.
    levels: Vec<BTreeMap<i128, Table>>,
}

impl Slices {
    /// No slices yet, for windows of `steps` of them.
    pub(super) fn new(steps: i128) -> Self {
        let mut levels = vec![BTreeMap::new()];
        let mut width = FAN;
        while width * 2 <= steps {
            levels.push(BTreeMap::new());
            width = width.saturating_mul(FAN);
        }
        Self { levels }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.levels.first().is_none_or(BTreeMap::is_empty)
    }

    /// Adds records to a slice.
    pub(super) fn add(&mut self, number: i128, table: Table) -> Result<()> {
        let Some((slices, nodes)) = self.levels.split_first_mut() else { return Ok(()) };
        match slices.get_mut(&number) {
            None => {
                slices.insert(number, table);
            }
            Some(known) => known.absorb(&table)?,
        }
        // What was put together without these records must be made anew.
        let mut node = number;
        for level in nodes {
            node = node.div_euclid(FAN);
            level.remove(&node);
        }
        Ok(())
    }

    /// Forgets all slices before `number`.
    pub(super) fn forget_before(&mut self, number: i128) {
        let mut first = number;
        for level in &mut self.levels {
            *level = level.split_off(&first);
            first = first.div_euclid(FAN);
        }
    }

    /// What the slices `from..to` hold together.
    pub(super) fn together(
        &mut self,
        from: i128,
        to: i128,
        key_fields: usize,
        items: &[Box<dyn Aggregator>],
    ) -> Result<Table> {
        let fresh = || Table::new(key_fields, items);
        let mut whole = fresh();
        let mut at = from;
        while at < to {
            let (level, width) = self.widest(at, to);
            let node = at.div_euclid(width);
            self.build(level, node, &fresh)?;
            if let Some(table) = self.levels.get(level).and_then(|level| level.get(&node)) {
                whole.absorb(table)?;
            }
            at += width;
        }
        Ok(whole)
    }

    /// The highest level with a node that begins at slice `at` and ends at or before `to`, and its width.
    fn widest(&self, at: i128, to: i128) -> (usize, i128) {
        let (mut level, mut width) = (0, 1);
        while level + 1 < self.levels.len() && at.rem_euclid(width * FAN) == 0 && at + width * FAN <= to {
            level += 1;
            width *= FAN;
        }
        (level, width)
    }

    /// Makes a node out of those below it, unless it is there or would hold nothing.
    fn build(&mut self, level: usize, node: i128, fresh: &dyn Fn() -> Table) -> Result<()> {
        let is_there = self.levels.get(level).is_none_or(|level| level.contains_key(&node));
        if level == 0 || is_there || !self.has_slices(level, node) {
            return Ok(());
        }
        let children = node * FAN..(node + 1) * FAN;
        for child in children.clone() {
            self.build(level - 1, child, fresh)?;
        }
        let mut whole = fresh();
        if let Some(below) = self.levels.get(level - 1) {
            for (_, table) in below.range(children) {
                whole.absorb(table)?;
            }
        }
        if let Some(level) = self.levels.get_mut(level) {
            level.insert(node, whole);
        }
        Ok(())
    }

    /// Whether there is a slice that a node covers.
    fn has_slices(&self, level: usize, node: i128) -> bool {
        let width = FAN.pow(level as u32);
        let covered = node * width..(node + 1) * width;
        self.levels.first().is_some_and(|slices| slices.range(covered).next().is_some())
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let tables = self.levels.iter().flat_map(BTreeMap::values);
        // Nodes of a map are hardly more than half full.
        tables.map(|table| 2 * size_of::<(i128, Table)>() + table.heap_bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::Given;
    use crate::record::{FaultLog, Made, Rank};
    use crate::stage::aggregate::tables::ItemInput;
    use crate::time::Zone;
    use crate::value::{Number, Value};
    use proptest::prelude::*;

    /// A sum of one item in one group.
    fn items() -> Vec<Box<dyn Aggregator>> {
        let given = Given { args: 1, literals: &[], zone: &Zone::utc() };
        vec![crate::aggregate::find("sum").unwrap().start(&given).unwrap()]
    }

    fn table(amount: u64) -> Table {
        let mut table = Table::new(0, &items());
        let batch = crate::record::Batch::of_made(Vec::new(), 1);
        table.groups.assign(&batch, 0, &[]);
        let mut made = Made::default();
        made.push(Value::Number(Number::from_u64(amount)));
        let values = crate::record::Loaded::Owned(made);
        let args = vec![crate::aggregate::Argument { values: &values, decimals: None, site: 0 }];
        let input = ItemInput { args, rows: None, site: 0 };
        table.update(&[0], &[0], &[input], Rank::default(), &mut FaultLog::default());
        table
    }

    fn amount(table: &Table) -> Option<u64> {
        let mut made = Made::default();
        table.items[0].result(0, made.slot(0)).unwrap();
        made.get(0).as_number().and_then(Number::to_u64)
    }

    #[test]
    fn a_window_of_many_empty_slices_is_no_work() {
        let steps = 1_000_000_000;
        let mut slices = Slices::new(steps);
        slices.add(7, table(3)).unwrap();
        for behind in [8, steps, steps + 7] {
            let whole = slices.together(behind - steps, behind, 0, &items()).unwrap();
            assert_eq!(amount(&whole), Some(3));
        }
        let tables: usize = slices.levels.iter().map(BTreeMap::len).sum();
        assert!(tables <= slices.levels.len(), "{tables}");
    }

    proptest! {
        /// As windows slide on, slices get records, also some that windows were put together from before.
        #[test]
        fn windows_hold_what_their_slices_hold(
            steps in prop::sample::select(&[1_i128, 2, 5, 31, 32, 33, 300, 600][..]),
            first in prop_oneof![Just(-500_i128), Just(0), Just(1 << 80)],
            adds in prop::collection::vec((1..40_i128, 0..700_i128, 1..1000_u64), 1..60),
        ) {
            let mut slices = Slices::new(steps);
            let mut naive: BTreeMap<i128, u64> = BTreeMap::new();
            let mut behind = first;
            for (ahead, back, more) in adds {
                behind += ahead;
                let slice = behind - 1 - back % steps;
                slices.add(slice, table(more)).unwrap();
                *naive.entry(slice).or_default() += more;
                let whole = slices.together(behind - steps, behind, 0, &items()).unwrap();
                let expected: u64 = naive.range(behind - steps..behind).map(|(_, amount)| amount).sum();
                prop_assert_eq!(amount(&whole), Some(expected));
                slices.forget_before(behind - steps + 1);
                naive = naive.split_off(&(behind - steps + 1));
                prop_assert_eq!(slices.is_empty(), naive.is_empty());
            }
        }
    }
}
