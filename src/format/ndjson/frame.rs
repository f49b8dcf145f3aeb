//! Cuts NDJSON into lines, once the front of the input shows that it has records on lines: an array, or an
//! object over several lines, is what other tools write, and every line of it would be rejected. A first
//! line that is merely damaged is a record like others, to be rejected.

use memchr::memchr;

use crate::error::{Error, Result};
use crate::format::lines::{LineFramer, front_mark};
use crate::format::{Framer, GiveUp, Head};
use crate::scan::json;

/// Frames lines behind a look at the front of the input.
#[derive(Debug, Default)]
pub(super) struct NdjsonFramer {
    lines: LineFramer,
    /// Bytes at the front that are known to be blank.
    blank: usize,
}

/// So many bytes are looked at: they are held meanwhile.
const LONGEST: usize = 64 << 10;

impl Framer for NdjsonFramer {
    fn head(&mut self, bytes: &[u8], at_end: bool) -> Result<Head> {
        let Some(mark) = front_mark(bytes, at_end) else { return Ok(Head::More) };
        self.blank = self.blank.max(mark);
        let rest = bytes.get(self.blank..).unwrap_or(&[]);
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.blank += blanks;
        match rest.get(blanks..) {
            Some(array @ [b'[', ..]) => of_array(array, at_end),
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

/// A first line that is a whole array, or one as far as it goes, is what the error tells of.
fn of_array(text: &[u8], at_end: bool) -> Result<Head> {
    let end = memchr(b'\n', text);
    let line = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    let whole_line = end.is_some() || at_end;
    let is_array = match json::value(line, 0, 0) {
        Ok(array) => json::blanks(line, array.end) == line.len(),
        Err(broken) => broken.ends_early() || !whole_line && broken.in_quotes(),
    };
    if !is_array {
        Ok(Head::None)
    } else if whole_line || line.len() > LONGEST {
        Err(Error::new("a JSON array, not records one a line")
            .help("--from json reads each element as a record"))
    } else {
        Ok(Head::More)
    }
}

/// A line that holds nothing but the first brace begins an object over several lines, unless the next one
/// begins a record again.
fn behind_brace(behind: &[u8], at_end: bool) -> Result<Head> {
    let end = json::blanks(behind, 0);
    let alone = behind.get(..end).is_some_and(|blanks| blanks.contains(&b'\n'));
    match behind.get(end) {
        None if !at_end => Ok(if end < LONGEST { Head::More } else { Head::None }),
        next if alone && next != Some(&b'{') => {
            Err(Error::new("a JSON object over several lines, not one a line")
                .help("--from json reads texts over any number of lines"))
        }
        _ => Ok(Head::None),
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
            (b"[\n  {\"a\":1},\n", array),
            (b"[{\"a\":1},\r\n{\"a\":2}]\n", array),
            (b"[[1], {\"a\":[", array),
            (b"[] \r\n", array),
            (b"[1,2]}\n{}\n", "None"),
            (b"[1,2] {}\n", "None"),
            (b"[1}\n", "None"),
            (b"[\"a\n\"]\n", "None"),
            (b"[\"a", "None"),
            (b"{\n\n{\"a\":1}\n", "None"),
            (b"{\n]\n", object),
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
    fn endless_fronts_are_not_held() {
        let mut framer = NdjsonFramer::default();
        assert!(matches!(framer.head(&vec![b' '; LONGEST], false), Ok(Head::More)));
        assert!(matches!(framer.head(&vec![b' '; LONGEST + 1], false), Ok(Head::None)));
        let mut brace = vec![b' '; LONGEST + 1];
        brace[0] = b'{';
        let mut array = vec![b'1'; LONGEST];
        array[0] = b'[';
        assert!(matches!(NdjsonFramer::default().head(&array, false), Ok(Head::More)));
        array.push(b'1');
        assert!(NdjsonFramer::default().head(&array, false).is_err());
        assert!(matches!(NdjsonFramer::default().head(&brace, false), Ok(Head::None)));
    }
}
