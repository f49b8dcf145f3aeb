//! `floor`: a number to the integer below, or a time to the start of its unit.

use std::sync::Arc;

use bstr::ByteSlice;

use super::argument::{OUT_OF_RANGE, Times, exact};
use super::{Argument, Asks, BadArgument, Call, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::{Env, Fault};
use crate::time::{Duration, Size};
use crate::value::{Exact, Value};

pub(super) static FLOOR: FunctionDef = FunctionDef {
    name: "floor",
    usage: "floor(x) or floor(t, 1h)",
    family: Family::Number,
    arity: (1, 2),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: Some(prepare),
    eval: floor,
    doc: Doc {
        summary: "the integer below a number, or the start of a time's unit",
        text: "With one argument, the largest integer that is not above the number, exact.\n\nWith two, the time at which the unit began that `t` falls \
               in, just as `window` cuts time: `ns us ms s m h` are exact lengths counted from \
               1970-01-01T00:00:00Z, `d w mo y` units of the calendar in `--tz` (weeks start on Monday), and \
               `24h` is not `1d`. The size is a literal. Text and epochs are read as times. To cut numbers \
               into pieces see `bucket`.",
        examples: &[
            Example {
                command: "--from ndjson project 'y = floor(x)'",
                input: "{\"x\":1.8}\n{\"x\":-1.2}\n",
                output: "{\"y\":1}\n{\"y\":-2}\n",
            },
            Example {
                command: "--from ndjson aggregate 'count()' --by 'hour = floor(ts, 1h)'",
                input: "{\"ts\":\"2024-01-31T12:59:59Z\"}\n{\"ts\":\"2024-01-31T12:00:00Z\"}\n",
                output: "{\"hour\":\"2024-01-31T12:00:00Z\",\"count\":2}\n",
            },
        ],
    },
};

fn prepare(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    let bad = |reason: String| BadArgument { index: 1, reason };
    let size = match args.get(1) {
        None | Some(Argument::Literal(Value::Null)) => return Ok(Arc::new(())),
        Some(Argument::Size(size)) => *size,
        Some(Argument::Literal(Value::Duration(size))) if *size <= Duration::ZERO => {
            return Err(bad("a size is above 0".into()));
        }
        // A day of a calendar and an exact hour do not add up to a size.
        Some(Argument::Literal(Value::Duration(_))) => {
            return Err(bad(
                "a size is one literal such as 1h30m, in which d, w, mo and y stand alone with a \
                            whole number (24h is exactly 24 hours)"
                    .into(),
            ));
        }
        Some(Argument::Literal(Value::Text(text))) => {
            Size::parse(text.to_str_lossy().as_ref()).map_err(bad)?
        }
        Some(Argument::Literal(Value::Number(_))) => {
            return Err(bad(
                "a size is a literal such as 1h or 1mo; numbers are cut by bucket(x, width)".into()
            ));
        }
        Some(_) => return Err(bad("a size is a literal such as 1h or 1mo".into())),
    };
    Ok(Arc::new(size))
}

fn floor(call: &mut Call<'_>) {
    if call.args.len() == 1 {
        floor_numbers(call);
    } else if let Some(size) = call.prepared::<Size>() {
        floor_times(call, *size);
    }
}

fn floor_numbers(call: &mut Call<'_>) {
    call.each1(|value, slot| {
        if let Value::Time(_) = value {
            return Err(Fault("a time needs a size, as in floor(t, 1h)"));
        }
        slot.number(match exact(value)? {
            Exact::Short(number) => number.floor(),
            long => long.to_wide().cut(0, false).rounded().map_err(|_| OUT_OF_RANGE)?,
        });
        Ok(())
    });
}

fn floor_times(call: &mut Call<'_>, size: Size) {
    let zone = &call.env.zone;
    let mut times = Times::new(call.env);
    // The size has no value where it is a unit of the calendar: only the time can make the result null.
    call.each(|args, slot| {
        if !args.value(0).is_null() {
            let start = size.floor(times.read(args.value(0))?, zone);
            slot.time(start.ok_or(Fault("a time out of range"))?);
        }
        Ok(())
    });
    call.note_known_central(times.took_central);
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn numbers() {
        check(&[
            ("floor(1.8)", "1"),
            ("floor(-1.2)", "-2"),
            ("floor(`7.9`)", "7"),
            ("floor(123456789012345678901234567890.5)", "1.2345678901234567890123456789e29"),
            ("floor(null)", "null"),
            ("floor('1.5')", "!not a number, but text (see number(x)): \"1.5\""),
            (
                "floor(@2024-01-01T00:00:00Z)",
                "!a time needs a size, as in floor(t, 1h): 2024-01-01T00:00:00Z",
            ),
        ]);
    }

    #[test]
    fn times() {
        check(&[
            ("floor(@2024-01-31T12:34:56.7Z, 1h)", "@2024-01-31T12:00:00Z"),
            ("floor(`2024-01-31T12:34:56+02:00`, 1h)", "@2024-01-31T10:00:00Z"),
            ("floor('2024-01-31 12:34:56', 15m)", "@2024-01-31T12:30:00Z"),
            ("floor(1706704496, 1m)", "@2024-01-31T12:34:00Z"),
            ("floor(`1706704496`, 1m)", "@2024-01-31T12:34:00Z"),
            ("floor(@2024-01-31T12:34:56Z, 1d)", "@2024-01-31T00:00:00Z"),
            ("floor(@2024-01-31T12:34:56Z, 1w)", "@2024-01-29T00:00:00Z"),
            ("floor(@2024-05-31T12:34:56Z, 3mo)", "@2024-04-01T00:00:00Z"),
            ("floor(@2024-05-31T12:34:56Z, '1y')", "@2024-01-01T00:00:00Z"),
            ("floor(@1969-12-31T23:59:59Z, 1h)", "@1969-12-31T23:00:00Z"),
            ("floor(null, 1h)", "null"),
            ("floor(@2024-05-31T12:34:56Z, null)", "null"),
            ("floor('soon', 1h)", "!not a time: \"soon\""),
            ("floor(12, 1h)", "!an epoch of unknown unit: 12"),
            ("floor(true, 1h)", "!not a time: true"),
            ("floor(7, 2)", "?1 a size is a literal such as 1h or 1mo; numbers are cut by bucket(x, width)"),
            (
                "floor(@2024-05-31T12:34:56Z, 1d1h)",
                "?1 a size is one literal such as 1h30m, in which d, w, mo and y stand alone with a whole number \
                 (24h is exactly 24 hours)",
            ),
            ("floor(@2024-05-31T12:34:56Z, 0s)", "?1 a size is above 0"),
            ("floor(@2024-05-31T12:34:56Z, 1h30m)", "@2024-05-31T12:00:00Z"),
            ("floor(@2024-05-31T12:34:56Z, $1h)", "?1 a size is a literal such as 1h or 1mo"),
        ]);
    }
}
