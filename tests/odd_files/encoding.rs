//! The encodings in which files are written here.

/// How the text of a file is turned into bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Latin1,
    Windows1252,
    Utf16Le,
    Utf16Be,
}

/// Characters of windows-1252 that latin1 does not have, and their bytes.
const WINDOWS: &[(char, u8)] =
    &[('€', 0x80), ('‚', 0x82), ('„', 0x84), ('…', 0x85), ('–', 0x96), ('™', 0x99)];

impl Encoding {
    /// The value of `--encoding`.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Utf8 => None,
            Self::Latin1 => Some("latin1"),
            Self::Windows1252 => Some("windows-1252"),
            Self::Utf16Le => Some("utf-16le"),
            Self::Utf16Be => Some("utf-16be"),
        }
    }

    /// Makes a text one that it can spell.
    pub(crate) fn settle(self, text: &mut Vec<u8>) {
        if self == Self::Utf8 {
            return;
        }
        let decoded = String::from_utf8_lossy(text).into_owned();
        let known = |char: char| if self.byte(char).is_some() || self.is_wide() { char } else { '?' };
        *text = decoded.chars().map(known).collect::<String>().into_bytes();
    }

    fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }

    fn byte(self, char: char) -> Option<u8> {
        let windows = WINDOWS.iter().find(|(known, _)| *known == char).map(|(_, byte)| *byte);
        // WHATWG reads latin1 as windows-1252; what lies between is left to tests of the codecs.
        windows.or_else(|| u8::try_from(char).ok().filter(|byte| !(0x80..0xa0).contains(byte)))
    }

    /// The bytes of a text that it can spell.
    pub(crate) fn encode(self, text: &[u8], mark: bool) -> Vec<u8> {
        if self == Self::Utf8 {
            return [if mark { "\u{feff}" } else { "" }.as_bytes(), text].concat();
        }
        let decoded = String::from_utf8(text.to_vec()).expect("text that was settled");
        let mut out = Vec::new();
        if !self.is_wide() {
            out.extend(decoded.chars().map(|char| self.byte(char).expect("a known character")));
            return out;
        }
        let marked = if mark { "\u{feff}" } else { "" };
        for unit in marked.encode_utf16().chain(decoded.encode_utf16()) {
            out.extend(if self == Self::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        out
    }
}
