//! A join with a table that does not fit into memory: both sides are parted by their keys, and when the input has
//! ended, part by part is looked up in memory. What comes of it is put back in the order of the input.

use std::sync::{Arc, Mutex, PoisonError};

use super::class::{Class, key_value};
use super::index::Common;
use super::step::{Join, Kind, Rules};
use super::store::Store;
use super::table::OnDisk;
use crate::error::{Error, Result};
use crate::record::{Batch, Builder, Findings, Lookup, Unmatched};
use crate::spill::{Disk, Partition, Partitions, RunWriter, Runs, damaged};
use crate::stage::waiting::{Like, Waiting};
use crate::stage::{Conclusion, Flow, Host, Plan, Sink, Stage, Work};
use crate::time::Timestamp;

/// How often a part is parted again: keys that are together then have one hash.
const LEVELS: u32 = 64;
/// Most records that are looked up together, and most of their bytes.
const ROWS: usize = 1024;
const BYTES: usize = 256 << 10;

/// The bound join.
pub(super) struct JoinOnDisk {
    shared: Arc<Shared>,
    /// Until the join starts.
    table: Mutex<Option<OnDisk>>,
    described: String,
}

/// What holds for all parts.
struct Shared {
    rules: Arc<Rules>,
    /// The table without its records.
    table: Store,
    /// How each field of the key is parted.
    common: Vec<Common>,
    /// The slots of the fields that are taken.
    slots: Vec<Option<usize>>,
}

impl JoinOnDisk {
    /// A join with the records of `on_disk`; `slots` are those of the fields that are taken.
    pub(super) fn new(
        rules: Rules,
        table: (Store, Vec<Common>),
        on_disk: OnDisk,
        slots: Vec<Option<usize>>,
        described: String,
    ) -> Self {
        let (table, common) = table;
        let shared = Arc::new(Shared { rules: Arc::new(rules), table, common, slots });
        Self { shared, table: Mutex::new(Some(on_disk)), described }
    }
}

impl Plan for JoinOnDisk {
    fn start(&self, _host: &dyn Host) -> Result<Box<dyn Stage>> {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner).take();
        let OnDisk { disk, partitions } = table.ok_or_else(|| Error::new("a join was started twice"))?;
        Ok(Box::new(Running {
            shared: Arc::clone(&self.shared),
            records: Some(Partitions::new(&disk, 0)),
            disk,
            table: partitions,
            count: 0,
            first: None,
            like: Like::default(),
            waiting: None,
        }))
    }

    fn keeps(&self) -> String {
        self.described.clone()
    }

    fn gives(&self, gets: bool) -> bool {
        gets && self.shared.rules.kind == Kind::Left
    }

    fn holds_back(&self) -> bool {
        true
    }

    fn repeats(&self) -> bool {
        self.shared.rules.kind.repeats()
    }
}

/// The running join.
struct Running {
    shared: Arc<Shared>,
    disk: Arc<Disk>,
    table: Vec<Partition>,
    /// Records by their keys: each is its place, a running number, and the record in its saved form.
    records: Option<Partitions>,
    count: u64,
    /// What to say if nothing matches, by the first record that has a key.
    first: Option<Unmatched>,
    like: Like,
    /// What is to leave, once all was looked up.
    waiting: Option<Waiting>,
}

impl Stage for Running {
    fn push(&mut self, mut batch: Batch, work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        self.like.note(&mut batch, work);
        let Self { shared, records: Some(records), count, first, .. } = self else { return Ok(Flow::More) };
        let rules = &shared.rules;
        let columns = rules.keys_of(&batch, &batch.live, work);
        let (mut parted_by, mut saved) = (Vec::new(), Vec::new());
        for &row in &batch.live {
            let key = || columns.iter().map(|(column, reading)| key_value(column.get(row), *reading));
            parted_by.clear();
            if key().any(|value| value.is_null()) {
                if matches!(rules.kind, Kind::Inner | Kind::Semi) {
                    continue;
                }
            } else {
                for (value, common) in key().zip(&shared.common) {
                    if Class::of(value).is_some_and(|class| !common.parts(class)) {
                        return Err(shared.cannot_part());
                    }
                    common.write(value, work.env, &mut parted_by);
                }
                first.get_or_insert_with(|| rules.unmatched(&shared.table, &batch, row, work));
            }
            saved.clear();
            saved.extend_from_slice(&count.to_be_bytes());
            batch.save(row, &mut saved);
            records.push(&parted_by, &saved)?;
            *count += 1;
        }
        Ok(Flow::More)
    }

    /// Windows do not close while records of them wait.
    fn advance(&mut self, _mark: Timestamp, _work: &mut Work<'_>, _next: &mut dyn Sink) -> Result<Flow> {
        Ok(Flow::More)
    }

