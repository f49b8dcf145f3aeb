//! JSON text as values: reading one value, finding members and elements, escaping and unescaping strings.

use super::{Number, Value};
use crate::scan::json::{Item, Kind, Scan, elements, members, value};

/// The reason for a string of which an escape means nothing.
pub const BAD_ESCAPE: &str = "an escape in this string is not JSON's";
/// The reason for one in which `\ud800` or the like has no other half.
pub const HALF_PAIR: &str = "half of a surrogate pair in this string";

const SURROGATES: std::ops::Range<u32> = 0xd800..0xe000;

/// The value that a whole JSON text holds. A string with escapes is unescaped into `buffer`, which is
/// cleared first. `None` if the text is no JSON value or a number is beyond 1e±6144.
pub fn read<'a>(text: &'a [u8], buffer: &'a mut Vec<u8>) -> Option<Value<'a>> {
    let item = value(text, 0, 0).ok()?;
    of_item(text, item, buffer)
}

/// The value at an item of `text`; strings with escapes are unescaped into `buffer`, which is cleared first.
pub fn of_item<'a>(text: &'a [u8], item: Item, buffer: &'a mut Vec<u8>) -> Option<Value<'a>> {
    let spelled = text.get(item.start..item.end)?;
    Some(match item.kind {
        Kind::Plain => Value::Text(inside(spelled)),
        Kind::Escaped => {
            buffer.clear();
            if !unescape(inside(spelled), buffer) {
                return None;
            }
            Value::Text(buffer)
        }
        Kind::Array => Value::Array(spelled),
        Kind::Object => Value::Object(spelled),
        Kind::Scalar => scalar(spelled)?,
    })
}

/// [`of_item`] inside a value that was checked with all inside it, as those are which somebody reads: see
/// [`super::tokens`].
pub fn of_checked<'a>(text: &'a [u8], item: Item, buffer: &'a mut Vec<u8>) -> Value<'a> {
    let value = of_item(text, item, buffer);
    debug_assert!(value.is_some(), "not checked: {}", String::from_utf8_lossy(text));
    value.unwrap_or(Value::Null)
}

/// The value of a bare JSON word: a number, `true`, `false` or `null`.
pub fn scalar(spelled: &[u8]) -> Option<Value<'_>> {
    match spelled {
        b"null" => Some(Value::Null),
        b"true" => Some(Value::Bool(true)),
        b"false" => Some(Value::Bool(false)),
        _ if Number::is_json(spelled) => Value::of_json_number(spelled),
        _ => None,
    }
}

/// The item under `name` in an object's text: of duplicates the last.
pub fn member(object: &[u8], name: &[u8]) -> Option<Item> {
    let mut found = None;
    visit_members(object, |key, item| {
        if key == name {
            found = Some(item);
        }
    })
    .ok()?;
    found
}

/// Visits the members of an object's text with their keys unescaped.
pub fn visit_members(object: &[u8], mut visit: impl FnMut(&[u8], Item)) -> Scan<()> {
    let mut buffer = Vec::new();
    members(object, 0, |member| {
        let spelled = inside(object.get(member.key.start..member.key.end).unwrap_or(&[]));
        match member.key.kind {
            Kind::Escaped => {
                buffer.clear();
                if unescape(spelled, &mut buffer) {
                    visit(&buffer, member.value);
                }
            }
            _ => visit(spelled, member.value),
        }
    })
    .map(drop)
}

/// The item at `index` of an array's text; negative counts from the end.
pub fn element(array: &[u8], index: i64) -> Option<Item> {
    let mut count: i64 = 0;
    let mut found = None;
    let wanted = if index < 0 { length(array)?.checked_add(index)? } else { index };
    elements(array, 0, |item| {
        if count == wanted {
            found = Some(item);
        }
        count += 1;
    })
    .ok()?;
    found
}

/// The number of elements of an array's text.
pub fn length(array: &[u8]) -> Option<i64> {
    let mut count = 0;
    elements(array, 0, |_| count += 1).ok()?;
    Some(count)
}

/// A string's spelling without its quotes.
pub fn inside(quoted: &[u8]) -> &[u8] {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(&[])
}

