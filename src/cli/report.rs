//! The report at the end of a run: what did not go well, in the user's words, and the exit status.
//!
//! Order: rejected records, late ones, values that could not be computed; then notes, which never change
//! the exit status. What `--allow` accepts is reported all the same.

mod by;
mod late;
mod names;
mod order;
mod reasons;
mod remedies;
mod times;
mod values;

use crate::engine::{Allow, Reach};
use crate::error::{Error, escaped, shown, shown_bytes};
use crate::record::{Fields, Findings, Mix, NullCondition, Origin, Reject, Sites, YearBack};
use crate::spell;
use crate::time::{Timestamp, Zone, write_rfc3339};

use super::message::{Messages, Weight};

/// How the reason of a reject begins that has no event time.
const NO_TIME: &str = "no event time: the field is absent or null";

/// A run that is over.
pub struct Ended<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// The names of the inputs, by their number.
    pub sources: &'a [String],
    /// Of which inputs records were read, by their number; tables are not among them.
    pub was_read: &'a [bool],
    /// The places where values were computed.
    pub sites: &'a Sites,
    /// The input fields, by slot.
    pub fields: &'a Fields,
    /// How many of the first slots the chain itself names; the others are not missed.
    pub named: usize,
    /// Names of fields that records had; `None` if no record could be read.
    pub seen: Option<&'a [String]>,
    /// How far the inputs were read.
    pub reach: Reach,
    /// The field of the event time, if there was one.
    pub time_field: Option<&'a str>,
    /// Whether the chain itself made that field.
    pub is_time_made: bool,
    /// `--allow`.
    pub allow: Allow,
    /// `--tz`.
    pub zone: &'a Zone,
    /// `--rejects`, if given.
    pub rejects_file: Option<&'a str>,
    /// `--late`, if given.
    pub late_file: Option<&'a str>,
    /// `-q`.
    pub quiet: bool,
    /// How messages are written.
    pub messages: Messages,
}

/// What to print on stderr, and the exit status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Whole lines.
    pub text: String,
    /// 0 or 1.
    pub status: u8,
}

/// Makes the report.
pub fn report(ended: &Ended<'_>) -> Report {
    let (found, allow) = (ended.findings, ended.allow);
    let reasons = reasons::of(found, &allow);
    let status = u8::from(!reasons.is_empty());
    let text = match (ended.quiet, status) {
        (false, _) => ended.text(),
        (true, 0) => String::new(),
        (true, _) => ended.messages.line(Weight::Error, &reasons.join(", ")),
    };
    Report { text, status }
}

/// Values of a field of which some left as numbers and others, that may be some, as text.
fn mixed_numbers(name: &[u8], id: &[u8]) -> String {
    let pin = |kind: &str| spell::pin(&String::from_utf8_lossy(name), kind);
    format!(
        "field \"{}\": \"{}\" left as text, since it may be an id, other values as numbers\n  help: --types {} where \
         all are numbers, {} where all are ids",
        shown_bytes(name),
        shown_bytes(id),
        pin("number"),
        pin("text")
    )
}

/// A field that only some records have and that an output has no column for.
fn left_out(name: &str) -> String {
    format!(
        "field \"{name}\" is left out: the first record has none, so the output has no column for it\n  help: --union \
         gives it one, and so does a chain that names it, such as project '*, {name}'"
    )
}

