//! Reading a stamp of the same minute as the one before, as stamps in a log mostly are.

use super::iso::read_fixed;
use super::stamp::{Stamp, tail, two};

/// The minute of the stamp that was read last, for [`TimeReader::read_usual`](super::TimeReader::read_usual).
#[derive(Clone, Copy, Debug)]
pub struct Minute {
    /// How it was spelled, `2024-01-31T12:34`.
    spelled: [u8; 16],
    /// Seconds from 1970-01-01 00:00 on the clock.
    local: i64,
}

impl Minute {
    /// [`read_fixed`], which this gives the same result as.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<Stamp> {
        let (spelled, rest) = bytes.split_first_chunk::<16>()?;
        if *spelled != self.spelled {
            return self.read_other(bytes, *spelled);
        }
        let (&[colon, tens, ones], rest) = rest.split_first_chunk::<3>()?;
        let second = two([tens, ones])?;
        if colon != b':' || second > 59 {
            return None;
        }
        let (nanos, offset) = tail(rest)?;
        Some(Stamp { local: self.local + i64::from(second), nanos, offset, leap: false })
    }

    fn read_other(&mut self, bytes: &[u8], spelled: [u8; 16]) -> Option<Stamp> {
        let stamp = read_fixed(bytes)?;
        *self = Self { spelled, local: stamp.local - stamp.local.rem_euclid(60) };
        Some(stamp)
    }
}

/// A minute like any other: no text but its own spelling is equal to it.
impl Default for Minute {
    fn default() -> Self {
        Self { spelled: *b"1970-01-01T00:00", local: 0 }
    }
}
