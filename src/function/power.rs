//! `sqrt`, `pow`, `ln`, `log10` and `exp`: functions whose results are rounded to doubles.
//!
//! A logarithm or a root starts from the double nearest to its argument.

use super::argument::{OUT_OF_RANGE, number};
use super::{Call, Failed, FunctionDef, Returns, double};
use crate::doc::{Doc, Example};
use crate::record::Fault;
use crate::value::Number;
use crate::value::number::ArithmeticError;

pub(super) static SQRT: FunctionDef = FunctionDef {
    name: "sqrt",
    usage: "sqrt(x)",
    arity: (1, 1),
    returns: Returns::NotBool,
    prepare: None,
    eval: sqrt,
    doc: Doc {
        summary: "the square root of a number",
        text: "Rounded to the nearest double, then its shortest decimal. Of a number below 0 it is an error.",
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
    arity: (2, 2),
    returns: Returns::NotBool,
    prepare: None,
    eval: pow,
    doc: Doc {
        summary: "a number raised to a power",
        text: "Rounded to the nearest double, then its shortest decimal; `pow(1.1, 2)` is 1.21, since whole \
               powers of at most 38 digits are computed exactly before they are rounded. Division by zero, a \
               root of a number below 0 and a result beyond the doubles (about 1.8e308) are errors.",
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
    arity: (1, 1),
    returns: Returns::NotBool,
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
    arity: (1, 1),
    returns: Returns::NotBool,
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
    arity: (1, 1),
    returns: Returns::NotBool,
    prepare: None,
    eval: exp,
    doc: Doc {
        summary: "the number e, 2.71828…, raised to a power",
        text: "Rounded to the nearest double, then its shortest decimal; below about 5e-324 that is 0, and beyond about \
               1.8e308 an error. The inverse of `ln`.",
        examples: &[Example {
            command: "--from ndjson project 'y = exp(x)'",
            input: "{\"x\":0}\n{\"x\":1}\n",
            output: "{\"y\":1}\n{\"y\":2.718281828459045}\n",
        }],
    },
};

const NEGATIVE_ROOT: Fault = Fault("a root of a number below 0");

fn sqrt(call: &mut Call<'_>) {
    each_double(call, f64::sqrt, |x| if x.signum() < 0 { Err(NEGATIVE_ROOT) } else { Ok(()) });
}

fn ln(call: &mut Call<'_>) {
    each_double(call, double::ln, has_logarithm);
}

fn log10(call: &mut Call<'_>) {
    each_double(call, double::log10, has_logarithm);
}

fn exp(call: &mut Call<'_>) {
    each_double(call, double::exp, |_| Ok(()));
}

fn pow(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        slot.number(power(args.number(0)?, args.number(1)?).map_err(Failed::from)?);
        Ok(())
    });
}

fn has_logarithm(x: Number) -> Result<(), Fault> {
    if x.signum() > 0 { Ok(()) } else { Err(Fault("a logarithm of a number that is not above 0")) }
}

fn each_double(call: &mut Call<'_>, function: fn(f64) -> f64, check: impl Fn(Number) -> Result<(), Fault>) {
    call.each1(|value, slot| {
        let x = number(value)?;
        check(x)?;
        slot.number(rounded(function(x.to_f64()))?);
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
            false => rounded(power.to_f64()),
        };
    }
    match double::pow(base.to_f64(), exponent.to_f64()) {
        result if result.is_nan() => Err(NEGATIVE_ROOT),
        result if result.is_infinite() && base.is_zero() => Err(Fault("division by zero")),
        result => rounded(result),
    }
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
            ("sqrt(1e400)", "!a number out of range: 1e400"),
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
            ("pow(10, 400)", "!a number out of range: 10"),
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
            ("ln(1e-400)", "!a number out of range: 1e-400"),
            ("log10('x')", "!not a number, but text (see number(x)): \"x\""),
            ("exp(0)", "1"),
            ("exp(1)", "2.718281828459045"),
            ("exp(-1000)", "0"),
            ("exp(1000)", "!a number out of range: 1000"),
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
