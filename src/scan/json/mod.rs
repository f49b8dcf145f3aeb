//! The structure of JSON text: braces, quotes and separators, checked to the end; scalars are only spanned.
//!
//! This is what decides whether a line is a whole record (RFC 8259 without the inside of scalars and
//! strings). It allocates nothing and reads each byte once.

mod inside;
mod lines;
mod literal;
mod marks;
mod nests;
mod objects;
mod piece;
mod places;
mod rules;
#[cfg(test)]
pub(crate) mod samples;
mod texts;
mod tokens;

pub use lines::{last_line_of_text, may_open_array};
pub use objects::{Line, Objects, Stop};
pub use piece::{Open, Piece, What};
pub use places::{Border, Borders};
pub use texts::{Place, Texts};

use memchr::memchr2;

use super::word::zero_bytes;

/// The deepest nest that is read, the record itself included.
pub const MAX_DEPTH: u32 = 128;

/// What a JSON text begins with, as far as its first byte tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A string without a backslash.
    Plain,
    /// A string with at least one backslash.
    Escaped,
    /// `[…]`, structure checked.
    Array,
    /// `{…}`, structure checked.
    Object,
    /// Anything else: a number, `true`, `false`, `null`, or rubbish; not inspected.
    Scalar,
}

/// One value in a text: where it stands, quotes and brackets included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// What stands there.
    pub kind: Kind,
}

/// One member of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// The key with its quotes; [`Kind::Plain`] or [`Kind::Escaped`].
    pub key: Item,
    /// The value.
    pub value: Item,
}

/// Where and how the structure breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Offset of the byte that does not fit, or the length of the text if it ended too early.
    pub at: usize,
    /// The reason, as a message says it.
    pub reason: &'static str,
}

impl Broken {
    /// Whether the text ended within a string.
    pub fn in_quotes(&self) -> bool {
        self.reason == OPEN_QUOTE
    }

    /// Whether more text could still make it whole, apart from an open string: a line never closes one
    /// that began in a line before.
    pub fn ends_early(&self) -> bool {
        self.reason == ENDS_EARLY
    }
}

const ENDS_EARLY: &str = "the record ends too early";
const OPEN_QUOTE: &str = "a quote that does not close";

/// The outcome of a scan.
pub type Scan<T> = Result<T, Broken>;

/// Visits the members of the object that starts at `at` (on its brace) and returns the place behind it.
///
/// Every member is visited, duplicates included, in order; nested values are checked on the way. The
/// visits made before an error are void.
pub fn members(text: &[u8], at: usize, visit: impl FnMut(Member)) -> Scan<usize> {
    members_within(text, at, 1, visit)
}

/// Visits the elements of the array that starts at `at` (on its bracket) and returns the place behind it.
pub fn elements(text: &[u8], at: usize, mut visit: impl FnMut(Item)) -> Scan<usize> {
    let mut at = blanks(text, at + 1);
    if byte(text, at) == b']' {
        return Ok(at + 1);
    }
    loop {
        let item = value(text, at, 1)?;
        visit(item);
        at = blanks(text, item.end);
        match byte(text, at) {
            b',' => at = blanks(text, at + 1),
            b']' => return Ok(at + 1),
            _ => return Err(broken(text, at, "expected \",\" or \"]\"")),
        }
    }
}

/// Spans the value that starts at `at`, `depth` levels below the top of the record.
pub fn value(text: &[u8], at: usize, depth: u32) -> Scan<Item> {
    match byte(text, at) {
        b'"' => string(text, at),
        b'{' => {
            let end = nested(text, at, depth)?;
            Ok(Item { start: at, end, kind: Kind::Object })
        }
        b'[' => {
            let end = nested(text, at, depth)?;
            Ok(Item { start: at, end, kind: Kind::Array })
        }
        _ => scalar(text, at),
    }
}

/// The place of the first byte at or behind `at` that is no JSON blank.
#[inline]
pub fn blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\t' | b'\r' | b'\n') {
        at += 1;
    }
    at
}

fn members_within(text: &[u8], at: usize, depth: u32, mut visit: impl FnMut(Member)) -> Scan<usize> {
    let mut at = blanks(text, at + 1);
    if byte(text, at) == b'}' {
        return Ok(at + 1);
    }
    loop {
        if byte(text, at) != b'"' {
            return Err(broken(text, at, "expected a key in quotes"));
        }
        let key = string(text, at)?;
        at = colon(text, key.end)?;
        let value = value(text, at, depth)?;
        visit(Member { key, value });
        at = blanks(text, value.end);
        match byte(text, at) {
            b',' => at = blanks(text, at + 1),
            b'}' => return Ok(at + 1),
            _ => return Err(broken(text, at, "expected \",\" or \"}\"")),
        }
    }
}

