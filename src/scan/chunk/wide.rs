//! The masks of a group in one vector of AVX-512.
#![allow(unsafe_code, reason = "vector instructions of which the machine was asked first")]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512, _mm512_andnot_si512,
    _mm512_clmulepi64_epi128, _mm512_cmpeq_epi64_mask, _mm512_cmplt_epu64_mask,
    _mm512_gf2p8affine_epi64_epi8, _mm512_loadu_si512, _mm512_mask_sub_epi64, _mm512_mask_xor_epi64,
    _mm512_movepi8_mask, _mm512_movepi64_mask, _mm512_or_si512, _mm512_permutex2var_epi8,
    _mm512_permutexvar_epi8, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_shldi_epi64,
    _mm512_shuffle_epi8, _mm512_shuffle_i64x2, _mm512_storeu_si512, _mm512_test_epi64_mask,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::kinds::{KINDS, Kinds};
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
    fn filled(self) -> u32 {
        // SAFETY: see above.
        unsafe { u32::from(_mm512_test_epi64_mask(self.0, self.0)) }
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

impl Wide {
    /// The bytes of each kind, and those that are not ASCII. A table gives each byte the bits of its kinds; then bits change places with bytes: in
    /// words of eight bytes, in a chunk, and from chunk to chunk.
    #[inline(always)]
    pub(super) fn by_kind(group: &[__m512i; GROUP], kinds: &Kinds) -> ([Self; KINDS], Self) {
        let (low, high) = kinds.table().split_at(64);
        let (mut rows, mut others) = (*group, [0; GROUP]);
        // SAFETY: see above; each half of the table is 64 bytes long.
        unsafe {
            let (low, high) =
                (_mm512_loadu_si512(low.as_ptr().cast()), _mm512_loadu_si512(high.as_ptr().cast()));
            let mut any = _mm512_setzero_si512();
            for row in &mut rows {
                any = _mm512_or_si512(any, *row);
                *row = kinds_of_words(_mm512_permutex2var_epi8(low, *row, high));
            }
            let mut masks = transposed(&rows);
            if _mm512_movepi8_mask(any) == 0 {
                return (masks, Self::of(&others));
            }
            for (other, chunk) in others.iter_mut().zip(group) {
                *other = _mm512_movepi8_mask(*chunk);
            }
            // The table knows seven bits of a byte.
            for mask in &mut masks {
                *mask = mask.without(Self::of(&others));
            }
            (masks, Self::of(&others))
        }
    }
}

/// Of the bits of 64 bytes a mask of each, the lowest bit first.
#[inline(always)]
fn kinds_of_words(bytes: __m512i) -> __m512i {
    // In each word of eight bytes.
    const BACKWARDS: [u8; 64] = {
        let mut order = [0; 64];
        let mut at = 0;
        while at < 64 {
            order[at] = (at / 8 % 2 * 8 + 7 - at % 8) as u8;
            at += 1;
        }
        order
    };
    // The first bytes of all words, the second ones, and so on.
    const TOGETHER: [u8; 64] = {
        let mut order = [0; 64];
        let mut at = 0;
        while at < 64 {
            order[at] = (at % 8 * 8 + at / 8) as u8;
            at += 1;
        }
        order
    };
    // SAFETY: see above; the arrays are 64 bytes long.
    unsafe {
        // The product of a matrix of bits, its last row in front, and a vector of one bit is a column.
        let columns = _mm512_set1_epi64(0x8040_2010_0804_0201_u64 as i64);
        let backwards = _mm512_shuffle_epi8(bytes, _mm512_loadu_si512(BACKWARDS.as_ptr().cast()));
        let of_words = _mm512_gf2p8affine_epi64_epi8::<0>(columns, backwards);
        _mm512_permutexvar_epi8(_mm512_loadu_si512(TOGETHER.as_ptr().cast()), of_words)
    }
}

/// Rows become columns.
#[inline(always)]
fn transposed(rows: &[__m512i; GROUP]) -> [Wide; GROUP] {
    let [a, b, c, d, e, f, g, h] = *rows;
    // SAFETY: see above.
    let (even, odd) = unsafe {
        (
            [
                _mm512_unpacklo_epi64(a, b),
                _mm512_unpacklo_epi64(c, d),
                _mm512_unpacklo_epi64(e, f),
                _mm512_unpacklo_epi64(g, h),
            ],
            [
                _mm512_unpackhi_epi64(a, b),
                _mm512_unpackhi_epi64(c, d),
                _mm512_unpackhi_epi64(e, f),
                _mm512_unpackhi_epi64(g, h),
            ],
        )
    };
    let ([a, c, e, g], [b, d, f, h]) = (transposed_pairs(even), transposed_pairs(odd));
    [Wide(a), Wide(b), Wide(c), Wide(d), Wide(e), Wide(f), Wide(g), Wide(h)]
}

/// The same for pairs of words.
#[inline(always)]
fn transposed_pairs([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    const FRONT: i32 = 0b01_00_01_00;
    const BACK: i32 = 0b11_10_11_10;
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    // SAFETY: see above.
    unsafe {
        let (one, two) = (_mm512_shuffle_i64x2::<FRONT>(a, b), _mm512_shuffle_i64x2::<FRONT>(c, d));
        let (three, four) = (_mm512_shuffle_i64x2::<BACK>(a, b), _mm512_shuffle_i64x2::<BACK>(c, d));
        [
            _mm512_shuffle_i64x2::<EVEN>(one, two),
            _mm512_shuffle_i64x2::<ODD>(one, two),
            _mm512_shuffle_i64x2::<EVEN>(three, four),
            _mm512_shuffle_i64x2::<ODD>(three, four),
        ]
    }
}
