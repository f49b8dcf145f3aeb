//! `sqrt`, `pow`, `ln`, `log10` and `exp`: functions whose results are rounded to doubles.
//!
//! A logarithm or a root starts from the double nearest to its argument. Arguments and results beyond the normal doubles
//! have 17 digits instead.

use super::argument::{OUT_OF_RANGE, number};
use super::double::{self, Scaled};
use super::{Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::record::Fault;
use crate::value::Number;
use crate::value::number::ArithmeticError;

pub(super) static SQRT: FunctionDef = FunctionDef {
    name: "sqrt",
    usage: "sqrt(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: sqrt,
    doc: Doc {
        summary: "the square root of a number",
        text: "Rounded to the nearest double, then its shortest decimal; beyond the doubles (about 2.2e-308 to 1.8e308) to \
               17 digits. Of a number below 0 it is an error.",
        examples: &[Example {
            command: "--from ndjson project 'y = sqrt(x)'",
            input: "{\"x\":2.25}\n{\"x\":2}\n",
            output: "{\"y\":1.5}\n{\"y\":1.4142135623730951}\n",
        }],
    },
};

pub(super) static POW: FunctionDef = FunctionDef {
    name: "pow",
    usage: "pow(x, y)",
    family: Family::Number,
    arity: (2, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: pow,
    doc: Doc {
        summary: "a number raised to a power",
        text: "Rounded to the nearest double, then its shortest decimal; `pow(1.1, 2)` is 1.21, since whole \
               powers of at most 38 digits are computed exactly before they are rounded. A result beyond the doubles \
               (about 2.2e-308 to 1.8e308) is rounded to 17 digits. Division by zero, a root of a number below 0 and \
               a result beyond 1e±6144 are errors.",
        examples: &[Example {
            command: "--from ndjson project 'y = pow(x, 3), z = pow(x, -1), r = pow(x, 0.5)'",
            input: "{\"x\":4}\n",
            output: "{\"y\":64,\"z\":0.25,\"r\":2}\n",
        }],
    },
};

pub(super) static LN: FunctionDef = FunctionDef {
    name: "ln",
    usage: "ln(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: ln,
    doc: Doc {
        summary: "the natural logarithm of a number",
        text: "Rounded to the nearest double, then its shortest decimal. Of 0 or a number below it is an error.",
        examples: &[Example {
            command: "--from ndjson project 'y = ln(x)'",
            input: "{\"x\":1}\n{\"x\":2}\n",
            output: "{\"y\":0}\n{\"y\":0.6931471805599453}\n",
        }],
    },
};

pub(super) static LOG10: FunctionDef = FunctionDef {
    name: "log10",
    usage: "log10(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: log10,
    doc: Doc {
        summary: "the decimal logarithm of a number",
        text: "Rounded to the nearest double, then its shortest decimal. Of 0 or a number below it is an error. The \
               logarithm to another base is `ln(x) / ln(base)`.",
        examples: &[Example {
            command: "--from ndjson project 'y = log10(x)'",
            input: "{\"x\":1000}\n{\"x\":0.01}\n",
            output: "{\"y\":3}\n{\"y\":-2}\n",
        }],
    },
};

pub(super) static EXP: FunctionDef = FunctionDef {
    name: "exp",
    usage: "exp(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: exp,
    doc: Doc {
        summary: "the number e, 2.71828…, raised to a power",
        text: "Rounded to the nearest double, then its shortest decimal; beyond the doubles (about 2.2e-308 to 1.8e308) to \
               17 digits, and beyond 1e±6144 an error. The inverse of `ln`.",
        examples: &[Example {
            command: "--from ndjson project 'y = exp(x)'",
            input: "{\"x\":0}\n{\"x\":1}\n",
            output: "{\"y\":1}\n{\"y\":2.718281828459045}\n",
        }],
    },
};

const NEGATIVE_ROOT: Fault = Fault("a root of a number below 0");

fn sqrt(call: &mut Call<'_>) {
    each_number(call, |x| if x.signum() < 0 { Err(NEGATIVE_ROOT) } else { Ok(x.sqrt()) });
}

fn ln(call: &mut Call<'_>) {
    each_number(call, |x| logarithm(x, double::ln, Scaled::ln));
}

fn log10(call: &mut Call<'_>) {
    each_number(call, |x| logarithm(x, double::log10, Scaled::log10));
}

fn exp(call: &mut Call<'_>) {
    each_number(call, |x| match double::exp(x.to_f64()) {
        near if near.is_normal() => rounded(near),
        _ => double::far_exp(x.to_f64()).ok_or(OUT_OF_RANGE),
    });
}

fn pow(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        slot.number(power(args.number(0)?, args.number(1)?).map_err(Failed::from)?);
        Ok(())
    });
}