/// Walks over a nested value without recursion: one bit a level tells objects from arrays.
fn nested(text: &[u8], start: usize, outer: u32) -> Scan<usize> {
    let mut objects: u128 = 0;
    let mut depth: u32 = 0;
    let mut at = start;
    loop {
        // `at` stands where a value starts.
        match byte(text, at) {
            open @ (b'{' | b'[') => {
                if outer + depth >= MAX_DEPTH {
                    return Err(Broken { at, reason: "nested deeper than 128 levels" });
                }
                depth += 1;
                objects = objects << 1 | u128::from(open == b'{');
                at = blanks(text, at + 1);
                // ASCII: the closing bracket stands two behind the opening one.
                if byte(text, at) != open + 2 {
                    at = if open == b'{' { member_value(text, at)? } else { at };
                    continue;
                }
                at += 1;
                depth -= 1;
                objects >>= 1;
            }
            b'"' => at = string(text, at)?.end,
            _ => at = scalar(text, at)?.end,
        }
        // A value has ended: a separator, or the end of one or more levels.
        loop {
            if depth == 0 {
                return Ok(at);
            }
            at = blanks(text, at);
            let in_object = objects & 1 == 1;
            match byte(text, at) {
                b',' => {
                    at = blanks(text, at + 1);
                    at = if in_object { member_value(text, at)? } else { at };
                    break;
                }
                b'}' if in_object => {}
                b']' if !in_object => {}
                _ if in_object => return Err(broken(text, at, "expected \",\" or \"}\"")),
                _ => return Err(broken(text, at, "expected \",\" or \"]\"")),
            }
            at += 1;
            depth -= 1;
            objects >>= 1;
        }
    }
}

/// Steps over a key and its colon to the place where the member's value starts.
fn member_value(text: &[u8], at: usize) -> Scan<usize> {
    if byte(text, at) != b'"' {
        return Err(broken(text, at, "expected a key in quotes"));
    }
    colon(text, string(text, at)?.end)
}

fn colon(text: &[u8], at: usize) -> Scan<usize> {
    let at = blanks(text, at);
    match byte(text, at) {
        b':' => Ok(blanks(text, at + 1)),
        _ => Err(broken(text, at, "expected \":\"")),
    }
}

/// Spans the string whose opening quote stands at `start`.
#[inline]
fn string(text: &[u8], start: usize) -> Scan<Item> {
    let mut at = start + 1;
    let mut kind = Kind::Plain;
    loop {
        match quote_or_backslash(text, at) {
            Some(found) if byte(text, found) == b'"' => return Ok(Item { start, end: found + 1, kind }),
            Some(found) => {
                kind = Kind::Escaped;
                at = found + 2;
            }
            None => return Err(Broken { at: text.len(), reason: OPEN_QUOTE }),
        }
    }
}

