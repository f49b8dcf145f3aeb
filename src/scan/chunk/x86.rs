//! Chunks of AVX2 and AVX-512.
#![allow(unsafe_code, reason = "vector instructions of which the machine was asked first")]

use std::arch::x86_64::{
    __m256i, __m512i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_set1_epi8,
    _mm512_add_epi32, _mm512_alignr_epi64, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask,
    _mm512_cmple_epu8_mask, _mm512_cvtepu8_epi32, _mm512_loadu_si512, _mm512_maskz_compress_epi8,
    _mm512_movepi8_mask, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_storeu_si512,
};
use std::sync::atomic::{AtomicU8, Ordering};

use super::kinds::{KINDS, Kinds};
use super::masks::GROUP;
use super::pair::Pair;
use super::wide::Wide;
use super::{Chunk, Kernel, LEN, Portable};

/// What the machine has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Portable = 1,
    Avx2 = 2,
    Avx512 = 3,
}

/// Whether the machine has any of this.
#[inline]
pub(super) fn is_any() -> bool {
    level() != Level::Portable
}

/// Runs a loop with the widest chunks.
#[inline]
pub(super) fn run<K: Kernel>(kernel: K) -> K::Out {
    match level() {
        // SAFETY: the machine has what this is compiled for.
        Level::Avx512 => unsafe { with_avx512(kernel) },
        // SAFETY: the machine has what this is compiled for.
        Level::Avx2 => unsafe { with_avx2(kernel) },
        Level::Portable => kernel.run::<Portable>(),
    }
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vbmi,avx512vbmi2,gfni,vpclmulqdq,avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq"
)]
fn with_avx512<K: Kernel>(kernel: K) -> K::Out {
    kernel.run::<Avx512>()
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
fn with_avx2<K: Kernel>(kernel: K) -> K::Out {
    kernel.run::<Avx2>()
}

/// The level of this machine; asked once.
#[inline]
fn level() -> Level {
    static KNOWN: AtomicU8 = AtomicU8::new(0);
    match KNOWN.load(Ordering::Relaxed) {
        0 => {
            let level = detect();
            KNOWN.store(level as u8, Ordering::Relaxed);
            level
        }
        3 => Level::Avx512,
        2 => Level::Avx2,
        _ => Level::Portable,
    }
}

#[cold]
fn detect() -> Level {
    let narrow = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("pclmulqdq");
    let wide = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("gfni")
        && is_x86_feature_detected!("vpclmulqdq");
    match (narrow, wide) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        (false, _) => Level::Portable,
    }
}

/// Two vectors of 32 bytes. Only [`with_avx2`] makes any.
#[derive(Clone, Copy)]
pub(super) struct Avx2 {
    low: __m256i,
    high: __m256i,
}

// SAFETY of all blocks below: only code that runs inside `with_avx2` and `with_avx512` names these types, and the
// machine was asked for their instructions before it got there. Loads stay within the 64 bytes that are borrowed.
impl Chunk for Avx2 {
    type Masks = Pair;

    #[inline(always)]
    fn load(bytes: &[u8; LEN]) -> Self {
        let (low, high) = bytes.split_at(LEN / 2);
        // SAFETY: see above; each half is 32 bytes long.
        unsafe {
            Self {
                low: _mm256_loadu_si256(low.as_ptr().cast()),
                high: _mm256_loadu_si256(high.as_ptr().cast()),
            }
        }
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> u64 {
        // SAFETY: see above.
        unsafe {
            let wanted = _mm256_set1_epi8(byte as i8);
            both(_mm256_cmpeq_epi8(self.low, wanted), _mm256_cmpeq_epi8(self.high, wanted))
        }
    }

    #[inline(always)]
    fn up_to(self, byte: u8) -> u64 {
        // SAFETY: see above.
        unsafe {
            let most = _mm256_set1_epi8(byte as i8);
            let low = _mm256_cmpeq_epi8(_mm256_min_epu8(self.low, most), self.low);
            both(low, _mm256_cmpeq_epi8(_mm256_min_epu8(self.high, most), self.high))
        }
    }

    #[inline(always)]
    fn high(self) -> u64 {
        both(self.low, self.high)
    }

    #[inline(always)]
    fn parity(mask: u64) -> u64 {
        parity(mask)
    }
}

/// 64 bytes. Only [`with_avx512`] makes any.
#[derive(Clone, Copy)]
struct Avx512(__m512i);

impl Chunk for Avx512 {
    type Masks = Wide;

