//! Access logs of web servers: three whose fields are fixed, and those that a server's own log format describes.

mod apache;
pub mod combined;
pub mod common;
mod fixed;
mod known;
mod nginx;
mod scan;
mod shape;
mod spelled;
mod template;
#[cfg(test)]
mod tests;
mod variables;
pub mod vhost;

use std::sync::Arc;

pub use self::spelled::Refusal;
use self::template::MOST;
pub use self::template::Template as LogFormat;
use super::bind::bind;
use super::lines::LineFramer;
use super::located::{Unfit, decode_lines, fill};
use super::named::NamedFramer;
use super::{Decoder, FormatDef, Framer, InputFormat, InputOptions};
use crate::doc::{Doc, Example};
use crate::error::{Error, Result};
use crate::record::{Batch, Block, Cell, FieldView, Fields, Findings, Span, Walk};

/// The registry row.
pub const FORMAT: FormatDef = FormatDef {
    name: "access",
    suffixes: &[],
    keeps_format: false,
    reads_with: &["log-format", "null", "types"],
    writes_with: &[],
    input: Some(input),
    output: None,
    first_line: None,
    doc: Doc {
        summary: "access logs by --log-format, in nginx's or Apache's own words",
        text: "\
`--log-format` takes the string as it is in the configuration of the server: nginx's `$name` and `${name}`, or \
Apache's `%` directives (a string with `$name`s is nginx's, and `%` is text there). It may be raw, in quotes, in \
several quoted pieces over lines, or the whole directive (`log_format main '…' '…';`, `LogFormat \"…\" combined`); \
`\\\"` is a quote. `main` (nginx's packaged format, with `X-Forwarded-For` last), `combined`, `common` and `vhost` \
are names of formats. A format that writes JSON is read by `--from ndjson`.

Fields have the names of `combined` where they are the same thing: `$remote_addr %h %a` are `ip`, `$remote_user %u` \
`user`, `%l` `ident`, `$time_local $time_iso8601 $msec %t %{…}t` `time`, `$request %r` `method`, `path` and \
`protocol`, `$request_method %m` `method`, `$request_uri $uri %U` `path`, `$server_protocol %H` `protocol`, `$status %s %>s` \
`status`, `$body_bytes_sent %b %B` `bytes`, `$http_referer %{Referer}i` `referer`, `$http_user_agent \
%{User-Agent}i` `agent`. Others have nginx's name without `http_`. Of Apache's, `%D` is `duration_us`, `%T` \
`request_time`, `%{ms}T` `duration_ms`, `%{us}T` `duration_us`, `%v` `host`, `%p` `port`; `%{Name}i` (`o e C n`) is its \
name in lower case with `_` for `-`; others are their letter (`%O` is `O`). The brackets of `%t` are in the \
log and not in the field; `%{…}t` that come after each other are one `time`, `%U%q` and `$uri$is_args$args` one `path`. The \
dash of `$remote_addr - $remote_user` is `ident`. A second field of a name is `name_2`.

A variable between quotes ends at a quote without a backslash before it. Others are read by what servers write in \
them: addresses, numbers, methods and their like hold no blank, ports are digits, a time has as many words as its format, \
`$upstream_…` is a list with `, ` and ` : ` between (`0.003, 0.004 : 0.002`), and nothing that nginx or Apache is known \
to have holds a quote, since they escape it. `$names` of your own may hold anything. Each takes the fewest bytes with \
which the whole line fits; a line in which one that may hold blanks and is not your own (`$remote_user`, headers, paths) \
could end elsewhere too is rejected. Any two variables need text between them. `-` is null, `\"\"` empty text, \
an unquoted variable that is empty null; escapes in quotes are those of `combined`. Blanks at the end are ignored, and \
the last quote may be missing. Where a field is a time, a stamp in brackets within another that is not quoted means \
two lines run together, a reject. A line that does not fit is rejected with the place and what was expected there; blank \
lines, also those of blanks alone, are skipped.",
        examples: &[
            Example {
                command: "--from access --log-format '$remote_addr [$time_local] \"$request\" $status $request_time' \
                          filter 'request_time > 1' then project 'path, request_time'",
                input: "10.0.0.7 [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 0.005\n\
                        10.0.0.7 [17/May/2015:10:05:04 +0000] \"GET /b HTTP/1.1\" 200 1.250\n",
                output: "{\"path\":\"/b\",\"request_time\":1.250}\n",
            },
            Example {
                command: "--from access --log-format '%v:%p %h %l %u %t \"%r\" %>s %O %D' \
                          project 'host, port, path, O, duration_us'",
                input: "a.example:443 10.0.0.7 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 612 1840\n",
                output: "{\"host\":\"a.example\",\"port\":443,\"path\":\"/\",\"O\":612,\"duration_us\":1840}\n",
            },
        ],
    },
};

/// The names of formats that `--log-format` takes.
pub fn names() -> impl Iterator<Item = &'static str> {
    spelled::NAMED.iter().map(|(name, _)| *name)
}

fn input(options: &InputOptions) -> Result<Box<dyn InputFormat>> {
    let template = options.log_format.clone().ok_or_else(|| {
        Error::new("--from access needs --log-format")
            .help("the log format of the server's configuration, or main, combined, common or vhost")
    })?;
    Ok(Box::new(Access { template, nulls: options.nulls.clone() }))
}

struct Access {
    template: Arc<LogFormat>,
    nulls: Vec<Vec<u8>>,
}

struct AccessDecoder {
    template: Arc<LogFormat>,
    nulls: Vec<Vec<u8>>,
    /// By slot the place of the field among the names.
    bound: Vec<Option<usize>>,
    /// A bit for each variable that they are.
    variables: u64,
}

impl InputFormat for Access {
    fn framer(&self) -> Box<dyn Framer> {
        Box::new(NamedFramer::new(Box::new(LineFramer::default()), self.template.names.clone()))
    }

    fn decoder(&self, _header: Option<&[String]>, wanted: &Arc<Fields>) -> Arc<dyn Decoder> {
        let bound = bind(&self.template.names, wanted);
        let variables = self.template.variables_of(bound.iter().flatten().copied());
        let template = Arc::clone(&self.template);
        Arc::new(AccessDecoder { template, nulls: self.nulls.clone(), bound, variables })
    }
}

impl Decoder for AccessDecoder {
    fn decode_over(&self, block: &Block, spare: Batch, findings: &mut Findings) -> Batch {
        let mut found = [(0, 0); MOST];
        let mut cells = [Cell::MISSING; MOST];
        decode_lines(block, self.bound.len(), spare, findings, |bytes, span, wanted| {
            self.template.read(bytes, span, (&self.nulls, self.variables), &mut found, &mut cells)?;
            fill(wanted, &self.bound, &cells);
            Ok::<(), Unfit>(())
        })
    }
}

impl Walk for AccessDecoder {
    fn walk(&self, bytes: &[u8], record: Span, visit: &mut dyn FnMut(FieldView<'_>)) {
        let mut found = [(0, 0); MOST];
        let mut cells = [Cell::MISSING; MOST];
        if self.template.read(bytes, record, (&self.nulls, u64::MAX), &mut found, &mut cells).is_err() {
            return;
        }
        for (name, cell) in self.template.names.iter().zip(cells) {
            let spelled = Span { start: cell.start, end: cell.start + cell.len };
            visit(FieldView { name: name.as_bytes(), spelled, cell });
        }
    }
}
