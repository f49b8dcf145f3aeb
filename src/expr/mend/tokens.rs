//! The pieces of an expression that need not be right: all bytes of it are in some piece.

use std::ops::Range;

use crate::spell::{continues_name, starts_name};

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    /// A name or a keyword.
    Word,
    /// What begins with a digit: `10`, `10k`, `2024-05-14T09:00:00Z`, `10.0.0.1`.
    Number,
    /// In quotes, or from a quote to the end.
    Text,
    /// Between backticks.
    Name,
    /// An operator or another sign.
    Sign,
}

/// A piece and where it is.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) sort: Sort,
    pub(super) text: &'a str,
    pub(super) place: Range<usize>,
}

/// An expression in pieces; blanks are between them.
pub(super) struct Tokens<'a> {
    pub(super) spec: &'a str,
    pub(super) all: Vec<Token<'a>>,
}

/// Signs of more than one character, the longest first.
const SIGNS: &[&str] = &[
    "===", "!==", "<=>", "~*", "==", "!=", "<=", ">=", "=~", "!~", "<>", "=>", "=<", ":=", "::", "++", "&&",
    "||", "??", "//", "**",
];

/// Cuts an expression into pieces.
pub(super) fn cut(spec: &str) -> Tokens<'_> {
    let mut all: Vec<Token<'_>> = Vec::new();
    let mut start = 0;
    while let Some(first) = spec.get(start..).and_then(|rest| rest.chars().next()) {
        let rest = spec.get(start..).unwrap_or("");
        if first.is_whitespace() {
            start += first.len_utf8();
            continue;
        }
        let (sort, len) = match first {
            '"' | '\'' => (Sort::Text, quoted(rest, first)),
            '`' => (Sort::Name, quoted(rest, first)),
            c if starts_name(c) => {
                (Sort::Word, rest.find(|c| !continues_name(c) && c != '@').unwrap_or(rest.len()))
            }
            c if c.is_ascii_digit() => (Sort::Number, number(rest)),
            c => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                (Sort::Sign, sign.map_or(c.len_utf8(), |sign| sign.len()))
            }
        };
        let place = start..start + len.max(first.len_utf8());
        all.push(Token { sort, text: spec.get(place.clone()).unwrap_or(""), place: place.clone() });
        start = place.end;
    }
    Tokens { spec, all }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, c)| at + c.len_utf8())
}

/// The length of what begins with a digit: a stamp, an address, a number with a unit.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_date = bytes.len() >= 10
        && bytes.iter().take(10).enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let goes_on = |c: char| match is_date {
        true => c.is_ascii_alphanumeric() || "-:.+".contains(c),
        false => c.is_alphanumeric() || "._:".contains(c),
    };
    let end = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
    // A date and a time with a blank between them.
    if is_date && end == 10 && bytes.get(10) == Some(&b' ') && bytes.get(13) == Some(&b':') {
        let time = rest.get(11..).unwrap_or("");
        return 11 + time.find(|c: char| !c.is_ascii_digit() && !":.Z".contains(c)).unwrap_or(time.len());
    }
    let text = rest.get(..end).unwrap_or("");
    // `a ? 1:2`, and the dots of a sentence.
    let text =
        if is_date || text.matches(':').count() > 1 { text } else { text.split(':').next().unwrap_or("") };
    text.trim_end_matches(['.', ':']).len()
}