/// Appends the text that the inside of a JSON string spells. False, with `out` as it was, if an escape is
/// unknown or half a surrogate pair stands alone.
pub fn unescape(spelled: &[u8], out: &mut Vec<u8>) -> bool {
    let before = out.len();
    let mut rest = spelled;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        match escape(&rest[at + 1..]) {
            Some((c, len)) => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[at + 1 + len..];
            }
            None => {
                out.truncate(before);
                return false;
            }
        }
    }
    out.extend_from_slice(rest);
    true
}

/// What is wrong with the first escape within a JSON string that [`unescape`] cannot undo.
pub fn bad_escape(spelled: &[u8]) -> Option<&'static str> {
    let mut rest = spelled;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let after = rest.get(at + 1..).unwrap_or(&[]);
        let Some((_, len)) = escape(after) else {
            return Some(if is_surrogate(after) { HALF_PAIR } else { BAD_ESCAPE });
        };
        rest = rest.get(at + 1 + len..).unwrap_or(&[]);
    }
    None
}

/// Whether this is the `uXXXX` of half a surrogate pair.
fn is_surrogate(rest: &[u8]) -> bool {
    let half = |digits| hex(digits).is_some_and(|code| SURROGATES.contains(&code));
    rest.first() == Some(&b'u') && rest.get(1..5).is_some_and(half)
}

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, since JSON
/// cannot hold them.
pub fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        write_escaped(chunk.valid().as_bytes(), out);
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    out.push(b'"');
}

fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        write_escape(special[0], out);
        rest = &special[1..];
    }
    out.extend_from_slice(rest);
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0c => out.extend_from_slice(b"\\f"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

/// The character that the bytes behind a backslash spell, and how many of them it takes.
fn escape(rest: &[u8]) -> Option<(char, usize)> {
    let c = match rest.first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some((c, 1))
}

fn unicode(rest: &[u8]) -> Option<(char, usize)> {
    let first = hex(rest.get(1..5)?)?;
    if !SURROGATES.contains(&first) {
        return Some((char::from_u32(first)?, 5));
    }
    let second = rest.get(5..7).filter(|next| *next == b"\\u").and_then(|_| hex(rest.get(7..11)?))?;
    if first >= 0xdc00 || !(0xdc00..0xe000).contains(&second) {
        return None;
    }
    Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?, 11))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| Some(sum * 16 + char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(item: Option<Item>, of: &[u8]) -> Option<String> {
        item.map(|item| String::from_utf8_lossy(&of[item.start..item.end]).into_owned())
    }

    #[test]
    fn members_and_elements() {
        let object = br#"{"a":1,"b":[1,2,3],"a":2,"caf\u00e9":4}"#;
        assert_eq!(text(member(object, b"a"), object).as_deref(), Some("2"));
        assert_eq!(text(member(object, "café".as_bytes()), object).as_deref(), Some("4"));
        assert_eq!(text(member(object, b"x"), object), None);
        let array = b"[10, 20,30]";
        assert_eq!(text(element(array, -1), array).as_deref(), Some("30"));
        assert_eq!(text(element(array, 1), array).as_deref(), Some("20"));
        assert_eq!(text(element(array, 3), array), None);
        assert_eq!(text(element(array, -4), array), None);
    }

    #[test]
    fn lone_surrogates_and_unknown_escapes_are_refused() {
        for bad in [r"\ud800", r"\udc00x", r"\ud800\u0041", r"\uDBFFx\q", r"\x", "\\", r"\u12", r"\ud80"] {
            let mut out = b"kept".to_vec();
            assert!(!unescape(bad.as_bytes(), &mut out), "{bad}");
            assert_eq!(out, b"kept");
            let is_half =
                bad.starts_with(r"\ud800") || bad.starts_with(r"\udc00") || bad.starts_with(r"\uDBFF");
            assert_eq!(
                bad_escape(bad.as_bytes()),
                Some(if is_half { HALF_PAIR } else { BAD_ESCAPE }),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn strings_agree_with_serde(text in any::<String>()) {
            let mut written = Vec::new();
            write_string(text.as_bytes(), &mut written);
            prop_assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text.clone());
            let spelled = serde_json::to_string(&text).unwrap();
            let mut buffer = Vec::new();
            match read(spelled.as_bytes(), &mut buffer) {
                Some(Value::Text(read)) => prop_assert_eq!(read, text.as_bytes()),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
