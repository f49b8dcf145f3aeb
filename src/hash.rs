//! The one hash function of the program: fixed seed, so that every run gives the same bytes.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Hashes `bytes` to 64 well-mixed bits; the same on every machine and in every run.
#[inline]
pub fn bytes(bytes: &[u8]) -> u64 {
    let mut state = Mixer::default();
    state.write(bytes);
    state.finish()
}

/// Hashes two words.
#[inline]
pub fn words(front: u64, back: u64) -> u64 {
    fold(front ^ MULTIPLIER, SECOND ^ back)
}

/// Builds [`Mixer`]s; the hasher of every hash map in the program.
pub type FixedState = BuildHasherDefault<Mixer>;

/// A hash map whose iteration order must still never reach the output.
pub type Map<K, V> = hashbrown::HashMap<K, V, FixedState>;

/// A hash set under the same rule as [`Map`].
pub type Set<K> = hashbrown::HashSet<K, FixedState>;

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

/// A folded-multiply hasher (the construction of wyhash and foldhash) with a fixed seed.
///
/// It is not keyed: inputs that are built to collide slow a run down, they do not change its output.
#[derive(Clone, Copy)]
pub struct Mixer {
    state: u64,
}

impl Default for Mixer {
    fn default() -> Self {
        Self { state: 0x2545_F491_4F6C_DD1D }
    }
}

impl Hasher for Mixer {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let start = self.state ^ (bytes.len() as u64).wrapping_mul(SECOND);
        let (front, back) = ends(bytes);
        self.state = match bytes.len() {
            0..=16 => fold(start ^ front, MULTIPLIER ^ back),
            _ => fold(long(start, bytes) ^ front, MULTIPLIER ^ back),
        };
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.state = fold(self.state ^ word, MULTIPLIER);
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    #[inline]
    fn finish(&self) -> u64 {
        fold(self.state, SECOND)
    }
}

/// The first and the last eight bytes, which overlap in short texts; of less than eight bytes two parts that
/// cover them.
#[inline]
fn ends(bytes: &[u8]) -> (u64, u64) {
    if let (Some(front), Some(back)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (u64::from_le_bytes(*front), u64::from_le_bytes(*back));
    }
    if let (Some(front), Some(back)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (u32::from_le_bytes(*front).into(), u32::from_le_bytes(*back).into());
    }
    match *bytes {
        [] => (0, 0),
        [one] => (one.into(), 0),
        [one, two] => (one.into(), two.into()),
        [one, two, three, ..] => (one.into(), u64::from(two) << 8 | u64::from(three)),
    }
}

/// All bytes of a long text but the last, which may be read twice.
fn long(mut state: u64, bytes: &[u8]) -> u64 {
    let (pairs, _) = bytes.as_chunks::<16>();
    for pair in pairs {
        let (front, back) = ends(pair);
        state = fold(state ^ front, MULTIPLIER ^ back);
    }
    // The rest is shorter than 16 bytes: its last eight are read by the caller, those before them here.
    match bytes.len().checked_sub(16).and_then(|from| bytes.get(from..from + 8)?.first_chunk()) {
        Some(rest) => fold(state ^ u64::from_le_bytes(*rest), MULTIPLIER),
        None => state,
    }
}

#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hashes one value with the fixed state.
pub fn one<T: std::hash::Hash>(value: T) -> u64 {
    FixedState::default().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_fixed_and_tell_lengths_apart() {
        assert_eq!(bytes(b"path"), bytes(b"path"));
        assert_ne!(bytes(b""), bytes(b"\0"));
        assert_ne!(bytes(b"\0\0\0\0\0\0\0\0"), bytes(b"\0\0\0\0\0\0\0"));
    }

    #[test]
    fn low_bits_spread_over_counted_keys() {
        let mut buckets = [0u32; 256];
        for key in 0..65_536u32 {
            buckets[(bytes(format!("key{key}").as_bytes()) & 255) as usize] += 1;
        }
        assert!(buckets.iter().all(|&n| (150..400).contains(&n)), "{buckets:?}");
    }
}
