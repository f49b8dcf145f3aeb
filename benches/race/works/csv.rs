//! Works on CSV: access records and users.

use crate::measure::inputs::{ACCESS_CSV, USERS};
use crate::measure::peers::{CHDB, DUCKDB, MILLER, POLARS, XAN};
use crate::works::{Entry, MEMORY, Work};

pub(crate) const WORKS: &[Work] = &[
    Work {
        name: "csv-filter",
        title: "CSV: keep status >= 500",
        inputs: &[&ACCESS_CSV],
        tamis: &["filter", "status >= 500", "access.csv"],
        answer: "86fec4ce1e67e960",
        memory: MEMORY,
        at_most: None,
        against: &[
            // One thread: xan is slower with two here.
            Entry { peer: &XAN, goal: 1.8, words: &["filter", "status >= 500", "access.csv"] },
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &["copy (select * from read_csv('access.csv', header = true, all_varchar = true) \
                          where status::int >= 500) to 'out/peer' (format csv, header)"],
            },
            Entry {
                peer: &POLARS,
                goal: 1.0,
                words: &["pl.scan_csv('access.csv', infer_schema=False)\
                          .filter(pl.col('status').cast(pl.Int32) >= 500).sink_csv('out/peer')"],
            },
        ],
    },
    Work {
        name: "csv-group",
        title: "CSV: count and mean by path",
        inputs: &[&ACCESS_CSV],
        tamis: &["aggregate", "count(), avg(latency_ms)", "--by", "path", "access.csv"],
        answer: "072be29f3be97c06",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &XAN,
                goal: 1.5,
                words: &[
                    "parallel",
                    "groupby",
                    "-t",
                    "2",
                    "path",
                    "count() as count, mean(latency_ms) as mean",
                    "access.csv",
                ],
            },
            Entry {
                peer: &POLARS,
                goal: 1.0,
                words: &["pl.scan_csv('access.csv').group_by('path')\
                          .agg(pl.len().alias('count'), pl.col('latency_ms').mean().alias('mean'))\
                          .sort('path').collect(engine='streaming').write_csv('out/peer')"],
            },
        ],
    },
    Work {
        name: "csv-group-p99",
        title: "CSV: count, mean, p99 by path",
        inputs: &[&ACCESS_CSV],
        tamis: &["aggregate", "count(), avg(latency_ms), p99(latency_ms)", "--by", "path", "access.csv"],
        answer: "6716e1b4f79ddc6e",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &DUCKDB,
                goal: 3.0,
                words: &["copy (select path, count(*), avg(latency_ms), quantile_cont(latency_ms, 0.99) \
                          from read_csv('access.csv') \
                          group by path order by path) to 'out/peer' (format csv, header)"],
            },
            Entry {
                peer: &CHDB,
                goal: 1.0,
                words: &["select path, count(*), avg(latency_ms), quantile(0.99)(latency_ms) \
                          from file('access.csv', 'CSVWithNames', 'path String, latency_ms Float64') \
                          group by path order by path into outfile 'out/peer' format CSVWithNames \
                          settings max_threads = 2, input_format_skip_unknown_fields = 1"],
            },
            Entry {
                peer: &MILLER,
                goal: 1.0,
                words: &[
                    "--icsv",
                    "--ocsv",
                    "stats1",
                    "-a",
                    "count,mean,p99",
                    "-f",
                    "latency_ms",
                    "-g",
                    "path",
                    "access.csv",
                ],
            },
        ],
    },
    Work {
        name: "csv-join",
        title: "CSV: join 100,000 users, count and mean by segment",
        inputs: &[&ACCESS_CSV, &USERS],
        tamis: &[
            "join",
            "users.csv",
            "--on",
            "user_id",
            "then",
            "aggregate",
            "count(), avg(latency_ms)",
            "--by",
            "segment",
            "access.csv",
        ],
        answer: "016333a8102a64c6",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &DUCKDB,
                goal: 2.0,
                words: &["copy (select segment, count(*), avg(latency_ms) \
                          from read_csv('access.csv') left join read_csv('users.csv') using (user_id) \
                          group by segment order by segment) to 'out/peer' (format csv, header)"],
            },
            Entry {
                peer: &POLARS,
                goal: 1.0,
                words: &[
                    "pl.scan_csv('access.csv').join(pl.scan_csv('users.csv'), on='user_id', how='left')\
                          .group_by('segment')\
                          .agg(pl.len().alias('count'), pl.col('latency_ms').mean().alias('mean'))\
                          .sort('segment').collect(engine='streaming').write_csv('out/peer')",
                ],
            },
        ],
    },
    Work {
        name: "csv-sort",
        title: "CSV: sort the whole file by a number",
        inputs: &[&ACCESS_CSV],
        // Both sides in memory, of which DuckDB takes what there is.
        tamis: &["--memory", "4G", "sort", "latency_ms", "access.csv"],
        answer: "66eb4a23d0fdf03b",
        memory: None,
        at_most: None,
        against: &[
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &[
                    "copy (select * from read_csv('access.csv', header = true, columns = {ts: 'varchar', \
                          host: 'varchar', path: 'varchar', status: 'integer', latency_ms: 'double', \
                          client_ip: 'varchar', bytes: 'bigint', method: 'varchar', user_id: 'integer', \
                          referer: 'varchar'}) order by latency_ms) to 'out/peer' (format csv, header)",
                ],
            },
            Entry { peer: &XAN, goal: 1.0, words: &["sort", "-p", "-N", "-s", "latency_ms", "access.csv"] },
        ],
    },
    Work {
        name: "csv-top",
        title: "CSV: the 100 records of the highest number",
        inputs: &[&ACCESS_CSV],
        tamis: &["top", "latency_ms", "-n", "100", "access.csv"],
        answer: "ab8f33f0c8b1bc67",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry { peer: &XAN, goal: 1.0, words: &["top", "-l", "100", "latency_ms", "access.csv"] },
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &[
                    "copy (select * from read_csv('access.csv', header = true, columns = {ts: 'varchar', \
                          host: 'varchar', path: 'varchar', status: 'integer', latency_ms: 'double', \
                          client_ip: 'varchar', bytes: 'bigint', method: 'varchar', user_id: 'integer', \
                          referer: 'varchar'}) order by latency_ms desc limit 100) \
                          to 'out/peer' (format csv, header)",
                ],
            },
        ],
    },
    Work {
        name: "csv-dedup",
        title: "CSV: the first record of each client_ip",
        inputs: &[&ACCESS_CSV],
        tamis: &["dedup", "client_ip", "access.csv"],
        answer: "16caa7acefc8ca30",
        memory: None,
        at_most: None,
        against: &[
            // Any record of each address, not the first.
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &["copy (select distinct on (client_ip) * \
                          from read_csv('access.csv', header = true, all_varchar = true)) \
                          to 'out/peer' (format csv, header)"],
            },
            Entry { peer: &XAN, goal: 1.0, words: &["dedup", "-s", "client_ip", "access.csv"] },
        ],
    },
    Work {
        name: "csv-project",
        title: "CSV: five of ten fields",
        inputs: &[&ACCESS_CSV],
        tamis: &["project", "ts, path, status, latency_ms, user_id", "access.csv"],
        answer: "c11bada0276b0689",
        memory: MEMORY,
        at_most: None,
        against: &[
            Entry {
                peer: &XAN,
                goal: 1.0,
                words: &["select", "ts,path,status,latency_ms,user_id", "access.csv"],
            },
            Entry {
                peer: &DUCKDB,
                goal: 1.0,
                words: &["copy (select ts, path, status, latency_ms, user_id \
                          from read_csv('access.csv', header = true, all_varchar = true)) \
                          to 'out/peer' (format csv, header)"],
            },
        ],
    },
];
