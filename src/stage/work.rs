//! What a stage works with while batches run through it: settings, findings, and the running event time.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::record::{Batch, Builder, Env, FaultLog, Findings, Origin, Rank};
use crate::time::{Duration, Timestamp};

use super::outline::Outline;
use super::{Flow, Sink, Stage, Stamps, Step};

/// The surroundings of stages while they run: one per block in the workers, one in the ordered part.
pub struct Work<'a> {
    /// Settings of the run.
    pub env: &'a Env,
    /// What was found so far.
    pub findings: Findings,
    /// The highest event time so far, in input order as far as this run of stages knows it.
    pub highest: Option<Timestamp>,
    /// What `highest` was before the block in work.
    pub incoming: Option<Timestamp>,
    /// What the stamps so far say about how the next one is read.
    pub stamps: Stamps,
    /// `--lateness`.
    pub lateness: Duration,
    /// The place in input order of the first record of the block in work.
    pub first_place: Rank,
    /// Event times were read that depend on those before them (stamps without a year), so that all that was
    /// done holds only if `incoming` is what the blocks before really came to.
    pub times_follow: bool,
    /// Ten digits were met that are a date with an hour or seconds, as the first stamp of the input has it.
    pub hours_follow: bool,
    /// No record before the block in work is known to have an event time, and its first one has none: what the run ends
    /// with if there was none before it.
    pub no_time: Option<NoTime>,
    /// The earliest end of a window that a record was put into: the verdicts hold while the watermark that
    /// comes in from earlier blocks lies below it.
    pub holds_below: Option<Timestamp>,
    /// Whether the record is noted whose event time is ahead of all others: where all records of the input are seen.
    pub notes_lead: bool,
    /// Bytes that the records which a step makes of one batch may take.
    pub room: usize,
    /// What the records that a step would make of the batch do not fit into: it gave the batch back as it came,
    /// to be tried again in smaller pieces. This is the error if it was a single record.
    pub too_large: Option<Error>,
    /// What satisfied a limit.
    pub enough: Option<Enough>,
    /// A buffer that a stage may take for the bytes of a batch.
    pub spare: Vec<u8>,
    /// Faults of the expression under evaluation.
    pub log: FaultLog,
}

/// The first record that reached a stage has none of the fields that event time may be in: the run ends with it.
#[derive(Debug)]
pub struct NoTime {
    /// The record, if it is one of the input.
    pub origin: Option<Origin>,
    /// The error.
    pub error: Error,
}

/// What satisfied a limit: nothing behind it is read or reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enough {
    /// A record of the input.
    Record(Origin),
    /// A window, which closed when the watermark reached this.
    Window(Timestamp),
}

impl<'a> Work<'a> {
    /// Surroundings without any record seen.
    pub fn new(env: &'a Env, findings: Findings, lateness: Duration) -> Self {
        Self {
            env,
            findings,
            highest: None,
            incoming: None,
            stamps: Stamps::default(),
            times_follow: false,
            hours_follow: false,
            no_time: None,
            lateness,
            first_place: Rank::default(),
            notes_lead: false,
            room: usize::MAX,
            too_large: None,
            holds_below: None,
            enough: None,
            spare: Vec::new(),
            log: FaultLog::default(),
        }
    }

    /// The watermark: the highest event time less the lateness.
    pub fn watermark(&self) -> Option<Timestamp> {
        self.highest.map(|highest| highest.saturating_sub(self.lateness))
    }

    /// The watermark before the block in work.
    pub fn incoming_watermark(&self) -> Option<Timestamp> {
        self.incoming.map(|highest| highest.saturating_sub(self.lateness))
    }

    /// Notes that what was done holds only while the watermark that comes in lies below `end`.
    #[inline]
    pub fn holds_until(&mut self, end: Timestamp) {
        self.holds_below = Some(self.holds_below.map_or(end, |known| known.min(end)));
    }

