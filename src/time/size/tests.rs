//! Windows: each case by hand, and their promises by property.

use proptest::prelude::*;

use super::super::{TimeReader, write_rfc3339};
use super::*;

fn at(text: &str) -> Timestamp {
    TimeReader::new(Zone::utc()).read(text.as_bytes()).unwrap()
}

fn shown(t: Timestamp, zone: &Zone) -> String {
    let mut out = Vec::new();
    write_rfc3339(t, zone, &mut out);
    String::from_utf8(out).unwrap()
}

/// The window as text, in the zone, of a time in UTC.
fn window(size: &str, offset: &str, zone: &str, t: &str) -> String {
    let zone = Zone::parse(zone).unwrap();
    let offset = Duration::parse_or_zero(offset.as_bytes()).unwrap();
    match Size::parse(size).unwrap().bounds(at(t), offset, &zone) {
        Some((start, end)) => format!("{} {}", shown(start, &zone), shown(end, &zone)),
        None => "none".to_owned(),
    }
}

#[test]
fn sizes() {
    let exact = |nanos| Size::Exact(Duration::from_nanos(nanos).unwrap());
    for (text, size) in [
        ("1m", exact(60_000_000_000)),
        ("1h30m", exact(5_400_000_000_000)),
        ("1.5s", exact(1_500_000_000)),
        ("24h", exact(86_400_000_000_000)),
        ("100ns", exact(100)),
        ("1d", Size::Days(1)),
        ("2w", Size::Weeks(2)),
        ("3mo", Size::Months(3)),
        ("10y", Size::Years(10)),
    ] {
        assert_eq!(Size::parse(text), Ok(size), "{text}");
        assert_eq!(Size::parse(&size.to_string()), Ok(size), "{text}");
    }
}

#[test]
fn no_sizes() {
    for (text, reason) in [
        ("", "a size is missing (write one such as 5m, 1h or 1d)"),
        ("5", "a size needs a unit: \"5\" (write 5s, 5m, 5h or 5d)"),
        ("d", "a size needs a number: \"d\" (write 1d)"),
        ("0m", "a size must be above zero: \"0m\""),
        ("0d", "a size must be above zero: \"0d\""),
        ("-5m", "a size must be above zero: \"-5m\""),
        ("99999999999d", "too large a size: \"99999999999d\""),
        ("5min", "unknown unit \"min\" in the size \"5min\" (did you mean 5m?)"),
        ("1month", "unknown unit \"month\" in the size \"1month\" (did you mean 1mo?)"),
        ("1M", "unknown unit \"M\" in the size \"1M\" (did you mean 1mo?)"),
        (
            "1d12h",
            "d, w, mo and y stand alone in a size, with a whole number: \"1d12h\" (24h is exactly 24 hours)",
        ),
        (
            "1.5d",
            "d, w, mo and y stand alone in a size, with a whole number: \"1.5d\" (24h is exactly 24 hours)",
        ),
        (
            "5 m",
            "not a size: \"5 m\" (write one such as 5m, 1h30m or 1d; units are ns us ms s m h, or one of d w mo y)",
        ),
    ] {
        assert_eq!(Size::parse(text).unwrap_err(), reason, "{text}");
    }
    for text in ["1y6mo", "-1d", "1w1d", "1dd", "m", "1h30", "30m1h", "5m\0", "1é"] {
        assert!(Size::parse(text).is_err(), "{text}");
    }
}

