//! Open sessions: their first and last events, and the states of their groups, all in one table. A group's key
//! begins with the number of its session.

use std::collections::BTreeSet;

use super::plan::Aggregate;
use super::tables::Table;
use crate::aggregate::Aggregator;
use crate::error::Result;
use crate::hash::Map;
use crate::record::{Batch, Bounds, FaultLog};
use crate::stage::Work;
use crate::stage::groups::Groups;
use crate::stage::window::Session;
use crate::time::{Duration, Timestamp};
use crate::value::key::write_identity;

/// Groups that are done with stay in the table until they are this many and the larger part.
const FEW: usize = 1024;

/// Bytes of a session's number in front of a group's key.
const PREFIX: usize = size_of::<u64>();

/// The sessions that the records of one batch make on their own.
pub(super) struct Part {
    owners: Groups,
    spans: Vec<Span>,
    /// Group keys begin with the place in `spans`.
    table: Table,
}

/// The events of one session key that follow each other.
struct Span {
    owner: u32,
    first: Timestamp,
    last: Timestamp,
}

impl Part {
    /// Puts the records `rows` together; `first` is the place of the batch's first record in input order.
    pub(super) fn of(
        plan: &Aggregate,
        session: &Session,
        batch: &Batch,
        rows: &[u32],
        first: u64,
        work: &mut Work<'_>,
    ) -> Self {
        let mut owners = Groups::new(0);
        let mut numbers = vec![0; batch.rows()];
        let (spans, table) = plan.evaluate(batch, rows, work, |keys, inputs, work| {
            let own = session.keys.as_ref().map(|own| own.eval(batch, rows, work));
            let own = own.as_deref().unwrap_or(keys);
            let of_row: Vec<u32> = rows.iter().map(|&row| owners.assign(batch, row, own)).collect();
            let (spans, span_of) = spans(batch, rows, &of_row, session.gap);
            let mut table = Table::new(keys.len(), &plan.fresh);
            for (&row, span) in rows.iter().zip(span_of) {
                table.assign(&u64::from(span).to_be_bytes(), batch, row, keys, first, &mut numbers);
            }
            table.update(rows, &numbers, inputs, first, &mut work.log);
            (spans, table)
        });
        Self { owners, spans, table }
    }

    /// The session key of a record as [`Sessions::would_join`] takes it.
    pub(super) fn key_of(
        plan: &Aggregate,
        session: &Session,
        batch: &Batch,
        row: u32,
        work: &mut Work<'_>,
    ) -> Vec<u8> {
        // Faults are noted when the record is added, if it is.
        let log = std::mem::replace(&mut work.log, FaultLog::ignoring());
        let keys = session.keys.as_ref().unwrap_or(&plan.keys).eval(batch, &[row], work);
        work.log = log;
        let mut bytes = Vec::new();
        keys.iter().for_each(|key| write_identity(key.values.get(row), &mut bytes));
        bytes
    }
}

/// The sessions of records, whose owners are given, and for each record its session.
fn spans(batch: &Batch, rows: &[u32], owners: &[u32], gap: Duration) -> (Vec<Span>, Vec<u32>) {
    let time = |row: u32| batch.time(row).unwrap_or(Timestamp::MIN);
    let mut order: Vec<(u32, Timestamp, u32)> =
        owners.iter().zip(rows).zip(0..).map(|((&owner, &row), at)| (owner, time(row), at)).collect();
    order.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    let mut span_of = vec![0; rows.len()];
    for (owner, time, at) in order {
        match spans.last_mut() {
            Some(span) if span.owner == owner && time.since(span.last) <= gap => span.last = time,
            _ => spans.push(Span { owner, first: time, last: time }),
        }
        if let Some(span) = span_of.get_mut(at as usize) {
            *span = spans.len() as u32 - 1;
        }
    }
    (spans, span_of)
}

/// An open session.
struct Open {
    first: Timestamp,
    last: Timestamp,
    /// Its session key.
    owner: Box<[u8]>,
    /// Its groups in the table.
    groups: Vec<u32>,
}

