//! The masks of eight chunks side by side: one vector of the widest kind, or a few narrower ones.

use std::array::from_fn;
use std::ops::{BitAnd, BitOr, BitXor, Not};

/// Chunks of a group.
pub(super) const LANES: usize = 8;

/// A mask of each chunk of a group, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Lanes(pub(super) [u64; LANES]);

impl Lanes {
    /// The bits moved on by one byte; `carry` is what the group before hands on, and takes what leaves this one.
    #[inline(always)]
    pub(super) fn next(self, carry: &mut u64) -> Self {
        let Self([a, b, c, d, e, f, g, h]) = self;
        let behind = [*carry << 63, a, b, c, d, e, f, g];
        *carry = h >> 63;
        Self(from_fn(|lane| self.0[lane] << 1 | behind[lane] >> 63))
    }

    /// Whether no bit is set.
    #[inline(always)]
    pub(super) fn is_zero(self) -> bool {
        self.0.iter().fold(0, |all, mask| all | mask) == 0
    }

    /// The bits in front of a place.
    #[inline(always)]
    pub(super) fn before(place: usize) -> Self {
        Self(from_fn(|lane| match place.saturating_sub(lane * 64) {
            bits @ 0..64 => (1 << bits) - 1,
            _ => !0,
        }))
    }

    /// The place of the first bit.
    #[inline(always)]
    pub(super) fn first(self) -> Option<usize> {
        let lane = self.0.iter().position(|&mask| mask != 0)?;
        Some(lane * 64 + self.0.get(lane)?.trailing_zeros() as usize)
    }
}

impl BitAnd for Lanes {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] & other.0[lane]))
    }
}

impl BitOr for Lanes {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] | other.0[lane]))
    }
}

impl BitXor for Lanes {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] ^ other.0[lane]))
    }
}

impl Not for Lanes {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        Self(from_fn(|lane| !self.0[lane]))
    }
}