/// A logarithm, by the double that the number is near to or else by its mantissa and power of ten.
fn logarithm(x: Number, near: fn(f64) -> f64, far: fn(Scaled) -> f64) -> Result<Number, Fault> {
    if x.signum() <= 0 {
        return Err(Fault("a logarithm of a number that is not above 0"));
    }
    match x.to_f64() {
        double if double.is_normal() => rounded(near(double)),
        _ => rounded(far(Scaled::of(x))),
    }
}

fn each_number(call: &mut Call<'_>, function: impl Fn(Number) -> Result<Number, Fault>) {
    call.each1(|value, slot| {
        slot.number(function(number(value)?)?);
        Ok(())
    });
}

fn rounded(result: f64) -> Result<Number, Fault> {
    Number::from_f64(result).ok_or(OUT_OF_RANGE)
}

fn power(base: Number, exponent: Number) -> Result<Number, Fault> {
    if let Some(whole) = exponent.to_i64()
        && let Some(power) = exact_power(base, whole.unsigned_abs())
    {
        return match whole < 0 {
            true => Number::ONE.div(power).map_err(reason),
            false => Ok(power.nearest()),
        };
    }
    match double::pow(base.to_f64(), exponent.to_f64()) {
        _ if base.signum() < 0 && !exponent.is_integer() => Err(NEGATIVE_ROOT),
        result if result.is_infinite() && base.is_zero() => Err(Fault("division by zero")),
        result if base.is_zero() || (result.is_normal() && base.to_f64().is_normal()) => rounded(result),
        _ => far_power(base, exponent),
    }
}

/// The power of a number other than zero where it or the result is beyond the doubles.
#[cold]
fn far_power(base: Number, exponent: Number) -> Result<Number, Fault> {
    let magnitude = Scaled::of(base).pow(exponent.to_f64()).ok_or(OUT_OF_RANGE)?;
    let is_odd = exponent.floor_rem(Number::from_u64(2)).is_ok_and(|rest| rest == Number::ONE);
    Ok(if base.signum() < 0 && is_odd { magnitude.neg() } else { magnitude }.nearest())
}

/// The power itself, if it has at most 38 digits.
fn exact_power(base: Number, exponent: u64) -> Option<Number> {
    let (negative, mut digits, mut scale) = base.parts();
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
        scale += 1;
    }
    let exponent = u32::try_from(exponent).ok()?;
    let power = digits.checked_pow(exponent).filter(|&power| power < 10u128.pow(38))?;
    let scale = i32::from(scale).checked_mul(i32::try_from(exponent).ok()?)?;
    Number::from_parts(negative && exponent % 2 == 1, power, scale).ok()
}

