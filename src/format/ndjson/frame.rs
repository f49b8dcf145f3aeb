//! Cuts NDJSON into lines, once the front of the input shows that it has records on lines: an array, or an
//! object over several lines, is what other tools write, and every line of it would be rejected.

use crate::error::{Error, Result};
use crate::format::lines::LineFramer;
use crate::format::{Framer, GiveUp, Head};

/// Frames lines behind a look at the front of the input.
#[derive(Debug, Default)]
pub(super) struct NdjsonFramer {
    lines: LineFramer,
    /// Bytes at the front that are known to be blank.
    blank: usize,
}

const MARK: &[u8] = b"\xef\xbb\xbf";
/// So many blanks at the front, or behind the first brace, are looked at: they are held meanwhile.
const LONGEST: usize = 64 << 10;

impl Framer for NdjsonFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        if !at_end && bytes.len() < MARK.len() && MARK.starts_with(bytes) {
            return Ok(Head::More);
        }
        if bytes.starts_with(MARK) {
            self.blank = self.blank.max(MARK.len());
        }
        let rest = bytes.get(self.blank..).unwrap_or(&[]);
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.blank += blanks;
        match rest.get(blanks..) {
            Some([b'[', ..]) => {
                Err(Error::new("a JSON array, not records one a line").help("jq -c '.[]' FILE | tamis …"))
            }
            Some([b'{', behind @ ..]) => behind_brace(behind, at_end),
            Some([_, ..]) => Ok(Head::None),
            _ if at_end || self.blank > LONGEST => Ok(Head::None),
            _ => Ok(Head::More),
        }
    }

    fn cut(&mut self, bytes: &[u8], at_end: bool) -> usize {
        self.lines.cut(bytes, at_end)
    }

    fn give_up(&mut self, bytes: &[u8], at_end: bool) -> GiveUp {
        self.lines.give_up(bytes, at_end)
    }
}

/// A line that holds nothing but the first brace begins an object over several lines.
fn behind_brace(behind: &[u8], at_end: bool) -> Result<Head> {
    match behind.iter().take(LONGEST).find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) {
        Some(b'\n') => {
            Err(Error::new("a JSON object over several lines, not one a line").help("jq -c . FILE | tamis …"))
        }
        Some(_) => Ok(Head::None),
        None if at_end || behind.len() >= LONGEST => Ok(Head::None),
        None => Ok(Head::More),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the front of an input gives when it comes byte by byte, and all at once.
    fn heads(text: &[u8]) -> [String; 2] {
        let shown = |head: Result<Head>| match head {
            Ok(head) => format!("{head:?}"),
            Err(error) => error.message().to_owned(),
        };
        let mut framer = NdjsonFramer::default();
        let piecewise = (0..=text.len())
            .map(|len| shown(framer.head(&text[..len], len == text.len())))
            .find(|head| head != "More");
        let whole = shown(NdjsonFramer::default().head(text, true));
        [piecewise.unwrap_or_default(), whole]
    }

    #[test]
    fn arrays_and_objects_over_several_lines_are_errors() {
        let array = "a JSON array, not records one a line";
        let object = "a JSON object over several lines, not one a line";
        for (text, expected) in [
            (&b"[{\"a\":1}]"[..], array),
            (b"\xef\xbb\xbf \r\n\n [", array),
            (b"{\n  \"a\": 1\n}\n", object),
            (b"\xef\xbb\xbf{ \t\r\n", object),
            (b"{}\n[\n", "None"),
            (b"{", "None"),
            (b"{ \"a\":\n", "None"),
            (b"x\n[", "None"),
            (b"\xef\xbb", "None"),
            (b" \n\n", "None"),
            (b"", "None"),
        ] {
            let text_shown = text.escape_ascii().to_string();
            assert_eq!(heads(text), [expected, expected], "{text_shown}");
        }
    }

    #[test]
    fn endless_blanks_are_not_held() {
        let mut framer = NdjsonFramer::default();
        assert!(matches!(framer.head(&vec![b' '; LONGEST], false), Ok(Head::More)));
        assert!(matches!(framer.head(&vec![b' '; LONGEST + 1], false), Ok(Head::None)));
        let mut brace = vec![b' '; LONGEST + 1];
        brace[0] = b'{';
        assert!(matches!(NdjsonFramer::default().head(&brace, false), Ok(Head::None)));
    }
}
