//! Logarithms, exponentials and powers of doubles, rounded once.
//!
//! The `libm` crate is the same on every system but often off by one in the last place (its `exp(1)` is not
//! the nearest double to e). Its result is made right here in double-double arithmetic of about 100 bits
//! (Dekker, "A floating-point technique for extending the available precision", 1971), which leaves a wrong
//! last place possible in theory only. What is beyond the normal doubles, arguments or results, goes by a mantissa and a
//! power of ten to the same arithmetic, and is rounded once to 17 digits.

use std::ops::{Add, Div, Mul};

use crate::value::Number;

/// Beyond this power of ten there are no numbers.
const MOST: f64 = 6200.0;

/// `10^k * mantissa`, from 1 up to 10: the magnitude of a number other than zero.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    mantissa: f64,
    tens: i32,
}

impl Scaled {
    /// The magnitude of a number other than zero.
    pub(super) fn of(number: Number) -> Self {
        let (_, coefficient, exponent) = number.parts();
        let behind = coefficient.checked_ilog10().unwrap_or(0) as i32;
        let mantissa = Number::from_parts(false, coefficient, -behind).map_or(1.0, Number::to_f64);
        Self { mantissa, tens: i32::from(exponent) + behind }
    }

    /// The natural logarithm.
    pub(super) fn ln(self) -> f64 {
        (ln_wide(self.mantissa) + LN_10 * Wide::from(f64::from(self.tens))).high
    }

    /// The decimal logarithm.
    pub(super) fn log10(self) -> f64 {
        self.log10_wide().high
    }

    fn log10_wide(self) -> Wide {
        ln_wide(self.mantissa) / LN_10 + Wide::from(f64::from(self.tens))
    }

    /// The number raised to a power, of 17 digits; `None` if it is out of range.
    pub(super) fn pow(self, power: f64) -> Option<Number> {
        match self.log10_wide() {
            // 1, whatever the power.
            Wide { high: 0.0, .. } => Some(Number::ONE),
            log => ten_to(log * Wide::from(power)),
        }
    }
}

/// `e^x`, of 17 digits; `None` if it is out of range.
pub(super) fn far_exp(x: f64) -> Option<Number> {
    ten_to(Wide::from(x) / LN_10)
}

/// `10^x`, of 17 digits; `None` if it is out of range.
fn ten_to(x: Wide) -> Option<Number> {
    if !(-MOST..=MOST).contains(&x.high) {
        return None;
    }
    let tens = x.high.floor();
    let power = (x + Wide::from(-tens)) * LN_10;
    let twos = (power.high / LN_2.high).round();
    let small = expm1_reduced(power + LN_2 * Wide::from(-twos));
    let digits = (ONE + small).scaled(libm::ldexp(1.0, twos as i32)) * Wide::from(1e16);
    // The high part is a whole number, since it is above 2^53.
    let digits = digits.high as u128 as i128 + digits.low.round() as i128;
    Number::from_parts(false, digits.unsigned_abs(), tens as i32 - 16).ok()
}

/// `e^x`; not right beyond the normal doubles.
pub(super) fn exp(x: f64) -> f64 {
    match libm::exp(x) {
        near if near.is_normal() => exp_wide(Wide::from(x)),
        far => far,
    }
}

/// The natural logarithm of a finite number above 0.
pub(super) fn ln(x: f64) -> f64 {
    if x > 0.0 && x.is_finite() { ln_wide(x).high } else { libm::log(x) }
}

/// The decimal logarithm of a finite number above 0.
pub(super) fn log10(x: f64) -> f64 {
    if x > 0.0 && x.is_finite() { (ln_wide(x) / LN_10).high } else { libm::log10(x) }
}

/// `x^y`; NaN for a root of a number below 0, not right beyond the normal doubles.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    match libm::pow(x, y) {
        near if near.is_normal() => exp_wide(ln_wide(x.abs()) * Wide::from(y)).copysign(near),
        far => far,
    }
}

