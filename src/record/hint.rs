//! What would read a record that was rejected, if its file is as its bytes look.

use super::BLANK_REMEDY;

/// An option, or another way, that is proposed with a reject. The report says each once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// A backslash is before a quote.
    Escape,
    /// A quote opens and does not close.
    NoQuote,
    /// Fields are within single quotes.
    SingleQuote,
    /// A blank is before the quote of a field.
    BlankBeforeQuote,
    /// Only blanks are between a quote and the delimiter.
    BlankAfterQuote,
    /// It may be more of the record before it.
    Continued {
        /// A regex reads that, which has to match over lines.
        by_pattern: bool,
    },
    /// Its text does not say where one field ends and the next one begins.
    Ambiguous,
    /// Another format reads it.
    Format(&'static str),
    /// The lines are missing that say how the format's records are read: what helps.
    Headless(&'static str),
    /// The header line has fewer fields than the record: it may be a title.
    Title(Title),
}

/// A header line that may be a title.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Title {
    /// It is one field.
    pub is_one: bool,
    /// How it begins, if it begins as comments do.
    pub comment: Option<&'static str>,
}

/// What comments begin with.
pub(super) const COMMENTS: [&str; 5] = ["#", "//", "--", "%", ";"];

impl Hint {
    /// What to do; of a [`Title`] see there.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Escape => "where a backslash is before quotes that are text: --escape '\\'",
            Self::Ambiguous => {
                "write such variables between quotes in the server's log format; in a log that there is, \
                 a $name of your own in its place takes the fewest bytes"
            }
            Self::NoQuote => "where quotes are text like any other: --quote none",
            Self::SingleQuote => "where fields are in single quotes: --quote \"'\"",
            Self::BlankBeforeQuote => BLANK_REMEDY,
            Self::BlankAfterQuote => {
                "a quote closes at the end of a field alone: sed 's/\" *,/\",/g; s/\" *$/\"/' FILE | tamis --from csv …"
            }
            Self::Continued { by_pattern: false } => {
                "where such lines belong to the record before them (stack traces): --record-start REGEX, as in '^\\S'"
            }
            Self::Continued { by_pattern: true } => {
                "where such lines belong to the record before them (stack traces): --record-start REGEX, as in '^\\S', and (?s) in --pattern, so that . matches line ends"
            }
            Self::Format("common") => "lines that end after the bytes: --from common",
            Self::Format("vhost") => "lines of combined after a virtual host: --from vhost",
            Self::Format(_) => "lines of combined, whatever comes after the agent: --from combined",
            Self::Headless(remedy) => remedy,
            Self::Title(_) => "where the lines before these are a title: --skip leaves them out",
        }
    }
}

impl Title {
    /// The title that a header line of these names may be.
    pub fn of(names: &[String]) -> Self {
        let first = names.first().map_or("", String::as_str);
        let comment = COMMENTS.iter().find(|comment| first.starts_with(**comment)).copied();
        Self { is_one: names.len() == 1, comment }
    }

    /// What to do, if the first record with more fields is on this line.
    pub fn remedy(self, line: u64) -> String {
        let skip = line.saturating_sub(1);
        let comment = self.comment.map(|comment| format!("; where they are comments: --comment '{comment}'"));
        format!("where the lines before these are a title: --skip {skip}{}", comment.unwrap_or_default())
    }
}
