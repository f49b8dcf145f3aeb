//! `dedup 'KEY'`: keeps the first record of each key, of all or within some time of it.

mod known;
mod later;
mod seen;
mod within;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::groups::KeyColumn;
use super::keys::{KeyNames, Keys};
use super::outline::Outline;
use super::take_time::before;
use super::waiting::{Like, Waiting};
use super::windows::write_bounds;
use super::{Bound, Conclusion, Flow, Host, Plan, Scope, Sink, Stage, StageDef, Words, Work};
use crate::doc::{Doc, Example, OptionDef};
use crate::error::Result;
use crate::record::{Batch, Bounds};
use crate::spill::{Disk, Partitions};
use crate::time::{Duration, Timestamp};
use crate::value::key::write_identity;
use later::Later;
use seen::{Scratch, Seen};
use within::DedupWithin;

/// The registry row.
pub(super) const STAGE: StageDef = StageDef {
    name: "dedup",
    spec: "'KEY, …'",
    options: &[OptionDef::valued(
        "within",
        "D",
        "drop a record only within D of event time of one that was kept",
    )],
    bind,
    doc: Doc {
        summary: "keep the first record of each key",
        text: "The first record of each key in input order passes, per window after `window`. A record whose key \
               has a null is never a duplicate. Untyped keys differ if their spellings differ.\n\n\
               Records pass at once as long as their keys fit into `--memory`. From then on those whose keys are new \
               wait in `--tmp`, and leave at the end of the input, in its order; a `limit` behind does not end it \
               early then.\n\n\
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
    let outline = Outline::of(scope);
    let keys = Keys::bind(Some(&words.spec), KeyNames::Unused, scope)?;
    bound.push(Bound::Ordered(Box::new(DedupWithin { keys: Arc::new(keys), within, outline })));
    Ok(bound)
}

impl Plan for Dedup {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        Ok(Box::new(Running {
            keys: Arc::clone(&self.keys),
            seen: Seen::Grouped(BTreeMap::new()),
            later: None,
            waiting: None,
            like: Like::default(),
            buffers: 0,
            scratch: Scratch::default(),
        }))
    }

    fn keeps(&self) -> String {
        "every different key, in memory; when that is full, later records and their keys in --tmp".to_owned()
    }

    fn gives(&self, gets: bool) -> bool {
        gets
    }
}

/// The running stage: as long as there is room for new keys, records pass at once.
struct Running {
    keys: Arc<Keys>,
    /// The keys of records that have passed.
    seen: Seen,
    /// What came when there was no room for more of them.
    later: Option<Later>,
    /// What of that is to leave.
    waiting: Option<Waiting>,
    like: Like,
    /// Bytes that the way to the disk will take.
    buffers: usize,
    scratch: Scratch,
}

impl Running {
    /// Drops the records whose keys have passed, and lets the others wait.
    fn push_later(&mut self, mut batch: Batch, work: &mut Work<'_>) -> Result<Flow> {
        self.like.note(&mut batch, work);
        let Self { keys, seen, later: Some(later), .. } = self else { return Ok(Flow::More) };
        let columns = keys.eval(&batch, &batch.live, work);
        let (mut key, mut whole) = (Vec::new(), Vec::new());
        for &row in &batch.live {
            if has_null(&columns, row) {
                later.push(&batch, row, None)?;
                continue;
            }
            let window = batch.window(row);
            write_key(row, &columns, &mut key);
            if !seen.contains(window, &key) {
                whole.clear();
                write_window(window, &mut whole);
                whole.extend_from_slice(&key);
                later.push(&batch, row, Some(&whole))?;
            }
        }
        Ok(Flow::More)
    }

    /// Makes room by what is known of keys that have passed; false if there is nothing of it.
    fn forget_seen(&mut self) -> Result<bool> {
        let Self { seen, later: Some(later), .. } = self else { return Ok(false) };
        let (taken, mut whole) = (seen.take_packed(), Vec::new());
        for (window, known) in &taken {
            for key in known.iter() {
                whole.clear();
                write_window(*window, &mut whole);
                whole.extend_from_slice(key);
                later.push_seen(&whole)?;
            }
        }
        Ok(!taken.is_empty())
    }
}

impl Stage for Running {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.later.is_some() {
            return self.push_later(batch, work);
        }
        let columns = self.keys.eval(&batch, &batch.live, work);
        let kept = self.seen.keep_new(&batch, &columns, &mut self.scratch);
        drop(columns);
        batch.live = kept;
        next.push(batch, work)
    }

    /// Windows do not close while records of them may wait.
    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        self.seen.close(mark);
        if self.later.is_some() { Ok(Flow::More) } else { next.advance(mark, work) }
    }

    /// Step by step: keys are packed, then no more are added, then they go to disk too.
    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        if self.later.is_some() {
            return self.forget_seen();
        }
        self.buffers = Partitions::most_bytes(disk);
        if self.seen.pack() {
            return Ok(true);
        }
        if self.seen.heap_bytes() == 0 {
            return Ok(false);
        }
        self.later = Some(Later::new(disk)?);
        Ok(true)
    }

    fn conclude(&mut self, part: usize) -> Result<Option<Box<dyn Conclusion>>> {
        let Some(later) = self.later.take() else { return Ok(None) };
        self.seen = Seen::Grouped(BTreeMap::new());
        let waiting = Waiting::new(later.finish()?, &self.like);
        if waiting.is_marked() {
            self.waiting = Some(waiting);
            return Ok(None);
        }
        waiting.conclusion(part).map(Some)
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.waiting.take().map_or(Ok(()), |waiting| waiting.leave(work, next))
    }

    fn held(&self) -> (usize, String) {
        let more = match &self.later {
            Some(later) => later.heap_bytes(),
            None => self.seen.growth() + self.buffers,
        };
        (self.seen.heap_bytes() + more, format!("dedup {}", self.keys.names.join(", ")))
    }
}

/// Whether some field of a record's key is null.
fn has_null(columns: &[KeyColumn<'_>], row: u32) -> bool {
    columns.iter().any(|column| column.values.get(row).is_null())
}

/// Writes the key of a record.
fn write_key(row: u32, columns: &[KeyColumn<'_>], key: &mut Vec<u8>) {
    key.clear();
    columns.iter().for_each(|column| write_identity(column.values.get(row), key));
}

/// Appends the window of a record, which stands in front of its key.
fn write_window(window: Option<Bounds>, key: &mut Vec<u8>) {
    if let Some(window) = window {
        write_bounds(window, key);
    }
}
