//! What a shell's script says of the line, and how it is answered.

use super::candidates::{Candidate, Candidates};
use super::line_text::{Open, Split, split};

/// A shell that asks.
#[derive(Clone, Debug)]
pub(super) enum Shell {
    /// It is given words as they are inserted, quoted, from where its line editor begins a word.
    Bash {
        /// What of the word stays as it is.
        kept: String,
        /// In what the rest stands.
        open: Option<Open>,
    },
    /// Zsh and fish quote words themselves, and show descriptions.
    Describing,
}

/// A line as it is typed.
#[derive(Debug)]
pub(super) struct Typed {
    /// Words before that of the cursor.
    pub(super) before: Vec<String>,
    /// The word of the cursor up to it.
    pub(super) current: String,
    /// Words after that of the cursor.
    pub(super) after: Vec<String>,
    /// Who asks.
    pub(super) shell: Shell,
}

impl Typed {
    /// Reads `bash WORDBREAKS BEFORE AFTER`, where the last two are the text of the line before and after the cursor, or
    /// `zsh INDEX WORD…` and `fish INDEX WORD…` with the number of the word of the cursor, from 0.
    pub(super) fn read(words: &[String]) -> Option<Self> {
        let (shell, rest) = words.split_first()?;
        match (&**shell, rest) {
            ("bash", [breaks, before, after]) => Self::of_text(breaks, before, after),
            ("zsh", [index, words @ ..]) => Self::of_words(index, words, str::to_owned),
            // Fish gives the word of the cursor with its quotes, which may be open.
            ("fish", [index, words @ ..]) => Self::of_words(index, words, |word| split(word, "", "").current),
            _ => None,
        }
    }

    fn of_text(breaks: &str, before: &str, after: &str) -> Option<Self> {
        let Split { words, current, kept, open, after } = split(before, after, breaks);
        let mut words = words.into_iter().skip_while(|word| is_assignment(word));
        // The program's own name.
        words.next()?;
        let kept = current.get(..kept)?.to_owned();
        Some(Self { before: words.collect(), current, after, shell: Shell::Bash { kept, open } })
    }

    fn of_words(index: &str, words: &[String], unquote: impl Fn(&str) -> String) -> Option<Self> {
        let (before, rest) = words.split_at_checked(index.parse().ok()?)?;
        let (current, after) =
            rest.split_first().map_or((String::new(), &[][..]), |(current, after)| (unquote(current), after));
        Some(Self { before: before.to_vec(), current, after: after.to_vec(), shell: Shell::Describing })
    }
}

/// `NAME=value` before a command.
fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

impl Shell {
    /// The lines that the script reads.
    pub(super) fn answer(&self, found: &Candidates) -> String {
        let mut lines: Vec<String> = Vec::new();
        let told = [(found.files, ":files"), (found.folders, ":folders"), (found.goes_on, ":nospace")];
        lines.extend(told.iter().filter(|(is_so, _)| *is_so).map(|(_, line)| (*line).to_owned()));
        lines.extend(found.words.iter().filter_map(|candidate| self.line(candidate)));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn line(&self, candidate: &Candidate) -> Option<String> {
        let Candidate { word, about } = candidate;
        match self {
            Self::Bash { kept, open } => word.strip_prefix(&**kept).map(|rest| quoted(rest, *open)),
            Self::Describing if about.is_empty() => Some(word.clone()),
            Self::Describing => Some(format!("{word}\t{about}")),
        }
    }
}

/// A part of a word as bash reads it where nothing is open, or a quote.
fn quoted(part: &str, open: Option<Open>) -> String {
    let mut out = String::new();
    for c in part.chars() {
        match (open, c) {
            (Some(Open::Single), '\'') => out.push_str("'\\''"),
            (Some(Open::Double), '"' | '$' | '`' | '\\') => out.extend(['\\', c]),
            (None, c) if !(c.is_alphanumeric() || "_@%+=:,./-".contains(c)) => out.extend(['\\', c]),
            (_, c) => out.push(c),
        }
    }
    out
}
