//! RFC 8259 in full, for `--validate`: what the scan of the structure leaves open is the inside of strings
//! and scalars, so one linear pass over the tokens settles it.

use crate::format::located::not_utf8;
use crate::scan::json::{Broken, Scan};
use crate::value::Number;
use crate::value::json::unescape;

/// Checks the tokens of `text` from `start` on; its structure was found to be whole.
pub(super) fn check(text: &[u8], start: usize, scratch: &mut Vec<u8>) -> Scan<()> {
    if let Some(at) = not_utf8(text.get(start..).unwrap_or(&[])) {
        return Err(Broken { at: start + at, reason: "not UTF-8" });
    }
    let mut at = start;
    while let Some(byte) = text.get(at) {
        at = match byte {
            b'"' => string(text, at, scratch)?,
            b'{' | b'}' | b'[' | b']' | b':' | b',' | b' ' | b'\t' | b'\r' => at + 1,
            _ => scalar(text, at)?,
        };
    }
    Ok(())
}

/// The place behind a string.
fn string(text: &[u8], start: usize, scratch: &mut Vec<u8>) -> Scan<usize> {
    let mut at = start + 1;
    let mut escaped = false;
    loop {
        match text.get(at) {
            Some(b'"') => break,
            Some(b'\\') => {
                escaped = true;
                at += 2;
            }
            Some(0x20..) => at += 1,
            Some(_) => return Err(Broken { at, reason: "a control character in a string" }),
            None => return Err(Broken { at: text.len(), reason: "a quote that does not close" }),
        }
    }
    scratch.clear();
    if escaped && !unescape(text.get(start + 1..at).unwrap_or(&[]), scratch) {
        return Err(Broken { at: start, reason: super::decode::BAD_ESCAPE });
    }
    Ok(at + 1)
}

/// The place behind a number or word.
fn scalar(text: &[u8], start: usize) -> Scan<usize> {
    let rest = text.get(start..).unwrap_or(&[]);
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r');
    let len = rest.iter().position(ends).unwrap_or(rest.len());
    match rest.get(..len).unwrap_or(&[]) {
        b"true" | b"false" | b"null" => Ok(start + len),
        spelled if Number::is_json(spelled) => Ok(start + len),
        _ => Err(Broken { at: start, reason: super::decode::BAD_SCALAR }),
    }
}
