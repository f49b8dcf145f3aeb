//! What a variable that is not between quotes may hold, and where such a value ends.

/// What a variable that is not between quotes may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Anything: a name of the user's own.
    Own,
    /// Blanks and what else there is, but no quote without a backslash before it, since the server escapes quotes.
    Free,
    /// The same without blanks.
    Word,
    /// The same, an address, which holds no comma or bar either, as far as other variables go.
    Address,
    /// The same without the marks that separate values in logs either: a number or a word after such a mark.
    Atom,
    /// Digits: a port.
    Digits,
    /// A time.
    Time {
        /// How many words it has.
        words: usize,
        /// How often the text after it is in the last of them.
        skips: usize,
    },
    /// What is between brackets, without brackets.
    Bracketed,
    /// What nginx writes of each upstream server, with `, ` and ` : ` between.
    List,
    /// One item of such a list, where the text around the variable is what separates items.
    Item,
    /// The first line of a request, which most often is three words of which the last one is a protocol.
    Request,
}

/// What separates the items of a list.
const SEPARATORS: [&[u8]; 2] = [b", ", b" : "];

/// The marks that an atom does not hold.
const MARKS: &[u8] = b",:;|";

impl Shape {
    /// The shape that it has between these texts.
    pub(super) fn between(self, before: &[u8], then: &[u8]) -> Self {
        let is_separator = |text: &[u8]| SEPARATORS.iter().any(|separator| text.starts_with(separator));
        match self {
            Self::Free | Self::Time { .. } if before.ends_with(b"[") && then.starts_with(b"]") => {
                Self::Bracketed
            }
            Self::List if is_separator(before) || is_separator(then) => Self::Item,
            Self::Atom if !before.iter().any(|byte| MARKS.contains(byte)) => Self::Word,
            shape => shape,
        }
    }

    /// The shape of a time that this format of strftime writes, before such a text.
    pub(super) fn time(written: &str, then: &str) -> Self {
        let words: Vec<&str> = written.split(' ').filter(|word| !word.is_empty()).collect();
        let skips = words.last().filter(|_| !then.is_empty()).map_or(0, |last| last.matches(then).count());
        if words.len() < 2 && skips == 0 {
            Self::Word
        } else {
            Self::Time { words: words.len().max(1), skips }
        }
    }

    /// The server escapes quotes in it.
    pub(super) fn is_escaped(self) -> bool {
        self != Self::Own
    }

    /// It holds no blank, and the first place where the text after it is ends it.
    pub(super) fn is_word(self) -> bool {
        matches!(self, Self::Word | Self::Address | Self::Atom | Self::Digits)
    }

