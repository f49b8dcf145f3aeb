//! Records that came too late for their windows: how late, which lateness would have kept them, or what made them late.

use super::{Ended, records};
use crate::cli::message::Weight;
use crate::error::escaped;
use crate::record::{Jump, Late};
use crate::spell;
use crate::time::Duration;

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;

impl Ended<'_> {
    /// Late records, then those that were late for some of their windows.
    pub(super) fn write_late(&self, out: &mut String) {
        let found = self.findings;
        self.write_late_records("late", &found.late_records, out);
        if found.late > 0 {
            let mut text = self.how_many_were_late();
            if let Some(behind) = found.late_behind {
                text.push_str(&format!(", by up to {behind}"));
            }
            text.push_str(&match self.late_file {
                Some(file) => format!(", kept in {}", escaped(file)),
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

    /// Records of the input are a part of those read; those that an aggregate made are counted by themselves.
    fn how_many_were_late(&self) -> String {
        let (found, mix) = (self.findings, self.findings.late_mix);
        let were = |count: u64| if count == 1 { "was" } else { "were" };
        let own = found.late - mix.made;
        let again = match (mix.again, own) {
            (0, _) => String::new(),
            (again, 1) => format!(", as {} that the chain made of it", again + 1),
            (again, own) => format!(", as {} that the chain made of them", again + own),
        };
        let own = (own > 0).then(|| format!("{own} of {} {} late{again}", records(found.read), were(own)));
        let made =
            (mix.made > 0).then(|| format!("{} of an aggregate {} late", records(mix.made), were(mix.made)));
        own.into_iter().chain(made).collect::<Vec<_>>().join("; ")
    }

    /// The first few records that were late in some way.
    fn write_late_records(&self, how: &str, records: &[Late], out: &mut String) {
        for late in records.iter().take(self.findings.details()) {
            let (place, time) = (self.place(late.origin), self.time(late.time));
            let text = format!("{place}{how}: {time}, {} behind the latest record", late.behind());
            out.push_str(&self.messages.line(Weight::Error, &text));
        }
    }

    /// The record that made most of them late; or else which lateness would have kept all, and where most are late, that
    /// no window is needed.
    fn late_remedy(&self) -> String {
        let found = self.findings;
        if let Some(jump) = found.jump() {
            return self.leave_out(jump);
        }
        let mut help = String::new();
        if let Some(enough) = found.late_past.and_then(enough_lateness) {
            help.push_str(&format!("\n  help: --lateness {enough} would have kept all"));
        }
        if found.late - found.late_mix.made > found.read / 2 {
            let by = format!("hour = floor({}, 1h)", spell::path(self.time_field.unwrap_or("ts")));
            help.push_str(&format!(
                "\n  help: a file without order needs no window: aggregate ... --by {}",
                spell::word(&by)
            ));
        }
        help
    }

    /// A record whose time is wrong moves the watermark of all that is read with it, filtered later or not.
    fn leave_out(&self, Jump { origin, time, ahead, late }: Jump) -> String {
        let (place, time) = (self.place(Some(origin)), self.time(time));
        let field = spell::path(self.time_field.unwrap_or("ts"));
        let filter = format!("filter {}", spell::word(&format!("{field} < \"{time}\"")));
        let help = match self.is_time_made {
            true => format!("leave it out before the window: {filter} then window ..."),
            false => format!("leave it out in a run before this one: tamis ... {filter} ... | tamis ..."),
        };
        format!(
            "\n  {place}{time} is {ahead} ahead of all others: it made {late} of them late\n  help: {help}"
        )
    }
}

/// The smallest round length above `past`: whole seconds below a minute, whole minutes below an hour, else
/// whole hours.
pub(super) fn enough_lateness(past: Duration) -> Option<Duration> {
    let nanos = past.to_nanos().max(0);
    let unit = match nanos {
        ..MINUTE => SECOND,
        MINUTE..HOUR => MINUTE,
        _ => HOUR,
    };
    Duration::from_nanos((nanos / unit + 1) * unit)
}
