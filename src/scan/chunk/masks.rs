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
