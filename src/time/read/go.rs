//! What Go writes after the offset of a time: `2006-01-02 15:04:05.9 +0200 CEST m=+0.01`.

use super::stamp::{is_like_offset, offset_of};
use super::zone_name::ZoneName;

/// What follows the seconds of a stamp, without what repeats the offset that it has: the name of the zone (or the offset
/// once more, where the zone has no name), and then the reading of a clock that is not a time of day. Anything else is
/// left as it is.
pub(super) fn without_repetition(tail: &[u8]) -> &[u8] {
    let named = without_clock(tail);
    let Some(at) = memchr::memrchr(b' ', named) else { return tail };
    let (Some(said), Some(name)) = (named.get(..at), named.get(at + 1..)) else { return tail };
    match last_offset(said) {
        Some(offset) if repeats(name, offset) => said,
        _ => tail,
    }
}

/// The offset of Go's form that a text ends with, after a blank, also one that no clock has.
pub(super) fn last_offset(text: &[u8]) -> Option<&[u8]> {
    let [b' ', offset @ ..] = text.last_chunk::<6>()? else { return None };
    is_like_offset(offset).then_some(offset)
}

fn repeats(name: &[u8], offset: &[u8]) -> bool {
    ZoneName::read(name).is_some() || offset_of(name).is_some_and(|again| Some(again) == offset_of(offset))
}

/// The same without `m=±0.000000000`, the seconds since the process began.
fn without_clock(tail: &[u8]) -> &[u8] {
    let Some(at) = memchr::memrchr(b' ', tail) else { return tail };
    let digits = match tail.get(at + 1..) {
        Some([b'm', b'=', b'+' | b'-', digits @ ..]) => digits,
        _ => return tail,
    };
    let mut parts = digits.split(|byte| *byte == b'.');
    let is_number = |part: Option<&[u8]>| {
        part.is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
    };
    match is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none() {
        true => tail.get(..at).unwrap_or(tail),
        false => tail,
    }
}
