//! Help about what has another name here, and about what is only spoken of.

use super::{doc_text, forms_and_functions, topic_page};
use crate::cli::elsewhere;
use crate::cli::known::Known;
use crate::cli::topic::TOPICS;
use crate::expr::named_here;
use crate::spell;

/// Words of this field, and of other tools, that name no stage, option, format or function there: where help about
/// them is.
const WORDS: &[(&[&str], &[&str])] = &[
    (&["anonymise", "anonymize", "gdpr", "pseudonymise", "redact"], &["mask", "sha256"]),
    (&["array", "unwind"], &["explode"]),
    (&["case", "switch", "ternary", "when"], &["if"]),
    (&["compressed", "compression", "gzip", "zstd"], &["formats"]),
    (&["date"], &["time", "format_time"]),
    (&["delay", "disorder", "late", "lateness", "order", "watermark"], &["time"]),
    (&["eventtime", "event-time", "timezone", "utc", "zone"], &["time"]),
    (&["exit", "exitcode", "status"], &["reports"]),
    (&["extract", "regexp"], &["parse", "regex_extract", "regex"]),
    (&["first_value"], &["first"]),
    (&["hop", "hopping", "session", "sessions", "sliding", "tumbling"], &["window"]),
    (&["null", "nulls"], &["coalesce", "expressions"]),
    (&["ldjson"], &["ndjson", "json"]),
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
    if let Some(names) = of_this_field(&lower) {
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

fn of_this_field(word: &str) -> Option<&'static [&'static str]> {
    WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, names)| *names)
}

/// The pages and entries that speak of a word, with the first line of each that does; `None` if none does.
pub(super) fn spoken_of(word: &str, known: &Known) -> Option<String> {
    const MOST: usize = 12;
    if word.chars().count() < 3 {
        return None;
    }
    let mut found = Vec::new();
    // The lists of topics hold all entries, which are looked through one by one.
    let topics = TOPICS.iter().filter(|topic| topic.list.is_none());
    let topics = topics.map(|topic| (topic.name, topic_page(topic, known).to_text()));
    let stages = known.stages.iter().map(|row| (row.name, doc_text(&row.doc)));
    let functions = forms_and_functions(known).into_iter().map(|(name, _, doc)| (name, doc_text(doc)));
    let aggregates = known.aggregates.iter().map(|row| (row.name, doc_text(&row.doc)));
    let formats = known.formats.iter().map(|row| (row.name, doc_text(&row.doc)));
    for (name, text) in topics.chain(stages).chain(functions).chain(aggregates).chain(formats) {
        if let Some(line) = line_with(&text, word) {
            found.push(format!("  tamis help {name:12} {line}\n"));
        }
    }
    if found.is_empty() {
        return None;
    }
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    let mut out =
        format!("nothing is called {}; it is spoken of in:\n\n{}", spell::word(word), found.concat());
    if more > 0 {
        out.push_str(&format!("\nand in {more} more\n"));
    }
    Some(out)
}

/// The first line that has a word, whatever its case, as a word of its own.
fn line_with(text: &str, word: &str) -> Option<String> {
    let wanted = word.to_lowercase();
    let has_word = |line: &&str| {
        let line = line.to_lowercase();
        let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        line.match_indices(&wanted).any(|(at, found)| {
            is_end(line[..at].chars().next_back()) && is_end(line[at + found.len()..].chars().next())
        })
    };
    text.lines().find(has_word).map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn other_words_are_looked_for() {
        let text = spoken_of("surrogate", &Known::ALL).unwrap();
        assert!(text.contains("tamis help ndjson"), "{text}");
        assert_eq!(spoken_of("qqq", &Known::ALL), None);
        assert_eq!(spoken_of("urrogat", &Known::ALL), None);
    }
}
