//! Eight bytes looked at as one word.

/// The high bit of every zero byte up to the lowest one; bits above that may be wrong
/// (Mycroft's test, see Warren, Hacker's Delight, section 6-1).
#[inline]
pub fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080
}
