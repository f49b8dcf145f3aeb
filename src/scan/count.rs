//! How often a byte stands in a text.

use super::chunk::{self, Chunk, Kernel, LEN};

/// The number of bytes that are `byte`.
pub fn count(bytes: &[u8], byte: u8) -> usize {
    chunk::run(Count { bytes, byte })
}

struct Count<'a> {
    bytes: &'a [u8],
    byte: u8,
}

impl Kernel for Count<'_> {
    type Out = usize;

    #[inline(always)]
    fn run<C: Chunk>(self) -> usize {
        let (chunks, rest) = self.bytes.as_chunks::<LEN>();
        let in_chunks: usize =
            chunks.iter().map(|chunk| C::load(chunk).eq(self.byte).count_ones() as usize).sum();
        in_chunks + rest.iter().filter(|byte| **byte == self.byte).count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_counted_one_by_one(bytes in prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..300)) {
            let expected = bytes.iter().filter(|byte| **byte == b'\n').count();
            for found in chunk::run_all(|| Count { bytes: &bytes, byte: b'\n' }) {
                prop_assert_eq!(found, expected);
            }
        }
    }
}
