//! Works on NDJSON: access records, compressed or not, and one record for the start.

use std::time::Duration;

use crate::measure::inputs::{ACCESS, ACCESS_GZIP, ACCESS_ZSTD, ONE};
use crate::measure::peers::{ANGLE_GRINDER, CHDB, DUCKDB, JAQ, JQ, MILLER};
use crate::works::{Entry, MEMORY, Work};

/// Of the group work, however its input is packed.
const GROUPS: &str = "0d4df15c26a1d77e";

pub(crate) const WORKS: &[Work] = &[
    Work {
        name: "ndjson-filter",
        title: "NDJSON: keep status >= 500, whole records",
        inputs: &[&ACCESS],
        tamis: &["filter", "status >= 500", "access.ndjson"],
        answer: "b62ea0e57236bc34",
        memory: MEMORY,
        at_most: None,
        against: &[
            // Faster than typed fields, and the records leave as they came.
            Entry {
                peer: &DUCKDB,
                goal: 3.0,
                words: &["copy (select json from read_ndjson_objects('access.ndjson') \
                          where (json->>'status')::int >= 500) \
                          to 'out/peer' (format csv, header false, quote '', escape '', delimiter '\x01')"],
            },
            Entry { peer: &JQ, goal: 40.0, words: &["-c", "select(.status >= 500)", "access.ndjson"] },
            Entry { peer: &JAQ, goal: 1.0, words: &["-c", "select(.status >= 500)", "access.ndjson"] },
            Entry {
                peer: &MILLER,
                goal: 1.0,
                words: &["--ijsonl", "--ojsonl", "filter", "$status >= 500", "access.ndjson"],
            },
        ],
    },
    Work {
        name: "ndjson-group",
        title: "NDJSON: count, mean, p99 by path",
        inputs: &[&ACCESS],
        tamis: &["aggregate", "count(), avg(latency_ms), p99(latency_ms)", "--by", "path", "access.ndjson"],
        answer: GROUPS,
        memory: MEMORY,
        at_most: None,
        against: &[
            // Faster than approx_quantile, and than letting DuckDB find out the fields.
            Entry {
                peer: &DUCKDB,
                goal: 2.5,
                words: &["copy (select path, count(*), avg(latency_ms), quantile_cont(latency_ms, 0.99) \
                          from read_ndjson('access.ndjson', columns = {path: 'varchar', latency_ms: 'double'}) \
                          group by path order by path) to 'out/peer' (format json)"],
            },
            Entry {
                peer: &CHDB,
                goal: 1.0,
                words: &["select path, count(*), avg(latency_ms), quantile(0.99)(latency_ms) \
                          from file('access.ndjson', 'JSONEachRow', 'path String, latency_ms Float64') \
                          group by path order by path into outfile 'out/peer' format JSONEachRow \
                          settings max_threads = 2, input_format_skip_unknown_fields = 1"],
            },
            Entry {
                peer: &ANGLE_GRINDER,
                goal: 1.0,
                words: &[
                    "-f",
                    "access.ndjson",
                    "-o",
                    "logfmt",
                    "* | json | count, avg(latency_ms), p99(latency_ms) by path",
                ],
            },
            Entry {
                peer: &MILLER,
                goal: 1.0,
                words: &[
                    "--ijsonl",
                    "--ojsonl",
                    "stats1",
                    "-a",
                    "count,mean,p99",
                    "-f",
                    "latency_ms",
                    "-g",
                    "path",
                    "access.ndjson",
                ],
            },
        ],
    },
    Work {
        name: "ndjson-windows",
        title: "NDJSON: 1-minute windows by host, count and sum",
        inputs: &[&ACCESS],
        tamis: &[
            "--time",
            "ts",
            "--lateness",
            "1s",
            "window",
            "1m",
            "then",
            "aggregate",
            "count(), sum(bytes)",
            "--by",
            "host",
            "access.ndjson",
        ],
        answer: "e7663fa547213a72",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &DUCKDB,
                goal: 2.5,
                words: &[
                    "copy (select date_trunc('minute', ts) as window_start, host, count(*), sum(bytes) \
                          from read_ndjson('access.ndjson', \
                          columns = {ts: 'timestamp', host: 'varchar', bytes: 'bigint'}) \
                          group by all order by all) to 'out/peer' (format json)",
                ],
            },
            Entry {
                peer: &CHDB,
                goal: 1.0,
                words: &["select toStartOfMinute(ts) as w, host, count(*), sum(bytes) \
                          from file('access.ndjson', 'JSONEachRow', 'ts DateTime64(3), host String, bytes UInt64') \
                          group by w, host order by w, host into outfile 'out/peer' format JSONEachRow \
                          settings max_threads = 2, input_format_skip_unknown_fields = 1, \
                          date_time_input_format = 'best_effort'"],
            },
        ],
    },
    Work {
        name: "ndjson-keys",
        title: "NDJSON: count by client_ip, 640,000 keys",
        inputs: &[&ACCESS],
        tamis: &["aggregate", "count()", "--by", "client_ip", "access.ndjson"],
        answer: "22bc5801945710f9",
        memory: None,
        at_most: None,
        against: &[
            // Unordered, since DuckDB is faster so; tamis' keys are in order all the same.
            Entry {
                peer: &DUCKDB,
                goal: 1.5,
                words: &["copy (select client_ip, count(*) \
                          from read_ndjson('access.ndjson', columns = {client_ip: 'varchar'}) \
                          group by client_ip) to 'out/peer' (format json)"],
            },
        ],
    },
    Work {
        name: "ndjson-sessions",
        title: "NDJSON: sessions by user, 30 minutes apart",
        inputs: &[&ACCESS],
        tamis: &[
            "--time",
            "ts",
            "--lateness",
            "1s",
            "window",
            "session:30m",
            "--by",
            "user_id",
            "then",
            "aggregate",
            "count()",
            "access.ndjson",
        ],
        answer: "2c4fa0a7cf0059e3",
        memory: None,
        at_most: None,
        against: &[Entry {
            peer: &DUCKDB,
            goal: 1.0,
            words: &["copy (with r as (select user_id, ts \
                      from read_ndjson('access.ndjson', columns = {user_id: 'integer', ts: 'timestamp'})), \
                      s as (select user_id, ts, case when ts - lag(ts) over w <= interval 30 minute then 0 else 1 end \
                      as fresh from r window w as (partition by user_id order by ts)), \
                      n as (select user_id, ts, sum(fresh) over (partition by user_id order by ts \
                      rows unbounded preceding) as session from s) \
                      select min(ts) as window_start, max(ts) + interval 30 minute as window_end, user_id, count(*) \
                      from n group by user_id, session order by window_end, window_start, user_id) \
                      to 'out/peer' (format json)"],
        }],
    },
    Work {
        name: "ndjson-project",
        title: "NDJSON: five of eleven fields",
        inputs: &[&ACCESS],
        tamis: &["project", "ts, path, status, latency_ms, user_id", "access.ndjson"],
        answer: "440ce98bc7572e1f",
        memory: MEMORY,
        at_most: None,
        against: &[Entry {
            peer: &DUCKDB,
            goal: 1.0,
            words: &["copy (select ts, path, status, latency_ms, user_id from read_ndjson('access.ndjson', \
                      columns = {ts: 'varchar', path: 'varchar', status: 'integer', latency_ms: 'double', \
                      user_id: 'integer'})) to 'out/peer' (format json)"],
        }],
    },
    Work {
        name: "ndjson-gzip",
        title: "NDJSON in gzip: count, mean, p99 by path",
        inputs: &[&ACCESS_GZIP],
        tamis: &[
            "aggregate",
            "count(), avg(latency_ms), p99(latency_ms)",
            "--by",
            "path",
            "access.ndjson.gz",
        ],
        answer: GROUPS,
        memory: MEMORY,
        at_most: None,
        against: &[Entry {
            peer: &DUCKDB,
            goal: 1.0,
            words: &["copy (select path, count(*), avg(latency_ms), quantile_cont(latency_ms, 0.99) \
                      from read_ndjson('access.ndjson.gz', columns = {path: 'varchar', latency_ms: 'double'}) \
                      group by path order by path) to 'out/peer' (format json)"],
        }],
    },
    Work {
        name: "ndjson-zstd",
        title: "NDJSON in zstd: count, mean, p99 by path",
        inputs: &[&ACCESS_ZSTD],
        tamis: &[
            "aggregate",
            "count(), avg(latency_ms), p99(latency_ms)",
            "--by",
            "path",
            "access.ndjson.zst",
        ],
        answer: GROUPS,
        memory: MEMORY,
        at_most: None,
        against: &[Entry {
            peer: &DUCKDB,
            goal: 1.0,
            words: &["copy (select path, count(*), avg(latency_ms), quantile_cont(latency_ms, 0.99) \
                      from read_ndjson('access.ndjson.zst', columns = {path: 'varchar', latency_ms: 'double'}) \
                      group by path order by path) to 'out/peer' (format json)"],
        }],
    },
    Work {
        name: "start",
        title: "Start to exit on one record",
        inputs: &[&ONE],
        tamis: &["filter", "status >= 200", "one.ndjson"],
        answer: "cd78813efd5faecf",
        memory: MEMORY,
        at_most: Some(Duration::from_millis(3)),
        against: &[
            Entry { peer: &JQ, goal: 1.0, words: &["-c", "select(.status >= 200)", "one.ndjson"] },
            Entry { peer: &JAQ, goal: 1.0, words: &["-c", "select(.status >= 200)", "one.ndjson"] },
        ],
    },
];
