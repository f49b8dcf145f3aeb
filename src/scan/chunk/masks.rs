//! The masks of several chunks side by side, so that one instruction may work on all of them.

use std::array::from_fn;

use super::LEN;

/// Chunks of a group.
pub const GROUP: usize = 8;
/// Bytes of a group.
pub const GROUP_LEN: usize = GROUP * LEN;

/// A mask of each chunk of a group, in order.
pub trait Masks: Copy {
    /// The masks given.
    fn of(masks: &[u64; GROUP]) -> Self;

    /// The masks as they are.
    fn each(self) -> [u64; GROUP];

    /// The bits that both have.
    #[must_use]
    fn and(self, other: Self) -> Self;

    /// The bits that either has.
    #[must_use]
    fn or(self, other: Self) -> Self;

    /// The bits that one of them has.
    #[must_use]
    fn xor(self, other: Self) -> Self;

    /// The bits that `other` does not have.
    #[must_use]
    fn without(self, other: Self) -> Self;

    /// Whether no bit is set.
    fn is_zero(self) -> bool;

    /// A bit for each mask that has any.
    #[inline(always)]
    fn filled(self) -> u32 {
        (0..).zip(self.each()).fold(0, |filled, (at, mask)| filled | u32::from(mask != 0) << at)
    }

    /// The bits moved on by one byte; the first one is the last of `before`.
    #[must_use]
    fn next(self, before: Self) -> Self;

    /// Each bit the parity of the bits up to and with it, those before the group included; `carry` is theirs.
    #[must_use]
    fn parity(self, carry: &mut bool) -> Self;

    /// The first bytes behind the runs of ones that begin with `starts`, or with the group if `carry` says so: then a
    /// run goes on from the group before.
    #[must_use]
    fn run_ends(self, starts: Self, carry: &mut bool) -> Self;
}

/// Masks in plain Rust.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plain([u64; GROUP]);

impl Masks for Plain {
    #[inline(always)]
    fn of(masks: &[u64; GROUP]) -> Self {
        Self(*masks)
    }

    #[inline(always)]
    fn each(self) -> [u64; GROUP] {
        self.0
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(from_fn(|at| self.0[at] & other.0[at]))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(from_fn(|at| self.0[at] | other.0[at]))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(from_fn(|at| self.0[at] ^ other.0[at]))
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        Self(from_fn(|at| self.0[at] & !other.0[at]))
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self.0.iter().fold(0, |all, mask| all | mask) == 0
    }

    #[inline(always)]
    fn next(self, before: Self) -> Self {
        let mut last = before.0[GROUP - 1];
        Self(self.0.map(|mask| mask << 1 | std::mem::replace(&mut last, mask) >> 63))
    }

    #[inline(always)]
    fn parity(self, carry: &mut bool) -> Self {
        Self(self.0.map(|mask| {
            let within = [1, 2, 4, 8, 16, 32].into_iter().fold(mask, |mask, by| mask ^ (mask << by));
            let parity = within ^ u64::from(*carry).wrapping_neg();
            *carry = parity >> 63 == 1;
            parity
        }))
    }

    #[inline(always)]
    fn run_ends(self, starts: Self, carry: &mut bool) -> Self {
        Self(from_fn(|at| {
            let (sum, one) = self.0[at].overflowing_add(starts.0[at]);
            let (sum, two) = sum.overflowing_add(u64::from(*carry));
            *carry = one | two;
            sum & !self.0[at]
        }))
    }
}

/// The place of the first bit.
#[inline(always)]
pub fn first(masks: impl Masks) -> Option<usize> {
    let each = masks.each();
    let (at, mask) = each.iter().enumerate().find(|(_, mask)| **mask != 0)?;
    Some(at * LEN + mask.trailing_zeros() as usize)
}

/// The bits before a place.
#[inline(always)]
pub fn before(place: usize) -> [u64; GROUP] {
    from_fn(|at| match place.saturating_sub(at * LEN) {
        bits @ 0..LEN => (1 << bits) - 1,
        _ => u64::MAX,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Chunk, Kernel, run_all};
    use super::*;

    /// What two groups of masks give one after the other, and the places of the bits of the first.
    struct Given([[u64; GROUP]; 4]);

    impl Kernel for Given {
        type Out = (Vec<[u64; GROUP]>, Vec<u32>);

        #[inline(always)]
        fn run<C: Chunk>(self) -> Self::Out {
            let [a, b, c, d] = self.0.map(|masks| C::Masks::of(&masks));
            let (mut odd, mut open) = (false, false);
            let found = vec![
                a.and(b).each(),
                a.or(b).each(),
                a.xor(b).each(),
                a.without(b).each(),
                b.next(a).each(),
                a.parity(&mut odd).each(),
                b.parity(&mut odd).each(),
                a.run_ends(a.and(c), &mut open).each(),
                b.run_ends(b.and(d), &mut open).each(),
                [
                    u64::from(a.is_zero()),
                    u64::from(odd),
                    u64::from(open),
                    first(a).unwrap_or(999) as u64,
                    a.filled().into(),
                    0,
                    0,
                    0,
                ],
            ];
            let [mask, ..] = self.0[0];
            let mut room = [0; LEN];
            C::write_places(mask, 1000, &mut room);
            (found, room[..mask.count_ones() as usize].to_vec())
        }
    }

    fn mask() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(0),
            Just(u64::MAX),
            any::<u64>(),
            any::<u64>().prop_map(|mask| mask & mask >> 1 & mask >> 7)
        ]
    }

    proptest! {
        #[test]
        fn every_kind_of_masks_agrees_with_plain_ones(groups in prop::array::uniform4(prop::array::uniform8(mask()))) {
            let wanted = Given(groups).run::<super::super::Portable>();
            let bits = (0..64).filter(|bit| groups[0][0] >> bit & 1 == 1);
            prop_assert_eq!(&wanted.1, &bits.map(|bit| bit + 1000).collect::<Vec<u32>>());
            for found in run_all(|| Given(groups)) {
                prop_assert_eq!(&found, &wanted);
            }
        }

        #[test]
        fn runs_of_ones_end_behind_their_last(starts in any::<u64>(), runs in prop::array::uniform8(mask())) {
            let bit = |masks: &[u64; GROUP], at: usize| masks[at / LEN] >> (at % LEN) & 1 == 1;
            let begins = |at: usize| bit(&runs, at) && (at == 0 || !bit(&runs, at - 1));
            let mut from = [0; GROUP];
            let mut ends = [0; GROUP];
            let mut marked = false;
            for at in 0..GROUP_LEN {
                if begins(at) {
                    marked = starts >> (at % 61) & 1 == 1;
                    from[at / LEN] |= u64::from(marked) << (at % LEN);
                } else if marked && !bit(&runs, at) {
                    ends[at / LEN] |= 1 << (at % LEN);
                    marked = false;
                }
            }
            let mut open = false;
            prop_assert_eq!(Plain(runs).run_ends(Plain(from), &mut open), Plain(ends));
            prop_assert_eq!(open, marked);
        }
    }
}
