//! Help about what is no name here, but is spoken of.

use super::{doc_text, forms_and_functions, topic_page};
use crate::cli::known::Known;
use crate::cli::topic::TOPICS;
use crate::spell;

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
    fn other_words_are_looked_for() {
        let text = spoken_of("surrogate", &Known::ALL).unwrap();
        assert!(text.contains("tamis help ndjson"), "{text}");
        assert_eq!(spoken_of("qqq", &Known::ALL), None);
        assert_eq!(spoken_of("urrogat", &Known::ALL), None);
    }
}
