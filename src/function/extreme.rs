//! `least` and `greatest`: the first and the last of several values in their order.

use std::cmp::Ordering;

use super::argument::Times;
use super::{Args, Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::time::Duration;
use crate::value::key::{Direction, write_order};
use crate::value::{Ordered, Value};

pub(super) static LEAST: FunctionDef = FunctionDef {
    name: "least",
    usage: "least(x, …)",
    family: Family::Number,
    arity: (1, usize::MAX),
    returns: Returns::Any,
    asks: Asks::Times,
    prepare: None,
    eval: least,
    doc: Doc {
        summary: "the smallest of several values",
        text: "Nulls are skipped; if all are null, so is the result. Values are in the order of `sort`: bool, \
               number, time, duration, text, array, object. Untyped text that is spelled as a number is a \
               number; beside a time or a duration, text is read as one, beside event time where it spells one. Of equal \
               values the first is given. \
               Text that looks like more is noted (`tamis help reports`). \
               See `min` for the smallest of a field over records.",
        examples: &[Example {
            command: "--from ndjson project 'x = least(a, b, 10)'",
            input: "{\"a\":12,\"b\":7.5}\n{\"a\":11}\n",
            output: "{\"x\":7.5}\n{\"x\":10}\n",
        }],
    },
};

pub(super) static GREATEST: FunctionDef = FunctionDef {
    name: "greatest",
    usage: "greatest(x, …)",
    family: Family::Number,
    arity: (1, usize::MAX),
    returns: Returns::Any,
    asks: Asks::Times,
    prepare: None,
    eval: greatest,
    doc: Doc {
        summary: "the largest of several values",
        text: "Nulls are skipped; if all are null, so is the result. Values are in the order of `sort`: bool, \
               number, time, duration, text, array, object. Untyped text that is spelled as a number is a \
               number; beside a time or a duration, text is read as one, beside event time where it spells one. Of equal \
               values the first is given. \
               Text that looks like more is noted (`tamis help reports`). \
               See `max` for the largest of a field over records.",
        examples: &[Example {
            command: "--from ndjson project 'x = greatest(a, b, 0)'",
            input: "{\"a\":12,\"b\":7.5}\n{\"a\":-3}\n",
            output: "{\"x\":12}\n{\"x\":0}\n",
        }],
    },
};

fn least(call: &mut Call<'_>) {
    each_extreme(call, Ordering::Less);
}

fn greatest(call: &mut Call<'_>) {
    each_extreme(call, Ordering::Greater);
}

fn each_extreme(call: &mut Call<'_>, wanted: Ordering) {
    let mut times = Times::new(call.env);
    let mut ordered = Ordered::default();
    call.each(|args, slot| {
        let meets = Meets::of(args);
        // What is compared, and what leaves.
        let (mut best, mut best_number, mut given) = (Value::Null, None, Value::Null);
        for (index, &value) in args.values().iter().enumerate() {
            let read = meets.read(value, &mut times).map_err(|reason| Failed::of(index, reason))?;
            let number = read.as_few_digits();
            ordered.note(read, number.is_some() || read.as_exact().is_some());
            let compared = || match (number, best_number) {
                (Some(number), Some(best)) => number.cmp(&best),
                _ => compare(read, best),
            };
            if !read.is_null() && (best.is_null() || compared() == wanted) {
                (best, best_number) = (read, number);
                given = if meets.reads_all() { read } else { value };
            }
        }
        slot.value(given);
        Ok(())
    });
    call.faults.ordered(call.site, ordered);
    call.note_known_central(times.took_central);
}

/// What values are read as, by those that stand beside them.
enum Meets {
    Time,
    Duration,
    /// Event time: text that spells a time is one, and leaves as it is spelled. Epochs are numbers beside a number.
    Stamp {
        beside_number: bool,
    },
    Neither,
}

impl Meets {
    fn of(args: Args<'_>) -> Self {
        let values = args.values();
        let beside = values.iter().find_map(|value| match value {
            Value::Time(_) => Some(Self::Time),
            Value::Duration(_) => Some(Self::Duration),
            _ => None,
        });
        let is_stamp = |value: &Value<'_>| matches!(value, Value::Stamp(_));
        beside.unwrap_or_else(|| match values.iter().any(is_stamp) {
            true => Self::Stamp {
                beside_number: values.iter().any(|value| !is_stamp(value) && value.as_number().is_some()),
            },
            false => Self::Neither,
        })
    }

    /// Whether what is read is what leaves.
    fn reads_all(&self) -> bool {
        matches!(self, Self::Time | Self::Duration)
    }

    fn read<'a>(&self, value: Value<'a>, times: &mut Times<'_>) -> Result<Value<'a>, &'static str> {
        match (self, value) {
            (Self::Time, Value::Text(_) | Value::Untyped(_)) => {
                times.read(value).map(Value::Time).map_err(|fault| fault.0)
            }
            (Self::Duration, Value::Text(text) | Value::Untyped(text)) => {
                Duration::parse(text).map(Value::Duration).ok_or("not a duration")
            }
            (Self::Stamp { beside_number: true }, Value::Stamp(stamp)) if stamp.is_epoch() => {
                Ok(stamp.plain())
            }
            (Self::Stamp { .. }, Value::Text(_) | Value::Untyped(_)) if value.as_number().is_none() => {
                Ok(times.read(value).map_or(value, Value::Time))
            }
            _ => Ok(value),
        }
    }
}

