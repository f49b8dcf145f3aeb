//! Where values end, and what their bytes are.

use crate::record::{Cell, Form};

/// The length of a text up to its first quote without a backslash before it.
#[inline]
pub(super) fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let len = memchr::memchr2(b'"', b'\\', rest)?;
        if rest.get(len) == Some(&b'"') {
            return Some(at + len);
        }
        at += len + 2;
    }
}

/// The first quote of a text without a backslash right before it; `""` is an empty text.
#[inline]
pub(super) fn bare_quote(text: &[u8]) -> Option<usize> {
    let first = memchr::memchr(b'"', text)?;
    if text == b"\"\"" {
        return None;
    }
    let is_bare = |at: &usize| at.checked_sub(1).and_then(|before| text.get(before)) != Some(&b'\\');
    memchr::memchr_iter(b'"', text.get(first..).unwrap_or(&[])).map(|at| first + at).find(is_bare)
}

/// The length without the blanks at the end.
pub(super) fn without_blanks(text: &[u8]) -> usize {
    text.iter().rposition(|&byte| byte != b' ' && byte != b'\t').map_or(0, |last| last + 1)
}

/// A value: what is between quotes has the escapes of logs.
#[inline]
pub(super) fn cell(bytes: &[u8], (from, to): (usize, usize), is_quoted: bool, is_cut: bool) -> Cell {
    let text = bytes.get(from..to).unwrap_or(&[]);
    if is_quoted {
        let form = match memchr::memchr(b'\\', text) {
            Some(_) => Form::Logged,
            None if is_cut => Form::Untyped,
            None => Form::Quoted,
        };
        return Cell::new(from, to, form);
    }
    match text {
        [] => Cell::new(from, to, Form::Null),
        b"\"\"" => Cell::new(from + 1, from + 1, Form::Quoted),
        _ => Cell::new(from, to, Form::Untyped),
    }
}

/// The same, null where it is spelled so.
#[inline]
pub(super) fn with_nulls(bytes: &[u8], cell: Cell, nulls: &[Vec<u8>]) -> Cell {
    let spelling = cell.spelling(bytes);
    let form = match spelling {
        b"-" => Form::Null,
        _ if cell.form != Form::Null && nulls.iter().any(|null| null == spelling) => Form::NullText,
        _ => cell.form,
    };
    Cell { form, ..cell }
}
