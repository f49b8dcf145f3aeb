//! The masks of a group in one vector of AVX-512.
#![allow(unsafe_code, reason = "vector instructions of which the machine was asked first")]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512, _mm512_andnot_si512,
    _mm512_clmulepi64_epi128, _mm512_cmpeq_epi64_mask, _mm512_cmplt_epu64_mask, _mm512_loadu_si512,
    _mm512_mask_sub_epi64, _mm512_mask_xor_epi64, _mm512_movepi64_mask, _mm512_or_si512, _mm512_set1_epi64,
    _mm512_shldi_epi64, _mm512_storeu_si512, _mm512_test_epi64_mask, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::masks::{GROUP, Masks};

/// Eight masks. Only code that runs with AVX-512 makes any.
#[derive(Clone, Copy)]
pub(super) struct Wide(__m512i);

// SAFETY of all blocks below: only code that runs inside `with_avx512` names this type, and the machine was asked for
// its instructions before it got there. Loads and stores stay within the eight words that are borrowed.
impl Masks for Wide {
    #[inline(always)]
    fn of(masks: &[u64; GROUP]) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_loadu_si512(masks.as_ptr().cast())) }
    }

    #[inline(always)]
    fn each(self) -> [u64; GROUP] {
        let mut each = [0; GROUP];
        // SAFETY: see above.
        unsafe { _mm512_storeu_si512(each.as_mut_ptr().cast(), self.0) };
        each
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_and_si512(self.0, other.0)) }
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_or_si512(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_xor_si512(self.0, other.0)) }
    }

    #[inline(always)]
    fn without(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_andnot_si512(other.0, self.0)) }
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm512_test_epi64_mask(self.0, self.0) == 0 }
    }

    #[inline(always)]
    fn next(self, before: Self) -> Self {
        // SAFETY: see above.
        unsafe {
            let shifted = _mm512_alignr_epi64::<7>(self.0, before.0);
            Self(_mm512_shldi_epi64::<1>(self.0, shifted))
        }
    }

    /// By products without carries, as of one chunk; then those masks are flipped that have an odd number before them.
    #[inline(always)]
    fn parity(self, carry: &mut bool) -> Self {
        // SAFETY: see above.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let even = _mm512_clmulepi64_epi128::<0x00>(self.0, ones);
            let odd = _mm512_clmulepi64_epi128::<0x01>(self.0, ones);
            let each = _mm512_unpacklo_epi64(even, odd);
            let mut last = _mm512_movepi64_mask(each);
            last ^= last << 1;
            last ^= last << 2;
            last ^= last << 4;
            let from = u8::from(*carry).wrapping_neg();
            *carry = (last ^ from) >> 7 == 1;
            Self(_mm512_mask_xor_epi64(each, last << 1 ^ from, each, ones))
        }
    }

    /// As long numbers are added: a mask of all ones hands on what is carried into it.
    #[inline(always)]
    fn run_ends(self, starts: Self, carry: &mut bool) -> Self {
        // SAFETY: see above.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let sums = _mm512_add_epi64(self.0, starts.0);
            let leaves = u32::from(_mm512_cmplt_epu64_mask(sums, self.0));
            let full = u32::from(_mm512_cmpeq_epi64_mask(sums, ones));
            let carries = (leaves << 1 | u32::from(*carry)) + full;
            *carry = carries >> GROUP & 1 == 1;
            let sums = _mm512_mask_sub_epi64(sums, (carries ^ full) as u8, sums, ones);
            Self(_mm512_andnot_si512(self.0, sums))
        }
    }
}
