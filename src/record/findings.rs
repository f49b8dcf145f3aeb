//! What did not go well, as data: rejects, late records, values that could not be computed, null conditions.
//!
//! Findings are collected per block and released in sequence with the output, so that reports do not
//! depend on threads or block borders. Counts are complete; details are kept for the first few.

use std::borrow::Cow;

use super::clock::Tick;
use super::kept::{Kept, Late, Mix, Reject, Seen};
use super::lead::{Jump, Lead, Reign};
use super::{Clock, Hint, Looks, Lookups, Origin};
use crate::time::{Duration, Timestamp};
use crate::value::Ordered;

/// A stamp without a year that the nearest year put far behind the latest record of its input.
#[derive(Clone, Copy, Debug)]
pub struct YearBack {
    /// Where it stands.
    pub origin: Option<Origin>,
    /// What it was read as.
    pub time: Timestamp,
    /// The highest event time before it.
    pub before: Timestamp,
}

/// The first stamp of an input that is ordered as a time at some site.
#[derive(Clone, Copy, Debug)]
pub struct FirstStamp {
    /// The site.
    pub site: u32,
    /// The input.
    pub source: u32,
    /// Where it is, if it lacks the year.
    pub origin: Option<Origin>,
    /// Whether it has no year, and `--year` gives none.
    pub lacks_year: bool,
}

/// How much detail findings keep.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Details of each kind kept for the report.
    pub details: usize,
    /// Keep every reject with its bytes.
    pub keep_rejects: bool,
    /// Keep every late record with its bytes.
    pub keep_late: bool,
}

/// Values that could not be computed at one site.
#[derive(Clone, Debug)]
pub struct Faults {
    /// The site.
    pub site: u32,
    /// How many.
    pub count: u64,
    /// The first few: where, and what was wrong.
    pub first: Vec<(Option<Origin>, String)>,
}

/// Null conditions of one filter by the field that was null.
#[derive(Clone, Debug)]
pub struct NullCondition {
    /// The filter's site.
    pub site: u32,
    /// The first field of the condition that was null in those records, if any was.
    pub field: Option<String>,
    /// How many records.
    pub count: u64,
}

/// The findings of one block, or of a whole run.
#[derive(Debug)]
pub struct Findings {
    limits: Limits,
    /// Records read: accepted by the decoder, or rejected.
    pub read: u64,
    /// Number of rejected records: those of the input, each once, and those that an aggregate made.
    pub rejected: u64,
    /// What they are.
    pub rejected_mix: Mix,
    /// Of a block all rejects, of a run the first few.
    pub rejects: Vec<Reject>,
    /// Number of late records, counted in the same way.
    pub late: u64,
    /// What they are.
    pub late_mix: Mix,
    /// Number of records that came too late for some of their windows, but not for all.
    pub partly_late: u64,
    /// Of a block all late records, of a run the first few.
    pub late_records: Vec<Late>,
    /// Those that came too late for some of their windows: of a block all, of a run the first few.
    pub partly_late_records: Vec<Late>,
    /// The farthest that a late record lay behind the running maximum.
    pub late_behind: Option<Duration>,
    /// The farthest that the running maximum was past the end of a window that a record came too late for: a
    /// `--lateness` above this would have kept all.
    pub late_past: Option<Duration>,
    /// Faults by site, in the order of sites: that in which they were met depends on how the input is cut.
    pub faults: Vec<Faults>,
    /// Null conditions by filter and field, in the order of filters.
    pub null_conditions: Vec<NullCondition>,
    /// By input and site the first stamp that is ordered as a time, where it may lack the year.
    pub first_stamps: Vec<FirstStamp>,
    /// How records fared that were looked up in tables.
    pub lookups: Lookups,
    /// The first stamp without a year that was put far back.
    pub year_back: Option<YearBack>,
    /// The first stamp of which `CST` was read as the time of North America.
    pub central: Option<Option<Origin>>,
    /// The times of day whose day was said once for many records.
    pub clock: Option<Clock>,
    /// What was ordered, by the site of the expression that gave it, in the order of sites.
    pub ordered: Vec<(u32, Ordered)>,
    /// How untyped values of fields left as JSON.
    pub looks: Looks,
    /// Fields that only some records have and that were left out of an output, which has no column for them; sorted.
    pub left_out: Vec<&'static str>,
    /// The record whose event time is ahead of all others.
    pub lead: Option<Lead>,
    /// Of a run, what was late while it was the latest.
    reign: Reign,
    /// What is to be said whatever else is found.
    pub notes: Vec<String>,
    /// For each slot of the input fields, whether a record had it.
    pub present: Vec<bool>,
}

