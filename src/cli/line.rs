//! The command line as the user typed it, for errors: words quoted again for a POSIX shell, and a caret
//! under the part that is wrong.

use std::ops::Range;

use crate::error::Error;
use crate::file_name;
use crate::spell::Quotes;

/// The words behind the program's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    words: &'a [String],
    /// How many faults a proposal for it may put right.
    faults: u8,
}

/// Faults of one line that are put right together: one who comes from another tool has its flags, its stage and its
/// order of words.
const MOST_FAULTS: u8 = 4;

/// A part of a word: its number, and the bytes in it. The word behind the last one is the line's end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Which word, from 0.
    pub(super) word: usize,
    /// Which bytes of it.
    pub(super) range: Range<usize>,
}

impl<'a> Line<'a> {
    /// The line of these words.
    pub(super) fn new(words: &'a [String]) -> Self {
        Self { words, faults: MOST_FAULTS }
    }

    /// A line that is itself a proposal, of which so many further faults may be put right.
    pub(super) fn proposed(words: &'a [String], faults: u8) -> Self {
        Self { words, faults }
    }

    /// How many faults a proposal for it may put right: with none, nothing is proposed.
    pub(super) fn faults(&self) -> u8 {
        self.faults
    }

    /// A word.
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        self.words.get(at).map(String::as_str)
    }

    /// All words.
    pub(super) fn all(&self) -> &'a [String] {
        self.words
    }

    /// The number of words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The place of a whole word, or of the end of the line.
    pub(super) fn whole(&self, word: usize) -> Place {
        Place { word, range: 0..self.word(word).map_or(0, str::len) }
    }

    /// An error that shows the place in the line.
    #[cold]
    pub(super) fn error(&self, place: &Place, message: impl Into<String>) -> Error {
        self.show(place, Error::new(message))
    }

    /// Shows the place in the line under an error.
    #[cold]
    pub(super) fn show(&self, place: &Place, error: Error) -> Error {
        let (text, range) = self.spell(place);
        error.at(&text, range)
    }

    /// The line as typed, and where the place stands in it.
    fn spell(&self, place: &Place) -> (String, Range<usize>) {
        let mut text = "tamis".to_owned();
        let mut range = None;
        for (at, word) in self.words.iter().enumerate() {
            text.push(' ');
            let start = text.len();
            let offsets = quote(word, &mut text);
            if at == place.word {
                let whole = place.range == (0..word.len());
                let find = |at: usize| offsets.get(at).copied().unwrap_or(text.len());
                range = Some(if whole {
                    start..text.len()
                } else {
                    find(place.range.start)..find(place.range.end)
                });
            }
        }
        let range = range.unwrap_or_else(|| {
            text.push(' ');
            text.len()..text.len()
        });
        (text, range)
    }
}

/// Appends a word as a shell would need it. Gives, for each byte of the word and for its end, where in
/// `out` it stands.
fn quote(word: &str, out: &mut String) -> Vec<usize> {
    let (head, rest) = match word.split_once('=') {
        Some((head, rest)) if head.starts_with("--") && Quotes::of(head) == Quotes::None => {
            word.split_at(word.len() - rest.len())
        }
        _ => ("", word),
    };
    let mut offsets: Vec<usize> = (0..head.len()).map(|at| out.len() + at).collect();
    out.push_str(head);
    if !file_name::is_text(rest) {
        return quote_bytes(rest, out, offsets);
    }
    let style = Quotes::of(rest);
    out.push_str(style.mark());
    for c in rest.chars() {
        offsets.extend((0..c.len_utf8()).map(|at| out.len() + at));
        match (c, style) {
            ('\'', Quotes::Single) => out.push_str("'\\''"),
            _ => out.push(c),
        }
    }
    offsets.push(out.len());
    out.push_str(style.mark());
    offsets
}

/// [`quote`] for a word with bytes that are not UTF-8.
fn quote_bytes(word: &str, out: &mut String, mut offsets: Vec<usize>) -> Vec<usize> {
    out.push_str("$'");
    let mut is_byte = false;
    for c in word.chars() {
        offsets.extend((0..c.len_utf8()).map(|_| out.len()));
        match c {
            file_name::BYTE => out.push_str("\\x"),
            c if is_byte => out.push_str(&format!("{:02x}", u32::from(c))),
            '\'' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
        is_byte = c == file_name::BYTE;
    }
    offsets.push(out.len());
    out.push('\'');
    offsets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(words: &[&str], word: usize, range: Range<usize>) -> String {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        Line::new(&words).error(&Place { word, range }, "wrong").to_string()
    }

    #[test]
    fn words_are_quoted_and_places_found() {
        let cases: &[(&[&str], usize, Range<usize>, &str)] = &[
            (&["filter", "a b"], 1, 0..3, "wrong\n  tamis filter 'a b'\n               ^^^^^"),
            (&["filter", "a b"], 1, 2..3, "wrong\n  tamis filter 'a b'\n                  ^"),
            (&["--lateness=5x"], 0, 11..13, "wrong\n  tamis --lateness=5x\n                   ^^"),
            (&["--by=a b"], 0, 5..8, "wrong\n  tamis --by='a b'\n              ^^^"),
            (&["a='b'"], 0, 3..4, "wrong\n  tamis \"a='b'\"\n            ^"),
            (&["'$a'x"], 0, 4..5, "wrong\n  tamis ''\\''$a'\\''x'\n                   ^"),
            (&["filter"], 1, 0..0, "wrong\n  tamis filter \n               ^"),
            (&["", "é"], 1, 0..2, "wrong\n  tamis '' é\n           ^"),
        ];
        for (words, word, range, expected) in cases {
            assert_eq!(shown(words, *word, range.clone()), *expected);
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let long = "x".repeat(300);
        assert_eq!(
            shown(&["--from", &long, "then", "filtr", &long], 3, 0..5),
            format!("wrong\n  …{} then filtr {}…\n  {}^^^^^", "x".repeat(42), "x".repeat(22), " ".repeat(49))
        );
        let error = shown(&[&long], 0, 0..300);
        assert_eq!(error.lines().nth(1).map(|line| line.chars().count()), Some(2 + 6 + 52));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_place_can_be_shown(words in prop::collection::vec(".{0,80}", 1..5), word in 0usize..6, start in 0usize..90, len in 0usize..90) {
            let line = Line::new(&words);
            let _ = line.error(&Place { word, range: start..start + len }, "x").to_string();
            prop_assert!(line.error(&line.whole(word), "x").to_string().contains('^'));
        }
    }
}
