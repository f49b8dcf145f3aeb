//! Every record is counted in a window, late, or rejected; which, a plain loop says.

use std::collections::BTreeMap;

use jiff::fmt::strtime;
use serde_json::Value;

use crate::answers::{Data, EACH, data, nanoseconds, objects, text, whole};
use crate::harness::run;

/// An input with the times of its records, `None` where one has no time.
struct Input {
    words: Vec<&'static str>,
    files: Vec<String>,
    times: Vec<Option<i128>>,
}

/// What becomes of the records of an input.
#[derive(Debug, PartialEq, Eq)]
struct Fates {
    /// Start of a window, in nanoseconds, and its count.
    windows: BTreeMap<i128, i64>,
    late: usize,
    rejected: usize,
}

/// The plain loop.
fn judge(times: &[Option<i128>], size: i128, lateness: i128) -> Fates {
    let mut fates = Fates { windows: BTreeMap::new(), late: 0, rejected: 0 };
    let mut highest = i128::MIN / 2;
    for time in times {
        let Some(time) = *time else {
            fates.rejected += 1;
            continue;
        };
        let start = time - time.rem_euclid(size);
        if start + size <= highest - lateness {
            fates.late += 1;
        } else {
            *fates.windows.entry(start).or_default() += 1;
        }
        highest = highest.max(time);
    }
    fates
}

/// The time in a field of a JSON object: text, or seconds with at most six digits behind the point.
fn time_in(record: &Value, field: &str) -> Option<i128> {
    match &record[field] {
        Value::String(text) => Some(nanoseconds(text)),
        Value::Number(number) => Some((number.as_f64()? * 1e6).round() as i128 * 1000),
        _ => None,
    }
}

fn ndjson(data: &Data, words: &[&'static str], files: &[&str], field: &str) -> Input {
    let objects = files.iter().flat_map(|file| data.objects(file));
    Input {
        words: words.to_vec(),
        times: objects.map(|record| time_in(&record, field)).collect(),
        files: files.iter().map(|file| data.word(file)).collect(),
    }
}

fn access(data: &Data) -> Input {
    let file = "access/apache_logs.gz";
    let text = String::from_utf8_lossy(&data.read(file)).into_owned();
    let time = |line: &str| {
        let stamp = line.split_once('[')?.1.split_once(']')?.0;
        let time = strtime::parse("%d/%b/%Y:%H:%M:%S %z", stamp).ok()?.to_timestamp().ok()?;
        Some(time.as_nanosecond())
    };
    Input {
        words: vec!["--from", "combined"],
        files: vec![data.word(file)],
        times: text.lines().map(time).collect(),
    }
}

fn flights(data: &Data) -> Input {
    let file = "flights/flights.csv.gz";
    let times = data.table(file).iter().map(|flight| Some(nanoseconds(&flight[18]))).collect();
    Input { words: vec!["--time", "time_hour", "--to", "ndjson"], files: vec![data.word(file)], times }
}

fn clickstream(data: &Data) -> Input {
    let file = "clickstream/clickstream.csv.gz";
    let text = data.read(file);
    let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    let times = lines.records().map(|line| Some(nanoseconds(&line.expect("CSV")[1]))).collect();
    let header = "customer,time,event,product,category,price,total,items,distinct,seconds";
    Input { words: vec!["--header", header, "--to", "ndjson"], files: vec![data.word(file)], times }
}

/// Runs windows of two sizes with four latenesses, each in one way, in turn.
fn is_conserved(input: &Input) {
    const SECOND: i128 = 1_000_000_000;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (late, rejects) = (path("late"), path("rejects"));
    let files: Vec<&str> = input.files.iter().map(String::as_str).collect();
    let mut variants = EACH[..3].iter().cycle();
    for (size, nanoseconds_of_size) in [("1m", 60 * SECOND), ("1h", 3600 * SECOND)] {
        for (lateness, nanoseconds_of_lateness) in
            [("0s", 0), ("1s", SECOND), ("60s", 60 * SECOND), ("1h", 3600 * SECOND)]
        {
            let sides = ["--lateness", lateness, "--late", &late, "--rejects", &rejects];
            let chain = ["window", size, "then", "aggregate", "n = count()"];
            let words = [&input.words[..], &sides, &chain, &files].concat();
            let variant = *variants.next().unwrap();
            let ran = run(&words, b"", variant);
            let lines =
                |path: &str| std::fs::read(path).unwrap().iter().filter(|byte| **byte == b'\n').count();
            let window = |record: &Value| (nanoseconds(&text(record, "window_start")), whole(record, "n"));
            let found = Fates {
                windows: objects(&ran.stdout).iter().map(window).collect(),
                late: lines(&late),
                rejected: lines(&rejects),
            };
            let expected = judge(&input.times, nanoseconds_of_size, nanoseconds_of_lateness);
            assert!(found == expected, "{words:?} {variant:?}\n{}", ran.err());
            assert_eq!(ran.status, u8::from(found.late + found.rejected > 0), "{}", ran.err());
            let kept = found.windows.values().sum::<i64>();
            assert_eq!(usize::try_from(kept).unwrap() + found.late + found.rejected, input.times.len());
            the_advice_holds(&ran.err(), &words, size);
        }
    }
}

/// The lateness that a report proposes does keep all.
fn the_advice_holds(report: &str, words: &[&str], size: &str) {
    let Some((_, rest)) = report.split_once("--lateness ") else { return };
    let advised = rest.split_whitespace().next().unwrap();
    let mut words = words.to_vec();
    let at = words.iter().position(|word| *word == "--lateness").unwrap() + 1;
    words[at] = advised;
    let ran = run(&words, b"", EACH[1]);
    assert!(!ran.err().contains("late:"), "{size} {advised}: {}", ran.err());
}

#[test]
fn access_lines() {
    let Some(data) = data() else { return };
    is_conserved(&access(&data));
}

#[test]
fn all_flights() {
    let Some(data) = data() else { return };
    is_conserved(&flights(&data));
}

#[test]
fn shop_events() {
    let Some(data) = data() else { return };
    is_conserved(&clickstream(&data));
}

#[test]
fn github_events() {
    let Some(data) = data() else { return };
    let files = ["github/2015-01-01-0.ndjson.gz", "github/2015-01-01-1.ndjson.gz"];
    is_conserved(&ndjson(&data, &["--sequential", "--time", "created_at"], &files, "created_at"));
}

#[test]
fn cars_and_impulses() {
    let Some(data) = data() else { return };
    is_conserved(&ndjson(&data, &[], &["arroyo/cars.json"], "timestamp"));
    is_conserved(&ndjson(&data, &[], &["arroyo/impulse.json"], "timestamp"));
}

#[test]
fn windows_events() {
    let Some(data) = data() else { return };
    is_conserved(&ndjson(&data, &[], &["windows-events/purplesharp.ndjson.gz"], "@timestamp"));
}

#[test]
fn network_logs() {
    let Some(data) = data() else { return };
    let days = ["zeek/combined_day1.ndjson.gz", "zeek/combined_day2.ndjson.gz"];
    is_conserved(&ndjson(&data, &[], &days[..1], "ts"));
    is_conserved(&ndjson(&data, &[], &days[1..], "ts"));
    is_conserved(&ndjson(&data, &["--sequential"], &days, "ts"));
}

#[test]
fn audit_events() {
    let Some(data) = data() else { return };
    is_conserved(&ndjson(&data, &["--time", "eventTime"], &["cloudtrail/records.ndjson.gz"], "eventTime"));
}