fn reason(error: ArithmeticError) -> Fault {
    match error {
        ArithmeticError::DivisionByZero => Fault("division by zero"),
        ArithmeticError::Overflow => OUT_OF_RANGE,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::function::tests::{check, told};

    #[test]
    fn roots_and_powers() {
        check(&[
            ("sqrt(2.25)", "1.5"),
            ("sqrt(`2`)", "1.4142135623730951"),
            ("sqrt(0)", "0"),
            ("sqrt(-1)", "!a root of a number below 0: -1"),
            ("sqrt(1e400)", "1e200"),
            ("sqrt(1e-400)", "1e-200"),
            ("sqrt(2e-6001)", "4.4721359549995794e-3001"),
            ("sqrt(4e-320)", "2e-160"),
            ("sqrt('4')", "!not a number, but text (see number(x)): \"4\""),
            ("sqrt(null)", "null"),
            ("pow(2, 10)", "1024"),
            ("pow(2, 100)", "1.2676506002282294e30"),
            ("pow(1.1, 2)", "1.21"),
            ("pow(-1.5, 3)", "-3.375"),
            ("pow(10, 300)", "1e300"),
            ("pow(0, 0)", "1"),
            ("pow(4, 0.5)", "2"),
            ("pow(2, -2)", "0.25"),
            ("pow(3, -1)", "0.3333333333333333"),
            ("pow(0, -1)", "!division by zero: 0"),
            ("pow(0, -0.5)", "!division by zero: 0"),
            ("pow(-8, 0.5)", "!a root of a number below 0: -8"),
            ("pow(10, 400)", "1e400"),
            ("pow(10, -400)", "1e-400"),
            ("pow(2, 2000)", "1.1481306952742545e602"),
            ("pow(-2, 2001)", "-2.296261390548509e602"),
            ("pow(-2, -2000)", "8.7098098162172167e-603"),
            ("pow(1e400, 0.5)", "1e200"),
            ("pow(1e-400, 3)", "1e-1200"),
            ("pow(1e400, -0.25)", "1e-100"),
            ("pow(10, 7000)", "!a number out of range: 10"),
            ("pow(-1e400, 0.5)", "!a root of a number below 0: -1e400"),
            ("pow(3, 1e30)", "!a number out of range: 3"),
            ("pow(1, 9000000000)", "1"),
            ("pow(2, null)", "null"),
            ("pow(2, true)", "!not a number: true"),
        ]);
    }

    #[test]
    fn logarithms() {
        check(&[
            ("ln(1)", "0"),
            ("ln(`2`)", "0.6931471805599453"),
            ("ln(0)", "!a logarithm of a number that is not above 0: 0"),
            ("ln(-1)", "!a logarithm of a number that is not above 0: -1"),
            ("log10(1000)", "3"),
            ("log10(1e22)", "22"),
            ("log10(0.001)", "-3"),
            ("ln(10)", "2.302585092994046"),
            ("ln(1e-400)", "-921.0340371976183"),
            ("ln(1e6144)", "14147.082811355416"),
            ("log10(1e400)", "400"),
            ("log10(1e-6144)", "-6144"),
            ("log10(2e400)", "400.30102999566395"),
            ("log10('x')", "!not a number, but text (see number(x)): \"x\""),
            ("exp(0)", "1"),
            ("exp(1)", "2.718281828459045"),
            ("exp(-1000)", "5.0759588975494568e-435"),
            ("exp(1000)", "1.970071114017047e434"),
            ("exp(-720)", "2.0322308024242932e-313"),
            ("exp(14146)", "3.3864214270152632e6143"),
            ("exp(15000)", "!a number out of range: 15000"),
            ("exp(-1e10)", "!a number out of range: -10000000000"),
            ("exp(1e400)", "!a number out of range: 1e400"),
            ("exp(null)", "null"),
        ]);
    }

    proptest! {
        #[test]
        fn squares_are_rounded_once(x in -99_999_999i64..99_999_999) {
            // As thousandths: the exact square has 6 decimals and is its own nearest double's shortest form.
            let square = x * x;
            let exact = told(&format!("number('{}.{:06}')", square / 1_000_000, square % 1_000_000));
            let base = told(&format!("number('{}e-3')", x));
            prop_assume!(square < 1_000_000_000_000_000);
            prop_assert_eq!(told(&format!("pow({base}, 2)")), exact);
        }
    }
}
