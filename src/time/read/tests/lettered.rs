//! Stamps that begin with a month: of syslog, with and without a year.

use super::*;

#[test]
fn syslog_stamps_need_a_year() {
    let with_year = reader("UTC").with_year(Year::Of(2023));
    for (text, utc) in [
        ("Oct 11 22:14:15", "2023-10-11T22:14:15Z"),
        ("Oct  1 22:14:15", "2023-10-01T22:14:15Z"),
        ("Oct 1 22:14:15.5", "2023-10-01T22:14:15.5Z"),
        ("Feb 29 00:00:00", "a 29th of February of a year that has none"),
        ("Feb 30 00:00:00", "no such date"),
        ("Oct 11 25:14:15", "no such time of day"),
        ("Sept 11 22:14:15", "2023-09-11T22:14:15Z"),
        ("September  1 22:14:15", "2023-09-01T22:14:15Z"),
        ("October 11 2019 22:14:15", "2019-10-11T22:14:15Z"),
        ("11 Oct 22:14:15", "2023-10-11T22:14:15Z"),
        ("1 Sept 22:14:15.5 +0200", "2023-09-01T20:14:15.5Z"),
        ("11 October 22:14", "2023-10-11T22:14:00Z"),
        ("Wed, 11 Oct 22:14:15", "2023-10-11T22:14:15Z"),
        ("Thu, 11 Oct 22:14:15", "a date of another day of the week"),
        ("31 Sep 22:14:15", "no such date"),
        ("I1011 22:14:15.000001", "2023-10-11T22:14:15.000001Z"),
        ("W1011 22:14:15", "2023-10-11T22:14:15Z"),
        ("E20191011 22:14:15.25", "2019-10-11T22:14:15.25Z"),
        ("F0231 22:14:15", "no such date"),
        ("I1011 25:14:15", "no such time of day"),
        ("I0229 22:14:15", "a 29th of February of a year that has none"),
        ("D1011 22:14:15", "not a time"),
        ("I101 22:14:15", "not a time"),
        ("I1011 22:14", "not a time"),
        ("Oct 11 22:14:15 +2400", "no such offset from UTC"),
        ("Oct 11 22:14:15 UTC+2", "2023-10-11T20:14:15Z"),
        ("Oct 11 22:14:15 utc", "2023-10-11T22:14:15Z"),
        ("Oct 11 22:14:60", "no such time of day"),
        ("Oct 31 23:59:60", "2023-10-31T23:59:59Z"),
        ("Oct 11 22:14:15 UTC", "2023-10-11T22:14:15Z"),
        ("Oct 11 22:14:15 +0200", "2023-10-11T20:14:15Z"),
        ("Oct 11 22:14:15 CEST", "a zone name of unknown meaning"),
        ("Oct 11 22:14:15 2019", "2019-10-11T22:14:15Z"),
        ("Oct 11 2019 22:14:15", "2019-10-11T22:14:15Z"),
        ("Oct  1 2019 22:14:15.25", "2019-10-01T22:14:15.25Z"),
        ("Oct 11 2019 22:14:15 EDT", "2019-10-12T02:14:15Z"),
        ("Oct 11 22:14:15 EDT 2019", "2019-10-12T02:14:15Z"),
        ("Oct 11 22:14:15.5 2019 EDT", "2019-10-12T02:14:15.5Z"),
        ("Oct 11 22:14:15+02:00 2019", "2019-10-11T20:14:15Z"),
        ("Feb 29 00:00:00 2020", "2020-02-29T00:00:00Z"),
        ("Feb 29 00:00:00 2019", "no such date"),
        ("Oct 11 00:00:00 0000", "beyond the years 1 to 9999"),
    ] {
        assert_eq!(read_by(&with_year, text), utc, "{text}");
    }
    assert_eq!(reader("UTC").read(b"Oct 11 22:14:15"), Err(NotATime::NoYear));
    assert_eq!(NotATime::NoYear.to_string(), "a stamp without a year (see --year)");
}

#[test]
fn later_syslog_stamps_take_the_nearest_year() {
    let with_year = reader("UTC").with_year(Year::Of(2023));
    for (near, text, utc) in [
        ("2023-12-31T23:59:59Z", "Jan  1 00:00:00", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", "Dec 31 23:59:59", "2023-12-31T23:59:59Z"),
        ("2024-06-01T00:00:00Z", "Jun  2 00:00:00", "2024-06-02T00:00:00Z"),
        ("2024-03-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2027-03-01T00:00:00Z", "Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("2023-02-28T12:00:00Z", "Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("2023-08-31T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2023-08-29T00:00:00Z", "Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("2024-08-29T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2024-12-30T00:00:00Z", "Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("2023-02-28T12:00:00Z", "Thu Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2021-02-28T12:00:00Z", "Thu Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("2023-12-31T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2024-02-02T00:00:00Z", "Nov  1 12:00:00", "2023-11-01T12:00:00Z"),
        ("2023-12-31T23:59:58Z", "Dec 31 23:59:60", "2023-12-31T23:59:59Z"),
        ("2023-12-31T23:59:58Z", "Dec 31 12:59:60", "no such time of day"),
        ("2023-12-31T23:59:58Z", "Oct 11 22:14:15 2019", "2019-10-11T22:14:15Z"),
        ("1900-03-02T00:00:00Z", "Feb 29 12:00:00", "a 29th of February of a year that has none"),
        ("9999-12-31T00:00:00Z", "Jan  1 00:00:00", "9999-01-01T00:00:00Z"),
    ] {
        let near = with_year.read(near.as_bytes()).unwrap();
        assert_eq!(shown(with_year.read_near(text.as_bytes(), Some(near))), utc, "{text} near {near:?}");
    }
}

#[test]
fn a_year_nearest_to_now() {
    let now = Timestamp::new(1_704_067_500, 0).unwrap();
    let near_now = reader("UTC").with_year(Year::Nearest(now));
    for (text, utc) in [
        ("Dec 31 23:59:59", "2023-12-31T23:59:59Z"),
        ("Jan  1 00:04:00", "2024-01-01T00:04:00Z"),
        ("Feb 29 00:00:00", "2024-02-29T00:00:00Z"),
    ] {
        assert_eq!(read_by(&near_now, text), utc, "{text}");
    }
}

#[test]
fn stamps_without_a_year_are_known_as_such() {
    for text in [
        "Oct 11 22:14:15",
        "Feb 29 00:00:00.5",
        "feb  1 00:00:00",
        "11 Oct 22:14:15",
        "I1011 22:14:15.5",
        "Sept 1 22:14:15",
    ] {
        assert!(reader("UTC").is_yearless(text.as_bytes()), "{text}");
    }
    for text in ["Oct 11 2019 22:14:15", "Oct 11 22:14:15 2019"] {
        assert!(!reader("UTC").is_yearless(text.as_bytes()), "{text}");
        assert!(reader("UTC").read(text.as_bytes()).is_ok(), "{text}");
    }
    let by_format = |format| reader("UTC").with_format(TimeFormat::parse(format).unwrap());
    assert!(by_format("%b %d %T").is_yearless(b"Oct 11 22:14:15"));
    assert!(!by_format("%b %d %T").is_yearless(b"Oct 32 22:14:15"));
    assert!(!by_format("%Y-%m-%d").is_yearless(b"2024-10-11"));
    for text in [
        "",
        "Oct 11",
        "Oct 32 22:14:15",
        "2024-10-11 22:14:15",
        "1431857103",
        "October",
        "10/Oct/2000:13:55:36",
    ] {
        assert!(!reader("UTC").is_yearless(text.as_bytes()), "{text}");
    }
}
