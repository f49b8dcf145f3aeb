//! What the values of options mean: sizes, lengths of time, lists, names. Each reader gives the value or a
//! [`Mistake`] with the place in the value and the remedy.

mod times;

use std::sync::Arc;

use encoding_rs::Encoding;

pub(super) use self::times::{bound, time, year};
pub(super) use super::dialects::{escape, nulls, quote};
use crate::engine::{Allow, Allowance, FailIf};
pub(super) use crate::error::Mistake;
use crate::error::{nearest, regex_reason};
use crate::format::access::{self, LogFormat};
use crate::format::encodings;
pub(super) use crate::format::options::{comment, delimiter, skip};
use crate::record::{Path, Pins, ReadAs, Segment, Type};
use crate::time::Duration;

/// Bytes: a whole number, with `K M G T` (or `KiB` and so on, in any case) for powers of 1024.
pub(super) fn size(text: &str) -> Result<u64, Mistake> {
    let wrong =
        || Mistake::new(format!("not a size: \"{text}\""), "a whole number with K, M or G, such as 64M");
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        "t" | "tib" => 40,
        _ => return Err(wrong()),
    };
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

/// A log format of a web server.
pub(super) fn log_format(text: &str) -> Result<Arc<LogFormat>, Mistake> {
    let refused = |refusal: access::Refusal| Mistake::new(refusal.reason, refusal.help).at(refusal.range);
    LogFormat::parse(text).map(Arc::new).map_err(refused)
}

/// A length of time of zero or more; `0` needs no unit.
pub(super) fn lateness(text: &str) -> Result<Duration, Mistake> {
    let help = "a number with a unit: 250ms, 10s, 5m, 1h30m";
    match Duration::parse_or_zero(text.as_bytes()) {
        Some(length) if length < Duration::ZERO => {
            Err(Mistake::new(format!("less than zero: \"{text}\""), help))
        }
        Some(length) => Ok(length),
        None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => Err(Mistake::new(
            format!("a length without unit: \"{text}\""),
            format!("such as {text}s or {text}m"),
        )),
        None => Err(Mistake::new(format!("not a duration: \"{text}\""), help)),
    }
}

/// A number of threads.
pub(super) fn jobs(text: &str) -> Result<usize, Mistake> {
    let jobs = text.parse().ok().filter(|jobs| (1..=1024).contains(jobs));
    jobs.ok_or_else(|| {
        Mistake::new(
            format!("not a number of threads: \"{text}\""),
            "1 to 1024; without it, all cores are used",
        )
    })
}

/// The encoding of a name.
pub(super) fn encoding(name: &str) -> Result<&'static Encoding, Mistake> {
    encodings::encoding(name, ReadAs::Input)
}

/// Items separated by commas; one that holds a comma stands in double quotes, as in CSV.
pub(super) fn list(text: &str) -> Result<Vec<String>, Mistake> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let Some(first) = records.next() else { return Ok(vec![String::new()]) };
    let wrong = || Mistake::new("not one list of names", "names separated by commas: a,b,\"c,d\"");
    let items = first.map_err(|_| wrong())?.iter().map(str::to_owned).collect();
    if records.next().is_some() { Err(wrong()) } else { Ok(items) }
}

/// Field names of a header line.
pub(super) fn header(text: &str) -> Result<Vec<String>, Mistake> {
    let names = list(text)?;
    if names.iter().any(String::is_empty) {
        return Err(Mistake::new("a field without a name", "names separated by commas: a,b,\"c,d\""));
    }
    Ok(names)
}

/// Adds pinned types: `id:text,ts:time,*:text`.
pub(super) fn types(text: &str, pins: &mut Pins) -> Result<(), Mistake> {
    for item in list(text)? {
        let Some((name, kind)) = item.rsplit_once(':').filter(|(name, _)| !name.is_empty()) else {
            let range = text.find(&item).map(|start| start..start + item.len());
            let mistake =
                Mistake::new(format!("no type in \"{item}\""), "FIELD:TYPE, such as id:text, or '*:text'");
            return Err(Mistake { range, ..mistake });
        };
        let kind = pinned(kind).map_err(|mistake| match text.find(&format!(":{kind}")) {
            Some(at) => mistake.at(at + 1..at + 1 + kind.len()),
            None => mistake,
        })?;
        match name {
            "*" => pins.all = Some(kind),
            _ => {
                pins.named.retain(|(known, _)| known != name);
                pins.named.push((name.to_owned(), kind));
            }
        }
    }
    Ok(())
}

/// The types of `--types`.
pub(super) const TYPES: [(&str, Type); 5] = [
    ("text", Type::Text),
    ("number", Type::Number),
    ("bool", Type::Bool),
    ("time", Type::Time),
    ("duration", Type::Duration),
];

