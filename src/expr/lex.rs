//! Tokens of a SPEC: fields with their whole path, literals, signs and reserved words.

use std::ops::Range;

use super::Literal;
use crate::error::{Error, Result};
use crate::record::{Path, Segment};
use crate::spell::{RESERVED, continues_name, starts_name};

/// A token and its bytes in the SPEC.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) place: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum TokenKind {
    /// A field, path and all. `word` if it is one plain word: it may turn out to be a function's name.
    Field {
        path: Path,
        word: bool,
    },
    Literal(Literal),
    /// What stands right behind a closing parenthesis: `.name`, `[0]`, and more of them.
    Inside(Vec<Segment>),
    /// An operator, bracket or reserved word.
    Sign(&'static str),
    /// The end of the SPEC.
    End,
    /// No token: the SPEC cannot be read from here.
    Bad,
}

/// Longer ones before those they start with.
const SIGNS: &[&str] = &[
    "==", "=~", "!=", "!~", "<=", ">=", "??", "++", "//", "&&", "||", "=", "<", ">", "!", "+", "-", "*", "/",
    "%", "(", ")", "[", "]", ",",
];

/// What stands right after an object whose members are meant.
pub(super) const MEMBERS: &str = ".*";

/// What people write that is no sign here, and what to write instead.
const MISTAKEN: &[(&str, &str)] = &[
    ("<>", "write !="),
    ("===", "write =="),
    ("!==", "write !="),
    ("=<", "write <="),
    ("=>", "write >="),
    ("**", "write pow(x, y)"),
    ("^", "write pow(x, y)"),
    ("&", "write and"),
    ("|", "write or"),
    ("?", "write a ?? b for a default, if(condition, then, else) for a choice"),
    ("~", "write =~"),
    ("$", "fields are named without \"$\""),
    ("−", "write a plain -"),
    ("–", "write a plain -"),
    ("\u{a0}", "write a plain blank"),
    ("“", QUOTES),
    ("”", QUOTES),
    ("„", QUOTES),
    ("‘", QUOTES),
    ("’", QUOTES),
    ("«", QUOTES),
    ("»", QUOTES),
];

const QUOTES: &str = "write plain quotes: \"…\" or '…'";

/// The tokens of a SPEC, the last one [`TokenKind::End`], or [`TokenKind::Bad`] with the reason.
pub(super) fn tokens(spec: &str) -> (Vec<Token>, Option<Error>) {
    let mut lexer = Lexer { spec, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_while(|c| c.is_ascii_whitespace());
        let start = lexer.at;
        let closed = tokens.last().is_some_and(|last: &Token| last.closes_call() && last.place.end == start);
        let goes_inside = closed && lexer.rest().starts_with(['.', '[']) && !lexer.is_at_members();
        let outcome = if goes_inside { lexer.inside() } else { lexer.token() };
        let (kind, error) = match outcome {
            Ok(kind) => (kind, None),
            Err(error) => (TokenKind::Bad, Some(error)),
        };
        let last = matches!(kind, TokenKind::End | TokenKind::Bad);
        tokens.push(Token { kind, place: start..lexer.at });
        if last {
            return (tokens, error);
        }
    }
}

/// Whether a name is one plain word, which needs no backticks.
pub(super) fn is_word(name: &str) -> bool {
    let (tokens, _) = tokens(name);
    match tokens.as_slice() {
        [Token { kind: TokenKind::Field { word, .. }, place }, _] => *word && *place == (0..name.len()),
        _ => false,
    }
}

impl Token {
    fn closes_call(&self) -> bool {
        matches!(self.kind, TokenKind::Sign(")"))
    }
}

pub(super) struct Lexer<'s> {
    pub(super) spec: &'s str,
    pub(super) at: usize,
}

impl<'s> Lexer<'s> {
    pub(super) fn rest(&self) -> &'s str {
        self.spec.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn accept(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let len = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or("")
    }

    pub(super) fn error(&self, message: impl Into<String>, place: Range<usize>) -> Error {
        Error::new(message).at(self.spec, place)
    }

    fn token(&mut self) -> Result<TokenKind> {
        match self.peek() {
            None => Ok(TokenKind::End),
            Some('0'..='9') => self.number(),
            Some(quote @ ('"' | '\'')) => Ok(TokenKind::Literal(Literal::Text(self.text(quote)?))),
            Some('.') if self.is_at_members() => {
                self.at += MEMBERS.len();
                Ok(TokenKind::Sign(MEMBERS))
            }
            Some('.' | '`') => self.field(),
            Some(c) if starts_name(c) => self.field(),
            Some(c) => self.sign(c),
        }
    }

