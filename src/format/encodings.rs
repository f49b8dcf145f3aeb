//! The names of encodings, as the WHATWG Encoding Standard has them.

use encoding_rs::Encoding;

use crate::error::{Mistake, nearest, shown};
use crate::record::ReadAs;

/// Names that are proposed where a name is near: those of the standard, and what people write for them.
const NAMES: &[&str] = &[
    "ascii",
    "big5",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "cp866",
    "cyrillic",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "gb2312",
    "gbk",
    "ibm866",
    "iso-2022-jp",
    "iso-8859-1",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-8-i",
    "iso-8859-9",
    "koi8-r",
    "koi8-u",
    "latin1",
    "latin2",
    "latin3",
    "latin4",
    "latin5",
    "latin6",
    "macintosh",
    "shift_jis",
    "tis-620",
    "utf-16",
    "utf-16be",
    "utf-16le",
    "utf-8",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-31j",
    "windows-874",
    "x-mac-cyrillic",
];

/// The names that are proposed, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// The encoding of a name.
pub fn encoding(name: &str, read_as: ReadAs) -> Result<&'static Encoding, Mistake> {
    Encoding::for_label_no_replacement(name.as_bytes()).ok_or_else(|| unknown(name, read_as))
}

#[cold]
fn unknown(name: &str, read_as: ReadAs) -> Mistake {
    let known = "a name of the WHATWG standard, such as latin1, windows-1252, utf-16, shift_jis or gbk";
    let plain = name.trim().to_ascii_lowercase();
    let is_of_four =
        |name: &str| ["utf-32", "utf32", "utf_32", "ucs-4", "ucs4"].iter().any(|four| name.starts_with(four));
    if plain.is_empty() {
        return Mistake::new("an encoding without a name", known);
    }
    if is_of_four(&plain) {
        return Mistake::new(
            "UTF-32 is not read",
            read_as.piped("iconv -f UTF-32 -t UTF-8 FILE", Some("FORMAT")),
        );
    }
    if Encoding::for_label(name.as_bytes()).is_some() {
        let command = format!("iconv -f {} -t UTF-8 FILE", crate::spell::word(name.trim()));
        let help = read_as.piped(&command, Some("FORMAT"));
        return Mistake::new(
            format!("\"{}\" is not read: the WHATWG standard leaves it out", shown(name)),
            help,
        );
    }
    // Of two code pages no one is meant by the number of the other.
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = digits(&plain);
    let alike = NAMES.iter().copied().filter(|known| own.is_empty() || digits(known) == own);
    let help = match nearest(&plain, alike) {
        Some(near) => format!("did you mean {near}?"),
        None => {
            format!("{known}; for others: {}", read_as.piped("iconv -f NAME -t UTF-8 FILE", Some("FORMAT")))
        }
    };
    Mistake::new(format!("unknown encoding \"{}\"", shown(name)), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_proposed_are_known_and_sorted() {
        for name in NAMES {
            assert!(encoding(name, ReadAs::Input).is_ok(), "{name}");
        }
        assert!(NAMES.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn names_are_read_in_any_case() {
        for (name, read) in [
            ("Latin1", "windows-1252"),
            (" UTF-16 ", "UTF-16LE"),
            ("cp1252", "windows-1252"),
            ("SJIS", "Shift_JIS"),
            ("utf8", "UTF-8"),
            ("US-ASCII", "windows-1252"),
        ] {
            assert_eq!(encoding(name, ReadAs::Input).map(Encoding::name), Ok(read), "{name}");
        }
    }

    #[test]
    fn unknown_names_are_answered_with_a_remedy() {
        for (name, help) in [
            ("latin-1", "did you mean latin1?"),
            ("utf16", "did you mean utf-16?"),
            ("windows1252", "did you mean windows-1252?"),
            ("shift-jiss", "did you mean shift_jis?"),
            ("utf-32le", "iconv -f UTF-32"),
            ("UCS-4", "iconv -f UTF-32"),
            ("iso-2022-kr", "iconv -f iso-2022-kr"),
            ("cp437", "iconv -f NAME"),
            ("cp850", "iconv -f NAME"),
            ("ebcdic", "iconv -f NAME"),
            ("", "such as latin1"),
        ] {
            let mistake = encoding(name, ReadAs::Input).unwrap_err();
            assert!(mistake.help.contains(help), "{name}: {}", mistake.help);
        }
    }
}
