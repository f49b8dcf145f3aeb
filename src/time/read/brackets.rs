//! What RFC 9557 adds to a stamp, and Java's `ZonedDateTime` writes: `2024-05-14T12:34:56+02:00[Europe/Berlin]`.

use super::super::{Timestamp, Zone};
use super::NotATime;
use super::stamp::{Offset, Spelled, Stamp, ahead_of_utc};

/// A stamp whose tail ends with a bracket. The offset says the time, and the zone in brackets must have had it then;
/// without an offset the zone says the time. Other brackets tell how to show a time, and nothing of it.
pub(super) fn read(spelled: &Spelled<'_>) -> Result<Stamp, NotATime> {
    let open = memchr::memchr(b'[', spelled.tail).ok_or(NotATime::Malformed)?;
    let (tail, brackets) = spelled.tail.split_at_checked(open).ok_or(NotATime::Malformed)?;
    let stamp = Spelled { tail, ..*spelled }.stamp()?;
    let Brackets { zone, must_hold } = Brackets::of(brackets).ok_or(NotATime::Malformed)?;
    let Some(name) = zone else { return Ok(stamp) };
    let name = ahead_of_utc(name).unwrap_or(name);
    let zone = std::str::from_utf8(name).ok().and_then(Zone::known);
    let offset = match (stamp.offset, zone) {
        // `Z` says the time in UTC, and nothing of the clock.
        (offset, _) if matches!(tail.last(), Some(b'Z' | b'z')) => offset,
        (Offset::Unsaid, Some(zone)) => Offset::East((stamp.local - zone.to_utc(stamp.local)) as i32),
        (Offset::Unsaid, None) => return Err(NotATime::NoSuchZone),
        (Offset::East(said), Some(zone)) => {
            let time = Timestamp::new(stamp.local - i64::from(said), 0).ok_or(NotATime::OutOfRange)?;
            if zone.offset_at(time) != said {
                return Err(NotATime::OtherOffset);
            }
            stamp.offset
        }
        // Zones are founded faster than programs learn of them.
        (offset, None) if !must_hold => offset,
        (_, None) => return Err(NotATime::NoSuchZone),
        (Offset::Named(name), Some(zone)) => Offset::East(name.offset(&zone, stamp.local)?),
    };
    Ok(Stamp { offset, ..stamp })
}

/// What brackets say.
struct Brackets<'a> {
    /// The zone.
    zone: Option<&'a [u8]>,
    /// The zone has a `!`: who does not know it must not read the stamp.
    must_hold: bool,
}

impl<'a> Brackets<'a> {
    /// The zone comes first, if there is one; `[!key=value]`, which must be understood, is not.
    fn of(mut text: &'a [u8]) -> Option<Self> {
        let mut all = Self { zone: None, must_hold: false };
        let mut is_first = true;
        while !text.is_empty() {
            let inner = text.strip_prefix(b"[")?;
            let (inner, rest) = inner.split_at_checked(memchr::memchr(b']', inner)?)?;
            let (must_hold, said) = inner.strip_prefix(b"!").map_or((false, inner), |said| (true, said));
            match (said.contains(&b'='), is_first) {
                (true, _) if !must_hold => {}
                (false, true) if !said.is_empty() => all = Self { zone: Some(said), must_hold },
                _ => return None,
            }
            is_first = false;
            text = rest.get(1..)?;
        }
        Some(all)
    }
}