/// The place of the first quote or backslash at or behind `at`.
#[inline]
fn quote_or_backslash(text: &[u8], at: usize) -> Option<usize> {
    // Keys and most values are short: a few words of eight bytes are read before a wide search is called.
    let near = text.get(at..at + 32).unwrap_or(&[]);
    for (index, chunk) in near.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let found = zero_bytes(word ^ u64::from_le_bytes([b'"'; 8]))
            | zero_bytes(word ^ u64::from_le_bytes([b'\\'; 8]));
        if found != 0 {
            return Some(at + index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let from = at + near.len();
    memchr2(b'"', b'\\', text.get(from..)?).map(|len| from + len)
}

/// Spans a run of bytes that no separator, bracket or quote interrupts.
#[inline]
fn scalar(text: &[u8], start: usize) -> Scan<Item> {
    let rest = text.get(start..).unwrap_or(&[]);
    let len = rest.iter().position(|&byte| ENDS_SCALAR[usize::from(byte)]).unwrap_or(rest.len());
    let end = start + len;
    match byte(text, end) {
        _ if len == 0 => Err(broken(text, start, "a value is missing")),
        b'"' | b'{' | b'[' | b':' => Err(Broken { at: end, reason: "a separator is missing" }),
        _ => Ok(Item { start, end, kind: Kind::Scalar }),
    }
}

const ENDS_SCALAR: [bool; 256] = {
    let mut table = [false; 256];
    let ends = b",]} \t\r\n\"{[:";
    let mut at = 0;
    while at < ends.len() {
        table[ends[at] as usize] = true;
        at += 1;
    }
    table
};

/// The byte at a place, NUL behind the end (NUL is no structural byte, so it always fails the match).
#[inline]
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

#[cold]
fn broken(text: &[u8], at: usize, reason: &'static str) -> Broken {
    if at >= text.len() { Broken { at: text.len(), reason: ENDS_EARLY } } else { Broken { at, reason } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Scan<Vec<(String, String, Kind)>> {
        let mut seen = Vec::new();
        let end = members(text.as_bytes(), 0, |member| {
            let part = |item: Item| text[item.start..item.end].to_owned();
            seen.push((part(member.key), part(member.value), member.value.kind));
        })?;
        assert_eq!(blanks(text.as_bytes(), end), text.len(), "rest after the object");
        Ok(seen)
    }

    #[test]
    fn visits_every_member_with_its_span() {
        let seen = keys(r#"{ "a" :1,"b\n": "x\"}" , "a":[1,{"c":2}], "d":{} }"#).unwrap();
        let spans: Vec<_> =
            seen.iter().map(|(key, value, kind)| (key.as_str(), value.as_str(), *kind)).collect();
        assert_eq!(
            spans,
            [
                (r#""a""#, "1", Kind::Scalar),
                (r#""b\n""#, r#""x\"}""#, Kind::Escaped),
                (r#""a""#, r#"[1,{"c":2}]"#, Kind::Array),
                (r#""d""#, "{}", Kind::Object),
            ]
        );
    }

    #[test]
    fn broken_structure_is_found_with_its_place() {
        for (text, at) in [
            (r#"{"a":1"#, 6),
            (r#"{"a":"x"#, 7),
            (r#"{"a":"x\"#, 8),
            (r#"{"a":1,}"#, 7),
            (r#"{"a" 1}"#, 5),
            (r#"{"a":}"#, 5),
            (r#"{"a":1 "b":2}"#, 7),
            (r#"{"a":1{"b":2}"#, 6),
            (r#"{"a":12"x"}"#, 7),
            (r#"{"a":[1 2]}"#, 8),
            (r#"{"a":[1,]}"#, 8),
            (r#"{"a":[1}}"#, 7),
            (r#"{"a":{"b":1]}"#, 11),
            (r#"{"a":{"b"}}"#, 9),
            (r#"{a:1}"#, 1),
            ("{\"a\":1\0}", 8),
        ] {
            let got = members(text.as_bytes(), 0, |_| {});
            if text.contains('\0') {
                continue; // an uninspected scalar may hold any byte
            }
            assert_eq!(got.map_err(|broken| broken.at), Err(at), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(members(nest(127).as_bytes(), 0, |_| {}).is_ok());
        let broken = members(nest(128).as_bytes(), 0, |_| {}).unwrap_err();
        assert_eq!(broken.reason, "nested deeper than 128 levels");
    }

    proptest! {
        #[test]
        fn quotes_and_backslashes_are_found_where_a_plain_search_finds_them(text in "[a!#\\[\\]\"\\\\é]{0,3}[a-f\u{0}-\u{5}]{0,45}[\"\\\\]?[a\"\\\\]{0,3}", at in 0_usize..50) {
            let text = text.as_bytes();
            let plain = text.iter().skip(at).position(|byte| matches!(byte, b'"' | b'\\'));
            prop_assert_eq!(quote_or_backslash(text, at), plain.map(|len| at + len));
        }

        /// Whatever serde_json writes is whole, and no prefix of it is.
        #[test]
        fn agrees_with_serde_on_whole_and_cut_texts(keys in prop::collection::vec(("[a-z\"\\\\\n]{0,4}", ".{0,6}", any::<i64>()), 0..5), blanks in any::<bool>()) {
            let object: serde_json::Map<String, serde_json::Value> = keys
                .into_iter()
                .map(|(key, text, number)| (key, serde_json::json!([text, {"n": number, "t": [text]}])))
                .collect();
            let text = if blanks { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) }.unwrap();
            let mut count = 0;
            prop_assert_eq!(members(text.as_bytes(), 0, |_| count += 1), Ok(text.len()));
            prop_assert_eq!(count, object.len());
            for cut in 1..text.len() {
                prop_assert!(members(&text.as_bytes()[..cut], 0, |_| {}).is_err(), "{}", &text[..text.floor_char_boundary(cut)]);
            }
        }
    }
}
