//! What would read a record that was rejected, if its file is as its bytes look.

use super::header_doubt::blank_before_quote;
use super::{ReadAs, Remedy};

/// An option, or another way, that is proposed with a reject. The report says each once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// A backslash is before a quote.
    Escape,
    /// A quote opens and does not close.
    NoQuote,
    /// Fields are within quotes, and quotes are text.
    Quoted,
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
    Headless(Remedy),
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
    /// What to do where the file is read so; of a [`Title`] see there.
    pub fn remedy(self, read_as: ReadAs) -> String {
        let from = |name: &str| format!("{} {name}", read_as.option("from"));
        match self {
            Self::Escape => "where a backslash is before quotes that are text: --escape '\\'".to_owned(),
            Self::Ambiguous => {
                "write such variables between quotes in the server's log format; in a log that there is, \
                                a $name of your own in its place takes the fewest bytes"
                    .to_owned()
            }
            Self::NoQuote => "where quotes are text like any other: --quote none".to_owned(),
            Self::Quoted => "where quotes are around fields: leave out --quote none".to_owned(),
            Self::SingleQuote => "where fields are in single quotes: --quote \"'\"".to_owned(),
            Self::BlankBeforeQuote => blank_before_quote(read_as),
            Self::BlankAfterQuote => {
                let command = "sed 's/\" *,/\",/g; s/\" *$/\"/' FILE";
                format!("a quote closes at the end of a field alone: {}", read_as.piped(command, Some("csv")))
            }
            Self::Continued { by_pattern } => {
                let also = match by_pattern {
                    true => ", and (?s) in --pattern, so that . matches line ends",
                    false => "",
                };
                format!(
                    "where such lines belong to the record before them (stack traces): --record-start REGEX, as in '^\\S'{also}"
                )
            }
            Self::Format("common") => format!("lines that end after the bytes: {}", from("common")),
            Self::Format("vhost") => format!("lines of combined after a virtual host: {}", from("vhost")),
            Self::Format(_) => {
                format!("lines of combined, whatever comes after the agent: {}", from("combined"))
            }
            Self::Headless(remedy) => remedy.of(read_as).to_owned(),
            Self::Title(_) => "where the lines before these are a title: --skip leaves them out".to_owned(),
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
    pub fn remedy(self, line: u64, read_as: ReadAs) -> String {
        let (skip, lines) = (read_as.option("skip"), line.saturating_sub(1));
        let comment = self
            .comment
            .map(|comment| format!("; where they are comments: {} '{comment}'", read_as.option("comment")));
        format!("where the lines before these are a title: {skip} {lines}{}", comment.unwrap_or_default())
    }
}
