//! Stamps with the year before the name of the month, as Cisco's Nexus writes them: `2024 Oct 11 22:14:15 UTC`.

use super::syslog::Lettered;
use super::{NotATime, read_lettered};

/// Longer stamps are none.
const LONGEST: usize = 48;

/// Reads such a stamp as one with the year after the day.
pub(super) fn read(bytes: &[u8]) -> Result<Lettered, NotATime> {
    let mut room = [0; LONGEST];
    let moved = moved(bytes, &mut room).ok_or(NotATime::Malformed)?;
    read_lettered(moved)
}

/// The stamp with its year after the day, in `room`.
fn moved<'a>(bytes: &[u8], room: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let (year, rest) = bytes.split_at_checked(5)?;
    if !year.get(..4)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // The day may have a blank before its one digit.
    let day_end = 5 + memchr::memchr(b' ', rest.get(5..)?)?;
    let (date, clock) = rest.split_at_checked(day_end + 1)?;
    let mut at = 0;
    for part in [date, year, clock] {
        room.get_mut(at..at + part.len())?.copy_from_slice(part);
        at += part.len();
    }
    room.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_moved() {
        for (stamp, expected) in [
            ("2024 Oct 11 22:14:15 UTC", Some("Oct 11 2024 22:14:15 UTC")),
            ("2024 Oct  1 22:14:15.1", Some("Oct  1 2024 22:14:15.1")),
            ("2024 Oct 1 22:14:15", Some("Oct 1 2024 22:14:15")),
            ("2o24 Oct 1 22:14:15", None),
            ("2024 Oct 11", None),
        ] {
            let mut room = [0; LONGEST];
            assert_eq!(moved(stamp.as_bytes(), &mut room), expected.map(str::as_bytes), "{stamp}");
        }
    }
}