impl<'a> Tokens<'a> {
    /// A piece, by number.
    pub(super) fn get(&self, at: usize) -> Option<&Token<'a>> {
        self.all.get(at)
    }

    /// What a piece is written as; nothing beyond the ends.
    pub(super) fn text(&self, at: usize) -> &'a str {
        self.all.get(at).map_or("", |token| token.text)
    }

    /// The same in lower case, of a word.
    pub(super) fn word(&self, at: usize) -> String {
        let word = self.all.get(at).filter(|token| token.sort == Sort::Word);
        word.map_or(String::new(), |token| token.text.to_lowercase())
    }

    /// Whether a piece is of a sort.
    pub(super) fn is(&self, at: usize, sort: Sort) -> bool {
        self.all.get(at).is_some_and(|token| token.sort == sort)
    }

    /// The number of the first piece that is as asked.
    pub(super) fn find(&self, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        (0..self.all.len()).find(|at| is_it(*at))
    }

    /// What is written from one piece to before another, without blanks around it.
    pub(super) fn between(&self, pieces: Range<usize>) -> &'a str {
        if pieces.is_empty() {
            return "";
        }
        let start = self.all.get(pieces.start).map_or(self.spec.len(), |token| token.place.start);
        let end = self.all.get(pieces.end - 1).map_or(self.spec.len(), |token| token.place.end);
        self.spec.get(start..end).unwrap_or("").trim()
    }

    /// The expression with other text in the place of some pieces.
    pub(super) fn with(&self, pieces: Range<usize>, text: &str) -> String {
        let start = self.all.get(pieces.start).map_or(self.spec.len(), |token| token.place.start);
        let end = match pieces.is_empty() {
            true => start,
            false => self.all.get(pieces.end - 1).map_or(self.spec.len(), |token| token.place.end),
        };
        let before = self.spec.get(..start).unwrap_or("");
        let after = self.spec.get(end..).unwrap_or("");
        let (before, after) = if text.is_empty() { (before.trim_end(), after) } else { (before, after) };
        format!("{before}{text}{after}").trim().to_owned()
    }

    /// The piece that closes a bracket.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.all.len() {
            match self.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The piece that opens a bracket.
    fn open(&self, close: usize) -> Option<usize> {
        (0..close).rev().find(|at| matches!(self.text(*at), "(" | "[") && self.close(*at) == Some(close))
    }

    /// The first piece of the operand that ends before a piece: a path, a call, a literal, something in parentheses.
    pub(super) fn operand_before(&self, end: usize) -> Option<usize> {
        let mut at = end.checked_sub(1)?;
        if matches!(self.text(at), ")" | "]") {
            at = self.open(at)?;
            let is_call = at > 0 && self.is(at - 1, Sort::Word) && self.touches(at);
            at -= usize::from(is_call);
        } else if self.is(at, Sort::Sign) {
            return None;
        }
        // The members before it.
        while at >= 2 && self.text(at - 1) == "." && !self.is(at - 2, Sort::Sign) {
            at -= 2;
        }
        Some(if at >= 1 && self.text(at - 1) == "." { at - 1 } else { at })
    }

    /// The piece after the operand that begins at a piece.
    pub(super) fn operand_after(&self, start: usize) -> Option<usize> {
        let mut at = start;
        if matches!(self.text(at), "-" | ".") {
            at += 1;
        }
        let end = match self.text(at) {
            "(" | "[" => self.close(at)? + 1,
            _ if self.is(at, Sort::Sign) => return None,
            _ => at + 1,
        };
        self.get(at)?;
        let mut end = end;
        loop {
            match self.text(end) {
                "." if self.is(end + 1, Sort::Word) || self.is(end + 1, Sort::Name) => end += 2,
                "(" | "[" if self.touches(end) => end = self.close(end)? + 1,
                _ => return Some(end),
            }
        }
    }

    /// Whether no blank is before a piece.
    pub(super) fn touches(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        matches!((before, self.all.get(at)), (Some(before), Some(token)) if before.place.end == token.place.start)
    }

    /// The arguments of the call whose parenthesis opens at a piece, as written.
    pub(super) fn arguments(&self, open: usize) -> Option<Vec<&'a str>> {
        let close = self.close(open)?;
        let mut args = Vec::new();
        let mut start = open + 1;
        let mut at = start;
        while at < close {
            match self.text(at) {
                "(" | "[" | "{" => at = self.close(at)?,
                "," => {
                    args.push(self.between(start..at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if start < close {
            args.push(self.between(start..close));
        }
        Some(args)
    }
}

/// The text that a quoted piece holds, its escapes as they are.
pub(super) fn unquoted(text: &str) -> &str {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    match quote {
        Some(quote) => text.strip_prefix(quote).map_or(text, |rest| rest.strip_suffix(quote).unwrap_or(rest)),
        None => text,
    }
}
