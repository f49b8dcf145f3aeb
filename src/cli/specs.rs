//! SPECs that a stage cannot read, but whose meaning is plain: two stages in one word, a size of windows or a number in
//! other words.

use super::elsewhere::JOINERS;
use super::known::Known;
use super::line::Line;
use super::patterns::from_grok;
use super::proposal::{first_read, propose, spec_reads};
use super::repair::in_words_of_stage;
use super::words::Split;
use crate::error::{Error, shown};

/// The error for a SPEC that cannot be read, if it is known what is meant.
pub(super) fn check(line: Line<'_>, known: &Known, split: &Split) -> Option<Error> {
    let chain = split.stages.iter().zip(&split.spec_words);
    let wrong = chain.filter(|((stage, words), _)| !spec_reads(stage, words));
    wrong.into_iter().find_map(|((stage, words), at)| {
        let spec = words.spec.as_str();
        // A SPEC of -f is no word of the line.
        if line.word(*at) != Some(spec) {
            return None;
        }
        let meant = match stage.name {
            "window" => vec![vec![size(spec)?]],
            "sample" => vec![vec![part(spec)?]],
            "limit" => vec![vec![count(spec)?]],
            "parse" => vec![vec![from_grok(spec)?]],
            "join" if spec.starts_with('-') => {
                return option_first(line, known, *at, spec);
            }
            _ => stages_in(spec, known),
        };
        let lines: Vec<Vec<String>> = meant
            .into_iter()
            .map(|meant| {
                let mut words = line.all().to_vec();
                words.splice(*at..at + 1, meant);
                words
            })
            .collect();
        let (_, words) = first_read(line, known, &lines)?;
        let message = format!("\"{}\" is not a SPEC of {}", shown(spec), stage.name);
        Some(propose(line.error(&line.whole(*at), message), "write", words))
    })
}

/// `join --left users.csv`: the error for an option before the SPEC of a stage.
fn option_first(line: Line<'_>, known: &Known, at: usize, option: &str) -> Option<Error> {
    let meant = in_words_of_stage("join", option, line.word(at + 1)?).pop()?;
    let mut words = line.all().to_vec();
    words.splice(at..at + 2, meant);
    let (_, words) = first_read(line, known, &[words])?;
    let message = format!("\"{}\" is in the place of the SPEC of join", shown(option));
    Some(propose(line.error(&line.whole(at), message), "write", words))
}

/// The words of several stages that are in one SPEC: `status > 1 then sort ms`, `status > 1 | sort ms`.
fn stages_in(spec: &str, known: &Known) -> Vec<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut part: Vec<&str> = Vec::new();
    let mut rest = spec.split_whitespace().peekable();
    while let Some(word) = rest.next() {
        let is_stage = |next: &&str| known.stage(&next.to_lowercase()).is_some();
        let joins = JOINERS.contains(&word.to_lowercase().as_str());
        match rest.peek().copied().filter(|_| joins).filter(is_stage) {
            Some(stage) => {
                words.extend([part.join(" "), "then".to_owned(), stage.to_lowercase()]);
                part.clear();
                rest.next();
            }
            None => part.push(word),
        }
    }
    if words.is_empty() {
        return Vec::new();
    }
    words.push(part.join(" "));
    vec![words]
}

/// A size of windows in other words: `1 minute`, `5min`, `hourly`, `60`, `session 30m`.
pub(super) fn size(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    for kind in ["session", "count"] {
        if let Some(rest) = lower.strip_prefix(kind) {
            let rest = rest.trim_start_matches([' ', '=', '(', ':', ',']).trim_end_matches(')');
            let size = if kind == "count" { rest.to_owned() } else { size(rest)? };
            return Some(format!("{kind}:{size}"));
        }
    }
    let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let (number, unit) = lower.split_at(digits);
    let unit = match unit.trim() {
        "" => "s",
        "s" | "sec" | "secs" | "second" | "seconds" | "secondly" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" | "minutely" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" | "hourly" => "h",
        "d" | "day" | "days" | "daily" => "d",
        "w" | "wk" | "week" | "weeks" | "weekly" => "w",
        "mo" | "mon" | "month" | "months" | "monthly" => "mo",
        "y" | "yr" | "year" | "years" | "yearly" => "y",
        _ => return None,
    };
    match (number, unit) {
        ("", "s") if lower.is_empty() => None,
        ("", unit) => Some(format!("1{unit}")),
        (number, unit) => Some(format!("{number}{unit}")),
    }
}

/// The part that a percentage is: `10%` is 0.1.
fn part(text: &str) -> Option<String> {
    let percent =
        text.strip_suffix('%')?.trim().parse::<u8>().ok().filter(|percent| (1..100).contains(percent))?;
    Some(format!("0.{percent:02}").trim_end_matches('0').to_owned())
}

/// How many records: `-5`, `n=5`, `5 records`.
fn count(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let rest = text.replace(&digits, "");
    let is_known = ["-", "+", "n=", "n =", "records", "rows", "lines", "first"].contains(&rest.trim());
    (is_known && !digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_other_words() {
        for (text, meant) in [
            ("1min", "1m"),
            ("5 minutes", "5m"),
            ("60", "60s"),
            ("Hourly", "1h"),
            ("minute", "1m"),
            ("2 months", "2mo"),
            ("session 30m", "session:30m"),
            ("session(30 min)", "session:30m"),
            ("count=100", "count:100"),
        ] {
            assert_eq!(size(text).as_deref(), Some(meant), "{text}");
        }
        for text in ["", "m5", "5x", "a minute"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_in_other_words() {
        assert_eq!(part("10%").as_deref(), Some("0.1"));
        assert_eq!(part("5%").as_deref(), Some("0.05"));
        assert_eq!(part("100%"), None);
        assert_eq!(count("-5").as_deref(), Some("5"));
        assert_eq!(count("n=20").as_deref(), Some("20"));
        assert_eq!(count("5m"), None);
    }
}
