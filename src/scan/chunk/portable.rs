//! Chunks in plain Rust. The comparisons compile to the vector instructions that every machine of the target has.

use super::masks::Plain;
use super::{Chunk, LEN};

/// 64 bytes as they are.
#[derive(Clone, Copy)]
pub struct Portable([u8; LEN]);

impl Chunk for Portable {
    type Masks = Plain;

    #[inline(always)]
    fn load(bytes: &[u8; LEN]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> u64 {
        gather(self.0.map(|found| u8::from(found == byte)))
    }

    #[inline(always)]
    fn up_to(self, byte: u8) -> u64 {
        gather(self.0.map(|found| u8::from(found <= byte)))
    }

    #[inline(always)]
    fn high(self) -> u64 {
        gather(self.0.map(|found| found >> 7))
    }

    #[inline(always)]
    fn parity(mask: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].into_iter().fold(mask, |mask, by| mask ^ (mask << by))
    }
}

/// The low bits of 64 bytes, eight at a time by one multiplication: bit 8i of a word moves to bit 56 + i, and no two
/// of its products meet.
#[inline(always)]
fn gather(found: [u8; LEN]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (words, _) = found.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| mask << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
}
