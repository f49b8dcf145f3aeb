//! What must agree wherever a value is asked: its order in `sort` and in a filter, its type under every name, the time
//! of a stamp in a window and in a function, one process and two.

mod harness;

use std::fmt::Write as _;

use harness::{PLAIN, Variant, run};
use proptest::prelude::*;
use proptest::sample::select;

/// Two cores, one record a block, all on disk: what is cut most.
const CUT: Variant = Variant { threads: 4, block: 1, eager: true, ..PLAIN };

/// What a chain prints for this input, however it is cut.
fn printed(options: &[&str], chain: &[&str], input: &str) -> String {
    let words: Vec<&str> = options.iter().chain(chain).copied().collect();
    let plain = run(&words, input.as_bytes(), PLAIN);
    assert_ne!(plain.status, 2, "{words:?}: {}", plain.err());
    let cut = run(&words, input.as_bytes(), CUT);
    assert_eq!((plain.out(), plain.err()), (cut.out(), cut.err()), "{words:?}");
    plain.out()
}

/// JSON texts of values of one type.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Times,
    Numbers,
    Texts,
}

fn values(kind: Kind) -> impl Strategy<Value = Vec<String>> {
    let pool: Vec<String> = match kind {
        Kind::Times => [
            "2024-05-14T09:00:00Z",
            "2024-05-14T11:00:00.000+02:00",
            "2024-05-14 09:00:00.5",
            "14/May/2024:09:00:01 +0000",
            "2024-05-14",
            "2024/05/14 08:59",
            "0001-01-01",
            "9999-12-31T23:59:59.999999999Z",
        ]
        .iter()
        .map(|time| format!("\"{time}\""))
        .collect(),
        Kind::Numbers => [
            "0",
            "-0",
            "1.0",
            "1",
            "1e400",
            "-1e-400",
            "340282366920938463463374607431768211455",
            "340282366920938463463374607431768211456",
            "340282366920938463463374607431768211455.5",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
            "115792089237316195423570985008687907853269984665640564039457584007913129639934",
            "3.4028236692093846346337460743176821145e38",
        ]
        .map(str::to_owned)
        .into(),
        Kind::Texts => {
            ["\"a\"", "\"B\"", "\"10\"", "\"9\"", "\"\\u00e9\"", "\"\"", "\"a b\""].map(str::to_owned).into()
        }
    };
    prop::collection::vec(select(pool), 1..7)
}

