//! `year`, `month`, `day`, `hour`, `minute`, `weekday`: the parts of a time as calendar and clock show it.

use super::argument::Times;
use super::{Asks, Call, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::time::{Civil, civil};
use crate::value::Number;

pub(super) static YEAR: FunctionDef = FunctionDef {
    name: "year",
    usage: "year(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.year.into()),
    doc: Doc {
        summary: "the year of a time",
        text: "As the calendar in `--tz` shows it. Text and epochs are read as times.",
        examples: &[Example {
            command: "--from ndjson project 'x = year(ts)'",
            input: "{\"ts\":\"2024-01-31T12:34:56Z\"}\n",
            output: "{\"x\":2024}\n",
        }],
    },
};

pub(super) static MONTH: FunctionDef = FunctionDef {
    name: "month",
    usage: "month(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.month.into()),
    doc: Doc {
        summary: "the month of a time, from 1 to 12",
        text: "As the calendar in `--tz` shows it. Text and epochs are read as times.",
        examples: &[Example {
            command: "--from ndjson project 'x = month(ts)'",
            input: "{\"ts\":\"2024-01-31T12:34:56Z\"}\n",
            output: "{\"x\":1}\n",
        }],
    },
};

pub(super) static DAY: FunctionDef = FunctionDef {
    name: "day",
    usage: "day(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.day.into()),
    doc: Doc {
        summary: "the day of the month of a time, from 1 to 31",
        text: "As the calendar in `--tz` shows it. Text and epochs are read as times.",
        examples: &[Example {
            command: "--from ndjson --tz Asia/Tokyo project 'x = day(ts)'",
            input: "{\"ts\":\"2024-01-31T20:00:00Z\"}\n",
            output: "{\"x\":1}\n",
        }],
    },
};

pub(super) static HOUR: FunctionDef = FunctionDef {
    name: "hour",
    usage: "hour(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.hour.into()),
    doc: Doc {
        summary: "the hour of the day of a time, from 0 to 23",
        text: "As the clock in `--tz` shows it. Text and epochs are read as times. For the hour with its date \
               see `floor(t, 1h)`.",
        examples: &[Example {
            command: "--from ndjson filter 'hour(ts) >= 22'",
            input: "{\"ts\":\"2024-01-31T12:34:56Z\"}\n{\"ts\":\"2024-01-31T23:00:00Z\"}\n",
            output: "{\"ts\":\"2024-01-31T23:00:00Z\"}\n",
        }],
    },
};

pub(super) static MINUTE: FunctionDef = FunctionDef {
    name: "minute",
    usage: "minute(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.minute.into()),
    doc: Doc {
        summary: "the minute of the hour of a time, from 0 to 59",
        text: "As the clock in `--tz` shows it. Text and epochs are read as times. For the minute with its \
               date see `floor(t, 1m)`.",
        examples: &[Example {
            command: "--from ndjson project 'x = minute(ts)'",
            input: "{\"ts\":\"2024-01-31T12:34:56Z\"}\n",
            output: "{\"x\":34}\n",
        }],
    },
};

pub(super) static WEEKDAY: FunctionDef = FunctionDef {
    name: "weekday",
    usage: "weekday(t)",
    family: Family::Time,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Times,
    prepare: None,
    eval: |call| each_part(call, |shown| shown.weekday.into()),
    doc: Doc {
        summary: "the day of the week of a time, from Monday 1 to Sunday 7",
        text: "Numbered as in ISO 8601, by the calendar in `--tz`. Text and epochs are read as times. The name \
               of the day is `format_time(t, \"%A\")`.",
        examples: &[Example {
            command: "--from ndjson filter 'weekday(ts) <= 5'",
            input: "{\"ts\":\"2024-01-31T12:00:00Z\"}\n{\"ts\":\"2024-02-03T12:00:00Z\"}\n",
            output: "{\"ts\":\"2024-01-31T12:00:00Z\"}\n",
        }],
    },
};

fn each_part(call: &mut Call<'_>, part: fn(&Civil) -> i64) {
    let zone = &call.env.zone;
    let mut times = Times::new(call.env);
    call.each1(|value, slot| {
        let shown = civil(times.read(value)?, zone);
        slot.number(Number::from_i64(part(&shown)));
        Ok(())
    });
    call.note_known_central(times.took_central);
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn parts() {
        check(&[
            ("year(@2024-02-29T23:59:58Z)", "2024"),
            ("month('2024-02-29T23:59:58Z')", "2"),
            ("day(`2024-02-29`)", "29"),
            ("hour('2024-02-29T23:59:58+05:00')", "18"),
            ("minute(1706704496)", "34"),
            ("weekday('2024-01-29')", "1"),
            ("weekday('2024-02-04')", "7"),
            ("weekday('1969-12-31')", "3"),
            ("year('0001-01-01')", "1"),
            ("hour(null)", "null"),
            ("hour('noon')", "!not a time: \"noon\""),
            ("hour([])", "!not a time: []"),
        ]);
    }
}
