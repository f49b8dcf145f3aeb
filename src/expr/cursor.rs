//! Steps through the tokens of a SPEC, and says what stands where something else was wanted.

use std::ops::Range;

use super::aggregates::AggregateCall;
use super::lex::{MEMBERS, Token, TokenKind, tokens};
use crate::error::{Error, Result};

/// Reads the tokens of a SPEC.
pub(super) struct Parser<'s> {
    pub(super) spec: &'s str,
    tokens: Vec<Token>,
    bad: Option<Error>,
    at: usize,
    /// How many calls of the grammar are open.
    pub(super) depth: usize,
    /// The aggregates read so far, where such may be called.
    pub(super) calls: Option<Vec<AggregateCall>>,
    /// The first token of the item that is read.
    item: usize,
    /// Where the value is that was read last: a field, a literal, a call, something in parentheses.
    pub(super) last_value: Range<usize>,
}

impl<'s> Parser<'s> {
    /// A parser of a SPEC that is not blank; for a blank one the error gives the remedy `expected`.
    pub(super) fn new(spec: &'s str, expected: &str) -> Result<Self> {
        if spec.trim().is_empty() {
            return Err(Error::new("the SPEC is empty").help(expected));
        }
        let (tokens, bad) = tokens(spec);
        Ok(Self { spec, tokens, bad, at: 0, depth: 0, calls: None, item: 0, last_value: 0..0 })
    }

    pub(super) fn peek(&self) -> &TokenKind {
        self.ahead(0)
    }

    /// The token `count` behind the next.
    pub(super) fn ahead(&self, count: usize) -> &TokenKind {
        self.tokens.get(self.at + count).map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(super) fn place(&self) -> Range<usize> {
        let end = self.spec.len()..self.spec.len();
        self.tokens.get(self.at).map_or(end, |token| token.place.clone())
    }

    pub(super) fn skip(&mut self) {
        // The last token is never passed.
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
    }

    pub(super) fn accept(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Sign(found) if *found == sign);
        if found {
            self.skip();
        }
        found
    }

