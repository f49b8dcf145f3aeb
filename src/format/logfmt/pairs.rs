//! The pairs of a logfmt record: where keys and values stand. Knows bytes only.

use crate::record::{Cell, Form};
use crate::time::stamp_len;

/// One key with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    /// Where the key starts.
    pub(super) start: usize,
    /// Behind the key.
    pub(super) key_end: usize,
    /// The value; one that is absent is true (a key alone) or null (`key=`).
    pub(super) value: Cell,
    /// Behind the value and its quotes.
    pub(super) end: usize,
}

/// Where and why a record cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unreadable {
    pub(super) at: usize,
    pub(super) reason: &'static str,
}

/// Visits the pairs of `text` from `at` on, in order. The visits made before an error are void.
pub(super) fn pairs(text: &[u8], mut at: usize, mut visit: impl FnMut(Pair)) -> Result<(), Unreadable> {
    loop {
        at = blanks(text, at);
        if at >= text.len() {
            return Ok(());
        }
        let pair = pair(text, at)?;
        visit(pair);
        at = pair.end;
    }
}

/// The place of the first byte at or behind `at` that is no blank; line ends within a record are blanks.
pub(super) fn blanks(text: &[u8], at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.iter().position(|byte| !is_blank(*byte)))
        .map_or(text.len(), |len| at + len)
}

fn pair(text: &[u8], start: usize) -> Result<Pair, Unreadable> {
    let key_end = run(text, start, |byte| is_blank(byte) || matches!(byte, b'=' | b'"'));
    match text.get(key_end) {
        Some(b'"') => Err(Unreadable { at: key_end, reason: "a quote outside a value" }),
        Some(b'=') if key_end == start => Err(Unreadable { at: start, reason: "a key is missing" }),
        Some(b'=') => value(text, start, key_end),
        _ => Ok(Pair { start, key_end, value: Cell::new(start, key_end, Form::True), end: key_end }),
    }
}

fn value(text: &[u8], start: usize, key_end: usize) -> Result<Pair, Unreadable> {
    let from = key_end + 1;
    if text.get(from) == Some(&b'"') {
        let (value, end) = quoted(text, from)?;
        return Ok(Pair { start, key_end, value, end });
    }
    let mut end = run(text, from, is_blank);
    if matches!(text.get(from + 4), Some(b'-' | b'/')) && begins_stamp_word(text.get(end..).unwrap_or(&[])) {
        end = stamp_end(text, from, end)?;
    }
    let form = if end == from { Form::Null } else { Form::Untyped };
    Ok(Pair { start, key_end, value: Cell::new(from, end, form), end })
}

/// Whether a further word of a stamp may follow: a time of day, an offset or the name of a zone. Most keys are told by
/// their first letter.
#[inline]
fn begins_stamp_word(rest: &[u8]) -> bool {
    matches!(rest, [b' ', b'0'..=b'9' | b'A'..=b'Z' | b'+' | b'-', ..])
}

/// Behind an unquoted value that may be a date, or a stamp whose zone follows a blank: the words of the stamp belong
/// to it, which would be keys else.
#[inline(never)]
fn stamp_end(text: &[u8], from: usize, end: usize) -> Result<usize, Unreadable> {
    let rest = text.get(from..).unwrap_or(&[]);
    let line = rest.get(..memchr::memchr3(b'\t', b'\r', b'\n', rest).unwrap_or(rest.len())).unwrap_or(rest);
    match stamp_len(line) {
        Some(len) => Ok(end.max(from + len)),
        None if line.get(..end - from).and_then(stamp_len).is_none() => Ok(end),
        None => Err(Unreadable { at: end + 1, reason: "expected a whole time after the date" }),
    }
}

/// The value whose opening quote stands at `open`, and the place behind the closing one.
fn quoted(text: &[u8], open: usize) -> Result<(Cell, usize), Unreadable> {
    let mut form = Form::Quoted;
    let mut at = open + 1;
    loop {
        let rest = text.get(at..).unwrap_or(&[]);
        match memchr::memchr2(b'"', b'\\', rest) {
            None => return Err(Unreadable { at: open, reason: "a quote that does not close" }),
            Some(len) if rest[len] == b'\\' => {
                form = Form::Logged;
                at += len + 2;
            }
            Some(len) => {
                let close = at + len;
                return match text.get(close + 1) {
                    Some(byte) if !is_blank(*byte) => {
                        Err(Unreadable { at: close + 1, reason: "a blank is missing after the quote" })
                    }
                    _ => Ok((Cell::new(open + 1, close, form), close + 1)),
                };
            }
        }
    }
}

/// The place of the first byte from `start` on that ends a run, or the end of the text.
fn run(text: &[u8], start: usize, ends: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or(&[]);
    rest.iter().position(|byte| ends(*byte)).map_or(text.len(), |len| start + len)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
