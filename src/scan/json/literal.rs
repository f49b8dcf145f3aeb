//! The grammar of texts without brackets and quotes.

/// Whether this is `true`, `false`, `null`, or a number as JSON spells it.
pub(super) fn is_literal(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false" | b"null") || number_end(text) == Some(&[])
}

/// What comes after the number that `text` begins with.
fn number_end(text: &[u8]) -> Option<&[u8]> {
    let mut rest = match text.strip_prefix(b"-").unwrap_or(text) {
        [b'0', rest @ ..] => rest,
        whole => after_digits(whole)?,
    };
    if let [b'.', fraction @ ..] = rest {
        rest = after_digits(fraction)?;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        rest = after_digits(exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent))?;
    }
    Some(rest)
}

/// What comes after one digit or more.
fn after_digits(text: &[u8]) -> Option<&[u8]> {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 { None } else { text.get(len..) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        for text in ["true", "false", "null", "0", "-0", "12", "1.5", "-1.50e+7", "0E-1"] {
            assert!(is_literal(text.as_bytes()), "{text}");
        }
        for text in ["", "tru", "True", "01", "-", "1.", ".5", "+1", "1e", "1e+", "2024-01-31", "nan", "1x"] {
            assert!(!is_literal(text.as_bytes()), "{text}");
        }
    }
}
