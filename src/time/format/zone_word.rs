//! `%Z`, the name of a zone, which jiff writes and does not read.

use std::borrow::Cow;

use jiff::fmt::strtime::BrokenDownTime;

use super::super::read::ZoneName;
use super::directives::directives;

/// What a text says by a format.
pub(super) struct Said<'a> {
    /// All but the name of a zone.
    pub(super) parts: BrokenDownTime,
    /// The name of a zone.
    pub(super) name: Option<ZoneName>,
    /// The format without `%Z`.
    pub(super) format: Cow<'a, str>,
    /// The text without the name of the zone.
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> Said<'a> {
    /// Nothing where the text is not of the format.
    pub(super) fn of(format: &'a str, bytes: &'a [u8]) -> Option<Self> {
        match BrokenDownTime::parse(format, bytes) {
            Ok(parts) => {
                let (format, bytes) = (Cow::Borrowed(format), Cow::Borrowed(bytes));
                Some(Self { parts, name: None, format, bytes })
            }
            Err(_) => Self::in_words(format, bytes),
        }
    }

    /// Of a text that jiff does not read, for a word in it: the name of a zone, or `Sept`.
    #[inline(never)]
    pub(super) fn in_words(format: &'a str, bytes: &'a [u8]) -> Option<Self> {
        let zone = if format.contains('Z') {
            directives(format).find(|range| format.get(range.clone()).is_some_and(|text| text.ends_with('Z')))
        } else {
            None
        };
        let Some(zone) = zone else {
            let bytes = in_three_letters(bytes)?;
            let parts = BrokenDownTime::parse(format, &bytes).ok()?;
            return Some(Self { parts, name: None, format: Cow::Borrowed(format), bytes: Cow::Owned(bytes) });
        };
        let (before, after) = (format.get(..zone.start)?, format.get(zone.end..)?);
        let (parts, read) = BrokenDownTime::parse_prefix(before, bytes).ok()?;
        let (front, rest) = bytes.split_at_checked(read)?;
        let (word, rest) = zone_word(rest);
        let name = Some(ZoneName::read(word)?);
        if after.is_empty() {
            let of_front = Self { parts, name, format: Cow::Borrowed(before), bytes: Cow::Borrowed(front) };
            return rest.is_empty().then_some(of_front);
        }
        let (format, bytes) = ([before, after].concat(), [front, rest].concat());
        let parts = BrokenDownTime::parse(&format, &bytes).ok()?;
        Some(Self { parts, name, format: Cow::Owned(format), bytes: Cow::Owned(bytes) })
    }
}

/// A text with `Sep` in place of `Sept`, as England and Australia write it.
fn in_three_letters(text: &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memmem::find(text, b"Sept")? + 4;
    let rest = text.get(end..)?;
    let is_whole = rest.first().is_none_or(|next| !next.is_ascii_alphabetic());
    is_whole.then(|| [text.get(..end - 1).unwrap_or(&[]), rest].concat())
}

/// The letters that lead a text, and what follows them.
pub(super) fn zone_word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}