    /// Notes that a window which ends at `end` satisfied a limit behind it: not the record of it that the
    /// limit saw last, but a window behind this one that closed and noted itself stands.
    pub fn satisfied_by_window(&mut self, end: Option<Timestamp>) {
        if let (Some(end), None | Some(Enough::Record(_))) = (end, self.enough) {
            self.enough = Some(Enough::Window(end));
        }
    }

    /// Counts a record as rejected; `outline` says what the records look like.
    #[cold]
    pub(super) fn reject(
        &mut self,
        batch: &Batch,
        row: u32,
        reason: impl Into<Cow<'static, str>>,
        outline: &Outline,
    ) {
        let env = self.env;
        let kept = || outline.kept(batch, row, env);
        self.findings.reject_kept((batch.origin(row), outline.place), None, reason, kept);
    }

    /// Counts the faults of the last evaluation over `batch`.
    pub fn count_faults(&mut self, batch: &Batch) {
        if !self.log.is_empty() {
            self.log.count(&mut self.findings, |row| batch.origin(row));
        }
    }
}

/// A [`Step`] among ordered stages. It keeps a running event time of its own, since a step that stamps
/// records there sees all of them in order.
pub struct Each<S> {
    step: S,
    highest: Option<Timestamp>,
    seen: Stamps,
    stamps: bool,
    /// It has taken some.
    has_stamped: bool,
}

impl<S> Each<S> {
    /// Runs `step` in order; `stamps`: it takes event times and so drives the watermark behind it.
    pub fn new(step: S, stamps: bool) -> Self {
        Self { step, highest: None, seen: Stamps::default(), stamps, has_stamped: false }
    }
}

impl<S: std::ops::Deref<Target = dyn Step> + Send> Each<S> {
    /// Applies the step, to ever smaller parts of the batch if what it makes of all is too large.
    fn push_parts(&self, batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        let fresh = work.findings.fresh();
        let before = std::mem::replace(&mut work.findings, fresh);
        let batch = self.step.apply(batch, work)?;
        let found = std::mem::replace(&mut work.findings, before);
        let Some(error) = work.too_large.take() else {
            work.findings.extend(found);
            return next.push(batch, work);
        };
        if batch.live.len() < 2 {
            return Err(error);
        }
        let (front, back) = batch.live.split_at(batch.live.len() / 2);
        for rows in [front, back] {
            let mut part = Builder::default();
            rows.iter().for_each(|&row| part.append(&batch, row));
            let part = Batch { timed_by: batch.timed_by, ..part.finish() };
            if self.push_parts(part, work, next)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::More)
    }
}

impl<S: std::ops::Deref<Target = dyn Step> + Send> Stage for Each<S> {
    fn push(&mut self, batch: Batch, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if !self.stamps || !self.step.stamps(&batch) {
            return self.push_parts(batch, work, next);
        }
        self.has_stamped = true;
        let seen = self.seen.like(work.stamps);
        let outer_seen = std::mem::replace(&mut work.stamps, seen);
        let outer = std::mem::replace(&mut work.highest, self.highest);
        let applied = self.step.apply(batch, work);
        self.seen = std::mem::replace(&mut work.stamps, outer_seen);
        self.highest = std::mem::replace(&mut work.highest, outer);
        let applied = applied?;
        if work.no_time.is_some() {
            // What comes after the record is not reported either.
            work.enough = work.no_time.as_ref().and_then(|no_time| no_time.origin).map(Enough::Record);
            return Ok(Flow::Enough);
        }
        let flow = next.push(applied, work)?;
        match self.highest {
            Some(highest) if flow == Flow::More => next.advance(highest.saturating_sub(work.lateness), work),
            _ => Ok(flow),
        }
    }

    /// Where event times are taken anew, the watermark is theirs.
    fn advance(&mut self, mark: Timestamp, work: &mut Work<'_>, next: &mut dyn Sink) -> Result<Flow> {
        if self.has_stamped {
            return Ok(Flow::More);
        }
        if self.stamps {
            // Those of another input go on from there.
            self.highest = self.highest.max(Some(mark.saturating_add(work.lateness)));
        }
        next.advance(mark, work)
    }
}
