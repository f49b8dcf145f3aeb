//! Groups that did not fit into memory: runs on disk in the order of keys, put together a range of keys at a time.

use std::sync::Arc;

use super::plan::{Aggregate, OUT_ROWS};
use super::sealed::Sealed;
use super::tables::Table;
use crate::error::{Error, Result};
use crate::record::Bounds;
use crate::spill::{Disk, Merge, Parts, Queue, RunWriter, Runs};
use crate::stage::windows::{BOUNDS, read_bounds, write_bounds};
use crate::stage::{Conclusion, Flow, HandOn, Sink, Work};

/// Bytes of a run that a part reads.
const PART: usize = 4 << 20;
/// Bytes of groups that are put together at a time.
const TOGETHER: usize = 1 << 20;
/// Saved bytes of one group behind which it is worth to ask what it holds.
const ASK: usize = 64 << 10;
/// Groups that are put together hold at most this part of what one may hold, unless they are one.
const MANY: usize = 8;

/// Writes the groups of a table as one run.
pub(super) fn write(sealed: &Sealed, runs: &mut Runs) -> Result<()> {
    let mut run = runs.writer()?;
    write_groups(sealed, &[], &mut run)?;
    runs.add(run.finish()?)
}

/// Appends the groups of a table, in order; `prefix` stands in front of their keys.
fn write_groups(sealed: &Sealed, prefix: &[u8], run: &mut RunWriter) -> Result<()> {
    let (mut key, mut value) = (prefix.to_vec(), Vec::new());
    for (own, group) in sealed.groups() {
        key.truncate(prefix.len());
        key.extend_from_slice(own);
        value.clear();
        sealed.table().save(group, &mut value);
        run.push(&key, &value)?;
    }
    Ok(())
}

/// Groups of open windows on disk: their keys begin with the window.
pub(super) struct OpenWindows {
    queue: Queue,
    /// Bytes that one group may hold.
    most: usize,
}

impl OpenWindows {
    /// None yet.
    pub(super) fn new(disk: &Arc<Disk>) -> Self {
        Self { queue: Queue::new(disk), most: disk.memory() }
    }

    /// Begins to write groups of windows.
    pub(super) fn writer(&self) -> Result<WindowWriter> {
        Ok(WindowWriter { run: self.queue.writer()?, prefix: Vec::new() })
    }

    /// Adds what was written. Refuses groups of which not even one of each run fits into memory.
    pub(super) fn add(&mut self, plan: &Aggregate, writer: WindowWriter) -> Result<()> {
        self.queue.add(writer.run.finish()?)?;
        if self.heap_bytes() <= self.most {
            return Ok(());
        }
        let first = self.queue.entries();
        let key = first.key().and_then(|key| key.get(BOUNDS..)).unwrap_or(&[]);
        let mut table = Table::new(plan.keys.names.len(), &plan.fresh);
        let group = table.restore(None, key, first.value())?;
        Err(too_large(plan, &table, group, self.most))
    }

    /// The window that closes next.
    pub(super) fn first(&self) -> Option<Bounds> {
        self.queue.key().and_then(read_bounds)
    }

    /// Pushes the records of a window that closes, which is the first; `more` is what is in memory of it.
    pub(super) fn emit(
        &mut self,
        plan: &Aggregate,
        window: Bounds,
        more: Option<Table>,
        work: &mut Work<'_>,
        next: &mut dyn Sink,
    ) -> Result<Flow> {
        if let Some(table) = more {
            let mut writer = self.writer()?;
            writer.push(window, table)?;
            self.add(plan, writer)?;
        }
        let mut prefix = Vec::new();
        write_bounds(window, &mut prefix);
        while let Some(table) = together(plan, self.queue.entries(), &prefix, self.most)? {
            let groups: Vec<u32> = (0..table.groups.len() as u32).collect();
            let batch = plan.batch(vec![window; groups.len()], &table, &groups, work);
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.queue.heap_bytes()
    }
}

/// Writes groups of windows, in the order in which these close.
pub(super) struct WindowWriter {
    run: RunWriter,
    prefix: Vec<u8>,
}

impl WindowWriter {
    /// Writes the groups of a window.
    pub(super) fn push(&mut self, window: Bounds, table: Table) -> Result<()> {
        self.prefix.clear();
        write_bounds(window, &mut self.prefix);
        write_groups(&Sealed::of(table), &self.prefix, &mut self.run)
    }
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
        while let Some(table) = together(&self.plan, &mut merge, &[], self.most)? {
            let groups: Vec<u32> = (0..table.groups.len() as u32).collect();
            let batch = self.plan.batch(Vec::new(), &table, &groups, work);
            if hand_on(batch, work)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }
}

/// The next groups in order whose keys begin with `prefix`, as many as leave together; none behind the last.
fn together(plan: &Aggregate, merge: &mut Merge, prefix: &[u8], most: usize) -> Result<Option<Table>> {
    let mut table = Table::new(plan.keys.names.len(), &plan.fresh);
    let mut last = None;
    let (mut bytes, mut watch) = (0, Watch::new(most));
    while let Some(key) = merge.key().and_then(|key| key.strip_prefix(prefix)) {
        let same = last.filter(|&group| table.groups.key(group) == key);
        if same.is_none() && (table.groups.len() >= OUT_ROWS || bytes >= TOGETHER || watch.is_full()) {
            break;
        }
        let group = table.restore(same, key, merge.value())?;
        last = Some(group);
        bytes += key.len() + merge.value().len();
        watch.check(plan, &table, group, merge.value().len())?;
        merge.step()?;
    }
    Ok(last.map(|_| table))
}

/// Watches what groups hold that are put together: to ask them costs time.
pub(super) struct Watch {
    /// Bytes that one group may hold.
    most: usize,
    /// Saved bytes since the groups were last asked, and what they held.
    unasked: usize,
    held: usize,
}

impl Watch {
    /// No groups yet.
    pub(super) fn new(most: usize) -> Self {
        Self { most, unasked: 0, held: 0 }
    }

    /// Whether the next group should not join those that there are.
    pub(super) fn is_full(&self) -> bool {
        self.held > self.most / MANY
    }

    /// Refuses a group that has become larger than it may. It has got so many more saved bytes.
    pub(super) fn check(&mut self, plan: &Aggregate, table: &Table, group: u32, more: usize) -> Result<()> {
        self.unasked += more;
        // Groups hold some times as much as they take when they are saved.
        if self.unasked < ASK.min(self.most / (8 * MANY)) {
            return Ok(());
        }
        self.unasked = 0;
        self.held = table.heap_bytes();
        if self.held > self.most { Err(too_large(plan, table, group, self.most)) } else { Ok(()) }
    }
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
