//! 64 bytes at a time as bit masks: which of them are this byte. SIMD is chosen at run time; the portable form
//! is the twin that all others are held against.
//!
//! A [`Kernel`] is a loop over chunks, written once. [`run`] compiles it for each instruction set and runs it in the
//! widest that the machine has.

pub mod kinds;
pub mod masks;
#[cfg(target_arch = "x86_64")]
mod pair;
mod portable;
#[cfg(target_arch = "x86_64")]
mod wide;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use portable::Portable;

use kinds::{KINDS, Kinds};
use masks::GROUP;

/// Bytes of a chunk: one bit of a mask each, the first byte in the lowest bit.
pub const LEN: usize = 64;

/// 64 bytes.
pub trait Chunk: Copy {
    /// The masks of several chunks side by side.
    type Masks: masks::Masks;

    /// The chunk of these bytes.
    fn load(bytes: &[u8; LEN]) -> Self;

    /// The bytes that are `byte`.
    fn eq(self, byte: u8) -> u64;

    /// The bytes of each kind in a group, and those that are not ASCII.
    #[inline(always)]
    fn by_kind(group: &[Self; GROUP], kinds: &Kinds) -> ([Self::Masks; KINDS], Self::Masks) {
        kinds.one_by_one(group)
    }

    /// The bytes that are `byte` or less.
    fn up_to(self, byte: u8) -> u64;

    /// The bytes that are not ASCII.
    fn high(self) -> u64;

    /// Writes `at` plus the place of each bit of `mask`, in order, from the front of `room`. What stands behind them
    /// there is anything.
    #[inline(always)]
    fn write_places(mask: u64, at: u32, room: &mut [u32; LEN]) {
        let mut left = mask;
        // A few are written in any case: fewer branches that cannot be foreseen.
        let (few, more) = room.split_at_mut(8);
        for place in few {
            *place = at.wrapping_add(left.trailing_zeros());
            left &= left.wrapping_sub(1);
        }
        for place in more {
            if left == 0 {
                break;
            }
            *place = at.wrapping_add(left.trailing_zeros());
            left &= left - 1;
        }
    }

    /// Each bit the parity of the bits up to and with it: where `mask` has quotes, what is between them.
    fn parity(mask: u64) -> u64;
}

/// A loop over chunks.
pub trait Kernel {
    /// What it gives.
    type Out;

    /// Runs the loop with chunks of this kind. To be compiled for the kind's instruction set, this and all that
    /// it calls for each chunk must be `#[inline(always)]`.
    fn run<C: Chunk>(self) -> Self::Out;
}

/// Whether the machine has vector instructions for chunks. Without them a good search byte by byte is faster than masks.
#[inline]
pub fn is_fast() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        x86::is_any()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// Runs a loop with the widest chunks that the machine has.
#[inline]
pub fn run<K: Kernel>(kernel: K) -> K::Out {
    #[cfg(target_arch = "x86_64")]
    {
        x86::run(kernel)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        kernel.run::<Portable>()
    }
}

/// The chunk at `at`, filled up with NULs behind the end of the bytes.
#[inline(always)]
pub fn load<C: Chunk>(bytes: &[u8], at: usize) -> C {
    let rest = bytes.get(at..).unwrap_or(&[]);
    match rest.first_chunk() {
        Some(whole) => C::load(whole),
        None => C::load(&padded(rest)),
    }
}

/// The group at `at`, in the same way.
#[inline(always)]
pub fn load_group<C: Chunk>(bytes: &[u8], at: usize) -> [C; GROUP] {
    let mut group = [load(bytes, at); GROUP];
    for (place, chunk) in group.iter_mut().enumerate().skip(1) {
        *chunk = load(bytes, at + place * LEN);
    }
    group
}

#[cold]
fn padded(rest: &[u8]) -> [u8; LEN] {
    let mut chunk = [0; LEN];
    for (to, from) in chunk.iter_mut().zip(rest) {
        *to = *from;
    }
    chunk
}

/// For tests: what a loop gives with each kind of chunk that this machine has.
#[cfg(test)]
pub(crate) fn run_all<K: Kernel>(kernel: impl Fn() -> K) -> Vec<K::Out> {
    let mut found = vec![kernel().run::<Portable>(), run(kernel())];
    #[cfg(target_arch = "x86_64")]
    found.extend(x86::tests::all(kernel));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All masks of a text, at every alignment.
    struct Masks<'a>(&'a [u8], u8);

    impl Kernel for Masks<'_> {
        type Out = Vec<[u64; 4]>;

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let masks = |at: usize| {
                let chunk: C = load(self.0, at);
                let found = chunk.eq(self.1);
                [found, chunk.up_to(self.1), chunk.high(), C::parity(found)]
            };
            (0..=self.0.len()).map(masks).collect()
        }
    }

    /// The places of the bits of a mask.
    struct Bits(u64, u32);

    impl Kernel for Bits {
        type Out = Vec<u32>;

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let mut places = [0; LEN];
            C::write_places(self.0, self.1, &mut places);
            places[..self.0.count_ones() as usize].to_vec()
        }
    }

    /// What a byte-by-byte search says.
    fn plain(text: &[u8], byte: u8) -> Vec<[u64; 4]> {
        let masks = |at: usize| {
            let mut masks = [0; 4];
            let mut within = false;
            for bit in 0..LEN {
                let found = text.get(at + bit).copied().unwrap_or(0);
                within ^= found == byte;
                let sets = [found == byte, found <= byte, found >= 0x80, within];
                for (mask, set) in masks.iter_mut().zip(sets) {
                    *mask |= u64::from(set) << bit;
                }
            }
            masks
        };
        (0..=text.len()).map(masks).collect()
    }

    proptest! {
        #[test]
        fn places_of_bits(some: u64, others: u64, dense: bool, base in prop::sample::select(vec![0, 7, u32::MAX - 64])) {
            let mask = if dense { some | others } else { some & others & others.rotate_left(11) };
            let wanted: Vec<u32> = (0..64).filter(|bit| mask >> bit & 1 == 1).map(|bit| base + bit).collect();
            for found in run_all(|| Bits(mask, base)) {
                prop_assert_eq!(&found, &wanted);
            }
        }

        #[test]
        fn every_kind_of_chunk_agrees_with_a_plain_search(
            text in prop::collection::vec(prop::sample::select(vec![0, 1, 0x1f, b' ', b'"', b',', b'\\', b'[', b'{', 0x7f, 0x80, 0xff]), 0..200),
            byte in prop::sample::select(vec![0, 1, b' ', b'"', b'\\', b'{', 0x7f, 0x80, 0xfe, 0xff]),
        ) {
            let wanted = plain(&text, byte);
            for found in run_all(|| Masks(&text, byte)) {
                prop_assert_eq!(&found, &wanted);
            }
        }
    }
}
