//! What texts have in common that were ordered at one place.

use super::spelling::{Spelling, first};
use crate::value::looks::{Looks, looks_like};

/// What texts have in common. The first is the one that came first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Texts {
    /// Length of all, if it is one.
    pub(super) len: Option<usize>,
    /// All are hexadecimal digits.
    hex: bool,
    /// All are letters and digits.
    alphanumeric: bool,
    /// There are two, or more.
    pub(super) several: bool,
    /// Nothing but text.
    pub(super) plain: Option<Plain>,
    /// What looks like something else, whatever is beside it.
    pub(super) odd: Option<(Looks, Spelling)>,
    /// Durations, which identifiers may look like.
    pub(super) duration: Option<Spelling>,
    /// Text that is spelled as a number.
    pub(super) digits: Option<Spelling>,
    /// Times that are spelled year first: the first, and the first that is spelled another way.
    pub(super) time: Option<(Spelling, Option<Spelling>)>,
}

/// Texts that look like nothing but text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Plain {
    /// The first.
    pub(super) first: Spelling,
    /// All are the first one.
    pub(super) alone: bool,
    /// One of them begins with neither a letter nor `/`, and is no version or address.
    strange: bool,
    /// One of them begins with a letter.
    word: bool,
    /// All say that something is missing.
    missing: bool,
}

impl Texts {
    /// One text.
    pub(super) fn first(text: &[u8], is_untyped: bool, at: u128) -> Self {
        let mut texts = Self {
            len: Some(text.len()),
            hex: true,
            alphanumeric: true,
            several: false,
            plain: None,
            odd: None,
            duration: None,
            digits: None,
            time: None,
        };
        texts.add_form(text);
        texts.add_looks(text, is_untyped, at);
        texts
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &[u8], is_untyped: bool, at: u128) {
        self.several = true;
        self.add_form(text);
        self.add_looks(text, is_untyped, at);
    }

    fn add_form(&mut self, text: &[u8]) {
        self.len = self.len.filter(|len| *len == text.len());
        // Where lengths differ the rest does not matter.
        if self.len.is_some() {
            self.hex = self.hex && text.iter().all(u8::is_ascii_hexdigit);
            self.alphanumeric = self.alphanumeric && text.iter().all(u8::is_ascii_alphanumeric);
        }
    }

    fn add_looks(&mut self, text: &[u8], is_untyped: bool, at: u128) {
        let spelling = || Spelling::of(text, is_untyped, at);
        match looks_like(text) {
            looks @ (Looks::Plain | Looks::Dotted) => match &mut self.plain {
                Some(plain) => plain.add(text, looks),
                None => self.plain = Some(Plain::first(text, looks, spelling())),
            },
            Looks::Duration => {
                self.duration.get_or_insert_with(spelling);
            }
            Looks::YearFirst => match &mut self.time {
                Some((first, other @ None)) if !is_alike(first, text) => *other = Some(spelling()),
                Some(_) => {}
                None => self.time = Some((spelling(), None)),
            },
            Looks::Number if text.trim_ascii().len() == text.len() => {
                self.digits.get_or_insert_with(spelling);
            }
            looks => {
                self.odd.get_or_insert_with(|| (looks, spelling()));
            }
        }
    }

    /// Whether another text changes nothing, as far as can be seen at once.
    #[inline]
    pub(super) fn stays_with(&self, text: &[u8]) -> bool {
        if !self.several {
            return false;
        }
        if self.odd.is_some() {
            return true;
        }
        let is_like = self.len.is_none_or(|len| len == text.len() && !self.hex && !self.alphanumeric);
        match text {
            // A name of a month or a day has a blank or a comma behind it.
            [b'A'..=b'Z' | b'a'..=b'z', _, _, b' ' | b',', ..] => false,
            [b'A'..=b'Z' | b'a'..=b'z', ..] => {
                is_like && self.plain.as_ref().is_some_and(|plain| plain.is_settled() && plain.word)
            }
            [b'/', ..] => is_like && self.plain.as_ref().is_some_and(Plain::is_settled),
            [b'0'..=b'9', ..] => {
                is_like && self.time.as_ref().is_some_and(|(first, _)| is_alike(first, text))
            }
            _ => false,
        }
    }

