//! Names of files as text. A name is bytes; those of it that are not UTF-8 are kept as two characters each, so that a name
//! goes through the program as text and comes out as the bytes that it was.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// What comes before a byte, which is the next character, from U+0080 to U+00FF. Unicode keeps it free of any meaning; where a
/// name has it nevertheless, its three bytes are written so themselves.
pub const BYTE: char = '\u{fdd0}';

/// A name, or a word of the command line, as text.
pub fn text(name: impl AsRef<OsStr>) -> String {
    let mut text = String::new();
    for chunk in name.as_ref().as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                BYTE => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push(byte, &mut text)),
                c => text.push(c),
            }
        }
        chunk.invalid().iter().for_each(|&byte| push(byte, &mut text));
    }
    text
}

fn push(byte: u8, text: &mut String) {
    text.push(BYTE);
    text.push(char::from(byte));
}

/// The path of a name that [`text`] gave.
pub fn path(text: &str) -> Cow<'_, Path> {
    if is_text(text) {
        return Cow::Borrowed(Path::new(text));
    }
    let mut bytes = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            Piece::Byte(byte) => bytes.push(byte),
        }
    }
    Cow::Owned(OsString::from_vec(bytes).into())
}

/// Whether a word is UTF-8, as all are that name no file.
pub fn is_text(word: &str) -> bool {
    !word.contains(BYTE)
}

/// A name with its bytes that are not UTF-8 as `\xNN`: for people, and where a name is a value.
pub fn spelled(name: &str) -> Cow<'_, str> {
    if is_text(name) {
        return Cow::Borrowed(name);
    }
    let spelled = pieces(name).map(|piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Byte(byte) => format!("\\x{byte:02x}"),
    });
    Cow::Owned(spelled.collect())
}

/// A part of a name.
pub enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// A byte that is not.
    Byte(u8),
}

/// The parts of a name that [`text`] gave, in order.
pub fn pieces(name: &str) -> impl Iterator<Item = Piece<'_>> {
    name.split(BYTE).enumerate().flat_map(|(nth, piece)| {
        let mut rest = piece;
        let byte = if nth == 0 { None } else { piece.chars().next() };
        let byte = byte.and_then(|c| {
            rest = piece.get(c.len_utf8()..).unwrap_or("");
            u8::try_from(u32::from(c)).ok()
        });
        byte.map(Piece::Byte).into_iter().chain((!rest.is_empty()).then_some(Piece::Text(rest)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_spelled_for_people() {
        let spelled = |name: &[u8]| spelled(&text(OsStr::from_bytes(name))).into_owned();
        assert_eq!(spelled(b"caf\xe9.csv"), "caf\\xe9.csv");
        assert_eq!(spelled("café.csv".as_bytes()), "café.csv");
        assert_eq!(spelled("\u{fdd0}x".as_bytes()), "\\xef\\xb7\\x90x");
        assert_eq!(text(OsStr::new("café")), "café");
    }

    proptest! {
        #[test]
        fn bytes_survive(name in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            prop::collection::vec(prop::sample::select(b"\xef\xb7\x90\xe9a\xc3".to_vec()), 0..12),
        ]) {
            let text = text(OsStr::from_bytes(&name));
            let path = path(&text);
            prop_assert_eq!(path.as_os_str().as_bytes(), &name[..]);
            let is_plain = std::str::from_utf8(&name).is_ok_and(|name| !name.contains(BYTE));
            prop_assert_eq!(is_text(&text), is_plain);
        }
    }
}
