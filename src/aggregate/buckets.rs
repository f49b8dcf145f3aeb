//! Numbers counted in fixed logarithmic buckets: the large form of quantiles.
//!
//! Each power of two is cut into 128 buckets of equal width, so that a bucket is at most 1/128 of its numbers
//! wide and any number in it stands for all others within 0.8 %. The bucket of a number comes from the bits of
//! its double (the layout of HdrHistogram, and of DDSketch with linear interpolation: Masson, Rim, Lee 2019). Which
//! bucket counts a number depends on the number alone, so neither the order nor the splitting of the input can
//! be seen, as it can in a t-digest.
//!
//! A bucket is read as the shortest decimal in it: whole numbers below 256 come back exactly.

use std::ops::RangeInclusive;

use super::each::Scaled;
use super::saved;
use crate::value::Number;

/// Bits of the mantissa that choose the bucket within a power of two.
const BITS: u32 = 7;
const WIDTH: usize = 1 << BITS;
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - BITS;
/// Zones: magnitudes are moved by multiples of `10^600` into `[1e-300, 1e300)`, where all of them are normal
/// doubles, so that numbers beyond the doubles have buckets like others.
const ZONE: i32 = 600;
/// The powers of ten that short numbers are divided by.
const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/// Powers of two per zone.
const PAGES: i32 = 2048;

/// Counts of numbers by bucket.
#[derive(Default)]
pub(super) struct Buckets {
    negative: Side,
    zeros: u64,
    positive: Side,
    range: Option<(Number, Number)>,
    /// The same range at the power of ten at which numbers come, if they are short.
    scaled: Option<Range>,
}

/// From the least to the greatest number, as mantissas.
struct Range {
    decimals: u8,
    mantissas: RangeInclusive<i64>,
}

/// The magnitudes of one sign, in pages of a power of two.
#[derive(Default)]
struct Side {
    /// The page at the front of the list.
    first: i32,
    pages: Vec<Option<Box<Page>>>,
    /// Bytes that they take.
    held: usize,
    count: u64,
}

/// Counts by bucket. Most are small, and the pages of all groups should stay in a processor's cache.
struct Page {
    /// The low bits of each.
    low: [u16; WIDTH],
    /// What is above them, if any count is so large.
    high: Option<Box<[u64; WIDTH]>>,
}

impl Buckets {
    /// Counts a number.
    #[inline]
    pub(super) fn add(&mut self, number: Number) {
        self.widen(number, number);
        match number.signum() {
            0 => self.zeros += 1,
            1.. => self.positive.add(number),
            _ => self.negative.add(number.neg()),
        }
    }

    /// Counts a short number.
    #[inline]
    pub(super) fn add_scaled(&mut self, scaled: Scaled) {
        let Scaled { mantissa, decimals } = scaled;
        let magnitude = mantissa.unsigned_abs();
        // Both are doubles, so that the quotient is rounded once, as that of the number is.
        let Some(power) = POWERS.get(usize::from(decimals)).filter(|_| magnitude < 1 << f64::MANTISSA_DIGITS)
        else {
            return self.add(scaled.number());
        };
        match &self.scaled {
            Some(range) if range.decimals == decimals && range.mantissas.contains(&mantissa) => {}
            _ => self.widen_scaled(scaled),
        }
        let side = match mantissa {
            0 => return self.zeros += 1,
            1.. => &mut self.positive,
            _ => &mut self.negative,
        };
        side.add_double(magnitude as f64 / power);
    }

    /// How many numbers were counted.
    pub(super) fn count(&self) -> u64 {
        self.negative.count + self.zeros + self.positive.count
    }

    /// What stands for the number of a rank, from 0, in ascending order. The first and the last are exact.
    pub(super) fn at(&self, rank: u64) -> Number {
        let Some((least, greatest)) = self.range else { return Number::ZERO };
        if rank == 0 {
            return least;
        }
        if rank + 1 >= self.count() {
            return greatest;
        }
        let found = match rank.checked_sub(self.negative.count) {
            None => self.negative.at(self.negative.count - 1 - rank).map(Number::neg),
            Some(above) => match above.checked_sub(self.zeros) {
                None => Some(Number::ZERO),
                Some(above) => self.positive.at(above),
            },
        };
        found.unwrap_or(greatest).max(least).min(greatest)
    }

