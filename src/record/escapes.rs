//! The escapes of logs: what Go's logfmt libraries and `%q`, Apache and nginx write for quotes, backslashes and control
//! characters.

/// Appends the text that a spelling with such escapes stands for: `\" \\ \n \r \t \a \b \f \v`, `\xHH` for bytes,
/// `\uXXXX` (two for one character beyond) and `\UXXXXXXXX` for characters. Any other backslash stays, and so do bytes
/// that would be no UTF-8.
pub(super) fn write_unescaped(spelling: &[u8], out: &mut Vec<u8>) {
    let mut rest = spelling;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let taken = bytes(rest, out).or_else(|| letter(rest, out)).or_else(|| character(rest, out));
        if taken.is_none() {
            out.push(b'\\');
        }
        rest = rest.get(taken.unwrap_or(1)..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
}

/// Appends the text that a spelling means in which `\xHH` alone is an escape, for a byte. Bytes that would be no UTF-8
/// stay as they are spelled.
pub(super) fn write_bytes(spelling: &[u8], out: &mut Vec<u8>) {
    let mut rest = spelling;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let taken = bytes(rest, out);
        if taken.is_none() {
            out.push(b'\\');
        }
        rest = rest.get(taken.unwrap_or(1)..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
}

/// `\n` and its like.
fn letter(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    out.push(match rest.get(1)? {
        byte @ (b'"' | b'\\') => *byte,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'v' => 0x0b,
        _ => return None,
    });
    Some(2)
}

/// `\xHH`; those of one character beyond ASCII stand one behind the other.
fn bytes(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let mut character = [0; 4];
    for len in 0..character.len() {
        let escape = rest.get(4 * len..4 * len + 4).filter(|escape| escape.starts_with(b"\\x"))?;
        *character.get_mut(len)? = u8::try_from(hex(escape.get(2..)?)?).ok()?;
        let known = character.get(..=len)?;
        if std::str::from_utf8(known).is_ok() {
            out.extend_from_slice(known);
            return Some(4 * len + 4);
        }
    }
    None
}

/// `\uXXXX`, a pair of surrogates included, and `\UXXXXXXXX`.
fn character(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let (code, taken) = match rest.get(1)? {
        b'u' => match hex(rest.get(2..6)?)? {
            high @ 0xd800..0xdc00 => {
                let low = hex(rest.get(6..12)?.strip_prefix(b"\\u")?)?;
                let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                (0x10000 + ((high - 0xd800) << 10) + low, 12)
            }
            code => (code, 6),
        },
        b'U' => (hex(rest.get(2..10)?)?, 10),
        _ => return None,
    };
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    Some(taken)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| Some((sum << 4) | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writers_of_logs_escape() {
        for (spelled, text) in [
            (r#"a \"b\" \\ c"#, r#"a "b" \ c"#),
            (r"\u0001", "\u{1}"),
            (r"\\u0001", r"\u0001"),
            (r"\x1b[31m", "\u{1b}[31m"),
            (r"a\x41b", "aAb"),
            (r"a\\x41b", r"a\x41b"),
            (r"\xC3\xa9", "é"),
            (r"\xF0\x9F\x98\x80!", "😀!"),
            (r"\ud83d\ude00", "😀"),
            (r"\U0001f600", "😀"),
            (r"\a\b\f\v\n\r\t", "\u{7}\u{8}\u{c}\u{b}\n\r\t"),
            (r"C:\dir\users", r"C:\dir\users"),
            (r"\xff\xC3", r"\xff\xC3"),
            (r"\ud800 \udc00 \u12", r"\ud800 \udc00 \u12"),
            (r"\U00110000", r"\U00110000"),
            (r"end\", r"end\"),
        ] {
            let mut out = Vec::new();
            write_unescaped(spelled.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text, "{spelled}");
        }
    }
}
