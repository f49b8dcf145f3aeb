//! What would read a record whose quotes or number of fields are wrong, by its bytes.

use super::decode::DelimitedDecoder;
use super::split::{Record, Stray};
use crate::hash::Map;
use crate::record::{After, Dialect, Escape, HeaderDoubt, Heading, Hint, Title};

/// What would read a line with this wrong with its quotes.
#[cold]
pub(super) fn hint_of_stray(line: &[u8], dialect: Dialect, stray: Stray) -> Option<Hint> {
    let quote = dialect.quote?;
    if escapes_quotes(line, dialect) {
        return Some(Hint::Escape);
    }
    match stray {
        Stray::Unclosed => Some(Hint::NoQuote),
        Stray::Escape => None,
        Stray::Behind(_) => {
            blank_after_quote(line, dialect.delimiter, quote).then_some(Hint::BlankAfterQuote)
        }
    }
}

/// Whether quotes have a backslash before them, and no escape is known.
fn escapes_quotes(line: &[u8], dialect: Dialect) -> bool {
    let is_escaped = |pair: &[u8]| pair.first() == Some(&b'\\') && pair.get(1).copied() == dialect.quote;
    dialect.quote.is_some() && dialect.escape == Escape::None && line.windows(2).any(is_escaped)
}

/// Whether blanks alone are between a quote and a comma or the end.
fn blank_after_quote(line: &[u8], delimiter: u8, quote: u8) -> bool {
    let ends_late = |part: &[u8]| part.ends_with(b" ") && part.trim_ascii_end().last() == Some(&quote);
    (delimiter, quote) == (b',', b'"') && line.split(|byte| *byte == delimiter).any(ends_late)
}

impl DelimitedDecoder {
    /// What would read a record that was rejected.
    #[cold]
    pub(super) fn hint(&self, bytes: &[u8], record: Record, fields: usize) -> Option<Hint> {
        let line = bytes.get(record.start..record.end).unwrap_or(&[]);
        if let Some(stray) = record.stray {
            return hint_of_stray(line, self.dialect, stray);
        }
        if self.ragged || fields == self.names.len() {
            return None;
        }
        if escapes_quotes(line, self.dialect) {
            return Some(Hint::Escape);
        }
        self.hint_of_quotes(line).or_else(|| (fields > self.names.len()).then(|| self.title()).flatten())
    }

    fn hint_of_quotes(&self, line: &[u8]) -> Option<Hint> {
        let Dialect { delimiter, quote, .. } = self.dialect;
        let parts = || line.split(|byte| *byte == delimiter);
        let begins = |part: &[u8], byte: u8| part.first() == Some(&byte);
        let begins_late = |part: &[u8]| begins(part, b' ') && begins(part.trim_ascii_start(), b'"');
        if (delimiter, quote) == (b',', Some(b'"')) && parts().any(begins_late) {
            return Some(Hint::BlankBeforeQuote);
        }
        if quote.is_none() && self.dialect.escape != Escape::Letters && parts().any(|part| begins(part, b'"'))
        {
            return Some(Hint::Quoted);
        }
        let single = b'\'';
        let opened =
            parts().position(|part| begins(part, single) && (part.len() == 1 || !part.ends_with(b"'")));
        let closed = parts().skip(opened? + 1).any(|part| part.ends_with(b"'"));
        (quote != Some(single) && closed && !line.contains(&b'"')).then_some(Hint::SingleQuote)
    }

    /// The header line as a title, unless it was given, or something else is the matter with it.
    fn title(&self) -> Option<Hint> {
        let spelled = Map::default();
        let (dialect, after) = (Some(self.dialect), After::default());
        let heading = Heading { names: &self.names, spelled: &spelled, format: "csv", dialect, after };
        let is_plain = !self.names_given && HeaderDoubt::of(heading, false).is_none();
        is_plain.then(|| Hint::Title(Title::of(&self.names)))
    }
}
