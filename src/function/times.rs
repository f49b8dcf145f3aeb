//! `time`, `format_time` and `epoch`: times read from and written as text and numbers.

use std::sync::Arc;

use super::argument::{Times, literal_text};
use super::{Argument, Asks, BadArgument, Call, Failed, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::{Env, Fault};
use crate::time::{NotATime, TimeFormat, Timestamp};
use crate::value::{Number, Value};

pub(super) static TIME: FunctionDef = FunctionDef {
    name: "time",
    usage: "time(x[, format])",
    family: Family::Time,
    arity: (1, 2),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: Some(prepare_time),
    eval: time,
    doc: Doc {
        summary: "the time that a text or number stands for",
        text: "Without a format, reads what `--time` reads: ISO 8601, `10/Oct/2000:13:55:36 -0700`, syslog \
               stamps with a year or `--year`, and Unix epochs in s, ms, us or ns by their size. With one, a literal text, reads only \
               that: the directives of strftime (`%d.%m.%Y %H:%M`), or `s`, `ms`, `us`, `ns` for epochs in \
               that unit; one without a year needs `--year`. A stamp without an offset is in `--tz`. What cannot be read is an error.",
        examples: &[
            Example {
                command: "--from ndjson project 't = time(ts) + 1h'",
                input: "{\"ts\":\"2024-01-31 12:00:00\"}\n{\"ts\":1706702400}\n",
                output: "{\"t\":\"2024-01-31T13:00:00Z\"}\n{\"t\":\"2024-01-31T13:00:00Z\"}\n",
            },
            Example {
                command: "--from ndjson project 't = time(day, \"%d.%m.%Y\")'",
                input: "{\"day\":\"31.01.2024\"}\n",
                output: "{\"t\":\"2024-01-31T00:00:00Z\"}\n",
            },
        ],
    },
};

pub(super) static FORMAT_TIME: FunctionDef = FunctionDef {
    name: "format_time",
    usage: "format_time(t, format)",
    family: Family::Time,
    arity: (2, 2),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: Some(prepare_format),
    eval: format_time,
    doc: Doc {
        summary: "a time as text of a stated format",
        text: "The format is a literal text with the directives of strftime; names of days and months are \
               English. The clock is that of `--tz`. Without a format, `text(t)` writes RFC 3339.",
        examples: &[Example {
            command: "--from ndjson project 'd = format_time(ts, \"%a %d %b %H:%M\")'",
            input: "{\"ts\":\"2024-01-31T12:34:56Z\"}\n",
            output: "{\"d\":\"Wed 31 Jan 12:34\"}\n",
        }],
    },
};

pub(super) static EPOCH: FunctionDef = FunctionDef {
    name: "epoch",
    usage: "epoch(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: epoch,
    doc: Doc {
        summary: "the seconds from 1970-01-01T00:00:00Z to a time",
        text: "Exact, with as many decimals as the time has; negative before 1970. `floor(epoch(t) * 1000)` \
               is the epoch in milliseconds.",
        examples: &[Example {
            command: "--from ndjson project 'e = epoch(ts)'",
            input: "{\"ts\":\"2024-01-31T12:00:00.25Z\"}\n",
            output: "{\"e\":1706702400.25}\n",
        }],
    },
};

fn prepare_time(args: &[Argument<'_>], env: &Env) -> Result<Prepared, BadArgument> {
    if args.len() < 2 {
        return Ok(Arc::new(()));
    }
    let bad = |reason: String| BadArgument { index: 1, reason };
    let Some(format) = literal_text(args, 1, "a time format")? else { return Ok(Arc::new(())) };
    let format = TimeFormat::parse(format).and_then(TimeFormat::readable).map_err(bad)?;
    if env.times.year().is_none() && format.is_yearless() {
        return Err(bad("a format without a year (--year 2024 gives it)".to_owned()));
    }
    Ok(Arc::new(format))
}

fn prepare_format(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    let Some(format) = literal_text(args, 1, "a time format")? else { return Ok(Arc::new(())) };
    let parsed = TimeFormat::parse(format).map_err(|reason| BadArgument { index: 1, reason })?;
    Ok(Arc::new(parsed))
}

fn time(call: &mut Call<'_>) {
    match call.prepared::<TimeFormat>() {
        Some(format) => read_by(call, format),
        None => {
            let mut times = Times::new(call.env);
            call.each_known(|args, slot| {
                slot.time(times.read(args.value(0))?);
                Ok(())
            });
            call.note_known_central(times.took_central);
        }
    }
}

fn read_by(call: &mut Call<'_>, format: &TimeFormat) {
    let (zone, year) = (&call.env.zone, call.env.times.year());
    let mut digits = Vec::new();
    let (times, reads_names, mut took_central) = (&call.env.times, format.reads_names(), false);
    call.each_known(|args, slot| {
        let text = match args.value(0).plain() {
            Value::Time(time) => {
                slot.time(time);
                return Ok(());
            }
            Value::Text(text) | Value::Untyped(text) => text,
            Value::Number(number) => {
                digits.clear();
                number.write(&mut digits);
                &digits
            }
            Value::Spelled(_) => {
                digits.clear();
                args.number(0)?.write(&mut digits);
                &digits
            }
            _ => return Err(Failed::of(0, "not a time")),
        };
        let read = format.read_near(text, zone, None, year).map_err(|error| match error {
            NotATime::Unformatted => format.reason_of(text),
            other => other,
        });
        let time = read.map_err(|error| Fault(error.reason()))?;
        took_central |= reads_names && times.names_central(text, time);
        slot.time(time);
        Ok(())
    });
    call.note_central(took_central, |text| format.read_near(text, zone, None, year).ok());
}

fn format_time(call: &mut Call<'_>) {
    let Some(format) = call.prepared::<TimeFormat>() else { return };
    let zone = &call.env.zone;
    let mut times = Times::new(call.env);
    let mut text = Vec::new();
    call.each_known(|args, slot| {
        let time = times.read(args.value(0))?;
        text.clear();
        format.write(time, zone, &mut text).map_err(|error| Fault(error.reason()))?;
        slot.text(&text);
        Ok(())
    });
    call.note_known_central(times.took_central);
}

fn epoch(call: &mut Call<'_>) {
    let mut times = Times::new(call.env);
    call.each1(|value, slot| {
        slot.number(seconds(times.read(value)?));
        Ok(())
    });
    call.note_known_central(times.took_central);
}

/// Seconds with nine decimals: at most 21 digits, so always exact.
fn seconds(time: Timestamp) -> Number {
    let nanos = i128::from(time.seconds()) * 1_000_000_000 + i128::from(time.nanos());
    Number::from_parts(nanos < 0, nanos.unsigned_abs(), -9).unwrap_or(Number::ZERO)
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn read() {
        check(&[
            ("time('2024-01-31T12:34:56Z')", "@2024-01-31T12:34:56Z"),
            ("time(`2024-01-31 12:34:56,5`)", "@2024-01-31T12:34:56.5Z"),
            ("time('2024-01-31')", "@2024-01-31T00:00:00Z"),
            ("time(1706704496.25)", "@2024-01-31T12:34:56.25Z"),
            ("time(`1706704496250`)", "@2024-01-31T12:34:56.25Z"),
            ("time(@2024-01-31T12:34:56Z)", "@2024-01-31T12:34:56Z"),
            ("time('31.01.2024 12:34', '%d.%m.%Y %H:%M')", "@2024-01-31T12:34:00Z"),
            ("time(20240131, '%Y%m%d')", "@2024-01-31T00:00:00Z"),
            ("time(5, 's')", "@1970-01-01T00:00:05Z"),
            ("time(null)", "null"),
            ("time('2024-01-31', null)", "null"),
            ("time('soon')", "!not a time: \"soon\""),
            ("time('2024-02-30')", "!no such date: \"2024-02-30\""),
            ("time(5)", "!an epoch of unknown unit: 5"),
            ("time(true)", "!not a time: true"),
            ("time(1h)", "!not a time: 1h"),
            ("time('x', '%Y-%m-%d')", "!not a time of the stated format: \"x\""),
            (
                "time('x', '%H:%M')",
                "?1 the time format \"%H:%M\" does not tell date and time (it needs month and day, hours before minutes, or %s)",
            ),
            ("time('x', $'%Y')", "?1 a time format must be literal text, in quotes"),
        ]);
    }

    #[test]
    fn written() {
        check(&[
            ("format_time(@2024-01-31T12:34:56Z, '%Y/%m/%d %a')", "'2024/01/31 Wed'"),
            ("format_time(`1706704496`, '%H:%M')", "'12:34'"),
            ("format_time(null, '%H')", "null"),
            ("format_time('soon', '%H')", "!not a time: \"soon\""),
            ("format_time('2024-01-01', 7)", "?1 a time format is text, not a number"),
            ("epoch(@2024-01-31T12:34:56Z)", "1706704496"),
            ("epoch(@1969-12-31T23:59:59.75Z)", "-0.25"),
            ("epoch('1970-01-01T00:00:00.000000001Z')", "1e-9"),
            ("epoch(@9999-12-31T23:59:59.999999999Z)", "253402300799.999999999"),
            ("epoch(null)", "null"),
            ("epoch('soon')", "!not a time: \"soon\""),
        ]);
    }
}
