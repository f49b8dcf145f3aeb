//! The slices of sliding windows, and what several of them make together.
//!
//! A window of many slices is put together from nodes that hold [`FAN`] slices, or [`FAN`] such nodes, side by
//! side, so that no window costs more than some dozens of tables, however fine the step.

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
            Some(known) => known.merge(table)?,
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

    /// Makes a node out of those below it, unless it is there.
    fn build(&mut self, level: usize, node: i128, fresh: &dyn Fn() -> Table) -> Result<()> {
        if level == 0 || self.levels.get(level).is_none_or(|level| level.contains_key(&node)) {
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

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.levels.iter().flat_map(BTreeMap::values).map(Table::heap_bytes).sum()
    }
}