    /// The group of a regex for its values. It takes the fewest bytes with which the line fits, or the most; what is the
    /// user's own always takes the fewest.
    pub(super) fn pattern(self, then: &str, takes_most: bool) -> String {
        let lazy = if takes_most { "" } else { "?" };
        match self {
            Self::Own => "(.*?)".to_owned(),
            Self::Free => format!(r#"((?:[^"]|\\")*{lazy}|"")"#),
            Self::Word | Self::Address => format!(r#"((?:[^" ]|\\")*{lazy}|"")"#),
            Self::Atom => format!(r#"((?:[^" ,:;|]|\\")*{lazy}|"")"#),
            Self::Digits => r#"([0-9]*?|-|"")"#.to_owned(),
            Self::Time { words, skips } => {
                let before = words.saturating_sub(1);
                format!(r#"( *(?:[^" ]+ +){{{before}}}(?:[^" ]*?{then}){{{skips}}}[^" ]+{lazy}|-|"")"#)
            }
            Self::Bracketed => r#"([^"\[\]]*)"#.to_owned(),
            Self::List => format!(r#"([^ ,"]*{lazy}(?:(?:, | : )[^ ,"]+{lazy})*|"")"#),
            Self::Item => format!(r#"([^ ,"]*{lazy}|"")"#),
            Self::Request => format!(r#"([^" ]+ [^" ]+ HTTP/[0-9.]+|(?:[^"]|\\")*{lazy}|"")"#),
        }
    }

    /// Whether a value may have this text, or the beginning of it, in it.
    pub(super) fn may_hold(self, text: &[u8]) -> bool {
        let has = |bytes: &[u8]| text.iter().any(|byte| bytes.contains(byte));
        match self {
            Self::Own => true,
            Self::Free | Self::Request => !has(b"\""),
            Self::Word => !has(b"\" "),
            Self::Address => !has(b"\" ,;|"),
            Self::Atom => !has(b"\" ") && !has(MARKS),
            Self::Digits => text.iter().all(u8::is_ascii_digit),
            // The number of words is known, as is where a list ends.
            Self::Time { .. } | Self::List | Self::Item => !has(b"\" ,"),
            Self::Bracketed => !has(b"\"[]"),
        }
    }

    /// A value that ends where the text after it is may still hold what it never does.
    #[inline]
    pub(super) fn is_checked(self) -> bool {
        matches!(self, Self::Digits | Self::Atom | Self::Bracketed | Self::Item)
    }

    /// Something other than the first place of the text after it says where it ends.
    #[inline]
    pub(super) fn has_len(self) -> bool {
        matches!(self, Self::List | Self::Time { .. } | Self::Request)
    }

    /// The length of the value that `rest` begins with, where something other than the first place of the text after it
    /// says where it ends; `None` if that is not known.
    pub(super) fn len(self, rest: &[u8], then: &[u8]) -> Option<usize> {
        match self {
            Self::List => list_len(rest, then),
            Self::Time { words, skips } => {
                let before = words_len(rest, words.saturating_sub(1))?;
                let last = rest.get(before..)?;
                let place = memchr::memmem::find_iter(last, then).filter(|_| !then.is_empty()).nth(skips);
                let len = place.unwrap_or(last.len());
                let is_word = len > 0 && !last.get(..len)?.iter().any(|byte| b"\" ".contains(byte));
                is_word.then_some(before + len)
            }
            Self::Request => {
                let before = words_len(rest, 2)?;
                let last = rest.get(before..)?.strip_prefix(b"HTTP/")?;
                let version = last.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                let is_plain =
                    !rest.get(..before)?.windows(2).any(|pair| pair == b"  ") && rest.first()? != &b' ';
                (version > 0 && is_plain).then_some(before + "HTTP/".len() + version)
            }
            _ => None,
        }
    }

    /// Where a value holds what it cannot.
    pub(super) fn misfit(self, value: &[u8]) -> Option<usize> {
        if matches!(value, b"-" | b"\"\"") {
            return None;
        }
        match self {
            Self::Digits => value.iter().position(|byte| !byte.is_ascii_digit()),
            Self::Atom => value.iter().position(|byte| MARKS.contains(byte)),
            Self::Bracketed => memchr::memchr2(b'[', b']', value),
            Self::Item => memchr::memchr2(b' ', b',', value),
            _ => None,
        }
    }

    /// Whether a value that `rest` comes after is all of what there is: a list goes on where an item comes next.
    pub(super) fn is_whole(self, rest: &[u8]) -> bool {
        self != Self::List || separator_len(rest).is_none()
    }
}

/// The length of so many words and the blanks after each, without quotes; there may be blanks before the first.
fn words_len(rest: &[u8], count: usize) -> Option<usize> {
    let blanks = |at: usize| rest.get(at..).map(|rest| rest.iter().take_while(|byte| **byte == b' ').count());
    let mut at = blanks(0)?;
    for _ in 0..count {
        let len = memchr::memchr2(b' ', b'"', rest.get(at..)?)?;
        let after = blanks(at + len)?;
        if len == 0 || after == 0 {
            return None;
        }
        at += len + after;
    }
    Some(at)
}

/// The length of a list: each item goes up to the first place where the text after it or what separates items is.
fn list_len(rest: &[u8], then: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        if let Some(len) = separator_len(here) {
            at += len;
        } else if here.is_empty() || !then.is_empty() && here.starts_with(then) {
            return Some(at);
        } else if b" ,\"".contains(here.first()?) {
            return None;
        }
        at += 1;
    }
}

/// The length of what separates items, if an item comes after it.
fn separator_len(rest: &[u8]) -> Option<usize> {
    let len = SEPARATORS.iter().find(|separator| rest.starts_with(separator))?.len();
    rest.get(len).filter(|byte| !b" ,\"".contains(byte)).map(|_| len)
}
