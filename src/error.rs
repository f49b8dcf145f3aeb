//! The one error type: what went wrong, where in the user's own words, and what to do about it.
//!
//! An error ends the run with exit status 2. What merely spoils a record or a value is no error but a
//! reject or a fault and is counted in `record::findings`.

mod mistake;
mod snippet;

use std::fmt;
use std::ops::Range;

use crate::file_name;
pub use mistake::Mistake;
use snippet::{Snippet, cut_end};

/// The result of everything that can end a run.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of one word: message, and for a mistyped expression or option the text with the place in it.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
    snippet: Option<Snippet>,
    help: Option<String>,
    proposal: Option<Vec<String>>,
}

impl Error {
    /// An error with a message: lower case, no full stop, names in double quotes.
    #[cold]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), snippet: None, help: None, proposal: None }))
    }

    /// Shows `place` (a byte range) in `text` under a caret. Of a text over several lines the line of the
    /// place is shown.
    #[cold]
    #[must_use]
    pub fn at(mut self, text: &str, place: Range<usize>) -> Self {
        self.0.snippet = Some(Snippet { text: text.to_owned(), place });
        self
    }

    /// Adds the remedy, printed after the caret, or after the message when there is no caret.
    #[cold]
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Keeps the words of the command line that the remedy proposes, for who looks whether it can be read.
    #[cold]
    #[must_use]
    pub fn proposing(mut self, words: Vec<String>) -> Self {
        self.0.proposal = Some(words);
        self
    }

    /// The words of the command line that the remedy proposes.
    pub fn proposal(&self) -> Option<&[String]> {
        self.0.proposal.as_deref()
    }

    /// Puts `prefix: ` before the message (a stage's name, a file's name).
    #[cold]
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.0.message = format!("{prefix}: {}", self.0.message);
        self
    }

    /// The remedy in other words, if there is one.
    #[cold]
    #[must_use]
    pub fn map_help(mut self, words: impl FnOnce(&str) -> String) -> Self {
        self.0.help = self.0.help.as_deref().map(words);
        self
    }

    /// The text in which the error shows a place.
    pub fn shown_text(&self) -> Option<&str> {
        self.0.snippet.as_ref().map(|snippet| snippet.text.as_str())
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, snippet, help, .. } = &*self.0;
        write!(out, "{message}")?;
        match (snippet, help) {
            (None, None) => Ok(()),
            (None, Some(help)) => write!(out, "\n  help: {help}"),
            (Some(snippet), help) => snippet.write(out, help.as_deref()),
        }
    }
}

impl std::error::Error for Error {}

/// Columns that a name or a value takes in a message at most: more than names have, and a line or two of a terminal.
const WIDEST: usize = 160;

/// A name or a value as a message shows it: [`escaped`], cut where it is too long for a message.
pub fn shown(text: &str) -> String {
    // What comes after the cut is not looked at: it may be megabytes.
    let end = text.char_indices().nth(WIDEST + 1).map_or(text.len(), |(at, _)| at);
    cut_end(escaped(text.get(..end).unwrap_or(text)), WIDEST)
}

/// Text as a message shows it, whole: control characters escaped, so that a name from the input cannot draw on the
/// terminal. What is of any length, as fields and values are, is [`shown`].
pub fn escaped(text: &str) -> String {
    let text = &*file_name::spelled(text);
    if text.chars().any(draws) {
        text.chars().flat_map(|c| if draws(c) { c.escape_default().collect() } else { vec![c] }).collect()
    } else {
        text.to_owned()
    }
}

/// Whether a character does something to what is around it on a terminal: control characters, and those that change the
/// direction of writing (Unicode's explicit embeddings, overrides and isolates), so that text is not what it seems.
pub fn draws(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Bytes as a message shows them: [`shown`], invalid UTF-8 as `\xNN`, cut after 80 characters with `…`.
pub fn shown_bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(&shown(chunk.valid()));
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
        if text.len() > 400 {
            break;
        }
    }
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Why a regex is none, in the last line of what the regex crate says: the others show the pattern, which
/// the message does anyway.
pub fn regex_reason(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Names of a list as a message shows them: the first few, and how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let mut names = names.into_iter();
    let first: Vec<String> = names.by_ref().take(MOST).map(shown).collect();
    match names.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The entry of `known` that `word` most likely meant: the nearest by edit distance, if it is near at all.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody mistypes what is longer, and the distance of long words takes the product of their lengths.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return None;
    }
    let letters = word.chars().count();
    // Names of one letter are all as near to each other.
    let limit = if letters == 1 { 0 } else { (letters / 3).max(1) };
    let word_lower = word.to_lowercase();
    known
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&word_lower, &name.to_lowercase());
            // A name that starts with what was typed ("contain" for "contains") is near whatever its length.
            let prefix = word.len() >= 3 && name.starts_with(word);
            (if prefix { distance.min(limit) } else { distance }, name)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let error = Error::new("unknown function \"contain\"")
            .at("status >= 500 and contain(path)", 18..25)
            .help("did you mean contains(text, part)?")
            .within("filter");
        assert_eq!(
            error.to_string(),
            "filter: unknown function \"contain\"\n  status >= 500 and contain(path)\n                    ^^^^^^^ help: did you mean contains(text, part)?"
        );
    }

    #[test]
    fn a_place_at_the_end_and_in_a_later_line() {
        let error = Error::new("expected a value").at("a\nb +", 5..5);
        assert_eq!(error.to_string(), "expected a value\n  b +\n     ^");
    }

    #[test]
    fn control_bytes_are_escaped() {
        assert_eq!(shown_bytes(b"a\x1b[31m\xff"), "a\\u{1b}[31m\\xff");
        assert_eq!(shown("a\u{202e}b\u{2066}\u{200d}"), "a\\u{202e}b\\u{2066}\u{200d}");
    }

    #[test]
    fn nearest_names() {
        assert_eq!(nearest("contain", ["contains", "concat"]), Some("contains"));
        assert_eq!(nearest("stauts", ["status", "path"]), Some("status"));
        assert_eq!(nearest("zzz", ["status", "path"]), None);
        let long = "x".repeat(3_000_000);
        assert_eq!(nearest(&long, [long.as_str(), "x"]), None);
        assert_eq!(nearest("xxx", [long.as_str(), "xxy"]), Some("xxy"));
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..23).map(|number| format!("f{number}")).collect();
        let all = listed(names.iter().map(String::as_str));
        assert!(all.starts_with("f0, f1, ") && all.ends_with(", f19 and 3 more"), "{all}");
        assert_eq!(listed(["a", "b\n"]), "a, b\\n");
    }

    #[test]
    fn names_of_megabytes_are_cut() {
        let long = "x".repeat(3_000_000);
        assert_eq!(shown(&long), format!("{}…", "x".repeat(159)));
        assert_eq!(escaped(&long), long);
    }
}