/// The unevaluated sum of two doubles, the second at most half a unit in the last place of the first.
#[derive(Clone, Copy)]
struct Wide {
    high: f64,
    low: f64,
}

const ONE: Wide = Wide { high: 1.0, low: 0.0 };
const LN_2: Wide = Wide { high: std::f64::consts::LN_2, low: 2.3190468138462996e-17 };
const LN_10: Wide = Wide { high: std::f64::consts::LN_10, low: -2.1707562233822494e-16 };

impl Wide {
    /// The sum, exactly (Knuth's two-sum).
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let part = high - a;
        Self { high, low: (a - (high - part)) + (b - part) }
    }

    /// The product, exactly unless it is subnormal.
    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    /// Times a power of two, exactly.
    fn scaled(self, factor: f64) -> Self {
        Self { high: self.high * factor, low: self.low * factor }
    }
}

impl From<f64> for Wide {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl Add for Wide {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let high = Self::sum(self.high, other.high);
        let low = Self::sum(self.low, other.low);
        let sum = Self::sum(high.high, high.low + low.high);
        Self::sum(sum.high, sum.low + low.low)
    }
}

impl Mul for Wide {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Self::sum(product.high, product.low + cross)
    }
}

impl Div for Wide {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self + other * Self::from(-first);
        let second = rest.high / other.high;
        let rest = rest + other * Self::from(-second);
        Self::sum(first, second) + Self::from(rest.high / other.high)
    }
}

/// `e^x`, rounded; the result must be a normal double.
fn exp_wide(x: Wide) -> f64 {
    let twos = (x.high / LN_2.high).round();
    let small = expm1_reduced(x + LN_2 * Wide::from(-twos));
    libm::ldexp((ONE + small).high, twos as i32)
}

/// `e^x - 1` for `|x| < 0.4`: Taylor's series of a 512th of it, then squared nine times.
fn expm1_reduced(x: Wide) -> Wide {
    const HALVINGS: i32 = 9;
    let x = x.scaled(1.0 / f64::from(1 << HALVINGS));
    let mut series = ONE;
    for n in (2..=10).rev() {
        series = ONE + series * x / Wide::from(f64::from(n));
    }
    let mut small = series * x;
    for _ in 0..HALVINGS {
        small = small.scaled(2.0) + small * small;
    }
    small
}

fn ln_wide(x: f64) -> Wide {
    if (x - 1.0).abs() < 0.01 { ln_near_one(x) } else { ln_far_from_one(x) }
}

/// `2 artanh((x - 1) / (x + 1))` by its series.
fn ln_near_one(x: f64) -> Wide {
    let t = Wide::sum(x, -1.0) / Wide::sum(x, 1.0);
    let square = t * t;
    let mut series = Wide::from(0.0);
    for n in (0..=8).rev() {
        series = ONE / Wide::from(f64::from(2 * n + 1)) + series * square;
    }
    (series * t).scaled(2.0)
}

