//! Input of each format, in which each option that the format knows makes a difference: with a null spelled `NA`, a
//! record that cannot be read, one that comes late, and what else an option is about.

/// Some records of a format.
pub(crate) struct Sample {
    /// The options that the format is read with.
    pub(crate) base: &'static [&'static str],
    /// What gives the records their time, before a stage that needs it.
    pub(crate) timed: &'static [&'static str],
    /// The records.
    pub(crate) bytes: &'static str,
}

/// The sample of a format that is read.
pub(crate) fn of(format: &str) -> &'static Sample {
    let found = SAMPLES.iter().find(|(name, _)| *name == format);
    &found.unwrap_or_else(|| panic!("no sample of {format}")).1
}

const PARSE: &[&str] = &["parse", "^(?<ts>[0-9TZ:-]{20}) (?<n>\\S+)", "then"];

const SAMPLES: &[(&str, Sample)] = &[
    (
        "access",
        Sample { base: &["--from", "access", "--log-format", "combined"], timed: &[], bytes: COMBINED },
    ),
    ("combined", Sample { base: &["--from", "combined"], timed: &[], bytes: COMBINED }),
    ("common", Sample { base: &["--from", "common"], timed: &[], bytes: COMMON }),
    ("csv", Sample { base: &["--from", "csv"], timed: &[], bytes: CSV }),
    ("json", Sample { base: &["--from", "json"], timed: &[], bytes: JSON }),
    ("logfmt", Sample { base: &["--from", "logfmt"], timed: &[], bytes: LOGFMT }),
    ("ndjson", Sample { base: &["--from", "ndjson"], timed: &[], bytes: NDJSON }),
    (
        "regex",
        Sample {
            base: &["--from", "regex", "--pattern", "^(?<ts>[0-9TZ:-]{20}) (?<n>\\S+)"],
            timed: &[],
            bytes: TEXT,
        },
    ),
    ("syslog", Sample { base: &["--from", "syslog"], timed: &[], bytes: SYSLOG }),
    ("text", Sample { base: &["--from", "text"], timed: PARSE, bytes: TEXT }),
    ("tsv", Sample { base: &["--from", "tsv"], timed: &[], bytes: TSV }),
    ("vhost", Sample { base: &["--from", "vhost"], timed: &[], bytes: VHOST }),
    ("w3c", Sample { base: &["--from", "w3c"], timed: &[], bytes: W3C }),
    ("zeek", Sample { base: &["--from", "zeek"], timed: &[], bytes: ZEEK }),
];

const COMBINED: &str = "\
1.1.1.1 - NA [31/Jan/2024:12:00:00 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"-\"
1.1.1.1 - - [31/Jan/2024:12:05:00 +0000] \"GET /a HTTP/1.1\" 200 2 \"-\" \"-\"
1.1.1.1 - - [31/Jan/2024:12:00:01 +0000] \"GET /a HTTP/1.1\" 200 3 \"-\" \"-\"
damaged
";

const VHOST: &str = "\
a:80 1.1.1.1 - NA [31/Jan/2024:12:00:00 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"-\"
a:80 1.1.1.1 - - [31/Jan/2024:12:05:00 +0000] \"GET /a HTTP/1.1\" 200 2 \"-\" \"-\"
a:80 1.1.1.1 - - [31/Jan/2024:12:00:01 +0000] \"GET /a HTTP/1.1\" 200 3 \"-\" \"-\"
damaged
";

const COMMON: &str = "\
1.1.1.1 - NA [31/Jan/2024:12:00:00 +0000] \"GET /a HTTP/1.1\" 200 1
1.1.1.1 - - [31/Jan/2024:12:05:00 +0000] \"GET /a HTTP/1.1\" 200 2
1.1.1.1 - - [31/Jan/2024:12:00:01 +0000] \"GET /a HTTP/1.1\" 200 3
damaged
";

const CSV: &str = "\
ts,n,s
2024-01-31T12:00:00Z,1,NA
2024-01-31T12:05:00Z,2,b\\x
2024-01-31T12:00:01Z,3,'c'
damaged
";

const TSV: &str = "\
ts\tn\ts
2024-01-31T12:00:00Z\t1\tNA
2024-01-31T12:05:00Z\t2\tb
2024-01-31T12:00:01Z\t3\tc
damaged
";

const LOGFMT: &str = "\
ts=2024-01-31T12:00:00Z n=1 s=NA
ts=2024-01-31T12:05:00Z n=2 s=b
 more=1
ts=2024-01-31T12:00:01Z n=3 s=c
ts=\"damaged
";

const JSON: &str = "\
[{\"ts\":\"2024-01-31T12:00:00Z\",\"n\":1,\"s\":\"NA\",\"z\":tru},
 {\"ts\":\"2024-01-31T12:05:00Z\",
  \"n\":2,\"s\":\"b\"},
 {\"ts\":\"2024-01-31T12:00:01Z\",\"n\":3,\"s\":\"c\"},
damaged
]
";

const NDJSON: &str = "\
{\"ts\":\"2024-01-31T12:00:00Z\",\"n\":1,\"s\":\"NA\",\"z\":tru}
{\"ts\":\"2024-01-31T12:05:00Z\",\"n\":2,\"s\":\"b\"}
{\"ts\":\"2024-01-31T12:00:01Z\",\"n\":3,\"s\":\"c\\\"\\\\\",\"more\":null}
damaged
";

const TEXT: &str = "\
2024-01-31T12:00:00Z NA
2024-01-31T12:05:00Z 2
 more
2024-01-31T12:00:01Z 3
7
NA
";

const SYSLOG: &str = "\
<34>1 2024-01-31T12:00:00Z NA app 10 - - one
<34>1 2024-01-31T12:05:00Z b app 10 - - two
<34>1 2024-01-31T12:00:01Z c app 10 - - three
<999>damaged
";

const W3C: &str = "\
#Fields: date time n s
2024-01-31 12:00:00 1 NA
2024-01-31 12:05:00 2 b
2024-01-31 12:00:01 3 c
damaged
";

const ZEEK: &str = "\
#separator |
#set_separator|,
#fields|ts|n|s|tags
#types|time|count|string|set[string]
1706702400.5|1|NA|a,b
1706702700.5|2|b|(empty)
1706702401.5|3|c|-
damaged
";
