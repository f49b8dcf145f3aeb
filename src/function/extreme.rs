//! `least` and `greatest`: the first and the last of several values in their order.

use std::cmp::Ordering;

use super::argument::Times;
use super::{Args, Call, Failed, FunctionDef, Returns};
use crate::doc::{Doc, Example};
use crate::time::Duration;
use crate::value::key::{Direction, write_order};
use crate::value::{Ordered, Value};

pub(super) static LEAST: FunctionDef = FunctionDef {
    name: "least",
    usage: "least(x, …)",
    arity: (1, usize::MAX),
    returns: Returns::Any,
    prepare: None,
    eval: least,
    doc: Doc {
        summary: "the smallest of several values",
        text: "Nulls are skipped; if all are null, so is the result. Values are in the order of `sort`: bool, \
               number, time, duration, text, array, object. Untyped text that is spelled as a number is a \
               number; beside a time or a duration, text is read as one. Of equal values the first is given. \
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
    arity: (1, usize::MAX),
    returns: Returns::Any,
    prepare: None,
    eval: greatest,
    doc: Doc {
        summary: "the largest of several values",
        text: "Nulls are skipped; if all are null, so is the result. Values are in the order of `sort`: bool, \
               number, time, duration, text, array, object. Untyped text that is spelled as a number is a \
               number; beside a time or a duration, text is read as one. Of equal values the first is given. \
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
        // Epochs are times among times, and numbers beside a number.
        let beside_number =
            args.values().iter().any(|value| matches!(value, Value::Number(_) | Value::Spelled(_)));
        let (mut best, mut best_number) = (Value::Null, None);
        for (index, &value) in args.values().iter().enumerate() {
            let value = match value {
                Value::Stamp(stamp) if beside_number && stamp.is_epoch() => stamp.plain(),
                _ => meets.read(value, &mut times).map_err(|reason| Failed::of(index, reason))?,
            };
            let number = value.as_few_digits();
            ordered.note(value, number.is_some() || value.as_exact().is_some());
            let compared = || match (number, best_number) {
                (Some(number), Some(best)) => number.cmp(&best),
                _ => compare(value, best),
            };
            if !value.is_null() && (best.is_null() || compared() == wanted) {
                (best, best_number) = (value, number);
            }
        }
        slot.value(best);
        Ok(())
    });
    call.faults.ordered(call.site, ordered);
}

/// What text is read as, by the values that stand beside it.
enum Meets {
    Time,
    Duration,
    Neither,
}

impl Meets {
    fn of(args: Args<'_>) -> Self {
        let beside = args.values().iter().find_map(|value| match value {
            Value::Time(_) => Some(Self::Time),
            Value::Duration(_) => Some(Self::Duration),
            _ => None,
        });
        beside.unwrap_or(Self::Neither)
    }

    fn read<'a>(&self, value: Value<'a>, times: &mut Times<'_>) -> Result<Value<'a>, &'static str> {
        match (self, value) {
            (Self::Time, Value::Text(_) | Value::Untyped(_)) => {
                times.read(value).map(Value::Time).map_err(|fault| fault.0)
            }
            (Self::Duration, Value::Text(text) | Value::Untyped(text)) => {
                Duration::parse(text).map(Value::Duration).ok_or("not a duration")
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