/// A group of a session that has ended.
pub(super) struct Closed {
    /// The session's bounds.
    pub(super) window: Bounds,
    /// The group in the table.
    pub(super) group: u32,
}

/// All open sessions.
pub(super) struct Sessions {
    gap: Duration,
    key_fields: usize,
    fresh: Vec<Box<dyn Aggregator>>,
    /// The open sessions of each key.
    owners: Map<Box<[u8]>, Vec<u64>>,
    open: Map<u64, Open>,
    /// When each open session ends.
    ends: BTreeSet<(Timestamp, u64)>,
    next_number: u64,
    table: Table,
    /// Groups in the table that belong to open sessions.
    live: usize,
    /// Bytes of all session keys.
    key_bytes: usize,
}

impl Sessions {
    /// None yet.
    pub(super) fn new(plan: &Aggregate, gap: Duration) -> Self {
        let key_fields = plan.keys.names.len();
        Self {
            gap,
            key_fields,
            fresh: plan.fresh.iter().map(|item| item.fresh()).collect(),
            owners: Map::default(),
            open: Map::default(),
            ends: BTreeSet::new(),
            next_number: 0,
            table: Table::new(key_fields, &plan.fresh),
            live: 0,
            key_bytes: 0,
        }
    }

    /// Whether an open session of this key would take an event.
    pub(super) fn would_join(&self, owner: &[u8], time: Timestamp) -> bool {
        !self.touched(owner, time, time).is_empty()
    }

    /// The table that groups are in.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Adds the sessions of a batch.
    pub(super) fn absorb(&mut self, part: &Part) -> Result<()> {
        let mut numbers = Vec::with_capacity(part.spans.len());
        for span in &part.spans {
            numbers.push(self.join(part.owners.key(span.owner), span.first, span.last)?);
        }
        // A later one may have merged the session of an earlier one into another.
        for (number, span) in numbers.iter_mut().zip(&part.spans) {
            if !self.open.contains_key(number) {
                let now = self.touched(part.owners.key(span.owner), span.first, span.last);
                *number = now.first().copied().unwrap_or(*number);
            }
        }
        let mut saved = Vec::new();
        for group in 0..part.table.groups.len() as u32 {
            let Some(number) = number_of(part.table.groups.key(group))
                .and_then(|span| numbers.get(usize::try_from(span).ok()?).copied())
            else {
                continue;
            };
            self.adopt(number, &part.table, group, &mut saved)?;
        }
        Ok(())
    }

    /// Takes out the sessions that end next, together, if they end at or before `mark` or there is no mark; in
    /// order of their starts, then keys. Their groups stay in the table until [`Self::compact`].
    pub(super) fn close(&mut self, mark: Option<Timestamp>) -> Option<(Timestamp, Vec<Closed>)> {
        let (end, _) = *self.ends.first()?;
        if mark.is_some_and(|mark| end > mark) {
            return None;
        }
        let mut sessions = Vec::new();
        while let Some(&(other, number)) = self.ends.first()
            && other == end
        {
            self.ends.pop_first();
            sessions.extend(self.remove(number));
        }
        let mut closed: Vec<(Timestamp, &[u8], &[u8], u32)> = Vec::new();
        for session in &sessions {
            self.live -= session.groups.len();
            for &group in &session.groups {
                let key = self.table.groups.key(group).get(PREFIX..).unwrap_or(&[]);
                closed.push((session.first, key, &session.owner, group));
            }
        }
        closed.sort_unstable();
        let close = |(start, _, _, group)| Closed { window: Bounds { end, start }, group };
        Some((end, closed.into_iter().map(close).collect()))
    }

    /// Makes the table anew if most of it is of sessions that have ended.
    pub(super) fn compact(&mut self) -> Result<()> {
        let dead = self.table.groups.len() - self.live;
        if dead < FEW || dead < self.live {
            return Ok(());
        }
        let mut table = Table::new(self.key_fields, &self.fresh);
        let mut saved = Vec::new();
        for (_, number) in &self.ends {
            let Some(open) = self.open.get_mut(number) else { continue };
            for group in &mut open.groups {
                let mine = table.groups.adopt(&self.table.groups, *group);
                table.absorb_group(mine, &self.table, *group, &mut saved)?;
                *group = mine;
            }
        }
        self.table = table;
        Ok(())
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let each = size_of::<Open>() + size_of::<(Timestamp, u64)>() + 2 * size_of::<u64>();
        let maps = self.owners.allocation_size() + self.open.allocation_size();
        self.table.heap_bytes() + maps + self.key_bytes + self.open.len() * each
    }