    #[inline(always)]
    fn load(bytes: &[u8; LEN]) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> u64 {
        // SAFETY: see above.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn by_kind(group: &[Self; GROUP], kinds: &Kinds) -> ([Wide; KINDS], Wide) {
        let [a, b, c, d, e, f, g, h] = group;
        Wide::by_kind(&[a.0, b.0, c.0, d.0, e.0, f.0, g.0, h.0], kinds)
    }

    #[inline(always)]
    fn up_to(self, byte: u8) -> u64 {
        // SAFETY: see above.
        unsafe { _mm512_cmple_epu8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn high(self) -> u64 {
        // SAFETY: see above.
        unsafe { _mm512_movepi8_mask(self.0) }
    }

    #[inline(always)]
    fn write_places(mask: u64, at: u32, room: &mut [u32; LEN]) {
        // SAFETY: see above.
        let (mut places, at) =
            unsafe { (_mm512_maskz_compress_epi8(mask, in_order()), _mm512_set1_epi32(at as i32)) };
        let (quarters, _) = room.as_chunks_mut::<16>();
        let mut count = mask.count_ones();
        for quarter in quarters {
            // SAFETY: see above; a quarter is 64 bytes long.
            unsafe {
                let wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places));
                _mm512_storeu_si512(quarter.as_mut_ptr().cast(), _mm512_add_epi32(wide, at));
            }
            if count <= 16 {
                break;
            }
            count -= 16;
            // SAFETY: see above.
            places = unsafe { _mm512_alignr_epi64(places, places, 2) };
        }
    }

    #[inline(always)]
    fn parity(mask: u64) -> u64 {
        parity(mask)
    }
}

/// The numbers 0 to 63.
#[inline(always)]
fn in_order() -> __m512i {
    const IN_ORDER: [u8; LEN] = {
        let mut bytes = [0; LEN];
        let mut at = 0;
        while at < LEN {
            bytes[at] = at as u8;
            at += 1;
        }
        bytes
    };
    // SAFETY: see above; the array is 64 bytes long.
    unsafe { _mm512_loadu_si512(IN_ORDER.as_ptr().cast()) }
}

/// The highest bits of 64 bytes.
#[inline(always)]
fn both(low: __m256i, high: __m256i) -> u64 {
    // SAFETY: see above.
    let (low, high) = unsafe { (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)) };
    u64::from(low as u32) | u64::from(high as u32) << 32
}

/// A product without carries by all ones sums up the bits below each (Langdale and Lemire, "Parsing Gigabytes of
/// JSON per Second", 2019, section 3.1.1).
#[inline(always)]
fn parity(mask: u64) -> u64 {
    // SAFETY: see above.
    unsafe {
        let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, mask as i64), _mm_set1_epi8(-1), 0);
        _mm_cvtsi128_si64(product) as u64
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a loop gives with each kind of chunk that this machine has.
    pub(in super::super) fn all<K: Kernel>(kernel: impl Fn() -> K) -> Vec<K::Out> {
        let mut found = Vec::new();
        if level() != Level::Portable {
            // SAFETY: the machine has AVX2 and what goes with it.
            found.push(unsafe { with_avx2(kernel()) });
        }
        if level() == Level::Avx512 {
            // SAFETY: the machine has AVX-512 and what goes with it.
            found.push(unsafe { with_avx512(kernel()) });
        }
        found
    }
}