/// The order of two values that are not null.
fn compare(left: Value<'_>, right: Value<'_>) -> Ordering {
    if let (Value::Stamp(_), _) | (_, Value::Stamp(_)) = (left, right) {
        return left.cmp_times(right).unwrap_or_else(|| compare_keys(left, right));
    }
    match (left.as_exact(), right.as_exact()) {
        (Some(left), Some(right)) => left.cmp(&right),
        (None, None) => match (left, right) {
            (Value::Time(left), Value::Time(right)) => left.cmp(&right),
            (Value::Duration(left), Value::Duration(right)) => left.cmp(&right),
            (Value::Text(left) | Value::Untyped(left), Value::Text(right) | Value::Untyped(right)) => {
                left.cmp(right)
            }
            _ => compare_keys(left, right),
        },
        _ => compare_keys(left, right),
    }
}

fn compare_keys(left: Value<'_>, right: Value<'_>) -> Ordering {
    let key = |value| {
        let mut key = Vec::new();
        write_order(value, Direction::Ascending, &mut key);
        key
    };
    key(left).cmp(&key(right))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::function::tests::check;
    use crate::value::Number;

    #[test]
    fn extremes() {
        check(&[
            ("least(3, 1.5, 2)", "1.5"),
            ("least(`10`, `9`)", "`9`"),
            ("greatest(`10`, `9`, `x`)", "`x`"),
            ("greatest('10', '9')", "'9'"),
            ("greatest(1, null, 2)", "2"),
            ("least(null, null)", "null"),
            ("least('a', 5, true)", "true"),
            ("greatest('a', [1], 5)", "[1]"),
            ("greatest([1, 3], [1, 20])", "[1, 20]"),
            ("least(`1.0`, 1)", "`1.0`"),
            ("least(1, `1.0`)", "1"),
            ("greatest('é', 'z')", "'é'"),
            ("least(1h, 90s, `1m`)", "1m"),
            ("greatest(@2024-01-01T00:00:00Z, `2024-01-02`)", "@2024-01-02T00:00:00Z"),
            ("least(@2024-01-01T00:00:00Z, 'soon')", "!not a time: \"soon\""),
            ("least(1h, 'soon')", "!not a duration: \"soon\""),
            ("least(@2024-01-01T00:00:00Z, 5)", "5"),
        ]);
    }

    fn values() -> impl Strategy<Value = (u8, String, i32)> {
        (0u8..5, "[0-9a]{0,2}", -2i32..3)
    }

    fn value((kind, text, number): &(u8, String, i32)) -> Value<'_> {
        match kind {
            0 => Value::Bool(*number > 0),
            1 => Value::Number(Number::from_i64((*number).into())),
            2 => Value::Text(text.as_bytes()),
            3 => Value::Untyped(text.as_bytes()),
            _ => Value::Array(b"[1]"),
        }
    }

    proptest! {
        #[test]
        fn orders_as_keys_do(left in values(), right in values()) {
            prop_assert_eq!(compare(value(&left), value(&right)), compare_keys(value(&left), value(&right)));
        }
    }
}
