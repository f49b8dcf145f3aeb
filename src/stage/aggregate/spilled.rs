//! Groups that did not fit into memory: runs on disk in the order of keys, put together a range of keys at a time.

use std::sync::Arc;

use super::plan::{Aggregate, OUT_ROWS};
use super::sealed::Sealed;
use super::tables::Table;
use crate::error::{Error, Result};
use crate::spill::{Merge, Parts, Runs};
use crate::stage::{Conclusion, Flow, HandOn, Work};

/// Bytes of a run that a part reads.
const PART: usize = 4 << 20;
/// Bytes of groups that are put together at a time.
const TOGETHER: usize = 1 << 20;
/// Saved bytes of one group behind which it is worth to ask what it holds.
const ASK: usize = 64 << 10;

/// Writes the groups of a table as one run.
pub(super) fn write(sealed: &Sealed, runs: &mut Runs) -> Result<()> {
    let mut run = runs.writer()?;
    let mut value = Vec::new();
    for (key, group) in sealed.groups() {
        value.clear();
        sealed.table().save(group, &mut value);
        run.push(key, &value)?;
    }
    runs.add(run.finish()?)
}

/// All groups on disk.
pub(super) struct Spilled {
    plan: Arc<Aggregate>,
    parts: Parts,
    /// Bytes that one group may hold.
    most: usize,
}

impl Spilled {
    /// The groups of runs.
    pub(super) fn new(plan: &Arc<Aggregate>, runs: Runs) -> Result<Self> {
        let most = runs.disk().memory();
        Ok(Self { plan: Arc::clone(plan), parts: runs.parts(PART)?, most })
    }
}

impl Conclusion for Spilled {
    fn parts(&self) -> usize {
        self.parts.count()
    }

    fn is_on_disk(&self) -> bool {
        true
    }

    fn part(&self, index: usize, work: &mut Work<'_>, hand_on: HandOn<'_>) -> Result<()> {
        let mut merge = self.parts.part(index)?;
        while let Some(table) = together(&self.plan, &mut merge, self.most)? {
            let groups: Vec<u32> = (0..table.groups.len() as u32).collect();
            let batch = self.plan.batch(Vec::new(), &table, &groups, work);
            if hand_on(batch, work)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }
}

/// The next groups in order, as many as leave together; none behind the last.
fn together(plan: &Aggregate, merge: &mut Merge, most: usize) -> Result<Option<Table>> {
    let mut table = Table::new(plan.keys.names.len(), &plan.fresh);
    let mut last = None;
    let (mut bytes, mut unasked) = (0, 0);
    while let Some(key) = merge.key() {
        let same = last.filter(|&group| table.groups.key(group) == key);
        if same.is_none() && (table.groups.len() >= OUT_ROWS || bytes >= TOGETHER) {
            break;
        }
        let group = table.restore(same, key, merge.value())?;
        last = Some(group);
        bytes += key.len() + merge.value().len();
        unasked += merge.value().len();
        if unasked >= ASK {
            unasked = 0;
            if table.heap_bytes() > most {
                return Err(too_large(plan, &table, group, most));
            }
        }
        merge.step()?;
    }
    Ok(last.map(|_| table))
}

/// The error for a group that does not fit into memory alone.
#[cold]
fn too_large(plan: &Aggregate, table: &Table, group: u32, most: usize) -> Error {
    let what = plan.what_is_held();
    let of = match plan.keys.is_empty() {
        true => "its one group".to_owned(),
        false => format!("the group {}", table.groups.shown(group)),
    };
    Error::new(format!("{what}: {of} alone holds more than --memory {} MiB", most >> 20)).help(
        "give more with --memory, or ask for less: collect(x, n) keeps n values, distinct(x) and quantile(x, q) are bounded",
    )
}