    /// Whether a word that is reserved in this place only is next.
    pub(super) fn at_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), TokenKind::Field { path, word: true } if path.first() == wanted)
    }

    /// Notes that an item begins here.
    pub(super) fn begin_item(&mut self) {
        self.item = self.at;
    }

    /// The item that is read, up to its comma.
    pub(super) fn item_place(&self) -> Range<usize> {
        let tokens = self.tokens.get(self.item..).unwrap_or(&[]);
        let start = tokens.first().map_or(self.spec.len(), |token| token.place.start);
        let (mut depth, mut end) = (0_usize, start);
        for token in tokens {
            match &token.kind {
                TokenKind::Sign("(" | "[") => depth += 1,
                TokenKind::Sign(")" | "]") => depth = depth.saturating_sub(1),
                TokenKind::Sign(",") if depth == 0 => break,
                TokenKind::End | TokenKind::Bad => break,
                _ => {}
            }
            end = token.place.end;
        }
        start..end
    }

    /// Steps over a word that is reserved in this place only.
    pub(super) fn accept_word(&mut self, wanted: &str) -> bool {
        let found = self.at_word(wanted);
        if found {
            self.skip();
        }
        found
    }

    pub(super) fn error(&self, message: impl Into<String>, place: Range<usize>) -> Error {
        Error::new(message).at(self.spec, place)
    }

    /// The error that something else stands here than what is wanted.
    pub(super) fn unexpected(&mut self, wanted: &str) -> Error {
        let place = self.place();
        match self.peek() {
            TokenKind::Bad => self.bad.take().unwrap_or_else(|| self.error("unreadable", place)),
            TokenKind::End => self.error(format!("expected {wanted}, but it ends here"), place),
            TokenKind::Sign(MEMBERS) => self.misplaced_members(place),
            _ => {
                let found = crate::error::shown(self.spec.get(place.clone()).unwrap_or(""));
                self.error(format!("expected {wanted}, not {}", quoted(&found)), place)
            }
        }
    }

    /// The error for `.*` where there is room for one value.
    fn misplaced_members(&self, place: Range<usize>) -> Error {
        let whole = self.last_value.start..place.end;
        match self.spec.get(whole.clone()) {
            Some(written) if self.last_value.end == place.start && !self.last_value.is_empty() => {
                let written = crate::error::shown(written);
                let error =
                    self.error(format!("{written} is several fields, which only project makes"), whole);
                error.help(format!(
                    "project '*, {written}' in a stage before, and name here the members that are meant"
                ))
            }
            _ => {
                let error = self.error("\".*\" does not follow an object", place);
                error.help("write payload.* for the members of payload, * for all fields")
            }
        }
    }

    /// Makes sure that nothing follows; else the error says what was `wanted`.
    pub(super) fn end(&mut self, wanted: &str) -> Result<()> {
        let place = self.place();
        match self.peek() {
            TokenKind::End => Ok(()),
            TokenKind::Sign(sign @ (")" | "]")) => {
                let open = if *sign == ")" { "(" } else { "[" };
                Err(self.error(format!("\"{sign}\" without \"{open}\""), place))
            }
            _ => Err(self.misplaced(wanted)),
        }
    }

    /// As [`Self::unexpected`], with the remedy if it is a word of another language.
    pub(super) fn misplaced(&mut self, wanted: &str) -> Error {
        let before = self.spec.get(..self.place().start).unwrap_or("").split_whitespace().next_back();
        let branches = before.is_some_and(|word| ["case", "if"].contains(&word.to_lowercase().as_str()));
        let remedy = match self.peek() {
            TokenKind::Field { .. } if branches => Some("write if(condition, then, else)"),
            TokenKind::Field { path, word: true } => {
                let written = path.first().to_lowercase();
                FOREIGN.iter().find(|(word, _)| *word == written).map(|(_, help)| *help)
            }
            _ => None,
        };
        let error = self.unexpected(wanted);
        match remedy {
            Some(help) => error.help(help),
            None => error,
        }
    }

    /// Steps over the sign that closes what was opened at `open`.
    pub(super) fn close(&mut self, sign: &'static str, open: Range<usize>) -> Result<()> {
        if self.accept(sign) {
            return Ok(());
        }
        match self.peek() {
            TokenKind::End => {
                let opening = self.spec.get(open.clone()).unwrap_or("");
                Err(self.error(format!("\"{opening}\" is not closed"), open).help(format!("add {sign}")))
            }
            TokenKind::Bad => Err(self.unexpected("")),
            _ => Err(self.misplaced(&format!("an operator, \",\" or \"{sign}\""))),
        }
    }

    /// Where the token before the next ends.
    pub(super) fn behind(&self) -> usize {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(0, |token| token.place.end)
    }
}

/// What people of other languages write, and what to write instead.
const FOREIGN: &[(&str, &str)] = &[
    ("and", "write and"),
    ("or", "write or"),
    ("not", "write not"),
    ("in", "write in"),
    ("is", "write is"),
    ("between", "write between"),
    ("like", "write =~ 'regex', or contains(text, part)"),
    ("ilike", "write =~ '(?i)regex'"),
    ("matches", "write =~ 'regex'"),
    ("contains", "write contains(text, part)"),
    ("eq", "write =="),
    ("as", "write name = expression"),
    ("when", "write where"),
    ("descending", "write desc"),
    ("ascending", "write asc"),
    ("isnull", "write is null"),
    ("notnull", "write is not null"),
    ("rlike", "write =~ 'regex'"),
    ("regexp", "write =~ 'regex'"),
    ("startswith", "write starts_with(text, part)"),
    ("endswith", "write ends_with(text, part)"),
    ("gt", "write >"),
    ("ge", "write >="),
    ("lt", "write <"),
    ("le", "write <="),
    ("ne", "write !="),
    ("then", "write if(condition, then, else)"),
];

fn quoted(found: &str) -> String {
    if found.starts_with(['"', '\'']) { found.to_owned() } else { format!("\"{found}\"") }
}