/// What `--allow` allows, and what each is.
pub(super) const ALLOWANCES: [(&str, &str); 4] = [
    ("rejected", "records that cannot be read"),
    ("late", "records that come after their window has ended"),
    ("values", "values that cannot be computed"),
    ("missing", "fields that no header has"),
];

/// Words that `--time-format` takes beside formats.
pub(super) const TIME_FORMATS: [(&str, &str); 5] = [
    ("auto", "the usual spellings"),
    ("s", "seconds since 1970"),
    ("ms", "milliseconds since 1970"),
    ("us", "microseconds since 1970"),
    ("ns", "nanoseconds since 1970"),
];

fn pinned(name: &str) -> Result<Type, Mistake> {
    if let Some((_, kind)) = TYPES.iter().find(|(known, _)| *known == name) {
        return Ok(*kind);
    }
    let reason = format!("unknown type \"{name}\"");
    Err(match nearest(name, TYPES.iter().map(|(known, _)| *known)) {
        Some(known) => Mistake::near(reason, known),
        None => Mistake::new(reason, "one of text, number, bool, time, duration"),
    })
}

/// `some` or `none`; the row of the option says so too.
pub(super) fn fail_if(text: &str) -> Result<FailIf, Mistake> {
    let known = [FailIf::Some, FailIf::None].into_iter().find(|known| known.word() == text);
    known.ok_or_else(|| Mistake::new(format!("no such choice: \"{text}\""), "some or none"))
}

/// Adds allowances: `rejected,late=5,values=1%,missing`.
pub(super) fn allow(text: &str, into: &mut Allow) -> Result<(), Mistake> {
    let mut start = 0;
    for item in text.split(',') {
        let (name, amount) = item.split_once('=').map_or((item, None), |(name, amount)| (name, Some(amount)));
        let name_at = start..start + name.len();
        let field = match name {
            "rejected" => &mut into.rejected,
            "late" => &mut into.late,
            "values" => &mut into.values,
            "missing" => {
                if let Some(amount) = amount {
                    let reason = format!("missing takes no amount: \"{amount}\"");
                    let help = "write missing alone: it is about fields, not about records";
                    return Err(Mistake::new(reason, help).at(name_at.end + 1..start + item.len()));
                }
                into.missing = true;
                start += item.len() + 1;
                continue;
            }
            _ => {
                let reason = format!("unknown kind \"{name}\"");
                let mistake = match nearest(name, ALLOWANCES.iter().map(|(name, _)| *name)) {
                    Some(known) => Mistake::near(reason, known),
                    None => {
                        Mistake::new(reason, "rejected, late, values or missing, such as rejected=5,late")
                    }
                };
                return Err(mistake.at(name_at));
            }
        };
        let amount_at = name_at.end + 1..start + item.len();
        *field = Some(match amount {
            None => Allowance::Any,
            Some(amount) => allowance(amount).ok_or_else(|| {
                Mistake::new(format!("not an amount: \"{amount}\""), "a number or a percentage: 5 or 0.1%")
                    .at(amount_at)
            })?,
        });
        start += item.len() + 1;
    }
    Ok(())
}

fn allowance(text: &str) -> Option<Allowance> {
    let Some(percent) = text.strip_suffix('%') else { return text.parse().ok().map(Allowance::Count) };
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let millionths: u64 = format!("{whole}{fraction:0<6}").parse().ok()?;
    (millionths <= 100_000_000).then_some(Allowance::Share(millionths))
}

/// A field: `ts`, `.ts`, `meta.time`, `` `odd name` ``. What stands between dots is a name, whatever it is.
pub(super) fn field(text: &str) -> Result<Path, Mistake> {
    let wrong = || Mistake::new(format!("not a field: \"{text}\""), "a name or a path: ts, meta.time");
    if let Some(name) = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        return if name.is_empty() { Err(wrong()) } else { Ok(Path::name(name)) };
    }
    let names: Vec<&str> = text.strip_prefix('.').unwrap_or(text).split('.').collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err(wrong());
    }
    Ok(Path::new(names.into_iter().map(|name| Segment::Name(name.to_owned())).collect()))
}

