//! Help about what has another name here, and about what is only spoken of.

use super::{doc_text, forms_and_functions, topic_page};
use crate::cli::known::Known;
use crate::cli::topic::TOPICS;
use crate::spell;

/// Words of other tools, and words of this field that are no names here: where help about them is.
const WORDS: &[(&[&str], &[&str])] = &[
    (&["access", "apache", "httpd", "weblog"], &["access", "combined"]),
    (&["anonymise", "anonymize", "gdpr", "pseudonymise", "redact"], &["mask", "sha256"]),
    (&["array", "flatten", "unnest", "unwind", "nest"], &["explode"]),
    (&["average", "mean"], &["avg"]),
    (&["case", "ifelse", "iff", "switch", "ternary", "when"], &["if"]),
    (&["cat", "identity"], &["filter"]),
    (&["columns", "cut", "drop", "keep", "rename", "select"], &["project"]),
    (&["compressed", "compression", "gzip", "zstd"], &["formats"]),
    (&["countdistinct", "nunique", "cardinality", "uniques"], &["distinct"]),
    (&["date", "strftime", "strptime", "timestamp"], &["time", "format_time"]),
    (&["delay", "disorder", "late", "lateness", "order", "watermark"], &["time"]),
    (&["eventtime", "event-time", "timezone", "utc", "zone"], &["time"]),
    (&["exit", "exitcode", "status"], &["reports"]),
    (&["extract", "grok", "regexp"], &["parse", "regex_extract", "regex"]),
    (&["first_value", "head", "take"], &["limit"]),
    (
        &["freq", "frequency", "group", "groupby", "group-by", "histogram", "stats", "summarize"],
        &["aggregate"],
    ),
    (&["grep", "having", "search", "where"], &["filter"]),
    (&["hop", "hopping", "sliding", "tumbling"], &["window"]),
    (&["ifnull", "isnull", "nvl", "null", "nulls"], &["coalesce", "expressions"]),
    (&["jsonl", "jsonlines", "ldjson"], &["ndjson", "json"]),
    (&["lookup", "enrich", "merge"], &["join"]),
    (&["percentile", "percentiles", "quantiles"], &["p99", "quantile"]),
    (&["memory", "spill", "tmp"], &["options"]),
    (&["nginx", "log-format"], &["access"]),
    (&["operator", "operators", "in", "between", "and", "or", "not"], &["expressions"]),
    (&["orderby", "order-by", "rank"], &["sort", "top"]),
    (&["rejected", "rejects", "errors", "warnings"], &["reports"]),
    (&["session", "sessions"], &["window"]),
    (&["strlen", "len", "size"], &["length"]),
    (&["substring", "slice"], &["substr"]),
    (&["final", "latest", "tail"], &["last"]),
    (&["type", "types", "cast"], &["expressions"]),
    (&["uniq", "unique", "deduplicate"], &["dedup"]),
];

/// The names under which help about a word is, if it has another name here.
pub(super) fn elsewhere(word: &str) -> Option<&'static [&'static str]> {
    let word = word.to_lowercase();
    WORDS.iter().find(|(words, _)| words.contains(&&*word)).map(|(_, names)| *names)
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
        for (words, names) in WORDS {
            for name in *names {
                assert!(super::super::help(Some(name), &Known::ALL).is_ok(), "{words:?}: {name}");
            }
            for word in *words {
                let text = super::super::help(Some(word), &Known::ALL);
                assert!(text.is_ok_and(|text| !text.contains("spoken of")), "{word}");
            }
        }
    }

    #[test]
    fn other_words_are_looked_for() {
        let text = spoken_of("surrogate", &Known::ALL).unwrap();
        assert!(text.contains("tamis help ndjson"), "{text}");
        assert_eq!(spoken_of("qqq", &Known::ALL), None);
        assert_eq!(spoken_of("urrogat", &Known::ALL), None);
    }
}
