//! Zones in brackets, of RFC 9557 and Java; labels that are no times.

use super::*;

#[test]
fn the_offset_says_the_time() {
    for (text, utc) in [
        ("2024-05-14T12:34:56+02:00[Europe/Berlin]", "2024-05-14T10:34:56Z"),
        ("2024-05-14T12:34:56.789+02:00[europe/berlin]", "2024-05-14T10:34:56.789Z"),
        ("2024-05-14T12:34+02:00[Europe/Berlin]", "2024-05-14T10:34:00Z"),
        ("2024-05-14T12:34:56Z[UTC]", "2024-05-14T12:34:56Z"),
        ("2024-05-14T12:34:56Z[Europe/Berlin]", "2024-05-14T12:34:56Z"),
        ("2024-05-14T12:34:56Z[GMT]", "2024-05-14T12:34:56Z"),
        ("2024-05-14T12:34:56+02:00[UTC+02:00]", "2024-05-14T10:34:56Z"),
        ("2024-05-14T12:34:56+02:00[+02:00]", "2024-05-14T10:34:56Z"),
        ("2024-05-14T12:34:56+02:00[!Europe/Berlin][u-ca=hebrew]", "2024-05-14T10:34:56Z"),
        ("2024-05-14T12:34:56+02:00[u-ca=hebrew]", "2024-05-14T10:34:56Z"),
        ("20240514T123456+0200[Europe/Berlin]", "2024-05-14T10:34:56Z"),
        // The hour that clocks showed twice.
        ("2024-10-27T02:30:00+02:00[Europe/Berlin]", "2024-10-27T00:30:00Z"),
        ("2024-10-27T02:30:00+01:00[Europe/Berlin]", "2024-10-27T01:30:00Z"),
        // Without an offset the zone says it.
        ("2024-05-14T12:34:56[Europe/Berlin]", "2024-05-14T10:34:56Z"),
        ("2024-01-14T12:34:56[America/New_York]", "2024-01-14T17:34:56Z"),
        ("2024-05-14T12:34:56+01:00[Europe/Berlin]", "an offset that the zone in brackets did not have then"),
        ("2024-05-14T12:34:56[Middle/Earth]", "a zone in brackets that is not known"),
        ("2024-05-14T12:34:56+01:00[Middle/Earth]", "2024-05-14T11:34:56Z"),
        ("2024-05-14T12:34:56+01:00[!Middle/Earth]", "a zone in brackets that is not known"),
        ("2024-05-14T12:34:56+01:00[!u-ca=hebrew]", "not a time"),
        ("2024-05-14T12:34:56+25:00[Europe/Berlin]", "no such offset from UTC"),
        ("2024-02-30T12:34:56+01:00[Europe/Berlin]", "no such date"),
        ("2024-05-14T12:34:56+02:00[]", "not a time"),
        ("2024-05-14T12:34:56+02:00[Europe/Berlin", "not a time"),
        ("2024-05-14T12:34:56+02:00Europe/Berlin]", "not a time"),
        ("2024-05-14T12:34:56+02:00[Europe/Berlin]x", "not a time"),
        ("2024-05-14T12:34:56+02:00[Europe/Berlin][Europe/Paris]", "not a time"),
        ("2024-05-14T12:34:56+02:00[local]", "2024-05-14T10:34:56Z"),
    ] {
        assert_eq!(read_by(&reader("America/New_York"), text), utc, "{text}");
    }
}

/// Programs disagree by the leap seconds since 1972: daemontools writes UTC plus 10, s6 atomic time.
#[test]
fn labels_of_tai64() {
    for text in ["@400000006643510a", "@400000006643510a0000abcd", "@400000006643510a0000ABCD00000000"] {
        assert_eq!(reader("UTC").read(text.as_bytes()), Err(NotATime::Tai64), "{text}");
    }
    for text in ["@", "@400000006643510", "@40000000664351xx", "400000006643510a", "@1715688000"] {
        assert_eq!(reader("UTC").read(text.as_bytes()), Err(NotATime::Malformed), "{text}");
    }
}
