//! The end of an aggregate without windows: the groups of each thread in the order of their keys, cut into ranges of
//! keys that any thread can put together.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::plan::{Aggregate, OUT_ROWS};
use super::tables::Table;
use crate::error::Result;
use crate::stage::{Conclusion, Flow, HandOn, Work};

/// A table whose groups are in order.
pub(super) struct Sealed {
    table: Table,
    groups: Vec<Placed>,
}

/// A group and the first bytes of its key, which decide most comparisons.
#[derive(Clone, Copy)]
struct Placed {
    /// The first sixteen bytes, and the two behind them: a text of fifteen bytes has its end there.
    front: (u64, u64),
    more: u16,
    /// The key is no longer.
    whole: bool,
    group: u32,
}

/// Sealed tables and where they are cut.
pub(super) struct Merged {
    plan: Arc<Aggregate>,
    tables: Vec<Sealed>,
    /// The first key of each part but the first, in order: a table, and a place among its groups.
    cuts: Vec<(usize, usize)>,
}

impl Sealed {
    /// Brings the groups of a table into order.
    pub(super) fn of(mut table: Table) -> Self {
        table.groups.forget_index();
        let placed = |group: u32| Placed::of(table.groups.key(group), group);
        let mut groups: Vec<Placed> = (0..table.groups.len() as u32).map(placed).collect();
        groups.sort_unstable_by(|left, right| compare((&table, *left), (&table, *right)));
        Self { table, groups }
    }

    /// The groups in order, each with its key.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.groups.iter().map(|placed| (self.table.groups.key(placed.group), placed.group))
    }

    /// The table itself.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// How the key at a place compares with one of another table.
    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        match (self.groups.get(at), other.groups.get(other_at)) {
            (Some(left), Some(right)) => compare((&self.table, *left), (&other.table, *right)),
            _ => Ordering::Equal,
        }
    }

    /// How many keys come before one of another table.
    fn in_front_of(&self, other: &Self, at: usize) -> usize {
        let Some(cut) = other.groups.get(at) else { return self.groups.len() };
        self.groups.partition_point(|own| compare((&self.table, *own), (&other.table, *cut)).is_lt())
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.table.heap_bytes() + self.groups.capacity() * size_of::<Placed>()
    }
}

/// Bytes of a key that a place holds.
const FRONT: usize = size_of::<(u64, u64)>() + size_of::<u16>();

impl Placed {
    /// A group by its key. What the front has behind the end of the key is zero.
    fn of(key: &[u8], group: u32) -> Self {
        let mut bytes = [0; FRONT];
        bytes.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
        let [first @ .., a, b] = bytes;
        let front = u128::from_be_bytes(first);
        let more = u16::from_be_bytes([a, b]);
        Self { front: ((front >> 64) as u64, front as u64), more, whole: key.len() <= FRONT, group }
    }
}

/// The order of the keys of groups of two tables. No key is the front of another, so that where one is whole and the
/// fronts are equal the keys are.
#[inline]
fn compare(left: (&Table, Placed), right: (&Table, Placed)) -> Ordering {
    let fronts = (left.1.front, left.1.more).cmp(&(right.1.front, right.1.more));
    fronts.then_with(|| {
        // Comparing two empty rests would not be free: memcmp reads them through a masked load from no address.
        if left.1.whole || right.1.whole {
            return Ordering::Equal;
        }
        rest(left).cmp(rest(right))
    })
}

/// The bytes of a key behind its front.
fn rest((table, placed): (&Table, Placed)) -> &[u8] {
    table.groups.key(placed.group).get(FRONT..).unwrap_or(&[])
}

impl Merged {
    /// Cuts tables into parts.
    pub(super) fn new(plan: &Arc<Aggregate>, tables: Vec<Sealed>) -> Self {
        let mut merged = Self { plan: Arc::clone(plan), tables, cuts: Vec::new() };
        // Each table gives its share of the cuts, so that no part has many more groups of one than of others.
        let apart = OUT_ROWS * merged.tables.len().max(1);
        let mut cuts = Vec::new();
        for (number, table) in merged.tables.iter().enumerate() {
            cuts.extend((apart / 2..table.groups.len()).step_by(apart).map(|at| (number, at)));
        }
        cuts.sort_by(|left: &(usize, usize), right| {
            match (merged.tables.get(left.0), merged.tables.get(right.0)) {
                (Some(table), Some(other)) => table.compare(left.1, other, right.1),
                _ => Ordering::Equal,
            }
        });
        merged.cuts = cuts;
        merged
    }

    /// Which groups of a table belong to a part.
    fn range(&self, index: usize, table: &Sealed) -> Range<usize> {
        let in_front = |cut: &(usize, usize)| match self.tables.get(cut.0) {
            Some(of) => table.in_front_of(of, cut.1),
            None => 0,
        };
        let start = index.checked_sub(1).and_then(|before| self.cuts.get(before)).map_or(0, in_front);
        start..self.cuts.get(index).map_or(table.groups.len(), in_front)
    }

    /// The groups of a part in order, those of one key side by side.
    fn groups(&self, index: usize) -> Vec<(&Sealed, Placed)> {
        let mut groups = Vec::new();
        for table in &self.tables {
            let part = table.groups.get(self.range(index, table)).unwrap_or(&[]);
            groups.extend(part.iter().map(|placed| (table, *placed)));
        }
        // A stable sort finds the ranges and merges them.
        groups.sort_by(|left, right| compare((&left.0.table, left.1), (&right.0.table, right.1)));
        groups
    }

    /// The table of a part, its groups in order.
    fn together(&self, groups: &[(&Sealed, Placed)]) -> Result<Table> {
        let mut whole = Table::new(self.plan.keys.names.len(), &self.plan.fresh);
        let mut saved = Vec::new();
        for same in
            groups.chunk_by(|left, right| compare((&left.0.table, left.1), (&right.0.table, right.1)).is_eq())
        {
            let mut mine = None;
            for (sealed, placed) in same {
                let group = whole.groups.append(mine, &sealed.table.groups, placed.group);
                whole.absorb_group(group, &sealed.table, placed.group, &mut saved)?;
                mine = Some(group);
            }
        }
        Ok(whole)
    }
}

impl Conclusion for Merged {
    fn parts(&self) -> usize {
        self.cuts.len() + 1
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        let groups = self.groups(index);
        let (own, order);
        let (table, order) = match self.tables.as_slice() {
            [only] => {
                order = groups.iter().map(|(_, placed)| placed.group).collect();
                (&only.table, &order)
            }
            _ => {
                own = self.together(&groups)?;
                order = (0..own.groups.len() as u32).collect::<Vec<u32>>();
                (&own, &order)
            }
        };
        for groups in order.chunks(OUT_ROWS) {
            let batch = self.plan.batch(Vec::new(), table, groups, work);
            if hand_on(batch, work)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }
}