    fn sign(&mut self, c: char) -> Result<TokenKind> {
        let sign = SIGNS.iter().find(|sign| self.rest().starts_with(**sign));
        let mistaken = MISTAKEN.iter().find(|(wrong, _)| self.rest().starts_with(wrong));
        match (sign, mistaken) {
            (Some(sign), wrong) if wrong.is_none_or(|(wrong, _)| wrong.len() <= sign.len()) => {
                self.at += sign.len();
                Ok(TokenKind::Sign(sign))
            }
            (_, Some((wrong, help))) => {
                let place = self.at..self.at + wrong.len();
                Err(self.error(format!("unexpected {}", named(wrong)), place).help(*help))
            }
            _ => {
                let place = self.at..self.at + c.len_utf8();
                Err(self.error(format!("unexpected {}", named(c.encode_utf8(&mut [0; 4]))), place))
            }
        }
    }

    /// A field with all that follows its first name: `user.id`, `tags[0]`, `.["user-agent"]`.
    fn field(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let mut segments = Vec::new();
        let mut word = false;
        if self.peek() != Some('.') {
            word = self.peek() != Some('`');
            let name = self.name()?;
            if word && let Some(reserved) = RESERVED.iter().find(|reserved| **reserved == name) {
                return Ok(reserved_word(reserved));
            }
            segments.push(Segment::Name(name));
        }
        while let Some(segment) = self.segment(segments.is_empty())? {
            segments.push(segment);
            word = false;
        }
        if let Some(Segment::Index(_)) = segments.first() {
            return Err(self.error("a path starts with a field's name, not with an index", start..self.at));
        }
        Ok(TokenKind::Field { path: Path::new(segments), word })
    }

    /// A path into what stands in front of it.
    fn inside(&mut self) -> Result<TokenKind> {
        let mut segments = Vec::new();
        while let Some(segment) = self.segment(false)? {
            segments.push(segment);
        }
        Ok(TokenKind::Inside(segments))
    }

    /// Whether `.*` comes next.
    fn is_at_members(&self) -> bool {
        self.rest().starts_with(MEMBERS)
    }

    fn segment(&mut self, first: bool) -> Result<Option<Segment>> {
        let dot = self.at;
        if self.is_at_members() {
            return Ok(None);
        }
        if self.accept(".") {
            return match self.peek() {
                Some('[') => self.bracket().map(Some),
                Some(c) if c == '`' || starts_name(c) => Ok(Some(Segment::Name(self.name()?))),
                Some('0'..='9') if first => {
                    let place = dot..dot + 1;
                    Err(self.error("a number starts with a digit", place).help("write 0 before the point"))
                }
                _ => {
                    let help = "write .name, `name` or .[\"name\"]";
                    Err(self.error("expected a field's name after \".\"", dot..dot + 1).help(help))
                }
            };
        }
        if !first && self.peek() == Some('[') { self.bracket().map(Some) } else { Ok(None) }
    }

    /// `[0]`, `[-1]` or `["name"]`.
    fn bracket(&mut self) -> Result<Segment> {
        let open = self.at;
        self.at += 1;
        self.skip_while(|c| c.is_ascii_whitespace());
        let segment = match self.peek() {
            Some(quote @ ('"' | '\'')) => Some(Segment::Name(self.text(quote)?)),
            _ => self.index().map(Segment::Index),
        };
        self.skip_while(|c| c.is_ascii_whitespace());
        match segment {
            Some(segment) if self.accept("]") => Ok(segment),
            _ => {
                let error = self.error("expected an index or a quoted name in brackets", open..open + 1);
                Err(error.help("write [0], [-1] or [\"name\"]"))
            }
        }
    }

    fn index(&mut self) -> Option<i64> {
        let start = self.at;
        self.accept("-");
        self.skip_while(|c| c.is_ascii_digit());
        self.spec.get(start..self.at)?.parse().ok()
    }

    /// A plain or backquoted name.
    fn name(&mut self) -> Result<String> {
        let start = self.at;
        if !self.accept("`") {
            self.skip_while(|c| c == '@');
            return Ok(
                self.spec.get(start..self.at).unwrap_or("").to_owned() + self.skip_while(continues_name)
            );
        }
        let name = self.skip_while(|c| c != '`').to_owned();
        if !self.accept("`") {
            return Err(self.error("this name is not closed", start..start + 1).help("add a backtick"));
        }
        if name.is_empty() {
            return Err(self
                .error("an empty name", start..self.at)
                .help("a field without a name is .[\"\"]"));
        }
        Ok(name)
    }
}

fn reserved_word(word: &'static str) -> TokenKind {
    match word {
        "null" => TokenKind::Literal(Literal::Null),
        "true" => TokenKind::Literal(Literal::Bool(true)),
        "false" => TokenKind::Literal(Literal::Bool(false)),
        word => TokenKind::Sign(word),
    }
}

fn named(sign: &str) -> String {
    match sign {
        "\"" => "'\"'".to_owned(),
        sign => format!("\"{}\"", crate::error::shown(sign)),
    }
}