    /// Adds what came later.
    pub(super) fn merge(&mut self, later: Self) {
        self.len = self.len.filter(|_| self.len == later.len);
        self.hex &= later.hex;
        self.alphanumeric &= later.alphanumeric;
        self.several = true;
        self.odd = match (self.odd.take(), later.odd) {
            (Some(odd), Some(later)) if later.1.at < odd.1.at => Some(later),
            (odd, later) => odd.or(later),
        };
        self.duration = first(self.duration.take(), later.duration);
        self.digits = first(self.digits.take(), later.digits);
        self.plain = match (self.plain.take(), later.plain) {
            (Some(plain), Some(later)) => Some(plain.with(later)),
            (plain, later) => plain.or(later),
        };
        self.time = match (self.time.take(), later.time) {
            (Some(own), Some(later)) => {
                let (own, later) = if later.0.at < own.0.at { (later, own) } else { (own, later) };
                let is_other = own.0.len != later.0.len || !is_spelled_alike(&own.0.text, &later.0.text);
                let other = if is_other { Some(later.0) } else { later.1 };
                Some((own.0, first(own.1, other)))
            }
            (time, later) => time.or(later),
        };
    }

    /// Whether texts are names of things by their form: hexadecimal digits of one length, or letters and digits of one
    /// length in many spellings; and so is the number, if there is one.
    pub(super) fn are_identifiers(&self, number: Option<&Spelling>) -> bool {
        let Some(len) = self.len else { return false };
        let many = self.plain.as_ref().is_some_and(|plain| !plain.alone);
        number.is_none_or(|number| number.len == len) && (self.hex || self.alphanumeric && many)
    }
}

impl Plain {
    fn first(text: &[u8], looks: Looks, first: Spelling) -> Self {
        let mut plain = Self { first, alone: true, strange: false, word: false, missing: true };
        plain.add_start(text, looks);
        plain
    }

    fn add(&mut self, text: &[u8], looks: Looks) {
        self.alone = self.alone && self.first.is_of(text);
        self.add_start(text, looks);
    }

    fn add_start(&mut self, text: &[u8], looks: Looks) {
        let is_word = text.first().is_some_and(u8::is_ascii_alphabetic);
        self.word |= is_word;
        self.missing = self.missing && says_missing(text);
        self.strange |= !is_word && looks != Looks::Dotted && !text.starts_with(b"/");
    }

    fn with(self, later: Self) -> Self {
        Self {
            alone: self.alone && later.alone && self.first.is_same(&later.first),
            strange: self.strange || later.strange,
            word: self.word || later.word,
            missing: self.missing && later.missing,
            first: if later.first.at < self.first.at { later.first } else { self.first },
        }
    }

    /// Whether further words and paths change nothing.
    fn is_settled(&self) -> bool {
        !self.alone && !self.missing
    }

    /// Whether numbers and times are not expected beside such texts: words and paths may be numbers as well, but a
    /// single word stands for what is missing.
    pub(super) fn is_stray(&self) -> bool {
        self.strange || self.word && (self.alone || self.missing)
    }
}

/// Whether a word says that a value is missing.
fn says_missing(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 11] = [
        b"n/a",
        b"na",
        b"nan",
        b"nil",
        b"none",
        b"null",
        b"missing",
        b"not available",
        b"unavailable",
        b"undefined",
        b"unknown",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a time is spelled as one is that is kept, as far as that one is kept.
fn is_alike(kept: &Spelling, text: &[u8]) -> bool {
    kept.len == text.len()
        && text.get(..kept.text.len()).is_some_and(|text| is_spelled_alike(&kept.text, text))
}

/// Whether two times that are spelled year first have one length, the same signs at the same places, and one zone.
fn is_spelled_alike(left: &[u8], right: &[u8]) -> bool {
    // Behind the date and the hour a sign begins the offset, whose digits count.
    let zone =
        left.iter().skip(11).position(|byte| matches!(byte, b'+' | b'-')).map_or(left.len(), |at| at + 11);
    let alike = |(at, (left, right)): (usize, (&u8, &u8))| match at < zone && left.is_ascii_digit() {
        true => right.is_ascii_digit(),
        false => left == right,
    };
    left.len() == right.len() && left.iter().zip(right).enumerate().all(alike)
}
