//! `dedup 'KEY'`: keeps the first record of each key, of all or within some time of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::groups::{Groups, KeyColumn};
use super::keys::{KeyNames, Keys};
use super::take_time::{before, has_time, mark_of};
use super::{Bound, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::Result;
use crate::hash::Map;
use crate::record::{Batch, Bounds};
use crate::time::{Duration, Timestamp};
use crate::value::key::write_identity;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "dedup",
    spec: "'KEY, …'",
    options: &[OptionDef {
        long: "within",
        short: None,
        value: Some("D"),
        help: "drop a record only within D of event time of one that was kept",
        choices: &[],
        repeats: false,
    }],
    bind,
    doc: Doc {
        summary: "keep the first record of each key",
        text: "The first record of each key in input order passes, per window behind `window`. A record whose key \
               has a null is never a duplicate. Untyped keys differ if their spellings differ.\n\n\
               With `--within` a record is dropped if a record of its key that was kept lies within D of it, before \
               or after. A kept record is forgotten when the watermark is more than D past it, so that the keys held \
               are those of the last D and `--lateness`; of a duplicate that comes later than that both stay.",
        examples: &[
            Example {
                command: "--from ndjson dedup id",
                input: "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n{\"id\":1.0,\"v\":\"c\"}\n{\"v\":\"d\"}\n{\"v\":\"e\"}\n",
                output: "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n{\"v\":\"d\"}\n{\"v\":\"e\"}\n",
            },
            Example {
                command: "--from csv dedup alarm --within 10m",
                input: "time,alarm\n2024-01-31 12:00,disk\n2024-01-31 12:04,disk\n2024-01-31 12:11,disk\n",
                output: "time,alarm\n2024-01-31 12:00,disk\n2024-01-31 12:11,disk\n",
            },
        ],
    },
};

struct Dedup {
    keys: Arc<Keys>,
}

fn bind(words: &Words, scope: &mut Scope<'_>) -> Result<Vec<Bound>> {
    let _windowed = scope.per_window()?;
    let Some(within) = words.option("within") else {
        let keys = Keys::bind(Some(&words.spec), KeyNames::Unused, scope)?;
        return Ok(vec![Bound::Ordered(Box::new(Dedup { keys: Arc::new(keys) }))]);
    };
    let within = Duration::parse_or_zero(within.trim().as_bytes())
        .filter(|within| *within >= Duration::ZERO)
        .ok_or_else(|| {
            words.error_at("within", &format!("not a duration: \"{within}\"")).help("such as 10m, 1h or 0")
        })?;
    let mut bound = before(scope)?;
    let keys = Keys::bind(Some(&words.spec), KeyNames::Unused, scope)?;
    bound.push(Bound::Ordered(Box::new(DedupWithin { keys: Arc::new(keys), within })));
    Ok(bound)
}

impl Plan for Dedup {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running { keys: Arc::clone(&self.keys), seen: BTreeMap::new(), numbers: Vec::new() }))
    }

    fn keeps(&self) -> String {
        "every different key, in memory (at most --memory)".to_owned()
    }
}

struct Running {
    keys: Arc<Keys>,
    seen: BTreeMap<Option<Bounds>, Groups>,
    /// Scratch: the group of each record.
    numbers: Vec<u32>,
}

impl Stage for Running {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let columns = self.keys.eval(&batch, &batch.live, work);
        let nulls: Vec<u32> = batch.live.iter().copied().filter(|&row| has_null(&columns, row)).collect();
        self.numbers.resize(batch.rows(), 0);
        let mut kept = Vec::with_capacity(batch.live.len());
        for rows in batch.live.chunk_by(|row, next| batch.window(*row) == batch.window(*next)) {
            let Some(&first) = rows.first() else { continue };
            let seen = self.seen.entry(batch.window(first)).or_default();
            keep_new(seen, &batch, rows, &nulls, &columns, &mut self.numbers, &mut kept);
        }
        drop(columns);
        batch.live = kept;
        next.push(batch, work)
    }

    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.seen.retain(|window, _| window.is_none_or(|bounds| bounds.end > mark));
        next.advance(mark, work)
    }

    fn held(&self) -> (usize, String) {
        (self.seen.values().map(Groups::heap_bytes).sum(), format!("dedup {}", self.keys.names.join(", ")))
    }
}

/// Keeps those of the records `rows` whose keys were not seen, and those among `nulls`, both ascending. `numbers` is
/// scratch, aligned to the batch.
fn keep_new(
    seen: &mut Groups,
    batch: &Batch,
    rows: &[u32],
    nulls: &[u32],
    columns: &[KeyColumn<'_>],
    numbers: &mut [u32],
    kept: &mut Vec<u32>,
) {
    let is_null = |row: &u32| !nulls.is_empty() && nulls.binary_search(row).is_ok();
    let keyed: Vec<u32> = rows.iter().copied().filter(|row| !is_null(row)).collect();
    // Groups are numbered in the order of their first records.
    let mut next = seen.len() as u32;
    seen.assign_all(batch, &keyed, columns, 0, numbers);
    for &row in rows {
        if is_null(&row) {
            kept.push(row);
        } else if numbers.get(row as usize) == Some(&next) {
            kept.push(row);
            next += 1;
        }
    }
}

/// Whether some field of a record's key is null.
fn has_null(columns: &[KeyColumn<'_>], row: u32) -> bool {
    columns.iter().any(|column| column.values.get(row).is_null())
}

struct DedupWithin {
    keys: Arc<Keys>,
    within: Duration,
}

impl Plan for DedupWithin {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(RunningWithin {
            keys: Arc::clone(&self.keys),
            within: self.within,
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
        batch.live = live.into_iter().filter(|&row| has_time(&batch, row, work)).collect();
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
    if let Some(window) = batch.window(row) {
        key.extend_from_slice(&window.end.order_bytes());
        key.extend_from_slice(&window.start.order_bytes());
    }
    columns.iter().for_each(|column| write_identity(column.values.get(row), key));
}
