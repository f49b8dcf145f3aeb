//! The sessions that the records of one batch make on their own.

use super::plan::Aggregate;
use super::tables::Table;
use crate::record::{Batch, FaultLog, Rank};
use crate::stage::Work;
use crate::stage::groups::{Groups, KeyColumn};
use crate::stage::window::Session;
use crate::time::{Duration, Timestamp};
use crate::value::key::write_identity;

/// Bytes of a session's number in front of a group's key.
pub(super) const PREFIX: usize = size_of::<u64>();

/// Sessions of a batch and their groups.
pub(super) struct Part {
    /// The session keys. `None`: they are the keys of the groups, and each session is the group of its number.
    owners: Option<Groups>,
    pub(super) spans: Vec<Span>,
    /// If there are owners, group keys begin with the place in `spans`.
    pub(super) table: Table,
}

/// The events of one session key that follow each other.
pub(super) struct Span {
    /// The number of the session key: [`Part::owners`].
    pub(super) owner: u32,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

impl Part {
    /// Puts the records `rows` together; `first` is the place of the batch's first record in input order.
    pub(super) fn of(
        plan: &Aggregate,
        session: &Session,
        batch: &Batch,
        rows: &[u32],
        first: Rank,
        work: &mut Work<'_>,
    ) -> Self {
        plan.evaluate(batch, rows, work, |keys, inputs, work| {
            let own = session.keys.as_ref().map(|own| own.eval(batch, rows, work));
            let own = own.as_deref().unwrap_or(keys);
            let is_group = plan.is_keyed_by(session);
            let mut owners = Groups::new(if is_group { own.len() } else { 0 });
            let mut numbers = vec![0; batch.rows()];
            owners.assign_all(batch, rows, own, first, &mut numbers);
            let single = single_spans(batch, rows, &numbers, owners.len(), session.gap);
            let mut table = Table::new(keys.len(), &plan.fresh);
            let (owners, spans) = match single {
                Some(spans) if is_group => {
                    table.groups = owners;
                    (None, spans)
                }
                Some(spans) => {
                    assign(&mut table, batch, rows, keys, first, &mut numbers);
                    (Some(owners), spans)
                }
                None => {
                    let spans = number_spans(batch, rows, &mut numbers, session.gap);
                    assign(&mut table, batch, rows, keys, first, &mut numbers);
                    (Some(owners), spans)
                }
            };
            table.update(rows, &numbers, inputs, first, &mut work.log);
            Self { owners, spans, table }
        })
    }

    /// The session keys.
    pub(super) fn owners(&self) -> &Groups {
        self.owners.as_ref().unwrap_or(&self.table.groups)
    }

    /// Bytes in front of the keys of groups.
    pub(super) fn prefix(&self) -> usize {
        if self.owners.is_some() { PREFIX } else { 0 }
    }

    /// The place in `spans` of the session that a group belongs to.
    pub(super) fn span_of(&self, group: u32) -> Option<usize> {
        match self.owners {
            Some(_) => usize::try_from(u64::from_be_bytes(*self.table.groups.key(group).first_chunk()?)).ok(),
            None => Some(group as usize),
        }
    }

    /// The session key of a record as [`super::sessions::Sessions::would_join`] takes it.
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

/// Puts the groups of records in the place of their sessions in `numbers`, which are aligned to the batch.
fn assign(
    table: &mut Table,
    batch: &Batch,
    rows: &[u32],
    keys: &[KeyColumn<'_>],
    first: Rank,
    numbers: &mut [u32],
) {
    for &row in rows {
        let span = numbers.get(row as usize).copied().unwrap_or_default();
        table.assign(&u64::from(span).to_be_bytes(), batch, row, keys, first, numbers);
    }
}

fn time_of(batch: &Batch, row: u32) -> Timestamp {
    batch.time(row).unwrap_or(Timestamp::MIN)
}

/// The sessions of records in the order of their keys' numbers, if each key has one and that shows without
/// sorting. `owners`: the number of each record's key, aligned to the batch.
fn single_spans(
    batch: &Batch,
    rows: &[u32],
    owners: &[u32],
    keys: usize,
    gap: Duration,
) -> Option<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::with_capacity(keys);
    for &row in rows {
        let time = time_of(batch, row);
        let owner = owners.get(row as usize).copied().unwrap_or_default();
        match spans.get_mut(owner as usize) {
            // Keys are numbered in the order of their first records.
            None => spans.push(Span { owner, first: time, last: time }),
            Some(span) if time.since(span.last) <= gap && span.first.since(time) <= gap => {
                span.first = span.first.min(time);
                span.last = span.last.max(time);
            }
            Some(_) => return None,
        }
    }
    Some(spans)
}

/// The sessions of records, whose places take those of the keys' numbers in `numbers`, aligned to the batch.
fn number_spans(batch: &Batch, rows: &[u32], numbers: &mut [u32], gap: Duration) -> Vec<Span> {
    let owner = |row: u32| numbers.get(row as usize).copied().unwrap_or_default();
    let mut order: Vec<(u32, Timestamp, u32)> =
        rows.iter().map(|&row| (owner(row), time_of(batch, row), row)).collect();
    order.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    for (owner, time, row) in order {
        match spans.last_mut() {
            Some(span) if span.owner == owner && time.since(span.last) <= gap => span.last = time,
            _ => spans.push(Span { owner, first: time, last: time }),
        }
        if let Some(number) = numbers.get_mut(row as usize) {
            *number = spans.len() as u32 - 1;
        }
    }
    spans
}