/// A regex, as far as its syntax goes.
pub(super) fn regex(text: &str) -> Result<String, Mistake> {
    match regex::bytes::Regex::new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let reason = regex_reason(&error);
            Err(Mistake::new(format!("not a regex: {reason}"), "the syntax is that of the Rust crate regex"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{TimeReader, Timestamp, Year, Zone};

    #[test]
    fn sizes() {
        let good = [
            ("0", 0),
            ("17", 17),
            ("5b", 5),
            ("256K", 262_144),
            ("64M", 67_108_864),
            ("1GiB", 1 << 30),
            ("2tib", 2 << 40),
        ];
        for (text, bytes) in good {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "64MB", "64 M", "99999999999999999999", "99999999T"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        let seconds = |seconds: i128| Duration::from_nanos(seconds * 1_000_000_000).unwrap();
        assert_eq!(lateness("0"), Ok(Duration::ZERO));
        assert_eq!(lateness("1h30m"), Ok(seconds(5400)));
        assert_eq!(lateness("5").unwrap_err().help, "such as 5s or 5m");
        for text in ["", "-5s", "x", "5x"] {
            assert!(lateness(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bounds_count_back_from_now() {
        let (utc, now) = (TimeReader::new(Zone::utc()), Timestamp::new(86_400 * 20_000, 0).unwrap());
        assert_eq!(bound("1h", &utc, now), Ok(now.checked_sub(Duration::parse(b"1h").unwrap()).unwrap()));
        assert_eq!(bound("2024-10-04", &utc, now), Ok(now));
        assert_eq!(bound("-1h", &utc, now), bound("1h", &utc, now));
        assert_eq!(bound("today", &utc, now), Ok(now));
        assert!(bound("tomorrow", &utc, now).is_err());
        assert!(bound("2024051409", &utc, now).unwrap_err().help.starts_with("write 2024-05-14T09:00,"));
        assert!(bound("240514090000", &utc, now).is_err());
    }

    #[test]
    fn lists_may_be_quoted() {
        assert_eq!(list("a,b").unwrap(), ["a", "b"]);
        assert_eq!(list("\"a,b\",c").unwrap(), ["a,b", "c"]);
        assert_eq!(list("").unwrap(), [""]);
        assert!(list("a\nb").is_err());
        assert!(header("a,,b").is_err());
    }

    #[test]
    fn pinned_types() {
        let mut pins = Pins::default();
        types("id:text,ts:time,*:number", &mut pins).unwrap();
        types("a:b:bool,id:duration", &mut pins).unwrap();
        let found = ["id", "ts", "a:b", "other"].map(|name| pins.of(name));
        assert_eq!(found, [Some(Type::Duration), Some(Type::Time), Some(Type::Bool), Some(Type::Number)]);
        assert_eq!(types("ts:tine", &mut pins).unwrap_err().range, Some(3..7));
        assert_eq!(types("id:text,ts", &mut pins).unwrap_err().range, Some(8..10));
        assert!(types(":text", &mut pins).is_err());
    }

    #[test]
    fn allowances() {
        let mut given = Allow::default();
        allow("rejected,late=5", &mut given).unwrap();
        allow("missing,values=1%", &mut given).unwrap();
        assert_eq!(allow("rejected,missing=5", &mut given).unwrap_err().range, Some(17..18));
        let expected = Allow {
            rejected: Some(Allowance::Any),
            late: Some(Allowance::Count(5)),
            values: Some(Allowance::Share(1_000_000)),
            missing: true,
        };
        assert_eq!(given, expected);
        assert_eq!(allowance("0.01%"), Some(Allowance::Share(10_000)));
        assert_eq!(allow("rejected,lat=3", &mut given).unwrap_err().range, Some(9..12));
        assert_eq!(allow("late=x", &mut given).unwrap_err().range, Some(5..6));
        for text in ["late=", "late=%", "late=101%", "late=-1", "late=.5%", "late=1.%", ""] {
            assert!(allow(text, &mut given).is_err(), "{text}");
        }
    }

    #[test]
    fn fields() {
        assert_eq!(field("ts"), Ok(Path::name("ts")));
        assert_eq!(field(".@timestamp"), Ok(Path::name("@timestamp")));
        assert_eq!(field("`a.b`"), Ok(Path::name("a.b")));
        assert_eq!(field("meta.time").unwrap().behind_first(), [Segment::Name("time".to_owned())]);
        for text in ["", ".", "a.", "``", "a..b"] {
            assert!(field(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_with_bounds() {
        assert_eq!(jobs("4"), Ok(4));
        let now = Timestamp::MAX;
        assert_eq!(year("now", now), Ok(Year::Nearest(now)));
        assert_eq!(year("1999", now), Ok(Year::Of(1999)));
        assert_eq!(year("0024", now), Ok(Year::Of(24)));
        assert_eq!(year("24", now).unwrap_err().help, "did you mean 2024?");
        assert_eq!(year("99", now).unwrap_err().help, "did you mean 1999?");
        for text in ["0", "-1", "x", "", "99999"] {
            assert!(jobs(text).is_err() && year(text, now).is_err(), "{text}");
        }
        for text in ["0000", "4", "999", "+999", "02024", "20 4", "NOW"] {
            assert!(year(text, now).is_err(), "{text}");
        }
    }
}
