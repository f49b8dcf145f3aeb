//! Help about what has another name here: words of this field, and words of other tools.

use crate::cli::elsewhere;
use crate::expr::named_here;
use crate::time::Size;

/// Words of this field, and of other tools, that name no stage, option, format or function there: where help about
/// them is.
const WORDS: &[(&[&str], &[&str])] = &[
    (&["anonymise", "anonymize", "gdpr", "pseudonymise", "redact"], &["mask", "sha256"]),
    (&["all", "window_end", "window_start"], &["window"]),
    (&["array", "unwind"], &["explode"]),
    (&["case", "switch", "ternary", "when"], &["if"]),
    (&["compressed", "compression", "gzip", "zstd"], &["formats"]),
    (&["chain", "pipeline", "spec", "stage"], &["stages"]),
    (&["condition", "expr", "expression", "false", "is", "literal", "true"], &["expressions"]),
    (&["date"], &["time", "format_time"]),
    (&["delay", "disorder", "late", "lateness", "order", "watermark"], &["time"]),
    (&["eventtime", "event-time", "timezone", "utc", "zone"], &["time"]),
    (&["environment", "file", "less", "no_color", "pager", "term", "tmpdir", "tz"], &["tamis"]),
    (&["exit", "exit-code", "exit-status", "exitcode", "status"], &["reports"]),
    (&["extract", "regexp"], &["parse", "regex_extract", "regex"]),
    (&["field", "fields", "member", "path"], &["expressions"]),
    (&["first_value"], &["first"]),
    (&["hop", "hopping", "session", "sessions", "sliding", "tumbling"], &["window"]),
    (&["null", "nulls"], &["coalesce", "expressions"]),
    (&["ldjson"], &["ndjson", "json"]),
    (&["key"], &["by"]),
    (&["lookup", "enrich", "merge"], &["join"]),
    (&["percentile", "percentiles", "quantiles"], &["p99", "quantile"]),
    (&["memory", "spill", "tmp"], &["options"]),
    (&["log-format", "nginx"], &["combined", "access"]),
    (&["operator", "operators", "in", "between", "and", "or", "not"], &["expressions"]),
    (&["rank"], &["sort", "top"]),
    (&["select", "keep", "only"], &["project", "filter"]),
    (&["rejected", "rejects", "errors", "warnings"], &["reports"]),
    (&["final", "tail"], &["last"]),
    (&["types", "cast"], &["expressions"]),
    (&["deduplicate"], &["dedup"]),
];

/// The names under which help about a word is, if it has another name here: the words of this field first, then what
/// messages propose for words of other tools.
pub(super) fn elsewhere(word: &str) -> Vec<&'static str> {
    let lower = word.to_lowercase();
    if let Some(names) = of_this_field(&lower).or_else(|| by_shape(&lower)) {
        return names.to_vec();
    }
    let mut names: Vec<&str> = named_here(word).into_iter().collect();
    names.extend(elsewhere::named_here(word).into_iter().filter(|name| Some(*name) != named_here(word)));
    names
}

/// A line that names further help about a word which an entry has for its name.
pub(super) fn see_also(word: &str) -> Option<String> {
    let word = word.trim_start_matches('-');
    let names = of_this_field(word)?.iter().filter(|name| **name != word);
    let commands: Vec<String> = names.map(|name| format!("tamis help {name}")).collect();
    Some(format!("    See also: {}\n", commands.join(", ")))
}

/// Where help about an operator, and about what `window` takes for a size, is.
fn by_shape(word: &str) -> Option<&'static [&'static str]> {
    let is_operator = !word.is_empty() && word.chars().all(|c| c.is_ascii_punctuation());
    let is_size = word.starts_with("count:") || word.starts_with("session:") || Size::parse(word).is_ok();
    match (is_operator, is_size) {
        (true, _) => Some(&["expressions"]),
        (_, true) => Some(&["window"]),
        _ => None,
    }
}

fn of_this_field(word: &str) -> Option<&'static [&'static str]> {
    WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, names)| *names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::known::Known;

    #[test]
    fn words_lead_to_help() {
        let of_field = WORDS.iter().flat_map(|(words, _)| *words);
        let of_tools = elsewhere::all_words();
        for word in of_field.copied().chain(of_tools) {
            let text = super::super::help(Some(word), &Known::ALL);
            assert!(text.as_ref().is_ok_and(|text| !text.contains("spoken of")), "{word}: {text:?}");
        }
        for name in WORDS.iter().flat_map(|(_, names)| *names) {
            assert!(super::super::help(Some(name), &Known::ALL).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_has_two_names_is_shown_once() {
        for (word, first) in
            [("mean", "avg(x)"), ("nginx", "combined"), ("head", "LIMIT"), ("-F", "--delimiter")]
        {
            let text = super::super::help(Some(word), &Known::ALL).unwrap();
            assert!(text.trim_start().starts_with(first), "{word}: {text}");
            assert_eq!(text.matches(&format!("\n{first}\n")).count().max(1), 1, "{word}: {text}");
        }
        let late = super::super::help(Some("late"), &Known::ALL).unwrap();
        assert!(late.contains("--late FILE") && late.ends_with("See also: tamis help time\n"), "{late}");
    }
}
