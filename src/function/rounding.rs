//! `abs`, `round`, `ceil` and `bucket`: exact functions of numbers. (`floor` has a file of its own.)

use super::argument::{OUT_OF_RANGE, exact, number};
use super::{Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::record::Fault;
use crate::value::number::Wide;
use crate::value::{Exact, Number, Value};

pub(super) static ABS: FunctionDef = FunctionDef {
    name: "abs",
    usage: "abs(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: abs,
    doc: Doc {
        summary: "a number, or duration, without its sign",
        text: "Exact. Of a duration too, so that `abs(a - b)` is the distance of two times.",
        examples: &[Example {
            command: "--from ndjson project 'y = abs(x)'",
            input: "{\"x\":-2.50}\n",
            output: "{\"y\":2.5}\n",
        }],
    },
};

pub(super) static ROUND: FunctionDef = FunctionDef {
    name: "round",
    usage: "round(x[, digits])",
    family: Family::Number,
    arity: (1, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: round,
    doc: Doc {
        summary: "a number rounded to an integer, or to so many decimals",
        text: "Exact, half away from zero: 0.5 becomes 1, and -2.5 becomes -3. A negative `digits` rounds to \
               tens, hundreds, …. No zeros are added; see `fixed`.",
        examples: &[Example {
            command: "--from ndjson project 'a = round(x), b = round(x, 2), c = round(x, -1)'",
            input: "{\"x\":25.125}\n",
            output: "{\"a\":25,\"b\":25.13,\"c\":30}\n",
        }],
    },
};

pub(super) static CEIL: FunctionDef = FunctionDef {
    name: "ceil",
    usage: "ceil(x)",
    family: Family::Number,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: ceil,
    doc: Doc {
        summary: "the smallest integer that is not below a number",
        text: "Exact.",
        examples: &[Example {
            command: "--from ndjson project 'y = ceil(x)'",
            input: "{\"x\":1.2}\n{\"x\":-1.2}\n",
            output: "{\"y\":2}\n{\"y\":-1}\n",
        }],
    },
};

pub(super) static BUCKET: FunctionDef = FunctionDef {
    name: "bucket",
    usage: "bucket(x, width)",
    family: Family::Number,
    arity: (2, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: bucket,
    doc: Doc {
        summary: "the lower end of the bucket a number falls in",
        text: "Buckets are half-open, all `width` wide, and one begins at 0: the result is \
               `x // width * width`, exact. The width is above 0. See `floor` for buckets of time.",
        examples: &[Example {
            command: "--from ndjson aggregate 'count()' --by 'ms = bucket(ms, 100)'",
            input: "{\"ms\":17}\n{\"ms\":203.5}\n{\"ms\":99}\n",
            output: "{\"ms\":0,\"count\":2}\n{\"ms\":200,\"count\":1}\n",
        }],
    },
};

fn abs(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        match value {
            Value::Duration(duration) if duration.is_negative() => {
                slot.duration(duration.checked_neg().ok_or(Fault("a duration out of range"))?);
            }
            Value::Duration(duration) => slot.duration(duration),
            _ => slot.number(number(value)?.abs()),
        }
        Ok(())
    });
}

fn round(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let x = args.exact(0)?;
        let digits = if args.len() > 1 { places(args.number(1)?)? } else { 0 };
        slot.number(match x {
            Exact::Short(x) => x.round(digits),
            Exact::Long(_) => x.to_wide().round(digits).rounded().map_err(|_| OUT_OF_RANGE)?,
        });
        Ok(())
    });
}

/// Beyond these, more decimals than any number has or a unit larger than all, rounding does the same.
const MOST_PLACES: i64 = 7000;

fn places(digits: Number) -> Result<i32, Failed> {
    if !digits.is_integer() {
        return Err(Failed::of(1, "not a whole number"));
    }
    let beyond = i64::from(digits.signum()) * MOST_PLACES;
    let places = digits.to_i64().unwrap_or(beyond).clamp(-MOST_PLACES, MOST_PLACES);
    Ok(places as i32)
}

