//! Windows that slide, sessions, and windows set side by side, against the numbers of other engines.

use serde_json::Value;

use crate::answers::{Data, data, nanoseconds, records_of, sorted, text, whole};

/// A field that is a time, in nanoseconds since 1970.
fn time(record: &Value, field: &str) -> i128 {
    nanoseconds(&text(record, field))
}

/// Hours with the distinct drivers of each kind of event.
fn drivers(data: &Data, more: &[&str], answer: &str) {
    let items = "dropoffs = distinct(driver_id) where event_type == \"dropoff\", \
                 pickups = distinct(driver_id) where event_type == \"pickup\"";
    let file = data.word("arroyo/cars.json");
    let found =
        records_of(&[&["window", "1h", "then", "aggregate", items][..], more, &[file.as_str()]].concat());
    // A join that finds no record gives null where a count gives 0.
    let count = |record: &Value, field: &str| record[field].as_i64().unwrap_or(0);
    assert_eq!(
        sorted(found.iter().map(|r| (time(r, "window_start"), whole(r, "dropoffs"), whole(r, "pickups")))),
        sorted(data.objects(answer).iter().map(|r| (
            time(r, "hour"),
            count(r, "drivers"),
            count(r, "pickups")
        ))),
    );
}

#[test]
fn drivers_of_both_kinds() {
    let Some(data) = data() else { return };
    let both = ["then", "filter", "dropoffs > 0 and pickups > 0"];
    drivers(&data, &both, "arroyo/expected_windowed_inner_join.json");
}

#[test]
fn drivers_of_either_kind() {
    let Some(data) = data() else { return };
    drivers(&data, &[], "arroyo/expected_windowed_outer_join.json");
}

#[test]
fn sliding_counters() {
    let Some(data) = data() else { return };
    let items = "count(), min = min(counter), max = max(counter)";
    let file = data.word("arroyo/impulse.json");
    let found = records_of(&["window", "10s", "--every", "2s", "then", "aggregate", items, &file]);
    let expected = data.objects("arroyo/expected_sliding_window_end.json");
    let numbers = |r: &Value| ["count", "min", "max"].map(|field| whole(r, field));
    assert!(found.is_sorted_by_key(|r| time(r, "window_end")));
    assert_eq!(
        sorted(found.iter().map(|r| (time(r, "window_start"), time(r, "window_end"), numbers(r)))),
        sorted(expected.iter().map(|r| (time(r, "start"), time(r, "end"), numbers(r)))),
    );
}

#[test]
fn sessions_of_users() {
    let Some(data) = data() else { return };
    let user = "user_id = if(counter % 10 == 0, 0, counter)";
    let file = data.word("arroyo/impulse.json");
    let chain = ["window", "session:20s", "then", "aggregate", "rows = count()", "--by", user, &file];
    let found = records_of(&chain);
    let expected = data.objects("arroyo/expected_session_window.json");
    let numbers = |r: &Value| ["user_id", "rows"].map(|field| whole(r, field));
    let order = |r: &Value| (time(r, "window_end"), time(r, "window_start"), whole(r, "user_id"));
    assert!(found.is_sorted_by_key(order));
    assert_eq!(
        sorted(found.iter().map(|r| (time(r, "window_start"), time(r, "window_end"), numbers(r)))),
        sorted(expected.iter().map(|r| (time(r, "start"), time(r, "end"), numbers(r)))),
    );
}

#[test]
fn the_session_of_all() {
    let Some(data) = data() else { return };
    let file = data.word("arroyo/impulse.json");
    let found = records_of(&["window", "session:20s", "then", "aggregate", "rows = count()", &file]);
    let expected = data.objects("arroyo/expected_global_session_window.json");
    assert_eq!(
        sorted(found.iter().map(|r| (time(r, "window_start"), time(r, "window_end"), whole(r, "rows")))),
        sorted(expected.iter().map(|r| (time(r, "start"), time(r, "end"), whole(r, "rows")))),
    );
}

#[test]
fn sessions_of_visitors() {
    let Some(data) = data() else { return };
    const SECOND: i128 = 1_000_000_000;
    let items = "first_ts = min(epoch(time)), last_ts = max(epoch(time)), requests = count()";
    let file = data.word("access/apache_logs.gz");
    let options = ["--from", "combined", "--lateness", "60s"];
    let of_window = ["window", "session:30m", "--by", "ip", "then", "aggregate", items, &file];
    let of_aggregate = ["window", "session:30m", "then", "aggregate", items, "--by", "ip", &file];
    let found = records_of(&[&options[..], &of_window].concat());
    assert_eq!(found, records_of(&[&options[..], &of_aggregate].concat()));
    assert_eq!(found.len(), 3052);
    for record in &found {
        assert_eq!(time(record, "window_start"), i128::from(whole(record, "first_ts")) * SECOND);
        assert_eq!(time(record, "window_end"), i128::from(whole(record, "last_ts") + 1800) * SECOND);
    }
    let of = |r: &Value| (text(r, "ip"), whole(r, "first_ts"), whole(r, "last_ts"), whole(r, "requests"));
    let expected = data.objects("access/expected_sessions_per_ip_gap_30min.ndjson");
    assert_eq!(sorted(found.iter().map(of)), sorted(expected.iter().map(of)));
}
