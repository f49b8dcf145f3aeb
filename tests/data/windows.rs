//! Windows of event time, against the numbers of other engines.

use crate::answers::{data, records_of, run_each, seconds, sorted, text, whole};

#[test]
fn visits_per_hour() {
    let Some(data) = data() else { return };
    let items =
        "requests = count(), visitors = distinct(ip), bytes = sum(bytes), errors = count_if(status >= 400)";
    let file = data.word("access/apache_logs.gz");
    let found = records_of(&[
        "--from",
        "combined",
        "--lateness",
        "60s",
        "window",
        "1h",
        "then",
        "aggregate",
        items,
        &file,
    ]);
    let expected = data.objects("access/expected_visits_per_hour.ndjson");
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(seconds(found, "window_start"), whole(expected, "window_start"));
        assert_eq!(seconds(found, "window_end"), whole(expected, "window_start") + 3600);
        for field in ["requests", "visitors", "bytes", "errors"] {
            assert_eq!(found[field], expected[field], "{field} of {expected}");
        }
    }
}

#[test]
fn late_visits_per_lateness() {
    let Some(data) = data() else { return };
    let file = data.word("access/apache_logs.gz");
    for (lateness, counted, late) in [("0s", 1856, 8144), ("10s", 3511, 6489), ("59s", 10_000, 0)] {
        let words = ["--from", "combined", "--lateness", lateness, "window", "10s", "then"];
        let words = [&words[..], &["aggregate", "n = count()", &file]].concat();
        let ran = run_each(&words);
        let records = crate::answers::objects(&ran.stdout);
        assert_eq!(records.iter().map(|record| whole(record, "n")).sum::<i64>(), counted, "{lateness}");
        let report = format!("tamis: {late} of 10000 records were late");
        assert_eq!(ran.err().contains(&report), late > 0, "{}", ran.err());
        assert_eq!(ran.status, u8::from(late > 0));
    }
}

#[test]
fn github_events_per_ten_minutes() {
    let Some(data) = data() else { return };
    let files = [data.word("github/2015-01-01-0.ndjson.gz"), data.word("github/2015-01-01-1.ndjson.gz")];
    let chain = [
        "window",
        "10m",
        "then",
        "aggregate",
        "events = count(), actors = distinct(actor.id)",
        "--by",
        "type",
    ];
    let options = ["--sequential", "--time", "created_at"];
    let found = records_of(&[&options[..], &chain, &[&files[0], &files[1]]].concat());
    let expected = data.objects("github/expected_events_per_10min.ndjson");
    let found = found.iter().map(|record| {
        (
            seconds(record, "window_start"),
            text(record, "type"),
            whole(record, "events"),
            whole(record, "actors"),
        )
    });
    let expected = expected.iter().map(|record| {
        (
            whole(record, "window_start"),
            text(record, "type"),
            whole(record, "events"),
            whole(record, "actors"),
        )
    });
    // Both are in order of window and type, but we compare bytes and others may not.
    let found: Vec<_> = found.collect();
    assert!(found.is_sorted());
    assert_eq!(found, sorted(expected));
}

#[test]
fn cars_per_hour_and_type() {
    let Some(data) = data() else { return };
    let file = data.word("arroyo/cars.json");
    let found = records_of(&["window", "1h", "then", "aggregate", "count()", "--by", "event_type", &file]);
    let expected = data.objects("arroyo/expected_hourly_by_event_type.json");
    assert_eq!(
        sorted(found.iter().map(|r| (seconds(r, "window_start"), text(r, "event_type"), whole(r, "count")))),
        sorted(expected.iter().map(|r| (seconds(r, "hour"), text(r, "event_type"), whole(r, "count")))),
    );
}

#[test]
fn cars_with_a_tight_watermark() {
    let Some(data) = data() else { return };
    let file = data.word("arroyo/cars.json");
    let found = records_of(&["--lateness", "0", "window", "1h", "then", "aggregate", "count()", &file]);
    let expected = data.objects("arroyo/expected_tight_watermark.json");
    assert_eq!(
        sorted(found.iter().map(|r| (seconds(r, "window_end"), whole(r, "count")))),
        sorted(expected.iter().map(|r| (seconds(r, "timestamp"), whole(r, "count")))),
    );
}

#[test]
fn cars_of_thirty_days_with_a_loose_watermark() {
    let Some(data) = data() else { return };
    let file = data.word("arroyo/cars.json");
    let found = records_of(&["--lateness", "1m", "window", "720h", "then", "aggregate", "count()", &file]);
    let expected = data.objects("arroyo/expected_month_loose_watermark.json");
    assert_eq!(
        sorted(found.iter().map(|r| (seconds(r, "window_start"), whole(r, "count")))),
        sorted(expected.iter().map(|r| (seconds(r, "month"), whole(r, "count")))),
    );
}
