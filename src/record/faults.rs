//! Faults while they are found: the places of a chain where values are computed, and what went wrong there batch by
//! batch, before it is counted among the [`Findings`].

use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::{ColumnRef, Findings, FirstStamp, Origin};
use crate::time::{Zone, write_rfc3339};
use crate::value::Ordered;

/// Why one value could not be computed, in a few words: `a number against text`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault(pub &'static str);

/// A place in a chain where values are computed: what a fault's report shows.
#[derive(Clone, Debug)]
pub struct Site {
    /// The stage's name.
    pub stage: &'static str,
    /// The whole SPEC.
    pub spec: Arc<str>,
    /// The part of it that is computed there.
    pub place: Range<usize>,
}

/// All sites of a chain; a site's number is its place in this list.
#[derive(Default, Debug)]
pub struct Sites {
    list: Mutex<Vec<Site>>,
    texts: Mutex<Vec<u32>>,
    advice: Mutex<Vec<Advice>>,
}

/// What to write at a site where a fault is met.
#[derive(Clone, Debug)]
struct Advice {
    site: u32,
    fault: Fault,
    help: String,
}

impl Sites {
    /// Numbers a new site.
    pub fn add(&self, site: Site) -> u32 {
        let mut list = self.list.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        list.push(site);
        (list.len() - 1) as u32
    }

    /// Notes that the values of a site are meant as text.
    pub fn note_text(&self, site: u32) {
        self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(site);
    }

    /// Whether the values of a site are meant as text: `text(x)`, or `--types x:text`.
    pub fn is_text(&self, site: u32) -> bool {
        self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&site)
    }

    /// Notes what to write at a site if a fault is met there.
    pub fn advise(&self, site: u32, fault: Fault, help: String) {
        let mut advice = self.advice.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        advice.push(Advice { site, fault, help });
    }

    /// What to write at a site where a fault of this text was met, if that is known.
    pub fn advice(&self, site: u32, text: &str) -> Option<String> {
        let advice = self.advice.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fits = |advice: &&Advice| advice.site == site && text.starts_with(advice.fault.0);
        advice.iter().find(fits).map(|advice| advice.help.clone())
    }

    /// The site of a number.
    pub fn get(&self, site: u32) -> Option<Site> {
        let list = self.list.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        list.get(site as usize).cloned()
    }
}
/// Faults of one evaluation, by record, and what it ordered: collected while a column is computed, counted when it is
/// done.
///
/// An operand of `??` is evaluated with a log that ignores them.
#[derive(Default, Debug)]
pub struct FaultLog {
    entries: Vec<(u32, u32, Fault, String)>,
    /// By site the first stamp that was ordered there, with its record.
    stamps: Vec<(u32, FirstStamp)>,
    ordered: Vec<(u32, Ordered)>,
    /// The first record with a stamp of which `CST` was read as the time of North America.
    central: Option<u32>,
    /// Faults of values that may not be asked for.
    deferred: Vec<Failed>,
    ignoring: bool,
    /// Nothing else is noted either.
    silent: bool,
}

/// A value of a column that could not be computed, and is not counted yet.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    /// The column.
    pub column: ColumnRef,
    /// The record.
    pub row: u32,
    /// The site.
    pub site: u32,
    /// Why.
    pub fault: Fault,
    /// It counts even if nothing asks for the value.
    pub leaves: bool,
}

impl FaultLog {
    /// A log that nothing comes to.
    pub fn ignoring() -> Self {
        Self { ignoring: true, silent: true, ..Self::default() }
    }

    /// Whether faults are ignored from now on; says whether they were.
    pub fn ignore(&mut self, faults: bool) -> bool {
        std::mem::replace(&mut self.ignoring, faults)
    }

