//! What is proposed for the name of a time zone that the database does not have.

use jiff::tz::TimeZoneDatabase;

use super::Zone;
use super::read::offset_of;
use crate::error::nearest;

/// Names that clocks go by and that are no zones, with a zone in which they do. Where several parts of the world
/// use one, each is listed.
const CLOCKS: &[(&str, &str)] = &[
    ("ACST", "Australia/Adelaide"),
    ("AEDT", "Australia/Sydney"),
    ("AEST", "Australia/Sydney"),
    ("AKST", "America/Anchorage"),
    ("AST", "America/Halifax"),
    ("AWST", "Australia/Perth"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("CAT", "Africa/Maputo"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Berlin"),
    ("CST", "America/Chicago or Asia/Shanghai"),
    ("EAT", "Africa/Nairobi"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Athens"),
    ("HKT", "Asia/Hong_Kong"),
    ("ICT", "Asia/Bangkok"),
    ("IDT", "Asia/Jerusalem"),
    ("IST", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("MDT", "America/Denver"),
    ("MSK", "Europe/Moscow"),
    ("NST", "America/St_Johns"),
    ("NZDT", "Pacific/Auckland"),
    ("NZST", "Pacific/Auckland"),
    ("PDT", "America/Los_Angeles"),
    ("PKT", "Asia/Karachi"),
    ("PST", "America/Los_Angeles"),
    ("SAST", "Africa/Johannesburg"),
    ("SGT", "Asia/Singapore"),
    ("SST", "Pacific/Pago_Pago"),
    ("WAT", "Africa/Lagos"),
    ("WEST", "Europe/Lisbon"),
    ("WIB", "Asia/Jakarta"),
];

/// Names of clocks that are names of zones as well, with the zone of a place.
const CLOCKS_AND_ZONES: &[(&str, &str)] = &[
    ("CET", "Europe/Berlin"),
    ("EET", "Europe/Athens"),
    ("HST", "Pacific/Honolulu"),
    ("WET", "Europe/Lisbon"),
];

/// A time at which zones call themselves as they do today.
const IN_2024: i64 = 1_715_688_000;

/// Letters of a name that is too short for its neighbours by spelling to be what was meant: `JST` is not `EST`.
const SHORT: usize = 4;

const OTHERWISE: &str = "give a name such as Europe/Berlin or an offset such as +02:00";

/// The zones that call their clocks by a name that a text has as a word, and the name. Not those that the database
/// has no names for their clocks.
pub fn zones_by_clock(text: &[u8]) -> Option<(&'static str, &'static str)> {
    let mut words = text.rsplit(|byte| !byte.is_ascii_alphabetic());
    let (clock, zones) = words.find_map(|word| {
        let mut known = CLOCKS.iter().chain(CLOCKS_AND_ZONES);
        known.find(|(clock, _)| clock.as_bytes().eq_ignore_ascii_case(word)).copied()
    })?;
    let first = zones.split([',', ' ']).next()?;
    Zone::known(first)?.offset_of(clock, IN_2024).map(|_| (clock, zones))
}

/// The remedy for a name that is not a zone.
pub(super) fn remedy(name: &str, database: &TimeZoneDatabase) -> String {
    let name = name.trim();
    if name.eq_ignore_ascii_case("local") {
        return "did you mean local?".to_owned();
    }
    if let Some(remedy) = by_offset(name) {
        return remedy;
    }
    let known: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
    let city = name.replace(' ', "_");
    let whole = known.iter().find(|zone| zone.eq_ignore_ascii_case(&city));
    let last = |zone: &str| zone.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(&city));
    if let Some(zone) = whole.or_else(|| known.iter().find(|zone| last(zone))) {
        return format!("did you mean {zone}?");
    }
    if let Some((_, zone)) = CLOCKS.iter().find(|(clock, _)| clock.eq_ignore_ascii_case(name)) {
        return format!("did you mean {zone}?");
    }
    let is_short =
        city.len() <= SHORT || city.contains(['+', '-']) && city.contains(|c: char| c.is_ascii_digit());
    match nearest(&city, known.iter().map(String::as_str)).filter(|_| !is_short) {
        Some(guess) => format!("did you mean {guess}?"),
        None => OTHERWISE.to_owned(),
    }
}

/// What is meant by an offset with or without a name for UTC before it: `GMT+8`, `UTC+05:30`, `+8`.
fn by_offset(name: &str) -> Option<String> {
    let (base, sign) = match name.char_indices().find(|(_, c)| ['+', '-', '−'].contains(c)) {
        Some((at, sign)) => name.split_at_checked(at).map(|(base, _)| (base, sign))?,
        None => {
            let offset = offset_from("+", name)?;
            let behind = offset.get(1..)?;
            return Some(format!(
                "write +{behind} for what is east of UTC, -{behind} for what is west of it"
            ));
        }
    };
    let digits = name.get(base.len() + sign.len_utf8()..)?.trim();
    let base = base.trim().to_ascii_lowercase();
    // POSIX counts to the west, and so do these names.
    let is_west = base == "etc/gmt";
    let sign = if (sign == '+') != is_west { "+" } else { "-" };
    let base = base.strip_prefix("etc/").unwrap_or(&base);
    let offset =
        ["", "utc", "gmt", "ut", "z", "zulu"].contains(&base).then(|| offset_from(sign, digits))??;
    Some(match is_west {
        true => format!("write {offset}: in names such as Etc/GMT+8 the sign is turned round"),
        false => format!("did you mean {offset}?"),
    })
}

/// An offset as it is written, from `8`, `08`, `530`, `0530`, `5:30` or `5.5` hours.
fn offset_from(sign: &str, digits: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = match digits.split_once([':', '.', 'h']) {
        Some((hours, fraction)) if digits.contains('.') => (
            hours,
            *[("0", "00"), ("25", "15"), ("5", "30"), ("75", "45")]
                .iter()
                .find_map(|(part, minutes)| (*part == fraction).then_some(minutes))?,
        ),
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "00"),
    };
    let fits = is_number(hours) && is_number(minutes) && hours.len() <= 2 && minutes.len() == 2;
    let offset = format!("{sign}{hours:0>2}:{minutes}");
    (fits && offset_of(offset.as_bytes()).is_some()).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::super::Zone;
    use super::*;

    #[test]
    fn what_is_proposed_is_what_was_meant() {
        let east = "did you mean +08:00?";
        for (name, remedy) in [
            ("GMT+8", east),
            ("gmt+08", east),
            ("UTC+8", east),
            ("UTC +8", east),
            ("UTC+08:00", east),
            ("Etc/UTC+8", east),
            ("Z+8", east),
            ("+8", east),
            ("+8:00", east),
            ("+08:00 ", east),
            ("UTC+0800", east),
            ("GMT-5", "did you mean -05:00?"),
            ("UTC\u{2212}5", "did you mean -05:00?"),
            ("UTC+05:30", "did you mean +05:30?"),
            ("UTC+5.5", "did you mean +05:30?"),
            ("+530", "did you mean +05:30?"),
            ("02:00", "write +02:00 for what is east of UTC, -02:00 for what is west of it"),
            ("8", "write +08:00 for what is east of UTC, -08:00 for what is west of it"),
            ("Etc/GMT+08", "write -08:00: in names such as Etc/GMT+8 the sign is turned round"),
            ("Local", "did you mean local?"),
            ("Berlin", "did you mean Europe/Berlin?"),
            (" europe/berlin", "did you mean Europe/Berlin?"),
            ("utc ", "did you mean UTC?"),
            ("Europe/Berln", "did you mean Europe/Berlin?"),
            ("PST", "did you mean America/Los_Angeles?"),
            ("jst", "did you mean Asia/Tokyo?"),
            ("XYZ", OTHERWISE),
            ("GMT+99", OTHERWISE),
            ("Middle/Of/Nowhere", OTHERWISE),
        ] {
            assert_eq!(super::remedy(name, &TimeZoneDatabase::bundled()), remedy, "{name}");
        }
    }

    #[test]
    fn clocks_in_texts() {
        for (text, expected) in [
            ("Feb 11 20:45:07 CET", Some(("CET", "Europe/Berlin"))),
            ("2024-05-14 12:00:00 wet", Some(("WET", "Europe/Lisbon"))),
            ("Tue May 14 12:00:00 CEST 2024", Some(("CEST", "Europe/Berlin"))),
            // The database has no name for its clocks.
            ("2024-05-14 12:00:00 BRT", None),
            ("2024-05-14 12:00:00 XYZ", None),
        ] {
            assert_eq!(zones_by_clock(text.as_bytes()), expected, "{text}");
        }
    }

    /// Each zone that is proposed is one, and calls itself so.
    #[test]
    fn clocks_are_those_of_their_zones() {
        assert!(CLOCKS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (clock, zones) in CLOCKS {
            assert!(TimeZoneDatabase::bundled().get(clock).is_err(), "{clock} is a zone");
            for name in zones.split([',', ' ']).filter(|word| word.contains('/')) {
                Zone::parse(name).unwrap();
            }
        }
    }
}
