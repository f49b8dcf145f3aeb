//! Reading and writing by directives.

use super::*;

fn at(seconds: i64, nanos: u32) -> Timestamp {
    Timestamp::new(seconds, nanos).unwrap()
}

fn read(format: &str, text: &str, zone: &str) -> Result<Timestamp, NotATime> {
    let format = TimeFormat::parse(format).unwrap().readable().unwrap();
    format.read(text.as_bytes(), &Zone::parse(zone).unwrap())
}

fn written(format: &str, t: Timestamp, zone: &str) -> Result<String, NotATime> {
    let mut out = b"> ".to_vec();
    let result = TimeFormat::parse(format).unwrap().write(t, &Zone::parse(zone).unwrap(), &mut out);
    let text = String::from_utf8(out).unwrap();
    result.map(|()| text.trim_start_matches("> ").to_owned())
}

#[test]
fn read_by_directives() {
    for (format, text, zone, seconds, nanos) in [
        ("%Y%m%d", "20240131", "UTC", 1_706_659_200, 0),
        ("%Y%m%d", "20240131", "Europe/Berlin", 1_706_655_600, 0),
        ("%d.%m.%Y %H:%M:%S", "31.01.2024 12:34:56", "UTC", 1_706_704_496, 0),
        ("%d.%m.%Y %H:%M:%S%.f", "31.01.2024 12:34:56.25", "UTC", 1_706_704_496, 250_000_000),
        ("%d/%b/%Y:%T %z", "31/Jan/2024:12:34:56 +0200", "Europe/Berlin", 1_706_697_296, 0),
        ("%F %T %Q", "2024-01-31 12:34:56 Europe/Berlin", "UTC", 1_706_700_896, 0),
        ("%I:%M %p, %F", "01:00 PM, 2024-01-31", "UTC", 1_706_706_000, 0),
        ("%s", "1706704496", "Europe/Berlin", 1_706_704_496, 0),
        ("%s.%f", "1706704496.5", "UTC", 1_706_704_496, 500_000_000),
        ("%Y-%j", "2024-060", "UTC", 1_709_164_800, 0),
        ("s", "1.5", "UTC", 1, 500_000_000),
        ("s", "-0.5", "UTC", -1, 500_000_000),
        ("ms", "1706704496250.5", "UTC", 1_706_704_496, 250_500_000),
        ("us", "-1", "UTC", -1, 999_999_000),
        ("ns", "253402300799999999999", "UTC", 253_402_300_799, 999_999_999),
    ] {
        assert_eq!(read(format, text, zone), Ok(at(seconds, nanos)), "{format} {text}");
    }
}

#[test]
fn without_a_year() {
    let near = at(1_704_067_500, 0);
    for (format, text, expected) in [
        ("%b %d %H:%M:%S", "Dec 31 23:59:00", Ok(at(1_704_067_140, 0))),
        ("%b %d %H:%M:%S", "Jan 01 00:06:00", Ok(at(1_704_067_560, 0))),
        ("%d.%m. %H:%M", "29.02. 12:00", Ok(at(1_709_208_000, 0))),
        ("%m-%d", "01-02", Ok(at(1_704_153_600, 0))),
        ("%b %d %T %z", "Jan 01 02:06:00 +0200", Ok(at(1_704_067_560, 0))),
        ("%a %b %d %T", "Mon Jan 01 00:06:00", Ok(at(1_704_067_560, 0))),
        ("%a %b %d %T", "Thu Jan 03 00:06:00", Err(NotATime::OtherWeekday)),
        ("%b %d %T", "Feb 30 00:06:00", Err(NotATime::NoSuchDate)),
        ("%b %d %T", "Dec 31 23:59:60", Ok(at(1_704_067_199, 0))),
        ("%b %d %T", "Dec 31 12:34:60", Err(NotATime::NoSuchTime)),
    ] {
        let format = TimeFormat::parse(format).unwrap().readable().unwrap();
        assert!(format.is_yearless(), "{text}");
        let read = |year, near| format.read_near(text.as_bytes(), &Zone::utc(), near, year);
        assert!(read(None, Some(near)).is_err(), "{text}");
        assert_eq!(read(Some(Year::Nearest(near)), None), expected, "{text}");
        assert_eq!(read(Some(Year::Of(1)), Some(near)), expected, "{text}");
    }
    let format = TimeFormat::parse("%b %d").unwrap();
    let read = |text: &[u8]| format.read_near(text, &Zone::utc(), None, Some(Year::Of(2023)));
    assert_eq!(read(b"Jan 01"), Ok(at(1_672_531_200, 0)));
    assert_eq!(read(b"Feb 29"), Err(NotATime::NoLeapDay));
    assert!(!TimeFormat::parse("%Y-%m-%d").unwrap().is_yearless());
    assert!(!TimeFormat::parse("%s").unwrap().is_yearless());
}

