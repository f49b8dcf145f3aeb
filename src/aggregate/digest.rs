//! Values as 128 bits, for sets of different values.

use std::hash::Hasher;

use super::saved;
use crate::hash::Mixer;
use crate::value::Value;
use crate::value::key::write_identity;

/// Stands before the bytes of the second hash, so that it is another function.
const SECOND: u64 = 0xA076_1D64_78BD_642F;
/// Bytes of an identity that fit.
const ROOM: usize = 15;

/// What tells a value from all others: its identity itself (see [`write_identity`]) where that takes at most 15
/// bytes, as numbers of up to 24 digits and short words do, else 120 bits of two hashes of it.
///
/// A set of short values is exact without doubt. Of long ones two are confused with a probability of about
/// n² / 2^121: for a billion values less than one in 10^18.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Digest([u8; 16]);

impl Digest {
    /// The digest of a value; `buffer` is overwritten.
    #[inline]
    pub(super) fn of(value: Value<'_>, buffer: &mut Vec<u8>) -> Self {
        buffer.clear();
        write_identity(value, buffer);
        let mut bytes = [0; 16];
        if buffer.len() <= ROOM {
            for (to, from) in bytes.iter_mut().skip(1).zip(&*buffer) {
                *to = *from;
            }
            bytes[0] = buffer.len() as u8;
        } else {
            let mut second = Mixer::default();
            second.write_u64(SECOND);
            second.write(buffer);
            let both = u128::from(crate::hash::bytes(buffer)) << 64 | u128::from(second.finish());
            bytes = (both << 8).to_le_bytes();
        }
        Self(bytes)
    }

    /// 64 well-mixed bits.
    pub(super) fn hash(self) -> u64 {
        crate::hash::bytes(&self.0)
    }

    /// Appends the saved form: one byte, then what it says.
    pub(super) fn save(self, out: &mut Vec<u8>) {
        out.extend(self.0.iter().take(1 + length(self.0[0])));
    }

    /// Reads what [`Digest::save`] wrote.
    pub(super) fn load(from: &mut &[u8]) -> Option<Self> {
        let tag = saved::read_byte(from).filter(|&tag| usize::from(tag) <= ROOM)?;
        let (saved, rest) = from.split_at_checked(length(tag))?;
        *from = rest;
        let mut bytes = [0; 16];
        bytes[0] = tag;
        for (to, from) in bytes.iter_mut().skip(1).zip(saved) {
            *to = *from;
        }
        Some(Self(bytes))
    }
}

/// How many bytes follow the first one; a hash has 0 there.
fn length(tag: u8) -> usize {
    match usize::from(tag) {
        0 => ROOM,
        len => len,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_come_back_and_differ() {
        let mut seen = crate::hash::Set::default();
        let long = "x".repeat(40);
        for text in ["", "a", "a\0", "0123456789ab", "0123456789abc", "0123456789abcd", &long, &long[1..]] {
            let digest = Digest::of(Value::Text(text.as_bytes()), &mut Vec::new());
            let mut saved = Vec::new();
            digest.save(&mut saved);
            assert!(saved.len() <= 16);
            for cut in 0..saved.len() {
                assert_eq!(Digest::load(&mut &saved[..cut]), None);
            }
            let mut rest = &saved[..];
            assert_eq!(Digest::load(&mut rest), Some(digest));
            assert!(rest.is_empty());
            assert!(seen.insert(digest), "{text:?}");
        }
    }
}