impl Ended<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        self.write_rejects(&mut out);
        self.write_late(&mut out);
        self.write_faults(&mut out);
        self.write_null_conditions(&mut out);
        for note in names::unmatched(self) {
            out.push_str(&self.messages.note(&note));
        }
        if let Some(back) = self.findings.year_back {
            out.push_str(&self.messages.note(&self.year_back(back)));
        }
        if let Some(origin) = self.findings.central {
            out.push_str(&self.messages.note(&self.central(origin)));
        }
        if let Some(origin) = self.findings.clock.and_then(|clock| clock.back()) {
            out.push_str(&self.messages.note(&self.next_day(origin)));
        }
        for note in order::misordered(self) {
            out.push_str(&self.messages.note(&note));
        }
        for note in &self.findings.notes {
            out.push_str(&self.messages.note(note));
        }
        for name in &self.findings.left_out {
            out.push_str(&self.messages.note(&left_out(name)));
        }
        for (name, id) in self.findings.looks.mixed() {
            out.push_str(&self.messages.note(&mixed_numbers(name, id)));
        }
        for note in names::missing(self) {
            out.push_str(&self.messages.note(&note));
        }
        out
    }

    fn write_rejects(&self, out: &mut String) {
        let found = self.findings;
        let missing_time = names::missing_time(self);
        let is_told = |reject: &&Reject| missing_time.is_none() || !reject.reason.starts_with(NO_TIME);
        let details: Vec<&Reject> = found.rejects.iter().take(found.details()).filter(is_told).collect();
        for reject in details {
            let column = reject.column.map_or(String::new(), |column| format!(" (column {column})"));
            let text = format!("{}rejected: {}{column}", self.place(reject.origin), escaped(&reject.reason));
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
        if found.rejected > 0 {
            let Mix { made, fronts, .. } = found.rejected_mix;
            let of_aggregates = match made {
                0 => String::new(),
                all if all == found.rejected => " of an aggregate".to_owned(),
                some => format!(", {some} of them of an aggregate,"),
            };
            let kept = match self.rejects_file {
                Some(file) => format!(", kept in {}{}", escaped(file), fronts_alone(fronts, found.rejected)),
                None => " (--rejects FILE keeps them)".to_owned(),
            };
            let mut remedies = remedies::of(self);
            let mut why = String::new();
            if let Some(name) = missing_time {
                why = format!(": no record had the field \"{}\" of the event time", shown(name));
                remedies.insert(0, names::help_with_time(self, name));
            }
            let remedies: String = remedies.iter().map(|remedy| format!("\n  help: {remedy}")).collect();
            let text = format!("{}{of_aggregates} rejected{why}{kept}{remedies}", records(found.rejected));
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    fn write_faults(&self, out: &mut String) {
        for faults in &self.findings.faults {
            let mut error = Error::new(not_computed(faults.count));
            if let Some(site) = self.sites.get(faults.site) {
                error = error.at(&site.spec, site.place.clone()).within(site.stage);
            }
            let mut text = error.to_string();
            for (origin, detail) in &faults.first {
                text.push_str(&format!("\n  {}{}", self.place(*origin), escaped(detail)));
            }
            let more = faults.count.saturating_sub(faults.first.len() as u64);
            if more > 0 && !faults.first.is_empty() {
                text.push_str(&format!("\n  and {more} more"));
            }
            let site = self.sites.get(faults.site);
            let of_time = |text: &str| times::remedy(site.as_ref()?, text, self.zone);
            let advised = faults
                .first
                .iter()
                .find_map(|(_, text)| self.sites.advice(faults.site, text).or_else(|| of_time(text)));
            let details: Vec<&str> = faults.first.iter().map(|(_, text)| text.as_str()).collect();
            let advised = advised.or_else(|| values::remedy(site.as_ref()?, &details));
            if let Some(help) = advised {
                text.push_str(&format!("\n  help: {help}"));
            }
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    fn write_null_conditions(&self, out: &mut String) {
        let all = &self.findings.null_conditions;
        let mut sites: Vec<u32> = all.iter().map(|null| null.site).collect();
        sites.sort_unstable();
        sites.dedup();
        let several = sites.len() > 1;
        for number in sites {
            let here: Vec<&NullCondition> = all.iter().filter(|null| null.site == number).collect();
            let total: u64 = here.iter().map(|null| null.count).sum();
            let mut note =
                Error::new(format!("{} had a null condition{}", records(total), null_fields(&here)));
            if let Some(site) = self.sites.get(number) {
                // One filter is known by its name; of several, each shows what it says.
                note = if several { note.at(&site.spec, site.place.clone()) } else { note };
                note = note.within(site.stage);
            }
            out.push_str(&self.messages.note(&note));
        }
    }

    /// Where the nearest year first put a stamp far back.
    fn year_back(&self, back: YearBack) -> Error {
        let (place, time) = (self.place(back.origin), self.time(back.time));
        let days = back.before.since(back.time).seconds() / 86_400;
        Error::new(format!("{place}a stamp without a year was read as {time}, {days} days before the latest record"))
            .help("--year gives the year of the first record; later ones take the nearest to the latest before them")
    }

    /// Where the name of a zone was first read that means several.
    fn central(&self, origin: Option<Origin>) -> Error {
        let place = self.place(origin);
        Error::new(format!("{place}CST was read as UTC-06:00, central time of North America"))
            .help("--tz names the zone that means another, such as --tz Asia/Shanghai")
    }

    /// Where a day has gone by that nothing says.
    fn next_day(&self, origin: Origin) -> Error {
        let place = self.place(Some(origin));
        let reason = "the time of day goes back by more than half a day, and no \"#Date:\" line says that a day has passed";
        let line = origin.line;
        Error::new(format!("{place}{reason}: datetime is of the day before from there on")).help(format!(
            "where that is so, put the line in, of the whole file: sed '{line}i #Date: …' FILE | tamis --from w3c …"
        ))
    }

    /// A time in `--tz`.
    fn time(&self, time: Timestamp) -> String {
        let mut text = Vec::new();
        write_rfc3339(time, self.zone, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// `app.log:3141: `, or nothing.
    fn place(&self, origin: Option<Origin>) -> String {
        let Some(Origin { source, line, .. }) = origin else { return String::new() };
        let name = self.sources.get(source as usize).map_or("input", String::as_str);
        format!("{}:{line}: ", escaped(name))
    }
}

/// `: status (absent or null)`, or how many records each of several fields had.
fn null_fields(conditions: &[&NullCondition]) -> String {
    let named: Vec<(&str, u64)> =
        conditions.iter().filter_map(|null| Some((null.field.as_deref()?, null.count))).collect();
    match named.as_slice() {
        [] => String::new(),
        [(field, _)] if conditions.len() == 1 => format!(": {} (absent or null)", shown(field)),
        several => {
            let list: Vec<String> =
                several.iter().map(|(field, count)| format!("{} in {count}", shown(field))).collect();
            format!(": {} (absent or null)", list.join(", "))
        }
    }
}

/// Of which of the rejected records a file keeps the front alone.
fn fronts_alone(fronts: u64, rejected: u64) -> String {
    match fronts {
        0 => String::new(),
        1 if rejected == 1 => ", as far as --max-record goes".to_owned(),
        all if all == rejected => ", each as far as --max-record goes".to_owned(),
        some => format!(", {some} of them as far as --max-record goes"),
    }
}

/// `2 of 30 records were late`.
fn late(found: &Findings) -> String {
    let were = if found.late == 1 { "was" } else { "were" };
    format!("{} of {} {were} late", found.late, records(found.read))
}

/// `1 record came too late for some of its windows`.
fn partly_late(found: &Findings) -> String {
    let whose = if found.partly_late == 1 { "its" } else { "their" };
    format!("{} came too late for some of {whose} windows", records(found.partly_late))
}

/// `3 values could not be computed`.
fn not_computed(count: u64) -> String {
    let values = if count == 1 { "value" } else { "values" };
    format!("{count} {values} could not be computed")
}

/// `1 record`, `12 records`.
fn records(count: u64) -> String {
    if count == 1 { "1 record".to_owned() } else { format!("{count} records") }
}

#[cfg(test)]
mod tests;
