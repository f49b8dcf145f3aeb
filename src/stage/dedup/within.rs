//! `dedup --within D`: drops a record if one of its key that was kept lies near in time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{has_null, write_window};
use crate::error::Result;
use crate::hash::Map;
use crate::record::Batch;
use crate::stage::groups::KeyColumn;
use crate::stage::keys::Keys;
use crate::stage::outline::Outline;
use crate::stage::take_time::{has_time, mark_of};
use crate::stage::{Flow, Host, Plan, Sink, Stage, Work};
use crate::time::{Duration, Timestamp};
use crate::value::key::write_identity;

/// The bound stage.
pub(super) struct DedupWithin {
    pub(super) keys: Arc<Keys>,
    /// How near.
    pub(super) within: Duration,
    pub(super) outline: Outline,
}

impl Plan for DedupWithin {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(RunningWithin {
            keys: Arc::clone(&self.keys),
            within: self.within,
            outline: self.outline.clone(),
            kept: Map::default(),
            forget: BTreeSet::new(),
            bytes: 0,
        }))
    }

    fn keeps(&self) -> String {
        format!("the keys of the last {} and --lateness, in memory (at most --memory)", self.within)
    }
}

/// Keys with the times at which records of them were kept.
struct RunningWithin {
    keys: Arc<Keys>,
    within: Duration,
    outline: Outline,
    /// By window and key: the times of kept records that are not forgotten.
    kept: Map<Arc<[u8]>, BTreeSet<Timestamp>>,
    /// The same by time.
    forget: BTreeSet<(Timestamp, Arc<[u8]>)>,
    /// Bytes of all keys.
    bytes: usize,
}

impl RunningWithin {
    /// Whether a record of this key and time is no duplicate; then it is remembered.
    fn keep(&mut self, key: &[u8], time: Timestamp) -> bool {
        let near = time.saturating_sub(self.within)..=time.saturating_add(self.within);
        if let Some(times) = self.kept.get(key)
            && times.range(near).next().is_some()
        {
            return false;
        }
        let key: Arc<[u8]> = key.into();
        self.bytes += key.len();
        self.kept.entry(Arc::clone(&key)).or_default().insert(time);
        self.forget.insert((time, key));
        true
    }

    /// Forgets what lies more than the time before the watermark.
    fn forget(&mut self, mark: Timestamp) {
        while self.forget.first().is_some_and(|(time, _)| mark.since(*time) > self.within) {
            let Some((time, key)) = self.forget.pop_first() else { return };
            self.bytes -= key.len();
            if let Some(times) = self.kept.get_mut(&key) {
                times.remove(&time);
                if times.is_empty() {
                    self.kept.remove(&key);
                }
            }
        }
    }
}

impl Stage for RunningWithin {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let incoming = work.incoming_watermark();
        let live = std::mem::take(&mut batch.live);
        batch.live = live.into_iter().filter(|&row| has_time(&batch, row, &self.outline, work)).collect();
        let columns = self.keys.eval(&batch, &batch.live, work);
        let mut kept = Vec::with_capacity(batch.live.len());
        let mut key = Vec::new();
        for &row in &batch.live {
            if let Some(mark) = mark_of(&batch, row, incoming) {
                self.forget(mark);
            }
            let Some(time) = batch.time(row) else { continue };
            write_window_and_key(&batch, row, &columns, &mut key);
            if has_null(&columns, row) || self.keep(&key, time) {
                kept.push(row);
            }
        }
        drop(columns);
        batch.live = kept;
        next.push(batch, work)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.forget(mark);
        next.advance(mark, work)
    }

    fn held(&self) -> (usize, String) {
        // A set has a node of eleven places even for one time, and nodes of a large one are half full; a shared key
        // has two counters.
        let set = 12 * size_of::<Timestamp>();
        let each = 2 * size_of::<(Timestamp, Arc<[u8]>)>() + set + 2 * size_of::<usize>();
        let bytes = self.bytes + self.forget.len() * each + self.kept.allocation_size();
        (bytes, format!("dedup {}", self.keys.names.join(", ")))
    }
}

fn write_window_and_key(batch: &Batch, row: u32, columns: &[KeyColumn<'_>], key: &mut Vec<u8>) {
    key.clear();
    write_window(batch.window(row), key);
    columns.iter().for_each(|column| write_identity(column.values.get(row), key));
}
