//! Stamps as programs write them: each is read as one point in time, or refused with a remedy, which is tried.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harness;

use harness::{PLAIN, run};

/// What becomes of a stamp.
enum Fate {
    /// It is this time.
    Read(&'static str),
    /// It is this time with these options.
    With(&'static [&'static str], &'static str),
    /// It is refused, and with each remedy that the message names it is one of these times, in order.
    Remedied(&'static [&'static str]),
    /// It is refused for this reason.
    Refused(&'static str),
}

use Fate::{Read, Refused, Remedied, With};

const YEAR: &[&str] = &["--year", "2024"];
const BERLIN: &[&str] = &["--tz", "Europe/Berlin"];
const NOON: &str = "2024-05-14T12:00:00Z";

const STAMPS: &[(&str, Fate)] = &[
    // ISO 8601 and its kin.
    ("2024-05-14T12:00:00Z", Read(NOON)),
    ("2024-05-14 12:00:00", Read(NOON)),
    ("2024-05-14 12:00:00,123", Read("2024-05-14T12:00:00.123Z")),
    ("2024-05-14 12:00:00.123456789", Read("2024-05-14T12:00:00.123456789Z")),
    ("2024-05-14T14:00:00+02:00", Read(NOON)),
    ("2024-05-14T14:00:00+0200", Read(NOON)),
    ("2024-05-14 14:00:00 +0200", Read(NOON)),
    ("2024/05/14 12:00:00", Read(NOON)),
    ("2024-05-14 12:00", Read(NOON)),
    ("2024-05-14", Read("2024-05-14T00:00:00Z")),
    ("20240514T120000Z", Read(NOON)),
    ("20240514T120000.25+0000", Read("2024-05-14T12:00:00.25Z")),
    ("20240514T1200Z", Read(NOON)),
    ("2024-05-14 12:00:00 UTC", Read(NOON)),
    ("2024 May 14 12:00:00", Read(NOON)),
    ("2024 May 14 14:00:00.000 CEST", With(BERLIN, "2024-05-14T14:00:00+02:00")),
    ("2024-05-14 12:00:00.123 GMT", Read("2024-05-14T12:00:00.123Z")),
    ("2024-05-14 08:00:00 EDT", Read(NOON)),
    ("2024-05-14 14:00:00.123 CEST", With(BERLIN, "2024-05-14T14:00:00.123+02:00")),
    ("2024-05-14 14:00:00.123 CEST", Refused("--tz Europe/Berlin, or the zone that uses CEST")),
    ("2024-05-14 06:00:00 CST", Read(NOON)),
    ("2024-05-14 20:00:00 CST", With(&["--tz", "Asia/Shanghai"], "2024-05-14T20:00:00+08:00")),
    ("2024-05-14 12:00:00 +0000 UTC", Read(NOON)),
    ("2024-05-14 14:00:00.000000001 +0200 CEST m=+0.003", Read("2024-05-14T12:00:00.000000001Z")),
    // Mails, HTTP, asctime, date.
    ("Tue, 14 May 2024 14:00:00 +0200", Read(NOON)),
    ("Tue, 14 May 2024 12:00:00 +0000 (UTC)", Read(NOON)),
    ("14 May 2024 12:00 GMT", Read(NOON)),
    ("Tue, 14 May 2024 12:00:00 GMT", Read(NOON)),
    ("Tuesday, 14-May-24 12:00:00 GMT", Read(NOON)),
    ("Tue, 14-May-2024 12:00:00 GMT", Read(NOON)),
    ("Tue May 14 12:00:00 2024", Read(NOON)),
    ("Tue May 14 12:00:00.123456 2024", Read("2024-05-14T12:00:00.123456Z")),
    ("Tue May 14 12:00:00 UTC 2024", Read(NOON)),
    ("Tue May 14 2024 14:00:00 GMT+0200 (Central European Summer Time)", Read(NOON)),
    ("Tue 2024-05-14 12:00:00 UTC", Read(NOON)),
    ("Tue 14 May 2024 12:00:00", Read(NOON)),
    ("14 May 2024 12:00:00.123", Read("2024-05-14T12:00:00.123Z")),
    ("Wed, 14 May 2024 12:00:00 GMT", Refused("a date of another day of the week")),
    // Servers.
    ("14/May/2024:14:00:00 +0200", Read(NOON)),
    ("14/May/2024:12:00:00.123", Read("2024-05-14T12:00:00.123Z")),
    ("May 14 12:00:00", With(YEAR, NOON)),
    ("May  4 12:00:00.5", With(YEAR, "2024-05-04T12:00:00.5Z")),
    ("Tue May 14 12:00:00.123", With(YEAR, "2024-05-14T12:00:00.123Z")),
    ("May 14 12:00:00", Refused("a time without a year")),
    ("May 14 2024 12:00:00", Read(NOON)),
    ("May 14 12:00:00 2024", Read(NOON)),
    ("May 14 14:00:00 CEST", With(&["--year", "2024", "--tz", "Europe/Berlin"], "2024-05-14T14:00:00+02:00")),
    // Epochs.
    ("1715688000", Read(NOON)),
    ("1715688000.25", Read("2024-05-14T12:00:00.25Z")),
    ("1715688000123", Read("2024-05-14T12:00:00.123Z")),
    ("1715688000123456", Read("2024-05-14T12:00:00.123456Z")),
    ("1715688000123456789", Read("2024-05-14T12:00:00.123456789Z")),
    ("171568800", Read("1975-06-09T18:00:00Z")),
    ("17156880", Refused("see --time-format: s, ms, us or ns")),
    ("133601508000000000", Refused("see --time-format: s, ms, us or ns")),
    ("17156880", With(&["--time-format", "s"], "1970-07-18T13:48:00Z")),
    ("2024051412", With(&["--time-format", "%Y%m%d%H"], NOON)),
    ("2024051412", Refused("an epoch, or a date and hour (see --time-format: %Y%m%d%H, or s)")),
    ("20240514", Refused("see --time-format: %Y%m%d")),
    ("20240514", With(&["--time-format", "%Y%m%d"], "2024-05-14T00:00:00Z")),
    ("20240514120000", Refused("see --time-format: %Y%m%d%H%M%S")),
    ("20240514120000", With(&["--time-format", "%Y%m%d%H%M%S"], NOON)),
    ("20240514120000.123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    // Days and months in figures.
    ("14.05.2024 12:00:00", Remedied(&[NOON])),
    ("14.05.2024 12:00:00,123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    ("14.05.24 12:00", Remedied(&[NOON])),
    ("14.05.2024", Remedied(&["2024-05-14T00:00:00Z"])),
    ("05/14/2024 12:00:00", Remedied(&[NOON])),
    ("05/14/2024 12:00:00 PM", Remedied(&[NOON])),
    ("5/4/2024 1:02:03 PM", Remedied(&["2024-05-04T13:02:03Z", "2024-04-05T13:02:03Z"])),
    ("05/06/2024", Remedied(&["2024-05-06T00:00:00Z", "2024-06-05T00:00:00Z"])),
    ("14/05/2024 12:00:00.123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    ("24/05/14 12:00:00", Remedied(&["2014-05-24T12:00:00Z", NOON])),
    ("14-05-2024 12:00:00", Remedied(&[NOON])),
    ("05-14-2024 12:00:00", Remedied(&[NOON])),
    ("2024-5-14 12:00:00", Remedied(&[NOON])),
    ("2024.05.14 12:00:00", Remedied(&[NOON])),
    ("2024.05.14 14:00:00 +0200", Remedied(&[NOON])),
    ("2024.05.14 12:00:00 +00:00", Remedied(&[NOON])),
    ("2024.05.14 12:00:00 UTC", Remedied(&[NOON])),
    ("2024_05_14 12:00:00", Remedied(&[NOON])),
    ("2024-05-14_12:00:00", Remedied(&[NOON])),
    ("2024-05-14-12.00.00.123456", Remedied(&["2024-05-14T12:00:00.123456Z"])),
    ("2024-05-14 12:00:00:123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    ("2024-05-14 12:00:00 PM", Remedied(&[NOON])),
    ("20240514 12:00:00", Remedied(&[NOON])),
    ("20240514-120000", Remedied(&[NOON])),
    ("20240514T12:00:00", Remedied(&[NOON])),
    ("240514 12:00:00", Remedied(&[NOON])),
    ("240514  9:00:00", Remedied(&["2024-05-14T09:00:00Z"])),
    // With names.
    ("14-May-2024 12:00:00.123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    ("14-May-24 12:00:00", Remedied(&[NOON])),
    ("14/May/2024 12:00:00", Remedied(&[NOON])),
    ("14 May 2024", Remedied(&["2024-05-14T00:00:00Z"])),
    ("14 May 24 12:00:00", Remedied(&[NOON])),
    ("2024-May-14 12:00:00", Remedied(&[NOON])),
    ("May 14, 2024 12:00:00 PM", Remedied(&[NOON])),
    ("May 14, 2024", Remedied(&["2024-05-14T00:00:00Z"])),
    ("Tuesday, May 14, 2024 12:00:00", Remedied(&[NOON])),
    ("14 November 2024, 12:00", Remedied(&["2024-11-14T12:00:00Z"])),
    // Without a year: klog, logcat.
    ("0514 12:00:00.123456", Remedied(&["2024-05-14T12:00:00.123456Z"])),
    ("05-14 12:00:00.123", Remedied(&["2024-05-14T12:00:00.123Z"])),
    ("14.05. 12:00", Remedied(&[NOON])),
    ("I0514 12:00:00.5", With(YEAR, "2024-05-14T12:00:00.5Z")),
    (
        "I0514 12:00:00.5",
        With(&["--time-format", "I%m%d %H:%M:%S%.f", "--year", "2024"], "2024-05-14T12:00:00.5Z"),
    ),
    // Days of years and weeks.
    ("2024-135", Remedied(&["2024-05-14T00:00:00Z"])),
    ("2024-135T12:00:00,5", Remedied(&["2024-05-14T12:00:00.5Z"])),
    ("2024-W20-2", Remedied(&["2024-05-14T00:00:00Z"])),
    // What no format reads.
    ("@400000006643510a00000000", Refused("a label of TAI64 (tai64nlocal")),
    ("14 mai 2024 12:00:00", Refused("not a time (months are read by their English names)")),
    ("12:00:00", Refused("not a time (see --time-format)")),
    ("2024-05-14T12:00:00FOO", Refused("a zone name of unknown meaning")),
    ("2024-05-14 25:00:00", Refused("no such time of day")),
    ("2024-02-30", Refused("no such date")),
    ("31.02.2024", Refused("no such date")),
    ("31.03.2024 25:00", Refused("no such time of day")),
    ("2024-05-14T12:00:00+25:00", Refused("no such offset from UTC")),
    ("2024.05.14 12:00:00 +25:00", Refused("no such offset from UTC")),
    (
        "2024-05-14T14:00:00+01:00[Europe/Berlin]",
        Refused("an offset that the zone in brackets did not have then"),
    ),
    // Java, klog, and names in full.
    ("2024-05-14T14:00:00+02:00[Europe/Berlin]", Read(NOON)),
    ("2024-05-14T14:00:00[Europe/Berlin]", Read(NOON)),
    ("2024-05-14T12:00:00Z[UTC]", Read(NOON)),
    ("I0514 12:00:00.000000", With(YEAR, NOON)),
    ("W20240514 12:00:00.000000", Read(NOON)),
    ("14 May 12:00:00", With(YEAR, NOON)),
    ("Tue, 14 May 12:00", With(YEAR, NOON)),
    ("Sept 14 12:00:00", With(YEAR, "2024-09-14T12:00:00Z")),
    ("14 September 2024 12:00:00", Read("2024-09-14T12:00:00Z")),
    ("14-Sept-2024 12:00:00", Remedied(&["2024-09-14T12:00:00Z"])),
    ("May 14 12:00", Remedied(&[NOON])),
    ("14-May 12:00:00", Remedied(&[NOON])),
    ("14/May 12:00:00", Remedied(&[NOON])),
    ("[14.05.2024 12:00:00]", Remedied(&[NOON])),
    ("14.05.2024 14:00:00 Europe/Berlin", Remedied(&[NOON])),
    ("14.05.2024 14:00:00 CEST", Refused("--time-format '%d.%m.%Y %H:%M:%S %Z' --tz Europe/Berlin")),
    (
        "14.05.2024 14:00:00 CEST",
        With(
            &["--time-format", "%d.%m.%Y %H:%M:%S %Z", "--tz", "Europe/Berlin"],
            "2024-05-14T14:00:00+02:00",
        ),
    ),
    ("14.05.2024 12:00:00 utc", Remedied(&[NOON])),
    ("2024-05-14 12:00:00 utc", Read(NOON)),
    ("2024-05-14 14:00:00 UTC+02:00", Read(NOON)),
];

#[test]
fn each_is_read_or_refused_with_a_remedy_that_works() {
    for (stamp, fate) in STAMPS {
        match fate {
            Read(time) => assert_eq!(read(stamp, &[]), Ok((*time).to_owned()), "{stamp}"),
            With(options, time) => assert_eq!(read(stamp, options), Ok((*time).to_owned()), "{stamp}"),
            Refused(reason) => {
                let said = read(stamp, &[]).unwrap_err();
                assert!(said.contains(reason), "{stamp}: {said}");
            }
            Remedied(times) => {
                let said = read(stamp, &[]).unwrap_err();
                let found: Vec<String> = remedies(&said)
                    .iter()
                    .map(|options| {
                        let options: Vec<&str> = options.iter().map(String::as_str).collect();
                        read(stamp, &options).unwrap()
                    })
                    .collect();
                assert_eq!(found, *times, "{stamp}: {said}");
            }
        }
    }
}

/// The time that a stamp is read as, or what is said.
fn read(stamp: &str, options: &[&str]) -> Result<String, String> {
    let chain = ["--from", "text", "--time", "line", "--since", "0001-01-02", "--now", "2024-06-01"];
    let project = ["--to", "csv", "--no-header-out", "project", "at = floor(line, 1ns)"];
    let words = [&chain[..], options, &project].concat();
    let ran = run(&words, format!("{stamp}\n").as_bytes(), PLAIN);
    match ran.status {
        0 => Ok(ran.out().trim_end().to_owned()),
        _ => Err(ran.err()),
    }
}

/// The options that a message proposes, `(--time-format 'A', or 'B' --year now)`.
fn remedies(said: &str) -> Vec<Vec<String>> {
    let proposed = said.split_once("(--time-format '").unwrap_or_else(|| panic!("no remedy: {said}")).1;
    let (formats, year) = match proposed.split_once("' --year now)") {
        Some((formats, _)) => (formats, vec!["--year".to_owned(), "now".to_owned()]),
        None => (proposed.split_once("')").unwrap().0, Vec::new()),
    };
    let option = |format: &str| [vec!["--time-format".to_owned(), format.to_owned()], year.clone()].concat();
    formats.split("', or '").map(option).collect()
}