/// The mantissa's logarithm, made right by Newton's method, and the exponent's.
fn ln_far_from_one(x: f64) -> Wide {
    let (mantissa, twos) = libm::frexp(x);
    let near = libm::log(mantissa);
    // e^-near * mantissa is 1 + error, and ln(1 + error) is what `near` lacks.
    let inverse = ONE + expm1_reduced(Wide::from(-near / 2.0));
    let error = inverse * inverse * Wide::from(mantissa) + Wide::from(-1.0);
    let lacks = error + (error * error).scaled(-0.5);
    LN_2 * Wide::from(f64::from(twos)) + (Wide::from(near) + lacks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The right results are those of Python's decimal module with 60 digits, rounded.

    #[test]
    fn exponentials() {
        for (x, right) in [
            (1.0, std::f64::consts::E),
            (-1.0, 0.36787944117144233),
            (0.5, 1.6487212707001282),
            (1e-10, 1.0000000001),
            (-1e-300, 1.0),
            (10.0, 22026.465794806718),
            (100.5, 4.4319559098458955e+43),
            (-700.25, 7.678723813110872e-305),
            (709.7, 1.6549840276802644e+308),
            (-366.8495220713521, 4.77833809746771e-160),
            (61.920915414332626, 7.79671894005716e+26),
            (-182.06276683268902, 8.533849991253777e-80),
            (145.48805403467225, 1.5298859284364298e+63),
            (176.00842575127558, 2.750984049158626e+76),
            (-608.2595970642617, 6.858251865495633e-265),
            (0.0, 1.0),
            (-1000.0, 0.0),
            (1000.0, f64::INFINITY),
        ] {
            assert_eq!(exp(x), right, "exp({x})");
        }
    }

    #[test]
    fn logarithms() {
        for (x, natural, decimal) in [
            (1.0, 0.0, 0.0),
            (2.0, std::f64::consts::LN_2, std::f64::consts::LOG10_2),
            (10.0, std::f64::consts::LN_10, 1.0),
            (0.1, -2.3025850929940455, -1.0),
            (1.0000000000000002, 2.2204460492503128e-16, 9.64327466553287e-17),
            (0.9999999999999999, -1.1102230246251565e-16, -4.821637332766436e-17),
            (1.005, 0.004987541511038968, 0.0021660617565076304),
            (0.99, -0.01005033585350145, -0.004364805402450088),
            (1.011, 0.010939940038334263, 0.00475115559100102),
            (5e-324, -744.4400719213812, -323.3062153431158),
            (f64::MAX, 709.782712893384, 308.25471555991675),
            (1.3167991554874136e+178, 410.13535046254356, 178.11951953933897),
            (2.5935401432800765e-62, -141.80725197252215, -61.586107025530396),
            (5.409738856290388e+261, 602.6629100925829, 261.7331763009644),
            (2.319220053766716e-146, -335.3361926316961, -145.63465804239152),
        ] {
            assert_eq!((ln(x), log10(x)), (natural, decimal), "of {x}");
        }
        assert!(ln(-1.0).is_nan() && ln(0.0).is_infinite());
    }

    #[test]
    fn powers() {
        for (x, y, right) in [
            (8.680453071432968, -13.207593493534453, 4.0189591308712885e-13),
            (15.146737332727533, -52.31622741276033, 1.7789258678249484e-62),
            (780.0764890835565, 43.86326843747348, 7.220875713434323e+126),
            (387.60858561195045, 50.531840110064934, 6.255770884514535e+130),
            (0.009640937517254556, 45.46399924056499, 2.2387208348159718e-92),
            (0.0009745430973087721, -0.6139905300853172, 70.6069805549957),
            (0.0626648290866804, -9.462178492030816, 241420954713.66788),
            (2.0, 0.5, std::f64::consts::SQRT_2),
            (1.0000000001, 10000000000.0, 2.7182820532347876),
            (-1.5, 101.0, -6.098417663028229e+17),
            (9.0, 1.5, 27.0),
            (1.1, -0.1, 0.9905142582145218),
            (0.0, -0.5, f64::INFINITY),
        ] {
            assert_eq!(pow(x, y), right, "{x} ^ {y}");
        }
        assert!(pow(-8.0, 0.5).is_nan());
    }

    proptest! {
        #[test]
        fn near_what_libm_has(x in -700.0..700.0f64, y in 1e-300..1e300f64) {
            let near = |ours: f64, theirs: f64| (ours - theirs).abs() <= 4.0 * f64::EPSILON * theirs.abs();
            prop_assert!(near(exp(x), libm::exp(x)));
            prop_assert!(near(ln(y), libm::log(y)));
            prop_assert!(near(log10(y), libm::log10(y)));
            prop_assert!(near(pow(y, x / 1000.0), libm::pow(y, x / 1000.0)));
        }

        #[test]
        fn powers_of_ten_have_whole_logarithms(exponent in -300i32..300) {
            let power: f64 = format!("1e{exponent}").parse().unwrap();
            prop_assert_eq!(log10(power), f64::from(exponent));
            prop_assert_eq!(pow(10.0, f64::from(exponent)), power);
        }
    }
}
