//! The name of a zone after a stamp: `CET`, `UTC`. The one place that reads it, for all stamps.

use super::super::Zone;
use super::NotATime;
use super::stamp::is_utc;

/// Up to five capital letters; zeros after them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct ZoneName([u8; LONGEST]);

const LONGEST: usize = 5;

/// Names that mean the same everywhere, or so nearly that logs are read by them, in hours east of UTC. They
/// give way to those of the reader's own zone.
const LISTED: [(&[u8], i32); 10] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"EST", -5),
    (b"EDT", -4),
    (b"CST", -6),
    (b"CDT", -5),
    (b"MST", -7),
    (b"MDT", -6),
    (b"PST", -8),
    (b"PDT", -7),
];

/// What the zones of the IANA database call themselves today, beyond those above. What they mean, only the
/// reader's own zone tells.
const IN_USE: [&[u8]; 39] = [
    b"ACDT", b"ACST", b"ADT", b"AEDT", b"AEST", b"AKDT", b"AKST", b"AST", b"AWST", b"BST", b"CAT", b"CEST",
    b"CET", b"EAT", b"EEST", b"EET", b"HDT", b"HKT", b"HST", b"IDT", b"IST", b"JST", b"KST", b"MSK", b"NDT",
    b"NST", b"NZDT", b"NZST", b"PKT", b"SAST", b"SST", b"WAT", b"WEST", b"WET", b"WIB", b"WIT", b"WITA",
    b"MSD", b"Z",
];

impl ZoneName {
    const UTC: Self = Self(*b"UTC\0\0");

    /// What central time of North America, China and Cuba call themselves in winter, or all year.
    pub(super) const CST: Self = Self(*b"CST\0\0");

    /// A word of three to five letters in one case, or one that is UTC's.
    pub(in super::super) fn read(word: &[u8]) -> Option<Self> {
        if is_utc(word) {
            return Some(Self::UTC);
        }
        let is_name = word.len() >= 3
            && (word.iter().all(u8::is_ascii_uppercase) || word.iter().all(u8::is_ascii_lowercase));
        let mut name = [0; LONGEST];
        name.get_mut(..word.len()).filter(|_| is_name)?.copy_from_slice(word);
        name.make_ascii_uppercase();
        Some(Self(name))
    }

    /// Seconds east of UTC, as `zone` calls itself near `local` (seconds from 1970-01-01 00:00 on its clocks),
    /// else by the list.
    #[cold]
    pub(super) fn offset(self, zone: &Zone, local: i64) -> Result<i32, NotATime> {
        let of_zone = std::str::from_utf8(self.letters()).ok().and_then(|name| zone.offset_of(name, local));
        let listed =
            || LISTED.iter().find(|(name, _)| *name == self.letters()).map(|(_, hours)| hours * 3600);
        of_zone.or_else(listed).ok_or(NotATime::UnknownZone)
    }

    fn letters(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or(&[])
    }
}

/// Whether a word after a stamp is the name of a zone, whatever it means.
pub(in super::super) fn is_zone_name(word: &[u8]) -> bool {
    LISTED.iter().any(|(name, _)| *name == word) || IN_USE.contains(&word)
}
