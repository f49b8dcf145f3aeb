//! Lines that end in CR alone, as old programs for the Mac write them: read as others are, they are one line.

use super::typed::Typed;
use crate::error::Error;

/// So much of the front of an input is looked at.
const LOOK: usize = 64 << 10;

/// What the front of an input says about its line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ends {
    /// Nothing yet.
    Open,
    /// Lines end in LF, or there is but one.
    Plain,
    /// They end in CR alone.
    Cr,
}

/// What an input says that begins with these bytes; `at_end`: and has no others. It does not depend on how many there
/// are beyond those that are looked at.
pub(super) fn look(bytes: &[u8], at_end: bool) -> Ends {
    let front = bytes.get(..LOOK).unwrap_or(bytes);
    if memchr::memchr(b'\n', front).is_some() {
        return Ends::Plain;
    }
    let is_all = at_end && bytes.len() <= LOOK;
    if !is_all && bytes.len() < LOOK {
        return Ends::Open;
    }
    let ends_line = |at: usize| match front.get(at + 1) {
        Some(byte) => *byte != b'\r',
        None => is_all,
    };
    if memchr::memchr_iter(b'\r', front).any(ends_line) { Ends::Cr } else { Ends::Plain }
}

/// The error for lines that end so.
#[cold]
pub(super) fn error(file: &Typed) -> Error {
    Error::new("lines that end in CR alone, as old programs write them")
        .help(file.piped("tr '\\r' '\\n' < FILE", None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_lf_or_in_cr() {
        for (bytes, expected) in [
            (&b"a\rb\r"[..], Ends::Cr),
            (b"a\rb", Ends::Cr),
            (b"a\r", Ends::Cr),
            (b"a\r\r", Ends::Cr),
            (b"\r", Ends::Cr),
            (b"a\r\nb\r", Ends::Plain),
            (b"10%\r20%\r100%\n", Ends::Plain),
            (b"a\r\r\n", Ends::Plain),
            (b"a", Ends::Plain),
            (b"", Ends::Plain),
        ] {
            assert_eq!(look(bytes, true), expected, "{}", bytes.escape_ascii());
            assert!(expected != Ends::Cr || look(bytes, false) == Ends::Open);
        }
    }

    #[test]
    fn only_the_front_is_looked_at() {
        for (at, expected) in
            [(0, Ends::Cr), (LOOK - 2, Ends::Cr), (LOOK - 1, Ends::Plain), (LOOK, Ends::Plain)]
        {
            let mut bytes = vec![b'x'; 2 * LOOK];
            bytes[at] = b'\r';
            assert_eq!(look(&bytes, true), expected, "{at}");
            assert_eq!(look(&bytes[..LOOK], false), expected, "{at}");
            assert_eq!(look(&bytes[..LOOK - 1], false), Ends::Open, "{at}");
            bytes[LOOK] = b'\n';
            assert_eq!(look(&bytes, true), expected, "{at}");
            bytes[LOOK - 3] = b'\n';
            assert_eq!(look(&bytes, true), Ends::Plain, "{at}");
        }
    }
}
