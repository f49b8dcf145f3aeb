//! Every spelling that is read and those that are not, and the fast path against jiff.

mod brackets;
mod lettered;
mod words;

use proptest::prelude::*;

use super::super::{TimeFormat, write_rfc3339};
use super::*;

fn reader(zone: &str) -> TimeReader {
    TimeReader::new(Zone::parse(zone).unwrap())
}

fn read_by(reader: &TimeReader, text: &str) -> String {
    shown(reader.read(text.as_bytes()))
}

fn shown(read: Result<Timestamp, NotATime>) -> String {
    match read {
        Ok(t) => {
            let mut out = Vec::new();
            write_rfc3339(t, &Zone::utc(), &mut out);
            String::from_utf8(out).unwrap()
        }
        Err(reason) => reason.reason().to_owned(),
    }
}

#[test]
fn iso_8601() {
    for (text, utc) in [
        ("2024-01-31T12:34:56Z", "2024-01-31T12:34:56Z"),
        ("2024-01-31T12:34:56.789Z", "2024-01-31T12:34:56.789Z"),
        ("2024-01-31t12:34:56,5z", "2024-01-31T12:34:56.5Z"),
        ("2024-01-31 12:34:56", "2024-01-31T12:34:56Z"),
        ("2024/01/31 12:34:56", "2024-01-31T12:34:56Z"),
        ("2024-01-31T12:34", "2024-01-31T12:34:00Z"),
        ("2024-01-31T12:34Z", "2024-01-31T12:34:00Z"),
        ("2024-01-31T12:34+02:00", "2024-01-31T10:34:00Z"),
        ("2024-01-31T12:34:56+02:00", "2024-01-31T10:34:56Z"),
        ("2024-01-31T12:34:56+0200", "2024-01-31T10:34:56Z"),
        ("2024-01-31T12:34:56-02", "2024-01-31T14:34:56Z"),
        ("2024-01-31 12:34:56.25 +0530", "2024-01-31T07:04:56.25Z"),
        ("2024-01-31 12:34:56 UTC", "2024-01-31T12:34:56Z"),
        ("2024-01-31 12:34:56 Z", "2024-01-31T12:34:56Z"),
        ("2024-01-31T12:34:56-00:00", "2024-01-31T12:34:56Z"),
        ("2024-01-31T12:34:56+23:59", "2024-01-30T12:35:56Z"),
        ("2024-01-31", "2024-01-31T00:00:00Z"),
        ("2024/01/31", "2024-01-31T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2024-01-31T12:34:56.123456789999Z", "2024-01-31T12:34:56.123456789Z"),
        ("1969-12-31T23:59:59.9999999999", "1969-12-31T23:59:59.999999999Z"),
        ("2024-01-31 12:34:56 GMT", "2024-01-31T12:34:56Z"),
        ("2024-01-31 12:34:56 EST", "2024-01-31T17:34:56Z"),
        ("2024-01-31 12:34:56.5 PDT", "2024-01-31T19:34:56.5Z"),
        ("2024-01-31 12:34 MST", "2024-01-31T19:34:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59Z"),
        ("2016-12-31T18:59:60 EST", "2016-12-31T23:59:59Z"),
        ("2024-02-29T23:59:60Z", "2024-02-29T23:59:59Z"),
        ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.5Z"),
        ("2024-01-31T24:00:00Z", "2024-02-01T00:00:00Z"),
        ("2024-12-31T24:00", "2025-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
    ] {
        assert_eq!(read_by(&reader("UTC"), text), utc, "{text}");
    }
}

#[test]
fn iso_8601_out_of_range() {
    for (text, reason) in [
        ("2024-13-01T00:00:00Z", "no such date"),
        ("2024-00-01", "no such date"),
        ("2024-02-30", "no such date"),
        ("2023-02-29T00:00:00Z", "no such date"),
        ("2024-01-00T00:00:00Z", "no such date"),
        ("2024-04-31 00:00", "no such date"),
        ("2024-01-31T25:00:00Z", "no such time of day"),
        ("2024-01-31T24:00:01Z", "no such time of day"),
        ("2024-01-31T24:00:00.5Z", "no such time of day"),
        ("2024-01-31T12:60:00Z", "no such time of day"),
        ("2024-01-31T12:00:61Z", "no such time of day"),
        ("2024-01-31T12:34:60Z", "no such time of day"),
        ("2024-01-31T23:58:60Z", "no such time of day"),
        ("2024-01-30T23:59:60Z", "no such time of day"),
        ("2024-02-28T23:59:60Z", "no such time of day"),
        ("2024-01-31T23:59:60+01:00", "no such time of day"),
        ("2024-01-31T12:34:56 CET", "a zone name of unknown meaning"),
        ("2024-01-31T12:34:56 XYZ", "a zone name of unknown meaning"),
        ("0000-01-01", "beyond the years 1 to 9999"),
        ("10000-01-01T00:00:00Z", "beyond the years 1 to 9999"),
        ("0001-01-01T00:00:00+00:01", "beyond the years 1 to 9999"),
        ("9999-12-31T23:59:59-00:01", "beyond the years 1 to 9999"),
        ("9999-12-31T24:00:00Z", "beyond the years 1 to 9999"),
        ("2024-01-31T12:34:56+24:00", "no such offset from UTC"),
        ("2024-01-31T12:34:56.5-99", "no such offset from UTC"),
        ("2024-01-31T12:34:56 +0260", "no such offset from UTC"),
        ("2024-01-31 12:34:56 +2500 CEST", "no such offset from UTC"),
        ("20240131T123456+2400", "no such offset from UTC"),
        ("31/Jan/2024:12:34:56 +2400", "no such offset from UTC"),
        ("Wed, 31 Jan 2024 12:34:56 +2400", "no such offset from UTC"),
        ("Wed, 31 Jan 2024 12:34:56 +2400 (x)", "no such offset from UTC"),
        ("Wed Jan 31 2024 12:34:56 GMT+2400", "no such offset from UTC"),
        ("Wed Jan 31 12:34:56 +2400 2024", "no such offset from UTC"),
        ("2024-01-31T12:34:56 cet", "a zone name of unknown meaning"),
    ] {
        assert_eq!(read_by(&reader("UTC"), text), reason, "{text}");
    }
}

#[test]
fn malformed() {
    for text in [
        "",
        " ",
        "\0",
        "yesterday",
        "2024-",
        "2024-01",
        "2024-01-3",
        "2024-01/31",
        "2024.01.31",
        "2024-1-5",
        "2024-01-31T",
        "2024-01-31T1",
        "2024-01-31T12",
        "2024-01-31T12:3",
        "2024-01-31T12:34:5",
        "2024-01-31T12:34:",
        "2024-01-31T12:34:56.",
        "2024-01-31T12:34:56.Z",
        "2024-01-31T12:34.5",
        "2024-01-31T12:34:56Zx",
        "2024-01-31T12:34:56Z\0",
        "2024-01-31T12:34:56\0",
        "\x002024-01-31T12:34:56Z",
        " 2024-01-31",
        "2024-01-31 ",
        "2024-01-31  12:34:56",
        "2024-01-31_12:34:56",
        "2024-01-31T12:34:56+",
        "2024-01-31T12:34:56+2",
        "2024-01-31T12:34:56+02:00x",
        "2024-01-31Z",
        "2024-01-31T12:34:56  +02:00",
        "2024-01-31T12:34:56*02:00",
        "2024-01-31T12-34-56",
        "2024-01-31T12:34:56 CE",
        "2024-01-31T12:34:56  CET",
        "2024-01-31T12:34:56 CETCET",
        "2024-01-31T12:34:56 CET ",
        "2024-01-31 CET",
        "2O24-01-31",
        "2024-01-31T1::34:56",
        "2024-01-:1T12:34:56",
        "2024-W05-3",
        "-0001-01-01",
        "10/Okt/2000:13:55:36 -0700",
        "1/Oct/2000:13:55:36",
        "10/Oct/2000",
        "10/Oct/2000:13:55",
        "10/10/2000",
        "10/Oct/2000:13:55:36 -070",
        "10/Oct/2000:13:55:36 -0700]",
        "10/Oct/2000 13:55:36",
        "10/",
        "Oct 11",
        "Oct 11 22:14",
        "Oct  11 22:14:15",
        "Oct 11 2024 22:14:15 2024",
        "Oct 11 22:14:15 2024 2024",
        "Oct 11 22:14:15 20245",
        "Oct 11 22:14:15 +0100 +0100",
        "Oct 11 22:14:15 2024 ",
        "Octo 1 22:14:15",
        "Oct 11 22:14:15:",
        "1431857103s",
        "1431857103.",
        ".5",
        "-",
        "+1431857103",
        "1431857103e",
        "1431857103e+",
        "1_431_857_103",
        "0x5558",
        "1,431,857,103",
        "NaN",
        "1431857103 ",
    ] {
        assert_eq!(reader("UTC").read(text.as_bytes()), Err(NotATime::Malformed), "{text:?}");
    }
    assert_eq!(NotATime::Malformed.to_string(), "not a time (see --time-format)");
}

#[test]
fn every_prefix_of_a_stamp_is_read_or_refused() {
    for text in
        ["2024-01-31T12:34:56.789+02:00", "10/Oct/2000:13:55:36 -0700", "Oct 11 22:14:15", "-1431857103.25e0"]
    {
        for end in 0..text.len() {
            let _ = reader("UTC").with_year(Year::Of(2024)).read(&text.as_bytes()[..end]);
        }
    }
}

#[test]
fn stamps_without_an_offset_are_in_the_zone() {
    let berlin = reader("Europe/Berlin");
    for (text, utc) in [
        ("2024-01-31T12:00:00", "2024-01-31T11:00:00Z"),
        ("2024-07-31 12:00:00.5", "2024-07-31T10:00:00.5Z"),
        ("2024-07-31T12:00:00Z", "2024-07-31T12:00:00Z"),
        ("2024-07-31", "2024-07-30T22:00:00Z"),
        ("10/Jul/2024:12:00:00", "2024-07-10T10:00:00Z"),
        ("2024-07-31 12:00:00 CEST", "2024-07-31T10:00:00Z"),
        ("2024-01-31 12:00:00 CET", "2024-01-31T11:00:00Z"),
        // A clock that ignores the season.
        ("2024-07-31 12:00:00 CET", "2024-07-31T11:00:00Z"),
        ("2024-01-31 12:00:00 CEST", "2024-01-31T10:00:00Z"),
        // Of a time that clocks showed twice, the name tells which.
        ("2024-10-27 02:30:00 CEST", "2024-10-27T00:30:00Z"),
        ("2024-10-27 02:30:00 CET", "2024-10-27T01:30:00Z"),
        ("2024-07-31 12:00:00 EST", "2024-07-31T17:00:00Z"),
        ("2024-07-31 12:00:00 GMT", "2024-07-31T12:00:00Z"),
        // Clocks were set forward over the first and showed the second twice.
        ("2024-03-31T02:30:00", "2024-03-31T01:30:00Z"),
        ("2024-10-27T02:30:00", "2024-10-27T00:30:00Z"),
    ] {
        assert_eq!(read_by(&berlin, text), utc, "{text}");
    }
    // What the zone calls itself comes before the list.
    for (zone, text, utc) in [
        ("Asia/Shanghai", "2024-07-31 12:00:00 CST", "2024-07-31T04:00:00Z"),
        ("Asia/Kolkata", "2024-07-31 12:00:00 IST", "2024-07-31T06:30:00Z"),
        ("Europe/Dublin", "2024-07-31 12:00:00 IST", "2024-07-31T11:00:00Z"),
        ("Europe/London", "2024-07-31 12:00:00 BST", "2024-07-31T11:00:00Z"),
        ("Europe/Moscow", "2014-10-26 01:30:00 MSK", "2014-10-25T21:30:00Z"),
        ("America/New_York", "2024-11-03 01:30:00 EST", "2024-11-03T06:30:00Z"),
        ("Europe/Berlin", "2016-12-31 23:59:60", "no such time of day"),
        ("Europe/Berlin", "2017-01-01 00:59:60", "2016-12-31T23:59:59Z"),
        ("Europe/Berlin", "2017-01-01 00:59:60 CET", "2016-12-31T23:59:59Z"),
    ] {
        assert_eq!(read_by(&reader(zone), text), utc, "{text} in {zone}");
    }
    assert_eq!(read_by(&reader("-08:00"), "9999-12-31T23:00:00"), "beyond the years 1 to 9999");
}

#[test]
fn web_server_logs() {
    for (text, utc) in [
        ("10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"),
        ("29/feb/2024:00:00:00 +0000", "2024-02-29T00:00:00Z"),
        ("10/Oct/2000:13:55:36", "2000-10-10T13:55:36Z"),
        ("10/Oct/2000:13:55:36.25 +02:00", "2000-10-10T11:55:36.25Z"),
        ("31/Dec/2016:23:59:60 +0000", "2016-12-31T23:59:59Z"),
        ("31/Dec/2016:15:59:60 -0800", "2016-12-31T23:59:59Z"),
        ("31/Dec/2016:23:59:60 -0800", "no such time of day"),
        ("10/Oct/2000:13:55:36 GMT", "2000-10-10T13:55:36Z"),
        ("10/Oct/2000:13:55:36 PDT", "2000-10-10T20:55:36Z"),
        ("32/Oct/2000:13:55:36 -0700", "no such date"),
        ("30/Feb/2000:13:55:36 -0700", "no such date"),
        ("10/Oct/2000:24:55:36 -0700", "no such time of day"),
        ("10/Oct/0000:13:55:36 -0700", "beyond the years 1 to 9999"),
    ] {
        assert_eq!(read_by(&reader("UTC"), text), utc, "{text}");
    }
}

#[test]
fn epochs() {
    for (text, utc) in [
        ("1431857103", "2015-05-17T10:05:03Z"),
        ("1431857103.25", "2015-05-17T10:05:03.25Z"),
        ("1431857103.0", "2015-05-17T10:05:03Z"),
        ("1431857103.1234567899", "2015-05-17T10:05:03.123456789Z"),
        ("1431857103250", "2015-05-17T10:05:03.25Z"),
        ("1431857103250.5", "2015-05-17T10:05:03.2505Z"),
        ("1431857103250001", "2015-05-17T10:05:03.250001Z"),
        ("1431857103250001.75", "2015-05-17T10:05:03.25000175Z"),
        ("1431857103250000001", "2015-05-17T10:05:03.250000001Z"),
        ("1431857103250000001.9", "2015-05-17T10:05:03.250000001Z"),
        ("1.431857103e9", "2015-05-17T10:05:03Z"),
        ("1.43185710325E+12", "2015-05-17T10:05:03.25Z"),
        ("14318571032500e-4", "2015-05-17T10:05:03.25Z"),
        ("0.000001431857103e+15", "2015-05-17T10:05:03Z"),
        ("-1431857103.25", "1924-08-17T13:54:56.75Z"),
        ("-1431857103250", "1924-08-17T13:54:56.75Z"),
        ("0001431857103", "2015-05-17T10:05:03Z"),
        ("100000000", "1973-03-03T09:46:40Z"),
        ("300000000000", "1979-07-05T05:20:00Z"),
        ("300000000000000", "1979-07-05T05:20:00Z"),
        ("700000000000000000", "1992-03-07T20:26:40Z"),
        ("2024051409", "2034-02-20T12:30:09Z"),
        ("10000000000", "2286-11-20T17:46:40Z"),
        ("10000000000000", "2286-11-20T17:46:40Z"),
        ("10000000000000000000", "2286-11-20T17:46:40Z"),
        ("99999999", "an epoch of unknown unit"),
        ("10000000001", "an epoch of unknown unit"),
        ("99999999999", "an epoch of unknown unit"),
        ("10000000000000000001", "an epoch of unknown unit"),
        ("100000000000", "an epoch of unknown unit"),
        ("299999999999", "an epoch of unknown unit"),
        ("299999999999999", "an epoch of unknown unit"),
        ("10000000000001", "an epoch of unknown unit"),
        ("10000000000000001", "an epoch of unknown unit"),
        ("699999999999999999", "an epoch of unknown unit"),
        ("133601508000000000", "an epoch of unknown unit"),
        ("638513088000000000", "an epoch of unknown unit"),
        ("240514090000", "an epoch of unknown unit, or a date and time"),
        ("202405140900", "an epoch of unknown unit, or a date and time"),
        ("241314090000", "an epoch of unknown unit"),
        ("0", "an epoch of unknown unit"),
        ("2024", "an epoch of unknown unit"),
        ("-1", "an epoch of unknown unit"),
        ("1e400", "an epoch of unknown unit"),
        ("1e999999999999999999999", "an epoch of unknown unit"),
        ("1e-999999999999999999999", "an epoch of unknown unit"),
        ("99999999999999999999999999999999999999999999", "an epoch of unknown unit"),
        ("20240131", "an epoch of unknown unit, or a date"),
        ("20241331", "an epoch of unknown unit"),
        ("20240131123456", "an epoch of unknown unit, or a date and time"),
    ] {
        assert_eq!(read_by(&reader("Europe/Berlin"), text), utc, "{text}");
        assert_eq!(shown(reader("UTC").read_epoch(text.as_bytes())), utc, "{text}");
    }
    assert_eq!(
        NotATime::DateDigits.to_string(),
        "an epoch of unknown unit, or a date (see --time-format: %Y%m%d)"
    );
    for text in ["", "-", "2024-01-31", "true", "1431857103x"] {
        assert_eq!(reader("UTC").read_epoch(text.as_bytes()), Err(NotATime::Malformed), "{text}");
    }
}

#[test]
fn ten_digits_may_be_a_date_with_an_hour() {
    for digits in ["1990010100", "2024051409", "2024022923", "2099123123"] {
        assert!(reader("UTC").is_date_with_hour(digits.as_bytes()), "{digits}");
    }
    for digits in
        ["1989123123", "2100010100", "2024051424", "2024053209", "2023022909", "1715677100", "20240514", ""]
    {
        assert!(!reader("UTC").is_date_with_hour(digits.as_bytes()), "{digits}");
    }
    let seconds = reader("UTC").with_format(TimeFormat::parse("s").unwrap());
    assert!(!seconds.is_date_with_hour(b"2024051409"));
}

#[test]
fn a_format_stands_alone() {
    let days = reader("UTC").with_format(TimeFormat::parse("%Y%m%d").unwrap());
    assert_eq!(read_by(&days, "20240131"), "2024-01-31T00:00:00Z");
    assert_eq!(shown(days.read_epoch(b"20240131")), "2024-01-31T00:00:00Z");
    assert_eq!(read_by(&days, "2024-01-31T00:00:00Z"), "not a time of the stated format");
    let millis = reader("UTC").with_format(TimeFormat::parse("ms").unwrap());
    assert_eq!(read_by(&millis, "1500"), "1970-01-01T00:00:01.5Z");
}

#[test]
fn a_reason_is_one_byte() {
    assert_eq!(size_of::<NotATime>(), 1);
}

proptest! {
    #[test]
    fn fixed_positions_as_jiff_reads_them(
        seconds in Timestamp::MIN.seconds()..jiff::Timestamp::MAX.as_second(),
        nanos in 0..1_000_000_000_i32,
        digits in prop::option::of(0..=9_u8),
        minutes in -1439..=1439_i32,
        separator in prop::sample::select(&["T", " ", "t"][..]),
    ) {
        let offset = jiff::tz::Offset::from_seconds(minutes * 60).unwrap();
        let t = jiff::Timestamp::new(seconds, nanos).unwrap();
        let text = format!("{:.*}", usize::from(digits.unwrap_or(9)), t.display_with_offset(offset))
            .replacen('T', separator, 1);
        let theirs: Result<jiff::Timestamp, _> = text.parse();
        let ours = iso::read_fixed(text.as_bytes());
        if let Ok(theirs) = theirs {
            let nanos = theirs.as_nanosecond();
            let second = 1_000_000_000;
            let expected = Timestamp::new(nanos.div_euclid(second) as i64, nanos.rem_euclid(second) as u32);
            prop_assert_eq!(ours.and_then(|stamp| stamp.at(&Zone::utc()).ok()), expected, "{}", text);
        }
        // The general path agrees wherever the fast one has a verdict.
        if let Some(stamp) = ours {
            prop_assert_eq!(iso::read(text.as_bytes()), Ok(stamp));
        }
    }

    /// Whatever stamps came before, and in whatever order.
    #[test]
    fn stamps_after_others(
        choices in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "2024-02-29T12:34", "2024-02-29t12:34", "2024-02-29 12:34", "2023-02-29T12:34", "1970-01-01T00:00",
                    "0001-01-01T00:00", "9999-12-31T23:59", "0000-01-01T00:00", "2024-01-31T24:00", "2024/01/31T10:00",
                    "2024-01-31T10:60", "1969-12-31T23:59", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "",
                ]),
                prop::sample::select(vec![":56", ":59", ":60", ":61", ":00", ":5x", ".56", "", ":5"]),
                prop::sample::select(vec!["", "Z", "z", ".5Z", ".123Z", ",25+02:00", ".x", ".1234567891z", "-0730", " UTC", "+24:00"]),
            ),
            1..40,
        ),
    ) {
        let reader = reader("Europe/Berlin").with_year(Year::Of(2024));
        let mut minute = Minute::default();
        for (start, second, end) in choices {
            let text = format!("{start}{second}{end}");
            let expected = reader.read(text.as_bytes());
            let found = reader.read_usual(text.as_bytes(), &mut minute);
            prop_assert_eq!(found, iso::read_fixed(text.as_bytes()).and(expected.ok()), "{}", text);
        }
    }

    #[test]
    fn one_byte_changed(at in 0..24_usize, byte: u8) {
        let mut text = *b"2024-01-31T12:34:56.789Z";
        text[at] = byte;
        if let Some(stamp) = iso::read_fixed(&text) {
            prop_assert_eq!(iso::read(&text), Ok(stamp));
        }
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..40), text in "[-0-9:/TZ .+eOct]{0,30}") {
        let reader = reader("UTC").with_year(Year::Of(2024));
        let _ = reader.read(&bytes);
        let _ = reader.read_epoch(&bytes);
        let _ = reader.read(text.as_bytes());
        let _ = reader.read_epoch(text.as_bytes());
        for text in [&*bytes, text.as_bytes()] {
            let _ = reader.is_yearless(text);
            if let Some(len) = stamp_len(text) {
                prop_assert!(len <= text.len() && text.get(len).is_none_or(|next| *next == b' '));
            }
        }
    }
}
