//! Comparing with a literal that is a date or a stamp: `created_at >= "2024-05-14"` is about times in any field.

use std::cmp::Ordering;

use super::compare::{mixed, time};
use super::stamps::{NO_YEAR, epoch};
use crate::record::{Env, Fault};
use crate::time::Timestamp;
use crate::value::{Number, Value};

/// A value that is no time, where only times compare.
const NO_TIME: Fault = Fault("not a time (text(x) compares as text)");

/// A text literal that spells a time and no number.
#[derive(Clone, Copy)]
pub(super) struct Date<'a> {
    time: Timestamp,
    spelled: &'a [u8],
}

impl<'a> Date<'a> {
    /// The date that a constant is, if it is one; `time` is what it is read as.
    pub(super) fn of(value: Value<'a>, time: Option<Timestamp>) -> Option<Self> {
        let Value::Text(spelled) = value else { return None };
        time.filter(|_| Number::parse(spelled).is_none()).map(|time| Self { time, spelled })
    }

    /// How a value, which is not null, compares with the date.
    pub(super) fn order(&self, value: Value<'_>, env: &Env) -> Result<Ordering, Fault> {
        let compared = match value {
            Value::Time(time) => time,
            Value::Stamp(stamp) => stamp.time().ok_or(NO_YEAR)?,
            Value::Number(_) | Value::Spelled(_) => epoch(value, env)?,
            Value::Text(text) | Value::Untyped(text) => match time(text, None, env) {
                Ok(time) => time,
                Err(_) => return self.order_text(text),
            },
            other => return Err(mixed(other, Value::Time(self.time))),
        };
        Ok(compared.cmp(&self.time))
    }

    /// Text that is no time compares as text where a date alone is compared with what begins with one, as names of
    /// files do.
    fn order_text(&self, text: &[u8]) -> Result<Ordering, Fault> {
        match (date_at(self.spelled), date_at(text)) {
            (Some(own), Some(other)) if self.is_alone() && own == other => Ok(text.cmp(self.spelled)),
            _ => Err(NO_TIME),
        }
    }

    /// Whether there is a date and no time of day.
    pub(super) fn is_alone(&self) -> bool {
        self.spelled.len() == LENGTH && date_at(self.spelled).is_some()
    }
}

/// Bytes of `2024-05-14`.
const LENGTH: usize = 10;

/// The separator of the date that text begins with.
fn date_at(text: &[u8]) -> Option<u8> {
    let date: &[u8; LENGTH] = text.first_chunk()?;
    let separator = date[4];
    let fits = date.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == separator,
        _ => byte.is_ascii_digit(),
    });
    (fits && matches!(separator, b'-' | b'/')).then_some(separator)
}

/// Whether a value is text that is simply not between two dates: it begins with no digit.
pub(super) fn is_beside_dates(value: Value<'_>) -> bool {
    matches!(value, Value::Text(text) | Value::Untyped(text) if !text.first().is_some_and(u8::is_ascii_digit))
}