#[test]
fn second_60_ends_a_month() {
    for (format, text, expected) in [
        ("%F %T", "2016-12-31 23:59:60", Ok(at(1_483_228_799, 0))),
        ("%F %T %z", "2017-01-01 05:29:60 +0530", Ok(at(1_483_228_799, 0))),
        ("%F %T", "2016-12-30 23:59:60", Err(NotATime::NoSuchTime)),
        ("%F %T", "2016-12-31 12:34:60", Err(NotATime::NoSuchTime)),
        ("%Y %S:%M:%H %m %d", "2060 60:59:23 06 30", Ok(at(2_855_865_599, 0))),
        ("%Y %S:%M:%H %m %d", "2060 59:59:12 06 30", Ok(at(2_855_825_999, 0))),
    ] {
        assert_eq!(read(format, text, "UTC"), expected, "{format} {text}");
    }
}

#[test]
fn refused_by_directives() {
    for (format, text, reason) in [
        ("%Y%m%d", "2024-01-31", NotATime::Unformatted),
        ("%Y%m%d", "20240131x", NotATime::Unformatted),
        ("%Y%m%d", "", NotATime::Unformatted),
        ("%Y%m%d", "20240230", NotATime::NoSuchDate),
        ("%Y%m%d", "00000230", NotATime::NoSuchDate),
        ("%Y%m%d", "00000130", NotATime::OutOfRange),
        ("%F %Q", "2024-01-31 Middle/Earth", NotATime::Unformatted),
        ("s", "x", NotATime::Malformed),
        ("s", "253402300800", NotATime::OutOfRange),
        ("ns", "1e60", NotATime::OutOfRange),
    ] {
        assert_eq!(read(format, text, "UTC"), Err(reason), "{format} {text}");
    }
    let format = TimeFormat::parse("%Y").unwrap();
    assert_eq!(format.read(b"\xff\0", &Zone::utc()), Err(NotATime::Unformatted));
}

#[test]
fn written_by_directives() {
    let t = at(1_706_704_496, 250_000_000);
    for (format, zone, text) in [
        ("%Y-%m-%d %H:%M", "UTC", "2024-01-31 12:34"),
        ("%Y-%m-%d %H:%M %Z", "Europe/Berlin", "2024-01-31 13:34 CET"),
        ("%H:%M %z", "-03:30", "09:04 -0330"),
        ("100 %% %A, %B", "UTC", "100 % Wednesday, January"),
        ("%c", "UTC", "Wed Jan 31 12:34:56 2024"),
        ("%s%.3f", "UTC", "1706704496.250"),
        ("s", "UTC", "1706704496.25"),
        ("ms", "UTC", "1706704496250"),
        ("us", "UTC", "1706704496250000"),
        ("ns", "UTC", "1706704496250000000"),
    ] {
        assert_eq!(written(format, t, zone).as_deref(), Ok(text), "{format}");
    }
    for (unit, t, text) in [
        ("s", at(-1, 500_000_000), "-0.5"),
        ("ms", at(-1, 999_999_999), "-0.000001"),
        ("ms", at(0, 7_000_000), "7"),
        ("ms", at(1, 7_000_000), "1007"),
        ("us", at(-2, 999_999_000), "-1000001"),
        ("ns", Timestamp::MAX, "253402300799999999999"),
        ("ns", Timestamp::MIN, "-62135596800000000000"),
        ("ns", at(0, 0), "0"),
        ("%s%.f", at(0, 500), "0.0000005"),
    ] {
        assert_eq!(written(unit, t, "UTC").as_deref(), Ok(text));
        assert_eq!(read(unit, text, "UTC"), Ok(t));
    }
}

#[test]
fn the_last_days_of_year_9999() {
    let last = Timestamp::MAX;
    assert_eq!(written("%F %T%.f %z", last, "UTC").as_deref(), Ok("9999-12-31 23:59:59.999999999 +0000"));
    assert_eq!(written("%F %T", last, "-02:00").as_deref(), Ok("9999-12-31 21:59:59"));
    assert_eq!(written("%F %T", last, "+02:00"), Err(NotATime::OutOfRange));
}

#[test]
fn bad_formats_name_the_directive() {
    for (format, error) in [
        ("%Y-%K", "unknown directive %K in the time format \"%Y-%K\""),
        ("%Y-%", "unknown directive % in the time format \"%Y-%\""),
        ("%Y %Ö", "unknown directive %Ö in the time format \"%Y %Ö\""),
        ("%-3:::::zx %d", "unknown directive %-3:::::z in the time format \"%-3:::::zx %d\""),
    ] {
        assert_eq!(TimeFormat::parse(format).unwrap_err(), error);
    }
    assert!(TimeFormat::parse("YYYY-MM-DD").unwrap_err().starts_with("a time format without directives"));
}