    fn settle(&mut self, work: &mut Work<'_>) -> Result<()> {
        let Some(records) = self.records.take() else { return Ok(()) };
        let mut lookups = Lookups::new(&self.shared, &self.disk);
        let table = std::mem::take(&mut self.table);
        let mut open: Vec<Pair> = pairs(1, table, records.finish()?).collect();
        while let Some(pair) = open.pop() {
            open.extend(lookups.look_up(pair, work)?);
        }
        let Lookups { runs, keyed, matched, .. } = lookups;
        if keyed > 0 && !self.shared.table.example.is_empty() {
            let site = self.shared.rules.site;
            work.findings.lookups.add(Lookup { site, keyed, matched, note: self.first.take() });
        }
        self.waiting = Some(Waiting::new(runs, &self.like));
        Ok(())
    }

    fn conclude(&mut self, part: usize) -> Result<Option<Box<dyn Conclusion>>> {
        match self.waiting.take() {
            Some(waiting) if !waiting.is_marked() => waiting.conclusion(part).map(Some),
            waiting => {
                self.waiting = waiting;
                Ok(None)
            }
        }
    }

    fn finish(&mut self, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<()> {
        self.waiting.take().map_or(Ok(()), |waiting| waiting.leave(work, next))
    }

    fn held(&self) -> (usize, String) {
        let bytes = self.records.as_ref().map_or(0, Partitions::heap_bytes);
        (bytes, format!("join with {}", self.shared.table.name))
    }
}

impl Shared {
    /// The error for records whose keys are not parted as the keys of the table that they meet.
    #[cold]
    fn cannot_part(&self) -> Error {
        let fields = self.table.example.iter().zip(&self.rules.keys).zip(&self.common);
        let name = fields
            .filter(|(_, common)| **common == Common::NoTimes)
            .map(|((_, (name, _)), _)| name.as_str())
            .next()
            .unwrap_or_default();
        let table = &self.table.name;
        Error::new(format!(
            "table {table} does not fit into --memory, and with --time-format it is not known which of its keys are times, as \"{name}\" is"
        ))
        .help("pin the field of the table with --types field:time, or give more with --memory")
    }
}

/// A part of the table, and the records that are looked up in it.
struct Pair {
    /// How often both were parted.
    level: u32,
    table: Partition,
    records: Partition,
}

fn pairs(level: u32, table: Vec<Partition>, records: Vec<Partition>) -> impl Iterator<Item = Pair> {
    let both = table.into_iter().zip(records);
    both.map(move |(table, records)| Pair { level, table, records }).filter(|pair| !pair.records.is_empty())
}

/// Looks records up part by part.
struct Lookups<'a> {
    shared: &'a Shared,
    disk: &'a Arc<Disk>,
    /// What leaves, by place and number among those of one record.
    runs: Runs,
    keyed: u64,
    matched: u64,
}

impl<'a> Lookups<'a> {
    fn new(shared: &'a Shared, disk: &'a Arc<Disk>) -> Self {
        Self { shared, disk, runs: Runs::new(disk), keyed: 0, matched: 0 }
    }

    /// Looks up the records of a pair, or gives back smaller ones.
    fn look_up(&mut self, pair: Pair, work: &mut Work<'_>) -> Result<Vec<Pair>> {
        let Some(mut store) = self.load(&pair.table, pair.level)? else {
            let deeper = |partition| part_again(self.disk, pair.level, partition);
            let (table, records) = (deeper(&pair.table)?, deeper(&pair.records)?);
            return Ok(pairs(pair.level + 1, table, records).collect());
        };
        store.finish(&self.shared.slots);
        store.index.set_room(self.disk.memory());
        let rules = Arc::clone(&self.shared.rules);
        let join = Join { rules, table: store, described: String::new() };
        drop(pair.table);
        let mut run = Leaving::new(self.runs.writer()?.unpacked());
        let mut entries = pair.records.read();
        let (mut builder, mut places) = (Builder::default(), Vec::new());
        while entries.step()? {
            let (place, mut saved) = entries.value().split_first_chunk().ok_or_else(damaged)?;
            places.push(u64::from_be_bytes(*place));
            builder.restore(&mut saved).ok_or_else(damaged)?;
            if builder.rows() >= ROWS || builder.bytes() >= BYTES {
                self.join(&join, std::mem::take(&mut builder).finish(), &places, work, &mut run)?;
                places.clear();
            }
        }
        self.join(&join, builder.finish(), &places, work, &mut run)?;
        self.runs.add(run.run.finish()?)?;
        Ok(Vec::new())
    }

