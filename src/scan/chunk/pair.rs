//! The masks of a group in two vectors of AVX2.
#![allow(unsafe_code, reason = "vector instructions of which the machine was asked first")]

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_andnot_si256, _mm256_blend_epi32, _mm256_loadu_si256, _mm256_or_si256,
    _mm256_permute4x64_epi64, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256, _mm256_testz_si256,
    _mm256_xor_si256,
};

use super::Chunk;
use super::masks::{GROUP, Masks, Plain};
use super::x86::Avx2;

/// Eight masks, four and four. Only code that runs with AVX2 makes any.
#[derive(Clone, Copy)]
pub(super) struct Pair(__m256i, __m256i);

// SAFETY of all blocks below: only code that runs inside `with_avx2` names this type, and the machine was asked for its
// instructions before it got there. Loads and stores stay within the eight words that are borrowed.
impl Masks for Pair {
    #[inline(always)]
    fn of(masks: &[u64; GROUP]) -> Self {
        let (first, second) = masks.split_at(GROUP / 2);
        // SAFETY: see above.
        unsafe { Self(_mm256_loadu_si256(first.as_ptr().cast()), _mm256_loadu_si256(second.as_ptr().cast())) }
    }

    #[inline(always)]
    fn each(self) -> [u64; GROUP] {
        let mut each = [0; GROUP];
        let (first, second) = each.split_at_mut(GROUP / 2);
        // SAFETY: see above.
        unsafe {
            _mm256_storeu_si256(first.as_mut_ptr().cast(), self.0);
            _mm256_storeu_si256(second.as_mut_ptr().cast(), self.1);
        }
        each
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm256_and_si256(self.0, other.0), _mm256_and_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm256_xor_si256(self.0, other.0), _mm256_xor_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm256_andnot_si256(other.0, self.0), _mm256_andnot_si256(other.1, self.1)) }
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        // SAFETY: see above.
        unsafe {
            let any = _mm256_or_si256(self.0, self.1);
            _mm256_testz_si256(any, any) == 1
        }
    }

    #[inline(always)]
    fn next(self, before: Self) -> Self {
        Self(next(self.0, before.1), next(self.1, self.0))
    }

    #[inline(always)]
    fn parity(self, carry: &mut bool) -> Self {
        let mut masks = self.each();
        for mask in &mut masks {
            *mask = Avx2::parity(*mask) ^ u64::from(*carry).wrapping_neg();
            *carry = *mask >> 63 == 1;
        }
        Self::of(&masks)
    }

    #[inline(always)]
    fn run_ends(self, starts: Self, carry: &mut bool) -> Self {
        Self::of(&Plain::of(&self.each()).run_ends(Plain::of(&starts.each()), carry).each())
    }
}

/// The bits of four masks moved on by one byte; the first is the last of the four before.
#[inline(always)]
fn next(masks: __m256i, before: __m256i) -> __m256i {
    // The last becomes the first.
    const TURN: i32 = 0b10_01_00_11;
    // SAFETY: see above.
    unsafe {
        let turned = _mm256_permute4x64_epi64::<TURN>(masks);
        let last = _mm256_permute4x64_epi64::<TURN>(before);
        let behind = _mm256_blend_epi32::<0b0000_0011>(turned, last);
        _mm256_or_si256(_mm256_slli_epi64::<1>(masks), _mm256_srli_epi64::<63>(behind))
    }
}
