//! Which format the first line of an input reads as, for the message that asks for `--from`. Nothing is read by such a
//! guess: the user names the format.

use super::{FormatDef, find};
use crate::record::ReadAs;
use crate::spell;

/// How a line reads as a format: the options that it needs beside the name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reads {
    /// None.
    AsItIs,
    /// Its fields are between these bytes.
    Delimited(u8),
    /// By this regex, as what it names, or as a line that begins with a time.
    By(&'static str, String),
}

impl Reads {
    /// The options that come after the format's name, with a blank before the first one.
    pub fn options(&self, read_as: ReadAs) -> String {
        let delimiter = read_as.option("delimiter");
        match self {
            Self::AsItIs => String::new(),
            Self::Delimited(b'\t') => format!(" {delimiter} tab"),
            Self::Delimited(byte) => format!(" {delimiter} {}", spell::word(&char::from(*byte).to_string())),
            Self::By(_, pattern) => format!(" --pattern {}", spell::word(pattern)),
        }
    }
}

/// The formats in the order in which they are asked: logs before tables, since a line of a log may hold commas.
const ORDER: &[&str] = &[
    "ndjson", "json", "w3c", "zeek", "combined", "common", "vhost", "syslog", "logfmt", "regex", "tsv", "csv",
];

/// The format that the first line of `bytes` that is not blank reads as.
pub fn read_as(bytes: &[u8]) -> Option<(&'static FormatDef, Reads)> {
    let bytes = bytes.trim_ascii_start();
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end)?.trim_ascii_end();
    ORDER.iter().filter_map(|name| find(name)).find_map(|format| Some((format, (format.first_line?)(line)?)))
}

/// Whether a whole line that is not blank is at the front of `bytes`.
pub fn is_whole(bytes: &[u8]) -> bool {
    memchr::memchr(b'\n', bytes.trim_ascii_start()).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::FORMATS;
    use super::*;

    #[test]
    fn every_format_that_can_tell_is_asked() {
        let mut order = ORDER.to_vec();
        order.sort_unstable();
        let can_tell = FORMATS.iter().filter(|format| format.first_line.is_some());
        assert_eq!(order, can_tell.map(|format| format.name).collect::<Vec<_>>());
    }

    #[test]
    fn first_lines() {
        for (line, expected) in [
            (r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "x""#, "combined"),
            (r#"::1 - bob [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 -"#, "common"),
            (
                r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "x" "10.1.1.1, 10.2.2.2""#,
                "combined",
            ),
            (r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 0.003"#, "common"),
            (
                r#"www.example.com:80 10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "x""#,
                "vhost",
            ),
            ("Oct 11 22:14:15 web1 su[10]: failed", "syslog"),
            ("<165>1 2024-01-31T12:00:00Z web1 shop - ID47 - sold out", "syslog"),
            ("2024-01-31T12:00:00.5+01:00 web1 cron[7]: run", "syslog"),
            (
                "2024-01-31 12:00:00 CET [77] LOG:  up",
                r"regex --pattern '^(?<time>\d+-\d+-\d+ \d+:\d+:\d+ [A-Za-z]+) (?<message>.*)'",
            ),
            ("level=info msg=\"up and running\"", "logfmt"),
            ("ts=2024-01-31T12:00:00Z", "logfmt"),
            ("id,name", "csv"),
            ("id;name;a,b", "csv --delimiter ';'"),
            ("id|name", "csv --delimiter '|'"),
            ("\"id\"\t\"name\"", "csv --delimiter tab"),
            ("id\tname", "tsv"),
            ("2024-01-31T12:00:00Z,a,b", "csv"),
            (
                "2024-01-31 12:00:00,123 INFO up, all",
                r"regex --pattern '^(?<time>\d+-\d+-\d+ \d+:\d+:\d+,\d+) (?<message>.*)'",
            ),
            (
                "[2024-01-31 12:00:00] local.ERROR: no, \"x\"",
                r"regex --pattern '^\[(?<time>\d+-\d+-\d+ \d+:\d+:\d+)\] (?<message>.*)'",
            ),
            (
                "2024-01-31T12:00:00Z INFO it's up",
                r"regex --pattern '^(?<time>\d+-\d+-\d+T\d+:\d+:\d+Z) (?<message>.*)'",
            ),
            (
                "Oct 11 22:14:15.123 INFO up",
                r"regex --pattern '^(?<time>[A-Za-z]+ \d+ \d+:\d+:\d+\.\d+) (?<message>.*)'",
            ),
            ("#Software: Microsoft Internet Information Services 10.0", "w3c"),
            ("#Fields: date time n", "w3c"),
            (r"#separator \x09", "zeek"),
            (
                "17/06/09 20:10:40 INFO executor.Backend: up",
                r"regex --pattern '^(?<time>\d+/\d+/\d+ \d+:\d+:\d+) (?<message>.*)'",
            ),
            (
                "2012-025T10:22:40,672:DEBUG:foo",
                r"regex --pattern '^(?<time>\d+-\d+T\d+:\d+:\d+,\d+)(?<message>.*)'",
            ),
            ("000123: Oct 11 14:32:52: %SYS-5-CONFIG_I: x, y", "syslog"),
            ("Oct 11 14:32:52 host CEF:0|V|P|1|100|n|10|src=1", "syslog"),
            (
                "LEEF:1.0|V|P|1|2|a=b",
                r"regex --pattern '^LEEF:(?<version>[^|]*)\|(?<vendor>[^|]*)\|(?<product>[^|]*)\|(?<device_version>[^|]*)\|(?<id>[^|]*)\|(?<extension>.*)'",
            ),
            (r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "x"y"#, "~"),
            (r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-"#, "~"),
            (r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "1.1.1.1""#, "common"),
            ("#fields\tts\tuid", "zeek"),
            ("hello", "~"),
            ("Hello, world", "~"),
            ("3.14", "~"),
            ("select a, b from t where x = 1", "~"),
        ] {
            let found = read_as(format!("\n  \r\n{line}\r\nnext,line\n").as_bytes());
            let options = |reads: Reads| reads.options(ReadAs::Input);
            let shown =
                found.map_or("~".to_owned(), |(format, reads)| format.name.to_owned() + &options(reads));
            assert_eq!(shown, expected, "{line}");
        }
    }
}