#[test]
fn exact_windows() {
    for (size, offset, t, bounds) in [
        ("1m", "0", "2024-01-31T12:34:56Z", "2024-01-31T12:34:00Z 2024-01-31T12:35:00Z"),
        ("1m", "0", "2024-01-31T12:34:00Z", "2024-01-31T12:34:00Z 2024-01-31T12:35:00Z"),
        ("5m", "1m", "2024-01-31T12:34:56Z", "2024-01-31T12:31:00Z 2024-01-31T12:36:00Z"),
        ("5m", "-1m", "2024-01-31T12:34:56Z", "2024-01-31T12:34:00Z 2024-01-31T12:39:00Z"),
        ("5m", "6m", "2024-01-31T12:34:56Z", "2024-01-31T12:31:00Z 2024-01-31T12:36:00Z"),
        ("250ms", "0", "2024-01-31T12:34:56.789Z", "2024-01-31T12:34:56.75Z 2024-01-31T12:34:57Z"),
        ("1s", "100ms", "2024-01-31T12:34:56.05Z", "2024-01-31T12:34:55.1Z 2024-01-31T12:34:56.1Z"),
        ("1m", "0", "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:00Z 1970-01-01T00:00:00Z"),
        ("7h", "0", "1969-12-31T23:59:59Z", "1969-12-31T17:00:00Z 1970-01-01T00:00:00Z"),
        ("24h", "0", "2024-01-31T12:34:56Z", "2024-01-31T00:00:00Z 2024-02-01T00:00:00Z"),
        ("1m", "0", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z 0001-01-01T00:01:00Z"),
        ("7h", "0", "0001-01-01T00:00:00Z", "none"),
        ("1m", "0", "9999-12-31T23:58:59Z", "9999-12-31T23:58:00Z 9999-12-31T23:59:00Z"),
        ("1m", "0", "9999-12-31T23:59:00Z", "none"),
    ] {
        assert_eq!(window(size, offset, "UTC", t), bounds, "{size} {offset} {t}");
    }
    assert_eq!(
        window("1h", "0", "Asia/Kolkata", "2024-01-31T12:34:56Z"),
        "2024-01-31T17:30:00+05:30 2024-01-31T18:30:00+05:30"
    );
}

#[test]
fn calendar_windows() {
    for (size, offset, t, bounds) in [
        ("1d", "0", "2024-01-31T12:34:56Z", "2024-01-31T00:00:00Z 2024-02-01T00:00:00Z"),
        ("1d", "6h", "2024-01-31T05:59:59Z", "2024-01-30T06:00:00Z 2024-01-31T06:00:00Z"),
        ("1d", "-6h", "2024-01-31T18:00:00Z", "2024-01-31T18:00:00Z 2024-02-01T18:00:00Z"),
        ("1d", "500ms", "2024-01-31T00:00:00.4Z", "2024-01-30T00:00:00.5Z 2024-01-31T00:00:00.5Z"),
        ("10d", "0", "1970-01-11T00:00:00Z", "1970-01-11T00:00:00Z 1970-01-21T00:00:00Z"),
        ("10d", "0", "1969-12-31T23:59:59Z", "1969-12-22T00:00:00Z 1970-01-01T00:00:00Z"),
        ("1w", "0", "2024-01-31T12:34:56Z", "2024-01-29T00:00:00Z 2024-02-05T00:00:00Z"),
        ("1w", "0", "2024-02-04T23:59:59Z", "2024-01-29T00:00:00Z 2024-02-05T00:00:00Z"),
        ("1w", "0", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z 1970-01-05T00:00:00Z"),
        ("2w", "0", "1970-01-11T00:00:00Z", "1969-12-29T00:00:00Z 1970-01-12T00:00:00Z"),
        ("2w", "0", "1969-12-28T00:00:00Z", "1969-12-15T00:00:00Z 1969-12-29T00:00:00Z"),
        ("1mo", "0", "2024-02-29T12:34:56Z", "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z"),
        ("3mo", "0", "2024-02-29T12:34:56Z", "2024-01-01T00:00:00Z 2024-04-01T00:00:00Z"),
        ("3mo", "0", "1969-12-31T12:00:00Z", "1969-10-01T00:00:00Z 1970-01-01T00:00:00Z"),
        ("5mo", "0", "1970-12-31T12:00:00Z", "1970-11-01T00:00:00Z 1971-04-01T00:00:00Z"),
        ("1y", "0", "2024-02-29T12:34:56Z", "2024-01-01T00:00:00Z 2025-01-01T00:00:00Z"),
        ("1y", "0", "1969-02-28T12:34:56Z", "1969-01-01T00:00:00Z 1970-01-01T00:00:00Z"),
        ("10y", "0", "1969-02-28T12:34:56Z", "1960-01-01T00:00:00Z 1970-01-01T00:00:00Z"),
        ("1y", "0", "9998-12-31T23:59:59Z", "9998-01-01T00:00:00Z 9999-01-01T00:00:00Z"),
        ("1y", "0", "9999-01-01T00:00:00Z", "none"),
        ("1d", "0", "9999-12-31T00:00:00Z", "none"),
        ("1d", "0", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z 0001-01-02T00:00:00Z"),
        ("1w", "0", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z 0001-01-08T00:00:00Z"),
        ("4000000000y", "0", "2024-01-31T12:34:56Z", "none"),
        ("1y", "9000000000000h", "2024-01-31T12:34:56Z", "none"),
        ("1d", "9000000000000h", "2024-01-31T12:34:56Z", "2024-01-31T00:00:00Z 2024-02-01T00:00:00Z"),
    ] {
        assert_eq!(window(size, offset, "UTC", t), bounds, "{size} {offset} {t}");
    }
    let end_of_time = Size::Years(1).floor(Timestamp::MAX, &Zone::utc());
    assert_eq!(end_of_time, Some(at("9999-01-01")));
}

#[test]
fn days_where_clocks_change() {
    for (size, offset, zone, t, bounds) in [
        // 23 hours, then 25.
        (
            "1d",
            "0",
            "Europe/Berlin",
            "2024-03-31T12:00:00Z",
            "2024-03-31T00:00:00+01:00 2024-04-01T00:00:00+02:00",
        ),
        (
            "1d",
            "0",
            "Europe/Berlin",
            "2024-03-30T23:00:00Z",
            "2024-03-31T00:00:00+01:00 2024-04-01T00:00:00+02:00",
        ),
        (
            "1d",
            "0",
            "Europe/Berlin",
            "2024-10-27T12:00:00Z",
            "2024-10-27T00:00:00+02:00 2024-10-28T00:00:00+01:00",
        ),
        (
            "1d",
            "0",
            "Europe/Berlin",
            "2024-10-27T22:59:59Z",
            "2024-10-27T00:00:00+02:00 2024-10-28T00:00:00+01:00",
        ),
        (
            "1d",
            "0",
            "Europe/Berlin",
            "2024-10-27T23:00:00Z",
            "2024-10-28T00:00:00+01:00 2024-10-29T00:00:00+01:00",
        ),
        // Six in the morning by the clock on either side of the change.
        (
            "1d",
            "6h",
            "Europe/Berlin",
            "2024-03-31T12:00:00Z",
            "2024-03-31T06:00:00+02:00 2024-04-01T06:00:00+02:00",
        ),
        (
            "1d",
            "6h",
            "Europe/Berlin",
            "2024-03-31T00:00:00Z",
            "2024-03-30T06:00:00+01:00 2024-03-31T06:00:00+02:00",
        ),
        (
            "1w",
            "0",
            "Europe/Berlin",
            "2024-03-31T12:00:00Z",
            "2024-03-25T00:00:00+01:00 2024-04-01T00:00:00+02:00",
        ),
        (
            "1mo",
            "0",
            "Europe/Berlin",
            "2024-03-31T22:00:00Z",
            "2024-04-01T00:00:00+02:00 2024-05-01T00:00:00+02:00",
        ),
        (
            "1y",
            "0",
            "Europe/Berlin",
            "2023-12-31T23:00:00Z",
            "2024-01-01T00:00:00+01:00 2025-01-01T00:00:00+01:00",
        ),
        // A day without a midnight.
        (
            "1d",
            "0",
            "America/Sao_Paulo",
            "2018-11-04T12:00:00Z",
            "2018-11-04T01:00:00-02:00 2018-11-05T00:00:00-02:00",
        ),
        (
            "1d",
            "0",
            "America/Sao_Paulo",
            "2018-11-04T03:00:00Z",
            "2018-11-04T01:00:00-02:00 2018-11-05T00:00:00-02:00",
        ),
        (
            "1d",
            "0",
            "America/Sao_Paulo",
            "2018-11-04T02:59:59Z",
            "2018-11-03T00:00:00-03:00 2018-11-04T01:00:00-02:00",
        ),
        // A day with two: clocks were set back from one o'clock.
        (
            "1d",
            "0",
            "America/Havana",
            "2023-11-05T05:30:00Z",
            "2023-11-05T00:00:00-04:00 2023-11-06T00:00:00-05:00",
        ),
        // Set back at one minute past midnight, so that the day before shows again.
        (
            "1d",
            "0",
            "America/St_Johns",
            "2006-10-29T03:00:00Z",
            "2006-10-29T00:00:00-02:30 2006-10-30T00:00:00-03:30",
        ),
        // A day that was left out.
        (
            "1d",
            "0",
            "Pacific/Apia",
            "2011-12-30T09:59:59Z",
            "2011-12-29T00:00:00-10:00 2011-12-31T00:00:00+14:00",
        ),
        (
            "1d",
            "0",
            "Pacific/Apia",
            "2011-12-30T10:00:00Z",
            "2011-12-31T00:00:00+14:00 2012-01-01T00:00:00+14:00",
        ),
    ] {
        assert_eq!(window(size, offset, zone, t), bounds, "{size} {offset} {zone} {t}");
    }
}

#[test]
fn steps() {
    for (size, step, count) in [
        ("5m", "1m", Some(5)),
        ("1h", "5m", Some(12)),
        ("1s", "250ms", Some(4)),
        ("5m", "2m", None),
        ("1m", "5m", None),
        ("1d", "1d", Some(1)),
        ("6d", "2d", Some(3)),
        ("2w", "1w", Some(2)),
        ("1w", "1d", Some(7)),
        ("1w", "7d", None),
        ("14d", "1w", None),
        ("1y", "3mo", Some(4)),
        ("1d", "24h", None),
        ("1d", "1h", None),
        ("1mo", "1d", None),
        ("1h", "1d", None),
    ] {
        assert_eq!(Size::parse(size).unwrap().steps(&Size::parse(step).unwrap()), count, "{size} {step}");
    }
}

fn any_size() -> impl Strategy<Value = Size> {
    prop_oneof![
        (1..10_000_000_000_000_i128).prop_map(|nanos| Size::Exact(Duration::from_nanos(nanos).unwrap())),
        (1..1_000_000_i128)
            .prop_map(|seconds| Size::Exact(Duration::from_nanos(seconds * 1_000_000_000).unwrap())),
        (1..400_u32).prop_map(Size::Days),
        (1..60_u32).prop_map(Size::Weeks),
        (1..30_u32).prop_map(Size::Months),
        (1..200_u32).prop_map(Size::Years),
    ]
}

proptest! {
    #[test]
    fn windows_hold_their_time_and_lie_side_by_side(
        size in any_size(),
        seconds in prop_oneof![Timestamp::MIN.seconds()..=Timestamp::MAX.seconds(), -3_000_000_000..3_000_000_000_i64],
        nanos in 0..1_000_000_000_u32,
        offset in prop_oneof![Just(0), -100_000_000_000_000..100_000_000_000_000_i128],
        zone in prop::sample::select(&["UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "+05:30"][..]),
    ) {
        let zone = Zone::parse(zone).unwrap();
        let offset = Duration::from_nanos(offset).unwrap();
        let t = Timestamp::new(seconds, nanos).unwrap();
        if let Some((start, end)) = size.bounds(t, offset, &zone) {
            prop_assert!(start <= t && t < end);
            prop_assert_eq!(size.bounds(start, offset, &zone), Some((start, end)));
            let last = end.checked_sub(Duration::from_nanos(1).unwrap()).unwrap();
            prop_assert_eq!(size.bounds(last, offset, &zone), Some((start, end)));
            if let Some((next, _)) = size.bounds(end, offset, &zone) {
                prop_assert_eq!(next, end);
            }
            let number = size.number(t, offset, &zone).unwrap();
            prop_assert_eq!(size.start(number, offset, &zone), Some(start));
            prop_assert_eq!(size.start(number + 1, offset, &zone), Some(end));
            if let Size::Exact(size) = size {
                let from_epoch = start.since_epoch().to_nanos() - offset.to_nanos();
                prop_assert_eq!(from_epoch.rem_euclid(size.to_nanos()), 0);
            }
        }
    }

    #[test]
    fn days_are_jiffs(seconds in -5_000_000_000..10_000_000_000_i64) {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let theirs = jiff::Timestamp::new(seconds, 0).unwrap().to_zoned(zone.to_jiff_zone());
        let start = theirs.start_of_day().unwrap().timestamp().as_second();
        let end = theirs.tomorrow().unwrap().start_of_day().unwrap().timestamp().as_second();
        let t = Timestamp::new(seconds, 0).unwrap();
        let bounds = Size::Days(1).bounds(t, Duration::ZERO, &zone);
        prop_assert_eq!(bounds.map(|(start, end)| (start.seconds(), end.seconds())), Some((start, end)));
    }
}