    /// Appends the saved form.
    pub(super) fn save(&self, out: &mut Vec<u8>) {
        let (least, greatest) = self.range.unwrap_or((Number::ZERO, Number::ZERO));
        saved::write_number(least, out);
        saved::write_number(greatest, out);
        saved::write_count(self.zeros, out);
        self.negative.save(out);
        self.positive.save(out);
    }

    /// Adds a saved form, of at least one number; `None` if the bytes are damaged.
    pub(super) fn absorb(&mut self, from: &mut &[u8]) -> Option<()> {
        let least = saved::read_number(from)?;
        let greatest = saved::read_number(from)?;
        self.widen(least, greatest);
        self.zeros = self.zeros.checked_add(saved::read_count(from)?)?;
        self.negative.absorb(from)?;
        self.positive.absorb(from)?;
        self.negative.count.checked_add(self.zeros)?.checked_add(self.positive.count).map(drop)
    }

    /// Bytes held on the heap.
    #[inline]
    pub(super) fn heap_bytes(&self) -> usize {
        self.negative.heap_bytes() + self.positive.heap_bytes()
    }

    #[inline]
    fn widen(&mut self, least: Number, greatest: Number) {
        self.range = Some(match self.range {
            None => (least, greatest),
            Some((low, high)) => (low.min(least), high.max(greatest)),
        });
        self.scaled = None;
    }

    fn widen_scaled(&mut self, scaled: Scaled) {
        let number = scaled.number();
        self.widen(number, number);
        let ends =
            self.range.map(|(low, high)| (low.to_scaled(scaled.decimals), high.to_scaled(scaled.decimals)));
        if let Some((Some(low), Some(high))) = ends {
            self.scaled = Some(Range { decimals: scaled.decimals, mantissas: low..=high });
        }
    }
}

impl Side {
    #[inline]
    fn add(&mut self, magnitude: Number) {
        let place = place(magnitude);
        self.count_in(place);
    }

    /// Counts a magnitude of which the double is no subnormal, far from the ends of doubles.
    #[inline]
    fn add_double(&mut self, magnitude: f64) {
        self.count_in(place_in(0, magnitude));
    }

    #[inline]
    fn count_in(&mut self, (page, bucket): (i32, usize)) {
        self.count += 1;
        let at = usize::try_from(page.wrapping_sub(self.first));
        let known = at.ok().and_then(|at| self.pages.get_mut(at)?.as_mut());
        if !known.is_some_and(|counts| counts.add_one(bucket)) {
            self.add_to(page, bucket, 1);
        }
    }

    /// Adds to the count of a bucket, of which the sum with all others is below `u64::MAX`.
    #[inline(never)]
    fn add_to(&mut self, page: i32, bucket: usize, more: u64) -> Option<()> {
        let counts = self.page(page);
        let raised = counts.add(bucket, more)?;
        self.held += if raised { size_of::<[u64; WIDTH]>() } else { 0 };
        Some(())
    }

