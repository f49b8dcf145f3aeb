//! Where a record stands in the order of the input.

use crate::value::saved::{read_count, write_count};

/// Bits of a rank that count the records of one block; those before them are the block's number.
///
/// A block is cut from the input as soon as nothing more is ready, so that a live pipe has as many blocks as lines:
/// 52 bits last 142 years at a block each microsecond. A block of 64 MiB holds up to 33 million records, and a join
/// or a sliding window may make many of each: 44 bits are 17 trillion.
const ROW_BITS: u32 = 44;
/// Bits of the lower word.
const LOW_BITS: u32 = u32::BITS;

/// The place of a record in the order of the input: of two records the one with the lower rank came first.
///
/// The engine makes one for each block ([`Rank::of_block`]) and stages count on from there ([`Rank::after`]). A stage
/// to which records come one after the other numbers them itself, from [`Rank::default`]. It is a number of 96 bits in
/// 12 bytes that need be aligned to 4 only, so that lists of one for each group stay small.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
#[repr(Rust, packed(4))]
pub struct Rank {
    high: u64,
    low: u32,
}

impl Rank {
    /// Bytes of [`Rank::to_be_bytes`].
    pub const BYTES: usize = size_of::<Self>();
    /// Blocks that have ranks.
    pub const BLOCKS: u64 = 1 << (u64::BITS + LOW_BITS - ROW_BITS);

    /// The rank of the first record of the block of this number, from 0; `None` if that is beyond all ranks.
    pub fn of_block(number: u64) -> Option<Self> {
        (number < Self::BLOCKS).then_some(Self { high: number << (ROW_BITS - LOW_BITS), low: 0 })
    }

    /// The rank of the record in this row of a batch, whose first has this rank.
    ///
    /// No check is needed here: a batch has rows of 32 bits, which a block has room for; whether all that a block gave
    /// rise to has room is checked block by block ([`Rank::within_block`]).
    #[inline]
    pub fn after(self, row: u32) -> Self {
        let (low, carry) = self.low.overflowing_add(row);
        Self { high: self.high + u64::from(carry), low }
    }

    /// The rank behind this many records of a batch, whose first has this rank.
    pub fn behind(self, records: usize) -> Self {
        self.plus(records as u64).unwrap_or(Self { high: u64::MAX, low: u32::MAX })
    }

    /// The rank behind as many records; `None` if that is not in the same block.
    pub fn within_block(self, records: u64) -> Option<Self> {
        self.plus(records).filter(|behind| behind.block() == self.block())
    }

    /// How many records after `first` of the same batch this one is.
    pub fn since(self, first: Self) -> u32 {
        self.low.wrapping_sub(first.low)
    }

    /// The place as a number.
    #[inline]
    pub fn number(self) -> u128 {
        u128::from(self.high) << LOW_BITS | u128::from(self.low)
    }

    /// Bytes whose order is that of ranks.
    pub fn to_be_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (high, low) = (self.high.to_be_bytes(), self.low.to_be_bytes());
        bytes.iter_mut().zip(high.into_iter().chain(low)).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Appends the saved form.
    #[inline]
    pub fn save(self, out: &mut Vec<u8>) {
        write_count(self.high, out);
        write_count(self.low.into(), out);
    }

    /// Reads a saved form and steps over it; `None` if the bytes are damaged.
    #[inline]
    pub fn load(from: &mut &[u8]) -> Option<Self> {
        Some(Self { high: read_count(from)?, low: u32::try_from(read_count(from)?).ok()? })
    }

    fn plus(self, records: u64) -> Option<Self> {
        let (high, low) = (records >> LOW_BITS, records as u32);
        let sum = self.after(low);
        Some(Self { high: sum.high.checked_add(high)?, ..sum })
    }

    /// The number of the block.
    fn block(self) -> u64 {
        self.high >> (ROW_BITS - LOW_BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rank_takes_twelve_bytes() {
        assert_eq!((size_of::<Rank>(), align_of::<Rank>()), (12, 4));
    }

    #[test]
    fn blocks_have_an_end() {
        let last = Rank::of_block(Rank::BLOCKS - 1).unwrap();
        assert_eq!(Rank::of_block(Rank::BLOCKS), None);
        assert_eq!(last.within_block((1 << ROW_BITS) - 1).map(Rank::block), Some(Rank::BLOCKS - 1));
        assert_eq!(last.within_block(1 << ROW_BITS), None);
        assert_eq!(last.within_block(u64::MAX), None);
        let first = Rank::default();
        assert_eq!(first.within_block(1 << ROW_BITS), None);
        assert_eq!(first.within_block(7).unwrap().within_block((1 << ROW_BITS) - 7), None);
    }

    fn rank() -> impl Strategy<Value = (u64, u64, Rank)> {
        let block = prop_oneof![0..3u64, (1u64 << 32) - 2..(1 << 32) + 2, Rank::BLOCKS - 2..Rank::BLOCKS];
        let row =
            prop_oneof![0..3u64, (1u64 << 32) - 2..(1 << 32) + 2, (1u64 << ROW_BITS) - 3..1 << ROW_BITS];
        (block, row)
            .prop_map(|(block, row)| (block, row, Rank::of_block(block).unwrap().within_block(row).unwrap()))
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_blocks_then_rows(left in rank(), right in rank()) {
            let order = (left.0, left.1).cmp(&(right.0, right.1));
            prop_assert_eq!(left.2.cmp(&right.2), order);
            prop_assert_eq!(left.2.to_be_bytes().cmp(&right.2.to_be_bytes()), order);
        }

        #[test]
        fn counting_on_is_adding((block, row, rank) in rank(), more in prop_oneof![0..4u32, u32::MAX - 3..=u32::MAX]) {
            let sum = row + u64::from(more);
            if sum < 1 << ROW_BITS {
                prop_assert_eq!(Some(rank.after(more)), Rank::of_block(block).unwrap().within_block(sum));
                prop_assert_eq!(rank.after(more), rank.behind(more as usize));
                prop_assert_eq!(rank.after(more).since(rank), more);
            }
        }

        #[test]
        fn a_saved_rank_comes_back((_, _, rank) in rank()) {
            let mut saved = Vec::new();
            rank.save(&mut saved);
            let mut from = &saved[..];
            prop_assert_eq!(Rank::load(&mut from), Some(rank));
            prop_assert!(from.is_empty());
        }
    }
}
