//! The report at the end of a run: what did not go well, in the user's words, and the exit status.
//!
//! Order: rejected records, late ones, values that could not be computed; then notes, which never change
//! the exit status. What `--allow` accepts is reported all the same.

mod by;
mod names;
mod order;

use crate::engine::{Allow, Allowance, Reach};
use crate::error::{Error, shown, shown_bytes};
use crate::record::{Fields, Findings, Late, NullCondition, Origin, Sites, YearBack};
use crate::time::{Duration, Zone, write_rfc3339};

use super::message::{Messages, Weight};

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;

/// A run that is over.
pub struct Ended<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// The names of the inputs, by their number.
    pub sources: &'a [String],
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
    let faults = found.faults.iter().map(|faults| faults.count).sum();
    let spoilt = [
        (found.rejected, allow.rejected),
        (found.late.saturating_add(found.partly_late), allow.late),
        (faults, allow.values),
    ];
    let over = |(count, allowed): (u64, Option<Allowance>)| {
        count > 0 && !allowed.is_some_and(|allowance| allowance.holds(count, found.read))
    };
    let status = u8::from(spoilt.into_iter().any(over));
    let text = if ended.quiet { String::new() } else { ended.text() };
    Report { text, status }
}

/// Values of a field of which some left as numbers and others, that may be some, as text.
fn mixed_numbers(name: &[u8], id: &[u8]) -> String {
    let (name, id) = (shown_bytes(name), shown_bytes(id));
    format!(
        "field \"{name}\": \"{id}\" left as text, since it may be an id, other values as numbers\n  help: --types \
         {name}:number where all are numbers, {name}:text where all are ids"
    )
}

impl Ended<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        self.write_rejects(&mut out);
        self.write_late(&mut out);
        self.write_faults(&mut out);
        self.write_null_conditions(&mut out);
        for (_, unmatched) in self.findings.lookups.unmatched() {
            let note = Error::new(&*unmatched.text);
            let note = match unmatched.stage {
                Some(stage) => note.within(stage),
                None => note,
            };
            let note = match &unmatched.help {
                Some(help) => note.help(help),
                None => note,
            };
            out.push_str(&self.messages.note(&note));
        }
        if let Some(back) = self.findings.year_back {
            out.push_str(&self.messages.note(&self.year_back(back)));
        }
        for note in order::misordered(self) {
            out.push_str(&self.messages.note(&note));
        }
        for note in &self.findings.notes {
            out.push_str(&self.messages.note(note));
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
        for reject in found.rejects.iter().take(found.details()) {
            let column = reject.column.map_or(String::new(), |column| format!(" (column {column})"));
            let text = format!("{}rejected: {}{column}", self.place(reject.origin), shown(&reject.reason));
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
        if found.rejected > 0 {
            let kept = match self.rejects_file {
                Some(file) => format!(", kept in {}", shown(file)),
                None => " (--rejects FILE keeps them)".to_owned(),
            };
            let text = format!("{} rejected{kept}", records(found.rejected));
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    fn write_late(&self, out: &mut String) {
        let found = self.findings;
        self.write_late_records("late", &found.late_records, out);
        if found.late > 0 {
            let were = if found.late == 1 { "was" } else { "were" };
            let mut text = format!("{} of {} {were} late", found.late, records(found.read));
            if let Some(behind) = found.late_behind {
                text.push_str(&format!(", by up to {behind}"));
            }
            text.push_str(&match self.late_file {
                Some(file) => format!(", kept in {}", shown(file)),
                None => " (--late FILE keeps them)".to_owned(),
            });
            text.push_str(&self.late_remedy());
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
        self.write_late_records("partly late", &found.partly_late_records, out);
        if found.partly_late > 0 {
            let whose = if found.partly_late == 1 { "its" } else { "their" };
            let mut text =
                format!("{} came too late for some of {whose} windows", records(found.partly_late));
            if found.late == 0 {
                text.push_str(&self.late_remedy());
            }
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    /// The first few records that were late in some way.
    fn write_late_records(&self, how: &str, records: &[Late], out: &mut String) {
        for late in records.iter().take(self.findings.details()) {
            let mut time = Vec::new();
            write_rfc3339(late.time, self.zone, &mut time);
            let (place, time) = (self.place(late.origin), String::from_utf8_lossy(&time));
            let text = format!("{place}{how}: {time}, {} behind the latest record", late.behind);
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    /// Which lateness would have kept all; and where most are late, that no window is needed.
    fn late_remedy(&self) -> String {
        let found = self.findings;
        let mut help = String::new();
        if let Some(enough) = found.late_past.and_then(enough_lateness) {
            help.push_str(&format!("\n  help: --lateness {enough} would have kept all"));
        }
        if found.late > found.read / 2 {
            let field = self.time_field.unwrap_or("ts");
            help.push_str(&format!(
                "\n  help: a file without order needs no window: aggregate ... --by 'hour = floor({field}, 1h)'"
            ));
        }
        help
    }

    fn write_faults(&self, out: &mut String) {
        for faults in &self.findings.faults {
            let values = if faults.count == 1 { "value" } else { "values" };
            let mut error = Error::new(format!("{} {values} could not be computed", faults.count));
            if let Some(site) = self.sites.get(faults.site) {
                error = error.at(&site.spec, site.place.clone()).within(site.stage);
            }
            let mut text = error.to_string();
            for (origin, detail) in &faults.first {
                text.push_str(&format!("\n  {}{}", self.place(*origin), shown(detail)));
            }
            let more = faults.count.saturating_sub(faults.first.len() as u64);
            if more > 0 && !faults.first.is_empty() {
                text.push_str(&format!("\n  and {more} more"));
            }
            let advised = faults.first.iter().find_map(|(_, text)| self.sites.advice(faults.site, text));
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
        let mut time = Vec::new();
        write_rfc3339(back.time, self.zone, &mut time);
        let (place, time) = (self.place(back.origin), String::from_utf8_lossy(&time));
        let days = back.before.since(back.time).seconds() / 86_400;
        Error::new(format!("{place}a stamp without a year was read as {time}, {days} days before the latest record"))
            .help("--year gives the year of the first record; later ones take the nearest to the latest before them")
    }

    /// `app.log:3141: `, or nothing.
    fn place(&self, origin: Option<Origin>) -> String {
        let Some(Origin { source, line }) = origin else { return String::new() };
        let name = self.sources.get(source as usize).map_or("input", String::as_str);
        format!("{}:{line}: ", shown(name))
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

/// The smallest round length above `past`: whole seconds below a minute, whole minutes below an hour, else
/// whole hours.
fn enough_lateness(past: Duration) -> Option<Duration> {
    let nanos = past.to_nanos().max(0);
    let unit = match nanos {
        ..MINUTE => SECOND,
        MINUTE..HOUR => MINUTE,
        _ => HOUR,
    };
    Duration::from_nanos((nanos / unit + 1) * unit)
}

/// `1 record`, `12 records`.
fn records(count: u64) -> String {
    if count == 1 { "1 record".to_owned() } else { format!("{count} records") }
}

#[cfg(test)]
mod tests;