    /// The counts of a page, made if there are none.
    fn page(&mut self, page: i32) -> &mut Page {
        if self.pages.is_empty() {
            self.first = page;
        }
        if page < self.first {
            let missing = (self.first - page) as usize;
            self.pages.splice(0..0, std::iter::repeat_with(|| None).take(missing));
            self.first = page;
        }
        let at = (page - self.first) as usize;
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || None);
        }
        let held = &mut self.held;
        self.pages[at].get_or_insert_with(|| {
            *held += size_of::<Page>();
            Box::new(Page { low: [0; WIDTH], high: None })
        })
    }

    /// The pages that there are, with their numbers, in ascending order.
    fn counted(&self) -> impl Iterator<Item = (i32, &Page)> {
        (self.first..).zip(&self.pages).filter_map(|(page, counts)| Some((page, counts.as_deref()?)))
    }

    /// What stands for the magnitude of a rank in ascending order.
    fn at(&self, rank: u64) -> Option<Number> {
        let mut left = rank;
        for (page, counts) in self.counted() {
            for (bucket, count) in counts.all() {
                match left.checked_sub(count) {
                    Some(rest) => left = rest,
                    None => return representative(page, bucket),
                }
            }
        }
        None
    }

    /// Pages with their numbers and, of each, the buckets that are not empty.
    fn save(&self, out: &mut Vec<u8>) {
        saved::write_count(self.counted().count() as u64, out);
        for (page, counts) in self.counted() {
            saved::write_signed(i128::from(page), out);
            saved::write_count(counts.all().filter(|(_, count)| *count > 0).count() as u64, out);
            for (bucket, count) in counts.all().filter(|(_, count)| *count > 0) {
                out.push(bucket as u8);
                saved::write_count(count, out);
            }
        }
    }

    fn absorb(&mut self, from: &mut &[u8]) -> Option<()> {
        for _ in 0..saved::read_count(from)? {
            let page = i32::try_from(saved::read_signed(from)?).ok()?;
            if !page_range().contains(&page) {
                return None;
            }
            for _ in 0..saved::read_count(from)? {
                let bucket = usize::from(saved::read_byte(from)?);
                let more = saved::read_count(from)?;
                self.count = self.count.checked_add(more)?;
                self.add_to(page, bucket, more)?;
            }
        }
        Some(())
    }

    #[inline]
    fn heap_bytes(&self) -> usize {
        self.pages.capacity() * size_of::<Option<Box<Page>>>() + self.held
    }
}

impl Page {
    /// Counts one more; false if its low bits do not suffice.
    #[inline]
    fn add_one(&mut self, bucket: usize) -> bool {
        let Some(low) = self.low.get_mut(bucket) else { return false };
        let more = low.checked_add(1);
        *low = more.unwrap_or(*low);
        more.is_some()
    }

    /// Adds to a count; says whether the page has become larger. `None`: there is no such bucket, or no such count.
    fn add(&mut self, bucket: usize, more: u64) -> Option<bool> {
        let sum = self.get(bucket).checked_add(more)?;
        *self.low.get_mut(bucket)? = sum as u16;
        let high = sum >> u16::BITS;
        let raised = high > 0 && self.high.is_none();
        if high > 0 {
            *self.high.get_or_insert_with(|| Box::new([0; WIDTH])).get_mut(bucket)? = high;
        }
        Some(raised)
    }

    fn get(&self, bucket: usize) -> u64 {
        let high = self.high.as_ref().and_then(|high| high.get(bucket)).copied().unwrap_or(0);
        high << u16::BITS | u64::from(self.low.get(bucket).copied().unwrap_or(0))
    }

    fn all(&self) -> impl Iterator<Item = (usize, u64)> {
        (0..WIDTH).map(|bucket| (bucket, self.get(bucket)))
    }
}

/// The page and bucket of a positive number.
#[inline]
fn place(magnitude: Number) -> (i32, usize) {
    let double = magnitude.to_f64();
    if (1e-299..1e299).contains(&double) {
        return place_in(0, double);
    }
    far_place(magnitude)
}

#[cold]
fn far_place(magnitude: Number) -> (i32, usize) {
    let zone = (leading_exponent(magnitude) + ZONE / 2).div_euclid(ZONE);
    place_in(zone, scaled(magnitude, -zone * ZONE).map_or(1.0, Number::to_f64))
}

#[inline]
fn place_in(zone: i32, double: f64) -> (i32, usize) {
    let bits = double.to_bits() >> SHIFT;
    (zone * PAGES + (bits >> BITS) as i32, bits as usize % WIDTH)
}

/// The pages that numbers can have.
fn page_range() -> std::ops::Range<i32> {
    let zones = 6144 / ZONE + 1;
    -zones * PAGES..(zones + 1) * PAGES
}

/// The shortest decimal within a bucket, of equally short ones that nearest its middle.
fn representative(page: i32, bucket: usize) -> Option<Number> {
    let bits = (page.rem_euclid(PAGES) as u64) << BITS | bucket as u64;
    let (low, high) = (f64::from_bits(bits << SHIFT), f64::from_bits((bits + 1) << SHIFT));
    let shortest = shortest_between(low, high)?;
    scaled(shortest, page.div_euclid(PAGES) * ZONE)
}

