//! How literals are spelled: numbers, lengths of time, quoted texts.

use super::Literal;
use super::lex::{Lexer, TokenKind};
use crate::error::Result;
use crate::spell::continues_name;
use crate::time::{Duration, Size};
use crate::value::{Exact, Number};

impl Lexer<'_> {
    /// A number, or a length of time: digits with a unit right behind.
    pub(super) fn number(&mut self) -> Result<TokenKind> {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_digit());
        self.fraction();
        self.exponent();
        if self.peek().is_some_and(continues_name) {
            return self.length(start);
        }
        let spelled = self.spec.get(start..self.at).unwrap_or("");
        match Exact::parse(spelled.as_bytes()) {
            Some(Ok(Exact::Short(number))) => Ok(TokenKind::Literal(Literal::Number(number))),
            Some(Ok(Exact::Long(_))) => {
                let mut json = Vec::with_capacity(spelled.len());
                Number::write_as_json(spelled.as_bytes(), &mut json);
                Ok(TokenKind::Literal(Literal::Long(String::from_utf8_lossy(&json).into_owned())))
            }
            _ => Err(self.error("a number beyond 1e±6144", start..self.at)),
        }
    }

    fn fraction(&mut self) {
        let digits = self.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(is_digit));
        if digits {
            self.at += 1;
            self.skip_while(|c| c.is_ascii_digit());
        }
    }

    fn exponent(&mut self) {
        let Some(rest) = self.rest().strip_prefix(['e', 'E']) else { return };
        let signed = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        if signed.starts_with(is_digit) {
            self.at = self.spec.len() - signed.len();
            self.skip_while(|c| c.is_ascii_digit());
        }
    }

    fn length(&mut self, start: usize) -> Result<TokenKind> {
        while self.peek().is_some_and(continues_name) {
            self.skip_while(continues_name);
            self.fraction();
        }
        let spelled = self.spec.get(start..self.at).unwrap_or("");
        let (exact, size) = (Duration::parse(spelled.as_bytes()), Size::parse(spelled).ok());
        if exact.is_some() || size.is_some() {
            return Ok(TokenKind::Literal(Literal::Length { exact, size }));
        }
        let help = format!("units are ns us ms s m h d w mo y; a field of this name is `{spelled}`");
        Err(self
            .error(format!("\"{spelled}\" is neither a number nor a duration"), start..self.at)
            .help(help))
    }

    /// A quoted text with its escapes undone; a backslash before anything else stays.
    pub(super) fn text(&mut self, quote: char) -> Result<String> {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.skip_while(|c| c != quote && c != '\\'));
            match self.rest().as_bytes() {
                [] => {
                    self.at = self.spec.len();
                    let error = self.error("this text is not closed", open..open + 1);
                    return Err(error.help(format!("add {quote}")));
                }
                [b'\\', escaped, ..] => self.escape(*escaped, &mut text)?,
                [b'\\'] => {
                    text.push('\\');
                    self.at += 1;
                }
                _ => {
                    self.at += 1;
                    return Ok(text);
                }
            }
        }
    }

    fn escape(&mut self, escaped: u8, text: &mut String) -> Result<()> {
        let (c, len) = match escaped {
            b'"' | b'\'' | b'\\' => (char::from(escaped), 2),
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'u' => self.unicode()?.unwrap_or(('\\', 1)),
            _ => ('\\', 1),
        };
        text.push(c);
        self.at += len;
        Ok(())
    }

    /// The character of `\uXXXX` (or of two, for a surrogate pair) and its spelling's length.
    fn unicode(&self) -> Result<Option<(char, usize)>> {
        let Some(first) = code_unit(self.rest()) else { return Ok(None) };
        let second = self.rest().get(6..).and_then(code_unit);
        let units = [first, second.unwrap_or(0)];
        match char::decode_utf16(units).next() {
            Some(Ok(c)) => Ok(Some((c, 6 * c.len_utf16()))),
            _ => {
                let error = self.error("half of a surrogate pair is no character", self.at..self.at + 6);
                Err(error.help("write both halves, or the character itself"))
            }
        }
    }
}

fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}