fn of_one_kind() -> impl Strategy<Value = (Kind, Vec<String>)> {
    select(vec![Kind::Times, Kind::Numbers, Kind::Texts]).prop_flat_map(|kind| (Just(kind), values(kind)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// `sort x` puts a value before another just where a filter says that it is less.
    #[test]
    fn sort_and_filter_agree((kind, values) in of_one_kind()) {
        let (x, y) = if matches!(kind, Kind::Times) { ("ts", "time") } else { ("x", "y") };
        let mut records = String::new();
        for (at, value) in values.iter().enumerate() {
            writeln!(records, r#"{{"i":{at},"{x}":{value}}}"#).unwrap();
        }
        let sorted = printed(&["--from", "ndjson", "--to", "csv", "--no-header-out"], &["sort", x, "then", "project", "i"], &records);
        let order: Vec<usize> = sorted.lines().map(|line| line.parse().unwrap()).collect();
        let mut pairs = String::new();
        for (i, left) in values.iter().enumerate() {
            for (j, right) in values.iter().enumerate() {
                writeln!(pairs, r#"{{"i":{i},"j":{j},"{x}":{left},"{y}":{right}}}"#).unwrap();
            }
        }
        let chain = [format!("i, j, less = {x} < {y}, same = {x} == {y}")];
        let compared = printed(&["--from", "ndjson", "--to", "csv", "--no-header-out"], &["project", &chain[0]], &pairs);
        let place = |at: usize| order.iter().position(|known| *known == at).unwrap();
        for line in compared.lines() {
            let fields: Vec<&str> = line.split(',').collect();
            let (i, j): (usize, usize) = (fields[0].parse().unwrap(), fields[1].parse().unwrap());
            let less = place(i) < place(j) && fields[3] == "false";
            prop_assert_eq!(fields[2], less.to_string(), "{} and {}", &values[i], &values[j]);
        }
    }

    /// A pinned value is one key under every name and after every stage.
    #[test]
    fn a_pin_goes_with_the_value(
        ids in prop::collection::vec(select(vec!["7", "007", "7.0", "x", "", "10", "1e1", "true", "TRUE"]), 1..8),
        kind in select(vec!["text", "number", "bool"]),
    ) {
        let mut table = "id,n,ts\n".to_owned();
        for id in &ids {
            writeln!(table, "{id},1,2024-05-14T09:00:00Z").unwrap();
        }
        let pin = format!("id:{kind}");
        let options = ["--from", "csv", "--to", "ndjson", "--types", &pin];
        let plain = printed(&options, &["aggregate", "c = count()", "--by", "k = id"], &table);
        for chain in [
            &["project", "user = id", "then", "aggregate", "c = count()", "--by", "k = user"][..],
            &["explode", "id", "then", "aggregate", "c = count()", "--by", "k = id"],
            &["project", "u = id", "then", "explode", "u", "then", "project", "v = u", "then", "aggregate", "c = count()", "--by", "k = v"],
            &["sort", "n", "then", "project", "u = id", "then", "aggregate", "c = count()", "--by", "k = u"],
            &["window", "1d", "then", "aggregate", "c = count()", "--by", "k = id", "then", "project", "k, c"],
            &["window", "session:1h", "--by", "k = id", "then", "aggregate", "c = count()", "then", "project", "k, c"],
            &["aggregate", "c = count()", "--by", "z = id", "then", "project", "k = z, c"],
            &["aggregate", "c = count()", "--by", "z = id", "then", "aggregate", "c = sum(c)", "--by", "k = z"],
        ] {
            prop_assert_eq!(&printed(&options, chain, &table), &plain, "{:?}", chain);
        }
    }

    /// A function of event time sees the time that windows see.
    #[test]
    fn functions_see_what_windows_see(
        stamps in prop::collection::vec((select(vec!["Jan", "Feb", "Jun", "Nov", "Dec"]), 1..29_u32, 0..24_u32), 1..12),
        year in select(vec!["2023", "2024", "1999"]),
    ) {
        let mut log = String::new();
        for (month, day, hour) in &stamps {
            writeln!(log, "{month} {day:>2} {hour:02}:30:00 host app: text").unwrap();
        }
        let options = ["--from", "syslog", "--year", year, "--lateness", "40000d"];
        let windows = printed(&options, &["window", "1d", "then", "aggregate", "count()", "then", "project", "d = window_start, count"], &log);
        for chain in [
            &["aggregate", "count()", "--by", "d = floor(time, 1d)"][..],
            &["project", "t = time", "then", "aggregate", "count()", "--by", "d = floor(t, 1d)"],
            &["sort", "time", "then", "aggregate", "count()", "--by", "d = floor(time(time), 1d)"],
            &["aggregate", "n = count()", "--by", "time", "then", "aggregate", "count = sum(n)", "--by", "d = floor(time, 1d)"],
            &["project", "t = coalesce(x, time)", "then", "aggregate", "count()", "--by", "d = floor(t, 1d)"],
        ] {
            prop_assert_eq!(&printed(&options, chain, &log), &windows, "{:?}", chain);
        }
    }

    /// Two processes with NDJSON between them give what one gives.
    #[test]
    fn two_processes_equal_one(
        records in prop::collection::vec(prop::collection::vec((select(vec!["ts", "n", "v"]), select(VALUES.to_vec())), 1..4), 1..8),
        first in select(STAGES.to_vec()),
        second in select(STAGES.to_vec()),
    ) {
        let mut input = String::new();
        for record in &records {
            let members: Vec<String> = record.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            writeln!(input, "{{{}}}", members.join(",")).unwrap();
        }
        let options = ["--from", "ndjson", "--to", "ndjson"];
        let chain: Vec<&str> = first.iter().chain(&["then"]).chain(second).copied().collect();
        let one = printed(&options, &chain, &input);
        let between = printed(&options, first, &input);
        prop_assert_eq!(printed(&options, second, &between), one, "{:?}", chain);
    }
}

const VALUES: &[&str] = &[
    "null",
    "1",
    "1.0",
    "-2.50",
    "12345678901234567890123456789012345678901234567890",
    "1715677200",
    "\"2024-05-14T09:00:00Z\"",
    "\"2024-05-14T11:00:00+02:00\"",
    "\"14/May/2024:09:00:00 +0000\"",
    "\"2024-05-14\"",
    "\"N/A\"",
    "\"\"",
    "\"10\"",
    "true",
    "[1,\"2024-05-14\"]",
    "{\"a\": 1.0}",
];

const STAGES: &[&[&str]] = &[
    &["filter", "ts is not null"],
    &["filter", "ts != \"N/A\" ?? true"],
    &["project", "ts, n, v, w = v ?? n"],
    // A time under another name is plain text to the second process.
    &["project", "*, n = coalesce(v, n, 0)"],
    &["sort", "ts, n, v"],
    &["sort", "v desc, ts"],
    &["dedup", "ts"],
    &["dedup", "ts, n"],
    &["limit", "2", "--by", "ts"],
    &["top", "n", "-n", "2"],
    &["explode", "v"],
    &["aggregate", "count(), n = max(n), v = first(v), w = min(v)", "--by", "ts"],
    &["aggregate", "ts = max(ts), n = last(n), v = collect(v)"],
];