/// The decimal of fewest digits in `[low, high)`, which are at most a 128th apart.
fn shortest_between(low: f64, high: f64) -> Option<Number> {
    let middle = Number::from_f64(low + (high - low) / 2.0)?;
    let (low, high) = (Number::from_f64(low)?, Number::from_f64(high)?);
    let top = leading_exponent(middle);
    for digits in 1..=17 {
        let step = Number::from_parts(false, 1, top + 1 - digits).ok()?;
        let above = middle.round(digits - 1 - top);
        let inside = |candidate: &Number| (low..high).contains(candidate);
        let below = above.sub(step).ok();
        if let Some(found) = Some(above).filter(inside).or(below.filter(inside)) {
            return Some(found);
        }
    }
    Some(middle)
}

/// The decimal exponent of the first digit.
fn leading_exponent(number: Number) -> i32 {
    let (_, coefficient, exponent) = number.parts();
    i32::from(exponent) + coefficient.checked_ilog10().unwrap_or(0) as i32
}

/// A positive number times a power of ten.
fn scaled(number: Number, by: i32) -> Option<Number> {
    let (_, coefficient, exponent) = number.parts();
    Number::from_parts(false, coefficient, i32::from(exponent) + by).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::parse(text.as_bytes()).unwrap().unwrap()
    }

    /// What stands for a number in the middle of others.
    fn stand_in(x: Number) -> Number {
        let mut side = Side::default();
        side.add(x);
        side.at(0).unwrap()
    }

    #[test]
    fn small_integers_stand_for_themselves() {
        for n in 1..256 {
            assert_eq!(stand_in(Number::from_u64(n)), Number::from_u64(n));
        }
        assert_eq!(stand_in(number("0.1")), number("0.1"));
        assert_eq!(stand_in(number("123456")), number("123600"));
    }

    #[test]
    fn ranks_go_through_negatives_zeros_and_positives() {
        let mut buckets = Buckets::default();
        for text in ["-200", "5", "0", "-1", "0", "1e6144", "-1e6144", "1e-6144"] {
            buckets.add(number(text));
        }
        let read: Vec<_> = (0..buckets.count()).map(|rank| buckets.at(rank).to_string()).collect();
        assert_eq!(read, ["-1e6144", "-200", "-1", "0", "0", "1e-6144", "5", "1e6144"]);
    }

    #[test]
    fn counts_grow_beyond_their_low_bits() {
        let (mut one_by_one, mut side) = (Side::default(), Side::default());
        for _ in 0..200_000 {
            one_by_one.add(number("3"));
        }
        one_by_one.add(number("5"));
        let mut saved = Vec::new();
        one_by_one.save(&mut saved);
        for _ in 0..3 {
            side.absorb(&mut &saved[..]).unwrap();
        }
        assert_eq!(side.count, 600_003);
        assert_eq!(side.at(599_999), Some(number("3")));
        assert_eq!(side.at(600_000), Some(number("5")));
        assert_eq!(side.heap_bytes(), one_by_one.heap_bytes());
        assert!(side.heap_bytes() > size_of::<[u64; WIDTH]>());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn stand_ins_are_near_and_ordered(
            digits in 1..10u128.pow(20),
            more in 1..10u128.pow(20),
            exponent in prop_oneof![-30..10, -330..300, -6140..6100],
        ) {
            let Ok(x) = Number::from_parts(false, digits, exponent) else { return Ok(()) };
            let Ok(y) = Number::from_parts(false, more, exponent) else { return Ok(()) };
            let (at_x, at_y) = (stand_in(x), stand_in(y));
            let error = at_x.sub(x).unwrap().abs().mul(number("1e3")).unwrap();
            prop_assert!(error <= x.mul(number("7.9")).unwrap(), "{x} {at_x}");
            prop_assert!(if x < y { at_x <= at_y } else { at_x >= at_y }, "{x} {y}");
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut buckets = Buckets::default();
            if buckets.absorb(&mut &bytes[..]).is_some() && buckets.count() > 0 {
                buckets.at(buckets.count() / 2);
            }
        }
    }
}
