//! Logs of Zeek (Bro) as its ASCII writer has them: TSV with a header of its own
//! (<https://docs.zeek.org/en/master/log-formats.html>).

mod directives;
mod layout;
#[cfg(test)]
mod tests;

use self::directives::Said;
use super::first_line::Reads;
use super::sections::SectionInput;
use super::{FormatDef, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::Result;

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "zeek",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: Some(first_line),
    doc: Doc {
        summary: "logs of Zeek (Bro) with their #fields and #types",
        text: "\
The fields are those that the last `#fields` line before a record names, between what `#separator` says (a tab without \
it); `id.orig_h` is a field of that name. Values are untyped text in which `\\xHH` spells a byte, but for those that \
`#types` says more of: a `bool` is true (`T`) or false (`F`), a `set[…]` or `vector[…]` an array, of numbers for count, \
int, double, port, interval and time, else of bools or text. What `#unset_field` says is null, and within an array too; \
what `#empty_field` says is empty text, or the empty array. `#set_separator` is between the elements. The event time is \
`ts`.

A new `#separator` line begins a file; other lines that begin with `#` are passed over. A record with another number of \
fields is rejected, and so is one before any `#fields` line, or after one that has not as many fields as `#types`. \
`zeek-cut` leaves the header out unless it is asked for it with -c or -C; without it, --from tsv and --header name the \
fields. Logs of Zeek in JSON are ndjson.",
        examples: &[
            Example {
                command: "--from zeek filter '`id.resp_p` == 443' then project 'ts, `id.orig_h`, local_orig, services'",
                input: "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n\
                        #fields\tts\tid.orig_h\tid.resp_p\tlocal_orig\tservices\n\
                        #types\ttime\taddr\tport\tbool\tset[string]\n\
                        1706702400.125000\t10.0.0.7\t443\tT\tssl,http\n1706702401.500000\t10.0.0.8\t53\t-\t(empty)\n",
                output: "{\"ts\":1706702400.125000,\"id.orig_h\":\"10.0.0.7\",\"local_orig\":true,\
                         \"services\":[\"ssl\",\"http\"]}\n",
            },
        ],
    },
};

/// The directives that say how records are read.
const DIRECTIVES: [&str; 6] =
    ["#separator", "#set_separator", "#empty_field", "#unset_field", "#fields", "#types"];

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    Ok(Box::new(SectionInput::<Said>::new(options, &DIRECTIVES, FORMAT.name)?))
}

/// The directive that every such log begins with, or the one that names the fields where that was cut off.
fn first_line(line: &[u8]) -> Option<Reads> {
    (line.starts_with(b"#separator ") || line.starts_with(b"#fields\t")).then_some(Reads::AsItIs)
}
