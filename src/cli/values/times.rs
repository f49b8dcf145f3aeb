//! What the values of options mean that are points in time, or years.

use super::Mistake;
use crate::time::{Duration, NotATime, TimeReader, Timestamp, Year, propose, relative, zones_by_clock};

/// A point in time, as `times` reads literals.
pub(in super::super) fn time(text: &str, times: &TimeReader) -> Result<Timestamp, Mistake> {
    time_near(text, times, None)
}

fn time_near(text: &str, times: &TimeReader, now: Option<Timestamp>) -> Result<Timestamp, Mistake> {
    let in_doubt = TimeReader::new(times.zone().clone()).is_date_with_hour(text.as_bytes());
    if let (true, Some((date, hour))) = (in_doubt, text.split_at_checked(8)) {
        let reason = format!("a date and an hour, or seconds: \"{text}\"");
        let (month, day) = (date.get(4..6).unwrap_or(""), date.get(6..).unwrap_or(""));
        let year = date.get(..4).unwrap_or("");
        return Err(Mistake::new(reason, format!("write {year}-{month}-{day}T{hour}:00, or {text}.0")));
    }
    times.read_any(text.as_bytes(), None).map_err(|reason| not_a_time(text, reason, times, now))
}

/// Why a text is not a time, and what to write instead.
fn not_a_time(text: &str, reason: NotATime, times: &TimeReader, now: Option<Timestamp>) -> Mistake {
    let mistake =
        |reason: NotATime, help: &str| Mistake::new(format!("{}: \"{text}\"", reason.reason()), help);
    match reason {
        NotATime::NoYear => {
            mistake(reason, "--year 2024 gives it, or write one such as 2026-03-01T12:00:00Z")
        }
        NotATime::NoLeapDay => mistake(reason, "see --year, or write one such as 2024-02-29T12:00:00Z"),
        NotATime::UnknownZone => {
            let zones = zones_by_clock(text.as_bytes());
            let help = zones.map_or("--tz names the zone that uses it".to_owned(), |(name, zones)| {
                format!("--tz {zones}, or the zone that uses {name}")
            });
            mistake(reason, &format!("{help}; +02:00 is understood everywhere"))
        }
        NotATime::Malformed
        | NotATime::UnknownUnit
        | NotATime::DateDigits
        | NotATime::StampDigits
        | NotATime::MinuteDigits
        | NotATime::ShortDigits => match propose(text.as_bytes(), times.zone()) {
            Ok(proposal) => {
                let year = times.year().or(now.map(Year::Nearest));
                let all = proposal.written(text.as_bytes(), times.zone(), year);
                let help =
                    if all.is_empty() { SUCH_AS.to_owned() } else { format!("write {}", all.join(", or ")) };
                mistake(NotATime::Malformed, &help)
            }
            Err(NotATime::ForeignMonth) => {
                mistake(NotATime::ForeignMonth, "months are read by their English names; or write 2026-03-01")
            }
            Err(graver) => mistake(graver, SUCH_AS),
        },
        NotATime::Tai64 => mistake(reason, reason.remedy().unwrap_or(SUCH_AS)),
        other => mistake(other, SUCH_AS),
    }
}

const SUCH_AS: &str = "such as 2026-03-01 or 2026-03-01T12:00:00Z";

/// A point in time; a length of time, with or without `-`, that counts back from `now`; `today`, `yesterday`, or a time
/// of day, the last one before `now`.
pub(in super::super) fn bound(text: &str, times: &TimeReader, now: Timestamp) -> Result<Timestamp, Mistake> {
    if let Some(back) = Duration::parse(text.as_bytes()) {
        return Ok(now.saturating_sub(back.abs()));
    }
    match relative(text, now, times.zone()) {
        Some(time) => Ok(time),
        None => time_near(text, times, Some(now)).map_err(|mistake| match mistake.help == SUCH_AS {
            true => Mistake {
                help: "a time such as 2026-03-01T12:00:00Z, today, yesterday or 09:00, or a length such as 2h to count back from now"
                    .to_owned(),
                ..mistake
            },
            false => mistake,
        }),
    }
}

/// A year of four digits, or `now`: the one that brings a stamp nearest to now. Fewer digits are mostly a year without
/// its century; who means the first thousand years writes `0024`.
pub(in super::super) fn year(text: &str, now: Timestamp) -> Result<Year, Mistake> {
    if text == "now" {
        return Ok(Year::Nearest(now));
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    match (number, text.len()) {
        (Some(year @ 1..=9999), 4) => Ok(Year::Of(year)),
        (Some(short), 2) => {
            let century = if short < 70 { 2000 } else { 1900 };
            let help = format!("did you mean {}?", century + short);
            Err(Mistake::new(format!("a year without its century: \"{text}\""), help))
        }
        _ => {
            let help = "four digits, from 0001 to 9999, such as 2024, or now";
            Err(Mistake::new(format!("not a year: \"{text}\""), help))
        }
    }
}
