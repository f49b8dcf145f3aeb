//! What the values of the options mean that are about the bytes of CSV: delimiters, quotes, escapes, and spellings of null.

use super::values::Mistake;
use crate::error::shown;
use crate::format::options::byte;

/// What is around fields: one byte, or `none`.
pub(super) fn quote(text: &str) -> Result<Option<u8>, Mistake> {
    if text == "none" {
        return Ok(None);
    }
    byte(text).map(Some).ok_or_else(|| {
        Mistake::new(
            format!("not a quote: \"{}\"", shown(text)),
            "one byte other than a line end, such as \"'\", or none",
        )
    })
}

/// What makes the next byte stand for itself: one byte.
pub(super) fn escape(text: &str) -> Result<u8, Mistake> {
    byte(text).ok_or_else(|| {
        Mistake::new(
            format!("not an escape: \"{}\"", shown(text)),
            "one byte other than a line end, such as '\\'; without the option nothing is escaped",
        )
    })
}

/// Spellings of null as they are in the input, separated by commas. One that is in quotes there keeps them; one
/// that holds a comma has to, and is null without them too.
pub(super) fn nulls(text: &str) -> Result<Vec<String>, Mistake> {
    let mut nulls = Vec::new();
    let mut rest = Some(text);
    while let Some(from) = rest {
        let len = match from.strip_prefix('"') {
            None => from.find(',').unwrap_or(from.len()),
            Some(inside) => 2 + closing(inside).ok_or_else(|| in_quotes(from))?,
        };
        let (null, after) = from.split_at(len);
        rest = match after.strip_prefix(',') {
            None if !after.is_empty() => return Err(in_quotes(from)),
            rest => rest,
        };
        let inside = null.strip_prefix('"').and_then(|inside| inside.strip_suffix('"'));
        nulls.extend(inside.filter(|inside| inside.contains(',')).map(|inside| inside.replace("\"\"", "\"")));
        nulls.push(null.to_owned());
    }
    Ok(nulls)
}

/// The place of the quote that closes, where one inside is spelled as two.
fn closing(inside: &str) -> Option<usize> {
    let mut quotes = inside.match_indices('"').map(|(at, _)| at);
    while let Some(at) = quotes.next() {
        if !inside[at + 1..].starts_with('"') {
            return Some(at);
        }
        quotes.next();
    }
    None
}

#[cold]
fn in_quotes(text: &str) -> Mistake {
    Mistake::new(
        format!("not a spelling in quotes: {}", shown(text)),
        "spellings separated by commas; those in quotes as they stand there: NA,'\"NA\"' or '\"\"'",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::options::delimiter;

    #[test]
    fn bytes_that_are_hard_to_type() {
        let bytes = [(";", b';'), ("tab", b'\t'), ("\\t", b'\t'), ("\\x01", 1), ("\\x7C", b'|'), ("\\0", 0)];
        for (text, byte) in bytes.into_iter().chain([("\"", b'"'), ("\\", b'\\'), ("\\\\", b'\\')]) {
            assert_eq!(delimiter(text), Ok(byte), "{text}");
            assert_eq!(quote(text), Ok(Some(byte)), "{text}");
            assert_eq!(escape(text), Ok(byte), "{text}");
        }
        for text in ["", ";;", "é", "\n", "\\n", "\\r", "\\x0a", "\\x0D", "\\xe9", "\\x1", "\\x+1", "\\x001"]
        {
            assert!(delimiter(text).is_err() && quote(text).is_err() && escape(text).is_err(), "{text}");
        }
        assert_eq!(quote("none"), Ok(None));
        assert!(delimiter("none").is_err() && escape("none").is_err());
    }

    #[test]
    fn nulls_keep_their_quotes() {
        let cases: &[(&str, &[&str])] = &[
            ("NA", &["NA"]),
            ("", &[""]),
            ("NA,-,", &["NA", "-", ""]),
            ("\\N", &["\\N"]),
            ("\"NA\"", &["\"NA\""]),
            ("\"\"", &["\"\""]),
            ("\"\",NA,\"NA\"", &["\"\"", "NA", "\"NA\""]),
            ("\"a\"\"b\"", &["\"a\"\"b\""]),
            ("a\"b", &["a\"b"]),
            ("'NA'", &["'NA'"]),
            ("\"a,b\"", &["a,b", "\"a,b\""]),
        ];
        for (text, expected) in cases {
            assert_eq!(nulls(text).unwrap(), *expected, "{text}");
        }
        for text in ["\"", "\"NA", "\"NA\"x", "a,\"b"] {
            assert!(nulls(text).is_err(), "{text}");
        }
    }
}