    /// Looks up the records of a batch, whose places in the order of the input stand beside it.
    fn join(
        &mut self,
        join: &Join,
        batch: Batch,
        places: &[u64],
        work: &mut Work<'_>,
        run: &mut Leaving,
    ) -> Result<()> {
        let found = aside(work, |work| join.look_up(&batch, work))?.0;
        let Some(found) = found else {
            if places.len() < 2 {
                return Err(join.too_many());
            }
            let (front, back) = places.split_at(places.len() / 2);
            for (places, first) in [(front, 0), (back, front.len())] {
                let mut part = Builder::default();
                (first..first + places.len()).for_each(|row| part.append(&batch, row as u32));
                self.join(join, part.finish(), places, work, run)?;
            }
            return Ok(());
        };
        self.keyed += found.keyed;
        self.matched += found.matched;
        let (batch, findings) = aside(work, |work| Ok(join.joined(batch, &found, work)))?;
        // What else is wrong was counted when the records came.
        work.findings.rejected += findings.rejected;
        work.findings.rejects.extend(findings.rejects);
        let place_of = |row: u32| {
            let row = if found.repeats { found.rows.get(row as usize).copied() } else { Some(row) };
            places.get(row? as usize).copied()
        };
        batch.live.iter().try_for_each(|&row| run.push(place_of(row).ok_or_else(damaged)?, &batch, row))
    }

    /// Loads a part of the table; `None` if it does not fit and has more than one key. A key that does not fit alone
    /// is an error.
    fn load(&self, table: &Partition, level: u32) -> Result<Option<Store>> {
        let bytes = usize::try_from(table.bytes()).unwrap_or(usize::MAX);
        let eager = self.disk.is_eager();
        let room = if eager { 0 } else { self.disk.memory() / 2 };
        let is_last = level > LEVELS;
        if bytes > room && !is_last && !one_key(table)? {
            return Ok(None);
        }
        let mut store = self.shared.table.part(bytes.min(room));
        let mut entries = table.read();
        let mut rows = 0_u32;
        while entries.step()? {
            store.restore(entries.value()).ok_or_else(damaged)?;
            rows += 1;
            // To ask costs time.
            if rows.is_multiple_of(256) && !eager && store.whole_bytes() > room {
                let key = store.index.keys().next().map(|key| key.shown()).unwrap_or_default();
                drop(store);
                return if is_last || one_key(table)? { Err(self.too_large(&key)) } else { Ok(None) };
            }
        }
        Ok(Some(store))
    }

    /// The error for a key whose records do not fit into memory.
    #[cold]
    fn too_large(&self, key: &str) -> Error {
        let (name, memory) = (&self.shared.table.name, self.disk.memory() >> 20);
        Error::new(format!(
            "table {name}: the records of the key {key} do not fit into --memory {memory} MiB, of which they may have half"
        ))
        .help("give more with --memory, or take fewer fields with --take")
    }
}

/// Runs something whose findings are not those of the run.
fn aside<T>(work: &mut Work<'_>, run: impl FnOnce(&mut Work<'_>) -> Result<T>) -> Result<(T, Findings)> {
    let fresh = work.findings.fresh();
    let before = std::mem::replace(&mut work.findings, fresh);
    let done = run(work);
    let found = std::mem::replace(&mut work.findings, before);
    done.map(|done| (done, found))
}

/// Whether all entries were parted by the same bytes.
fn one_key(partition: &Partition) -> Result<bool> {
    let mut entries = partition.read();
    let mut first: Option<Vec<u8>> = None;
    while entries.step()? {
        match &first {
            None => first = Some(entries.key().to_vec()),
            Some(first) if first != entries.key() => return Ok(false),
            Some(_) => {}
        }
    }
    Ok(true)
}

fn part_again(disk: &Arc<Disk>, level: u32, partition: &Partition) -> Result<Vec<Partition>> {
    let mut parts = Partitions::new(disk, level);
    let mut entries = partition.read();
    while entries.step()? {
        parts.push(entries.key(), entries.value())?;
    }
    parts.finish()
}

/// A run of records that leave.
struct Leaving {
    run: RunWriter,
    /// The place of the last one, and how many had it before.
    place: u64,
    number: u32,
    saved: Vec<u8>,
}

impl Leaving {
    fn new(run: RunWriter) -> Self {
        Self { run, place: u64::MAX, number: 0, saved: Vec::new() }
    }

    fn push(&mut self, place: u64, batch: &Batch, row: u32) -> Result<()> {
        self.number = if self.place == place { self.number + 1 } else { 0 };
        self.place = place;
        let mut key = [0; 12];
        let bytes = place.to_be_bytes().into_iter().chain(self.number.to_be_bytes());
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        self.saved.clear();
        batch.save(row, &mut self.saved);
        self.run.push(&key, &self.saved)
    }
}
