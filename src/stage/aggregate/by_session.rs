//! Groups of sessions.
//!
//! If every record of a batch lies ahead of the watermark before it, no session that could take one of them has
//! closed (it would end at or behind the record's time), so that a worker can put the batch's records together by
//! key and pause alone, and its sessions merge with those that are open. A batch with a record at or behind the
//! watermark is handed on as it is, and its records are taken in order.

use std::sync::Arc;

use super::plan::{Aggregate, OUT_ROWS, not_mine};
use super::running::Open;
use super::session_disk::SessionDisk;
use super::session_part::Part;
use super::sessions::{Closed, Sessions};
use crate::error::Result;
use crate::record::{Batch, Bounds, Rank};
use crate::spill::Disk;
use crate::stage::take_time::mark_of;
use crate::stage::window::{Ended, Session, count_late};
use crate::stage::windows::closed;
use crate::stage::{Flow, Partial, Sink, Work};
use crate::time::Timestamp;

/// What becomes of a block.
enum Folded {
    /// Sessions of its own.
    Part(Box<Part>),
    /// Records that must be taken in order.
    Batch(Box<Batch>),
}

/// Folds a block.
pub(super) fn fold(
    plan: &Aggregate,
    session: &Session,
    batch: &mut Batch,
    partial: &mut Option<Partial>,
    work: &mut Work<'_>,
) -> Result<()> {
    let incoming = work.incoming_watermark();
    let ahead = batch.live.iter().all(|&row| is_ahead(batch, row, incoming));
    *partial = Some(Box::new(if ahead {
        batch.live.iter().filter_map(|&row| batch.time(row)).for_each(|time| work.holds_until(time));
        Folded::Part(Box::new(Part::of(plan, session, batch, &batch.live, work.first_place, work)))
    } else {
        Folded::Batch(Box::new(std::mem::take(batch)))
    }));
    Ok(())
}

/// Whether a record's time lies ahead of the watermark before it.
fn is_ahead(batch: &Batch, row: u32, incoming: Option<Timestamp>) -> bool {
    match (batch.time(row), mark_of(batch, row, incoming)) {
        (Some(time), Some(mark)) => time > mark,
        _ => true,
    }
}

/// The open sessions.
pub(super) struct BySession {
    plan: Arc<Aggregate>,
    session: Arc<Session>,
    sessions: Sessions,
    /// What did not fit into memory. Once there is something, all that leaves waits there for the end of the input.
    on_disk: Option<SessionDisk>,
    /// Records pushed so far, in the chain or not: a record's place in input order counts them.
    seen: Rank,
}

impl BySession {
    /// Nothing seen yet.
    pub(super) fn new(plan: &Arc<Aggregate>, session: &Arc<Session>) -> Self {
        let sessions = Sessions::new(plan, session);
        Self {
            plan: Arc::clone(plan),
            session: Arc::clone(session),
            sessions,
            on_disk: None,
            seen: Rank::default(),
        }
    }

    /// Takes the records of a batch in order; `first` is the place of its first record in input order.
    fn take(&mut self, batch: &Batch, first: Rank, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let incoming = work.incoming_watermark();
        let mut ahead = Vec::new();
        for &row in &batch.live {
            if is_ahead(batch, row, incoming) {
                ahead.push(row);
                continue;
            }
            self.add(batch, &std::mem::take(&mut ahead), first, work)?;
            let mark = mark_of(batch, row, incoming);
            if self.close(mark, work, next)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
            self.take_behind(batch, row, mark, first, work)?;
        }
        self.add(batch, &ahead, first, work)?;
        Ok(Flow::More)
    }

    /// Takes a record at or behind the watermark: late if it joins no open session and would begin one that has
    /// ended.
    fn take_behind(
        &mut self,
        batch: &Batch,
        row: u32,
        mark: Option<Timestamp>,
        first: Rank,
        work: &mut Work<'_>,
    ) -> Result<()> {
        let Some(time) = batch.time(row) else { return Ok(()) };
        let end = time.saturating_add(self.session.gap);
        if let Some(mark) = mark.filter(|mark| end <= *mark)
            && !self.sessions.would_join(&Part::key_of(&self.plan, &self.session, batch, row, work), time)
        {
            count_late(batch, Ended { row, time, end, mark }, &self.session.outline, work);
            return Ok(());
        }
        self.add(batch, &[row], first, work)
    }

    /// Adds the sessions that records make.
    fn add(&mut self, batch: &Batch, rows: &[u32], first: Rank, work: &mut Work<'_>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let part = Part::of(&self.plan, &self.session, batch, rows, first, work);
        self.sessions.absorb(&part)
    }

    /// Pushes groups of sessions that have ended, in batches.
    fn emit(&self, closed: &[Closed], work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        for closed in closed.chunks(OUT_ROWS) {
            let windows: Vec<Bounds> = closed.iter().map(|closed| closed.window).collect();
            let groups: Vec<u32> = closed.iter().map(|closed| closed.group).collect();
            let batch = self.plan.batch(windows, self.sessions.table(), &groups, work);
            if next.push(batch, work)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }
}

impl Open for BySession {
    fn push(&mut self, batch: &Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let flow = self.take(batch, self.seen, work, next)?;
        self.seen = self.seen.behind(batch.rows());
        Ok(flow)
    }

    fn absorb(&mut self, partial: Partial, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        match *partial.downcast::<Folded>().map_err(|_| not_mine())? {
            Folded::Batch(batch) => self.take(&batch, work.first_place, work, next),
            Folded::Part(part) => self.sessions.absorb(&part).map(|()| Flow::More),
        }
    }

    fn close(&mut self, mark: Option<Timestamp>, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if let Some(disk) = &mut self.on_disk {
            self.sessions.close_to(disk, mark)?;
            return match self.on_disk.take_if(|_| mark.is_none()) {
                Some(disk) => disk.emit(&self.plan, work, next),
                None => Ok(Flow::More),
            };
        }
        let ended = self.sessions.close(mark);
        let together = next.takes_windows_together();
        for ended in ended.chunk_by(|one, next| together || one.window.end == next.window.end) {
            let Some(Closed { window, .. }) = ended.last() else { continue };
            let flow = self.emit(ended, work, next)?;
            if closed(flow, window.end, mark, work, next)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        self.sessions.compact()?;
        Ok(Flow::More)
    }

    fn spill(&mut self, disk: &Arc<Disk>) -> Result<bool> {
        if !self.sessions.has_groups() {
            return Ok(false);
        }
        self.sessions.spill(self.on_disk.get_or_insert_with(|| SessionDisk::new(disk))).map(|()| true)
    }

    fn holds_back(&self) -> bool {
        self.on_disk.is_some()
    }

    fn heap_bytes(&self) -> usize {
        self.sessions.heap_bytes() + self.on_disk.as_ref().map_or(0, SessionDisk::heap_bytes)
    }
}
