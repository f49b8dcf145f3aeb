//! Works on other lines: the One Billion Row form and the log of a web server.

use crate::measure::inputs::{COMBINED, WEATHER};
use crate::measure::peers::{ANGLE_GRINDER, CHDB, DUCKDB, MAWK, POLARS};
use crate::works::{Entry, MEMORY, Work};

pub(crate) const WORKS: &[Work] = &[
    Work {
        name: "weather",
        title: "One Billion Row form: min, mean, max by station",
        inputs: &[&WEATHER],
        tamis: &[
            "--from",
            "csv",
            "--delimiter",
            ";",
            "--header",
            "station,t",
            "aggregate",
            "min(t), avg(t), max(t)",
            "--by",
            "station",
            "weather.csv",
        ],
        answer: "63bffd50ec5bbceb",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &POLARS,
                goal: 2.0,
                words: &["pl.scan_csv('weather.csv', separator=';', has_header=False, \
                          schema={'station': pl.String, 't': pl.Float64}).group_by('station')\
                          .agg(pl.col('t').min().alias('min'), pl.col('t').mean().alias('mean'), \
                          pl.col('t').max().alias('max'))\
                          .sort('station').collect(engine='streaming').write_csv('out/peer')"],
            },
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &["copy (select station, min(t), avg(t), max(t) \
                          from read_csv('weather.csv', delim = ';', header = false, \
                          columns = {station: 'varchar', t: 'double'}) \
                          group by station order by station) to 'out/peer' (format csv, header)"],
            },
            Entry {
                peer: &CHDB,
                goal: 1.0,
                words: &["select station, min(t), avg(t), max(t) \
                          from file('weather.csv', 'CSV', 'station String, t Float64') \
                          group by station order by station into outfile 'out/peer' format CSVWithNames \
                          settings max_threads = 2, format_csv_delimiter = ';'"],
            },
            Entry {
                peer: &MAWK,
                goal: 1.0,
                words: &[
                    "-F;",
                    "{ t = $2 + 0; if (!($1 in n)) lo[$1] = hi[$1] = t; else if (t < lo[$1]) lo[$1] = t; \
                     else if (t > hi[$1]) hi[$1] = t; n[$1]++; sum[$1] += t } \
                     END { print \"station,min,mean,max\"; \
                     for (s in n) printf \"%s,%s,%.12g,%s\\n\", s, lo[s], sum[s] / n[s], hi[s] }",
                    "weather.csv",
                ],
            },
        ],
    },
    Work {
        name: "combined",
        title: "Web server log: count and sum by path",
        inputs: &[&COMBINED],
        tamis: &["--from", "combined", "aggregate", "count(), sum(bytes)", "--by", "path", "access.log"],
        answer: "5339abd1fcd2965a",
        memory: MEMORY,
        at_most: None,
        against: &[
            // The log read as CSV with blanks, which is far faster than a regex.
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &["copy (select split_part(request, ' ', 2) as path, count(*), sum(bytes) \
                          from read_csv('access.log', delim = ' ', quote = '\"', header = false, columns = \
                          {ip: 'varchar', ident: 'varchar', who: 'varchar', moment: 'varchar', zone: 'varchar', \
                          request: 'varchar', status: 'integer', bytes: 'bigint', referer: 'varchar', \
                          agent: 'varchar'}) group by path order by path) to 'out/peer' (format json)"],
            },
            Entry {
                peer: &ANGLE_GRINDER,
                goal: 1.0,
                words: &[
                    "-f",
                    "access.log",
                    "-o",
                    "logfmt",
                    "* | parse \"* * * [*] \\\"* * *\\\" * * \" as ip, ident, user, at, method, path, protocol, \
                     status, bytes | count, sum(bytes) by path",
                ],
            },
        ],
    },
    Work {
        name: "regex",
        title: "Web server log by regex: count and sum by path",
        inputs: &[&COMBINED],
        tamis: &[
            "--from",
            "text",
            "parse",
            r#"^(?P<ip>\S+) \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]*" (?P<status>\d+) (?P<bytes>\d+)"#,
            "then",
            "aggregate",
            "count(), sum(bytes)",
            "--by",
            "path",
            "access.log",
        ],
        answer: "5339abd1fcd2965a",
        memory: MEMORY,
        at_most: None,
        against: &[Entry {
            peer: &DUCKDB,
            goal: 1.0,
            words: &[
                "copy (select m.path as path, count(*), sum(m.bytes::bigint) from (select regexp_extract(line, ",
                r#"'^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d+) (\d+)', "#,
                "['ip', 'moment', 'method', 'path', 'status', 'bytes']) as m \
                 from read_csv('access.log', delim = '\x01', quote = '', escape = '', header = false, \
                 columns = {line: 'varchar'})) group by path order by path) to 'out/peer' (format json)",
            ],
        }],
    },
];
