//! How the fields of delimited text are told apart and spelled.

/// A dialect of CSV, or TSV.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dialect {
    /// What is between fields; ASCII, and no part of a line end.
    pub delimiter: u8,
    /// Fields may be between two of these, in which it is doubled.
    pub quote: Option<u8>,
    /// What else may not be what it looks like.
    pub escape: Escape,
}

/// How bytes are spelled that would mean something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Escape {
    /// Between quotes only.
    None,
    /// After this byte each byte means itself, line ends too.
    Byte(u8),
    /// As `\t \n \r \\` (TSV).
    Letters,
}

impl Dialect {
    /// The byte after which each byte means itself.
    pub fn escape_byte(self) -> Option<u8> {
        match self.escape {
            Escape::Byte(byte) => Some(byte),
            Escape::None | Escape::Letters => None,
        }
    }
}

/// What means other bytes inside a spelling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Marks {
    /// A quote, spelled as two; a line end, which is none, outside of quotes.
    quote: u8,
    /// The escape; a line end if there is none.
    escape: u8,
}

/// No byte: neither a quote nor an escape can be a line end.
const NONE: u8 = b'\n';

impl Marks {
    /// Marks of a spelling between quotes of this byte, or without quotes.
    pub fn new(quote: Option<u8>, escape: Option<u8>) -> Self {
        Self { quote: quote.unwrap_or(NONE), escape: escape.unwrap_or(NONE) }
    }

    /// Whether the spelling was found between quotes.
    pub fn is_quoted(self) -> bool {
        self.quote != NONE
    }

    /// Appends what a spelling stands for. An escape at its end stands for itself.
    pub fn write_plain(self, spelling: &[u8], out: &mut Vec<u8>) {
        let mut rest = spelling;
        let is_mark = |byte: u8| byte != NONE && (byte == self.quote || byte == self.escape);
        while let Some(at) = rest.iter().position(|&byte| is_mark(byte)) {
            out.extend_from_slice(rest.get(..at).unwrap_or(&[]));
            out.extend(rest.get(at + 1).or(rest.get(at)));
            rest = rest.get(at + 2..).unwrap_or(&[]);
        }
        out.extend_from_slice(rest);
    }

    /// The marks as two bytes, for [`Self::of_bytes`].
    pub(super) fn to_bytes(self) -> [u8; 2] {
        [self.quote, self.escape]
    }

    /// The marks of these bytes.
    pub(super) fn of_bytes([quote, escape]: [u8; 2]) -> Self {
        Self { quote, escape }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_undone() {
        let plain = |quote: Option<u8>, escape: Option<u8>, spelling: &str| {
            let mut out = Vec::new();
            Marks::new(quote, escape).write_plain(spelling.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        for (quote, escape, spelling, expected) in [
            (Some(b'\''), None, "a''b\"\"\n", "a'b\"\"\n"),
            (Some(b'"'), Some(b'\\'), r#"a""b\"c\\d\n"#, r#"a"b"c\dn"#),
            (None, Some(b'\\'), "a\"\"\\\n\\,\\N\\", "a\"\"\n,N\\"),
            (None, Some(b'"'), "a\"\"b\"\n", "a\"b\n"),
            (None, None, "a\n\n", "a\n\n"),
        ] {
            assert_eq!(plain(quote, escape, spelling), expected, "{spelling}");
        }
    }
}
