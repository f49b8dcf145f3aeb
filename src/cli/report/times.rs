//! What would read a value that was no time where one was wanted.

use crate::record::Site;
use crate::time::{NotATime, Proposal, Stated, TimeReader, Zone, propose, zones_by_clock};

/// The remedy for a fault, of which `detail` is the reason and the value: of values that only a format reads, the call
/// that does, or how a date in the expression itself is written.
pub(super) fn remedy(site: &Site, detail: &str, zone: &Zone) -> Option<String> {
    let expr = site.spec.get(site.place.clone())?;
    let (reason, value) = detail.split_once(": ").unwrap_or((detail, ""));
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let years = "--year 2024 gives the year, --year now the one nearest to now()";
    let is_date = [NotATime::Malformed.reason(), "neither a time nor a duration"].contains(&reason);
    if is_date || reason.starts_with("a time beside text that is not one") {
        let as_read = literals(expr).find_map(|literal| as_read(literal, zone));
        if as_read.is_some() {
            return as_read;
        }
    }
    match reason {
        _ if is_date => by_format(expr, value, zone),
        _ if reason.starts_with(NotATime::UnknownUnit.reason()) => {
            let units = || argument(expr).map(|x| format!("time({x}, 's'), or 'ms', 'us', 'ns'"));
            by_format(expr, value, zone).or_else(units)
        }
        _ if reason == NotATime::NoYear.reason() || reason == NotATime::NoLeapDay.reason() => {
            Some(years.to_owned())
        }
        _ if reason == NotATime::UnknownZone.reason() => {
            let zones = zones_by_clock(value.as_bytes());
            Some(match zones {
                Some((name, zones)) => format!("--tz {zones}, or the zone that uses {name}"),
                None => "--tz names the zone that uses it, or write an offset such as -03:00 in its place"
                    .to_owned(),
            })
        }
        _ if reason == NotATime::Tai64.reason() => NotATime::Tai64.remedy().map(str::to_owned),
        _ => None,
    }
}

/// The texts in quotes of an expression.
fn literals(expr: &str) -> impl Iterator<Item = &str> {
    let texts = |quote: char| expr.split(quote).skip(1).step_by(2);
    texts('"').chain(texts('\''))
}

/// How a date that only a format reads is written to be read without one.
fn as_read(literal: &str, zone: &Zone) -> Option<String> {
    if TimeReader::new(zone.clone()).read(literal.as_bytes()).is_ok() {
        return None;
    }
    let all = propose(literal.as_bytes(), zone).ok()?.written(literal.as_bytes(), zone, None);
    let all: Vec<String> = all.iter().map(|date| format!("\"{date}\"")).collect();
    (!all.is_empty()).then(|| format!("write \"{literal}\" as {}", all.join(", or ")))
}

/// The call that reads a value by a format.
fn by_format(expr: &str, value: &str, zone: &Zone) -> Option<String> {
    let Proposal { formats, zone: of_clock } = match propose(value.as_bytes(), zone) {
        Ok(proposal) => proposal,
        Err(NotATime::ForeignMonth) => return NotATime::ForeignMonth.remedy().map(str::to_owned),
        Err(_) => return None,
    };
    let (argument, which) = match argument(expr) {
        Some(argument) => (argument, ""),
        None => ("x", ", where x is the value that is not a time"),
    };
    let calls: Vec<String> = formats.iter().map(|format| format!("time({argument}, '{format}')")).collect();
    let is_yearless = |format: &String| Stated::parse(format).is_ok_and(|stated| stated.is_yearless());
    let year = if formats.iter().any(is_yearless) { ", with --year now" } else { "" };
    let of_clock = of_clock.map_or(String::new(), |zone| format!(", with --tz {zone}"));
    Some(format!("{}{which}{year}{of_clock}", calls.join(", or ")))
}

/// The first argument, where an expression is nothing but the call of a function with the name of a field or something in quotes.
fn argument(expr: &str) -> Option<&str> {
    let (_, rest) = expr.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    if let Some(quote) = inner.chars().next().filter(|first| matches!(first, '"' | '\'' | '`')) {
        let end = inner.get(1..)?.find(quote)? + 2;
        return inner.get(..end);
    }
    let first = inner.split(',').next()?.trim();
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.');
    (!first.is_empty() && first.chars().all(in_name)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(expr: &str, detail: &str) -> Option<String> {
        let site = Site { stage: "project", spec: expr.into(), place: 0..expr.len() };
        remedy(&site, detail, &Zone::utc())
    }

    #[test]
    fn calls_and_dates() {
        for (expr, detail, expected) in [
            ("time(x)", "not a time: \"31.03.2024\"", "time(x, '%d.%m.%Y')"),
            ("floor(a.b, 1d)", "not a time: \"31.03.2024\"", "time(a.b, '%d.%m.%Y')"),
            (
                "ts - x",
                "neither a time nor a duration: \"05/06/2024\"",
                "time(x, '%m/%d/%Y'), or time(x, '%d/%m/%Y'), where x is the value that is not a time",
            ),
            ("time(x)", "not a time: \"05-14 12:00\"", "time(x, '%m-%d %H:%M'), with --year now"),
            (
                "time(x)",
                "not a time: \"14.05.2024 12:00 CEST\"",
                "time(x, '%d.%m.%Y %H:%M %Z'), with --tz Europe/Berlin",
            ),
            ("time(\"31.03.2024\")", "not a time: \"31.03.2024\"", "write \"31.03.2024\" as \"2024-03-31\""),
            (
                "ts > '05/06/2024'",
                "not a time: \"2024-05-05\"",
                "write \"05/06/2024\" as \"2024-05-06\", or \"2024-06-05\"",
            ),
            (
                "time(\"05-14 12:00\")",
                "not a time: \"05-14 12:00\"",
                "time(\"05-14 12:00\", '%m-%d %H:%M'), with --year now",
            ),
            ("floor(x, 1d)", "an epoch of unknown unit, or a date: 20240514", "time(x, '%Y%m%d')"),
            ("time(x)", "an epoch of unknown unit: 5", "time(x, 's'), or 'ms', 'us', 'ns'"),
            (
                "ts > \"14.05.2024 12:00 CEST\"",
                "not a time: \"14.05.2024 12:00 CEST\"",
                "write \"14.05.2024 12:00 CEST\" as \"2024-05-14T12:00:00+02:00\"",
            ),
            ("time(x)", "not a time: \"14 août 2024\"", "months are read by their English names"),
            (
                "time(x)",
                "a zone name of unknown meaning: \"2024-05-14 12:00:00 CEST\"",
                "--tz Europe/Berlin, or the zone that uses CEST",
            ),
        ] {
            assert_eq!(said(expr, detail).as_deref(), Some(expected), "{expr}: {detail}");
        }
        assert_eq!(said("time(x)", "not a time: \"soon\""), None);
        assert_eq!(said("x + 1", "a number against text: \"31.03.2024\""), None);
    }
}
