//! How some formats spell bytes of an untyped text by others.

use super::escapes;

/// What is spelled how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// `\xHH` for a byte (Zeek). Any other backslash is itself, and so are bytes that would be no UTF-8.
    Hex,
    /// `+` for a blank (IIS).
    Plus,
    /// A tab for a blank: two fields between tabs that are one value.
    Tab,
}

impl Code {
    const ALL: [Self; 3] = [Self::Hex, Self::Plus, Self::Tab];

    /// The code as a number, for [`Self::of_number`].
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Hex => 0,
            Self::Plus => 1,
            Self::Tab => 2,
        }
    }

    /// The code of a number.
    pub(super) fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Appends the text that a spelling means.
    pub fn write_plain(self, spelling: &[u8], out: &mut Vec<u8>) {
        let blank = match self {
            Self::Hex => return escapes::write_bytes(spelling, out),
            Self::Plus => b'+',
            Self::Tab => b'\t',
        };
        out.extend(spelling.iter().map(|&byte| if byte == blank { b' ' } else { byte }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_undone() {
        for (code, spelling, expected) in [
            (Code::Hex, r"a\x09b\x5cx41\n\\\xc3\xa9\xff\x4", "a\tb\\x41\\n\\\\é\\xff\\x4"),
            (Code::Plus, "a+b++%2B\t", "a b  %2B\t"),
            (Code::Tab, "2024-01-31\t12:00:00+1", "2024-01-31 12:00:00+1"),
        ] {
            let mut out = Vec::new();
            code.write_plain(spelling.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{code:?}");
        }
    }
}