#[test]
fn formats_that_only_write() {
    for (format, error) in [
        (
            "%H:%M",
            "the time format \"%H:%M\" does not tell date and time (it needs month and day, hours before minutes, or %s)",
        ),
        (
            "%d %T",
            "the time format \"%d %T\" does not tell date and time (it needs month and day, hours before minutes, or %s)",
        ),
        ("%s%Y", "times cannot be read by the time format \"%s%Y\" (put something between the numbers)"),
    ] {
        assert_eq!(TimeFormat::parse(format).unwrap().readable().unwrap_err(), error);
    }
    for format in ["s", "%s", "%Y-%m-%d", "%y%m%d", "%G-W%V-%u", "%b %d %T", "%m%d", "%c"] {
        let read = TimeFormat::parse(format).unwrap().readable();
        assert_eq!(read.is_ok(), format != "%c", "{format}");
    }
}

#[test]
fn names_of_zones() {
    for (format, text, zone, expected) in [
        ("%F %T %Z", "2024-05-14 12:00:00 UTC", "UTC", Ok(1_715_688_000)),
        ("%F %T %Z", "2024-05-14 12:00:00 gmt", "Europe/Berlin", Ok(1_715_688_000)),
        ("%F %T %Z", "2024-05-14 12:00:00 Z", "Europe/Berlin", Ok(1_715_688_000)),
        ("%F %T %Z", "2024-05-14 08:00:00 EDT", "Europe/Berlin", Ok(1_715_688_000)),
        ("%F %T %Z", "2024-05-14 14:00:00 CEST", "Europe/Berlin", Ok(1_715_688_000)),
        ("%F %T %Z", "2024-05-14 14:00:00 CEST", "UTC", Err(NotATime::UnknownZone)),
        ("%F %T %Z", "2024-05-14 14:00:00 ", "UTC", Err(NotATime::Unformatted)),
        ("%F %T %Z", "2024-05-14 14:00:00 UTC+2", "UTC", Err(NotATime::Unformatted)),
        ("%F %T%Z", "2024-05-14 12:00:00UTC", "UTC", Ok(1_715_688_000)),
        ("%b %d %T %Z %Y", "May 14 14:00:00 CEST 2024", "Europe/Berlin", Ok(1_715_688_000)),
        ("%Z %F %T", "EST 2024-05-14 07:00:00", "UTC", Ok(1_715_688_000)),
        // An offset says more than a name.
        ("%F %T %z %Z", "2024-05-14 14:00:00 +0200 EST", "UTC", Ok(1_715_688_000)),
        ("%F %T %Z", "2016-12-31 23:59:60 UTC", "UTC", Ok(1_483_228_799)),
        ("%d-%b-%Y", "14-Sept-2024", "UTC", Ok(1_726_272_000)),
        ("%d-%b-%Y", "14-Septe-2024", "UTC", Err(NotATime::Unformatted)),
    ] {
        assert_eq!(read(format, text, zone), expected.map(|seconds| at(seconds, 0)), "{format} {text}");
    }
    assert!(TimeFormat::parse("%F %T %Z %Z").unwrap().readable().is_err());
}

#[test]
fn why_a_text_is_not_of_a_format() {
    for (format, text, reason) in [
        ("%d.%m.%Y %H:%M", "14.05.2024 25:00", NotATime::NoSuchTime),
        ("%d.%m.%Y %H:%M", "14.05.2024 12:60", NotATime::NoSuchTime),
        ("%d.%m.%Y %H:%M", "32.05.2024 12:00", NotATime::NoSuchDate),
        ("%d.%m.%Y %H:%M", "14.13.2024 12:00", NotATime::NoSuchDate),
        ("%d.%m.%Y %H:%M", "99.99.2024 99:99", NotATime::NoSuchDate),
        ("%d.%m.%Y %R", "14.05.2024 25:00", NotATime::NoSuchTime),
        ("%Y%m%d%H%M%S", "20240514250000", NotATime::NoSuchTime),
        ("%F %T%z", "2024-05-14 12:00:00+9900", NotATime::NoSuchOffset),
        ("%F %I:%M %p", "2024-05-14 13:00 PM", NotATime::NoSuchTime),
        ("%d.%m.%Y %H:%M", "14.05.2024 25:00 x", NotATime::Unformatted),
        ("%d.%m.%Y %H:%M", "14.05.2024", NotATime::Unformatted),
        ("%d.%m.%Y %H:%M", "-", NotATime::Unformatted),
        ("%d.%m.%Y", "14.Mai.2024", NotATime::Unformatted),
        ("s", "x", NotATime::Unformatted),
    ] {
        let format = TimeFormat::parse(format).unwrap();
        assert_eq!(format.reason_of(text.as_bytes()), reason, "{text}");
    }
    for (format, text, reason) in [
        ("%F %T%:z", "2024-05-14 12:00:00+24:00", NotATime::NoSuchOffset),
        ("%F %T%:z", "2024-05-14 12:00:00-25:59", NotATime::NoSuchOffset),
        ("%a %F", "Wed 2024-05-14", NotATime::OtherWeekday),
        ("%a %F", "Wed 2024-02-30", NotATime::NoSuchDate),
    ] {
        assert_eq!(read(format, text, "UTC"), Err(reason), "{text}");
    }
    assert_eq!(read("%F %T%:z", "2024-05-14 12:00:00+23:59", "UTC"), Ok(at(1_715_601_660, 0)));
}
