//! Which of a few kinds each byte of a group is.

use super::{Chunk, masks::GROUP, masks::Masks};

/// Kinds that are told apart at a time.
pub const KINDS: usize = 8;

/// Eight kinds of bytes, all of them ASCII.
#[derive(Debug)]
pub struct Kinds {
    bytes: [&'static [u8]; KINDS],
    /// By byte: the bits of its kinds.
    table: [u8; 128],
}

impl Kinds {
    /// The bytes of each kind.
    pub const fn new(bytes: [&'static [u8]; KINDS]) -> Self {
        let mut table = [0; 128];
        let mut kind = 0;
        while kind < KINDS {
            let mut at = 0;
            while at < bytes[kind].len() {
                table[bytes[kind][at] as usize] |= 1 << kind;
                at += 1;
            }
            kind += 1;
        }
        Self { bytes, table }
    }

    /// By byte: the bits of its kinds.
    pub(super) const fn table(&self) -> &[u8; 128] {
        &self.table
    }

    /// The bytes of each kind in a group, found one by one, and those that are not ASCII.
    #[inline(always)]
    pub(super) fn one_by_one<C: Chunk>(&self, group: &[C; GROUP]) -> ([C::Masks; KINDS], C::Masks) {
        // A chunk after the other, as all of them do not fit into the registers of small machines.
        let (mut kinds, mut others) = ([[0; GROUP]; KINDS], [0; GROUP]);
        for (at, chunk) in group.iter().enumerate() {
            for (masks, bytes) in kinds.iter_mut().zip(&self.bytes) {
                for byte in *bytes {
                    masks[at] |= chunk.eq(*byte);
                }
            }
            others[at] = chunk.high();
        }
        let mut found = [C::Masks::of(&others); KINDS];
        for (found, masks) in found.iter_mut().zip(&kinds) {
            *found = C::Masks::of(masks);
        }
        (found, C::Masks::of(&others))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::masks::GROUP_LEN;
    use super::super::{Kernel, LEN, load_group, run_all};
    use super::*;

    static SOME: Kinds = Kinds::new([b"a", b"bc", b"", b"a\0", b"\x7f", b" \n\t", b"{}", b"\""]);

    /// The kinds of the bytes of a group, and which are not ASCII, byte by byte.
    struct Sorted<'a>(&'a [u8]);

    impl Kernel for Sorted<'_> {
        type Out = Vec<u32>;

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let (kinds, others) = C::by_kind(&load_group::<C>(self.0, 0), &SOME);
            let mut found = vec![0; GROUP_LEN];
            for (kind, masks) in kinds.into_iter().chain([others]).enumerate() {
                let masks = masks.each();
                for (at, found) in found.iter_mut().enumerate() {
                    *found |= (masks[at / LEN] >> (at % LEN) & 1) as u32 * (1 << kind);
                }
            }
            found
        }
    }

    fn plain(byte: u8) -> u32 {
        let kinds = SOME.bytes.iter().map(|bytes| u32::from(bytes.contains(&byte)));
        kinds.chain([u32::from(byte >= 0x80)]).zip(0..).map(|(is, kind)| is << kind).sum()
    }

    proptest! {
        #[test]
        fn every_kind_of_chunk_sorts_bytes_alike(
            mut text in prop::collection::vec(any::<u8>(), 400..600),
            ascii in any::<bool>(),
        ) {
            if ascii {
                text.iter_mut().for_each(|byte| *byte &= 0x7f);
            }
            let padded = text.iter().copied().chain(std::iter::repeat(0));
            let wanted: Vec<u32> = padded.take(GROUP_LEN).map(plain).collect();
            for found in run_all(|| Sorted(&text)) {
                prop_assert_eq!(&found, &wanted);
            }
        }
    }
}