fn ceil(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        slot.number(match exact(value)? {
            Exact::Short(number) => number.ceil(),
            long => long.to_wide().cut(0, true).rounded().map_err(|_| OUT_OF_RANGE)?,
        });
        Ok(())
    });
}

fn bucket(call: &mut Call<'_>) {
    call.each_known(|args, slot| {
        let (x, width) = (args.exact(0)?, args.exact(1)?);
        if width.signum() <= 0 {
            return Err(Failed::of(1, "a width that is not above 0"));
        }
        slot.number(match (x, width) {
            (Exact::Short(x), Exact::Short(width)) => bucket_of(x, width)?,
            (x, width) => long_bucket_of(&x.to_wide(), &width.to_wide())?,
        });
        Ok(())
    });
}

fn bucket_of(x: Number, width: Number) -> Result<Number, Fault> {
    let index = x.floor_div(width).map_err(|_| OUT_OF_RANGE)?;
    index.mul(width).map_err(|_| OUT_OF_RANGE)
}

fn long_bucket_of(x: &Wide, width: &Wide) -> Result<Number, Fault> {
    let index = x.floor_div(width).map_err(|_| OUT_OF_RANGE)?;
    index.mul(width).rounded().map_err(|_| OUT_OF_RANGE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::function::tests::{check, told};

    #[test]
    fn signs_and_integers() {
        check(&[
            ("abs(-2.5)", "2.5"),
            ("abs(`-7`)", "7"),
            ("abs(-0)", "0"),
            ("abs(-90m)", "1h30m"),
            ("abs(1h)", "1h"),
            ("abs('5')", "!not a number, but text (see number(x)): \"5\""),
            ("abs(`x`)", "!not a number: \"x\""),
            ("abs(`1e9999`)", "!a number out of range: \"1e9999\""),
            ("abs(null)", "null"),
            ("ceil(1.2)", "2"),
            ("ceil(-1.2)", "-1"),
            ("ceil(1e6144)", "1e6144"),
            ("ceil(1e-6144)", "1"),
            ("ceil(12345678901234567890.5)", "12345678901234567891"),
            ("ceil([1])", "!not a number: [1]"),
        ]);
    }

    #[test]
    fn rounded() {
        check(&[
            ("round(2.5)", "3"),
            ("round(-2.5)", "-3"),
            ("round(0.49999999999999999999)", "0"),
            ("round(1.005, 2)", "1.01"),
            ("round(1234, -2)", "1200"),
            ("round(1250, -2)", "1300"),
            ("round(5, -1)", "10"),
            ("round(4, -1)", "0"),
            ("round(1.5, 1e30)", "1.5"),
            ("round(1.5, -1e30)", "0"),
            ("round(`1.25`, `1`)", "1.3"),
            ("round(1.5, null)", "null"),
            ("round(1.5, 0.5)", "!not a whole number: 0.5"),
            ("round(1.5, 'x')", "!not a number, but text (see number(x)): \"x\""),
        ]);
    }

    #[test]
    fn buckets() {
        check(&[
            ("bucket(203.5, 100)", "200"),
            ("bucket(-1, 100)", "-100"),
            ("bucket(200, 100)", "200"),
            ("bucket(0.3, 0.1)", "0.3"),
            ("bucket(`7`, 2.5)", "5"),
            ("bucket(7, 0)", "!a width that is not above 0: 0"),
            ("bucket(7, -5)", "!a width that is not above 0: -5"),
            ("bucket(null, 5)", "null"),
            ("bucket(1, 1h)", "!not a number: 1h"),
        ]);
    }

    proptest! {
        #[test]
        fn buckets_of_integers(x in any::<i32>(), width in 1..i32::MAX) {
            let (x, width) = (i64::from(x), i64::from(width));
            prop_assert_eq!(told(&format!("bucket({x}, {width})")), (x.div_euclid(width) * width).to_string());
        }
    }
}
