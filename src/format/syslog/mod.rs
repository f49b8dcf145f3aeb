//! syslog: the lines of RFC 3164 and of RFC 5424.

mod cisco;
mod decode;
mod elements;
mod line;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::decode::SyslogDecoder;
use super::first_line::Reads;
use super::record_start::RecordStart;
use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;
use crate::record::Fields;

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "syslog",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "record-start", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "syslog lines of RFC 3164 and RFC 5424",
        text: "\
Fields: `time host app pid msgid severity facility message`, untyped; `-` is null, and so is what a line lacks. \
Lines of both RFCs may stand side by side: a priority and the version (`<165>1 `) begin one of RFC 5424, anything \
else is read by RFC 3164. `severity` (`emerg alert crit err warning notice info debug`) and `facility` (`kern user \
mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron local0` to `local7`) are \
names. Blank lines, also those of blanks alone, are skipped; a line that does not fit is rejected with the column. \
With `--record-start REGEX`, lines that do not match belong to the message of the record before them.

RFC 3164: the priority may be missing, as in files under `/var/log`: then severity and facility are null. The time \
is `Oct 11 22:14:15`, whose year `--year` gives, or a stamp of RFC 3339, as rsyslog and journalctl write it, also \
with a blank between date and time; a year after the day or the time and a zone after the time (`CET`, `+0100`) \
belong to it. A line whose stamp cannot be told as a whole is rejected. The \
host is null where a tag follows the time. The tag, up to `: ` or `[pid]`, is `app`; a line without a tag, such as \
`last message repeated 2 times`, is message as a whole. Lines of Cisco's devices, in which `: %` follows the time or \
the host (`<189>29: *Oct 11 14:32:52.123 CET: %SYS-5-CONFIG_I: …`), are read too: the number before the time is \
`msgid`, a name between them (`29: router1: Oct 11 …`) the host, and `*`, `.` or `:` before the time is left out. Where \
the time is that since the device began (`1w2d`, `00:00:46`), or none is there, `time` is null.

RFC 5424: the parameters of the structured data are fields behind `message`, each named by its element and itself \
(`exampleSDID@32473.iut`, in the chain between backticks), in which `\\\"`, `\\\\` and `\\]` spell the second \
character. An element without parameters gives no field. A byte order mark before the message is dropped.",
        examples: &[
            Example {
                command: "--from syslog filter 'severity in [\"err\", \"crit\"]' then project 'host, app, pid, message'",
                input: "<34>Oct 11 22:14:15 web1 su[10]: 'su root' failed\n<38>Oct 11 22:14:16 web1 su[10]: ok\n",
                output: "{\"host\":\"web1\",\"app\":\"su\",\"pid\":10,\"message\":\"'su root' failed\"}\n",
            },
            Example {
                command: "--from syslog --to csv project 'time, app, facility, class = `origin@1.class`'",
                input: "<165>1 2024-01-31T12:00:00Z web1 shop - ID47 [origin@1 class=\"high\"] sold out\n\
                        2024-01-31T12:00:01.5+01:00 web1 cron[7]: run\n",
                output: "time,app,facility,class\n2024-01-31T12:00:00Z,shop,local4,high\n\
                         2024-01-31T12:00:01.5+01:00,cron,,\n",
            },
        ],
    },
};

/// The fields that every record has, in order.
const NAMES: [&str; 8] = ["time", "host", "app", "pid", "msgid", "severity", "facility", "message"];

/// A priority, or a stamp with a host and a tag after it: a stamp alone begins other logs too.
fn first_line(line: &[u8]) -> Option<Reads> {
    let read = line::read(line, 0).ok()?;
    let begins_host = read.host.spelling(line).first().is_some_and(u8::is_ascii_alphanumeric);
    let is_cisco = !read.time.is_null() && read.app.spelling(line).starts_with(b"%");
    let is_event = is_event(read.message.spelling(line));
    (!read.severity.is_null() || is_cisco || is_event || begins_host && !read.app.is_null())
        .then_some(Reads::AsItIs)
}

/// Whether a text is an event of ArcSight or QRadar, which syslog carries.
fn is_event(text: &[u8]) -> bool {
    ["CEF:", "LEEF:"].iter().any(|mark| text.starts_with(mark.as_bytes()))
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(Syslog { start: RecordStart::of(options)?, nulls: options.nulls.clone() }))
}

struct Syslog {
    start: RecordStart,
    nulls: Vec<Vec<u8>>,
}

impl InputFormat for Syslog {
    fn framer(&self) -> Box<dyn Framer> {
        // It gives no names as a header: records may have more fields than those that all have.
        self.start.framer()
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        Arc::new(SyslogDecoder::new(wanted, self.start.clone(), self.nulls.clone()))
    }
}
