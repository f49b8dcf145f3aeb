//! Dates of RFC 2822 and HTTP, asctime, Go's stamps, the basic format of ISO 8601.

use super::*;
use crate::time::{Civil, civil};

fn check(cases: &[(&str, &str)]) {
    for (text, utc) in cases {
        assert_eq!(read_by(&reader("UTC"), text), *utc, "{text}");
    }
}

#[test]
fn mails() {
    check(&[
        ("Tue, 14 May 2024 09:00:00 +0200", "2024-05-14T07:00:00Z"),
        ("Tue, 14 May 2024 09:00 +0200", "2024-05-14T07:00:00Z"),
        ("Thu, 2 May 2024 09:00:00 -0000", "2024-05-02T09:00:00Z"),
        ("Thu,  2 May 2024 09:00:00 +0000", "2024-05-02T09:00:00Z"),
        ("Thu, 02 May 2024 09:00:00 EST", "2024-05-02T14:00:00Z"),
        ("14 May 2024 09:00:00 GMT", "2024-05-14T09:00:00Z"),
        ("2 May 2024 09:00:00.25 UT", "2024-05-02T09:00:00.25Z"),
        ("2 May 2024 09:00:00 Z", "2024-05-02T09:00:00Z"),
        ("02 May 2024 09:00", "2024-05-02T09:00:00Z"),
        ("14 May 2024 09:00:00.123", "2024-05-14T09:00:00.123Z"),
        ("Tue, 14 May 2024 09:00:00 +0000 (UTC)", "2024-05-14T09:00:00Z"),
        ("14 May 2024 09:00:00 -0700 (Pacific (Daylight) Time)", "2024-05-14T16:00:00Z"),
        ("Tue, 14 May 2024 09:00:00 GMT (x)", "2024-05-14T09:00:00Z"),
        ("tue, 14 may 2024 09:00:00 +0000", "2024-05-14T09:00:00Z"),
        ("Wed, 14 May 2024 09:00:00 +0000", "a date of another day of the week"),
        ("Thu, 30 Feb 2024 09:00:00 +0000", "no such date"),
        ("Tue, 14 May 2024 25:00:00 +0000", "no such time of day"),
        ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"),
        ("Sat, 31 Dec 2016 12:59:60 +0000", "no such time of day"),
        ("Tue, 14 May 2024 24:00:00 +0000", "2024-05-15T00:00:00Z"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z"),
        ("Tue, 14 May 2024 09:00:00 CEST", "a zone name of unknown meaning"),
    ]);
}

#[test]
fn http() {
    check(&[
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Sun, 06-Nov-1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Tuesday, 14-May-24 08:49:37 GMT", "2024-05-14T08:49:37Z"),
        ("Thursday, 29-Feb-00 00:00:00 GMT", "a date of another day of the week"),
        ("Tuesday, 29-Feb-00 00:00:00 GMT", "2000-02-29T00:00:00Z"),
        ("Monday, 29-Feb-01 00:00:00 GMT", "no such date"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"),
    ]);
}

/// The last two digits of a year and the day of the week say the year, from 1900 to 2099.
#[test]
fn a_short_year_is_that_of_the_day_of_the_week() {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let first = reader("UTC").read(b"1900-01-01").unwrap();
    for days in (0..73_049).step_by(11) {
        let day = Timestamp::new(first.seconds() + days * 86_400, 0).unwrap();
        let Civil { year, day: of_month, weekday, .. } = civil(day, &Zone::utc());
        let mut month = Vec::new();
        TimeFormat::parse("%b").unwrap().write(day, &Zone::utc(), &mut month).unwrap();
        let month = String::from_utf8(month).unwrap();
        let name = names[usize::from(weekday) - 1];
        let text = format!("{name}, {of_month:02}-{month}-{:02} 00:00:00 GMT", year % 100);
        assert_eq!(reader("UTC").read(text.as_bytes()), Ok(day), "{text}");
    }
}

#[test]
fn asctime() {
    check(&[
        ("Wed Oct 11 14:32:52 2023", "2023-10-11T14:32:52Z"),
        ("Wed Oct 11 14:32:52.123 2023", "2023-10-11T14:32:52.123Z"),
        ("Wed Oct 11 14:32:52.123456 2023", "2023-10-11T14:32:52.123456Z"),
        ("Wed Oct 11 14:32:52 UTC 2023", "2023-10-11T14:32:52Z"),
        ("Wed Oct 11 14:32:52 +0200 2023", "2023-10-11T12:32:52Z"),
        ("Wed Oct 11 14:32:52 2023 EDT", "2023-10-11T18:32:52Z"),
        ("Wed Oct 11 2023 14:32:52 GMT+0200 (Central European Summer Time)", "2023-10-11T12:32:52Z"),
        ("Wed Oct 11 2023 14:32:52 GMT-0030", "2023-10-11T15:02:52Z"),
        ("Wed 2023-10-11 14:32:52 UTC", "2023-10-11T14:32:52Z"),
        ("Wed 2023-10-11", "2023-10-11T00:00:00Z"),
        ("Thu Oct 11 14:32:52 2023", "a date of another day of the week"),
        ("Thu 2023-10-11 14:32:52 UTC", "a date of another day of the week"),
        ("Wed Oct 11 14:32:52", "a stamp without a year"),
        ("Sun Nov  6 24:00:00 1994", "1994-11-07T00:00:00Z"),
    ]);
    let with_year = reader("UTC").with_year(Year::Of(2023));
    assert_eq!(read_by(&with_year, "Wed Oct 11 14:32:52"), "2023-10-11T14:32:52Z");
    assert_eq!(read_by(&with_year, "Tue Oct 11 14:32:52"), "a date of another day of the week");
    assert!(with_year.is_yearless(b"Wed Oct 11 14:32:52"));
    let near = with_year.read(b"2024-12-31").ok();
    assert_eq!(shown(with_year.read_near(b"Wed Jan 1 00:00:00", near)), "2025-01-01T00:00:00Z");
}

#[test]
fn stamps_of_go() {
    check(&[
        ("2023-10-11 14:32:52 +0000 UTC", "2023-10-11T14:32:52Z"),
        ("2023-10-11 14:32:52.123456789 +0000 UTC", "2023-10-11T14:32:52.123456789Z"),
        ("2023-10-11 14:32:52.5 +0200 CEST", "2023-10-11T12:32:52.5Z"),
        ("2023-10-11 14:32:52.5 -0300 -03", "2023-10-11T17:32:52.5Z"),
        ("2023-10-11 14:32:52.5 +0545 +0545", "2023-10-11T08:47:52.5Z"),
        ("2023-10-11 14:32:52.5 +0200 CEST m=+0.000123456", "2023-10-11T12:32:52.5Z"),
        ("2023-10-11 14:32:52 -0300 -03 m=-12.000123456", "2023-10-11T17:32:52Z"),
        ("0001-01-01 00:00:00 +0000 UTC", "0001-01-01T00:00:00Z"),
        ("2023-10-11 14:32:52 +0200 CEST m=", "not a time"),
        ("2023-10-11 14:32:52 +0200 CEST m=+", "not a time"),
        ("2023-10-11 14:32:52 +0200 m=+0.1", "not a time"),
        ("2023-10-11 14:32:52 m=+0.1", "not a time"),
        ("2023-10-11 14:32:52 +0200 -02", "not a time"),
        ("2023-10-11 14:32:52 +0200 CEST CEST", "not a time"),
        ("2023-10-11 14:32:52 UTC UTC", "not a time"),
    ]);
}

#[test]
fn iso_basic() {
    check(&[
        ("20240131T120000Z", "2024-01-31T12:00:00Z"),
        ("20240131T120000", "2024-01-31T12:00:00Z"),
        ("20240131T1200", "2024-01-31T12:00:00Z"),
        ("20240131T1200Z", "2024-01-31T12:00:00Z"),
        ("20240131t120000.25z", "2024-01-31T12:00:00.25Z"),
        ("20240131T120000.25Z", "2024-01-31T12:00:00.25Z"),
        ("20240131T120000,123456789+0200", "2024-01-31T10:00:00.123456789Z"),
        ("20240131T120000-02:30", "2024-01-31T14:30:00Z"),
        ("20240131T120000 CET", "a zone name of unknown meaning"),
        ("20240131T120000 UTC", "2024-01-31T12:00:00Z"),
        ("20240131T240000Z", "2024-02-01T00:00:00Z"),
        ("20161231T235960Z", "2016-12-31T23:59:59Z"),
        ("20241331T120000Z", "no such date"),
        ("20240131T126000Z", "no such time of day"),
        ("20240131T1200.5", "not a time"),
        ("20240131T12", "not a time"),
        ("20240131T12:00:00", "not a time"),
        ("20240131T12000", "not a time"),
        ("20240131 120000", "not a time"),
        ("2024013T120000Z", "not a time"),
    ]);
}

#[test]
fn never_half() {
    for text in [
        "Tue",
        "Tue,",
        "Tue, ",
        "Tuesday",
        "Tues, 14 May 2024 09:00:00 GMT",
        "Tue,14 May 2024 09:00:00 GMT",
        "Tue, 14 May 2024",
        "14 May 2024",
        "Tue, 14 May 24 09:00:00 GMT x",
        "14 May 24 09:00:00 GMT",
        "14-May-2024 09:00:00",
        "Tue, 14-May 2024 09:00:00",
        "Tue, 14 May 2024 09:00:00 +0000 (UTC",
        "Tue, 14 May 2024 09:00:00 +0000 UTC)",
        "Tue, 14 May 2024 09:00:00 +0000 ((UTC)",
        "Tue, 14 May 2024 09:00:00 (UTC)",
        "Tue, 14 May 2024 09:00:00 +0000 GMT+0200",
        "Tue, 14 May 2024 09:00:00+0000 (UTC)",
        "Tue, 14 May 2024 9:00:00 GMT",
        "Tue, 14 May 2024 09:00.5 GMT",
        "Tue, 14 May 2024 09:00:00 AM",
        "14  May 2024 09:00:00",
        "Tue May 14 09:00:00 2024 2024",
        "Tue, Tue, 14 May 2024 09:00:00 GMT",
        " 14 May 2024 09:00:00 GMT",
        "14 May 2024 09:00:00 GMT ",
        "1 abc",
        "5 apples",
    ] {
        assert_eq!(reader("UTC").read(text.as_bytes()), Err(NotATime::Malformed), "{text:?}");
    }
}

#[test]
fn several_formats_are_tried_in_order() {
    let stated = |formats: &[&str]| {
        formats
            .iter()
            .fold(reader("UTC"), |reader, format| reader.with_format(Stated::parse(format).unwrap()))
    };
    let days = stated(&["%d/%m/%Y", "%m/%d/%Y"]);
    assert_eq!(read_by(&days, "05/06/2024"), "2024-06-05T00:00:00Z");
    assert_eq!(read_by(&days, "05/16/2024"), "2024-05-16T00:00:00Z");
    assert_eq!(read_by(&days, "2024-05-16"), "not a time of the stated format");
    let with_auto = stated(&["%Y%m%d%H", "auto"]);
    assert_eq!(read_by(&with_auto, "2024051409"), "2024-05-14T09:00:00Z");
    assert_eq!(read_by(&with_auto, "1715677200"), "2024-05-14T09:00:00Z");
    assert_eq!(read_by(&with_auto, "2024-05-16"), "2024-05-16T00:00:00Z");
    assert_eq!(read_by(&with_auto, "2024-05-36"), "no such date");
    assert!(!with_auto.is_date_with_hour(b"2024051409"));
    let auto_first = stated(&["auto", "%Y%m%d%H"]);
    assert!(auto_first.is_date_with_hour(b"2024051409") && auto_first.is_ten_digits(b"1715677200"));
    assert_eq!(auto_first.read(b"Oct 11 22:14:15"), Err(NotATime::NoYear));
    let units = stated(&["s", "ms"]);
    assert_eq!(read_by(&units, "1715677200"), "2024-05-14T09:00:00Z");
    assert_eq!(read_by(&units, "1715677200250"), "2024-05-14T09:00:00.25Z");
    let yearless = stated(&["%Y-%m-%d", "%m-%d %T"]);
    assert!(yearless.is_yearless(b"05-14 09:00:00") && !yearless.is_yearless(b"2024-05-14"));
    assert!(
        Stated::parse("%m-%d %T").unwrap().is_yearless() && !Stated::parse("auto").unwrap().is_yearless()
    );
}

proptest! {
    /// A time that is written in any of these forms is read as it was; with a byte more or less on either side, or
    /// another one, it is read as a whole or not at all.
    #[test]
    fn written_and_read(
        seconds in Timestamp::MIN.seconds()..jiff::Timestamp::MAX.as_second(),
        nanos in 0..1_000_000_000_i32,
        offset in -23..=23_i32,
        form in prop::sample::select(FORMS.to_vec()),
        byte: u8,
        at in 0..60_usize,
    ) {
        let zone = jiff::tz::Offset::from_hours(offset as i8).unwrap().to_time_zone();
        let written = jiff::Timestamp::new(seconds, nanos).unwrap().to_zoned(zone);
        prop_assume!(written.year() >= 1);
        let text = written.strftime(form).to_string();
        let expected = match form.contains("%.f") {
            true => Timestamp::new(written.timestamp().as_nanosecond().div_euclid(1_000_000_000) as i64, written.subsec_nanosecond() as u32),
            false => Timestamp::new(written.timestamp().as_nanosecond().div_euclid(1_000_000_000) as i64, 0),
        };
        let reader = reader("UTC").with_year(Year::Of(2024));
        prop_assert_eq!(reader.read(text.as_bytes()).ok(), expected, "{}", text);
        for garbage in [format!(" {text}"), format!("x{text}"), format!("{text} "), format!("{text}:"), format!("{text}]")] {
            prop_assert_eq!(reader.read(garbage.as_bytes()), Err(NotATime::Malformed), "{}", garbage);
        }
        let mut changed = text.into_bytes();
        if let Some(place) = changed.get_mut(at) {
            *place = byte;
        }
        let _ = reader.read(&changed);
    }

    /// What one form reads no other one reads.
    #[test]
    fn bytes_have_one_reading(text in "(Sun|Mon|Oct|Sunday)?,?[ ]?[0-9]{1,4}[-/ T](Nov|11|Oct)[-/ ][0-9]{2,4}[ :T]?[0-9:.]{0,9}[ ]?(GMT|\\+0200|2024|Z|\\(x\\))?") {
        let bytes = text.as_bytes();
        let readings = [
            apache::read(bytes).is_ok(),
            iso::read(bytes).is_ok(),
            basic::read(bytes).is_ok(),
            syslog::read(bytes, None).is_ok(),
            weekday::read(bytes).is_ok(),
            weekday::read_day_first(bytes).is_ok(),
            epoch::read(bytes).is_ok(),
        ];
        prop_assert!(readings.iter().filter(|is_read| **is_read).count() <= 1, "{}", text);
    }
}

const FORMS: [&str; 12] = [
    "%a, %d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S%.f %z",
    "%A, %d %b %Y %H:%M:%S %z (XY)",
    "%a, %d-%b-%Y %H:%M:%S %z",
    "%a %b %e %H:%M:%S%.f %z %Y",
    "%a %b %d %Y %H:%M:%S GMT%z (X Y)",
    "%a %Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S%.f %z XYZ",
    "%Y-%m-%d %H:%M:%S%.f %z XYZ m=+0.5",
    "%Y%m%dT%H%M%S%.f%z",
    "%d/%b/%Y:%H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
];
