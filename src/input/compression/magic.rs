//! The first bytes of members, by which a compression is known.

use super::{COMPRESSIONS, Compression};

/// The lowest and the highest byte that may stand at a place.
pub(in crate::input) type Pattern = (u8, u8);

/// The patterns of exactly these bytes.
#[expect(clippy::indexing_slicing, reason = "constants are built with it, and no input")]
pub(in crate::input) const fn exactly<const N: usize>(bytes: &[u8; N]) -> [Pattern; N] {
    let mut patterns = [(0, 0); N];
    let mut at = 0;
    while at < N {
        patterns[at] = (bytes[at], bytes[at]);
        at += 1;
    }
    patterns
}

/// `patterns` with another one at a place.
#[expect(clippy::indexing_slicing, reason = "constants are built with it, and no input")]
pub(in crate::input) const fn with<const N: usize>(
    mut patterns: [Pattern; N],
    at: usize,
    pattern: Pattern,
) -> [Pattern; N] {
    patterns[at] = pattern;
    patterns
}

/// A frame that decoders skip, in zstd and in lz4 alike; its length follows in four bytes.
const SKIPPABLE: [Pattern; 4] = with(exactly(b"\x50\x2a\x4d\x18"), 0, (0x50, 0x5f));

/// What stands at the front of some bytes.
pub(super) enum Front {
    /// They are too few to tell.
    Unknown,
    /// A member of a compression.
    Member(&'static Compression),
    /// A frame to be skipped.
    Skippable,
    /// Nothing compressed.
    Other,
}

/// What stands at the front of `bytes`.
pub(super) fn front(bytes: &[u8]) -> Front {
    if is_whole(&SKIPPABLE, bytes) {
        return Front::Skippable;
    }
    let mut may_be = fits(&SKIPPABLE, bytes);
    for compression in COMPRESSIONS {
        for magic in compression.magics {
            if is_whole(magic, bytes) {
                return Front::Member(compression);
            }
            may_be |= fits(magic, bytes);
        }
    }
    if may_be { Front::Unknown } else { Front::Other }
}

fn is_whole(magic: &[Pattern], bytes: &[u8]) -> bool {
    bytes.len() >= magic.len() && fits(magic, bytes)
}

/// Whether no byte speaks against the magic.
fn fits(magic: &[Pattern], bytes: &[u8]) -> bool {
    magic.iter().zip(bytes).all(|((low, high), byte)| (low..=high).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_are_known_as_soon_as_they_can_be() {
        for (bytes, expected) in [
            (&b""[..], "unknown"),
            (b"\x1f", "unknown"),
            (b"\x1f\x8b", "gzip"),
            (b"\x1fx", "other"),
            (b"BZh91AY&S", "unknown"),
            (b"BZh91AY&SY", "bzip2"),
            (b"BZh9\x17\x72\x45\x38\x50\x90", "bzip2"),
            (b"BZh0", "other"),
            (b"BZh,name\n", "other"),
            (b"\xfd7zXZ\0", "xz"),
            (b"\x28\xb5\x2f\xfd", "zstd"),
            (b"\x04\x22\x4d\x18", "lz4"),
            (b"\x5f\x2a\x4d\x18", "skippable"),
            (b"P*", "unknown"),
            (b"P,", "other"),
            (b"{\"a\":1}", "other"),
        ] {
            let found = match front(bytes) {
                Front::Unknown => "unknown",
                Front::Member(compression) => compression.name,
                Front::Skippable => "skippable",
                Front::Other => "other",
            };
            assert_eq!(found, expected, "{}", bytes.escape_ascii());
        }
    }
}