    /// The open sessions of a key that take events from `first` to `last`, by number.
    fn touched(&self, owner: &[u8], first: Timestamp, last: Timestamp) -> Vec<u64> {
        let touches = |number: &u64| {
            self.open
                .get(number)
                .is_some_and(|open| first.since(open.last) <= self.gap && open.first.since(last) <= self.gap)
        };
        let numbers = self.owners.get(owner).into_iter().flatten();
        numbers.copied().filter(touches).collect()
    }

    /// The session that takes events from `first` to `last`, made of all that they touch, or new.
    fn join(&mut self, owner: &[u8], first: Timestamp, last: Timestamp) -> Result<u64> {
        let touched = self.touched(owner, first, last);
        let Some((&number, others)) = touched.split_first() else {
            return Ok(self.begin(owner, first, last));
        };
        let (mut first, mut last) = (first, last);
        let others: Vec<Open> = others.iter().filter_map(|other| self.take(*other)).collect();
        for other in others {
            (first, last) = (first.min(other.first), last.max(other.last));
            self.merge(number, &other)?;
        }
        if let Some(open) = self.open.get_mut(&number) {
            self.ends.remove(&(open.last.saturating_add(self.gap), number));
            (open.first, open.last) = (open.first.min(first), open.last.max(last));
            self.ends.insert((open.last.saturating_add(self.gap), number));
        }
        Ok(number)
    }

    fn begin(&mut self, owner: &[u8], first: Timestamp, last: Timestamp) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.key_bytes += 2 * owner.len();
        self.owners.entry(owner.into()).or_default().push(number);
        self.open.insert(number, Open { first, last, owner: owner.into(), groups: Vec::new() });
        self.ends.insert((last.saturating_add(self.gap), number));
        number
    }

    /// Takes an open session out.
    fn take(&mut self, number: u64) -> Option<Open> {
        let end = self.open.get(&number)?.last.saturating_add(self.gap);
        self.ends.remove(&(end, number));
        self.remove(number)
    }

    /// Takes out a session whose end is known to be taken out.
    fn remove(&mut self, number: u64) -> Option<Open> {
        let open = self.open.remove(&number)?;
        self.key_bytes -= 2 * open.owner.len();
        if let Some(numbers) = self.owners.get_mut(&open.owner) {
            numbers.retain(|known| *known != number);
            if numbers.is_empty() {
                self.owners.remove(&open.owner);
            }
        }
        Some(open)
    }

    /// Gives the groups of a session that was taken out to another.
    fn merge(&mut self, number: u64, other: &Open) -> Result<()> {
        self.live -= other.groups.len();
        let mut copy = Table::new(self.key_fields, &self.fresh);
        let mut saved = Vec::new();
        for &group in &other.groups {
            let mine = copy.groups.adopt(&self.table.groups, group);
            copy.absorb_group(mine, &self.table, group, &mut saved)?;
        }
        for group in 0..copy.groups.len() as u32 {
            self.adopt(number, &copy, group, &mut saved)?;
        }
        Ok(())
    }

    /// Adds a group of another table to a session.
    fn adopt(&mut self, number: u64, from: &Table, group: u32, saved: &mut Vec<u8>) -> Result<()> {
        let prefix = number.to_be_bytes();
        let (mine, is_new) = self.table.groups.adopt_within(&prefix, PREFIX, &from.groups, group);
        if is_new && let Some(open) = self.open.get_mut(&number) {
            open.groups.push(mine);
            self.live += 1;
        }
        self.table.absorb_group(mine, from, group, saved)
    }
}

/// The number in front of a group's key.
fn number_of(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*key.first_chunk()?))
}
