//! The extended log file format of the W3C (working draft WD-logfile), as IIS, CloudFront and others write it.

mod directives;
mod layout;
#[cfg(test)]
mod tests;

use self::directives::Said;
use super::first_line::Reads;
use super::sections::{Dayless, SectionInput};
use super::{FormatDef, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "w3c",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "logs of IIS, CloudFront and others that begin with #Fields",
        text: "\
The fields are those that the last `#Fields:` line before a record names, which may come again and name others; their \
names stay as they are (`c-ip`, `cs(User-Agent)`, in the chain between backticks), and so do their values, untyped. `-` \
is null, with or without quotes. Other lines that begin with `#` are passed over. A record with another number of fields, \
and one before any `#Fields:` line, is rejected.

Where there is a field `time`, and a field `date` or a `#Date:` line, of which the first ten characters are the day, a \
last field `datetime` is both with a blank between them. It is the event time of the format. The day of a `#Date:` line \
holds up to the next one: where the time of day goes back by more than half a day before that, records keep the old day, \
and a note names the first of them.

Fields are between tabs, or between blanks, of which several are one; the first record after a `#Fields:` line that has as \
many fields as that shows which. A field in quotes, with `\"\"` for a quote within it, is text without them; where the \
quotes do not close on the line, or right before the next field, they are characters like any other. `#Software:` may name \
IIS (`Internet Information`, `HTTP Server API`): then every quote is a character, and in the fields `cs(…)` a `+` is a \
blank, as IIS writes it. The names of directives are read in any case. A `#Version:` line begins a file: what was said before of software and day does not go on. \
What is percent-encoded stays so (CloudFront).

`#Fields:` lines with commas name the fields of csv: --from csv with --comment '#' and --header.",
        examples: &[
            Example {
                command: "--from w3c filter '`sc-status` >= 500' then project 'datetime, `cs-uri-stem`'",
                input: "#Fields: date time cs-uri-stem sc-status\n\
                        2024-01-31 12:00:00 /a 200\n2024-01-31 12:00:01 /b 503\n",
                output: "{\"datetime\":\"2024-01-31 12:00:01\",\"cs-uri-stem\":\"/b\"}\n",
            },
            Example {
                command: "--from w3c --to csv project 'datetime, agent = `cs(User-Agent)`'",
                input: "#Software: Microsoft Internet Information Services 10.0\n#Date: 2024-01-31 00:00:07\n\
                        #Fields: time cs(User-Agent)\n12:00:00 Mozilla/5.0+(X11)\n12:00:01 -\n",
                output: "datetime,agent\n2024-01-31 12:00:00,Mozilla/5.0 (X11)\n2024-01-31 12:00:01,\n",
            },
        ],
    },
};

/// The name of the field that is date and time.
const DATETIME: &str = "datetime";

/// A time of day is not a time.
const DAYLESS: Dayless = Dayless {
    time: "time",
    help: "\"time\" has no day, for want of a field \"date\" and a \"#Date:\" line: where the day is known, \
           (echo '#Date: 2024-01-31'; cat FILE) | tamis --from w3c …",
};

/// The directives that say how records are read.
const DIRECTIVES: [&str; 4] = ["#Fields:", "#Software:", "#Date:", "#Version:"];

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    let input = SectionInput::<Said>::new(options, &DIRECTIVES, FORMAT.name)?;
    // A time of day alone is not a time.
    Ok(Box::new(input.with_time_names(&[DATETIME, "timestamp", "date"]).with_dayless(DAYLESS)))
}

/// A directive that such a log begins with. Names with commas are those of a table.
fn first_line(line: &[u8]) -> Option<Reads> {
    let begins = |directive: &str| {
        line.get(..directive.len()).is_some_and(|front| front.eq_ignore_ascii_case(directive.as_bytes()))
    };
    let directive = DIRECTIVES.into_iter().find(|directive| begins(directive))?;
    (directive == "#Software:" || !line.contains(&b',')).then_some(Reads::AsItIs)
}