    /// Notes a fault of record `row` at a site; `value` is shown in the report.
    #[cold]
    pub fn add(&mut self, row: u32, site: u32, fault: Fault, value: Option<crate::value::Value<'_>>) {
        if self.ignoring {
            return;
        }
        let shown = value.map(shown_value).unwrap_or_default();
        self.entries.push((row, site, fault, shown));
    }

    /// Notes what failed: what leaves at once, other values when they are asked for.
    pub fn defer(&mut self, failed: Vec<Failed>) {
        for failed in failed {
            match failed.leaves {
                true => self.add(failed.row, failed.site, failed.fault, None),
                false => self.deferred.push(failed),
            }
        }
    }

    /// Notes the faults that were deferred of a column whose values of the records `rows` (ascending) are asked for.
    pub fn release(&mut self, column: ColumnRef, rows: &[u32]) {
        if self.deferred.is_empty() || self.ignoring {
            return;
        }
        let is_asked =
            |failed: &mut Failed| failed.column == column && rows.binary_search(&failed.row).is_ok();
        let asked: Vec<Failed> = self.deferred.extract_if(.., is_asked).collect();
        asked.into_iter().for_each(|failed| self.add(failed.row, failed.site, failed.fault, None));
    }

    /// Forgets the faults that nothing has asked for.
    pub fn forget_deferred(&mut self) {
        self.deferred.clear();
    }

    /// Notes the first stamp of a batch that is ordered as a time at a site. Its place is asked for when it is counted.
    pub fn stamp(&mut self, row: u32, stamp: FirstStamp) {
        if !self.ignoring && !self.stamps.iter().any(|(_, known)| known.site == stamp.site) {
            self.stamps.push((row, stamp));
        }
    }

    /// Notes that a stamp of which `CST` was read as the time of North America is in record `row`.
    #[cold]
    pub fn central(&mut self, row: u32) {
        if !self.silent {
            self.central = Some(self.central.map_or(row, |known| known.min(row)));
        }
    }

    /// Notes what was ordered; `site` is that of the expression that gave the values.
    pub fn ordered(&mut self, site: u32, ordered: Ordered) {
        if !self.silent && !ordered.is_empty() {
            self.ordered.push((site, ordered));
        }
    }

    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.stamps.is_empty() && self.ordered.is_empty() && self.central.is_none()
    }

    /// Moves all into `findings`, in record order. `origin` gives a record's place.
    pub fn count(&mut self, findings: &mut Findings, origin: impl Fn(u32) -> Option<Origin>) {
        for (row, stamp) in self.stamps.drain(..) {
            // Lines are counted only for what is said.
            let origin = if stamp.lacks_year { origin(row) } else { None };
            findings.first_stamp(FirstStamp { origin, ..stamp });
        }
        if let Some(row) = self.central.take() {
            findings.central(origin(row));
        }
        self.entries.sort_by_key(|entry| entry.0);
        for (row, site, Fault(reason), value) in self.entries.drain(..) {
            let detail = || if value.is_empty() { reason.to_owned() } else { format!("{reason}: {value}") };
            findings.fault(site, || origin(row), detail);
        }
        self.ordered.drain(..).for_each(|(site, ordered)| findings.note_ordered(site, ordered));
    }
}

/// A value as a report shows it.
pub fn shown_value(value: crate::value::Value<'_>) -> String {
    use crate::value::Value;
    let quoted = |text: &[u8]| format!("\"{}\"", crate::error::shown_bytes(text));
    match value.plain() {
        Value::Text(text) | Value::Untyped(text) => quoted(text),
        Value::Array(text) | Value::Object(text) => crate::error::shown_bytes(text),
        Value::Number(number) => written(|out| number.write(out)),
        Value::Spelled(text) => crate::error::shown_bytes(text),
        Value::Bool(truth) => truth.to_string(),
        Value::Time(time) => written(|out| write_rfc3339(time, &Zone::utc(), out)),
        Value::Duration(duration) => written(|out| duration.write(out)),
        other => other.type_name().to_owned(),
    }
}

/// What `write` appends, as text.
fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}