impl Findings {
    /// Takes the rejects out: the first of them in input order, which the caller answers for.
    pub fn take_first_reject(&mut self) -> Option<Reject> {
        self.sort();
        (self.rejected, self.rejected_mix) = (0, Mix::default());
        self.rejects.drain(..).next()
    }

    /// Empty findings of the same kind.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.limits, self.present.len())
    }

    /// Empty findings for `slots` input fields.
    pub fn new(limits: Limits, slots: usize) -> Self {
        Self {
            limits,
            read: 0,
            rejected: 0,
            rejected_mix: Mix::default(),
            rejects: Vec::new(),
            late: 0,
            late_mix: Mix::default(),
            partly_late: 0,
            late_records: Vec::new(),
            partly_late_records: Vec::new(),
            late_behind: None,
            late_past: None,
            faults: Vec::new(),
            null_conditions: Vec::new(),
            first_stamps: Vec::new(),
            lookups: Lookups::default(),
            year_back: None,
            central: None,
            clock: None,
            ordered: Vec::new(),
            looks: Looks::default(),
            left_out: Vec::new(),
            lead: None,
            reign: Reign::default(),
            notes: Vec::new(),
            present: vec![false; slots],
        }
    }

    /// How many details of each kind a report shows, even where all are kept.
    pub fn details(&self) -> usize {
        self.limits.details
    }

    /// Counts a reject of the bytes of a record of the input; they are copied only if they are kept.
    #[cold]
    pub fn reject(
        &mut self,
        origin: Option<Origin>,
        column: Option<u64>,
        reason: impl Into<Cow<'static, str>>,
        record: &[u8],
    ) {
        self.reject_kept((origin, Reject::AT_END), column, reason, || Kept::Raw(record.to_vec()));
    }

    /// [`Self::reject`] with what would read the record.
    #[cold]
    pub fn reject_with(
        &mut self,
        hint: Option<Hint>,
        origin: Option<Origin>,
        column: Option<u64>,
        reason: impl Into<Cow<'static, str>>,
        record: &[u8],
    ) {
        let kept = self.limits.keep_rejects.then(|| Kept::Raw(record.to_vec()));
        self.add_reject(Reject { origin, at: Reject::AT_END, column, reason: reason.into(), hint, kept });
    }

    /// Counts a reject of the record from an origin, by the stage at a place of the chain; the record is asked for only if
    /// it is kept. Without an origin an aggregate made it.
    #[cold]
    pub fn reject_kept(
        &mut self,
        (origin, at): (Option<Origin>, u32),
        column: Option<u64>,
        reason: impl Into<Cow<'static, str>>,
        kept: impl FnOnce() -> Kept,
    ) {
        let kept = self.limits.keep_rejects.then(kept);
        self.add_reject(Reject { origin, at, column, reason: reason.into(), hint: None, kept });
    }

    /// Counts a reject as it is.
    pub fn add_reject(&mut self, reject: Reject) {
        self.rejected += 1;
        self.rejected_mix.made += u64::from(reject.origin.is_none());
        self.rejected_mix.fronts += u64::from(matches!(reject.kept, Some(Kept::Front(_))));
        self.rejects.push(reject);
    }

    /// Notes that an output has no column for a field that only some records have.
    pub fn leave_out(&mut self, name: &'static str) {
        if let Err(place) = self.left_out.binary_search(&name) {
            self.left_out.insert(place, name);
        }
    }

    /// Counts a late record, which is asked for only if it is kept. Without an origin an aggregate made it.
    #[cold]
    pub fn late(&mut self, late: Late, kept: impl FnOnce() -> Kept) {
        self.late += 1;
        self.late_mix.made += u64::from(late.origin.is_none());
        self.late_behind = self.late_behind.max(Some(late.behind()));
        self.late_past = self.late_past.max(Some(late.past()));
        let kept = self.limits.keep_late.then(kept);
        self.late_records.push(Late { kept, ..late });
    }

    /// Counts a record that came too late for some of its windows, of which the first is given.
    #[cold]
    pub fn partly_late(&mut self, late: Late) {
        self.partly_late += 1;
        self.late_past = self.late_past.max(Some(late.past()));
        self.partly_late_records.push(late);
    }

    /// Notes the latest of the records of a block.
    pub fn note_lead(&mut self, later: Lead) {
        let lead = self.lead.map_or(later, |lead| lead.and(later));
        if self.lead.is_none_or(|known| known.time != lead.time) {
            self.reign = Reign::default();
        }
        self.lead = Some(lead);
    }

    /// The record whose jump made most of the late records late, if one did.
    pub fn jump(&self) -> Option<Jump> {
        Jump::of(self.lead.as_ref()?, &self.reign, self.late - self.late_mix.made)
    }

    /// Notes a stamp that the nearest year put far back, if it is the first.
    #[cold]
    pub fn year_back(&mut self, back: YearBack) {
        self.year_back =
            Some(
                self.year_back.map_or(back, |known| {
                    if place(back.origin) < place(known.origin) { back } else { known }
                }),
            );
    }

    /// Notes the time of day of a record, in seconds; `section` tells those of one day.
    pub fn tick(&mut self, section: u32, second: u32, origin: Origin) {
        Clock::tick(&mut self.clock, Tick { section, second, origin });
    }

    /// Notes a stamp of which `CST` was read as the time of North America, if it is the first.
    #[cold]
    pub fn central(&mut self, origin: Option<Origin>) {
        let known = self.central.filter(|known| place(*known) <= place(origin));
        self.central = Some(known.unwrap_or(origin));
    }

    /// Counts a fault at a site; the detail is asked for only if it is kept.
    #[cold]
    pub fn fault(
        &mut self,
        site: u32,
        origin: impl FnOnce() -> Option<Origin>,
        detail: impl FnOnce() -> String,
    ) {
        let kept = self.limits.details;
        let faults = self.faults_at(site);
        faults.count += 1;
        if faults.first.len() < kept {
            faults.first.push((origin(), detail()));
        }
    }

    /// Notes a stamp, if it is the first of its input at its site.
    pub(super) fn first_stamp(&mut self, stamp: FirstStamp) {
        if !self.knows_stamp(stamp) {
            self.first_stamps.push(stamp);
        }
    }

    /// Whether an earlier stamp of the same input came to the same site.
    fn knows_stamp(&self, stamp: FirstStamp) -> bool {
        let is_same = |known: &FirstStamp| known.site == stamp.site && known.source == stamp.source;
        self.first_stamps.iter().any(is_same)
    }

    /// The first stamp of `later` findings that lacks the year and has none before it in its input.
    pub fn without_year(&self, later: &Self) -> Option<FirstStamp> {
        later.first_stamps.iter().copied().find(|stamp| stamp.lacks_year && !self.knows_stamp(*stamp))
    }

    /// Counts records whose condition was null because of `field`.
    pub fn null_condition(&mut self, site: u32, field: Option<&str>, count: u64) {
        let known = self
            .null_conditions
            .iter_mut()
            .find(|known| known.site == site && known.field.as_deref() == field);
        match known {
            Some(known) => known.count += count,
            None => {
                let at = self.null_conditions.partition_point(|known| known.site <= site);
                self.null_conditions
                    .insert(at, NullCondition { site, field: field.map(str::to_owned), count });
            }
        }
    }

    /// Puts rejects and late records in the order of the input, with those that an aggregate made at the end. Stages find
    /// them in an order of their own, which may depend on how the input is cut: of several of one record those with the
    /// first reason, or time, are in front.
    pub fn sort(&mut self) {
        self.rejects.sort_by(Reject::order);
        self.late_records.sort_by(Late::order);
        self.partly_late_records.sort_by(Late::order);
    }

    /// Drops from findings that are sorted what was found of a record of the input before: it counts once, however
    /// many records the chain made of it.
    pub fn drop_again(&mut self, seen: &mut Seen) {
        let again = seen.rejected.drop_seen(&mut self.rejects, |reject| reject.origin);
        self.rejected -= again;
        self.rejected_mix.again += again;
        let again = seen.late.drop_seen(&mut self.late_records, |late| late.origin);
        self.late -= again;
        self.late_mix.again += again;
        self.partly_late -= seen.partly_late.drop_seen(&mut self.partly_late_records, |late| late.origin);
    }

    /// Adds findings of the same block, all in detail.
    pub fn extend(&mut self, mut other: Self) {
        self.rejects.append(&mut other.rejects);
        self.late_records.append(&mut other.late_records);
        self.partly_late_records.append(&mut other.partly_late_records);
        self.count(other);
    }

    /// Adds the findings of a later block, of which the first few are kept in detail. A later block may find
    /// a reject of an earlier one's record, which the output did not take: the first few are those of the
    /// input's order, however it is cut.
    pub fn append(&mut self, mut later: Self) {
        later.lead.take().into_iter().for_each(|lead| self.note_lead(lead));
        if let Some(lead) = &self.lead {
            later.late_records.iter().for_each(|late| self.reign.note(lead, late));
        }
        self.rejects.append(&mut later.rejects);
        self.late_records.append(&mut later.late_records);
        self.partly_late_records.append(&mut later.partly_late_records);
        self.sort();
        self.rejects.truncate(self.limits.details);
        self.late_records.truncate(self.limits.details);
        self.partly_late_records.truncate(self.limits.details);
        self.count(later);
    }

    /// Adds all but the details of rejects and late records.
    fn count(&mut self, later: Self) {
        self.read += later.read;
        self.rejected += later.rejected;
        self.rejected_mix.add(later.rejected_mix);
        self.late += later.late;
        self.late_mix.add(later.late_mix);
        later.lead.into_iter().for_each(|lead| self.note_lead(lead));
        self.partly_late += later.partly_late;
        self.late_behind = self.late_behind.max(later.late_behind);
        self.late_past = self.late_past.max(later.late_past);
        for faults in later.faults {
            let kept = self.limits.details;
            let known = self.faults_at(faults.site);
            known.count += faults.count;
            extend_to(&mut known.first, faults.first, kept);
        }
        for null in later.null_conditions {
            self.null_condition(null.site, null.field.as_deref(), null.count);
        }
        later.first_stamps.into_iter().for_each(|stamp| self.first_stamp(stamp));
        self.lookups.append(later.lookups);
        if let Some(back) = later.year_back {
            self.year_back(back);
        }
        later.central.into_iter().for_each(|origin| self.central(origin));
        later.clock.into_iter().for_each(|clock| clock.follow(&mut self.clock));
        later.ordered.into_iter().for_each(|(site, ordered)| self.note_ordered(site, ordered));
        self.looks.append(later.looks);
        later.left_out.into_iter().for_each(|name| self.leave_out(name));
        self.notes.extend(later.notes);
        for (present, later) in self.present.iter_mut().zip(later.present) {
            *present |= later;
        }
    }

    /// Adds what was ordered later at a site.
    pub(super) fn note_ordered(&mut self, site: u32, later: Ordered) {
        match self.ordered.binary_search_by_key(&site, |(known, _)| *known) {
            Ok(at) => self.ordered[at].1.merge(later),
            Err(at) => self.ordered.insert(at, (site, later)),
        }
    }

    fn faults_at(&mut self, site: u32) -> &mut Faults {
        let at = self.faults.binary_search_by_key(&site, |known| known.site).unwrap_or_else(|at| {
            self.faults.insert(at, Faults { site, count: 0, first: Vec::new() });
            at
        });
        &mut self.faults[at]
    }
}

/// Where a record stands in the input; those that a stage made come last.
pub(super) fn place(origin: Option<Origin>) -> (u32, u64, u32) {
    origin.map_or((u32::MAX, u64::MAX, u32::MAX), |origin| (origin.source, origin.line, origin.nth))
}

fn extend_to<T>(list: &mut Vec<T>, more: Vec<T>, most: usize) {
    let room = most.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

#[cfg(test)]
mod tests;
