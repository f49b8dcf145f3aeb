//! What would read a value that was no time where one was wanted.

use crate::record::Site;
use crate::time::{NotATime, Proposal, Stated, Year, Zone, propose, written, zones_by_clock};
use crate::value::looks::formats_of;

/// The remedy for a fault, of which `detail` is the reason and the value: of values that only a format reads, the call
/// that does, or how a date in the expression itself is written.
pub(super) fn remedy(site: &Site, detail: &str, zone: &Zone) -> Option<String> {
    let expr = site.spec.get(site.place.clone())?;
    let (reason, value) = detail
        .rsplit_once(": \"")
        .map_or((detail, ""), |(reason, value)| (reason, value.strip_suffix('"').unwrap_or(value)));
    let years = "--year 2024 gives the year, --year now the one nearest to now()";
    let is_date = [NotATime::Malformed.reason(), "neither a time nor a duration"].contains(&reason);
    if let Some(literal) = literals(expr).find(|text| !formats_of(text.as_bytes()).is_empty())
        && (is_date || reason.starts_with("a time beside text that is not one"))
    {
        return as_read(literal, zone).map(|all| format!("write \"{literal}\" as {all}"));
    }
    match reason {
        _ if is_date => by_format(expr, value, zone),
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

/// A date as it is read without a format, in quotes.
fn as_read(literal: &str, zone: &Zone) -> Option<String> {
    let Proposal { formats, .. } = propose(literal.as_bytes(), zone).ok()?;
    let mut all: Vec<String> = formats
        .iter()
        .filter_map(|format| written(literal.as_bytes(), format, zone, None::<Year>))
        .map(|date| format!("\"{date}\""))
        .collect();
    all.dedup();
    (!all.is_empty()).then(|| all.join(", or "))
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
        None => ("x", ", where x is what is no time"),
    };
    let calls: Vec<String> = formats.iter().map(|format| format!("time({argument}, '{format}')")).collect();
    let is_yearless = |format: &String| Stated::parse(format).is_ok_and(|stated| stated.is_yearless());
    let year = if formats.iter().any(is_yearless) { ", with --year now" } else { "" };
    let of_clock = of_clock.map_or(String::new(), |zone| format!(", with --tz {zone}"));
    Some(format!("{}{which}{year}{of_clock}", calls.join(", or ")))
}

/// The first argument, where an expression is nothing but the call of a function with the name of a field.
fn argument(expr: &str) -> Option<&str> {
    let (_, rest) = expr.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
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
                "time(x, '%m/%d/%Y'), or time(x, '%d/%m/%Y'), where x is what is no time",
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
