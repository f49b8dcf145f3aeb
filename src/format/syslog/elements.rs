//! The structured data of RFC 5424: `[id name="value" …][id …]`. Knows bytes only.

use super::line::Read;
use crate::format::located::Misfit;
use crate::record::{Cell, Form, Span};

/// A parameter of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Parameter {
    /// Name of the element.
    pub(super) id: Span,
    /// Its own name.
    pub(super) name: Span,
    /// The value, without its quotes.
    pub(super) value: Cell,
}

/// Visits the parameters of the elements at `at`, in order, and gives the place behind them. The visits made
/// before an error are void.
pub(super) fn visit(text: &[u8], mut at: usize, mut visit: impl FnMut(Parameter)) -> Read<usize> {
    if text.get(at) != Some(&b'[') {
        return Err(misfit(text, at, "expected the structured data"));
    }
    while text.get(at) == Some(&b'[') {
        let id = name(text, at + 1)?;
        at = id.end as usize;
        while text.get(at) == Some(&b' ') {
            let name = name(text, at + 1)?;
            let value = value(text, name.end as usize)?;
            visit(Parameter { id, name, value });
            at = (value.start + value.len) as usize + 1;
        }
        if text.get(at) != Some(&b']') {
            return Err(misfit(text, at, "expected a parameter or the end of the element"));
        }
        at += 1;
    }
    Ok(at)
}

/// A name of an element or parameter: visible ASCII but `=`, `]` and `"`.
fn name(text: &[u8], start: usize) -> Read<Span> {
    let is_part = |byte: &&u8| byte.is_ascii_graphic() && !b"=]\"".contains(byte);
    let len = text.get(start..).unwrap_or(&[]).iter().take_while(is_part).count();
    if len == 0 {
        return Err(misfit(text, start, "expected a name in the structured data"));
    }
    Ok(Span::new(start, start + len))
}

/// `="value"`, in which a backslash takes its meaning from `"`, `]` and itself. A `]` between quotes should have
/// one in front, but means nothing else.
fn value(text: &[u8], start: usize) -> Read<Cell> {
    if text.get(start..start + 2) != Some(b"=\"") {
        return Err(misfit(text, start, "expected =\" after the name of a parameter"));
    }
    let inside = start + 2;
    let (mut at, mut form) = (inside, Form::Quoted);
    loop {
        let rest = text.get(at..).unwrap_or(&[]);
        match memchr::memchr2(b'"', b'\\', rest) {
            Some(len) if rest.get(len) == Some(&b'"') => return Ok(Cell::new(inside, at + len, form)),
            Some(len) => {
                form = Form::Bracketed;
                at += len + 2;
            }
            None => return Err(misfit(text, inside - 1, "a quote that does not close")),
        }
    }
}

#[cold]
fn misfit(text: &[u8], at: usize, reason: &'static str) -> Misfit {
    let reason = if at < text.len() { reason } else { "the line ends within its structured data" };
    Misfit { at, reason }
}
